"""The API document: OpenAPI 3.0, put together from what every part says of itself.

The document that the framework makes is OpenAPI 3.1 and knows the routes, not the standard: it has
neither the parameters of a collection nor the shape of an answer. So this one is written by hand.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gis_service import __version__
from gis_service.access import Access, reading
from gis_service.pages_context import page
from gis_service.routes.ogc import openapi_parts
from gis_service.routes.ogc.landing import READ, language_headers
from gis_service.routes.ogc.negotiation import choose_format, require_known
from gis_service.routes.ogc.openapi_parts import answers, json_and_html, ref
from gis_service.routes.ogc.registry import parts
from gis_service.routes.ogc.site import HTML, JSON, OPENAPI, Site, site_of

router = APIRouter()

_FORMATS = {"json": OPENAPI, "html": HTML}
_METHODS = ("get", "post", "put", "patch", "delete")


def document(site: Site) -> dict[str, Any]:
    """The whole document for one audience; the public is not told of operations that it may not use."""
    components: dict[str, dict[str, Any]] = openapi_parts.shared(site)
    paths = _common_paths(site)
    tags = [{"name": "Common", "description": site.say("Chung", "Shared resources")}]
    for part in parts():
        paths |= part.paths(site)
        for kind, named in part.components(site).items():
            components.setdefault(kind, {}).update(named)
        tags += [{"name": name, "description": text} for name, text in part.tags]
    return {
        "openapi": "3.0.3",
        "info": {
            "title": site.say("Dữ liệu không gian – ", "Spatial data – ") + site.authority,
            "version": __version__,
            "description": site.say("Theo các tiêu chuẩn OGC API.", "By the OGC API standards."),
        },
        "servers": [{"url": site.base}],
        "tags": tags,
        "paths": paths,
        "components": components,
    }


def _common_paths(site: Site) -> dict[str, Any]:
    shared = [ref("parameters", "f"), ref("parameters", "lang")]

    def get(operation: str, summary: str, content: dict[str, Any]) -> dict[str, Any]:
        return {
            "get": {
                "operationId": operation, "summary": summary, "tags": ["Common"], "parameters": shared,
                "responses": answers(summary, content, "400", "406"),
            }
        }  # fmt: skip

    binary = {OPENAPI: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}}
    return {
        "/": get("getLandingPage", site.say("Trang đầu", "Landing page"), json_and_html("landingPage")),
        "/conformance": get(
            "getConformance", site.say("Các lớp tuân thủ", "Conformance classes"), json_and_html("confClasses")
        ),
        "/api": get("getApi", site.say("Tài liệu này", "This document"), binary),
    }


@router.api_route("/api", methods=READ)
def api(request: Request, access: Annotated[Access, reading("collections.read")]) -> Response:
    """The API document, or a page that lists its operations."""
    require_known(request)
    chosen = choose_format(request, _FORMATS, also={JSON: "json"})
    site = site_of(request, access)
    body = document(site)
    if chosen == "html":
        operations = [
            (method.upper(), path, operation["summary"])
            for path, item in body["paths"].items()
            for method, operation in item.items()
            if method in _METHODS
        ]
        return page(request, access, "ogc/api.html", document=body, operations=operations, base=site.base)
    return JSONResponse(body, headers=language_headers(site), media_type=OPENAPI)
