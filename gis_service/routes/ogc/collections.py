"""The collections: what there is, where, since when, and in which coordinate systems."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import Connection, text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gis_service.access import Access, reading
from gis_service.pages_context import page
from gis_service.routes.ogc import crs as crs_of
from gis_service.routes.ogc import schemas
from gis_service.routes.ogc.landing import OFFERED, READ, language_headers, self_links
from gis_service.routes.ogc.negotiation import choose_format, require_known
from gis_service.routes.ogc.registry import parts
from gis_service.routes.ogc.site import HTML, JSON, SCHEMA, Link, Site, site_of
from layers.crs import WGS84, transformer
from layers.named_crs import CRS84, by_srid
from maps import i18n
from maps.features import items
from maps.features.collections import COLLECTIONS, Collection, get
from maps.features.items import Extent, Ground

router = APIRouter()

_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_SCHEMA_FORMATS = {"json": SCHEMA, "html": HTML}
_KEEP_S = 60.0
_EDGE_DEG = 1e-6
"""Added around an extent, so that rounding leaves nothing outside."""


def document(request: Request, site: Site, conn: Connection, collection: Collection, on: Ground) -> dict[str, Any]:
    """One collection as the standards describe it."""
    links: list[Link] = []
    for part in parts():
        links += part.collection_links(site, collection.name)
    return {
        "id": collection.name,
        "title": schemas.title_of(collection, site.lang),
        "description": i18n.translate(site.lang, f"ogc.about.{collection.name}"),
        "itemType": "feature",
        "extent": _extent(request, site, conn, collection, on),
        "crs": crs_of.listed(on),
        "storageCrs": by_srid(items.srid_of(collection, on)).uri,
        "links": links,
    }


def _extent(request: Request, site: Site, conn: Connection, collection: Collection, on: Ground) -> dict[str, Any]:
    found = _measured(request, site, conn, collection)
    box = on.area_deg
    if found.bounds is not None:
        to_degrees = transformer(items.srid_of(collection, on), WGS84)
        west, south, east, north = to_degrees.transform_bounds(*found.bounds, densify_pts=21)
        box = (west - _EDGE_DEG, south - _EDGE_DEG, east + _EDGE_DEG, north + _EDGE_DEG)
    first, last = found.days or (None, None)
    interval = [None if day is None else f"{day.isoformat()}T00:00:00Z" for day in (first, last)]
    return {
        "spatial": {"bbox": [[round(edge, 7) for edge in box]], "crs": CRS84},
        "temporal": {"interval": [interval], "trs": _GREGORIAN},
    }


def _measured(request: Request, site: Site, conn: Connection, collection: Collection) -> Extent:
    """The extent, measured again only when a table that it depends on has changed, and once a minute at most.

    It reads the whole collection, which takes a second for some hundred thousand plots; an editor at
    work must not make every reader of the list wait for that.
    """
    named = [collection.table.name, "zones", "sites", "places"]
    versions = conn.execute(
        text("SELECT layer, version FROM layer_versions WHERE layer = ANY(:named) ORDER BY layer"), {"named": named}
    )
    now = tuple((layer, version) for layer, version in versions)
    known: dict[tuple[str, str], _Measured] = request.app.state.__dict__.setdefault("ogc_extents", {})
    key = (collection.name, site.audience)
    last = known.get(key)
    if last is None or (last.versions != now and time.monotonic() - last.at_s > _KEEP_S):
        last = known[key] = _Measured(now, time.monotonic(), items.extent(conn, collection))
    return last.extent


@dataclass(frozen=True, slots=True)
class _Measured:
    """An extent, and of what it was the extent."""

    versions: tuple[tuple[str, int], ...]
    at_s: float
    extent: Extent


@router.api_route("/collections", methods=READ)
def collections(request: Request, access: Annotated[Access, reading("collections.read")]) -> Response:
    """Every collection that the asker may read."""
    require_known(request)
    chosen = choose_format(request, OFFERED)
    site, on = site_of(request, access), items.ground(access.connection)
    body = {
        "title": site.say("Các tập dữ liệu", "Collections"),
        "links": self_links(site, ("collections",), chosen, OFFERED),
        "crs": crs_of.listed(on),
        "collections": [
            _with_self(site, document(request, site, access.connection, one, on), "json") for one in COLLECTIONS
        ],
    }
    if chosen == "html":
        return page(request, access, "ogc/collections.html", document=body, base=site.base)
    return JSONResponse(body, headers=language_headers(site))


def _with_self(site: Site, body: dict[str, Any], chosen: str) -> dict[str, Any]:
    own = self_links(site, ("collections", body["id"]), chosen, OFFERED)
    return body | {"links": own + body["links"]}


@router.api_route("/collections/{collection}", methods=READ)
def collection(request: Request, access: Annotated[Access, reading("collections.read")], collection: str) -> Response:
    """One collection."""
    require_known(request)
    chosen = choose_format(request, OFFERED)
    site, on, found = site_of(request, access), items.ground(access.connection), get(collection)
    body = _with_self(site, document(request, site, access.connection, found, on), chosen)
    if chosen == "html":
        told = schemas.queryables(site, found)["properties"]
        return page(
            request, access, "ogc/collection.html", document=body, properties=told, layer=found.layer, base=site.base
        )
    return JSONResponse(body, headers=language_headers(site))


@router.api_route("/collections/{collection}/queryables", methods=READ)
def queryables(request: Request, access: Annotated[Access, reading("collections.read")], collection: str) -> Response:
    """What filters on the collection may name (Part 3)."""
    return _schema(request, access, get(collection), "queryables")


@router.api_route("/collections/{collection}/schema", methods=READ)
def schema(request: Request, access: Annotated[Access, reading("collections.read")], collection: str) -> Response:
    """What its features hold, and what an editor may write."""
    return _schema(request, access, get(collection), "schema")


def _schema(request: Request, access: Access, found: Collection, name: str) -> Response:
    require_known(request)
    chosen = choose_format(request, _SCHEMA_FORMATS, also={JSON: "json"})
    site = site_of(request, access)
    body = schemas.queryables(site, found) if name == "queryables" else schemas.schema(site, found)
    if chosen == "html":
        return page(request, access, "ogc/schema.html", document=body, collection=found.name, name=name, base=site.base)
    return JSONResponse(body, headers=language_headers(site), media_type=SCHEMA)
