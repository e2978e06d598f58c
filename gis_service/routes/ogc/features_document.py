"""What OGC API - Features says of itself in the API document."""

from __future__ import annotations

from typing import Any

from gis_service.routes.ogc import filters, schemas
from gis_service.routes.ogc.formats import FILES
from gis_service.routes.ogc.openapi_parts import (
    answers,
    feature_schemas,
    geojson_body,
    json_and_html,
    parameter,
    ref,
)
from gis_service.routes.ogc.site import GEOJSON, SCHEMA, Site
from layers.filters import LANGUAGES
from maps.features.collections import COLLECTIONS, Collection

Object = dict[str, Any]
_TAG = ["Features"]
_SHARED = [ref("parameters", "f"), ref("parameters", "lang")]
_NUMBERS = {"type": "array", "items": {"type": "number"}}


def components(site: Site) -> dict[str, Object]:
    """Parameters and schemas of Features."""
    say = site.say
    uri = {"type": "string", "format": "uri"}
    return {
        "schemas": feature_schemas(),
        "parameters": {
            "limit": parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": filters.MOST,
                                                  "default": filters.DEFAULT_LIMIT},
                               say("Số đối tượng tối đa của một trang.", "Features of a page at most.")),
            "bbox": parameter("bbox", "query", {**_NUMBERS, "minItems": 4, "maxItems": 6},
                              say("Khung: góc thấp rồi góc cao.", "Box: low corner, then high corner.")),
            "datetime": parameter("datetime", "query", {"type": "string"},
                                  say("Thời điểm, hoặc khoảng a/b; '..' là để mở.",
                                      "A moment, or a/b; '..' is open.")),
            "crs": parameter("crs", "query", uri, say("Hệ tọa độ của kết quả.", "CRS of the answer.")),
            "bbox-crs": parameter("bbox-crs", "query", uri, say("Hệ tọa độ của bbox.", "CRS of bbox.")),
            "filter": parameter("filter", "query", {"type": "string"}, say("Điều kiện CQL2.", "Condition in CQL2.")),
            "filter-lang": parameter("filter-lang", "query", {"type": "string", "enum": list(LANGUAGES),
                                                              "default": LANGUAGES[0]},
                                     say("Ngôn ngữ của filter.", "Language of filter.")),
            "filter-crs": parameter("filter-crs", "query", uri,
                                    say("Hệ tọa độ của hình trong filter.", "CRS of geometries in filter.")),
            "cursor": parameter("cursor", "query", {"type": "string"},
                                say("Vị trí của trang; lấy từ liên kết next hoặc prev.",
                                    "Where the page begins or ends; taken from a link next or prev.")),
            "featureId": parameter("featureId", "path", {"type": "string"},
                                   say("Mã đối tượng.", "Id of the feature.")),
            "If-Match": parameter("If-Match", "header", {"type": "string"},
                                  say("ETag đã đọc; bắt buộc.", "ETag as read; required.")),
            "Content-Crs": parameter("Content-Crs", "header", {"type": "string"},
                                     say("Hệ tọa độ của hình gửi lên.", "CRS of the geometry that is sent.")),
            "X-CSRF-Token": parameter("X-CSRF-Token", "header", {"type": "string"},
                                      say("Mã của phiên đăng nhập.", "Token of the session.")),
        },
    }  # fmt: skip


def paths(site: Site) -> Object:
    """Path items of the collections; the items of each have parameters of their own."""
    say = site.say
    made: Object = {
        "/collections": {"get": _get(
            "getCollections", say("Các tập dữ liệu", "Collections"), _SHARED,
            answers(say("Danh sách", "The collections"), json_and_html("collections"), "400", "406"),
        )},
        "/functions": {"get": _get(
            "getFunctions", say("Hàm dùng trong bộ lọc", "Functions of filters"), _SHARED,
            answers(say("Danh sách hàm", "The functions"), json_and_html("functions"), "400", "406"),
        )},
    }  # fmt: skip
    for collection in COLLECTIONS:
        made |= _of_collection(site, collection)
    return made


def _get(operation: str, summary: str, parameters: list[Object], responses: Object) -> Object:
    return {
        "operationId": operation,
        "summary": summary,
        "tags": _TAG,
        "parameters": parameters,
        "responses": responses,
    }


def _of_collection(site: Site, collection: Collection) -> Object:
    say, name = site.say, collection.name
    title = schemas.title_of(collection, site.lang)
    base = f"/collections/{name}"
    made: Object = {
        base: {"get": _get(
            f"{name}.get", title, _SHARED, answers(title, json_and_html("collection"), "400", "404", "406"),
        )},
        f"{base}/items": {"get": _get(
            f"{name}.getFeatures", say("Đối tượng của ", "Features of ") + title, _query_of(site, collection),
            answers(say("Một trang đối tượng", "A page of features"), _page_content(), "400", "404", "406", "503"),
        )},
        f"{base}/items/{{featureId}}": {"get": _get(
            f"{name}.getFeature", say("Một đối tượng của ", "One feature of ") + title,
            [ref("parameters", "featureId"), ref("parameters", "crs"), *_SHARED],
            answers(say("Một đối tượng", "A feature"), json_and_html("featureGeoJSON", GEOJSON), "400", "404", "406"),
        )},
    }  # fmt: skip
    for kind, words in (("queryables", ("Thuộc tính lọc được", "What filters may name")),
                        ("schema", ("Cấu trúc đối tượng", "What features hold"))):  # fmt: skip
        made[f"{base}/{kind}"] = {"get": _get(
            f"{name}.get{kind.capitalize()}", say(*words), _SHARED,
            answers(say(*words), json_and_html("jsonSchema", SCHEMA), "400", "404", "406"),
        )}  # fmt: skip
    if collection.editable and site.audience == "staff":
        _add_writes(site, collection, made)
    return made


def _query_of(site: Site, collection: Collection) -> list[Object]:
    named = [ref("parameters", name) for name in filters.RESERVED]
    own = []
    for one in filters.askable(collection, site.audience):
        schema = schemas.of_property(site, one)
        title = schema.pop("title")
        own.append(parameter(one.name, "query", schema, title))
    return [*named, *_SHARED, *own]


def _page_content() -> Object:
    content = json_and_html("featureCollectionGeoJSON", GEOJSON)
    binary = {"schema": {"type": "string", "format": "binary"}}
    return content | {media_type.partition(";")[0]: binary for media_type in FILES.values()}


def _add_writes(site: Site, collection: Collection, made: Object) -> None:
    say, name = site.say, collection.name
    title = schemas.title_of(collection, site.lang)
    sent = [ref("parameters", "Content-Crs"), ref("parameters", "X-CSRF-Token")]
    guarded = [ref("parameters", "featureId"), ref("parameters", "If-Match"), *sent]
    refused = ("400", "401", "403", "404", "409", "415", "422")
    made[f"/collections/{name}/items"]["post"] = {
        **_get(f"{name}.create", say("Thêm vào ", "Add to ") + title, sent,
               answers(say("Đã thêm; địa chỉ ở Location.", "Added; Location says where."), {}, *refused, status="201")),
        "requestBody": geojson_body(say("Đối tượng mới.", "The new feature.")),
    }  # fmt: skip
    path = made[f"/collections/{name}/items/{{featureId}}"]
    done = answers(say("Đã lưu.", "Stored."), {}, *refused, "412", "428", status="204")
    path["put"] = {
        **_get(f"{name}.replace", say("Thay một đối tượng của ", "Replace a feature of ") + title, guarded, done),
        "requestBody": geojson_body(say("Toàn bộ nội dung mới.", "All of its new content.")),
    }
    path["patch"] = {
        **_get(f"{name}.update", say("Sửa một đối tượng của ", "Change a feature of ") + title, guarded, done),
        "requestBody": {
            "required": True,
            "content": {"application/merge-patch+json": {"schema": {"type": "object"}}},
        },
    }
    path["delete"] = _get(f"{name}.delete", say("Xóa một đối tượng của ", "Delete a feature of ") + title,
                          [one for one in guarded if "Content-Crs" not in one["$ref"]], done)  # fmt: skip
