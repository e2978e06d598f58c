"""Made-up main roads between towns, and from the first town to the first park, around every zone.

The cheapest way over a coarse board of square cells, through ground whose cost varies gently so
that roads bend as roads do, rounded at the corners.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from math import hypot

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from layers.demo.frames import to_millimetres
from layers.demo.streams import stream
from layers.demo.towns import Town
from layers.demo.zones import Zone

CELL_M = 290.0
WIDTH_M = 36.0
LINKS = (("10532", "10546"), ("10532", "10675"), ("10675", "11560"), ("10532", "11239"), ("10546", "10675"))
"""Towns that a road joins, by commune."""

FIRST_NUMBER = 2
"""Number 1 is the main road of every town."""

_STEPS = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)]


@dataclass(frozen=True, slots=True)
class Road:
    """A main road in world coordinates."""

    name: str
    line: LineString


def draw(seed: int, towns: list[Town], zones: list[Zone], all_zones: list[Zone]) -> list[Road]:
    """Roads between those linked towns that are there, then one to the first zone's gate."""
    built = shapely.union_all([_built_up(town) for town in towns])
    borders = shapely.union_all([zone.border.buffer(40) for zone in all_zones])
    board = _board(seed, borders, borders.buffer(220).union(built))
    by_code = {town.commune_code: town for town in towns}
    pairs = [(_ends(by_code[a]), _ends(by_code[b])) for a, b in LINKS if a in by_code and b in by_code]
    gate = zones[0].frame.shape(zones[0].grid.streets[zones[0].spine_index].line)
    pairs.append((_ends(towns[0]), [Point(gate.coords[0])]))
    roads = []
    for number, (starts, goals) in enumerate(pairs, start=FIRST_NUMBER):
        start, goal = min(((a, b) for a in starts for b in goals), key=lambda pair: pair[0].distance(pair[1]))
        roads.append(Road(f"Đường tỉnh Minh Họa {number}", board.way(start, goal)))
    return roads


def number_at(communes: list[str]) -> int:
    """How many roads there are when these communes have towns."""
    return sum(a in communes and b in communes for a, b in LINKS) + 1


def _ends(town: Town) -> list[Point]:
    road = next(street.line for street in town.streets if street.shape == "highway")
    return [Point(road.coords[0]), Point(road.coords[-1])]


def _built_up(town: Town) -> BaseGeometry:
    """Around all streets but the main road, on which the roads between towns end."""
    lines = shapely.union_all([street.line for street in town.streets if street.shape != "highway"])
    return lines.convex_hull.buffer(150)


@dataclass(frozen=True, slots=True)
class _Board:
    """Cells of ground with the cost of a metre in each."""

    x: float
    y: float
    cost: NDArray[np.float64]
    forbidden: BaseGeometry

    def cell(self, point: Point) -> tuple[int, int]:
        return round((point.x - self.x) / CELL_M), round((point.y - self.y) / CELL_M)

    def way(self, start: Point, goal: Point) -> LineString:
        """Cheapest way between two points, rounded."""
        first, last = self.cell(start), self.cell(goal)
        best, came = {first: 0.0}, {first: first}
        queue = [(0.0, first)]
        while queue:
            _, here = heapq.heappop(queue)
            if here == last:
                break
            for di, dj in _STEPS:
                there = (here[0] + di, here[1] + dj)
                if not (0 <= there[0] < self.cost.shape[0] and 0 <= there[1] < self.cost.shape[1]):
                    continue
                spent = best[here] + hypot(di, dj) * float(self.cost[here] + self.cost[there]) / 2
                if spent < best.get(there, np.inf):
                    best[there], came[there] = spent, here
                    left = hypot(there[0] - last[0], there[1] - last[1])
                    heapq.heappush(queue, (spent + left, there))
        cells = [last]
        while cells[-1] != first:
            cells.append(came[cells[-1]])
        inner = [(self.x + i * CELL_M, self.y + j * CELL_M) for i, j in cells[-2:0:-1]]
        return self._rounded(LineString([(start.x, start.y), *inner, (goal.x, goal.y)]))

    def _rounded(self, line: LineString) -> LineString:
        """As round as the zones beside it allow."""
        for tolerance_m in (90.0, 40.0, 5.0):
            drawn = _cut_corners(shapely.simplify(line, tolerance_m))
            if not drawn.intersects(self.forbidden):
                return drawn
        return to_millimetres(line)


def _board(seed: int, forbidden: BaseGeometry, avoided: BaseGeometry) -> _Board:
    """Ground under the zones and for some kilometres around; what is avoided is dear, zones very dear."""
    west, south, east, north = forbidden.buffer(9000).bounds
    columns, lines = int((east - west) / CELL_M) + 1, int((north - south) / CELL_M) + 1
    rng = stream(seed, "ground")
    coarse = rng.random((columns // 10 + 2, lines // 10 + 2))
    i, j = np.meshgrid(np.arange(columns) / 10, np.arange(lines) / 10, indexing="ij")
    a, b = i.astype(int), j.astype(int)
    s, t = i - a, j - b
    hills = (
        coarse[a, b] * (1 - s) * (1 - t) + coarse[a + 1, b] * s * (1 - t)
        + coarse[a, b + 1] * (1 - s) * t + coarse[a + 1, b + 1] * s * t
    )  # fmt: skip
    x, y = west + i * 10 * CELL_M, south + j * 10 * CELL_M
    shapely.prepare([avoided, forbidden])
    cost = np.where(shapely.contains_xy(avoided, x, y), 30.0, 1.0 + 1.2 * hills)
    cost[shapely.contains_xy(forbidden, x, y)] = 3000.0
    return _Board(west, south, cost, forbidden.buffer(-20))


def _cut_corners(line: LineString) -> LineString:
    """Corners cut three times (Chaikin); both ends stay."""
    xy = shapely.get_coordinates(line)
    for _ in range(3):
        near = 0.75 * xy[:-1] + 0.25 * xy[1:]
        far = 0.25 * xy[:-1] + 0.75 * xy[1:]
        middle = np.empty((2 * len(near), 2))
        middle[::2], middle[1::2] = near, far
        xy = np.vstack((xy[:1], middle, xy[-1:]))
    return to_millimetres(shapely.simplify(LineString(xy), 1.0))
