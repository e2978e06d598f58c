"""Tiles, TileJSON and the map style. The tile path is the one asynchronous path of the service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Response
from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Connection, text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gis_service.access import Access, database_of, identity_of, reading, require
from gis_service.database import Audience
from gis_service.identity import sessions
from gis_service.identity.model import PUBLIC, Identity
from gis_service.pages_context import authority_name, base_url, language_of
from maps import compression, freshness, styles, tiles
from maps.catalog import Layer
from maps.matrix import WEB_MERCATOR, MatrixSet

router = APIRouter(tags=["tiles"])

MVT = "application/vnd.mapbox-vector-tile"
INLINE = 16 * 1024
"""Bodies up to this many bytes are compressed at once: handing them to a thread costs more."""


async def asking_for_tiles(request: Request) -> Identity:
    """As `asking("tiles.read")`, but nobody's request waits for a thread when it carries no session."""
    known = await run_in_threadpool(identity_of, request) if sessions.COOKIE in request.cookies else PUBLIC
    require(known, "tiles.read")
    return known


asking_for_tiles.operation = "tiles.read"  # type: ignore[attr-defined]


T = TypeVar("T")


async def on_connection(pool: AsyncConnectionPool, work: Callable[[AsyncConnection[Any]], Awaitable[T]]) -> T:
    """Do reading work on a connection of the pool; once more when the connection turns out to be dead.

    Asking each connection whether it lives before each tile would cost a round trip a tile.
    """
    taken: AsyncConnection[Any] | None = None
    try:
        async with pool.connection() as taken:
            return await work(taken)
    except OperationalError:
        if taken is None or not taken.broken:
            raise
    await pool.check()  # the server was restarted: the others are as dead
    async with pool.connection() as conn:
        return await work(conn)


def clock_of(request: Request, audience: Audience) -> freshness.Clock:
    """The layer versions as this process knows them."""
    clocks: dict[Audience, freshness.Clock] = request.app.state.__dict__.setdefault("tile_clocks", {})
    if audience not in clocks:
        pool = database_of(request).tile_pool(audience)
        clocks[audience] = freshness.Clock(lambda: on_connection(pool, freshness.read))
    return clocks[audience]


@router.get(
    "/tiles/{layers}/{z}/{x}/{y}",
    response_class=Response,
    responses={200: {"content": {MVT: {}}}, 204: {"description": "nothing there"}, 304: {"description": "not changed"}},
)
async def tile(
    request: Request,
    layers: str,
    z: str,
    x: str,
    y: str,
    identity: Annotated[Identity, Depends(asking_for_tiles)],
) -> Response:
    """One vector tile (MVT) of one layer or, separated by commas, of several.

    204 where nothing is or below the zoom floor. `X-Tile-Thinned: layer=drawn/there` says when a
    layer had more features than a tile may hold.
    """
    return await answer(request, tiles.parse_layers(layers), identity.audience, tiles.parse_address(z, x, y))


async def answer(
    request: Request,
    asked: tuple[Layer, ...],
    audience: Audience,
    address: tuple[int, int, int],
    *,
    matrix: MatrixSet = WEB_MERCATOR,
    days: tiles.Days | None = None,
) -> Response:
    """The tile at zoom, column and row of `address`: from the tag, the cache or the database, compressed.

    Every address of tiles comes here, those of OGC API - Tiles too.
    """
    encoding = compression.choose(request.headers.get("accept-encoding", ""))
    versions = await clock_of(request, audience).now()
    named = "/".join(map(str, address))
    if not matrix.is_web_mercator:
        named = f"{matrix.id}/{named}"
    if days is not None:
        named += f"@{days[0]}..{days[1]}"
    etag = versions.etag(asked, audience, named, encoding)
    headers = {
        "ETag": etag,
        "Cache-Control": "no-cache" if audience == "public" else "private, no-cache",
        "Vary": "Accept-Encoding, Cookie",
    }
    if freshness.matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    drawn = await on_connection(
        database_of(request).tile_pool(audience),
        lambda conn: tiles.render(conn, asked, audience, *address, matrix=matrix, days=days),
    )
    if drawn.thinned:
        headers["X-Tile-Thinned"] = ", ".join(f"{name}={kept}/{there}" for name, kept, there in drawn.thinned)
    if not drawn.body:
        return Response(status_code=204, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return Response(await _compressed(drawn.body, encoding), headers=headers, media_type=MVT)


async def _compressed(body: bytes, encoding: str) -> bytes:
    if encoding == "identity" or (encoding == "zstd" and len(body) <= INLINE):
        return compression.compress(body, encoding)
    return await asyncio.to_thread(compression.compress, body, encoding)


@router.get("/tiles/{layers}/tile.json")
def tile_json(request: Request, layers: str, access: Annotated[Access, reading("tiles.read")]) -> dict[str, Any]:
    """TileJSON 3.0 of one or several layers, with the fields that the asker may see."""
    lang = language_of(request, access.settings)
    return styles.tilejson(
        tiles.parse_layers(layers),
        access.audience,
        lang=lang,
        base_url=base_url(request, access.settings),
        bounds=territory(access.connection),
        attribution=authority_name(access.settings, lang),
    )


@router.get("/styles/map.json")
def map_style(
    request: Request,
    access: Annotated[Access, reading("tiles.read")],
    theme: Annotated[str, Query(pattern="^(light|dark)$")] = "light",
) -> dict[str, Any]:
    """The MapLibre style of the map page; labels need the page's own fonts, there is no glyph server."""
    lang = language_of(request, access.settings)
    return styles.map_style(
        lang=lang,
        theme="dark" if theme == "dark" else "light",
        base_url=base_url(request, access.settings),
        bounds=territory(access.connection),
        attribution=authority_name(access.settings, lang),
    )


def territory(conn: Connection) -> styles.Bounds:
    """West, south, east, north of the deployment's envelope in WGS 84 degrees."""
    row = conn.execute(
        text("SELECT envelope_west_deg, envelope_south_deg, envelope_east_deg, envelope_north_deg FROM deployment")
    ).one()
    return (row[0], row[1], row[2], row[3])
