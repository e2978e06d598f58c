"""PURE: catalogue and tile matrix set -> the description of a tile set, as OGC TMS 2.0 writes it.

Links are not here: only the edge knows its addresses.
"""

from __future__ import annotations

from typing import Any

from maps import i18n
from maps.catalog import Audience, Field, Layer
from maps.matrix import CRS84, Box, Limits, MatrixSet

Json = dict[str, Any]

_DIMENSION = {"point": 0, "line": 1, "polygon": 2}
_TYPES: dict[str, Json] = {
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
}


def zooms(layers: tuple[Layer, ...], matrix: MatrixSet) -> range:
    """Zooms at which a tile of these layers may hold something of its own; finer ones are drawn from the last."""
    first = max(min(layer.first_zoom for layer in layers), matrix.first_zoom)
    return range(first, min(max(layer.max_zoom for layer in layers), matrix.last_zoom) + 1)


def limits(layers: tuple[Layer, ...], matrix: MatrixSet, bounds: Box) -> list[Limits]:
    """For each zoom the rows and columns that touch `bounds` (WGS 84 degrees)."""
    return [matrix.limits(bounds, z) for z in zooms(layers, matrix)]


def summary(matrix: MatrixSet, *, lang: str, title: str) -> Json:
    """What a list of tile sets says of one."""
    return {
        "title": f"{title} – {matrix.title_vi if lang == 'vi' else matrix.title_en}",
        "dataType": "vector",
        "crs": matrix.crs,
    }


def describe(
    layers: tuple[Layer, ...], matrix: MatrixSet, audience: Audience, *, lang: str, title: str, bounds: Box,
    attribution: str,
) -> Json:  # fmt: skip
    """All there is to say of one tile set, but for its links; fields are those the audience may see."""
    west, south, east, north = bounds
    drawn = zooms(layers, matrix)
    return {
        **summary(matrix, lang=lang, title=title),
        "description": "; ".join(i18n.translate(lang, f"layer.{layer.name}") for layer in layers),
        "attribution": attribution,
        "mediaTypes": ["application/vnd.mapbox-vector-tile"],
        "tileMatrixSetLimits": [_limits(one) for one in limits(layers, matrix, bounds)],
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84},
        "centerPoint": {
            "coordinates": [round((west + east) / 2, 6), round((south + north) / 2, 6)],
            "crs": CRS84,
            "tileMatrix": str(min(max(10, drawn.start), drawn.stop - 1)),
        },
        "layers": [one for layer in layers for one in _layers(layer, matrix, audience, lang)],
    }


def _limits(one: Limits) -> Json:
    return {
        "tileMatrix": str(one.z),
        "minTileRow": one.first_row,
        "maxTileRow": one.last_row,
        "minTileCol": one.first_column,
        "maxTileCol": one.last_column,
    }


def _layers(layer: Layer, matrix: MatrixSet, audience: Audience, lang: str) -> list[Json]:
    title = i18n.translate(lang, f"layer.{layer.name}")
    fields = layer.fields(audience)
    made = [_layer(layer.name, title, layer.shape, layer.min_zoom, layer.max_zoom, matrix, _properties(fields, lang))]
    if layer.counted is not None:
        cells = {name: _TYPES[kind] for name, kind in layer.counted.attributes().items()}
        shape = "polygon" if layer.counted.look == "grid" else "point"
        made.append(_layer(f"{layer.name}_overview", title, shape, *layer.counted.zooms, matrix, cells))
    if layer.label is not None:
        kept = _properties(tuple(one for one in fields if one.name in layer.label_fields), lang)
        first = max(layer.min_zoom, layer.label_min_zoom)
        made.append(
            _layer(f"{layer.name}_labels", title, "point", first, layer.max_zoom, matrix,
                   kept | {"label": {"type": "string"}})
        )  # fmt: skip
    return made


def _layer(name: str, title: str, shape: str, first: int, last: int, matrix: MatrixSet, properties: Json) -> Json:
    return {
        "id": name,
        "title": title,
        "dataType": "vector",
        "geometryDimension": _DIMENSION[shape],
        "minTileMatrix": str(max(first, matrix.first_zoom)),
        "maxTileMatrix": str(max(last, first)),
        "propertiesSchema": {"type": "object", "properties": properties},
    }


def _properties(fields: tuple[Field, ...], lang: str) -> Json:
    made: Json = {}
    for one in fields:
        made[one.name] = {"title": i18n.translate(lang, f"field.{one.name}"), **_TYPES[one.kind]}
        if one.codes:
            made[one.name]["enum"] = list(one.codes)
    return made
