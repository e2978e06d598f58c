"""What is on record about a street and its doors, read at once and turned into the rules' words."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely import LineString, MultiLineString
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    RowMapping,
    Subquery,
    and_,
    any_,
    case,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from addressing.centreline import StreetFacts
from addressing.errors import NotFound
from addressing.frontage import Door
from addressing.register import decisions, house_numbers
from addressing.rules.model import Decision, Land, OtherStreet, Run
from addressing.rules.numbers import HouseNumber
from layers.plots import plots
from layers.streets import entrances, streets

Found = Any
"""A row of a query below: its columns are attributes."""

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
    fingerprint: str
    # changes when anything changes that a proposal rests on; neighbouring lines are not part of it


def lock(conn: Connection, street_id: int) -> None:
    """Let nobody else number this street until the transaction ends. Raises `NotFound`."""
    row = conn.execute(select(streets.c.id).where(streets.c.id == street_id).with_for_update()).first()
    if row is None:
        raise NotFound("street", "đường", street_id)


def read(conn: Connection, street_id: int) -> StreetOnRecord:
    """Street, doors, plots, numbers and the other streets of corner houses. Raises `NotFound`."""
    found = read_many(conn, [street_id])
    if street_id not in found:
        raise NotFound("street", "đường", street_id)
    return found[street_id]


def read_many(conn: Connection, street_ids: Sequence[int]) -> dict[int, StreetOnRecord]:
    """The same for many streets in five queries; what does not exist is left out."""
    doors = _by_street(_doors(conn, street_ids))
    numbers = _by_street(_numbers(conn, street_ids))
    others = _by_street(_other_doors(conn, street_ids))
    return {
        street.street_id: _on_record(
            street, doors[street.street_id], numbers[street.street_id], others[street.street_id]
        )
        for street in _streets(conn, street_ids)
    }


def _on_record(
    street: Found, doors: Sequence[Found], numbers: Sequence[Found], others: Sequence[Found]
) -> StreetOnRecord:
    numbers_of: dict[int | None, list[Found]] = defaultdict(list)
    for number in numbers:
        numbers_of[number.entrance_id].append(number)
    others_of: dict[str | None, list[Found]] = defaultdict(list)
    for other in others:
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
        fingerprint=_fingerprint([street, *doors, *numbers, *(other for other in others if _house(other))]),
    )


def _by_street(rows: Iterable[Found]) -> dict[int, list[Found]]:
    found: dict[int, list[Found]] = defaultdict(list)
    for row in rows:
        found[row.street_id].append(row)
    return found


def any_of(street_ids: Sequence[int]) -> Any:
    """The right side of `column == any_of(ids)`: one array, however many they are."""
    return any_(literal(list(street_ids), ARRAY(BigInteger)))


def line_of(wkb: Any) -> LineString | MultiLineString:
    """A street's line as it comes from the database."""
    line = shapely.from_wkb(bytes(wkb))
    assert isinstance(line, LineString | MultiLineString)  # the type of the column
    return line


def house_of(row: RowMapping) -> str | None:
    """Doors of one place, or of one firm on one plot while no place is known, are one house."""
    return _house_key(row["place_code"], row["plot_id"], row["enterprise_id"], row["kind"])


def _house(row: Found) -> str | None:
    return _house_key(row.place_code, row.plot_id, row.enterprise_id, row.kind)


def _house_key(place_code: str | None, plot_id: int | None, enterprise_id: int | None, kind: str) -> str | None:
    if place_code:
        return f"place:{place_code}"
    if plot_id is None or kind == "empty_land":
        return None
    return f"plot:{plot_id}/{enterprise_id or ''}"


def _streets(conn: Connection, street_ids: Sequence[int]) -> Sequence[Found]:
    return conn.execute(
        select(
            streets.c.id.label("street_id"), streets.c.name, streets.c.kind, streets.c.cross_section_m,
            streets.c.numbered_before, streets.c.existing_direction, streets.c.decided_direction,
            streets.c.parent_street_id, streets.c.is_special,
            streets.c.direction_decision, streets.c.direction_decided_on,
            func.ST_AsBinary(streets.c.geom).label("wkb"),
        )
        .where(streets.c.id == any_of(street_ids))
        .order_by(streets.c.id)
    ).all()  # fmt: skip


def _facts(street: Found) -> StreetFacts:
    decided, existing = street.decided_direction, street.existing_direction
    return StreetFacts(
        key=str(street.street_id),
        name=street.name,
        cross_section_m=street.cross_section_m,
        numbered_before=street.numbered_before,
        existing_run=Run(existing) if existing else None,
        decision=Decision(
            Run(decided), street.direction_decision, street.direction_decided_on, ""
        ) if decided else None,
        is_special=street.is_special,
        level=LEVELS.get(street.kind, 0),
        bears_name_of=str(street.parent_street_id) if street.parent_street_id else None,
    )  # fmt: skip


def _doors(conn: Connection, street_ids: Sequence[int]) -> Sequence[Found]:
    return conn.execute(
        select(
            entrances.c.street_id, entrances.c.id, entrances.c.kind, entrances.c.is_main,
            entrances.c.existing_number, entrances.c.plot_id, entrances.c.enterprise_id, entrances.c.place_code,
            entrances.c.position_quality,
            func.ST_X(entrances.c.geom).label("x"), func.ST_Y(entrances.c.geom).label("y"),
            func.ST_AsBinary(plots.c.geom).label("plot_wkb"),
        )
        .outerjoin(plots, and_(plots.c.id == entrances.c.plot_id, entrances.c.kind == "empty_land"))
        .where(entrances.c.street_id == any_of(street_ids))
        .order_by(entrances.c.id)
    ).all()  # fmt: skip


def _door(row: Found, numbers: Sequence[Found], others_of: Mapping[str | None, Sequence[Found]]) -> Door:
    (_, door_id, kind, is_main, existing, plot_id, enterprise_id, place_code, quality, x, y, plot_wkb) = row
    in_force = [number.plate_text for number in numbers if number.status == "in_force"]
    spare = [number.plate_text for number in numbers if number.status == "reserved"]
    is_empty = kind == "empty_land"
    house = _house_key(place_code, plot_id, enterprise_id, kind)
    others = others_of.get(house, ())
    return Door(
        key=str(door_id),
        x=x,
        y=y,
        land=Land.EMPTY if is_empty else Land.BUILT,
        written_number=in_force[0] if in_force else existing,
        reserved=tuple(sorted(HouseNumber.parse(plate) for plate in spare)),
        plot=shapely.from_wkb(plot_wkb) if plot_wkb else None,
        plan_lots=1 if is_empty and plot_id else None,
        house=house,
        is_main_door=is_main,
        other_streets=_other_streets(others) if others and not is_empty else (),
        is_derived=quality == "derived",
    )


def _numbers(conn: Connection, street_ids: Sequence[int]) -> Sequence[Found]:
    return conn.execute(
        select(
            house_numbers.c.street_id, house_numbers.c.id, house_numbers.c.entrance_id, house_numbers.c.number,
            house_numbers.c.suffix, house_numbers.c.plate_text, house_numbers.c.status,
        )
        .where(house_numbers.c.street_id == any_of(street_ids), house_numbers.c.valid_to.is_(None))
        .order_by(house_numbers.c.id)
    ).all()  # fmt: skip


def _other_doors(conn: Connection, street_ids: Sequence[int]) -> Sequence[Found]:
    """The doors that the houses of these streets have on other streets; `street_id` is the street asked about."""
    there, neighbour = aliased(entrances), aliased(entrances)
    pairs = _doors_of_one_house(street_ids)
    is_numbered = (
        select(func.count() > 1)
        .where(neighbour.c.street_id == there.c.street_id, neighbour.c.existing_number.is_not(None))
        .scalar_subquery()
    )
    has_issued = (
        select(house_numbers.c.id)
        .where(house_numbers.c.street_id == there.c.street_id, house_numbers.c.status == "in_force",
               house_numbers.c.valid_to.is_(None))
    )  # fmt: skip
    return conn.execute(
        select(
            pairs.c.street_id,
            there.c.id, there.c.kind, there.c.place_code, there.c.plot_id, there.c.enterprise_id,
            there.c.is_main,
            streets.c.id.label("other_street_id"), streets.c.name, streets.c.cross_section_m,
            or_(is_numbered, has_issued.exists()).label("is_numbered"),
            or_(there.c.existing_number.is_not(None),
                has_issued.where(house_numbers.c.entrance_id == there.c.id).exists()).label("has_number"),
        )
        .join(there, there.c.id == pairs.c.door_id)
        .join(streets, streets.c.id == there.c.street_id)
        .order_by(there.c.id)
    ).all()  # fmt: skip


def _doors_of_one_house(street_ids: Sequence[int]) -> Subquery:
    """Street asked about -> doors elsewhere that belong to a house of it, each once.

    Two joins and not one with OR: either has an index, both together have none.
    """
    here, there = aliased(entrances), aliased(entrances)
    by_place = select(here.c.street_id, there.c.id.label("door_id")).join(
        there, here.c.place_code == there.c.place_code
    )
    by_plot = select(here.c.street_id, there.c.id.label("door_id")).join(
        there,
        and_(here.c.place_code.is_(None), there.c.place_code.is_(None), here.c.plot_id == there.c.plot_id,
             here.c.enterprise_id.is_not_distinct_from(there.c.enterprise_id)),
    )  # fmt: skip
    elsewhere = (
        here.c.street_id == any_of(street_ids), there.c.street_id != here.c.street_id,
        here.c.kind != "empty_land", there.c.kind != "empty_land",
    )  # fmt: skip
    return union(by_place.where(*elsewhere), by_plot.where(*elsewhere)).subquery()


def _other_streets(doors: Sequence[Found]) -> tuple[OtherStreet, ...]:
    by_street: dict[int, list[Found]] = defaultdict(list)
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


def _fingerprint(rows: Sequence[Found]) -> str:
    """Over the Python text of every value read: text, numbers, dates and bytes, whose text does not change."""
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


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
