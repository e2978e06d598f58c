"""OGC API - Features Part 1, conformance class core with GeoJSON and OpenAPI 3.0: annex A.2 of 17-069r3."""

from __future__ import annotations

from itertools import pairwise
from math import inf

import pytest
from shapely.geometry import shape

from tests.contracts.ogc.conftest import GEOJSON, Json, Service, items_of
from tests.contracts.ogc.geojson import check_collection, check_degrees, pages, touches

PART_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
BOXES = {
    "greenwich": (-1.5, 50.0, 1.5, 53.0),
    "equator": (-80.0, -5.0, -70.0, 5.0),
    "date line": (177.0, 65.0, -177.0, 70.0),
    "north": (-180.0, 85.0, 180.0, 90.0),
    "south": (-180.0, -90.0, 180.0, -85.0),
}


def parameter(api: Json, path: str, name: str) -> Json:
    """The definition of a query parameter of GET; references are followed."""
    operation = api["paths"][path]
    for one in [*operation.get("parameters", []), *operation["get"].get("parameters", [])]:
        if "$ref" in one:
            one = api["components"]["parameters"][one["$ref"].rsplit("/", 1)[1]]
        if one["name"] == name:
            return one
    raise AssertionError(f"{path} has no parameter {name}")


def items_path(api: Json, collection: Json) -> str:
    """The path of the features of a collection in the API definition, its own or the one for all."""
    own = f"/collections/{collection['id']}/items"
    if own in api["paths"]:
        return own
    return next(path for path in api["paths"] if path.startswith("/collections/{") and path.endswith("}/items"))


def test_03_and_04_the_landing_page_leads_everywhere(landing: Json) -> None:
    rels = {link["rel"] for link in landing["links"]}
    assert rels >= {"conformance", "data", "self", "alternate"}
    assert rels & {"service-desc", "service-doc"}
    assert all(link.get("type") and link.get("href") for link in landing["links"])


def test_05_every_link_to_an_api_definition_works(service: Service, landing: Json) -> None:
    links = [link for link in landing["links"] if link["rel"] in ("service-desc", "service-doc")]
    for link in links:
        assert service.ask(link["href"], link["type"]).status_code == 200
    assert any(link["type"] == "application/vnd.oai.openapi+json;version=3.0" for link in links)


def test_07_and_08_the_conformance_declaration_names_the_classes(service: Service, landing: Json) -> None:
    link = next(one for one in landing["links"] if one["rel"] == "conformance")
    for address in (link["href"], "/conformance"):
        declared = service.get(address)["conformsTo"]
        assert all(isinstance(one, str) for one in declared)
        assert {PART_1 + name for name in ("core", "geojson", "html", "oas30")} <= set(declared)


def test_09_to_11_the_collections_are_listed_with_their_links(service: Service) -> None:
    document = service.get("/collections")
    by_rel = {link["rel"]: link for link in document["links"]}
    assert by_rel["self"]["type"] == "application/json"
    assert by_rel["alternate"]["type"] == "text/html"
    for collection in document["collections"]:
        assert collection["id"]
        assert collection["title"]
        rels = [link["rel"] for link in collection["links"]]
        assert "items" in rels
        assert all(link.get("rel") and link.get("type") for link in collection["links"])
        [west, south, east, north] = collection["extent"]["spatial"]["bbox"][0]
        assert west <= east
        assert south <= north


def test_12_and_13_a_collection_is_described_as_it_is_listed(service: Service, collections: list[Json]) -> None:
    for listed in collections:
        alone = service.get(f"/collections/{listed['id']}")
        for name in ("id", "title", "description", "extent", "crs", "itemType"):
            assert alone.get(name) == listed.get(name)
        items = {link["type"] for link in alone["links"] if link["rel"] == "items"}
        assert {GEOJSON, "text/html"} <= items


def test_13_and_22_features_come_as_a_collection_in_degrees(service: Service, collections: list[Json]) -> None:
    for collection in collections:
        document = service.get(items_of(collection), GEOJSON)
        check_collection(document)
        check_degrees(document)
        shapes = [one["geometry"] for one in document["features"] if one["geometry"] is not None]
        assert all(shape(one).is_valid for one in shapes), collection["id"]


@pytest.mark.parametrize("name", ["limit", "bbox", "datetime"])
def test_14_16_18_parameters_are_defined_as_the_standard_defines_them(
    api: Json, collections: list[Json], name: str
) -> None:
    for collection in collections:
        found = parameter(api, items_path(api, collection), name)
        assert (found["in"], found.get("required", False)) == ("query", False)
        assert found["style"] == "form"
        assert found["explode"] is False
        schema = found["schema"]
        if name == "bbox":
            assert (schema["type"], schema["items"]["type"]) == ("array", "number")
            assert (schema["minItems"], schema["maxItems"]) == (4, 6)
        elif name == "limit":
            assert schema["type"] == "integer"
            assert 0 <= schema["minimum"] <= schema["default"] <= schema["maximum"]
        else:
            assert schema["type"] == "string"


@pytest.mark.parametrize("place", BOXES)
def test_15_a_box_far_away_finds_nothing(service: Service, collections: list[Json], place: str) -> None:
    for collection in collections:
        box = ",".join(map(str, BOXES[place]))
        document = service.get(items_of(collection), GEOJSON, bbox=box)
        check_collection(document)
        assert all(touches(feature, BOXES[place]) for feature in document["features"])


def test_15_a_box_finds_all_that_meet_it_and_nothing_else(service: Service, filled: list[tuple[Json, Json]]) -> None:
    """The western half of the extent; what is found is what meets it, counted over all features."""
    for collection, _ in filled:
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        half = (west, south, (west + east) / 2, north)
        address = items_of(collection)
        everything = [one for page in pages(service, address, limit=1000) for one in page["features"]]
        found = [
            one
            for page in pages(service, address, limit=1000, bbox=",".join(map(str, half)))
            for one in page["features"]
        ]
        assert all(touches(one, half) for one in found)
        inner = (west, south, (west + east) / 2 - 2e-5, north)
        surely = {one["id"] for one in everything if one["geometry"] and touches(one, inner)}
        # What only touches the widened edge may be missing, what lies inside may not.
        missing = surely - {one["id"] for one in found}
        assert len(missing) <= max(1, len(surely) // 200), collection["id"]


def test_17_limit_is_kept_and_pages_add_up(service: Service, filled: list[tuple[Json, Json]]) -> None:
    for collection, _ in filled:
        address = items_of(collection)
        for limit in (1, 7):
            document = service.get(address, GEOJSON, limit=limit)
            check_collection(document)
            assert len(document["features"]) <= limit
        total = service.get(address, GEOJSON, limit=1).get("numberMatched")
        if total is None:
            continue
        size = max(1, total // 5)
        if total > 2000:
            continue
        seen = [one["id"] for page in pages(service, address, limit=min(size, 1000)) for one in page["features"]]
        assert len(seen) == len(set(seen)) == total, collection["id"]


def test_17_the_greatest_limit_may_be_asked_for(service: Service, api: Json, collections: list[Json]) -> None:
    for collection in collections[:3]:
        schema = parameter(api, items_path(api, collection), "limit")["schema"]
        for limit in (schema["minimum"], schema["maximum"]):
            document = service.get(items_of(collection), GEOJSON, limit=limit)
            check_collection(document)
            assert document["numberReturned"] <= limit


@pytest.mark.parametrize(
    "stated",
    ["2018-02-12T23:20:50Z", "2018-02-12T00:00:00Z/2018-03-18T12:31:12Z", "2018-02-12T00:00:00Z/..",
     "../2018-03-18T12:31:12Z", "/2018-03-18T12:31:12Z", "2018-02-12T23:20:50+07:00"],
)  # fmt: skip
def test_19_moments_and_spans_of_time_are_understood(service: Service, collections: list[Json], stated: str) -> None:
    for collection in collections:
        document = service.get(items_of(collection), GEOJSON, datetime=stated)
        check_collection(document)
        whole = service.get(items_of(collection), GEOJSON)
        assert document.get("numberMatched", 0) <= whole.get("numberMatched", inf), "a time leaves out, it adds nothing"


def test_20_an_invalid_value_is_400(service: Service, collections: list[Json]) -> None:
    for collection in collections:
        address = items_of(collection)
        for name, value in (
            ("limit", "unlimited"), ("limit", "-1"), ("bbox", "1,2,3"), ("bbox", "a,b,c,d"), ("datetime", "sometime"),
        ):  # fmt: skip
            assert service.ask(address, GEOJSON, **{name: value}).status_code == 400, (address, name, value)


def test_21_an_unknown_parameter_is_400(service: Service, collections: list[Json]) -> None:
    for collection in collections:
        assert service.ask(items_of(collection), GEOJSON, unknownQueryParameter10017=1).status_code == 400


def test_23_the_self_link_leads_to_the_same_features(service: Service, filled: list[tuple[Json, Json]]) -> None:
    for collection, _ in filled:
        document = service.get(items_of(collection), GEOJSON, limit=3)
        own = next(link["href"] for link in document["links"] if link["rel"] == "self")
        again = service.get(own, GEOJSON)
        assert [one["id"] for one in again["features"]] == [one["id"] for one in document["features"]]


def test_23_pages_do_not_overlap(service: Service, filled: list[tuple[Json, Json]]) -> None:
    for collection, _ in filled:
        first_pages = []
        for page in pages(service, items_of(collection), limit=400):
            first_pages.append({one["id"] for one in page["features"]})
            if len(first_pages) == 3:
                break
        assert all(not before & after for before, after in pairwise(first_pages))


def test_27_to_29_a_feature_is_what_the_collection_shows(service: Service, filled: list[tuple[Json, Json]]) -> None:
    for collection, listed in filled:
        feature = service.get(f"/collections/{collection['id']}/items/{listed['id']}", GEOJSON)
        assert feature["type"] == "Feature"
        assert feature["id"] == listed["id"]
        assert feature["geometry"] == listed["geometry"]
        assert feature["properties"] == listed["properties"]
        rels = {(link["rel"], link["type"]) for link in feature["links"]}
        assert ("self", GEOJSON) in rels
        assert ("alternate", "text/html") in rels
        assert any(rel == "collection" for rel, _ in rels)


def test_30_what_does_not_exist_is_404(service: Service, filled: list[tuple[Json, Json]]) -> None:
    collection, _ = filled[0]
    assert service.ask("/collections/no-such-collection").status_code == 404
    assert service.ask("/collections/no-such-collection/items", GEOJSON).status_code == 404
    assert service.ask(f"/collections/{collection['id']}/items/987654321987", GEOJSON).status_code == 404


def test_html_every_resource_is_a_page_too(service: Service, filled: list[tuple[Json, Json]]) -> None:
    """A.4: conformance class html."""
    collection, feature = filled[0]
    own = f"/collections/{collection['id']}"
    for address in ("/", "/conformance", "/collections", own, f"{own}/items", f"{own}/items/{feature['id']}"):
        answer = service.ask(address, "text/html")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.text.lstrip().lower().startswith("<!doctype html")


def test_http_head_and_unknown_methods(service: Service) -> None:
    """A.2.1: HTTP/1.1 with its status codes."""
    assert service.client.head(service.root + "/collections").status_code == 200
    assert service.client.request("PATCH", service.root + "/conformance").status_code == 405
