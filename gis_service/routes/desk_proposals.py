"""The numbering of a street at the desk: propose, answer, submit, approve, issue; and certificates of its numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from addressing import areas, certificates, issuing, numbering, place_papers
from addressing.deciding import SignedDecision, today
from addressing.errors import AddressingError
from addressing.identifiers import PlaceId
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.pages_context import language_of, page
from gis_service.routes import desk_views
from gis_service.routes.desk import show_street
from gis_service.routes.desk_proposal_steps import DONE, PROPOSAL, Desk, RecordId, add_steps

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)


@router.post("/desk/streets/{street_id}/propose")
def propose(
    request: Request, street_id: RecordId,
    access: Annotated[Access, writing("streets.number.propose", "streets/{street_id}")],
) -> Response:  # fmt: skip
    """Run the rules; go to the proposal, or to the live one where that is already under way."""
    return _DESK.propose(access, street_id, lambda fault: show_street(request, access, street_id, None, fault=fault))


@router.get("/desk/proposals/{proposal_id}")
def proposal_page(
    request: Request, access: Annotated[Access, reading("streets.number.review")], proposal_id: RecordId,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """A proposal: before and after, questions, reasons, and what the asker may do with it."""
    return _proposal_page(request, access, proposal_id, done=done)


@router.post("/desk/proposals/{proposal_id}/certificates")
def certify(
    request: Request,
    proposal_id: RecordId,
    access: Annotated[Access, writing("certificates.issue", PROPOSAL)],
    place: Annotated[str, Form(max_length=40)],
) -> Response:
    """Put a certificate of one issued number on record, so that it can be printed with number and day."""
    conn = access.connection

    def act() -> None:
        street_id = numbering.get_proposal(conn, proposal_id).street_id
        number_id = place_papers.number_in_force(conn, PlaceId.parse(place), street_id)
        certificates.issue_certificate(conn, number_id, access.identity.login)

    return _DESK.step(request, access, proposal_id, "certified", act)


def _proposal_page(
    request: Request, access: Access, proposal_id: int, *, done: str = "", fault: AddressingError | None = None
) -> Response:
    conn, lang = access.connection, language_of(request, access.settings)
    proposal = numbering.get_proposal(conn, proposal_id)
    areas.require_street(conn, access.identity.login, proposal.street_id)
    view = desk_views.proposal_view(conn, proposal, access.identity)
    return page(
        request, access, "desk/proposal.html", status=status_of(fault) if fault else 200, proposal=proposal,
        view=view, fault=desk_views.words(fault, lang), may=desk_views.rights(access.identity), today=today(),
        done=done if done in DONE else "",
        data=desk_views.proposal_data(conn, lang, proposal, view),
    )  # fmt: skip


def _issue(conn: Connection, proposal_id: int, signed: SignedDecision, login: str) -> object:
    return issuing.issue(conn, proposal_id, signed.number, signed.decided_on, signed.issuing_body, login)


_DESK = Desk(numbering.NUMBERING, "/desk/proposals", _issue, _proposal_page)
add_steps(router, _DESK)
