"""PURE: basic transmission loss by 3GPP TR 38.901 (V17, table 7.4.1-1), P.2108, P.526, Hata, COST-231.

Loss in dB, median, without shadow fading: nothing is random and nothing is rounded. Frequencies in GHz
(Hata: MHz), distances and heights in metres (Hata, P.2108: kilometres). Everything takes and gives arrays.
Distances below 10 m are computed as 10 m where the model begins there, so that a receiver under the
mast does not end the run. Outside the range of a model the number is still given: ask `Model.is_valid`
and keep its answer beside the result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

C_M_S = 3.0e8
"""As note 1 of table 7.4.1-1 sets it."""

NEAREST_M = 10.0


@dataclass(frozen=True, slots=True)
class Model:
    """A model with the range for which its source gives it, and its shadow fading."""

    id: str
    loss_db: Callable[..., Floats]
    sigma_db: float
    frequency_ghz: tuple[float, float]
    distance_m: tuple[float, float]
    mast_height_m: tuple[float, float]
    source: str

    def is_valid(self, frequency_ghz: ArrayLike, distance_m: ArrayLike, mast_height_m: ArrayLike) -> NDArray[np.bool_]:
        """Where all three lie within the range of the model; NaN never does."""
        within = [
            (np.asarray(value, float) >= low) & (np.asarray(value, float) <= high)
            for value, (low, high) in (
                (frequency_ghz, self.frequency_ghz),
                (distance_m, self.distance_m),
                (mast_height_m, self.mast_height_m),
            )
        ]
        return np.asarray(within[0] & within[1] & within[2])


def slant_m(distance_m: ArrayLike, mast_height_m: ArrayLike, receiver_height_m: ArrayLike) -> Floats:
    """Distance in space (d3D) from the distance on the ground, not less than 10 m on the ground."""
    ground = np.maximum(np.asarray(distance_m, float), NEAREST_M)
    height = np.asarray(mast_height_m, float) - np.asarray(receiver_height_m, float)
    return np.asarray(np.hypot(ground, height))


def uma_los(frequency_ghz: ArrayLike, distance_m: ArrayLike, mast_height_m: ArrayLike = 25.0,
            receiver_height_m: ArrayLike = 1.5) -> Floats:  # fmt: skip
    """Urban macro, line of sight. Effective environment height 1 m in the break point (note 1)."""
    return _two_slopes(frequency_ghz, distance_m, mast_height_m, receiver_height_m, (28.0, 22.0, 9.0))


def uma_nlos(frequency_ghz: ArrayLike, distance_m: ArrayLike, mast_height_m: ArrayLike = 25.0,
             receiver_height_m: ArrayLike = 1.5) -> Floats:  # fmt: skip
    """Urban macro without line of sight; never less than with it."""
    f, d = np.asarray(frequency_ghz, float), slant_m(distance_m, mast_height_m, receiver_height_m)
    loss = 13.54 + 39.08 * np.log10(d) + 20 * np.log10(f) - 0.6 * (np.asarray(receiver_height_m, float) - 1.5)
    return np.asarray(np.maximum(uma_los(frequency_ghz, distance_m, mast_height_m, receiver_height_m), loss))


def uma_nlos_optional(frequency_ghz: ArrayLike, distance_m: ArrayLike, mast_height_m: ArrayLike = 25.0,
                      receiver_height_m: ArrayLike = 1.5) -> Floats:  # fmt: skip
    """Urban macro without line of sight, the optional simpler form (sigma 7.8 dB)."""
    f, d = np.asarray(frequency_ghz, float), slant_m(distance_m, mast_height_m, receiver_height_m)
    return np.asarray(32.4 + 20 * np.log10(f) + 30 * np.log10(d))


def umi_los(frequency_ghz: ArrayLike, distance_m: ArrayLike, mast_height_m: ArrayLike = 10.0,
            receiver_height_m: ArrayLike = 1.5) -> Floats:  # fmt: skip
    """Street canyon (urban micro), line of sight."""
    return _two_slopes(frequency_ghz, distance_m, mast_height_m, receiver_height_m, (32.4, 21.0, 9.5))


def umi_nlos(frequency_ghz: ArrayLike, distance_m: ArrayLike, mast_height_m: ArrayLike = 10.0,
             receiver_height_m: ArrayLike = 1.5) -> Floats:  # fmt: skip
    """Street canyon without line of sight; never less than with it."""
    f, d = np.asarray(frequency_ghz, float), slant_m(distance_m, mast_height_m, receiver_height_m)
    loss = 35.3 * np.log10(d) + 22.4 + 21.3 * np.log10(f) - 0.3 * (np.asarray(receiver_height_m, float) - 1.5)
    return np.asarray(np.maximum(umi_los(frequency_ghz, distance_m, mast_height_m, receiver_height_m), loss))


def rma_los(frequency_ghz: ArrayLike, distance_m: ArrayLike, mast_height_m: ArrayLike = 35.0,
            receiver_height_m: ArrayLike = 1.5, building_height_m: float = 5.0) -> Floats:  # fmt: skip
    """Rural macro, line of sight; the break point is on the ground (note 5)."""
    f, ground = np.asarray(frequency_ghz, float), np.maximum(np.asarray(distance_m, float), NEAREST_M)
    d = slant_m(distance_m, mast_height_m, receiver_height_m)
    bend_m = 2 * np.pi * np.asarray(mast_height_m, float) * np.asarray(receiver_height_m, float) * f * 1e9 / C_M_S

    def near(slant: Floats) -> Floats:
        h = building_height_m
        return np.asarray(
            20 * np.log10(40 * np.pi * slant * f / 3)
            + min(0.03 * h**1.72, 10) * np.log10(slant)
            - min(0.044 * h**1.72, 14.77)
            + 0.002 * np.log10(h) * slant
        )

    return np.asarray(np.where(ground <= bend_m, near(d), near(bend_m) + 40 * np.log10(d / bend_m)))


def rma_nlos(frequency_ghz: ArrayLike, distance_m: ArrayLike, mast_height_m: ArrayLike = 35.0,
             receiver_height_m: ArrayLike = 1.5, building_height_m: float = 5.0,
             street_width_m: float = 20.0) -> Floats:  # fmt: skip
    """Rural macro without line of sight. Only the logarithm is squared, not its factor 3.2: often got wrong."""
    f, mast = np.asarray(frequency_ghz, float), np.asarray(mast_height_m, float)
    receiver, h = np.asarray(receiver_height_m, float), building_height_m
    d = slant_m(distance_m, mast, receiver)
    loss = (
        161.04
        - 7.1 * np.log10(street_width_m)
        + 7.5 * np.log10(h)
        - (24.37 - 3.7 * (h / mast) ** 2) * np.log10(mast)
        + (43.42 - 3.1 * np.log10(mast)) * (np.log10(d) - 3)
        + 20 * np.log10(f)
        - (3.2 * np.log10(11.75 * receiver) ** 2 - 4.97)
    )
    return np.asarray(np.maximum(rma_los(frequency_ghz, distance_m, mast, receiver, building_height_m), loss))


FactoryHall = Literal["LOS", "SL", "DL", "SH", "DH"]
"""Sparse or dense clutter, low or high mast (table 7.2-4)."""


def inf(hall: FactoryHall, frequency_ghz: ArrayLike, slant_distance_m: ArrayLike) -> Floats:
    """Indoor factory; the distance is in space, 1 to 600 m. No public test vector: formula only."""
    lg_f, lg_d = np.log10(np.asarray(frequency_ghz, float)), np.log10(np.maximum(slant_distance_m, 1.0))
    los = np.asarray(31.84 + 21.50 * lg_d + 19.00 * lg_f)
    if hall == "LOS":
        return los
    sparse_low = 33.0 + 25.5 * lg_d + 20 * lg_f
    loss = {
        "SL": sparse_low,
        "DL": np.maximum(18.6 + 35.7 * lg_d + 20 * lg_f, sparse_low),
        "SH": 32.4 + 23.0 * lg_d + 20 * lg_f,
        "DH": 33.63 + 21.9 * lg_d + 20 * lg_f,
    }[hall]
    return np.asarray(np.maximum(los, loss))


Surroundings = Literal["large_city", "small_city", "suburban", "open"]


def hata(frequency_mhz: ArrayLike, distance_km: ArrayLike, mast_height_m: ArrayLike, receiver_height_m: ArrayLike,
         surroundings: Surroundings = "large_city") -> Floats:  # fmt: skip
    """Okumura-Hata, 150 to 1,500 MHz, 1 to 20 km. For comparison only: not for 5G bands.

    Suburban and open areas are corrections of the large city's value, as the vectors have it.
    """
    f, d, mast = (np.asarray(value, float) for value in (frequency_mhz, distance_km, mast_height_m))
    gain = _hata_receiver(f, receiver_height_m, small=surroundings == "small_city")
    loss = (
        69.55 + 26.16 * np.log10(f) - 13.82 * np.log10(mast) - gain + (44.9 - 6.55 * np.log10(mast)) * np.log10(d)
    )  # fmt: skip
    if surroundings == "suburban":
        loss = loss - 2 * np.log10(f / 28) ** 2 - 5.4
    elif surroundings == "open":
        loss = loss - 4.78 * np.log10(f) ** 2 + 18.33 * np.log10(f) - 40.94
    return np.asarray(loss)


def cost231(frequency_mhz: ArrayLike, distance_km: ArrayLike, mast_height_m: ArrayLike, receiver_height_m: ArrayLike,
            *, metropolitan: bool = False) -> Floats:  # fmt: skip
    """COST-231 Hata, 1,500 to 2,000 MHz, 1 to 20 km. For comparison only."""
    f, d, mast = (np.asarray(value, float) for value in (frequency_mhz, distance_km, mast_height_m))
    gain = _hata_receiver(f, receiver_height_m, small=True)
    slope = 44.9 - 6.55 * np.log10(mast)
    city = 3.0 if metropolitan else 0.0
    return np.asarray(46.3 + 33.9 * np.log10(f) - 13.82 * np.log10(mast) - gain + slope * np.log10(d) + city)


def clutter_p2108(frequency_ghz: float, distance_km: ArrayLike, percent: float) -> Floats:
    """ITU-R P.2108 section 3.2: loss not exceeded at `percent` of places, 0.5 to 67 GHz, from 0.25 km.

    It covers the clutter of both ends: never add it twice. Not above its value at 2 km, which is the
    smaller one also at short distances when `percent` is high: the spread narrows with distance.
    """
    low = -2 * np.log10(10 ** (-5 * np.log10(frequency_ghz) - 12.5) + 10**-16.5)

    def at(d: Floats) -> Floats:
        long = 32.98 + 23.9 * np.log10(d) + 3 * np.log10(frequency_ghz)
        a, b = 10 ** (-0.2 * low), 10 ** (-0.2 * long)
        sigma = np.sqrt((16 * a + 36 * b) / (a + b))
        return np.asarray(-5 * np.log10(a + b) + sigma * NormalDist().inv_cdf(percent / 100))

    return np.asarray(np.minimum(at(np.asarray(distance_km, float)), at(np.asarray(2.0))))


def knife_edge(nu: ArrayLike) -> Floats:
    """ITU-R P.526: loss over one edge; 0 for ν ≤ −0.78, where the edge does not matter."""
    v = np.asarray(nu, float)
    loss = 6.9 + 20 * np.log10(np.sqrt((v - 0.1) ** 2 + 1) + v - 0.1)
    return np.asarray(np.where(v > -0.78, loss, 0.0))


def p_los_uma(distance_m: ArrayLike, receiver_height_m: float = 1.5) -> Floats:
    """Probability of line of sight in urban macro (table 7.4.2-1)."""
    d = np.maximum(np.asarray(distance_m, float), 18.0)
    c = 0.0 if receiver_height_m <= 13 else ((receiver_height_m - 13) / 10) ** 1.5
    return np.asarray((18 / d + np.exp(-d / 63) * (1 - 18 / d)) * (1 + c * 1.25 * (d / 100) ** 3 * np.exp(-d / 150)))


def _two_slopes(
    frequency_ghz: ArrayLike, distance_m: ArrayLike, mast_height_m: ArrayLike, receiver_height_m: ArrayLike,
    coefficients: tuple[float, float, float],
) -> Floats:  # fmt: skip
    """Urban line of sight: the slope bends at d'BP, which uses heights above 1 m, not their difference."""
    start, slope, after = coefficients
    f, mast, receiver = (np.asarray(v, float) for v in (frequency_ghz, mast_height_m, receiver_height_m))
    ground = np.maximum(np.asarray(distance_m, float), NEAREST_M)
    d = slant_m(ground, mast, receiver)
    bend_m = 4 * (mast - 1.0) * (receiver - 1.0) * f * 1e9 / C_M_S
    near = start + slope * np.log10(d) + 20 * np.log10(f)
    far = start + 40 * np.log10(d) + 20 * np.log10(f) - after * np.log10(bend_m**2 + (mast - receiver) ** 2)
    return np.asarray(np.where(ground <= bend_m, near, far))


def _hata_receiver(frequency_mhz: Floats, receiver_height_m: ArrayLike, *, small: bool) -> Floats:
    h, lg_f = np.asarray(receiver_height_m, float), np.log10(frequency_mhz)
    if small:
        return np.asarray((1.1 * lg_f - 0.7) * h - (1.56 * lg_f - 0.8))
    low = 8.29 * np.log10(1.54 * h) ** 2 - 1.1
    return np.asarray(np.where(frequency_mhz <= 200, low, 3.2 * np.log10(11.75 * h) ** 2 - 4.97))


TR = "3GPP TR 38.901 V17, table 7.4.1-1"
MODELS: dict[str, Model] = {
    model.id: model
    for model in (
        Model("uma_los", uma_los, 4.0, (0.5, 100), (10, 5000), (25, 25), TR),
        Model("uma_nlos", uma_nlos, 6.0, (0.5, 100), (10, 5000), (25, 25), TR),
        Model("umi_los", umi_los, 4.0, (0.5, 100), (10, 5000), (10, 10), TR),
        Model("umi_nlos", umi_nlos, 7.82, (0.5, 100), (10, 5000), (10, 10), TR),
        Model("rma_los", rma_los, 4.0, (0.5, 30), (10, 10000), (10, 150), TR),
        Model("rma_nlos", rma_nlos, 8.0, (0.5, 30), (10, 5000), (10, 150), TR),
    )
}
"""Outdoor models by id. Line of sight in RMa has a sigma of 6 dB beyond the break point."""
