"""Number one street-front street by Article 6: the rules in the order in which they apply."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from addressing.rules.corners import one_house_one_number, wider_street_wins
from addressing.rules.direction import compass_words, decide_direction
from addressing.rules.ended import EndedNumber, numbers_that_stay_ended, what_each_door_had
from addressing.rules.ledger import Ledger, seen_from_the_low_end
from addressing.rules.model import Direction, Elsewhere, Frontage, Land, NumberingResult, Street
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry
from addressing.rules.sequence import (
    number_side,
    numbers_in_use_stay,
    odd_numbers_are_on_the_left,
    old_numbers_may_stand_on_the_other_sides,
)
from addressing.rules.unnamed import a_way_without_a_name_is_asked_about


def number_street(
    street: Street,
    frontages: Sequence[Frontage],
    *,
    on: date,
    policy: Policy | None = None,
    answers: Mapping[str, str] | None = None,
    inquiry: Inquiry | None = None,
    taken: Collection[HouseNumber] = (),
    ended: Collection[EndedNumber] = (),
) -> NumberingResult:
    """Decide every number on a street, or ask.

    `on` is the day whose law applies; `answers` maps question codes to an officer's answers;
    `inquiry` carries questions that were already asked on the way here (by the geometry); `taken`
    are numbers in force whose door is not among the frontages, `ended` those that ended. The order of
    `frontages` does not matter; their keys must differ.
    """
    if len({frontage.key for frontage in frontages}) < len(frontages):
        raise ValueError("Two frontages have the same key.")
    policy = policy or Policy()
    inquiry = inquiry or Inquiry(answers or {})
    if not a_way_without_a_name_is_asked_about(street, frontages, inquiry):
        return _result(street, None, Ledger(()), [], inquiry)
    direction = decide_direction(street, frontages, policy, inquiry, on)
    here, elsewhere, reasons = _numbered_here(street, frontages, policy, inquiry)
    here, other_doors = one_house_one_number(here, inquiry)
    elsewhere += other_doors
    if direction is None:
        return _result(street, None, Ledger(()), elsewhere, inquiry)
    unavailable = {
        *taken,
        *numbers_that_stay_ended(ended, policy, on),
        *_kept_for_doors_without_number(frontages, here),
    }
    ledger = Ledger((*direction.clauses, "A6.series", "A6.left"), reasons, unavailable)
    seen = seen_from_the_low_end(here, direction.run, street.length_m)
    numbers_in_use_stay(seen, ledger, inquiry)
    carried = {given.number for given in ledger.assignments}.union(taken)
    formers = {door: number for door, number in what_each_door_had(ended).items() if number not in carried}
    odd_side = old_numbers_may_stand_on_the_other_sides(seen, policy, inquiry)
    if odd_side is not None:
        for side in (odd_side, odd_side.opposite):
            on_side = [item for item in seen if item.side is side]
            first = odd_numbers_are_on_the_left(side, odd_side)
            number_side(on_side, first, ledger, policy, inquiry, formers)
    return _result(street, direction, ledger, elsewhere, inquiry)


def _numbered_here(
    street: Street, frontages: Sequence[Frontage], policy: Policy, inquiry: Inquiry
) -> tuple[list[Frontage], list[Elsewhere], dict[str, tuple[str, ...]]]:
    """Corner houses first: what the wider street takes away gets no number here."""
    is_numbered = sum(frontage.existing is not None for frontage in frontages) > 1
    here: list[Frontage] = []
    elsewhere: list[Elsewhere] = []
    reasons: dict[str, tuple[str, ...]] = {}
    for frontage in sorted(frontages, key=lambda frontage: frontage.key):
        if frontage.land is Land.EMPTY:
            here.append(frontage)
            continue
        verdict = wider_street_wins(street, frontage, policy, inquiry, street_is_numbered=is_numbered)
        if verdict.street_key == street.key:
            here.append(frontage)
            reasons[frontage.key] = verdict.clauses
        elif verdict.street_key is not None:
            elsewhere.append(Elsewhere(frontage.key, verdict.street_key, verdict.clauses))
    return here, elsewhere, reasons


def _kept_for_doors_without_number(frontages: Sequence[Frontage], here: Sequence[Frontage]) -> set[HouseNumber]:
    """Spare numbers of doors that take none here, such as the further doors of a joined house: nobody else's."""
    numbered = {frontage.key for frontage in here}
    return {number for frontage in frontages if frontage.key not in numbered for number in frontage.reserved}


def _result(
    street: Street,
    direction: Direction | None,
    ledger: Ledger,
    elsewhere: list[Elsewhere],
    inquiry: Inquiry,
) -> NumberingResult:
    return NumberingResult(
        street_key=street.key,
        run=direction.run if direction else None,
        compass=compass_words(street, direction.run) if direction else None,
        direction_clauses=direction.clauses if direction else (),
        assignments=tuple(sorted(ledger.assignments, key=lambda given: (given.number.order, given.key))),
        reserved=tuple(sorted(ledger.reserved, key=lambda spare: spare.number.order)),
        elsewhere=tuple(elsewhere),
        questions=tuple(inquiry.questions),
        choices=tuple(inquiry.choices),
        notes=tuple(inquiry.notes),
    )
