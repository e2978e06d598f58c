"""The plan of a zone on its drawing board: outline, streets between rows of plots, plots, gates.

Streets run along u in parallel; each serves one row of plots on either side, back to back with the
rows of the next street. Cross streets tie them together, and the widest of them, the spine, leaves
the zone through its gate at the lower edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from layers.demo.frames import to_millimetres
from layers.demo.streams import between, cuts, pick, shares

BACK_STRIP_M = 3.0
"""Ditch between two rows of plots that stand back to back."""


@dataclass(frozen=True, slots=True)
class Widths:
    """Cross sections in metres, pavements included."""

    spine: float
    along: float
    across: float


OF_A_PARK, OF_A_CLUSTER = Widths(32.0, 24.0, 18.0), Widths(22.0, 17.0, 14.0)
CLUSTER_UP_TO_M2 = 8e5


@dataclass(frozen=True, slots=True)
class GridStreet:
    """A street of a zone on the board."""

    name: str
    line: LineString
    cross_section_m: float
    is_spine: bool = False


@dataclass(frozen=True, slots=True)
class GridPlot:
    """A plot on the board, its gate on the street that its front lies on."""

    shape: Polygon
    row: int
    street: int
    """Index of the street at its front."""
    gate: Point
    side_street: int | None
    """Index of the cross street along its side, for a corner plot."""
    side_gate: Point | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Plan of one zone. Coordinates are board metres."""

    outline: Polygon
    streets: list[GridStreet]
    plots: list[GridPlot]
    entry: Point
    """Where the spine crosses the border."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where rows and streets lie across the board."""

    inner: Polygon
    widths: Widths
    streets_v: list[float]
    spans: list[tuple[float, float]]
    """v of the lower and upper edge of every row, from the bottom; row r fronts street r // 2."""


def _rows(border: Polygon, plots: int) -> _Rows:
    small = border.area < CLUSTER_UP_TO_M2
    widths = OF_A_CLUSTER if small else OF_A_PARK
    inner = border.buffer(-12.0 if small else -20.0, join_style="mitre")
    _, low, _, high = inner.bounds
    depth_wanted = sqrt(1.9 * 0.66 * border.area / plots)
    period = 2 * depth_wanted + widths.along + BACK_STRIP_M
    streets = max(1, round((high - low + BACK_STRIP_M) / period))
    depth = (high - low - streets * widths.along - (streets - 1) * BACK_STRIP_M) / (2 * streets)
    half = widths.along / 2
    middles = [low + depth + half + i * (2 * depth + widths.along + BACK_STRIP_M) for i in range(streets)]
    spans = []
    for v in middles:
        spans += [(v - half - depth, v - half), (v + half, v + half + depth)]
    return _Rows(inner, widths, middles, spans)


def lay_out(rng: np.random.Generator, border: Polygon, plots: int) -> Grid:
    """Fill the border with streets and exactly so many plots."""
    rows = _rows(border, plots)
    names = pick(rng, [("Đường số {}", "Đường N{}"), ("Đường D{}", "Đường N{}"), ("Đường số {}", "Đường số {}")])
    streets, spine_u, cross_u = _streets(rng, border, rows, names)
    blocks = _blocks(rows, streets, spine_u, cross_u)
    numbers = shares(plots, [_length(block.shape) for block in blocks], at_least=1)
    laid = [plot for block, number in zip(blocks, numbers, strict=True) for plot in _cut_block(rng, block, number)]
    spine = next(street for street in streets if street.is_spine)
    entry = border.exterior.intersection(spine.line)
    return Grid(border, streets, laid, Point(shapely.get_coordinates(entry)[0]))


def _streets(
    rng: np.random.Generator, border: Polygon, rows: _Rows, names: tuple[str, str]
) -> tuple[list[GridStreet], float, dict[float, int]]:
    """Streets along, then across; u of the spine; u of every cross street with its index."""
    left, _, right, _ = rows.inner.bounds
    widths = rows.widths
    along = []
    for i, v in enumerate(reversed(rows.streets_v)):
        inside = rows.inner.intersection(LineString([(left - 50, v), (right + 50, v)]))
        line = LineString([(inside.bounds[0] + 2, v), (inside.bounds[2] - 2, v)])
        along.append(GridStreet(names[0].format(i + 1), line, widths.along))
    columns = max(2, round((right - left) / 620.0)) if len(rows.streets_v) > 1 else 2
    places = cuts(rng, left, right, columns, 0.18)[1:-1]
    spine_place = places[len(places) // 2]
    first_number = len(along) + 1 if names[0] == names[1] else 1
    top, bottom = rows.streets_v[-1], rows.streets_v[0]
    across = []
    for i, u in enumerate(places):
        start = border.bounds[1] - 45 if u == spine_place else bottom
        name = names[1].format(first_number + i)
        is_spine = u == spine_place
        width = widths.spine if is_spine else widths.across
        across.append(GridStreet(name, LineString([(u, start), (u, top)]), width, is_spine))
    indexes = {u: len(along) + i for i, u in enumerate(places)}
    return along + across, spine_place, indexes


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of one row between two cross streets."""

    shape: Polygon
    row: int
    street: int
    front_v: float
    left_street: int | None
    right_street: int | None


def _blocks(rows: _Rows, streets: list[GridStreet], spine_u: float, cross_u: dict[float, int]) -> list[_Block]:
    """Blocks from the top row down, west to east on the board."""
    count = len(rows.spans)
    left, _, right, _ = rows.inner.bounds
    blocks = []
    for row in reversed(range(count)):
        low, high = rows.spans[row]
        crossing = [u for u in cross_u if _crosses(row, count, is_spine=u == spine_u)]
        bounds = [left - 50, *crossing, right + 50]
        for west, east in pairwise(bounds):
            start = west + streets[cross_u[west]].cross_section_m / 2 if west in cross_u else west
            end = east - streets[cross_u[east]].cross_section_m / 2 if east in cross_u else east
            shape = rows.inner.intersection(box(start, low, end, high))
            if isinstance(shape, Polygon) and _length(shape) > 30:
                blocks.append(_Block(
                    shape, row, len(rows.streets_v) - 1 - row // 2, high if row % 2 == 0 else low,
                    cross_u.get(west), cross_u.get(east),
                ))  # fmt: skip
    return blocks


def _crosses(row: int, rows: int, *, is_spine: bool) -> bool:
    """Streets across end at the outermost streets along; the spine alone goes on to the gate."""
    return row < rows - 1 and (is_spine or row > 0)


def _length(shape: Polygon) -> float:
    """Extent along u at half depth."""
    _, low, _, high = shape.bounds
    middle = shape.intersection(LineString([(-1e5, (low + high) / 2), (1e5, (low + high) / 2)]))
    return float(middle.length)


def _cut_block(rng: np.random.Generator, block: _Block, number: int) -> list[GridPlot]:
    west, low, east, high = block.shape.bounds
    middle = block.shape.intersection(LineString([(-1e5, (low + high) / 2), (1e5, (low + high) / 2)]))
    bounds = cuts(rng, middle.bounds[0], middle.bounds[2], number, 0.22)
    bounds = [west - 1, *[round(bound, 3) for bound in bounds[1:-1]], east + 1]
    inward = 1.0 if block.front_v == low else -1.0
    plots = []
    for i, (start, end) in enumerate(pairwise(bounds)):
        shape = _rounded(block.shape.intersection(box(start, low - 1, end, high + 1)))
        side, side_u = None, 0.0
        if i == 0 and block.left_street is not None:
            side, side_u = block.left_street, shape.bounds[0]
        elif i == number - 1 and block.right_street is not None:
            side, side_u = block.right_street, shape.bounds[2]
        side_gate = Point(side_u, block.front_v + inward * between(rng, 0.4, 0.7) * (high - low))
        plots.append(GridPlot(
            shape, block.row, block.street, _gate(rng, shape, block.front_v), side, None if side is None else side_gate,
        ))  # fmt: skip
    return plots


def _rounded(shape: BaseGeometry) -> Polygon:
    """To the millimetre on the board, so that neighbours keep their common corners."""
    fixed = to_millimetres(shape)
    if not isinstance(fixed, Polygon):
        raise TypeError(f"a plot came out as {fixed.geom_type}")
    return fixed


def _gate(rng: np.random.Generator, shape: Polygon, front_v: float) -> Point:
    """On the front edge, not far from its middle; where a slanting border cut the edge off, at the nearest corner."""
    xy = shapely.get_coordinates(shape)
    off = np.abs(xy[:, 1] - front_v)
    front = xy[off < off.min() + 0.01, 0]
    middle, half = (front.min() + front.max()) / 2, (front.max() - front.min()) / 2
    return Point(middle + between(rng, -0.35, 0.35) * half, front_v)
