"""How the covered share grew: recomputed for month ends from the day on which each cell went on air.

This is not what was published at the time. It is what today's records say of the past: a cell that has
been switched off since is missing from it, and a cell without a first day counts from the beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, func, select

from layers.coverage import cells as cell_sets
from layers.coverage import ratios
from layers.coverage.cells import CellSet
from layers.coverage.footprints import Geometries
from layers.coverage.samples import grid, shares
from layers.coverage.sampling import at_least
from layers.coverage.siting_ground import coverage_masks
from layers.coverage.unions import covered_areas, uncovered
from layers.crs import storage_srid
from layers.stations import cells, sites

SAMPLE_STEP_M = 20.0
"""Of the past at "at least k operators", where an exact answer for each month would take seconds."""


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """All zones together on one day."""

    day: date
    ratio: float | None
    # Covered share of the area of all zones; None without zones.
    zones_covered: int | None
    # Zones with any covered ground; None where only the ratio is on record.
    cells: int | None
    # Drawn cells on air, in the whole database; None likewise.


@dataclass(frozen=True, slots=True)
class Growth:
    """Month ends, oldest first; the last entry is the day counted itself."""

    points: tuple[MonthEnd, ...]
    undated_cells: int
    # Drawn cells without a first day on air: counted from the beginning.


def growth(
    conn: Connection,
    *,
    technology: str,
    operators: Sequence[str] | None = None,
    min_operators: int = 1,
    as_of: date | None = None,
    months: int = 18,
) -> Growth:
    """Covered share of all zones at the last `months` month ends and on the day counted.

    The last number is the published one of that day; those before are exact for one operator and sampled
    (within about 0.2 percentage points) for several at once. Raises as `ratios.by_zone`.
    """
    counted = cell_sets.check_question(conn, technology, operators, min_operators)
    today = cell_sets.day_counted(conn, as_of)
    shapes = ratios.read_zones(conn)
    found = cell_sets.read(conn, technology=technology, operator_names=counted, as_of=today)
    first_day = _first_days(conn, technology, counted)
    since = np.array([first_day.get(one, date.min).toordinal() for one in found.cell_id.tolist()], np.int64)
    srid = storage_srid(conn)
    rows, drawn, _ = cell_sets.footprints_near(found, shapes.geoms, srid)
    days = month_ends(today, months)
    if min_operators == 1:
        covered = _worn_away(shapes.geoms, drawn, since[rows], days)
    else:
        covered = _sampled(shapes.geoms, found, since, days, min_operators, srid)
        covered[-1] = covered_areas(shapes.geoms, drawn, found.operator[rows], min_operators).covered_m2
    total = float(shapely.area(shapes.geoms).sum())
    points = tuple(
        MonthEnd(
            day, float(covered[k].sum() / total) if total else None, int((covered[k] > 0).sum()),
            int((since <= day.toordinal()).sum()),
        )
        for k, day in enumerate(days)
    )  # fmt: skip
    return Growth(points, int((since == date.min.toordinal()).sum()))


def month_ends(last: date, months: int) -> list[date]:
    """The month ends before `last`, so many of them, oldest first, and then `last` itself."""
    days, day = [last], last.replace(day=1)
    for _ in range(months):
        days.append(day - timedelta(days=1))
        day = days[-1].replace(day=1)
    return days[::-1]


def _first_days(conn: Connection, technology: str, counted: tuple[str, ...]) -> dict[int, date]:
    dated = select(cells.c.id, cells.c.on_air_on).join_from(cells, sites, cells.c.site_id == sites.c.id)
    mine = and_(cells.c.technology == technology, func.coalesce(sites.c.operator, "").in_(counted))
    rows = conn.execute(dated.where(mine, cells.c.on_air_on.is_not(None)))
    return {row.id: row.on_air_on for row in rows}


def _worn_away(zones: Geometries, drawn: Geometries, since: NDArray[np.int64], days: list[date]) -> NDArray[np.float64]:
    """Covered m², by day and zone. Each day takes from what the day before left: one union in all."""
    covered = np.zeros((len(days), len(zones)))
    if not len(drawn):
        return covered
    zone_of, footprint_of = shapely.STRtree(drawn).query(zones, predicate="intersects")
    for z, zone in enumerate(zones):
        mine = footprint_of[zone_of == z]
        rest, before = zone, -1
        for k, day in enumerate(days):
            now = day.toordinal()
            new = mine[(since[mine] > before) & (since[mine] <= now)]
            if len(new) and not rest.is_empty:
                rest = uncovered(rest, drawn[np.sort(new)])
            covered[k, z] = min(max(zone.area - rest.area, 0.0), zone.area)
            before = now
    return covered


def _sampled(
    zones: Geometries, found: CellSet, since: NDArray[np.int64], days: list[date], min_operators: int, srid: int
) -> NDArray[np.float64]:
    """The same for several operators at once, on points of SAMPLE_STEP_M: each day adds the bits of its cells."""
    samples = grid(zones, SAMPLE_STEP_M)
    masks = np.zeros(len(samples), np.uint64)
    covered = np.zeros((len(days), len(zones)))
    before = -1
    for k, day in enumerate(days):
        new = (since > before) & (since <= day.toordinal())
        if new.any():
            masks = masks | coverage_masks(found.take(new), samples.x, samples.y, srid)
        covered[k] = np.nan_to_num(shares(samples, at_least(masks, min_operators)).covered_m2)
        before = day.toordinal()
    return covered
