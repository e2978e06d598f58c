"""The papers by which numbers begin and end, written down once each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from addressing.errors import DecisionInvalid
from addressing.register import decisions

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class SignedDecision:
    """A paper that was signed: number, day and body."""

    number: str
    decided_on: date
    issuing_body: str


def today() -> date:
    """The calendar day in Vietnam, which is the one that law and decisions mean."""
    return datetime.now(HERE).date()


def record_decision(conn: Connection, signed: SignedDecision, subject: str, by: str) -> int:
    """The id of this paper on record, written down now if it is new. Raises `DecisionInvalid`."""
    number, body = signed.number.strip(), signed.issuing_body.strip()
    if not number or not body:
        raise DecisionInvalid(
            "A decision has a number and an issuing body.", "Quyết định phải có số và cơ quan ban hành."
        )
    if signed.decided_on > today():
        raise DecisionInvalid(
            f"The decision is dated {signed.decided_on}, which is in the future.",
            f"Ngày quyết định {signed.decided_on:%d/%m/%Y} ở tương lai.",
        )
    conn.execute(
        insert(decisions)
        .values(number=number, decided_on=signed.decided_on, issuing_body=body, recorded_by=by, subject=subject)
        .on_conflict_do_nothing(index_elements=["issuing_body", "number"])
    )
    known = conn.execute(
        select(decisions.c.id, decisions.c.decided_on).where(
            decisions.c.number == number, decisions.c.issuing_body == body
        )
    ).one()
    if known.decided_on != signed.decided_on:
        raise DecisionInvalid(
            f"Decision {number} of {body} is on record with the date {known.decided_on}.",
            f"Quyết định {number} của {body} đã lưu với ngày {known.decided_on:%d/%m/%Y}.",
        )
    return int(known.id)
