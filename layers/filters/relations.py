"""Relations in space and time, as SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import shapely
from sqlalchemy import DateTime, LargeBinary, and_, false, func, literal, not_, or_, text

from layers.filters.errors import FilterRefused
from layers.filters.nodes import Instant, Place, Property
from layers.filters.places import in_storage
from layers.filters.typed import INSTANTS, Queryable, Typed, Vocabulary, as_moment, constant
from layers.named_crs import NamedCrs

Ends = tuple[Any, Any]

_SAME_M = 0.005
"""Shapes whose outlines lie so close are equal: coordinates are handed out to a millimetre."""

_SPATIAL: dict[str, Callable[..., Any]] = {
    "s_intersects": func.ST_Intersects, "s_touches": func.ST_Touches, "s_within": func.ST_Within,
    "s_overlaps": func.ST_Overlaps, "s_crosses": func.ST_Crosses, "s_contains": func.ST_Contains,
}  # fmt: skip
_TURNED = {"s_within": "s_contains", "s_contains": "s_within"}

# By start and end of a and b, both included (Allen's relations, CQL2 table 10).
_TEMPORAL: dict[str, Callable[[Ends, Ends], Any]] = {
    "t_after": lambda a, b: a[0] > b[1],
    "t_before": lambda a, b: a[1] < b[0],
    "t_contains": lambda a, b: and_(a[0] < b[0], a[1] > b[1]),
    "t_disjoint": lambda a, b: or_(a[1] < b[0], a[0] > b[1]),
    "t_during": lambda a, b: and_(a[0] > b[0], a[1] < b[1]),
    "t_equals": lambda a, b: and_(a[0] == b[0], a[1] == b[1]),
    "t_finishedby": lambda a, b: and_(a[0] < b[0], a[1] == b[1]),
    "t_finishes": lambda a, b: and_(a[0] > b[0], a[1] == b[1]),
    "t_intersects": lambda a, b: and_(a[0] <= b[1], a[1] >= b[0]),
    "t_meets": lambda a, b: a[1] == b[0],
    "t_metby": lambda a, b: a[0] == b[1],
    "t_overlappedby": lambda a, b: and_(a[0] > b[0], a[0] < b[1], a[1] > b[1]),
    "t_overlaps": lambda a, b: and_(a[0] < b[0], a[1] > b[0], a[1] < b[1]),
    "t_startedby": lambda a, b: and_(a[0] == b[0], a[1] > b[1]),
    "t_starts": lambda a, b: and_(a[0] == b[0], a[1] < b[1]),
}


def spatial(name: str, left: Any, right: Any, vocabulary: Vocabulary, crs: NamedCrs) -> Any:
    """The condition of a spatial relation; one side is the geometry property, the other a shape or a property too."""
    if isinstance(left, Place):
        if isinstance(right, Place):
            raise _no_property()
        return spatial(_TURNED.get(name, name), right, left, vocabulary, crs)
    own = geometry_of(left, vocabulary)
    if not isinstance(right, Place):
        other = geometry_of(right, vocabulary).expression
        return _related(name, own.expression, other)
    shape = in_storage(right, crs, own.srid, vocabulary.area_deg, exact=name == "s_equals")
    if shape is None:  # nothing on record is near it
        return own.expression.is_not(None) if name == "s_disjoint" else false()
    given = func.ST_GeomFromWKB(literal(shapely.to_wkb(shape), LargeBinary), own.srid)
    return _related(name, own.expression, given)


def _related(name: str, own: Any, other: Any) -> Any:
    if name == "s_disjoint":
        return not_(func.ST_Intersects(own, other))
    if name == "s_equals":
        return and_(
            own.op("&&")(func.ST_Expand(other, 1)),
            func.ST_Dimension(own) == func.ST_Dimension(other),
            func.ST_HausdorffDistance(own, other) <= _SAME_M,
        )
    return _SPATIAL[name](own, other)


def geometry_of(node: Any, vocabulary: Vocabulary) -> Queryable:
    """The geometry property that the node names. Raises `FilterRefused` for anything else."""
    found = vocabulary.get(node.name) if isinstance(node, Property) else None
    if found is None or found.kind != "geometry":
        raise FilterRefused(
            "wrong_type",
            "A spatial operator or function takes the property geometry, and a geometry.",
            "Toán tử hoặc hàm không gian cần thuộc tính geometry và một hình.",
        )
    return found


def _no_property() -> FilterRefused:
    return FilterRefused(
        "wrong_type",
        "One side of a spatial operator must be a property.",
        "Một vế của toán tử không gian phải là thuộc tính.",
    )


def of_arrays(name: str, left: Any, right: Any) -> Any:
    """The condition of a relation between two arrays, which are read as sets: order and repetition do not count."""
    contains, contained = left.op("@>", is_comparison=True)(right), left.op("<@", is_comparison=True)(right)
    match name:
        case "a_contains":
            return contains
        case "a_containedby":
            return contained
        case "a_equals":
            return and_(contains, contained)
        case _:
            return left.op("&&", is_comparison=True)(right)


def temporal(name: str, left: Ends, right: Ends) -> Any:
    """The condition of a temporal relation between two spans."""
    return _TEMPORAL[name](left, right)


def span_of_instant(value: Typed) -> Ends:
    """An instant is a span whose ends are one."""
    if value.kind == "text" and isinstance(value.constant, str):
        from layers.filters.literals import read_instant

        value = constant(read_instant(value.constant))
    if value.kind not in INSTANTS:
        raise FilterRefused(
            "wrong_type",
            "A temporal operator takes days, moments and intervals.",
            "Toán tử thời gian cần ngày, thời điểm hoặc khoảng thời gian.",
        )
    moment = as_moment(value)
    return moment, moment


def edge(value: Instant | Typed | str, *, is_start: bool) -> Any:
    """One end of an interval; `..` and a property without a value are open."""
    open_end = literal_moment("-infinity" if is_start else "infinity")
    if isinstance(value, Typed):
        if value.kind not in INSTANTS:
            span_of_instant(value)
        return func.coalesce(as_moment(value), open_end)
    if isinstance(value, str):
        return open_end
    if not isinstance(value, datetime):
        assert isinstance(value, date)
        value = datetime.combine(value, time(), UTC)
    return literal(value, DateTime(timezone=True))


def literal_moment(name: str) -> Any:
    """The moment before or after all others."""
    return text(f"'{'-infinity' if name.startswith('-') else 'infinity'}'::timestamptz")
