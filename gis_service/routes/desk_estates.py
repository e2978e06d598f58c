"""Estates at the desk: enter groups, buildings, floors and flats, correct them, end names, order plates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas, estate_facts, estate_issuing, estate_naming, estates, history, plates, worklist
from addressing.deciding import SignedDecision, today
from addressing.errors import AddressingError
from addressing.estate_facts import EstateOnRecord, PartOnRecord
from addressing.rules.estate_model import PartKind
from addressing.rules.estates import initials_of
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import page
from gis_service.routes.desk_views import rights

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

RecordId = Annotated[int, Path(ge=1, le=2**62)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
"""Version of the part that the form was made from."""
Text = Annotated[str, Form(max_length=1000)]
Done = Annotated[str, Query(max_length=20)]
_DONE = ("entered", "added", "changed", "removed", "ended", "ordered", "withdrawn", "rejected")
_ESTATE, _PART, _NAME = "estates/{estate_id}", "estate-parts/{part_id}", "part-names/{name_id}"
_Empty = BeforeValidator(lambda typed: None if isinstance(typed, str) and not typed.strip() else typed)
Whole = Annotated[Annotated[int, Field(ge=0, le=200)] | None, _Empty]
Level = Annotated[Annotated[int, Field(ge=-20, le=200)] | None, _Empty]
Degrees = Annotated[Annotated[float, Field(ge=0, lt=360, allow_inf_nan=False)] | None, _Empty]
Metres = Annotated[Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] | None, _Empty]
Coordinate = Annotated[Annotated[float, Field(ge=-1e8, le=1e8, allow_inf_nan=False)] | None, _Empty]
Words = Annotated[str, Field(max_length=200)]


class Typed(BaseModel):
    """What stands in a form of a part or building. Empty is not known."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    label: Words = ""
    axis: Words = ""
    side: Annotated[str, Field(pattern="^(|left|right)$")] = ""
    found_name: Words = ""
    avoided: Annotated[str, Field(max_length=200, pattern=r"^[0-9,; ]*$")] = ""
    stairs: Annotated[str, Field(max_length=200, pattern=r"^[0-9.,;? ]*$")] = ""
    is_first: Annotated[str, Field(max_length=3)] = ""
    distance_m: Metres = None
    azimuth_deg: Degrees = None
    storeys: Whole = None
    basements: Whole = None
    flats: Whole = None
    first_flat: Whole = None
    level: Level = None
    x: Coordinate = None
    y: Coordinate = None
    # as maps of the country have them: x north, y east

    @property
    def leaves_out(self) -> tuple[int, ...]:
        """Numbers of floors, as typed: 4, 13."""
        return tuple(int(one) for one in self.avoided.replace(";", ",").replace(",", " ").split())

    @property
    def stairs_m(self) -> tuple[float | None, ...]:
        """Distances of stairs, as typed: 3; 20; a question mark where it is not known."""
        words = self.stairs.replace(";", " ").split()
        return tuple(None if "?" in one else float(one.replace(",", ".")) for one in words)

    @property
    def position(self) -> tuple[float, float] | None:
        """East and north in metres, as geometry has them."""
        return None if self.x is None or self.y is None else (self.y, self.x)


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
        may_enter=policy.may(access.identity, "estates.enter"), done=done if done in _DONE else "",
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
    return _estate_page(request, access, estate_id, done=done if done in _DONE else "")


@router.post("/desk/estates/{estate_id}/groups")
def add_group(
    request: Request, access: Annotated[Access, writing("estates.enter", _ESTATE)], estate_id: RecordId,
    typed: Annotated[Typed, Form()],
) -> Response:  # fmt: skip
    """Enter a group of houses."""
    return _step(
        request, access, estate_id, "added", "group", typed,
        lambda: estates.add(access.connection, estate_id, _part(PartKind.GROUP, typed, None), access.identity.login),
    )  # fmt: skip


@router.post("/desk/estates/{estate_id}/buildings")
def add_building(
    request: Request, access: Annotated[Access, writing("estates.enter", _ESTATE)], estate_id: RecordId,
    typed: Annotated[Typed, Form()], group: Annotated[int | None, Form(ge=1, le=2**62)] = None,
) -> Response:  # fmt: skip
    """Enter a building with its floors, flats and stairs; all floors above the ground alike."""
    position = typed.position or (None, None)
    new = estates.NewBuilding(
        typed.label, group, typed.storeys, typed.basements or 0, typed.leaves_out,
        typed.flats or 0, typed.first_flat, typed.stairs_m, typed.distance_m,
        typed.found_name or None, *position,
    )  # fmt: skip
    return _step(
        request, access, estate_id, "added", "building", typed,
        lambda: estates.add_building(access.connection, estate_id, new, access.identity.login), group=group,
    )  # fmt: skip


@router.post("/desk/estates/{estate_id}/plates")
def order_plates(
    request: Request, access: Annotated[Access, writing("plates.order", _ESTATE)], estate_id: RecordId,
    kind: Annotated[PartKind, Form()],
) -> Response:  # fmt: skip
    """Order plates of one kind for every name that has none."""
    return _step(
        request, access, estate_id, "ordered", "plates", Typed(),
        lambda: plates.order_lacking(access.connection, estate_id, kind, access.identity.login),
    )  # fmt: skip


@router.get("/desk/estate-parts/{part_id}")
def part_page(
    request: Request, access: Annotated[Access, reading("estates.read")], part_id: RecordId, done: Done = ""
) -> Response:
    """One part: its facts, what lies in it, its name and plates."""
    return _part_page(request, access, part_id, done=done if done in _DONE else "")


@router.post("/desk/estate-parts/{part_id}")
def change_part(
    request: Request, access: Annotated[Access, writing("estates.enter", _PART)], part_id: RecordId, version: Seen,
    typed: Annotated[Typed, Form()],
) -> Response:  # fmt: skip
    """Correct its facts. Names in force stay."""
    conn = access.connection

    def act() -> None:
        kind = estate_facts.read(conn, estates.estate_of(conn, part_id)).by_id[part_id].facts.kind
        new = _part(kind, typed, None)
        facts = {name: getattr(new, name) for name in FACTS[kind]}
        estates.change_part(
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
        estate_id = estates.estate_of(conn, part_id)
        estates.add(conn, estate_id, _part(kind, typed, part_id), access.identity.login)

    return _part_step(request, access, part_id, "added", typed, act)


@router.post("/desk/estate-parts/{part_id}/remove")
def remove_part(
    request: Request, access: Annotated[Access, writing("estates.enter", _PART)], part_id: RecordId, version: Seen
) -> Response:
    """It is no more; refused while something in it has a name."""
    conn = access.connection
    estate_id = estates.estate_of(conn, part_id)
    try:
        estates.remove_part(conn, part_id, access.identity.login, version=version)
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


FACTS: dict[PartKind, tuple[str, ...]] = {
    PartKind.GROUP: ("label", "axis", "side", "distance_m", "found_name"),
    PartKind.BUILDING: ("label", "distance_m", "storeys", "avoided", "found_name"),
    PartKind.STAIR: ("label", "distance_m", "found_name"),
    PartKind.FLOOR: ("label", "level", "found_name"),
    PartKind.FLAT: ("label", "azimuth_deg", "is_first", "found_name"),
}
"""Kind -> the facts that its form has."""
INNER = {PartKind.BUILDING: (PartKind.FLOOR, PartKind.STAIR), PartKind.FLOOR: (PartKind.FLAT,)}
"""Kind -> what can be added in it one by one."""


def _part(kind: PartKind, typed: Typed, parent_id: int | None) -> estates.NewPart:
    x, y = typed.position or (None, None)
    return estates.NewPart(
        kind, typed.label or (str(typed.level) if kind is PartKind.FLOOR else ""), parent_id,
        axis=typed.axis, side=typed.side or None, distance_m=typed.distance_m,
        storeys=typed.storeys, avoided=typed.leaves_out, level=typed.level,
        azimuth_deg=typed.azimuth_deg, is_first=bool(typed.is_first), found_name=typed.found_name or None,
        x=x, y=y,
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


def _new_page(
    request: Request, access: Access, street_id: int, typed: dict[str, Any], *, fault: AddressingError | None = None
) -> Response:
    areas.require_street(access.connection, access.identity.login, street_id)
    street = worklist.get_street(access.connection, street_id)
    return page(
        request, access, "desk/estate_new.html", status=status_of(fault) if fault else 200, street=street, typed=typed,
        fault=fault, suggested=initials_of(street.name) or "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One part in the table of an estate; flats stand beside their floor."""

    part: PartOnRecord
    depth: int
    flats: tuple[PartOnRecord, ...] = ()


def _rows(estate: EstateOnRecord) -> list[Row]:
    flats: dict[int | None, list[PartOnRecord]] = {}
    for part in estate.parts:
        if part.facts.kind is PartKind.FLAT:
            flats.setdefault(part.parent_id, []).append(part)
    return [
        Row(part, len(estate.outward(part)), tuple(flats.get(part.id, ())))
        for part in estate.parts
        if part.facts.kind is not PartKind.FLAT
    ]


def _estate_page(
    request: Request, access: Access, estate_id: int, *, done: str = "", fault: AddressingError | None = None,
    failed: str = "", typed: Typed | None = None, group: int | None = None,
) -> Response:  # fmt: skip
    conn, who = access.connection, access.identity
    estate = estate_facts.read(conn, estate_id)
    areas.require_street(conn, who.login, estate.street_id)
    return page(
        request, access, "desk/estate.html", status=status_of(fault) if fault else 200, estate=estate,
        rows=_rows(estate), groups=[part for part in estate.parts if part.facts.kind is PartKind.GROUP],
        live=estate_naming.find_live_proposal(conn, estate_id), past=estate_naming.proposals_of(conn, estate_id),
        lacking=plates.kinds_lacking(conn, estate_id), done=done, fault=fault, failed=failed,
        typed=typed or Typed(), blank=Typed(),
        group=group, most_flats=estates.MOST_FLATS, may=rights(who) | _rights(access),
        is_whole=estate.kind == "block" and bool(estate.parts),
    )  # fmt: skip


def _part_page(
    request: Request, access: Access, part_id: int, *, done: str = "", fault: AddressingError | None = None,
    typed: Typed | None = None,
) -> Response:  # fmt: skip
    conn, who = access.connection, access.identity
    estate = estate_facts.read(conn, estates.estate_of(conn, part_id))
    areas.require_street(conn, who.login, estate.street_id)
    part = estate.get_part(part_id)
    return page(
        request, access, "desk/estate_part.html", status=status_of(fault) if fault else 200, estate=estate, part=part,
        outward=estate.outward(part), inside=[one for one in estate.parts if one.parent_id == part_id],
        inner=INNER.get(part.facts.kind, ()), fields=FACTS[part.facts.kind],
        ending=estate_issuing.plan_ending(conn, part.name_id) if part.name_id else None,
        name_version=estate_facts.name_version(conn, part.name_id) if part.name_id else 0,
        on_plates=plates.plates_of_place(conn, part.place_id) if part.place_id else [],
        states=history.states_of(conn, "estate_parts", part_id), done=done, fault=fault, typed=typed, today=today(),
        may=rights(who) | _rights(access),
    )  # fmt: skip


def _rights(access: Access) -> dict[str, bool]:
    return {
        "enter": policy.may(access.identity, "estates.enter"), "end": policy.may(access.identity, "estates.end"),
        "order": policy.may(access.identity, "plates.order"), "papers": policy.may(access.identity, "documents.read"),
    }  # fmt: skip
