"""From a street on record to numbers and questions: geometry first, then the rules. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from addressing.borders import remark_borders
from addressing.centreline import street_line, street_on_one_dimension
from addressing.frontage import Door, frontages, read_number
from addressing.rules.model import Frontage, NumberingResult
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry
from addressing.rules.streets import number_street
from addressing.street_facts import StreetOnRecord
from addressing.surroundings import Surroundings


def near_m(policy: Policy) -> float:
    """How far from a street its surroundings matter: a door at the reach, and as far again."""
    return 2 * policy.reach_m


def decide(
    street: StreetOnRecord, around: Surroundings, policy: Policy, answers: Mapping[str, str], on: date
) -> NumberingResult:
    """What the rules say about a street, given these answers. Raises `UnusableStreet`."""
    inquiry = Inquiry(answers)
    centre = street_line(street.line, street.facts.key, inquiry, policy=policy)
    if centre is None:
        return NumberingResult(
            street.facts.key, None, None, (), (), (), (), tuple(inquiry.questions), tuple(inquiry.choices), ()
        )
    remark_borders(centre.line, around.communes, inquiry)
    found = frontages(centre, street.doors, policy=policy, inquiry=inquiry, near=around.near)
    return number_street(
        street_on_one_dimension(centre, street.facts, around.near),
        found,
        on=on,
        policy=policy,
        inquiry=inquiry,
        taken=street.taken | _held_by_doors_left_out(street.doors, found),
        ended=street.ended,
    )


def _held_by_doors_left_out(doors: Sequence[Door], found: Sequence[Frontage]) -> set[HouseNumber]:
    """Numbers and spare numbers of doors that wait for an answer, or were left out by one: nobody else's."""
    placed = {frontage.key for frontage in found}
    waiting = [door for door in doors if door.key not in placed]
    written = (read_number(door.written_number)[0] for door in waiting)
    return {number for number in written if number is not None} | {one for door in waiting for one in door.reserved}
