"""What becomes of numbers when houses are divided or joined."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from addressing.rules.fitting import infill_takes_a_letter
from addressing.rules.model import OpenQuestion, Option
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import Division, MergerFreed, MergerNumber
from addressing.rules.questions import COMMUNE, Inquiry


@dataclass(frozen=True, slots=True)
class Joined:
    """The number that a joined house shows, and the others."""

    kept: HouseNumber
    freed: tuple[HouseNumber, ...]
    freed_stay_spare: bool
    # kept for their doors; else they end


class NotTheNumberToKeep(ValueError):
    """A joined house is to show a number that it has not, or that the policy does not let it show."""


def a_divided_house_adds_letters(
    number: HouseNumber, parts: int, policy: Policy, *, taken: Collection[HouseNumber] = (),
    inquiry: Inquiry | None = None,
) -> list[HouseNumber] | None:  # fmt: skip
    """15 in three parts: 15, 15A, 15B, along the direction of numbering; by another policy 15A, 15B, 15C.

    Letters that neighbours carry are passed over; None when the alphabet does not suffice, or while the policy is
    to ask and nobody has answered in `inquiry`. Raises `ValueError` for fewer than two parts.
    """
    if parts < 2:
        raise ValueError("A division makes at least two parts.")
    way = _what_the_parts_bear(number, policy, inquiry or Inquiry())
    if way is None:
        return None
    numbers = [number] if way == Division.ONE_KEEPS else []
    while len(numbers) < parts:
        used = {*taken, *numbers, number}
        following = infill_takes_a_letter(number.number, (numbers or [number])[-1], None, used, policy)
        if following is None:
            return None
        numbers.append(following)
    return numbers


def _what_the_parts_bear(number: HouseNumber, policy: Policy, inquiry: Inquiry) -> str | None:
    question = OpenQuestion(
        "division", str(number),
        f"What do the parts of the house {number} bear?", f"Các phần của nhà số {number} mang số nào?",
        "The sentence is known of the regulation of 2006 only.", "Chỉ thấy trong Quy chế năm 2006.",
        "R17.division", COMMUNE,
        (Option(Division.ONE_KEEPS, "One keeps the number, the others add letters",
                "Một phần giữ số, các phần khác thêm chữ"),
         Option(Division.ALL_LETTERED, "Each adds a letter", "Phần nào cũng thêm chữ")),
    )  # fmt: skip
    return inquiry.ask(question, policy=("division", policy.division))


def a_joined_house_shows_one_of_its_numbers(
    numbers: Sequence[HouseNumber], policy: Policy, *, kept: HouseNumber | None = None
) -> Joined | None:
    """7, 9 and 11 joined show 7; 9 and 11 become spare, or end where the policy says so.

    `kept` is the number that whoever asks wants to keep. None where the policy leaves that choice to them and they
    made none. Raises `NotTheNumberToKeep`, and `ValueError` for fewer than two numbers.
    """
    joined = set(numbers)
    if len(joined) < 2:
        raise ValueError("A merger joins at least two numbers.")
    smallest = min(joined)
    if kept is not None and kept not in joined:
        raise NotTheNumberToKeep(f"{kept} is none of the joined numbers.")
    if policy.merger_number is MergerNumber.SMALLEST:
        if kept not in (None, smallest):
            raise NotTheNumberToKeep(f"A joined house shows the smallest of its numbers, {smallest}, and not {kept}.")
        kept = smallest
    if kept is None:
        return None
    return Joined(kept, tuple(sorted(joined - {kept})), policy.merger_freed is MergerFreed.SPARE)
