"""PURE: shapes -> shapes with fewer corners. What touched still touches, without gaps and overlaps.

Polygons are generalised as a coverage (Visvalingam's areas, GEOS `CoverageSimplifier`): an edge that
two polygons share is one edge and is generalised once. Whatever touches anything of a group is in
that group, so the result of a group depends on nothing outside it, and a change asks for one group
to be made again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]


def groups(shapes: Shapes) -> list[NDArray[np.intp]]:
    """Positions of the shapes that touch one another, directly or through others; each group in order."""
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    leader = np.arange(len(shapes))

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = int(leader[one])
        return one

    for a, b in zip(left[left < right], right[left < right], strict=True):
        first, second = sorted((find(int(a)), find(int(b))))
        leader[second] = first
    of = np.array([find(one) for one in range(len(shapes))], dtype=np.intp)
    order = np.argsort(of, kind="stable")
    return [part for part in np.split(order, np.flatnonzero(np.diff(of[order])) + 1) if len(part)]


def generalise(shapes: Shapes, tolerance: float) -> Shapes:
    """The polygons of one group with corners left out that make up less than tolerance²; same order.

    Every shape keeps an area, and is valid. Islands below tolerance² that lie apart from everything
    are left out, but of each shape at least the largest part stays. Shapes that overlap, as zones of
    different plans do, are allowed: where edges are not shared each is generalised by itself.
    """
    apart = _without_specks(shapes, tolerance)
    try:
        made = shapely.coverage_simplify(apart, tolerance)
    except shapely.GEOSException:
        made = shapely.simplify(apart, tolerance, preserve_topology=True)
    # Overlapping input can make a ring cross itself; such a shape stays as it was rather than be wrong.
    unfit = ~shapely.is_valid(made) | shapely.is_empty(made) | (shapely.area(made) == 0)
    return np.asarray(np.where(unfit, apart, made), dtype=object)


def _without_specks(shapes: Shapes, tolerance: float) -> Shapes:
    parts, of = shapely.get_parts(shapes, return_index=True)
    area = shapely.area(parts)
    largest = np.zeros(len(shapes))
    np.maximum.at(largest, of, area)
    small = np.flatnonzero((area < tolerance**2) & (area < largest[of]))
    if not len(small):
        return shapes
    met_by, met = shapely.STRtree(shapes).query(parts[small], predicate="intersects")
    touches_others = np.zeros(len(small), dtype=bool)
    touches_others[met_by[met != of[small][met_by]]] = True
    gone = np.zeros(len(parts), dtype=bool)
    gone[small[~touches_others]] = True
    changed = np.unique(of[gone])
    made = shapes.copy()
    for one in changed:
        made[one] = shapely.MultiPolygon(list(parts[(of == one) & ~gone]))
    return made


def days(periods: Sequence[tuple[int, int]]) -> list[tuple[int, NDArray[np.intp]]]:
    """Days on which to look at dated shapes, and the shapes whose outline is taken from that day.

    `periods` are half-open, in days. The newest state comes first; a shape is seen beside the
    neighbours of the last day of its life.
    """
    since, until = (np.array(part, dtype=np.int64) for part in zip(*periods, strict=True))
    left = np.ones(len(since), dtype=bool)
    seen = []
    while left.any():
        day = int(until[left].max()) - 1
        here = left & (since <= day) & (day < until)
        seen.append((day, np.flatnonzero(here)))
        left &= ~here
    return seen
