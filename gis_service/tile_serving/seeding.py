"""Keeps the tile store full: a task of the worker that listens for changes, and a job for the impatient.

Changes that come close together are drawn in one round. However many workers there are, one draws;
the others find the lock taken and look again later.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection
from sqlalchemy import Connection

from gis_service.database import Audience, Database
from maps import catalog, freshness, tile_seeding, tiles
from maps.catalog import Layer
from maps.tile_seeding import Due

log = structlog.get_logger("gis.tiles")

_LOCK = 0x6769735F736565  # "gis_see": one seeder at a time
_NAME = "gis-tiles-seeder"
AUDIENCES: tuple[Audience, ...] = ("public", "staff")
GATHER_S = 0.1
"""How long to wait for more of what belongs together."""
LOOK_EVERY_S = 30.0
"""Without a change: a new day, a lock that is free by now, a round that failed."""


@dataclass(slots=True)
class Report:
    """What a round did."""

    tiles: int = 0
    """Tiles drawn, empty ones too."""
    zooms: int = 0
    """Zooms of layers brought up to date, each audience counted."""
    whole: int = 0
    """Those of them that were drawn as a whole."""
    seconds: float = 0.0
    busy: bool = False
    """Another process was at it; nothing was done."""
    failed: list[str] = field(default_factory=list)
    """Zooms that could not be drawn, as layer/zoom/audience."""

    def as_dict(self) -> dict[str, Any]:
        """For the report of a job."""
        return {
            "tiles": self.tiles, "zooms": self.zooms, "whole": self.whole, "seconds": round(self.seconds, 2),
            "busy": self.busy, "failed": self.failed,
        }  # fmt: skip


async def seed_round(
    database: Database,
    only: tuple[Layer, ...] = catalog.LAYERS,
    told: Callable[[int, int | None], None] = lambda done, total: None,
) -> Report:
    """Draw everything that is due now. `told` hears (tiles drawn, None) as it goes on."""
    begun, report = time.perf_counter(), Report()
    async with AsyncExitStack() as stack:
        writing = await _connect(stack, database, "staff")
        cursor = await writing.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,))
        if (await cursor.fetchone() or (False,)) == (False,):
            report.busy = True
            return report

        async def tell(drawn: int) -> None:
            report.tiles += drawn
            told(report.tiles, None)

        state = await freshness.read(writing)
        for audience in AUDIENCES:
            work = tile_seeding.due(state, audience, only)
            drawing = await _connect(stack, database, audience) if work else writing
            reach: dict[str, dict[int, list[tile_seeding.Column]]] = {}
            for one in work:
                if one.dirty is None and one.layer.name not in reach:
                    reach[one.layer.name] = await tile_seeding.candidates(drawing, one.layer, audience)
                columns = reach[one.layer.name][one.z] if one.dirty is None else list(one.dirty)
                try:
                    await tile_seeding.seed(drawing, writing, state, audience, one, columns, tell)
                except psycopg.errors.QueryCanceled:  # too dear to draw ahead; the other zooms are not
                    report.failed.append(f"{one.layer.name}/{one.z}/{audience}")
                    continue
                _count(report, one)
    report.seconds = time.perf_counter() - begun
    return report


def _count(report: Report, one: Due) -> None:
    report.zooms += 1
    report.whole += one.dirty is None


async def _connect(stack: AsyncExitStack, database: Database, audience: Audience) -> AsyncConnection[Any]:
    address = database.tile_conninfo(audience, name=_NAME)
    conn = await stack.enter_async_context(await AsyncConnection.connect(address, autocommit=True))
    await conn.execute("SET statement_timeout = '60s'")  # a statement draws many tiles here
    return conn


async def keep_seeding(database: Database) -> None:
    """Seed whenever tiles change, until cancelled. A fault ends a round, never the task."""
    if not database.settings.tile_store:
        return
    while True:
        try:
            address = database.tile_conninfo("public", name="gis-tiles-listener")
            async with await AsyncConnection.connect(address, autocommit=True) as listener:
                await listener.execute(f"LISTEN {freshness.CHANNEL}")
                while True:
                    report = await seed_round(database)
                    if report.tiles or report.failed:
                        log.info("tiles_seeded", **report.as_dict())
                    await _wait(listener)
        except (psycopg.Error, OSError) as error:
            log.warning("tile_seeding_failed", error=type(error).__name__, detail=str(error)[:200])
            await asyncio.sleep(1.0)


async def _wait(listener: AsyncConnection[Any]) -> None:
    heard = [note async for note in listener.notifies(timeout=LOOK_EVERY_S, stop_after=1)]
    if heard:
        await asyncio.sleep(GATHER_S)
        async for _ in listener.notifies(timeout=0):
            pass  # all that came meanwhile is in the same round


def run_job(conn: Connection, arguments: dict[str, Any], progress: Any) -> dict[str, Any]:
    """The job `tiles_seed`: one round. `arguments`: layers, names separated by commas; all without it."""
    named = arguments.get("layers")
    only = tiles.parse_layers(named) if named else catalog.LAYERS
    return asyncio.run(seed_round(progress.database, only, progress)).as_dict()
