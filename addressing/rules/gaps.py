"""New numbers before, between and after numbers that stand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from addressing.rules.fitting import Need, infill_takes_a_letter, plain_numbers_between
from addressing.rules.ledger import Ledger, Seen
from addressing.rules.model import OpenQuestion, Option
from addressing.rules.numbers import HIGHEST_NUMBER, HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import HighExtension, Infill
from addressing.rules.questions import COMMUNE, LEAVE_OUT, OFFICER, Inquiry


def fill_between(
    needs: Sequence[Need[Seen]],
    first: int,
    low: HouseNumber | None,
    high: HouseNumber | None,
    ledger: Ledger,
    policy: Policy,
    inquiry: Inquiry,
) -> None:
    """Give numbers to the needs between two standing numbers; None is the open end.

    What had one of the numbers between them before gets that back first.
    """
    start = 0
    for at, former in what_ended_here_goes_back(needs, first, low, high):
        _fill(needs[start:at], first, low, former, ledger, policy, inquiry)
        ledger.give(needs[at].who, former, "P.ended")
        low, start = former, at + 1
    _fill(needs[start:], first, low, high, ledger, policy, inquiry)


def what_ended_here_goes_back(
    needs: Sequence[Need[Seen]], first: int, low: HouseNumber | None, high: HouseNumber | None
) -> list[tuple[int, HouseNumber]]:
    """Places of the needs whose former number fits between the two, with it; none where these would not grow.

    Where they would not the street was turned or renumbered, and its old order is not the one of today.
    """
    fitting = [
        (at, need.former)
        for at, need in enumerate(needs)
        if need.former is not None
        and need.former.number % 2 == first % 2
        and (low is None or need.former > low)
        and (high is None or need.former < high)
    ]
    return fitting if all(one < other for (_, one), (_, other) in pairwise(fitting)) else []


def _fill(
    needs: Sequence[Need[Seen]],
    first: int,
    low: HouseNumber | None,
    high: HouseNumber | None,
    ledger: Ledger,
    policy: Policy,
    inquiry: Inquiry,
) -> None:
    if not needs:
        return
    if high is None:
        the_series_goes_on_at_the_high_end(needs, first, low, ledger, policy, inquiry)
        return
    free = plain_numbers_between(first, low, high, ledger.used)
    needs = _houses_before_spares(needs, len(free), inquiry)
    for need, number in zip(needs, free, strict=False):
        _hand_out(need, number, ledger)
    squeezed = needs[len(free) :]
    if not squeezed:
        return
    before = free[-1] if free else low
    if before is None:
        nothing_is_free_before_the_first(squeezed, high, ledger, policy, inquiry)
    else:
        _squeeze(squeezed, before, high, ledger, policy, inquiry)


def _houses_before_spares(needs: Sequence[Need[Seen]], free: int, inquiry: Inquiry) -> list[Need[Seen]]:
    """Where numbers are short every house gets one, and land only what is left, low end first."""
    left_for_land = max(0, free - sum(need.is_house for need in needs))
    served: list[Need[Seen]] = []
    for need in needs:
        if need.is_house:
            served.append(need)
        elif left_for_land > 0:
            left_for_land -= 1
            served.append(need)
        else:
            _remark_no_spare(need, inquiry)
    return served


def the_series_goes_on_at_the_high_end(
    needs: Sequence[Need[Seen]],
    first: int,
    low: HouseNumber | None,
    ledger: Ledger,
    policy: Policy,
    inquiry: Inquiry,
) -> None:
    """Behind the last number in use, or on a fresh street: the next free ones of the series."""
    clauses = () if low is None else ("P.extension.high",)
    if low is not None and not _may_go_on(needs[0], low, policy, inquiry):
        return
    number = first if low is None else low.number + 2
    for at, need in enumerate(needs):
        while number <= HIGHEST_NUMBER and HouseNumber(number) in ledger.used:
            number += 2
        if number > HIGHEST_NUMBER:
            _ask_numbers_run_out(needs[at:], inquiry)
            return
        _hand_out(need, HouseNumber(number), ledger, *clauses)


def _may_go_on(first_behind: Need[Seen], low: HouseNumber, policy: Policy, inquiry: Inquiry) -> bool:
    question = OpenQuestion(
        "high_end_extension", first_behind.who.frontage.key,
        f"Do the numbers go on behind {low}?", f"Có đánh số tiếp sau số {low} không?",
        "No text was found on a street that is extended.", "Chưa tìm thấy quy định cho đường kéo dài.",
        "P.extension.high", COMMUNE,
        (Option(HighExtension.GOES_ON, "Yes, with the next numbers of this side", "Có, đánh số tiếp của bên này"),
         LEAVE_OUT),
    )  # fmt: skip
    if policy.high_extension is HighExtension.GOES_ON and question.code not in inquiry.answers:
        return True
    return inquiry.ask(question, policy=("high_extension", policy.high_extension)) == HighExtension.GOES_ON


def _ask_numbers_run_out(needs: Sequence[Need[Seen]], inquiry: Inquiry) -> None:
    """Beyond the highest number that a plate can bear: every house is asked about, land is remarked on."""
    for need in needs:
        if not need.is_house:
            _remark_no_spare(need, inquiry)
            continue
        inquiry.ask(OpenQuestion(
            "numbers_run_out", need.who.frontage.key,
            "Which number does this house get?", "Nhà này mang số nào?",
            f"House numbers end at {HIGHEST_NUMBER}.", f"Số nhà chỉ đến {HIGHEST_NUMBER}.",
            "P.natural", COMMUNE, (LEAVE_OUT,),
        ))  # fmt: skip


def nothing_is_free_before_the_first(
    needs: Sequence[Need[Seen]],
    first: HouseNumber,
    ledger: Ledger,
    policy: Policy,
    inquiry: Inquiry,
) -> None:
    """A house below the lowest number: ask, nearest to the old first house first."""
    for need in reversed(needs):
        letter = infill_takes_a_letter(first.number, None, None, ledger.used, policy)
        options = [LEAVE_OUT]
        if letter is not None:
            options.insert(0, _letter_option(letter, first))
        _ask_and_give(
            need, letter, options, ledger, inquiry, "low_end_extension", "P.extension.low",
            f"There is no natural number left before {first}.",
            f"Không còn số tự nhiên nào trước số {first}.", ("low_extension", policy.low_extension),
        )  # fmt: skip


def _squeeze(
    needs: Sequence[Need[Seen]],
    before: HouseNumber,
    high: HouseNumber,
    ledger: Ledger,
    policy: Policy,
    inquiry: Inquiry,
) -> None:
    """Letters after the smaller neighbour, in order towards the larger one."""
    for need in needs:
        letter = infill_takes_a_letter(before.number, before, high, ledger.used, policy)
        if letter is not None and policy.infill is Infill.LETTER:
            ledger.give(need.who, letter, "P.infill", "P.letters")
            before = letter
            continue
        any_letter = letter or infill_takes_a_letter(before.number, None, None, ledger.used, policy)
        options = [LEAVE_OUT]
        if any_letter is not None:
            options.insert(0, _letter_option(any_letter, before))
        _ask_and_give(
            need, any_letter, options, ledger, inquiry, "no_number_between", "P.infill",
            f"No number is free between {before} and {high}.",
            f"Không còn số nào giữa {before} và {high}.",
        )  # fmt: skip
        if letter is not None and letter in ledger.used:
            before = letter


def _ask_and_give(
    need: Need[Seen],
    number: HouseNumber | None,
    options: Sequence[Option],
    ledger: Ledger,
    inquiry: Inquiry,
    kind: str,
    clause: str,
    why: str,
    why_vi: str,
    policy: tuple[str, str] | None = None,
) -> None:
    question = OpenQuestion(
        kind, need.who.frontage.key,
        "Which number does this house get?", "Nhà này mang số nào?",
        why, why_vi, clause, OFFICER if kind == "no_number_between" else COMMUNE, tuple(options),
    )  # fmt: skip
    if inquiry.ask(question, policy=policy) == "letter" and number is not None:
        ledger.give(need.who, number, clause, "P.letters")


def _letter_option(letter: HouseNumber, neighbour: HouseNumber) -> Option:
    return Option(
        "letter", f"A letter of its neighbour {neighbour}: {letter}",
        f"Thêm chữ theo số {neighbour}: {letter}",
    )  # fmt: skip


def _hand_out(need: Need[Seen], number: HouseNumber, ledger: Ledger, *clauses: str) -> None:
    if need.is_house:
        ledger.give(need.who, number, *clauses)
    else:
        ledger.keep(need.who, number, need.clause, *clauses)


def _remark_no_spare(need: Need[Seen], inquiry: Inquiry) -> None:
    inquiry.remark(
        "no_spare_left", need.who.frontage.key,
        "No number is free between its neighbours to keep spare for this land.",
        "Không còn số giữa hai nhà bên cạnh để dự phòng cho đất này.", "A6.spare",
    )  # fmt: skip
