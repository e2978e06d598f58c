"""Cases at the desk: the list with its deadlines, one case with its timeline, and each step as a plain form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas, cases
from addressing.deciding import today
from addressing.errors import AddressingError, NotFound
from addressing.register_tables import CASE_STATES
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import accounts, policy
from gis_service.pages_context import page

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

CaseId = Annotated[int, Path(ge=1, le=2**62)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
"""Version of the case that the form was made from."""
Text = Annotated[str, Form(max_length=2000)]
FILTERS = ("open", "overdue", *CASE_STATES)
WORKERS = ("address_officer", "approver")
_CASE = "cases/{case_id}"
_PAGE = 100
_DONE = ("assigned", "in_progress", "noted", "answered", "rejected", "closed", "reopened")


@router.get("/desk/cases")
def cases_page(
    request: Request,
    access: Annotated[Access, reading("cases.read")],
    state: Annotated[str, Query(max_length=20)] = "any",
    mine: Annotated[str, Query(max_length=3)] = "",
    after: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Cases of your area: by state, the late ones, or your own."""
    chosen = state if state in FILTERS else "any"
    found = cases.list_cases(
        access.connection, access.identity.login, state=chosen if chosen in CASE_STATES else None,
        assigned_to=access.identity.login if mine else None, limit=_PAGE + 1, after_id=after,
        overdue=chosen == "overdue", is_open=chosen == "open",
    )  # fmt: skip
    more = found[_PAGE - 1].id if len(found) > _PAGE else None
    return page(
        request, access, "desk/cases.html", rows=found[:_PAGE], more=more, state=chosen,
        filters=("any", *FILTERS), mine=bool(mine), today=today(), open_states=cases.OPEN_STATES,
    )  # fmt: skip


@router.get("/desk/cases/{case_id}")
def case_page(
    request: Request, access: Annotated[Access, reading("cases.read")], case_id: CaseId,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """One case: who asks what, how far it is, and what the asker may do with it."""
    return _case_page(request, access, case_id, done=done if done in _DONE else "")


@router.post("/desk/cases/{case_id}/assign")
def assign(
    request: Request, case_id: CaseId, access: Annotated[Access, writing("cases.assign", _CASE)],
    version: Seen, assigned_to: Text = "",
) -> Response:  # fmt: skip
    """Give it to an officer or approver who may work there."""
    conn, to = access.connection, assigned_to.strip()

    def act() -> None:
        if to not in {login for login, _ in accounts.holders(conn, WORKERS)}:
            raise NotFound("officer", "cán bộ", to[:60])
        cases.assign(conn, case_id, to, access.identity.login, version=version)

    return _step(request, access, case_id, "assigned", act)


@router.post("/desk/cases/{case_id}/start")
def start(
    request: Request, case_id: CaseId, access: Annotated[Access, writing("cases.work", _CASE)], version: Seen
) -> Response:
    """Work has begun."""
    return _step(request, access, case_id, "in_progress", lambda: cases.start(
        access.connection, case_id, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/cases/{case_id}/notes")
def add_note(
    request: Request, case_id: CaseId, access: Annotated[Access, writing("cases.work", _CASE)], note: Text = ""
) -> Response:
    """Write a line into the timeline."""
    return _with_words(request, access, case_id, "noted", note, lambda words: cases.add_note(
        access.connection, case_id, words, access.identity.login
    ))  # fmt: skip


@router.post("/desk/cases/{case_id}/answer")
def answer(
    request: Request, case_id: CaseId, access: Annotated[Access, writing("cases.answer", _CASE)],
    version: Seen, reference: Text = "",
) -> Response:  # fmt: skip
    """It is answered by a document, whose number is written down."""
    return _with_words(request, access, case_id, "answered", reference, lambda words: cases.answer(
        access.connection, case_id, words, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/cases/{case_id}/reject")
def reject(
    request: Request, case_id: CaseId, access: Annotated[Access, writing("cases.answer", _CASE)],
    version: Seen, reason: Text = "",
) -> Response:  # fmt: skip
    """It is refused, with a reason."""
    return _with_words(request, access, case_id, "rejected", reason, lambda words: cases.reject(
        access.connection, case_id, words, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/cases/{case_id}/close")
def close(
    request: Request, case_id: CaseId, access: Annotated[Access, writing("cases.work", _CASE)], version: Seen
) -> Response:
    """The applicant has the answer."""
    return _step(request, access, case_id, "closed", lambda: cases.close(
        access.connection, case_id, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/cases/{case_id}/reopen")
def reopen(
    request: Request, case_id: CaseId, access: Annotated[Access, writing("cases.work", _CASE)],
    version: Seen, reason: Text = "",
) -> Response:  # fmt: skip
    """Work on it again, with a new deadline."""
    return _with_words(request, access, case_id, "reopened", reason, lambda words: cases.reopen(
        access.connection, case_id, words, access.identity.login, version=version
    ))  # fmt: skip


def _with_words(
    request: Request, access: Access, case_id: int, done: str, typed: str, act: Callable[[str], object]
) -> Response:
    """A step that needs words: without them the page says so."""
    words = typed.strip()
    if words:
        return _step(request, access, case_id, done, lambda: act(words), typed=words)
    shown = _case_page(request, access, case_id, needs_words=done)
    access.take_back()
    return shown


def _step(
    request: Request, access: Access, case_id: int, done: str, act: Callable[[], object], typed: str = ""
) -> Response:
    """Do it and go back to the case; or show the case as it is, with what was wrong and what was typed."""
    try:
        act()
    except AddressingError as fault:
        shown = _case_page(request, access, case_id, fault=fault, failed=done, typed=typed)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/cases/{case_id}?done={done}", 303)


def _case_page(
    request: Request, access: Access, case_id: int, *, done: str = "", fault: AddressingError | None = None,
    needs_words: str = "", failed: str = "", typed: str = "",
) -> Response:  # fmt: skip
    conn, who = access.connection, access.identity
    case = cases.get_case(conn, case_id)
    areas.require(conn, who.login, areas.Whereabouts(case.commune_code, case.zone_id))
    may = {step for step, before in cases.STEPS.items() if case.state in before}
    rights = {word: policy.may(who, f"cases.{word}") for word in ("assign", "work", "answer")}
    return page(
        request, access, "desk/case.html", status=status_of(fault) if fault else 422 if needs_words else 200,
        case=case, timeline=cases.timeline(conn, case_id), may=rights, steps=may, done=done, fault=fault,
        needs_words=needs_words, failed=failed, typed=typed, today=today(), open_states=cases.OPEN_STATES,
        officers=accounts.holders(conn, WORKERS) if rights["assign"] else [],
    )  # fmt: skip
