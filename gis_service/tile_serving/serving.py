"""What the tiles of one process need: the service, who asks, and the connection that listens."""

from __future__ import annotations

import asyncio
import contextlib

import psycopg
import structlog
from psycopg import AsyncConnection

from gis_service.database import Database
from gis_service.identity import access_tokens, sessions
from gis_service.identity.errors import TokenRefused
from gis_service.identity.model import PUBLIC, Identity
from gis_service.tile_serving import identities
from gis_service.tile_serving.identities import Identities
from gis_service.tile_serving.service import TileService

log = structlog.get_logger("gis.tiles")

RECONNECT_S = 0.2


class Serving:
    """Opened when the application starts, closed when it ends."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.service = TileService(database)
        self.identities = Identities(self._look_up)
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to follow changes. A database that is not there yet is waited for."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self.service.write_back.run())]

    async def close(self) -> None:
        """Stop listening and end every connection."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.service.close()

    def _look_up(self, token: str) -> Identity:
        with self._database.staff.begin() as conn:
            if token.startswith(identities.BEARER):
                known = access_tokens.identify(conn, token.removeprefix(identities.BEARER))
                if known is None:
                    raise TokenRefused()  # the application behind counts it and words it
                return known
            return sessions.identify(conn, token, self._database.settings) or PUBLIC

    async def _listen(self) -> None:
        address = self._database.tile_conninfo("public", name="gis-tiles-listener")
        while True:
            try:
                async with await AsyncConnection.connect(address, autocommit=True) as conn:
                    await conn.execute(f"LISTEN {identities.CHANNEL}")
                    self.identities.forget()  # what was told meanwhile went unheard
                    await self.service.freshness.watch(conn, self._told)
            except (psycopg.Error, OSError) as error:
                log.warning("tile_listener_lost", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_S)

    def _told(self, channel: str) -> None:
        if channel == identities.CHANNEL:
            self.identities.forget()
