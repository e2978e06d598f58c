"""The YAML cases of groups, flats, division and plates, and what they must refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addressing.rules.apartments import (
    a_flat_is_floor_dash_flat,
    basements_count_downwards,
    flats_run_clockwise,
    floors_count_from_one_above_ground,
)
from addressing.rules.changes import (
    NotTheNumberToKeep,
    a_divided_house_adds_letters,
    a_joined_house_shows_one_of_its_numbers,
)
from addressing.rules.groups import (
    GROUP_LETTERS,
    a_building_bears_group_and_ordinal,
    groups_are_lettered_from_the_entrance,
    several_axes_need_an_order,
)
from addressing.rules.numbers import HouseNumber
from addressing.rules.papers import an_address_agrees_with_the_certificate
from addressing.rules.plates import (
    PlateKind,
    Wording,
    a_building_plate_bears_its_name,
    a_building_plate_hangs_at,
    a_flat_plate_bears_block_floor_and_flat,
    a_floor_plate_bears_its_floor,
    a_group_plate_bears_its_letter,
    a_house_plate_bears_number_and_way,
    a_plate_without_a_size_is_asked_about,
    a_stair_plate_bears_its_number,
    a_street_plate_widens_with_its_characters,
    an_alley_sign_names_the_alley_and_its_street,
    other_plates_hang,
    the_plate_hangs_at_the_main_door,
)
from addressing.rules.policy import Policy, PolicyRecord, UnknownPolicy, policy_on
from addressing.rules.questions import Inquiry
from tests.circular.cases import CASES
from tests.circular.estate_drawing import policy_of


def number(written: object) -> HouseNumber:
    return HouseNumber.parse(str(written))


def axes(case: dict[str, Any]) -> dict[str, Any]:
    inquiry = Inquiry(case.get("answers", {}))
    order = several_axes_need_an_order(case["axes"], policy_of(case), inquiry)
    return {"order": order} if order else {"open": inquiry.questions[0].code}


def divided(case: dict[str, Any]) -> list[str]:
    facts = case["divided"]
    taken = [number(item) for item in facts.get("taken", [])]
    inquiry = Inquiry()
    parts = a_divided_house_adds_letters(
        number(facts["number"]), facts["parts"], policy_of(case), taken=taken, inquiry=inquiry
    )
    return [str(item) for item in parts] if parts else [question.code for question in inquiry.questions]


def joined(case: dict[str, Any]) -> dict[str, Any]:
    kept = number(case["keep"]) if "keep" in case else None
    try:
        outcome = a_joined_house_shows_one_of_its_numbers(
            [number(item) for item in case["joined"]], policy_of(case), kept=kept
        )
    except NotTheNumberToKeep:
        return {"refused": True}
    if outcome is None:
        return {"asks_which": True}
    return {"kept": str(outcome.kept), "spare" if outcome.freed_stay_spare else "ended": list(map(str, outcome.freed))}


def plate(case: dict[str, Any]) -> dict[str, int]:
    size = a_street_plate_widens_with_its_characters(number(case["plate"]))
    assert size is not None
    return asdict(size)


def plate_size(case: dict[str, Any]) -> dict[str, Any]:
    facts, day = case["plate_size"], date(2026, 1, 1)
    records = [PolicyRecord(name, value, day, "12/QĐ-SXD") for name, value in facts.get("policy", {}).items()]
    kind = PlateKind(facts["kind"])
    inquiry = Inquiry({f"plate_size:{kind.value}": facts["answer"]} if "answer" in facts else {})
    found = a_plate_without_a_size_is_asked_about(kind, facts["main"], policy_on(day, records), inquiry)
    if found is None:
        [question] = inquiry.questions
        return {"open": question.code, "asks": question.who_decides}
    return {**asdict(found.size), "set_by": found.set_by}


def wording(case: dict[str, Any]) -> dict[str, Any]:
    facts = case["wording"]
    policy = policy_of(case)
    makers: dict[str, Callable[[], Wording]] = {
        "house": lambda: a_house_plate_bears_number_and_way(
            number(facts["house"]), tuple(facts["way"]), facts["commune"], policy
        ),
        "alley": lambda: an_alley_sign_names_the_alley_and_its_street(facts["alley"], facts["outer"]),
        "group": lambda: a_group_plate_bears_its_letter(facts["group"], policy),
        "building": lambda: a_building_plate_bears_its_name(**facts["building"]),
        "stair": lambda: a_stair_plate_bears_its_number(facts["stair"], policy),
        "floor": lambda: a_floor_plate_bears_its_floor(facts["floor"], policy),
        "flat": lambda: a_flat_plate_bears_block_floor_and_flat(**facts["flat"]),
    }
    made = asdict(next(maker for key, maker in makers.items() if key in facts)())
    return {**made, "below": list(made["below"])}


def other_place(case: dict[str, Any]) -> str:
    place = other_plates_hang(PlateKind(case["other_place"]), policy_of(case))
    return "asked" if place is None else place[1]


DECIDE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "groups": lambda case: groups_are_lettered_from_the_entrance(
        case["groups"]["left"], case["groups"]["right"], Inquiry()
    ),
    "axes": axes,
    "building": lambda case: a_building_bears_group_and_ordinal(**case["building"]),
    "flat": lambda case: a_flat_is_floor_dash_flat(**case["flat"]),
    "floors": lambda case: floors_count_from_one_above_ground(**case["floors"]),
    "basements": lambda case: basements_count_downwards(case["basements"]),
    "clockwise": lambda case: flats_run_clockwise(case["clockwise"]["azimuths"], case["clockwise"]["first"]),
    "divided": divided,
    "joined": joined,
    "plate": plate,
    "plate_size": plate_size,
    "wording": wording,
    "building_place": lambda case: list(a_building_plate_hangs_at(**case["building_place"])),
    "other_place": other_place,
    "certificate": lambda case: an_address_agrees_with_the_certificate(
        case["certificate"]["written"], case["certificate"]["says"]
    ),
    "plate_place": lambda case: the_plate_hangs_at_the_main_door(case["plate_place"]["fence_near_road"])[1],
}
"""The key that makes a case one of these -> what decides it."""


@pytest.mark.parametrize(
    ("kind", "case"),
    [pytest.param(kind, case, id=case["case"]) for case in CASES for kind in DECIDE if kind in case],
)
def test_case(kind: str, case: dict[str, Any]) -> None:
    assert DECIDE[kind](case) == case["expect"]


@given(st.integers(0, 30), st.integers(0, 30))
def test_no_two_groups_share_a_letter_and_none_is_lost_in_silence(left: int, right: int) -> None:
    inquiry = Inquiry()
    keys = [f"l{row}" for row in range(left)], [f"r{row}" for row in range(right)]
    letters = groups_are_lettered_from_the_entrance(*keys, inquiry)
    assert len(set(letters.values())) == len(letters)
    assert (len(letters) < left + right) == bool(inquiry.questions)


@given(st.integers(1, 60), st.sets(st.integers(2, 60), max_size=6))
def test_floors_are_distinct_and_keep_their_count(storeys: int, avoided: set[int]) -> None:
    names = floors_count_from_one_above_ground(storeys, avoided)
    assert len(set(names)) == len(names) == storeys
    assert not {str(floor) for floor in avoided} & set(names)


@pytest.mark.parametrize(
    ("group", "ordinal", "street"), [("Ă", 1, None), ("A", 0, None), ("AB", 1, None), ("A", 1, "b l")]
)
def test_malformed_building_names_are_refused(group: str, ordinal: int, street: str | None) -> None:
    with pytest.raises(ValueError, match=r"group letter|initials"):
        a_building_bears_group_and_ordinal(group, ordinal, street)


def test_a_division_beyond_the_alphabet_needs_a_decision() -> None:
    assert a_divided_house_adds_letters(HouseNumber(15), len(GROUP_LETTERS) + 2, Policy()) is None


def test_a_plate_of_five_characters_is_not_invented() -> None:
    assert a_street_plate_widens_with_its_characters(HouseNumber(12045)) is None


@pytest.mark.parametrize("size", ["230", "230x", "0x150", "230x150x2", "20x20", "9999x150", "a x b"])
def test_a_size_that_no_workshop_can_read_is_refused(size: str) -> None:
    with pytest.raises(UnknownPolicy):
        Policy(plate_size_flat=size)


@pytest.mark.parametrize("letter", ["", "AB", "Ă", "1"])
def test_a_group_plate_bears_one_letter_of_the_list(letter: str) -> None:
    with pytest.raises(ValueError, match="group letter"):
        a_group_plate_bears_its_letter(letter)


def test_a_floor_without_a_name_is_no_floor() -> None:
    for make in (
        lambda: a_floor_plate_bears_its_floor(" "),
        lambda: a_flat_plate_bears_block_floor_and_flat("", "", 1),
    ):
        with pytest.raises(ValueError, match="name"):
            make()
