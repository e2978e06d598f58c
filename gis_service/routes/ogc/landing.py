"""The landing page and the conformance declaration."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gis_service.access import Access, reading
from gis_service.pages_context import page
from gis_service.routes.ogc.negotiation import choose_format, require_known
from gis_service.routes.ogc.registry import parts
from gis_service.routes.ogc.site import HTML, JSON, OPENAPI, Link, Site, link, site_of

router = APIRouter()

READ = ["GET", "HEAD"]
OFFERED = {"json": JSON, "html": HTML}
_COMMON = "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/"


def self_links(site: Site, segments: tuple[str, ...], chosen: str, offered: dict[str, str]) -> list[Link]:
    """`self` in the chosen representation, and `alternate` for the others."""
    return [
        link(
            site.url(*segments, f=name),
            "self" if name == chosen else "alternate",
            media_type,
            site.say("Trang này", "This document") + f" ({name})",
            site.lang,
        )
        for name, media_type in offered.items()
    ]


def language_headers(site: Site) -> dict[str, str]:
    """What a cache and a reader must know of an answer that differs by language and by who asks."""
    return {
        "Content-Language": site.lang,
        "Vary": "Accept, Accept-Language, Cookie",
        "Cache-Control": "no-cache" if site.audience == "public" else "private, no-cache",
    }


def landing_page(site: Site, chosen: str) -> dict[str, Any]:
    """The landing page as data."""
    say = site.say
    links = self_links(site, (), chosen, OFFERED)
    links += [
        link(site.url("api"), "service-desc", OPENAPI, say("Mô tả giao diện (OpenAPI 3.0)", "API definition (3.0)")),
        link(site.url("api", f="html"), "service-doc", HTML, say("Tài liệu giao diện", "API documentation"), site.lang),
        link(site.url("conformance"), "conformance", JSON, say("Các lớp tuân thủ", "Conformance classes")),
        link(site.url("conformance"), "http://www.opengis.net/def/rel/ogc/1.0/conformance", JSON,
             say("Các lớp tuân thủ", "Conformance classes")),
    ]  # fmt: skip
    for part in parts():
        links += part.landing_links(site)
    return {
        "title": say("Dữ liệu không gian – ", "Spatial data – ") + site.authority,
        "description": say(
            "Khu công nghiệp, lô đất, doanh nghiệp, mạng di động và địa chỉ theo các tiêu chuẩn OGC.",
            "Industrial zones, plots, enterprises, mobile networks and addresses by the standards of the OGC.",
        ),
        "links": links,
    }


@router.api_route("/", methods=READ)
def landing(request: Request, access: Annotated[Access, reading("collections.read")]) -> Response:
    """Where a client of the standards begins."""
    require_known(request)
    chosen = choose_format(request, OFFERED)
    site = site_of(request, access)
    body = landing_page(site, chosen)
    if chosen == "html":
        return page(request, access, "ogc/landing.html", document=body)
    return JSONResponse(body, headers=language_headers(site))


@router.api_route("/conformance", methods=READ)
def conformance(request: Request, access: Annotated[Access, reading("collections.read")]) -> Response:
    """Which requirements classes this service meets."""
    require_known(request)
    chosen = choose_format(request, OFFERED)
    site = site_of(request, access)
    classes = [_COMMON + "core", _COMMON + "landing-page"]
    for part in parts():
        classes += part.conforms_to
    body = {
        "conformsTo": list(dict.fromkeys(classes)),
        "links": self_links(site, ("conformance",), chosen, OFFERED),
    }
    if chosen == "html":
        return page(request, access, "ogc/conformance.html", document=body)
    return JSONResponse(body, headers=language_headers(site))
