"""One prepared statement on an asynchronous connection, with as little Python around it as may be.

A cursor of psycopg takes a lock, adapts each value, reads each type and wakes up several times: some
50 microseconds, a third of what a small tile costs outside the database. Here a statement is prepared once for a
connection, values go out as text, results come as bytes, and the event loop is asked once.

Meant for statements of a few values whose types are known. The connection must be in autocommit mode and
lent to one task at a time. A task that is cancelled cancels its statement in the database.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection, errors, pq

INT4, TEXT, DATE = 23, 25, 1082
"""OIDs of the types of parameters."""

Values = Mapping[str, tuple[int, bytes | None]]
"""Name of a parameter -> OID of its type, and its value as text; None is NULL."""
CANCEL_S = 5.0
"""How long a cancelled statement may take to end before its connection is given up."""

_PLACEHOLDER = re.compile(rb"%\((\w+)\)s|%%")
_READ, _WRITTEN = pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK


class _Statements:
    """What is prepared on one connection."""

    def __init__(self) -> None:
        self.by_text: dict[tuple[bytes, tuple[int, ...]], tuple[bytes, tuple[str, ...]]] = {}
        self.made = 0


_prepared: WeakKeyDictionary[AsyncConnection[Any], _Statements] = WeakKeyDictionary()


async def fetch(conn: AsyncConnection[Any], statement: bytes, values: Values) -> list[tuple[bytes | None, ...]]:
    """All rows, each value in PostgreSQL's binary form; integers are big-endian, bytea and text are as they are.

    `statement` names its parameters `%(name)s` as everywhere; `values` maps each name to the OID of its
    type and its text form. Raises the errors of psycopg; `conn.closed` then tells whether it is still good.
    """
    known = _prepared.get(conn)
    if known is None:
        known = _prepared[conn] = _Statements()
    key = statement, tuple(oid for oid, _ in values.values())
    found = known.by_text.get(key)
    if found is None:
        found = known.by_text[key] = await _prepare(conn, known, statement, values)
    name, order = found
    pgconn = conn.pgconn
    try:
        if pgconn.status != pq.ConnStatus.OK:
            raise errors.OperationalError("the connection is closed")
        pgconn.send_query_prepared(name, [values[one][1] for one in order], None, 1)
        return await _answer(conn)
    except errors.Error:
        known.by_text.pop(key, None)  # the fault may be the plan: prepared anew next time
        raise


async def _prepare(
    conn: AsyncConnection[Any], known: _Statements, statement: bytes, values: Values
) -> tuple[bytes, tuple[str, ...]]:
    order: list[str] = []

    def numbered(match: re.Match[bytes]) -> bytes:
        if match[1] is None:
            return b"%"
        name = match[1].decode()
        if name not in order:
            order.append(name)
        return b"$%d" % (order.index(name) + 1)

    text = _PLACEHOLDER.sub(numbered, statement)
    known.made += 1
    name = b"quick_%d" % known.made
    if conn.pgconn.status != pq.ConnStatus.OK:
        raise errors.OperationalError("the connection is closed")
    conn.pgconn.send_prepare(name, text, [values[one][0] for one in order])
    await _answer(conn)
    return name, tuple(order)


async def _answer(conn: AsyncConnection[Any]) -> list[tuple[bytes | None, ...]]:
    """The rows of what was sent; cancelled, it cancels the statement."""
    try:
        return _rows(await _result(conn.pgconn), conn)
    except asyncio.CancelledError:
        await _give_up(conn)
        raise


async def _result(pgconn: pq.abc.PGconn) -> pq.abc.PGresult:
    """The one result of what was sent, read to its end."""
    while pgconn.flush():  # a statement of a few values fits the buffer of the socket
        await asyncio.sleep(0)
    result = None
    while True:
        if pgconn.is_busy():
            await _readable(pgconn)
        following = pgconn.get_result()
        if following is None:
            break
        result = result or following
    if result is None:
        raise errors.OperationalError("the server gave no result")
    return result


async def _readable(pgconn: pq.abc.PGconn) -> None:
    """Wait until a result is there to be taken without waiting."""
    loop, socket = asyncio.get_running_loop(), pgconn.socket
    here: asyncio.Future[None] = loop.create_future()

    def read() -> None:
        try:
            pgconn.consume_input()
        except errors.Error as error:
            loop.remove_reader(socket)  # else it would be called again and again until the waiting task runs
            if not here.done():
                here.set_exception(error)
        else:
            if not pgconn.is_busy() and not here.done():
                here.set_result(None)

    loop.add_reader(socket, read)
    try:
        await here
    finally:
        loop.remove_reader(socket)


def _rows(result: pq.abc.PGresult, conn: AsyncConnection[Any]) -> list[tuple[bytes | None, ...]]:
    if result.status == _READ:
        columns = range(result.nfields)
        if result.ntuples == 1:
            return [tuple([result.get_value(0, column) for column in columns])]
        return [tuple(result.get_value(row, column) for column in columns) for row in range(result.ntuples)]
    if result.status == _WRITTEN:
        return []
    raise errors.error_from_result(result, encoding=conn.info.encoding)


async def _give_up(conn: AsyncConnection[Any]) -> None:
    """Cancel what runs; a connection on which that does not succeed in time is closed."""
    try:
        async with asyncio.timeout(CANCEL_S):
            if conn.pgconn.transaction_status == pq.TransactionStatus.ACTIVE:
                await conn.cancel_safe(timeout=CANCEL_S)
                await _result(conn.pgconn)
    except (errors.Error, TimeoutError, asyncio.CancelledError):
        conn.pgconn.finish()
