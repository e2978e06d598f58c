"""Estates as they stand on the ground: entered, corrected, read. Nothing here gives a name.

An estate is a group of groups of houses on ways without names, or one apartment building. Whatever is not known
is left empty, and the rules ask about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select

from addressing import areas
from addressing.errors import InvalidIdentifier, NotFound, StepNotPossible
from addressing.estate_tables import estate_parts, estates, part_names
from addressing.identifiers import PlaceId
from addressing.register import house_numbers, proposals
from layers.streets import streets


@dataclass(frozen=True, slots=True)
class NewEstate:
    """What is entered of an estate."""

    code: str
    name: str
    street_id: int
    # on which its entrance opens
    x: float
    y: float
    # of its entrance, metres in the storage CRS
    place_id: str | None = None
    # of a block: the place that has its house number
    initials: str | None = None

    # metres, storage CRS


@dataclass(frozen=True, slots=True)
class EstateListed:
    """An estate in a list."""

    id: int
    code: str
    name: str
    kind: str
    street_id: int
    street_name: str
    parts: int
    named: int
    proposal_id: int | None
    # the live one
    proposal_status: str | None


def check(new: NewEstate) -> None:
    """Raise `InvalidIdentifier` for a code, name or initials that cannot be."""
    if not new.code or not new.name:
        raise InvalidIdentifier("estate", "khu nhà", new.code or new.name, "it has a code and a name", "cần mã và tên")
    if new.initials is not None and not re.fullmatch("[A-ZĐ0-9]{1,6}", new.initials):
        raise InvalidIdentifier("initials of a street", "chữ viết tắt đường", new.initials,
                                "one to six capitals or digits", "từ 1 đến 6 chữ hoa hoặc số")  # fmt: skip


def enter(conn: Connection, new: NewEstate, by: str) -> int:
    """Enter an estate; gives its id.

    Raises `OutsideArea`, `NotFound` for street and place, `StepNotPossible` for a code in use, and for a block whose
    place has no number on that street.
    """
    areas.require_street(conn, by, new.street_id)
    if conn.execute(select(streets.c.id).where(streets.c.id == new.street_id)).first() is None:
        raise NotFound("street", "đường", new.street_id)
    if conn.execute(select(estates.c.id).where(estates.c.code == new.code)).first() is not None:
        raise refused("estate", "khu nhà", new.code, "enter", "another estate has this code", "mã đã được dùng")
    place_id = str(PlaceId.parse(new.place_id)) if new.place_id else None
    if place_id is not None:
        _require_number_on(conn, place_id, new.street_id)
    estate_id: int = conn.execute(
        insert(estates)
        .values(
            code=new.code, name=new.name, kind="block" if place_id else "groups", street_id=new.street_id,
            place_id=place_id, initials=new.initials, entered_by=by, geom=point(new.x, new.y),
        )
        .returning(estates.c.id)
    ).scalar_one()  # fmt: skip
    return estate_id


@dataclass(frozen=True, slots=True)
class Locked:
    """What a writer needs of the estate that it holds."""

    id: int
    kind: str
    street_id: int


def lock(conn: Connection, estate_id: int, by: str) -> Locked:
    """Let nobody else change this estate until the transaction ends. Raises `NotFound`, `OutsideArea`."""
    row = conn.execute(
        select(estates.c.id, estates.c.kind, estates.c.street_id).where(estates.c.id == estate_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound("estate", "khu nhà", estate_id)
    areas.require_street(conn, by, row.street_id)
    return Locked(*row)


def list_estates(conn: Connection, login: str, *, street_id: int | None = None) -> list[EstateListed]:
    """Estates within the areas of this account, by name; those of one street where it is given."""
    live = proposals.alias("live")
    query = (
        select(
            estates.c.id, estates.c.code, estates.c.name, estates.c.kind, estates.c.street_id,
            streets.c.name.label("street_name"),
            _count(estate_parts, estate_parts.c.removed_on.is_(None)),
            _count(part_names, part_names.c.valid_to.is_(None)),
            live.c.id, live.c.status,
        )
        .join(streets, streets.c.id == estates.c.street_id)
        .outerjoin(live, (live.c.estate_id == estates.c.id) & live.c.status.in_(("draft", "submitted", "approved")))
        .order_by(estates.c.name, estates.c.id)
    )  # fmt: skip
    if street_id is not None:
        query = query.where(estates.c.street_id == street_id)
    query = areas.limit(conn, login, query, commune_code=streets.c.commune_code, zone_id=streets.c.zone_id)
    return [EstateListed(*row) for row in conn.execute(query)]


def _require_number_on(conn: Connection, place_id: str, street_id: int) -> None:
    known = conn.execute(
        select(house_numbers.c.id).where(
            house_numbers.c.place_id == place_id, house_numbers.c.street_id == street_id,
            house_numbers.c.status == "in_force", house_numbers.c.valid_to.is_(None),
        )
    ).first()  # fmt: skip
    if known is None:
        raise refused("place", "địa điểm", place_id, "enter a block", "it has no number in force on this street",
                       "chưa có số nhà đang dùng trên đường này")  # fmt: skip


def _count(table: Any, condition: ColumnElement[bool]) -> Any:
    return select(func.count()).where(table.c.estate_id == estates.c.id, condition).scalar_subquery()


def point(x: float, y: float) -> Any:
    """A position in metres of the storage CRS, as SQL."""
    return func.ST_SetSRID(func.ST_MakePoint(x, y), func.gis.storage_srid())


def refused(noun: str, noun_vi: str, key: object, step: str, why: str, why_vi: str) -> StepNotPossible:
    """What cannot be done with an estate or a part, to be raised."""
    return StepNotPossible(noun, noun_vi, key, step, why, why_vi)
