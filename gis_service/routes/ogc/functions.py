"""The functions that filters may call besides those of CQL2 itself (Part 3, /functions)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gis_service.access import Access, reading
from gis_service.pages_context import page
from gis_service.routes.ogc.landing import OFFERED, READ, language_headers, self_links
from gis_service.routes.ogc.negotiation import choose_format, require_known
from gis_service.routes.ogc.site import Site, site_of
from layers.filters import FUNCTIONS, Function
from maps import i18n

router = APIRouter()

_TYPES = {"shape": "geometry", "place": "geometry", "distance": "number", "instant": "datetime"}
"""Kinds of ours that the standard calls by another name."""


def document(site: Site, chosen: str = "json") -> dict[str, Any]:
    """Every function with its arguments and what it gives."""
    return {
        "functions": [_told(site, one) for one in FUNCTIONS.values()],
        "links": self_links(site, ("functions",), chosen, OFFERED),
    }


def _told(site: Site, one: Function) -> dict[str, Any]:
    return {
        "name": one.name,
        "description": i18n.translate(site.lang, f"ogc.function.{one.name}"),
        "arguments": [
            {
                "title": argument.name,
                "description": i18n.translate(site.lang, f"ogc.argument.{argument.kind}"),
                "type": [_type(argument.kind)],
            }
            for argument in one.arguments
        ],
        "returns": [_type(one.returns)],
    }


def _type(kind: str) -> str:
    return "string" if kind == "text" else _TYPES.get(kind, kind)


@router.api_route("/functions", methods=READ)
def functions(request: Request, access: Annotated[Access, reading("collections.read")]) -> Response:
    """The functions, for every collection alike."""
    require_known(request)
    chosen = choose_format(request, OFFERED)
    site = site_of(request, access)
    body = document(site, chosen)
    if chosen == "html":
        return page(request, access, "ogc/functions.html", document=body, base=site.base)
    return JSONResponse(body, headers=language_headers(site))
