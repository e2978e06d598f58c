"""What is on record about a street and its doors, read at once and turned into the rules' words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely import LineString, MultiLineString, Polygon
from sqlalchemy import ColumnElement, Connection, RowMapping, case, or_, select

from addressing.centreline import StreetFacts
from addressing.errors import NotFound
from addressing.frontage import Door
from addressing.register import decisions, house_numbers
from addressing.rules.ended import EndedNumber
from addressing.rules.model import Decision, Land, OtherStreet, Run
from addressing.rules.numbers import HouseNumber
from addressing.street_rows import DoorRow, NumberRow, OtherDoorRow, StreetRow, StreetRows, any_of, read_rows
from layers.streets import streets

LEVELS = {"alley": 1, "lane": 2}
"""Kind of a street -> its level: ngõ is 1, ngách is 2, all others are streets."""


@dataclass(frozen=True, slots=True)
class StreetOnRecord:
    """One street as the database had it at one moment."""

    id: int
    name: str
    facts: StreetFacts
    line: LineString | MultiLineString
    doors: tuple[Door, ...]
    taken: frozenset[HouseNumber]
    # numbers in force or spare whose door is no longer among the doors
    ended: tuple[EndedNumber, ...]
    # numbers that some place had and nobody has now
    fingerprint: str
    # changes when anything changes that a proposal rests on; neighbouring lines are not part of it


def lock(conn: Connection, street_id: int) -> None:
    """Let nobody else number this street until the transaction ends. Raises `NotFound`."""
    if not lock_many(conn, [street_id]):
        raise NotFound("street", "đường", street_id)


def lock_many(conn: Connection, street_ids: Sequence[int]) -> list[int]:
    """Lock these streets, in the order of their ids so that two batches cannot wait for each other.

    FOR NO KEY UPDATE: adding a door holds a weaker lock on its street (the foreign key), and two officers who
    each add a door and then number the street would wait for each other for ever under FOR UPDATE.
    """
    query = select(streets.c.id).where(streets.c.id == any_of(street_ids)).order_by(streets.c.id)
    return list(conn.execute(query.with_for_update(key_share=True)).scalars())


def read(conn: Connection, street_id: int) -> StreetOnRecord:
    """Street, doors, plots, numbers and the other streets of corner houses. Raises `NotFound`."""
    found = read_many(conn, [street_id])
    if street_id not in found:
        raise NotFound("street", "đường", street_id)
    return found[street_id]


def read_many(conn: Connection, street_ids: Sequence[int]) -> dict[int, StreetOnRecord]:
    """The same for many streets; what does not exist is left out."""
    return {street_id: on_record(rows) for street_id, rows in read_rows(conn, street_ids).items()}


def on_record(rows: StreetRows) -> StreetOnRecord:
    """The rows of a street in the words of the rules."""
    street = StreetRow._make(rows.street)
    doors = [DoorRow._make(row) for row in rows.doors]
    every = [NumberRow._make(row) for row in rows.numbers]
    numbers = [number for number in every if number.ended_on is None]
    numbers_of: dict[int | None, list[NumberRow]] = defaultdict(list)
    for number in numbers:
        numbers_of[number.entrance_id].append(number)
    others_of: dict[str | None, list[OtherDoorRow]] = defaultdict(list)
    for other in map(OtherDoorRow._make, rows.other_doors):
        others_of[_house(other)].append(other)
    present = {door.id for door in doors}
    return StreetOnRecord(
        id=street.street_id,
        name=street.name,
        facts=_facts(street),
        line=line_of(street.wkb),
        doors=tuple(_door(door, numbers_of.get(door.id, ()), others_of) for door in doors),
        taken=frozenset(
            HouseNumber(number.number, number.suffix) for number in numbers if number.entrance_id not in present
        ),
        ended=_ended(every, present),
        fingerprint=rows.fingerprint,
    )


def _ended(numbers: Sequence[NumberRow], present: set[int]) -> tuple[EndedNumber, ...]:
    """The last holder of each number that is open no more."""
    is_open = {(number.number, number.suffix) for number in numbers if number.ended_on is None}
    last: dict[tuple[int, str], EndedNumber] = {}
    for row in sorted(numbers, key=lambda row: (row.ended_on or date.min, row.id)):
        if row.ended_on is not None and (row.number, row.suffix) not in is_open:
            door = str(row.entrance_id) if row.entrance_id in present else None
            last[row.number, row.suffix] = EndedNumber(HouseNumber(row.number, row.suffix), door, row.ended_on)
    return tuple(last.values())


def line_of(wkb: bytes) -> LineString | MultiLineString:
    """A street's line as it comes from the database."""
    line = shapely.from_wkb(wkb)
    assert isinstance(line, LineString | MultiLineString)  # the type of the column
    return line


def house_of(row: RowMapping) -> str | None:
    """Which doors are one house: those of one place; while no place is known, those that name the same house
    by its code, or those of one firm on one plot.
    """
    return _house_key(row["place_code"], row["house_code"], row["plot_id"], row["enterprise_id"], row["kind"])


def _house(row: DoorRow | OtherDoorRow) -> str | None:
    return _house_key(row.place_code, row.house_code, row.plot_id, row.enterprise_id, row.kind)


def _house_key(
    place_code: str | None, house_code: str | None, plot_id: int | None, enterprise_id: int | None, kind: str
) -> str | None:
    if place_code:
        return f"place:{place_code}"
    if kind == "empty_land":
        return None
    if house_code:
        return f"house:{house_code}"
    return None if plot_id is None else f"plot:{plot_id}/{enterprise_id or ''}"


def _facts(street: StreetRow) -> StreetFacts:
    decided, existing = street.decided_direction, street.existing_direction
    return StreetFacts(
        key=str(street.street_id),
        name=street.name,
        cross_section_m=street.cross_section_m,
        numbered_before=street.numbered_before,
        existing_run=Run(existing) if existing else None,
        decision=Decision(
            Run(decided), street.direction_decision or "", street.direction_decided_on, ""
        ) if decided else None,
        is_special=street.is_special,
        level=LEVELS.get(street.kind, 0),
        bears_name_of=str(street.parent_street_id) if street.parent_street_id else None,
    )  # fmt: skip


def _outline(wkb: bytes) -> Polygon:
    outline = shapely.from_wkb(wkb)
    assert isinstance(outline, Polygon)  # the type of the column
    return outline


def _door(row: DoorRow, numbers: Sequence[NumberRow], others_of: Mapping[str | None, Sequence[OtherDoorRow]]) -> Door:
    in_force = [number.plate_text for number in numbers if number.status == "in_force"] if numbers else ()
    spare = [number.plate_text for number in numbers if number.status == "reserved"] if numbers else ()
    is_empty = row.kind == "empty_land"
    house = _house(row)
    others = others_of.get(house, ())
    return Door(
        key=str(row.id),
        x=row.x,
        y=row.y,
        land=Land.EMPTY if is_empty else Land.BUILT,
        written_number=in_force[0] if in_force else row.existing_number,
        reserved=tuple(sorted(map(HouseNumber.parse, spare))) if spare else (),
        plot=_outline(row.plot_wkb) if row.plot_wkb else None,
        plan_lots=1 if is_empty and row.plot_id else None,
        house=house,
        is_main_door=row.is_main,
        other_streets=_other_streets(others) if others and not is_empty else (),
        is_derived=row.position_quality == "derived",
    )


def _other_streets(doors: Sequence[OtherDoorRow]) -> tuple[OtherStreet, ...]:
    by_street: dict[int, list[OtherDoorRow]] = defaultdict(list)
    for door in doors:
        by_street[door.other_street_id].append(door)
    return tuple(
        OtherStreet(
            key=str(street_id),
            name=found[0].name,
            cross_section_m=found[0].cross_section_m,
            has_main_door=any(door.is_main for door in found),
            is_numbered=found[0].is_numbered,
            numbers_this_house=any(door.has_number for door in found),
        )
        for street_id, found in sorted(by_street.items())
    )


@dataclass(frozen=True, slots=True)
class NumberOnStreet:
    """One house number on record."""

    number: str
    side: str
    # seen from the low end
    chainage_m: float
    # from the low end
    status: str
    origin: str
    clauses: list[str]
    place_id: str | None
    entrance_id: int | None
    decision_number: str | None
    valid_from: date
    valid_to: date | None


def _held_as(on: date | None) -> ColumnElement[str]:
    """The status of a number; one that is retired by now was in force on the days on which it held."""
    if on is None:
        return house_numbers.c.status
    return case((house_numbers.c.status == "retired", "in_force"), else_=house_numbers.c.status)


def numbers_on_street(conn: Connection, street_id: int, on: date | None = None) -> list[NumberOnStreet]:
    """The numbers of a street in natural order, of one day or, without a day, all ever given.

    On a public connection the view leaves out spare numbers. Raises `NotFound` for the street.
    """
    if conn.execute(select(streets.c.id).where(streets.c.id == street_id)).first() is None:
        raise NotFound("street", "đường", street_id)
    query = (
        select(
            house_numbers.c.plate_text, house_numbers.c.side, house_numbers.c.chainage_m,
            _held_as(on), house_numbers.c.origin, house_numbers.c.clauses,
            house_numbers.c.place_id, house_numbers.c.entrance_id, decisions.c.number,
            house_numbers.c.valid_from, house_numbers.c.valid_to,
        )
        .outerjoin(decisions, decisions.c.id == house_numbers.c.decision_id)
        .where(house_numbers.c.street_id == street_id)
    )  # fmt: skip
    if on is not None:
        query = query.where(
            house_numbers.c.valid_from <= on,
            or_(house_numbers.c.valid_to.is_(None), house_numbers.c.valid_to > on),
        )
    found = [NumberOnStreet(*row) for row in conn.execute(query)]
    return sorted(found, key=lambda item: (HouseNumber.parse(item.number), item.valid_from))
