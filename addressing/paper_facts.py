"""Gathers from the register what the papers of `addressing.documents` are made of. Staff only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select, text

from addressing.deciding import HERE, today
from addressing.documents.facts import Area, NumberedPlace, NumberLine, Paper, StreetNumbering
from addressing.doors import DeskDoor, list_doors
from addressing.errors import AddressingError
from addressing.identifiers import OFFICIAL_CODES, PlaceId
from addressing.numbering import Proposal
from addressing.place_sheet import NumberOfPlace, PlaceSheet, read
from addressing.register import decisions, house_numbers, official_codes
from addressing.register_tables import number_certificates
from addressing.rules.model import Assignment, Reserved

Link = Callable[[str], str]
"""From a place id to the address of its public page."""


class NoNumberInForce(AddressingError):
    """A certificate or plate for a place that has no number today."""

    code = "no_number_in_force"

    def __init__(self, place_id: str) -> None:
        self.place_id = place_id
        super().__init__(
            f"Place {place_id} has no house number in force.", f"Địa điểm {place_id} hiện không có số nhà."
        )


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
    return StreetNumbering(
        street_name=proposal.street_name,
        area=area_of(conn, proposal.street_id, made_on),
        compass=result.compass,
        lines=tuple(_line(item, doors) for item in result.assignments),
        rule_set=result.rule_set,
        made_on=made_on,
        is_demo=is_demo,
        spare=tuple(_line(item, doors) for item in result.reserved),
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


def numbered_place(conn: Connection, place_id: PlaceId, link: Link, *, is_demo: bool) -> NumberedPlace:
    """A place with its number in force. Raises `NotFound` and `NoNumberInForce`."""
    sheet = read(conn, place_id, today())
    if not sheet.present:
        raise NoNumberInForce(str(place_id))
    number = sheet.present[0]
    area = area_of(conn, number.street_id, today())
    made = _numbered(sheet, number, area, link, is_demo=is_demo)
    serial, certified_on = certificates_of(conn, [sheet.id]).get(sheet.id, (None, None))
    return replace(made, official_codes=_codes(conn, sheet.id), serial=serial, certified_on=certified_on)


def numbered_places(conn: Connection, street_id: int, link: Link, *, is_demo: bool) -> list[NumberedPlace]:
    """The places of a street whose number is in force today, along the street."""
    ids = conn.execute(
        select(house_numbers.c.place_id)
        .where(
            house_numbers.c.street_id == street_id,
            house_numbers.c.status == "in_force",
            house_numbers.c.valid_to.is_(None),
        )
        .order_by(house_numbers.c.number, house_numbers.c.suffix)
    ).scalars()
    area = area_of(conn, street_id, today())
    found = []
    for place_id in ids.all():
        sheet = read(conn, PlaceId(place_id), today())
        here = [one for one in sheet.present if one.street_id == street_id]
        found += [_numbered(sheet, one, area, link, is_demo=is_demo) for one in here[:1]]
    return found


def _numbered(sheet: PlaceSheet, number: NumberOfPlace, area: Area, link: Link, *, is_demo: bool) -> NumberedPlace:
    return NumberedPlace(
        place_id=sheet.id,
        number=number.number,
        street_name=number.street_name,
        area=area,
        paper=Paper(number.decision_number, number.decided_on, number.issuing_body or ""),
        valid_from=number.valid_from,
        x=sheet.x,
        y=sheet.y,
        srid=sheet.srid,
        link=link(sheet.id),
        is_demo=is_demo,
    )


def _codes(conn: Connection, place_id: str) -> tuple[tuple[str, str], ...]:
    rows = conn.execute(
        select(official_codes.c.kind, official_codes.c.code)
        .where(official_codes.c.place_id == place_id)
        .order_by(official_codes.c.kind)
    )
    return tuple((_capital(OFFICIAL_CODES[row.kind].name_vi), row.code) for row in rows)


def certificates_of(conn: Connection, place_ids: Collection[str]) -> dict[str, tuple[str, date]]:
    """Code and day of the valid certificate of each place that has one."""
    rows = conn.execute(
        select(number_certificates.c.place_id, number_certificates.c.code, number_certificates.c.issued_on)
        .where(number_certificates.c.place_id.in_(place_ids), number_certificates.c.withdrawn_on.is_(None))
        .order_by(number_certificates.c.id)
    )
    return {row.place_id: (row.code, row.issued_on) for row in rows}


def number_in_force(conn: Connection, place_id: PlaceId, street_id: int | None = None) -> int:
    """Id of the number that a place has today, on this street where one is named. Raises `NoNumberInForce`."""
    query = select(house_numbers.c.id).where(
        house_numbers.c.place_id == str(place_id),
        house_numbers.c.status == "in_force",
        house_numbers.c.valid_to.is_(None),
    )
    if street_id is not None:
        query = query.where(house_numbers.c.street_id == street_id)
    found: int | None = conn.execute(query.order_by(house_numbers.c.id)).scalar()
    if found is None:
        raise NoNumberInForce(str(place_id))
    return found


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _line(item: Assignment | Reserved, doors: Mapping[str, DeskDoor]) -> NumberLine:
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
