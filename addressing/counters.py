"""Numbers that two clerks can never get twice: one row per series and year, counted up under its lock."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Connection, Integer, Table, Text
from sqlalchemy.dialects.postgresql import insert

from layers.schema import metadata

counters = Table(
    "counters",
    metadata,
    Column("series", Text, primary_key=True, comment="case, plate or certificate."),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False, comment="The last number given; the next is one higher."),
    CheckConstraint("last > 0", name="last_positive"),
    comment="Running numbers by year. Counted up, never counted.",
)


def next_number(conn: Connection, series: str, year: int) -> int:
    """The next number of a series in a year, from 1.

    Whoever asks next waits until this transaction ends; when it fails, the number is given again,
    so there are neither doubles nor gaps.
    """
    return next_numbers(conn, series, year, 1)[0]


def next_numbers(conn: Connection, series: str, year: int, count: int) -> range:
    """The same for several at once, at least one: they follow one another."""
    statement = (
        insert(counters)
        .values(series=series, year=year, last=count)
        .on_conflict_do_update(index_elements=["series", "year"], set_={"last": counters.c.last + count})
        .returning(counters.c.last)
    )
    last = int(conn.execute(statement).scalar_one())
    return range(last - count + 1, last + 1)
