"""Positions as people give them, in metres of the storage CRS; and which communes contain them."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from datetime import date

from pyproj import CRS
from pyproj.exceptions import ProjError
from sqlalchemy import Connection

from addressing.errors import AddressingError
from addressing.search.convert_errors import PositionRefused
from addressing.search.convert_lines import Locate
from addressing.search.elements import Coordinates, Reading
from addressing.search.geocode import geocode
from addressing.search.geocode_rows import SURE, rivals
from addressing.search.reverse import communes_at
from addressing.search.units import Gazetteer
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


def locator(conn: Connection, on: date, *, today: date, gazetteer: Gazetteer) -> Locate:
    """For `convert_line`: where an address is, first as it says itself, else as the register of this database has it.

    The register counts only with a door or plot that is the one likely place; a street alone may cross a border.
    """

    def locate(address: str, reading: Reading) -> Collection[str] | None:
        said = communes_of(conn, reading, on)
        if said is not None or not (reading.house or reading.lots or reading.place_id):
            return said
        try:
            places = geocode(conn, address, today=today, gazetteer=gazetteer)
        except AddressingError:
            return None
        if not places or places[0].precision not in ("entrance", "plot") or places[0].confidence < SURE:
            return None
        return None if rivals(places) else communes_at(conn, places[0].x, places[0].y, on)

    return locate


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
