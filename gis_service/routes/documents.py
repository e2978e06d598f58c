"""Papers for printing: lists, decision, certificate. Staff only; nothing is kept of them.

A paper is gathered from the register, made of blocks by `addressing.documents` and drawn by
`maps.reports`. Drafts say that they are drafts.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from addressing import (
    areas,
    case_papers,
    cases,
    estate_naming,
    estate_paper_facts,
    numbering,
    paper_facts,
    place_papers,
)
from addressing.documents import case_answer, certificate, decision, estate_papers, proposal_list
from addressing.documents.blocks import Document
from addressing.documents.facts import NumberedPlace
from addressing.identifiers import PlaceId
from gis_service.access import Access, reading
from gis_service.pages_context import base_url, is_demo
from maps.reports import pdf, sheets, word

router = APIRouter(tags=["documents"])

RecordId = Annotated[int, Path(ge=1, le=2**62)]
Issuer = Annotated[str, Query(max_length=200, description="Body that signs, while no decision is on record.")]
STAFF_READ = "documents.read"


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
    access: Annotated[Access, reading(STAFF_READ)], proposal_id: RecordId, format: ListFormat  # noqa: A002 - the word of the address
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
    return drawn(made, format)


@router.get("/documents/proposals/{proposal_id}/decision.{format}", response_class=Response)
def decision_file(
    access: Annotated[Access, reading(STAFF_READ)], proposal_id: RecordId, format: PaperFormat,  # noqa: A002 - as above
    issuer: Issuer = "",
) -> Response:  # fmt: skip
    """The decision with its annexes; a draft with open number and day until the proposal is issued."""
    conn = access.connection
    proposal = numbering.get_proposal(conn, proposal_id)
    areas.require_street(conn, access.identity.login, proposal.street_id)
    paper = paper_facts.paper_of(conn, proposal, issuer)
    facts = paper_facts.street_numbering(conn, proposal, is_demo=is_demo(conn))
    return drawn(decision.decision(facts, paper, f"quyet-dinh-{proposal.id}"), format)


@router.get("/documents/estate-proposals/{proposal_id}/list.{format}", response_class=Response)
def estate_list_file(
    access: Annotated[Access, reading(STAFF_READ)], proposal_id: RecordId, format: ListFormat  # noqa: A002 - as above
) -> Response:  # fmt: skip
    """The working paper of a proposal for an estate, with clauses and answers. Not for the public."""
    conn = access.connection
    proposal = estate_naming.get_proposal(conn, proposal_id)
    estate_naming.require_area(conn, proposal, access.identity.login)
    facts = estate_paper_facts.estate_naming_facts(conn, proposal, is_demo=is_demo(conn))
    made = estate_papers.proposal_list(
        facts, proposal_id=proposal.id, status=proposal.status, author=proposal.author, approver=proposal.approver,
        issuer=access.settings.authority_name_vi, stem=f"de-xuat-{proposal.id}",
    )  # fmt: skip
    return drawn(made, format)


@router.get("/documents/estate-proposals/{proposal_id}/decision.{format}", response_class=Response)
def estate_decision_file(
    access: Annotated[Access, reading(STAFF_READ)], proposal_id: RecordId, format: PaperFormat,  # noqa: A002 - as above
    issuer: Issuer = "",
) -> Response:  # fmt: skip
    """The decision on the names of an estate; a draft with open number and day until they are issued."""
    conn = access.connection
    proposal = estate_naming.get_proposal(conn, proposal_id)
    estate_naming.require_area(conn, proposal, access.identity.login)
    facts = estate_paper_facts.estate_naming_facts(conn, proposal, is_demo=is_demo(conn))
    paper = estate_paper_facts.paper_of(conn, proposal, issuer)
    return drawn(estate_papers.decision(facts, paper, f"quyet-dinh-{proposal.id}"), format)


@router.get("/documents/places/{place_id}/certificate.{format}", response_class=Response)
def certificate_file(
    request: Request, access: Annotated[Access, reading(STAFF_READ)], place_id: str, format: PaperFormat  # noqa: A002
) -> Response:  # fmt: skip
    """The certificate of the number that a place has today, or of the name of a building or flat."""
    place = _place_of(request, access, place_id)
    return drawn(certificate.certificate(place, f"chung-nhan-{place.place_id}"), format)


@router.get("/documents/cases/{case_id}/answer.{format}", response_class=Response)
def case_answer_file(
    access: Annotated[Access, reading("cases.read")], case_id: RecordId, format: PaperFormat,  # noqa: A002 - as above
    issuer: Issuer = "",
) -> Response:  # fmt: skip
    """The answer to a request as a letter; a draft until the case is answered. It names the applicant."""
    conn = access.connection
    case = cases.get_case(conn, case_id)
    areas.require(conn, access.identity.login, areas.Whereabouts(case.commune_code, case.zone_id))
    body = issuer.strip() or access.settings.authority_name_vi
    facts = case_papers.case_facts(conn, case_id, body, is_demo=is_demo(conn))
    return drawn(case_answer.answer(facts, f"tra-loi-{case.receipt}"), format)


def _place_of(request: Request, access: Access, typed: str) -> NumberedPlace:
    place_id = PlaceId.parse(typed)
    areas.require_place(access.connection, access.identity.login, str(place_id))
    return place_papers.certified_place(
        access.connection, place_id, public_link(request, access), is_demo=is_demo(access.connection)
    )


def public_link(request: Request, access: Access) -> place_papers.Link:
    """From a place id to the address of its public page, as people reach it."""
    base = base_url(request, access.settings)
    return lambda place_id: f"{base}/p/{place_id}"


def drawn(document: Document, wanted: str) -> Response:
    """A paper in the wanted format."""
    return file_answer(_DRAW[wanted](document), wanted, document.file_stem)


def file_answer(content: bytes, wanted: str, stem: str) -> Response:
    """A file as an answer that nobody keeps."""
    how = "attachment" if wanted in ("csv", "xlsx", "docx") else "inline"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(f'{stem}.{wanted}')}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=_MEDIA[wanted], headers=headers)
