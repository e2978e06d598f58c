"""The address desk: choose a street, propose, answer, submit, approve, issue. Plain forms, no script needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas, certificates, doors, estates, issuing, numbering, place_papers, renumbering, worklist
from addressing.deciding import today
from addressing.errors import AddressingError
from addressing.identifiers import PlaceId
from gis_service import jobs
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.pages_context import language_of, page
from gis_service.routes import desk_views
from layers.crs import storage_srid
from maps import listings

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

RecordId = Annotated[int, Path(ge=1, le=2**62)]
Seen = Annotated[int | None, Form(ge=0, le=2**31)]
"""Version of the proposal that the form was made from."""
Text = Annotated[str, Form(max_length=1000)]
_PROPOSAL = "numbering/{proposal_id}"
_DONE = ("answered", "submitted", "withdrawn", "approved", "rejected", "issued", "certified")


@router.get("/desk")
def desk_page(
    request: Request,
    access: Annotated[Access, reading("desk.read")],
    name: Annotated[str, Query(max_length=100)] = "",
    zone: Annotated[str, Query(max_length=80)] = "",
    state: Annotated[str, Query(max_length=20)] = "any",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Streets to choose from, what waits, and the form that numbers a whole zone."""
    conn = access.connection
    chosen = state if state in worklist.STATES else "any"
    listing = worklist.list_streets(conn, access.identity.login, name=name, zone=zone, state=chosen, page=number)
    return page(
        request, access, "desk/streets.html", name=name, zone=zone, state=chosen, states=worklist.STATES,
        listing=listing, zones=listings.list_zones(conn), waiting=worklist.waiting(conn, access.identity.login),
        jobs=[job for job in jobs.list_jobs(conn, limit=20) if job.kind in ("number_zone", "number_commune")][:5],
        communes=worklist.communes_with_streets(conn, access.identity.login),
        may=desk_views.rights(access.identity),
        data=desk_views.list_data(conn, language_of(request, access.settings), listing),
    )  # fmt: skip


@router.get("/desk/streets/{street_id}")
def street_page(
    request: Request,
    access: Annotated[Access, reading("desk.read")],
    street_id: RecordId,
    door: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """One street: its doors and numbers in a table and on a map, and the way to a proposal."""
    return _street_page(request, access, street_id, door, done=done)


@router.post("/desk/streets/{street_id}/propose")
def propose(
    request: Request,
    street_id: RecordId,
    access: Annotated[Access, writing("streets.number.propose", "streets/{street_id}")],
) -> Response:
    """Run the rules; go to the proposal, or to the live one where that is already under way."""
    live = numbering.find_live_proposal(access.connection, street_id)
    if live is not None and live.status != "draft":
        access.take_back()
        return _to_proposal(live.id)
    try:
        made = numbering.propose(access.connection, street_id, author_id=access.identity.login)
    except AddressingError as fault:
        shown = _street_page(request, access, street_id, None, fault=fault)
        access.take_back()
        return shown
    return _to_proposal(made.id)


@router.post("/desk/doors/{door_id}/move")
def move_door(
    request: Request,
    door_id: RecordId,
    access: Annotated[Access, writing("entrances.move", "entrances/{door_id}")],
    x: Annotated[float, Form(allow_inf_nan=False)],
    y: Annotated[float, Form(allow_inf_nan=False)],
    version: Annotated[int, Form(ge=0, le=2**31)],
    quality: Annotated[str, Form(max_length=20)] = "approximate",
) -> Response:
    """Put a door where it is. What somebody else changed meanwhile is shown beside what was typed."""
    conn = access.connection
    street_id = doors.street_of(conn, door_id)
    areas.require_street(conn, access.identity.login, street_id)
    how = quality if quality in doors.QUALITIES else "approximate"
    try:
        doors.move(conn, door_id, x, y, version=version, quality=how)
    except AddressingError as fault:
        answer = _street_page(request, access, street_id, door_id, fault=fault, typed=(x, y))
        access.take_back()
        return answer
    return RedirectResponse(f"/desk/streets/{street_id}?door={door_id}&done=moved#place", 303)


@router.get("/desk/proposals/{proposal_id}")
def proposal_page(
    request: Request,
    access: Annotated[Access, reading("streets.number.review")],
    proposal_id: RecordId,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """A proposal: before and after, questions, reasons, and what the asker may do with it."""
    return _proposal_page(request, access, proposal_id, done=done)


@router.post("/desk/proposals/{proposal_id}/answers")
def answer(
    request: Request, proposal_id: RecordId,
    access: Annotated[Access, writing("streets.number.answer", _PROPOSAL)],
    version: Seen = None, question_code: Text = "", answer: Text = "", reason: Text = "", decision_number: Text = "",
    alike: Text = "",
) -> Response:  # fmt: skip
    """Answer a question, or all of its kind alike; or settle a choice otherwise."""
    code = question_code.strip().partition(":")[0] if alike else question_code.strip()
    return _step(request, access, proposal_id, "answered", lambda: numbering.answer(
        access.connection, proposal_id, code, answer.strip(), access.identity.login, reason=reason,
        decision_number=decision_number.strip() or None, version=version,
    ))  # fmt: skip


@router.post("/desk/proposals/{proposal_id}/submit")
def submit(
    request: Request, proposal_id: RecordId,
    access: Annotated[Access, writing("streets.number.submit", _PROPOSAL)], version: Seen = None,
) -> Response:  # fmt: skip
    """Send it for approval."""
    return _step(request, access, proposal_id, "submitted", lambda: numbering.submit(
        access.connection, proposal_id, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/proposals/{proposal_id}/withdraw")
def withdraw(
    request: Request, proposal_id: RecordId,
    access: Annotated[Access, writing("streets.number.withdraw", _PROPOSAL)], version: Seen = None,
) -> Response:  # fmt: skip
    """The author takes it back before it is approved."""
    return _step(request, access, proposal_id, "withdrawn", lambda: numbering.withdraw(
        access.connection, proposal_id, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/proposals/{proposal_id}/approve")
def approve(
    request: Request, proposal_id: RecordId,
    access: Annotated[Access, writing("streets.number.approve", _PROPOSAL)], version: Seen = None,
) -> Response:  # fmt: skip
    """The second pair of eyes."""
    return _step(request, access, proposal_id, "approved", lambda: numbering.approve(
        access.connection, proposal_id, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/proposals/{proposal_id}/reject")
def reject(
    request: Request, proposal_id: RecordId,
    access: Annotated[Access, writing("streets.number.reject", _PROPOSAL)],
    reason: Annotated[str, Form(min_length=1, max_length=1000, pattern=r"\S")], version: Seen = None,
) -> Response:  # fmt: skip
    """End it, with the reason."""
    return _step(request, access, proposal_id, "rejected", lambda: numbering.reject(
        access.connection, proposal_id, reason.strip(), access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/proposals/{proposal_id}/issue")
def issue(
    request: Request, proposal_id: RecordId,
    access: Annotated[Access, writing("streets.number.issue", _PROPOSAL)],
    decision_date: Annotated[date, Form()], decision_number: Text = "", issuing_body: Text = "",
) -> Response:  # fmt: skip
    """Put the numbers in force by a signed decision."""
    return _step(request, access, proposal_id, "issued", lambda: issuing.issue(
        access.connection, proposal_id, decision_number, decision_date, issuing_body, access.identity.login
    ))  # fmt: skip


@router.post("/desk/proposals/{proposal_id}/certificates")
def certify(
    request: Request,
    proposal_id: RecordId,
    access: Annotated[Access, writing("certificates.issue", _PROPOSAL)],
    place: Annotated[str, Form(max_length=40)],
) -> Response:
    """Put a certificate of one issued number on record, so that it can be printed with number and day."""
    conn = access.connection

    def act() -> None:
        street_id = numbering.get_proposal(conn, proposal_id).street_id
        number_id = place_papers.number_in_force(conn, PlaceId.parse(place), street_id)
        certificates.issue_certificate(conn, number_id, access.identity.login)

    return _step(request, access, proposal_id, "certified", act)


@router.post("/desk/zones")
def number_zone(
    access: Annotated[Access, writing("streets.number.propose", "desk/zones")],
    zone: Annotated[str, Form(min_length=1, max_length=80)],
) -> Response:
    """Queue the numbering of every street of a zone."""
    found = listings.find_zone(access.connection, zone)
    login = access.identity.login
    job_id = jobs.enqueue(
        access.connection, "number_zone", {"zone": found["code"], "author": login},
        title=f"Number the streets of {found['code']}", requested_by=login,
    )  # fmt: skip
    return RedirectResponse(f"/desk/jobs/{job_id}", 303)


@router.post("/desk/communes")
def number_commune(
    access: Annotated[Access, writing("streets.number.propose", "desk/communes")],
    commune: Annotated[str, Form(pattern=r"^[0-9]{5}$")],
) -> Response:
    """Queue the numbering of every street of a commune."""
    login = access.identity.login
    areas.require(access.connection, login, areas.Whereabouts(commune, None))
    job_id = jobs.enqueue(
        access.connection, "number_commune", {"commune": commune, "author": login},
        title=f"Number the streets of commune {commune}", requested_by=login,
    )  # fmt: skip
    return RedirectResponse(f"/desk/jobs/{job_id}", 303)


@router.get("/desk/jobs/{job_id}")
def job_page(request: Request, access: Annotated[Access, reading("jobs.read")], job_id: RecordId) -> Response:
    """How far a batch is and, when it is over, what came of each street."""
    return page(request, access, "desk/job.html", job=jobs.get_job(access.connection, job_id))


def _step(request: Request, access: Access, proposal_id: int, done: str, act: Callable[[], object]) -> Response:
    """Do it and go back to the proposal; or show the proposal as it is, with what was wrong."""
    try:
        act()
    except AddressingError as fault:
        shown = _proposal_page(request, access, proposal_id, fault=fault)
        access.take_back()
        return shown
    return _to_proposal(proposal_id, done)


def _to_proposal(proposal_id: int, done: str = "") -> Response:
    return RedirectResponse(f"/desk/proposals/{proposal_id}" + (f"?done={done}" if done else ""), 303)


def _street_page(
    request: Request, access: Access, street_id: int, door_id: int | None, *, done: str = "",
    fault: AddressingError | None = None, typed: tuple[float, float] | None = None,
) -> Response:  # fmt: skip
    conn, lang = access.connection, language_of(request, access.settings)
    areas.require_street(conn, access.identity.login, street_id)
    street = worklist.get_street(conn, street_id)
    view = desk_views.street_view(conn, street)
    chosen = next((door for door in view.doors if door.id == door_id), None)
    return page(
        request, access, "desk/street.html", status=status_of(fault) if fault else 200, street=street, view=view,
        live=numbering.find_live_proposal(conn, street_id), past=worklist.proposals_of(conn, street_id),
        chosen=chosen, typed=typed, done=done if done == "moved" else "", srid=storage_srid(conn),
        fault=_words(fault, lang), changed=fault if isinstance(fault, doors.DoorChanged) else None,
        qualities=doors.QUALITIES, may=desk_views.rights(access.identity),
        numbers=renumbering.open_numbers(conn, street_id),
        estates=estates.list_estates(conn, access.identity.login, street_id=street_id),
        data=desk_views.street_data(conn, lang, street, view, chosen),
    )  # fmt: skip


def _proposal_page(
    request: Request, access: Access, proposal_id: int, *, done: str = "", fault: AddressingError | None = None
) -> Response:
    conn, lang = access.connection, language_of(request, access.settings)
    proposal = numbering.get_proposal(conn, proposal_id)
    areas.require_street(conn, access.identity.login, proposal.street_id)
    view = desk_views.proposal_view(conn, proposal, access.identity)
    return page(
        request, access, "desk/proposal.html", status=status_of(fault) if fault else 200, proposal=proposal,
        view=view, fault=_words(fault, lang), may=desk_views.rights(access.identity), today=today(),
        done=done if done in _DONE else "",
        data=desk_views.proposal_data(conn, lang, proposal, view),
    )  # fmt: skip


def _words(fault: AddressingError | None, lang: str) -> str | None:
    if fault is None:
        return None
    return fault.message_vi if lang == "vi" else str(fault)
