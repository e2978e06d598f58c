"""The map for a frame in somebody else's page: what the public sees, with few controls and a way to the whole map."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gis_service.access import Access, reading
from gis_service.pages_context import language_of, page
from gis_service.routes.tiles import territory
from gis_service.settings import Settings
from gis_service.telemetry import CONTENT_SECURITY_POLICY
from maps import archipelagos, legends, listings

router = APIRouter(tags=["pages"], default_response_class=HTMLResponse)


@router.get("/map/embed", response_model=None, include_in_schema=False)
def embed(request: Request, access: Annotated[Access, reading("pages.read", audience="public")]) -> Response:
    """The view after # on a page that the sites of the setting `embed_origins` may frame; without them only ours."""
    around = territory(access.connection)
    bounds = listings.zone_extent(access.connection) or around
    answer = page(
        request,
        access,
        "map_embed.html",
        groups=legends.groups(),
        archipelagos=archipelagos,
        spot=archipelagos.inset_xy((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2),
        data=legends.page_data(language_of(request, access.settings), bounds, around),
    )
    answer.headers.update(frame_headers(access.settings))
    return answer


def frame_headers(settings: Settings) -> dict[str, str]:
    """Who may frame the page. Browsers that know frame-ancestors pass over X-Frame-Options."""
    allowed = " ".join(["'self'", *settings.embed_origins.split()])
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {allowed}")
    return {
        "Content-Security-Policy": policy,
        "X-Frame-Options": "SAMEORIGIN",
        "Cross-Origin-Resource-Policy": "cross-origin" if settings.embed_origins else "same-origin",
    }
