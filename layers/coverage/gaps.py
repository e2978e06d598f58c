"""Plots and firms without coverage: whose representative point lies in too few operators' footprints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import shapely
from sqlalchemy import Connection, Text, func, literal, select

from layers.coverage import cells as cell_sets
from layers.coverage.footprints import Geometries
from layers.coverage.sampling import at_least
from layers.coverage.siting_ground import coverage_masks
from layers.crs import storage_srid
from layers.enterprises import enterprises
from layers.plots import plots
from layers.zones import zones

Kind = Literal["plot", "enterprise"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A plot or firm that fewer than the wanted operators reach."""

    kind: Kind
    id: int
    code: str
    name: str | None
    # Of a firm; None for a plot.
    zone_code: str | None
    # None for a firm that is in no zone.
    zone_name: str | None
    status: str
    operators: tuple[str, ...]
    # That do reach it.
    x: float
    y: float
    # Metres in the storage CRS.


@dataclass(frozen=True, slots=True)
class Gaps:
    """Gaps ordered by zone, kind and code, and how many plots and firms were looked at."""

    gaps: tuple[Gap, ...]
    plots: int
    enterprises: int

    def count(self, kind: Kind) -> int:
        """Uncovered ones of that kind."""
        return sum(one.kind == kind for one in self.gaps)

    def ratio(self, kind: Kind) -> float | None:
        """Share of that kind that is covered; None when there are none."""
        total = self.plots if kind == "plot" else self.enterprises
        return None if total == 0 else 1 - self.count(kind) / total


def find(
    conn: Connection,
    *,
    technology: str,
    operators: Sequence[str] | None = None,
    min_operators: int = 1,
    as_of: date | None = None,
    zone_id: int | None = None,
) -> Gaps:
    """Plots and firms (of one zone, or all) that fewer than `min_operators` reach.

    The representative point decides (ST_PointOnSurface of a plot, the point of a firm), tested by distance and
    angle from each mast: no chords. A firm that is closed is not looked at. Raises as `ratios.by_zone`.
    """
    counted = cell_sets.check_question(conn, technology, operators, min_operators)
    day = cell_sets.day_counted(conn, as_of)
    rows = [*_plots(conn, zone_id), *_enterprises(conn, zone_id)]
    x, y = np.array([row.x for row in rows], float), np.array([row.y for row in rows], float)
    found = cell_sets.read(conn, technology=technology, operator_names=counted, as_of=day)
    masks = coverage_masks(found, x, y, storage_srid(conn))
    bare = np.flatnonzero(~at_least(masks, min_operators)).tolist()
    gaps = [_gap(rows[k], int(masks[k]), counted) for k in bare]
    gaps.sort(key=lambda one: (one.zone_name is None, one.zone_name, one.kind != "plot", one.code, one.id))
    firms = sum(row.kind == "enterprise" for row in rows)
    return Gaps(tuple(gaps), len(rows) - firms, firms)


def points(found: Gaps) -> Geometries:
    """Where the gaps lie, as points in the storage CRS."""
    made: Geometries = shapely.points([one.x for one in found.gaps], [one.y for one in found.gaps])
    return made


def _gap(row: Any, mask: int, counted: tuple[str, ...]) -> Gap:
    there = tuple(name for k, name in enumerate(counted) if mask >> k & 1)
    return Gap(row.kind, row.id, row.code, row.name, row.zone_code, row.zone_name, row.status, there, row.x, row.y)


def _plots(conn: Connection, zone_id: int | None) -> Sequence[Any]:
    point = func.ST_PointOnSurface(plots.c.geom)
    query = (
        select(
            _word("plot").label("kind"), plots.c.id, plots.c.code, _word(None).label("name"),
            zones.c.code.label("zone_code"), zones.c.name.label("zone_name"), plots.c.status,
            func.ST_X(point).label("x"), func.ST_Y(point).label("y"),
        )
        .join_from(plots, zones, plots.c.zone_id == zones.c.id)
        .order_by(plots.c.id)
    )  # fmt: skip
    return conn.execute(query if zone_id is None else query.where(plots.c.zone_id == zone_id)).all()


def _enterprises(conn: Connection, zone_id: int | None) -> Sequence[Any]:
    query = (
        select(
            _word("enterprise").label("kind"), enterprises.c.id, enterprises.c.code, enterprises.c.name,
            zones.c.code.label("zone_code"), zones.c.name.label("zone_name"), enterprises.c.status,
            func.ST_X(enterprises.c.geom).label("x"), func.ST_Y(enterprises.c.geom).label("y"),
        )
        .select_from(enterprises.outerjoin(zones, enterprises.c.zone_id == zones.c.id))
        .where(enterprises.c.status != "closed", enterprises.c.geom.is_not(None))
        .order_by(enterprises.c.id)
    )  # fmt: skip
    return conn.execute(query if zone_id is None else query.where(enterprises.c.zone_id == zone_id)).all()


def _word(value: str | None) -> Any:
    return literal(value, Text)
