"""Plates and the lists by which they are made, as files: of a street, of what is ordered, and of every other kind.

Where no text and no decision gives a size the answer is a question (409); `draft` draws such a plate like a
street plate and says so.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from addressing import areas, other_plates, place_papers, plate_production
from addressing.deciding import today
from addressing.documents import plates
from addressing.documents.facts import Area, NumberedPlace
from addressing.errors import NotFound
from addressing.identifiers import PlaceId
from gis_service.access import Access, reading
from gis_service.pages_context import is_demo
from gis_service.routes.documents import STAFF_READ, ListFormat, RecordId, drawn, file_answer, public_link
from maps.reports import plates as plate_drawings

router = APIRouter(tags=["documents"])

MOST_PLATES = 1000
"""Plates of one file: a longer list is made in parts."""
WithQr = Annotated[bool, Query(description="Whether plates carry a QR code: practice, not law.")]
Draft = Annotated[bool, Query(description="Draw plates of unknown size like street plates, as a draft.")]
Ordered = Annotated[Literal["ordered", "made", "issued", "not_fixed", "fixed", "withdrawn"], Query()]


class PlateWords(BaseModel):
    """What stands on a plate; each kind reads its own part."""

    model_config = ConfigDict(extra="forbid")
    group: Annotated[str, Field(max_length=2)] = ""
    ordinal: Annotated[int, Field(ge=0, le=9999)] = 1
    street: Annotated[str, Field(max_length=10, description="Initials of the street, for BL.A-10.")] = ""
    block: Annotated[str, Field(max_length=20)] = ""
    stair: Annotated[str, Field(max_length=10)] = ""
    floor: Annotated[str, Field(max_length=10)] = ""
    flat: Annotated[int, Field(ge=0, le=9999)] = 1
    area: Annotated[str, Field(max_length=40, description="Whose sizes hold: *, commune:10891 or zone:12.")] = "*"
    draft: bool = False

    @property
    def words(self) -> other_plates.Words:
        """The same for the rules."""
        return other_plates.Words(**self.model_dump())


class PlateFormat(StrEnum):
    """Formats of a plate."""

    SVG = "svg"
    PDF = "pdf"


@router.get("/documents/streets/{street_id}/plate-list.{format}", response_class=Response)
def plate_list_file(
    request: Request, access: Annotated[Access, reading(STAFF_READ)], street_id: RecordId, format: ListFormat  # noqa: A002 - the word of the address
) -> Response:  # fmt: skip
    """What the workshop is to make for a street: all its numbers in force today."""
    places = _places_of(request, access, street_id)
    made = plates.production_list(
        places, title=", ".join(places[0].outward), area=places[0].area, issuer=access.settings.authority_name_vi,
        made_on=max(place.valid_from for place in places), is_demo=is_demo(access.connection),
        stem=f"bien-so-{street_id}",
    )  # fmt: skip
    return drawn(made, format)


@router.get("/documents/streets/{street_id}/plates.pdf", response_class=Response)
def plates_file(
    request: Request, access: Annotated[Access, reading(STAFF_READ)], street_id: RecordId, qr: WithQr = True,
    draft: Draft = False,
) -> Response:  # fmt: skip
    """The plates of a street in true size, one a page."""
    made = plates.plates(_places_of(request, access, street_id, draft=draft))
    return file_answer(plate_drawings.sheet(made, with_qr=qr), "pdf", f"bien-so-{street_id}")


@router.get("/documents/streets/{street_id}/alley-sign.{format}", response_class=Response)
def alley_sign_file(
    access: Annotated[Access, reading(STAFF_READ)], street_id: RecordId, format: PlateFormat, draft: Draft = False  # noqa: A002 - as above
) -> Response:  # fmt: skip
    """The sign with the name of an alley and of the street on which it opens."""
    conn = access.connection
    areas.require_street(conn, access.identity.login, street_id)
    made = other_plates.alley_sign(conn, street_id, draft=draft, is_demo=is_demo(conn))
    return _plate(made, format, f"bien-ten-ngo-{street_id}", qr=False)


@router.get("/documents/places/{place_id}/plate.{format}", response_class=Response)
def plate_file(
    request: Request, access: Annotated[Access, reading(STAFF_READ)], place_id: str, format: PlateFormat,  # noqa: A002 - as above
    qr: WithQr = True, draft: Draft = False,
) -> Response:  # fmt: skip
    """The plate of one place in true size."""
    conn, parsed = access.connection, PlaceId.parse(place_id)
    areas.require_place(conn, access.identity.login, str(parsed))
    place = place_papers.numbered_place(
        conn, parsed, public_link(request, access), is_demo=is_demo(conn), draft=draft
    )  # fmt: skip
    return _plate(plates.plate(place), format, f"bien-{place.place_id}", qr=qr)


@router.get("/documents/plates/production.{format}", response_class=Response)
def production_file(
    request: Request, access: Annotated[Access, reading(STAFF_READ)], format: ListFormat, status: Ordered = "ordered",  # noqa: A002 - as above
) -> Response:  # fmt: skip
    """The plates of one state in your area as the list for the workshop, with their codes."""
    places = _ordered(request, access, status, draft=False)
    made = plates.production_list(
        places, title="Biển số đặt làm" if status == "ordered" else "Biển số", area=Area("", "", ""),
        issuer=access.settings.authority_name_vi, made_on=today(), is_demo=is_demo(access.connection),
        stem=f"danh-sach-bien-so-{today().isoformat()}",
    )  # fmt: skip
    return drawn(made, format)


@router.get("/documents/plates/drawings.pdf", response_class=Response)
def drawings_file(
    request: Request, access: Annotated[Access, reading(STAFF_READ)], status: Ordered = "ordered", qr: WithQr = True,
    draft: Draft = False,
) -> Response:  # fmt: skip
    """The plates of one state in your area in true size, one a page."""
    made = plates.plates(_ordered(request, access, status, draft=draft))
    return file_answer(plate_drawings.sheet(made, with_qr=qr), "pdf", f"bien-so-{today().isoformat()}")


@router.get("/documents/plates/{kind}/plate.{format}", response_class=Response)
def other_plate_file(
    access: Annotated[Access, reading(STAFF_READ)],
    kind: Annotated[Literal["group", "building", "stair", "floor", "flat"], Path()],
    format: PlateFormat,  # noqa: A002 - as above
    typed: Annotated[PlateWords, Query()],
) -> Response:
    """The plate of a group, a building, a stair, a floor or a flat, from what stands on it."""
    conn = access.connection
    made = other_plates.plate(conn, kind, typed.words, on=today(), is_demo=is_demo(conn))
    return _plate(made, format, f"bien-{kind}", qr=False)


def _plate(made: plates.Plate, wanted: PlateFormat, stem: str, *, qr: bool) -> Response:
    if wanted is PlateFormat.SVG:
        return file_answer(plate_drawings.svg(made, with_qr=qr).encode(), wanted, stem)
    return file_answer(plate_drawings.sheet([made], with_qr=qr), wanted, stem)


def _places_of(request: Request, access: Access, street_id: int, *, draft: bool = False) -> list[NumberedPlace]:
    areas.require_street(access.connection, access.identity.login, street_id)
    places = place_papers.numbered_places(
        access.connection, street_id, public_link(request, access), is_demo=is_demo(access.connection), draft=draft
    )
    if not places:
        raise NotFound("street with numbers in force", "đường có số nhà đang dùng", street_id)
    return places


def _ordered(request: Request, access: Access, status: str, *, draft: bool) -> list[NumberedPlace]:
    conn = access.connection
    lines = plate_production.production_list(
        conn, access.settings.public_url, access.identity.login, status=status
    )[:MOST_PLATES]  # fmt: skip
    if not lines:
        raise NotFound("plate in this state", "biển số ở tình trạng", status)
    return place_papers.ordered_places(
        conn, lines, public_link(request, access), is_demo=is_demo(conn), draft=draft
    )  # fmt: skip
