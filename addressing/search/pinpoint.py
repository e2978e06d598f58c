"""A question that is a position itself: coordinates, an Open Location Code, the id of a place."""

from __future__ import annotations

import re

from sqlalchemy import Connection, text

from addressing.deciding import today
from addressing.open_location_code import decode
from addressing.search.answers import Found, Precision
from addressing.search.codes import Codes, take_codes
from addressing.search.elements import Coordinates, Reading
from addressing.search.normalise import clean, fold
from addressing.search.reverse import reverse
from addressing.search.units_on_file import gazetteer_of
from layers.crs import WGS84, storage_srid, transformer

_LIKE_A_CODE = re.compile(r"\d\D{0,12}\d")
_PLACE = text("SELECT id, ST_X(geom) AS x, ST_Y(geom) AS y FROM places WHERE id = :id")


def pinpoint(conn: Connection, asked: str) -> Found | None:
    """The position that a question states and nothing else; None for every other question.

    Its `context` is the address of what lies there. Metres without a named zone are taken as those of the
    storage CRS; `code` says which system the numbers were read in.
    """
    if _LIKE_A_CODE.search(asked) is None:
        return None
    typed = clean(asked).text
    codes = take_codes(typed, fold(typed))
    if any(letter.isalnum() for letter in codes.folded):
        return None
    if codes.place_id is not None:
        place = conn.execute(_PLACE, {"id": codes.place_id}).first()
        return None if place is None else _found(conn, place.id, (place.x, place.y), "entrance", place_id=place.id)
    point = position_of(conn, codes)
    if point is None:
        return None
    return _found(conn, codes.plus_code or typed.strip(), point, "point", code=_system(conn, codes.coordinates))


def position_of(conn: Connection, stated: Codes | Reading) -> tuple[float, float] | None:
    """Metres in the storage CRS of the coordinates or the plus code that a text states; None without either."""
    here = storage_srid(conn)
    if stated.coordinates is not None:
        return _projected(stated.coordinates, here)
    if stated.plus_code is not None and (centre := decode(stated.plus_code)) is not None:
        lat_deg, lon_deg = centre
        return _projected(Coordinates(lon_deg, lat_deg, WGS84), here)
    return None


def _projected(given: Coordinates, srid: int) -> tuple[float, float]:
    if given.srid is None or given.srid == srid:
        return given.x, given.y
    x, y = transformer(given.srid, srid).transform(given.x, given.y)
    return float(x), float(y)


def _system(conn: Connection, given: Coordinates | None) -> str:
    return f"EPSG:{WGS84 if given is None else given.srid or storage_srid(conn)}"


def _found(
    conn: Connection, title: str, at: tuple[float, float], precision: Precision, *,
    code: str | None = None, place_id: str | None = None,
) -> Found:  # fmt: skip
    around = reverse(conn, *at, gazetteer_of(conn), on=today()).written or ""
    return Found(
        "door" if place_id else "point", 0, title, around, 2.0, "exact", code=code, place_id=place_id,
        x=at[0], y=at[1], precision=precision,
    )  # fmt: skip
