"""From a street on record to numbers and questions: geometry first, then the rules. No database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from addressing.borders import remark_borders
from addressing.centreline import street_line, street_on_one_dimension
from addressing.frontage import frontages
from addressing.rules.model import NumberingResult
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
    return number_street(
        street_on_one_dimension(centre, street.facts, around.near),
        frontages(centre, street.doors, policy=policy, inquiry=inquiry, near=around.near),
        on=on,
        policy=policy,
        inquiry=inquiry,
        taken=street.taken,
    )
