"""The parameter `datetime`: a moment, or a span of time that may be open at one end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_

from layers.filters.errors import FilterRefused
from layers.filters.literals import read_instant
from layers.filters.nodes import Instant
from maps.features.collections import Collection
from maps.features.errors import BadParameter


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included; None is open."""

    first: date | None
    last: date | None


def read_span(text: str) -> Span:
    """Read `2025-07-01T00:00:00Z`, `2025-07-01/..`, `../2025-12-31` and the like. Raises `BadParameter`.

    Facts here are dated by days, so of a moment the day counts on which its own clock stands.
    """
    first, slash, last = text.partition("/")
    if not slash:
        day = _day(first)
        if day is None:
            raise _not_a_span()
        return Span(day, day)
    span = Span(_day(first), _day(last))
    if span.first is None and span.last is None and (first, last) not in (("..", ".."), ("", "")):
        raise _not_a_span()
    if first not in ("", "..") and last not in ("", "..") and read_instant(first) != read_instant(last):
        _require_order(read_instant(first), read_instant(last))
    return span


def _require_order(first: Instant, last: Instant) -> None:
    before, after = (one if type(first) is type(last) else _as_day(one) for one in (first, last))
    if before > after:
        raise BadParameter("datetime", "it ends before it begins.", "kết thúc trước khi bắt đầu.")


def _as_day(instant: Instant) -> date:
    return date(instant.year, instant.month, instant.day)


def _day(text: str) -> date | None:
    if text in ("", ".."):
        return None
    try:
        return _as_day(read_instant(text))
    except FilterRefused:
        raise _not_a_span() from None


def _not_a_span() -> BadParameter:
    return BadParameter(
        "datetime",
        "a moment such as 2025-07-01T00:00:00Z, or two with a slash between; '..' is open.",
        "một thời điểm như 2025-07-01T00:00:00Z, hoặc hai thời điểm cách nhau bằng dấu gạch chéo; '..' là để mở.",
    )


def condition(collection: Collection, span: Span) -> Any:
    """Features that are of that time; those without a date always are (Part 1, requirement 26)."""
    if collection.times is None or (span.first is None and span.last is None):
        return None
    starts, ends = collection.times
    parts = []
    if span.last is not None:
        parts.append(or_(starts.is_(None), starts <= span.last))
    if span.first is not None:
        # A period excludes its last day; a single day is its own last one.
        gone = or_(ends.is_(None), ends > span.first) if ends is not None else starts >= span.first
        parts.append(or_(starts.is_(None), gone))
    return and_(*parts)
