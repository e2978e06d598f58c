"""Statements through libpq's own calls: the same answers as a cursor gives, and the same care."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection, errors

from gis_service.database import Database
from maps.quick_query import DATE, INT4, TEXT, fetch

Z, X = (INT4, b"7"), (INT4, b"5")


def with_connection(database: Database, work: Callable[[AsyncConnection[Any]], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with await AsyncConnection.connect(database.addresses.owner, autocommit=True) as conn:
            return await work(conn)

    return asyncio.run(main())


def test_rows_come_in_binary_with_parameters_wherever_they_are_named(database: Database) -> None:
    async def work(conn: AsyncConnection[Any]) -> Any:
        sql = (
            b"SELECT %(z)s - %(x)s, %(x)s, 'a%%'::text, NULL::text, '\\x0001ff'::bytea"
            b" FROM generate_series(1, %(z)s - 5)"
        )
        return await fetch(conn, sql, {"x": X, "z": Z})

    row = (b"\0\0\0\2", b"\0\0\0\5", b"a%", None, b"\0\1\xff")
    assert with_connection(database, work) == [row, row]


def test_a_statement_is_prepared_once_for_a_connection_and_a_set_of_types(database: Database) -> None:
    async def work(conn: AsyncConnection[Any]) -> Any:
        for _ in range(3):
            await fetch(conn, b"SELECT %(z)s::text", {"z": Z})
        await fetch(conn, b"SELECT %(z)s::text", {"z": (TEXT, b"seven")})
        cursor = await conn.execute("SELECT count(*) FROM pg_prepared_statements")
        return await cursor.fetchone()

    assert with_connection(database, work) == (2,)


def test_dates_and_null_are_values(database: Database) -> None:
    async def work(conn: AsyncConnection[Any]) -> Any:
        sql = b"SELECT (%(day)s + 1)::text, %(none)s IS NULL"
        return await fetch(conn, sql, {"day": (DATE, b"2026-02-28"), "none": (TEXT, None)})

    assert with_connection(database, work) == [(b"2026-03-01", b"\1")]


def test_a_large_answer_arrives_whole(database: Database) -> None:
    async def work(conn: AsyncConnection[Any]) -> Any:
        return await fetch(conn, b"SELECT repeat('x', 5000000 + %(x)s)::bytea", {"x": X})

    assert len(with_connection(database, work)[0][0]) == 5_000_005


def test_an_error_names_its_class_and_leaves_the_connection_good(database: Database) -> None:
    async def work(conn: AsyncConnection[Any]) -> Any:
        with pytest.raises(errors.DivisionByZero):
            await fetch(conn, b"SELECT 1 / (%(x)s - 5)", {"x": X})
        with pytest.raises(errors.UndefinedTable):
            await fetch(conn, b"SELECT * FROM nowhere WHERE id = %(x)s", {"x": X})
        return await fetch(conn, b"SELECT 1 / (%(x)s - 4)", {"x": X})

    assert with_connection(database, work) == [(b"\0\0\0\1",)]


def test_a_plan_that_no_longer_fits_is_made_anew(database: Database) -> None:
    async def work(conn: AsyncConnection[Any]) -> Any:
        sql = b"SELECT * FROM pg_temp.changing WHERE a = %(x)s"
        await conn.execute("CREATE TEMP TABLE changing AS SELECT 5 AS a")
        await fetch(conn, sql, {"x": X})
        await conn.execute("ALTER TABLE changing ADD b integer DEFAULT 6")
        with pytest.raises(errors.FeatureNotSupported):  # cached plan must not change result type
            await fetch(conn, sql, {"x": X})
        return await fetch(conn, sql, {"x": X})

    assert with_connection(database, work) == [(b"\0\0\0\5", b"\0\0\0\6")]


def test_a_cancelled_task_cancels_its_statement_and_the_connection_goes_on(database: Database) -> None:
    async def work(conn: AsyncConnection[Any]) -> Any:
        task = asyncio.create_task(fetch(conn, b"SELECT pg_sleep(%(x)s * 12)", {"x": X}))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return conn.closed, await fetch(conn, b"SELECT %(x)s", {"x": X})

    begun = time.monotonic()
    assert with_connection(database, work) == (False, [(b"\0\0\0\5",)])
    assert time.monotonic() - begun < 30  # not the minute that the statement would sleep


def test_a_connection_that_the_server_ended_says_so(database: Database) -> None:
    async def work(conn: AsyncConnection[Any]) -> Any:
        await fetch(conn, b"SELECT %(x)s", {"x": X})
        with psycopg.connect(database.addresses.owner, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (conn.info.backend_pid,))
        with pytest.raises(errors.OperationalError):
            await fetch(conn, b"SELECT %(x)s", {"x": X})
        assert conn.closed
        with pytest.raises(errors.OperationalError):
            await fetch(conn, b"SELECT %(x)s", {"x": X})
        return True

    assert with_connection(database, work)
