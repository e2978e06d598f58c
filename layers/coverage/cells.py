"""Read the cells that a coverage number is made from; say of every other cell why it is not used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, func, select, text, true

from layers.coverage.errors import TooFewOperators, UnknownOperator, UnknownTechnology
from layers.coverage.footprints import (
    Floats,
    Geometries,
    boundary_deviation_m,
    draw,
    grid_convergence_deg,
)
from layers.stations import TECHNOLOGIES, cells, sites

LEFT_OUT_REASONS: dict[str, tuple[str, str]] = {
    "not_on_air": ("không phát sóng vào ngày tính", "not on air on the day counted"),
    "indoor": ("trạm trong nhà", "indoor cell"),
    "no_radius": ("thiếu bán kính và vùng phủ khai báo", "neither radius nor declared polygon"),
    "no_azimuth": ("có độ rộng búp sóng nhưng thiếu hướng", "beamwidth without azimuth"),
}
"""Reason -> words in Vietnamese and English. The last two are faults of the data."""

FAULTS = ("no_radius", "no_azimuth")

ASSUMED_FULL_CIRCLE = "no_beamwidth"
"""An azimuth without beamwidth: drawn as the full circle, counted, and said."""


@dataclass(frozen=True, slots=True)
class CellSet:
    """Drawable cells, one array entry each, ordered by id; the rest as counts."""

    cell_id: NDArray[np.int64]
    site_id: NDArray[np.int64]
    operator_names: tuple[str, ...]
    operator: NDArray[np.int64]
    # Index into operator_names.
    x: Floats
    y: Floats
    azimuth_deg: Floats
    # From true north; NaN means all around.
    beamwidth_deg: Floats
    radius_m: Floats
    # NaN where `declared` has the polygon.
    declared: Geometries
    # Polygon declared by the operator, or None.
    left_out: Mapping[str, int]
    # Reason -> cells, of those asked for.
    faulty_xy: Floats
    # (n, 2): masts of the cells left out for a fault of their data.
    assumed: Mapping[str, int]
    # What was assumed -> cells drawn so.
    first_source_date: date | None
    last_source_date: date | None
    # Oldest and newest day for which the lists of the drawn cells speak.
    is_demo: bool

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: NDArray[Any]) -> CellSet:
        """Some of the drawable cells: row numbers or a boolean mask. What was left out stays as counted."""
        return replace(
            self, cell_id=self.cell_id[rows], site_id=self.site_id[rows], operator=self.operator[rows],
            x=self.x[rows], y=self.y[rows], azimuth_deg=self.azimuth_deg[rows],
            beamwidth_deg=self.beamwidth_deg[rows], radius_m=self.radius_m[rows], declared=self.declared[rows],
        )  # fmt: skip


def operators(conn: Connection) -> tuple[str, ...]:
    """Names of all operators that have a site, in alphabetical order."""
    return tuple(conn.execute(select(sites.c.operator).distinct().order_by(sites.c.operator)).scalars())


def check_question(
    conn: Connection, technology: str, wanted: Sequence[str] | None, min_operators: int
) -> tuple[str, ...]:
    """The operators to count; raises when the technology or an operator is unknown, or too few are left."""
    if technology not in TECHNOLOGIES:
        raise UnknownTechnology(technology, TECHNOLOGIES)
    known = operators(conn)
    for name in wanted or ():
        if name not in known:
            raise UnknownOperator(name, known)
    counted = tuple(sorted(set(wanted))) if wanted else known
    if min_operators < 1 or min_operators > max(len(counted), 1):
        raise TooFewOperators(min_operators, len(counted))
    return counted


def day_counted(conn: Connection, as_of: date | None) -> date:
    """The day asked for, or the database's today."""
    if as_of is not None:
        return as_of
    today: date = conn.execute(text("SELECT current_date")).scalar_one()
    return today


def read(
    conn: Connection,
    *,
    technology: str,
    operator_names: tuple[str, ...],
    as_of: date,
    only: ColumnElement[bool] | None = None,
) -> CellSet:
    """Cells of these operators and this technology as they stand, switched on by `as_of`.

    `only` is a condition over `sites` and `cells` that narrows them, such as a reach.
    The state of a cell has no history: one switched off since `as_of` is missing from the past.
    """
    rows = conn.execute(
        select(
            cells.c.id,
            cells.c.site_id,
            sites.c.operator,
            func.ST_X(sites.c.geom).label("x"),
            func.ST_Y(sites.c.geom).label("y"),
            cells.c.azimuth_deg,
            cells.c.beamwidth_deg,
            cells.c.radius_m,
            func.ST_AsBinary(cells.c.footprint).label("declared"),
            cells.c.state,
            cells.c.coverage_class,
            cells.c.on_air_on,
            cells.c.source_date,
            cells.c.is_demo,
        )
        .join_from(cells, sites, cells.c.site_id == sites.c.id)
        .where(cells.c.technology == technology, sites.c.operator.in_(operator_names), true() if only is None else only)
        .order_by(cells.c.id)
    ).all()
    used: list[Any] = []
    left_out: Counter[str] = Counter()
    faulty: list[tuple[float, float]] = []
    for row in rows:
        reason = why_left_out(row, as_of)
        if reason is None:
            used.append(row)
            continue
        left_out[reason] += 1
        if reason in FAULTS:
            faulty.append((row.x, row.y))
    return _as_columns(used, operator_names, left_out, faulty)


def why_left_out(cell: Any, as_of: date) -> str | None:
    """The first reason not to draw this cell, a key of LEFT_OUT_REASONS; None when it is drawn."""
    if cell.state != "on_air" or (cell.on_air_on is not None and cell.on_air_on > as_of):
        return "not_on_air"
    if cell.coverage_class != "outdoor":
        return "indoor"
    if cell.declared is not None:
        return None
    if cell.radius_m is None:
        return "no_radius"
    if cell.azimuth_deg is None and cell.beamwidth_deg is not None and cell.beamwidth_deg < 360:
        return "no_azimuth"
    return None


def footprints_near(found: CellSet, zones: Geometries, srid: int) -> tuple[NDArray[np.int64], Geometries, Floats]:
    """Draw the cells that may reach a zone: their row numbers, footprints and border deviations (m).

    Most cells of a province reach no zone and are never drawn.
    """
    is_declared = np.array([shape is not None for shape in found.declared], dtype=bool)
    near = np.zeros(len(found), dtype=bool)
    if len(zones) and len(found):
        tree = shapely.STRtree(zones)
        sector_rows, declared_rows = np.flatnonzero(~is_declared), np.flatnonzero(is_declared)
        masts = shapely.points(found.x[sector_rows], found.y[sector_rows])
        # One metre more, for the chord ends that lie outside the arc.
        reach = found.radius_m[sector_rows] + 1.0
        near[sector_rows[tree.query(masts, predicate="dwithin", distance=reach)[0]]] = True
        near[declared_rows[tree.query(found.declared[declared_rows], predicate="intersects")[0]]] = True
    return footprints_of(found, np.flatnonzero(near), srid)


def footprints_of(found: CellSet, rows: NDArray[np.int64], srid: int) -> tuple[NDArray[np.int64], Geometries, Floats]:
    """Draw these rows: declared polygons as they are, the others as sectors."""
    shapes, deviation_m = found.declared[rows].copy(), np.zeros(len(rows))
    sector = np.array([shape is None for shape in shapes], dtype=bool)
    if sector.any():
        at = rows[sector]
        x, y = found.x[at], found.y[at]
        beam, radius = found.beamwidth_deg[at], found.radius_m[at]
        shapes[sector] = draw(x, y, found.azimuth_deg[at], beam, radius, grid_convergence_deg(srid, x, y))
        deviation_m[sector] = boundary_deviation_m(beam, radius)
    return rows, shapes, deviation_m


def _as_columns(
    rows: Sequence[Any], names: tuple[str, ...], left_out: Counter[str], faulty: list[tuple[float, float]]
) -> CellSet:
    def column(name: str) -> Floats:
        values = [getattr(row, name) for row in rows]
        return np.array([np.nan if value is None else value for value in values], dtype=float)

    declared = np.empty(len(rows), dtype=object)
    declared[:] = [None if row.declared is None else shapely.from_wkb(bytes(row.declared)) for row in rows]
    number = {name: k for k, name in enumerate(names)}
    days = [row.source_date for row in rows if row.source_date is not None]
    assumed = sum(1 for r in rows if r.declared is None and r.beamwidth_deg is None and r.azimuth_deg is not None)
    return CellSet(
        cell_id=np.array([row.id for row in rows], dtype=np.int64),
        site_id=np.array([row.site_id for row in rows], dtype=np.int64),
        operator_names=names,
        operator=np.array([number[row.operator] for row in rows], dtype=np.int64),
        x=column("x"),
        y=column("y"),
        azimuth_deg=column("azimuth_deg"),
        beamwidth_deg=column("beamwidth_deg"),
        radius_m=column("radius_m"),
        declared=declared,
        left_out=dict(sorted(left_out.items())),
        faulty_xy=np.array(faulty, dtype=float).reshape(-1, 2),
        assumed={ASSUMED_FULL_CIRCLE: assumed} if assumed else {},
        first_source_date=min(days, default=None),
        last_source_date=max(days, default=None),
        is_demo=any(row.is_demo for row in rows),
    )
