"""One tile -> bytes. The hot path: asynchronous, one prepared statement per layer and audience.

A tile has two boxes. The exact one clips; the one widened by the buffer searches, because a search
with the exact box loses what lies just outside and should still be seen on the edge. Both come
from z, x and y, the only parameters. Geometry is stored in web mercator, so nothing is projected.

When more than `limit` features touch a tile the lightest are left out, and the tile says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from psycopg import AsyncConnection
from psycopg.types.numeric import Int4

from maps import catalog
from maps.catalog import BUFFER, EXTENT, HIGHEST_ZOOM, Audience, Layer
from maps.errors import TileOutOfRange, TooManyLayers
from maps.matrix import WEB_MERCATOR, MatrixSet

LIMIT = 20_000
"""Features of one layer in one tile; more than that cannot be told apart on a screen."""
MOST_LAYERS = len(catalog.LAYERS)

Days = tuple[str, str]
"""First and last day of what a dated layer is asked for, as PostgreSQL reads dates; -infinity and infinity are open."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it goes out, before compression."""

    body: bytes
    """Concatenated MVT layers; empty when nothing is there."""
    thinned: tuple[tuple[str, int, int], ...] = ()
    """(layer, features drawn, features there) of each layer that had to thin."""


def parse_address(z: str, x: str, y: str) -> tuple[int, int, int]:
    """Read a tile address. Raises `TileOutOfRange` for anything but plain digits in range."""
    parts = (z, x, y)
    if not all(part.isascii() and part.isdigit() and len(part) <= 7 for part in parts):
        raise TileOutOfRange(*parts)
    zoom, column, row = (int(part) for part in parts)
    if zoom > HIGHEST_ZOOM or not (column < 1 << zoom and row < 1 << zoom):
        raise TileOutOfRange(*parts)
    return zoom, column, row


def parse_layers(names: str) -> tuple[Layer, ...]:
    """Read `zones,plots`. Raises `UnknownLayer` or `TooManyLayers`; the order asked for is kept."""
    asked = names.split(",")
    if len(asked) > MOST_LAYERS or len(set(asked)) != len(asked):
        raise TooManyLayers(len(asked), MOST_LAYERS)
    return tuple(catalog.get(name) for name in asked)


@lru_cache(maxsize=128)
def tile_sql(
    layer: Layer, audience: Audience, limit: int = LIMIT, matrix: MatrixSet = WEB_MERCATOR, *, of_days: bool = False
) -> str:
    """The statement of the features of one layer: MVT bytes and the number of rows."""
    shape, where = matrix.shape_sql("r.geom_3857"), _where(layer, audience, of_days)
    attributes = "".join(f"{one.expression} AS {one.name}, " for one in layer.fields(audience))
    return f"""
        SELECT ST_AsMVT(tile, '{layer.name}', {EXTENT}, 'geom', 'id') AS mvt, count(*) AS found FROM (
            SELECT {layer.key} AS id, {attributes}
                   ST_AsMVTGeom({shape}, {matrix.tile_sql()}, {EXTENT}, {BUFFER}, true) AS geom
            FROM {layer.source_for(audience)}
            WHERE r.geom_3857 && {matrix.search_sql()} AND ({where})
            ORDER BY {layer.weight}, {layer.key}
            LIMIT {limit}) AS tile"""  # noqa: S608 - every part is a constant of the catalogue


@lru_cache(maxsize=128)
def labelled_sql(
    layer: Layer, audience: Audience, limit: int = LIMIT, matrix: MatrixSet = WEB_MERCATOR, *, of_days: bool = False
) -> str:
    """As `tile_sql`, with a second MVT layer of label points behind the first; one scan for both.

    A polygon has one label in one tile: a point on its surface, in the tile that holds the point
    (in whole units of the tile, so that a point on an edge belongs to one tile only). OFFSET 0
    keeps the point from being computed anew for each of the four comparisons.
    """
    tile, shape = matrix.tile_sql(), matrix.shape_sql("r.geom_3857")
    names = ", ".join(one.name for one in layer.fields(audience))
    kept = ", ".join(["id", *layer.label_fields, "label"])
    attributes = "".join(f"{one.expression} AS {one.name}, " for one in layer.fields(audience))
    return f"""
        WITH found AS MATERIALIZED (
            SELECT {layer.key} AS id, {attributes} {layer.label} AS label, {shape} AS shape
            FROM {layer.source_for(audience)}
            WHERE r.geom_3857 && {matrix.search_sql()} AND ({_where(layer, audience, of_days)})
            ORDER BY {layer.weight}, {layer.key}
            LIMIT {limit})
        SELECT (SELECT ST_AsMVT(tile, '{layer.name}', {EXTENT}, 'geom', 'id') FROM (
                    SELECT id, {names}, ST_AsMVTGeom(shape, {tile}, {EXTENT}, {BUFFER}, true) AS geom
                    FROM found) AS tile)
               || coalesce((SELECT ST_AsMVT(tile, '{layer.name}_labels', {EXTENT}, 'geom', 'id') FROM (
                    SELECT * FROM (
                        SELECT {kept}, ST_AsMVTGeom(ST_PointOnSurface(shape), {tile}, {EXTENT}, 0, false) AS geom
                        FROM found OFFSET 0) AS placed
                    WHERE ST_X(geom) >= 0 AND ST_X(geom) < {EXTENT} AND ST_Y(geom) >= 0 AND ST_Y(geom) < {EXTENT}
                    ) AS tile), '') AS mvt,
               (SELECT count(*) FROM found) AS found"""  # noqa: S608 - as above


def count_sql(layer: Layer, audience: Audience, matrix: MatrixSet = WEB_MERCATOR, *, of_days: bool = False) -> str:
    """The statement that counts what touches the tile, for tiles that had to thin."""
    return (
        f"SELECT count(*) FROM {layer.source_for(audience)}"  # noqa: S608 - as above
        f" WHERE r.geom_3857 && {matrix.search_sql()} AND ({_where(layer, audience, of_days)})"
    )


def _where(layer: Layer, audience: Audience, of_days: bool) -> str:
    condition = layer.where_for(audience)
    if not (of_days and layer.dated):
        return condition
    # What was in force on one of the days: the catalogue speaks of the only day that is today.
    return condition.replace("<= current_date", "<= %(last_day)s::date").replace(
        "> current_date", "> %(first_day)s::date"
    )


async def render(
    conn: AsyncConnection[Any],
    layers: tuple[Layer, ...],
    audience: Audience,
    z: int,
    x: int,
    y: int,
    *,
    limit: int = LIMIT,
    matrix: MatrixSet = WEB_MERCATOR,
    days: Days | None = None,
) -> Tile:
    """Draw the layers of one tile of `matrix`, in the order given, one after the other in one body.

    A layer below its zoom floor adds nothing. `conn` must belong to the database role of the
    audience; its search path finds the tables. With `days` dated layers show what was in force on
    any of them, in place of today.
    """
    address: dict[str, Int4 | str] = {"z": Int4(z), "x": Int4(x), "y": Int4(y)}
    if days is not None:
        address |= {"first_day": days[0], "last_day": days[1]}
    of_days = days is not None
    bodies: list[bytes] = []
    thinned: list[tuple[str, int, int]] = []
    for layer in layers:
        if z < layer.min_zoom:
            continue
        statement = labelled_sql if layer.label is not None and z >= layer.label_min_zoom else tile_sql
        body, found = await _row(conn, statement(layer, audience, limit, matrix, of_days=of_days), address)
        bodies.append(bytes(body or b""))
        if found >= limit:
            (there,) = await _row(conn, count_sql(layer, audience, matrix, of_days=of_days), address)
            if there > found:
                thinned.append((layer.name, found, there))
    return Tile(b"".join(bodies), tuple(thinned))


async def _row(conn: AsyncConnection[Any], sql: str, address: dict[str, Int4 | str]) -> Any:
    # Binary results: bytes come as bytes, not as twice as many hexadecimal digits.
    cursor = conn.cursor(binary=True)
    await cursor.execute(sql.encode(), address, prepare=True)
    return await cursor.fetchone()
