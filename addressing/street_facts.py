"""What is on record about a street and its doors, read at once and turned into the rules' words."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely import LineString, MultiLineString
from sqlalchemy import Connection, RowMapping, and_, func, or_, select
from sqlalchemy.orm import aliased

from addressing.centreline import NearStreet, StreetFacts
from addressing.errors import NotFound
from addressing.frontage import Door
from addressing.register import decisions, house_numbers
from addressing.rules.model import Decision, Land, OtherStreet, Run
from addressing.rules.numbers import HouseNumber
from layers.plots import plots
from layers.streets import entrances, streets

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
    street = _street(conn, street_id)
    doors = _doors(conn, street_id)
    numbers = _numbers(conn, street_id)
    others = _other_doors(conn, street_id)
    present = {row["id"] for row in doors}
    return StreetOnRecord(
        id=street_id,
        name=street["name"],
        facts=_facts(street),
        line=_line(street["wkb"]),
        doors=tuple(_door(row, numbers[row["id"]], others[house_of(row)]) for row in doors),
        taken=frozenset(
            HouseNumber(row["number"], row["suffix"])
            for entrance_id, rows in numbers.items()
            if entrance_id not in present
            for row in rows
        ),
        fingerprint=_fingerprint([street, *doors, *(row for rows in numbers.values() for row in rows),
                                  *(row for house, rows in others.items() if house for row in rows)]),
    )  # fmt: skip


def near_streets(conn: Connection, street_id: int, within_m: float) -> list[NearStreet]:
    """Other streets that come within a distance of this one."""
    here = aliased(streets)
    rows = conn.execute(
        select(
            streets.c.id, streets.c.name, streets.c.kind, streets.c.cross_section_m,
            func.ST_AsBinary(streets.c.geom).label("wkb"),
        )
        .join(here, func.ST_DWithin(streets.c.geom, here.c.geom, within_m))
        .where(here.c.id == street_id, streets.c.id != street_id)
        .order_by(streets.c.id)
    )  # fmt: skip
    return [
        NearStreet(str(row.id), row.name, LEVELS.get(row.kind, 0), row.cross_section_m, _line(row.wkb)) for row in rows
    ]


def _line(wkb: Any) -> LineString | MultiLineString:
    line = shapely.from_wkb(bytes(wkb))
    assert isinstance(line, LineString | MultiLineString)  # the type of the column
    return line


def house_of(row: RowMapping) -> str | None:
    """Doors of one place, or of one firm on one plot while no place is known, are one house."""
    if row["place_code"]:
        return f"place:{row['place_code']}"
    if row["plot_id"] is None or row["kind"] == "empty_land":
        return None
    return f"plot:{row['plot_id']}/{row['enterprise_id'] or ''}"


def _street(conn: Connection, street_id: int) -> RowMapping:
    row = conn.execute(
        select(
            streets.c.id, streets.c.name, streets.c.kind, streets.c.cross_section_m,
            streets.c.numbered_before, streets.c.existing_direction, streets.c.decided_direction,
            streets.c.parent_street_id, streets.c.is_special,
            streets.c.direction_decision, streets.c.direction_decided_on,
            func.ST_AsBinary(streets.c.geom).label("wkb"),
        ).where(streets.c.id == street_id)
    ).mappings().first()  # fmt: skip
    if row is None:
        raise NotFound("street", "đường", street_id)
    return row


def _facts(street: RowMapping) -> StreetFacts:
    decided, existing = street["decided_direction"], street["existing_direction"]
    return StreetFacts(
        key=str(street["id"]),
        name=street["name"],
        cross_section_m=street["cross_section_m"],
        numbered_before=street["numbered_before"],
        existing_run=Run(existing) if existing else None,
        decision=Decision(
            Run(decided), street["direction_decision"], street["direction_decided_on"], ""
        ) if decided else None,
        is_special=street["is_special"],
        level=LEVELS.get(street["kind"], 0),
        bears_name_of=str(street["parent_street_id"]) if street["parent_street_id"] else None,
    )  # fmt: skip


def _doors(conn: Connection, street_id: int) -> Sequence[RowMapping]:
    return conn.execute(
        select(
            entrances.c.id, entrances.c.kind, entrances.c.is_main, entrances.c.existing_number,
            entrances.c.plot_id, entrances.c.enterprise_id, entrances.c.place_code,
            func.ST_X(entrances.c.geom).label("x"), func.ST_Y(entrances.c.geom).label("y"),
            func.ST_AsBinary(plots.c.geom).label("plot_wkb"),
        )
        .outerjoin(plots, and_(plots.c.id == entrances.c.plot_id, entrances.c.kind == "empty_land"))
        .where(entrances.c.street_id == street_id)
        .order_by(entrances.c.id)
    ).mappings().all()  # fmt: skip


def _door(row: RowMapping, numbers: Sequence[RowMapping], others: Sequence[RowMapping]) -> Door:
    in_force = [number["plate_text"] for number in numbers if number["status"] == "in_force"]
    spare = [number["plate_text"] for number in numbers if number["status"] == "reserved"]
    is_empty = row["kind"] == "empty_land"
    return Door(
        key=str(row["id"]),
        x=row["x"],
        y=row["y"],
        land=Land.EMPTY if is_empty else Land.BUILT,
        written_number=in_force[0] if in_force else row["existing_number"],
        reserved=tuple(sorted(HouseNumber.parse(plate) for plate in spare)),
        plot=shapely.from_wkb(row["plot_wkb"]) if row["plot_wkb"] else None,
        plan_lots=1 if is_empty and row["plot_id"] else None,
        house=house_of(row),
        is_main_door=row["is_main"],
        other_streets=() if is_empty else _other_streets(others),
    )


def _numbers(conn: Connection, street_id: int) -> dict[int | None, list[RowMapping]]:
    rows = conn.execute(
        select(
            house_numbers.c.id, house_numbers.c.entrance_id, house_numbers.c.number,
            house_numbers.c.suffix, house_numbers.c.plate_text, house_numbers.c.status,
        )
        .where(house_numbers.c.street_id == street_id, house_numbers.c.valid_to.is_(None))
        .order_by(house_numbers.c.id)
    ).mappings()  # fmt: skip
    by_entrance: dict[int | None, list[RowMapping]] = defaultdict(list)
    for row in rows:
        by_entrance[row["entrance_id"]].append(row)
    return by_entrance


def _other_doors(conn: Connection, street_id: int) -> dict[str | None, list[RowMapping]]:
    """The doors that the houses of this street have on other streets, by house."""
    here, there, neighbour = aliased(entrances), aliased(entrances), aliased(entrances)
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
    rows = conn.execute(
        select(
            there.c.id, there.c.kind, there.c.place_code, there.c.plot_id, there.c.enterprise_id,
            there.c.is_main,
            streets.c.id.label("street_id"), streets.c.name, streets.c.cross_section_m,
            or_(is_numbered, has_issued.exists()).label("is_numbered"),
            or_(there.c.existing_number.is_not(None),
                has_issued.where(house_numbers.c.entrance_id == there.c.id).exists()).label("has_number"),
        )
        .join(here, or_(
            and_(here.c.place_code.is_not(None), here.c.place_code == there.c.place_code),
            and_(here.c.place_code.is_(None), there.c.place_code.is_(None), here.c.plot_id == there.c.plot_id,
                 here.c.enterprise_id.is_not_distinct_from(there.c.enterprise_id)),
        ))
        .join(streets, streets.c.id == there.c.street_id)
        .where(here.c.street_id == street_id, there.c.street_id != street_id,
               here.c.kind != "empty_land", there.c.kind != "empty_land")
        .distinct()
        .order_by(there.c.id)
    ).mappings()  # fmt: skip
    by_house: dict[str | None, list[RowMapping]] = defaultdict(list)
    for row in rows:
        by_house[house_of(row)].append(row)
    return by_house


def _other_streets(doors: Sequence[RowMapping]) -> tuple[OtherStreet, ...]:
    by_street: dict[int, list[RowMapping]] = defaultdict(list)
    for door in doors:
        by_street[door["street_id"]].append(door)
    return tuple(
        OtherStreet(
            key=str(street_id),
            name=found[0]["name"],
            cross_section_m=found[0]["cross_section_m"],
            has_main_door=any(door["is_main"] for door in found),
            is_numbered=found[0]["is_numbered"],
            numbers_this_house=any(door["has_number"] for door in found),
        )
        for street_id, found in sorted(by_street.items())
    )


def _fingerprint(rows: Sequence[RowMapping]) -> str:
    def plain(value: Any) -> str:
        return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)

    text = json.dumps([dict(row) for row in rows], default=plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


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


def numbers_on_street(conn: Connection, street_id: int, on: date | None = None) -> list[NumberOnStreet]:
    """The numbers of a street in natural order, of one day or, without a day, all ever given.

    On a public connection the view leaves out spare numbers. Raises `NotFound` for the street.
    """
    if conn.execute(select(streets.c.id).where(streets.c.id == street_id)).first() is None:
        raise NotFound("street", "đường", street_id)
    query = (
        select(
            house_numbers.c.plate_text, house_numbers.c.side, house_numbers.c.chainage_m,
            house_numbers.c.status, house_numbers.c.origin, house_numbers.c.clauses,
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
