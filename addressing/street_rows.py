"""The rows that a street's numbering rests on, read for many streets at once.

Plain values only, so that they can be handed to another process.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Subquery,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from addressing.register import house_numbers
from layers.plots import plots
from layers.streets import entrances, streets


class StreetRow(NamedTuple):
    """A street."""

    street_id: int
    name: str
    kind: str
    cross_section_m: float | None
    numbered_before: bool
    existing_direction: str | None
    decided_direction: str | None
    parent_street_id: int | None
    is_special: bool
    direction_decision: str | None
    direction_decided_on: date | None
    wkb: bytes


class DoorRow(NamedTuple):
    """A door of the street; the outline of its plot is read for empty land only."""

    street_id: int
    id: int
    kind: str
    is_main: bool
    existing_number: str | None
    plot_id: int | None
    enterprise_id: int | None
    house_code: str | None
    place_code: str | None
    position_quality: str
    x: float
    y: float
    plot_wkb: bytes | None


class NumberRow(NamedTuple):
    """A number of the street that is in force or spare today, or that some place had before."""

    street_id: int
    id: int
    entrance_id: int | None
    number: int
    suffix: str
    plate_text: str
    status: str
    ended_on: date | None
    # None while it is open


class OtherDoorRow(NamedTuple):
    """A door on another street that belongs to a house of this one."""

    street_id: int
    id: int
    kind: str
    place_code: str | None
    house_code: str | None
    plot_id: int | None
    enterprise_id: int | None
    is_main: bool
    other_street_id: int
    name: str
    cross_section_m: float | None
    is_numbered: bool
    has_number: bool


@dataclass(frozen=True)
class StreetRows:
    """Everything read about one street, as plain tuples in the order of the row types above."""

    street: tuple[Any, ...]
    doors: Sequence[tuple[Any, ...]]
    numbers: Sequence[tuple[Any, ...]]
    other_doors: Sequence[tuple[Any, ...]]

    @property
    def street_id(self) -> int:
        """Its key."""
        return int(self.street[0])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.street[1])

    @property
    def fingerprint(self) -> str:
        """Over the Python text of every value: text, numbers, dates and bytes, whose text does not change."""
        rows = [self.street, *self.doors, *self.numbers, *self.other_doors]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


def read_rows(conn: Connection, street_ids: Sequence[int]) -> dict[int, StreetRows]:
    """The rows of these streets in four queries; a street that does not exist is left out."""
    doors = _by_street(_doors(conn, street_ids))
    numbers = _by_street(_numbers(conn, street_ids))
    others = _by_street(_other_doors(conn, street_ids))
    return {
        street[0]: StreetRows(street, doors.get(street[0], ()), numbers.get(street[0], ()), others.get(street[0], ()))
        for street in map(tuple, _streets(conn, street_ids))
    }


def any_of(street_ids: Sequence[int]) -> Any:
    """The right side of `column == any_of(ids)`: one array, however many they are."""
    return any_(literal(list(street_ids), ARRAY(BigInteger)))


def _by_street(rows: Iterable[Any]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in map(tuple, rows):
        found[row[0]].append(row)
    return found


def _streets(conn: Connection, street_ids: Sequence[int]) -> Iterable[Any]:
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
    )  # fmt: skip


def _doors(conn: Connection, street_ids: Sequence[int]) -> Iterable[Any]:
    return conn.execute(
        select(
            entrances.c.street_id, entrances.c.id, entrances.c.kind, entrances.c.is_main,
            entrances.c.existing_number, entrances.c.plot_id, entrances.c.enterprise_id,
            entrances.c.house_code, entrances.c.place_code, entrances.c.position_quality,
            func.ST_X(entrances.c.geom).label("x"), func.ST_Y(entrances.c.geom).label("y"),
            func.ST_AsBinary(plots.c.geom).label("plot_wkb"),
        )
        .outerjoin(plots, and_(plots.c.id == entrances.c.plot_id, entrances.c.kind == "empty_land"))
        .where(entrances.c.street_id == any_of(street_ids))
        .order_by(entrances.c.id)
    )  # fmt: skip


def _numbers(conn: Connection, street_ids: Sequence[int]) -> Iterable[Any]:
    return conn.execute(
        select(
            house_numbers.c.street_id, house_numbers.c.id, house_numbers.c.entrance_id, house_numbers.c.number,
            house_numbers.c.suffix, house_numbers.c.plate_text, house_numbers.c.status, house_numbers.c.valid_to,
        )
        .where(
            house_numbers.c.street_id == any_of(street_ids),
            or_(house_numbers.c.valid_to.is_(None), house_numbers.c.status == "retired"),
        )
        .order_by(house_numbers.c.id)
    )  # fmt: skip


def _other_doors(conn: Connection, street_ids: Sequence[int]) -> Iterable[Any]:
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
            there.c.id, there.c.kind, there.c.place_code, there.c.house_code, there.c.plot_id,
            there.c.enterprise_id, there.c.is_main,
            streets.c.id.label("other_street_id"), streets.c.name, streets.c.cross_section_m,
            or_(is_numbered, has_issued.exists()).label("is_numbered"),
            or_(there.c.existing_number.is_not(None),
                has_issued.where(house_numbers.c.entrance_id == there.c.id).exists()).label("has_number"),
        )
        .join(there, there.c.id == pairs.c.door_id)
        .join(streets, streets.c.id == there.c.street_id)
        .order_by(there.c.id)
    )  # fmt: skip


def _doors_of_one_house(street_ids: Sequence[int]) -> Subquery:
    """Street asked about -> doors elsewhere that belong to a house of it, each once.

    Three joins and not one with OR: each has an index, all together have none.
    """
    here, there = aliased(entrances), aliased(entrances)
    pair = select(here.c.street_id, there.c.id.label("door_id"))
    no_place = and_(here.c.place_code.is_(None), there.c.place_code.is_(None))
    by_place = pair.join(there, here.c.place_code == there.c.place_code)
    by_house = pair.join(there, and_(no_place, here.c.house_code == there.c.house_code))
    by_plot = pair.join(
        there,
        and_(no_place, here.c.house_code.is_(None), there.c.house_code.is_(None), here.c.plot_id == there.c.plot_id,
             here.c.enterprise_id.is_not_distinct_from(there.c.enterprise_id)),
    )  # fmt: skip
    elsewhere = (
        here.c.street_id == any_of(street_ids), there.c.street_id != here.c.street_id,
        here.c.kind != "empty_land", there.c.kind != "empty_land",
    )  # fmt: skip
    return union(*(query.where(*elsewhere) for query in (by_place, by_house, by_plot))).subquery()
