"""Real data of Viet Nam, Lesotho, Finland and Austria, each in a database of its own place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from addressing import numbering
from gis_service.database import Database
from gis_service.settings import Settings
from layers.ingest import ImportReport
from tests.integration.import_files import take

OSM = "osm-streets-housenumbers-sample"


def _one(conn: Connection, query: str) -> Any:
    return conn.execute(text(query)).scalar_one()


def _place(srid: int, west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {
        "storage_srid": srid, "envelope_west_deg": west, "envelope_south_deg": south,
        "envelope_east_deg": east, "envelope_north_deg": north,
    }  # fmt: skip


PLACES = {
    "vietnam": _place(3405, 102.0, 4.5, 118.0, 23.5),  # both archipelagos included
    "lesotho": _place(32735, 26.9, -30.8, 29.6, -28.4),
    "helsinki": _place(3067, 24.5, 60.0, 25.5, 60.5),
    "krems": _place(31256, 15.4, 48.2, 15.9, 48.6),
}


@pytest.fixture
def at(new_database: Callable[..., Settings]) -> Iterator[Callable[[str], Connection]]:
    """Factory: an owner connection to a fresh database of that place."""
    opened: list[tuple[Database, Connection]] = []

    def open_at(place: str) -> Connection:
        database = Database(new_database(**PLACES[place]))
        connection = database.owner.connect()
        opened.append((database, connection))
        return connection

    yield open_at
    for database, connection in opened:
        connection.close()
        database.dispose()


def _twice(conn: Connection, layer: str, file: Path, **asked: Any) -> ImportReport:
    """Import and import again: the second run must change nothing."""
    first = take(conn, layer, file, **asked)
    second = take(conn, layer, file, **asked)
    assert (second.added, second.changed, second.unchanged) == (0, 0, first.added + first.changed)
    assert second.rejected == first.rejected
    return first


def test_the_114_units_of_hai_phong(conn: Connection, shared_data: Path) -> None:
    file = shared_data / "vn-admin-2025" / "haiphong_2025_wards.gpkg"
    report = _twice(conn, "administrative_units", file, layer_name="wards")
    assert (report.read, report.added, report.rejected) == (114, 114, 0)
    kinds = conn.execute(text("SELECT kind, count(*) FROM gis.administrative_units GROUP BY 1 ORDER BY 1")).all()
    assert kinds == [("phường", 45), ("xã", 67), ("đặc khu", 2)]
    area_km2 = _one(
        conn, "SELECT sum(ST_Area(ST_Transform(geom, 4326)::geography)) / 1e6 FROM gis.administrative_units"
    )
    assert area_km2 == pytest.approx(3_079.8, abs=0.1)  # vn-geodata, section 4.1
    twins = conn.execute(
        text("SELECT code, name FROM gis.administrative_units WHERE code IN ('10888', '10903') ORDER BY 1")
    )
    assert twins.all() == [("10888", "Cẩm Giang"), ("10903", "Cẩm Giàng")]


def test_real_borders_replace_the_approximate_ones_of_the_demonstration(
    demo_conn: Connection, shared_data: Path
) -> None:
    file = shared_data / "vn-admin-2025" / "haiphong_2025_wards.gpkg"
    listed_on = date(2026, 8, 2)
    report = _twice(demo_conn, "administrative_units", file, layer_name="wards", source_date=listed_on)
    assert (report.rejected, report.added + report.changed) == (0, 114)
    left = "SELECT count(*) FROM gis.administrative_units WHERE level = 'commune' AND parent_code = '31' AND is_demo"
    assert _one(demo_conn, left) == 0


@pytest.mark.slow
def test_all_3321_communes_and_what_became_of_the_old_ones(at: Callable[[str], Connection], shared_data: Path) -> None:
    conn = at("vietnam")
    report = _twice(conn, "administrative_units", shared_data / "vn-admin-2025" / "vn_2025_wards_100m.gpkg")
    assert (report.read, report.added, report.rejected) == (3_321, 3_321, 0)
    islands = "SELECT ST_NumGeometries(geom) FROM gis.administrative_units WHERE code = '{}'"
    assert _one(conn, islands.format("20333")) == 46  # Hoàng Sa
    assert _one(conn, islands.format("22736")) == 140  # Trường Sa
    provinces = take(conn, "administrative_units", shared_data / "vn-admin-2025" / "vn_2025_provinces.gpkg")
    assert provinces.added == 34
    orphans = """SELECT count(*) FROM gis.administrative_units c WHERE level = 'commune' AND NOT EXISTS
                 (SELECT FROM gis.administrative_units p WHERE p.level = 'province' AND p.code = c.parent_code)"""
    assert _one(conn, orphans) == 0
    changes = _twice(conn, "unit_changes", shared_data / "vn-admin-old-new" / "vn_old_to_new_wards.csv")
    assert (changes.read, changes.added, changes.rejected) == (10_599, 10_599, 0)
    assert _one(conn, "SELECT count(*) FROM gis.unit_changes WHERE part = 'partial'") == 1_012


def test_the_country_does_not_fit_into_one_province(conn: Connection, shared_data: Path) -> None:
    """Rows of other provinces are refused one by one; those of the territory are kept."""
    report = take(conn, "administrative_units", shared_data / "vn-admin-2025" / "vn_2025_wards_100m.gpkg")
    assert report.reasons.keys() == {"outside_envelope"}
    assert report.added >= 114
    assert _one(conn, "SELECT count(*) FROM gis.administrative_units WHERE parent_code = '31'") == 114


def test_the_cells_of_lesotho(at: Callable[[str], Connection], shared_data: Path, tmp_path: Path) -> None:
    conn = at("lesotho")
    file = shared_data / "cells-opencellid-lesotho" / "opencellid_651_lesotho.csv"
    report = _twice(conn, "cells", file)
    assert report.read == 1_936
    assert report.reasons.keys() == {"outside_envelope"}
    assert report.rejected == 13  # estimates that lie in South Africa
    counts = conn.execute(text("SELECT technology, count(*) FROM gis.cells GROUP BY 1 ORDER BY 1")).all()
    assert [row[0] for row in counts] == ["2G", "3G", "4G"]
    assert sum(row[1] for row in counts) == 1_923
    operators = conn.execute(text("SELECT DISTINCT operator FROM gis.sites ORDER BY 1")).scalars().all()
    assert operators == ["651-01", "651-02"]
    headless = tmp_path / "651.csv"
    headless.write_text(file.read_text().split("\n", 1)[1])
    assert take(conn, "cells", headless).unchanged == 1_923


@pytest.mark.parametrize(
    ("place", "ways", "nameless", "streets", "addresses", "buildings"),
    [("helsinki", 2_504, 1_710, 100, 1_468, 481), ("krems", 836, 513, 173, 324, 1_195)],
)
def test_streets_addresses_and_buildings(
    at: Callable[[str], Connection], shared_data: Path, place: str, ways: int, nameless: int, streets: int,
    addresses: int, buildings: int,
) -> None:  # fmt: skip
    conn = at(place)
    file = shared_data / OSM / f"{place}_osm.gpkg"
    lines = _twice(conn, "streets", file, layer_name="streets")
    assert (lines.read, lines.reasons) == (ways, {"missing_value": nameless})  # paths without a name
    assert (lines.added, lines.merged) == (streets, ways - nameless - streets)
    assert _one(conn, "SELECT sum(ST_NumGeometries(geom)) FROM gis.streets") == ways - nameless  # no way is lost
    doors = _twice(conn, "entrances", file, layer_name="addresses")
    assert (doors.read, doors.added, doors.rejected) == (addresses, addresses, 0)
    outlines = _twice(conn, "buildings", file, layer_name="buildings")
    assert (outlines.read, outlines.added) == (buildings, buildings)
    named = _one(conn, "SELECT count(*) FROM gis.entrances WHERE street_name IS NOT NULL")
    linked = _one(conn, "SELECT count(*) FROM gis.entrances WHERE street_id IS NOT NULL")
    assert linked == named - doors.warning_count
    assert linked >= {"helsinki": 1_400, "krems": 240}[place]
    assert _one(conn, "SELECT count(*) FROM gis.entrances WHERE existing_number IS NULL") == 0


_CLUSTERS = """
    SELECT count(DISTINCT (name, sort, cluster)) FROM (
        SELECT lower(name) AS name, sort, ST_ClusterDBSCAN(geom, 30, 1) OVER (PARTITION BY lower(name), sort) AS cluster
        FROM (SELECT *, CASE WHEN kind IN ('alley', 'lane') THEN kind ELSE 'street' END AS sort FROM gis.streets) s
    ) pieces"""


@pytest.mark.parametrize(("place", "named", "streets"), [("helsinki", 794, 100), ("krems", 323, 173)])
def test_kept_pieces_cluster_in_the_database_into_the_same_number_of_streets(
    at: Callable[[str], Connection], shared_data: Path, place: str, named: int, streets: int
) -> None:
    conn = at(place)
    kept = _twice(conn, "streets", shared_data / OSM / f"{place}_osm.gpkg", layer_name="streets", keep_pieces=True)
    assert (kept.added, kept.merged) == (named, 0)
    assert _one(conn, _CLUSTERS) == streets


def test_a_real_street_of_many_ways_is_one_and_can_be_numbered(
    at: Callable[[str], Connection], shared_data: Path
) -> None:
    conn = at("helsinki")
    file = shared_data / OSM / "helsinki_osm.gpkg"
    _twice(conn, "streets", file, layer_name="streets")
    _twice(conn, "entrances", file, layer_name="addresses")
    street_id, ways = conn.execute(
        text("SELECT id, ST_NumGeometries(geom) FROM gis.streets WHERE name = 'Mannerheimintie'")
    ).one()  # exactly one
    assert ways == 48
    doors = _one(conn, "SELECT count(*) FROM gis.entrances WHERE street_name = 'Mannerheimintie'")
    assert _one(conn, f"SELECT count(*) FROM gis.entrances WHERE street_id = {street_id}") == doors
    proposal = numbering.propose(conn, street_id, author_id="an")
    assert proposal.status == "draft"
    asked = {question.kind for question in proposal.open_questions}
    assert asked == {"nearer_other_street", "out_of_reach", "sides_crossed"}  # none about the line
    assert [note.kind for note in proposal.result.notes].count("carriageways_joined") == 1
    kept = proposal.result.assignments
    assert (len(kept), {one.is_existing for one in kept}) == (48, {True})
    assert max(one.distance_m for one in kept) > 500  # far more than one way


def test_house_numbers_are_kept_as_they_are_written(at: Callable[[str], Connection], shared_data: Path) -> None:
    conn = at("helsinki")
    take(conn, "entrances", shared_data / OSM / "helsinki_osm.gpkg", layer_name="addresses")
    numbers = set(conn.execute(text("SELECT existing_number FROM gis.entrances")).scalars())
    assert {"33b", "1 B", "15-17", "2, 2. krs./Floor 2", "8, Floor 6"} <= numbers


def test_facts_of_the_parks_are_read_and_told_to_need_borders(conn: Connection, shared_data: Path) -> None:
    """The list has points only: every row is refused for that, none for its words."""
    file = shared_data / "haiduong-zones-facts" / "haiduong_zones_facts.csv"
    report = take(conn, "zones", file)
    assert report.added == 0
    assert report.reasons == {"wrong_geometry_type": 34, "missing_geometry": 3}
    assert report.rejections[0].key == "KCN Đại An"
