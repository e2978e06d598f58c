"""Addresses of places: they follow the numbers, the alleys and the units; what was once written stays findable.

A place may have several addresses, previous and alternative ones; of those in use exactly one per language
is preferred. Nothing is rewritten: an address that changes is closed and opened anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.dialects.postgresql import array

from addressing import areas
from addressing.alley_naming import StreetChain, chains
from addressing.errors import DuplicateAddress, NotFound
from addressing.register import house_numbers, places
from addressing.register_tables import addresses
from addressing.units_on_record import Unit, units_of_places
from addressing.versions import require_version
from addressing.written_forms import AddressParts, address_code, northern, written_forms


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of the addresses."""

    opened: int
    closed: int
    without_name: tuple[int, ...]
    # streets whose houses get no address yet, because an alley on the way has no name


def follow(
    conn: Connection,
    street_ids: Collection[int],
    *,
    on: date,
    decision_id: int | None = None,
    reason: str | None = None,
    reasons: Mapping[int, str] | None = None,
) -> Followed:
    """Bring the addresses of all houses on these streets in line with their numbers, from this day.

    A number in force without an address gets one in each language, an address whose words changed is
    closed and opened anew, one whose number ended is closed. Doing it twice changes nothing. `reasons` are
    those of single numbers, by their ids, and go before `reason`.
    """
    numbers = _numbers(conn, street_ids)
    ways = chains(conn, street_ids, on)
    units = units_of_places(conn, {row.place_id for row in numbers}, on)
    wanted: dict[tuple[int, str], dict[str, Any]] = {}
    for row in numbers:
        chain = ways[row.street_id]
        if chain is not None:
            wanted |= _wanted(row, chain, units.get(row.place_id, ()))
    present = {(row.house_number_id, row.language): row for row in _present(conn, street_ids)}
    stale = {key: row for key, row in present.items() if key not in wanted or wanted[key]["written"] != row.written}
    fresh = [
        {**values, "is_preferred": stale[key].is_preferred if key in stale else False}
        for key, values in wanted.items()
        if key in stale or key not in present
    ]
    for why, ids in _by_reason(stale.values(), reasons or {}, reason).items():
        close_rows(conn, ids, on, decision_id, why)
    open_rows(conn, fresh, on, decision_id)
    prefer_one(conn, {row.place_id for row in stale.values()} | {values["place_id"] for values in fresh})
    nameless = {row.street_id for row in numbers if ways[row.street_id] is None}
    return Followed(len(fresh), len(stale), tuple(sorted(nameless)))


@dataclass(frozen=True, slots=True)
class Preferred:
    """The address that letters use now, as a conflict shows it."""

    version: int
    # of the address that the asker named
    preferred_id: int
    written: str


def add_alternative(
    conn: Connection, place_id: str, language: str, written: str, *, on: date, by: str, is_preferred: bool = False,
    version: int | None = None,
) -> int:  # fmt: skip
    """Write down another address of a place, as people or papers have it. Gives its id.

    One that is to be preferred names the `version` of the address that is preferred until now, 0 where there
    is none; None skips the check. Raises `NotFound` for the place, `OutsideArea`, `DuplicateAddress`,
    `VersionConflict`.
    """
    areas.require_place(conn, by, place_id)
    lock_place(conn, place_id)
    same = (addresses.c.place_id == place_id, addresses.c.language == language, addresses.c.valid_to.is_(None))
    again = conn.execute(
        select(addresses.c.id).where(
            *same, func.gis.address_key(addresses.c.written) == func.gis.address_key(written)
        )
    ).first()  # fmt: skip
    if again is not None:
        raise DuplicateAddress(written, place_id)
    if is_preferred:
        standing = conn.execute(
            select(addresses.c.id, addresses.c.written, addresses.c.version).where(*same, addresses.c.is_preferred)
        ).first()
        present = Preferred(standing.version, standing.id, standing.written) if standing else None
        require_version(
            "preferred address", "địa chỉ chính", place_id, version, standing.version if standing else 0, present
        )
        conn.execute(update(addresses).where(*same).values(is_preferred=False))
    row = {
        "place_id": place_id, "language": language, "written": written, "forms": [written],
        "is_preferred": is_preferred, "path": [],
    }  # fmt: skip
    made = open_rows(conn, [row], on, None)
    prefer_one(conn, {place_id})
    return made[0]


def prefer(conn: Connection, place_id: str, address_id: int, by: str, *, version: int | None = None) -> None:
    """Make this the one address of its place and language that letters use.

    `version` is that of the address as the asker read it; None skips the check. All addresses of the place
    and language count up, so whoever read another of them before is told as well. Raises `NotFound` unless
    the place has it and uses it, `OutsideArea`, `VersionConflict`.
    """
    areas.require_place(conn, by, place_id)
    lock_place(conn, place_id)
    row = conn.execute(
        select(addresses).where(
            addresses.c.id == address_id, addresses.c.place_id == place_id, addresses.c.valid_to.is_(None)
        )
    ).first()
    if row is None:
        raise NotFound("address in use", "địa chỉ đang dùng", address_id)
    same = (addresses.c.place_id == row.place_id, addresses.c.language == row.language, addresses.c.valid_to.is_(None))
    standing = conn.execute(select(addresses.c.id, addresses.c.written).where(*same, addresses.c.is_preferred)).one()
    present = Preferred(row.version, standing.id, standing.written)
    require_version("address", "địa chỉ", address_id, version, row.version, present)
    # The one that is preferred first: its unique key is checked row by row.
    conn.execute(update(addresses).where(*same, addresses.c.id != address_id).values(is_preferred=False))
    conn.execute(update(addresses).where(addresses.c.id == address_id).values(is_preferred=True))


def lock_place(conn: Connection, place_id: str) -> None:
    """Let nobody else change this place until the transaction ends. Raises `NotFound`."""
    if conn.execute(select(places.c.id).where(places.c.id == place_id).with_for_update()).first() is None:
        raise NotFound("place", "địa điểm", place_id)


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that has, or had, the address asked for."""

    place_id: str
    written: str
    # the address that matched
    is_current: bool
    valid_from: date
    valid_to: date | None
    present: str | None
    # its preferred Vietnamese address now


def find_by_old_address(conn: Connection, written: str, limit: int = 20) -> list[FoundPlace]:
    """Places that have or once had exactly this address, in any written form; those that have it first.

    Marks, capitals, commas and blanks do not matter, everything else does: 99/12/8 is not 99/12/3.
    """
    now = addresses.alias("now")
    rows = conn.execute(
        select(
            addresses.c.place_id, addresses.c.written, addresses.c.valid_to.is_(None), addresses.c.valid_from,
            addresses.c.valid_to, now.c.written,
        )
        .outerjoin(now, (now.c.place_id == addresses.c.place_id) & (now.c.language == "vi")
                   & now.c.is_preferred & now.c.valid_to.is_(None))
        .where(addresses.c.search_keys.op("@>")(array([func.gis.address_key(written)])))
        .order_by(addresses.c.valid_to.desc().nulls_first(), addresses.c.place_id)
        .limit(limit)
    )  # fmt: skip
    seen: dict[str, FoundPlace] = {}
    for row in rows:
        seen.setdefault(row[0], FoundPlace(*row))
    return list(seen.values())


def lines_on_street(conn: Connection, street_id: int, numbers: Collection[str], on: date) -> dict[str, str]:
    """How each of these numbers of a street would be written on a day, without the units; before any is issued.

    Empty while an alley on the way has no name.
    """
    chain = chains(conn, [street_id], on).get(street_id)
    if chain is None:
        return {}
    return {number: northern(AddressParts(chain.root_name, chain.steps, number)) for number in numbers}


def way_to(conn: Connection, street_id: int, on: date) -> tuple[str, ...] | None:
    """The way from a house of this street outward: Ngách 12, Ngõ 99, Đường A; None as above."""
    chain = chains(conn, [street_id], on).get(street_id)
    if chain is None:
        return None
    inward = [f"{step.word.capitalize()} {step.label}" for step in reversed(chain.steps)]
    return (*inward, chain.root_name)


def _by_reason(rows: Iterable[Any], reasons: Mapping[int, str], otherwise: str | None) -> dict[str | None, list[int]]:
    grouped: dict[str | None, list[int]] = {}
    for row in rows:
        grouped.setdefault(reasons.get(row.house_number_id, otherwise), []).append(row.id)
    return grouped


def _numbers(conn: Connection, street_ids: Collection[int]) -> list[Any]:
    rows = conn.execute(
        select(house_numbers.c.id, house_numbers.c.street_id, house_numbers.c.place_id, house_numbers.c.plate_text)
        .where(
            house_numbers.c.street_id.in_(street_ids),
            house_numbers.c.status == "in_force",
            house_numbers.c.valid_to.is_(None),
        )
        .order_by(house_numbers.c.id)
    )
    return list(rows)


def _wanted(row: Any, chain: StreetChain, units: tuple[Unit, ...]) -> dict[tuple[int, str], dict[str, Any]]:
    parts = AddressParts(
        chain.root_name, chain.steps, row.plate_text,
        tuple(unit.full_name for unit in units), tuple(unit.name_en for unit in units if unit.name_en),
    )  # fmt: skip
    if len(parts.units_en) < len(parts.units):
        parts = AddressParts(parts.street, parts.steps, parts.number, parts.units)
    unit = units[0] if units else None
    shared = {
        "place_id": row.place_id, "house_number_id": row.id, "street_id": row.street_id, "path": list(parts.path),
        "unit_code": unit.code if unit else None, "unit_name": unit.full_name if unit else None,
        "address_code": address_code(unit.code if unit else None, chain.root_code, parts.path),
    }  # fmt: skip
    return {
        (row.id, language): {**shared, "language": language, "written": forms[0], "forms": list(forms)}
        for language, forms in written_forms(parts).items()
    }


def _present(conn: Connection, street_ids: Collection[int]) -> Iterable[Any]:
    return conn.execute(
        select(
            addresses.c.id, addresses.c.place_id, addresses.c.language, addresses.c.house_number_id,
            addresses.c.written, addresses.c.is_preferred,
        ).where(
            addresses.c.street_id.in_(street_ids), addresses.c.house_number_id.is_not(None),
            addresses.c.valid_to.is_(None),
        )
    )  # fmt: skip


def close_rows(conn: Connection, ids: list[int], on: date, decision_id: int | None, reason: str | None) -> None:
    """End these addresses from a day on, for this reason."""
    if ids:
        conn.execute(
            text("UPDATE gis.addresses SET valid_to = greatest(CAST(:on AS date), valid_from), is_preferred = false,"
                 " closed_by_decision_id = :decision, closed_reason = :reason WHERE id = ANY(:ids)"),
            {"on": on, "decision": decision_id, "reason": reason, "ids": ids},
        )  # fmt: skip


def open_rows(conn: Connection, rows: Sequence[dict[str, Any]], on: date, decision_id: int | None) -> list[int]:
    """Write addresses down from a day on; gives their ids. Each row names its columns, and `forms` that find it."""
    if not rows:
        return []
    made = conn.execute(
        text("INSERT INTO gis.addresses (place_id, language, written, is_preferred, house_number_id, part_name_id,"
             " street_id, path, unit_code, unit_name, address_code, search_keys, decision_id, valid_from)"
             " SELECT r.place_id, r.language, r.written, r.is_preferred, r.house_number_id, r.part_name_id,"
             " r.street_id, ARRAY(SELECT jsonb_array_elements_text(r.path)), r.unit_code, r.unit_name, r.address_code,"
             " ARRAY(SELECT DISTINCT gis.address_key(f) FROM jsonb_array_elements_text(r.forms) AS f),"
             " :decision, :on FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (place_id text, language text,"
             " written text, is_preferred boolean, house_number_id bigint, part_name_id bigint, street_id bigint,"
             " path jsonb, unit_code text, unit_name text, address_code text, forms jsonb) RETURNING id"),
        {"rows": json.dumps(list(rows), ensure_ascii=False), "decision": decision_id, "on": on},
    )  # fmt: skip
    return list(made.scalars())


def prefer_one(conn: Connection, place_ids: Collection[str]) -> None:
    """Where a place has addresses in use and none is preferred, the one of its number that came first is."""
    conn.execute(
        text("UPDATE gis.addresses SET is_preferred = true WHERE id IN ("
             " SELECT DISTINCT ON (place_id, language) a.id FROM gis.addresses a"
             " WHERE place_id = ANY(:places) AND valid_to IS NULL AND NOT EXISTS (SELECT FROM gis.addresses p"
             "  WHERE p.place_id = a.place_id AND p.language = a.language AND p.is_preferred AND p.valid_to IS NULL)"
             " ORDER BY place_id, language, (house_number_id IS NULL AND part_name_id IS NULL), valid_from, id)"),
        {"places": sorted(place_ids)},
    )  # fmt: skip
