"""`gis register name ESTATE`: name an estate from a terminal, step by step; `gis register estates` lists them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection, select

from addressing import areas, estate_facts, estate_issuing, estate_naming, estates
from addressing.deciding import SignedDecision
from addressing.errors import NotFound
from addressing.estate_tables import estates as estate_table
from gis_service.cli.proposal_steps import (
    Answers,
    Approve,
    Body,
    By,
    Ground,
    Issue,
    On,
    Propose,
    Reject,
    Steps,
    Submit,
    console,
    show_questions,
    take,
)
from gis_service.cli.session import command_access


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
    propose: Propose = False, answer: Answers = None, submit: Submit = False, approve: Approve = False,
    reject: Reject = None, issue: Issue = None, on: On = None, body: Body = "", by: By = None,
) -> None:  # fmt: skip
    """Name groups, buildings, stairs, floors and flats by Circular 08. / Đặt tên khu nhà theo Thông tư 08.

    Several steps may be given at once; they run in the order of the options above.
    """
    take(_ESTATES, estate, Steps(propose, answer, submit, approve, reject, issue, on, body, by))
    _show(estate)


def _find(conn: Connection, estate: str) -> int:
    wanted = estate_table.c.code == estate
    if estate.isascii() and estate.isdigit() and len(estate) < 19:
        wanted = wanted | (estate_table.c.id == int(estate))
    query = select(estate_table.c.id).where(wanted).order_by(estate_table.c.code != estate)
    found: int | None = conn.execute(query).scalar()
    if found is None:
        raise NotFound("estate", "khu nhà", estate)
    return found


def _issue(conn: Connection, proposal_id: int, signed: SignedDecision, login: str) -> str:
    done = estate_issuing.issue(conn, proposal_id, signed, login)
    return (
        f"Đã cấp {done.issued} tên, ghi nhận {done.registered} tên đang dùng. / "
        f"Issued {done.issued}, registered {done.registered} in use."
    )


_ESTATES = Ground(estate_naming.NAMING, ("estate", "khu nhà"), _find, _issue)


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
    show_questions(proposal.open_questions if proposal else ())
