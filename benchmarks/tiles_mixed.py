"""64 people at the map while somebody edits: how long a tile takes them, and when an edit is seen.

Each person has a connection, looks at 12 tiles, thinks, moves or zooms, and keeps what was answered, as a
browser does: a tile seen before is asked for with its tag. Meanwhile a plot changes its state twice a
second, for ours and for the peers alike. The probe of freshness holds several connections, so that it
meets every worker process, and asks without pause until all give another tag or body than before.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import psycopg

from benchmarks import tiles_peers
from benchmarks.harness import Row
from benchmarks.tiles_course import Course
from benchmarks.tiles_data import WORLD_M, Address, Ground, tiles_with_plots
from benchmarks.tiles_load import memory_mb
from benchmarks.tiles_peers import WORKERS, Missing, Server

PEOPLE, ACROSS, DOWN = 64, 4, 3
THINKS_S = 1.0
EDIT_EVERY_S = 0.5
ZOOMS = (11, 12, 13, 14, 15, 16)
PROBES = 8


@dataclass(slots=True)
class Visit:
    """What the people met."""

    took_ms: list[float] = field(default_factory=list)
    unchanged: int = 0
    failed: int = 0
    edits: int = 0
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds that `share` of the answers kept to."""
        ordered = sorted(self.took_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("inf")

    def told(self) -> str:
        """What else there is to say."""
        failed = f", {self.failed} failed" if self.failed else ""
        share = self.unchanged / max(1, len(self.took_ms))
        return f"{len(self.took_ms) / self.seconds:.0f} tiles/s, {share:.0%} not changed, {self.edits} edits{failed}"


class Connection:
    """One keep-alive connection that knows just enough HTTP."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def get(self, path: str, tag: str = "") -> tuple[int, str, bytes]:
        """Status, ETag (empty if there is none) and body."""
        held = f"If-None-Match: {tag}\r\n" if tag else ""
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{held}\r\n".encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        if fields.get("transfer-encoding") == "chunked":
            raise RuntimeError("a chunked answer")
        body = await self.reader.readexactly(int(fields.get("content-length", 0)))
        return int(head[0].split()[1]), fields.get("etag", ""), body


@asynccontextmanager
async def connect(port: int) -> AsyncIterator[Connection]:
    """A connection that is closed at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


def visit(server: Server, ground: Ground, seconds: float) -> Visit:
    """Let the people look around for so long."""
    seen = Visit()
    starts = [tiles_with_plots(ground.addresses.owner, z, 40) for z in ZOOMS]
    begun = time.perf_counter()
    asyncio.run(_everybody(server, ground, starts, seen, seconds))
    seen.seconds = time.perf_counter() - begun
    return seen


async def _everybody(server: Server, ground: Ground, starts: list[list[Address]], seen: Visit, seconds: float) -> None:
    until = time.perf_counter() + seconds
    people = [_person(server, starts, random.Random(number), seen, until) for number in range(PEOPLE)]
    await asyncio.gather(_editor(ground, seen, until), *people)


async def _person(server: Server, starts: list[list[Address]], dice: random.Random, seen: Visit, until: float) -> None:
    tags: dict[Address, str] = {}
    z, x, y = dice.choice(dice.choice(starts))
    await asyncio.sleep(dice.uniform(0, THINKS_S))
    async with connect(server.port) as line:
        while time.perf_counter() < until:
            for address in [(z, x + right, y + down) for down in range(DOWN) for right in range(ACROSS)]:
                begun = time.perf_counter()
                path = server.path.format(z=address[0], x=address[1], y=address[2])
                status, tag, _ = await line.get(path, tags.get(address, ""))
                seen.took_ms.append((time.perf_counter() - begun) * 1e3)
                seen.unchanged += status == 304
                seen.failed += status >= 400
                if tag:
                    tags[address] = tag
            await asyncio.sleep(dice.uniform(0.5, 1.5) * THINKS_S)
            z, x, y = _move(z, x, y, dice, starts)


def _move(z: int, x: int, y: int, dice: random.Random, starts: list[list[Address]]) -> Address:
    """Pan by a tile or two, zoom in or out, or now and then go elsewhere."""
    step = dice.random()
    if step < 0.6:
        return z, x + dice.randint(-2, 2), y + dice.randint(-2, 2)
    if step < 0.75 and z < ZOOMS[-1]:
        return z + 1, x * 2 + 2, y * 2 + 1
    if step < 0.9 and z > ZOOMS[0]:
        return z - 1, x // 2, y // 2
    return dice.choice(dice.choice(starts))


async def _editor(ground: Ground, seen: Visit, until: float) -> None:
    dice = random.Random(0)
    async with await psycopg.AsyncConnection.connect(ground.addresses.owner, autocommit=True) as conn:
        while time.perf_counter() < until:
            await conn.execute(_EDIT, {"nth": dice.random()})
            seen.edits += 1
            await asyncio.sleep(EDIT_EVERY_S)


_NEXT = "(ARRAY['available', 'reserved', 'leased', 'planned'])[1 + floor(random() * 4)::int]"
_PICK = "(SELECT min(id) + floor((max(id) - min(id)) * %(nth)s)::bigint FROM gis.plots)"
_EDIT = f"""
WITH ours AS (UPDATE gis.plots SET status = {_NEXT} WHERE id = {_PICK} RETURNING id, status)
UPDATE peer.plots p SET status = ours.status FROM ours WHERE p.id = ours.id"""


def delays(server: Server, ground: Ground, edits: int) -> list[float]:
    """Seconds from each commit until every connection got the new tile; an edit toggles one plot."""
    return asyncio.run(_delays(server, ground, edits))


async def _delays(server: Server, ground: Ground, edits: int) -> list[float]:
    found = []
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(connect(server.port)) for _ in range(PROBES)]
        conn = await stack.enter_async_context(
            await psycopg.AsyncConnection.connect(ground.addresses.owner, autocommit=True)
        )
        for nth in range(edits):
            cursor = await conn.execute(_PLACE, {"nth": (nth + 0.5) / edits, "side": WORLD_M / (1 << 16)})
            row = await cursor.fetchone()
            assert row is not None
            plot, x, y = row
            path = server.path.format(z=16, x=x, y=y)
            before = [await line.get(path) for line in lines]
            await conn.execute("UPDATE gis.plots SET status = CASE status WHEN 'leased' THEN 'available'"
                               " ELSE 'leased' END WHERE id = %s", (plot,))  # fmt: skip
            begun = time.perf_counter()
            for line, (_, _, body) in zip(lines, before, strict=True):
                while (await line.get(path))[2] == body:
                    if time.perf_counter() - begun > 30:
                        raise RuntimeError("an edit was not seen within 30 s")
            found.append(time.perf_counter() - begun)
    return found


def store_delays(ground: Ground, edits: int) -> list[float]:
    """Seconds from each commit until the worker has drawn every touched tile into the store again."""
    found = []
    with psycopg.connect(ground.addresses.owner, autocommit=True) as conn:
        _wait_for_store(conn)
        for nth in range(edits):
            conn.execute(_EDIT, {"nth": (nth + 0.5) / edits})
            begun = time.perf_counter()
            _wait_for_store(conn)
            found.append(time.perf_counter() - begun)
    return found


def _wait_for_store(conn: psycopg.Connection[tuple[object, ...]]) -> None:
    until = time.perf_counter() + 300
    while conn.execute(_BEHIND).fetchone() != (False,):
        if time.perf_counter() > until:
            raise RuntimeError("the store is not fresh after five minutes; does the worker seed?")
        time.sleep(0.02)


_BEHIND = """
SELECT (SELECT coalesce(min(version), -1) FROM gis.tile_seeds WHERE layer = 'plots')
       < (SELECT version FROM gis.tile_layers WHERE layer = 'plots')"""
_PLACE = """
SELECT id, floor((ST_X(ST_Centroid(geom_3857)) + 20037508.342789244) / %(side)s)::int,
       floor((20037508.342789244 - ST_Y(ST_Centroid(geom_3857))) / %(side)s)::int
FROM gis.plots WHERE id = (SELECT min(id) + floor((max(id) - min(id)) * %(nth)s)::bigint FROM gis.plots)"""


def rows(course: Course) -> list[Row]:
    """How long a tile takes 64 people, what memory that needs, and when an edit is seen."""
    seconds, ground = course.size.visit_s, course.ground
    with tiles_peers.ours(ground, memory=True, store=True, worker=True) as mine:
        visit(mine, ground, seconds / 4)  # the caches are as full as on any morning
        before = memory_mb(mine.process)
        ours = visit(mine, ground, seconds)
        after = memory_mb(mine.process)
        edits = 5 if seconds < 30 else 40
        waits, stored = delays(mine, ground, edits), store_delays(ground, edits // 4)
    found = []
    for name, start in (("Martin", tiles_peers.martin), ("tipg", tiles_peers.tipg)):
        with start(ground) as peer:
            theirs = visit(peer, ground, seconds) if isinstance(peer, Server) else peer
        found.append(_compare(ours, theirs, name))
    seen = f"median {statistics.median(waits):.2f} s of {len(waits)} edits, {PROBES} connections to {WORKERS} processes"
    stored_told = f"median {statistics.median(stored):.2f} s of {len(stored)} edits; both audiences, every zoom"
    held = f"{WORKERS} web processes and the worker; GIS_TILE_CACHE_MB bounds the tiles of each"
    return [
        *found,
        Row("edit to fresh tile, worst", max(waits), "s", goal="ours <= 1", note=seen),
        Row("edit to fresh store, worst", max(stored), "s", note=stored_told),
        Row("memory after the visit", after, "MB", before, "before it", "ratio <= 1.3", held),
    ]


def _compare(ours: Visit, theirs: Visit | Missing, name: str) -> Row:
    what = f"{PEOPLE} people and edits, p99"
    told = f"p50 {ours.percentile(0.5):.1f}, {ours.told()}"
    if isinstance(theirs, Missing):
        return Row(what, ours.percentile(0.99), "ms", None, name, "", theirs.reason)
    told += f"; {name}: p50 {theirs.percentile(0.5):.1f}, {theirs.told()}"
    return Row(what, ours.percentile(0.99), "ms", theirs.percentile(0.99), name, "", told)
