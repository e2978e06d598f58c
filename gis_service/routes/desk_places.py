"""A place at the desk: its addresses, which of them letters use, and the form that writes down another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import addresses, areas, places_on_record, plates
from addressing.deciding import today
from addressing.errors import AddressingError
from addressing.register_tables import LANGUAGES
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import page
from gis_service.routes.register_inputs import place_key

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

PlaceId = Annotated[str, Path(max_length=20)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
"""Version of the address that the form was made from."""
Line = Annotated[str, Form(max_length=200)]
_PLACE = "places/{place_id}"
_DONE = ("preferred", "added")


@router.get("/desk/places/{place_id}")
def place_page(
    request: Request, access: Annotated[Access, reading("plates.read")], place_id: PlaceId,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Addresses of a place now and before, and its plates."""
    return _page(request, access, place_key(place_id), done=done if done in _DONE else "")


@router.post("/desk/places/{place_id}/prefer")
def prefer(
    request: Request, place_id: PlaceId, access: Annotated[Access, writing("places.prefer", _PLACE)],
    address_id: Annotated[int, Form(ge=1, le=2**62)], version: Seen,
) -> Response:  # fmt: skip
    """Make one address the one that letters use."""
    place = place_key(place_id)
    return _step(request, access, place, "preferred", {}, lambda: addresses.prefer(
        access.connection, place, address_id, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/places/{place_id}/addresses")
def add(
    request: Request, place_id: PlaceId, access: Annotated[Access, writing("places.address", _PLACE)],
    written: Line = "", language: Line = "vi", preferred: Line = "", version_vi: Seen = 0, version_en: Seen = 0,
) -> Response:  # fmt: skip
    """Write down another address; a preferred one displaces the one that the form showed, or none."""
    place, words = place_key(place_id), " ".join(written.split())
    chosen = language if language in LANGUAGES else "vi"
    typed = {"written": words, "language": chosen, "preferred": preferred}
    if not words:
        shown = _page(request, access, place, typed=typed, needs_words=True)
        access.take_back()
        return shown
    return _step(request, access, place, "added", typed, lambda: addresses.add_alternative(
        access.connection, place, chosen, words, on=today(), by=access.identity.login, is_preferred=bool(preferred),
        version=version_vi if chosen == "vi" else version_en,
    ))  # fmt: skip


def _step(
    request: Request, access: Access, place: str, done: str, typed: dict[str, str], act: Callable[[], object]
) -> Response:
    try:
        act()
    except AddressingError as fault:
        shown = _page(request, access, place, fault=fault, typed=typed)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/places/{place}?done={done}", 303)


def _page(
    request: Request, access: Access, place: str, *, done: str = "", fault: AddressingError | None = None,
    typed: dict[str, str] | None = None, needs_words: bool = False,
) -> Response:  # fmt: skip
    conn = access.connection
    found = places_on_record.get_place(conn, place)
    areas.require_place(conn, access.identity.login, place)
    rows = places_on_record.addresses_of(conn, place)
    preferred = {one.language: one for one in rows if one.is_preferred and one.valid_to is None}
    return page(
        request, access, "desk/place.html", status=status_of(fault) if fault else 422 if needs_words else 200,
        place=found, rows=[one for one in rows if one.valid_to is None],
        past=[one for one in rows if one.valid_to is not None], preferred=preferred, languages_of_addresses=LANGUAGES,
        plates=plates.plates_of_place(conn, place), done=done, fault=fault, needs_words=needs_words, typed=typed or {},
        may_prefer=policy.may(access.identity, "places.prefer"),
        may_add=policy.may(access.identity, "places.address"),
    )  # fmt: skip
