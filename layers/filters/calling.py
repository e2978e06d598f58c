"""A call of one of our functions, as SQL: each argument checked against its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shapely
from sqlalchemy import Float, LargeBinary, false, func, literal

from layers.filters.errors import FilterRefused, unreadable
from layers.filters.functions import MOST_DISTANCE_M, ArgumentKind, Function
from layers.filters.nodes import Node, Place
from layers.filters.places import in_storage
from layers.filters.relations import geometry_of
from layers.filters.typed import INSTANTS, Typed, Vocabulary, as_moment, as_number, require
from layers.named_crs import NamedCrs

Value = Callable[[Node], Typed]


class _OutOfReach(Exception):
    """A place so far away that nothing on record is near it."""


def call(function: Function, operands: tuple[Node, ...], value: Value, vocabulary: Vocabulary, crs: NamedCrs) -> Typed:
    """The value of the call; `value` makes that of an operand. Raises `FilterRefused`."""
    if len(operands) != len(function.arguments):
        count = len(function.arguments)
        raise unreadable(f"'{function.name}' has {count} operands", f"'{function.name}' cần {count} toán hạng")
    given = zip(function.arguments, operands, strict=True)
    try:
        made = [_argument(one.kind, operand, function.name, value, vocabulary, crs) for one, operand in given]
    except _OutOfReach:
        return Typed(false(), "boolean")
    return Typed(function.sql(*made), function.returns)


def _argument(
    kind: ArgumentKind, operand: Node, name: str, value: Value, vocabulary: Vocabulary, crs: NamedCrs
) -> Any:  # fmt: skip
    match kind:
        case "text":
            return require(value(operand), "text", name)
        case "number":
            return as_number(value(operand))
        case "instant":
            return _moment(value(operand))
        case "distance":
            return _distance(operand)
        case "place" if isinstance(operand, Place):
            return _place(operand, vocabulary, crs)
        case _:
            return _measured(operand, vocabulary)


def _moment(given: Typed) -> Any:
    if given.kind not in INSTANTS:
        require(given, "date", "a function of days")
    return as_moment(given)


def _distance(operand: Node) -> Any:
    if isinstance(operand, bool) or not isinstance(operand, int | float) or not 0 <= operand <= MOST_DISTANCE_M:
        most = f"{MOST_DISTANCE_M:,.0f}"
        raise FilterRefused(
            "bad_filter", f"A distance is a number of metres from 0 to {most}.",
            f"Khoảng cách là số mét từ 0 đến {most.replace(',', '.')}.",
        )  # fmt: skip
    return literal(float(operand), Float(53))


def _measured(operand: Node, vocabulary: Vocabulary) -> Any:
    """The geometry property in the plane of measures."""
    found = geometry_of(operand, vocabulary)
    if vocabulary.metric_srid in (0, found.srid):
        return found.expression
    return func.ST_Transform(found.expression, vocabulary.metric_srid)


def _place(operand: Place, vocabulary: Vocabulary, crs: NamedCrs) -> Any:
    srid = vocabulary.metric_srid or next(one.srid for one in vocabulary.queryables.values() if one.kind == "geometry")
    shape = in_storage(operand, crs, srid, vocabulary.area_deg)
    if shape is None:
        raise _OutOfReach
    return func.ST_GeomFromWKB(literal(shapely.to_wkb(shape), LargeBinary), srid)
