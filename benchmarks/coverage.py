"""Covered share of 60 zones from 50,000 sectors, exact, against geopandas, shapely, PostGIS and DuckDB.

CPU seconds of the process that does the work (best of three), because the machine may be shared.
Everybody gets the same polygons, already in the form and with the index that suits them; reading and
loading is not timed. The data is made up from a fixed seed: clustered sites of four operators, three
sectors of 65° a site with 300 to 1,500 m, irregular zones of 60 to 600 ha, near Hải Dương.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import psycopg
import shapely
from psycopg import sql

from benchmarks.harness import Row
from gis_service.database import find_addresses
from gis_service.settings import Settings
from layers.coverage.footprints import draw, grid_convergence_deg
from layers.coverage.unions import covered_areas

SEED, SRID = 20250701, 9210
CORNER, WIDTH = np.array([540_000.0, 2_280_000.0]), 60_000.0
BEAM_DEG = 65.0

Areas = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Network:
    """Sectors as declared, drawn, and zones."""

    x: Areas
    y: Areas
    azimuth_deg: Areas
    radius_m: Areas
    operator: Any
    sectors: Any
    zones: Any


def make(count: int) -> Network:
    """The network of the seed; a smaller one is not a part of a larger one, but alike."""
    rng = np.random.default_rng(SEED)
    centres = rng.uniform(4000, WIDTH - 4000, (40, 2)) + CORNER
    spread_m = rng.uniform(1200, 4500, 40)

    def places(n: int, clustered: float) -> Areas:
        at = rng.integers(0, 40, n)
        near = centres[at] + rng.normal(0, 1, (n, 2)) * spread_m[at, None]
        anywhere = rng.uniform(0, WIDTH, (n, 2)) + CORNER
        return np.where(rng.random((n, 1)) < clustered, near, anywhere)

    sites = -(-count // 3)
    x, y = np.repeat(places(sites, 0.85), 3, axis=0)[:count].T
    azimuth = ((np.repeat(rng.uniform(0, 120, sites), 3) + np.tile([0, 120, 240], sites)) % 360)[:count]
    radius = rng.uniform(300, 1500, count)
    operator = np.repeat(rng.choice(4, sites, p=[0.4, 0.3, 0.2, 0.1]), 3)[:count].astype(np.int64)
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    zones = []
    for centre, area_m2 in zip(places(60, 0.8), rng.uniform(60e4, 600e4, 60), strict=True):
        reach = np.sqrt(area_m2 / np.pi) * rng.uniform(0.75, 1.2, 24)
        zones.append(shapely.Polygon(centre + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])))
    sectors = draw(x, y, azimuth, BEAM_DEG, radius, grid_convergence_deg(SRID, x, y))
    return Network(x, y, azimuth, radius, operator, sectors, np.array(zones, dtype=object))


def run(quick: bool) -> list[Row]:
    """Rows of every promise; the areas found by each peer are compared with ours in the notes."""
    count, times = (5000, 1) if quick else (50_000, 3)
    network = make(count)
    added_mb = peak_added_mb(lambda: covered_areas(network.zones, network.sectors, network.operator))
    ours_s, found = best(times, lambda: covered_areas(network.zones, network.sectors, network.operator))
    what = f"{count:,} sectors x 60 zones"
    rows = [
        Row(f"{what}: declared numbers to ratios", best(times, lambda: from_declared(network))[0], "CPU s",
            goal="" if quick else "ours <= 0.5", note="draws the sectors that reach a zone, then the union"),
    ]  # fmt: skip
    for name, peer in (
        ("geopandas overlay + dissolve", by_geopandas),
        ("shapely STRtree + union per zone", by_shapely),
        ("PostGIS ST_Union per zone", by_postgis),
        ("DuckDB spatial ST_Union_Agg", by_duckdb),
    ):
        goal = "" if quick else "ratio <= 1.0"
        try:
            peer_s, areas = peer(network, times)
        except PeerMissing as missing:
            rows.append(Row(f"{what}: area", ours_s, "CPU s", None, name, goal, str(missing)))
            continue
        apart = float(np.abs(areas - found.covered_m2).max())
        note = f"areas differ by at most {apart:.2f} m²"
        rows.append(Row(f"{what}: area", ours_s, "CPU s", peer_s, name, goal, note))
    deep_s, _ = best(times, lambda: covered_areas(network.zones, network.sectors, network.operator, 2))
    rows += [
        Row(f"{what}: at least 2 of 4 operators", deep_s, "CPU s", note="exact; no peer has it in one call"),
        Row(f"{what}: largest zone error", _error_pp(network, found.covered_m2, found.zone_m2), "pp",
            goal="ours <= 0.1", note="against inscribed sectors of 1,024 chords"),
        Row(f"{what}: peak memory added by ours", added_mb, "MB", note="over the loaded polygons"),
    ]  # fmt: skip
    return rows


class PeerMissing(Exception):
    """A peer that cannot be had on this machine; the message says why."""


def best(times: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """Least CPU seconds of this process over some runs, and the last result."""
    least, result = float("inf"), None
    for _ in range(times):
        start = time.process_time()
        result = work()
        least = min(least, time.process_time() - start)
    return least, result


def peak_added_mb(work: Callable[[], Any]) -> float:
    """Largest resident memory during the work above that before it, looked at every two milliseconds."""
    page_mb = os.sysconf("SC_PAGE_SIZE") / 2**20
    done, seen = threading.Event(), [0.0]

    def resident_mb() -> float:
        return int(Path("/proc/self/statm").read_text().split()[1]) * page_mb

    def watch() -> None:
        while not done.wait(0.002):
            seen.append(resident_mb())

    before = resident_mb()
    watcher = threading.Thread(target=watch)
    watcher.start()
    work()
    done.set()
    watcher.join()
    return max(0.0, max(*seen, resident_mb()) - before)


def from_declared(network: Network) -> Areas:
    """As layers.coverage.ratios does: draw only what may reach a zone."""
    masts = shapely.points(network.x, network.y)
    near = shapely.STRtree(network.zones).query(masts, predicate="dwithin", distance=network.radius_m + 1.0)[0]
    rows = np.unique(near)
    x, y = network.x[rows], network.y[rows]
    convergence = grid_convergence_deg(SRID, x, y)
    drawn = draw(x, y, network.azimuth_deg[rows], BEAM_DEG, network.radius_m[rows], convergence)
    return covered_areas(network.zones, drawn, network.operator[rows]).covered_m2


def by_geopandas(network: Network, times: int) -> tuple[float, Areas]:
    """overlay cuts every pair, dissolve makes one shape a zone."""
    zones = gpd.GeoDataFrame({"zone": np.arange(60)}, geometry=network.zones, crs=SRID)
    sectors = gpd.GeoDataFrame(geometry=network.sectors, crs=SRID)

    def work() -> Areas:
        pieces = gpd.overlay(zones, sectors, how="intersection", keep_geom_type=True)
        return pieces.dissolve("zone").area.reindex(zones.zone).fillna(0).to_numpy()

    return best(times, work)


def by_shapely(network: Network, times: int) -> tuple[float, Areas]:
    """The plain way to do it well: index, union of what touches the zone, one intersection."""

    def work() -> Areas:
        zone, sector = shapely.STRtree(network.sectors).query(network.zones, predicate="intersects")
        return np.array([
            shapely.intersection(shapely.union_all(network.sectors[sector[zone == k]]), network.zones[k]).area
            for k in range(60)
        ])  # fmt: skip

    return best(times, work)


def by_postgis(network: Network, times: int) -> tuple[float, Areas]:
    """One query with a GiST index, statistics, no parallel workers and no JIT; CPU of the server process."""
    query = """
        SELECT coalesce(q.area, 0) FROM zones z LEFT JOIN LATERAL (
            SELECT ST_Area(ST_Intersection(ST_Union(s.geom), z.geom)) AS area
            FROM sectors s WHERE ST_Intersects(s.geom, z.geom)) q ON true
        ORDER BY z.id"""
    with scratch_database() as conn:
        for name, shapes in (("sectors", network.sectors), ("zones", network.zones)):
            conn.execute(f"CREATE TABLE {name} (id int, geom geometry)")
            with conn.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                for k, wkb in enumerate(shapely.to_wkb(shapes, hex=True)):
                    copy.write_row((k, wkb))
        conn.execute("CREATE INDEX ON sectors USING gist (geom)")
        conn.execute("VACUUM ANALYZE sectors")
        conn.execute("SET jit = off")
        conn.execute("SET max_parallel_workers_per_gather = 0")
        stat = Path(f"/proc/{conn.info.backend_pid}/stat")
        if not stat.exists():
            raise PeerMissing("the database server is on another machine: its CPU time cannot be read")
        least, areas = float("inf"), np.empty(0)
        for _ in range(times):
            start = cpu_of(stat)
            areas = np.array([row[0] for row in conn.execute(query)])
            least = min(least, cpu_of(stat) - start)
        return least, areas


@contextmanager
def scratch_database() -> Any:
    """A database of its own on the server of this deployment, gone afterwards."""
    url = find_addresses(Settings()).owner
    name = sql.Identifier(f"bench_coverage_{os.getpid()}")
    try:
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute(sql.SQL("CREATE DATABASE {}").format(name))
    except psycopg.Error as error:
        raise PeerMissing(f"no scratch database: {str(error).splitlines()[0]}") from error
    try:
        with psycopg.connect(url, dbname=name.as_string().strip('"'), autocommit=True) as conn:
            conn.execute("CREATE EXTENSION postgis")
            yield conn
    finally:
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def by_duckdb(network: Network, times: int) -> tuple[float, Areas]:
    """Its spatial join with one aggregate; CPU of all its threads."""
    conn = duckdb_with_spatial()
    conn.execute("SET enable_progress_bar = false")
    for name, shapes in (("sectors", network.sectors), ("zones", network.zones)):
        frame = gpd.pd.DataFrame({"id": np.arange(len(shapes)), "wkb": shapely.to_wkb(shapes)})
        conn.register("frame", frame)
        conn.execute(f"CREATE TABLE {name} AS SELECT id, ST_GeomFromWKB(wkb) AS geom FROM frame")
        conn.unregister("frame")
    query = """
        SELECT coalesce(ST_Area(ST_Intersection(ST_Union_Agg(s.geom), any_value(z.geom))), 0)
        FROM zones z LEFT JOIN sectors s ON ST_Intersects(z.geom, s.geom) GROUP BY z.id ORDER BY z.id"""
    return best(times, lambda: np.array([row[0] for row in conn.execute(query).fetchall()]))


def duckdb_with_spatial() -> Any:
    """A connection with the spatial extension, from a wheel or from DuckDB's own folder; nothing is fetched."""
    try:
        import duckdb
    except ImportError as error:
        raise PeerMissing("duckdb is not installed") from error
    conn = duckdb.connect(config={"autoinstall_known_extensions": False})
    try:
        import duckdb_extension_spatial

        wheel = next(Path(duckdb_extension_spatial.__path__[0]).rglob("spatial.duckdb_extension*"), None)
    except ImportError:
        wheel = None
    try:
        conn.execute(f"LOAD '{wheel}'" if wheel else "LOAD spatial")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise PeerMissing(f"DuckDB's spatial extension cannot be loaded: {reason[:120]}") from error
    return conn


def _error_pp(network: Network, covered_m2: Areas, zone_m2: Areas) -> float:
    """Largest difference to sectors with 1,024 chords, inscribed, in percentage points."""
    fine = np.empty(len(network.x), dtype=object)
    grid = np.deg2rad(network.azimuth_deg - grid_convergence_deg(SRID, network.x, network.y))
    touching = np.unique(shapely.STRtree(network.sectors).query(network.zones, predicate="intersects")[1])
    steps = np.deg2rad(np.linspace(-BEAM_DEG / 2, BEAM_DEG / 2, 1025))
    for k in touching:
        mast = np.array([network.x[k], network.y[k]])
        arc = np.column_stack([np.sin(grid[k] + steps), np.cos(grid[k] + steps)]) * network.radius_m[k]
        fine[k] = shapely.Polygon(np.vstack([mast, mast + arc]))
    exact = covered_areas(network.zones, fine[touching], network.operator[touching]).covered_m2
    return float((np.abs(exact - covered_m2) / zone_m2).max() * 100)


def cpu_of(stat: Path) -> float:
    """CPU seconds that another process has used, from its line in /proc."""
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
