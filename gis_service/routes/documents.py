"""Papers for printing: lists, decision, certificate, plates. Staff only; nothing is kept of them.

A paper is gathered from the register, made of blocks by `addressing.documents` and drawn by
`maps.reports`. Drafts say that they are drafts.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from addressing import areas, numbering, paper_facts
from addressing.deciding import today
from addressing.documents import certificate, decision, plates, proposal_list
from addressing.documents.blocks import Document
from addressing.documents.facts import NumberedPlace
from addressing.errors import NotFound
from addressing.identifiers import PlaceId
from gis_service.access import Access, reading
from gis_service.pages_context import base_url, is_demo
from maps.reports import pdf, sheets, word
from maps.reports import plates as plate_drawings

router = APIRouter(tags=["documents"])

RecordId = Annotated[int, Path(ge=1, le=2**62)]
Issuer = Annotated[str, Query(max_length=200, description="Body that signs, while no decision is on record.")]
WithQr = Annotated[bool, Query(description="Whether plates carry a QR code: practice, not law.")]
_STAFF = "documents.read"


class PaperFormat(StrEnum):
    """Formats of a paper."""

    PDF = "pdf"
    DOCX = "docx"


class ListFormat(StrEnum):
    """Formats of a list."""

    PDF = "pdf"
    DOCX = "docx"
    CSV = "csv"
    XLSX = "xlsx"


class PlateFormat(StrEnum):
    """Formats of a plate."""

    SVG = "svg"
    PDF = "pdf"


_MEDIA = {
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_DRAW = {"pdf": pdf.paper, "docx": word.paper, "csv": sheets.as_csv, "xlsx": sheets.as_xlsx}


@router.get("/documents/proposals/{proposal_id}/list.{format}", response_class=Response)
def proposal_list_file(
    access: Annotated[Access, reading(_STAFF)], proposal_id: RecordId, format: ListFormat  # noqa: A002 - the word of the address
) -> Response:  # fmt: skip
    """The working paper of a proposal, with clauses, answers and spare numbers. Not for the public."""
    conn = access.connection
    proposal = numbering.get_proposal(conn, proposal_id)
    areas.require_street(conn, access.identity.login, proposal.street_id)
    facts = paper_facts.street_numbering(conn, proposal, is_demo=is_demo(conn))
    made = proposal_list.proposal_list(
        facts, proposal_id=proposal.id, status=proposal.status, author=proposal.author, approver=proposal.approver,
        issuer=access.settings.authority_name_vi, stem=f"de-xuat-{proposal.id}",
    )  # fmt: skip
    return _drawn(made, format)


@router.get("/documents/proposals/{proposal_id}/decision.{format}", response_class=Response)
def decision_file(
    access: Annotated[Access, reading(_STAFF)], proposal_id: RecordId, format: PaperFormat,  # noqa: A002 - as above
    issuer: Issuer = "",
) -> Response:  # fmt: skip
    """The decision with its annexes; a draft with open number and day until the proposal is issued."""
    conn = access.connection
    proposal = numbering.get_proposal(conn, proposal_id)
    areas.require_street(conn, access.identity.login, proposal.street_id)
    paper = paper_facts.paper_of(conn, proposal, issuer)
    facts = paper_facts.street_numbering(conn, proposal, is_demo=is_demo(conn))
    return _drawn(decision.decision(facts, paper, f"quyet-dinh-{proposal.id}"), format)


@router.get("/documents/streets/{street_id}/plate-list.{format}", response_class=Response)
def plate_list_file(
    request: Request, access: Annotated[Access, reading(_STAFF)], street_id: RecordId, format: ListFormat  # noqa: A002
) -> Response:  # fmt: skip
    """What the workshop is to make for a street: all its numbers in force today."""
    conn = access.connection
    places = _places_of(request, access, street_id)
    made = plates.production_list(
        places, title=places[0].street_name, area=paper_facts.area_of(conn, street_id, today()),
        issuer=access.settings.authority_name_vi, made_on=max(place.valid_from for place in places),
        is_demo=is_demo(conn), stem=f"bien-so-{street_id}",
    )  # fmt: skip
    return _drawn(made, format)


@router.get("/documents/streets/{street_id}/plates.pdf", response_class=Response)
def plates_file(
    request: Request, access: Annotated[Access, reading(_STAFF)], street_id: RecordId, qr: WithQr = True
) -> Response:
    """The plates of a street in true size, one a page."""
    made = plate_drawings.sheet([plates.plate(place) for place in _places_of(request, access, street_id)], with_qr=qr)
    return _file(made, "pdf", f"bien-so-{street_id}")


@router.get("/documents/places/{place_id}/certificate.{format}", response_class=Response)
def certificate_file(
    request: Request, access: Annotated[Access, reading(_STAFF)], place_id: str, format: PaperFormat  # noqa: A002
) -> Response:  # fmt: skip
    """The certificate of the number that a place has today."""
    place = _place_of(request, access, place_id)
    return _drawn(certificate.certificate(place, f"chung-nhan-{place.place_id}"), format)


@router.get("/documents/places/{place_id}/plate.{format}", response_class=Response)
def plate_file(
    request: Request, access: Annotated[Access, reading(_STAFF)], place_id: str, format: PlateFormat,  # noqa: A002
    qr: WithQr = True,
) -> Response:  # fmt: skip
    """The plate of one place in true size."""
    place = _place_of(request, access, place_id)
    plate = plates.plate(place)
    drawn = (
        plate_drawings.svg(plate, with_qr=qr).encode()
        if format is PlateFormat.SVG
        else plate_drawings.sheet([plate], with_qr=qr)
    )
    return _file(drawn, format, f"bien-{place.place_id}")


def _place_of(request: Request, access: Access, typed: str) -> NumberedPlace:
    place_id = PlaceId.parse(typed)
    areas.require_place(access.connection, access.identity.login, str(place_id))
    return paper_facts.numbered_place(
        access.connection, place_id, _link(request, access), is_demo=is_demo(access.connection)
    )


def _places_of(request: Request, access: Access, street_id: int) -> Any:
    areas.require_street(access.connection, access.identity.login, street_id)
    places = paper_facts.numbered_places(
        access.connection, street_id, _link(request, access), is_demo=is_demo(access.connection)
    )
    if not places:
        raise NotFound("street with numbers in force", "đường có số nhà đang dùng", street_id)
    return places


def _link(request: Request, access: Access) -> paper_facts.Link:
    """Address of the public page of a place, as people reach it."""
    base = base_url(request, access.settings)
    return lambda place_id: f"{base}/p/{place_id}"


def _drawn(document: Document, wanted: str) -> Response:
    return _file(_DRAW[wanted](document), wanted, document.file_stem)


def _file(content: bytes, wanted: str, stem: str) -> Response:
    how = "attachment" if wanted in ("csv", "xlsx", "docx") else "inline"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(f'{stem}.{wanted}')}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=_MEDIA[wanted], headers=headers)
