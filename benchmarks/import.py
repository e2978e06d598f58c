"""Importing plots with every check, against ogr2ogr loading the same file into the same database unchecked.

Seeded plots in a GeoPackage in EPSG:9209, reprojected on the way in to EPSG:9210. Ours opens the file
in a confined process, checks each shape, word, code and key, merges by key and keeps the indexes and
the tile geometry up to date. The peer copies into a bare table with one spatial index; with an INSERT
behind it, its rows get the same constraints, triggers and indexes, but no check that tells why, no words
understood, no second run. Measured from the start of the work to its commit, processes included; best run.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
from psycopg.conninfo import conninfo_to_dict
from shapely import box
from sqlalchemy import text

from benchmarks.harness import Row
from benchmarks.tiles_load import cpu_seconds
from gis_service import cluster
from gis_service.database import Database, create_database, find_addresses
from gis_service.migrating import migrate
from gis_service.settings import Settings
from layers.ingest import import_file

SEED = 20251123
GOALS = {"first run": "ours >= 2000", "second run, nothing changed": "ours >= 2500"}


def run(quick: bool) -> list[Row]:
    """Rows per second of the first run, of the second run of the same file, and of the peer."""
    count, repeats = (2_000, 1) if quick else (20_000, 3)
    settings = Settings(database_name="bench_import", log_level="ERROR")
    addresses = find_addresses(settings)
    create_database(addresses.owner, "bench_import")
    database = Database(settings, addresses)
    with database.owner.begin() as conn:
        migrate(conn, settings)
    with tempfile.TemporaryDirectory(prefix="bench-import-") as folder:
        file = _make_file(Path(folder), count)
        first, second, peer, whole = [], [], [], []
        for _ in range(repeats):
            _empty(database)
            first.append(_timed(lambda: _ours(database, file)))
            second.append(_timed(lambda: _ours(database, file)))
            if shutil.which("ogr2ogr"):
                peer.append(_timed(lambda: _peer(addresses.owner, file)))
                _empty(database)
                whole.append(_timed(lambda: _peer_to_the_end(database, addresses.owner, file)))
        costs = _cost_of_triggers(database, file, count, repeats)
    database.dispose()
    return [
        _row("first run", count, min(first), min(whole, default=None), "ogr2ogr, then INSERT into gis.plots"),
        _row("first run", count, min(first), min(peer, default=None), "ogr2ogr into a bare table"),
        _row("second run, nothing changed", count, min(second), min(peer, default=None), "ogr2ogr into a bare table"),
        *costs,
    ]


TRIGGERS = {"tile marks": "note_tiles", "counts of overviews": "overview_of", "search": "search"}
"""What follows an import, and how the names of its triggers begin."""


def _cost_of_triggers(database: Database, file: Path, count: int, repeats: int) -> list[Row]:
    """CPU of the database for the first run of the same file, with and without what follows an import."""
    status = cluster.status(database.settings.home)
    if database.settings.database_url is not None or status.pid is None:
        note = "the database is not the embedded one, so its CPU cannot be read here"
        return [Row("CPU of the database for a row", 0, "us", None, "without triggers", note=note)]
    spent: dict[str, list[float]] = {name: [] for name in ("everything", *TRIGGERS, "all three")}
    for _ in range(repeats):
        for name, found in spent.items():
            _empty(database)
            off = list(TRIGGERS.values()) if name == "all three" else [TRIGGERS[name]] if name in TRIGGERS else []
            _switch(database, off, "DISABLE")
            before = cpu_seconds(status.pid)
            _ours(database, file)
            found.append(cpu_seconds(status.pid) - before)
            _switch(database, off, "ENABLE")
    least = {name: min(found) / count * 1e6 for name, found in spent.items()}
    return [
        Row("CPU of the database for a row", least["everything"], "us", least[name], f"without {name}")
        for name in least if name != "everything"
    ]  # fmt: skip


def _switch(database: Database, beginnings: list[str], how: str) -> None:
    with database.owner.begin() as conn:
        names = conn.execute(
            text("SELECT tgname FROM pg_trigger WHERE tgrelid = 'gis.plots'::regclass AND NOT tgisinternal")
        ).scalars()
        for name in list(names):
            if beginnings and name.startswith(tuple(beginnings)):
                conn.execute(text(f"ALTER TABLE gis.plots {how} TRIGGER {name}"))


def _row(name: str, count: int, ours_s: float, peer_s: float | None, peer_name: str) -> Row:
    note = f"ours {ours_s:.2f} s" + (f", peer {peer_s:.2f} s" if peer_s else "; ogr2ogr (gdal-bin) is not installed")
    return Row(
        f"{name}, {count:,} plots", count / ours_s, "rows/s", count / peer_s if peer_s else None,
        peer_name, GOALS[name] if count >= 20_000 else "", note,
    )  # fmt: skip


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _make_file(folder: Path, count: int) -> Path:
    dice = random.Random(SEED)
    words = ["còn trống", "đã cho thuê", "giữ chỗ", "quy hoạch"]
    rows = [
        {"ma_khu": f"B-{n % 40}", "ma_lo": f"CN-{n}", "trang_thai": dice.choice(words), "loai_dat": "SKK",
         "dien_tich": 2500.0, "gia_thue": round(dice.uniform(60, 140), 2), "so_to": str(n // 100),
         "so_thua": str(n % 100)}
        for n in range(count)
    ]  # fmt: skip
    corners = [(570_000 + 70 * (n % 200), 2_300_000 + 70 * (n // 200)) for n in range(count)]
    shapes = [box(x, y, x + 50, y + 50) for x, y in corners]
    gpd.GeoDataFrame(rows, geometry=shapes, crs=9209).to_file(folder / "plots.gpkg", layer="plots")
    return folder / "plots.gpkg"


def _empty(database: Database) -> None:
    with database.owner.begin() as conn:
        conn.execute(text("TRUNCATE gis.plots, gis.zones CASCADE"))
        conn.execute(
            text(
                "INSERT INTO gis.zones (code, kind, status, name, source, geom) SELECT 'B-' || n, 'KCN', 'operating',"
                " 'B', 'benchmark', ST_Multi(ST_MakeEnvelope(540000, 2300000, 541000, 2301000, gis.storage_srid()))"
                " FROM generate_series(0, 39) n"
            )
        )


def _ours(database: Database, file: Path) -> None:
    with database.owner.begin() as conn:
        report = import_file(conn, "plots", file, requested_by="benchmark")
    if report.rejected:
        raise RuntimeError(f"{report.rejected} rows refused: {report.rejections[0]}")


def _peer_to_the_end(database: Database, owner: str, file: Path) -> None:
    """What a database administrator would type: load, then insert into the real table."""
    _peer(owner, file)
    with database.owner.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO gis.plots (zone_id, code, status, land_use_code, area_m2, price_usd_m2_term,"
                " cadastral_sheet_no, cadastral_parcel_no, source, source_srid, geom) SELECT z.id, p.ma_lo,"
                " 'available',"
                " p.loai_dat, p.dien_tich, p.gia_thue, p.so_to, p.so_thua, 'benchmark', 9209, p.geom"
                " FROM public.peer_plots p JOIN gis.zones z ON z.code = p.ma_khu"
            )
        )


def _peer(owner: str, file: Path) -> None:
    known = conninfo_to_dict(owner)
    target = "PG:" + " ".join(
        f"{key}='{value}'" for key, value in known.items() if key in ("host", "port", "dbname", "user", "password")
    )
    subprocess.run(
        ["ogr2ogr", "-f", "PostgreSQL", target, str(file), "plots", "-nln", "public.peer_plots", "-overwrite",
         "-t_srs", "EPSG:9210", "-lco", "GEOMETRY_NAME=geom", "--config", "PG_USE_COPY", "YES"],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip
