"""Lots along the streets of a town: where doors can be, how lots are cut, which stand empty.

A side of a street is walked metre by metre at the edge of its cross section. What lies in another
street is not frontage; what is left are stretches, and stretches are cut into lots.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point

from layers.demo.streams import between, chance, cuts, shares
from layers.demo.streets import Street

SIDES = {"left": 1.0, "right": -1.0}
SHORTEST_STRETCH_M = 4.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Unbroken frontage on one side of a street, from and to in metres along the line as drawn."""

    street: Street
    side: str
    start_m: float
    end_m: float
    start_corner: int | None
    """Index of the street at whose corner the stretch begins, None at a free end or an alley."""
    end_corner: int | None


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot with its door, or the middle of its empty frontage."""

    street: Street
    side: str
    along_m: float
    door: Point
    is_empty: bool
    corner: int | None


def beside(line: LineString, along_m: NDArray[np.float64], offset_m: float) -> NDArray[np.float64]:
    """Points at so many metres along the line and to its left (negative: right), n x 2."""
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, along_m))
    before = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(along_m - 1.0, 0.0)))
    after = shapely.get_coordinates(shapely.line_interpolate_point(line, np.minimum(along_m + 1.0, line.length)))
    way = after - before
    way /= np.hypot(way[:, 0], way[:, 1])[:, None]
    return here + offset_m * np.column_stack((-way[:, 1], way[:, 0]))


def stretches(streets: list[Street]) -> list[Stretch]:
    """All frontage of the town streets among `streets`, in their order, left before right."""
    lines = [street.line for street in streets]
    tree = shapely.STRtree(lines)
    halves = np.array([street.cross_section_m / 2 for street in streets])
    found: list[Stretch] = []
    for i, street in enumerate(streets):
        if street.town is None:
            continue
        near = [int(j) for j in np.sort(tree.query(street.line.buffer(45))) if int(j) != i]
        for side, sign in SIDES.items():
            if street.town.shape == "ring" and side == _inside_of(street.line):
                continue
            found += _side_stretches(street, side, sign, near, lines, halves)
    return found


def _inside_of(ring: LineString) -> str:
    return "left" if shapely.is_ccw(shapely.LinearRing(ring.coords)) else "right"


def _side_stretches(
    street: Street, side: str, sign: float, near: list[int], lines: list[LineString], halves: NDArray[np.float64]
) -> list[Stretch]:
    half = street.cross_section_m / 2
    free_from = street.town.free_from_m if street.town else 0.0
    along = np.arange(max(1.0, free_from), street.line.length - 1.0, 1.0)
    if len(along) < SHORTEST_STRETCH_M:
        return []
    points = shapely.points(beside(street.line, along, sign * (half + 1.5)))
    free = shapely.distance(points, street.line) > half + 0.9  # not inside its own bend
    blocker = np.full(len(along), -1)
    for j in near:
        inside = shapely.distance(points, lines[j]) < halves[j] + 2.0
        blocker[inside & free] = j
        free &= ~inside
    bounds = np.flatnonzero(np.diff(np.concatenate(([False], free, [False])).astype(int)))
    found = []
    for first, last in zip(bounds[::2], bounds[1::2], strict=True):
        if last - first >= SHORTEST_STRETCH_M:
            found.append(Stretch(
                street, side, float(along[first]), float(along[last - 1]),
                _corner(blocker, int(first) - 1), _corner(blocker, int(last)),
            ))  # fmt: skip
    return found


def _corner(blocker: NDArray[np.int64], place: int) -> int | None:
    return int(blocker[place]) if 0 <= place < len(blocker) and blocker[place] >= 0 else None


def cut_lots(rng: np.random.Generator, frontage: list[Stretch], lots: int) -> list[Lot]:
    """Cut all frontage into exactly so many lots, each with its door."""
    lengths = [_weight(stretch) for stretch in frontage]
    numbers = shares(lots, lengths)
    return [
        lot
        for stretch, number in zip(frontage, numbers, strict=True)
        if number
        for lot in _cut_stretch(rng, stretch, number)
    ]


def _weight(stretch: Stretch) -> float:
    """Highway lots are wide, alley lots narrow."""
    shape = stretch.street.town.shape if stretch.street.town else ""
    return (stretch.end_m - stretch.start_m) * {"highway": 0.55, "alley": 1.2, "lane": 1.2}.get(shape, 1.0)


def _cut_stretch(rng: np.random.Generator, stretch: Stretch, number: int) -> list[Lot]:
    street = stretch.street
    bounds = cuts(rng, stretch.start_m, stretch.end_m, number, 0.28)
    built = street.town.built if street.town else 1.0
    widths = np.diff(bounds)
    along = np.array([
        (start + end) / 2 + between(rng, -0.2, 0.2) * width
        for start, end, width in zip(bounds, bounds[1:], widths, strict=False)
    ])  # fmt: skip
    edge = SIDES[stretch.side] * street.cross_section_m / 2
    doors = beside(street.line, along, edge)
    outward = beside(street.line, along, edge + SIDES[stretch.side]) - doors
    lots, empty = [], chance(rng, 1 - built)
    for i in range(number):
        if chance(rng, 0.35):  # empty lots come in runs
            empty = chance(rng, 1 - built)
        set_back = 0.2 if empty else between(rng, 0.2, 1.9) * (2.5 if street.cross_section_m > 35 else 1.0)
        x, y = np.round(doors[i] + set_back * outward[i], 3)
        corner = stretch.start_corner if i == 0 else stretch.end_corner if i == number - 1 else None
        lots.append(Lot(street, stretch.side, round(float(along[i]), 2), Point(x, y), empty, corner))
    return lots
