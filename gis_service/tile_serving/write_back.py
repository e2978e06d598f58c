"""Tiles that were dear to draw go into the store behind the answer, never before it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg_pool import PoolTimeout

from gis_service.tile_serving.connections import TileConnections
from maps import tile_store
from maps.tile_store import Row

log = structlog.get_logger("gis.tiles")

AT_ONCE = 100
MOST_WAITING = 1000
"""More than this are forgotten: a tile that is not stored is drawn again."""
GATHER_S = 0.2


class WriteBack:
    """What waits to be stored. Failing to store is logged and harms nobody."""

    def __init__(self, connections: TileConnections) -> None:
        self._connections = connections
        self._waiting: deque[Row] = deque(maxlen=MOST_WAITING)

    def add(self, row: Row) -> None:
        """Store this soon."""
        self._waiting.append(row)

    async def run(self) -> None:
        """Store what waits, every moment, until cancelled."""
        while True:
            await asyncio.sleep(GATHER_S)
            while self._waiting:
                await self._write([self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))])

    async def _write(self, rows: list[Row]) -> None:
        async def write(conn: AsyncConnection[Any]) -> None:
            async with conn.transaction():
                await tile_store.keep(conn, rows)

        try:
            await self._connections.run(write)
        except (psycopg.Error, PoolTimeout, OSError) as error:
            log.warning("tiles_not_stored", tiles=len(rows), error=type(error).__name__)
