"""Every YAML case of the circular, and every implemented clause has one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from addressing.errors import OfficialCodeRefused
from addressing.identifiers import refuse_to_mint
from addressing.rules.alleys import Neighbour, alley_takes_the_number_before_its_mouth
from addressing.rules.clauses import CLAUSES, Clause, implemented
from addressing.rules.direction import compass_gives_one_lawful_heading
from addressing.rules.model import NumberingResult, Run
from addressing.rules.numbers import HouseNumber, UnreadableHouseNumber
from addressing.rules.questions import Inquiry
from tests.circular.cases import CASES
from tests.circular.drawing import number_drawing, numbers_of, policy_of, spares_of
from tests.circular.test_groups_flats_plates import DECIDE

VECTORS_BUILT = set(range(1, 19))
KINDS = {"grid", "mint", "written", "chord_deg", "mouth", "estate", *DECIDE}


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["case"]) for case in CASES if kind in case]


@pytest.mark.parametrize("case", of_kind("grid"))
def test_drawn_case(case: dict[str, Any]) -> None:
    result = number_drawing(case)
    expect = case["expect"]
    assert numbers_of(result) == {key: str(number) for key, number in expect["numbers"].items()}
    assert spares_of(result) == {
        key: [str(number) for number in numbers] for key, numbers in expect.get("spare", {}).items()
    }
    assert [question.code for question in result.questions] == expect.get("open", [])
    assert {item.key: item.street_key for item in result.elsewhere} == expect.get("elsewhere", {})
    assert result.compass == expect.get("compass", result.compass)
    _check_reasons(result, expect)


def _check_reasons(result: NumberingResult, expect: dict[str, Any]) -> None:
    given = {item.key: set(item.clauses) for item in result.assignments}
    for key, clauses in expect.get("cites", {}).items():
        assert set(clauses) <= given[key]
    kept = {item.key: set(item.clauses) for item in result.reserved}
    for key, clauses in expect.get("cites_spare", {}).items():
        assert set(clauses) <= kept[key]
    choices = {choice.question.code: choice.chosen for choice in result.choices}
    assert choices.items() >= expect.get("choices", {}).items()
    notes = {f"{note.kind}:{note.subject}" for note in result.notes}
    assert notes >= set(expect.get("notes", []))
    if "asks_clause" in expect:
        assert result.questions[0].clause == expect["asks_clause"]


@pytest.mark.parametrize("case", of_kind("mint"))
def test_official_code_is_never_made(case: dict[str, Any]) -> None:
    with pytest.raises(OfficialCodeRefused) as refused:
        refuse_to_mint(case["mint"])
    assert case["expect"]["refused_because_issued_by"] in refused.value.issuer


@pytest.mark.parametrize("case", of_kind("written"))
def test_written_number(case: dict[str, Any]) -> None:
    if case["expect"]["readable"]:
        assert str(HouseNumber.parse(case["written"])) == case["expect"]["number"]
    else:
        with pytest.raises(UnreadableHouseNumber):
            HouseNumber.parse(case["written"])


@pytest.mark.parametrize("case", of_kind("chord_deg"))
def test_chord(case: dict[str, Any]) -> None:
    run = compass_gives_one_lawful_heading(case["chord_deg"])
    heading = case["chord_deg"] if run is Run.FORWARD else (case["chord_deg"] + 180) % 360
    assert heading == case["expect"]["heading_deg"]


def name_of_alley(case: dict[str, Any]) -> tuple[str | None, list[str]]:
    """The name of an alley by its case, and what is asked."""
    mouth, inquiry = case["mouth"], Inquiry(case.get("answers", {}))
    name = alley_takes_the_number_before_its_mouth(
        [Neighbour(HouseNumber.parse(number), at_m) for number, at_m in mouth["numbers"].items()],
        mouth["at_m"],
        mouth["level"],
        policy_of(case.get("policy", {})),
        inquiry,
        taken=[HouseNumber.parse(number) for number in mouth.get("taken", [])],
    )
    return name, [question.code for question in inquiry.questions]


@pytest.mark.parametrize("case", of_kind("mouth"))
def test_name_of_an_alley(case: dict[str, Any]) -> None:
    assert name_of_alley(case) == (case["expect"]["name"], case["expect"].get("open", []))


def test_every_case_is_of_a_known_kind() -> None:
    for case in CASES:
        assert len(KINDS & case.keys()) == 1, case["case"]


def test_every_implemented_clause_has_a_case() -> None:
    cited = {clause for case in CASES for clause in case["clauses"]}
    assert cited <= CLAUSES.keys()
    assert {clause.id for clause in implemented()} <= cited


def test_every_vector_of_what_is_built_has_a_case() -> None:
    assert {case["vector"] for case in CASES if "vector" in case} >= VECTORS_BUILT


@pytest.mark.parametrize("clause", implemented(), ids=lambda clause: clause.id)
def test_every_implemented_clause_names_what_decides_it(clause: Clause) -> None:
    module, _, name = clause.decided_in.rpartition(".")
    assert callable(getattr(import_module(f"addressing.{module}"), name))


def test_every_result_cites_known_clauses() -> None:
    for case in CASES:
        if "grid" not in case:
            continue
        result = number_drawing(case)
        used = [item.clauses for item in (*result.assignments, *result.reserved, *result.elsewhere)]
        asked = [question.clause for question in result.questions]
        assert {clause for clauses in used for clause in clauses} | set(asked) <= CLAUSES.keys()
        assert all(used), case["case"]
