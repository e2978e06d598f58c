"""The words the rules are written in: a street on one dimension, and what was decided on it.

Nothing here knows coordinates. A frontage is "so many metres along the line, on this side".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from addressing.rules.numbers import HouseNumber

RULE_SET_VERSION = "circular-08-2024/vbhn-05-2026/2"
"""Stored with every proposal. Raise it when a rule changes; keep the old rule with its dates."""

CIRCULAR_IN_FORCE = date(2024, 10, 15)
COMMUNES_DECIDE_SINCE = date(2025, 7, 1)


class Side(StrEnum):
    """Left or right hand. Say beside each use from which end the street is looked along."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def opposite(self) -> Side:
        """The other side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


class Run(StrEnum):
    """Whether the numbers grow along the centreline as drawn, or against it."""

    FORWARD = "forward"
    BACKWARD = "backward"

    @property
    def reversed(self) -> Run:
        """The other way."""
        return Run.BACKWARD if self is Run.FORWARD else Run.FORWARD


class Land(StrEnum):
    """What stands behind a frontage."""

    BUILT = "built"
    EMPTY = "empty_land"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a competent body fixed about the direction of one street."""

    run: Run
    number: str
    decided_on: date | None
    body: str


@dataclass(frozen=True, slots=True)
class Mouth:
    """An end of an alley that opens on another street or alley."""

    at_start: bool
    # at the first point of the alley as drawn
    street_key: str
    street_name: str
    level: int
    # 0 street, 1 ngõ, 2 ngách
    cross_section_m: float | None


@dataclass(frozen=True, slots=True)
class Alley:
    """What an alley (ngõ, ngách, hẻm) opens on."""

    mouths: tuple[Mouth, ...]
    bears_name_of: str | None = None
    # key of the street whose name it has


@dataclass(frozen=True, slots=True)
class Street:
    """The facts about a street that the rules may look at."""

    key: str
    name: str
    azimuth_deg: float | None
    # from the first to the last point as drawn, clockwise from north; None for a closed ring
    length_m: float
    chord_m: float
    # straight distance between the two ends
    cross_section_m: float | None
    # mặt cắt ngang, pavements included
    numbered_before: bool = False
    # carried numbers before the circular took effect
    existing_run: Run | None = None
    # in which its old numbers grow, where somebody recorded it
    decision: Decision | None = None
    is_special: bool = False
    # radial and the like: the compass does not fit, the competent committee must say
    is_ring: bool = False
    ring_drawn_clockwise: bool | None = None
    alley: Alley | None = None
    # None for a street proper


@dataclass(frozen=True, slots=True)
class OtherStreet:
    """Another street on which the same house also has a door."""

    key: str
    name: str
    cross_section_m: float | None
    has_main_door: bool = False
    is_numbered: bool = False
    # that street already carries a continuous run of numbers
    numbers_this_house: bool = False
    # this very house already has its number there


@dataclass(frozen=True, slots=True)
class Frontage:
    """One door, or one stretch of empty land, on the street being numbered."""

    key: str
    side: Side
    # as seen along the line as drawn
    chainage_m: float
    # along the line as drawn, from its first point
    land: Land = Land.BUILT
    existing: HouseNumber | None = None
    existing_unreadable: str | None = None
    # a number on the ground that is not a natural number with a suffix: 12/3, Lô CN-07
    reserved: tuple[HouseNumber, ...] = ()
    # spare numbers kept for this land by an earlier decision
    width_m: float | None = None
    # length of its border along the street
    plan_lots: int | None = None
    # lots of the approved detailed plan that it takes up
    house: str | None = None
    # several doors with the same value belong to one house
    is_main_door: bool = True
    other_streets: tuple[OtherStreet, ...] = ()


@dataclass(frozen=True, slots=True)
class Direction:
    """The way the numbers run and the clauses that say so."""

    run: Run
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """This door shows this number, because of these clauses."""

    key: str
    number: HouseNumber
    side: Side
    # seen from the low end
    distance_m: float
    # from the low end
    clauses: tuple[str, ...]
    is_existing: bool = False
    # it was there before and is untouched


@dataclass(frozen=True, slots=True)
class Reserved:
    """A spare number kept for land or lots; not public."""

    key: str
    # of the frontage it is kept for
    number: HouseNumber
    side: Side
    distance_m: float
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A door that gets no number on this street."""

    key: str
    street_key: str | None
    # where its house is numbered; None when another door on this street carries the number
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question."""

    value: str
    label: str
    label_vi: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A place where the text or the facts are silent, put to whoever may decide."""

    kind: str
    subject: str
    # key of the frontage, or "" for the whole street
    what: str
    what_vi: str
    why: str
    why_vi: str
    clause: str
    who_decides: str
    options: tuple[Option, ...] = ()
    takes_count: bool = False
    # the answer is a whole number from 0 to 99 instead of one of the options
    where: tuple[float, float] | None = None
    # the spot to look at on the map, x east and y north in metres; no rule reads it

    @property
    def code(self) -> str:
        """Names the question within its street: `equal_width:E12`."""
        return f"{self.kind}:{self.subject}" if self.subject else self.kind

    def accepts(self, answer: str) -> bool:
        """Whether this is a lawful answer to this question."""
        if self.takes_count:
            return answer.isascii() and answer.isdigit() and int(answer) <= 99
        return any(option.value == answer for option in self.options)


@dataclass(frozen=True, slots=True)
class Choice:
    """A question that was settled, by an officer's answer or by a standing policy value."""

    question: OpenQuestion
    chosen: str
    settled_by: str
    # "answer" or the name of the policy value


@dataclass(frozen=True, slots=True)
class Note:
    """A fact worth a look that blocks nothing."""

    kind: str
    subject: str
    what: str
    what_vi: str
    clause: str
    where: tuple[float, float] | None = None
    # the spot on the map, x east and y north in metres


@dataclass(frozen=True, slots=True)
class NumberingResult:
    """Everything the rules say about one street. Lists run from the low end outward."""

    street_key: str
    run: Run | None
    # None while the direction is an open question
    compass: str | None
    # the heading in words: N->S, NE->SW ...; None for rings and while the direction is open
    direction_clauses: tuple[str, ...]
    assignments: tuple[Assignment, ...]
    reserved: tuple[Reserved, ...]
    elsewhere: tuple[Elsewhere, ...]
    questions: tuple[OpenQuestion, ...]
    choices: tuple[Choice, ...]
    notes: tuple[Note, ...]
    rule_set: str = RULE_SET_VERSION

    @property
    def new(self) -> tuple[Assignment, ...]:
        """The numbers that this result would add."""
        return tuple(given for given in self.assignments if not given.is_existing)
