"""Features: pages of them and single ones, in every representation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gis_service.access import Access, reading
from gis_service.pages_context import page
from gis_service.routes.ogc import crs as crs_of
from gis_service.routes.ogc import filters, formats, schemas
from gis_service.routes.ogc.landing import READ, language_headers, self_links
from gis_service.routes.ogc.negotiation import choose_format, require_known
from gis_service.routes.ogc.site import GEOJSON, HTML, JSON, Link, Site, link, site_of
from layers.named_crs import NamedCrs
from maps.features import cursors, geojson, items
from maps.features.collections import Collection, Property, get
from maps.features.cursors import Edge
from maps.features.items import Ground, Page
from maps.features.sketch import sketch
from maps.freshness import matches

router = APIRouter()

ITEM_FORMATS = {"json": GEOJSON, "html": HTML}
PAGE_FORMATS = {**ITEM_FORMATS, **formats.FILES}
_ALSO = {JSON: "json"}
"""A client that takes only application/json gets GeoJSON too, which is JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page on its way out."""

    site: Site
    collection: Collection
    properties: Sequence[Property]
    page: Page
    matched: int | None
    srid: int
    crs: NamedCrs
    links: list[Link]

    @property
    def closing(self) -> dict[str, Any]:
        """What a collection says besides its features."""
        said: dict[str, Any] = {
            "links": self.links,
            "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "numberReturned": len(self.page.items),
        }
        return said if self.matched is None else said | {"numberMatched": self.matched}

    @property
    def headers(self) -> dict[str, str]:
        """Headers of every representation; the links too, for those that have no place for them."""
        said = language_headers(self.site) | crs_of.header(self.crs)
        said["OGC-NumberReturned"] = str(len(self.page.items))
        if self.matched is not None:
            said["OGC-NumberMatched"] = str(self.matched)
        shown = [one for one in self.links if one["rel"] in ("self", "prev", "next")]
        said["Link"] = ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"' for one in shown)
        return said


@router.api_route("/collections/{collection}/items", methods=READ)
def features(request: Request, access: Annotated[Access, reading("collections.read")], collection: str) -> Response:
    """Features of a collection that match every parameter, a page at a time."""
    found, audience = get(collection), access.audience
    require_known(request, filters.parameters_of(found, audience))
    chosen = choose_format(request, PAGE_FORMATS, also=_ALSO)
    on = items.ground(access.connection)
    crs = crs_of.of_parameter(request, "crs", on)
    limit = filters.limit_of(request, formats.MOST.get(chosen, filters.MOST))
    question = filters.fingerprint(request, found, audience)
    word = request.query_params.get("cursor")
    at = cursors.BEGINNING if word is None else cursors.read(word, question)
    where = items.conditions(found, filters.question_of(request, found, audience, on), audience, on)
    one_page = items.find_page(access.connection, found, audience, where, at=at, limit=limit)
    matched = items.count(access.connection, found, where)
    site = site_of(request, access)
    links = _links(request, site, found, chosen, _around(one_page, at, question))
    answer = Answer(
        site, found, found.properties_for(audience), one_page, matched, items.srid_of(found, on), crs, links
    )
    return _written(request, access, answer, chosen)


def _written(request: Request, access: Access, answer: Answer, chosen: str) -> Response:
    if chosen == "html":
        return _page(request, access, answer)
    if chosen == "json":
        pieces = geojson.collection(answer.page.items, answer.properties, answer.srid, answer.crs, answer.closing)
        return StreamingResponse(pieces, headers=answer.headers, media_type=GEOJSON)
    body = formats.write(
        chosen, answer.collection, answer.page, answer.properties, answer.srid, answer.crs, answer.site.lang
    )
    name = f"{answer.collection.name}.{chosen}"
    headers = answer.headers | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, media_type=formats.FILES[chosen])


def _page(request: Request, access: Access, answer: Answer) -> Response:
    shown = answer.properties[:8]
    rows = [
        (
            item.id,
            [
                formats.cell(answer.collection, one, item.values[place], answer.site.lang)
                for place, one in enumerate(shown)
            ],
        )
        for item in answer.page.items
    ]
    drawing = sketch(answer.page.items, answer.srid)
    turned = {one["rel"]: one["href"] for one in answer.links if one["rel"] in ("prev", "next")}
    return page(
        request, access, "ogc/items.html", title=schemas.title_of(answer.collection, answer.site.lang),
        collection=answer.collection, properties=shown, rows=rows, drawing=drawing, turned=turned,
        matched=answer.matched, base=answer.site.base, files=list(formats.FILES), query=_query(request, "f", "lang"),
    )  # fmt: skip


def _query(request: Request, *without: str, **more: str) -> str:
    kept = [(name, value) for name, value in request.query_params.items() if name not in without and name not in more]
    return urlencode([*kept, *more.items()])


def _around(one_page: Page, at: Edge, question: str) -> dict[str, str]:
    """The words for the pages before and after, by `prev` and `next`; one that is not there is left out.

    A page that has become empty since its word was given out still leads back to where it was.
    """
    first = one_page.items[0].id if one_page.items else at.id + (not at.is_end)
    last = one_page.items[-1].id if one_page.items else at.id - at.is_end
    edges = {"prev": (one_page.has_before, Edge(first, is_end=True)), "next": (one_page.has_more, Edge(max(last, 0)))}
    return {rel: cursors.make(edge, question) for rel, (is_there, edge) in edges.items() if is_there}


def _links(request: Request, site: Site, found: Collection, chosen: str, around: dict[str, str]) -> list[Link]:
    base = site.url("collections", found.name, "items")
    made = [
        link(
            f"{base}?{_query(request, f=name)}",
            "self" if name == chosen else "alternate",
            media_type,
            site.say("Trang này", "This page") + f" ({name})",
            site.lang,
        )
        for name, media_type in PAGE_FORMATS.items()
    ]
    words = {"prev": site.say("Trang trước", "Previous page"), "next": site.say("Trang sau", "Next page")}
    for rel, word in around.items():
        address = f"{base}?{_query(request, f=chosen, cursor=word)}"
        made.append(link(address, rel, PAGE_FORMATS[chosen], words[rel], site.lang))
    title = schemas.title_of(found, site.lang)
    return [*made, link(site.url("collections", found.name), "collection", JSON, title, site.lang)]


@router.api_route("/collections/{collection}/items/{feature_id}", methods=READ)
def feature(
    request: Request, access: Annotated[Access, reading("collections.read")], collection: str, feature_id: str
) -> Response:
    """One feature."""
    found, audience = get(collection), access.audience
    require_known(request, ("crs",))
    chosen = choose_format(request, ITEM_FORMATS, also=_ALSO)
    on = items.ground(access.connection)
    crs = crs_of.of_parameter(request, "crs", on)
    item = items.get(access.connection, found, audience, feature_id)
    site = site_of(request, access)
    etag = etag_of(item.version, f"{chosen}-{crs.srid}{'f' if crs.latitude_first else ''}-{site.lang}-{audience}")
    headers = language_headers(site) | crs_of.header(crs) | {"ETag": etag}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    body = feature_document(site, found, item, on, crs, chosen)
    if chosen == "html":
        return _feature_page(request, access, site, found, item, on)
    return Response(json.dumps(body, ensure_ascii=False), headers=headers, media_type=GEOJSON)


def etag_of(version: int, representation: str) -> str:
    """Strong tag of one representation; what stands before the first hyphen is the version of the record."""
    return f'"{version}-{representation}"'


def feature_document(
    site: Site, found: Collection, item: items.Item, on: Ground, crs: NamedCrs, chosen: str = "json"
) -> dict[str, Any]:
    """One feature with its links."""
    own = ("collections", found.name, "items", str(item.id))
    body = geojson.feature(item, found.properties_for(site.audience), items.srid_of(found, on), crs)
    body["links"] = [
        *self_links(site, own, chosen, ITEM_FORMATS),
        link(site.url("collections", found.name), "collection", JSON, schemas.title_of(found, site.lang), site.lang),
    ]
    return body


def _feature_page(
    request: Request, access: Access, site: Site, found: Collection, item: items.Item, on: Ground
) -> Response:
    told = found.properties_for(site.audience)
    rows = [(one, formats.cell(found, one, item.values[place], site.lang)) for place, one in enumerate(told)]
    title = next((text for one, text in rows if one.name == found.title), str(item.id))
    drawing = sketch([item], items.srid_of(found, on))
    return page(
        request, access, "ogc/item.html", title=title, collection=found, item=item, rows=rows, drawing=drawing,
        collection_title=schemas.title_of(found, site.lang), base=site.base,
    )  # fmt: skip
