"""Streets drawn as a grid of words: capitals are bends of a street, small words are doors.

a1  A  b1        north is up, one cell is 20 m
.   .  b2
a2  B  .
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely import LineString, MultiLineString, box

from addressing.centreline import NearStreet, StreetFacts, street_line, street_on_one_dimension
from addressing.frontage import Door, frontages
from addressing.rules.ended import EndedNumber
from addressing.rules.model import Decision, Land, NumberingResult, OtherStreet, Run
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy, PolicyRecord, policy_on
from addressing.rules.questions import Inquiry
from addressing.rules.streets import number_street

CELL_M = 20.0
LAW_OF = date(2026, 11, 1)


@dataclass(frozen=True)
class Drawing:
    """Where each word of a grid stands, in metres from its south-western corner."""

    places: dict[str, tuple[float, float]]

    @classmethod
    def read(cls, grid: str) -> Drawing:
        rows = [row.split() for row in grid.strip().splitlines()]
        places: dict[str, tuple[float, float]] = {}
        for north, row in enumerate(reversed(rows)):
            for east, word in enumerate(row):
                if word != ".":
                    assert word not in places, f"{word} stands twice in the grid"
                    places[word] = (east * CELL_M, north * CELL_M)
        return cls(places)

    def doors(self) -> list[str]:
        return [word for word in self.places if word[0].islower()]

    def line(self, corners: list[Any]) -> LineString | MultiLineString:
        """`[A, B, C]` is one line, `[[A, B], [B, C]]` is drawn in pieces."""
        if isinstance(corners[0], list):
            return MultiLineString([self.line(part) for part in corners])  # type: ignore[misc]
        return LineString([self.places[corner] for corner in corners])


def number_drawing(case: dict[str, Any]) -> NumberingResult:
    """Number the street of a drawn case (see the YAML files) by the rules in force in 2026."""
    drawing = Drawing.read(case["grid"])
    policy = policy_of(case.get("policy", {}))
    inquiry = Inquiry(case.get("answers", {}))
    street = case.get("street", {})
    centre = street_line(drawing.line(street["line"]), "here", inquiry, policy=policy)
    near = [near_street(drawing, key, facts) for key, facts in case.get("other_streets", {}).items()]
    if centre is None:
        return NumberingResult("here", None, None, (), (), (), (), tuple(inquiry.questions), tuple(inquiry.choices), ())
    doors = [door_of(key, drawing.places[key], case) for key in drawing.doors()]
    return number_street(
        street_on_one_dimension(centre, facts_of(street), near),
        frontages(centre, doors, policy=policy, inquiry=inquiry, near=near),
        on=case.get("law_of", LAW_OF),
        policy=policy,
        inquiry=inquiry,
        ended=[
            EndedNumber(HouseNumber.parse(str(number)), facts.get("door"), facts["day"])
            for number, facts in case.get("ended", {}).items()
        ],
    )


def near_street(drawing: Drawing, key: str, facts: dict[str, Any]) -> NearStreet:
    return NearStreet(key, key, facts.get("level", 0), facts.get("width_m"), drawing.line(facts["line"]))


def facts_of(street: dict[str, Any]) -> StreetFacts:
    decision = street.get("decision")
    return StreetFacts(
        key="here",
        name=street.get("name", "Đường này"),
        cross_section_m=street.get("width_m", 15.0),
        numbered_before=street.get("numbered_before", False),
        existing_run=Run(street["old_numbers_run"]) if "old_numbers_run" in street else None,
        decision=Decision(
            Run(decision["run"]), decision["number"], decision.get("date"), decision["body"]
        ) if decision else None,
        is_special=street.get("special", False),
        level=street.get("level", 0),
        bears_name_of=street.get("bears_name_of"),
    )  # fmt: skip


def door_of(key: str, place: tuple[float, float], case: dict[str, Any]) -> Door:
    facts = case.get("doors", {}).get(key, {})
    width_m = case.get("frontage_m", {}).get(key)
    known = {"empty", "number", "spare", "lots", "house", "main", "other_streets"}
    assert not facts.keys() - known, f"unknown facts of door {key}: {facts.keys() - known}"
    return Door(
        key=key,
        x=place[0],
        y=place[1],
        land=Land.EMPTY if facts.get("empty") else Land.BUILT,
        written_number=str(facts["number"]) if "number" in facts else None,
        reserved=tuple(HouseNumber.parse(str(number)) for number in facts.get("spare", [])),
        plot=box(place[0], place[1] - width_m / 2, place[0] + 50, place[1] + width_m / 2)
        if width_m
        else None,
        plan_lots=facts.get("lots"),
        house=facts.get("house"),
        is_main_door=facts.get("main", True),
        other_streets=tuple(
            OtherStreet(
                other["street"], other["street"], other.get("width_m"), other.get("main", False),
                other.get("numbered", False), other.get("numbers_this_house", False),
            )
            for other in facts.get("other_streets", [])
        ),
    )  # fmt: skip


def policy_of(values: dict[str, Any]) -> Policy:
    records = [PolicyRecord(name, value, date(2025, 1, 1), "test") for name, value in values.items()]
    return policy_on(LAW_OF, records)


def numbers_of(result: NumberingResult) -> dict[str, str]:
    return {given.key: str(given.number) for given in result.assignments}


def spares_of(result: NumberingResult) -> dict[str, list[str]]:
    spares: dict[str, list[str]] = {}
    for spare in result.reserved:
        spares.setdefault(spare.key, []).append(str(spare.number))
    return spares
