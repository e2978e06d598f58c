"""`gis register name ESTATE`: name an estate from a terminal, step by step; `gis register estates` lists them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection, select

from addressing import areas, estate_facts, estate_issuing, estate_naming, estates
from addressing.deciding import SignedDecision, today
from addressing.errors import NotFound
from addressing.estate_naming import EstateProposal
from addressing.estate_tables import estates as estate_table
from gis_service.access import Access, require
from gis_service.cli.session import command_access
from gis_service.identity import accounts
from gis_service.identity.errors import NotAllowed
from gis_service.identity.model import Identity

console = Console(highlight=False)


def list_estates() -> None:
    """Estates: groups of houses and apartment buildings. / Danh sách khu nhà, nhà chung cư."""
    with command_access("estates.read", write=False) as access:
        found = estates.list_estates(access.connection, access.identity.login)
    table = Table("mã / code", "khu nhà / estate", "đường / street", "phần / parts", "đã có tên / named", "đề xuất")
    for one in found:
        table.add_row(
            escape(one.code), escape(one.name), escape(one.street_name), str(one.parts), str(one.named),
            one.proposal_status or "",
        )  # fmt: skip
    console.print(table if found else "Chưa có khu nhà nào. / No estate has been entered.")


def name_estate(
    estate: Annotated[str, typer.Argument(help="Code or id of the estate.")],
    propose: Annotated[bool, typer.Option("--propose", help="Run the rules and keep a draft.")] = False,
    answer: Annotated[
        list[str] | None,
        typer.Option(help="CODE=VALUE or KIND=VALUE answers open questions; CODE=VALUE@PAPER names a paper. Repeat."),
    ] = None,
    submit: Annotated[bool, typer.Option("--submit", help="Send the draft for approval.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Approve it; another person than the author.")] = False,
    reject: Annotated[str | None, typer.Option(help="End it, with this reason.")] = None,
    issue: Annotated[str | None, typer.Option(help="Put it in force by the decision of this number.")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of the decision; today when not given.")
    ] = None,
    body: Annotated[str, typer.Option(help="Who signed the decision.")] = "",
    by: Annotated[
        str | None, typer.Option(help="Login of the officer for whom you type; the audit row names you too.")
    ] = None,
) -> None:
    """Name groups, buildings, stairs, floors and flats by Circular 08. / Đặt tên khu nhà theo Thông tư 08.

    Several steps may be given at once; they run in the order of the options above.
    """
    if propose:
        with _step("propose", estate, by) as (access, estate_id, login):
            estate_naming.propose(access.connection, estate_id, author_id=login)
    for given in answer or []:
        code, _, value = given.rpartition("=")
        value, _, paper = value.partition("@")
        with _step("answer", estate, by) as (access, estate_id, login):
            proposal = _live(access, estate_id)
            estate_naming.answer(access.connection, proposal.id, code, value, login, decision_number=paper or None)
    if submit:
        with _step("submit", estate, by) as (access, estate_id, login):
            estate_naming.submit(access.connection, _live(access, estate_id).id, login)
    if approve:
        with _step("approve", estate, by) as (access, estate_id, login):
            estate_naming.approve(access.connection, _live(access, estate_id).id, login)
    if reject is not None:
        with _step("reject", estate, by) as (access, estate_id, login):
            estate_naming.reject(access.connection, _live(access, estate_id).id, reject, login)
    if issue is not None:
        with _step("issue", estate, by) as (access, estate_id, login):
            signed = SignedDecision(issue, on.date() if on else today(), body)
            done = estate_issuing.issue(access.connection, _live(access, estate_id).id, signed, login)
        console.print(
            f"Đã cấp {done.issued} tên, ghi nhận {done.registered} tên đang dùng. / "
            f"Issued {done.issued}, registered {done.registered} in use."
        )
    _show(estate)


@contextmanager
def _step(step: str, estate: str, by: str | None) -> Iterator[tuple[Access, int, str]]:
    """One step in one transaction: its access, the estate and whose step it is."""
    operation = f"streets.number.{step}"
    with command_access(operation, f"estates/{estate} by {by or 'the caller'}") as access:
        login = access.identity.login
        if by is not None:
            account = accounts.get(access.connection, accounts.parse_login(by))
            if not account.is_active:
                raise NotAllowed(operation)
            require(Identity(account.login, account.display_name, frozenset(account.roles)), operation)
            login = account.login
        yield access, _find(access.connection, estate), login


def _find(conn: Connection, estate: str) -> int:
    wanted = estate_table.c.code == estate
    if estate.isascii() and estate.isdigit() and len(estate) < 19:
        wanted = wanted | (estate_table.c.id == int(estate))
    query = select(estate_table.c.id).where(wanted).order_by(estate_table.c.code != estate)
    found: int | None = conn.execute(query).scalar()
    if found is None:
        raise NotFound("estate", "khu nhà", estate)
    return found


def _live(access: Access, estate_id: int) -> EstateProposal:
    proposal = estate_naming.find_live_proposal(access.connection, estate_id)
    if proposal is None:
        raise NotFound("live proposal of estate", "đề xuất đang lập của khu nhà", estate_id)
    return proposal


def _show(estate: str) -> None:
    with command_access("streets.number.review", write=False) as access:
        found = estate_facts.read(access.connection, _find(access.connection, estate))
        areas.require_street(access.connection, access.identity.login, found.street_id)
        proposal = estate_naming.find_live_proposal(access.connection, found.id)
    proposed = {one.key: one for one in proposal.result.named} if proposal else {}
    if proposal is not None:
        console.print(f"[bold]{escape(found.name)}[/] – đề xuất / proposal {proposal.id}: {proposal.status}")
    table = Table("phần / part", "tên / name", "", "căn cứ / clauses", "mã / place id")
    for part in found.parts:
        one = proposed.get(part.facts.key)
        label = "  " * len(found.outward(part)) + f"{part.facts.kind} {part.facts.label}"
        state = "" if one is None else "đang dùng / in use" if one.is_existing else "mới / new"
        name = one.name if one else part.facts.name or ""
        table.add_row(escape(label), name, state, ", ".join(one.clauses) if one else "", part.place_id or "")
    console.print(table)
    for question in proposal.open_questions if proposal else ():
        console.print(f"[bold yellow]?[/] [bold]{escape(question.code)}[/] {question.what_vi} / {question.what}")
        console.print(f"  {question.why_vi} / {question.why} [dim]({question.clause}, {question.who_decides})[/]")
        for option in question.options:
            console.print(f"  = {escape(option.value)}: {escape(option.label_vi)} / {escape(option.label)}")
        if question.takes_count:
            console.print("  = 0 … 99")
