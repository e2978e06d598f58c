"""Coverage at points: plot flags against PostGIS, sampled zones against the exact union, path-loss speed.

CPU seconds of the process that does the work (best of three). The network is that of benchmarks/coverage.py; the plots
are 200,000 places of the same province. Compiling the kernels (once a machine) is told apart.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import shapely

from benchmarks.coverage import (
    BEAM_DEG,
    CORNER,
    SRID,
    WIDTH,
    Areas,
    Network,
    PeerMissing,
    best,
    cpu_of,
    make,
    scratch_database,
)
from benchmarks.harness import Row
from layers.coverage import link_budget, received_power, sampling
from layers.coverage.footprints import grid_convergence_deg
from layers.coverage.unions import covered_areas

PLOTS = 200_000


def run(quick: bool) -> list[Row]:
    """Rows of every promise; what both find is compared in the notes."""
    sectors, times = (5000, 1) if quick else (50_000, 3)
    network = make(sectors)
    start = time.perf_counter()
    wedges = wedges_of(network)
    small = sampling.grid(network.zones[:1])
    sampling.declared_masks(small.x, small.y, wedges.take(np.arange(100)))
    sampling.shares(small, np.zeros(len(small), bool))
    warm_s = time.perf_counter() - start
    return [
        *_zones(network, wedges, times, quick),
        *_flags(network, wedges, times, quick),
        *_levels(times, quick),
        Row("first use: load or compile the kernels", warm_s, "s", note="some seconds when never run before"),
    ]


def wedges_of(network: Network) -> sampling.Wedges:
    """The sectors for the point test."""
    turn = grid_convergence_deg(SRID, network.x, network.y)
    azimuth = network.azimuth_deg - turn
    return sampling.wedges(network.x, network.y, azimuth, BEAM_DEG, network.radius_m, network.operator)


def places() -> tuple[Areas, Areas]:
    """Representative points of plots, anywhere in the province."""
    rng = np.random.default_rng(7)
    x, y = (rng.uniform(low, low + WIDTH, PLOTS) for low in CORNER)
    return x, y


def _flags(network: Network, wedges: sampling.Wedges, times: int, quick: bool) -> list[Row]:
    x, y = places()
    what = f"{PLOTS:,} plot flags, {len(network.x):,} sectors"
    goal = "" if quick else "ours <= 0.1"
    ours_s, masks = best(times, lambda: sampling.declared_masks(x, y, wedges, first_only=True))
    rows = [Row(f"{what}: ours alone", ours_s, "CPU s", goal=goal, note="bins and test; points in memory")]
    try:
        peer_s, flags = _by_postgis(network, x, y)
        apart = int((flags != (masks != 0)).sum())
        note = f"{apart} of {PLOTS:,} flags differ (chords)"
        rows.append(Row(what, ours_s, "CPU s", peer_s, "PostGIS EXISTS", "ratio <= 0.02" if goal else "", note))
    except PeerMissing as missing:
        rows.append(Row(what, ours_s, "CPU s", None, "PostGIS EXISTS", "", str(missing)))
    deep_s, _ = best(times, lambda: sampling.declared_masks(x, y, wedges))
    rows.append(Row(f"{what}: all operators of each", deep_s, "CPU s", note="any k from one mask"))
    return rows


def _by_postgis(network: Network, x: Areas, y: Areas) -> tuple[float, Areas]:
    """EXISTS with a GiST index on the sectors; CPU of the server process, once."""
    with scratch_database() as conn:
        for name, shapes in (("sectors", network.sectors), ("plots", shapely.points(x, y))):
            conn.execute(f"CREATE TABLE {name} (id int, geom geometry)")
            with conn.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                for k, wkb in enumerate(shapely.to_wkb(shapes, hex=True)):
                    copy.write_row((k, wkb))
            conn.execute(f"CREATE INDEX ON {name} USING gist (geom)")
            conn.execute(f"VACUUM ANALYZE {name}")
        conn.execute("SET jit = off")
        conn.execute("SET max_parallel_workers_per_gather = 0")
        stat = Path(f"/proc/{conn.info.backend_pid}/stat")
        if not stat.exists():
            raise PeerMissing("the database server is on another machine: its CPU time cannot be read")
        query = """
            SELECT EXISTS (SELECT FROM sectors s WHERE ST_Intersects(s.geom, p.geom)) FROM plots p ORDER BY p.id"""
        start = cpu_of(stat)
        flags = np.array([row[0] for row in conn.execute(query)])
        return cpu_of(stat) - start, flags


def _zones(network: Network, wedges: sampling.Wedges, times: int, quick: bool) -> list[Row]:
    def work() -> sampling.Shares:
        samples = sampling.grid(network.zones)
        return sampling.shares(samples, sampling.declared_masks(samples.x, samples.y, wedges, first_only=True) != 0)

    ours_s, found = best(times, work)
    exact_s, exact = best(times, lambda: covered_areas(network.zones, network.sectors, network.operator))
    apart = np.abs(found.ratio - exact.covered_m2 / exact.zone_m2)
    what = f"{len(network.x):,} sectors x 60 zones at 10 m"
    within = int((apart <= found.error_bound + exact.error_m2 / exact.zone_m2).sum())
    return [
        Row(what, ours_s, "CPU s", exact_s, "our own exact union", note="grid, bins, test, count"),
        Row(f"{what}: largest zone error", float(apart.max() * 100), "pp", goal="" if quick else "ours <= 0.1",
            note=f"mean {apart.mean() * 100:.4f}; {within} of 60 within the stated bound"),
        Row(f"{what}: samples and masks in memory", 28 * len(sampling.grid(network.zones)) / 2**20, "MB",
            note="x, y, zone and mask of each point"),
    ]  # fmt: skip


def _levels(times: int, quick: bool) -> list[Row]:
    """UMa without line of sight, sector pattern, tilt, best of four operators, cells followed to 1.5 km."""
    network = make(2000 if quick else 5000)
    count = len(network.x)
    model, frequency, height = np.full(count, "uma_nlos"), np.full(count, 3.75), np.full(count, 25.0)
    table = received_power.coefficients(model, frequency, height)
    level = link_budget.reference_eirp_dbm(np.full(count, 77.0), 273)
    angle = np.deg2rad(network.azimuth_deg)
    ones = np.ones(count)
    cells = received_power.Transmitters(
        network.x, network.y, np.sin(angle), np.cos(angle), 65 * ones, 6 * ones, 65 * ones, height, level, frequency,
        6 * ones, model, network.operator, 1500 * ones, table,
    )  # fmt: skip
    samples = sampling.grid(network.zones)
    every = sampling.wedges(network.x, network.y, 0, 360, 1500, 0)
    paths = int(sampling.covering_pairs(samples.x, samples.y, every)[0][-1])
    received_power.best_levels(samples.x[:9], samples.y[:9], cells, 4, (-110.0,))
    rows = []
    for tiers in ((-110.0,), link_budget.TIERS_DBM):
        seconds, _ = best(times, lambda tiers=tiers: received_power.best_levels(samples.x, samples.y, cells, 4, tiers))
        rows.append(
            Row(f"modelled levels, {len(tiers)} tier(s): paths a second and core", paths / seconds / 1e6, "M/s",
                goal="ours >= 20" if len(tiers) == 1 and not quick else "",
                note=f"{paths / 1e6:.0f} M paths, {seconds:.2f} CPU s; no relaxed arithmetic")
        )  # fmt: skip
    return rows
