"""Gathers from the register what the papers on the names of an estate are made of. Staff only."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from addressing import estate_addresses, estate_facts
from addressing.deciding import HERE, today
from addressing.documents.estate_papers import EstateNaming, NameLine
from addressing.documents.facts import Paper
from addressing.estate_addresses import Outside
from addressing.estate_facts import EstateOnRecord, PartOnRecord
from addressing.estate_forms import vietnamese
from addressing.estate_naming import EstateProposal
from addressing.paper_facts import area_of
from addressing.register import decisions
from addressing.rules.estate_model import PartKind


def estate_naming_facts(conn: Connection, proposal: EstateProposal, *, is_demo: bool) -> EstateNaming:
    """A proposal as the list and the decision need it, the parts from the outside in."""
    estate = estate_facts.read(conn, proposal.estate_id)
    made_on = proposal.created_at.astimezone(HERE).date()
    named = {one.key: one for one in proposal.result.named}
    names = {int(key): one.name for key, one in named.items()}
    around = estate_addresses.outside(conn, estate, today())
    lines = []
    for part in estate.parts:
        one = named.get(part.facts.key)
        if one is None and (proposal.status == "issued" or _is_block_building(estate, part)):
            continue  # what was entered after it
        lines.append(NameLine(
            part.facts.kind, one.name if one else "",
            " · ".join(outer.facts.label for outer in (*reversed(estate.outward(part)), part)),
            before=(part.facts.name or "") if one is None or one.is_existing else part.facts.found or "",
            clauses=one.clauses if one else (), is_new=one is None or not one.is_existing,
            written=_written(estate, part, names, around) if one else "", place_id=part.place_id if one else None,
        ))  # fmt: skip
    return EstateNaming(
        estate_name=proposal.estate_name, street_name=estate.street_name,
        area=area_of(conn, proposal.street_id, made_on), lines=tuple(lines), rule_set=proposal.result.rule_set,
        made_on=made_on, is_demo=is_demo, answered=_answered(proposal),
        open_questions=tuple(f"{question.what_vi} {question.why_vi}" for question in proposal.result.questions),
        notes=tuple(note.what_vi for note in proposal.result.notes),
    )  # fmt: skip


def paper_of(conn: Connection, proposal: EstateProposal, body: str) -> Paper:
    """The signed decision of an issued proposal; without one an unsigned paper of `body`."""
    row = conn.execute(
        select(decisions.c.number, decisions.c.decided_on, decisions.c.issuing_body).where(
            decisions.c.id == proposal.decision_id
        )
    ).first()
    return Paper(*row) if row else Paper(None, None, body)


def _is_block_building(estate: EstateOnRecord, part: PartOnRecord) -> bool:
    return estate.facts.is_block and part.facts.kind is PartKind.BUILDING


def _written(estate: EstateOnRecord, part: PartOnRecord, names: dict[int, str], around: Outside | None) -> str:
    """The address without its units, as it would be written; "" while an alley on the way has no name."""
    if around is None or any(
        outer.id not in names for outer in estate.outward(part) if not _is_block_building(estate, outer)
    ):
        return ""
    address = estate_addresses.address_of(estate, part, names[part.id], names, around)
    words = vietnamese(replace(address, way=replace(address.way, units=(), units_en=())))
    return words[:1].upper() + words[1:]


def _answered(proposal: EstateProposal) -> tuple[tuple[str, str, str], ...]:
    rows = []
    for choice in proposal.result.choices:
        given = proposal.answers.get(choice.question.code) if choice.settled_by == "answer" else None
        words = next((one.label_vi for one in choice.question.options if one.value == choice.chosen), choice.chosen)
        source = f"giá trị chính sách {choice.settled_by}"
        if given is not None:
            source = ", ".join(part for part in (given.by, given.reason, given.decision_number) if part)
        rows.append((choice.question.what_vi, words, source))
    return tuple(rows)
