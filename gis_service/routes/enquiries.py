"""Enquiries of investors: a form without a login, a receipt, and the inbox where the Authority answers."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing.errors import AddressingError, InvalidIdentifier
from gis_service import enquiries, jobs
from gis_service.access import Access, client_of, reading, writing
from gis_service.errors import status_of
from gis_service.mail import outbox
from gis_service.pages_context import language_of, page
from gis_service.public_forms import asked_too_often, is_email, is_phone, is_too_long, tidied
from layers.errors import NotFound

router = APIRouter(tags=["enquiries"], include_in_schema=False, default_response_class=HTMLResponse)

PER_HOUR = 10
"""So many enquiries an hour come from one network address."""
_COUNTRY = re.compile(r"[A-Z]{2}")
_PAGE = 50

Line = Annotated[str, Form()]
LONGEST = {"message": 4000}
Sending = Annotated[Access, writing("enquiries.send", "enquire")]
Looking = Annotated[Access, reading("plots.read", audience="public")]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of the form."""

    plot: str = ""
    # ZONE/PLOT, or nothing
    name: str = ""
    company: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    message: str = ""
    consent: str = ""


@router.get("/enquire")
def enquiry_form(request: Request, access: Looking, plot: Annotated[str, Query(max_length=130)] = "") -> Response:
    """The empty form; from the page of a plot with the plot filled in."""
    return page(request, access, "portal/enquire.html", typed=asdict(Typed(plot.strip())), faults=[], fault=None)


@router.post("/enquire")
def send(
    request: Request, access: Sending, plot: Line = "", name: Line = "", company: Line = "", country: Line = "",
    email: Line = "", phone: Line = "", message: Line = "", consent: Line = "",
    website: Line = "",
) -> Response:  # fmt: skip
    """Take the enquiry down and show its receipt; or the form again, with what was typed and what is missing.

    `website` is a field that people do not see; whoever fills it in is a machine.
    """
    typed = Typed(*tidied(plot, name, company, country.upper(), email, phone, message, consent))
    faults = _faults(typed, website)
    if not faults and asked_too_often(access.connection, client_of(request), "enquiries.send", PER_HOUR):
        return _again(request, access, typed, ["enquiry.fault.too_many"], 429)
    if faults:
        return _again(request, access, typed, faults, 422)
    zone_code, _, plot_code = typed.plot.partition("/")
    who = enquiries.Enquirer(
        typed.name, typed.company or None, typed.country or None, typed.email or None, typed.phone or None,
        language_of(request, access.settings),
    )  # fmt: skip
    try:
        receipt = enquiries.take_down(access.connection, who, typed.message, zone_code=zone_code, plot_code=plot_code)
    except NotFound as fault:
        return _again(request, access, typed, [], status_of(fault), fault)
    if access.settings.sends_mail:
        _write_to_both(access, who, receipt)
    return RedirectResponse(f"/enquiries/{receipt}", 303)


@router.get("/enquiries/{receipt}")
def receipt_page(
    request: Request, access: Annotated[Access, reading("enquiries.status", audience="staff")], receipt: str
) -> Response:
    """How far an enquiry has come, for whoever holds its receipt; nothing about persons.

    Read as staff: the public's role sees nothing of enquiries, and this gives away a state and a day alone.
    """
    try:
        state, since = enquiries.state_of(access.connection, receipt)
    except (InvalidIdentifier, NotFound) as fault:
        shown = {"receipt": receipt[:60], "state": None, "since": None, "fault": fault}
        return page(request, access, "portal/enquiry.html", status=404, **shown)
    return page(request, access, "portal/enquiry.html", receipt=receipt, state=state, since=since, fault=None)


@router.get("/desk/enquiries")
def inbox(
    request: Request,
    access: Annotated[Access, reading("enquiries.read")],
    state: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """The inbox, the newest first."""
    chosen = state if state in enquiries.STATES else ""
    rows = enquiries.inbox(access.connection, chosen or None, after, _PAGE + 1)
    more = rows[_PAGE - 1]["id"] if len(rows) > _PAGE else None
    return page(
        request, access, "portal/inbox.html", rows=rows[:_PAGE], more=more, state=chosen, states=enquiries.STATES,
        mail=outbox.counts(access.connection) if access.settings.sends_mail else None,
    )  # fmt: skip


@router.post("/desk/enquiries/{enquiry_id}")
def handle(
    access: Annotated[Access, writing("enquiries.handle", "enquiries/{enquiry_id}")],
    enquiry_id: Annotated[int, Path(ge=1, le=2**62)],
    state: Line,
    version: Annotated[int, Form(ge=1, le=2**31 - 1)],
    note: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Move an enquiry on; 409 when somebody was faster, 422 for a state that there is not."""
    if state not in enquiries.STATES:
        raise NotFound("state", "trạng thái", state[:40])
    enquiries.handle(
        access.connection, enquiry_id, state, note.strip() or None, by=access.identity.login, version=version
    )
    return RedirectResponse("/desk/enquiries", 303)


def _write_to_both(access: Access, who: enquiries.Enquirer, receipt: str) -> None:
    """A receipt to the enquirer, and to the Authority that there is something; what was asked is read here only."""
    conn, about = access.connection, {"receipt": receipt, "subject": enquiries.subject_of(access.connection, receipt)}
    if who.email:
        outbox.put(conn, "receipt", f"receipt {receipt}", who.email, who.language, about)
    if access.settings.mail_notices_to:
        language = access.settings.default_language
        outbox.put(conn, "notice", f"notice {receipt}", access.settings.mail_notices_to, language, about)
    jobs.ask_for_mail(conn)


def _faults(typed: Typed, website: str) -> list[str]:
    found = [
        ("machine", bool(website)),
        ("name", not typed.name),
        ("contact", not typed.email and not typed.phone),
        ("email", bool(typed.email) and not is_email(typed.email)),
        ("phone", bool(typed.phone) and not is_phone(typed.phone)),
        ("country", bool(typed.country) and not _COUNTRY.fullmatch(typed.country)),
        ("message", not typed.message),
        ("consent", typed.consent != "yes"),
        ("long", is_too_long(asdict(typed), LONGEST)),
    ]
    return [f"enquiry.fault.{name}" for name, is_wrong in found if is_wrong]


def _again(
    request: Request, access: Access, typed: Typed, faults: list[str], status: int,
    fault: AddressingError | NotFound | None = None,
) -> Response:  # fmt: skip
    shown = page(request, access, "portal/enquire.html", status=status, typed=asdict(typed), faults=faults, fault=fault)
    access.take_back()
    return shown
