"""Numbers for a monitoring system, in the text format of Prometheus."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException
from starlette.requests import Request

from gis_service.access import asking
from gis_service.identity.model import Identity
from gis_service.routes.tiles import serving_of
from gis_service.settings import Settings

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, include_in_schema=False)
def metrics(request: Request, _: Annotated[Identity, asking("metrics.read")]) -> Response:
    """Counts of the process that answers; with the bearer token of the settings only, else as if it were not here."""
    settings: Settings = request.app.state.settings
    given = request.headers.get("authorization", "").removeprefix("Bearer ").encode("utf-8", "replace")
    wanted = settings.metrics_token.get_secret_value().encode() if settings.metrics_token else b""
    if not wanted or not hmac.compare_digest(given, wanted):
        raise HTTPException(404)
    service = serving_of(request).service
    gauges = {"gis_tile_cache_bytes": float(service.cache.bytes), "gis_tile_cache_tiles": float(len(service.cache))}
    return Response(service.metrics.exposition(gauges), media_type="text/plain; version=0.0.4")
