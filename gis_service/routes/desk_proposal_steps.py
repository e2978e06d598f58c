"""The steps of a proposal at the desk, as plain forms: the same for streets and for estates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Form, Path
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from addressing.deciding import SignedDecision
from addressing.errors import AddressingError
from addressing.proposing import Flow
from gis_service.access import Access, writing

RecordId = Annotated[int, Path(ge=1, le=2**62)]
Seen = Annotated[int | None, Form(ge=0, le=2**31)]
"""Version of the proposal that the form was made from."""
Text = Annotated[str, Form(max_length=1000)]
PROPOSAL = "numbering/{proposal_id}"
DONE = ("answered", "submitted", "withdrawn", "approved", "rejected", "issued", "certified")


class Shown(Protocol):
    """Draws the page of a proposal, after a step or with what was wrong with it."""

    def __call__(
        self,
        request: Request,
        access: Access,
        proposal_id: int,
        *,
        done: str = "",
        fault: AddressingError | None = None,
    ) -> Response:
        """The page."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where proposals of one kind are worked on."""

    flow: Flow[Any, Any, Any]
    address: str
    # of a proposal, before its id
    issue: Callable[[Connection, int, SignedDecision, str], object]
    show: Shown

    def step(
        self, request: Request, access: Access, proposal_id: int, done: str, act: Callable[[], object]
    ) -> Response:  # fmt: skip
        """Do it and go back to the proposal; or show the proposal as it is, with what was wrong."""
        try:
            act()
        except AddressingError as fault:
            shown = self.show(request, access, proposal_id, fault=fault)
            access.take_back()
            return shown
        return self.to_proposal(proposal_id, done)

    def to_proposal(self, proposal_id: int, done: str = "") -> Response:
        """The way to its page."""
        return RedirectResponse(f"{self.address}/{proposal_id}" + (f"?done={done}" if done else ""), 303)

    def propose(
        self, access: Access, ground_id: int, refuse: Callable[[AddressingError], Response] | None = None
    ) -> Response:
        """Run the rules; go to the proposal, or to the live one where that is already under way.

        What was wrong is drawn by `refuse`, or raised without it.
        """
        conn = access.connection
        live = self.flow.find_live_proposal(conn, ground_id)
        if live is not None and live.status != "draft":
            access.take_back()
            return self.to_proposal(live.id)
        try:
            made = self.flow.propose(conn, ground_id, author_id=access.identity.login)
        except AddressingError as fault:
            if refuse is None:
                raise
            shown = refuse(fault)
            access.take_back()
            return shown
        return self.to_proposal(made.id)


def add_steps(router: APIRouter, desk: Desk) -> None:
    """The forms by which a proposal goes on its way."""
    flow, base = desk.flow, desk.address + "/{proposal_id}"

    @router.post(f"{base}/answers")
    def answer(
        request: Request, proposal_id: RecordId, access: Annotated[Access, writing("streets.number.answer", PROPOSAL)],
        version: Seen = None, question_code: Text = "", answer: Text = "", reason: Text = "",
        decision_number: Text = "", alike: Text = "",
    ) -> Response:  # fmt: skip
        """Answer a question, or all of its kind alike; or settle a choice otherwise."""
        code = question_code.strip().partition(":")[0] if alike else question_code.strip()
        return desk.step(request, access, proposal_id, "answered", lambda: flow.answer(
            access.connection, proposal_id, code, answer.strip(), access.identity.login, reason=reason,
            decision_number=decision_number.strip() or None, version=version,
        ))  # fmt: skip

    @router.post(f"{base}/submit")
    def submit(
        request: Request, proposal_id: RecordId, access: Annotated[Access, writing("streets.number.submit", PROPOSAL)],
        version: Seen = None,
    ) -> Response:  # fmt: skip
        """Send it for approval."""
        return desk.step(request, access, proposal_id, "submitted", lambda: flow.submit(
            access.connection, proposal_id, access.identity.login, version=version
        ))  # fmt: skip

    @router.post(f"{base}/withdraw")
    def withdraw(
        request: Request, proposal_id: RecordId,
        access: Annotated[Access, writing("streets.number.withdraw", PROPOSAL)], version: Seen = None,
    ) -> Response:  # fmt: skip
        """The author takes it back before it is approved."""
        return desk.step(request, access, proposal_id, "withdrawn", lambda: flow.withdraw(
            access.connection, proposal_id, access.identity.login, version=version
        ))  # fmt: skip

    @router.post(f"{base}/approve")
    def approve(
        request: Request, proposal_id: RecordId,
        access: Annotated[Access, writing("streets.number.approve", PROPOSAL)], version: Seen = None,
    ) -> Response:  # fmt: skip
        """The second pair of eyes."""
        return desk.step(request, access, proposal_id, "approved", lambda: flow.approve(
            access.connection, proposal_id, access.identity.login, version=version
        ))  # fmt: skip

    @router.post(f"{base}/reject")
    def reject(
        request: Request, proposal_id: RecordId, access: Annotated[Access, writing("streets.number.reject", PROPOSAL)],
        reason: Annotated[str, Form(min_length=1, max_length=1000, pattern=r"\S")], version: Seen = None,
    ) -> Response:  # fmt: skip
        """End it, with the reason."""
        return desk.step(request, access, proposal_id, "rejected", lambda: flow.reject(
            access.connection, proposal_id, reason.strip(), access.identity.login, version=version
        ))  # fmt: skip

    @router.post(f"{base}/issue")
    def issue(
        request: Request, proposal_id: RecordId, access: Annotated[Access, writing("streets.number.issue", PROPOSAL)],
        decision_date: Annotated[date, Form()], decision_number: Text = "", issuing_body: Text = "",
    ) -> Response:  # fmt: skip
        """Put it in force by a signed decision."""
        signed = SignedDecision(decision_number.strip(), decision_date, issuing_body.strip())
        return desk.step(request, access, proposal_id, "issued", lambda: desk.issue(
            access.connection, proposal_id, signed, access.identity.login
        ))  # fmt: skip
