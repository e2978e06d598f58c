"""Addresses of the named parts of estates: derived outside-in, closed and opened anew when what is outside changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, or_, select

from addressing import addresses, estate_facts
from addressing.alley_naming import StreetChain, chains
from addressing.estate_facts import EstateOnRecord, PartOnRecord
from addressing.estate_forms import EstateAddress, forms
from addressing.estate_tables import estates, part_names
from addressing.register import house_numbers
from addressing.register_tables import addresses as address_table
from addressing.rules.estate_model import PartKind
from addressing.rules.unnamed import has_no_name
from addressing.units_on_record import Unit, units_of_places
from addressing.written_forms import AddressParts, address_code


@dataclass(frozen=True, slots=True)
class Outside:
    """What stands around an estate on a day."""

    chain: StreetChain
    number: str
    # of a block on its street; "" for groups


def follow(
    conn: Connection, estate_ids: Collection[int], *, on: date, decision_id: int | None = None,
    reason: str | None = None,
) -> addresses.Followed:  # fmt: skip
    """Bring the addresses of all named parts of these estates in line, from this day. Twice changes nothing."""
    opened = closed = 0
    for estate_id in sorted(estate_ids):
        wanted = _wanted(conn, estate_facts.read(conn, estate_id), on)
        present = {(row.part_name_id, row.language): row for row in _present(conn, estate_id)}
        stale = {key: row for key, row in present.items() if key not in wanted or wanted[key]["written"] != row.written}
        fresh = [
            {**values, "is_preferred": stale[key].is_preferred if key in stale else False}
            for key, values in wanted.items()
            if key in stale or key not in present
        ]
        addresses.close_rows(conn, [row.id for row in stale.values()], on, decision_id, reason)
        addresses.open_rows(conn, fresh, on, decision_id)
        touched = {row.place_id for row in stale.values()} | {values["place_id"] for values in fresh}
        addresses.prefer_one(conn, touched)
        opened, closed = opened + len(fresh), closed + len(stale)
    return addresses.Followed(opened, closed, ())


def estates_on(conn: Connection, street_ids: Collection[int]) -> list[int]:
    """Estates whose entrance opens on these streets, and blocks whose number is there."""
    numbered = select(house_numbers.c.place_id).where(house_numbers.c.street_id.in_(street_ids))
    found = select(estates.c.id).where(or_(estates.c.street_id.in_(street_ids), estates.c.place_id.in_(numbered)))
    return list(conn.execute(found).scalars())


def estates_with_unit(conn: Connection, unit_code: str) -> list[int]:
    """Estates some of whose addresses in use name this commune."""
    found = (
        select(part_names.c.estate_id)
        .join(address_table, address_table.c.part_name_id == part_names.c.id)
        .where(address_table.c.unit_code == unit_code, address_table.c.valid_to.is_(None))
        .distinct()
    )
    return list(conn.execute(found).scalars())


def outside(conn: Connection, estate: EstateOnRecord, on: date) -> Outside | None:
    """The street of an estate and, of a block, its number; None while an alley has no name or the block no number."""
    chain = chains(conn, [estate.street_id], on).get(estate.street_id)
    if chain is None or (estate.facts.is_block and estate.facts.house_number is None):
        return None
    return Outside(chain, estate.facts.house_number or "")


def address_of(
    estate: EstateOnRecord, part: PartOnRecord, name: str, names: dict[int, str], around: Outside,
    units: tuple[Unit, ...] = (),
) -> EstateAddress:  # fmt: skip
    """The address that a part has under this name; `names` are those of the parts in which it lies, by their ids."""
    inner = [(part.facts.kind, name)]
    for outer in estate.outward(part):
        if not (estate.facts.is_block and outer.facts.kind is PartKind.BUILDING):
            inner.append((outer.facts.kind, names[outer.id]))
    english_names = tuple(unit.name_en for unit in units if unit.name_en)
    street = "" if has_no_name(around.chain.root_name) else around.chain.root_name
    way = AddressParts(
        street, around.chain.steps, around.number, tuple(unit.full_name for unit in units),
        english_names if len(english_names) == len(units) else (),
    )  # fmt: skip
    return EstateAddress(tuple(inner), "" if estate.facts.is_block else estate.name, estate.code, way)


def _wanted(conn: Connection, estate: EstateOnRecord, on: date) -> dict[tuple[int, str], dict[str, Any]]:
    around = outside(conn, estate, on)
    if around is None:
        return {}
    names = {part.id: part.facts.name for part in estate.parts if part.facts.name is not None}
    named = [
        (part, part.name_id, part.place_id, part.facts.name)
        for part in estate.parts
        if part.name_id is not None and part.place_id is not None and part.facts.name is not None
    ]
    units = units_of_places(conn, {place_id for _, _, place_id, _ in named}, on)
    wanted: dict[tuple[int, str], dict[str, Any]] = {}
    for part, name_id, place_id, name in named:
        around_it = units.get(place_id, ())
        address = address_of(estate, part, name, names, around, around_it)
        unit = around_it[0] if around_it else None
        shared = {
            "place_id": place_id, "part_name_id": name_id, "path": list(address.path),
            "unit_code": unit.code if unit else None, "unit_name": unit.full_name if unit else None,
            "address_code": address_code(unit.code if unit else None, around.chain.root_code, address.path),
        }  # fmt: skip
        for language, written in forms(address).items():
            wanted[name_id, language] = {
                **shared, "language": language, "written": written[0], "forms": list(written),
            }  # fmt: skip
    return wanted


def _present(conn: Connection, estate_id: int) -> Iterable[Any]:
    return conn.execute(
        select(
            address_table.c.id, address_table.c.place_id, address_table.c.language, address_table.c.part_name_id,
            address_table.c.written, address_table.c.is_preferred,
        )
        .join(part_names, part_names.c.id == address_table.c.part_name_id)
        .where(part_names.c.estate_id == estate_id, address_table.c.valid_to.is_(None))
    )  # fmt: skip
