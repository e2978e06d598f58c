"""Vector tiles over HTTP against the raw database, tipg, Martin and pg_tileserv, from one database in one run.

200,000 made-up plots in 60 zones and 50,000 points (seeded, tiles_data.py), distinct tiles, four
connections, no compression. Everybody answers from the same cluster and takes turns in slices, so that
a busy machine slows all alike; the best slice counts. The notes give CPU as server + database,
milliseconds for one tile: that hardly depends on what else the machine does.
"""

from __future__ import annotations

import os
import shutil

from benchmarks import tiles_data, tiles_demand, tiles_held, tiles_mixed, tiles_overview
from benchmarks.harness import Row
from benchmarks.tiles_course import Course, Size

FULL = Size(plots=200_000, points=50_000, tiles=2000, rounds=4, slice_s=2, visit_s=60)
QUICK = Size(plots=20_000, points=5_000, tiles=300, rounds=1, slice_s=1, visit_s=6)
PARTS = {
    "on demand": tiles_demand.rows,
    "held": tiles_held.rows,
    "low zooms": tiles_overview.rows,
    "mixed": tiles_mixed.rows,
}


def run(quick: bool) -> list[Row]:
    """All rows, in the order of docs/performance.md. TILE_PARTS names parts, by commas, to run only those."""
    if shutil.which("wrk") is None:
        note = "wrk is not installed; on Debian: apt-get install wrk"
        return [Row("tiles", 0, "tiles/s", None, "everybody", "", note)]
    size = QUICK if quick else FULL
    course = Course(tiles_data.prepare(size.plots, size.points), size)
    before = os.getloadavg()[0]
    wanted = [name for name in os.environ.get("TILE_PARTS", "").split(",") if name]
    rows = [row for name, part in PARTS.items() if name in (wanted or PARTS) for row in part(course)]
    note = f"{before:.1f} before; {os.cpu_count()} cores; this benchmark alone adds about 3"
    return [*rows, Row("load average after", os.getloadavg()[0], "processes", note=note)]
