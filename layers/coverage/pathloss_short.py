"""PURE: short paths: in an office (TR 38.901 InH), along a street (P.1411), below the roofs (P.2108 section 3.1).

Loss in dB, median, without shadow fading; frequencies in GHz, distances and heights in metres.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from layers.coverage.pathloss import C_M_S, Floats, knife_edge

NEAREST_INDOORS_M = 1.0
"""Where the office model begins (table 7.4.1-1)."""

Surroundings = Literal["open", "suburban", "urban", "dense_urban"]

_STREET_WIDTH_M = 27.0
"""Of P.2108 where nothing better is known."""


def inh_los(frequency_ghz: ArrayLike, slant_distance_m: ArrayLike) -> Floats:
    """Office with line of sight, 1 to 150 m, 0.5 to 100 GHz; sigma 3 dB."""
    d = np.maximum(np.asarray(slant_distance_m, float), NEAREST_INDOORS_M)
    return np.asarray(32.4 + 17.3 * np.log10(d) + 20 * np.log10(np.asarray(frequency_ghz, float)))


def inh_nlos(frequency_ghz: ArrayLike, slant_distance_m: ArrayLike) -> Floats:
    """Office without line of sight, never below the one with it; sigma 8.03 dB."""
    d = np.maximum(np.asarray(slant_distance_m, float), NEAREST_INDOORS_M)
    blocked = 17.3 + 38.3 * np.log10(d) + 24.9 * np.log10(np.asarray(frequency_ghz, float))
    return np.asarray(np.maximum(inh_los(frequency_ghz, d), blocked))


def street_los(
    frequency_ghz: ArrayLike, slant_distance_m: ArrayLike, mast_height_m: ArrayLike, receiver_height_m: ArrayLike
) -> Floats:
    """Along a street canyon with line of sight, UHF, P.1411: the middle of its lower and upper bound.

    Two slopes that part at Rbp = 4 hb hm / wavelength.
    """
    wavelength_m = C_M_S / (np.asarray(frequency_ghz, float) * 1e9)
    heights = np.asarray(mast_height_m, float) * np.asarray(receiver_height_m, float)
    break_point_m = 4 * heights / wavelength_m
    basic = np.abs(20 * np.log10(wavelength_m**2 / (8 * np.pi * heights)))
    ratio = np.log10(np.asarray(slant_distance_m, float) / break_point_m)
    near = ratio <= 0
    low = basic + np.where(near, 20 * ratio, 40 * ratio)
    high = basic + 20 + np.where(near, 25 * ratio, 40 * ratio)
    return np.asarray((low + high) / 2)


def terminal_in_clutter(
    frequency_ghz: ArrayLike, terminal_height_m: ArrayLike, clutter_height_m: float, surroundings: Surroundings
) -> Floats:
    """Loss at a terminal below the tops of its surroundings, P.2108 section 3.1, 0.03 to 3 GHz; 0 above them."""
    f, height = np.asarray(frequency_ghz, float), np.asarray(terminal_height_m, float)
    below_m = np.maximum(clutter_height_m - height, 0.0)
    if surroundings == "open":
        loss = -(21.8 + 6.2 * np.log10(f)) * np.log10(height / clutter_height_m)
    else:
        angle_deg = np.degrees(np.arctan(below_m / _STREET_WIDTH_M))
        loss = knife_edge(0.342 * np.sqrt(f) * np.sqrt(below_m * angle_deg)) - knife_edge(0.0)
    return np.asarray(np.where(below_m > 0, loss, 0.0))
