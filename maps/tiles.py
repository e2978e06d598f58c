"""One tile -> bytes. The hot path: asynchronous, one prepared statement per layer and audience.

The statements are made in `maps.tile_sql`. Geometry is stored in web mercator, so nothing is
projected unless another tile matrix set is asked for.

When more than `limit` features touch a tile the lightest are left out, and the tile says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from psycopg import AsyncConnection

from maps import catalog, quick_query
from maps.catalog import HIGHEST_ZOOM, Audience, Layer
from maps.errors import TileOutOfRange, TooManyLayers
from maps.matrix import WEB_MERCATOR, MatrixSet
from maps.quick_query import DATE, INT4
from maps.tile_sql import LIMIT, detail_of, statement

MOST_LAYERS = len(catalog.LAYERS)

_PLAIN_NUMBERS = re.compile(r"[0-9]{1,7}/[0-9]{1,7}/[0-9]{1,7}", re.ASCII).fullmatch

Days = tuple[str, str]
"""First and last day of what a dated layer is asked for, as PostgreSQL reads dates; -infinity and infinity are open."""

__all__ = ["LIMIT", "MOST_LAYERS", "Days", "Tile", "parse_address", "parse_layers", "render"]


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it goes out, before compression."""

    body: bytes
    """Concatenated MVT layers; empty when nothing is there."""
    thinned: tuple[tuple[str, int, int], ...] = ()
    """(layer, features drawn, features there) of each layer that had to thin."""


def parse_address(z: str, x: str, y: str) -> tuple[int, int, int]:
    """Read a tile address. Raises `TileOutOfRange` for anything but plain digits in range."""
    if not _PLAIN_NUMBERS(f"{z}/{x}/{y}"):
        raise TileOutOfRange(z, x, y)
    zoom, column, row = int(z), int(x), int(y)
    if zoom > HIGHEST_ZOOM or not (column < 1 << zoom and row < 1 << zoom):
        raise TileOutOfRange(z, x, y)
    return zoom, column, row


@lru_cache(maxsize=512)
def parse_layers(names: str) -> tuple[Layer, ...]:
    """Read `zones,plots`. Raises `UnknownLayer` or `TooManyLayers`; the order asked for is kept."""
    asked = names.split(",")
    if len(asked) > MOST_LAYERS or len(set(asked)) != len(asked):
        raise TooManyLayers(len(asked), MOST_LAYERS)
    return tuple(catalog.get(name) for name in asked)


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
    audience; its search path finds the tables. With `days` layers that know of days show what was in
    force or had begun on any of them, in place of today, and no counts.
    """
    address: quick_query.Values = {"z": (INT4, b"%d" % z), "x": (INT4, b"%d" % x), "y": (INT4, b"%d" % y)}
    bodies: list[bytes] = []
    thinned: list[tuple[str, int, int]] = []
    for layer in layers:
        detail = detail_of(layer, z)
        if detail is None:
            continue
        labelled = layer.label is not None and z >= layer.label_min_zoom
        of_days = layer.knows_days and days is not None
        if of_days and detail == "counts":
            continue  # cells count what is there today
        asked = statement(layer, audience, detail, labelled, matrix, limit, of_days)
        values = {**address, **_days(days)} if of_days and days else address
        body, drawn = (await quick_query.fetch(conn, asked.draw, values))[0]
        bodies.append(body or b"")
        if (found := _integer(drawn)) >= limit:
            there = _integer((await quick_query.fetch(conn, asked.count, values))[0][0])
            if there > found:
                thinned.append((layer.name, found, there))
    return Tile(b"".join(bodies), tuple(thinned))


def _days(days: Days) -> quick_query.Values:
    return {"first_day": (DATE, days[0].encode()), "last_day": (DATE, days[1].encode())}


def _integer(value: bytes | None) -> int:
    return int.from_bytes(value or b"", signed=True)
