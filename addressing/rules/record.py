"""A numbering result as plain data and back: what a proposal keeps for decades."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from addressing.rules.model import (
    Assignment,
    Choice,
    Elsewhere,
    Note,
    NumberingResult,
    OpenQuestion,
    Option,
    Reserved,
    Run,
    Side,
)
from addressing.rules.numbers import HouseNumber


def as_data(result: NumberingResult) -> dict[str, Any]:
    """Everything in a result, ready for JSON; numbers as they stand on plates.

    Written out field by field, because a city has a million of them: a test holds it to the records.
    """
    return {
        "street_key": result.street_key,
        "run": result.run,
        "compass": result.compass,
        "direction_clauses": result.direction_clauses,
        "assignments": [
            {
                "key": given.key, "number": str(given.number), "side": given.side, "distance_m": given.distance_m,
                "clauses": given.clauses, "is_existing": given.is_existing,
            }
            for given in result.assignments
        ],
        "reserved": [
            {
                "key": spare.key, "number": str(spare.number), "side": spare.side, "distance_m": spare.distance_m,
                "clauses": spare.clauses,
            }
            for spare in result.reserved
        ],
        "elsewhere": [
            {"key": door.key, "street_key": door.street_key, "clauses": door.clauses} for door in result.elsewhere
        ],
        "questions": [question_data(question) for question in result.questions],
        "choices": [
            choice_data(choice) for choice in result.choices
        ],
        "notes": [asdict(note) for note in result.notes],
        "rule_set": result.rule_set,
    }  # fmt: skip


def question_data(question: OpenQuestion) -> dict[str, Any]:
    """An open question as plain data, with its code."""
    return asdict(question) | {"code": question.code}


def choice_data(choice: Choice) -> dict[str, Any]:
    """A settled question as plain data."""
    return {"question": question_data(choice.question), "chosen": choice.chosen, "settled_by": choice.settled_by}


def read_choice(entry: dict[str, Any]) -> Choice:
    """Read back what `choice_data` wrote."""
    return Choice(read_question(entry["question"]), entry["chosen"], entry["settled_by"])


def read_note(entry: dict[str, Any]) -> Note:
    """Read back a note."""
    return Note(**entry | {"where": _place(entry)})


def from_data(data: dict[str, Any]) -> NumberingResult:
    """Read back what `as_data` wrote, after any number of trips through JSON."""
    return NumberingResult(
        street_key=data["street_key"],
        run=Run(data["run"]) if data["run"] else None,
        compass=data["compass"],
        direction_clauses=tuple(data["direction_clauses"]),
        assignments=tuple(_assignment(entry) for entry in data["assignments"]),
        reserved=tuple(_reserved(entry) for entry in data["reserved"]),
        elsewhere=tuple(
            Elsewhere(entry["key"], entry["street_key"], tuple(entry["clauses"])) for entry in data["elsewhere"]
        ),
        questions=tuple(read_question(entry) for entry in data["questions"]),
        choices=tuple(read_choice(entry) for entry in data["choices"]),
        notes=tuple(read_note(entry) for entry in data["notes"]),
        rule_set=data["rule_set"],
    )


def _assignment(entry: dict[str, Any]) -> Assignment:
    return Assignment(
        entry["key"],
        HouseNumber.parse(entry["number"]),
        Side(entry["side"]),
        entry["distance_m"],
        tuple(entry["clauses"]),
        entry["is_existing"],
    )


def _reserved(entry: dict[str, Any]) -> Reserved:
    return Reserved(
        entry["key"],
        HouseNumber.parse(entry["number"]),
        Side(entry["side"]),
        entry["distance_m"],
        tuple(entry["clauses"]),
    )


def read_question(entry: dict[str, Any]) -> OpenQuestion:
    """Read back what `question_data` wrote."""
    facts = {name: value for name, value in entry.items() if name not in ("code", "options", "where")}
    options = tuple(Option(**option) for option in entry["options"])
    return OpenQuestion(**facts, options=options, where=_place(entry))


def _place(entry: dict[str, Any]) -> tuple[float, float] | None:
    where = entry.get("where")  # proposals made before it was kept have none
    return None if where is None else (where[0], where[1])
