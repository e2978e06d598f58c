"""PURE: how much an antenna loses beside its axis, by 3GPP TR 38.901 table 7.3-1.

The pattern of one element: 65° wide at 3 dB both ways, never more than 30 dB down. The gain on the axis
is a matter of the link budget. A traffic beam that follows its user has the envelope of its own sweep:
give its width, and `vertical_beam_deg` NaN for "no loss in the vertical".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from layers.coverage.footprints import Floats

BEAM_DEG = 65.0
DEEPEST_DB = 30.0
ELEMENT_GAIN_DBI = 8.0


def horizontal_loss_db(off_axis_deg: ArrayLike, beam_deg: ArrayLike = BEAM_DEG) -> Floats:
    """A_H: 12 (φ / φ₃dB)², at most 30 dB. Angles beyond ±180° are folded; NaN width means all around, no loss."""
    angle = (np.asarray(off_axis_deg, float) + 180.0) % 360.0 - 180.0
    return _loss(angle, beam_deg)


def vertical_loss_db(below_horizon_deg: ArrayLike, tilt_deg: ArrayLike = 0.0, beam_deg: ArrayLike = BEAM_DEG) -> Floats:
    """A_V: 12 ((θ − θ_tilt) / θ₃dB)², at most 30 dB; both angles count downwards from the horizon."""
    return _loss(np.asarray(below_horizon_deg, float) - np.asarray(tilt_deg, float), beam_deg)


def loss_db(horizontal_db: ArrayLike, vertical_db: ArrayLike) -> Floats:
    """Both together, at most 30 dB: what to take from the gain on the axis."""
    return np.asarray(np.minimum(np.asarray(horizontal_db, float) + np.asarray(vertical_db, float), DEEPEST_DB))


def gain_dbi(azimuth_deg: ArrayLike, zenith_deg: ArrayLike, axis_gain_dbi: float = ELEMENT_GAIN_DBI) -> Floats:
    """Gain of the element of table 7.3-1; azimuth off the axis, zenith 90° at the horizon as the table counts."""
    horizontal = horizontal_loss_db(azimuth_deg)
    return np.asarray(axis_gain_dbi - loss_db(horizontal, vertical_loss_db(np.asarray(zenith_deg, float) - 90.0)))


def off_axis_deg(east_m: ArrayLike, north_m: ArrayLike, grid_azimuth_deg: ArrayLike) -> Floats:
    """Angle, −180 to 180, from the axis to a point so far east and north of the mast. Azimuth of the GRID."""
    bearing = np.degrees(np.arctan2(np.asarray(east_m, float), np.asarray(north_m, float)))
    return np.asarray((bearing - np.asarray(grid_azimuth_deg, float) + 180.0) % 360.0 - 180.0)


def _loss(angle_deg: Floats, beam_deg: ArrayLike) -> Floats:
    loss = np.minimum(12.0 * (angle_deg / np.asarray(beam_deg, float)) ** 2, DEEPEST_DB)
    return np.asarray(np.where(np.isnan(np.asarray(beam_deg, float)), 0.0, loss))
