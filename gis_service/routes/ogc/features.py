"""OGC API - Features, Parts 1 to 4: what it adds to the shared resources."""

from __future__ import annotations

from gis_service.routes.ogc import collections, editing, features_document, functions, items
from gis_service.routes.ogc.items import PAGE_FORMATS
from gis_service.routes.ogc.registry import Part
from gis_service.routes.ogc.site import HTML, JSON, SCHEMA, Link, Site, link

_PART = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/{}"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"

CONFORMS_TO = (
    *(_PART.format(1, name) for name in ("core", "oas30", "html", "geojson")),
    _PART.format(2, "crs"),
    *(_PART.format(3, name) for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")),
    *(_PART.format(4, name) for name in ("create-replace-delete", "update", "optimistic-locking-etags", "features")),
    *(_CQL2 + name for name in (
        "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
        "accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus",
        "spatial-functions", "temporal-functions", "property-property", "arithmetic",
        "array-functions", "functions",
    )),
)  # fmt: skip


def landing_links(site: Site) -> list[Link]:
    """The way to the collections."""
    title = site.say("Các tập dữ liệu", "Collections")
    return [
        link(site.url("collections"), "data", JSON, title, site.lang),
        link(site.url("collections"), _REL + "data", JSON, title, site.lang),
        link(
            site.url("functions"), _REL + "functions", JSON, site.say("Hàm dùng trong bộ lọc", "Functions of filters")
        ),
    ]


def collection_links(site: Site, collection: str) -> list[Link]:
    """The way from a collection to its features and schemas."""
    own = ("collections", collection)
    say = site.say
    made = [
        link(site.url(*own, "items", f=name), "items", media_type, say("Các đối tượng", "Features") + f" ({name})")
        for name, media_type in PAGE_FORMATS.items()
    ]
    for rel, words in (("queryables", ("Thuộc tính lọc được", "What filters may name")),
                       ("schema", ("Cấu trúc đối tượng", "What features hold"))):  # fmt: skip
        made.append(link(site.url(*own, rel), _REL + rel, SCHEMA, say(*words)))
        made.append(link(site.url(*own, rel, f="html"), _REL + rel, HTML, say(*words)))
    return made


PART = Part(
    routers=(collections.router, items.router, editing.router, functions.router),
    conforms_to=CONFORMS_TO,
    landing_links=landing_links,
    collection_links=collection_links,
    paths=features_document.paths,
    components=features_document.components,
    tags=(("Features", "OGC API - Features"),),
)
