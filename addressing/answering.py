"""Answers to open questions as proposals keep them: who said what, when, and on which paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from addressing.deciding import HERE
from addressing.errors import DecisionRequired, UnknownAnswer, UnknownQuestion
from addressing.rules.model import OpenQuestion

DECIDED_BY_COMMITTEE = ("A6.special", "A6.special.commune", "A11.axes")
"""Clauses whose questions only the competent body may settle."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered to an open question, and when."""

    value: str
    by: str
    at: datetime
    reason: str = ""
    # why, or the number of the paper that says so
    decision_number: str | None = None
    # of the competent body, where the question is its to answer


def settle(
    asked: Sequence[OpenQuestion], question_code: str, answer: str, by: str, *, reason: str,
    decision_number: str | None,
) -> dict[str, dict[str, str]]:  # fmt: skip
    """The entries that this answer makes: of one question, or of all of a kind where `question_code` names a kind.

    Raises `UnknownQuestion`, `UnknownAnswer`, `DecisionRequired`.
    """
    matching = [item for item in asked if item.code == question_code]
    matching = matching or [item for item in asked if item.kind == question_code]
    if not matching:
        raise UnknownQuestion(question_code)
    paper = (decision_number or "").strip()
    for question in matching:
        if not question.accepts(answer):
            offered = ["0 … 99"] if question.takes_count else [option.value for option in question.options]
            raise UnknownAnswer(question.code, answer, offered)
        if question.clause in DECIDED_BY_COMMITTEE and not paper:
            raise DecisionRequired(question.code)
    entry = as_entry(Answer(answer, by, datetime.now(HERE), reason.strip(), paper or None))
    return {question.code: entry for question in matching}


def as_entry(answer: Answer) -> dict[str, str]:
    """An answer as the proposal stores it."""
    entry = {"value": answer.value, "by": answer.by, "at": answer.at.isoformat(), "reason": answer.reason}
    return entry | ({"decision_number": answer.decision_number} if answer.decision_number else {})


def read_answers(stored: Mapping[str, Any]) -> dict[str, Answer]:
    """The stored entries of a proposal, by the code of their question."""
    return {
        code: Answer(
            entry["value"],
            entry["by"],
            datetime.fromisoformat(entry["at"]),
            entry.get("reason", ""),
            entry.get("decision_number"),
        )
        for code, entry in stored.items()
    }


def values_of(stored: Mapping[str, Any]) -> dict[str, str]:
    """What was answered, as the rules read it."""
    return {code: entry["value"] for code, entry in stored.items()}
