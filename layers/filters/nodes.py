"""What a filter consists of once it is read; the same whether it came as text or as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

LONGEST = 8_000
"""Characters of a filter."""
DEEPEST = 40
"""Levels of brackets and operators."""
MOST_TERMS = 400
"""Operators, values and properties together."""
MOST_VERTICES = 2_000
"""Corners of all its geometries together."""
MOST_WILDCARDS = 8
"""Signs % and _ in one pattern."""


@dataclass(frozen=True, slots=True)
class Property:
    """The value of a property of the feature."""

    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A geometry in the coordinates of the client."""

    shape: Any
    """A shapely geometry; for a box its four numbers, low corner first."""
    is_box: bool = False


Instant = date | datetime
Edge = Instant | Property | Literal[".."]


@dataclass(frozen=True, slots=True)
class Interval:
    """From start to end, both included; `..` is open."""

    start: Edge
    end: Edge


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function with its operands; `name` is in lower case as CQL2 JSON has it."""

    name: str
    operands: tuple[Node, ...]


Value = str | int | float | bool | date | datetime
Node = Property | Place | Interval | Call | Value | tuple["Node", ...]
"""A tuple is the list of IN, or an array."""

COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
ARITHMETIC = ("+", "-", "*", "/", "%", "div", "^")
SPATIAL = (
    "s_intersects", "s_equals", "s_disjoint", "s_touches", "s_within", "s_overlaps", "s_crosses", "s_contains",
)  # fmt: skip
TEMPORAL = (
    "t_after", "t_before", "t_contains", "t_disjoint", "t_during", "t_equals", "t_finishedby", "t_finishes",
    "t_intersects", "t_meets", "t_metby", "t_overlappedby", "t_overlaps", "t_startedby", "t_starts",
)  # fmt: skip
ARRAY = ("a_contains", "a_containedby", "a_equals", "a_overlaps")
TEXT_FUNCTIONS = ("casei", "accenti")
