"""The same three plots in each of the seven formats are the same three plots on record."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Connection, text

from layers.ingest.errors import ChooseTable, UnknownEncoding, UnknownFormat, WrongColumns, WrongPlace
from tests.integration.import_files import X, Y, frame, make_zone, square, take, three_plots, zip_shapefile


def _gpkg(folder: Path) -> Path:
    three_plots().to_file(folder / "lo.gpkg", layer="lo")
    return folder / "lo.gpkg"


def _geojson(folder: Path) -> Path:
    three_plots().to_crs(4326).to_file(folder / "lo.geojson", driver="GeoJSON", COORDINATE_PRECISION=12)
    return folder / "lo.geojson"


def _flatgeobuf(folder: Path) -> Path:
    three_plots().to_file(folder / "lo.fgb", driver="FlatGeobuf", SPATIAL_INDEX="NO")
    return folder / "lo.fgb"


def _geoparquet(folder: Path) -> Path:
    three_plots().to_parquet(folder / "lo.parquet")
    return folder / "lo.parquet"


def _shapefile(folder: Path) -> Path:
    short = three_plots().set_axis(["ma_khu", "ma_lo", "trang_thai", "loai_dat", "dien_tich", "geometry"], axis=1)
    return zip_shapefile(short.set_geometry("geometry"), folder / "lo.zip", encoding="UTF-8")


def _csv(folder: Path) -> Path:
    plots = three_plots()
    plots["wkt"] = plots.geometry.to_wkt(rounding_precision=6)
    plots.drop(columns="geometry").to_csv(folder / "lo.csv", index=False, sep=";")
    return folder / "lo.csv"


def _xlsx(folder: Path) -> Path:
    plots = three_plots()
    plots["wkt"] = plots.geometry.to_wkt(rounding_precision=6)
    plots.drop(columns="geometry").to_excel(folder / "lo.xlsx", index=False)
    return folder / "lo.xlsx"


WRITERS: dict[str, tuple[Callable[[Path], Path], str | None]] = {
    "geopackage": (_gpkg, None),
    "geojson": (_geojson, None),
    "flatgeobuf": (_flatgeobuf, None),
    "geoparquet": (_geoparquet, None),
    "shapefile": (_shapefile, None),
    "csv": (_csv, "9210"),
    "xlsx": (_xlsx, "9210"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_three_plots(conn: Connection, tmp_path: Path, name: str) -> None:
    write, crs = WRITERS[name]
    make_zone(conn)
    report = take(conn, "plots", write(tmp_path), crs=crs)
    assert (report.format, report.read, report.added, report.rejected) == (name, 3, 3, 0), report.rejections
    rows = conn.execute(
        text("SELECT code, status, area_m2, ST_Area(geom), ST_XMin(geom), source_srid FROM gis.plots ORDER BY code")
    ).all()
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("CN-01", "available", 10_000), ("CN-02", "leased", 20_000), ("CN-03", "reserved", 30_000),
    ]  # fmt: skip
    assert [row[3] for row in rows] == pytest.approx([10_000] * 3, abs=0.5)
    assert [row[4] for row in rows] == pytest.approx([X, X + 150, X + 300], abs=0.002)
    assert {row[5] for row in rows} == {4326 if name == "geojson" else 9210}


def test_points_from_lon_lat_columns_are_wgs_84(conn: Connection, tmp_path: Path) -> None:
    file = tmp_path / "tram.csv"
    file.write_text("Nhà mạng,Mã trạm,Kinh độ,Vĩ độ\nViettel,HDG001,106.33,20.94\n", encoding="utf-8-sig")
    report = take(conn, "sites", file)
    assert (report.added, report.srid) == (1, 4326)
    x, y = conn.execute(text("SELECT ST_X(geom), ST_Y(geom) FROM gis.sites")).one()
    assert (x, y) == pytest.approx((560_125.6802, 2_316_420.4253), abs=0.001)  # the control point of vn2000-crs


def test_a_workbook_keeps_leading_zeros_and_gets_back_those_it_lost(conn: Connection, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["MST", "Tên doanh nghiệp", "Tình trạng", "X", "Y"])
    sheet.append(["0801040780", "Công ty A", "đang hoạt động", X, Y])  # a text cell
    sheet.append([801_040_773, "Công ty B", "tạm ngừng", X + 5, Y])  # a number cell: the zero is gone
    book.save(tmp_path / "dn.xlsx")
    report = take(conn, "enterprises", tmp_path / "dn.xlsx", crs=9210)
    rows = conn.execute(text("SELECT code, tax_code, status FROM gis.enterprises ORDER BY tax_code DESC")).all()
    assert rows[0] == ("0801040780", "0801040780", "operating")
    assert report.added + report.rejected == 2
    if report.rejected:  # 9 digits whose check fails with the zero back are no tax code
        assert report.reasons == {"bad_tax_code": 1}


def test_several_tables_are_asked_about(conn: Connection, tmp_path: Path) -> None:
    three_plots().to_file(tmp_path / "hai.gpkg", layer="lo_1")
    three_plots().to_file(tmp_path / "hai.gpkg", layer="lo_2")
    make_zone(conn)
    with pytest.raises(ChooseTable, match="lo_1, lo_2"):
        take(conn, "plots", tmp_path / "hai.gpkg")
    assert take(conn, "plots", tmp_path / "hai.gpkg", layer_name="lo_2").added == 3


def _old_shapefile(folder: Path, names: list[str], *, cpg: str | None = None) -> Path:
    """A .dbf of bytes as the nineties left them: without .cpg, or with one."""
    rows = [{"ten": name, "ma": f"T{n}"} for n, name in enumerate(names)]
    data = frame(rows, [square(50 * n).boundary for n in range(len(names))])
    path = zip_shapefile(data, folder / "cu.zip", encoding="ISO-8859-1")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith(".cpg")}
    parts["data.dbf"] = parts["data.dbf"][:29] + b"\x00" + parts["data.dbf"][30:]  # no language driver either
    if cpg:
        parts["data.cpg"] = cpg.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return path


def test_tcvn3_in_a_dbf_is_recognised(conn: Connection, tmp_path: Path) -> None:
    masked = ["§­êng NguyÔn L­¬ng B»ng", "§­êng TrÇn H­ng §¹o", "Phè B¹ch §»ng", "§­êng Lª Thanh NghÞ"]
    report = take(conn, "streets", _old_shapefile(tmp_path, masked))
    assert report.encodings == {"ten": "tcvn3"}
    names = conn.execute(text("SELECT name FROM gis.streets ORDER BY code")).scalars().all()
    assert names == ["Đường Nguyễn Lương Bằng", "Đường Trần Hưng Đạo", "Phố Bạch Đằng", "Đường Lê Thanh Nghị"]


def test_an_unknown_encoding_is_asked_about_and_can_be_stated(conn: Connection, tmp_path: Path) -> None:
    file = _old_shapefile(tmp_path, ["Mäkelänkatu", "Töölönkatu", "Hämeentie"])
    with pytest.raises(UnknownEncoding):
        take(conn, "streets", file)
    assert take(conn, "streets", file, encoding="iso-8859-1").added == 3


def test_columns_can_be_mapped_by_hand(conn: Connection, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text("oper,c1,toa do X,toa do Y\nViettel,A1,560000,2316000\n", encoding="utf-8")
    with pytest.raises(WrongColumns, match="operator") as wrong:
        take(conn, "sites", file, crs=9210)
    assert wrong.value.facts["missing"] == ["operator", "code"]
    asked = {"oper": "operator", "c1": "code"}
    assert take(conn, "sites", file, crs=9210, column_map=asked).added == 1
    with pytest.raises(WrongColumns):
        take(conn, "sites", file, crs=9210, column_map={"nothere": "code"})
    with pytest.raises(WrongPlace) as turned:  # as if X were north
        take(conn, "sites", file, crs=9210, column_map={**asked, "toa do Y": "x", "toa do X": "y"})
    assert (turned.value.facts["proposed_srid"], turned.value.facts["swap_axes"]) == (9210, True)


def test_a_name_that_lies_about_its_content_is_refused(conn: Connection, tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").write_bytes(_geojson(tmp_path).read_bytes())
    with pytest.raises(UnknownFormat):
        take(conn, "plots", tmp_path / "a.gpkg")
    (tmp_path / "a.kml").write_text("<kml/>")
    with pytest.raises(UnknownFormat, match="GeoPackage"):
        take(conn, "plots", tmp_path / "a.kml")


def test_y_is_north(conn: Connection, tmp_path: Path) -> None:
    """A square that is wider than high stays so."""
    wide = frame([{"ma": "R", "ten": "Phố R"}], [square(side_m=10).boundary])
    wide.to_file(tmp_path / "r.gpkg")
    take(conn, "streets", tmp_path / "r.gpkg")
    assert conn.execute(text("SELECT ST_YMin(geom) FROM gis.streets")).scalar_one() == pytest.approx(Y)
