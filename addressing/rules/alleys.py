"""Alleys (Article 7): which way they are numbered, and what an unnamed one is called."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from addressing.rules.fitting import infill_takes_a_letter
from addressing.rules.model import Alley, Direction, Mouth, OpenQuestion, Option, Run
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.questions import COMMUNE, Inquiry

WORDS = ("Ngõ", "Ngách", "Hẻm")
"""What alleys of the first, second and third level are called in the north."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A number on the side of a street on which an alley opens."""

    number: HouseNumber
    distance_m: float
    # from the low end of that street


def alley_direction(alley: Alley, policy: Policy, inquiry: Inquiry) -> Direction | None:
    """From the mouth inward; None while it is open where it begins. The compass does not apply."""
    if not alley.mouths:
        return _ask(alley, inquiry, "alley_without_mouth", "A7.inward",
                    "Neither end of the alley touches a street.", "Không đầu ngõ nào nối với đường.")  # fmt: skip
    highest = min(mouth.level for mouth in alley.mouths)
    mouths = [mouth for mouth in alley.mouths if mouth.level == highest]
    if len(mouths) == 1:
        return an_alley_is_numbered_from_its_mouth_inward(mouths[0])
    named = [mouth for mouth in mouths if mouth.street_key == alley.bears_name_of]
    if len(named) == 1:
        return a_named_alley_begins_at_the_street_of_its_name(named[0])
    return an_unnamed_alley_begins_at_the_wider_street(alley, mouths, policy, inquiry)


def an_alley_is_numbered_from_its_mouth_inward(mouth: Mouth) -> Direction:
    """One mouth, or one that is higher than the other: from there to the other end."""
    return Direction(_from(mouth), ("A7.inward",))


def a_named_alley_begins_at_the_street_of_its_name(mouth: Mouth) -> Direction:
    """An alley between two streets with the name of one of them."""
    return Direction(_from(mouth), ("A7.named",))


def an_unnamed_alley_begins_at_the_wider_street(
    alley: Alley, mouths: Sequence[Mouth], policy: Policy, inquiry: Inquiry
) -> Direction | None:
    """An alley between two streets: from the one with the larger cross-section, or ask."""
    widths = [mouth.cross_section_m for mouth in mouths]
    known = [width for width in widths if width is not None]
    if len(known) == len(widths) and max(known) - min(known) > policy.width_tolerance_m:
        widest = max(mouths, key=lambda mouth: mouth.cross_section_m or 0.0)
        return Direction(_from(widest), ("A7.wider",))
    return _ask(alley, inquiry, "alley_of_equal_streets", "A7.equal",
                "Both streets are alike in width, or a width is not known.",
                "Hai đường tương đương hoặc chưa biết mặt cắt ngang.")  # fmt: skip


def alley_takes_the_number_before_its_mouth(
    neighbours: Sequence[Neighbour],
    mouth_m: float,
    level: int,
    policy: Policy,
    inquiry: Inquiry,
    *,
    taken: Collection[HouseNumber] = (),
    key: str = "",
) -> str | None:
    """`Ngõ 99` for a mouth between 99 and 101; None before the first house, which is asked about.

    `neighbours` are the numbers on the mouth's side, `mouth_m` is measured from the same low end,
    `level` is 1 for an alley off a street. `taken` are numbers that other alleys bear already: two
    mouths behind one house become Ngõ 99 and Ngõ 99A.
    """
    before = [item for item in neighbours if item.distance_m <= mouth_m]
    if not before:
        inquiry.ask(OpenQuestion(
            "alley_before_first_house", key,
            "What is this alley called?", "Ngõ này tên là gì?",
            "Its mouth lies before the first house, so there is no number to take.",
            "Đầu ngõ nằm trước nhà đầu tiên nên không có số để đặt tên.",
            "A7.first", COMMUNE,
            (Option("wait", "Wait for a decision", "Chờ quyết định"),),
        ))  # fmt: skip
        return None
    number = max(item.number for item in before)
    if number in taken:
        lettered = infill_takes_a_letter(number.number, number, None, set(taken), policy)
        return None if lettered is None else f"{WORDS[level - 1]} {lettered}"
    return f"{WORDS[level - 1]} {number}"


def _from(mouth: Mouth) -> Run:
    return Run.FORWARD if mouth.at_start else Run.BACKWARD


def _ask(alley: Alley, inquiry: Inquiry, kind: str, clause: str, why: str, why_vi: str) -> Direction | None:
    by_answer = {f"from_{mouth.street_key}": mouth for mouth in alley.mouths}
    options = tuple(
        Option(value, f"From {mouth.street_name}", f"Từ {mouth.street_name}")
        for value, mouth in sorted(by_answer.items())
    )
    question = OpenQuestion(
        kind, "", "At which end does the alley begin?", "Ngõ bắt đầu từ đầu nào?",
        why, why_vi, clause, COMMUNE, options,
    )  # fmt: skip
    answer = inquiry.ask(question)
    return None if answer is None else Direction(_from(by_answer[answer]), (clause,))
