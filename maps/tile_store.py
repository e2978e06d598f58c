"""The store of tiles in PostgreSQL: one row a layer, audience and address, compressed once.

A row is good when its version and recipe are those of the tile now. Where a zoom of a layer is
seeded as a whole (`tile_seeds`), a tile that has no row and has not changed since is empty. The
public reads the store through a view that holds the tiles of the public only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection

from maps import compression, quick_query
from maps.catalog import Audience, Layer
from maps.freshness import State
from maps.quick_query import INT4, TEXT
from maps.tiles import Tile

LOOK_UP_TO_ZOOM = 12
"""Up to this zoom drawing is so much dearer than a look-up that the store is always asked first."""

_LOOK_UP = b"""
    SELECT layer, version, recipe, body, drawn, there FROM tile_store
    WHERE audience = %(audience)s AND z = %(z)s AND x = %(x)s AND y = %(y)s"""

_KEEP = """
    INSERT INTO tile_store AS s (audience, layer, z, x, y, version, recipe, body, drawn, there)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (audience, z, x, y, layer) DO UPDATE
    SET version = excluded.version, recipe = excluded.recipe, body = excluded.body,
        drawn = excluded.drawn, there = excluded.there
    WHERE s.version < excluded.version OR s.recipe <> excluded.recipe"""


@dataclass(frozen=True, slots=True)
class Row:
    """One tile of one layer as it is stored."""

    audience: Audience
    layer: str
    z: int
    x: int
    y: int
    version: int
    """Of the tile before it was drawn, so that it is never newer than what was drawn."""
    recipe: str
    body: bytes
    """Compressed; b"" for an empty tile."""
    thinned: tuple[int, int] | None = None
    """Features drawn and features there, when it had to thin."""


def is_asked(state: State, layer: Layer, audience: Audience, z: int) -> bool:
    """Whether the store may hold tiles of this zoom, so that a look-up is worth its round trip."""
    if not layer.first_zoom <= z <= layer.max_zoom:
        return False
    return z <= LOOK_UP_TO_ZOOM or (audience, layer.name, z) in state.seeds


async def look_up(
    conn: AsyncConnection[Any], state: State, layers: Iterable[Layer], audience: Audience, z: int, x: int, y: int
) -> dict[str, Row]:
    """What the store has of the tile as it is in that state, by layer; one statement for all layers.

    `conn` must belong to the database role of the audience.
    """
    values: quick_query.Values = {
        "audience": (TEXT, audience.encode()), "z": (INT4, b"%d" % z), "x": (INT4, b"%d" % x), "y": (INT4, b"%d" % y)
    }  # fmt: skip
    stored = {(name or b"").decode(): rest for name, *rest in await quick_query.fetch(conn, _LOOK_UP, values)}
    found: dict[str, Row] = {}
    for layer in layers:
        version, recipe = state.version_of(layer, z, x, y), state.recipe(layer)
        seeded_version, seeded_recipe = state.seeds.get((audience, layer.name, z), (-1, ""))
        if layer.name in stored:
            of_version, of_recipe, body, drawn, there = stored[layer.name]
            if of_recipe == recipe.encode() and _integer(of_version) == version:
                thinned = None if drawn is None else (_integer(drawn), _integer(there))
                found[layer.name] = Row(audience, layer.name, z, x, y, version, recipe, body or b"", thinned)
        elif version <= seeded_version and recipe == seeded_recipe:
            found[layer.name] = Row(audience, layer.name, z, x, y, version, recipe, b"")
    return found


def _integer(value: bytes | None) -> int:
    return int.from_bytes(value or b"", "big", signed=True)


def as_row(state: State, layer: Layer, audience: Audience, z: int, x: int, y: int, tile: Tile) -> Row:
    """A tile drawn after `state` was read, as a row of the store."""
    body = compression.compress(tile.body, compression.STORED) if tile.body else b""
    thinned = next(((drawn, there) for name, drawn, there in tile.thinned if name == layer.name), None)
    return Row(
        audience, layer.name, z, x, y, state.version_of(layer, z, x, y), state.recipe(layer), body, thinned
    )  # fmt: skip


async def keep(conn: AsyncConnection[Any], rows: Iterable[Row]) -> None:
    """Write tiles; `conn` speaks as staff. A row of a newer version stays."""
    ordered = sorted(rows, key=lambda row: (row.audience, row.z, row.x, row.y, row.layer))  # no deadlocks
    if not ordered:
        return
    async with conn.cursor() as cursor:
        await cursor.executemany(
            _KEEP,
            [
                (row.audience, row.layer, row.z, row.x, row.y, row.version, row.recipe, row.body,
                 *(row.thinned or (None, None)))
                for row in ordered
            ],
        )  # fmt: skip
