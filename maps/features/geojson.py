"""Features as GeoJSON (RFC 7946), written piece by piece."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import shapely

from layers.named_crs import DEGREE_DIGITS, METRE_DIGITS, NamedCrs, write
from maps.features.collections import Property
from maps.features.items import Item

_BATCH = 200
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_LONG = {digits: re.compile(rf"-?[0-9]+\.[0-9]{{{digits + 1},}}") for digits in (DEGREE_DIGITS, METRE_DIGITS)}
"""Numbers that GEOS writes with more decimals than were kept: 20.918243060000002."""


def shapes_of(items: Sequence[Item], srid: int, crs: NamedCrs) -> Any:
    """Geometries in that CRS as an array; None where a feature has none. Stored heights do not exist."""
    found = shapely.from_wkb(np.array([item.wkb for item in items], dtype=object))
    return write(found, srid, crs)


def texts_of(shapes: Any, crs: NamedCrs) -> list[str]:
    """GeoJSON text of each shape, `null` for none, with no more decimals than the shapes have."""

    def shorter(found: re.Match[str]) -> str:
        return repr(round(float(found[0]), crs.digits))

    written = shapely.to_geojson(shapes) if len(shapes) else ()
    return ["null" if text is None else _LONG[crs.digits].sub(shorter, text) for text in written]


def plain(value: Any) -> Any:
    """A stored value as JSON has it: days and moments as text, the latter in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def feature(item: Item, properties: Sequence[Property], srid: int, crs: NamedCrs) -> dict[str, Any]:
    """One feature as an object."""
    shape = texts_of(shapes_of([item], srid, crs), crs)[0]
    return {
        "type": "Feature",
        "id": item.id,
        "geometry": json.loads(shape),
        "properties": values_of(item, properties),
    }


def values_of(item: Item, properties: Sequence[Property]) -> dict[str, Any]:
    """The properties by name."""
    told = {one.name: value for one, value in zip(properties, item.values, strict=True)}
    for one in properties:
        if one.kind in ("date", "timestamp"):
            told[one.name] = plain(told[one.name])
    return told


def collection(
    items: Sequence[Item], properties: Sequence[Property], srid: int, crs: NamedCrs, closing: dict[str, Any]
) -> Iterator[bytes]:
    """A FeatureCollection in pieces of 200 features; `closing` is what stands after them (links, counts)."""
    yield b'{"type":"FeatureCollection","features":['
    for begin in range(0, len(items), _BATCH):
        batch = items[begin : begin + _BATCH]
        shapes = texts_of(shapes_of(batch, srid, crs), crs)
        written = [
            f'{{"type":"Feature","id":{item.id},"geometry":{shape},'
            f'"properties":{_ENCODE(values_of(item, properties))}}}'
            for item, shape in zip(batch, shapes, strict=True)
        ]
        yield ((",\n" if begin else "\n") + ",\n".join(written)).encode()
    rest = json.dumps(closing, ensure_ascii=False)[1:]
    yield b"\n]," + rest.encode() if len(rest) > 1 else b"\n]}"
