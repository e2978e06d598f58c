"""PURE: what a declared sector is to a point-by-point test, and bins that find the sectors near a point.

A wedge is the ground within `radius_m` of the mast whose direction is within half of `beamwidth_deg` of
the azimuth, tested by distance and angle: no chords, so no drawing error at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from layers.coverage.footprints import Floats

BIN_M = 250.0
"""Side of a bin: small against the reach of a sector, large against the step of the samples."""

MOST_OPERATORS = 64

Indices = NDArray[np.int64]
Masks = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Wedges:
    """Sectors, one array entry each. Make them with `wedges`, which checks and prepares the numbers."""

    x: Floats
    y: Floats
    east: Floats
    north: Floats
    # Unit vector of the azimuth in the GRID.
    cos_half: Floats
    # Cosine of half the beamwidth; below -1 for the full circle.
    radius_m: Floats
    operator: Indices
    # 0 to 63: the bit of the operator in a mask.

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: ArrayLike) -> Wedges:
        """Some of them: indices or a boolean mask."""
        at = np.asarray(rows)
        return Wedges(
            self.x[at], self.y[at], self.east[at], self.north[at], self.cos_half[at], self.radius_m[at],
            self.operator[at],
        )  # fmt: skip

    def reach(self) -> Floats:
        """How far each may matter, in metres."""
        return self.radius_m


def wedges(
    x: ArrayLike, y: ArrayLike, grid_azimuth_deg: ArrayLike, beamwidth_deg: ArrayLike, radius_m: ArrayLike,
    operator: ArrayLike,
) -> Wedges:  # fmt: skip
    """Wedges from columns; a single number stands for all rows. Azimuths in the GRID (true azimuth − convergence).

    NaN (or 360) beamwidth gives the full circle, and then the azimuth may be NaN. Raises ValueError
    for a radius that is not above 0, a sector without azimuth or an operator outside 0 to 63.
    """
    columns = (np.atleast_1d(np.asarray(v, float)) for v in (x, y, grid_azimuth_deg, beamwidth_deg, radius_m, operator))
    east, north, azimuth, beam, radius, owner = (np.ascontiguousarray(c) for c in np.broadcast_arrays(*columns))
    full = np.isnan(beam) | (beam >= 360)
    for bad, what in (
        (~(np.isfinite(east) & np.isfinite(north)), "a position that is not finite"),
        (~(np.isfinite(radius) & (radius > 0)), "a radius that is not above 0"),
        (~full & ~(beam > 0), "a beamwidth outside (0, 360]"),
        (~full & ~np.isfinite(azimuth), "a sector without azimuth"),
        (~((owner >= 0) & (owner < MOST_OPERATORS)), "an operator outside 0 to 63"),
    ):
        if bad.any():
            raise ValueError(f"row {int(np.argmax(bad))} has {what}")
    angle = np.deg2rad(np.where(full, 0.0, azimuth))
    cos_half = np.where(full, -2.0, np.cos(np.deg2rad(np.where(full, 0.0, beam) / 2)))
    return Wedges(east, north, np.sin(angle), np.cos(angle), cos_half, radius, owner.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Bins:
    """Which sectors may reach the points of a bin; only bins that hold a point have a list."""

    west: float
    south: float
    columns: int
    slot: NDArray[np.int32]
    # Bin (row by row) -> number of its list, -1 without points.
    start: Indices
    item: NDArray[np.int32]
    # Sectors of list k: item[start[k]:start[k + 1]], ascending.


def bins_for(px: Floats, py: Floats, x: Floats, y: Floats, reach_m: Floats, sectors: Wedges | None = None) -> Bins:
    """Bins over the extent of the points, filled with the cells whose circle of `reach_m` touches them.

    With `sectors` a bin that lies wholly beside the beam is left out, most of them for a beam of 65°.
    """
    if not len(px):
        return Bins(0.0, 0.0, 1, np.full(1, -1, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int32))
    west, south = float(np.floor(px.min() / BIN_M) * BIN_M), float(np.floor(py.min() / BIN_M) * BIN_M)
    columns, rows = int((px.max() - west) // BIN_M) + 1, int((py.max() - south) // BIN_M) + 1
    slot = np.full(columns * rows, -1, np.int32)
    lists = _mark_occupied(px, py, west, south, columns, slot)
    axis = (np.zeros(len(x)), np.ones(len(x)), np.full(len(x), -2.0))
    east, north, cos_half = axis if sectors is None else (sectors.east, sectors.north, sectors.cos_half)
    start, item = _fill(x, y, reach_m, east, north, cos_half, west, south, columns, rows, slot, lists)
    return Bins(west, south, columns, slot, start, item)


@njit(cache=True, nogil=True)
def _mark_occupied(px, py, west, south, columns, slot):  # type: ignore[no-untyped-def]
    """Number the bins that hold a point, in the order of the bins; how many there are."""
    for k in range(px.size):
        slot[int((py[k] - south) / BIN_M) * columns + int((px[k] - west) / BIN_M)] = 0
    count = 0
    for b in range(slot.size):
        if slot[b] == 0:
            slot[b] = count
            count += 1
    return count


@njit(cache=True, nogil=True)
def _fill(  # type: ignore[no-untyped-def]
    x, y, reach, east, north, cos_half, west, south, columns, rows, slot, lists
):  # fmt: skip
    """List the cells of each occupied bin: found once, then put in order of bin and cell.

    A bin spans at most α = asin(h / distance) to each side of its middle, h being half its diagonal; it lies beside
    a beam when its middle is more than half the beam + α off the axis. Multiplied by the distance there are no angles.
    """
    start = np.zeros(lists + 1, np.int64)
    bin_of, cell_of = np.empty(4096, np.int32), np.empty(4096, np.int32)
    found, half = 0, BIN_M * 0.70711
    for i in range(x.size):
        r = reach[i]
        sin_half = np.sqrt(max(0.0, 1.0 - cos_half[i] * cos_half[i]))
        first_row = max(0, int(np.floor((y[i] - r - south) / BIN_M)))
        last_row = min(rows - 1, int(np.floor((y[i] + r - south) / BIN_M)))
        first = max(0, int(np.floor((x[i] - r - west) / BIN_M)))
        last = min(columns - 1, int(np.floor((x[i] + r - west) / BIN_M)))
        for row in range(first_row, last_row + 1):
            low = south + row * BIN_M
            dy = max(low - y[i], 0.0, y[i] - low - BIN_M)
            for column in range(first, last + 1):
                k = slot[row * columns + column]
                if k < 0:
                    continue
                left = west + column * BIN_M
                dx = max(left - x[i], 0.0, x[i] - left - BIN_M)
                if dx * dx + dy * dy > r * r:
                    continue
                if cos_half[i] >= -1.0:
                    mx, my = left + BIN_M / 2 - x[i], low + BIN_M / 2 - y[i]
                    beyond = mx * mx + my * my - half * half
                    if beyond > 0.0:
                        root = np.sqrt(beyond)
                        all_around = sin_half * root + cos_half[i] * half <= 0.0
                        edge = cos_half[i] * root - sin_half * half
                        if not all_around and mx * east[i] + my * north[i] < edge - 1e-6:
                            continue
                if found == bin_of.size:
                    bin_of, cell_of = (
                        np.append(bin_of, np.empty_like(bin_of)),
                        np.append(cell_of, np.empty_like(cell_of)),
                    )
                bin_of[found], cell_of[found] = k, i
                found += 1
                start[k + 1] += 1
    for k in range(lists):
        start[k + 1] += start[k]
    position, item = start[:-1].copy(), np.empty(found, np.int32)
    for j in range(found):
        item[position[bin_of[j]]] = cell_of[j]
        position[bin_of[j]] += 1
    return start, item
