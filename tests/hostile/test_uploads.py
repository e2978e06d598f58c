"""Files made to harm: each is refused with a clear error, quickly, and nothing else happens."""

from __future__ import annotations

import contextlib
import http.server
import json
import stat
import struct
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import Polygon
from sqlalchemy import Connection, text

from layers.errors import LayersError
from layers.ingest.errors import (
    BrokenFile,
    FileTooLarge,
    ReadingStopped,
    UnknownFormat,
    UnsafeArchive,
)
from layers.ingest.limits import MB, Limits
from tests.integration.import_files import X, Y, frame, square, take, zip_shapefile

SECRET = "root:x:0:0"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that no import may reach."""
    file = tmp_path / "secret.csv"
    file.write_text(f'ten,wkt\n{SECRET},"LINESTRING(106.3 20.9,106.4 20.9)"\n')
    return file


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine and the paths that anybody asked it for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def _refused(conn: Connection, layer: str, file: Path, **asked: object) -> LayersError:
    """The error; it must be one of ours, in both languages, and tell nothing of the machine."""
    with pytest.raises(LayersError) as error:
        take(conn, layer, file, **asked)
    assert error.value.message_vi
    assert SECRET not in str(error.value)
    assert str(file.parent) not in str(error.value)
    return error.value


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".csv", ".json", ".zip", ".parquet", ".xlsx", ".txt"])
def test_a_virtual_dataset_under_any_name_reads_nothing(
    conn: Connection, tmp_path: Path, secret: Path, suffix: str
) -> None:
    file = tmp_path / f"x{suffix}"
    file.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    assert isinstance(_refused(conn, "streets", file), UnknownFormat)


@pytest.mark.parametrize("padding", [0, 10_000])
def test_a_gdal_pipeline_called_geojson_runs_nothing(
    conn: Connection, tmp_path: Path, secret: Path, padding: int
) -> None:
    file = tmp_path / "x.geojson"
    pipeline = {
        "type": "gdal_streamed_alg",
        "command_line": f"gdal vector pipeline ! read {secret} ! write - --of stream",
    }
    file.write_text(json.dumps({"comment": " " * padding, **pipeline}) if padding else json.dumps(pipeline))
    assert isinstance(_refused(conn, "streets", file), BrokenFile if padding else UnknownFormat)


def test_no_address_is_ever_fetched(conn: Connection, tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    url, asked = listener
    feature = {"type": "Feature", "properties": {"ten": "A"},
               "geometry": {"type": "LineString", "coordinates": [[106.3, 20.9], [106.31, 20.9]]}}  # fmt: skip
    for number, crs in enumerate(
        [{"type": "link", "properties": {"href": f"{url}/crs", "type": "proj4"}},
         {"type": "name", "properties": {"name": f"{url}/crs"}},
         {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9210"}, "href": f"{url}/x"}]
    ):  # fmt: skip
        file = tmp_path / f"{number}.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
        with contextlib.suppress(LayersError):
            take(conn, "streets", file)
    shape = frame([{"ten": "A"}], [square().boundary])
    archive = zip_shapefile(shape, tmp_path / "prj.zip")
    with zipfile.ZipFile(archive) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["data.prj"] = f"{url}/crs.prj".encode()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    _refused(conn, "streets", archive)
    _refused(conn, "streets", archive, crs=f"{url}/crs")
    assert asked == []


def _shapefile_members(folder: Path) -> dict[str, bytes]:
    archive = zip_shapefile(frame([{"ten": "A"}], [square().boundary]), folder / "good.zip")
    with zipfile.ZipFile(archive) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "/etc/evil.txt", "..\\evil.txt", "C:evil.txt", "evil.so", "evil.vrt", "inner.zip"]
)
def test_an_archive_with_strangers_or_paths_is_refused(conn: Connection, tmp_path: Path, name: str) -> None:
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for member, body in _shapefile_members(tmp_path).items():
            packed.writestr(member, body)
        packed.writestr(name, b"evil")
    assert isinstance(_refused(conn, "streets", file), UnsafeArchive)
    assert not list(tmp_path.rglob("evil*"))


def test_an_archive_with_a_link_is_refused(conn: Connection, tmp_path: Path, secret: Path) -> None:
    members = _shapefile_members(tmp_path)
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for member, body in members.items():
            if member.endswith(".dbf"):
                link = zipfile.ZipInfo(member)
                link.external_attr = (stat.S_IFLNK | 0o777) << 16
                packed.writestr(link, str(secret))
            else:
                packed.writestr(member, body)
    assert isinstance(_refused(conn, "streets", file), UnsafeArchive)


def test_a_bomb_is_stopped_while_it_unpacks(conn: Connection, tmp_path: Path) -> None:
    members = _shapefile_members(tmp_path)
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, body in members.items():
            packed.writestr(member, body + (b"\x00" * (60 * MB) if member.endswith(".dbf") else b""))
    assert file.stat().st_size < MB
    assert isinstance(_refused(conn, "streets", file), FileTooLarge)


def test_an_archive_that_lies_about_its_sizes_is_refused(conn: Connection, tmp_path: Path) -> None:
    file = tmp_path / "lie.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, body in _shapefile_members(tmp_path).items():
            packed.writestr(member, body)
    raw = bytearray(file.read_bytes())
    place = raw.rfind(b"PK\x01\x02", 0, raw.rfind(b"data.dbf"))
    struct.pack_into("<I", raw, place + 24, 5)  # the directory says 5 bytes unpacked
    file.write_bytes(bytes(raw))
    assert isinstance(_refused(conn, "streets", file), BrokenFile)


def test_two_files_of_one_name_and_too_many_files_are_refused(conn: Connection, tmp_path: Path) -> None:
    members = _shapefile_members(tmp_path)
    for name, extra in (("twice", ["DATA.DBF"]), ("many", [f"{n}.txt" for n in range(60)])):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as packed:
            for member, body in members.items():
                packed.writestr(member, body)
            for member in extra:
                packed.writestr(member, b"x")
        assert isinstance(_refused(conn, "streets", tmp_path / f"{name}.zip"), UnsafeArchive)


def test_a_workbook_bomb_and_an_xml_bomb_are_stopped(conn: Connection, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<x/>")
        packed.writestr("xl/workbook.xml", b" " * (50 * MB))
    assert isinstance(_refused(conn, "sites", tmp_path / "a.xlsx"), FileTooLarge)
    laughs = '<!DOCTYPE a [<!ENTITY l0 "haha">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as packed:
        packed.writestr("[Content_Types].xml", laughs + "]><a>&l9;</a>")
        packed.writestr("xl/workbook.xml", "<x/>")
    assert isinstance(
        _refused(conn, "sites", tmp_path / "b.xlsx", limits=Limits(seconds=20)), BrokenFile | ReadingStopped
    )


def test_infinite_and_deeply_nested_geojson(conn: Connection, tmp_path: Path) -> None:
    file = tmp_path / "x.geojson"
    file.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"ten":"A"},"geometry":'
        '{"type":"LineString","coordinates":[[1e999,20.9],[106.31,20.9]]}},{"type":"Feature","properties":{"ten":"B"},'
        '"geometry":{"type":"LineString","coordinates":[[106.3,20.9],[106.31,20.9]]}}]}'
    )
    with contextlib.suppress(BrokenFile):  # refused as a whole or row by row: both are sound
        assert take(conn, "streets", file).added <= 1
    assert conn.execute(text("SELECT count(*) FROM gis.streets WHERE NOT gis.is_plausible(geom)")).scalar_one() == 0
    depth = 100_000
    nested = '{"type":"GeometryCollection","geometries":[' * depth + "]}" * depth
    file.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":' + nested + "}]}"
    )
    _refused(conn, "streets", file)


def test_deeply_nested_wkt_and_wkb_cannot_crash_us(conn: Connection, tmp_path: Path) -> None:
    depth = 30_000
    wkt = "GEOMETRYCOLLECTION(" * depth + "POINT(106.3 20.9)" + ")" * depth
    (tmp_path / "x.csv").write_text(f'ten,wkt\nA,"{wkt}"\nB,"LINESTRING(106.3 20.9,106.31 20.9)"\n')
    report = take(conn, "streets", tmp_path / "x.csv", crs=4326)
    assert (report.added, report.reasons) == (1, {"broken_geometry": 1})
    import pyarrow as pa
    from pyarrow import parquet

    wkb = struct.pack("<BII", 1, 7, 1) * 200_000 + struct.pack("<BIdd", 1, 1, 106.3, 20.9)
    table = pa.table({"ten": ["A"], "geometry": pa.array([wkb], pa.binary())})
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    parquet.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), tmp_path / "x.parquet")
    try:
        report = take(conn, "streets", tmp_path / "x.parquet")
    except LayersError as error:
        assert isinstance(error, ReadingStopped)  # noqa: PT017  (either outcome is sound; a crash of ours is not)
    else:
        assert report.added == 0


def test_a_scribble_that_takes_minutes_to_check_is_stopped(conn: Connection, tmp_path: Path) -> None:
    dice = np.random.default_rng(20251123)
    corners = np.column_stack([X + 1000 * dice.random(60_000), Y + 1000 * dice.random(60_000)])
    rows = [{"ten": "KCN X", "loai": "KCN", "trang_thai": "hoạt động"}]
    frame(rows, [Polygon(corners)]).to_parquet(tmp_path / "x.parquet")
    try:
        report = take(conn, "zones", tmp_path / "x.parquet", limits=Limits(seconds=30))
    except LayersError as error:
        assert isinstance(error, ReadingStopped)  # noqa: PT017  (the time limit, on a slow machine)
    else:
        assert report.reasons == {"broken_geometry": 1}
    assert conn.execute(text("SELECT count(*) FROM gis.zones")).scalar_one() == 0


def test_a_file_that_needs_too_much_memory_or_time_is_stopped(conn: Connection, tmp_path: Path) -> None:
    frame([{"ten": f"P{n}"} for n in range(2000)], [square(n / 10).boundary for n in range(2000)]).to_parquet(
        tmp_path / "x.parquet"
    )
    for limits in (Limits(memory_bytes=100 * MB), Limits(seconds=0)):
        assert isinstance(_refused(conn, "streets", tmp_path / "x.parquet", limits=limits), ReadingStopped)


@pytest.mark.parametrize(
    ("name", "head"),
    [("x.gpkg", b"SQLite format 3\x00" + b"\x00" * 52 + b"GPKG" + b"\xff" * 5000),
     ("x.fgb", b"fgb\x03fgb\x00" + b"\xff" * 5000),
     ("x.parquet", b"PAR1" + b"\xff" * 5000 + b"PAR1"),
     ("x.xlsx", b"PK\x03\x04" + b"\xff" * 5000),
     ("x.zip", b"PK\x03\x04" + b"\xff" * 5000),
     ("x.geojson", b"{" + b"\xff" * 5000)],
)  # fmt: skip
def test_rubbish_behind_the_right_first_bytes(conn: Connection, tmp_path: Path, name: str, head: bytes) -> None:
    (tmp_path / name).write_bytes(head)
    assert isinstance(_refused(conn, "streets", tmp_path / name), BrokenFile)


def test_text_that_a_database_cannot_hold_is_a_row_of_the_report(conn: Connection, tmp_path: Path) -> None:
    (tmp_path / "x.geojson").write_text(
        '{"type":"FeatureCollection","features":['
        + ",".join(
            f'{{"type":"Feature","properties":{{"ten":"{name}"}},"geometry":'
            '{"type":"LineString","coordinates":[[106.3,20.9],[106.31,20.9]]}}'
            for name in ("A\\u0000B", "A\\u0007B", "Phố C")
        )
        + "]}"
    )
    report = take(conn, "streets", tmp_path / "x.geojson")
    assert report.read == 3
    assert "Phố C" in conn.execute(text("SELECT name FROM gis.streets")).scalars().all()
    assert report.reasons.keys() <= {"control_character"}


def test_a_geopackage_with_an_endless_view_is_stopped(conn: Connection, tmp_path: Path) -> None:
    import sqlite3

    frame([{"ten": "A"}], [square().boundary]).to_file(tmp_path / "x.gpkg", layer="duong")
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid, x FROM c"
    with contextlib.closing(sqlite3.connect(tmp_path / "x.gpkg")) as database, database:
        database.execute(f"CREATE VIEW endless AS {endless}")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('endless', 'attributes', 'endless')"
        )
    limits = Limits(seconds=8, rows=1000)
    error = _refused(conn, "streets", tmp_path / "x.gpkg", layer_name="endless", limits=limits)
    assert isinstance(error, FileTooLarge | ReadingStopped | BrokenFile)
    assert take(conn, "streets", tmp_path / "x.gpkg", layer_name="duong").added == 1


def test_shapely_of_this_process_never_parses_what_strangers_sent(
    conn: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All shapes are parsed in the reading process; here they pass through as text."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a shape was parsed in the main process")

    frame([{"ten": "A"}], [square().boundary]).to_file(tmp_path / "x.gpkg")
    monkeypatch.setattr(shapely, "from_wkb", never)
    monkeypatch.setattr(shapely, "from_wkt", never)
    assert take(conn, "streets", tmp_path / "x.gpkg").added == 1
