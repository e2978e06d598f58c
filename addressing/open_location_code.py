"""The Open Location Code of a position: computed from coordinates by a public algorithm, never issued by anybody.

Pure. The specification is https://github.com/google/open-location-code (Apache 2.0), restated here. It is a
convenience for people who carry a phone, and is never stored as an official code.
"""

from __future__ import annotations

ALPHABET = "23456789CFGHJMPQRVWX"
PAIR_DIGITS, GRID_DIGITS = 10, 5
GRID_COLUMNS, GRID_ROWS = 4, 5
_STEPS_LAT = 8000 * GRID_ROWS**GRID_DIGITS
_STEPS_LON = 8000 * GRID_COLUMNS**GRID_DIGITS
"""Smallest steps in one degree: 20^-4 degrees by the pairs, then by the grid."""


def encode(lat_deg: float, lon_deg: float, digits: int = PAIR_DIGITS) -> str:
    """The code of the cell that holds this WGS 84 position: `7PH8W9MR+H5` is about 14 m by 14 m.

    `digits` is 10 to 15; each one beyond ten divides the cell by four in width and five in height.
    """
    if not PAIR_DIGITS <= digits <= PAIR_DIGITS + GRID_DIGITS:
        raise ValueError("An Open Location Code has 10 to 15 digits here.")
    lat = min(max(_steps(lat_deg + 90, _STEPS_LAT), 0), 180 * _STEPS_LAT - 1)
    lon = _steps(lon_deg + 180, _STEPS_LON) % (360 * _STEPS_LON)
    code = ""
    for _ in range(GRID_DIGITS):
        code = ALPHABET[lat % GRID_ROWS * GRID_COLUMNS + lon % GRID_COLUMNS] + code
        lat, lon = lat // GRID_ROWS, lon // GRID_COLUMNS
    for _ in range(PAIR_DIGITS // 2):
        code = ALPHABET[lat % 20] + ALPHABET[lon % 20] + code
        lat, lon = lat // 20, lon // 20
    return f"{code[:8]}+{code[8:digits]}"


def _steps(degrees: float, steps_per_degree: int) -> int:
    """Whole steps; rounded at 1e-6 of a step first, so that 1.2 degrees is not 1.1999999."""
    return int(round(degrees * steps_per_degree, 6) // 1)


def decode(code: str) -> tuple[float, float] | None:
    """Latitude and longitude (WGS 84 degrees) of the middle of a full code's cell; None for anything else."""
    digits = code.strip().upper()
    if len(digits) < PAIR_DIGITS + 1 or digits[8:9] != "+":
        return None
    digits = digits.replace("+", "", 1)[: PAIR_DIGITS + GRID_DIGITS]
    if len(digits) < PAIR_DIGITS or any(digit not in ALPHABET for digit in digits):
        return None
    lat, lon, lat_step, lon_step = -90.0, -180.0, 20.0, 20.0
    for place in range(0, PAIR_DIGITS, 2):
        lat += ALPHABET.index(digits[place]) * lat_step
        lon += ALPHABET.index(digits[place + 1]) * lon_step
        lat_step, lon_step = lat_step / 20, lon_step / 20
    lat_step, lon_step = lat_step * 20, lon_step * 20
    for digit in digits[PAIR_DIGITS:]:
        lat_step, lon_step = lat_step / GRID_ROWS, lon_step / GRID_COLUMNS
        row, column = divmod(ALPHABET.index(digit), GRID_COLUMNS)
        lat, lon = lat + row * lat_step, lon + column * lon_step
    if not (-90 <= lat < 90 and -180 <= lon < 180):
        return None
    return lat + lat_step / 2, lon + lon_step / 2
