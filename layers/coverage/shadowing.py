"""PURE: shadow fading as a probability, never as a random number.

The level at a place is normal (in dB) around the median of the path-loss model with the standard deviation
of that model: P(level ≥ T) = Φ((μ − T) / σ).
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from layers.coverage.footprints import Floats

_NORMAL = NormalDist()
_ERFC = np.frompyfunc(math.erfc, 1, 1)


def probability(median_dbm: ArrayLike, threshold_dbm: ArrayLike, sigma_db: ArrayLike) -> Floats:
    """P(level ≥ threshold); 0.5 where the median is the threshold."""
    z = (np.asarray(median_dbm, float) - np.asarray(threshold_dbm, float)) / np.asarray(sigma_db, float)
    return phi(z)


def phi(z: ArrayLike) -> Floats:
    """Φ, the standard normal distribution; 0 for −∞."""
    return np.asarray(0.5 * _ERFC(-np.asarray(z, float) / math.sqrt(2)), float)


def needed_z(share: float) -> float:
    """Φ⁻¹: how many standard deviations above the threshold the median must be. `share` within (0, 1)."""
    return _NORMAL.inv_cdf(share)


def edge_margin_db(sigma_db: float, share: float) -> float:
    """M = σ Φ⁻¹(p): σ 6 dB gives 7.69 dB at 90 % and 9.87 dB at 95 %."""
    return sigma_db * needed_z(share)


def area_reliability(margin_db: float, sigma_db: float, exponent: float) -> float:
    """Share of a full disc above the threshold when its edge has this margin (Jakes 1974, Reudink).

    `exponent` n is that of the distance: loss = 10 n lg d. σ 8, n 3.5 and a margin for 90 % at the edge
    give 96.6 % of the area.
    """
    a = -margin_db / (sigma_db * math.sqrt(2))
    b = 10 * exponent * math.log10(math.e) / (sigma_db * math.sqrt(2))
    return 0.5 * (1 - math.erf(a) + math.exp((1 - 2 * a * b) / b**2) * (1 - math.erf((1 - a * b) / b)))
