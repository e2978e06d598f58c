"""The way of every proposal: propose, answer, submit, approve or reject by somebody else, issue.

What is proposed about is the ground: a street (`numbering`) or an estate (`estate_naming`), each a `Flow` of its own
facts and rules. Nothing in force changes until a proposal is issued; whoever wrote or answered does not approve. Every
step first locks the ground, so two officers wait for each other instead of giving one number twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, func, insert, select, update

from addressing.answering import as_entry, read_answers, settle, values_of
from addressing.deciding import SignedDecision, record_decision, today
from addressing.errors import (
    AuthorCannotApprove,
    NotFound,
    NotTheAuthor,
    OpenQuestionsRemain,
    StaleProposal,
    WrongStatus,
)
from addressing.policies_on_record import policy_for_street
from addressing.proposal import LIVE, SUPERSEDED, WITHDRAWN, Decided, Facts, Proposed
from addressing.register import decisions, proposals
from addressing.rules.policy import Policy, policy_from_data
from addressing.versions import require_version

R = TypeVar("R", bound=Decided)
F = TypeVar("F", bound=Facts)
P = TypeVar("P", bound=Proposed[Any])


@dataclass(frozen=True, slots=True)
class Flow(Generic[P, F, R]):
    """One way of proposals, with what is peculiar to its ground."""

    noun: tuple[str, str]
    # of such a proposal that is not found, English and Vietnamese
    column: Column[Any]
    # of the table of proposals: its ground
    street_of: Callable[[F], int]
    # whose local policies hold
    rows: Callable[[Select[Any]], Select[Any]]
    # joins the ground, with what `made` reads of it
    made: Callable[[Row[Any], dict[str, Any]], P]
    # from a row and what all proposals have
    lock: Callable[[Connection, int, str], object]
    # the ground, for this login; raises `NotFound`, `OutsideArea`
    lock_for_issue: Callable[[Connection, int, str], object]
    read: Callable[[Connection, int], F]
    decide: Callable[[Connection, F, Policy, Mapping[str, str], date], R]
    as_data: Callable[[R], dict[str, Any]]
    from_data: Callable[[dict[str, Any]], R]
    subject: Callable[[P], str]
    # of the decision, in the words of the record
    require_something: Callable[[F], None] = lambda facts: None
    # to propose about
    require_outcome: Callable[[P], None] = lambda proposal: None
    # to submit

    def propose(
        self, conn: Connection, ground_id: int, *, author_id: str, policy: Policy | None = None, on: date | None = None
    ) -> P:
        """Run the rules and keep the outcome as a draft.

        A live draft made from the same facts and policy is returned as it is. One made from other facts is set
        aside and its answers are carried over. `on` is the day whose law applies, today if None; without a `policy`
        the local values on record for that day hold. Raises `NotFound`, `OutsideArea`, `UnusableStreet`,
        `StepNotPossible` for an estate without parts, and `WrongStatus` while a proposal awaits approval or issue.
        """
        self.lock(conn, ground_id, author_id)
        facts = self.read(conn, ground_id)
        self.require_something(facts)
        policy = policy or policy_for_street(conn, self.street_of(facts), on or today())
        carried: dict[str, Any] = {}
        live = conn.execute(
            select(proposals).where(self.column == ground_id, proposals.c.status.in_(LIVE))
        ).first()  # fmt: skip
        if live is not None:
            if live.status != "draft":
                raise WrongStatus(live.id, live.status, "propose")
            if live.input_hash == facts.fingerprint and live.policy == policy.as_data():
                return self.get_proposal(conn, live.id)
            carried = live.answers
            _change(conn, live.id, status="rejected", rejected_reason=SUPERSEDED)
        result = self.decide(conn, facts, policy, values_of(carried), on or today())
        values = {
            self.column.name: ground_id, "status": "draft", "rule_set_version": result.rule_set,
            "policy": policy.as_data(), "input_hash": facts.fingerprint, "answers": carried, "author": author_id,
        } | self._outcome(result)  # fmt: skip
        made = conn.execute(insert(proposals).values(values).returning(proposals.c.id)).scalar_one()
        return self.get_proposal(conn, made)

    def get_proposal(self, conn: Connection, proposal_id: int) -> P:
        """A proposal as it stands. Raises `NotFound`, for one about another kind of ground too."""
        found = self._proposals(conn, proposals.c.id == proposal_id)
        if not found:
            raise NotFound(*self.noun, proposal_id)
        return found[0]

    def list_proposals(self, conn: Connection, ground_id: int) -> list[P]:
        """Every proposal that a street or estate ever had, the newest first."""
        return self._proposals(conn, self.column == ground_id)

    def _proposals(self, conn: Connection, where: ColumnElement[bool]) -> list[P]:
        query = self.rows(select(proposals, decisions.c.number.label("decision_number")))
        query = query.outerjoin(decisions, decisions.c.id == proposals.c.decision_id).where(where)
        return [self._proposal(row) for row in conn.execute(query.order_by(proposals.c.id.desc()))]

    def _proposal(self, row: Row[Any]) -> P:
        return self.made(row, {
            "id": row.id, "status": row.status, "version": row.version, "author": row.author, "approver": row.approver,
            "result": self.from_data(row.content), "policy": row.policy, "answers": read_answers(row.answers),
            "fingerprint": row.input_hash, "rejected_reason": row.rejected_reason, "decision_id": row.decision_id,
            "decision_number": row.decision_number, "created_at": row.created_at,
        })  # fmt: skip

    def find_live_proposal(self, conn: Connection, ground_id: int) -> P | None:
        """The draft, submitted or approved proposal of a street or estate, of which there is at most one."""
        query = select(proposals.c.id).where(self.column == ground_id, proposals.c.status.in_(LIVE))
        found = conn.execute(query).scalar()
        return None if found is None else self.get_proposal(conn, found)

    def answer(
        self, conn: Connection, proposal_id: int, question_code: str, answer: str, by: str, *, reason: str = "",
        decision_number: str | None = None, version: int | None = None, on: date | None = None,
    ) -> P:  # fmt: skip
        """Record an answer to an open question, or another one to a settled choice, and decide anew.

        The kind of a question in place of its code answers all questions of that kind alike. What a body above
        decides needs the number of its decision. Raises `DecisionRequired`, `OutsideArea`, `UnknownQuestion`,
        `UnknownAnswer`, `WrongStatus` unless it is a draft, `StaleProposal`, `VersionConflict`.
        """
        proposal, facts = self.lock_for_step(conn, proposal_id, "answer", "draft", by, version)
        asked = [*proposal.result.questions, *(choice.question for choice in proposal.result.choices)]
        entries = settle(asked, question_code, answer, by, reason=reason, decision_number=decision_number)
        given = {code: as_entry(item) for code, item in proposal.answers.items()} | entries
        result = self.decide(conn, facts, policy_from_data(proposal.policy), values_of(given), on or today())
        _change(conn, proposal_id, answers=given, **self._outcome(result))
        return self.get_proposal(conn, proposal_id)

    def submit(self, conn: Connection, proposal_id: int, by: str, *, version: int | None = None) -> P:
        """Send a draft for approval.

        Raises `OpenQuestionsRemain`, `StepNotPossible` where it would name nothing, `WrongStatus`, `StaleProposal`,
        `OutsideArea`, `VersionConflict`.
        """
        proposal, _ = self.lock_for_step(conn, proposal_id, "submit", "draft", by, version)
        _require_no_questions(proposal)
        self.require_outcome(proposal)
        _change(conn, proposal_id, status="submitted", submitted_at=func.now())
        return self.get_proposal(conn, proposal_id)

    def approve(self, conn: Connection, proposal_id: int, approver_id: str, *, version: int | None = None) -> P:
        """The second pair of eyes. Raises `AuthorCannotApprove` for whoever wrote or answered in it.

        Raises `OpenQuestionsRemain`, `WrongStatus` unless it was submitted, `StaleProposal`.
        """
        proposal, _ = self.lock_for_step(conn, proposal_id, "approve", "submitted", approver_id, version)
        _require_no_questions(proposal)
        if approver_id in proposal.hands:
            raise AuthorCannotApprove(proposal_id)
        _change(conn, proposal_id, status="approved", approver=approver_id, approved_at=func.now())
        return self.get_proposal(conn, proposal_id)

    def reject(self, conn: Connection, proposal_id: int, reason: str, by: str, *, version: int | None = None) -> P:
        """End a proposal that is not issued, for good; a new one may follow. Works on stale ones too."""
        proposal = self._locked(conn, proposal_id, by, version)
        if proposal.status not in LIVE:
            raise WrongStatus(proposal_id, proposal.status, "reject")
        _change(conn, proposal_id, status="rejected", rejected_reason=f"{reason} ({by})")
        return self.get_proposal(conn, proposal_id)

    def withdraw(self, conn: Connection, proposal_id: int, by: str, *, version: int | None = None) -> P:
        """An author takes back what nobody has approved yet. Raises `NotTheAuthor`, `WrongStatus`."""
        proposal = self._locked(conn, proposal_id, by, version)
        if proposal.author != by:
            raise NotTheAuthor(proposal_id, proposal.author)
        if proposal.status not in ("draft", "submitted"):
            raise WrongStatus(proposal_id, proposal.status, "withdraw")
        _change(conn, proposal_id, status="rejected", rejected_reason=f"{WITHDRAWN} ({by})")
        return self.get_proposal(conn, proposal_id)

    def begin_issue(
        self, conn: Connection, proposal_id: int, signed: SignedDecision, by: str, version: int | None
    ) -> tuple[P, tuple[F, int] | None]:
        """The approved proposal, with the facts and the id of the decision by which its numbers are to be entered.

        None in their place where this decision issued it before: there is nothing to do. Raises `WrongStatus` unless
        it is approved, `StaleProposal`, `DecisionInvalid`, `OutsideArea`, `VersionConflict`.
        """
        self.lock_for_issue(conn, self.get_proposal(conn, proposal_id).ground_id, by)
        proposal = self.get_proposal(conn, proposal_id)
        if proposal.status == "issued":
            _require_same_decision(conn, proposal, signed)
            return proposal, None
        proposal, facts = self.lock_for_step(conn, proposal_id, "issue", "approved", by, version)
        return proposal, (facts, record_decision(conn, signed, self.subject(proposal), by))

    def end_issue(self, conn: Connection, proposal_id: int, decision_id: int) -> None:
        """Its numbers are entered."""
        _change(conn, proposal_id, status="issued", decision_id=decision_id)

    def lock_for_step(
        self, conn: Connection, proposal_id: int, step: str, status: str, by: str, version: int | None = None
    ) -> tuple[P, F]:
        """Lock the ground, then look again: the proposal must have the status and be fresh.

        Raises `WrongStatus`, `StaleProposal`, `OutsideArea` for `by`, and `VersionConflict`.
        """
        proposal = self._locked(conn, proposal_id, by, version)
        if proposal.status != status:
            raise WrongStatus(proposal_id, proposal.status, step)
        facts = self.read(conn, proposal.ground_id)
        if facts.fingerprint != proposal.fingerprint:
            raise StaleProposal(proposal_id)
        return proposal, facts

    def _locked(self, conn: Connection, proposal_id: int, by: str, version: int | None) -> P:
        self.lock(conn, self.get_proposal(conn, proposal_id).ground_id, by)
        proposal = self.get_proposal(conn, proposal_id)
        require_version("proposal", "đề xuất", proposal_id, version, proposal.version, proposal)
        return proposal

    def _outcome(self, result: R) -> dict[str, Any]:
        return {"content": self.as_data(result), "open_questions": len(result.questions)}


def _require_no_questions(proposal: Proposed[Any]) -> None:
    if proposal.open_questions:
        raise OpenQuestionsRemain([question.code for question in proposal.open_questions])


def _require_same_decision(conn: Connection, proposal: Proposed[Any], signed: SignedDecision) -> None:
    decision = conn.execute(
        select(decisions.c.number, decisions.c.issuing_body).where(decisions.c.id == proposal.decision_id)
    ).one()
    if tuple(decision) != (signed.number.strip(), signed.issuing_body.strip()):
        raise WrongStatus(proposal.id, proposal.status, "issue")


def _change(conn: Connection, proposal_id: int, **values: Any) -> None:
    conn.execute(update(proposals).where(proposals.c.id == proposal_id).values(**values))
