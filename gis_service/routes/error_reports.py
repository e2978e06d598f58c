"""Errors that visitors report: a form without a login, a receipt, its follow-up, and the inbox of the desk."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing.errors import InvalidIdentifier
from gis_service import error_reports
from gis_service.access import Access, client_of, reading, writing
from gis_service.error_reports import Contact, Where
from gis_service.pages_context import language_of, page
from gis_service.public_forms import asked_too_often, is_email, is_phone, is_too_long, tidied
from gis_service.routes.tiles import territory
from layers.crs import storage_srid, transformer
from layers.errors import NotFound
from maps import catalog, facts
from maps.errors import MapsError

router = APIRouter(tags=["error reports"], include_in_schema=False, default_response_class=HTMLResponse)

PER_HOUR = 10
"""So many reports an hour come from one network address."""
_PAGE = 50
_BEYOND_DEG = 2.0
"""A position so far outside the area of the deployment is a mistake."""

Line = Annotated[str, Form()]
LONGEST = {"message": 4000}
Short = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of the form."""

    kind: str = ""
    layer: str = ""
    key: str = ""
    place: str = ""
    lat: str = ""
    lon: str = ""
    message: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    consent: str = ""


@router.get("/reports/new")
def report_form(
    request: Request, access: Annotated[Access, reading("pages.read")],
    layer: Short = "", key: Short = "", lat: Short = "", lon: Short = "", place: Short = "",
) -> Response:  # fmt: skip
    """The form; the map card, the page of a plot and that of a place fill in where."""
    title = place.strip() or _title_of(request, access, layer, key)
    typed = Typed(layer=layer.strip(), key=key.strip(), place=title, lat=lat.strip(), lon=lon.strip())
    return _form(request, access, typed, [])


@router.post("/reports")
def send(
    request: Request, access: Annotated[Access, writing("reports.send", "reports")],
    kind: Line = "", layer: Line = "", key: Line = "", place: Line = "", lat: Line = "", lon: Line = "",
    message: Line = "", name: Line = "", email: Line = "", phone: Line = "",
    consent: Line = "", website: Line = "",
) -> Response:  # fmt: skip
    """Take the report down and show its receipt; or the form again, with what was typed and what is missing.

    `website` is a field that people do not see; whoever fills it in is a machine.
    """
    typed = Typed(*tidied(kind, layer, key, place, lat, lon, message, name, email, phone, consent))
    faults = _faults(typed, website)
    xy = None if "report.fault.position" in faults else _metres(access.connection, typed)
    if typed.lat and xy is None and "report.fault.position" not in faults:
        faults.append("report.fault.position")
    if faults:
        return _again(request, access, typed, faults, 422)
    if asked_too_often(access.connection, client_of(request), "reports.send", PER_HOUR):
        return _again(request, access, typed, ["enquiry.fault.too_many"], 429)
    where = Where(typed.layer or None, typed.key or None, typed.place or None, xy)
    has_contact = bool(typed.name or typed.email or typed.phone)
    contact = Contact(typed.name or None, typed.email or None, typed.phone or None) if has_contact else None
    lang = language_of(request, access.settings)
    receipt = error_reports.take_down(access.connection, typed.kind, where, typed.message, contact, lang)
    return RedirectResponse(f"/reports/{receipt}", 303)


@router.get("/reports/{receipt}")
def receipt_page(
    request: Request, access: Annotated[Access, reading("reports.status", audience="staff")], receipt: str
) -> Response:
    """How far a report has come and what the Authority says; neither the report itself nor persons."""
    try:
        row = error_reports.told(access.connection, receipt)
    except (InvalidIdentifier, NotFound) as fault:
        return page(request, access, "report_status.html", status=404, row=None, fault=fault)
    return page(request, access, "report_status.html", row=row, fault=None)


@router.get("/desk/reports")
def inbox(
    request: Request,
    access: Annotated[Access, reading("reports.read")],
    state: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """The inbox, the newest first."""
    chosen = state if state in error_reports.STATES else ""
    rows = error_reports.inbox(access.connection, chosen or None, after, _PAGE + 1)
    more = rows[_PAGE - 1]["id"] if len(rows) > _PAGE else None
    to_degrees = transformer(storage_srid(access.connection), 4326)
    spots = {row["id"]: to_degrees.transform(row["x_m"], row["y_m"]) for row in rows if row["x_m"] is not None}
    return page(
        request, access, "desk/reports.html", rows=rows[:_PAGE], spots=spots, more=more, state=chosen,
        states=error_reports.STATES, drawn=catalog.BY_NAME, contact_days=access.settings.report_contact_days,
    )  # fmt: skip


@router.post("/desk/reports/{report_id}")
def handle(
    access: Annotated[Access, writing("reports.handle", "reports/{report_id}")],
    report_id: Annotated[int, Path(ge=1, le=2**62)],
    state: Line,
    version: Annotated[int, Form(ge=1, le=2**31 - 1)],
    reply: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Move a report on, with a reply that whoever reported may read; 409 when somebody was faster."""
    if state not in error_reports.STATES:
        raise NotFound("state", "trạng thái", state[:40])
    error_reports.handle(
        access.connection, report_id, state, reply.strip() or None, by=access.identity.login, version=version
    )
    return RedirectResponse("/desk/reports", 303)


def _title_of(request: Request, access: Access, layer: str, key: str) -> str:
    """What the map calls the object, as the asker may see it; empty for what nobody can see."""
    if layer not in catalog.BY_NAME or not (key.isascii() and key.isdigit()) or len(key) > 18:
        return ""
    lang = language_of(request, access.settings)
    try:
        found = facts.find(access.connection, catalog.get(layer), int(key), access.audience, lang)
    except (MapsError, NotFound):
        return ""
    return f"{found.layer_title}: {found.title}"[:200]


def _faults(typed: Typed, website: str) -> list[str]:
    has_contact = bool(typed.name or typed.email or typed.phone)
    found = [
        ("enquiry.fault.machine", bool(website)),
        ("report.fault.kind", typed.kind not in error_reports.KINDS),
        ("report.fault.where", not (typed.layer and typed.key) and not typed.place and not (typed.lat and typed.lon)),
        ("report.fault.position", bool(typed.lat) != bool(typed.lon) or not _is_position(typed)),
        ("report.fault.message", not typed.message),
        ("enquiry.fault.email", bool(typed.email) and not is_email(typed.email)),
        ("enquiry.fault.phone", bool(typed.phone) and not is_phone(typed.phone)),
        ("report.fault.consent", has_contact and typed.consent != "yes"),
        ("enquiry.fault.long", is_too_long(asdict(typed), LONGEST)),
    ]
    return [name for name, is_wrong in found if is_wrong]


def _is_position(typed: Typed) -> bool:
    if not typed.lat and not typed.lon:
        return True
    try:
        lat, lon = float(typed.lat), float(typed.lon)
    except ValueError:
        return False
    return math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180


def _metres(conn: Connection, typed: Typed) -> tuple[float, float] | None:
    """The position in the storage CRS; None without one, or when it is far from the area of the service."""
    if not typed.lat or not typed.lon:
        return None
    lat, lon = float(typed.lat), float(typed.lon)
    west, south, east, north = territory(conn)
    if not (west - _BEYOND_DEG <= lon <= east + _BEYOND_DEG and south - _BEYOND_DEG <= lat <= north + _BEYOND_DEG):
        return None
    x, y = transformer(4326, storage_srid(conn)).transform(lon, lat)
    return round(x, 2), round(y, 2)


def _form(request: Request, access: Access, typed: Typed, faults: list[str], status: int = 200) -> Response:
    return page(
        request, access, "report_form.html", status=status, typed=asdict(typed), faults=faults,
        kinds=error_reports.KINDS,
    )  # fmt: skip


def _again(request: Request, access: Access, typed: Typed, faults: list[str], status: int) -> Response:
    shown = _form(request, access, typed, faults, status)
    access.take_back()
    return shown
