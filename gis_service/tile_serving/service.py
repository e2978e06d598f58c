"""One tile, from where it is quickest to be had: memory, the store, or the database.

The tag of a tile is known before any of that, so whoever holds it is told so at no cost.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from psycopg import AsyncConnection

from gis_service.database import Audience, Database
from gis_service.telemetry import security_headers
from gis_service.tile_serving.connections import TileConnections
from gis_service.tile_serving.metrics import TileMetrics, labels
from gis_service.tile_serving.write_back import WriteBack
from maps import compression, freshness, tile_store, tiles
from maps.catalog import Layer
from maps.freshness import Freshness, Stamp, State
from maps.matrix import WEB_MERCATOR, MatrixSet
from maps.tile_cache import Flight, Kept, OneFlight, TileCache

MVT = "application/vnd.mapbox-vector-tile"
MLT = "application/vnd.maplibre-tile"
"""Not made here, see docs/howto/archive.md; who takes nothing else is told so."""
WORTH_KEEPING_S = 0.005
"""A layer that was drawn faster than this is drawn again as quickly as it is looked up."""


@dataclass(slots=True)
class Ask:
    """Which tile, for whom, in which encoding. Made for each request: nothing changes it."""

    layers: tuple[Layer, ...]
    audience: Audience
    z: int
    x: int
    y: int
    encoding: str
    matrix: MatrixSet = WEB_MERCATOR
    days: tiles.Days | None = None
    address: str = field(init=False)
    """What tells it from other tiles of the same layers."""
    path: str = field(init=False)

    def __post_init__(self) -> None:
        named = f"{self.z}/{self.x}/{self.y}"
        if not self.matrix.is_web_mercator:
            named = f"{self.matrix.id}/{named}"
        self.address = named if self.days is None else f"{named}@{self.days[0]}..{self.days[1]}"
        self.path = f"/tiles/{freshness.names(self.layers)}/{self.address}"

    @property
    def key(self) -> tuple[str, str, str]:
        """Under which it is cached."""
        return self.audience, self.encoding, self.path

    def stamp(self, state: State) -> Stamp:
        """What its bytes depend on, in that state."""
        whole = not self.matrix.is_web_mercator
        return freshness.stamp(state, self.layers, self.z, self.x, self.y, days=self.days, whole=whole)


@dataclass(slots=True)
class _Parts:
    """The layers of a tile, each in the encoding in which it was had."""

    bodies: list[tuple[bytes, str]]
    thinned: bytes
    outcome: str


class TileService:
    """The tiles of one process. `open` before the first tile, `close` after the last."""

    def __init__(self, database: Database) -> None:
        settings = database.settings
        self.settings = settings
        self.metrics = TileMetrics()
        self.cache = TileCache(settings.tile_cache_mb * 1024 * 1024)
        self.connections: dict[Audience, TileConnections] = {
            audience: TileConnections(
                database.tile_conninfo(audience), size=settings.tile_pool_size, wait_s=settings.pool_wait_s
            )
            for audience in ("public", "staff")
        }
        self.freshness = Freshness(lambda before: self.connections["public"].run(lambda c: freshness.read(c, before)))
        self.write_back = WriteBack(self.connections["staff"])
        self._flights: OneFlight[Kept] = OneFlight()
        self._common = [
            (name.lower().encode(), value.encode()) for name, value in security_headers(settings.secure_cookies).items()
        ]

    async def close(self) -> None:
        """End the connections."""
        for connections in self.connections.values():
            await connections.close()

    async def answer(self, ask: Ask) -> Kept:
        """The tile, ready to be sent; drawn once however many ask for it at a time."""
        state = await self.freshness.now()
        kept = self.cache.find(ask.key, state)
        if kept is not None:
            self.metrics.answers["memory", kept.labels] += 1
            return kept
        stamped = ask.stamp(state)
        return await self._flights.get((ask.key, stamped), lambda: self._make(ask, state, stamped))

    def begin(self, ask: Ask, state: State) -> Flight[Kept]:
        """Begin the tile of that state, which is not in memory; who asks waits for the flight, or leaves it."""
        stamped = ask.stamp(state)
        return self._flights.join((ask.key, stamped), lambda: self._make(ask, state, stamped))

    def leave(self, flight: Flight[Kept]) -> None:
        """Nobody waits for this answer any more; the last one to leave ends its statement."""
        self._flights.leave(flight)

    async def unchanged(self, ask: Ask, held: str) -> list[tuple[bytes, bytes]] | None:
        """The headers of a 304 if `held`, an If-None-Match, names the tile as it is now; nothing is drawn."""
        return self.unchanged_in(await self.freshness.now(), ask, held)

    def unchanged_in(self, state: State, ask: Ask, held: str) -> list[tuple[bytes, bytes]] | None:
        """The same in a state that is known."""
        etag = self._etag(ask, state, ask.stamp(state))
        if not freshness.matches(held, etag):
            return None
        self.metrics.answers["not_modified", labels(ask.z, ask.layers)] += 1
        return self._headers(ask, etag)

    def _etag(self, ask: Ask, state: State, stamped: Stamp) -> str:
        return f'"{freshness.etag(state, stamped, ask.layers, ask.audience, ask.address)}-{ask.encoding}"'

    def _headers(self, ask: Ask, etag: str) -> list[tuple[bytes, bytes]]:
        caching = b"no-cache" if ask.audience == "public" else b"private, no-cache"
        own = [(b"etag", etag.encode()), (b"cache-control", caching), (b"vary", b"Accept-Encoding, Cookie")]
        return own + self._common

    async def _make(self, ask: Ask, state: State, stamped: Stamp) -> Kept:
        begun = time.perf_counter()
        parts = self._in_another_encoding(ask, state) or await self._parts(ask, state)
        body = await _joined(parts.bodies, ask.encoding)
        etag = self._etag(ask, state, stamped)
        unchanged = self._headers(ask, etag)
        headers = [*unchanged, (b"x-tile-thinned", parts.thinned)] if parts.thinned else list(unchanged)
        if body:
            headers += [(b"content-type", MVT.encode()), (b"content-length", str(len(body)).encode())]
            if ask.encoding != "identity":
                headers.append((b"content-encoding", ask.encoding.encode()))
        kept = Kept(
            stamped, etag, body, ask.encoding, parts.thinned, headers, unchanged, ask.stamp,
            labels(ask.z, ask.layers), state,
        )  # fmt: skip
        self.cache.keep(ask.key, kept)
        self.metrics.answers[parts.outcome, kept.labels] += 1
        self.metrics.took(ask.z, time.perf_counter() - begun)
        return kept

    def _in_another_encoding(self, ask: Ask, state: State) -> _Parts | None:
        if not len(self.cache):
            return None
        for encoding in compression.ENCODINGS:
            kept = self.cache.find((ask.audience, encoding, ask.path), state)
            if kept is not None:
                return _Parts([(kept.body, encoding)], kept.thinned, "memory")
        return None

    async def _parts(self, ask: Ask, state: State) -> _Parts:
        shown = tuple(layer for layer in ask.layers if ask.z >= layer.first_zoom)
        if not shown:
            return _Parts([], b"", "memory")
        return await self.connections[ask.audience].run(partial(self._look_up_or_draw, ask, state, shown))

    async def _look_up_or_draw(
        self, ask: Ask, state: State, shown: tuple[Layer, ...], conn: AsyncConnection[Any]
    ) -> _Parts:
        z, x, y = ask.z, ask.x, ask.y
        stored = self.settings.tile_store and ask.days is None and ask.matrix.is_web_mercator
        asked = [one for one in shown if stored and tile_store.is_asked(state, one, ask.audience, z)]
        found = await tile_store.look_up(conn, state, asked, ask.audience, z, x, y) if asked else {}
        bodies: list[tuple[bytes, str]] = []
        thinned: list[tuple[str, int, int]] = []
        for layer in shown:
            row = found.get(layer.name)
            if row is not None:
                bodies.append((row.body, compression.STORED))
                thinned += [(layer.name, *row.thinned)] if row.thinned else []
                continue
            begun = time.perf_counter()
            tile = await tiles.render(conn, (layer,), ask.audience, z, x, y, matrix=ask.matrix, days=ask.days)
            if layer in asked and time.perf_counter() - begun >= WORTH_KEEPING_S:
                self.write_back.add(tile_store.as_row(state, layer, ask.audience, z, x, y, tile))
            bodies.append((tile.body, "identity"))
            thinned += tile.thinned
        told = ", ".join(f"{name}={drawn}/{there}" for name, drawn, there in thinned)
        return _Parts(bodies, told.encode(), "store" if len(found) == len(shown) else "drawn")


async def _joined(bodies: list[tuple[bytes, str]], encoding: str) -> bytes:
    """The layers one after the other, which is how MVT concatenates, compressed once."""
    full = [(body, kind) for body, kind in bodies if body]
    if not full:
        return b""
    if len(full) == 1 and full[0][1] == encoding:
        return full[0][0]
    whole = b"".join(compression.expand(body, kind) for body, kind in full)
    return await compression.compressed(whole, encoding)
