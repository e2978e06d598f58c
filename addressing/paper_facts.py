"""Gathers from the register what the papers of `addressing.documents` are made of. Staff only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select, text

from addressing import addresses
from addressing.deciding import HERE, today
from addressing.documents.facts import Area, NumberLine, Paper, StreetNumbering
from addressing.doors import DeskDoor, list_doors
from addressing.numbering import Proposal
from addressing.register import decisions
from addressing.rules.model import Assignment, Reserved

_AREA = """
    SELECT coalesce(commune.full_name, ''), coalesce(province.full_name, ''), coalesce(z.name, '')
    FROM streets s
    LEFT JOIN zones z ON z.id = s.zone_id
    LEFT JOIN LATERAL (
        SELECT c.full_name, c.parent_code FROM administrative_units c
        WHERE c.level = 'commune' AND c.valid_from <= :on AND (c.valid_to IS NULL OR c.valid_to > :on)
          AND (c.code = gis.commune_of_street(s.id, :on, s.geom)
               OR s.commune_code IS NULL AND ST_Covers(c.geom, ST_PointOnSurface(s.geom)))
        LIMIT 1
    ) commune ON true
    LEFT JOIN administrative_units province
      ON province.level = 'province' AND province.code = commune.parent_code
     AND province.valid_from <= :on AND (province.valid_to IS NULL OR province.valid_to > :on)
    WHERE s.id = :street
"""


def area_of(conn: Connection, street_id: int, on: date) -> Area:
    """Zone, commune and province of a street on a day; by its position where no commune is recorded."""
    row = conn.execute(text(_AREA), {"street": street_id, "on": on}).first()
    return Area(*row) if row else Area("", "", "")


def street_numbering(conn: Connection, proposal: Proposal, *, is_demo: bool) -> StreetNumbering:
    """A proposal as the lists and the decision need it."""
    doors = {str(door.id): door for door in list_doors(conn, proposal.street_id)}
    made_on = proposal.created_at.astimezone(HERE).date()
    result = proposal.result
    numbers = [str(item.number) for item in result.assignments] + [str(item.number) for item in result.reserved]
    written = addresses.lines_on_street(conn, proposal.street_id, numbers, today())
    return StreetNumbering(
        street_name=proposal.street_name,
        area=area_of(conn, proposal.street_id, made_on),
        compass=result.compass,
        lines=tuple(_line(item, doors, written) for item in result.assignments),
        rule_set=result.rule_set,
        made_on=made_on,
        is_demo=is_demo,
        spare=tuple(_line(item, doors, written) for item in result.reserved),
        answered=_answered(proposal),
        open_questions=tuple(f"{question.what_vi} {question.why_vi}" for question in result.questions),
        notes=tuple(note.what_vi for note in result.notes),
    )


def paper_of(conn: Connection, proposal: Proposal, body: str) -> Paper:
    """The signed decision of an issued proposal; without one an unsigned paper of `body`."""
    row = conn.execute(
        select(decisions.c.number, decisions.c.decided_on, decisions.c.issuing_body).where(
            decisions.c.id == proposal.decision_id
        )
    ).first()
    return Paper(*row) if row else Paper(None, None, body)


def _line(item: Assignment | Reserved, doors: Mapping[str, DeskDoor], written: Mapping[str, str]) -> NumberLine:
    door = doors.get(item.key)
    return NumberLine(
        key=item.key,
        number=str(item.number),
        side=item.side,
        distance_m=item.distance_m,
        clauses=item.clauses,
        before=(door.existing_number or "") if door else "",
        is_new=isinstance(item, Assignment) and not item.is_existing,
        place_id=door.place_id if door and isinstance(item, Assignment) else None,
        household=(door.plot_code or door.code) if door else "",
        firm=(door.firm or "") if door else "",
        written=written.get(str(item.number), ""),
    )


def _answered(proposal: Proposal) -> tuple[tuple[str, str, str], ...]:
    rows = []
    for choice in proposal.result.choices:
        given = proposal.answers.get(choice.question.code) if choice.settled_by == "answer" else None
        words = next((one.label_vi for one in choice.question.options if one.value == choice.chosen), choice.chosen)
        source = f"giá trị chính sách {choice.settled_by}"
        if given is not None:
            source = ", ".join(part for part in (given.by, given.reason, given.decision_number) if part)
        rows.append((choice.question.what_vi, words, source))
    return tuple(rows)
