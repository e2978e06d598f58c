"""Several houses that became one: it shows one number, the others are kept for its doors, and all stay findable.

The doors of the joined houses become doors of the one that keeps its number. Their places keep their ids: a later
division gives a door its place and its number back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from addressing import addresses
from addressing.deciding import SignedDecision
from addressing.errors import NotInForce, StepNotPossible
from addressing.policies_on_record import policy_for_street
from addressing.register import house_numbers
from addressing.rules.changes import NotTheNumberToKeep, a_joined_house_shows_one_of_its_numbers
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy_choices import MergerFreed
from layers.streets import entrances

CLAUSE = "P.merger"


@dataclass(frozen=True, slots=True)
class Joining:
    """Which number a joined house shows, and which it gives up."""

    kept_id: int
    freed_ids: tuple[int, ...]
    freed_stay_spare: bool


def choose(
    conn: Connection, street_id: int, number_ids: Collection[int], on: date, *, kept_id: int | None = None
) -> Joining:
    """What the local policy makes of a merger of these house numbers in force; `kept_id` is what the asker wants.

    Writes nothing. Raises `NotInForce`, and `StepNotPossible` for fewer than two, for a number that may not be kept,
    and where the asker has to say which.
    """
    rows = {row.id: row for row in _in_force(conn, street_id, number_ids)}
    for number_id in number_ids:
        if number_id not in rows:
            raise NotInForce(str(number_id), "spare, closed or of another street")
    if len(rows) < 2 or (kept_id is not None and kept_id not in rows):
        raise _refused(street_id, "it takes two numbers in force, the kept one among them", "cần ít nhất hai số nhà")
    by_number = {HouseNumber(row.number, row.suffix): row.id for row in rows.values()}
    kept = next((number for number, number_id in by_number.items() if number_id == kept_id), None)
    try:
        joined = a_joined_house_shows_one_of_its_numbers(
            list(by_number), policy_for_street(conn, street_id, on), kept=kept
        )
    except NotTheNumberToKeep as error:
        raise _refused(street_id, str(error), f"nhà hợp nhất phải mang số nhỏ nhất {min(by_number)}") from error
    if joined is None:
        raise _refused(street_id, "say which number the house keeps", "hãy chọn số được giữ")
    return Joining(by_number[joined.kept], tuple(by_number[number] for number in joined.freed), joined.freed_stay_spare)


def stay_spare(conn: Connection, street_id: int, on: date) -> bool:
    """Whether the freed numbers of a merger on this street stay spare by the policy of a day."""
    return policy_for_street(conn, street_id, on).merger_freed is MergerFreed.SPARE


def join(conn: Connection, kept_id: int, freed: Sequence[Any], signed: SignedDecision, decision_id: int) -> None:
    """Give the doors of the freed numbers to the kept one's place, and keep these numbers spare for the doors.

    `freed` are the rows as they were before they were closed. Raises `NotInForce` where the kept one is none.
    """
    kept = conn.execute(select(house_numbers).where(house_numbers.c.id == kept_id)).one()
    if kept.valid_to is not None or kept.status != "in_force":
        raise NotInForce(kept.plate_text, kept.status)
    conn.execute(
        update(entrances)
        .where(
            entrances.c.place_code.in_([row.place_id for row in freed])
            | entrances.c.id.in_([row.entrance_id for row in freed if row.entrance_id is not None])
        )
        .values(place_code=kept.place_id)
    )
    if stay_spare(conn, kept.street_id, signed.decided_on):
        conn.execute(insert(house_numbers), [
            {
                "street_id": row.street_id, "place_id": row.place_id, "entrance_id": row.entrance_id,
                "number": row.number, "suffix": row.suffix, "plate_text": row.plate_text, "side": row.side,
                "chainage_m": row.chainage_m, "status": "reserved", "origin": "issued", "clauses": [CLAUSE],
                "decision_id": decision_id, "valid_from": signed.decided_on,
            }
            for row in freed
        ])  # fmt: skip


_ALIASES = """
    INSERT INTO gis.addresses (place_id, language, written, is_preferred, street_id, path, unit_code, unit_name,
                               address_code, search_keys, decision_id, closed_by_decision_id, closed_reason,
                               valid_from, valid_to)
    SELECT k.place_id, a.language, a.written, false, a.street_id, a.path, a.unit_code, a.unit_name, a.address_code,
           a.search_keys, :decision, :decision, :reason, :on, :on
    FROM gis.addresses a, gis.house_numbers k
    WHERE k.id = :kept AND a.house_number_id = ANY(:freed) AND a.closed_by_decision_id = :decision
"""


def keep_findable(
    conn: Connection, kept_id: int, freed_ids: Collection[int], on: date, decision_id: int, reason: str
) -> None:
    """The addresses that just ended lead to the joined house too, as former ones of its own."""
    conn.execute(
        text(_ALIASES),
        {"kept": kept_id, "freed": list(freed_ids), "on": on, "decision": decision_id, "reason": reason},
    )
    kept_place = conn.execute(select(house_numbers.c.place_id).where(house_numbers.c.id == kept_id)).scalar_one()
    addresses.prefer_one(conn, {kept_place})


def _in_force(conn: Connection, street_id: int, number_ids: Collection[int]) -> Sequence[Any]:
    return conn.execute(
        select(house_numbers).where(
            house_numbers.c.street_id == street_id, house_numbers.c.id.in_(number_ids),
            house_numbers.c.status == "in_force", house_numbers.c.valid_to.is_(None),
        )
    ).all()  # fmt: skip


def _refused(street_id: int, why: str, why_vi: str) -> StepNotPossible:
    return StepNotPossible("street", "đường", street_id, "join houses", why, why_vi)
