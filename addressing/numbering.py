"""Number a street: propose, answer, submit, approve or reject. Issuing is in `issuing`.

Nothing on the ground changes until a proposal is issued. Every step first locks the street, so two
officers on one street wait for each other instead of giving one number twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from addressing import areas, street_facts, street_numbers, surroundings
from addressing.answering import Answer, as_entry, read_answers, settle, values_of
from addressing.deciding import today
from addressing.errors import (
    AuthorCannotApprove,
    NotFound,
    NotTheAuthor,
    OpenQuestionsRemain,
    StaleProposal,
    WrongStatus,
)
from addressing.policies_on_record import policy_for_street
from addressing.register import decisions, proposals
from addressing.rules import record
from addressing.rules.model import NumberingResult, OpenQuestion
from addressing.rules.policy import Policy, policy_from_data
from addressing.street_facts import StreetOnRecord
from addressing.versions import require_version
from layers.streets import streets

LIVE = ("draft", "submitted", "approved")
SUPERSEDED = "superseded by a new proposal"
WITHDRAWN = "withdrawn by its author"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A numbering of one street on its way from draft to issue."""

    id: int
    street_id: int
    street_name: str
    status: str
    version: int
    author: str
    approver: str | None
    result: NumberingResult
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


def propose(
    conn: Connection, street_id: int, *, author_id: str, policy: Policy | None = None, on: date | None = None
) -> Proposal:
    """Run the rules on a street and keep the outcome as a draft.

    A live draft made from the same facts and policy is returned as it is. One made from other facts
    is set aside and its answers are carried over. `on` is the day whose law applies, today if None;
    without a `policy` the local values on record for that day hold. Raises `NotFound`, `OutsideArea`,
    `UnusableStreet`, and `WrongStatus` while a proposal awaits approval or issue.
    """
    areas.require_street(conn, author_id, street_id)
    street_facts.lock(conn, street_id)
    street = street_facts.read(conn, street_id)
    policy = policy or policy_for_street(conn, street_id, on or today())
    carried: dict[str, Any] = {}
    live = conn.execute(
        select(proposals).where(proposals.c.street_id == street_id, proposals.c.status.in_(LIVE))
    ).first()
    if live is not None:
        if live.status != "draft":
            raise WrongStatus(live.id, live.status, "propose")
        if live.input_hash == street.fingerprint and live.policy == policy.as_data():
            return get_proposal(conn, live.id)
        carried = live.answers
        _change(conn, live.id, status="rejected", rejected_reason=SUPERSEDED)
    result = decide(conn, street, policy, values_of(carried), on or today())
    proposal_id = conn.execute(
        insert(proposals)
        .values(
            street_id=street_id, status="draft", rule_set_version=result.rule_set,
            policy=policy.as_data(), input_hash=street.fingerprint, answers=carried,
            content=record.as_data(result), open_questions=len(result.questions), author=author_id,
        )
        .returning(proposals.c.id)
    ).scalar_one()  # fmt: skip
    return get_proposal(conn, proposal_id)


def decide(
    conn: Connection, street: StreetOnRecord, policy: Policy, answers: Mapping[str, str], on: date
) -> NumberingResult:
    """What the rules say about a street on record, given these answers. Writes nothing."""
    around = surroundings.read_many(conn, [street.id], street_numbers.near_m(policy), on)
    return street_numbers.decide(street, around[street.id], policy, answers, on)


def get_proposal(conn: Connection, proposal_id: int) -> Proposal:
    """A proposal as it stands. Raises `NotFound`."""
    row = conn.execute(
        select(
            proposals, streets.c.name.label("street_name"), decisions.c.number.label("decision_number")
        )
        .join(streets, streets.c.id == proposals.c.street_id)
        .outerjoin(decisions, decisions.c.id == proposals.c.decision_id)
        .where(proposals.c.id == proposal_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("proposal", "đề xuất", proposal_id)
    return _proposal(row)


def find_live_proposal(conn: Connection, street_id: int) -> Proposal | None:
    """The draft, submitted or approved proposal of a street, of which there is at most one."""
    found = conn.execute(
        select(proposals.c.id).where(proposals.c.street_id == street_id, proposals.c.status.in_(LIVE))
    ).scalar()
    return None if found is None else get_proposal(conn, found)


def answer(
    conn: Connection,
    proposal_id: int,
    question_code: str,
    answer: str,
    by: str,
    *,
    reason: str = "",
    decision_number: str | None = None,
    version: int | None = None,
    on: date | None = None,
) -> Proposal:
    """Record an answer to an open question, or another one to a settled choice, and decide anew.

    The kind of a question in place of its code answers all questions of that kind alike. The direction
    of a special street is the committee's to set: that answer needs the number of its decision. Raises
    `DecisionRequired`, `OutsideArea`, `UnknownQuestion`, `UnknownAnswer`, `WrongStatus` unless it is a
    draft, `StaleProposal`.
    """
    proposal, street = lock_for_step(conn, proposal_id, "answer", "draft", by, version)
    asked = [*proposal.result.questions, *(choice.question for choice in proposal.result.choices)]
    entries = settle(asked, question_code, answer, by, reason=reason, decision_number=decision_number)
    given = {code: as_entry(item) for code, item in proposal.answers.items()} | entries
    policy = policy_from_data(proposal.policy)
    result = decide(conn, street, policy, values_of(given), on or today())
    _change(conn, proposal_id, answers=given, content=record.as_data(result), open_questions=len(result.questions))
    return get_proposal(conn, proposal_id)


def submit(conn: Connection, proposal_id: int, by: str, *, version: int | None = None) -> Proposal:
    """Send a draft for approval. Raises `OpenQuestionsRemain`, `WrongStatus`, `StaleProposal`, `OutsideArea`."""
    proposal, _ = lock_for_step(conn, proposal_id, "submit", "draft", by, version)
    _require_no_questions(proposal)
    _change(conn, proposal_id, status="submitted", submitted_at=func.now())
    return get_proposal(conn, proposal_id)


def approve(conn: Connection, proposal_id: int, approver_id: str, *, version: int | None = None) -> Proposal:
    """The second pair of eyes. Raises `AuthorCannotApprove` for whoever wrote or answered in it.

    Raises `OpenQuestionsRemain`, `WrongStatus` unless it was submitted, `StaleProposal`.
    """
    proposal, _ = lock_for_step(conn, proposal_id, "approve", "submitted", approver_id, version)
    _require_no_questions(proposal)
    if approver_id in {proposal.author, *(given.by for given in proposal.answers.values())}:
        raise AuthorCannotApprove(proposal_id)
    _change(conn, proposal_id, status="approved", approver=approver_id, approved_at=func.now())
    return get_proposal(conn, proposal_id)


def reject(conn: Connection, proposal_id: int, reason: str, by: str, *, version: int | None = None) -> Proposal:
    """End a proposal that is not issued, for good; a new one may follow. Works on stale ones too."""
    proposal = _lock(conn, proposal_id, by, version)
    if proposal.status not in LIVE:
        raise WrongStatus(proposal_id, proposal.status, "reject")
    _change(conn, proposal_id, status="rejected", rejected_reason=f"{reason} ({by})")
    return get_proposal(conn, proposal_id)


def withdraw(conn: Connection, proposal_id: int, by: str, *, version: int | None = None) -> Proposal:
    """An author takes back what nobody has approved yet. Raises `NotTheAuthor`, `WrongStatus`."""
    proposal = _lock(conn, proposal_id, by, version)
    if proposal.author != by:
        raise NotTheAuthor(proposal_id, proposal.author)
    if proposal.status not in ("draft", "submitted"):
        raise WrongStatus(proposal_id, proposal.status, "withdraw")
    _change(conn, proposal_id, status="rejected", rejected_reason=f"{WITHDRAWN} ({by})")
    return get_proposal(conn, proposal_id)


def _lock(conn: Connection, proposal_id: int, by: str, version: int | None) -> Proposal:
    """Lock the street, then read what may have changed meanwhile. Raises `OutsideArea`, `VersionConflict`."""
    street_id = get_proposal(conn, proposal_id).street_id
    areas.require_street(conn, by, street_id)
    street_facts.lock(conn, street_id)
    proposal = get_proposal(conn, proposal_id)
    require_version("proposal", "đề xuất", proposal_id, version, proposal.version, proposal)
    return proposal


def lock_for_step(
    conn: Connection, proposal_id: int, step: str, status: str, by: str, version: int | None = None
) -> tuple[Proposal, StreetOnRecord]:
    """Lock the street, then look again: the proposal must have the status and be fresh.

    Raises `WrongStatus`, `StaleProposal`, `OutsideArea` for `by`, and `VersionConflict`.
    """
    proposal = _lock(conn, proposal_id, by, version)
    if proposal.status != status:
        raise WrongStatus(proposal_id, proposal.status, step)
    street = street_facts.read(conn, proposal.street_id)
    if street.fingerprint != proposal.fingerprint:
        raise StaleProposal(proposal_id)
    return proposal, street


def _require_no_questions(proposal: Proposal) -> None:
    if proposal.open_questions:
        raise OpenQuestionsRemain([question.code for question in proposal.open_questions])


def _change(conn: Connection, proposal_id: int, **values: Any) -> None:
    conn.execute(update(proposals).where(proposals.c.id == proposal_id).values(**values))


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        street_id=row.street_id,
        street_name=row.street_name,
        status=row.status,
        version=row.version,
        author=row.author,
        approver=row.approver,
        result=record.from_data(row.content),
        policy=row.policy,
        answers=read_answers(row.answers),
        fingerprint=row.input_hash,
        rejected_reason=row.rejected_reason,
        decision_id=row.decision_id,
        decision_number=row.decision_number,
        created_at=row.created_at,
    )
