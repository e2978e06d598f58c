"""Positions as people give them, in metres of the storage CRS; and which communes contain them."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from datetime import date

from pyproj import CRS
from pyproj.exceptions import ProjError
from sqlalchemy import Connection

from addressing.search.convert_errors import PositionRefused
from addressing.search.elements import Coordinates, Reading
from addressing.search.reverse import communes_at
from layers.crs import WGS84, parse_crs, storage_srid, transformer

TM3 = (9205, 9206, 9207, 9208, 9209, 9210, 9211, 9212, 9213, 9214, 9215, 9216, 9217, 9218)


def to_storage(conn: Connection, x: float, y: float, crs: str | int = WGS84) -> tuple[float, float]:
    """A position in any EPSG code (easting or longitude first) as metres of the storage CRS.

    Raises `UnknownCrs`, and `PositionRefused` for what is not a position there.
    """
    system: CRS = parse_crs(crs)
    srid = system.to_epsg()
    if srid is None or not (math.isfinite(x) and math.isfinite(y)):
        raise _refused()
    if system.is_geographic and not (abs(x) <= 180 and abs(y) <= 90):
        raise _refused()
    try:
        there = transformer(srid, storage_srid(conn)).transform(x, y, errcheck=True)
    except ProjError:
        raise _refused() from None
    if not all(math.isfinite(value) for value in there):
        raise _refused()
    return float(there[0]), float(there[1])


def communes_of(conn: Connection, reading: Reading, on: date) -> Collection[str] | None:
    """The communes of a day that contain the position which an address gives; None where it gives none.

    Metres whose VN-2000 zone the text does not name are tried in every zone; only one that falls into a
    commune on file counts, and only if all that do agree.
    """
    given = reading.coordinates
    if given is None:
        return None
    found = [_at(conn, given, srid, on) for srid in _candidates(given)]
    named = {codes for codes in found if codes}
    return named.pop() if len(named) == 1 else None


def _candidates(given: Coordinates) -> Sequence[int]:
    return (given.srid,) if given.srid is not None else TM3


def _at(conn: Connection, given: Coordinates, srid: int, on: date) -> frozenset[str] | None:
    try:
        x, y = to_storage(conn, given.x, given.y, srid)
    except PositionRefused:
        return None
    return communes_at(conn, x, y, on)


def _refused() -> PositionRefused:
    return PositionRefused(
        "This is not a position in that coordinate system.", "Đây không phải là một vị trí trong hệ tọa độ đó."
    )
