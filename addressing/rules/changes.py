"""What becomes of numbers when houses are divided or joined."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from addressing.rules.fitting import infill_takes_a_letter
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Joined:
    """The number that a joined house shows, and those that become spare."""

    kept: HouseNumber
    spare: tuple[HouseNumber, ...]


def a_divided_house_adds_letters(
    number: HouseNumber, parts: int, policy: Policy, *, taken: Collection[HouseNumber] = ()
) -> list[HouseNumber] | None:
    """15 in three parts: 15, 15A, 15B, along the direction of numbering.

    Letters that neighbours carry are passed over; None when the alphabet does not suffice, which
    needs a decision. Raises `ValueError` for fewer than two parts.
    """
    if parts < 2:
        raise ValueError("A division makes at least two parts.")
    numbers = [number]
    while len(numbers) < parts:
        used = {*taken, *numbers}
        following = infill_takes_a_letter(number.number, numbers[-1], None, used, policy)
        if following is None:
            return None
        numbers.append(following)
    return numbers


def a_joined_house_keeps_the_smallest(numbers: Sequence[HouseNumber]) -> Joined:
    """7, 9 and 11 joined show 7; 9 and 11 become spare. Raises `ValueError` for fewer than two."""
    if len(set(numbers)) < 2:
        raise ValueError("A merger joins at least two numbers.")
    smallest, *others = sorted(set(numbers))
    return Joined(smallest, tuple(others))
