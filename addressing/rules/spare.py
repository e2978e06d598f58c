"""Spare numbers: for empty land, and for the further lots under one house (Article 6)."""

from __future__ import annotations

from addressing.rules.model import Frontage, Land, OpenQuestion, Option
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import SpareFirst
from addressing.rules.questions import COMMUNE, OFFICER, Inquiry


def a_spare_number_is_used_first(
    frontage: Frontage, used: set[HouseNumber], policy: Policy, inquiry: Inquiry
) -> HouseNumber | None:
    """The lowest spare number kept for this land, unless somebody carries it by now.

    None too where a local policy or an answer lets it stay spare: then the house is fitted in beside it.
    """
    if not frontage.reserved or frontage.land is not Land.BUILT or frontage.existing is not None:
        return None
    number = min((number for number in frontage.reserved if number not in used), default=None)
    if number is None:
        return None
    question = OpenQuestion(
        "spare_number", frontage.key,
        f"Does this house take the spare number {number} of its land?",
        f"Nhà này có lấy số dự phòng {number} của thửa đất không?",
        "A spare number is kept for the land; the text does not say who takes it.",
        "Thửa đất có số dự phòng; văn bản không nói nhà nào được lấy.", "P.spare.first", OFFICER,
        (Option(SpareFirst.TAKE, f"It takes {number}", f"Lấy số {number}"),
         Option(SpareFirst.KEEP, f"{number} stays spare; the house is fitted in beside it",
                f"Giữ số {number} dự phòng; xếp nhà bên cạnh")),
    )  # fmt: skip
    if policy.spare_first is SpareFirst.TAKE and question.code not in inquiry.answers:
        return number
    return number if inquiry.ask(question, policy=("spare_first", policy.spare_first)) == SpareFirst.TAKE else None


def empty_land_keeps_spare_numbers(frontage: Frontage, policy: Policy, inquiry: Inquiry) -> tuple[int, str] | None:
    """How many spare numbers, and by which clause: plan lots first, then the frontage module."""
    if frontage.plan_lots is not None:
        return frontage.plan_lots, "A6.spare"
    if frontage.width_m is not None:
        # a hair of tolerance: 60.0 m measured as 59.999 is still three modules
        return int((frontage.width_m + 0.01) // policy.empty_land_module_m), "A6.spare.module"
    question = OpenQuestion(
        "empty_land_unmeasured", frontage.key,
        "How many spare numbers does this empty land keep?",
        "Đất trống này để bao nhiêu số dự phòng?",
        "Neither plan lots nor the length of its frontage are known.",
        "Chưa có lô quy hoạch và chiều dài mặt tiền.",
        "A6.spare", COMMUNE, takes_count=True,
    )  # fmt: skip
    answer = inquiry.ask(question)
    return None if answer is None else (int(answer), "A6.spare")


def one_house_on_several_lots_shows_the_first(frontage: Frontage, policy: Policy) -> int:
    """How many further numbers its other lots keep spare."""
    return (frontage.plan_lots or 1) - 1 if policy.reserve_other_lots else 0


def spare_numbers_wanted(frontage: Frontage, policy: Policy, inquiry: Inquiry) -> tuple[int, str]:
    """How many numbers to keep spare at a frontage, and the clause that says so."""
    if frontage.land is Land.BUILT:
        return one_house_on_several_lots_shows_the_first(frontage, policy), "A6.spare.lots"
    return empty_land_keeps_spare_numbers(frontage, policy, inquiry) or (0, "A6.spare")
