"""`gis number STREET`: number a street from a terminal, step by step."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection, func, or_, select

from addressing import issuing, numbering, street_facts
from addressing.deciding import SignedDecision, today
from addressing.errors import NotFound
from addressing.numbering import Proposal
from addressing.rules.clauses import CLAUSES
from addressing.rules.model import Assignment, Reserved
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
from layers.streets import streets
from layers.zones import zones

_SIDES = {"left": "trái / left", "right": "phải / right"}


def command(
    street: Annotated[str, typer.Argument(help="Code, id or name of the street.")],
    propose: Propose = False,
    show: Annotated[bool, typer.Option("--show", help="Show the live proposal; this is the default.")] = False,
    answer: Answers = None, submit: Submit = False, approve: Approve = False, reject: Reject = None,
    issue: Issue = None, on: On = None, body: Body = "", by: By = None,
) -> None:  # fmt: skip
    """Number a street by Circular 08. / Đánh số nhà một đường theo Thông tư 08.

    Several steps may be given at once; they run in the order of the options above.
    """
    take(_STREETS, street, Steps(propose, answer, submit, approve, reject, issue, on, body, by))
    _show(street)


def _find(conn: Connection, street: str) -> int:
    """By id, by code, or by name with or without marks; a name of several streets lists them and ends."""
    wanted = [streets.c.code == street, func.gis.plain(streets.c.name) == func.gis.plain(street)]
    if street.isascii() and street.isdigit() and len(street) < 19:
        wanted.append(streets.c.id == int(street))
    listed = select(streets.c.id, streets.c.code, streets.c.name, zones.c.name.label("zone"), streets.c.commune_code)
    query = listed.outerjoin(zones, zones.c.id == streets.c.zone_id).where(or_(*wanted))
    found = conn.execute(query.order_by(streets.c.code != street, streets.c.id)).all()
    if not found:
        raise NotFound("street", "đường", street)
    if len(found) == 1 or found[0].code == street or str(found[0].id) == street:
        return int(found[0].id)
    table = Table("id", "mã / code", "đường / street", "khu / zone", "xã / commune")
    for row in found:
        table.add_row(str(row.id), row.code, escape(row.name), escape(row.zone or ""), row.commune_code or "")
    console.print(f"Nhiều đường có tên này; hãy ghi mã. / {len(found)} streets have this name; give the code.")
    console.print(table)
    raise typer.Exit(1)


def _issue(conn: Connection, proposal_id: int, signed: SignedDecision, login: str) -> str:
    done = issuing.issue(conn, proposal_id, signed.number, signed.decided_on, signed.issuing_body, login)
    return (
        f"Đã cấp {done.issued} số, ghi nhận {done.registered} số đang dùng, dự phòng {done.reserved}. / "
        f"Issued {done.issued}, registered {done.registered} in use, kept {done.reserved} spare."
    )


_STREETS = Ground(numbering.NUMBERING, ("street", "đường"), _find, _issue)


def _show(street: str) -> None:
    with command_access("streets.number.review", write=False) as access:
        street_id = _find(access.connection, street)
        proposal = numbering.find_live_proposal(access.connection, street_id)
        numbers = street_facts.numbers_on_street(access.connection, street_id, today())
    if proposal is not None:
        _show_proposal(proposal)
        return
    table = Table(
        "số / number", "bên / side", "cách đầu đường / from low end", "trạng thái / state", "mã / place id", "QĐ"
    )
    for item in numbers:
        table.add_row(
            item.number, _SIDES[item.side], f"{item.chainage_m:.1f}", item.status, item.place_id or "",
            escape(item.decision_number or ""),
        )  # fmt: skip
    console.print(table if numbers else "Chưa có số nhà, chưa có đề xuất. / No numbers and no proposal yet.")


def _show_proposal(proposal: Proposal) -> None:
    result = proposal.result
    reasons = ", ".join(result.direction_clauses) or "chưa rõ / open"
    console.print(
        f"[bold]{escape(proposal.street_name)}[/] – đề xuất / proposal {proposal.id}: {proposal.status}, "
        f"{result.compass or '?'} ({reasons}), {escape(proposal.author)}"
    )
    table = Table("số / number", "bên / side", "m", "cửa / door", "", "căn cứ / clauses")
    decided: list[Assignment | Reserved] = [*result.assignments, *result.reserved]
    rows = [(item.number, item.side, item.distance_m, item.key, _state(item), item.clauses) for item in decided]
    for number, side, distance_m, key, state, clauses in sorted(rows, key=lambda row: (row[1], row[0])):
        table.add_row(str(number), _SIDES[side], f"{distance_m:.1f}", key, state, ", ".join(clauses))
    console.print(table)
    show_questions(result.questions)
    for choice in result.choices:
        console.print(
            f"[green]✓[/] {escape(choice.question.code)} = {escape(choice.chosen)} [dim]({choice.settled_by})[/]"
        )
    for note in result.notes:
        console.print(f"[dim]· {escape(note.subject)}: {escape(note.what_vi)} / {escape(note.what)}[/]")
    _show_clauses({clause for row in rows for clause in row[5]} | set(result.direction_clauses))


def _state(item: Assignment | Reserved) -> str:
    if isinstance(item, Reserved):
        return "dự phòng / spare"
    return "đang dùng / in use" if item.is_existing else "mới / new"


def _show_clauses(cited: set[str]) -> None:
    for name in sorted(cited & CLAUSES.keys()):
        clause = CLAUSES[name]
        console.print(f"[dim]{name} ({clause.standing}) {clause.text_vi} / {clause.text}[/]")
