"""Draws tiles into the store before anybody asks: what is dirty first, then what was never drawn.

One round reads the versions and then draws, so what it draws is at least as new as it says. A zoom
of a layer that is complete is noted in `tile_seeds`: from then on a tile without a row is empty, and
a round draws only what has been marked since.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from psycopg import AsyncConnection

from maps import catalog, tile_store, tiles
from maps.catalog import Audience, Layer
from maps.freshness import LayerState, State
from maps.matrix import WEB_MERCATOR
from maps.tile_sql import LIMIT, detail_of, statement
from maps.tiles import Tile

BATCH = 64
"""Tiles drawn by one statement."""

Column = tuple[int, int]
"""Column and row of a tile."""
Tell = Callable[[int], Awaitable[None]]
"""Hears how many tiles were drawn since it was called last."""

_CANDIDATES = """
    SELECT t.z, t.x, t.y FROM (
        SELECT array_agg(shape) AS shapes FROM (
            SELECT r.geom_3857 AS shape, (row_number() OVER () - 1) / 5000 AS part
            FROM {source} WHERE r.geom_3857 IS NOT NULL) AS one GROUP BY part) AS s,
        gis.tiles_touched(s.shapes, {first}, {last}) AS t
    GROUP BY t.z, t.x, t.y"""

_FORGET = """
    DELETE FROM tile_store s WHERE audience = %(audience)s AND layer = %(layer)s AND z = %(z)s
       AND (version < %(version)s OR recipe <> %(recipe)s OR NOT EXISTS (
            SELECT FROM unnest(%(xs)s::integer[], %(ys)s::integer[]) AS k (x, y) WHERE k.x = s.x AND k.y = s.y))
       AND version <= %(newest)s"""

_SEEDED = """
    INSERT INTO tile_seeds AS s (audience, layer, z, version, recipe, tiles, seconds, seeded_at)
    VALUES (%(audience)s, %(layer)s, %(z)s, %(newest)s, %(recipe)s, %(tiles)s, %(seconds)s, clock_timestamp())
    ON CONFLICT (audience, layer, z) DO UPDATE SET version = excluded.version, recipe = excluded.recipe,
        tiles = excluded.tiles, seconds = excluded.seconds, seeded_at = excluded.seeded_at"""

_CAUGHT_UP = """
    UPDATE tile_seeds SET version = %(newest)s, seeded_at = clock_timestamp()
    WHERE audience = %(audience)s AND layer = %(layer)s AND z = %(z)s AND version < %(newest)s
      AND recipe = %(recipe)s"""


@dataclass(frozen=True, slots=True)
class Due:
    """What one zoom of one layer needs."""

    layer: Layer
    z: int
    dirty: tuple[Column, ...] | None
    """Tiles that changed since the zoom was complete; None when it never was, or not in this form."""


def due(state: State, audience: Audience, only: tuple[Layer, ...] = catalog.LAYERS) -> list[Due]:
    """All that the store lacks for that audience: dirty tiles first, then whole zooms from the lowest on."""
    found = [one for layer in only if layer.name in state.layers for one in _due_of(state, audience, layer)]
    return sorted(found, key=lambda one: (one.dirty is None, one.z))


def _due_of(state: State, audience: Audience, layer: Layer) -> Iterator[Due]:
    known: LayerState = state.layers[layer.name]
    marked: dict[int, dict[Column, int]] = {}
    for (z, x, y), version in known.marks.items():
        marked.setdefault(z, {})[x, y] = version
    for z in range(layer.first_zoom, layer.max_zoom + 1):
        version, recipe = state.seeds.get((audience, layer.name, z), (-1, ""))
        if recipe != state.recipe(layer) or version < known.epoch or not known.min_zoom <= z <= known.max_zoom:
            if version < known.version or recipe != state.recipe(layer):
                yield Due(layer, z, None)
        elif version < known.version:
            changed = tuple(sorted(at for at, of in marked.get(z, {}).items() if of > version))
            yield Due(layer, z, changed)


async def candidates(conn: AsyncConnection[Any], layer: Layer, audience: Audience) -> dict[int, list[Column]]:
    """By zoom, every tile that a row of the layer can reach; the others are empty."""
    query = _CANDIDATES.format(source=layer.source_for(audience), first=layer.first_zoom, last=layer.max_zoom)
    cursor = await conn.execute(query.encode())
    found: dict[int, list[Column]] = {z: [] for z in range(layer.first_zoom, layer.max_zoom + 1)}
    for z, x, y in await cursor.fetchall():
        found[z].append((x, y))
    return found


async def draw(
    conn: AsyncConnection[Any], layer: Layer, audience: Audience, z: int, columns: list[Column]
) -> list[Tile]:
    """The tiles of one layer at one zoom, in the order given, by one statement."""
    query = _batch_sql(layer, audience, z)
    if query is None:
        return [Tile(b"") for _ in columns]
    cursor = conn.cursor(binary=True)
    xs, ys = ([at[side] for at in columns] for side in (0, 1))
    await cursor.execute(query, {"xs": xs, "ys": ys}, prepare=True)
    drawn = {(x, y): (bytes(mvt or b""), found) for x, y, mvt, found in await cursor.fetchall()}
    made = []
    for x, y in columns:
        body, found = drawn[x, y]
        # A tile that had to thin is drawn again by the ordinary way, which counts what it left out.
        made.append(Tile(body) if found < LIMIT else await tiles.render(conn, (layer,), audience, z, x, y))
    return made


@lru_cache(maxsize=512)
def _batch_sql(layer: Layer, audience: Audience, z: int) -> bytes | None:
    """The statement of a tile for many: its address comes from two arrays in place of two parameters."""
    detail = detail_of(layer, z)
    if detail is None:
        return None
    labelled = layer.label is not None and z >= layer.label_min_zoom
    one = statement(layer, audience, detail, labelled, WEB_MERCATOR, LIMIT, False).draw.decode()
    one = one.replace("%(z)s", str(z)).replace("%(x)s", "at.x").replace("%(y)s", "at.y")
    return (
        "SELECT at.x, at.y, tile.mvt, tile.found"  # noqa: S608 - constants of the catalogue
        f" FROM unnest(%(xs)s::integer[], %(ys)s::integer[]) AS at (x, y), LATERAL ({one}) AS tile"
    ).encode()


async def seed(
    drawing: AsyncConnection[Any], writing: AsyncConnection[Any], state: State, audience: Audience, one: Due,
    columns: list[Column], tell: Tell,
) -> None:  # fmt: skip
    """Draw what is due of one zoom and note that it is complete.

    `drawing` belongs to the database role of the audience, `writing` to staff; neither is in a
    transaction. `columns` are the dirty tiles, or all candidates when the whole zoom is due.
    """
    begun, layer, z = time.perf_counter(), one.layer, one.z
    stored: list[Column] = []
    for first in range(0, len(columns), BATCH):
        part = columns[first : first + BATCH]
        made = await draw(drawing, layer, audience, z, part)
        rows = [
            tile_store.as_row(state, layer, audience, z, x, y, tile)
            for (x, y), tile in zip(part, made, strict=True)
            if tile.body or one.dirty is not None
        ]
        async with writing.transaction():
            await tile_store.keep(writing, rows)
        stored += [(row.x, row.y) for row in rows]
        await tell(len(part))
    values = {
        "audience": audience, "layer": layer.name, "z": z, "newest": state.layers[layer.name].version,
        "version": state.layers[layer.name].epoch, "recipe": state.recipe(layer), "tiles": len(stored),
        "seconds": time.perf_counter() - begun, "xs": [x for x, _ in stored], "ys": [y for _, y in stored],
    }  # fmt: skip
    if one.dirty is not None:
        await writing.execute(_CAUGHT_UP, values)
        return
    async with writing.transaction():
        await writing.execute(_FORGET, values)
        await writing.execute(_SEEDED, values)
