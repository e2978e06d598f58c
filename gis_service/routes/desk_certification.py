"""Quality and certification of one street or one estate, as forms on its page at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas, certification, estate_quality, quality, worklist
from addressing.certification import Whole
from addressing.errors import AddressingError
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import page

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

Key = Annotated[int, Path(ge=1, le=2**62)]
Done = Annotated[str, Query(max_length=20)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
Reason = Annotated[str, Form(max_length=1000)]
_DONE = ("certified", "undone")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page calls the street or estate, and what is doubtful about it."""

    name: str
    address: str
    report: quality.StreetReport | estate_quality.EstateReport


def _street(access: Access, street_id: int) -> _Shown:
    conn = access.connection
    street = worklist.get_street(conn, street_id)
    areas.require_street(conn, access.identity.login, street_id)
    return _Shown(street.name, f"/desk/streets/{street_id}", quality.street_report(conn, street_id))


def _estate(access: Access, estate_id: int) -> _Shown:
    report = estate_quality.estate_report(access.connection, estate_id)
    areas.require_street(access.connection, access.identity.login, report.street_id)
    return _Shown(report.estate_name, f"/desk/estates/{estate_id}", report)


_SHOWN = {certification.STREET: _street, certification.ESTATE: _estate}


@router.get("/desk/streets/{key}/quality")
def street_quality(
    request: Request, access: Annotated[Access, reading("streets.quality")], key: Key, done: Done = ""
) -> Response:
    """What is doubtful about the numbers of a street, and whether somebody compared them with the ground."""
    return _page(request, access, certification.STREET, key, done=done)


@router.get("/desk/estates/{key}/quality")
def estate_quality_page(
    request: Request, access: Annotated[Access, reading("streets.quality")], key: Key, done: Done = ""
) -> Response:
    """The same about the names of an estate."""
    return _page(request, access, certification.ESTATE, key, done=done)


@router.post("/desk/streets/{key}/certify")
def certify_street(
    request: Request, access: Annotated[Access, writing("streets.certify", "streets/{key}")], key: Key
) -> Response:
    """Certify the numbers of this one street as they stand."""
    return _certify(request, access, certification.STREET, key)


@router.post("/desk/estates/{key}/certify")
def certify_estate(
    request: Request, access: Annotated[Access, writing("streets.certify", "estates/{key}")], key: Key
) -> Response:
    """Certify the names of this one estate as they stand."""
    return _certify(request, access, certification.ESTATE, key)


@router.post("/desk/streets/{key}/certify/undo")
def undo_street(
    request: Request, access: Annotated[Access, writing("streets.certify", "streets/{key}")], key: Key,
    version: Seen, reason: Reason = "",
) -> Response:  # fmt: skip
    """Take the certification of a street back, with a reason."""
    return _undo(request, access, certification.STREET, key, version, reason.strip())


@router.post("/desk/estates/{key}/certify/undo")
def undo_estate(
    request: Request, access: Annotated[Access, writing("streets.certify", "estates/{key}")], key: Key,
    version: Seen, reason: Reason = "",
) -> Response:  # fmt: skip
    """Take the certification of an estate back, with a reason."""
    return _undo(request, access, certification.ESTATE, key, version, reason.strip())


def _certify(request: Request, access: Access, of: Whole, key: int) -> Response:
    try:
        certification.certify(access.connection, key, access.identity.login, of=of)
    except AddressingError as fault:
        shown = _page(request, access, of, key, fault=fault)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/{of.noun}s/{key}/quality?done=certified", 303)


def _undo(request: Request, access: Access, of: Whole, key: int, version: int, words: str) -> Response:
    fault = None
    if words:
        try:
            certification.undo(access.connection, key, words, access.identity.login, version=version, of=of)
        except AddressingError as found:
            fault = found
        else:
            return RedirectResponse(f"/desk/{of.noun}s/{key}/quality?done=undone", 303)
    shown = _page(request, access, of, key, fault=fault, needs_words=not words, reason=words)
    access.take_back()
    return shown


def _page(
    request: Request, access: Access, of: Whole, key: int, *, done: str = "", fault: AddressingError | None = None,
    needs_words: bool = False, reason: str = "",
) -> Response:  # fmt: skip
    shown = _SHOWN[of](access, key)
    return page(
        request, access, "desk/quality.html", status=status_of(fault) if fault else 422 if needs_words else 200,
        name=shown.name, address=shown.address, report=shown.report, blocking=certification.BLOCKING,
        standing=certification.find_certification(access.connection, key, of=of), of=of.noun,
        done=done if done in _DONE else "", fault=fault, needs_words=needs_words, reason=reason,
        may_certify=policy.may(access.identity, "streets.certify"),
    )  # fmt: skip
