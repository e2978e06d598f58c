"""Connections for tiles, lent without a round trip and given up without asking.

The pool of psycopg takes locks and keeps statistics for each loan, about a tenth of the time of a
small tile; these are a stack and a queue. Whether a connection lives is found out by using it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from psycopg import AsyncConnection, OperationalError
from psycopg_pool import PoolTimeout

T = TypeVar("T")


class TileConnections:
    """Up to `size` connections of one database role, opened when they are first needed."""

    def __init__(self, conninfo: str, *, size: int, wait_s: float) -> None:
        self._conninfo, self._size, self._wait_s = conninfo, size, wait_s
        self._idle: list[AsyncConnection[Any]] = []
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._lent = 0
        self._closed = False

    async def run(self, work: Callable[[AsyncConnection[Any]], Awaitable[T]]) -> T:
        """Do reading work on a connection; once more on a new one when the connection turns out to be dead.

        Cancelling the caller cancels the statement in the database too.
        """
        try:
            return await self._once(work)
        except OperationalError as error:
            if not getattr(error, "connection_was_dead", False):
                raise
        await self._drop_idle()  # the server was restarted: the others are as dead
        return await self._once(work)

    async def _once(self, work: Callable[[AsyncConnection[Any]], Awaitable[T]]) -> T:
        if self._lent >= self._size:
            await self._wait_for_turn()
        self._lent += 1
        conn: AsyncConnection[Any] | None = None
        try:
            conn = self._idle.pop() if self._idle else await AsyncConnection.connect(self._conninfo, autocommit=True)
            return await work(conn)
        except OperationalError as error:
            error.connection_was_dead = conn is not None and conn.closed  # type: ignore[attr-defined]
            raise
        finally:
            self._lent -= 1
            if conn is not None:
                await self._take_back(conn)
            self._wake_next()

    async def _wait_for_turn(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await asyncio.wait_for(turn, self._wait_s)
        except TimeoutError:
            raise PoolTimeout(f"no connection for tiles within {self._wait_s:g} s") from None

    def _wake_next(self) -> None:
        while self._waiting and self._lent < self._size:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    async def _take_back(self, conn: AsyncConnection[Any]) -> None:
        if self._closed or conn.closed or conn.pgconn.transaction_status != 0:  # 0: idle, outside a transaction
            await conn.close()
        else:
            self._idle.append(conn)

    async def _drop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for conn in idle:
            await conn.close()

    async def close(self) -> None:
        """End every connection; those that are lent end when they come back."""
        self._closed = True
        await self._drop_idle()
