"""Arithmetic of fitting new numbers between numbers that stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy

W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Need(Generic[W]):
    """Somebody waits for a number: a house for its own, or land for a spare one."""

    who: W
    is_house: bool
    clause: str = ""
    former: HouseNumber | None = None
    # of a house: the number that it had before


def longest_growing(numbers: Sequence[HouseNumber]) -> list[HouseNumber]:
    """The longest strictly growing run of numbers, in place order; the rest is out of order.

    New numbers are fitted between the members of this run only. Of several equally long runs it
    returns the one that ends in the smallest number, so the same input gives the same output.
    """
    ends: list[HouseNumber] = []
    ends_at: list[int] = []
    previous: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        previous.append(ends_at[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        ends_at[length : length + 1] = [place]
    run: list[HouseNumber] = []
    place = ends_at[-1] if ends_at else -1
    while place >= 0:
        run.append(numbers[place])
        place = previous[place]
    return run[::-1]


def plain_numbers_between(
    first: int, low: HouseNumber | None, high: HouseNumber, used: set[HouseNumber]
) -> list[HouseNumber]:
    """Unused natural numbers of a side's parity strictly between two standing ones.

    `first` is 1 or 2, the lowest number of the side; `low` None means from there.
    """
    start = first if low is None else low.number + 2
    return [
        number for number in map(HouseNumber, range(start, high.number + 1, 2)) if number < high and number not in used
    ]


def infill_takes_a_letter(
    base: int,
    low: HouseNumber | None,
    high: HouseNumber | None,
    used: set[HouseNumber],
    policy: Policy,
) -> HouseNumber | None:
    """The first free `base` + letter that sorts between `low` and `high`; None when there is none.

    None for a bound means unbounded. Letters come from the policy, in alphabetical order.
    """
    for letter in policy.suffix_letters:
        number = HouseNumber(base, letter)
        above = low is None or number > low
        below = high is None or number < high
        if above and below and number not in used:
            return number
    return None
