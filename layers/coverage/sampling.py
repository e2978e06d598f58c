"""PURE: which operators cover which points, declared or modelled; zones, plots and firms alike.

The fast engine for everything that an exact union does not answer: probability, any number of
operators at once, plots, firms, what-if. A mask has one bit for each operator, so one pass answers
every "at least k". Kernels are compiled once (cached beside the module), use no random numbers and no
relaxed floating point, and give up the interpreter lock; results do not depend on the number of threads.

    samples = grid(zones)                                   # 10 m, fixed origin
    masks = declared_masks(samples.x, samples.y, wedges(...))
    zone_shares = shares(samples, at_least(masks, 2))
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

from layers.coverage.footprints import Floats, Geometries
from layers.coverage.samples import FINE_STEP_M, STEP_M, Samples, Shares, at_points, grid, shares, step_for
from layers.coverage.wedges import BIN_M, Bins, Indices, Masks, Wedges, bins_for, wedges

__all__ = [
    "Bins", "Masks", "Samples", "Shares", "Wedges", "at_least", "at_points", "bins_for", "covering_pairs",
    "declared_masks", "grid", "in_chunks", "near_target", "polygon_masks", "shares", "step_for", "wedges",
    "with_refinement",
]  # fmt: skip

Number = TypeVar("Number", np.uint64, np.float32)

NEAR_TARGET = 0.005
"""Half a percentage point: nearer to a target than this, a zone is sampled again at 5 m."""

CHUNK = 262_144
"""Points that one thread takes at a time."""


def declared_masks(px: Floats, py: Floats, sectors: Wedges, *, threads: int = 1, first_only: bool = False) -> Masks:
    """One mask a point: bit `operator` is set when a wedge of that operator holds the point.

    `first_only` stops at the first wedge found: enough to know whether there is any coverage.
    """
    bins = bins_for(px, py, sectors.x, sectors.y, sectors.radius_m, sectors)
    bit = np.left_shift(np.uint64(1), sectors.operator.astype(np.uint64))
    everyone = np.bitwise_or.reduce(bit) if len(bit) else np.uint64(0)

    def work(x: Floats, y: Floats, _: slice) -> Masks:
        found: Masks = _masks(
            x, y, bins.west, bins.south, bins.columns, bins.slot, bins.start, bins.item, sectors.x, sectors.y,
            sectors.east, sectors.north, sectors.cos_half, sectors.radius_m, bit, everyone, first_only,
        )  # fmt: skip
        return found

    return in_chunks(work, px, py, threads)


def polygon_masks(px: Floats, py: Floats, polygons: Geometries, operator: Indices) -> Masks:
    """As `declared_masks` for footprints that operators declare as polygons. Borders belong to them."""
    found = np.zeros(len(px), np.uint64)
    if not len(polygons) or not len(px):
        return found
    box = shapely.bounds(polygons)
    order = np.argsort(px, kind="stable")
    sorted_x = px[order]
    for k in range(len(polygons)):
        near = order[np.searchsorted(sorted_x, box[k, 0]) : np.searchsorted(sorted_x, box[k, 2], side="right")]
        near = near[(py[near] >= box[k, 1]) & (py[near] <= box[k, 3])]
        if len(near):
            shapely.prepare(polygons[k])
            inside = shapely.intersects_xy(polygons[k], px[near], py[near])
            found[near[inside]] |= np.uint64(1) << np.uint64(operator[k])
    return found


def at_least(masks: Masks, operators: int) -> NDArray[np.bool_]:
    """Where at least so many operators are present."""
    return np.asarray(masks != 0) if operators == 1 else np.asarray(np.bitwise_count(masks) >= operators)


def covering_pairs(px: Floats, py: Floats, sectors: Wedges) -> tuple[Indices, NDArray[np.int32]]:
    """Which wedges hold each point, as a sparse matrix by rows: those of point k are item[start[k]:start[k + 1]].

    Ascending. This is what siting and what-if are made from.
    """
    bins = bins_for(px, py, sectors.x, sectors.y, sectors.radius_m, sectors)
    start, item = _pairs(
        px, py, bins.west, bins.south, bins.columns, bins.slot, bins.start, bins.item, sectors.x, sectors.y,
        sectors.east, sectors.north, sectors.cos_half, sectors.radius_m,
    )  # fmt: skip
    return start, item


def near_target(found: Shares, targets: tuple[float, ...]) -> NDArray[np.bool_]:
    """Shapes whose ratio lies within NEAR_TARGET of one of the targets."""
    apart = [np.abs(found.ratio - target) <= NEAR_TARGET for target in targets]
    return np.asarray(np.any(apart, axis=0)) if apart else np.zeros(len(found.ratio), bool)


def with_refinement(
    shapes: Geometries, is_covered: Callable[[Samples], NDArray[np.bool_]], targets: tuple[float, ...] = ()
) -> tuple[Shares, Floats]:
    """Shares of shapes at 10 m, and again at 5 m of those near a target; with the step that each got."""
    samples = grid(shapes)
    found, step_m = shares(samples, is_covered(samples)), np.full(len(shapes), STEP_M)
    close = np.flatnonzero(near_target(found, targets))
    if not len(close):
        return found, step_m
    samples = grid(shapes[close], FINE_STEP_M)
    fine = shares(samples, is_covered(samples))
    merged = {}
    for name in ("points", "covered", "ratio", "error_bound", "covered_m2"):
        merged[name] = getattr(found, name).copy()
        merged[name][close] = getattr(fine, name)
    step_m[close] = FINE_STEP_M
    return Shares(**merged), step_m


def in_chunks(
    work: Callable[[Floats, Floats, slice], NDArray[Number]], px: Floats, py: Floats, threads: int
) -> NDArray[Number]:
    """Run `work` on pieces of the points, on some threads; each writes its own part, so order does not matter."""
    px, py = np.ascontiguousarray(px, float), np.ascontiguousarray(py, float)
    if threads <= 1 or len(px) <= CHUNK:
        return work(px, py, slice(0, len(px)))
    pieces = [slice(k, min(k + CHUNK, len(px))) for k in range(0, len(px), CHUNK)]
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda piece: work(px[piece], py[piece], piece), pieces))
    return np.concatenate(parts)


@njit(cache=True, nogil=True, inline="always")
def _holds(dx, dy, east, north, cos_half, radius):  # type: ignore[no-untyped-def]
    """Whether the point (dx, dy) from the mast lies in the wedge; the mast itself always does."""
    d2 = dx * dx + dy * dy
    if d2 > radius * radius:
        return False
    along = dx * east + dy * north
    if cos_half >= 0.0:
        return along >= 0.0 and along * along >= cos_half * cos_half * d2
    if cos_half < -1.0:
        return True
    return along >= 0.0 or along * along <= cos_half * cos_half * d2


@njit(cache=True, nogil=True)
def _masks(px, py, west, south, columns, slot, start, item, x, y, east, north, cos_half, radius, bit, everyone, first):  # type: ignore[no-untyped-def]
    found = np.zeros(px.size, np.uint64)
    for k in range(px.size):
        at = slot[int((py[k] - south) / BIN_M) * columns + int((px[k] - west) / BIN_M)]
        mask = np.uint64(0)
        for j in range(start[at], start[at + 1]):
            i = item[j]
            if mask & bit[i]:
                continue
            if _holds(px[k] - x[i], py[k] - y[i], east[i], north[i], cos_half[i], radius[i]):
                mask |= bit[i]
                if first or mask == everyone:
                    break
        found[k] = mask
    return found


@njit(cache=True, nogil=True)
def _pairs(px, py, west, south, columns, slot, start, item, x, y, east, north, cos_half, radius):  # type: ignore[no-untyped-def]
    first = np.zeros(px.size + 1, np.int64)
    pairs = np.zeros(0, np.int32)
    total = 0
    for filling in range(2):
        total = 0
        for k in range(px.size):
            at = slot[int((py[k] - south) / BIN_M) * columns + int((px[k] - west) / BIN_M)]
            for j in range(start[at], start[at + 1]):
                i = item[j]
                if _holds(px[k] - x[i], py[k] - y[i], east[i], north[i], cos_half[i], radius[i]):
                    if filling == 1:
                        pairs[total] = i
                    total += 1
            first[k + 1] = total
        if filling == 0:
            pairs = np.zeros(total, np.int32)
    return first, pairs
