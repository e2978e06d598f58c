"""Put the names of an estate in force by a decision, and end them by one.

Every named part becomes a place with an id of its own, which it keeps when its name ends and it gets another.
Nothing issued is overwritten, and a name that ended is never given again: the unique keys hold it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from addressing import estate_addresses, estate_facts, estates
from addressing.deciding import SignedDecision, record_decision
from addressing.errors import DecisionInvalid, NotInForce
from addressing.estate_facts import EstateOnRecord, PartOnRecord
from addressing.estate_naming import NAMING, EstateProposal, get_proposal
from addressing.estate_tables import part_names
from addressing.issuing import fresh_ids
from addressing.register import places
from addressing.register_tables import addresses, number_certificates, plates
from addressing.rules.estate_model import Named, PartKind
from addressing.versions import require_version
from layers.crs import storage_srid

OUTER = (PartKind.GROUP, PartKind.BUILDING)
"""Kinds whose names differ in the whole estate; the others differ within their building."""


@dataclass(frozen=True, slots=True)
class NamesIssued:
    """What an issue did."""

    proposal: EstateProposal
    issued: int
    # new names in force
    registered: int
    # names found on the ground that entered the register
    places: int
    # places that got an id
    already_done: bool = False


def issue(
    conn: Connection, proposal_id: int, signed: SignedDecision, by: str, *, version: int | None = None
) -> NamesIssued:  # fmt: skip
    """Put an approved proposal in force from the day of the decision.

    A second issue by the same decision changes nothing and says so. Raises `WrongStatus` unless it is approved,
    `StaleProposal`, `DecisionInvalid`, `OutsideArea`, `VersionConflict`.
    """
    proposal, begun = NAMING.begin_issue(conn, proposal_id, signed, by, version)
    if begun is None:
        return NamesIssued(proposal, 0, 0, 0, already_done=True)
    estate, decision_id = begun
    _require_after_outer_names(conn, estate, signed.decided_on)
    fresh = [one for one in proposal.result.named if estate.part(one.key).name_id is None]
    place_ids, made = _give_places(conn, estate, fresh)
    shared = {"estate_id": estate.id, "proposal_id": proposal.id, "valid_from": signed.decided_on}
    _write(conn, estate, fresh, place_ids, shared, decision_id)
    NAMING.end_issue(conn, proposal.id, decision_id)
    estate_addresses.follow(conn, [estate.id], on=signed.decided_on, decision_id=decision_id)
    found = sum(one.is_existing for one in fresh)
    return NamesIssued(get_proposal(conn, proposal_id), len(fresh) - found, found, made)


@dataclass(frozen=True, slots=True)
class Ending:
    """What ends with a name, or would."""

    estate_id: int
    names: tuple[tuple[int, str, str], ...]
    # id, kind and name of it and of everything inside, from the outside in
    addresses: tuple[str, ...]
    plates: tuple[str, ...]
    # codes of plates that are withdrawn with it
    certificates: tuple[str, ...]
    # and of certificates


def plan_ending(conn: Connection, name_id: int) -> Ending:
    """What ends with this name: the names of everything inside, addresses, plates. Writes nothing.

    Raises `NotFound`, `NotInForce`.
    """
    estate = estate_facts.read(conn, estate_facts.estate_of_name(conn, name_id))
    own = next((part for part in estate.parts if part.name_id == name_id), None)
    if own is None:
        name = conn.execute(select(part_names.c.name).where(part_names.c.id == name_id)).scalar_one()
        raise NotInForce(name, "retired")
    ending = [part for part in (own, *estate.inside(own.id)) if part.name_id is not None]
    ids = [part.name_id for part in ending]
    written = select(addresses.c.written).where(
        addresses.c.part_name_id.in_(ids), addresses.c.valid_to.is_(None), addresses.c.language == "vi"
    )
    hanging = select(plates.c.code).where(plates.c.part_name_id.in_(ids), plates.c.status != "withdrawn")
    valid = select(number_certificates.c.code).where(
        number_certificates.c.part_name_id.in_(ids), number_certificates.c.withdrawn_on.is_(None)
    )
    return Ending(
        estate.id,
        tuple((part.name_id or 0, part.facts.kind.value, part.facts.name or "") for part in ending),
        tuple(conn.execute(written.order_by(addresses.c.id)).scalars()),
        tuple(conn.execute(hanging.order_by(plates.c.code)).scalars()),
        tuple(conn.execute(valid.order_by(number_certificates.c.code)).scalars()),
    )


def retire(
    conn: Connection, name_id: int, signed: SignedDecision, reason: str, by: str, *, version: int | None = None
) -> Ending:
    """End a name and those of everything inside it by a decision, with their plates and certificates; gives what ended.

    The parts stay and may be proposed anew; they never get the same names again. Raises `NotFound`, `NotInForce`,
    `DecisionInvalid` for a decision older than a name, `OutsideArea`, `VersionConflict`.
    """
    estates.lock(conn, estate_facts.estate_of_name(conn, name_id), by)
    ending = plan_ending(conn, name_id)
    ids = [one for one, _, _ in ending.names]
    rows = conn.execute(select(part_names).where(part_names.c.id.in_(ids))).all()
    own = next(row for row in rows if row.id == name_id)
    require_version("name of a part", "tên phần khu nhà", name_id, version, own.version)
    _require_not_older(rows, signed.decided_on)
    decision_id = record_decision(conn, signed, f"Thu hồi tên {own.name}", by)
    conn.execute(
        update(part_names)
        .where(part_names.c.id.in_(ids))
        .values(status="retired", valid_to=signed.decided_on, retired_reason=reason, closed_by_decision_id=decision_id)
    )
    conn.execute(
        update(plates)
        .where(plates.c.part_name_id.in_(ids), plates.c.status != "withdrawn")
        .values(status="withdrawn", withdrawn_on=signed.decided_on, withdrawn_reason=reason)
    )
    conn.execute(
        update(number_certificates)
        .where(number_certificates.c.part_name_id.in_(ids), number_certificates.c.withdrawn_on.is_(None))
        .values(withdrawn_on=signed.decided_on, withdrawn_reason=reason)
    )
    estate_addresses.follow(conn, [ending.estate_id], on=signed.decided_on, decision_id=decision_id, reason=reason)
    return ending


def _require_after_outer_names(conn: Connection, estate: EstateOnRecord, day: date) -> None:
    """A name cannot hold from a day before the one that names what it lies in."""
    rows = conn.execute(
        select(part_names.c.name, part_names.c.valid_from).where(
            part_names.c.estate_id == estate.id, part_names.c.valid_to.is_(None)
        )
    ).all()
    _require_not_older(rows, day)


def _require_not_older(rows: Sequence[Any], day: date) -> None:
    for row in rows:
        if row.valid_from > day:
            raise DecisionInvalid(
                f"The name {row.name} holds since {row.valid_from}; an older decision cannot change it.",
                f"Tên {row.name} có hiệu lực từ {row.valid_from:%d/%m/%Y}, sau ngày quyết định.",
            )


def _give_places(conn: Connection, estate: EstateOnRecord, fresh: Sequence[Named]) -> tuple[dict[str, str], int]:
    """The place of every part that gets a name, by its key, and how many are new. One that had a name keeps its id."""
    keys = [int(one.key) for one in fresh]
    known = {
        str(row.part_id): row.place_id
        for row in conn.execute(
            select(part_names.c.part_id, part_names.c.place_id).where(part_names.c.part_id.in_(keys))
        )
    }
    lacking = [one for one in fresh if one.key not in known]
    srid = storage_srid(conn)
    ids = fresh_ids(conn, len(lacking))
    if lacking:
        conn.execute(
            insert(places),
            [
                {
                    "id": place_id,
                    "kind": one.kind.value,
                    "geom": f"SRID={srid};{_position(estate, estate.part(one.key))}",
                }
                for one, place_id in zip(lacking, ids, strict=True)
            ],
        )
    return known | {one.key: place_id for one, place_id in zip(lacking, ids, strict=True)}, len(lacking)


def _position(estate: EstateOnRecord, part: PartOnRecord) -> str:
    """Where it stands, or what it lies in; the entrance of the estate where an officer said so."""
    known = [one for one in (part, *estate.outward(part)) if one.x is not None]
    x, y = (known[0].x, known[0].y) if known else (estate.x, estate.y)
    return f"POINT({x} {y})"


def _write(
    conn: Connection, estate: EstateOnRecord, fresh: Sequence[Named], place_ids: dict[str, str],
    shared: dict[str, Any], decision_id: int,
) -> None:  # fmt: skip
    """The new rows: first groups and buildings, then what lies in these and differs within their name."""
    building_names = {part.id: part.name_id for part in estate.parts if part.facts.kind is PartKind.BUILDING}
    for inner in (False, True):
        rows = [
            {
                **shared, "part_id": int(one.key), "place_id": place_ids[one.key], "kind": one.kind.value,
                "name": one.name, "status": "in_force", "origin": "existing" if one.is_existing else "issued",
                "clauses": list(one.clauses), "decision_id": None if one.is_existing else decision_id,
                "building_name_id": building_names[_building(estate, one)] if inner else None,
            }
            for one in fresh
            if (one.kind not in OUTER) == inner
        ]  # fmt: skip
        if rows:
            made = conn.execute(insert(part_names).returning(part_names.c.part_id, part_names.c.id), rows)
            building_names |= {row.part_id: row.id for row in made}


def _building(estate: EstateOnRecord, one: Named) -> int:
    building = estate.building_of(estate.part(one.key))
    assert building is not None  # the database holds that such a part lies in one
    return building.id
