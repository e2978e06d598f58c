"""Deadlines in working days: Monday to Friday without the listed holidays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Column, Connection, Date, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from layers.schema import metadata

SATURDAY = 5

holidays = Table(
    "holidays",
    metadata,
    Column("day", Date, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("listed_by", Text, nullable=False),
    comment="Days off besides Saturdays and Sundays, as the government announces them each year.",
)


def after_working_days(start: date, days: int, free: Collection[date] = ()) -> date:
    """The day on which so many working days have passed; the day of `start` does not count."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day not in free:
            days -= 1
    return day


def deadline(conn: Connection, start: date, days: int) -> date:
    """The same with the holidays on record."""
    listed = conn.execute(
        select(holidays.c.day).where(holidays.c.day > start, holidays.c.day <= start + timedelta(days=3 * days + 60))
    )
    return after_working_days(start, days, set(listed.scalars()))


def list_holiday(conn: Connection, day: date, name: str, by: str) -> None:
    """Add a day off, or word its name anew."""
    conn.execute(
        insert(holidays)
        .values(day=day, name=name, listed_by=by)
        .on_conflict_do_update(index_elements=["day"], set_={"name": name, "listed_by": by})
    )


def holidays_of(conn: Connection, year: int) -> list[tuple[date, str]]:
    """The listed days off of a year, in order."""
    rows = conn.execute(
        select(holidays.c.day, holidays.c.name)
        .where(holidays.c.day >= date(year, 1, 1), holidays.c.day <= date(year, 12, 31))
        .order_by(holidays.c.day)
    )
    return [(row.day, row.name) for row in rows]
