"""The names of an estate at the desk: propose, answer, submit, approve, issue; and their papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from addressing import estate_facts, estate_issuing, estate_naming, history, paper_facts
from addressing.answering import DECIDED_BY_COMMITTEE
from addressing.deciding import today
from addressing.errors import AddressingError
from addressing.estate_facts import EstateOnRecord
from addressing.estate_naming import EstateProposal
from addressing.rules.clauses import CLAUSES
from addressing.rules.model import Choice, OpenQuestion
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import page
from gis_service.routes.desk_proposal_steps import DONE, Desk, RecordId, add_steps
from gis_service.routes.desk_views import rights
from gis_service.routes.estate_shapes import cited_clauses

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)


@router.post("/desk/estates/{estate_id}/propose")
def propose(
    estate_id: RecordId, access: Annotated[Access, writing("streets.number.propose", "estates/{estate_id}")]
) -> Response:
    """Run the rules; go to the proposal, or to the live one where that is already under way."""
    return _DESK.propose(access, estate_id)


@router.get("/desk/estate-proposals/{proposal_id}")
def proposal_page(
    request: Request, access: Annotated[Access, reading("streets.number.review")], proposal_id: RecordId,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """A proposal: names with their clauses, questions, and what the asker may do with it."""
    return _page(request, access, proposal_id, done=done if done in DONE else "")


@dataclass(frozen=True, slots=True)
class NameRow:
    """One part in the table: what it bore, what it gets."""

    label: str
    # the way to it in the words of the ground, from the outside in
    kind: str
    depth: int
    before: str
    after: str
    change: str
    # new, kept or asked
    clauses: tuple[str, ...]
    part_id: int | None
    place_id: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question, or a settled one with who settled it."""

    question: OpenQuestion
    about: str
    needs_decision: bool
    chosen: str = ""
    by: str = ""
    reason: str = ""


def _rows(estate: EstateOnRecord, proposal: EstateProposal) -> list[NameRow]:
    named = {one.key: one for one in proposal.result.named}
    rows = []
    for part in estate.parts:
        one = named.get(part.facts.key)
        if estate.facts.is_block and part.facts.kind == "building":
            continue
        before = (part.facts.name or "") if proposal.status != "issued" else ""
        rows.append(NameRow(
            part.facts.label, part.facts.kind.value, len(estate.outward(part)), before or part.facts.found or "",
            one.name if one else "", "asked" if one is None else "kept" if one.is_existing else "new",
            one.clauses if one else (), part.id, part.place_id,
        ))  # fmt: skip
    return rows


def _about(estate: EstateOnRecord, question: OpenQuestion) -> str:
    if not question.subject.isdigit() or int(question.subject) not in estate.by_id:
        return ""
    part = estate.by_id[int(question.subject)]
    return " · ".join(one.facts.label for one in (*reversed(estate.outward(part)), part))


def _settled(estate: EstateOnRecord, proposal: EstateProposal, choice: Choice) -> Asked:
    given = proposal.answers.get(choice.question.code) if choice.settled_by == "answer" else None
    reason = ", ".join(part for part in (given.reason, given.decision_number) if part) if given else ""
    return Asked(
        choice.question, _about(estate, choice.question), choice.question.clause in DECIDED_BY_COMMITTEE,
        choice.chosen, given.by if given else choice.settled_by, reason,
    )  # fmt: skip


def _page(
    request: Request, access: Access, proposal_id: int, *, done: str = "", fault: AddressingError | None = None
) -> Response:
    conn, who = access.connection, access.identity
    proposal = estate_naming.get_proposal(conn, proposal_id)
    estate_naming.require_area(conn, proposal, who.login)
    estate = estate_facts.read(conn, proposal.estate_id)
    province = paper_facts.area_of(conn, proposal.street_id, today()).province
    return page(
        request, access, "desk/estate_proposal.html", status=status_of(fault) if fault else 200, proposal=proposal,
        estate=estate, rows=_rows(estate, proposal), fault=fault, done=done, today=today(),
        questions=[
            Asked(one, _about(estate, one), one.clause in DECIDED_BY_COMMITTEE) for one in proposal.result.questions
        ],
        settled=[_settled(estate, proposal, choice) for choice in proposal.result.choices],
        clauses=[CLAUSES[name] for name in cited_clauses(proposal)], steps=history.steps_of(conn, proposal_id),
        is_author=who.login == proposal.author, is_own=who.login in proposal.hands,
        is_stale=proposal.status in ("draft", "submitted", "approved") and estate.fingerprint != proposal.fingerprint,
        body=f"Ủy ban nhân dân {province[:1].lower()}{province[1:]}" if province else "", may=rights(who),
        papers=policy.may(who, "documents.read"),
    )  # fmt: skip


_DESK = Desk(estate_naming.NAMING, "/desk/estate-proposals", estate_issuing.issue, _page)
add_steps(router, _DESK)
