"""PURE: what the attribute table beside the map needs to know: collections, their columns, words for codes.

The rows themselves come from /ogc/collections/{name}/items, which also reads the filter.
"""

from __future__ import annotations

from typing import Any

from maps import i18n
from maps.features.collections import COLLECTIONS, Audience, Collection, Property


def tables(lang: str, audience: Audience) -> list[dict[str, Any]]:
    """One entry for each collection that the map draws, with the columns that the audience may see."""
    return [_table(one, lang, audience) for one in COLLECTIONS if one.layer is not None]


def _table(collection: Collection, lang: str, audience: Audience) -> dict[str, Any]:
    columns = [_column(collection, one, lang) for one in collection.properties_for(audience)]
    return {
        "name": collection.name,
        "layer": collection.layer,
        "title": collection.title,
        "columns": sorted(columns, key=lambda column: column["name"] != collection.title),
    }


def _column(collection: Collection, one: Property, lang: str) -> dict[str, Any]:
    texts = i18n.catalogue(lang)
    words = {code: texts.get(f"value.{collection.layer}.{one.name}.{code}", code) for code in one.codes}
    return {
        "name": one.name,
        "label": i18n.translate(lang, f"field.{one.name}"),
        "kind": one.kind,
        **({"words": words} if words else {}),
    }
