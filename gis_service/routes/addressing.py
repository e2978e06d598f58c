"""House numbers: propose, answer, submit, approve, reject, issue; and the numbers of a street."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from addressing import areas, issuing, numbering, street_facts
from gis_service.access import Access, reading, writing
from gis_service.routes.addressing_answers import (
    DecisionGiven,
    GivenAnswer,
    IssuedAnswer,
    NumberAnswer,
    ProposalAnswer,
    Rejection,
    issued_answer,
    proposal_answer,
)
from gis_service.routes.register_inputs import IfMatch, version_in

router = APIRouter(tags=["house numbers"])

StreetId = Annotated[int, Path(ge=1, le=2**62)]
ProposalId = Annotated[int, Path(ge=1, le=2**62)]

_PROPOSAL = "numbering/{proposal_id}"


@router.post("/streets/{street_id}/numbering", response_model=ProposalAnswer, status_code=201)
def propose(
    street_id: StreetId,
    access: Annotated[Access, writing("streets.number.propose", "streets/{street_id}")],
) -> Any:
    """Run the rules of Circular 08 on a street and keep the outcome as a draft.

    The live draft is returned as it is while the facts behind it have not changed.
    """
    return proposal_answer(numbering.propose(access.connection, street_id, author_id=access.identity.login))


@router.get("/streets/{street_id}/numbers", response_model=list[NumberAnswer])
def list_numbers(
    street_id: StreetId,
    access: Annotated[Access, reading("streets.number.read")],
    on: Annotated[date | None, Query(description="Numbers of that day; none means all ever given.")] = None,
) -> Any:
    """The numbers of a street in natural order. Spare numbers are shown to staff only."""
    return [asdict(item) for item in street_facts.numbers_on_street(access.connection, street_id, on)]


@router.get("/numbering/{proposal_id}", response_model=ProposalAnswer)
def get_proposal(proposal_id: ProposalId, access: Annotated[Access, reading("streets.number.review")]) -> Any:
    """A proposal with its numbers, clauses, open questions and recorded choices."""
    proposal = numbering.get_proposal(access.connection, proposal_id)
    areas.require_street(access.connection, access.identity.login, proposal.street_id)
    return proposal_answer(proposal)


@router.post("/numbering/{proposal_id}/answers", response_model=ProposalAnswer)
def answer(
    proposal_id: ProposalId,
    given: GivenAnswer,
    access: Annotated[Access, writing("streets.number.answer", _PROPOSAL)],
    if_match: IfMatch = None,
) -> Any:
    """Answer an open question, or settle a recorded choice otherwise; the rules run again."""
    return proposal_answer(
        numbering.answer(
            access.connection,
            proposal_id,
            given.question_code,
            given.answer,
            access.identity.login,
            reason=given.reason,
            decision_number=given.decision_number,
            version=version_in(if_match),
        )
    )


@router.post("/numbering/{proposal_id}/submit", response_model=ProposalAnswer)
def submit(
    proposal_id: ProposalId,
    access: Annotated[Access, writing("streets.number.submit", _PROPOSAL)],
    if_match: IfMatch = None,
) -> Any:
    """Send a draft without open questions for approval."""
    return proposal_answer(
        numbering.submit(access.connection, proposal_id, access.identity.login, version=version_in(if_match))
    )


@router.post("/numbering/{proposal_id}/withdraw", response_model=ProposalAnswer)
def withdraw(
    proposal_id: ProposalId,
    access: Annotated[Access, writing("streets.number.withdraw", _PROPOSAL)],
    if_match: IfMatch = None,
) -> Any:
    """Take back one's own proposal that nobody has approved yet."""
    return proposal_answer(
        numbering.withdraw(access.connection, proposal_id, access.identity.login, version=version_in(if_match))
    )


@router.post("/numbering/{proposal_id}/approve", response_model=ProposalAnswer)
def approve(
    proposal_id: ProposalId,
    access: Annotated[Access, writing("streets.number.approve", _PROPOSAL)],
    if_match: IfMatch = None,
) -> Any:
    """Approve a submitted proposal. Whoever wrote it or answered in it may not."""
    return proposal_answer(
        numbering.approve(access.connection, proposal_id, access.identity.login, version=version_in(if_match))
    )


@router.post("/numbering/{proposal_id}/reject", response_model=ProposalAnswer)
def reject(
    proposal_id: ProposalId,
    given: Rejection,
    access: Annotated[Access, writing("streets.number.reject", _PROPOSAL)],
    if_match: IfMatch = None,
) -> Any:
    """End a proposal for good; a new one may follow."""
    return proposal_answer(
        numbering.reject(
            access.connection, proposal_id, given.reason, access.identity.login, version=version_in(if_match)
        )
    )


@router.post("/numbering/{proposal_id}/issue", response_model=IssuedAnswer)
def issue(
    proposal_id: ProposalId,
    given: DecisionGiven,
    access: Annotated[Access, writing("streets.number.issue", _PROPOSAL)],
    if_match: IfMatch = None,
) -> Any:
    """Put an approved proposal in force by a signed decision. Twice by one decision changes nothing."""
    done = issuing.issue(
        access.connection,
        proposal_id,
        given.decision_number,
        given.decision_date,
        given.issuing_body,
        access.identity.login,
        version=version_in(if_match),
    )
    return issued_answer(done)
