"""PURE: sample points inside shapes, on a grid that is the same for everybody.

Points are the middles of squares of `step_m` whose corners are multiples of the step in the storage
CRS: the origin is fixed, so that the same shape has the same points in every run, whatever else is asked.
A shape is filled row by row (even-odd rule; the lower and left borders belong to it).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numba import njit
from numpy.typing import ArrayLike, NDArray

from layers.coverage.footprints import Floats, Geometries
from layers.coverage.wedges import Indices

STEP_M = 10.0
FINE_STEP_M = 5.0
"""For shapes whose ratio is within half a percentage point of a target."""

STEPS_M = (10.0, 5.0, 2.5, 1.25, 0.625)
LEAST_POINTS = 100
"""A small shape (a plot) takes the first step that gives it about so many points."""

LATTICE = 0.0724
"""Variance of an area counted on a square lattice = 0.0724 · border length · step³ (Matérn 1960; Gundersen and
Jensen 1987, J. Microscopy 147): the law for borders that run in all directions."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Points of all shapes, shape after shape, row by row from south to north."""

    x: Floats
    y: Floats
    shape: NDArray[np.int32]
    # Index of the shape it lies in. A point in two overlapping shapes is there twice.
    start: Indices
    # Points of shape k: start[k] to start[k + 1].
    step_m: Floats
    # Of each shape.
    area_m2: Floats
    # Planar, of each shape: exact, not counted.

    def __len__(self) -> int:
        return len(self.x)


def grid(shapes: Geometries, step_m: ArrayLike = STEP_M) -> Samples:
    """Sample points of polygons in metres; `step_m` for all or for each shape. An empty shape has no points."""
    steps = np.ascontiguousarray(np.broadcast_to(np.asarray(step_m, float), (len(shapes),)))
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    rings, polygon = shapely.get_rings(parts, return_index=True)
    owner = part_of[polygon]
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    follows = ring[1:] == ring[:-1]
    begin, end = corners[:-1][follows], corners[1:][follows]
    of_shape = owner[ring[:-1][follows]]
    first_edge = np.searchsorted(of_shape, np.arange(len(shapes) + 1))
    x, y, start = _fill_shapes(
        np.ascontiguousarray(begin[:, 0]), np.ascontiguousarray(begin[:, 1]),
        np.ascontiguousarray(end[:, 0]), np.ascontiguousarray(end[:, 1]), first_edge, steps,
    )  # fmt: skip
    shape = np.repeat(np.arange(len(shapes), dtype=np.int32), np.diff(start))
    return Samples(x, y, shape, start, steps, np.asarray(shapely.area(shapes), float))


def step_for(area_m2: ArrayLike) -> Floats:
    """The first of STEPS_M that gives a shape of this area about LEAST_POINTS points, else the finest."""
    area = np.asarray(area_m2, float)
    fits = [area >= LEAST_POINTS * step**2 for step in STEPS_M]
    return np.asarray(np.select(fits, STEPS_M, STEPS_M[-1]), float)


def at_points(x: ArrayLike, y: ArrayLike) -> Samples:
    """Given points as samples: one shape for each, of no area."""
    px, py = np.ascontiguousarray(x, float), np.ascontiguousarray(y, float)
    count = len(px)
    return Samples(
        px, py, np.arange(count, dtype=np.int32), np.arange(count + 1), np.full(count, np.nan), np.zeros(count)
    )


@dataclass(frozen=True, slots=True)
class Shares:
    """What part of each shape is covered, counted on its samples; one entry a shape."""

    points: Indices
    covered: Indices
    ratio: Floats
    # NaN for a shape without a point.
    error_bound: Floats
    # Of the ratio: three standard errors of the lattice, for the borders in and of the shape.
    covered_m2: Floats
    # ratio × the exact area.


def shares(samples: Samples, is_covered: NDArray[np.bool_]) -> Shares:
    """Count. The error is estimated from the length of the border that the count crosses (Crofton)."""
    points = np.diff(samples.start)
    total = np.concatenate([[0], np.cumsum(is_covered, dtype=np.int64)])
    covered = total[samples.start[1:]] - total[samples.start[:-1]]
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(points > 0, covered / np.maximum(points, 1), np.nan)
        border_m = _border_m(samples, is_covered)
        variance = LATTICE * border_m * samples.step_m**3
        error = 3 * np.sqrt(variance) / np.where(samples.area_m2 > 0, samples.area_m2, np.nan)
    return Shares(points, covered, ratio, np.minimum(np.nan_to_num(error, nan=1.0), 1.0), ratio * samples.area_m2)


def crossings(samples: Samples, is_covered: NDArray[np.bool_]) -> Indices:
    """Of each shape: pairs of neighbouring points of which one is covered ground; what is outside is not covered."""
    found: Indices = _crossings(samples.x, samples.y, samples.start, samples.step_m, np.ascontiguousarray(is_covered))
    return found


def _border_m(samples: Samples, is_covered: NDArray[np.bool_]) -> Floats:
    """Length of the border of the covered ground: crossings between neighbouring points × step × π/4 (Crofton)."""
    return np.asarray(crossings(samples, is_covered) * samples.step_m * np.pi / 4)


@njit(cache=True, nogil=True)
def _fill_shapes(x0, y0, x1, y1, first_edge, steps):  # type: ignore[no-untyped-def]
    """Scan lines: where the rows of the grid cross the rings, and the middles between pairs of crossings."""
    shapes = steps.size
    start = np.zeros(shapes + 1, np.int64)
    xs = np.empty(1024)
    ys = np.empty(1024)
    total = 0
    for s in range(shapes):
        a, b, step = first_edge[s], first_edge[s + 1], steps[s]
        if a < b:
            low = int(np.ceil(min(y0[a:b].min(), y1[a:b].min()) / step - 0.5))
            high = int(np.ceil(max(y0[a:b].max(), y1[a:b].max()) / step - 0.5))
            rows = high - low
            begin = np.zeros(rows + 1, np.int64)
            for e in range(a, b):
                first, last = _rows(y0[e], y1[e], step)
                for j in range(first, last):
                    begin[j - low + 1] += 1
            for j in range(rows):
                begin[j + 1] += begin[j]
            crossing, place = np.empty(begin[rows]), begin.copy()
            for e in range(a, b):
                first, last = _rows(y0[e], y1[e], step)
                for j in range(first, last):
                    t = ((j + 0.5) * step - y0[e]) / (y1[e] - y0[e])
                    crossing[place[j - low]] = x0[e] + t * (x1[e] - x0[e])
                    place[j - low] += 1
            for j in range(rows):
                line = np.sort(crossing[begin[j] : begin[j + 1]])
                for pair in range(0, line.size - 1, 2):
                    first = int(np.ceil(line[pair] / step - 0.5))
                    last = int(np.ceil(line[pair + 1] / step - 0.5))
                    while total + last - first > xs.size:
                        xs, ys = np.append(xs, np.empty(xs.size)), np.append(ys, np.empty(ys.size))
                    for i in range(first, last):
                        xs[total] = (i + 0.5) * step
                        ys[total] = (j + low + 0.5) * step
                        total += 1
        start[s + 1] = total
    return xs[:total].copy(), ys[:total].copy(), start


@njit(cache=True, nogil=True)
def _rows(ya, yb, step):  # type: ignore[no-untyped-def]
    """Rows that an edge crosses: its lower end counts, its upper end does not."""
    return int(np.ceil(min(ya, yb) / step - 0.5)), int(np.ceil(max(ya, yb) / step - 0.5))


@njit(cache=True, nogil=True)
def _crossings(x, y, start, steps, covered):  # type: ignore[no-untyped-def]
    """For each shape: neighbours (east, north) of which exactly one is covered ground; outside is not covered."""
    found = np.zeros(start.size - 1, np.int64)
    for s in range(start.size - 1):
        a, b = start[s], start[s + 1]
        if a == b or np.isnan(steps[s]):
            continue
        step, low, south = steps[s], x[a], y[a]
        high = low
        for k in range(a, b):
            low, high = min(low, x[k]), max(high, x[k])
        width = int(np.rint((high - low) / step)) + 3
        below = np.zeros(width, np.bool_)
        row = np.zeros(width, np.bool_)
        j = 0
        for k in range(a, b + 1):
            here = int(np.rint((y[k] - south) / step)) if k < b else j + 1
            while here > j:  # a row is complete: compare it with the one below
                for i in range(width - 1):
                    found[s] += (row[i] != row[i + 1]) + (row[i] != below[i])
                below[:] = row
                row[:] = False
                j += 1
            if k < b:
                row[int(np.rint((x[k] - low) / step)) + 1] = covered[k]
        for i in range(width):
            found[s] += below[i]
    return found
