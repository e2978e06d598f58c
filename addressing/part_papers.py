"""Named parts of estates as plates need them, gathered from the register. Staff only."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from addressing import estate_addresses, estate_facts, policies_on_record
from addressing.deciding import today
from addressing.documents.facts import Area, NumberedPlace, Paper
from addressing.documents.plates import where_it_hangs
from addressing.estate_addresses import Outside
from addressing.estate_facts import EstateOnRecord
from addressing.estate_forms import vietnamese
from addressing.estate_tables import part_names
from addressing.paper_facts import area_of
from addressing.register import decisions, places
from addressing.register_tables import addresses, plates
from addressing.rules.estate_model import PartKind
from addressing.rules.plates import (
    LIKE_STREET,
    PlateKind,
    Wording,
    a_flat_plate_bears_block_floor_and_flat,
    a_floor_plate_bears_its_floor,
    a_group_plate_bears_its_letter,
    a_plate_without_a_size_is_asked_about,
    a_stair_plate_bears_its_number,
)
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import BlockName
from addressing.rules.questions import Inquiry
from layers.crs import storage_srid


def name_of_place(conn: Connection, place_id: str) -> int | None:
    """Id of the name that this place bears as a part of an estate today; None for a house."""
    found: int | None = conn.execute(
        select(part_names.c.id).where(part_names.c.place_id == place_id, part_names.c.valid_to.is_(None))
    ).scalar()
    return found


def named_parts(
    conn: Connection, name_ids: Collection[int], link: Callable[[str], str], *, is_demo: bool, draft: bool = False
) -> dict[int, NumberedPlace]:
    """Parts with these names, by the ids of the names; a name that ended stands as it was when it did.

    With `draft` a plate of unknown size is drawn like a street plate.
    """
    of_building = part_names.alias("of_building")
    rows = conn.execute(
        select(
            part_names, of_building.c.name.label("block"), decisions.c.number, decisions.c.decided_on,
            decisions.c.issuing_body, func.ST_X(places.c.geom).label("x"), func.ST_Y(places.c.geom).label("y"),
        )
        .join(places, places.c.id == part_names.c.place_id)
        .outerjoin(of_building, of_building.c.id == part_names.c.building_name_id)
        .outerjoin(decisions, decisions.c.id == part_names.c.decision_id)
        .where(part_names.c.id.in_(name_ids))
    ).all()  # fmt: skip
    written, codes = _written(conn, name_ids), _plate_codes(conn, name_ids)
    now = {estate_id: _estate(conn, estate_id) for estate_id in {row.estate_id for row in rows}}
    srid = storage_srid(conn)
    found = {}
    for row in rows:
        around, kind = now[row.estate_id], PlateKind(row.kind)
        words = _words(kind, row.name, row.block or around.block, around.policy)
        answers = {f"plate_size:{kind.value}": LIKE_STREET} if draft else {}
        found[row.id] = NumberedPlace(
            place_id=row.place_id, number=row.name, street_name=around.facts.street_name, area=around.area,
            paper=Paper(row.number, row.decided_on, row.issuing_body or ""), valid_from=row.valid_from,
            x=row.x, y=row.y, srid=srid, link=link(row.place_id), is_demo=is_demo, written=written.get(row.id, ""),
            way=around.way_from(row), kind=kind,
            plate_size=a_plate_without_a_size_is_asked_about(kind, words.main, around.policy, Inquiry(answers)),
            plate_code=codes.get(row.id), words=words, hangs=where_it_hangs(kind, around.policy),
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class _EstateNow:
    """What the papers of one estate share."""

    facts: EstateOnRecord
    area: Area
    policy: Policy
    around: Outside | None
    names: dict[int, str]

    @property
    def block(self) -> str:
        """What stands for the building on plates of a block outside a group."""
        if self.policy.block_name is BlockName.LABEL:
            return next((one.facts.label for one in self.facts.parts if one.facts.kind is PartKind.BUILDING), "")
        return self.facts.facts.house_number or ""

    def way_from(self, row: Any) -> tuple[str, ...]:
        """From the part outward: Nhà A1, Nhóm nhà A, Khu A, Đường B; estate and street for a name that ended."""
        if self.around is None or row.valid_to is not None:
            return (self.facts.name, self.facts.street_name)
        part = self.facts.by_id[row.part_id]
        address = estate_addresses.address_of(self.facts, part, row.name, self.names, self.around)
        outer = vietnamese(replace(address, inner=address.inner[1:]))
        return tuple(words[:1].upper() + words[1:] for words in outer.split(", "))


def _estate(conn: Connection, estate_id: int) -> _EstateNow:
    estate = estate_facts.read(conn, estate_id)
    return _EstateNow(
        estate, area_of(conn, estate.street_id, today()),
        policies_on_record.policy_for_street(conn, estate.street_id, today()),
        estate_addresses.outside(conn, estate, today()),
        {one.id: one.facts.name for one in estate.parts if one.facts.name is not None},
    )  # fmt: skip


def _words(kind: PlateKind, name: str, block: str, policy: Policy) -> Wording:
    if kind is PlateKind.GROUP:
        return a_group_plate_bears_its_letter(name, policy)
    if kind is PlateKind.BUILDING:
        return Wording(name)
    if kind is PlateKind.STAIR:
        return a_stair_plate_bears_its_number(name, policy)
    if kind is PlateKind.FLOOR:
        return a_floor_plate_bears_its_floor(name, policy)
    floor, _, number = name.rpartition("-")
    made = a_flat_plate_bears_block_floor_and_flat(block, floor, int(number)) if floor and number.isdigit() else None
    # One that was found on the ground may be written otherwise; it stays as it is.
    return made if made is not None and made.main == name else Wording(name, above=block)


def _written(conn: Connection, name_ids: Collection[int]) -> dict[int, str]:
    rows = conn.execute(
        select(addresses.c.part_name_id, addresses.c.written).where(
            addresses.c.part_name_id.in_(name_ids), addresses.c.language == "vi", addresses.c.valid_to.is_(None)
        )
    )
    return {row.part_name_id: row.written for row in rows}


def _plate_codes(conn: Connection, name_ids: Collection[int]) -> dict[int, str]:
    rows = conn.execute(
        select(plates.c.part_name_id, plates.c.code)
        .where(plates.c.part_name_id.in_(name_ids), plates.c.status != "withdrawn")
        .order_by(plates.c.id)
    )
    return {row.part_name_id: row.code for row in rows}
