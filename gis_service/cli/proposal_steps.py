"""The steps of a proposal from a terminal, alike for streets and estates: each is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy import Connection

from addressing.deciding import SignedDecision, today
from addressing.errors import NotFound
from addressing.proposing import Flow
from addressing.rules.model import OpenQuestion
from gis_service.access import Access, require
from gis_service.cli.session import command_access
from gis_service.identity import accounts
from gis_service.identity.errors import NotAllowed
from gis_service.identity.model import Identity

console = Console(highlight=False)

Propose = Annotated[bool, typer.Option("--propose", help="Run the rules and keep a draft.")]
Answers = Annotated[
    list[str] | None,
    typer.Option(help="CODE=VALUE or KIND=VALUE answers open questions; CODE=VALUE@PAPER names a paper. Repeat."),
]
Submit = Annotated[bool, typer.Option("--submit", help="Send the draft for approval.")]
Approve = Annotated[bool, typer.Option("--approve", help="Approve it; another person than the author.")]
Reject = Annotated[str | None, typer.Option(help="End it, with this reason.")]
Issue = Annotated[str | None, typer.Option(help="Put it in force by the decision of this number.")]
On = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of the decision; today when not given.")
]  # fmt: skip
Body = Annotated[str, typer.Option(help="Who signed the decision.")]
By = Annotated[
    str | None, typer.Option(help="Login of the officer for whom you type; the audit row names you too.")
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """What a command makes proposals about."""

    flow: Flow[Any, Any, Any]
    noun: tuple[str, str]
    # English and Vietnamese
    find: Callable[[Connection, str], int]
    # from what was typed; raises `NotFound`
    issue: Callable[[Connection, int, SignedDecision, str], str]
    # gives what to say about it


@dataclass(frozen=True, slots=True)
class Steps:
    """What was asked for, in the order in which it is done."""

    propose: bool
    answers: list[str] | None
    submit: bool
    approve: bool
    reject: str | None
    issue: str | None
    on: datetime | None
    body: str
    by: str | None


def take(ground: Ground, typed: str, steps: Steps) -> None:
    """Take the steps about the street or estate that was typed."""
    flow = ground.flow
    if steps.propose:
        with _step(ground, "propose", typed, steps.by) as (access, key, login):
            flow.propose(access.connection, key, author_id=login)
    for given in steps.answers or []:
        code, _, value = given.rpartition("=")
        value, _, paper = value.partition("@")
        with _step(ground, "answer", typed, steps.by) as (access, key, login):
            proposal = _live(ground, access, key)
            flow.answer(access.connection, proposal.id, code, value, login, decision_number=paper or None)
    if steps.submit:
        with _step(ground, "submit", typed, steps.by) as (access, key, login):
            flow.submit(access.connection, _live(ground, access, key).id, login)
    if steps.approve:
        with _step(ground, "approve", typed, steps.by) as (access, key, login):
            flow.approve(access.connection, _live(ground, access, key).id, login)
    if steps.reject is not None:
        with _step(ground, "reject", typed, steps.by) as (access, key, login):
            flow.reject(access.connection, _live(ground, access, key).id, steps.reject, login)
    if steps.issue is not None:
        with _step(ground, "issue", typed, steps.by) as (access, key, login):
            signed = SignedDecision(steps.issue, steps.on.date() if steps.on else today(), steps.body)
            said = ground.issue(access.connection, _live(ground, access, key).id, signed, login)
        console.print(said)


def show_questions(questions: tuple[OpenQuestion, ...]) -> None:
    """Open questions with their clauses and the answers that they take."""
    for question in questions:
        console.print(f"[bold yellow]?[/] [bold]{escape(question.code)}[/] {question.what_vi} / {question.what}")
        console.print(f"  {question.why_vi} / {question.why} [dim]({question.clause}, {question.who_decides})[/]")
        for option in question.options:
            console.print(f"  = {escape(option.value)}: {escape(option.label_vi)} / {escape(option.label)}")
        if question.takes_count:
            console.print("  = 0 … 99")


@contextmanager
def _step(ground: Ground, step: str, typed: str, by: str | None) -> Iterator[tuple[Access, int, str]]:
    """One step in one transaction: its access, the ground and whose step it is."""
    operation = f"streets.number.{step}"
    with command_access(operation, f"{ground.noun[0]}s/{typed} by {by or 'the caller'}") as access:
        login = access.identity.login
        if by is not None:
            account = accounts.get(access.connection, accounts.parse_login(by))
            if not account.is_active:
                raise NotAllowed(operation)
            require(Identity(account.login, account.display_name, frozenset(account.roles)), operation)
            login = account.login
        yield access, ground.find(access.connection, typed), login


def _live(ground: Ground, access: Access, key: int) -> Any:
    proposal = ground.flow.find_live_proposal(access.connection, key)
    if proposal is None:
        noun, noun_vi = ground.noun
        raise NotFound(f"live proposal of {noun}", f"đề xuất đang lập của {noun_vi}", key)
    return proposal
