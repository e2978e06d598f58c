"""A made-up national network over the communes of 2025: cost a site as it grows, in process and on processes.

150,000 sites of four operators, three sectors each, stand where communes are small (people live there). Every tile
of 10 km samples its ground at 50 m and finds the best cell of each operator by TR 38.901. The borders are read from
../shared/data; without that folder squares of 10 km take their place, and the note says so.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.harness import FOLDER, Row
from layers.coverage import link_budget, received_power, scaleout, shadowing

BORDERS = FOLDER.parents[1] / "shared" / "data" / "vn-admin-2025" / "vn_2025_wards_100m.gpkg"
SRID = 3405  # VN-2000 / UTM 48N: one plane for the whole country
OPERATORS, STEP_M, TIER_DBM, PROBABILITY = 4, 50.0, -110.0, 0.9


def run(quick: bool) -> list[Row]:
    """The same tile function on networks of growing size; bytes are compared where both ran."""
    places, what = communes()
    sizes = (1500,) if quick else (1500, 15_000, 150_000)
    rows = []
    for sites in sizes:
        cells = network(places, sites)
        rows += _measure(places, cells, sites, what, processes=sites <= 15_000)
    return rows


def communes() -> tuple[Any, str]:
    """Borders of the communes in metres, or squares."""
    if BORDERS.exists():
        shapes = shapely.make_valid(gpd.read_file(BORDERS).to_crs(SRID).geometry.to_numpy())
        return shapes, f"{len(shapes):,} communes"
    squares = [
        shapely.box(x, y, x + 1e4, y + 1e4) for x in range(0, 600_000, 10_000) for y in range(0, 550_000, 10_000)
    ]
    return np.array(squares, dtype=object), f"{len(squares):,} squares (no ../shared/data)"


def network(places: Any, sites: int) -> received_power.Transmitters:
    """Three sectors a site on 3.75 GHz; a site falls into each commune with the same likelihood."""
    rng = np.random.default_rng(20250701)
    box = shapely.bounds(places)[rng.integers(0, len(places), sites)]
    x, y = (np.repeat(rng.uniform(box[:, k], box[:, k + 2]), 3) for k in (0, 1))
    count = len(x)
    azimuth = np.deg2rad(np.repeat(rng.uniform(0, 120, sites), 3) + np.tile([0, 120, 240], sites))
    model, frequency = np.full(count, "uma_nlos"), np.full(count, 3.75)
    height, sigma = np.full(count, 25.0), np.full(count, 6.0)
    level = np.asarray(link_budget.reference_eirp_dbm(np.full(count, 77.0), 273))
    table = received_power.coefficients(model, frequency, height)
    reach, _ = received_power.reach_m(table, level, height, sigma, model, TIER_DBM, shadowing.needed_z(PROBABILITY))
    operator = np.repeat(rng.integers(0, OPERATORS, sites), 3)
    beam = np.full(count, 65.0)
    return received_power.Transmitters(
        x, y, np.sin(azimuth), np.cos(azimuth), beam, np.full(count, 6.0), beam, height, level, frequency, sigma, model,
        operator, reach, table,
    )  # fmt: skip


def _measure(places: Any, cells: received_power.Transmitters, sites: int, what: str, *, processes: bool) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        start, wall = time.process_time(), time.perf_counter()
        found = scaleout.run(_tiles(places, cells), len(places), OPERATORS, store / "here")
        cpu_s, wall_s = time.process_time() - start, time.perf_counter() - wall
        covered = found.covered[:, 0].sum() / found.points.sum()
        name, million = f"{sites:,} sites, {what}", found.points.sum() / 1e6
        rows = [
            Row(f"{name}: in process", cpu_s, "CPU s",
                note=f"{found.tiles:,} tiles, {million:.0f} M points, {covered:.1%} covered; {wall_s:.0f} s"),
            Row(f"{name}: each site", cpu_s / sites * 1000, "CPU ms"),
        ]  # fmt: skip
        start = time.process_time()
        again = scaleout.run(_tiles(places, cells), len(places), OPERATORS, store / "here")
        rows.append(Row(f"{name}: again, nothing changed", time.process_time() - start, "CPU s",
                        note=f"{again.computed} tiles computed"))  # fmt: skip
        if processes:
            wall = time.perf_counter()
            there = scaleout.run(_tiles(places, cells), len(places), OPERATORS, store / "there", where="processes")
            same = "the same bytes" if there.to_bytes() == found.to_bytes() else "OTHER BYTES"
            rows.append(Row(f"{name}: two processes", time.perf_counter() - wall, "s", wall_s, "in process",
                            note=f"{same}; wall, on a machine that may be shared"))  # fmt: skip
    return rows


def _tiles(places: Any, cells: received_power.Transmitters) -> Any:
    needed = shadowing.needed_z(PROBABILITY)
    return scaleout.tiles(places, cells, OPERATORS, tier_dbm=TIER_DBM, needed_z=needed, step_m=STEP_M)
