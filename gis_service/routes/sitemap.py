"""What search engines ask for: /robots.txt and /sitemap.xml."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gis_service.access import Access, reading
from gis_service.pages_context import base_url, is_demo
from maps.portal import sitemap

router = APIRouter(tags=["plots"], include_in_schema=False)

Reading = Annotated[Access, reading("pages.read", audience="public")]


@router.get("/robots.txt", response_class=PlainTextResponse)
def robots(request: Request, access: Reading) -> PlainTextResponse:
    """Which pages may be collected; none of a demonstration."""
    base = base_url(request, access.settings)
    return PlainTextResponse(sitemap.robots(base, is_demo=is_demo(access.connection)))


@router.get("/sitemap.xml", response_class=Response)
def site_map(request: Request, access: Reading) -> Response:
    """The public pages, each in every language."""
    body = sitemap.sitemap(access.connection, base_url(request, access.settings))
    return Response(body, media_type="application/xml")
