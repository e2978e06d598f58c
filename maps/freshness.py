"""How old a tile is, known before any tile is drawn.

Triggers mark the tiles that a change touches and give each the next version of its layer at commit
(migration 0005). A process keeps all marks in memory: it listens for changes, asks every `POLL_S`
in any case, and trusts what it read for `MAX_AGE_S`. So the version of a tile costs no statement,
and no process serves a tile for longer than that after an edit has committed, even when the
connection that listens has died without a word.

The version of a tile is that of the newest change that touched it, or the epoch of its layer.
Together with the audience, the address, the day where it matters and the fingerprint of the
catalogue it makes a strong ETag.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from psycopg import AsyncConnection

from maps import catalog
from maps.catalog import Audience, Layer
from maps.tiles import Days

CHANNEL = "gis_tiles"
"""Told at each commit that touched a tile."""
POLL_S = 0.4
MAX_AGE_S = 0.9

_SQL = """
    SELECT (SELECT created_at::text || '/' || storage_srid FROM deployment),
           current_date::text,
           (SELECT jsonb_object_agg(layer, version)::text FROM layer_versions),
           (SELECT jsonb_agg(jsonb_build_array(layer, version, epoch, min_zoom, max_zoom) ORDER BY layer)::text
            FROM tile_layers),
           (SELECT jsonb_agg(jsonb_build_array(audience, layer, z, version, recipe) ORDER BY audience, layer, z)::text
            FROM tile_seeds),
           (SELECT jsonb_agg(jsonb_build_array(m.layer, m.z, m.x, m.y, m.version))::text
            FROM jsonb_each_text(%(seen)s::jsonb) AS seen (layer, version)
            JOIN tile_marks m ON m.layer = seen.layer AND m.version > seen.version::bigint)"""

Ask = Callable[["State | None"], Awaitable["State"]]
"""Reads what is new since a state; the edge knows from which connection."""
Address = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class LayerState:
    """What is known of one layer."""

    version: int
    epoch: int
    min_zoom: int
    max_zoom: int
    marks: dict[Address, int] = field(repr=False)
    """Version of each tile that changed since the epoch."""

    def version_of(self, z: int, x: int, y: int) -> int:
        """The version of one tile in web mercator."""
        if z < self.min_zoom:
            return self.version
        if z > self.max_zoom:
            up = z - self.max_zoom
            z, x, y = self.max_zoom, x >> up, y >> up
        return self.marks.get((z, x, y), self.epoch)


@dataclass(frozen=True, slots=True)
class State:
    """What the database said about its layers at one moment."""

    deployment: str
    """Tells one database from another that counted to the same numbers."""
    today: str
    by_table: dict[str, int]
    layers: dict[str, LayerState]
    seeds: dict[tuple[Audience, str, int], tuple[int, str]]
    """(audience, layer, zoom) -> (version up to which the store holds every tile, recipe)."""

    def version_of(self, layer: Layer, z: int, x: int, y: int) -> int:
        """The version of one tile of one layer; of the whole layer when the database keeps no marks of it."""
        known = self.layers.get(layer.name)
        return self.whole_version_of(layer) if known is None else known.version_of(z, x, y)

    def whole_version_of(self, layer: Layer) -> int:
        """A version that changes with any change of the layer; for tiles of other matrices."""
        known = self.layers.get(layer.name)
        return sum(self.by_table.get(table, 0) for table in layer.tables) if known is None else known.version

    def recipe(self, layer: Layer) -> str:
        """How a tile is made apart from the data: the catalogue, and the day where it matters."""
        return f"{catalog.fingerprint()} {self.today}" if layer.dated else catalog.fingerprint()


@dataclass(frozen=True, slots=True)
class Stamp:
    """All that the bytes of a tile depend on apart from its address and audience. Equal stamps, equal tiles."""

    versions: tuple[int, ...]
    day: str
    """The day or days in question when a layer depends on them, else empty."""


def stamp(
    state: State, layers: tuple[Layer, ...], z: int, x: int, y: int, *, days: Days | None = None, whole: bool = False
) -> Stamp:
    """The stamp of a tile; `whole` for matrices whose tiles have no marks of their own."""
    versions = tuple(state.whole_version_of(one) if whole else state.version_of(one, z, x, y) for one in layers)
    if days is not None:
        return Stamp(versions, "..".join(days) if any(layer.knows_days for layer in layers) else "")
    return Stamp(versions, state.today if _is_dated(layers) else "")


@lru_cache(maxsize=512)
def _is_dated(layers: tuple[Layer, ...]) -> bool:
    return any(layer.dated for layer in layers)


@lru_cache(maxsize=512)
def names(layers: tuple[Layer, ...]) -> str:
    """The layers as an address names them."""
    return ",".join(layer.name for layer in layers)


def etag(state: State, stamped: Stamp, layers: tuple[Layer, ...], audience: Audience, address: str) -> str:
    """The part of the strong ETag that is the same for each encoding of the tile."""
    parts = [
        catalog.fingerprint(), state.deployment, audience, address, names(layers),
        ",".join(map(str, stamped.versions)), stamped.day,
    ]  # fmt: skip
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


async def read(conn: AsyncConnection[Any], before: State | None = None) -> State:
    """Ask the database now, in one statement and so in one snapshot. Returns `before` itself if nothing is new."""
    names = before.layers if before else catalog.BY_NAME
    seen = {name: before.layers[name].version if before else 0 for name in names}
    cursor = await conn.execute(_SQL, {"seen": json.dumps(seen)}, prepare=True)
    row = await cursor.fetchone()
    deployment, today, by_table, layers, seeds, marks = row or ("", "", None, None, None, None)
    told = {name: rest for name, *rest in json.loads(layers or "[]")}
    if before is not None and told.keys() - seen.keys():
        return await read(conn)  # a layer that was not there: all its marks are new
    fresh = State(
        deployment or "", today, json.loads(by_table or "{}"), {},
        {(audience, layer, z): (version, recipe) for audience, layer, z, version, recipe in json.loads(seeds or "[]")},
    )  # fmt: skip
    new: dict[str, dict[Address, int]] = {}
    for layer, z, x, y, version in json.loads(marks or "[]"):
        new.setdefault(layer, {})[z, x, y] = version
    for name, (version, epoch, min_zoom, max_zoom) in told.items():
        fresh.layers[name] = _follow(before.layers.get(name) if before else None, new.get(name, {}),
                                     LayerState(version, epoch, min_zoom, max_zoom, {}))  # fmt: skip
    return before if before == fresh and before is not None else fresh


def _follow(before: LayerState | None, new: dict[Address, int], now: LayerState) -> LayerState:
    if before is None or before.epoch != now.epoch:
        kept = {at: version for at, version in before.marks.items() if version > now.epoch} if before else {}
    elif not new and before.version == now.version:
        return before if (before.min_zoom, before.max_zoom) == (now.min_zoom, now.max_zoom) else now
    else:
        kept = before.marks
    return LayerState(now.version, now.epoch, now.min_zoom, now.max_zoom, kept | new)


class Freshness:
    """What one process knows of one database, and how old that is."""

    def __init__(self, ask: Ask, max_age_s: float = MAX_AGE_S) -> None:
        self._ask = ask
        self._max_age_s = max_age_s
        self._state: State | None = None
        self._read_at = float("-inf")
        self._turn = asyncio.Lock()

    def known(self) -> State | None:
        """The state if it may be trusted at this moment, without waiting. The same object until something changes."""
        return self._state if time.monotonic() - self._read_at < self._max_age_s else None

    async def now(self) -> State:
        """The state, asked for when what is known is too old. Many askers at once cause one statement."""
        known = self.known()
        if known is not None:
            return known
        async with self._turn:
            known = self.known()
            if known is None:
                begun = time.monotonic()
                known = self._learn(await self._ask(self._state), begun)
            return known

    def _learn(self, state: State, begun: float) -> State:
        """Take over what was read at `begun`, unless something newer is known by now."""
        if begun >= self._read_at or self._state is None:
            self._state, self._read_at = state, begun
        return self._state

    async def watch(self, conn: AsyncConnection[Any], told: Callable[[str], None] = lambda channel: None) -> None:
        """Follow every change until the connection fails. It must be in autocommit mode and do nothing else.

        `told` hears the name of each channel on which something was said.
        """
        await conn.execute(f"LISTEN {CHANNEL}")
        while True:
            begun = time.monotonic()
            self._learn(await read(conn, self._state), begun)
            async for note in conn.notifies(timeout=POLL_S, stop_after=1):
                told(note.channel)


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the client holds this very representation. `*` and weak forms of the tag count too."""
    if if_none_match == etag:
        return True
    if not if_none_match:
        return False
    held = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in held or etag in held
