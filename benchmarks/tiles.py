"""Tiles drawn on demand, by function and over HTTP, against the same query as raw prepared SQL.

200,000 made-up plots in 60 zones (seeded), distinct tiles that hold data, no cache anywhere. The peer
is what the database alone can do: one prepared statement with z, x, y, the same attributes and the
same stored geometry, no order, no limit, no rights, no headers, fetched by as many connections. Both
sides take turns in slices, so that a busy machine slows both alike.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import psycopg
from psycopg.types.numeric import Int4

from benchmarks.harness import Row
from gis_service.database import Database, create_database, find_addresses
from gis_service.migrating import migrate
from gis_service.settings import CHECKOUT, Settings
from maps import catalog, tiles

SEED = 0.42
CONNECTIONS = 4
GOALS = {14: "ratio >= 0.9", 16: "ratio >= 0.7"}

_PEER = b"""SELECT ST_AsMVT(t, 'plots', 4096, 'geom', 'id') FROM (
  SELECT id, status, ST_AsMVTGeom(geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS geom
  FROM gis.plots WHERE published
   AND geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)) t"""

_FILL = """
SELECT setseed({seed});
INSERT INTO gis.zones (code, kind, status, name, source, geom)
SELECT 'B-' || i, 'KCN', 'operating', 'Zone ' || i, 'benchmark',
       ST_Multi(ST_MakeEnvelope(x, y, x + {side}, y + {side}, 9210))
FROM (SELECT i, 540000 + random() * 66000 AS x, 2292000 + random() * 50000 AS y FROM generate_series(1, 60) AS i) AS z;
INSERT INTO gis.plots (zone_id, code, status, land_use_code, area_m2, source, geom)
SELECT z.id, 'P' || k, (ARRAY['available', 'reserved', 'leased', 'planned'])[1 + floor(random() * 4)::int], 'SKK',
       w * h, 'benchmark', ST_MakePolygon(ST_MakeLine(ARRAY[ST_SetSRID(ST_MakePoint(x, y + 5), 9210),
           ST_SetSRID(ST_MakePoint(x, y + h - 5), 9210), ST_SetSRID(ST_MakePoint(x + 5, y + h), 9210),
           ST_SetSRID(ST_MakePoint(x + w - 5, y + h), 9210), ST_SetSRID(ST_MakePoint(x + w, y + h - 5), 9210),
           ST_SetSRID(ST_MakePoint(x + w, y + 5), 9210), ST_SetSRID(ST_MakePoint(x + w - 5, y), 9210),
           ST_SetSRID(ST_MakePoint(x + 5, y), 9210), ST_SetSRID(ST_MakePoint(x, y + 5), 9210)]))
FROM (SELECT id, ST_XMin(geom) + (k % n) * 70 AS x, ST_YMin(geom) + (k / n) * 70 AS y, k,
             35 + random() * 30 AS w, 35 + random() * 30 AS h
      FROM gis.zones, (SELECT ceil(sqrt({each}))::int AS n) AS s, generate_series(0, {each} - 1) AS k) AS z;
CLUSTER gis.plots USING ix_plots_geom_3857;
ANALYZE gis.zones; ANALYZE gis.plots;
"""

OWN_DATABASE = {
    "database_url": None, "staff_database_url": None, "public_database_url": None,
    "database_name": "bench_tiles", "log_level": "ERROR",
}  # fmt: skip
"""A database of its own in the embedded cluster, whatever the environment says: it is emptied and filled."""

Address = tuple[int, int, int]
Draw = Callable[[int, Address], Awaitable[int]]


def run(quick: bool) -> list[Row]:
    """Rows for z12, z14 and z16: the function, and the service over HTTP with one worker process."""
    plots, slices, slice_s = (20_000, 2, 0.5) if quick else (200_000, 6, 1.5)
    settings = Settings(**OWN_DATABASE)
    addresses = find_addresses(settings)
    create_database(addresses.owner, "bench_tiles")
    database = Database(settings, addresses)
    with database.owner.begin() as conn:
        migrate(conn, settings)
    _fill(addresses.owner, plots)
    rows = asyncio.run(_measure(settings, database, addresses.owner, slices, slice_s))
    database.dispose()
    return rows


def _fill(owner: str, plots: int) -> None:
    with psycopg.connect(owner, autocommit=True, options="-c search_path=gis,public") as conn:
        if conn.execute("SELECT count(*) FROM gis.plots").fetchone() == (plots // 60 * 60,):
            return
        conn.execute("TRUNCATE gis.plots, gis.zones CASCADE")
        each = plots // 60
        side = math.ceil(math.sqrt(each)) * 70 + 70
        for statement in _FILL.format(seed=SEED, each=each, side=side).split(";"):
            if statement.strip():
                conn.execute(statement.encode())


def _addresses(owner: str, z: int, count: int) -> list[Address]:
    """Distinct tiles that hold the middle of a plot, in an order that jumps about."""
    with psycopg.connect(owner) as conn:
        side = 40075016.68557849 / (1 << z)
        rows = conn.execute(
            "SELECT DISTINCT floor((ST_X(c) + 20037508.342789244) / %(side)s)::int,"
            " floor((20037508.342789244 - ST_Y(c)) / %(side)s)::int"
            " FROM (SELECT ST_Centroid(geom_3857) AS c FROM gis.plots) AS p ORDER BY 1, 2",
            {"side": side},
        ).fetchall()
    random.Random(z).shuffle(rows)
    return [(z, x, y) for x, y in rows[:count]]


async def _measure(settings: Settings, database: Database, owner: str, slices: int, slice_s: float) -> list[Row]:
    rows = []
    async with AsyncExitStack() as stack:
        await database.open_tile_pools()
        stack.push_async_callback(database.close)
        pool = database.tile_pool("public")
        raw = [await stack.enter_async_context(await psycopg.AsyncConnection.connect(owner, autocommit=True))
               for _ in range(CONNECTIONS)]  # fmt: skip
        for conn in raw:
            await conn.execute("SET jit = off")
        mine = [await stack.enter_async_context(pool.connection()) for _ in range(CONNECTIONS)]
        layer = (catalog.get("plots"),)

        async def by_function(slot: int, address: Address) -> int:
            return len((await tiles.render(mine[slot], layer, "public", *address)).body)

        async def by_sql(slot: int, address: Address) -> int:
            z, x, y = (Int4(part) for part in address)
            cursor = raw[slot].cursor(binary=True)
            await cursor.execute(_PEER, {"z": z, "x": x, "y": y}, prepare=True)
            row = await cursor.fetchone()
            return len(row[0]) if row else 0

        async with _Service(settings) as service:
            for z in (12, 14, 16):
                wanted = _addresses(owner, z, 2000)
                # Below z16 the layer draws no labels, so function and peer draw the same features.
                for name, draw in (("function", by_function), ("HTTP", service.fetch)):
                    ours, peer = await _take_turns(draw, by_sql, wanted, slices, slice_s)
                    note = f"{len(wanted)} distinct tiles, {CONNECTIONS} connections"
                    if z >= catalog.get("plots").label_min_zoom:
                        note += "; ours also draws a label for each plot"
                    goal = GOALS.get(z, "")
                    rows.append(Row(f"z{z} {name}", ours, "tiles/s", peer, "raw prepared SQL", goal, note))
            rows.append(await _unchanged(service, _addresses(owner, 14, 2000), slices * slice_s))
    return rows


async def _take_turns(
    ours: Draw, peer: Draw, wanted: list[Address], slices: int, slice_s: float
) -> tuple[float, float]:
    """Tiles a second of both, best slice of each, the sides alternating."""
    best = [0.0, 0.0]
    for turn in range(slices * 2):
        side = turn % 2
        best[side] = max(best[side], await _rate((ours, peer)[side], wanted, slice_s, turn))
    return best[0], best[1]


async def _rate(draw: Draw, wanted: list[Address], seconds: float, turn: int) -> float:
    done, until, begun = 0, time.perf_counter() + seconds, time.perf_counter()

    async def one(slot: int) -> None:
        nonlocal done
        at = slot + turn * 97
        while time.perf_counter() < until:
            await draw(slot, wanted[at % len(wanted)])
            at += CONNECTIONS
            done += 1

    await asyncio.gather(*(one(slot) for slot in range(CONNECTIONS)))
    return done / (time.perf_counter() - begun)


async def _unchanged(service: _Service, wanted: list[Address], seconds: float) -> Row:
    """How fast a client is told that nothing changed."""
    tags = {address: await service.tag(address) for address in wanted[:200]}

    async def ask(slot: int, address: Address) -> int:
        return await service.fetch(slot, address, tags[address], expect=304)

    rate = await _rate(ask, wanted[:200], seconds, 0)
    return Row(
        "z14 HTTP 304", rate, "answers/s", note="no peer: no statement is run; client and server share the machine"
    )


class _Service:
    """The service in a process of its own, and keep-alive connections to it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def __aenter__(self) -> _Service:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        code = (
            "import sys, uvicorn; from gis_service.app import create_app; from gis_service.settings import Settings;"
            f"uvicorn.run(create_app(Settings(**{OWN_DATABASE!r})), host='127.0.0.1',"
            f" port={self.port}, log_level='error', access_log=False, timeout_keep_alive=600)"
        )
        environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
        self.process = subprocess.Popen([sys.executable, "-c", code], cwd=CHECKOUT, env=environment)
        self.streams = [await self._connect() for _ in range(CONNECTIONS)]
        return self

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for _ in range(200):
            try:
                return await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                assert self.process.poll() is None, "the service did not start"
                await asyncio.sleep(0.1)
        raise TimeoutError("the service did not start in 20 s")

    async def __aexit__(self, *_: object) -> None:
        for _, writer in self.streams:
            writer.close()
        self.process.terminate()
        self.process.wait(10)

    async def fetch(self, slot: int, address: Address, tag: str = "", expect: int = 200) -> int:
        """Get one tile, uncompressed; returns the size of its body."""
        status, _, body = await self._get(slot, address, tag)
        if status not in (expect, 204):
            raise RuntimeError(f"{status} for {address}")
        return body

    async def tag(self, address: Address) -> str:
        """The ETag of one tile."""
        _, head, _ = await self._get(0, address, "")
        return next(line.split(": ", 1)[1] for line in head.split("\r\n") if line.lower().startswith("etag: "))

    async def _get(self, slot: int, address: Address, tag: str) -> tuple[int, str, int]:
        reader, writer = self.streams[slot]
        held = f"If-None-Match: {tag}\r\n" if tag else ""
        path = "/".join(map(str, address))
        writer.write(f"GET /tiles/plots/{path} HTTP/1.1\r\nHost: localhost\r\n{held}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = next((int(line[16:]) for line in head.split("\r\n") if line.lower().startswith("content-length: ")), 0)
        if length:
            await reader.readexactly(length)
        return int(head[9:12]), head, length
