"""The demonstration province in a real PostGIS: complete, labelled, once, and never over real data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text
from typer.testing import CliRunner

from gis_service.cli import demo as demo_command
from gis_service.database import Database
from gis_service.settings import Settings
from layers import demo
from layers.demo.load import TABLES

FULL = {
    "zones": 40, "plots": 4000, "enterprises": 1500, "sites": 2000, "cells": 9000, "streets": 300, "entrances": 20_000,
}  # fmt: skip
SEED, SMALL = 20250701, 0.05


@pytest.fixture(scope="module")
def full(new_database: Any) -> Iterator[Connection]:
    """The whole province, loaded once for this file; tests only read it."""
    pools = Database(new_database())
    with pools.owner.connect() as conn:
        started = time.monotonic()
        demo.load(conn, SEED)
        print(f"\nthe whole province took {time.monotonic() - started:.1f} s")  # noqa: T201 - told, not asserted
        yield conn
        conn.rollback()
    pools.dispose()


def count(conn: Connection, sql: str) -> int:
    return int(conn.execute(text(sql)).scalar_one())


@pytest.mark.parametrize(("table", "rows"), FULL.items())
def test_the_province_has_its_promised_size(full: Connection, table: str, rows: int) -> None:
    assert count(full, f"SELECT count(*) FROM gis.{table}") == rows


def test_all_114_communes_and_the_city_have_approximate_borders(full: Connection) -> None:
    assert count(full, "SELECT count(*) FROM gis.administrative_units WHERE level = 'commune'") == 114
    assert count(full, "SELECT count(*) FROM gis.administrative_units WHERE border_quality <> 'approximate'") == 0
    twins = full.execute(text(
        "SELECT code, name FROM gis.administrative_units WHERE code IN ('10888', '10903') ORDER BY code"
    )).all()  # fmt: skip
    assert [tuple(row) for row in twins] == [("10888", "Cẩm Giang"), ("10903", "Cẩm Giàng")]
    overlap = """SELECT count(*) FROM gis.administrative_units a JOIN gis.administrative_units b
                 ON a.level = 'commune' AND b.level = 'commune' AND a.code < b.code AND a.geom && b.geom
                 WHERE ST_Area(ST_Intersection(a.geom, b.geom)) > 100"""
    assert count(full, overlap) == 0


def test_every_old_commune_has_what_became_of_it(full: Connection) -> None:
    assert count(full, "SELECT count(DISTINCT old_code) FROM gis.unit_changes WHERE level = 'commune'") == 207 + 167
    lost = """SELECT count(*) FROM gis.unit_changes c WHERE NOT EXISTS
              (SELECT FROM gis.administrative_units u WHERE u.code = c.new_code)"""
    assert count(full, lost) == 0


@pytest.mark.parametrize("table", TABLES)
def test_no_row_hides_that_it_is_made_up(full: Connection, table: str) -> None:
    hidden = f"SELECT count(*) FROM gis.{table} WHERE NOT is_demo OR source NOT LIKE '%demonstration data%'"
    assert count(full, hidden) == 0


def test_no_plot_lies_on_another_and_none_leaves_its_zone(full: Connection) -> None:
    overlaps = """SELECT count(*) FROM gis.plots a JOIN gis.plots b
                  ON a.id < b.id AND a.geom && b.geom AND ST_Overlaps(a.geom, b.geom)"""
    outside = (
        "SELECT count(*) FROM gis.plots p JOIN gis.zones z ON z.id = p.zone_id WHERE NOT ST_Covers(z.geom, p.geom)"
    )
    assert (count(full, overlaps), count(full, outside)) == (0, 0)


def test_areas_are_right(full: Connection) -> None:
    zones = """SELECT count(*) FROM gis.zones
               WHERE abs(coalesce(area_plan_ha, area_decision_ha) * 1e4 / ST_Area(geom) - 1) > 0.005"""
    plots = "SELECT count(*) FROM gis.plots WHERE abs(area_m2 / ST_Area(geom) - 1) > 0.01"
    assert (count(full, zones), count(full, plots)) == (0, 0)


def test_a_zone_names_the_commune_that_holds_its_middle(full: Connection) -> None:
    wrong = """SELECT count(*) FROM gis.zones z JOIN gis.administrative_units u ON u.code = z.commune_code
               WHERE NOT ST_Covers(u.geom, ST_Centroid(ST_Envelope(z.geom))) AND NOT ST_Intersects(u.geom, z.geom)"""
    assert count(full, wrong) == 0


def test_every_entrance_is_within_reach_of_its_street(full: Connection) -> None:
    far = """SELECT count(*) FROM gis.entrances e JOIN gis.streets s ON s.id = e.street_id
             WHERE ST_Distance(e.geom, s.geom) NOT BETWEEN s.cross_section_m / 2 - 0.02 AND s.cross_section_m / 2 + 6"""
    assert count(full, far) == 0
    assert count(full, "SELECT count(*) FROM gis.entrances WHERE street_id IS NULL") == 0


def test_main_roads_go_around_zones(full: Connection) -> None:
    crossing = """SELECT count(*) FROM gis.streets s JOIN gis.zones z ON ST_Intersects(s.geom, z.geom)
                  WHERE s.zone_id IS DISTINCT FROM z.id"""
    assert count(full, crossing) == 0


def test_5g_is_near_its_target_in_the_province_and_varies_by_zone(full: Connection) -> None:
    stations = """SELECT count(DISTINCT site_id) FILTER (WHERE technology = '5G')::float
                       / count(DISTINCT site_id) FILTER (WHERE technology = '4G')
                  FROM gis.cells JOIN gis.sites s ON s.id = site_id {where} state = 'on_air'"""
    whole = float(full.execute(text(stations.format(where="WHERE"))).scalar_one())
    assert 0.42 < whole < 0.58
    near = "JOIN gis.zones z ON ST_DWithin(z.geom, s.geom, 300) WHERE"
    by_zone = full.execute(text(stations.format(where=near) + " GROUP BY z.id")).scalars().all()
    assert min(by_zone) < 0.3
    assert max(by_zone) > 0.7


def test_tile_geometry_is_filled(full: Connection) -> None:
    for table in ("zones", "plots", "sites", "cells", "streets", "entrances", "enterprises"):
        assert count(full, f"SELECT count(*) FROM gis.{table} WHERE geom_3857 IS NULL") == 0, table


def test_the_deployment_remembers_what_was_loaded(full: Connection) -> None:
    held = full.execute(text("SELECT demo_seed, demo_scale, length(demo_digest) FROM gis.deployment")).one()
    assert tuple(held) == (SEED, 1.0, 64)


# --- once, and never over real data ---


def contents(conn: Connection) -> dict[str, str]:
    """A checksum of what is stored, keys and times of loading left out."""
    changing = {"id", "version", "created_at", "updated_at", "geom_3857"} | {
        "zone_id", "plot_id", "enterprise_id", "street_id", "parent_street_id", "site_id",
    }  # fmt: skip
    sums = {}
    for name, table in TABLES.items():
        columns = ", ".join(f"t.{column.name}" for column in table.columns if column.name not in changing)
        query = f"SELECT md5(string_agg(ROW({columns})::text, E'\\n' ORDER BY id)) FROM gis.{name} t"
        sums[name] = str(conn.execute(text(query)).scalar_one())
    return sums


def test_the_same_seed_stores_the_same_rows_in_two_databases(conn: Connection, demo_conn: Connection) -> None:
    demo.load(conn, SEED, scale=SMALL)
    assert contents(conn) == contents(demo_conn)


def test_a_second_load_changes_nothing(conn: Connection) -> None:
    first = demo.load(conn, SEED, scale=SMALL)
    before = conn.execute(text("SELECT sum(id), max(updated_at) FROM gis.plots")).one()
    second = demo.load(conn, SEED, scale=SMALL)
    assert (first.loaded, second.loaded) == (True, False)
    assert (second.counts, second.digest) == (first.counts, first.digest)
    assert conn.execute(text("SELECT sum(id), max(updated_at) FROM gis.plots")).one() == before


def test_another_seed_takes_its_place_only_when_asked_and_no_key_comes_back(conn: Connection) -> None:
    first = demo.load(conn, SEED, scale=SMALL)
    last_key = count(conn, "SELECT max(id) FROM gis.plots")
    with pytest.raises(demo.DemoRefused, match=f"seed {SEED}") as refused:
        demo.load(conn, 7, scale=SMALL)
    assert "thay thế" in refused.value.message_vi
    second = demo.load(conn, 7, scale=SMALL, replace=True)
    assert second.digest != first.digest
    assert count(conn, "SELECT min(id) FROM gis.plots") == last_key + 1
    assert demo.load(conn, SEED, scale=SMALL, replace=True).digest == first.digest


def test_keys_of_new_rows_follow_those_of_the_province(conn: Connection) -> None:
    demo.load(conn, SEED, scale=SMALL)
    last_key = count(conn, "SELECT max(id) FROM gis.zones")
    insert = """INSERT INTO gis.zones (code, kind, status, name, source, geom)
                SELECT 'KCN-X', 'KCN', 'planned', 'KCN X', 'test', geom FROM gis.zones LIMIT 1 RETURNING id"""
    assert count(conn, insert) == last_key + 1


def test_real_data_is_never_mixed_with_made_up_data(conn: Connection) -> None:
    conn.execute(text(
        "INSERT INTO gis.streets (code, name, kind, source, geom) VALUES ('D1', 'Phố Thật', 'street', 'a list', "
        "ST_SetSRID('MULTILINESTRING((560000 2316000, 560100 2316000))'::geometry, gis.storage_srid()))"
    ))  # fmt: skip
    assert not demo.is_empty(conn)
    with pytest.raises(demo.DemoRefused, match="1 rows in streets"):
        demo.load(conn, SEED, scale=SMALL)
    with pytest.raises(demo.DemoRefused, match="1 rows in streets"):
        demo.load(conn, SEED, scale=SMALL, replace=True)
    assert count(conn, "SELECT count(*) FROM gis.zones") == 0


def test_demonstration_rows_of_unknown_origin_are_left_alone(conn: Connection) -> None:
    demo.load(conn, SEED, scale=SMALL)
    conn.execute(text("UPDATE gis.deployment SET demo_seed = NULL"))
    with pytest.raises(demo.DemoRefused, match="did not put there"):
        demo.load(conn, SEED, scale=SMALL)


def test_a_province_on_which_numbers_were_issued_is_not_replaced(conn: Connection) -> None:
    demo.load(conn, SEED, scale=SMALL)
    conn.execute(text(
        "INSERT INTO gis.house_numbers (street_id, number, plate_text, side, chainage_m, status, origin, valid_from) "
        "SELECT id, 1, '1', 'left', 5, 'reserved', 'existing', '2026-01-01' FROM gis.streets ORDER BY id LIMIT 1"
    ))  # fmt: skip
    with pytest.raises(demo.DemoRefused, match="Work has been done"):
        demo.load(conn, 7, scale=SMALL, replace=True)
    assert count(conn, "SELECT count(*) FROM gis.plots") > 200  # nothing was half removed


def test_it_can_be_drawn_in_another_storage_crs(new_database: Any) -> None:
    pools = Database(new_database(storage_srid=9209))
    with pools.owner.connect() as conn:
        demo.load(conn, SEED, scale=SMALL)
        off_m = """SELECT ST_Distance(ST_Centroid(ST_Envelope(geom)), ST_Transform(ST_SetSRID(
                   ST_MakePoint(106.2868, 20.9243), 4326), 9209)) FROM gis.zones WHERE code = 'KCN-DAI-AN'"""
        assert float(conn.execute(text(off_m)).scalar_one()) < 200
        assert count(conn, "SELECT count(*) FROM gis.entrances") == 1000
        conn.rollback()
    pools.dispose()


def test_the_command_loads_tells_and_records_it(new_database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Settings = new_database()
    assert settings.database_url
    monkeypatch.setenv("GIS_DATABASE_URL", settings.database_url.get_secret_value())
    runner = CliRunner()
    first = runner.invoke(demo_command.app, ["load", "--small", "--seed", "11"])
    again = runner.invoke(demo_command.app, ["load", "--small", "--seed", "11"])
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "Loaded in" in first.output
    assert "nothing was changed" in again.output
    pools = Database(settings)
    with pools.owner.connect() as conn:
        rows = conn.execute(text("SELECT operation, details->>'seed' FROM gis.audit_log")).all()
        assert {tuple(row) for row in rows} == {("demo.load", "11")}
        assert demo.load(conn, 11, scale=SMALL).digest in first.output.replace("\n", "")
    pools.dispose()
