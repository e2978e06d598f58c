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
    return _schema(site, collection, "queryables", {"geometry": _geometry(site, collection)}) | {
        "additionalProperties": False
    }


def schema(site: Site, collection: Collection) -> dict[str, Any]:
    """What features hold, and in which of it an editor may write."""
    geometry = {"geometry": _geometry(site, collection) | {"x-ogc-role": "primary-geometry"}}
    found = _schema(site, collection, "schema", geometry)
    may_write = editing.writable(collection)
    for one in collection.properties_for(site.audience):
        if one.name not in may_write:
            found["properties"][one.name]["readOnly"] = True
    return found


def _schema(site: Site, collection: Collection, name: str, geometry: dict[str, Any]) -> dict[str, Any]:
    told = {one.name: of_property(site, one) for one in collection.properties_for(site.audience)}
    return {
        "$schema": DIALECT,
        "$id": site.url("collections", collection.name, name),
        "type": "object",
        "title": title_of(collection, site.lang),
        "properties": geometry | told,
    }


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
