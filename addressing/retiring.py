"""Close numbers by a decision. They stay on record for ever, and their addresses stay findable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, select, update

from addressing import areas
from addressing.alley_naming import lock_with_alleys
from addressing.deciding import SignedDecision, record_decision
from addressing.entering import street_of_number
from addressing.errors import DecisionInvalid, NotInForce
from addressing.issuing import numbers_changed
from addressing.register import house_numbers
from addressing.register_tables import number_certificates, plates
from addressing.versions import require_version
from layers.streets import entrances


@dataclass(frozen=True, slots=True)
class Retired:
    """What ended with a number."""

    number: str
    place_id: str | None
    plates_withdrawn: int
    certificates_withdrawn: int


def retire(
    conn: Connection, number_id: int, signed: SignedDecision, reason: str, by: str, *, version: int | None = None
) -> Retired:
    """End a number in force or a spare one, from the day of the decision, with its plates and certificates.

    Raises `NotFound`, `NotInForce`, `VersionConflict`, `DecisionInvalid`, `OutsideArea`.
    """
    row = lock_number(conn, number_id, by)
    require_version("house number", "số nhà", number_id, version, row.version)
    decision_id = record_decision(conn, signed, f"Thu hồi số {row.plate_text}", by)
    ended = close_numbers(conn, [row], signed, decision_id, reason)
    numbers_changed(conn, row.street_id, on=signed.decided_on, decision_id=decision_id, reason=reason)
    return Retired(row.plate_text, row.place_id, *ended)


def lock_number(conn: Connection, number_id: int, by: str) -> Any:
    """The row of a number that is open, its street locked. Raises `NotFound`, `NotInForce`, `OutsideArea`."""
    street_id = street_of_number(conn, number_id)
    areas.require_street(conn, by, street_id)
    lock_with_alleys(conn, street_id)
    row = conn.execute(select(house_numbers).where(house_numbers.c.id == number_id)).one()
    if row.valid_to is not None:
        raise NotInForce(row.plate_text, row.status)
    return row


def close_numbers(
    conn: Connection, rows: Sequence[Any], signed: SignedDecision, decision_id: int, reason: str,
    reasons: Mapping[int, str] | None = None,
) -> tuple[int, int]:  # fmt: skip
    """Close these open numbers; gives how many plates and certificates were withdrawn with them.

    `reasons` are those of single numbers, by their ids, and go before `reason`.

    What hung at their doors is no longer a fact of the ground, or the next numbering would take it up
    again. Raises `DecisionInvalid` for a decision that is older than a number.
    """
    for row in rows:
        if row.valid_from > signed.decided_on:
            raise DecisionInvalid(
                f"Number {row.plate_text} holds since {row.valid_from}; an older decision cannot end it.",
                f"Số {row.plate_text} có hiệu lực từ {row.valid_from:%d/%m/%Y}, sau ngày quyết định.",
            )
    ended: dict[str, list[int]] = {}
    for row in rows:
        ended.setdefault((reasons or {}).get(row.id, reason), []).append(row.id)
    counts = [_close(conn, ids, signed, decision_id, why) for why, ids in ended.items()]
    return sum(count for count, _ in counts), sum(count for _, count in counts)


def _close(
    conn: Connection, ids: list[int], signed: SignedDecision, decision_id: int, reason: str
) -> tuple[int, int]:  # fmt: skip
    """The numbers that end for one reason, with what hung at their doors."""
    conn.execute(
        update(house_numbers)
        .where(house_numbers.c.id.in_(ids))
        .values(
            valid_to=signed.decided_on, retired_reason=reason, closed_by_decision_id=decision_id,
            status=case((house_numbers.c.status == "in_force", "retired"), else_=house_numbers.c.status),
        )
    )  # fmt: skip
    conn.execute(
        update(entrances)
        .where(
            house_numbers.c.id.in_(ids), entrances.c.id == house_numbers.c.entrance_id,
            entrances.c.existing_number == house_numbers.c.plate_text,
        )
        .values(existing_number=None)
    )  # fmt: skip
    return _withdraw_with(conn, ids, signed, reason)


def _withdraw_with(conn: Connection, ids: list[int], signed: SignedDecision, reason: str) -> tuple[int, int]:
    gone = {"withdrawn_on": signed.decided_on, "withdrawn_reason": reason}
    of_plates = conn.execute(
        update(plates)
        .where(plates.c.house_number_id.in_(ids), plates.c.status != "withdrawn")
        .values(status="withdrawn", **gone)
    )
    of_certificates = conn.execute(
        update(number_certificates)
        .where(number_certificates.c.house_number_id.in_(ids), number_certificates.c.withdrawn_on.is_(None))
        .values(**gone)
    )
    return of_plates.rowcount, of_certificates.rowcount
