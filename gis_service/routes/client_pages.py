"""Pages for one client: planners make and take them back; whoever holds the secret address sees one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing.deciding import today
from gis_service import audit, client_pages
from gis_service.access import Access, client_of, database_of, reading, writing
from gis_service.client_pages import PageEnded, PageRefused
from gis_service.errors import status_of
from gis_service.pages_context import base_url, page
from layers.errors import NotFound
from maps import legends
from maps.portal import found

router = APIRouter(tags=["pages for clients"], include_in_schema=False, default_response_class=HTMLResponse)

_PAGE = 50
SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
"""Headers of an answer to a secret address: kept nowhere, told to nobody, listed by no search engine."""

Line = Annotated[str, Form(max_length=200)]
Reading = Annotated[Access, reading("client_pages.read")]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of the form."""

    plots: str = ""
    # ZONE/PLOT, one a line
    client_name: str = ""
    note: str = ""
    expires_on: str = ""


@router.get("/for/{token}")
def client_page(
    request: Request, token: str, access: Annotated[Access, reading("client_pages.view", audience="public")]
) -> Response:
    """What was chosen for a client: the note, and of each plot what anyone may see. 410 once it has ended."""
    try:
        with database_of(request).staff.begin() as conn:
            shown = client_pages.find(conn, token)
            audit.record(
                conn, actor=access.identity.login, operation="client_pages.view", subject=f"client-pages/{shown.id}",
                request_id=access.request_id, client=client_of(request),
            )  # fmt: skip
            client_pages.count_view(conn, shown.id)
    except (PageEnded, NotFound) as fault:
        return _secret(page(request, access, "portal/client_gone.html", status=status_of(fault), fault=fault))
    rows = found.rows_of_ids(access.connection, shown.plot_ids)
    return _secret(page(
        request, access, "portal/client_page.html", shown=shown, rows=rows, marks=legends.marks("plots"),
        gone=shown.gone + len(shown.plot_ids) - len(rows),
    ))  # fmt: skip


@router.get("/desk/clients")
def desk(request: Request, access: Reading, after: Annotated[int | None, Query(ge=1, le=2**62)] = None) -> Response:
    """The pages there are, the newest first."""
    rows = client_pages.listed(access.connection, after, _PAGE + 1)
    more = rows[_PAGE - 1]["id"] if len(rows) > _PAGE else None
    return page(request, access, "desk/clients.html", rows=rows[:_PAGE], more=more, today=today())


@router.get("/desk/clients/new")
def form(
    request: Request,
    access: Reading,
    p: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006
) -> Response:
    """The form, with the plots that were ticked in the list."""
    chosen = Typed("\n".join(one[:130] for one in p), expires_on=(today() + client_pages.USUAL).isoformat())
    return _form(request, access, chosen, None)


@router.post("/desk/clients")
def make(
    request: Request, access: Annotated[Access, writing("client_pages.make", "client-pages")],
    plots: Annotated[str, Form(max_length=4000)] = "", client_name: Line = "",
    note: Annotated[str, Form(max_length=4000)] = "", expires_on: Line = "",
) -> Response:  # fmt: skip
    """Make a page and show its address, this once."""
    typed = Typed(plots.strip(), client_name.strip(), note.strip(), expires_on.strip())
    try:
        _, token = client_pages.make(
            access.connection, client_name=typed.client_name, note=typed.note or None,
            expires_on=_day(typed.expires_on), written=typed.plots.splitlines(), by=access.identity.login,
        )  # fmt: skip
    except PageRefused as fault:
        return _form(request, access, typed, fault)
    address = f"{base_url(request, access.settings)}/for/{token}"
    return _secret(page(request, access, "desk/client_made.html", status=201, address=address, typed=asdict(typed)))


@router.post("/desk/clients/{page_id}/revoke")
def revoke(
    page_id: Annotated[int, Path(ge=1, le=2**62)],
    access: Annotated[Access, writing("client_pages.revoke", "client-pages/{page_id}")],
) -> Response:
    """Take a page back: its address says from now on that it has ended."""
    client_pages.revoke(access.connection, page_id, by=access.identity.login)
    return RedirectResponse("/desk/clients", 303)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise PageRefused("day", "Give the last day.", "Hãy ghi ngày cuối.") from None


def _form(request: Request, access: Access, typed: Typed, fault: PageRefused | None) -> Response:
    answer = page(
        request, access, "desk/client_form.html", status=status_of(fault) if fault else 200, typed=asdict(typed),
        fault=fault, first_day=today(), last_day=today() + client_pages.LONGEST,
        least=client_pages.LEAST_PLOTS, most=client_pages.MOST_PLOTS,
    )  # fmt: skip
    if fault is not None:
        access.take_back()
    return answer


def _secret(answer: Response) -> Response:
    for name, value in SECRET.items():
        answer.headers[name] = value
    return answer
