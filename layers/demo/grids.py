"""The plan of a zone on its drawing board: outline, streets between rows of plots, plots, gates.

Streets run along u in parallel; each serves one row of plots on either side, back to back with the
rows of the next street. Cross streets tie them together, and the widest of them, the spine, leaves
the zone through its gate at the lower edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import radians, sqrt, tan

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, affinity, box

from layers.demo.streams import between, chance, cuts, pick, shares, whole

BACK_STRIP_M = 3.0
"""Ditch between two rows of plots that stand back to back."""

SPINE_M, ALONG_M, ACROSS_M = 32.0, 24.0, 18.0
"""Cross sections of the spine, the streets along and the other cross streets, pavements included."""


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


def outline(rng: np.random.Generator, area_m2: float) -> Polygon:
    """A convex border of exactly that area: a rectangle with slanted ends and sometimes cut corners."""
    ratio = between(rng, 1.25, 1.75)
    height = sqrt(area_m2 / ratio)
    width = ratio * height
    lean = tan(radians(between(rng, -13.0, 13.0))) * height / 2
    other = lean if chance(rng, 0.5) else -lean * between(rng, 0.2, 0.8)
    corners = [
        (-width / 2 - lean, -height / 2), (width / 2 + other, -height / 2),
        (width / 2 - other, height / 2), (-width / 2 + lean, height / 2),
    ]  # fmt: skip
    shape = Polygon(corners)
    if chance(rng, 0.6):
        shape = _without_corner(shape, whole(rng, 2, 3), between(rng, 0.10, 0.16) * height)
    shape = affinity.translate(shape, -shape.envelope.centroid.x, -shape.envelope.centroid.y)
    factor = sqrt(area_m2 / shape.area)
    return affinity.scale(shape, factor, factor, origin=(0, 0))


def _without_corner(shape: Polygon, corner: int, cut_m: float) -> Polygon:
    points = list(shape.exterior.coords)[:-1]
    here, before, after = points[corner], points[corner - 1], points[(corner + 1) % len(points)]
    first = LineString([here, before]).interpolate(cut_m)
    second = LineString([here, after]).interpolate(1.6 * cut_m)
    points[corner : corner + 1] = [(first.x, first.y), (second.x, second.y)]
    return Polygon(points)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where rows and streets lie across the board."""

    inner: Polygon
    depth: float
    streets_v: list[float]
    spans: list[tuple[float, float]]
    """v of the lower and upper edge of every row, from the bottom; row r fronts street r // 2."""


def _rows(border: Polygon, belt: float, depth_wanted: float) -> _Rows:
    inner = border.buffer(-belt, join_style="mitre")
    _, low, _, high = inner.bounds
    period = 2 * depth_wanted + ALONG_M + BACK_STRIP_M
    streets = max(1, round((high - low + BACK_STRIP_M) / period))
    depth = (high - low - streets * ALONG_M - (streets - 1) * BACK_STRIP_M) / (2 * streets)
    middles = [low + depth + ALONG_M / 2 + i * (2 * depth + ALONG_M + BACK_STRIP_M) for i in range(streets)]
    spans = []
    for v in middles:
        spans += [(v - ALONG_M / 2 - depth, v - ALONG_M / 2), (v + ALONG_M / 2, v + ALONG_M / 2 + depth)]
    return _Rows(inner, depth, middles, spans)


def lay_out(rng: np.random.Generator, border: Polygon, plots: int) -> Grid:
    """Fill the border with streets and exactly so many plots."""
    belt = 12.0 if border.area < 8e5 else 20.0
    rows = _rows(border, belt, depth_wanted=sqrt(1.9 * 0.66 * border.area / plots))
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
    left, low, right, _ = rows.inner.bounds
    along = []
    for i, v in enumerate(reversed(rows.streets_v)):
        inside = rows.inner.intersection(LineString([(left - 50, v), (right + 50, v)]))
        line = LineString([(inside.bounds[0] + 10, v), (inside.bounds[2] - 10, v)])
        along.append(GridStreet(names[0].format(i + 1), line, ALONG_M))
    columns = max(2, round((right - left) / 620.0)) if len(rows.streets_v) > 1 else 2
    places = cuts(rng, left, right, columns, 0.18)[1:-1]
    spine_place = places[len(places) // 2]
    first_number = len(along) + 1 if names[0] == names[1] else 1
    top, bottom = rows.streets_v[-1], rows.streets_v[0]
    across = []
    for i, u in enumerate(places):
        start = border.bounds[1] - 45 if u == spine_place else bottom
        name = names[1].format(first_number + i)
        across.append(GridStreet(
            name, LineString([(u, start), (u, top)]), SPINE_M if u == spine_place else ACROSS_M, u == spine_place,
        ))  # fmt: skip
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
        for west, east in zip(bounds, bounds[1:], strict=False):
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
    plots = []
    for i, (start, end) in enumerate(zip(bounds, bounds[1:], strict=False)):
        shape = shapely.transform(
            block.shape.intersection(box(start, low - 1, end, high + 1)), lambda xy: np.round(xy, 3)
        )
        side = block.left_street if i == 0 else block.right_street if i == number - 1 else None
        side_u = shape.bounds[0] if i == 0 else shape.bounds[2]
        inward = 1.0 if block.front_v == low else -1.0
        side_gate = (
            None if side is None else Point(side_u, block.front_v + inward * between(rng, 0.4, 0.7) * (high - low))
        )
        plots.append(GridPlot(
            shape, block.row, block.street, _gate(rng, shape, block.front_v), side, side_gate,
        ))  # fmt: skip
    return plots


def _gate(rng: np.random.Generator, shape: Polygon, front_v: float) -> Point:
    """On the front edge, not far from its middle."""
    xy = shapely.get_coordinates(shape)
    front = xy[np.abs(xy[:, 1] - front_v) < 0.01, 0]
    middle, half = (front.min() + front.max()) / 2, (front.max() - front.min()) / 2
    return Point(middle + between(rng, -0.35, 0.35) * half, front_v)
