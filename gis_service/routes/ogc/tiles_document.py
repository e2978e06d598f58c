"""OGC API - Tiles in the OpenAPI 3.0 document; operation ids as 20-057, table 11, has them."""

from __future__ import annotations

from typing import Any

from gis_service.routes.ogc.site import Site
from gis_service.routes.ogc.tiles_selection import tiled_collections
from maps import catalog

Object = dict[str, Any]

TAGS = (("tiles", "OGC API - Tiles: vector tiles of the dataset and of each collection"),)

_MVT = "application/vnd.mapbox-vector-tile"
_TILEJSON = "application/vnd.mapbox.tilejson+json"
_LAYERS = [layer.name for layer in catalog.LAYERS]


def paths(site: Site) -> Object:
    """The path items; each operation names its errors."""
    made: Object = {
        "/tileMatrixSets": _get("getTileMatrixSetsList", "Tile matrix sets / Các bộ lưới ô", [], "TileMatrixSets"),
        "/tileMatrixSets/{tileMatrixSetId}": _get(
            "getTileMatrixSet", "One tile matrix set / Một bộ lưới ô", ["tileMatrixSetId"], "TileMatrixSet"
        ),
    }
    for prefix, kind, own, chosen in (
        ("/tiles", "dataset", [], ["collections"]),
        ("/collections/{tiledCollectionId}/tiles", "collection", ["tiledCollectionId"], []),
    ):
        base = f"gis.{kind}.vector"
        made[prefix] = _get(f"{base}.getTileSetsList", "List of tile sets / Danh sách bộ ô", own, "TileSets")
        made[f"{prefix}/{{tileMatrixSetId}}"] = _get(
            f"{base}.getTileSet", "One tile set / Một bộ ô", [*own, "tileMatrixSetId", *chosen, "tileSetFormat"],
            "TileSet",
        )  # fmt: skip
        made[f"{prefix}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"] = _tile(
            f"{base}.getTile", [*own, "tileMatrixSetId", "tileMatrix", "tileRow", "tileCol", *chosen, "tileDatetime"]
        )
    return made


def components(site: Site) -> dict[str, Object]:
    """Parameters, schemas and responses that the path items refer to."""
    return {
        "parameters": {
            "tileMatrixSetId": _path("tileMatrixSetId", "Id of a tile matrix set, see /tileMatrixSets", _string()),
            "tiledCollectionId": _path("tiledCollectionId", "Id of a collection",
                                       {"type": "string", "enum": tiled_collections()}),
            "tileMatrix": _path("tileMatrix", "Id of a tile matrix: its zoom", _string(r"^[0-9]{1,2}$")),
            "tileRow": _path("tileRow", "Row, counted from the top", _index()),
            "tileCol": _path("tileCol", "Column, counted from the left", _index()),
            "collections": _query(
                "collections", "Layers of the tile, in drawing order",
                {"type": "array", "items": {"type": "string", "enum": _LAYERS}, "minItems": 1},
            ),
            "tileDatetime": _query(
                "datetime",
                "Day, instant or interval for layers with dates; others ignore it",
                _string(),
            ),
            "tileSetFormat": _query("f", "json or tilejson", {"type": "string", "enum": ["json", "tilejson"]}),
        },
        "schemas": {
            "TileLink": _object({"href": _string(), "rel": _string(), "type": _string(), "title": _string(),
                                 "templated": {"type": "boolean"}}, "href", "rel"),
            "TileMatrixSets": _object({"tileMatrixSets": {"type": "array", "items": _object(
                {"id": _string(), "title": _string(), "uri": _string(), "links": _links()}, "links")}},
                "tileMatrixSets"),
            "TileMatrixSet": _object({"id": _string(), "title": _string(), "uri": _string(), "crs": _string(),
                                      "orderedAxes": {"type": "array", "items": _string()},
                                      "tileMatrices": {"type": "array", "items": {"type": "object"}}},
                                     "crs", "tileMatrices"),
            "TileSets": _object({"tilesets": {"type": "array", "items": _reference("schemas", "TileSet")},
                                 "links": _links()}, "tilesets"),
            "TileSet": _object({"title": _string(), "dataType": {"type": "string", "enum": ["vector"]},
                                "crs": _string(), "tileMatrixSetURI": _string(), "links": _links(),
                                "tileMatrixSetLimits": {"type": "array", "items": {"type": "object"}},
                                "layers": {"type": "array", "items": {"type": "object"}}},
                               "dataType", "crs", "links"),
            "TileProblem": _object({"type": _string(), "title": _string(), "status": {"type": "integer"},
                                    "code": _string(), "detail": _string(), "detail_vi": _string()}, "code"),
        },
        "responses": {
            "TileProblem": {
                "description": "What is wrong, in English and Vietnamese (RFC 9457)",
                "content": {"application/problem+json": {"schema": _reference("schemas", "TileProblem")}},
            },
        },
    }  # fmt: skip


def _get(operation: str, summary: str, parameters: list[str], schema: str) -> Object:
    content: Object = {"application/json": {"schema": _reference("schemas", schema)}}
    if "tileSetFormat" in parameters:
        content[_TILEJSON] = {"schema": {"type": "object"}}
    return _operation(operation, summary, parameters, {"200": {"description": summary, "content": content}})


def _tile(operation: str, parameters: list[str]) -> Object:
    body = {"schema": {"type": "string", "format": "binary"}}
    return _operation(
        operation, "One vector tile / Một ô dữ liệu vectơ", parameters,
        {
            "200": {"description": "The tile", "content": {_MVT: body}},
            "204": {"description": "Nothing is there"},
            "304": {"description": "Not changed since the ETag of If-None-Match"},
        },
    )  # fmt: skip


def _operation(operation: str, summary: str, parameters: list[str], answers: Object) -> Object:
    refusals = {status: _reference("responses", "TileProblem") for status in ("400", "404", "406")}
    return {
        "get": {
            "tags": ["tiles"],
            "operationId": operation,
            "summary": summary,
            "parameters": [_reference("parameters", name) for name in parameters],
            "responses": answers | refusals,
        }
    }


def _reference(group: str, name: str) -> Object:
    return {"$ref": f"#/components/{group}/{name}"}


def _path(name: str, description: str, schema: Object) -> Object:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _query(name: str, description: str, schema: Object) -> Object:
    shape = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    return shape | {"style": "form", "explode": False}


def _object(properties: Object, *required: str) -> Object:
    return {"type": "object", "required": list(required), "properties": properties}


def _links() -> Object:
    return {"type": "array", "items": _reference("schemas", "TileLink")}


def _string(pattern: str | None = None) -> Object:
    return {"type": "string"} | ({"pattern": pattern} if pattern else {})


def _index() -> Object:
    return {"type": "integer", "minimum": 0, "maximum": (1 << catalog.HIGHEST_ZOOM) - 1}
