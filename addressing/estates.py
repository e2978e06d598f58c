"""Estates as they stand on the ground: entered, corrected, read. Nothing here gives a name.

An estate is a group of groups of houses on ways without names, or one apartment building. Whatever is not known
is left empty, and the rules ask about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from addressing import areas
from addressing.deciding import today
from addressing.errors import InvalidIdentifier, NotFound, StepNotPossible
from addressing.estate_tables import estate_parts, estates, part_names
from addressing.identifiers import PlaceId
from addressing.register import house_numbers, proposals
from addressing.rules.estate_model import INSIDE, PartKind
from addressing.versions import require_version
from layers.streets import streets

MOST_FLATS = 60
"""Of one floor, in one entry."""


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


@dataclass(frozen=True, slots=True)
class NewPart:
    """What is entered of one part; None is not known."""

    kind: PartKind
    label: str
    parent_id: int | None = None
    axis: str = ""
    side: str | None = None
    distance_m: float | None = None
    storeys: int | None = None
    avoided: tuple[int, ...] = ()
    level: int | None = None
    azimuth_deg: float | None = None
    is_first: bool = False
    found_name: str | None = None
    x: float | None = None
    y: float | None = None
    # metres, storage CRS


@dataclass(frozen=True, slots=True)
class NewBuilding:
    """A building with everything in it, entered at once: all floors alike."""

    label: str
    group_id: int | None
    # None for a block
    storeys: int | None = None
    basements: int = 0
    avoided: tuple[int, ...] = ()
    flats: int = 0
    # on each floor above the ground, counted with the clock
    first_flat: int | None = None
    # which of them is the first on the left of the main way
    stairs_m: tuple[float | None, ...] = ()
    # distance of each stair from the main entrance
    distance_m: float | None = None
    found_name: str | None = None
    x: float | None = None
    y: float | None = None


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
        raise _refused("estate", "khu nhà", new.code, "enter", "another estate has this code", "mã đã được dùng")
    place_id = str(PlaceId.parse(new.place_id)) if new.place_id else None
    if place_id is not None:
        _require_number_on(conn, place_id, new.street_id)
    estate_id: int = conn.execute(
        insert(estates)
        .values(
            code=new.code, name=new.name, kind="block" if place_id else "groups", street_id=new.street_id,
            place_id=place_id, initials=new.initials, entered_by=by, geom=_point(new.x, new.y),
        )
        .returning(estates.c.id)
    ).scalar_one()  # fmt: skip
    return estate_id


def add(conn: Connection, estate_id: int, new: NewPart, by: str) -> int:
    """Enter one part; gives its id. Raises `NotFound`, `OutsideArea`, `StepNotPossible` where it cannot lie there."""
    estate = lock(conn, estate_id, by)
    return _add(conn, estate, new, by)


def add_building(conn: Connection, estate_id: int, new: NewBuilding, by: str) -> int:
    """Enter a building with its floors, flats and stairs; gives the id of the building. Raises as `add` does."""
    estate = lock(conn, estate_id, by)
    building = _add(conn, estate, NewPart(
        PartKind.BUILDING, new.label, new.group_id, distance_m=new.distance_m, storeys=new.storeys,
        avoided=new.avoided, found_name=new.found_name, x=new.x, y=new.y,
    ), by)  # fmt: skip
    for at, distance_m in enumerate(new.stairs_m, start=1):
        _add(conn, estate, NewPart(PartKind.STAIR, str(at), building, distance_m=distance_m), by)
    levels = [*range(-new.basements, 0), *range(1, (new.storeys or 0) + 1)]
    floors = [
        _row(estate_id, NewPart(PartKind.FLOOR, str(level), building, level=level), by, at)
        for at, level in enumerate(levels)
    ]
    if not floors:
        return building
    made = conn.execute(insert(estate_parts).returning(estate_parts.c.id, estate_parts.c.level), floors)
    flats = [
        _row(estate_id, NewPart(PartKind.FLAT, str(flat), floor.id, is_first=flat == new.first_flat), by, flat)
        for floor in made
        if floor.level > 0
        for flat in range(1, min(new.flats, MOST_FLATS) + 1)
    ]
    if flats:
        conn.execute(insert(estate_parts), flats)
    return building


CHANGEABLE = (
    "label", "axis", "side", "distance_m", "storeys", "avoided", "level", "azimuth_deg", "is_first", "found_name",
)  # fmt: skip
"""Facts of a part that may be corrected. Its kind and in what it lies may not."""


def change_part(
    conn: Connection, part_id: int, facts: Mapping[str, Any], by: str, *, version: int | None = None,
    position: tuple[float, float] | None = None,
) -> int:  # fmt: skip
    """Correct facts of a part, `position` as x and y in the storage CRS; gives its new version.

    A flat that becomes the first of its floor takes that from the others. Names in force are not touched. Raises
    `NotFound`, `OutsideArea`, `VersionConflict`, `StepNotPossible` for a label in use.
    """
    row = _lock_part(conn, part_id, by, "change", version)
    values = {name: value for name, value in facts.items() if name in CHANGEABLE}
    if position is not None:
        values["geom"] = _point(*position)
    if "label" in values and values["label"] != row.label:
        _require_free_label(conn, row.estate_id, row.parent_id, row.kind, values["label"])
    if values.get("is_first"):
        conn.execute(
            update(estate_parts)
            .where(estate_parts.c.parent_id == row.parent_id, estate_parts.c.is_first, estate_parts.c.id != part_id)
            .values(is_first=False)
        )
    changed = conn.execute(
        update(estate_parts).where(estate_parts.c.id == part_id).values(values).returning(estate_parts.c.version)
    )
    return int(changed.scalar_one())


def remove_part(conn: Connection, part_id: int, by: str, *, version: int | None = None) -> None:
    """It is no more, with everything in it. Raises `StepNotPossible` while something there has a name, as above."""
    _lock_part(conn, part_id, by, "remove", version)
    inside = [part_id, *_inside(conn, part_id)]
    held = conn.execute(
        select(part_names.c.name).where(part_names.c.part_id.in_(inside), part_names.c.valid_to.is_(None))
    ).scalar()
    if held is not None:
        raise _refused("part", "phần khu nhà", part_id, "remove", f"the name '{held}' is in force; retire it first",
                       f"tên '{held}' đang dùng; hãy thu hồi trước")  # fmt: skip
    conn.execute(update(estate_parts).where(estate_parts.c.id.in_(inside)).values(removed_on=today()))


@dataclass(frozen=True, slots=True)
class _Locked:
    """What a writer needs of the estate that it holds."""

    id: int
    kind: str
    street_id: int


def lock(conn: Connection, estate_id: int, by: str) -> _Locked:
    """Let nobody else change this estate until the transaction ends. Raises `NotFound`, `OutsideArea`."""
    row = conn.execute(
        select(estates.c.id, estates.c.kind, estates.c.street_id).where(estates.c.id == estate_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound("estate", "khu nhà", estate_id)
    areas.require_street(conn, by, row.street_id)
    return _Locked(*row)


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


def estate_of(conn: Connection, part_id: int) -> int:
    """The estate of a part. Raises `NotFound`."""
    found: int | None = conn.execute(select(estate_parts.c.estate_id).where(estate_parts.c.id == part_id)).scalar()
    if found is None:
        raise NotFound("part of an estate", "phần của khu nhà", part_id)
    return found


def _add(conn: Connection, estate: _Locked, new: NewPart, by: str) -> int:
    if not new.label:
        raise InvalidIdentifier("label", "tên gọi", new.label, "write what people call it", "hãy ghi tên thường gọi")
    _require_fits(conn, estate, new)
    _require_free_label(conn, estate.id, new.parent_id, new.kind, new.label)
    place = conn.execute(
        select(func.coalesce(func.max(estate_parts.c.ordinal), 0) + 1).where(
            estate_parts.c.estate_id == estate.id, estate_parts.c.parent_id.is_not_distinct_from(new.parent_id)
        )
    ).scalar_one()
    row = _row(estate.id, new, by, place)
    made: int = conn.execute(insert(estate_parts).values(row).returning(estate_parts.c.id)).scalar_one()
    return made


def _row(estate_id: int, new: NewPart, by: str, place: int) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(new, name) for name in CHANGEABLE}
    row |= {"estate_id": estate_id, "parent_id": new.parent_id, "kind": new.kind.value, "entered_by": by}
    row |= {"ordinal": place, "avoided": list(new.avoided), "geom": None}
    if new.x is not None and new.y is not None:
        row["geom"] = _point(new.x, new.y)
    return row


def _require_fits(conn: Connection, estate: _Locked, new: NewPart) -> None:
    """A part lies in one that may hold it; a block has no groups and one building."""
    holder = None
    if new.parent_id is not None:
        row = conn.execute(
            select(estate_parts.c.kind).where(
                estate_parts.c.id == new.parent_id, estate_parts.c.estate_id == estate.id,
                estate_parts.c.removed_on.is_(None),
            )
        ).first()  # fmt: skip
        if row is None:
            raise NotFound("part of this estate", "phần của khu nhà này", new.parent_id)
        holder = PartKind(row.kind)
    outermost = PartKind.BUILDING if estate.kind == "block" else PartKind.GROUP
    if holder not in INSIDE[new.kind] or (holder is None and new.kind is not outermost):
        raise _refused("part", "phần khu nhà", new.label, "add", f"a {new.kind.value} cannot lie there",
                       "không thể nằm ở đó")  # fmt: skip
    if estate.kind == "block" and new.kind is PartKind.BUILDING and _has_parts(conn, estate.id):
        raise _refused("part", "phần khu nhà", new.label, "add", "a block is one building", "khu này chỉ có một nhà")
    if (new.kind is PartKind.FLOOR) != (new.level is not None) or new.level == 0:
        raise _refused("part", "phần khu nhà", new.label, "add", "a floor has a level, 1 at the ground, -1 below it",
                       "tầng phải có mức: 1 ở mặt đất, -1 là hầm")  # fmt: skip


def _require_free_label(conn: Connection, estate_id: int, parent_id: int | None, kind: str, label: str) -> None:
    taken = conn.execute(
        select(estate_parts.c.id).where(
            estate_parts.c.estate_id == estate_id, estate_parts.c.parent_id.is_not_distinct_from(parent_id),
            estate_parts.c.kind == str(kind), estate_parts.c.label == label, estate_parts.c.removed_on.is_(None),
        )
    ).first()  # fmt: skip
    if taken is not None:
        raise _refused("part", "phần khu nhà", label, "enter", "another one there is called so", "đã có phần cùng tên")


def _lock_part(conn: Connection, part_id: int, by: str, step: str, version: int | None) -> Any:
    lock(conn, estate_of(conn, part_id), by)
    row = conn.execute(select(estate_parts).where(estate_parts.c.id == part_id)).one()
    require_version("part of an estate", "phần của khu nhà", part_id, version, row.version, _PartNow(row.label))
    if row.removed_on is not None:
        raise _refused("part", "phần khu nhà", part_id, step, "it is no more", "đã bỏ")
    return row


@dataclass(frozen=True, slots=True)
class _PartNow:
    """The part as a conflict shows it."""

    label: str
    noun: str = field(default="part")


def _inside(conn: Connection, part_id: int) -> list[int]:
    below = select(estate_parts.c.id).where(estate_parts.c.parent_id == part_id).cte("below", recursive=True)
    inner = estate_parts.alias("inner")
    below = below.union_all(select(inner.c.id).where(inner.c.parent_id == below.c.id))
    return list(conn.execute(select(below.c.id)).scalars())


def _has_parts(conn: Connection, estate_id: int) -> bool:
    found = select(estate_parts.c.id).where(
        estate_parts.c.estate_id == estate_id, estate_parts.c.kind == "building", estate_parts.c.removed_on.is_(None)
    )
    return conn.execute(found).first() is not None


def _require_number_on(conn: Connection, place_id: str, street_id: int) -> None:
    known = conn.execute(
        select(house_numbers.c.id).where(
            house_numbers.c.place_id == place_id, house_numbers.c.street_id == street_id,
            house_numbers.c.status == "in_force", house_numbers.c.valid_to.is_(None),
        )
    ).first()  # fmt: skip
    if known is None:
        raise _refused("place", "địa điểm", place_id, "enter a block", "it has no number in force on this street",
                       "chưa có số nhà đang dùng trên đường này")  # fmt: skip


def _count(table: Any, condition: ColumnElement[bool]) -> Any:
    return select(func.count()).where(table.c.estate_id == estates.c.id, condition).scalar_subquery()


def _point(x: float, y: float) -> Any:
    return func.ST_SetSRID(func.ST_MakePoint(x, y), func.gis.storage_srid())


def _refused(noun: str, noun_vi: str, key: object, step: str, why: str, why_vi: str) -> StepNotPossible:
    return StepNotPossible(noun, noun_vi, key, step, why, why_vi)
