"""Where accounts work on addresses, as plain forms for the administrator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas
from addressing.errors import AddressingError
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import accounts
from gis_service.pages_context import page
from gis_service.routes.desk_policies import areas_by_name

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

WORKERS = ("address_officer", "approver")
"""Roles whose work areas limit."""


@router.get("/desk/areas")
def areas_page(
    request: Request, access: Annotated[Access, reading("accounts.read")],
    done: Annotated[str, Query(max_length=10)] = "",
) -> Response:  # fmt: skip
    """Everybody who works on addresses, and where."""
    return _page(request, access, is_set=done == "set")


@router.post("/desk/areas/{login}")
def set_areas(
    request: Request, login: str, access: Annotated[Access, writing("accounts.areas", "accounts/{login}")],
    version: Annotated[int, Form(ge=0, le=2**31)], wanted: Annotated[str, Form(max_length=4000)] = "",
) -> Response:  # fmt: skip
    """Replace the areas of one account; a blank field means the whole province."""
    known = accounts.get(access.connection, login).login
    try:
        areas.set_areas(
            access.connection, known, wanted.replace(",", " ").split(), access.identity.login, version=version
        )  # fmt: skip
    except AddressingError as fault:
        shown = _page(request, access, fault=fault, typed={known: wanted})
        access.take_back()
        return shown
    return RedirectResponse("/desk/areas?done=set", 303)


def _page(
    request: Request, access: Access, *, is_set: bool = False, fault: AddressingError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    conn = access.connection
    people = [one for one in accounts.list_accounts(conn) if not set(WORKERS).isdisjoint(one.roles)]
    return page(
        request, access, "desk/areas.html", status=status_of(fault) if fault else 200,
        rows=[(one, areas.area_set(conn, one.login)) for one in people], typed=typed or {}, fault=fault, is_set=is_set,
        names=areas_by_name(conn, access.identity.login),
    )  # fmt: skip
