"""The names of an estate as plain data and back: what its proposal keeps for decades."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from addressing.rules.estate_model import EstateResult, Named, PartKind
from addressing.rules.record import choice_data, question_data, read_choice, read_note, read_question


def as_data(result: EstateResult) -> dict[str, Any]:
    """Everything in a result, ready for JSON."""
    return {
        "estate_key": result.estate_key,
        "named": [asdict(one) for one in result.named],
        "questions": [question_data(question) for question in result.questions],
        "choices": [choice_data(choice) for choice in result.choices],
        "notes": [asdict(note) for note in result.notes],
        "rule_set": result.rule_set,
    }


def from_data(data: dict[str, Any]) -> EstateResult:
    """Read back what `as_data` wrote, after any number of trips through JSON."""
    return EstateResult(
        estate_key=data["estate_key"],
        named=tuple(
            Named(one["key"], PartKind(one["kind"]), one["name"], tuple(one["clauses"]), one["is_existing"])
            for one in data["named"]
        ),
        questions=tuple(read_question(entry) for entry in data["questions"]),
        choices=tuple(read_choice(entry) for entry in data["choices"]),
        notes=tuple(read_note(entry) for entry in data["notes"]),
        rule_set=data["rule_set"],
    )
