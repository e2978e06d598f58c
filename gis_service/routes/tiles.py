"""Tiles, TileJSON and the map style. The tile path is the one asynchronous path of the service."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Connection, text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gis_service.access import Access, bearer_in, identity_of, reading, require
from gis_service.database import Audience
from gis_service.identity import sessions
from gis_service.identity.errors import TokenRefused
from gis_service.identity.model import PUBLIC, Identity
from gis_service.pages_context import authority_name, base_url, language_of
from gis_service.tile_serving import service as tile_service
from gis_service.tile_serving.identities import BEARER
from gis_service.tile_serving.path import ClientLeft, until_gone
from gis_service.tile_serving.serving import Serving
from maps import compression, styles, tiles
from maps.catalog import Layer
from maps.features.errors import BadParameter, NotAcceptable
from maps.matrix import WEB_MERCATOR, MatrixSet

router = APIRouter(tags=["tiles"])

MVT = tile_service.MVT


def serving_of(request: Request) -> Serving:
    """What serves the tiles of this process."""
    return request.app.state.tiles  # type: ignore[no-any-return]


async def asking_for_tiles(request: Request) -> Identity:
    """As `asking("tiles.read")`, but a session or access token is looked up once in a moment, not for each tile."""
    bearer = bearer_in(request.headers.get("Authorization"))
    shown = BEARER + bearer if bearer is not None else request.cookies.get(sessions.COOKIE)
    try:
        known = await serving_of(request).identities.of(shown) if shown else PUBLIC
    except TokenRefused:
        known = await run_in_threadpool(identity_of, request)  # refuses as well, and counts who keeps sending it
    require(known, "tiles.read")
    return known


asking_for_tiles.operation = "tiles.read"  # type: ignore[attr-defined]


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
    as_of: Annotated[date | None, Query(description="Day for which dated layers are shown.")] = None,
) -> Response:
    """One vector tile (MVT) of one layer or, separated by commas, of several.

    204 where nothing is or below the zoom floor. `X-Tile-Thinned: layer=drawn/there` says when a
    layer had more features than a tile may hold. `as_of` shows dated layers as of another day.
    """
    for name in request.query_params:
        if name != "as_of":
            raise BadParameter(name, "unknown. Known here: as_of.", "không có. Ở đây có: as_of.")
    if request.headers.get("accept") == tile_service.MLT:
        raise NotAcceptable([MVT])
    days = None if as_of is None else (as_of.isoformat(), as_of.isoformat())
    return await answer(request, tiles.parse_layers(layers), identity.audience, tiles.parse_address(z, x, y), days=days)


async def answer(
    request: Request,
    asked: tuple[Layer, ...],
    audience: Audience,
    address: tuple[int, int, int],
    *,
    matrix: MatrixSet = WEB_MERCATOR,
    days: tiles.Days | None = None,
) -> Response:
    """The tile at zoom, column and row of `address`: from the tag, memory, the store or the database.

    Every address of tiles comes here, those of OGC API - Tiles too; only what `tile_serving.path`
    can answer by itself does not.
    """
    met: Exception | None = request.scope.get("state", {}).pop("tile_error", None)
    if met is not None:
        raise met  # the path in front has tried already
    service = serving_of(request).service
    if days is not None and not any(layer.knows_days for layer in asked):
        days = None
    encoding = compression.choose(request.headers.get("accept-encoding", ""))
    ask = tile_service.Ask(asked, audience, *address, encoding, matrix, days)
    held = request.headers.get("if-none-match")
    unchanged = await service.unchanged(ask, held) if held else None
    if unchanged is not None:
        return _response(304, unchanged, b"")
    try:
        kept = await until_gone(request.receive, service.answer(ask))
    except ClientLeft:
        return Response(status_code=499)  # nobody reads it
    return _response(200 if kept.body else 204, kept.headers, kept.body)


def _response(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> Response:
    response = Response(status_code=status)
    response.raw_headers = list(headers)
    response.body = body
    return response


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
