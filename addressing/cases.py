"""Requests of firms and citizens: a receipt, somebody who works on it, a deadline, a timeline nobody edits.

What is known about the applicant stays in private columns; the public asks for the state by receipt code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, column, insert, select, table, update

from addressing import areas
from addressing.areas import Whereabouts
from addressing.counters import next_number
from addressing.deciding import today
from addressing.errors import NotFound, StepNotPossible
from addressing.receipts import parse_receipt, receipt_code
from addressing.register_tables import case_events, cases
from addressing.versions import require_version
from addressing.working_days import deadline

SERIES = "HS"
WORKING_DAYS = 15
"""One public script quotes 15 working days for the circular; not verified (circular-08 § 12), so it can be set."""

OPEN_STATES = ("received", "assigned", "in_progress")
STEPS: Mapping[str, tuple[str, ...]] = {
    "assigned": ("received", "assigned", "in_progress"),
    "in_progress": ("assigned",),
    "answered": ("assigned", "in_progress"),
    "rejected": OPEN_STATES,
    "closed": ("answered", "rejected"),
    "received": ("answered", "rejected", "closed"),
}
"""State -> from which states it is reached; back to "received" is a reopening."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks. Private."""

    name: str
    phone: str | None = None
    email: str | None = None
    request_text: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One request as it stands. For staff."""

    id: int
    receipt: str
    kind: str
    state: str
    street_id: int | None
    place_id: str | None
    commune_code: str | None
    zone_id: int | None
    received_on: date
    due_on: date
    assigned_to: str | None
    answered_on: date | None
    answer_reference: str | None
    decision_id: int | None
    received_by: str
    applicant_name: str
    applicant_phone: str | None
    applicant_email: str | None
    request_text: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline."""

    at: datetime
    actor: str
    event: str
    note: str | None


def receive(
    conn: Connection, kind: str, applicant: Applicant, by: str, *, street_id: int | None = None,
    place_id: str | None = None, commune_code: str | None = None, working_days: int = WORKING_DAYS,
) -> Case:  # fmt: skip
    """Take down a request and give it a receipt number. It lies where its place or street lies.

    Raises `NotFound` for street or place, `OutsideArea`.
    """
    where = _whereabouts(conn, street_id, place_id, commune_code)
    areas.require(conn, by, where)
    received_on = today()
    code = receipt_code(SERIES, received_on.year, next_number(conn, "case", received_on.year))
    made = conn.execute(
        insert(cases)
        .values(
            receipt=code, kind=kind, state="received", street_id=street_id, place_id=place_id,
            commune_code=where.commune_code, zone_id=where.zone_id, received_on=received_on,
            due_on=deadline(conn, received_on, working_days), received_by=by, applicant_name=applicant.name,
            applicant_phone=applicant.phone, applicant_email=applicant.email, request_text=applicant.request_text,
        )
        .returning(cases.c.id)
    ).scalar_one()  # fmt: skip
    _note(conn, made, "received", by, None)
    return get_case(conn, made)


def assign(conn: Connection, case_id: int, to: str, by: str, *, version: int) -> Case:
    """Give it to somebody, who must be allowed to work there. Raises `OutsideArea` for either."""
    case = _lock(conn, case_id, "assigned", by, version)
    areas.require(conn, to, Whereabouts(case.commune_code, case.zone_id))
    return _step(conn, case_id, "assigned", by, to, assigned_to=to)


def start(conn: Connection, case_id: int, by: str, *, version: int) -> Case:
    """Work has begun."""
    _lock(conn, case_id, "in_progress", by, version)
    return _step(conn, case_id, "in_progress", by, None)


def answer(
    conn: Connection, case_id: int, reference: str, by: str, *, version: int, decision_id: int | None = None
) -> Case:
    """It is answered by the document of this number."""
    _lock(conn, case_id, "answered", by, version)
    return _step(
        conn, case_id, "answered", by, reference,
        answered_on=today(), answer_reference=reference, decision_id=decision_id,
    )  # fmt: skip


def reject(conn: Connection, case_id: int, reason: str, by: str, *, version: int) -> Case:
    """It is refused; the reason stands in the timeline."""
    _lock(conn, case_id, "rejected", by, version)
    return _step(conn, case_id, "rejected", by, reason)


def close(conn: Connection, case_id: int, by: str, *, version: int) -> Case:
    """The applicant has the answer."""
    _lock(conn, case_id, "closed", by, version)
    return _step(conn, case_id, "closed", by, None)


def reopen(conn: Connection, case_id: int, reason: str, by: str, *, version: int) -> Case:
    """Work on it again, with a new deadline."""
    _lock(conn, case_id, "received", by, version)
    return _step(
        conn, case_id, "received", by, reason, event="reopened", assigned_to=None, answered_on=None,
        answer_reference=None, due_on=deadline(conn, today(), WORKING_DAYS),
    )  # fmt: skip


def add_note(conn: Connection, case_id: int, note: str, by: str) -> Case:
    """Write a line into the timeline."""
    case = get_case(conn, case_id)
    areas.require(conn, by, Whereabouts(case.commune_code, case.zone_id))
    _note(conn, case_id, "note", by, note)
    return case


def get_case(conn: Connection, case_id: int) -> Case:
    """One case. Raises `NotFound`."""
    row = conn.execute(_CASES.where(cases.c.id == case_id)).first()
    if row is None:
        raise NotFound("case", "hồ sơ", case_id)
    return Case(*row)


def timeline(conn: Connection, case_id: int) -> list[Event]:
    """Everything that happened, in order."""
    rows = conn.execute(
        select(case_events.c.at, case_events.c.actor, case_events.c.event, case_events.c.note)
        .where(case_events.c.case_id == case_id)
        .order_by(case_events.c.id)
    )
    return [Event(*row) for row in rows]


def list_cases(
    conn: Connection, by: str, *, state: str | None = None, assigned_to: str | None = None, limit: int = 100,
    after_id: int | None = None, is_open: bool = False, overdue: bool = False,
) -> list[Case]:  # fmt: skip
    """Cases within the areas of the asker, the newest first; go on with the id of the last one.

    `is_open` leaves those that nobody has answered or refused, `overdue` those of them past their last day.
    """
    query = areas.limit(conn, by, _CASES, commune_code=cases.c.commune_code, zone_id=cases.c.zone_id)
    if state is not None:
        query = query.where(cases.c.state == state)
    if assigned_to is not None:
        query = query.where(cases.c.assigned_to == assigned_to)
    if is_open or overdue:
        query = query.where(cases.c.state.in_(OPEN_STATES))
    if overdue:
        query = query.where(cases.c.due_on < today())
    if after_id is not None:
        query = query.where(cases.c.id < after_id)
    return [Case(*row) for row in conn.execute(query.order_by(cases.c.id.desc()).limit(limit))]


def reminders(conn: Connection, by: str, *, on: date | None = None, within_days: int = 2) -> list[Case]:
    """Open cases that are overdue or due within so many days, the most urgent first."""
    day = on or today()
    query = areas.limit(conn, by, _CASES, commune_code=cases.c.commune_code, zone_id=cases.c.zone_id)
    query = query.where(cases.c.state.in_(OPEN_STATES), cases.c.due_on <= day + timedelta(days=within_days))
    return [Case(*row) for row in conn.execute(query.order_by(cases.c.due_on, cases.c.id))]


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """How far a case has come, without anything about persons."""

    receipt: str
    kind: str
    state: str
    received_on: date
    due_on: date
    answered_on: date | None
    answer_reference: str | None


def public_status(conn: Connection, typed: str) -> PublicStatus:
    """The state of a case by its receipt code, for anybody who holds it.

    Raises `InvalidIdentifier` for a misspelt code and `NotFound` for one that was not given.
    """
    code = parse_receipt(SERIES, typed)
    row = conn.execute(select(*_STATUS.c).where(_STATUS.c.receipt == code)).first()
    if row is None:
        raise NotFound("case", "hồ sơ", code)
    return PublicStatus(*row)


def _whereabouts(
    conn: Connection, street_id: int | None, place_id: str | None, commune_code: str | None
) -> Whereabouts:
    if place_id is not None:
        return areas.of_place(conn, place_id)
    if street_id is not None:
        return areas.of_street(conn, street_id)
    return Whereabouts(commune_code, None)


def _lock(conn: Connection, case_id: int, step: str, by: str, version: int) -> Case:
    conn.execute(select(cases.c.id).where(cases.c.id == case_id).with_for_update())
    case = get_case(conn, case_id)
    areas.require(conn, by, Whereabouts(case.commune_code, case.zone_id))
    require_version("case", "hồ sơ", case_id, version, case.version, case)
    if case.state not in STEPS[step]:
        raise StepNotPossible(
            "case", "hồ sơ", case.receipt, step, f"it is '{case.state}'", f"hồ sơ đang '{case.state}'"
        )
    return case


def _step(
    conn: Connection, case_id: int, state: str, by: str, note: str | None, *, event: str | None = None, **values: Any
) -> Case:
    conn.execute(update(cases).where(cases.c.id == case_id).values(state=state, **values))
    _note(conn, case_id, event or state, by, note)
    return get_case(conn, case_id)


def _note(conn: Connection, case_id: int, event: str, by: str, note: str | None) -> None:
    conn.execute(insert(case_events).values(case_id=case_id, actor=by, event=event, note=note))


_CASES = select(*(cases.c[name] for name in Case.__slots__))
_STATUS: Any = table("case_status", *(column(name) for name in PublicStatus.__slots__), schema="open")
