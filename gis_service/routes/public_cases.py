"""The form by which anybody asks for a number or reports an error, and the page with its receipt. No script needed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import cases
from addressing.deciding import today
from addressing.errors import AddressingError, InvalidIdentifier, NotFound
from addressing.identifiers import PlaceId
from addressing.units_on_record import communes_on
from gis_service.access import Access, client_of, reading, writing
from gis_service.errors import status_of
from gis_service.pages_context import page
from gis_service.public_forms import asked_too_often, is_email, is_phone, is_too_long, tidied

router = APIRouter(tags=["cases"], include_in_schema=False, default_response_class=HTMLResponse)

KINDS = ("new_number", "change", "reissue", "error_report")
PER_HOUR = 20
"""So many requests an hour come from one network address; a counter of an office sends fewer."""
CONSENT = "Người nộp đồng ý cho xử lý dữ liệu cá nhân để giải quyết hồ sơ (biểu mẫu trực tuyến)."

Line = Annotated[str, Form()]
LONGEST = {"request_text": 2000}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of the form."""

    kind: str = "new_number"
    place: str = ""
    commune: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    request_text: str = ""
    consent: str = ""


@router.get("/cases/new")
def case_form(
    request: Request,
    access: Annotated[Access, reading("cases.status", audience="public")],
    place: Annotated[str, Query(max_length=40)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The empty form; from the page of a place with its id filled in."""
    chosen = kind if kind in KINDS else ("error_report" if place else "new_number")
    return _form(request, access, Typed(chosen, place.strip()))


@router.post("/cases/new")
def hand_in(
    request: Request,
    access: Annotated[Access, writing("cases.hand_in", "cases/new")],
    kind: Line = "", place: Line = "", commune: Line = "", name: Line = "", phone: Line = "", email: Line = "",
    request_text: Line = "", consent: Line = "",
) -> Response:  # fmt: skip
    """Take the request down and show its receipt; or the form again, with what was typed and what is missing."""
    typed = Typed(*tidied(kind, place, commune, name, phone, email, request_text, consent))
    conn = access.connection
    faults = _faults(conn, typed)
    if not faults and asked_too_often(conn, client_of(request), "cases.hand_in", PER_HOUR):
        return _again(request, access, typed, ["case.fault.too_many"], 429)
    if faults:
        return _again(request, access, typed, faults, 422)
    applicant = cases.Applicant(typed.name, typed.phone or None, typed.email or None, typed.request_text)
    by = access.identity.login
    try:
        case = cases.receive(
            conn, typed.kind, applicant, by, place_id=str(PlaceId.parse(typed.place)) if typed.place else None,
            commune_code=typed.commune or None,
        )  # fmt: skip
        cases.add_note(conn, case.id, CONSENT, by)
    except AddressingError as fault:
        return _again(request, access, typed, [], status_of(fault), fault)
    return RedirectResponse(f"/cases/received/{case.receipt}", 303)


@router.get("/cases/received/{receipt}")
def receipt_page(
    request: Request, access: Annotated[Access, reading("cases.status", audience="public")], receipt: str
) -> Response:
    """The receipt to write down or print; nothing about persons."""
    try:
        case = cases.public_status(access.connection, receipt)
    except (InvalidIdentifier, NotFound) as fault:
        return page(request, access, "case_status.html", status=404, case=None, fault=fault, asked=receipt[:60])
    return page(request, access, "case_receipt.html", case=case)


def _faults(conn: Connection, typed: Typed) -> list[str]:
    """Keys of the texts that say what is missing or wrong."""
    found = [
        ("kind", typed.kind not in KINDS),
        ("place", bool(typed.place) and not _is_place_id(typed.place)),
        ("where", not typed.place and typed.commune not in {code for code, _ in communes_on(conn, today())}),
        ("place_needed", typed.kind in ("change", "reissue") and not typed.place),
        ("name", not typed.name),
        ("contact", not typed.phone and not typed.email),
        ("phone", bool(typed.phone) and not is_phone(typed.phone)),
        ("email", bool(typed.email) and not is_email(typed.email)),
        ("text", not typed.request_text),
        ("consent", typed.consent != "yes"),
        ("long", is_too_long(asdict(typed), LONGEST)),
    ]
    return [f"case.fault.{name}" for name, is_wrong in found if is_wrong]


def _is_place_id(typed: str) -> bool:
    try:
        PlaceId.parse(typed)
    except InvalidIdentifier:
        return False
    return True


def _again(
    request: Request, access: Access, typed: Typed, faults: list[str], status: int, fault: AddressingError | None = None
) -> Response:
    shown = _form(request, access, typed, faults, status, fault)
    access.take_back()
    return shown


def _form(
    request: Request, access: Access, typed: Typed, faults: list[str] | None = None, status: int = 200,
    fault: AddressingError | None = None,
) -> Response:  # fmt: skip
    return page(
        request, access, "case_form.html", status=status, typed=asdict(typed), faults=faults or [], fault=fault,
        kinds=KINDS, communes=communes_on(access.connection, today()),
    )  # fmt: skip
