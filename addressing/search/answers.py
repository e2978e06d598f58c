"""What the search gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Match = Literal["exact", "beginning", "misspelt", "partial"]
"""All words as they are; the last one begun; one slip away; some words only."""
Precision = Literal["entrance", "plot", "interpolated", "street", "zone", "unit", "point", "estate"]
"""`estate`: of the building, group or estate in which a part lies, where the part has no position of its own."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A number that exists, near one that does not."""

    shown: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Found:
    """One answer, best first."""

    kind: str
    # door, part, estate, street, zone, plot, enterprise, site, unit
    object_id: int
    # row of the table of that kind; of the street for a door, of its name for a part
    title: str
    # as it is shown: 45 Đường Nguyễn Trãi
    context: str
    # where it is: commune, city
    score: float
    # 0 to about 2; only the order means something
    match: Match
    code: str | None = None
    title_en: str | None = None
    place_id: str | None = None
    entrance_id: int | None = None
    x: float | None = None
    # metres, storage CRS
    y: float | None = None
    precision: Precision | None = None
    former: bool = False
    # the number was in force once and is no longer
    unknown_number: str | None = None
    # the number asked for, or the part, which nobody has on this street or in this estate
    nearest: tuple[Neighbour, ...] = ()
    # known numbers below and above it


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything about one question."""

    asked: str
    results: tuple[Found, ...]
    corrected: tuple[tuple[str, str], ...] = ()
    # (word as typed, words it was taken for)
