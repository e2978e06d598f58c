"""Names of unnamed alleys on record: taken from the house before their mouth, changed with its number.

An alley that has a name of its own keeps it. What the rule gives is a row of `alley_names`, dated and
with its decision; the layer of streets is left as its source drew it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely import Point
from sqlalchemy import Connection, func, insert, select, text, update

from addressing import street_facts
from addressing.deciding import today
from addressing.errors import NotFound, UnusableStreet
from addressing.policies_on_record import policy_for_street
from addressing.position import StreetAxis, street_axis
from addressing.register import house_numbers
from addressing.register_tables import alley_names
from addressing.rules.alleys import (
    WORDS,
    Neighbour,
    alley_takes_the_number_before_its_mouth,
    the_house_before_the_mouth,
)
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry
from addressing.street_facts import LEVELS
from addressing.written_forms import AlleyStep, alley_step
from layers.streets import streets

CLAUSE = "A7.name"
_ALLEY_KINDS = tuple(LEVELS)


@dataclass(frozen=True, slots=True)
class AlleyName:
    """What an alley is called by the rule."""

    street_id: int
    name: str
    label: str
    named_after_id: int
    # the house number that it takes


@dataclass(frozen=True, slots=True)
class NameChange:
    """An alley whose name changes with the numbers of its street."""

    street_id: int
    old: str | None
    new: str | None
    # None where the rule gives none: before the first house, or no mouth on the street


@dataclass(frozen=True, slots=True)
class NumberHere:
    """A number of the outer street as the naming rule sees it."""

    id: int
    number: HouseNumber
    side: str
    chainage_m: float


def names_by_rule(
    conn: Connection, street_id: int, numbers: Sequence[NumberHere] | None = None, *, on: date | None = None
) -> dict[int, AlleyName | None]:
    """The name of every unnamed alley that opens on this street; None where the rule gives none.

    `numbers` are other numbers than those on record, to look ahead; the local policy is that of `on`, today if
    None. Writes nothing.
    """
    alleys, labels = _alleys_on(conn, street_id)
    if not alleys:
        return {}
    try:
        axis = street_axis(conn, street_id)
    except UnusableStreet:
        return dict.fromkeys((alley.id for alley in alleys), None)
    numbers = _numbers_here(conn, street_id) if numbers is None else numbers
    level = LEVELS.get(alleys[0].parent_kind, 0) + 1
    mouths = sorted((_mouth(axis, alley.wkb), alley.id) for alley in alleys)
    policy = policy_for_street(conn, street_id, on or today())
    found: dict[int, AlleyName | None] = {}
    taken = {HouseNumber.parse(label) for label in labels}
    for (along_m, side), alley_id in mouths:
        found[alley_id] = _name(alley_id, numbers, along_m, side, level, taken, policy)
        made = found[alley_id]
        if made is not None:
            taken.add(HouseNumber.parse(made.label))
    return found


def name_alleys(conn: Connection, street_id: int, *, decision_id: int | None, on: date) -> list[NameChange]:
    """Bring the names of the alleys on this street in line with its numbers; lists what changed."""
    changes: list[NameChange] = []
    ended: list[int] = []
    begun: list[dict[str, Any]] = []
