"""Make a siting problem from what is on record: zones, sites with 4G but no 5G, and today's footprints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, and_, exists, func, select

from layers.coverage import cells as cell_sets
from layers.coverage import ratios
from layers.coverage.cells import CellSet
from layers.coverage.errors import BadSiting
from layers.coverage.footprints import Floats, Geometries, grid_convergence_deg
from layers.coverage.provenance import DataVersion, data_versions
from layers.coverage.samples import Samples, grid
from layers.coverage.sampling import covering_pairs, declared_masks, polygon_masks, wedges
from layers.coverage.siting_problem import POLE_COST, UPGRADE_COST, Bools, Ints, Problem
from layers.coverage.wedges import Masks
from layers.crs import storage_srid
from layers.stations import cells, sites

LEAST_CELLS = 400
"""A small zone is cut finer, until it has about so many demand cells."""

MOST_CANDIDATES = 50_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where 5G might be put."""

    site_id: int | None
    # None for a new pole.
    site_code: str | None
    operator: str | None
    # None for a new pole: anyone may build it.
    x: float
    y: float
    cost: float

    @property
    def is_existing(self) -> bool:
        """An upgrade of a site that stands."""
        return self.site_id is not None


@dataclass(frozen=True, slots=True)
class Ground:
    """A problem with the names of its parts, and what it was made from."""

    problem: Problem
    covered_by: Bools
    # (demand cell, operator): today's coverage of each operator counted.
    owner: Ints
    # Of each candidate: index into `operators`, -1 for a pole.
    candidates: tuple[Candidate, ...]
    zone_ids: tuple[int, ...]
    zone_codes: tuple[str, ...]
    zone_names: tuple[str, ...]
    technology: str
    operators: tuple[str, ...]
    as_of: date
    radius_m: float
    step_m: float
    data: tuple[DataVersion, ...]
    is_demo: bool


def survey(
    conn: Connection,
    *,
    technology: str = "5G",
    upgrade_from: str = "4G",
    operators: Sequence[str] | None = None,
    zone_ids: Sequence[int] | None = None,
    radius_m: float = 450.0,
    pole_spacing_m: float | None = 250.0,
    step_m: float = 100.0,
    upgrade_cost: float = UPGRADE_COST,
    pole_cost: float = POLE_COST,
    as_of: date | None = None,
) -> Ground:
    """The siting problem of these zones (all when None): demand cells of `step_m`, weights in m².

    A candidate covers the cells whose middle lies within `radius_m` of it (450 m: 3.5 GHz at about
    -95 dBm, TR 38.901 UMa). Candidates are sites with `upgrade_from` on air and nothing of `technology`
    on air, and, unless `pole_spacing_m` is None, new poles on a grid of fixed origin in and around the
    zones. Raises BadSiting for a number that makes no sense, UnknownZone, UnknownOperator, UnknownTechnology.
    """
    _check(radius_m, pole_spacing_m, step_m, upgrade_cost, pole_cost)
    counted = cell_sets.check_question(conn, technology, operators, 1)
    cell_sets.check_question(conn, upgrade_from, operators, 1)
    day = cell_sets.day_counted(conn, as_of)
    shapes = ratios.read_zones(conn, zone_ids)
    samples = _demand(shapes.geoms, step_m)
    found = cell_sets.read(conn, technology=technology, operator_names=counted, as_of=day)
    masks = coverage_masks(found, samples.x, samples.y, storage_srid(conn))
    covered_by = (masks[:, None] >> np.arange(len(counted), dtype=np.uint64)) & np.uint64(1) != 0
    candidates = _upgrades(conn, technology, upgrade_from, counted, day, shapes.geoms, radius_m, upgrade_cost)
    if pole_spacing_m is not None:
        candidates += _poles(shapes.geoms, radius_m, pole_spacing_m, pole_cost)
    if len(candidates) > MOST_CANDIDATES:
        raise BadSiting("pole_spacing_m", pole_spacing_m or 0.0, f"gives {len(candidates):,} candidates")
    return Ground(
        _problem(samples, masks, candidates, radius_m, len(shapes.ids)), covered_by,
        np.array([counted.index(c.operator) if c.operator else -1 for c in candidates], np.int64),
        tuple(candidates), tuple(shapes.ids), tuple(shapes.codes), tuple(shapes.names), technology, counted, day,
        radius_m, step_m, data_versions(conn), found.is_demo or shapes.is_demo,
    )  # fmt: skip


def coverage_masks(found: CellSet, x: Floats, y: Floats, srid: int) -> Masks:
    """Operator bitmask of each point (storage CRS) under these cells; bit k is `operator_names[k]`."""
    is_sector = np.array([shape is None for shape in found.declared], dtype=bool)
    at, polygon = np.flatnonzero(is_sector), np.flatnonzero(~is_sector)
    turned = found.azimuth_deg[at] - grid_convergence_deg(srid, found.x[at], found.y[at])
    sectors = wedges(found.x[at], found.y[at], turned, found.beamwidth_deg[at], found.radius_m[at], found.operator[at])
    masks = declared_masks(x, y, sectors)
    if len(polygon):
        masks = masks | polygon_masks(x, y, found.declared[polygon], found.operator[polygon])
    return masks


def _check(radius_m: float, spacing_m: float | None, step_m: float, upgrade_cost: float, pole_cost: float) -> None:
    for name, value, low, high in (
        ("radius_m", radius_m, 50, 10_000), ("pole_spacing_m", 250.0 if spacing_m is None else spacing_m, 50, 5000),
        ("step_m", step_m, 10, 500), ("upgrade_cost", upgrade_cost, 1e-3, 1e9), ("pole_cost", pole_cost, 1e-3, 1e9),
    ):  # fmt: skip
        if not (math.isfinite(value) and low <= value <= high):
            raise BadSiting(name, value, f"must be from {low:g} to {high:g}")


def _demand(zones: Geometries, step_m: float) -> Samples:
    steps = np.full(len(zones), step_m)
    area = shapely.area(zones)
    while (small := (area < LEAST_CELLS * steps**2) & (steps > 5)).any():
        steps[small] /= 2
    return grid(zones, steps)


def _problem(samples: Samples, masks: Masks, candidates: list[Candidate], radius_m: float, zones: int) -> Problem:
    x, y = np.array([c.x for c in candidates]), np.array([c.y for c in candidates])
    count = len(candidates)
    discs = wedges(x, y, np.full(count, np.nan), np.full(count, np.nan), np.full(count, radius_m), np.zeros(count))
    starts, item = covering_pairs(samples.x, samples.y, discs)
    zone = samples.shape.astype(np.int64)
    points = np.bincount(zone, minlength=zones)
    return Problem(
        zones, zone, (samples.area_m2 / np.maximum(points, 1))[zone], masks != 0, starts.astype(np.int64),
        item.astype(np.int64), np.array([c.cost for c in candidates], float),
        np.array([c.is_existing for c in candidates], bool),
    )  # fmt: skip


def _upgrades(
    conn: Connection,
    technology: str,
    upgrade_from: str,
    operators: tuple[str, ...],
    day: date,
    zones: Geometries,
    radius_m: float,
    cost: float,
) -> list[Candidate]:
    if not len(zones):
        return []

    def on_air(radio: str) -> Any:
        return exists().where(
            cells.c.site_id == sites.c.id, cells.c.technology == radio, cells.c.state == "on_air",
            cells.c.coverage_class == "outdoor", func.coalesce(cells.c.on_air_on <= day, True),
        )  # fmt: skip

    rows = conn.execute(
        select(
            sites.c.id, sites.c.code, sites.c.operator,
            func.ST_X(sites.c.geom).label("x"), func.ST_Y(sites.c.geom).label("y"),
        )
        .where(and_(sites.c.operator.in_(operators), on_air(upgrade_from), ~on_air(technology)))
        .order_by(sites.c.id)
    ).all()  # fmt: skip
    masts = shapely.points(np.array([row.x for row in rows]), np.array([row.y for row in rows]))
    near = set(shapely.STRtree(zones).query(masts, predicate="dwithin", distance=radius_m)[0].tolist())
    return [Candidate(row.id, row.code, row.operator, row.x, row.y, cost) for k, row in enumerate(rows) if k in near]


def _poles(zones: Geometries, radius_m: float, spacing_m: float, cost: float) -> list[Candidate]:
    """Middles of squares of a grid of fixed origin, in the zones and within the radius round them."""
    around = shapely.union_all(shapely.buffer(zones, radius_m, quad_segs=8))
    if around.is_empty:
        return []
    found = grid(np.array([around], dtype=object), spacing_m)
    return [Candidate(None, None, None, x, y, cost) for x, y in zip(found.x.tolist(), found.y.tolist(), strict=True)]
