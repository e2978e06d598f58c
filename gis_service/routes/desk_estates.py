"""Estates at the desk: enter them with their groups and buildings, order plates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas, estate_entry, estate_facts, estate_naming, estates, plate_orders, worklist
from addressing.errors import AddressingError
from addressing.rules.estate_model import PartKind
from addressing.rules.estates import initials_of
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import language_of, page
from gis_service.routes import desk_estate_view
from gis_service.routes.desk_estate_inputs import DONE, Done, RecordId, Text, Typed, estate_rights, new_part
from gis_service.routes.desk_views import rights

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

_ESTATE = "estates/{estate_id}"


@router.get("/desk/estates")
def list_page(
    request: Request, access: Annotated[Access, reading("estates.read")],
    street: Annotated[str, Query(max_length=100)] = "", done: Done = "",
) -> Response:  # fmt: skip
    """The estates of your area, what waits, and the way to enter one: by its street."""
    conn, login = access.connection, access.identity.login
    found = worklist.list_streets(conn, login, name=street).rows if street.strip() else []
    return page(
        request, access, "desk/estates.html", rows=estates.list_estates(conn, login), street=street, found=found,
        may_enter=policy.may(access.identity, "estates.enter"), done=done if done in DONE else "",
    )  # fmt: skip


@router.get("/desk/estates/new")
def new_page(
    request: Request, access: Annotated[Access, reading("estates.read")],
    street: Annotated[int, Query(ge=1, le=2**62)],
) -> Response:  # fmt: skip
    """The form that enters an estate on a street."""
    return _new_page(request, access, street, {})


@router.post("/desk/estates")
def enter(
    request: Request, access: Annotated[Access, writing("estates.enter", "desk/estates")],
    street: Annotated[int, Form(ge=1, le=2**62)],
    x: Annotated[float, Form(allow_inf_nan=False)], y: Annotated[float, Form(allow_inf_nan=False)],
    code: Text = "", name: Text = "", place: Text = "", initials: Text = "",
) -> Response:  # fmt: skip
    """Enter it; groups and buildings follow on its page."""
    new = estates.NewEstate(
        code.strip(), name.strip(), street, y, x, place_id=place.strip() or None,
        initials=initials.strip().upper() or None,
    )  # fmt: skip
    typed = {"code": code, "name": name, "place": place, "initials": initials, "x": x, "y": y}
    try:
        estates.check(new)
        made = estates.enter(access.connection, new, access.identity.login)
    except AddressingError as fault:
        shown = _new_page(request, access, street, typed, fault=fault)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/estates/{made}?done=entered", 303)


@router.get("/desk/estates/{estate_id}")
def estate_page(
    request: Request, access: Annotated[Access, reading("estates.read")], estate_id: RecordId, done: Done = ""
) -> Response:
    """One estate: its parts from the outside in with their names, and what the asker may do."""
    return _estate_page(request, access, estate_id, done=done if done in DONE else "")


@router.post("/desk/estates/{estate_id}/groups")
def add_group(
    request: Request, access: Annotated[Access, writing("estates.enter", _ESTATE)], estate_id: RecordId,
    typed: Annotated[Typed, Form()],
) -> Response:  # fmt: skip
    """Enter a group of houses."""
    return _step(
        request, access, estate_id, "added", "group", typed,
        lambda: estate_entry.add(
            access.connection, estate_id, new_part(PartKind.GROUP, typed, None), access.identity.login
        ),
    )  # fmt: skip


@router.post("/desk/estates/{estate_id}/buildings")
def add_building(
    request: Request, access: Annotated[Access, writing("estates.enter", _ESTATE)], estate_id: RecordId,
    typed: Annotated[Typed, Form()], group: Annotated[int | None, Form(ge=1, le=2**62)] = None,
) -> Response:  # fmt: skip
    """Enter a building with its floors, flats and stairs; all floors above the ground alike."""
    position = typed.position or (None, None)
    new = estate_entry.NewBuilding(
        typed.label, group, typed.storeys, typed.basements or 0, typed.leaves_out,
        typed.flats or 0, typed.first_flat, typed.stairs_m, typed.distance_m,
        typed.found_name or None, *position,
    )  # fmt: skip
    return _step(
        request, access, estate_id, "added", "building", typed,
        lambda: estate_entry.add_building(access.connection, estate_id, new, access.identity.login), group=group,
    )  # fmt: skip


@router.post("/desk/estates/{estate_id}/plates")
def order_plates(
    request: Request, access: Annotated[Access, writing("plates.order", _ESTATE)], estate_id: RecordId,
    kind: Annotated[PartKind, Form()],
) -> Response:  # fmt: skip
    """Order plates of one kind for every name that has none."""
    return _step(
        request, access, estate_id, "ordered", "plates", Typed(),
        lambda: plate_orders.order_lacking(access.connection, estate_id, kind, access.identity.login),
    )  # fmt: skip


def _step(
    request: Request, access: Access, estate_id: int, done: str, form: str, typed: Typed, act: Callable[[], object],
    *, group: int | None = None,
) -> Response:  # fmt: skip
    """Do it and go back to the estate; or show it as it is, with what was wrong and what was typed."""
    try:
        act()
    except AddressingError as fault:
        shown = _estate_page(request, access, estate_id, fault=fault, failed=form, typed=typed, group=group)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/estates/{estate_id}?done={done}", 303)


def _new_page(
    request: Request, access: Access, street_id: int, typed: dict[str, Any], *, fault: AddressingError | None = None
) -> Response:
    areas.require_street(access.connection, access.identity.login, street_id)
    street = worklist.get_street(access.connection, street_id)
    return page(
        request, access, "desk/estate_new.html", status=status_of(fault) if fault else 200, street=street, typed=typed,
        fault=fault, suggested=initials_of(street.name) or "",
    )  # fmt: skip


def _estate_page(
    request: Request, access: Access, estate_id: int, *, done: str = "", fault: AddressingError | None = None,
    failed: str = "", typed: Typed | None = None, group: int | None = None,
) -> Response:  # fmt: skip
    conn, who = access.connection, access.identity
    estate = estate_facts.read(conn, estate_id)
    areas.require_street(conn, who.login, estate.street_id)
    return page(
        request, access, "desk/estate.html", status=status_of(fault) if fault else 200, estate=estate,
        rows=desk_estate_view.rows(estate), groups=[part for part in estate.parts if part.facts.kind is PartKind.GROUP],
        live=estate_naming.find_live_proposal(conn, estate_id), past=estate_naming.proposals_of(conn, estate_id),
        lacking=plate_orders.kinds_lacking(conn, estate_id), done=done, fault=fault, failed=failed,
        typed=typed or Typed(), blank=Typed(),
        group=group, most_flats=estate_entry.MOST_FLATS, may=rights(who) | estate_rights(access),
        data=desk_estate_view.estate_data(conn, language_of(request, access.settings), estate),
        is_whole=estate.kind == "block" and bool(estate.parts),
    )  # fmt: skip
