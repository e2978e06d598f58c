"""Polygons that operators declare: they complete cells on record, and ratios go by them."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
import typer
from pyproj import Transformer
from shapely import MultiPolygon, Polygon
from sqlalchemy import Connection, text
from typer.testing import CliRunner

from gis_service.cli import imports
from gis_service.database import Database
from gis_service.settings import Settings
from layers.coverage import ratios
from layers.errors import UnknownLayer
from layers.ingest.errors import WrongColumns
from tests.integration.import_files import X, Y, frame, make_zone, square, take

BOW_TIE = Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])


@pytest.fixture
def cells(conn: Connection, tmp_path: Path) -> None:
    """Cells A, B and C of Viettel T1 in the middle of the zone, reaching 300 m all around; A of VNPT T1."""
    make_zone(conn)
    lines = ["Viettel,T1,A", "Viettel,T1,B", "Viettel,T1,C", "VNPT,T1,A"]
    (tmp_path / "cell.csv").write_text(
        "operator,site_code,code,technology,state,ban_kinh,x,y\n"
        + "".join(f"{line},5G,on_air,300,{X + 1000},{Y}\n" for line in lines),
        encoding="utf-8",
    )
    assert take(conn, "cells", tmp_path / "cell.csv", crs=9210).added == 4


def of(code: str, operator: str = "Viettel", site: str = "T1") -> dict[str, Any]:
    """A row that names a cell, with the headings of an operator's file."""
    return {"Nhà mạng": operator, "Mã trạm": site, "Mã cell": code}


def on_record(conn: Connection) -> dict[str, tuple[str | None, int]]:
    """Operator and cell -> its footprint as WKT, and the version of the row."""
    rows = conn.execute(
        text("SELECT s.operator || ' ' || c.code, ST_AsText(c.footprint), c.version"
             " FROM gis.cells c JOIN gis.sites s ON s.id = c.site_id")
    )  # fmt: skip
    return {key: (shape, version) for key, shape, version in rows}


def test_polygons_are_added_changed_and_left_alone(conn: Connection, cells: None, tmp_path: Path) -> None:
    file = tmp_path / "vung.gpkg"
    frame([of("A"), of("B")], [square(), MultiPolygon([square(200), square(400)])]).to_file(file)
    trial = take(conn, "footprints", file, dry_run=True)
    assert (trial.added, trial.changed, trial.unchanged) == (2, 0, 0)
    assert {shape for shape, _ in on_record(conn).values()} == {None}
    report = take(conn, "footprints", file, source="Viettel", source_date=date(2026, 3, 1))
    assert (report.added, report.changed, report.unchanged) == (2, 0, 0)
    stored = on_record(conn)
    assert shapely.from_wkt(stored["Viettel A"][0]) == MultiPolygon([square()])
    assert (stored["Viettel C"][0], stored["VNPT A"]) == (None, (None, 1))
    again = take(conn, "footprints", file, source="Viettel", source_date=date(2026, 3, 1))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert on_record(conn) == stored
    frame([of("A"), of("B"), of("C")], [square(), square(side_m=50), square(700)]).to_file(tmp_path / "moi.gpkg")
    trial = take(conn, "footprints", tmp_path / "moi.gpkg", dry_run=True)
    assert on_record(conn) == stored
    real = take(conn, "footprints", tmp_path / "moi.gpkg")
    assert (trial.added, trial.changed, trial.unchanged) == (real.added, real.changed, real.unchanged) == (1, 1, 1)
    assert on_record(conn)["Viettel A"] == stored["Viettel A"]
    kept = conn.execute(text("SELECT DISTINCT technology, state, radius_m, source FROM gis.cells WHERE code = 'A'"))
    assert sorted(kept.all()) == [("5G", "on_air", 300, "Viettel"), ("5G", "on_air", 300, "cell.csv")]


def test_every_bad_row_has_its_reason(conn: Connection, cells: None, tmp_path: Path) -> None:
    cases = [
        (of("A"), square(), None),
        (of("B"), BOW_TIE, "broken_geometry"),
        (of("Z"), square(), "unknown_cell"),
        (of("C", site="T9"), square(), "unknown_cell"),
        (of("B", operator="VNPT"), square(), "unknown_cell"),
        (of("A"), square(500), "duplicate_key"),
        (of("C"), square(9e6), "outside_envelope"),
        (of("C"), shapely.Point(X, Y), "wrong_geometry_type"),
        (of("C"), None, "missing_geometry"),
    ]
    frame([row for row, *_ in cases], [shape for _, shape, _ in cases]).to_parquet(tmp_path / "v.parquet")
    for dry_run in (True, False):
        report = take(conn, "footprints", tmp_path / "v.parquet", dry_run=dry_run)
        assert {one.row: one.code for one in report.rejections} == {n: c for n, (*_, c) in enumerate(cases, 1) if c}
        assert report.added == 1
    told = {one.row: one for one in report.rejections}
    assert "560050 2316050" in told[2].message
    assert "Viettel / T9 / C" in told[4].message
    assert (told[3].column, told[3].key) == ("Mã cell", "Z")
    assert [key for key, (shape, _) in on_record(conn).items() if shape] == ["Viettel A"]
    again = take(conn, "footprints", tmp_path / "v.parquet")
    assert (again.unchanged, again.rejected) == (1, 8)


@pytest.mark.parametrize("kind", ["geojson", "csv", "parquet"])
def test_an_open_ring_is_refused_and_told_where(conn: Connection, cells: None, tmp_path: Path, kind: str) -> None:
    corners = list(square().exterior.coords)
    file = tmp_path / f"vung.{kind}"
    where = "560000, 2316000"
    if kind == "csv":
        rings = [", ".join(f"{x} {y}" for x, y in ring) for ring in (corners[:-1], corners)]
        lines = [f'Viettel,T1,{code},"POLYGON(({ring}))"' for code, ring in zip("AB", rings, strict=True)]
        file.write_text("operator,site_code,code,wkt\n" + "\n".join(lines) + "\n", encoding="utf-8")
    elif kind == "geojson":
        to_degrees = Transformer.from_crs(9210, 4326, always_xy=True)
        degrees = [to_degrees.transform(*corner) for corner in corners]
        features = [
            {"type": "Feature", "properties": of(code), "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for code, ring in (("A", degrees[:-1]), ("B", degrees))
        ]
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        where = f"{degrees[0][0]:.7g}, {degrees[0][1]:.7g}"
    else:
        _write_open_parquet(file, corners)
    report = take(conn, "footprints", file, crs=None if kind == "geojson" else 9210)
    assert (report.added, report.reasons) == (1, {"broken_geometry": 1})
    assert where in report.rejections[0].message
    assert where in report.rejections[0].message_vi
    assert on_record(conn)["Viettel A"][0] is None


def _write_open_parquet(file: Path, corners: list[tuple[float, ...]]) -> None:
    """A GeoParquet file whose first ring lacks its last corner, as no library would write it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame([of("A"), of("B")], [square(), square()]).to_parquet(file)
    whole = pq.read_table(file)
    shapes = [
        struct.pack("<BIII", 1, 3, 1, len(ring)) + b"".join(struct.pack("<dd", *corner) for corner in ring)
        for ring in (corners[:-1], corners)
    ]
    place = whole.column_names.index("geometry")
    pq.write_table(whole.set_column(place, whole.field("geometry"), pa.array(shapes, pa.binary())), file)


def test_a_file_without_shapes_is_refused_and_the_layer_is_listed(
    conn: Connection, cells: None, tmp_path: Path
) -> None:
    (tmp_path / "v.csv").write_text("operator,site_code,code\nViettel,T1,A\n", encoding="utf-8")
    with pytest.raises(WrongColumns, match="no shapes"):
        take(conn, "footprints", tmp_path / "v.csv")
    with pytest.raises(UnknownLayer, match="footprints"):
        take(conn, "rivers", tmp_path / "v.csv")


def test_a_made_up_cell_stays_made_up(conn: Connection, cells: None, tmp_path: Path) -> None:
    conn.execute(text("UPDATE gis.cells SET is_demo = true"))
    frame([of("A")], [square()]).to_file(tmp_path / "v.gpkg")
    assert take(conn, "footprints", tmp_path / "v.gpkg").added == 1
    assert take(conn, "footprints", tmp_path / "v.gpkg").unchanged == 1
    assert conn.execute(text("SELECT bool_and(is_demo) FROM gis.cells")).scalar_one() is True


def test_the_ratio_of_a_zone_goes_by_the_imported_polygon(conn: Connection, cells: None, tmp_path: Path) -> None:
    def covered_m2() -> float:
        [zone] = ratios.by_zone(conn, technology="5G", operators=["VNPT"], as_of=date(2026, 6, 30))
        return zone.covered_area_m2

    assert covered_m2() == pytest.approx(3.14159265 * 300**2, rel=1e-6)
    declared = MultiPolygon([square(-900, side_m=200), square(2900, side_m=400)])
    frame([of("A", operator="VNPT")], [declared]).to_file(tmp_path / "v.fgb", driver="FlatGeobuf")
    assert take(conn, "footprints", tmp_path / "v.fgb").added == 1
    # Of the second part 100 m x 400 m lie in the zone; the circle around the site no longer counts.
    assert covered_m2() == pytest.approx(200 * 200 + 100 * 400, abs=0.5)
    drawn = conn.execute(
        text("SELECT ST_Equals(ST_SnapToGrid(c.geom_3857, 0.01), ST_SnapToGrid(ST_Transform(c.footprint, 3857), 0.01))"
             " FROM gis.cells c WHERE c.footprint IS NOT NULL")
    ).scalar_one()  # fmt: skip
    assert drawn is True


def test_footprints_from_a_terminal(
    new_database: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = new_database()
    for name in ("database_url", "staff_database_url", "public_database_url"):
        monkeypatch.setenv(f"GIS_{name.upper()}", getattr(settings, name).get_secret_value())
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer()
    app.command("import")(imports.command)
    cell = f"operator,site_code,code,technology,state,x,y\nViettel,T1,A,5G,on_air,{X},{Y}\n"
    (tmp_path / "cell.csv").write_text(cell, encoding="utf-8")
    frame([of("A")], [square()]).to_file(tmp_path / "v.gpkg")
    frame([of("Z")], [square()]).to_file(tmp_path / "z.gpkg")
    run = CliRunner().invoke
    assert run(app, ["cells", str(tmp_path / "cell.csv"), "--crs", "9210"]).exit_code == 0
    dry = run(app, ["footprints", str(tmp_path / "v.gpkg"), "--dry-run"])
    assert (dry.exit_code, "dry run" in dry.output) == (0, True), dry.output
    for _ in range(2):
        assert run(app, ["footprints", str(tmp_path / "v.gpkg")]).exit_code == 0
    refused = run(app, ["footprints", str(tmp_path / "z.gpkg")])
    assert (refused.exit_code, "unknown_cell" in refused.output) == (2, True), refused.output
    pools = Database(settings)
    with pools.owner.connect() as owner:
        found = owner.execute(text("SELECT version, footprint IS NOT NULL FROM gis.cells")).all()
    pools.dispose()
    assert found == [(2, True)]  # drawn once: neither the trial nor the second run touched it
