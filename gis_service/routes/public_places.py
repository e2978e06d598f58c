"""A place for everybody: by its id or by the QR code on its plate. Nothing private, no spare number."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from addressing import cases, place_sheet
from addressing.deciding import today
from addressing.errors import AddressingError, InvalidIdentifier, NotFound
from addressing.identifiers import PlaceId
from gis_service.access import Access, reading
from gis_service.errors import problem
from gis_service.pages_context import base_url, language_of, page
from gis_service.routes import desk_views
from maps.reports import qr

router = APIRouter(tags=["places"])

_LOOK_UP = "places.look_up"


@router.get("/p", response_class=Response, include_in_schema=False)
def look_up(
    request: Request, access: Annotated[Access, reading(_LOOK_UP)], id: Annotated[str, Query(max_length=60)] = ""  # noqa: A002 - the field of the form
) -> Response:  # fmt: skip
    """A form for an id read off a plate; with one, the way to its page."""
    if not id.strip():
        return page(request, access, "public_place.html", sheet=None, fault=None, asked="", data=None, address="")
    try:
        found = PlaceId.parse(id)
    except InvalidIdentifier as fault:
        return _missing(request, access, id, fault)
    return RedirectResponse(f"/p/{found}", 303)


@router.get("/p/{place_id}", response_class=Response)
def place(request: Request, access: Annotated[Access, reading(_LOOK_UP)], place_id: str) -> Response:
    """A place with its address in force, earlier addresses and position; a page for browsers, else JSON.

    404 for an id that is misspelt (its check character tells) and for one that nobody has.
    """
    try:
        found = PlaceId.parse(place_id)
        sheet = place_sheet.read(access.connection, found, today())
    except (InvalidIdentifier, NotFound) as fault:
        return _missing(request, access, place_id, fault)
    link = f"{base_url(request, access.settings)}/p/{found}"
    if not _wants_page(request):
        return JSONResponse(_as_json(sheet, link), headers={"Vary": "Accept"})
    if str(found) != place_id:
        return RedirectResponse(f"/p/{found}", 303)
    data = desk_views.place_data(language_of(request, access.settings), sheet)
    answer = page(request, access, "public_place.html", sheet=sheet, fault=None, asked="", data=data, address=link)
    answer.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return answer


@router.get("/p/{place_id}/qr.svg", response_class=Response)
def qr_code(request: Request, access: Annotated[Access, reading(_LOOK_UP)], place_id: str) -> Response:
    """The QR code of a place, which leads to its page."""
    try:
        found = PlaceId.parse(place_id)
        place_sheet.read(access.connection, found, today())
    except (InvalidIdentifier, NotFound) as fault:
        return _missing(request, access, place_id, fault)
    drawing = qr.svg(f"{base_url(request, access.settings)}/p/{found}")
    return Response(drawing, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=3600"})


@router.get("/cases/status", response_class=Response, include_in_schema=False)
def case_form(
    request: Request,
    access: Annotated[Access, reading("cases.status", audience="public")],
    receipt: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """A form for a receipt code; with one, the state of that case."""
    if not receipt.strip():
        return page(request, access, "case_status.html", case=None, fault=None, asked="")
    return _case_page(request, access, receipt)


@router.get("/cases/status/{receipt}", response_class=Response, include_in_schema=False)
def case_page(
    request: Request, access: Annotated[Access, reading("cases.status", audience="public")], receipt: str
) -> Response:
    """How far a case has come, for whoever holds its receipt; nothing about persons."""
    return _case_page(request, access, receipt)


def _case_page(request: Request, access: Access, receipt: str) -> Response:
    try:
        found = cases.public_status(access.connection, receipt)
    except (InvalidIdentifier, NotFound) as fault:
        return page(request, access, "case_status.html", status=404, case=None, fault=fault, asked=receipt[:60])
    return page(request, access, "case_status.html", case=found, fault=None, asked="")


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _missing(request: Request, access: Access, asked: str, fault: AddressingError) -> Response:
    """Friendly to people, a problem to programs; 404 either way, since no such place can be shown."""
    if _wants_page(request):
        return page(
            request, access, "public_place.html", status=404, sheet=None, fault=fault, asked=asked[:60], data=None,
            address="",
        )  # fmt: skip
    return problem(request, 404, fault.code, str(fault), fault.message_vi, **fault.facts)


def _as_json(sheet: place_sheet.PlaceSheet, link: str) -> dict[str, Any]:
    def plain(one: place_sheet.NumberOfPlace | place_sheet.WrittenAddress) -> dict[str, Any]:
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(one).items()}

    return {
        "id": sheet.id,
        "kind": sheet.kind,
        "link": link,
        "position": {"lon": sheet.lon, "lat": sheet.lat, "x": sheet.x, "y": sheet.y, "srid": sheet.srid},
        "numbers": [plain(one) for one in sheet.present],
        "previous_numbers": [plain(one) for one in sheet.previous],
        "addresses": [plain(one) for one in sheet.addresses],
        "previous_addresses": [plain(one) for one in sheet.previous_addresses],
    }
