"""One line for a street that is drawn as many: carriageways, roundabouts, gaps, branches.

A walker follows the drawn pieces and may step across from one to another where they are no farther
apart than `within_m`. The longest walk that takes no detour is the course of the street; pieces beside
it are its other carriageway and pull the line to the middle; what leads away is a branch.

Pure geometry in metres. The outcome depends on neither the order nor the sense of the pieces.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import dist, hypot, inf, pi

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, MultiLineString, Point, Polygon, STRtree, line_merge, unary_union
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from addressing.errors import UnusableStreet

STEP_M = 10.0
"""Distance of the points at which the pieces are looked at."""

STUB_M = 10.0
"""What sticks out no farther than this is no branch."""

DETOUR = 3.0
"""A step across costs so many times its length: the walk keeps to the drawing and cuts no corner."""

ALONGSIDE = 0.5
"""A piece runs beside the course if its ends lie at least this share of its length apart along it."""

CELL_M, MOST_STEPS = 30.0, 2_000_000
"""Points in cells of this size, squared and summed: a hundred times what the longest sample highway needs."""

SMOOTHED = 4
"""How often each point is drawn to the middle of its neighbours: evens out jogs of a few steps."""

NARROW = 0.4
"""A circle has roundness 1, a square 0.79; a ring below this is drawn out long."""

Place = tuple[float, float]
Network = dict[Place, dict[Place, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """The course of a street, and what of its drawing is not on it."""

    line: LineString
    branches: tuple[LineString, ...]
    # pieces that lead away from it
    carriageways: tuple[LineString, ...]
    # pieces beside it: the line runs in the middle
    gaps: tuple[LineString, ...]
    # straight bridges over what is not drawn


def groups_within(strands: Sequence[LineString], within_m: float) -> list[list[LineString]]:
    """Pieces that hang together with steps of at most this; the longest group first."""
    groups: list[list[LineString]] = []
    for strand in sorted(strands, key=_key):
        near = [group for group in groups if any(strand.distance(other) <= within_m for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([strand, *(other for group in near for other in group)])
    return sorted(groups, key=lambda group: (-sum(part.length for part in group), min(map(_key, group))))


def find_axis(pieces: Sequence[LineString], within_m: float) -> Axis:
    """The axis of these pieces; gaps of any width between them are bridged where they are narrowest."""
    strands = strands_of(pieces)
    drawn, steps = _network(strands, within_m)
    for start, end in _bridges(strands):
        here, there = _nearest(drawn, start), _nearest(drawn, end)
        _join(steps, here, there, dist(here, there))
    path = _from_end_to_end(_longest_walk(drawn, steps), drawn)
    ends = {place for place, ways in drawn.items() if len(ways) == 1}
    gaps = [LineString(step) for step in pairwise(path) if step[1] not in drawn[step[0]] and ends.issuperset(step)]
    course = LineString(path)
    beside, branches = _sort_the_rest(_rest(drawn, path), course, within_m)
    line = _in_the_middle(course, beside, within_m) if beside else course
    return Axis(_simplified(line, 1.0 if beside else 0.001), tuple(branches), tuple(beside), tuple(gaps))


def is_narrow_ring(line: LineString, within_m: float) -> bool:
    """Whether a closed line is no way round something but the two carriageways of one street."""
    if not line.is_closed:
        return False
    area_m2 = Polygon(line).area if len(line.coords) > 3 else 0.0  # there and back between two points
    return 2 * area_m2 / line.length <= within_m and 4 * pi * area_m2 / line.length**2 <= NARROW


def halves(ring: LineString) -> list[LineString]:
    """A narrow ring as its two sides, cut at the two corners that are farthest apart."""
    corners = sorted({(x, y) for x, y in shapely.get_coordinates(ring.convex_hull).tolist()})
    start, end = max(combinations(corners, 2), key=lambda pair: (dist(*pair), pair))
    course = [(x, y) for x, y, *_ in ring.coords[:-1]]
    at = course.index(start)
    course = course[at:] + course[:at] + [start]
    cut = course.index(end)
    return [LineString(course[: cut + 1]), LineString(course[cut:])]


def strands_of(pieces: Sequence[LineString]) -> list[LineString]:
    """Pieces cut where they meet and joined where only two meet, each running from its smaller end."""
    plain = [shapely.force_2d(piece) for piece in pieces]
    _refuse_a_tangle(shapely.get_coordinates(plain))  # before the pieces are cut at every crossing
    turned = sorted((min(piece, piece.reverse(), key=lambda line: list(line.coords)) for piece in plain), key=_key)
    merged = line_merge(unary_union(turned))
    lines = [line for line in getattr(merged, "geoms", [merged]) if line.length > 0]
    return sorted((min(line, line.reverse(), key=lambda line: list(line.coords)) for line in lines), key=_key)


def _network(strands: Sequence[LineString], within_m: float) -> tuple[Network, Network]:
    """What can be walked on, and the steps across from one piece to another; both with lengths."""
    drawn: Network = defaultdict(dict)
    on: dict[Place, set[int]] = defaultdict(set)
    for index, strand in enumerate(strands):
        places = [(x, y) for x, y in shapely.segmentize(strand, STEP_M).coords]
        for place in places:
            on[place].add(index)
        for here, there in pairwise(places):
            if here != there:
                _join(drawn, here, there, hypot(there[0] - here[0], there[1] - here[1]))
    steps: Network = defaultdict(dict)
    places = sorted(on)
    _refuse_a_tangle(np.array(places))
    points = shapely.points(places)
    for here, there in STRtree(points).query(points, predicate="dwithin", distance=within_m).T:
        a, b = places[here], places[there]
        if a < b and not on[a] & on[b]:
            _join(steps, a, b, hypot(b[0] - a[0], b[1] - a[1]))
    return drawn, steps


def _refuse_a_tangle(places: npt.NDArray[np.float64]) -> None:
    """The steps across grow with the square of the points in one spot: no street needs that many."""
    crowd = np.unique(np.floor(places / CELL_M), axis=0, return_counts=True)[1].astype(float)
    if (crowd**2).sum() > MOST_STEPS:
        raise UnusableStreet(
            f"The street is drawn as a tangle of {len(places)} points; simplify its drawing.",
            f"Đường vẽ rối với {len(places)} điểm; cần vẽ lại đơn giản hơn.",
        )


def _join(network: Network, here: Place, there: Place, length_m: float) -> None:
    network[here][there] = min(length_m, network[here].get(there, inf))
    network[there][here] = network[here][there]


def _bridges(strands: Sequence[LineString]) -> list[tuple[Place, Place]]:
    """The narrowest gaps whose bridges make one network of all strands."""
    groups = groups_within(strands, 0.0)
    found: list[tuple[Place, Place]] = []
    while len(groups) > 1:
        shapes = [MultiLineString(group) for group in groups]
        _, one, other = min(
            (shapes[one].distance(shapes[other]), one, other) for one in range(len(groups)) for other in range(one)
        )
        start, end = nearest_points(shapes[one], shapes[other])
        found.append(((start.x, start.y), (end.x, end.y)))
        groups[other] += groups.pop(one)
    return found


def _nearest(network: Network, place: Place) -> Place:
    return min(network, key=lambda known: (hypot(known[0] - place[0], known[1] - place[1]), known))


def _longest_walk(drawn: Network, steps: Network) -> list[Place]:
    """From the place farthest from anywhere to the one farthest from that: exact without circuits.

    For what is far, a step across counts its length only: the end of one carriageway must not seem
    farther for being hard to reach from the other.
    """
    start = _farthest(_walk(drawn, steps, min(drawn), 1.0)[0])
    end = _farthest(_walk(drawn, steps, start, 1.0)[0])
    _, came_from = _walk(drawn, steps, start, DETOUR)
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path


def _farthest(reached: Mapping[Place, float]) -> Place:
    return max(reached, key=lambda place: (round(reached[place], 3), place))


def _walk(
    drawn: Network, steps: Network, start: Place, step_cost: float
) -> tuple[dict[Place, float], dict[Place, Place]]:
    """Dijkstra: the least cost of reaching each place, and from where. Steps cost so much a metre."""
    reached: dict[Place, float] = {}
    came_from: dict[Place, Place] = {}
    waiting = [(0.0, start, start)]
    while waiting:
        cost, here, before = heapq.heappop(waiting)
        if here in reached:
            continue
        reached[here], came_from[here] = cost, before
        for ways, a_metre in ((drawn, 1.0), (steps, step_cost)):
            for there, length_m in ways.get(here, {}).items():
                if there not in reached:
                    heapq.heappush(waiting, (cost + a_metre * length_m, there, here))
    return reached, came_from


def _from_end_to_end(path: list[Place], drawn: Network) -> list[Place]:
    """The street does not begin or end with a step across, but runs on to the end of the piece."""
    for _ in range(2):
        was_cut = False
        while len(path) > 2 and path[-2] not in drawn[path[-1]]:
            path, was_cut = path[:-1], True
        while was_cut:
            onward = [place for place in drawn[path[-1]] if place not in path]
            was_cut = len(onward) == 1
            path = path + onward[:1] if was_cut else path
        path = path[::-1]
    return path


def _rest(drawn: Network, path: Sequence[Place]) -> list[LineString]:
    """What is drawn and not walked, in pieces from crossing to crossing."""
    walked = {frozenset(step) for step in pairwise(path)}
    left = [LineString([a, b]) for a in drawn for b in drawn[a] if a < b and frozenset((a, b)) not in walked]
    return strands_of(left) if left else []


def _sort_the_rest(
    rest: Sequence[LineString], course: LineString, within_m: float
) -> tuple[list[LineString], list[LineString]]:
    """Pieces beside the course, and branches. Links from side to side are neither."""
    strip = course.buffer(within_m)
    # Where the walk steps across it runs askew: an end of the other carriageway would seem to lead away from it.
    plain = _simplified(course, within_m)
    beside: list[LineString] = []
    away: list[LineString] = []
    for piece in rest:
        near = _lines(piece.intersection(strip))
        alongside = [
            part for part in near if max(_span_m(part, way) for way in (course, plain)) >= ALONGSIDE * part.length
        ]
        beside += alongside
        away += [part for part in near if part not in alongside] + _lines(piece.difference(strip))
    street = MultiLineString([course, *beside])
    branches = [part for part in strands_of(away) if not _is_link(part, street)] if away else []
    return beside, [part for part in branches if part.length > STUB_M]


def _is_link(piece: LineString, street: BaseGeometry) -> bool:
    ends = (Point(piece.coords[0]), Point(piece.coords[-1]))
    return all(street.distance(end) < 0.01 for end in ends) and not piece.is_closed


def _span_m(piece: LineString, course: LineString) -> float:
    return abs(course.project(Point(piece.coords[-1])) - course.project(Point(piece.coords[0])))


def _in_the_middle(course: LineString, beside: Sequence[LineString], within_m: float) -> LineString:
    """The course moved to half way between its outermost carriageways, and smoothed where it steps across."""
    steps = max(2, round(course.length / STEP_M))
    at = np.linspace(0.0, course.length, steps + 1)
    places = _places(course, at)
    at = np.clip(at, 0.1, course.length - 0.1)  # a section right at the ends may miss the other carriageway
    along = _places(course, np.minimum(at + within_m, course.length)) - _places(course, np.maximum(at - within_m, 0.0))
    left = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(along[:, 0], along[:, 1])[:, None]
    sections = shapely.linestrings(np.stack([places - within_m * left, places + within_m * left], axis=1))
    crossed = np.asarray(shapely.intersection(sections, MultiLineString([course, *beside])))
    offsets = [shapely.get_coordinates(hit) - place for hit, place in zip(crossed, places, strict=True)]
    middle = np.array(
        [
            place + side * (min(off @ side) + max(off @ side)) / 2 if len(off) else place
            for place, side, off in zip(places, left, offsets, strict=True)
        ]
    )
    for _ in range(SMOOTHED):
        middle[1:-1] = (middle[:-2] + 2 * middle[1:-1] + middle[2:]) / 4
    return LineString(middle)


def _places(line: LineString, at_m: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return shapely.get_coordinates(shapely.line_interpolate_point(line, at_m))


def _simplified(line: LineString, tolerance_m: float) -> LineString:
    plain = line.simplify(tolerance_m)
    assert isinstance(plain, LineString)  # a line stays a line
    return plain


def _lines(shape: BaseGeometry) -> list[LineString]:
    merged = line_merge(shape) if isinstance(shape, MultiLineString) else shape
    return [line for line in getattr(merged, "geoms", [merged]) if isinstance(line, LineString) and line.length > 0]


def _key(line: LineString) -> tuple[tuple[float, ...], ...]:
    return tuple(line.coords)
