"""Part 4: add, replace, change and delete single features, each against the version that was read."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from gis_service.access import Access, reading, writing
from gis_service.identity import policy
from gis_service.identity.model import Identity
from gis_service.routes.ogc import crs as crs_of
from gis_service.routes.ogc.items import etag_of
from gis_service.routes.ogc.site import GEOJSON, JSON, Site, site_of
from layers.named_crs import LON_LAT
from maps.features import editing, items
from maps.features.collections import Collection, get
from maps.features.errors import MissingContentType, MissingIfMatch, StaleFeature, WrongContentType

router = APIRouter()

MERGE_PATCH = "application/merge-patch+json"
_FEATURE_TYPES = [GEOJSON, JSON]
_PATCH_TYPES = [MERGE_PATCH]
_TAG = re.compile(r'(W/)?"([^"]{0,200})"')
_SUBJECT = "collections/{collection}"


async def _body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(_body)]


@router.options("/collections/{collection}/items")
def collection_options(
    request: Request, access: Annotated[Access, reading("collections.read")], collection: str
) -> Response:
    """What can be done with the features of a collection."""
    found = get(collection)
    methods = ["GET", "HEAD", "OPTIONS"]
    headers = {}
    if found.editable and policy.may(access.identity, "collections.write"):
        methods.append("POST")
        headers["Accept-Post"] = ", ".join(_FEATURE_TYPES)
    return Response(headers={"Allow": ", ".join(methods), **headers})


@router.options("/collections/{collection}/items/{feature_id}")
def feature_options(
    request: Request, access: Annotated[Access, reading("collections.read")], collection: str, feature_id: str
) -> Response:
    """What can be done with one feature."""
    found = get(collection)
    methods = ["GET", "HEAD", "OPTIONS"]
    headers = {}
    if found.editable and policy.may(access.identity, "collections.write"):
        methods += ["PUT", "PATCH"]
        headers["Accept-Patch"] = ", ".join(_PATCH_TYPES)
    if found.editable and policy.may(access.identity, "collections.delete"):
        methods.append("DELETE")
    return Response(headers={"Allow": ", ".join(methods), **headers})


@router.post("/collections/{collection}/items")
def create(
    request: Request,
    access: Annotated[Access, writing("collections.write", _SUBJECT + "/items")],
    collection: str,
    body: Body,
) -> Response:
    """Add a feature. 201 with its address in Location."""
    found = _editable(collection)
    feature = _parsed(request, body, _FEATURE_TYPES)
    crs = crs_of.of_body(request, items.ground(access.connection))
    stored = editing.create(access.connection, found, feature, crs, source=_source(access.identity))
    site = site_of(request, access)
    address = site.url("collections", found.name, "items", str(stored.id))
    return Response(status_code=201, headers={"Location": address, "ETag": _etag(site, stored.version)})


@router.put("/collections/{collection}/items/{feature_id}")
def replace(
    request: Request,
    access: Annotated[Access, writing("collections.write", _SUBJECT + "/items/{feature_id}")],
    collection: str,
    feature_id: str,
    body: Body,
) -> Response:
    """Give a feature new content as a whole."""
    return _changed(request, access, collection, feature_id, body, _FEATURE_TYPES)


@router.patch("/collections/{collection}/items/{feature_id}")
def update(
    request: Request,
    access: Annotated[Access, writing("collections.write", _SUBJECT + "/items/{feature_id}")],
    collection: str,
    feature_id: str,
    body: Body,
) -> Response:
    """Change parts of a feature, by JSON Merge Patch."""
    return _changed(request, access, collection, feature_id, body, _PATCH_TYPES)


@router.delete("/collections/{collection}/items/{feature_id}")
def delete(
    request: Request,
    access: Annotated[Access, writing("collections.delete", _SUBJECT + "/items/{feature_id}")],
    collection: str,
    feature_id: str,
) -> Response:
    """Delete a feature that nothing else depends on; its history stays."""
    found = _editable(collection)
    item = editing.read_for_editing(access.connection, found, feature_id)
    _require_match(request, item.version)
    editing.delete(access.connection, found, item)
    return Response(status_code=204)


def _changed(
    request: Request, access: Access, collection: str, feature_id: str, body: bytes, taken: list[str]
) -> Response:
    found = _editable(collection)
    change = _parsed(request, body, taken)
    on = items.ground(access.connection)
    crs = crs_of.of_body(request, on)
    item = editing.read_for_editing(access.connection, found, feature_id)
    _require_match(request, item.version)
    act = editing.update if taken is _PATCH_TYPES else editing.replace
    stored = act(access.connection, found, item, change, crs)
    return Response(status_code=204, headers={"ETag": _etag(site_of(request, access), stored.version)})


def _editable(name: str) -> Collection:
    found = get(name)
    editing.require_editable(found)
    return found


def _parsed(request: Request, body: bytes, taken: list[str]) -> Any:
    stated = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not stated:
        raise MissingContentType(taken)
    if stated not in taken:
        raise WrongContentType(stated, taken)
    try:
        return json.loads(body)
    except ValueError:  # only an empty body gets here: the front door has read any other
        return None


def _require_match(request: Request, version: int) -> None:
    """The version that the client changes must be the one on record (RFC 9110, 13.1.1)."""
    stated = request.headers.get("if-match", "").strip()
    if not stated:
        raise MissingIfMatch()
    if stated == "*":
        return
    strong = [tag for weak, tag in _TAG.findall(stated) if not weak]
    if str(version) not in (tag.partition("-")[0] for tag in strong):
        raise StaleFeature(version)


def _etag(site: Site, version: int) -> str:
    return etag_of(version, f"json-{LON_LAT.srid}-{site.lang}-{site.audience}")


def _source(identity: Identity) -> str:
    return f"OGC API – {identity.login}"
