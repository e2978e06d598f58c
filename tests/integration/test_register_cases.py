"""Requests about numbers: receipt, deadlines, timeline, answer, on a real PostGIS."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from addressing import (
    cases,
)
from addressing.counters import next_number
from addressing.deciding import today
from addressing.errors import (
    InvalidIdentifier,
    StepNotPossible,
)
from addressing.working_days import after_working_days, deadline, list_holiday
from tests.integration.register_ground import numbered_street


def test_a_case_from_receipt_to_answer(conn: Connection) -> None:
    street_id = numbered_street(conn)
    case = cases.receive(conn, "new_number", cases.Applicant("Nguyễn A", "0912"), "an", street_id=street_id)
    assert case.due_on == deadline(conn, today(), 15)
    case = cases.assign(conn, case.id, "chi", "binh", version=case.version)
    case = cases.start(conn, case.id, "chi", version=case.version)
    case = cases.answer(conn, case.id, "45/UBND-XD", "chi", version=case.version)
    case = cases.close(conn, case.id, "chi", version=case.version)
    assert [(event.event, event.actor) for event in cases.timeline(conn, case.id)] == [
        ("received", "an"), ("assigned", "binh"), ("in_progress", "chi"), ("answered", "chi"), ("closed", "chi"),
    ]  # fmt: skip
    with pytest.raises(StepNotPossible):
        cases.start(conn, case.id, "chi", version=case.version)
    assert cases.reopen(conn, case.id, "sai số", "an", version=case.version).state == "received"


def test_nobody_edits_a_timeline(conn: Connection) -> None:
    case = cases.receive(conn, "change", cases.Applicant("A"), "an")
    cases.add_note(conn, case.id, "đã gọi điện", "an")
    for statement in ("UPDATE gis.case_events SET note = 'x'", "DELETE FROM gis.case_events", "DELETE FROM gis.cases"):
        with pytest.raises(DBAPIError, match="kept for ever"), conn.begin_nested():
            conn.execute(text(statement))


def test_the_public_sees_how_far_a_case_is_and_nothing_about_persons(conn: Connection) -> None:
    case = cases.receive(conn, "reissue", cases.Applicant("MARK-NAME", "MARK-PHONE", "MARK@x", "MARK-TEXT"), "an")
    conn.execute(text("SET LOCAL ROLE gis_public"))
    status = cases.public_status(conn, case.receipt.lower().replace("-", ""))
    assert (status.receipt, status.state, status.due_on) == (case.receipt, "received", case.due_on)
    assert "MARK" not in repr(status)
    wrong = case.receipt[:-1] + ("A" if case.receipt[-1] != "A" else "B")
    with pytest.raises(InvalidIdentifier):
        cases.public_status(conn, wrong)
    with pytest.raises(InvalidIdentifier):
        cases.public_status(conn, "HS-2026-x")


def test_reminders_list_what_is_overdue_or_due_soon(conn: Connection) -> None:
    made = {days: cases.receive(conn, "change", cases.Applicant("A"), "an", working_days=days) for days in (1, 3, 30)}
    due = {days: case.due_on for days, case in made.items()}
    listed = cases.reminders(conn, "an", on=due[3] - timedelta(days=1), within_days=1)
    assert [case.id for case in listed] == [made[1].id, made[3].id]
    cases.reject(conn, made[1].id, "thiếu giấy tờ", "an", version=1)
    assert [case.id for case in cases.reminders(conn, "an", on=due[3])] == [made[3].id]


def test_deadlines_step_over_weekends_and_holidays(conn: Connection) -> None:
    thursday = date(2026, 9, 3)
    assert after_working_days(date(2026, 8, 31), 3) == thursday
    assert after_working_days(date(2026, 8, 31), 5) == date(2026, 9, 7)
    list_holiday(conn, date(2026, 9, 1), "Quốc khánh", "binh")
    list_holiday(conn, date(2026, 9, 2), "Quốc khánh", "binh")
    assert deadline(conn, date(2026, 8, 31), 3) == date(2026, 9, 7)


def test_numbers_of_receipts_begin_anew_each_year(conn: Connection) -> None:
    assert [next_number(conn, "case", 2031), next_number(conn, "case", 2031), next_number(conn, "case", 2032)] == [
        1,
        2,
        1,
    ]
