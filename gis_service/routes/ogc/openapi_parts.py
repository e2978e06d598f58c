"""Pieces of the OpenAPI 3.0 document that operations share."""

from __future__ import annotations

from typing import Any

from gis_service.routes.ogc.site import GEOJSON, HTML, Site

Object = dict[str, Any]

PROBLEM = "application/problem+json"


def ref(kind: str, name: str) -> Object:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def parameter(name: str, where: str, schema: Object, description: str, **more: Any) -> Object:
    """One parameter; `where` is query, path or header."""
    made: Object = {
        "name": name,
        "in": where,
        "required": where == "path",
        "schema": schema,
        "description": description,
    }
    if where == "query":  # said although it is the default: the official suite reads what is written
        made |= {"style": "form", "explode": False}
    return made | more


def answers(ok: str, content: Object, *errors: str, status: str = "200") -> Object:
    """Responses of an operation: one that succeeds, and the errors it may give."""
    made: Object = {status: {"description": ok, "content": content} if content else {"description": ok}}
    return made | {error: ref("responses", f"Problem{error}") for error in errors}


def json_and_html(schema: str, media_type: str = "application/json") -> Object:
    """Content of a resource that is JSON of that schema, or a page."""
    return {media_type: {"schema": ref("schemas", schema)}, HTML: {"schema": {"type": "string"}}}


def shared(site: Site) -> dict[str, Object]:
    """Components that do not depend on any one standard."""
    say = site.say
    return {
        "parameters": {
            "f": parameter("f", "query", {"type": "string"}, say("Dạng trả về, thay cho Accept.",
                                                                  "Representation, in place of Accept.")),
            "lang": parameter("lang", "query", {"type": "string", "enum": ["vi", "en"]},
                              say("Ngôn ngữ.", "Language of titles and pages.")),
        },
        "schemas": {
            "link": {
                "type": "object", "required": ["href", "rel"],
                "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title", "hreflang")},
            },
            "landingPage": _with_links({"title": {"type": "string"}, "description": {"type": "string"}}),
            "confClasses": {
                "type": "object", "required": ["conformsTo"],
                "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}},
            },
            "problem": {
                "type": "object", "required": ["type", "title", "status", "code", "detail", "detail_vi"],
                "properties": {
                    "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
                    "code": {"type": "string"}, "detail": {"type": "string"}, "detail_vi": {"type": "string"},
                    "instance": {"type": "string"}, "request_id": {"type": "string", "nullable": True},
                },
            },
        },
        "responses": {
            f"Problem{status}": {
                "description": text, "content": {PROBLEM: {"schema": ref("schemas", "problem")}},
            }
            for status, text in _problems(site).items()
        },
    }  # fmt: skip


def _with_links(properties: Object) -> Object:
    listed = {"type": "array", "items": ref("schemas", "link")}
    return {"type": "object", "required": ["links"], "properties": properties | {"links": listed}}


def _problems(site: Site) -> dict[str, str]:
    say = site.say
    return {
        "400": say("Tham số hoặc nội dung sai.", "A parameter or the body is wrong."),
        "401": say("Cần đăng nhập.", "Sign in first."),
        "403": say("Không được phép.", "Not allowed."),
        "404": say("Không có ở đây.", "There is no such thing."),
        "406": say("Không có dạng đã yêu cầu.", "Not in a representation that you take."),
        "409": say("Mâu thuẫn với dữ liệu đã lưu.", "Contradicts what is on record."),
        "412": say("Bản ghi đã được sửa sau khi bạn đọc.", "The record has changed since you read it."),
        "415": say("Không nhận loại nội dung này.", "This kind of content is not taken."),
        "422": say("Giá trị hoặc hình không hợp lệ.", "A value or the geometry is not valid."),
        "428": say("Thiếu If-Match.", "If-Match is missing."),
        "503": say("Quá lâu hoặc đang quá tải.", "It took too long, or there is too much to do."),
    }


def feature_schemas() -> Object:
    """GeoJSON as far as a reader of the document needs it."""
    feature = {
        "type": "object", "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "geometry": {"type": "object", "nullable": True, "required": ["type"],
                         "properties": {"type": {"type": "string"}, "coordinates": {"type": "array", "items": {}}}},
            "properties": {"type": "object", "nullable": True},
            "links": {"type": "array", "items": ref("schemas", "link")},
        },
    }  # fmt: skip
    many = {
        "type": "object", "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": ref("schemas", "featureGeoJSON")},
            "links": {"type": "array", "items": ref("schemas", "link")},
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {"type": "integer", "minimum": 0}, "numberReturned": {"type": "integer", "minimum": 0},
        },
    }  # fmt: skip
    one = {
        "type": "object", "required": ["id", "links"],
        "properties": {
            "id": {"type": "string"}, "title": {"type": "string"}, "description": {"type": "string"},
            "itemType": {"type": "string"}, "extent": {"type": "object"}, "storageCrs": {"type": "string"},
            "crs": {"type": "array", "items": {"type": "string"}},
            "links": {"type": "array", "items": ref("schemas", "link")},
        },
    }  # fmt: skip
    return {
        "featureGeoJSON": feature,
        "featureCollectionGeoJSON": many,
        "collection": one,
        "collections": _with_links({"collections": {"type": "array", "items": ref("schemas", "collection")}}),
        "jsonSchema": {"type": "object"},
        "functions": _with_links({"functions": {"type": "array", "items": _function()}}),
    }


def _function() -> Object:
    names = {"type": "array", "items": {"type": "string"}}
    argument = {"title": {"type": "string"}, "description": {"type": "string"}, "type": names}
    return {
        "type": "object", "required": ["name", "returns"],
        "properties": {
            "name": {"type": "string"}, "description": {"type": "string"}, "returns": names,
            "arguments": {"type": "array", "items": {"type": "object", "required": ["type"], "properties": argument}},
        },
    }  # fmt: skip


def geojson_body(description: str) -> Object:
    """A request body with one feature."""
    return {
        "required": True,
        "description": description,
        "content": {GEOJSON: {"schema": ref("schemas", "featureGeoJSON")}},
    }
