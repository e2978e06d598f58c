"""Saved searches that send mail: asked for, confirmed and ended without an account."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gis_service import alerts, jobs
from gis_service.access import Access, client_of, database_of, reading, writing
from gis_service.alerts import FREQUENCIES, MailIsOff, Subscription
from gis_service.errors import status_of
from gis_service.mail import letters, rounds
from gis_service.mail.outbox import LANGUAGES
from gis_service.pages_context import language_of, page
from gis_service.public_forms import LINE, asked_too_often, is_email, tidied
from gis_service.routes.client_pages import SECRET
from layers.errors import NotFound
from maps.portal import described
from maps.portal.watched import MOST_WATCHED

router = APIRouter(tags=["alerts"], include_in_schema=False, default_response_class=HTMLResponse)

PER_HOUR = 10
"""So many searches an hour are saved from one network address."""

Line = Annotated[str, Form()]
Using = Annotated[Access, writing("alerts.use", "alerts")]  # the address itself is a secret and not for the trail
Looking = Annotated[Access, reading("alerts.use", audience="staff")]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of the form."""

    search: str = ""
    # query of the address of the list
    email: str = ""
    frequency: str = "daily"
    language: str = "vi"
    consent: str = ""


@router.get("/alerts/new")
def form(request: Request, access: Annotated[Access, reading("alerts.ask", audience="public")]) -> Response:
    """The form; the query of the address is the search to save."""
    typed = Typed(_tidied(request.url.query), language=language_of(request, access.settings))
    return _form(request, access, typed, [])


@router.post("/alerts")
def save(
    request: Request, access: Annotated[Access, writing("alerts.ask", "alerts")],
    search: Line = "", email: Line = "", frequency: Line = "daily",
    language: Line = "vi", consent: Line = "", website: Line = "",
) -> Response:  # fmt: skip
    """Save a search and have its owner asked; the answer is the same whether the address was known or not.

    `website` is a field that people do not see; whoever fills it in is a machine.
    """
    typed = Typed(_tidied(search), *tidied(email, frequency, language, consent))
    if not access.settings.sends_mail:
        return _form(request, access, typed, [], MailIsOff())
    faults = _faults(typed, website)
    conn = access.connection
    is_too_much = asked_too_often(conn, client_of(request), "alerts.ask", PER_HOUR) or alerts.is_flooded(conn)
    if not faults and is_too_much:
        return _form(request, access, typed, ["too_many"])
    if not faults and len(rounds.fitting_now(database_of(request), typed.search)) > MOST_WATCHED:
        faults = ["broad"]
    if faults:
        return _form(request, access, typed, faults)
    alerts.ask(
        access.connection, email=typed.email, search=typed.search, frequency=typed.frequency, language=typed.language
    )
    jobs.ask_for_mail(access.connection)
    return RedirectResponse("/alerts/asked", 303)


@router.get("/alerts/asked")
def asked(request: Request, access: Annotated[Access, reading("alerts.ask", audience="public")]) -> Response:
    """Look into your mailbox."""
    hours = int(alerts.UNCONFIRMED_FOR.total_seconds() // 3600)
    return page(request, access, "portal/alert_asked.html", hours=hours)


@router.get("/alerts/of/{token}")
def own(request: Request, access: Looking, token: str) -> Response:
    """The alert behind a link from a mail, to confirm, renew or end. Looking changes nothing: mail scanners look."""
    try:
        sub = alerts.find(access.connection, token)
    except NotFound as fault:
        return _over(request, access, status_of(fault))
    return _own(request, access, token, sub, done="")


@router.get("/alerts/of/{token}/stop")
def look_before_stopping(
    access: Annotated[Access, reading("alerts.use", audience="public")], token: str
) -> Response:  # fmt: skip
    """Where a mail program leads when it opens the address for ending instead of posting to it."""
    return RedirectResponse(f"/alerts/of/{token}", 303, headers=SECRET)


@router.post("/alerts/of/{token}/confirm")
def confirm(request: Request, access: Using, token: str) -> Response:
    """Begin the alert, or let it run as long again."""
    try:
        sub = alerts.find(access.connection, token)
    except NotFound as fault:
        return _taken_back(access, _over(request, access, status_of(fault)))
    if alerts.confirm(access.connection, sub.id, for_days=access.settings.alert_days):
        rounds.begin(database_of(request), access.connection, sub)
    return _own(request, access, token, alerts.get(access.connection, sub.id), done="confirmed")


@router.post("/alerts/of/{token}/stop")
def stop(request: Request, access: Using, token: str) -> Response:
    """End the alert and delete the address; also by one press in a mail program (RFC 8058). Twice is no fault."""
    try:
        sub = alerts.find(access.connection, token)
    except NotFound:
        return _taken_back(access, _over(request, access, 200))
    alerts.end(access.connection, sub.id)
    return _over(request, access, 200, ended=True)


def _tidied(query: str) -> str:
    """The search as the filter writes it: what it does not know, and pages and languages, are gone."""
    return urlsplit(letters.read_search(query[:2000]).address()).query


def _faults(typed: Typed, website: str) -> list[str]:
    found = [
        ("machine", bool(website)),
        ("email", not typed.email.isascii() or len(typed.email) > LINE or not is_email(typed.email)),
        ("frequency", typed.frequency not in FREQUENCIES),
        ("language", typed.language not in LANGUAGES),
        ("consent", typed.consent != "yes"),
    ]
    return [name for name, is_wrong in found if is_wrong]


def _form(
    request: Request, access: Access, typed: Typed, faults: list[str], fault: MailIsOff | None = None
) -> Response:  # fmt: skip
    search = letters.read_search(typed.search)
    status = status_of(fault) if fault else 429 if faults == ["too_many"] else 422 if faults else 200
    shown = page(
        request, access, "portal/alert_form.html", status=status, typed=asdict(typed), faults=faults,
        is_on=access.settings.sends_mail, lines=described.in_words(search, language_of(request, access.settings)),
        back=search.address(), frequencies=FREQUENCIES, alert_languages=LANGUAGES, days=access.settings.alert_days,
        most=MOST_WATCHED,
    )  # fmt: skip
    return _taken_back(access, shown) if faults or fault else shown


def _own(request: Request, access: Access, token: str, sub: Subscription, *, done: str) -> Response:
    search = letters.read_search(sub.search)
    return _secret(page(
        request, access, "portal/alert_own.html", sub=sub, token=token, done=done, days=access.settings.alert_days,
        lines=described.in_words(search, language_of(request, access.settings)), list_address=search.address(),
    ))  # fmt: skip


def _over(request: Request, access: Access, status: int, *, ended: bool = False) -> Response:
    return _secret(page(request, access, "portal/alert_over.html", status=status, ended=ended))


def _secret(answer: Response) -> Response:
    for name, value in SECRET.items():
        answer.headers[name] = value
    return answer


def _taken_back(access: Access, answer: Response) -> Response:
    access.take_back()
    return answer
