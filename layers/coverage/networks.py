"""PURE: the cells of a snapshot as something that can be asked "who reaches this point?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import shapely

from layers.coverage import received_power, sampling, shadowing, transmitters
from layers.coverage.cells import FAULTS
from layers.coverage.footprints import Floats, Geometries, boundary_deviation_m, draw, grid_convergence_deg
from layers.coverage.questions import Question, digest
from layers.coverage.snapshots import Snapshot, shape_array
from layers.coverage.transmitters import Modelled
from layers.coverage.wedges import Indices, Masks, Wedges

Row = dict[str, Any]


class Network(Protocol):
    """What the evaluation needs to know of cells; used cells are numbered from 0 in the order of their ids."""

    @property
    def used(self) -> Indices:
        """Index of each into snapshot.cells."""

    @property
    def reach_m(self) -> Floats:
        """Of each, around its mast."""

    def masks(self, x: Floats, y: Floats) -> Masks:
        """One bit for each operator that covers the point."""

    def flags(self, cells: Sequence[int] | Indices) -> dict[str, int]:
        """What was assumed of these used cells."""


@dataclass(frozen=True, slots=True)
class DeclaredNetwork:
    """Sectors and polygons as operators declare them."""

    used: Indices
    reach_m: Floats
    x: Floats
    y: Floats
    azimuth_deg: Floats
    beamwidth_deg: Floats
    # As declared; NaN all around.
    operator: Indices
    polygon: Geometries
    # None where the sector counts.
    srid: int
    sectors: Wedges
    sector_rows: Indices

    def masks(self, x: Floats, y: Floats) -> Masks:
        """By distance and angle, and by the declared polygons."""
        polygons = np.setdiff1d(np.arange(len(self.used)), self.sector_rows)
        found = sampling.declared_masks(x, y, self.sectors)
        return np.asarray(found | sampling.polygon_masks(x, y, self.polygon[polygons], self.operator[polygons]))

    def flags(self, cells: Sequence[int] | Indices) -> dict[str, int]:
        """A sector with an azimuth but no beamwidth is a full circle."""
        at = np.asarray(cells, np.int64)
        wide = ~np.isnan(self.azimuth_deg[at]) & np.isnan(self.beamwidth_deg[at])
        count = int((wide & shapely.is_missing(self.polygon[at])).sum())
        return {"no_beamwidth": count} if count else {}

    def footprints(self, cells: Indices) -> tuple[Geometries, Floats]:
        """Drawn for the exact union, with the deviation of each border."""
        shapes, deviation = self.polygon[cells].copy(), np.zeros(len(cells))
        sector = np.isin(cells, self.sector_rows)
        at = cells[sector]
        if len(at):
            x, y, beam, radius = self.x[at], self.y[at], self.beamwidth_deg[at], self.reach_m[at]
            turn = grid_convergence_deg(self.srid, x, y)
            shapes[sector] = draw(x, y, self.azimuth_deg[at], beam, radius, turn)
            deviation[sector] = boundary_deviation_m(beam, radius)
        return shapes, deviation


@dataclass(frozen=True, slots=True)
class ModelledNetwork:
    """Cells with modelled levels, asked at one tier and probability."""

    used: Indices
    reach_m: Floats
    modelled: Modelled
    operators: int
    tier_dbm: float
    needed_z: float

    def masks(self, x: Floats, y: Floats) -> Masks:
        """Operators whose best cell is strong enough with the wanted probability."""
        levels = received_power.best_levels(x, y, self.modelled.transmitters, self.operators, (self.tier_dbm,))
        return received_power.masks_at(levels, 0, self.needed_z)

    def flags(self, cells: Sequence[int] | Indices) -> dict[str, int]:
        """Defaults taken and ranges left."""
        return self.modelled.counts([int(k) for k in cells])


def network_of(snapshot: Snapshot) -> DeclaredNetwork | ModelledNetwork:
    """The cells that count, by the evidence that the question asks for."""
    question = Question.from_json(snapshot.question)
    if question.evidence == "modelled":
        assert question.tier_dbm is not None
        assert question.probability is not None
        found = transmitters.model(
            snapshot.cells, question.operators, snapshot.srid, tier_dbm=question.tier_dbm,
            probability=question.probability, walls=question.walls,
        )  # fmt: skip
        used = np.array(found.rows, np.int64)
        return ModelledNetwork(
            used, found.transmitters.reach_m, found, len(question.operators), question.tier_dbm,
            shadowing.needed_z(question.probability),
        )  # fmt: skip
    return _declared(snapshot, question)


def _declared(snapshot: Snapshot, question: Question) -> DeclaredNetwork:
    used = np.array([k for k, row in enumerate(snapshot.cells) if row["left_out"] is None], np.int64)
    rows = [snapshot.cells[k] for k in used]

    def column(name: str) -> Floats:
        return np.array([np.nan if row[name] is None else row[name] for row in rows], float)

    number = {name: k for k, name in enumerate(question.operators)}
    operator = np.array([number[row["operator"]] for row in rows], np.int64)
    polygon = shape_array(rows, "footprint")
    sector_rows = np.flatnonzero(shapely.is_missing(polygon))
    x, y, azimuth, beam, radius = (column(name) for name in ("x", "y", "azimuth_deg", "beamwidth_deg", "radius_m"))
    # An azimuth is needed only where there is a beam.
    at = sector_rows
    grid_azimuth = azimuth[at] - grid_convergence_deg(snapshot.srid, x[at], y[at])
    sectors = sampling.wedges(x[at], y[at], grid_azimuth, beam[at], radius[at], operator[at])
    masts = shapely.points(x, y)
    reach = np.where(shapely.is_missing(polygon), radius, shapely.hausdorff_distance(polygon, masts))
    return DeclaredNetwork(used, reach, x, y, azimuth, beam, operator, polygon, snapshot.srid, sectors, sector_rows)


@dataclass(frozen=True, slots=True)
class Nearby:
    """For each place: the used cells that may reach it, and the faulty ones that might."""

    cells: list[Indices]
    faulty: list[Indices]
    # Index into snapshot.cells.


def nearby(snapshot: Snapshot, network: Network, shapes: Geometries) -> Nearby:
    """By the reach of each cell; a faulty cell is taken to reach as far as the longest."""
    used_rows = [snapshot.cells[k] for k in network.used]
    faulty = np.array([k for k, row in enumerate(snapshot.cells) if row["left_out"] in FAULTS], np.int64)
    longest = float(network.reach_m.max()) if len(network.used) else 0.0
    near = _within(shapes, used_rows, network.reach_m + 1.0)
    lost = _within(shapes, [snapshot.cells[k] for k in faulty], np.full(len(faulty), longest))
    return Nearby(near, [faulty[one] for one in lost])


def _within(shapes: Geometries, rows: list[Row], reach_m: Floats) -> list[Indices]:
    masts = shapely.points([row["x"] for row in rows], [row["y"] for row in rows])
    cell, place = shapely.STRtree(shapes).query(masts, predicate="dwithin", distance=reach_m)
    order = np.lexsort((cell, place))
    cell, place = cell[order], place[order]
    start = np.searchsorted(place, np.arange(len(shapes) + 1))
    return [cell[start[k] : start[k + 1]] for k in range(len(shapes))]


def place_hashes(snapshot: Snapshot, network: Network, near: Nearby, engine: str) -> list[str]:
    """Of everything that the numbers of one place depend on, and of nothing else.

    A cell far away, its id or the day of its list change nothing; a cell that can reach the place does.
    """
    cell = [
        digest({name: value for name, value in row.items() if name not in ("id", "source_date")})
        for row in snapshot.cells
    ]
    units: list[list[Row]] = [[] for _ in snapshot.zones]
    for unit in snapshot.units:
        units[unit["zone"]].append({name: value for name, value in unit.items() if name not in ("id", "zone")})
    # The day counts by what it leaves out, which each cell says itself.
    asked = {name: value for name, value in snapshot.question.items() if name != "as_of"}
    common = digest(asked, snapshot.srid, engine)
    return [
        digest(
            common, place, units[k], [cell[network.used[i]] for i in near.cells[k]], [cell[i] for i in near.faulty[k]]
        )
        for k, place in enumerate(snapshot.zones)
    ]
