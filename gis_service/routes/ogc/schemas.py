"""JSON Schemas of a collection: what filters may name (Part 3), and what its features hold."""

from __future__ import annotations

from typing import Any

from gis_service.routes.ogc.site import Site
from maps import i18n
from maps.features import editing
from maps.features.collections import Collection, Property

DIALECT = "https://json-schema.org/draft/2019-09/schema"
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"}, "integer": {"type": "integer"}, "number": {"type": "number"},
    "boolean": {"type": "boolean"}, "date": {"type": "string", "format": "date"},
    "timestamp": {"type": "string", "format": "date-time"},
    "texts": {"type": "array", "items": {"type": "string"}},
}  # fmt: skip


def title_of(collection: Collection, lang: str) -> str:
    """What people call the collection."""
    return i18n.translate(lang, f"layer.{collection.name}")


def queryables(site: Site, collection: Collection) -> dict[str, Any]:
    """What a filter may name; nothing else is accepted."""
    return _schema(site, collection, "queryables") | {"additionalProperties": False}


def schema(site: Site, collection: Collection) -> dict[str, Any]:
    """What features hold, and in which of it an editor may write."""
    found = _schema(site, collection, "schema")
    may_write = editing.writable(collection)
    for one in collection.properties_for(site.audience):
        if one.name not in may_write:
            found["properties"][one.name]["readOnly"] = True
    return found


def _schema(site: Site, collection: Collection, name: str) -> dict[str, Any]:
    told = {
        one.name: of_property(site, one) | _role(collection, one) for one in collection.properties_for(site.audience)
    }
    geometry = {"geometry": _geometry(site, collection) | {"x-ogc-role": "primary-geometry"}}
    return {
        "$schema": DIALECT,
        "$id": site.url("collections", collection.name, name),
        "type": "object",
        "title": title_of(collection, site.lang),
        "properties": geometry | told,
    }


def _role(collection: Collection, one: Property) -> dict[str, str]:
    """What the value is to the feature, in the terms of Part 5; nothing for most."""
    starts, ends = collection.times or (None, None)
    if one.expression is starts:
        return {"x-ogc-role": "primary-instant" if ends is None else "primary-interval-start"}
    return {"x-ogc-role": "primary-interval-end"} if ends is not None and one.expression is ends else {}


def of_property(site: Site, one: Property) -> dict[str, Any]:
    """The schema of one value."""
    codes = {"enum": list(one.codes)} if one.codes else {}
    return {"title": i18n.translate(site.lang, f"field.{one.name}"), **_TYPES[one.kind], **codes}


def _geometry(site: Site, collection: Collection) -> dict[str, Any]:
    return {
        "title": site.say("Hình", "Geometry"),
        "$ref": f"https://geojson.org/schema/{collection.geometry_type}.json",
        "format": f"geometry-{collection.geometry_type.lower()}",
    }
