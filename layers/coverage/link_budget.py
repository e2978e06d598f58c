"""PURE: the received reference power of a cell, band by band, with every assumption stated.

RSRP (dBm) = EIRP of the carrier − 10 lg(12 · N_RB) − antenna loss beside the axis − path loss − entry loss.
Powers are typical planning values, not those of the operators: where a list gives the EIRP, that counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from layers.coverage import antennas, pathloss
from layers.coverage.footprints import Floats

TIERS_DBM = (-110.0, -100.0, -90.0)
"""Basic, good, and with a margin for machines and halls. No Vietnamese text gives a number yet: a parameter."""

RECEIVER_HEIGHT_M = 1.5

Model = Literal["uma_nlos", "umi_nlos", "rma_nlos"]


@dataclass(frozen=True, slots=True)
class Band:
    """What is taken for a cell of this band when its list does not say."""

    id: str
    below_ghz: float
    # Cells with a frequency below this and not in an earlier band.
    frequency_ghz: float
    bandwidth_mhz: float
    power_dbm: float
    gain_dbi: float
    # On the axis; of the traffic beam for 64T64R. For 26 GHz power and gain are one EIRP.
    feeder_db: float
    model: Model
    # Always without line of sight: the cautious one.

    @property
    def eirp_dbm(self) -> float:
        """Of the whole carrier."""
        return self.power_dbm + self.gain_dbi - self.feeder_db


BANDS: tuple[Band, ...] = (
    Band("700", 1.0, 0.763, 10, 52, 15.0, 0.5, "rma_nlos"),
    Band("2100", 2.3, 2.14, 20, 52, 17.5, 0.5, "uma_nlos"),
    Band("2600", 3.3, 2.55, 100, 53, 24.0, 0.0, "uma_nlos"),
    Band("3700", 6.0, 3.75, 100, 53, 24.0, 0.0, "uma_nlos"),
    Band("26000", float("inf"), 26.0, 400, 60, 0.0, 0.0, "umi_nlos"),
)
"""700 MHz reaches out of town (RMa), 1.8 to 3.9 GHz stands on roofs (UMa), 26 GHz in streets (UMi)."""

BY_NAME_GHZ: dict[str, float] = {
    "n28": 0.763, "B28": 0.763, "n8": 0.9425, "B8": 0.9425, "n3": 1.8425, "B3": 1.8425, "n1": 2.14, "B1": 2.14,
    "n40": 2.35, "B40": 2.35, "n41": 2.55, "n38": 2.595, "B41": 2.55, "n78": 3.75, "n77": 3.75, "n79": 4.7,
    "n258": 26.0, "n257": 28.0,
}  # fmt: skip
"""Band -> middle of the downlink as used in Viet Nam; for cells that name a band but no frequency."""

DEFAULT_HEIGHT_M = {"micro": 10.0, "indoor": 3.0}
DEFAULT_MACRO_HEIGHT_M = 25.0
"""As TR 38.901 has them."""

BLOCKS_LTE: dict[float, int] = {1.4: 6, 3: 15, 5: 25, 10: 50, 15: 75, 20: 100}
BLOCKS_15: dict[float, int] = {5: 25, 10: 52, 15: 79, 20: 106, 25: 133, 30: 160, 40: 216, 50: 270}
BLOCKS_30: dict[float, int] = {
    10: 24,
    15: 38,
    20: 51,
    30: 78,
    40: 106,
    50: 133,
    60: 162,
    70: 189,
    80: 217,
    90: 245,
    100: 273,
}
BLOCKS_120: dict[float, int] = {50: 32, 100: 66, 200: 132, 400: 264}
"""Bandwidth (MHz) -> resource blocks: TS 36.104, and TS 38.104 tables 5.3.2-1 and 5.3.2-2."""


def band_of(frequency_ghz: float) -> Band:
    """The band whose defaults fit a frequency."""
    return next(band for band in BANDS if frequency_ghz < band.below_ghz)


def resource_blocks(technology: str, frequency_ghz: float, bandwidth_mhz: float) -> int:
    """N_RB of a carrier: 15 kHz below 2.3 GHz, 30 kHz up to 6 GHz, 120 kHz above.

    A width that is not in the table takes the next smaller one.
    """
    if technology != "5G":
        table = BLOCKS_LTE
    elif frequency_ghz < 2.3:
        table = BLOCKS_15
    else:
        table = BLOCKS_30 if frequency_ghz < 6 else BLOCKS_120
    fitting = [width for width in table if width <= bandwidth_mhz + 1e-9]
    return table[max(fitting)] if fitting else table[min(table)]


def reference_eirp_dbm(eirp_dbm: ArrayLike, blocks: ArrayLike) -> Floats:
    """EIRP of one resource element from that of the carrier: − 10 lg(12 · N_RB)."""
    return np.asarray(np.asarray(eirp_dbm, float) - 10 * np.log10(12 * np.asarray(blocks, float)))


def model_of(frequency_ghz: float, kind: str | None) -> Model:
    """Path-loss model of a cell: streets for micro and indoor sites, else that of its band."""
    return "umi_nlos" if kind in ("micro", "indoor") else band_of(frequency_ghz).model


Walls = Literal["none", "low", "high"]
"""low: plain glass and concrete; high: coated glass (TR 38.901 table 7.4.3-2)."""

ENTRY_SIGMA_DB: dict[Walls, float] = {"none": 0.0, "low": 4.4, "high": 6.5}


def entry_loss_db(frequency_ghz: ArrayLike, walls: Walls) -> Floats:
    """Building entry loss through the outer wall, TR 38.901 tables 7.4.3-1 and -2. Depth inside not included.

    Low: 5 − 10 lg(0.3·10^(−L_glass/10) + 0.7·10^(−L_concrete/10)); high: 0.7 coated glass, 0.3 concrete.
    """
    f = np.asarray(frequency_ghz, float)
    if walls == "none":
        return np.zeros_like(f)
    glass, coated, concrete = 2 + 0.2 * f, 23 + 0.3 * f, 5 + 4 * f
    if walls == "low":
        through = 0.3 * 10 ** (-glass / 10) + 0.7 * 10 ** (-concrete / 10)
    else:
        through = 0.7 * 10 ** (-coated / 10) + 0.3 * 10 ** (-concrete / 10)
    return np.asarray(5 - 10 * np.log10(through))


def rsrp_dbm(
    model: str,
    reference_eirp: ArrayLike,
    frequency_ghz: ArrayLike,
    distance_m: ArrayLike,
    mast_height_m: ArrayLike,
    off_axis_deg: ArrayLike = 0.0,
    beam_deg: ArrayLike = antennas.BEAM_DEG,
    tilt_deg: ArrayLike = 0.0,
    vertical_beam_deg: ArrayLike = antennas.BEAM_DEG,
    entry_db: ArrayLike = 0.0,
) -> Floats:
    """Median RSRP in the open (or behind walls with `entry_db`), for a receiver at 1.5 m; under the mast as at 10 m.

    `reference_eirp` is dBm for one resource element. The kernel of `received_power` gives the same numbers.
    """
    ground = np.maximum(np.asarray(distance_m, float), pathloss.NEAREST_M)
    loss = pathloss.MODELS[model].loss_db(frequency_ghz, ground, mast_height_m)
    down = np.degrees(np.arctan2(np.asarray(mast_height_m, float) - RECEIVER_HEIGHT_M, ground))
    beside = antennas.loss_db(
        antennas.horizontal_loss_db(off_axis_deg, beam_deg),
        antennas.vertical_loss_db(down, tilt_deg, vertical_beam_deg),
    )
    return np.asarray(np.asarray(reference_eirp, float) - beside - loss - np.asarray(entry_db, float))
