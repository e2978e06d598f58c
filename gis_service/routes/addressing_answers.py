"""Shapes of the questions and answers about house numbers, for the OpenAPI document and its readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from addressing.answering import Answer
from addressing.issuing import Issued
from addressing.numbering import Proposal
from addressing.rules.clauses import CLAUSES
from addressing.rules.record import as_data

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class GivenAnswer(BaseModel):
    """An officer's answer to an open question."""

    question_code: Line
    answer: Line
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = Field(
        "", description="Why, or the number of the paper that says so."
    )
    decision_number: Line | None = Field(
        None, description="Of the competent committee; needed for the direction of a special street."
    )


class Rejection(BaseModel):
    """Why a proposal ends."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class DecisionGiven(BaseModel):
    """The signed paper by which numbers become official."""

    decision_number: Line
    decision_date: date
    issuing_body: Line


class ClauseAnswer(BaseModel):
    """One sentence of the law, restated, with how sure we are of it."""

    id: str
    article: str
    standing: str
    text: str
    text_vi: str
    source: str


class OptionAnswer(BaseModel):
    """One possible answer to a question."""

    value: str
    label: str
    label_vi: str


class QuestionAnswer(BaseModel):
    """A place where the text or the facts are silent."""

    code: str
    kind: str
    subject: str = Field(description="Id of the entrance it is about; empty for the whole street.")
    what: str
    what_vi: str
    why: str
    why_vi: str
    clause: str
    who_decides: str
    options: list[OptionAnswer]
    takes_count: bool = Field(description="The answer is a whole number from 0 to 99.")
    where: tuple[float, float] | None = Field(None, description="The spot on the map: x, y in the storage CRS.")


class ChoiceAnswer(BaseModel):
    """A question that was settled, and by what."""

    question: QuestionAnswer
    chosen: str
    settled_by: str = Field(description="'answer', or the name of the policy value.")


class AssignmentAnswer(BaseModel):
    """A number at a door."""

    key: str = Field(description="Id of the entrance.")
    number: str
    side: str = Field(description="Seen from the low end of the street.")
    distance_m: float = Field(description="Along the street from its low end.")
    clauses: list[str]
    is_existing: bool = Field(description="It was in use before and is untouched.")


class ReservedAnswer(BaseModel):
    """A spare number."""

    key: str
    number: str
    side: str
    distance_m: float
    clauses: list[str]


class ElsewhereAnswer(BaseModel):
    """A door that gets no number on this street."""

    key: str
    street_key: str | None = Field(description="Id of the street that numbers its house; null: another door here.")
    clauses: list[str]


class NoteAnswer(BaseModel):
    """A fact worth a look that blocks nothing."""

    kind: str
    subject: str
    what: str
    what_vi: str
    clause: str
    where: tuple[float, float] | None = Field(None, description="The spot on the map: x, y in the storage CRS.")


class RecordedAnswer(BaseModel):
    """Who answered a question, and when."""

    value: str
    by: str
    at: datetime
    reason: str
    decision_number: str | None = None


class ProposalAnswer(BaseModel):
    """A numbering of one street on its way from draft to issue."""

    id: int
    street_id: int
    street_name: str
    status: str
    version: int
    author: str
    approver: str | None
    rejected_reason: str | None
    decision_number: str | None
    created_at: datetime
    rule_set: str
    compass: str | None = Field(description="Such as N->S; null for rings and while the direction is open.")
    direction_clauses: list[str]
    assignments: list[AssignmentAnswer]
    reserved: list[ReservedAnswer]
    elsewhere: list[ElsewhereAnswer]
    questions: list[QuestionAnswer]
    choices: list[ChoiceAnswer]
    notes: list[NoteAnswer]
    answers: dict[str, RecordedAnswer]
    policy: dict[str, dict[str, Any]] = Field(description="Every policy value with its clause and origin.")
    clauses: dict[str, ClauseAnswer] = Field(description="The clauses cited above, in words.")


class IssuedAnswer(BaseModel):
    """What an issue did."""

    proposal: ProposalAnswer
    issued: int
    registered: int = Field(description="Numbers found on the ground that entered the register.")
    reserved: int
    places: int = Field(description="Places that got an id.")
    not_registered: list[str] = Field(description="Numbers that stand twice on the ground; only the first is kept.")
    already_done: bool


class NumberAnswer(BaseModel):
    """One house number on record."""

    number: str
    side: str
    chainage_m: float
    status: str
    origin: str
    clauses: list[str]
    place_id: str | None
    entrance_id: int | None
    decision_number: str | None
    valid_from: date
    valid_to: date | None


def proposal_answer(proposal: Proposal) -> dict[str, Any]:
    """A proposal with its clauses in words."""
    result = as_data(proposal.result)
    cited = {
        *proposal.result.direction_clauses,
        *(
            clause
            for name in ("assignments", "reserved", "elsewhere")
            for item in result[name]
            for clause in item["clauses"]
        ),
        *(item["clause"] for name in ("questions", "notes") for item in result[name]),
        *(item["question"]["clause"] for item in result["choices"]),
    }
    return {
        **result,
        "id": proposal.id,
        "street_id": proposal.street_id,
        "street_name": proposal.street_name,
        "status": proposal.status,
        "version": proposal.version,
        "author": proposal.author,
        "approver": proposal.approver,
        "rejected_reason": proposal.rejected_reason,
        "decision_number": proposal.decision_number,
        "created_at": proposal.created_at,
        "answers": recorded_answers(proposal.answers),
        "policy": proposal.policy,
        "clauses": {name: clause_answer(name) for name in sorted(cited & CLAUSES.keys())},
    }


def issued_answer(done: Issued) -> dict[str, Any]:
    """What an issue did, with the proposal as it stands now."""
    counts = {name: getattr(done, name) for name in Issued.__slots__ if name != "proposal"}
    return {**counts, "proposal": proposal_answer(done.proposal)}


def recorded_answers(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Who answered what, by the code of the question."""
    return {
        code: {
            "value": given.value, "by": given.by, "at": given.at, "reason": given.reason,
            "decision_number": given.decision_number,
        }
        for code, given in answers.items()
    }  # fmt: skip


def clause_answer(name: str) -> dict[str, str]:
    """A clause in words. Raises `KeyError` for one that is not ours."""
    clause = CLAUSES[name]
    return {field: str(getattr(clause, field)) for field in ClauseAnswer.model_fields}
