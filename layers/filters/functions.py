"""Functions that a filter may call besides those of CQL2 itself (CQL2, clause 7.6): a closed list, as data.

What is measured is measured in the plane of the storage CRS, in metres: for VN-2000 that differs from the
ellipsoid by less than a part in ten thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BigInteger, Float, Text, cast, extract, func

from layers.filters.typed import Kind

ArgumentKind = Literal["text", "number", "instant", "shape", "place", "distance"]
"""`shape`: the geometry property; `place`: that or a geometry in the filter; `distance`: metres, written out."""

MOST_DISTANCE_M = 50_000.0
"""Geometries of a filter are cut half a degree outside the area of the deployment, which is farther than this."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument."""

    name: str
    kind: ArgumentKind


@dataclass(frozen=True, slots=True)
class Function:
    """One function; `sql` makes its value from the SQL of its arguments."""

    name: str
    arguments: tuple[Argument, ...]
    returns: Kind
    sql: Callable[..., Any]


def _part(name: str) -> Callable[[Any], Any]:
    return lambda moment: cast(extract(name, func.timezone("UTC", moment)), BigInteger)


_SHAPE, _TEXT, _NUMBER = Argument("geometry", "shape"), Argument("text", "text"), Argument("number", "number")

FUNCTIONS: dict[str, Function] = {
    one.name: one
    for one in (
        Function("area_m2", (_SHAPE,), "number", lambda shape: func.ST_Area(shape, type_=Float(53))),
        Function("length_m", (_SHAPE,), "number",
                 lambda shape: func.ST_Length(shape, type_=Float(53)) + func.ST_Perimeter(shape, type_=Float(53))),
        Function("within_m", (_SHAPE, Argument("place", "place"), Argument("distance", "distance")), "boolean",
                 func.ST_DWithin),
        Function("lower", (_TEXT,), "text", lambda text: func.lower(text, type_=Text)),
        Function("upper", (_TEXT,), "text", lambda text: func.upper(text, type_=Text)),
        Function("length", (_TEXT,), "integer", lambda text: cast(func.char_length(text), BigInteger)),
        Function("year", (Argument("date", "instant"),), "integer", _part("year")),
        Function("month", (Argument("date", "instant"),), "integer", _part("month")),
        Function("abs", (_NUMBER,), "number", func.abs),
        Function("round", (_NUMBER,), "number", func.round),
    )
}  # fmt: skip
"""By name, in the order in which they are told."""
