"""PURE: the best level that each operator gives at each point, as a fast kernel.

Every outdoor model of TR 38.901 is the greater of a line (no line of sight) and two branches (line of sight) in
lg d3D, so one kernel serves all of them with the coefficients of each cell: `coefficients` takes them out of the
formulas, and a test holds the kernel to `pathloss` and `link_budget`.

What is kept per point, operator and tier is z = (μ − T) / σ of the best cell. P = Φ(z); "covered with probability p"
is z ≥ Φ⁻¹(p). The cells of one operator are not added up: the best server alone, which is cautious.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from layers.coverage.footprints import Floats
from layers.coverage.link_budget import RECEIVER_HEIGHT_M
from layers.coverage.pathloss import C_M_S, MODELS, NEAREST_M
from layers.coverage.sampling import in_chunks
from layers.coverage.wedges import BIN_M, Indices, Masks, bins_for

Levels = NDArray[np.float32]

UNHEARD = -1e9
"""z where no cell is in reach."""

BUILDING_HEIGHT_M, STREET_WIDTH_M = 5.0, 20.0
"""Defaults of RMa."""


@dataclass(frozen=True, slots=True)
class Transmitters:
    """Cells as the kernel wants them, one array entry each."""

    x: Floats
    y: Floats
    east: Floats
    north: Floats
    # Unit vector of the azimuth in the GRID.
    beam_deg: Floats
    # Between the points 3 dB down; NaN all around.
    tilt_deg: Floats
    # Downwards.
    vertical_beam_deg: Floats
    # NaN: no loss in the vertical.
    height_m: Floats
    level_dbm: Floats
    # EIRP of one resource element, less the entry loss: the level before antenna and path.
    frequency_ghz: Floats
    sigma_db: Floats
    model: NDArray[np.str_]
    # Keys of pathloss.MODELS.
    operator: Indices
    reach_m: Floats
    # Beyond it nothing is looked at; see `reach`.
    coefficients: Floats
    # (n, 8), see `coefficients`.

    def __len__(self) -> int:
        return len(self.x)


def coefficients(model: ArrayLike, frequency_ghz: ArrayLike, height_m: ArrayLike) -> Floats:
    """(n, 8): A, B | C, D, E, bend on the ground, F, G of each cell, with l = lg d3D:

    loss = max(A + B·l, C + D·l + E·d3D) up to the bend, max(A + B·l, F + G·l) beyond it.
    """
    names, f, mast = np.broadcast_arrays(
        np.asarray(model, str), np.asarray(frequency_ghz, float), np.asarray(height_m, float)
    )
    table = np.zeros((len(names), 8))
    table[:, 0] = -np.inf
    for name in np.unique(names):
        at = names == name
        table[at] = (_rma if name.startswith("rma") else _urban)(str(name), f[at], mast[at])
    return table


def _urban(model: str, f: Floats, mast: Floats) -> Floats:
    start, slope, after = (28.0, 22.0, 9.0) if model.startswith("uma") else (32.4, 21.0, 9.5)
    lg_f = np.log10(f)
    bend = 4 * (mast - 1.0) * (RECEIVER_HEIGHT_M - 1.0) * f * 1e9 / C_M_S
    far = start + 20 * lg_f - after * np.log10(bend**2 + (mast - RECEIVER_HEIGHT_M) ** 2)
    table = np.column_stack([
        np.full(len(f), -np.inf), np.zeros(len(f)), start + 20 * lg_f, np.full(len(f), slope), np.zeros(len(f)), bend,
        far, np.full(len(f), 40.0),
    ])  # fmt: skip
    if model == "uma_nlos":
        table[:, 0], table[:, 1] = 13.54 + 20 * lg_f, 39.08
    elif model == "umi_nlos":
        table[:, 0], table[:, 1] = 22.4 + 21.3 * lg_f, 35.3
    return np.asarray(table)


def _rma(model: str, f: Floats, mast: Floats) -> Floats:
    h, ones = BUILDING_HEIGHT_M, np.ones(len(f))
    start = 20 * np.log10(40 * np.pi * f / 3) - min(0.044 * h**1.72, 14.77)
    slope, per_m = 20 + min(0.03 * h**1.72, 10), 0.002 * np.log10(h)
    bend = 2 * np.pi * mast * RECEIVER_HEIGHT_M * f * 1e9 / C_M_S
    far = start + slope * np.log10(bend) + per_m * bend - 40 * np.log10(bend)
    table = np.column_stack([-np.inf * ones, 0 * ones, start, slope * ones, per_m * ones, bend, far, 40 * ones])
    if model == "rma_nlos":
        table[:, 1] = 43.42 - 3.1 * np.log10(mast)
        table[:, 0] = (
            161.04 - 7.1 * np.log10(STREET_WIDTH_M) + 7.5 * np.log10(h)
            - (24.37 - 3.7 * (h / mast) ** 2) * np.log10(mast) - 3 * table[:, 1] + 20 * np.log10(f)
            - (3.2 * np.log10(11.75 * RECEIVER_HEIGHT_M) ** 2 - 4.97)
        )  # fmt: skip
    return np.asarray(table)


def loss_db(table: Floats, distance_m: ArrayLike, height_m: ArrayLike) -> Floats:
    """Path loss by the coefficients; what the kernel computes, for one distance a row."""
    ground = np.maximum(np.asarray(distance_m, float), NEAREST_M)
    slant = np.hypot(ground, np.asarray(height_m, float) - RECEIVER_HEIGHT_M)
    lg = np.log10(slant)
    a, b, c, d, e, bend, far, g = table.T
    return np.asarray(np.maximum(a + b * lg, np.where(ground <= bend, c + d * lg + e * slant, far + g * lg)))


def reach_m(
    table: Floats, level_dbm: Floats, height_m: Floats, sigma_db: Floats, model: NDArray[np.str_], weakest_dbm: float,
    lowest_z: float,
) -> tuple[Floats, NDArray[np.bool_]]:  # fmt: skip
    """How far on its axis each cell can still have z ≥ `lowest_z` at the weakest tier, rounded up to 1 %;
    and whether the range of its model (5 km) ends it, not its power."""
    distances = np.geomspace(NEAREST_M, 20_000, 765)  # steps of 1 %
    most = np.array([MODELS[str(name)].distance_m[1] for name in model])
    budget = level_dbm - weakest_dbm - sigma_db * lowest_z
    last = np.full(len(table), -1)
    for k, distance in enumerate(distances):
        heard = loss_db(table, np.full(len(table), distance), height_m) <= budget
        last[heard] = k
    heard_m = np.where(last < 0, 0.0, distances[np.minimum(last + 1, len(distances) - 1)])
    return np.asarray(np.minimum(heard_m, most)), np.asarray(heard_m > most)


def best_levels(
    px: Floats, py: Floats, cells: Transmitters, operators: int, tiers_dbm: tuple[float, ...], *, threads: int = 1
) -> Levels:
    """z of the best cell: (points, tiers, operators), float32; UNHEARD where no cell reaches."""
    bins = bins_for(px, py, cells.x, cells.y, cells.reach_m)
    tiers = np.array(tiers_dbm, float)

    def work(x: Floats, y: Floats, _: slice) -> Levels:
        found: Levels = _best(
            x, y, bins.west, bins.south, bins.columns, bins.slot, bins.start, bins.item, cells.x, cells.y, cells.east,
            cells.north, cells.beam_deg, cells.tilt_deg, cells.vertical_beam_deg, cells.height_m, cells.level_dbm,
            cells.sigma_db, cells.operator, cells.reach_m, cells.coefficients, operators, tiers,
        )  # fmt: skip
        return found

    return in_chunks(work, px, py, threads)


def masks_at(levels: Levels, tier: int, needed_z: float) -> Masks:
    """Operators with z ≥ needed_z at one tier, as bits: one mask a point."""
    heard = levels[:, tier, :] >= np.float32(needed_z)
    bits = np.left_shift(np.uint64(1), np.arange(levels.shape[2], dtype=np.uint64))
    return np.asarray((heard * bits).sum(axis=1, dtype=np.uint64))


@njit(cache=True, nogil=True)
def _best(  # type: ignore[no-untyped-def]
    px, py, west, south, columns, slot, start, item, x, y, east, north, beam, tilt, beam_v, height, level, sigma,
    owner, reach, table, operators, tiers,
):  # fmt: skip
    best = np.full((px.size, tiers.size, operators), np.float32(UNHEARD))
    degrees = 180.0 / np.pi
    for k in range(px.size):
        at = slot[int((py[k] - south) / BIN_M) * columns + int((px[k] - west) / BIN_M)]
        for j in range(start[at], start[at + 1]):
            i = item[j]
            dx, dy = px[k] - x[i], py[k] - y[i]
            d2 = dx * dx + dy * dy
            if d2 > reach[i] * reach[i]:
                continue
            d2 = max(d2, NEAREST_M * NEAREST_M)
            up = height[i] - RECEIVER_HEIGHT_M
            s2 = d2 + up * up
            lg = 0.5 * np.log10(s2)
            if d2 <= table[i, 5] * table[i, 5]:
                loss = table[i, 2] + table[i, 3] * lg
                if table[i, 4] != 0.0:
                    loss += table[i, 4] * np.sqrt(s2)
            else:
                loss = table[i, 6] + table[i, 7] * lg
            median = level[i] - max(table[i, 0] + table[i, 1] * lg, loss)
            o = owner[i]
            better = False
            for t in range(tiers.size):
                better |= np.float32((median - tiers[t]) / sigma[i]) > best[k, t, o]
            if not better:
                continue
            beside = 0.0
            if not np.isnan(beam[i]):
                along = (dx * east[i] + dy * north[i]) / np.sqrt(max(dx * dx + dy * dy, 1e-12))
                angle = np.arccos(min(1.0, max(-1.0, along))) * degrees / beam[i]
                beside = min(12.0 * angle * angle, 30.0)
            if not np.isnan(beam_v[i]):
                angle = (np.arctan(up / np.sqrt(d2)) * degrees - tilt[i]) / beam_v[i]
                beside += min(12.0 * angle * angle, 30.0)
            median -= min(beside, 30.0)
            for t in range(tiers.size):
                z = np.float32((median - tiers[t]) / sigma[i])
                if z > best[k, t, o]:
                    best[k, t, o] = z
    return best
