"""Features as files and as cells of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from gis_service import csv_text
from layers.named_crs import NamedCrs
from maps import i18n
from maps.features import files, sheets
from maps.features.collections import Collection, Property
from maps.features.geojson import plain, shapes_of
from maps.features.items import Item, Page
from maps.pages import write_day, write_number

FILES = {
    "csv": "text/csv; charset=utf-8", "fgb": "application/vnd.flatgeobuf", "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
MOST = {"csv": 50_000, "fgb": 50_000, "parquet": 50_000, "xlsx": 20_000, "html": 200}
"""Features of one answer, where it differs from GeoJSON; the header Link leads on."""


def write(
    chosen: str, collection: Collection, page: Page, properties: Sequence[Property], srid: int, crs: NamedCrs, lang: str
) -> bytes:
    """The features as one file of that format (a key of `FILES`); `lang` is that of headings made for people."""
    items = page.items
    if chosen == "xlsx":
        return sheets.xlsx(collection, items, properties, lang, has_more=page.has_more)
    if chosen == "fgb":
        return files.flatgeobuf(collection, items, properties, srid, crs)
    if chosen == "parquet":
        return files.geoparquet(collection, items, properties, srid, crs)
    return _csv(items, properties, srid, crs).encode()


def _csv(items: Sequence[Item], properties: Sequence[Property], srid: int, crs: NamedCrs) -> str:
    """One row a feature, its geometry as WKT in the last column."""
    texts = shapely.to_wkt(shapes_of(items, srid, crs), rounding_precision=crs.digits) if items else []
    rows = (
        [item.id, *(_csv_value(value) for value in item.values), text]
        for item, text in zip(items, texts, strict=True)
    )  # fmt: skip
    return csv_text.write(["id", *(one.name for one in properties), "geometry"], rows)


def _csv_value(value: Any) -> str | int | float | None:
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    told: str | int | float | None = plain(value)
    return told


def cell(collection: Collection, one: Property, value: Any, lang: str) -> str:
    """A value as people read it; a code is told with its word and as filters take it."""
    if value is None:
        return "–"
    match one.kind:
        case "boolean":
            return i18n.translate(lang, "value.yes" if value else "value.no")
        case "date" | "timestamp":
            return write_day(lang, value)
        case "number":
            return write_number(lang, value, 3)
        case "texts":
            return "; ".join(value) or "–"
    word = i18n.catalogue(lang).get(f"value.{collection.layer}.{one.name}.{value}")
    return str(value) if word in (None, str(value)) else f"{word} ({value})"
