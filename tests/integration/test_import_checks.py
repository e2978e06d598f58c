"""Bad rows are told one by one, bad files as a whole, and a wrong CRS is never swallowed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from shapely import LineString, MultiPolygon, Point, Polygon
from sqlalchemy import Connection, text

from layers.errors import UnknownCrs, UnknownLayer
from layers.ingest.errors import BrokenFile, CrsInDisguise, EmptyFile, WrongColumns, WrongCommune, WrongPlace
from layers.ingest.limits import Limits
from tests.integration.import_files import X, Y, frame, make_zone, square, take, zip_shapefile

BOW_TIE = Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])


def test_every_bad_row_has_its_reason_and_the_good_ones_are_kept(conn: Connection, tmp_path: Path) -> None:
    make_zone(conn)
    good = {"zone_code": "KCN-A", "code": "L1", "status": "trống", "land_use": "SKK", "area_m2": "100", "so_tang": "5"}
    cases = [
        (good, square(), None),
        (good | {"code": "L2"}, BOW_TIE, "broken_geometry"),
        (good | {"code": "L3"}, Point(X, Y), "wrong_geometry_type"),
        (good | {"code": "L4"}, MultiPolygon([square(), square(500)]), "wrong_geometry_type"),
        (good | {"code": "L5"}, square(9e6), "outside_envelope"),
        (good | {"code": None}, square(), "missing_value"),
        (good, square(), "duplicate_key"),
        (good | {"code": "L6", "area_m2": "-5"}, square(), "out_of_range"),
        (good | {"code": "L7", "area_m2": "1e999"}, square(), "not_finite"),
        (good | {"code": "L8", "status": "bỏ hoang"}, square(), "unknown_word"),
        (good | {"code": "L9", "land_use": "XYZ"}, square(), "unknown_land_use_code"),
        (good | {"code": "L10", "zone_code": "KCN-X"}, square(), "unknown_reference"),
        (good | {"code": "L11\x07"}, square(), "control_character"),
        (good | {"code": "L12", "so_tang": "2.5"}, square(), "not_whole"),
        (good | {"code": "L13"}, None, "missing_geometry"),
        (good | {"code": "L14"}, Polygon(), "empty_geometry"),
        (good | {"code": "L15", "area_m2": "12,345"}, square(), "ambiguous_number"),
        (good | {"code": "L16"}, MultiPolygon([square()]), None),  # one part is a polygon
    ]
    frame([row for row, *_ in cases], [shape for _, shape, _ in cases]).to_parquet(tmp_path / "lo.parquet")
    report = take(conn, "plots", tmp_path / "lo.parquet")
    told = {one.row: one.code for one in report.rejections}
    assert told == {n: code for n, (*_, code) in enumerate(cases, 1) if code}
    assert report.added == 2
    assert all(one.message and one.message_vi for one in report.rejections)
    broken = next(one for one in report.rejections if one.code == "broken_geometry")
    assert "560050 2316050" in broken.message  # where it crosses, in the file's own coordinates
    assert conn.execute(text("SELECT code FROM gis.plots ORDER BY code")).scalars().all() == ["L1", "L16"]


def test_infinite_and_nan_corners_are_refused(conn: Connection, tmp_path: Path) -> None:
    corners = [[(X, Y), (X + 9, Y)], [(X, Y), (float("inf"), Y)], [(X, float("nan")), (X, Y)]]
    with np.errstate(invalid="ignore"):
        lines = [LineString(both) for both in corners]
    frame([{"ten": f"Phố {n}"} for n in range(3)], lines).to_parquet(tmp_path / "d.parquet")
    report = take(conn, "streets", tmp_path / "d.parquet")
    assert (report.added, report.reasons) == (1, {"not_finite": 2})


def test_what_only_the_database_refuses_is_found_row_by_row(conn: Connection, tmp_path: Path) -> None:
    rows = [
        {"code": "10891", "name": "A", "valid_from": "2025-07-01", "valid_to": None},
        {"code": "10903", "name": "B", "valid_from": "2025-07-01", "valid_to": "2025-01-01"},  # ends before it begins
        {"code": "10891", "name": "A", "valid_from": "2026-01-01", "valid_to": None},  # overlaps the first
    ]
    (tmp_path / "dv.csv").write_text(
        "code,name,valid_from,valid_to\n"
        + "\n".join(",".join(str(v or "") for v in row.values()) for row in rows)
        + "\n"
    )
    report = take(conn, "administrative_units", tmp_path / "dv.csv")
    assert (report.added, report.reasons) == (1, {"refused_by_database": 2})
    assert "valid_period" in report.rejections[0].message
    assert "one_at_a_time" in report.rejections[1].message


def test_tax_codes_that_fail_their_check_are_kept_with_a_remark(conn: Connection, tmp_path: Path) -> None:
    rows = [
        {"ten": "A", "mst": "0801040781", "tinh_trang": "hoạt động"},
        {"ten": "B", "mst": "801040780", "tinh_trang": "hoạt động"},
        {"ten": "C", "mst": None, "tinh_trang": "hoạt động"},
        {"ten": "D", "mst": "không rõ", "tinh_trang": "hoạt động"},
        {"ten": "E", "mst": "0801040780", "tinh_trang": "hoạt động"},  # the code of B
    ]
    frame(rows, [Point(X + n, Y) for n in range(5)]).to_file(tmp_path / "dn.gpkg")
    report = take(conn, "enterprises", tmp_path / "dn.gpkg")
    assert [(w.row, w.code) for w in report.warnings] == [(1, "tax_code_check_failed"), (2, "tax_code_padded")]
    assert {r.row: r.code for r in report.rejections} == {4: "bad_tax_code", 5: "duplicate_key"}
    checks = conn.execute(text("SELECT name, tax_code, tax_code_check FROM gis.enterprises ORDER BY name")).all()
    assert checks == [("A", "0801040781", "failed"), ("B", "0801040780", "passed"), ("C", None, "absent")]


def test_wrong_columns_empty_and_broken_files_and_unknown_layers(conn: Connection, tmp_path: Path) -> None:
    frame([{"a": 1}], [square()]).to_file(tmp_path / "x.gpkg")
    with pytest.raises(WrongColumns, match="zone_code"):
        take(conn, "plots", tmp_path / "x.gpkg")
    with pytest.raises(UnknownLayer, match="plots"):
        take(conn, "rivers", tmp_path / "x.gpkg")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "heading.csv").write_text("operator,code,lon,lat\n")
    for name in ("empty.csv", "heading.csv"):
        with pytest.raises(EmptyFile):
            take(conn, "sites", tmp_path / name)
    whole = (tmp_path / "x.gpkg").read_bytes()
    (tmp_path / "half.gpkg").write_bytes(whole[: len(whole) // 3])
    with pytest.raises(BrokenFile):
        take(conn, "plots", tmp_path / "half.gpkg")
    (tmp_path / "ragged.csv").write_text("operator,code,lon,lat\nA,B,106.3,20.9,surplus\n")
    with pytest.raises(BrokenFile, match="Row 1"):
        take(conn, "sites", tmp_path / "ragged.csv")


def test_limits_are_kept(conn: Connection, tmp_path: Path) -> None:
    from layers.ingest.errors import FileTooLarge

    frame([{"ten": f"P{n}"} for n in range(5)], [square(n).boundary for n in range(5)]).to_file(tmp_path / "p.gpkg")
    with pytest.raises(FileTooLarge):
        take(conn, "streets", tmp_path / "p.gpkg", limits=Limits(rows=4))
    with pytest.raises(FileTooLarge):
        take(conn, "streets", tmp_path / "p.gpkg", limits=Limits(file_bytes=1000))
    report = take(conn, "streets", tmp_path / "p.gpkg", limits=Limits(vertices=4))
    assert report.reasons == {"too_many_vertices": 5}


def _points(folder: Path, crs: int | None, name: str = "tram.gpkg") -> Path:
    """Ten sites around Hải Dương in some CRS."""
    rows = [{"operator": "Viettel", "code": f"T{n}"} for n in range(10)]
    data = gpd.GeoDataFrame(rows, geometry=[Point(X + 900 * n, Y) for n in range(10)], crs=9210)
    if crs:
        data.to_crs(crs).to_file(folder / name)
    else:
        with pytest.warns(UserWarning, match="'crs' was not provided"):
            data.set_crs(None, allow_override=True).to_file(folder / name)
    return folder / name


def test_a_file_without_crs_is_asked_about(conn: Connection, tmp_path: Path) -> None:
    file = _points(tmp_path, None)
    with pytest.raises(UnknownCrs, match="--crs"):
        take(conn, "sites", file)
    assert take(conn, "sites", file, crs="EPSG:9210").added == 10


def test_crs_codes_that_are_refused(conn: Connection, tmp_path: Path) -> None:
    file = _points(tmp_path, None)
    with pytest.raises(UnknownCrs, match="5897"):
        take(conn, "sites", file, crs=6957)
    with pytest.raises(UnknownCrs):
        take(conn, "sites", file, crs="http://example.org/crs")


@pytest.mark.parametrize(
    ("true_srid", "stated", "proposed"),
    [(4326, 9210, 4326), (5899, 9210, 5899), (9210, 5899, 9210), (3405, 5899, 3405)],
)
def test_nearly_all_rows_outside_name_the_crs_that_fits(
    conn: Connection, tmp_path: Path, true_srid: int, stated: int, proposed: int
) -> None:
    with pytest.raises(WrongPlace) as wrong:
        take(conn, "sites", _points(tmp_path, true_srid), crs=stated)
    assert wrong.value.facts["proposed_srid"] in {proposed, 5897 if true_srid == 3405 else proposed, 9209}
    assert f"--crs {wrong.value.facts['proposed_srid']}" in wrong.value.message_vi


def test_swapped_axes_are_noticed_and_can_be_turned(conn: Connection, tmp_path: Path) -> None:
    (tmp_path / "tram.csv").write_text("operator,code,X,Y\nViettel,T1,2316000,560000\n")  # X is north here
    with pytest.raises(WrongPlace, match="--swap-axes"):
        take(conn, "sites", tmp_path / "tram.csv", crs=9210)
    assert take(conn, "sites", tmp_path / "tram.csv", crs=9210, swap_axes=True).added == 1
    assert conn.execute(text("SELECT ST_X(geom) FROM gis.sites")).scalar_one() == X


def test_some_rows_outside_are_refused_and_the_others_kept(conn: Connection, tmp_path: Path) -> None:
    (tmp_path / "tram.csv").write_text(
        "operator,code,lon,lat\nA,1,106.33,20.94\nA,2,106.34,20.94\nA,3,2.35,48.85\nA,4,,\n"
    )
    report = take(conn, "sites", tmp_path / "tram.csv")
    assert (report.added, report.reasons) == (2, {"outside_envelope": 1, "missing_geometry": 1})


def test_vn2000_labelled_as_wgs_84_is_unmasked(conn: Connection, tmp_path: Path) -> None:
    """The .prj says datum WGS 84, the projection is TM-3 105°30': 224 m off without a question."""
    masked = (
        CRS.from_epsg(9209)
        .to_wkt("WKT1_ESRI")
        .replace("GCS_VN-2000", "GCS_WGS_1984")
        .replace("D_Vietnam_2000", "D_WGS_1984")
    )
    assert "D_WGS_1984" in masked
    data = gpd.GeoDataFrame([{"operator": "A", "code": "1"}], geometry=[Point(586_127.3655, 2_316_534.4749)], crs=9209)
    file = zip_shapefile(data, tmp_path / "t.zip")
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["data.prj"] = masked.encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    with pytest.raises(CrsInDisguise) as disguise:
        take(conn, "sites", file)
    assert disguise.value.facts == {"proposed_srid": 9209}
    take(conn, "sites", file, crs=9209)
    x, y = conn.execute(text("SELECT ST_X(geom), ST_Y(geom) FROM gis.sites")).one()
    assert (x, y) == pytest.approx((560_125.6802, 2_316_420.4253), abs=0.001)


def test_a_wrong_meridian_inside_the_province_is_caught_by_the_communes(
    conn: Connection, tmp_path: Path, shared_data: Path
) -> None:
    wards = shared_data / "vn-admin-2025" / "haiphong_2025_wards.gpkg"
    take(conn, "administrative_units", wards, layer_name="wards")
    inner = gpd.read_file(wards, layer="wards").to_crs(9209)
    rows = [{"ten": f"Đường {code}", "ma_xa": code} for code in inner["code"]]
    lines = [LineString([(p.x, p.y), (p.x + 5, p.y)]) for p in inner.representative_point()]
    frame(rows, lines, crs=9209).to_file(tmp_path / "duong.gpkg")
    with pytest.raises(WrongCommune) as wrong:
        take(conn, "streets", tmp_path / "duong.gpkg", crs=9210)  # 26 km off
    assert wrong.value.facts["proposed_srid"] == 9209
    right = take(conn, "streets", tmp_path / "duong.gpkg")
    assert (right.added, right.warning_count) == (114, 0)
    assert conn.execute(text("SELECT count(*) FROM gis.streets")).scalar_one() == 114
