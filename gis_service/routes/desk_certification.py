"""Quality and certification of one street, as forms on its page at the desk."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas, certification, quality, worklist
from addressing.errors import AddressingError
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import page

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

StreetId = Annotated[int, Path(ge=1, le=2**62)]
_STREET = "streets/{street_id}"
_DONE = ("certified", "undone")


@router.get("/desk/streets/{street_id}/quality")
def quality_page(
    request: Request, access: Annotated[Access, reading("streets.quality")], street_id: StreetId,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """What is doubtful about the numbers of a street, and whether somebody compared them with the ground."""
    return _page(request, access, street_id, done=done if done in _DONE else "")


@router.post("/desk/streets/{street_id}/certify")
def certify(
    request: Request, access: Annotated[Access, writing("streets.certify", _STREET)], street_id: StreetId
) -> Response:
    """Certify the numbers of this one street as they stand."""
    try:
        certification.certify(access.connection, street_id, access.identity.login)
    except AddressingError as fault:
        shown = _page(request, access, street_id, fault=fault)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/streets/{street_id}/quality?done=certified", 303)


@router.post("/desk/streets/{street_id}/certify/undo")
def undo(
    request: Request, access: Annotated[Access, writing("streets.certify", _STREET)], street_id: StreetId,
    version: Annotated[int, Form(ge=0, le=2**31)], reason: Annotated[str, Form(max_length=1000)] = "",
) -> Response:  # fmt: skip
    """Take the certification back, with a reason."""
    words, fault = reason.strip(), None
    if words:
        try:
            certification.undo(access.connection, street_id, words, access.identity.login, version=version)
        except AddressingError as found:
            fault = found
        else:
            return RedirectResponse(f"/desk/streets/{street_id}/quality?done=undone", 303)
    shown = _page(request, access, street_id, fault=fault, needs_words=not words, reason=words)
    access.take_back()
    return shown


def _page(
    request: Request, access: Access, street_id: int, *, done: str = "", fault: AddressingError | None = None,
    needs_words: bool = False, reason: str = "",
) -> Response:  # fmt: skip
    conn = access.connection
    street = worklist.get_street(conn, street_id)
    areas.require_street(conn, access.identity.login, street_id)
    return page(
        request, access, "desk/quality.html", status=status_of(fault) if fault else 422 if needs_words else 200,
        street=street, report=quality.street_report(conn, street_id), blocking=certification.BLOCKING,
        standing=certification.find_certification(conn, street_id), done=done, fault=fault, needs_words=needs_words,
        reason=reason, may_certify=policy.may(access.identity, "streets.certify"),
    )  # fmt: skip
