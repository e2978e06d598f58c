"""One part of an estate at the desk: its facts, what lies in it, its name with plates and certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import (
    areas,
    certificates,
    estate_entry,
    estate_facts,
    estate_issuing,
    history,
    place_papers,
    plates,
)
from addressing.deciding import SignedDecision, today
from addressing.errors import AddressingError
from addressing.rules.estate_model import PartKind
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.pages_context import language_of, page
from gis_service.routes import desk_estate_view
from gis_service.routes.desk_estate_inputs import (
    DONE,
    FACTS,
    INNER,
    Done,
    RecordId,
    Seen,
    Text,
    Typed,
    estate_rights,
    new_part,
)
from gis_service.routes.desk_views import rights

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

_PART, _NAME = "estate-parts/{part_id}", "part-names/{name_id}"


@router.get("/desk/estate-parts/{part_id}")
def part_page(
    request: Request, access: Annotated[Access, reading("estates.read")], part_id: RecordId, done: Done = ""
) -> Response:
    """One part: its facts, what lies in it, its name and plates."""
    return _part_page(request, access, part_id, done=done if done in DONE else "")


@router.post("/desk/estate-parts/{part_id}")
def change_part(
    request: Request, access: Annotated[Access, writing("estates.enter", _PART)], part_id: RecordId, version: Seen,
    typed: Annotated[Typed, Form()],
) -> Response:  # fmt: skip
    """Correct its facts. Names in force stay."""
    conn = access.connection

    def act() -> None:
        kind = estate_facts.read(conn, estate_entry.estate_of(conn, part_id)).by_id[part_id].facts.kind
        new = new_part(kind, typed, None)
        facts = {name: getattr(new, name) for name in FACTS[kind]}
        estate_entry.change_part(
            conn, part_id, facts, access.identity.login, version=version, position=typed.position
        )  # fmt: skip

    return _part_step(request, access, part_id, "changed", typed, act)


@router.post("/desk/estate-parts/{part_id}/parts")
def add_inside(
    request: Request, access: Annotated[Access, writing("estates.enter", _PART)], part_id: RecordId,
    kind: Annotated[PartKind, Form()], typed: Annotated[Typed, Form()],
) -> Response:  # fmt: skip
    """Enter one more stair, floor or flat in it."""
    conn = access.connection

    def act() -> None:
        estate_id = estate_entry.estate_of(conn, part_id)
        estate_entry.add(conn, estate_id, new_part(kind, typed, part_id), access.identity.login)

    return _part_step(request, access, part_id, "added", typed, act)


@router.post("/desk/estate-parts/{part_id}/remove")
def remove_part(
    request: Request, access: Annotated[Access, writing("estates.enter", _PART)], part_id: RecordId, version: Seen
) -> Response:
    """It is no more; refused while something in it has a name."""
    conn = access.connection
    estate_id = estate_entry.estate_of(conn, part_id)
    try:
        estate_entry.remove_part(conn, part_id, access.identity.login, version=version)
    except AddressingError as fault:
        shown = _part_page(request, access, part_id, fault=fault)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/estates/{estate_id}?done=removed", 303)


@router.post("/desk/part-names/{name_id}/retire")
def retire(
    request: Request, access: Annotated[Access, writing("estates.end", _NAME)], name_id: RecordId, version: Seen,
    decision_date: Annotated[date, Form()], decision_number: Text = "", issuing_body: Text = "", reason: Text = "",
) -> Response:  # fmt: skip
    """End a name and those of everything inside it, by a signed decision."""
    conn = access.connection
    part_id = estate_facts.part_of_name(conn, name_id)
    signed = SignedDecision(decision_number.strip(), decision_date, issuing_body.strip())
    return _part_step(
        request, access, part_id, "ended", Typed(),
        lambda: estate_issuing.retire(
            conn, name_id, signed, reason.strip() or "–", access.identity.login, version=version
        ),
    )  # fmt: skip


@router.post("/desk/part-names/{name_id}/certificates")
def certify(
    request: Request, access: Annotated[Access, writing("certificates.issue", _NAME)], name_id: RecordId
) -> Response:
    """Put a certificate of the name of a building or flat on record, so that it can be printed with number and day."""
    conn = access.connection
    return _part_step(
        request, access, estate_facts.part_of_name(conn, name_id), "certified", Typed(),
        lambda: certificates.certify_part(conn, name_id, access.identity.login),
    )  # fmt: skip


def _part_step(
    request: Request, access: Access, part_id: int, done: str, typed: Typed, act: Callable[[], object]
) -> Response:
    try:
        act()
    except AddressingError as fault:
        shown = _part_page(request, access, part_id, fault=fault, typed=typed)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/estate-parts/{part_id}?done={done}", 303)


def _part_page(
    request: Request, access: Access, part_id: int, *, done: str = "", fault: AddressingError | None = None,
    typed: Typed | None = None,
) -> Response:  # fmt: skip
    conn, who = access.connection, access.identity
    estate = estate_facts.read(conn, estate_entry.estate_of(conn, part_id))
    areas.require_street(conn, who.login, estate.street_id)
    part = estate.get_part(part_id)
    return page(
        request, access, "desk/estate_part.html", status=status_of(fault) if fault else 200, estate=estate, part=part,
        outward=estate.outward(part), inside=[one for one in estate.parts if one.parent_id == part_id],
        inner=INNER.get(part.facts.kind, ()), fields=FACTS[part.facts.kind],
        ending=estate_issuing.plan_ending(conn, part.name_id) if part.name_id else None,
        name_version=estate_facts.name_version(conn, part.name_id) if part.name_id else 0,
        on_plates=plates.plates_of_place(conn, part.place_id) if part.place_id else [],
        certificate=place_papers.certificates_of(conn, [part.place_id]).get(part.place_id) if part.place_id else None,
        may_have_certificate=part.facts.kind in certificates.CERTIFIED_PARTS,
        at={one.id: desk_estate_view.standing_at(estate, one) for one in estate.parts if one.parent_id == part_id},
        data=desk_estate_view.part_data(conn, language_of(request, access.settings), estate, part),
        states=history.states_of(conn, "estate_parts", part_id), done=done, fault=fault, typed=typed, today=today(),
        may=rights(who) | estate_rights(access),
    )  # fmt: skip
