"""Numbers that ended: whose they may be again, and when."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import EndedNumbers


@dataclass(frozen=True, slots=True)
class EndedNumber:
    """A number of the street that some place had and nobody has now."""

    number: HouseNumber
    door: str | None
    # key of the frontage at which it hung last; None where that is gone
    ended_on: date


def numbers_that_stay_ended(ended: Iterable[EndedNumber], policy: Policy, on: date) -> set[HouseNumber]:
    """Those that no other place may get on this day. A spare number that nobody ever had is none of them."""
    return {one.number for one in ended if may_be_given_from(one.ended_on, policy) > on}


def may_be_given_from(ended_on: date, policy: Policy) -> date:
    """The day from which another place may get a number; the last day of the calendar for never."""
    if policy.ended_numbers is EndedNumbers.NEVER:
        return date.max
    years, month = divmod(ended_on.month - 1 + int(policy.ended_wait_months), 12)
    if ended_on.year + years > date.max.year:
        return date.max
    year, month = ended_on.year + years, month + 1
    return date(year, month, min(ended_on.day, monthrange(year, month)[1]))


def what_each_door_had(ended: Iterable[EndedNumber]) -> dict[str, HouseNumber]:
    """Door -> the number that ended there last."""
    latest: dict[str, EndedNumber] = {}
    for one in sorted(ended, key=lambda one: (one.ended_on, one.number)):
        if one.door is not None:
            latest[one.door] = one
    return {door: one.number for door, one in latest.items()}
