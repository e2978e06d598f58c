"""Values of a filter with the kind they have, so that only what fits is compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Float, Text, cast, func, literal

from layers.filters.errors import FilterRefused, wrong_type
from layers.filters.literals import read_instant
from layers.named_crs import Bounds

Kind = Literal["text", "integer", "number", "boolean", "date", "timestamp", "geometry", "texts"]

NUMBERS = ("integer", "number")
INSTANTS = ("date", "timestamp")
_WORDS = {
    "text": ("text", "văn bản"), "integer": ("a number", "số"), "number": ("a number", "số"),
    "boolean": ("true or false", "đúng/sai"), "date": ("a day", "ngày"), "timestamp": ("a moment", "thời điểm"),
    "geometry": ("a geometry", "hình"), "texts": ("a list", "danh sách"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Queryable:
    """A property that filters may name."""

    expression: Any
    """SQLAlchemy expression; for geometry in the CRS `srid`."""
    kind: Kind
    srid: int = 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What filters on one collection may name, and where its features can be."""

    queryables: dict[str, Queryable]
    area_deg: Bounds
    """West, south, east, north of everything on record, WGS 84."""
    metric_srid: int = 0
    """EPSG code of the plane in which functions measure; 0: the one of the geometry."""

    def get(self, name: str) -> Queryable:
        """The queryable of that name. Raises `FilterRefused` (unknown_property)."""
        if name in self.queryables:
            return self.queryables[name]
        known = ", ".join(self.queryables)
        raise FilterRefused(
            "unknown_property",
            f"There is no property '{name[:60]}' to filter by. Properties: {known}.",
            f"Không có thuộc tính '{name[:60]}' để lọc. Các thuộc tính: {known}.",
            known=list(self.queryables),
        )


@dataclass(frozen=True, slots=True)
class Typed:
    """An SQL expression and its kind; `constant` is the value itself when the client wrote it."""

    sql: Any
    kind: Kind
    constant: Any = None


def constant(value: Any) -> Typed:
    """A value of the client as a bound parameter."""
    if isinstance(value, bool):
        return Typed(literal(value, Boolean), "boolean", value)
    if isinstance(value, int):  # of 64 bits: one that a column of 32 bits cannot hold equals none in it
        return Typed(literal(value, BigInteger), "integer", value)
    if isinstance(value, float):
        return Typed(literal(value, Float(53)), "number", value)
    if isinstance(value, datetime):
        return Typed(literal(value, DateTime(timezone=True)), "timestamp", value)
    if isinstance(value, date):
        return Typed(literal(value, Date), "date", value)
    return Typed(literal(str(value), Text), "text", value)


def matched(left: Typed, right: Typed) -> tuple[Any, Any]:
    """Both as SQL of one kind. A text beside a day or moment is read as one. Raises `FilterRefused`."""
    if left.kind in INSTANTS and right.kind == "text" and right.constant is not None:
        right = constant(read_instant(right.constant))
    elif right.kind in INSTANTS and left.kind == "text" and left.constant is not None:
        left = constant(read_instant(left.constant))
    if left.kind in INSTANTS and right.kind in INSTANTS and left.kind != right.kind:
        return as_moment(left), as_moment(right)
    same = left.kind == right.kind or (left.kind in NUMBERS and right.kind in NUMBERS)
    if not same or left.kind in ("geometry", "texts"):
        one, other = _WORDS[left.kind], _WORDS[right.kind]
        raise wrong_type(f"{one[0]} with {other[0]}", f"{one[1]} với {other[1]}")
    return left.sql, right.sql


def as_moment(value: Typed) -> Any:
    """A day counts as its first moment in UTC where it meets a moment."""
    if value.kind == "timestamp":
        return value.sql
    if isinstance(value.constant, date):
        return literal(datetime.combine(value.constant, time(), UTC), DateTime(timezone=True))
    return func.timezone("UTC", cast(value.sql, DateTime()))


def as_number(value: Typed) -> Any:
    """A number in double precision. Raises `FilterRefused`."""
    if value.kind not in NUMBERS:
        one = _WORDS[value.kind]
        raise wrong_type(f"arithmetic with {one[0]}", f"tính toán với {one[1]}")
    return cast(value.sql, Float(53))


def require(value: Typed, kind: Kind, where: str) -> Any:
    """The SQL of a value that must be of that kind. Raises `FilterRefused`."""
    if value.kind != kind:
        one, wanted = _WORDS[value.kind], _WORDS[kind]
        raise wrong_type(f"{where} takes {wanted[0]}, not {one[0]}", f"{where} cần {wanted[1]}, không phải {one[1]}")
    return value.sql
