"""Whole estates by the rules: no name twice, names stay, nothing is chosen in silence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addressing.rules import estate_record
from addressing.rules.clauses import CLAUSES
from addressing.rules.estate_model import Estate, EstateResult, Part, PartKind
from addressing.rules.estates import initials_of, name_estate
from addressing.rules.model import Side
from addressing.rules.policy import Policy, UnknownPolicy
from addressing.rules.policy_choices import BuildingForm
from addressing.rules.questions import Inquiry
from tests.circular.cases import CASES
from tests.circular.estate_drawing import name

POLICY = Policy(building_form=BuildingForm.LETTER)
drawn = [pytest.param(case, id=case["case"]) for case in CASES if "estate" in case]


@pytest.mark.parametrize("case", drawn)
def test_estate_case(case: dict[str, Any]) -> None:
    result = name(case["estate"])
    assert {one.key: one.name for one in result.named} == case["expect"]["names"]
    assert [question.code for question in result.questions] == case["expect"].get("open", [])


@pytest.mark.parametrize("case", drawn)
def test_a_result_survives_json_and_cites_known_clauses(case: dict[str, Any]) -> None:
    result = name(case["estate"])
    assert estate_record.from_data(json.loads(json.dumps(estate_record.as_data(result)))) == result
    assert all(one.clauses and set(one.clauses) <= CLAUSES.keys() for one in result.named)
    assert {question.clause for question in result.questions} <= CLAUSES.keys()


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """Up to six groups with up to three buildings of up to three floors and flats, all facts known."""
    parts = []
    for group in range(draw(st.integers(1, 6))):
        key = f"g{group}"
        side, distance = draw(st.sampled_from(Side)), draw(st.floats(0, 500))
        parts.append(Part(key, PartKind.GROUP, None, key, side=side, distance_m=distance, place=group))
        for building in range(draw(st.integers(0, 3))):
            inner = f"{key}b{building}"
            storeys = draw(st.integers(1, 15))
            avoided = tuple(draw(st.sets(st.integers(2, 15), max_size=3)))
            parts.append(Part(inner, PartKind.BUILDING, key, inner, distance_m=draw(st.floats(0, 90)),
                              storeys=storeys, avoided=avoided, place=building))  # fmt: skip
            for level in draw(st.sets(st.integers(1, storeys), max_size=3)):
                floor = f"{inner}f{level}"
                parts.append(Part(floor, PartKind.FLOOR, inner, floor, level=level, place=level))
                parts += [
                    Part(f"{floor}x{flat}", PartKind.FLAT, floor, str(flat), azimuth_deg=draw(st.floats(0, 359)),
                         is_first=flat == 0, place=flat)
                    for flat in range(draw(st.integers(0, 3)))
                ]  # fmt: skip
    return Estate("E", "Khu", "Đường A", tuple(parts))


def run(estate: Estate) -> EstateResult:
    return name_estate(estate, POLICY, Inquiry())


def scope_of(estate: Estate, key: str) -> str:
    """Where a name must be the only one of its kind: the estate, or the building."""
    parts = {part.key: part for part in estate.parts}
    part = parts[key]
    while part.kind not in (PartKind.GROUP, PartKind.BUILDING):
        assert part.parent is not None
        part = parts[part.parent]
    return "" if parts[key].kind in (PartKind.GROUP, PartKind.BUILDING) else part.key


@given(estates())
def test_everything_is_named_once_and_no_name_stands_twice(estate: Estate) -> None:
    result = run(estate)
    assert not result.questions
    assert [one.key for one in result.named] != []
    assert len(result.named) == len(estate.parts)
    names = [(scope_of(estate, one.key), one.kind, one.name) for one in result.named]
    assert len(set(names)) == len(names)


@given(estates(), st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(estate: Estate, random: Any) -> None:
    shuffled = list(estate.parts)
    random.shuffle(shuffled)
    assert run(replace(estate, parts=tuple(shuffled))).named == run(estate).named


def in_force(estate: Estate, result: EstateResult) -> Estate:
    names = {one.key: one.name for one in result.named}
    return replace(estate, parts=tuple(replace(part, name=names.get(part.key)) for part in estate.parts))


@given(estates())
def test_naming_a_second_time_adds_nothing(estate: Estate) -> None:
    named = in_force(estate, run(estate))
    again = run(named)
    assert again.new == ()
    assert {one.key: one.name for one in again.named} == {part.key: part.name for part in named.parts}


@given(estates(), st.sampled_from(Side), st.floats(0, 600))
def test_an_added_group_changes_no_name_and_is_named_or_asked_about(
    estate: Estate, side: Side, distance_m: float
) -> None:
    named = in_force(estate, run(estate))
    added = Part("new", PartKind.GROUP, None, "new", side=side, distance_m=distance_m, place=99)
    result = run(replace(named, parts=(*named.parts, added)))
    assert {one.key: one.name for one in result.named if one.key != "new"} == {p.key: p.name for p in named.parts}
    assert ("new" in {one.key for one in result.named}) != bool(result.questions)


@given(estates())
def test_a_withdrawn_name_is_never_given_again(estate: Estate) -> None:
    result = run(estate)
    gone = frozenset((scope_of(estate, one.key), one.kind, one.name) for one in result.named)
    again = run(replace(estate, gone=gone))
    given_again = {(scope_of(estate, one.key), one.kind, one.name) for one in again.named}
    assert not given_again & gone


def test_initials_of_streets() -> None:
    wanted = {
        "Đường Bằng Lăng": "BL", "Đường Số 3": "S3", "Phố Đào Duy Anh": "ĐDA", "Hoa Phượng": "HP", "Đường": "Đ",
        "Đường D1": "D1",
    }  # fmt: skip
    assert {street: initials_of(street) for street in wanted} == wanted


@pytest.mark.parametrize("prefix", ["", "b", "B1", "BBB"])
def test_a_prefix_of_basements_is_one_or_two_capitals(prefix: str) -> None:
    with pytest.raises(UnknownPolicy):
        Policy(basement_prefix=prefix)
