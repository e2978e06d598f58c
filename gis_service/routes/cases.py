"""Requests of firms and citizens, from receipt to answer; and how far one has come, for whoever holds its receipt."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, StringConstraints

from addressing import areas, cases
from gis_service.access import Access, reading, writing
from gis_service.idempotency import IdempotencyKey, once
from gis_service.routes.register_inputs import Body, Key, Line, Number, Paragraph, PlaceIn, Reasoned, Versioned

router = APIRouter(tags=["cases"])

_CASE = "cases/{case_id}"
State = Literal["received", "assigned", "in_progress", "answered", "rejected", "closed"]


class ReceivedCase(Body):
    """A request as it was handed in."""

    kind: Literal["new_number", "change", "reissue", "error_report"]
    street_id: Number | None = None
    place_id: PlaceIn | None = None
    commune_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")] | None = None
    applicant_name: Line
    applicant_phone: Line | None = None
    applicant_email: Line | None = None
    request_text: Paragraph | None = None
    working_days: Annotated[int, Field(ge=1, le=120)] = cases.WORKING_DAYS


class Assignment(Versioned):
    """Who works on it."""

    assigned_to: Line


class AnswerGiven(Versioned):
    """The document that answers it."""

    reference: Line


class NoteGiven(Body):
    """A line for the timeline."""

    note: Paragraph


class CaseAnswer(BaseModel):
    """One case with its timeline."""

    case: cases.Case
    timeline: list[cases.Event]


@router.post("/cases", status_code=201, response_model=cases.Case)
def receive(
    given: ReceivedCase, access: Annotated[Access, writing("cases.receive")], key: IdempotencyKey = None
) -> Any:
    """Take down a request; the answer holds its receipt code."""
    applicant = cases.Applicant(given.applicant_name, given.applicant_phone, given.applicant_email, given.request_text)
    return once(
        access, "cases.receive", key, given,
        lambda: cases.receive(
            access.connection, given.kind, applicant, access.identity.login, street_id=given.street_id,
            place_id=given.place_id, commune_code=given.commune_code, working_days=given.working_days,
        ),
    )  # fmt: skip


@router.get("/cases", response_model=list[cases.Case])
def list_cases(
    access: Annotated[Access, reading("cases.read")],
    state: State | None = None,
    assigned_to: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after_id: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Any:
    """Cases of your area, the newest first."""
    return cases.list_cases(
        access.connection, access.identity.login, state=state, assigned_to=assigned_to, limit=limit, after_id=after_id
    )  # fmt: skip


@router.get("/cases/reminders", response_model=list[cases.Case])
def reminders(
    access: Annotated[Access, reading("cases.read")], within_days: Annotated[int, Query(ge=0, le=60)] = 2
) -> Any:
    """Open cases of your area that are overdue or due soon, the most urgent first."""
    return cases.reminders(access.connection, access.identity.login, within_days=within_days)


@router.get("/case-status/{receipt}", response_model=cases.PublicStatus)
def public_status(
    receipt: Annotated[str, Path(max_length=40)], access: Annotated[Access, reading("cases.status", audience="public")]
) -> Any:
    """How far a case has come. No personal data; the receipt code has a check character."""
    return cases.public_status(access.connection, receipt)


@router.get("/cases/{case_id}", response_model=CaseAnswer)
def get_case(case_id: Key, access: Annotated[Access, reading("cases.read")]) -> Any:
    """One case with its timeline."""
    case = cases.get_case(access.connection, case_id)
    areas.require(access.connection, access.identity.login, areas.Whereabouts(case.commune_code, case.zone_id))
    return {"case": case, "timeline": cases.timeline(access.connection, case_id)}


@router.post("/cases/{case_id}/assign", response_model=cases.Case)
def assign(case_id: Key, given: Assignment, access: Annotated[Access, writing("cases.assign", _CASE)]) -> Any:
    """Give it to somebody who may work there."""
    return cases.assign(
        access.connection, case_id, given.assigned_to, access.identity.login, version=given.version
    )  # fmt: skip


@router.post("/cases/{case_id}/start", response_model=cases.Case)
def start(case_id: Key, given: Versioned, access: Annotated[Access, writing("cases.work", _CASE)]) -> Any:
    """Work has begun."""
    return cases.start(access.connection, case_id, access.identity.login, version=given.version)


@router.post("/cases/{case_id}/notes", response_model=CaseAnswer)
def add_note(case_id: Key, given: NoteGiven, access: Annotated[Access, writing("cases.work", _CASE)]) -> Any:
    """Write a line into the timeline; nobody can change it afterwards."""
    case = cases.add_note(access.connection, case_id, given.note, access.identity.login)
    return {"case": case, "timeline": cases.timeline(access.connection, case_id)}


@router.post("/cases/{case_id}/answer", response_model=cases.Case)
def answer(case_id: Key, given: AnswerGiven, access: Annotated[Access, writing("cases.answer", _CASE)]) -> Any:
    """It is answered by a document."""
    return cases.answer(
        access.connection, case_id, given.reference, access.identity.login, version=given.version
    )  # fmt: skip


@router.post("/cases/{case_id}/reject", response_model=cases.Case)
def reject(case_id: Key, given: Reasoned, access: Annotated[Access, writing("cases.answer", _CASE)]) -> Any:
    """It is refused, with a reason."""
    return cases.reject(access.connection, case_id, given.reason, access.identity.login, version=given.version)


@router.post("/cases/{case_id}/close", response_model=cases.Case)
def close(case_id: Key, given: Versioned, access: Annotated[Access, writing("cases.work", _CASE)]) -> Any:
    """The applicant has the answer."""
    return cases.close(access.connection, case_id, access.identity.login, version=given.version)


@router.post("/cases/{case_id}/reopen", response_model=cases.Case)
def reopen(case_id: Key, given: Reasoned, access: Annotated[Access, writing("cases.work", _CASE)]) -> Any:
    """Work on it again, with a new deadline."""
    return cases.reopen(access.connection, case_id, given.reason, access.identity.login, version=given.version)
