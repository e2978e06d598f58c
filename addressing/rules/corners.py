"""Houses with several doors: on which street, and at which door, they are numbered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from addressing.rules.model import Elsewhere, Frontage, Land, OpenQuestion, Option, Street
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import EqualWidth
from addressing.rules.questions import LEAVE_OUT, NUMBER_HERE, OFFICER, Inquiry


@dataclass(frozen=True, slots=True)
class Verdict:
    """The street that numbers a house, and why. `street_key` None: the question is open."""

    street_key: str | None
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    key: str
    name: str
    width_m: float | None
    has_main_door: bool
    is_numbered: bool


def wider_street_wins(
    street: Street,
    frontage: Frontage,
    policy: Policy,
    inquiry: Inquiry,
    *,
    street_is_numbered: bool = False,
) -> Verdict:
    """A house with doors on several streets belongs to the one with the larger cross-section."""
    if frontage.existing is not None or not frontage.other_streets:
        return Verdict(street.key, ())
    for other in frontage.other_streets:
        if other.numbers_this_house:
            return Verdict(other.key, ("A16.one_plate", "A6.kept"))
    candidates = _candidates(street, frontage, street_is_numbered)
    alike = streets_of_like_width(candidates, policy)
    if alike is None:
        return _ask_which(frontage, candidates, inquiry, "width_unknown", "A6.corner",
                          "The cross-section of at least one of the streets is not known.",
                          "Chưa biết mặt cắt ngang của ít nhất một đường.")  # fmt: skip
    if len(alike) == 1:
        return Verdict(alike[0].key, ("A6.corner",))
    return equal_streets_need_a_recorded_choice(frontage, alike, policy, inquiry)


def streets_of_like_width(candidates: Sequence[_Candidate], policy: Policy) -> list[_Candidate] | None:
    """The widest street and those within the tolerance of it; None when a width is unknown."""
    widths = [candidate.width_m for candidate in candidates]
    known = [width for width in widths if width is not None]
    if len(known) < len(widths):
        return None
    least_m = max(known) - policy.width_tolerance_m
    return [candidate for candidate in candidates if candidate.width_m is not None and candidate.width_m >= least_m]


def equal_streets_need_a_recorded_choice(
    frontage: Frontage, alike: Sequence[_Candidate], policy: Policy, inquiry: Inquiry
) -> Verdict:
    """Main door or the street already numbered: both are lawful, so the choice is recorded."""
    by_policy: list[str] = []
    if policy.equal_width is EqualWidth.MAIN_DOOR:
        by_policy = [candidate.key for candidate in alike if candidate.has_main_door]
    if policy.equal_width is EqualWidth.NUMBERED_STREET:
        by_policy = [candidate.key for candidate in alike if candidate.is_numbered]
    settled = ("equal_width", by_policy[0]) if len(by_policy) == 1 else None
    return _ask_which(
        frontage, alike, inquiry, "equal_width", "A6.corner.equal",
        "The streets have like cross-sections; main door or numbered street, both are lawful.",
        "Các đường có mặt cắt ngang tương đương; theo cửa chính hay đường đã đánh số đều được.",
        settled,
    )  # fmt: skip


def one_house_one_number(frontages: Sequence[Frontage], inquiry: Inquiry) -> tuple[list[Frontage], list[Elsewhere]]:
    """Of several doors of one house on this street, only the main one takes a number.

    Doors that already carry a number keep it. Empty land is never a door.
    """
    by_house: dict[str, list[Frontage]] = defaultdict(list)
    for frontage in frontages:
        if frontage.house is not None and frontage.land is Land.BUILT:
            by_house[frontage.house].append(frontage)
    waiting: set[str] = set()
    elsewhere: list[Elsewhere] = []
    for frontage in frontages:
        known = frontage.house is not None or frontage.other_streets
        if not known and not a_side_door_alone_is_asked_about(frontage, inquiry):
            waiting.add(frontage.key)
    for house, doors in sorted(by_house.items()):
        if len(doors) == 1:
            continue
        carrying = _doors_with_number(house, doors, inquiry)
        others = {door.key for door in doors} - carrying
        waiting |= others
        if carrying:
            elsewhere += [Elsewhere(key, None, ("A16.one_plate",)) for key in sorted(others)]
    return [frontage for frontage in frontages if frontage.key not in waiting], elsewhere


def a_side_door_alone_is_asked_about(frontage: Frontage, inquiry: Inquiry) -> bool:
    """Whether a door may have a number of its own.

    One that is not the main door of its house, while nobody knows which house that is, might give a
    house a second number.
    """
    if frontage.is_main_door or frontage.existing is not None or frontage.land is Land.EMPTY:
        return True
    question = OpenQuestion(
        "side_door_alone", frontage.key,
        "Does this side door have a house number of its own?", "Cửa phụ này có số nhà riêng không?",
        "It is not a main door, and its house is not on record.",
        "Đây không phải cửa chính và chưa biết thuộc nhà nào.",
        "A16.one_plate", OFFICER, (NUMBER_HERE, LEAVE_OUT),
    )  # fmt: skip
    return inquiry.ask(question) == NUMBER_HERE.value


def _doors_with_number(house: str, doors: Sequence[Frontage], inquiry: Inquiry) -> set[str]:
    carrying = {door.key for door in doors if door.existing is not None}
    if carrying:
        return carrying
    main = [door.key for door in doors if door.is_main_door]
    if len(main) == 1:
        return set(main)
    question = OpenQuestion(
        "main_door_unknown", house,
        "Which door is the main one?", "Cửa nào là cửa chính?",
        "The house has several doors on this street and not exactly one is marked as main.",
        "Nhà có nhiều cửa trên đường này và chưa rõ cửa chính.",
        "A16.one_plate", OFFICER,
        tuple(Option(door, f"Door {door}", f"Cửa {door}") for door in sorted(
            door.key for door in doors)),
    )  # fmt: skip
    answer = inquiry.ask(question)
    return set() if answer is None else {answer}


def _candidates(street: Street, frontage: Frontage, is_numbered: bool) -> list[_Candidate]:
    here = _Candidate(street.key, street.name, street.cross_section_m, frontage.is_main_door, is_numbered)
    return [here] + [
        _Candidate(other.key, other.name, other.cross_section_m, other.has_main_door, other.is_numbered)
        for other in frontage.other_streets
    ]


def _ask_which(
    frontage: Frontage,
    candidates: Sequence[_Candidate],
    inquiry: Inquiry,
    kind: str,
    clause: str,
    why: str,
    why_vi: str,
    policy_answer: tuple[str, str] | None = None,
) -> Verdict:
    options = tuple(
        Option(candidate.key, f"Number it on {candidate.name}", f"Đánh số theo {candidate.name}")
        for candidate in sorted(candidates, key=lambda candidate: candidate.key)
    )
    question = OpenQuestion(
        kind, frontage.key,
        "On which street is this house numbered?", "Nhà này đánh số theo đường nào?",
        why, why_vi, clause, OFFICER, options,
    )  # fmt: skip
    return Verdict(inquiry.ask(question, policy=policy_answer), (clause,))
