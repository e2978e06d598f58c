"""Groups, buildings, stairs, floors and flats as they stand: entered, corrected, removed. Nothing here gives a name.

Whatever is not known is left empty, and the rules ask about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from addressing.deciding import today
from addressing.errors import InvalidIdentifier, NotFound
from addressing.estate_tables import estate_parts, part_names
from addressing.estates import Locked, lock, point, refused
from addressing.rules.estate_model import INSIDE, PartKind
from addressing.versions import require_version

MOST_FLATS = 60
"""Of one floor, in one entry."""


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
        values["geom"] = point(*position)
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
        raise refused("part", "phần khu nhà", part_id, "remove", f"the name '{held}' is in force; retire it first",
                       f"tên '{held}' đang dùng; hãy thu hồi trước")  # fmt: skip
    conn.execute(update(estate_parts).where(estate_parts.c.id.in_(inside)).values(removed_on=today()))


def estate_of(conn: Connection, part_id: int) -> int:
    """The estate of a part. Raises `NotFound`."""
    found: int | None = conn.execute(select(estate_parts.c.estate_id).where(estate_parts.c.id == part_id)).scalar()
    if found is None:
        raise NotFound("part of an estate", "phần của khu nhà", part_id)
    return found


def _add(conn: Connection, estate: Locked, new: NewPart, by: str) -> int:
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
        row["geom"] = point(new.x, new.y)
    return row


def _require_fits(conn: Connection, estate: Locked, new: NewPart) -> None:
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
        raise refused("part", "phần khu nhà", new.label, "add", f"a {new.kind.value} cannot lie there",
                       "không thể nằm ở đó")  # fmt: skip
    if estate.kind == "block" and new.kind is PartKind.BUILDING and _has_parts(conn, estate.id):
        raise refused("part", "phần khu nhà", new.label, "add", "a block is one building", "khu này chỉ có một nhà")
    if (new.kind is PartKind.FLOOR) != (new.level is not None) or new.level == 0:
        raise refused("part", "phần khu nhà", new.label, "add", "a floor has a level, 1 at the ground, -1 below it",
                       "tầng phải có mức: 1 ở mặt đất, -1 là hầm")  # fmt: skip


def _require_free_label(conn: Connection, estate_id: int, parent_id: int | None, kind: str, label: str) -> None:
    taken = conn.execute(
        select(estate_parts.c.id).where(
            estate_parts.c.estate_id == estate_id, estate_parts.c.parent_id.is_not_distinct_from(parent_id),
            estate_parts.c.kind == str(kind), estate_parts.c.label == label, estate_parts.c.removed_on.is_(None),
        )
    ).first()  # fmt: skip
    if taken is not None:
        raise refused("part", "phần khu nhà", label, "enter", "another one there is called so", "đã có phần cùng tên")


def _lock_part(conn: Connection, part_id: int, by: str, step: str, version: int | None) -> Any:
    lock(conn, estate_of(conn, part_id), by)
    row = conn.execute(select(estate_parts).where(estate_parts.c.id == part_id)).one()
    require_version("part of an estate", "phần của khu nhà", part_id, version, row.version, _PartNow(row.label))
    if row.removed_on is not None:
        raise refused("part", "phần khu nhà", part_id, step, "it is no more", "đã bỏ")
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
