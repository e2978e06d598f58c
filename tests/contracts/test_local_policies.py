"""Whatever is not confirmed law can be set by an authorised person, and setting it does something."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from addressing.rules.clauses import CLAUSES
from addressing.rules.fixed_clauses import WITHOUT_POLICY
from addressing.rules.policy import ASK, Policy, PolicyRecord, UnknownPolicy, choices_of, policy_on
from addressing.rules.policy_clauses import CLAUSE_OF
from addressing.rules.record import as_data
from tests.circular.cases import CASES
from tests.circular.drawing import number_drawing
from tests.circular.estate_drawing import name
from tests.circular.test_cases import name_of_alley
from tests.circular.test_groups_flats_plates import DECIDE

HOLDERS = ("estate", "plate_size")
"""Kinds of cases that keep their policy inside."""


def policies_of(case: dict[str, Any]) -> dict[str, Any]:
    holder = next((case[kind] for kind in HOLDERS if kind in case), case)
    return holder.get("policy", {})  # type: ignore[no-any-return]


def outcome(case: dict[str, Any]) -> Any:
    if "grid" in case:
        return as_data(number_drawing(case))
    if "estate" in case:
        return name(case["estate"])
    if "mouth" in case:
        return name_of_alley(case)
    return next(decide(case) for kind, decide in DECIDE.items() if kind in case)


def without(case: dict[str, Any], policy: str) -> dict[str, Any]:
    other = copy.deepcopy(case)
    policies_of(other).pop(policy)
    return other


def does_something(policy: str, value: Any) -> bool:
    return any(
        policies_of(case).get(policy) == value and outcome(case) != outcome(without(case, policy)) for case in CASES
    )


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=lambda clause: clause.id)
def test_what_is_not_confirmed_is_a_policy_or_says_why_not(clause: Any) -> None:
    has_policy = clause.id in CLAUSE_OF.values()
    assert clause.standing.is_confirmed or has_policy != (clause.id in WITHOUT_POLICY)


def test_reasons_are_given_for_clauses_that_need_one() -> None:
    assert not {name for name in WITHOUT_POLICY if CLAUSES[name].standing.is_confirmed}


@pytest.mark.parametrize("policy", CLAUSE_OF)
def test_each_answer_of_a_policy_does_something(policy: str) -> None:
    default = getattr(Policy(), policy)
    others = [choice for choice in choices_of(policy) if choice != default]
    if not others:
        set_values = {policies_of(case)[policy] for case in CASES if policy in policies_of(case)}
        others = [value for value in set_values if value != default]
    assert others, f"no case sets {policy}"
    assert [value for value in others if not does_something(policy, value)] == []


@pytest.mark.parametrize("policy", [name for name in CLAUSE_OF if choices_of(name)])
def test_an_answer_that_is_none_is_refused(policy: str) -> None:
    day = date(2026, 1, 1)
    with pytest.raises(UnknownPolicy):
        policy_on(day, [PolicyRecord(policy, "perhaps", day, "1/QĐ")])


def test_places_of_plates_are_words_of_a_decision() -> None:
    for words in ("", "   ", "x" * 201):
        with pytest.raises(UnknownPolicy):
            Policy(plate_place_stair=words)
    assert Policy(plate_place_stair=ASK).plate_place_stair == ASK
