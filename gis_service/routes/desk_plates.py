"""Plates at the desk: order, make, hand over, put up with a photo, withdraw; each step a plain form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import (
    areas,
    attachments,
    part_papers,
    place_papers,
    plate_orders,
    plate_production,
    plates,
    policies_on_record,
    worklist,
)
from addressing.deciding import today
from addressing.documents.plates import where_it_hangs
from addressing.errors import AddressingError
from addressing.identifiers import PlaceId
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import page
from layers.crs import storage_srid, transformer

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

PlateId = Annotated[int, Path(ge=1, le=2**62)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
"""Version of the plate that the form was made from."""
Text = Annotated[str, Form(max_length=1000)]
STATUSES = ("ordered", "made", "issued", "not_fixed", "fixed", "withdrawn")
REQUESTS = ("new", "change", "reissue")
_PLATE = "plates/{plate_id}"


@router.get("/desk/plates")
def plates_page(
    request: Request,
    access: Annotated[Access, reading("plates.read")],
    status: Annotated[str, Query(max_length=20)] = "ordered",
    place: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Plates of your area in one state, the list for the workshop, and the form that orders one."""
    return _list_page(request, access, status if status in STATUSES else "ordered", place=place.strip())


@router.post("/desk/plates")
def order(
    request: Request, access: Annotated[Access, writing("plates.order", "desk/plates")],
    place: Text = "", kind: Text = "new",
) -> Response:  # fmt: skip
    """Order a plate for the number in force of a place."""
    conn, by, typed = access.connection, access.identity.login, place.strip()
    chosen = kind if kind in REQUESTS else "new"
    try:
        place_id = PlaceId.parse(typed)
        part_name = part_papers.name_of_place(conn, str(place_id))
        if part_name is not None:
            made = plate_orders.order_for_part(conn, part_name, chosen, by)
        else:
            made = plate_orders.order(conn, place_papers.number_in_force(conn, place_id), chosen, by)
    except AddressingError as fault:
        shown = _list_page(request, access, "ordered", place=typed, kind=chosen, fault=fault)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/plates/{made.id}?done=ordered", 303)


@router.get("/desk/plates/{plate_id}")
def plate_page(
    request: Request, access: Annotated[Access, reading("plates.read")], plate_id: PlateId,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """One plate from order to wall, and what the asker may do with it."""
    return _plate_page(request, access, plate_id, done=done if done in STATUSES else "")


@router.post("/desk/plates/{plate_id}/made")
def made(
    request: Request, plate_id: PlateId, access: Annotated[Access, writing("plates.make", _PLATE)], version: Seen
) -> Response:
    """The workshop has made it."""
    return _step(request, access, plate_id, "made", lambda: plates.make(
        access.connection, plate_id, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/plates/{plate_id}/issued")
def issued(
    request: Request, plate_id: PlateId, access: Annotated[Access, writing("plates.issue", _PLATE)], version: Seen
) -> Response:
    """It was handed over; the plate that it replaces is withdrawn."""
    return _step(request, access, plate_id, "issued", lambda: plates.issue(
        access.connection, plate_id, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/plates/{plate_id}/fixed")
def fixed(
    request: Request, plate_id: PlateId, access: Annotated[Access, writing("plates.fix", _PLATE)], version: Seen,
    photo: Annotated[UploadFile, File()],
    lat: Annotated[float, Form(ge=-90, le=90, allow_inf_nan=False)],
    lon: Annotated[float, Form(ge=-180, le=180, allow_inf_nan=False)],
    fixed_by: Text = "",
) -> Response:  # fmt: skip
    """It hangs on site, with the photo that proves it."""
    conn, by = access.connection, access.identity.login

    def act() -> None:
        kept = attachments.store(conn, photo.file.read(attachments.PHOTO_BYTES + 1), photo.filename or "photo", by)
        x, y = transformer(4326, storage_srid(conn)).transform(lon, lat)
        plates.fix(conn, plate_id, plates.Fixing(kept.id, x, y, fixed_by.strip() or by), by, version=version)

    typed = {"lat": str(lat), "lon": str(lon), "fixed_by": fixed_by.strip()}
    return _step(request, access, plate_id, "fixed", act, typed)


@router.post("/desk/plates/{plate_id}/not-fixed")
def not_fixed(
    request: Request, plate_id: PlateId, access: Annotated[Access, writing("plates.fix", _PLATE)], version: Seen,
    reason: Text = "",
) -> Response:  # fmt: skip
    """It could not be put up, and why."""
    return _with_reason(request, access, plate_id, "not_fixed", reason, lambda words: plates.could_not_fix(
        access.connection, plate_id, words, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/plates/{plate_id}/withdrawn")
def withdrawn(
    request: Request, plate_id: PlateId, access: Annotated[Access, writing("plates.withdraw", _PLATE)], version: Seen,
    reason: Text = "",
) -> Response:  # fmt: skip
    """It is valid no more."""
    return _with_reason(request, access, plate_id, "withdrawn", reason, lambda words: plates.withdraw(
        access.connection, plate_id, words, access.identity.login, version=version
    ))  # fmt: skip


def _with_reason(
    request: Request, access: Access, plate_id: int, done: str, typed: str, act: Callable[[str], object]
) -> Response:
    words = typed.strip()
    if words:
        return _step(request, access, plate_id, done, lambda: act(words), {"reason": words})
    shown = _plate_page(request, access, plate_id, needs_words=done)
    access.take_back()
    return shown


def _step(
    request: Request, access: Access, plate_id: int, done: str, act: Callable[[], object],
    typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """Do it and go back to the plate; or show the plate as it is, with what was wrong and what was typed."""
    try:
        act()
    except AddressingError as fault:
        shown = _plate_page(request, access, plate_id, fault=fault, failed=done, typed=typed)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/plates/{plate_id}?done={done}", 303)


def _list_page(
    request: Request, access: Access, status: str, *, place: str = "", kind: str = "new",
    fault: AddressingError | None = None,
) -> Response:  # fmt: skip
    rows = plate_production.production_list(
        access.connection, access.settings.public_url, access.identity.login, status=status
    )  # fmt: skip
    sizes = Counter((row.width_mm, row.height_mm) for row in rows)
    return page(
        request, access, "desk/plates.html", status=status_of(fault) if fault else 200, rows=rows, chosen=status,
        statuses=STATUSES, requests=REQUESTS, place=place, kind=kind, fault=fault,
        without_size=sizes[None, None], sizes=sorted((size, count) for size, count in sizes.items() if size[0]),
        papers=policy.may(access.identity, "documents.read"), may_order=policy.may(access.identity, "plates.order"),
    )  # fmt: skip


def _plate_page(
    request: Request, access: Access, plate_id: int, *, done: str = "", fault: AddressingError | None = None,
    needs_words: str = "", failed: str = "", typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    conn, who = access.connection, access.identity
    plate = plates.get_plate(conn, plate_id)
    areas.require_place(conn, who.login, plate.place_id)
    steps = {step for step, before in plates.STEPS.items() if plate.status in before}
    rights = {word: policy.may(who, f"plates.{word}") for word in ("make", "issue", "fix", "withdraw")}
    street_id = plates.street_of(conn, plate)
    local = policies_on_record.policy_for_street(conn, street_id, today())
    return page(
        request, access, "desk/plate.html", status=status_of(fault) if fault else 422 if needs_words else 200,
        plate=plate, street=worklist.get_street(conn, street_id),
        hangs=where_it_hangs(plates.kind_of(conn, plate), local), papers=policy.may(who, "documents.read"), may=rights,
        steps=steps, done=done, fault=fault, needs_words=needs_words, failed=failed,
        typed=typed or {}, photo_mb=attachments.PHOTO_BYTES // 1024 // 1024,
    )  # fmt: skip
