"""Name an estate: propose, answer, submit, approve or reject. Issuing is in `estate_issuing`.

The same way as the numbering of a street, on the same table of proposals: nothing changes until a proposal is
issued, and whoever wrote or answered does not approve. Every step first locks the estate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from addressing import areas, estate_facts, estates
from addressing.answering import Answer, as_entry, read_answers, settle, values_of
from addressing.deciding import today
from addressing.errors import (
    AuthorCannotApprove,
    NotFound,
    NotTheAuthor,
    OpenQuestionsRemain,
    StaleProposal,
    StepNotPossible,
    WrongStatus,
)
from addressing.estate_facts import EstateOnRecord
from addressing.estate_tables import estates as estate_table
from addressing.numbering import LIVE, SUPERSEDED, WITHDRAWN
from addressing.policies_on_record import policy_for_street
from addressing.register import decisions, proposals
from addressing.rules import estate_record
from addressing.rules.estate_model import EstateResult
from addressing.rules.estates import name_estate
from addressing.rules.model import OpenQuestion
from addressing.rules.policy import Policy, policy_from_data
from addressing.rules.questions import Inquiry
from addressing.versions import require_version


@dataclass(frozen=True, slots=True)
class EstateProposal:
    """The names proposed for one estate on their way from draft to issue."""

    id: int
    estate_id: int
    estate_name: str
    street_id: int
    status: str
    version: int
    author: str
    approver: str | None
    result: EstateResult
    policy: dict[str, Any]
    # every policy value with its clause and origin
    answers: Mapping[str, Answer]
    fingerprint: str
    # of the facts it was made from
    rejected_reason: str | None
    decision_id: int | None
    decision_number: str | None
    created_at: datetime

    @property
    def open_questions(self) -> tuple[OpenQuestion, ...]:
        """What must be answered before it can be submitted."""
        return self.result.questions


def propose(conn: Connection, estate_id: int, *, author_id: str, on: date | None = None) -> EstateProposal:
    """Run the rules on an estate and keep the outcome as a draft.

    A live draft of the same facts and policy is returned as it is; one of other facts is set aside and its answers
    are carried over. Raises `NotFound`, `OutsideArea`, `StepNotPossible` for an estate without parts, `WrongStatus`
    while a proposal awaits approval or issue.
    """
    estates.lock(conn, estate_id, author_id)
    estate = estate_facts.read(conn, estate_id)
    if not estate.parts:
        raise StepNotPossible(
            "estate", "khu nhà", estate.code, "propose", "nothing was entered in it yet", "chưa nhập nhóm nhà, ngôi nhà"
        )
    policy = policy_for_street(conn, estate.street_id, on or today())
    carried: dict[str, Any] = {}
    live = conn.execute(
        select(proposals).where(proposals.c.estate_id == estate_id, proposals.c.status.in_(LIVE))
    ).first()
    if live is not None:
        if live.status != "draft":
            raise WrongStatus(live.id, live.status, "propose")
        if live.input_hash == estate.fingerprint and live.policy == policy.as_data():
            return get_proposal(conn, live.id)
        carried = live.answers
        _change(conn, live.id, status="rejected", rejected_reason=SUPERSEDED)
    result = decide(estate, policy, values_of(carried))
    made = conn.execute(
        insert(proposals)
        .values(
            estate_id=estate_id, status="draft", rule_set_version=result.rule_set, policy=policy.as_data(),
            input_hash=estate.fingerprint, answers=carried, content=estate_record.as_data(result),
            open_questions=len(result.questions), author=author_id,
        )
        .returning(proposals.c.id)
    ).scalar_one()  # fmt: skip
    return get_proposal(conn, made)


def decide(estate: EstateOnRecord, policy: Policy, answers: Mapping[str, str]) -> EstateResult:
    """What the rules say about an estate on record, given these answers."""
    return name_estate(estate.facts, policy, Inquiry(answers))


def get_proposal(conn: Connection, proposal_id: int) -> EstateProposal:
    """A proposal for an estate as it stands. Raises `NotFound`, for one of a street too."""
    row = conn.execute(
        select(
            proposals, estate_table.c.name.label("estate_name"), estate_table.c.street_id.label("of_street"),
            decisions.c.number.label("decision_number"),
        )
        .join(estate_table, estate_table.c.id == proposals.c.estate_id)
        .outerjoin(decisions, decisions.c.id == proposals.c.decision_id)
        .where(proposals.c.id == proposal_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("proposal for an estate", "đề xuất của khu nhà", proposal_id)
    return _proposal(row)


def find_live_proposal(conn: Connection, estate_id: int) -> EstateProposal | None:
    """The draft, submitted or approved proposal of an estate, of which there is at most one."""
    found = conn.execute(
        select(proposals.c.id).where(proposals.c.estate_id == estate_id, proposals.c.status.in_(LIVE))
    ).scalar()
    return None if found is None else get_proposal(conn, found)


def proposals_of(conn: Connection, estate_id: int) -> list[EstateProposal]:
    """Every proposal that an estate ever had, the newest first."""
    ids = select(proposals.c.id).where(proposals.c.estate_id == estate_id).order_by(proposals.c.id.desc())
    return [get_proposal(conn, found) for found in conn.execute(ids).scalars()]


def answer(
    conn: Connection, proposal_id: int, question_code: str, answer: str, by: str, *, reason: str = "",
    decision_number: str | None = None, version: int | None = None,
) -> EstateProposal:  # fmt: skip
    """Record an answer to a question, or to all of a kind alike, and decide anew.

    Raises `DecisionRequired` where the Department must say, `UnknownQuestion`, `UnknownAnswer`, `OutsideArea`,
    `WrongStatus` unless it is a draft, `StaleProposal`, `VersionConflict`.
    """
    proposal, estate = lock_for_step(conn, proposal_id, "answer", "draft", by, version)
    asked = [*proposal.result.questions, *(choice.question for choice in proposal.result.choices)]
    entries = settle(asked, question_code, answer, by, reason=reason, decision_number=decision_number)
    given = {code: as_entry(item) for code, item in proposal.answers.items()} | entries
    result = decide(estate, policy_from_data(proposal.policy), values_of(given))
    _change(
        conn, proposal_id, answers=given, content=estate_record.as_data(result), open_questions=len(result.questions)
    )
    return get_proposal(conn, proposal_id)


def submit(conn: Connection, proposal_id: int, by: str, *, version: int | None = None) -> EstateProposal:
    """Send a draft for approval. Raises `OpenQuestionsRemain`, `StepNotPossible` where it would name nothing."""
    proposal, _ = lock_for_step(conn, proposal_id, "submit", "draft", by, version)
    _require_no_questions(proposal)
    if not proposal.result.named:
        raise StepNotPossible(
            "proposal", "đề xuất", proposal_id, "submit", "it gives no name", "chưa có tên nào được đề xuất"
        )
    _change(conn, proposal_id, status="submitted", submitted_at=func.now())
    return get_proposal(conn, proposal_id)


def approve(conn: Connection, proposal_id: int, approver_id: str, *, version: int | None = None) -> EstateProposal:
    """The second pair of eyes. Raises `AuthorCannotApprove` for whoever wrote or answered in it."""
    proposal, _ = lock_for_step(conn, proposal_id, "approve", "submitted", approver_id, version)
    _require_no_questions(proposal)
    if approver_id in {proposal.author, *(given.by for given in proposal.answers.values())}:
        raise AuthorCannotApprove(proposal_id)
    _change(conn, proposal_id, status="approved", approver=approver_id, approved_at=func.now())
    return get_proposal(conn, proposal_id)


def reject(
    conn: Connection, proposal_id: int, reason: str, by: str, *, version: int | None = None
) -> EstateProposal:  # fmt: skip
    """End a proposal that is not issued, for good; a new one may follow. Works on stale ones too."""
    proposal = _lock(conn, proposal_id, by, version)
    if proposal.status not in LIVE:
        raise WrongStatus(proposal_id, proposal.status, "reject")
    _change(conn, proposal_id, status="rejected", rejected_reason=f"{reason} ({by})")
    return get_proposal(conn, proposal_id)


def withdraw(conn: Connection, proposal_id: int, by: str, *, version: int | None = None) -> EstateProposal:
    """An author takes back what nobody has approved yet. Raises `NotTheAuthor`, `WrongStatus`."""
    proposal = _lock(conn, proposal_id, by, version)
    if proposal.author != by:
        raise NotTheAuthor(proposal_id, proposal.author)
    if proposal.status not in ("draft", "submitted"):
        raise WrongStatus(proposal_id, proposal.status, "withdraw")
    _change(conn, proposal_id, status="rejected", rejected_reason=f"{WITHDRAWN} ({by})")
    return get_proposal(conn, proposal_id)


def lock_for_step(
    conn: Connection, proposal_id: int, step: str, status: str, by: str, version: int | None = None
) -> tuple[EstateProposal, EstateOnRecord]:
    """Lock the estate, then look again: the proposal must have the status and be fresh.

    Raises `WrongStatus`, `StaleProposal`, `OutsideArea`, `VersionConflict`.
    """
    proposal = _lock(conn, proposal_id, by, version)
    if proposal.status != status:
        raise WrongStatus(proposal_id, proposal.status, step)
    estate = estate_facts.read(conn, proposal.estate_id)
    if estate.fingerprint != proposal.fingerprint:
        raise StaleProposal(proposal_id)
    return proposal, estate


def require_area(conn: Connection, proposal: EstateProposal, login: str) -> None:
    """Whoever works elsewhere sees nothing of it. Raises `OutsideArea`."""
    areas.require_street(conn, login, proposal.street_id)


def _lock(conn: Connection, proposal_id: int, by: str, version: int | None) -> EstateProposal:
    estates.lock(conn, get_proposal(conn, proposal_id).estate_id, by)
    proposal = get_proposal(conn, proposal_id)
    require_version("proposal", "đề xuất", proposal_id, version, proposal.version, proposal)
    return proposal


def _require_no_questions(proposal: EstateProposal) -> None:
    if proposal.open_questions:
        raise OpenQuestionsRemain([question.code for question in proposal.open_questions])


def _change(conn: Connection, proposal_id: int, **values: Any) -> None:
    conn.execute(update(proposals).where(proposals.c.id == proposal_id).values(**values))


def _proposal(row: Row[Any]) -> EstateProposal:
    return EstateProposal(
        id=row.id, estate_id=row.estate_id, estate_name=row.estate_name, street_id=row.of_street, status=row.status,
        version=row.version, author=row.author, approver=row.approver, result=estate_record.from_data(row.content),
        policy=row.policy, answers=read_answers(row.answers), fingerprint=row.input_hash,
        rejected_reason=row.rejected_reason, decision_id=row.decision_id, decision_number=row.decision_number,
        created_at=row.created_at,
    )  # fmt: skip
