"""An archive holds the tiles that the service serves, all of them and nothing else."""

from __future__ import annotations

import asyncio
import gzip
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import mapbox_vector_tile
import psycopg
import pyogrio
import pytest
import typer
from fastapi.testclient import TestClient
from pmtiles.reader import MmapSource, Reader, all_tiles
from typer.testing import CliRunner

from gis_service.cli import tiles_archive
from gis_service.database import Audience, Database
from gis_service.settings import Settings
from layers import crs
from maps import archive, catalog
from maps.errors import ArchiveRefused
from maps.matrix import WEB_MERCATOR, Box

LAYERS = ("zones", "plots")
BOUNDS = (105.9, 19.9, 108.1, 21.6)
LAST = 15


def plan(audience: Audience = "public", **changes: object) -> archive.Plan:
    given = {
        "layers": tuple(catalog.get(name) for name in LAYERS), "audience": audience, "first_zoom": 6,
        "last_zoom": LAST, "bounds": BOUNDS, "title": "Khu công nghiệp", "attribution": "Ban Quản lý", "lang": "vi",
    }  # fmt: skip
    return archive.Plan(**(given | changes))  # type: ignore[arg-type]


def write(settings: Settings, out: Path, what: archive.Plan) -> archive.Report:
    async def run() -> archive.Report:
        database = Database(settings)
        try:
            await database.open_tile_pools()
            async with database.tile_pool(what.audience).connection() as conn:
                return await archive.write(conn, out, what)
        finally:
            await database.close()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def pmtiles_file(demo_database: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("archive") / "khu.pmtiles"
    report = write(demo_database, out, plan())
    assert report.size_bytes == out.stat().st_size
    assert report.by_zoom is not None
    assert sum(report.by_zoom.values()) == report.tiles
    return out


@pytest.fixture(scope="module")
def contents(pmtiles_file: Path) -> Iterator[dict[tuple[int, int, int], bytes]]:
    with pmtiles_file.open("rb") as file:
        yield {address: gzip.decompress(body) for address, body in all_tiles(MmapSource(file))}


def test_the_header_and_the_metadata_say_what_is_inside(pmtiles_file: Path) -> None:
    with pmtiles_file.open("rb") as file:
        reader = Reader(MmapSource(file))
        header, metadata = reader.header(), reader.metadata()
    assert header["version"] == 3
    assert header["clustered"]
    assert (header["tile_type"].name, header["tile_compression"].name) == ("MVT", "GZIP")
    assert (header["min_zoom"], header["max_zoom"]) == (6, LAST)
    assert [header[key] / 1e7 for key in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")] == list(BOUNDS)
    assert header["tile_contents_count"] <= header["tile_entries_count"] <= header["addressed_tiles_count"]
    assert metadata["name"] == "Khu công nghiệp"
    fields = {one["id"]: set(one["fields"]) for one in metadata["vector_layers"]}
    assert fields["plots"] == {"status"}
    assert set(fields) == {"zones", "zones_labels", "plots", "plots_labels", "plots_overview"}


def test_each_tile_is_the_one_that_is_served(client: TestClient, contents: dict[tuple[int, int, int], bytes]) -> None:
    assert len(contents) > 40
    for (z, x, y), body in contents.items():
        served = client.get(f"/tiles/zones,plots/{z}/{x}/{y}", headers={"Accept-Encoding": "identity"})
        assert served.content == body, (z, x, y)


def test_no_tile_is_missing(client: TestClient, contents: dict[tuple[int, int, int], bytes]) -> None:
    """Up to zoom 12 every tile of the territory is asked for; the service has nothing that the archive has not."""
    asked = 0
    for z in range(6, 13):
        limits = WEB_MERCATOR.limits(BOUNDS, z)
        for x in range(limits.first_column, limits.last_column + 1):
            for y in range(limits.first_row, limits.last_row + 1):
                asked += 1
                served = client.get(f"/tiles/zones,plots/{z}/{x}/{y}")
                assert ((z, x, y) in contents) == (served.status_code == 200), (z, x, y)
    assert asked > 500


def test_equal_tiles_are_kept_once_and_reading_by_address_finds_them(
    pmtiles_file: Path, contents: dict[tuple[int, int, int], bytes]
) -> None:
    with pmtiles_file.open("rb") as file:
        reader = Reader(MmapSource(file))
        assert reader.header()["addressed_tiles_count"] == len(contents)
        assert reader.header()["tile_contents_count"] == len(set(contents.values()))
        for address in list(contents)[:: max(1, len(contents) // 50)]:
            found = reader.get(*address)
            assert found is not None
            assert gzip.decompress(found) == contents[address]
        assert reader.get(12, 0, 0) is None


def test_the_archive_of_staff_is_another_one(
    demo_database: Settings, tmp_path: Path, contents: dict[tuple[int, int, int], bytes]
) -> None:
    assert demo_database.database_url is not None
    with psycopg.connect(demo_database.database_url.get_secret_value(), autocommit=True) as db:
        hidden = db.execute("UPDATE gis.plots SET published = false WHERE id = (SELECT min(id) FROM gis.plots)"
                            " RETURNING id").fetchone()  # fmt: skip
        assert hidden is not None
        try:
            seen: dict[str, set[int]] = {}
            for audience in ("public", "staff"):
                out = tmp_path / f"{audience}.pmtiles"
                write(demo_database, out, plan(audience, first_zoom=14, last_zoom=14))  # type: ignore[arg-type]
                with out.open("rb") as file:
                    decoded = [
                        mapbox_vector_tile.decode(gzip.decompress(body)) for _, body in all_tiles(MmapSource(file))
                    ]
                seen[audience] = {
                    one["id"] for tile in decoded for one in tile.get("plots", {"features": []})["features"]
                }
            assert hidden[0] in seen["staff"]
            assert hidden[0] not in seen["public"]
        finally:
            db.execute("UPDATE gis.plots SET published = true WHERE id = %s", hidden)


def test_gdal_reads_the_archive(pmtiles_file: Path, contents: dict[tuple[int, int, int], bytes]) -> None:
    """GDAL's own PMTiles driver, as newer QGIS has it; the GDAL of Debian 12 has none."""
    assert {"zones", "zones_labels", "plots", "plots_labels"} <= set(pyogrio.list_layers(pmtiles_file)[:, 0])
    frame = pyogrio.read_dataframe(pmtiles_file, layer="plots")
    expected = {
        one["id"]
        for (z, _, _), body in contents.items() if z == LAST
        for one in mapbox_vector_tile.decode(body).get("plots", {"features": []})["features"]
    }  # fmt: skip
    assert len(frame) >= len(expected) > 10
    assert set(frame["status"].dropna()) <= {"available", "reserved", "leased", "planned", "not_for_lease"}


def test_mbtiles_hold_the_same_tiles_counted_from_the_south(
    demo_database: Settings, tmp_path: Path, contents: dict[tuple[int, int, int], bytes]
) -> None:
    out = tmp_path / "khu.mbtiles"
    write(demo_database, out, plan(last_zoom=13))
    with sqlite3.connect(out) as db:
        rows = {(z, x, (1 << z) - 1 - y): gzip.decompress(body) for z, x, y, body in db.execute("SELECT * FROM tiles")}
        said = dict(db.execute("SELECT name, value FROM metadata"))
    assert rows == {address: body for address, body in contents.items() if address[0] <= 13}
    assert (said["format"], said["minzoom"], said["maxzoom"]) == ("pbf", "6", "13")
    assert {one["id"] for one in json.loads(said["json"])["vector_layers"]} >= set(LAYERS)
    assert "plots" in set(pyogrio.list_layers(out)[:, 0])


def test_an_archive_appears_whole_or_not_at_all(demo_database: Settings, tmp_path: Path) -> None:
    out = tmp_path / "khu.pmtiles"
    out.write_bytes(b"the old one")
    with pytest.raises(ArchiveRefused):  # the middle of the sea
        write(demo_database, out, plan(bounds=(107.9, 19.9, 108.0, 20.0)))
    assert out.read_bytes() == b"the old one"
    assert [one.name for one in tmp_path.iterdir()] == ["khu.pmtiles"]
    write(demo_database, out, plan(last_zoom=8))
    assert out.read_bytes()[:7] == b"PMTiles"


@pytest.mark.parametrize("changes", [{"first_zoom": 9, "last_zoom": 8}, {"last_zoom": 23}, {"bounds": (1, 2, 1, 3)}])
def test_a_plan_that_cannot_be_meant_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ArchiveRefused):
        plan(**changes)  # type: ignore[arg-type]


def test_the_command_writes_what_it_is_asked_for(
    demo_database: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    contents: dict[tuple[int, int, int], bytes],
) -> None:
    for name in ("database_url", "staff_database_url", "public_database_url"):
        monkeypatch.setenv(f"GIS_{name.upper()}", getattr(demo_database, name).get_secret_value())
    app = typer.Typer()
    app.command("archive")(tiles_archive.command)
    out = tmp_path / "khu.pmtiles"
    west, south, east, north = plot_bounds(contents)
    asked = [str(out), "--layers", "zones,plots", "--zooms", "12-13", "--bounds", f"{west},{south},{east},{north}"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    with out.open("rb") as file:
        written = {address: gzip.decompress(body) for address, body in all_tiles(MmapSource(file))}
    assert written == {address: body for address, body in contents.items() if address[0] in (12, 13)}
    assert f"{len(written)} tiles" in done.output
    for wrong in (["--zooms", "a-b"], ["--bounds", "1,2,3"], ["--layers", "nope"]):
        assert CliRunner().invoke(app, [str(out), *wrong]).exit_code == 1


def plot_bounds(contents: dict[tuple[int, int, int], bytes]) -> Box:
    """A box in degrees within the tiles of zoom 12 that the archive has, and no wider."""
    columns = [x for z, x, _ in contents if z == 12]
    rows = [y for z, _, y in contents if z == 12]
    west, _, _, north = WEB_MERCATOR.envelope(12, min(columns), min(rows))
    _, south, east, _ = WEB_MERCATOR.envelope(12, max(columns), max(rows))
    to_degrees = crs.transformer(3857, crs.WGS84).transform
    return (*to_degrees(west + 1, south + 1), *to_degrees(east - 1, north - 1))


def test_an_unknown_ending_and_a_missing_folder_are_refused(demo_database: Settings, tmp_path: Path) -> None:
    for name in ("khu.zip", "missing/khu.pmtiles"):
        with pytest.raises(ArchiveRefused):
            write(demo_database, tmp_path / name, plan())
