"""An estate on record in the words of the rules, with what is known of each part beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from addressing.errors import NotFound
from addressing.estate_tables import estate_parts, estates, part_names
from addressing.register import house_numbers
from addressing.rules.estate_model import Estate, Part, PartKind
from addressing.rules.model import Side
from layers.streets import streets


@dataclass(frozen=True, slots=True)
class PartOnRecord:
    """One part with the name that it bears."""

    id: int
    parent_id: int | None
    facts: Part
    version: int
    x: float | None
    y: float | None
    # metres, storage CRS
    name_id: int | None
    # of the name in force
    place_id: str | None


@dataclass(frozen=True, slots=True)
class EstateOnRecord:
    """One estate as it stands."""

    id: int
    code: str
    name: str
    kind: str
    street_id: int
    street_name: str
    place_id: str | None
    # of a block
    initials: str | None
    x: float
    y: float
    version: int
    facts: Estate
    parts: tuple[PartOnRecord, ...]
    # from the outside in
    fingerprint: str
    # of everything that the rules may look at
    by_id: Mapping[int, PartOnRecord] = field(repr=False, compare=False)

    def part(self, key: str) -> PartOnRecord:
        """A part by its key."""
        return self.by_id[int(key)]

    def get_part(self, part_id: int) -> PartOnRecord:
        """A part by its id. Raises `NotFound` for one that is no more."""
        if part_id not in self.by_id:
            raise NotFound("part of this estate", "phần của khu nhà này", part_id)
        return self.by_id[part_id]

    def building_of(self, part: PartOnRecord) -> PartOnRecord | None:
        """The building in which a stair, floor or flat lies; None for what is outside one."""
        return next((outer for outer in self.outward(part) if outer.facts.kind is PartKind.BUILDING), None)

    def outward(self, part: PartOnRecord) -> list[PartOnRecord]:
        """In what a part lies, the innermost first; without itself."""
        found: list[PartOnRecord] = []
        while part.parent_id is not None:
            part = self.by_id[part.parent_id]
            found.append(part)
        return found

    def inside(self, part_id: int) -> list[PartOnRecord]:
        """Everything that lies in a part, from the outside in."""
        return [part for part in self.parts if any(outer.id == part_id for outer in self.outward(part))]


def read(conn: Connection, estate_id: int) -> EstateOnRecord:
    """An estate as it stands. Raises `NotFound`."""
    row = conn.execute(
        select(
            estates, streets.c.name.label("street_name"), func.ST_X(estates.c.geom).label("x"),
            func.ST_Y(estates.c.geom).label("y"),
        )
        .join(streets, streets.c.id == estates.c.street_id)
        .where(estates.c.id == estate_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("estate", "khu nhà", estate_id)
    rows = _parts(conn, estate_id)
    facts = Estate(
        key=str(row.id), name=row.name, street_name=row.street_name, parts=tuple(part.facts for part in rows),
        is_block=row.kind == "block", house_number=_house_number(conn, row.place_id), initials=row.initials,
        gone=_gone(conn, estate_id, row.kind == "block"),
    )  # fmt: skip
    return EstateOnRecord(
        row.id, row.code, row.name, row.kind, row.street_id, row.street_name, row.place_id, row.initials, row.x, row.y,
        row.version, facts, tuple(rows), _fingerprint(facts), {part.id: part for part in rows},
    )  # fmt: skip


def estate_of_name(conn: Connection, name_id: int) -> int:
    """The estate of a name. Raises `NotFound`."""
    found: int | None = conn.execute(select(part_names.c.estate_id).where(part_names.c.id == name_id)).scalar()
    if found is None:
        raise NotFound("name of a part", "tên phần khu nhà", name_id)
    return found


def part_of_name(conn: Connection, name_id: int) -> int:
    """The part that bears or bore a name. Raises `NotFound`."""
    estate_of_name(conn, name_id)
    return int(conn.execute(select(part_names.c.part_id).where(part_names.c.id == name_id)).scalar_one())


def name_version(conn: Connection, name_id: int) -> int:
    """The version of a name, to be named by whoever ends it."""
    return int(conn.execute(select(part_names.c.version).where(part_names.c.id == name_id)).scalar_one())


def _parts(conn: Connection, estate_id: int) -> list[PartOnRecord]:
    rows = conn.execute(
        select(
            estate_parts, func.ST_X(estate_parts.c.geom).label("x"), func.ST_Y(estate_parts.c.geom).label("y"),
            part_names.c.id.label("name_id"), part_names.c.name, part_names.c.place_id,
        )
        .outerjoin(part_names, (part_names.c.part_id == estate_parts.c.id) & part_names.c.valid_to.is_(None))
        .where(estate_parts.c.estate_id == estate_id, estate_parts.c.removed_on.is_(None))
    ).all()  # fmt: skip
    inside: dict[int | None, list[Any]] = {}
    for row in rows:
        inside.setdefault(row.parent_id, []).append(row)
    ordered: list[PartOnRecord] = []

    def walk(parent: int | None) -> None:
        for row in sorted(inside.get(parent, ()), key=_order):
            ordered.append(_part(row))
            walk(row.id)

    walk(None)
    return ordered


def _order(row: Any) -> tuple[int, float, int, int]:
    """As people read a building: stairs, then floors from the top down, then by entry."""
    kinds = [kind.value for kind in PartKind]
    return kinds.index(row.kind), -(row.level or 0), row.ordinal, row.id


def _part(row: Any) -> PartOnRecord:
    facts = Part(
        key=str(row.id), kind=PartKind(row.kind), parent=None if row.parent_id is None else str(row.parent_id),
        label=row.label, axis=row.axis, side=Side(row.side) if row.side else None, distance_m=row.distance_m,
        storeys=row.storeys, avoided=tuple(row.avoided), level=row.level, azimuth_deg=row.azimuth_deg,
        is_first=row.is_first, place=row.ordinal, has_position=row.x is not None, name=row.name, found=row.found_name,
    )  # fmt: skip
    return PartOnRecord(row.id, row.parent_id, facts, row.version, row.x, row.y, row.name_id, row.place_id)


def _house_number(conn: Connection, place_id: str | None) -> str | None:
    if place_id is None:
        return None
    found: str | None = conn.execute(
        select(house_numbers.c.plate_text)
        .where(
            house_numbers.c.place_id == place_id, house_numbers.c.status == "in_force",
            house_numbers.c.valid_to.is_(None),
        )
        .order_by(house_numbers.c.id)
    ).scalar()  # fmt: skip
    return found


def _gone(conn: Connection, estate_id: int, is_block: bool) -> frozenset[tuple[str, PartKind, str]]:
    """Names that ended: those of groups and buildings, and those inside buildings that still bear their name."""
    of_building = part_names.alias("of_building")
    rows = conn.execute(
        select(part_names.c.kind, part_names.c.name, part_names.c.building_name_id, of_building.c.part_id)
        .outerjoin(of_building, (of_building.c.id == part_names.c.building_name_id) & of_building.c.valid_to.is_(None))
        .where(part_names.c.estate_id == estate_id, part_names.c.valid_to.is_not(None))
    ).all()
    block = conn.execute(
        select(estate_parts.c.id).where(
            estate_parts.c.estate_id == estate_id, estate_parts.c.kind == "building", estate_parts.c.parent_id.is_(None)
        )
    ).scalar() if is_block else ""  # fmt: skip
    return frozenset(
        (str(block if row.part_id is None else row.part_id), PartKind(row.kind), row.name)
        for row in rows
        if row.building_name_id is None or row.part_id is not None
    )


def _fingerprint(facts: Estate) -> str:
    plain = {
        "estate": (facts.key, facts.name, facts.street_name, facts.is_block, facts.house_number, facts.initials),
        "parts": [asdict(part) for part in facts.parts],
        "gone": sorted(facts.gone),
    }
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()
