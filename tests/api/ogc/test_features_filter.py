"""OGC API - Features Part 3: each test carries the id of the abstract test that it ports (19-079, annex A)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient

from layers.crs import transformer
from tests.api.ogc.standards_site import CRS84, EPSG, FILLED, ids, items, links, problem

FILTERS = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
BOX = "S_INTERSECTS(geometry,ENVELOPE({},{},{},{}))"


def extent(client: TestClient, collection: str) -> list[float]:
    box: list[float] = client.get(f"/ogc/collections/{collection}").json()["extent"]["spatial"]["bbox"][0]
    return box


def with_shape(client: TestClient, collection: str) -> list[int]:
    found = items(client, collection, limit=10_000).json()["features"]
    return [feature["id"] for feature in found if feature["geometry"] is not None]


def test_conf_filter_get_conformance(client: TestClient) -> None:
    """And /conf/features-filter/get-conformance."""
    declared = client.get("/ogc/conformance").json()["conformsTo"]
    for name in ("filter", "features-filter", "queryables", "queryables-query-parameters"):
        assert FILTERS + name in declared
    for name in ("cql2-text", "cql2-json", "basic-cql2", "spatial-functions", "temporal-functions", "array-functions"):
        assert CQL2 + name in declared


def test_conf_filter_get_queryables(client: TestClient) -> None:
    for one in client.get("/ogc/collections").json()["collections"]:
        address = f"/ogc/collections/{one['id']}/queryables"
        answer = client.get(address, headers={"Accept": "application/schema+json"})
        assert answer.headers["content-type"] == "application/schema+json"
        told = answer.json()
        assert told["$schema"] == "https://json-schema.org/draft/2019-09/schema"
        assert told["$id"] == "http://localhost" + address
        assert (told["type"], told["additionalProperties"]) == ("object", False)
        assert told["properties"]["geometry"]["$ref"].startswith("https://geojson.org/schema/")


def test_conf_filter_get_collection(client: TestClient) -> None:
    for one in client.get("/ogc/collections").json()["collections"]:
        found = {link["href"] for link in one["links"] if link["rel"] == QUERYABLES}
        assert f"http://localhost/ogc/collections/{one['id']}/queryables" in found


@pytest.mark.parametrize("language", [{"filter_lang": "cql2-text"}, {}])
@pytest.mark.parametrize("collection", FILLED)
def test_conf_filter_filter_param(client: TestClient, collection: str, language: dict[str, str]) -> None:
    """filter-param, and filter-lang-default without the language."""
    queryables = client.get(f"/ogc/collections/{collection}/queryables").json()["properties"]
    every = items(client, collection, limit=10_000).json()["features"]
    for name in queryables:
        told = items(client, collection, limit=10_000, filter=f"{name} IS NULL", **language)
        value = (
            (lambda feature: feature["geometry"])
            if name == "geometry"
            else (lambda feature, n=name: feature["properties"][n])
        )
        assert ids(told) == [feature["id"] for feature in every if value(feature) is None], name
    assert problem(items(client, collection, filter="THIS IS NOT A FILTER", **language)) == (400, "bad_filter")


def test_conf_filter_expression_construction(client: TestClient) -> None:
    for collection in FILLED:
        answer = items(client, collection, filter="this_is_not_a_queryable IS NULL")
        assert problem(answer) == (400, "unknown_property")


@pytest.mark.parametrize("collection", FILLED)
def test_conf_filter_filter_crs_wgs84(client: TestClient, collection: str) -> None:
    box = extent(client, collection)
    assert ids(items(client, collection, limit=10_000, filter=BOX.format(*box))) == with_shape(client, collection)
    beyond = items(client, collection, filter=BOX.format(1000000, 1000000, 2000000, 2000000))
    assert problem(beyond) == (400, "bad_geometry")


@pytest.mark.parametrize("collection", FILLED)
def test_conf_filter_filter_crs_param(client: TestClient, collection: str) -> None:
    box = extent(client, collection)
    expected = with_shape(client, collection)
    for name in client.get(f"/ogc/collections/{collection}").json()["crs"]:
        if name == CRS84:
            corners = box
        else:
            srid = int(name.rsplit("/", 1)[1])
            x_min, y_min, x_max, y_max = transformer(4326, srid).transform_bounds(*box, densify_pts=51)
            corners = [y_min, x_min, y_max, x_max] if srid in (4326, 4756) else [x_min, y_min, x_max, y_max]
        told = items(client, collection, limit=10_000, filter_crs=name, filter=BOX.format(*corners))
        assert ids(told) == expected, name
    unknown = items(
        client, collection, filter=BOX.format(*box), filter_crs="http://www.opengis.net/def/crs/OGC/0/does_not_exist"
    )
    assert problem(unknown) == (400, "bad_parameter")


@pytest.mark.parametrize("collection", FILLED)
def test_conf_filter_mixing_expression(client: TestClient, collection: str) -> None:
    box = extent(client, collection)
    condition = BOX.format(*box)
    both = items(client, collection, limit=10_000, filter=condition, bbox=",".join(map(str, box)))
    assert ids(both) == with_shape(client, collection)
    elsewhere = items(client, collection, filter=condition, bbox="10,50,11,51")
    assert ids(elsewhere) == []


def test_conf_features_filter_filter_on_items(client: TestClient) -> None:
    """The same in JSON, against the same answer in text and what the features themselves say."""
    every = items(client, "plots", limit=10_000).json()["features"]
    as_json = {"op": "and", "args": [
        {"op": "in", "args": [{"property": "status"}, ["leased", "available"]]},
        {"op": ">", "args": [{"property": "area_m2"}, 10_000]},
        {"op": "like", "args": [{"property": "code"}, "A%"]},
    ]}  # fmt: skip
    expected = [
        feature["id"]
        for feature in every
        for told in [feature["properties"]]
        if told["status"] in ("leased", "available") and told["area_m2"] > 10_000 and told["code"].startswith("A")
    ]
    assert expected
    text = "status IN ('leased', 'available') AND area_m2 > 10000 AND code LIKE 'A%'"
    assert ids(items(client, "plots", limit=10_000, filter=text)) == expected
    found = items(client, "plots", limit=10_000, filter=json.dumps(as_json), filter_lang="cql2-json")
    assert ids(found) == expected


def test_vietnamese_is_found_without_its_marks(client: TestClient) -> None:
    names = {feature["id"]: feature["properties"]["name"] for feature in items(client, "zones").json()["features"]}
    expected = [number for number, name in names.items() if "Đại An" in name]
    assert expected
    for written in ("ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('%đại an%'))", "ACCENTI(CASEI(name)) LIKE '%dai an%'"):
        assert ids(items(client, "zones", filter=written)) == expected


def test_a_shape_selects_what_it_touches(client: TestClient) -> None:
    every = items(client, "plots", limit=10_000).json()["features"]
    circle = shapely.geometry.shape(every[60]["geometry"]).centroid.buffer(0.004)
    expected = [one["id"] for one in every if circle.intersects(shapely.geometry.shape(one["geometry"]))]
    assert 3 < len(expected) < len(every)
    assert ids(items(client, "plots", limit=10_000, filter=f"S_INTERSECTS(geometry, {circle.wkt})")) == expected
    within = [one["id"] for one in every if shapely.geometry.shape(one["geometry"]).within(circle)]
    assert ids(items(client, "plots", limit=10_000, filter=f"S_WITHIN(geometry, {circle.wkt})")) == within
    away = ids(items(client, "plots", limit=10_000, filter=f"S_DISJOINT(geometry, {circle.wkt})"))
    assert sorted([*away, *expected]) == [one["id"] for one in every]


def test_a_filter_goes_on_over_its_pages(client: TestClient) -> None:
    condition = "status = 'leased' OR area_m2 > 20000"
    whole = ids(items(client, "plots", limit=10_000, filter=condition))
    first = items(client, "plots", limit=20, filter=condition)
    second = client.get(links(first.json())["next"]["href"])
    assert ids(first) + ids(second) == whole[:40]
    assert first.json()["numberMatched"] == len(whole)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"filter": "status ="}, "bad_filter"), ({"filter": ""}, "bad_filter"),
        ({"filter": "area_m2 = 'x'"}, "wrong_type"),
        ({"filter": "true", "filter-lang": "cql-text"}, "bad_parameter"),
        ({"filter": "true", "filter-lang": "cql2-json"}, None),
        ({"filter": "status", "filter-lang": "cql2-json"}, "bad_filter"),
        ({"filter": "pg_sleep(10) = 1"}, "bad_filter"), ({"filter": "zone_id = 1"}, "unknown_property"),
        ({"filter": "S_INTERSECTS(geom_3857, POINT(1 1))"}, "unknown_property"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_meant_is_an_error(client: TestClient, query: dict[str, Any], code: str | None) -> None:
    answer = client.get("/ogc/collections/plots/items", params=query)
    if code is None:
        assert len(ids(answer)) == 100
    else:
        assert problem(answer) == (400, code)


def test_epsg_names_of_the_axes_hold_in_filters(client: TestClient) -> None:
    lon_lat = ids(items(client, "plots", filter="S_INTERSECTS(geometry, ENVELOPE(106.28,20.92,106.29,20.925))"))
    assert lon_lat
    turned = "S_INTERSECTS(geometry, ENVELOPE(20.92,106.28,20.925,106.29))"
    assert ids(items(client, "plots", filter=turned, filter_crs=EPSG + "4326")) == lon_lat


ARRAYS: dict[str, Callable[[set[str], set[str]], bool]] = {
    "A_CONTAINS": set.issuperset, "A_CONTAINEDBY": set.issubset, "A_EQUALS": set.__eq__,
    "A_OVERLAPS": lambda own, other: not own.isdisjoint(other),
}  # fmt: skip


@pytest.mark.parametrize("name", ARRAYS)
def test_conf_array_functions(client: TestClient, name: str) -> None:
    """CQL2 /conf/array-functions: what the operator finds is what the sets say, in text and in JSON."""
    lists = {one["id"]: set(one["properties"]["industries_allowed"] or [])
             for one in items(client, "plots", limit=10_000).json()["features"]}  # fmt: skip
    known = sorted(set().union(*lists.values()))
    assert known
    for asked in ([], known[:1], known[:2], known, ["không có"]):
        due = {number for number, own in lists.items() if ARRAYS[name](own, set(asked))}
        words = ", ".join(f"'{word}'" for word in [*asked, *asked])  # twice is once
        text = f"{name}(industries_allowed, ({words}))"
        tree = {"op": name.lower(), "args": [{"property": "industries_allowed"}, asked]}
        by_text = items(client, "plots", limit=10_000, filter=text)
        by_json = items(client, "plots", limit=10_000, filter=json.dumps(tree), filter_lang="cql2-json")
        for answer in (by_text, by_json):
            assert answer.status_code == 200, answer.text
            assert {one["id"] for one in answer.json()["features"]} == due, text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A_CONTAINS(industries_allowed, (1, 2))", "wrong_type"), ("A_CONTAINS(code, ('a'))", "wrong_type"),
        ("A_CONTAINS(industries_allowed, 'a')", "wrong_type"), ("A_CONTAINS(industries_allowed)", "bad_filter"),
        ("A_CONTAINS(industries_allowed, ('a')", "bad_filter"),
        ("industries_allowed = ('a')", "wrong_type"), ("A_CONTAINS(geometry, ('a'))", "wrong_type"),
        ("A_SHARES(industries_allowed, ('a'))", "bad_filter"),
    ],
)  # fmt: skip
def test_arrays_meet_arrays_only(client: TestClient, text: str, code: str) -> None:
    answer = items(client, "plots", filter=text)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


# --- functions (CQL2, /conf/functions; the resource of Part 3) ------------------------------------------------

_VALUES: dict[str, tuple[Any, str]] = {
    "geometry": ({"property": "geometry"}, "geometry"),
    "text": ({"property": "code"}, "code"), "number": ({"property": "area_m2"}, "area_m2"),
    "date": ({"date": "2025-07-01"}, "DATE('2025-07-01')"), "distance": (250, "250"),
    "place": ({"type": "Point", "coordinates": [106.3, 20.93]}, "POINT(106.3 20.93)"),
}  # fmt: skip


def test_conf_functions_functions(client: TestClient) -> None:
    """Every function that is told can be called as it is told, in both languages and with several operators."""
    told = client.get("/ogc/functions").json()["functions"]
    assert {"area_m2", "within_m", "lower", "year", "round"} <= {one["name"] for one in told}
    assert CQL2 + "functions" in client.get("/ogc/conformance").json()["conformsTo"]
    every = ids(items(client, "plots", limit=10_000))
    for one in told:
        given = [_VALUES[argument["title"]] for argument in one["arguments"]]
        call = {"op": one["name"], "args": [value for value, _ in given]}
        text = f"{one['name']}({', '.join(text for _, text in given)})"
        assert one["returns"][0] in ("string", "number", "integer", "boolean")
        if one["returns"] == ["boolean"]:
            tried = [(call, text), ({"op": "not", "args": [call]}, f"NOT {text}")]
        else:
            least: Any = "'!'" if one["returns"] == ["string"] else "0"
            tried = [
                (
                    {"op": operator, "args": [call, least.strip("'") if least != "0" else 0]},
                    f"{text} {operator} {least}",
                )
                for operator in ("<>", ">=", "<")
            ]
        found = []
        for as_json, as_text in tried:
            by_json = items(client, "plots", limit=10_000, filter=json.dumps(as_json), filter_lang="cql2-json")
            by_text = items(client, "plots", limit=10_000, filter=as_text)
            assert ids(by_json) == ids(by_text), as_text
            found.append(ids(by_text))
        assert sorted({*found[-2], *found[-1]}) == every  # a condition and its contrary
        assert not {*found[-2]} & {*found[-1]}


def test_the_functions_are_linked_and_described(client: TestClient) -> None:
    link = links(client.get("/ogc/").json())["http://www.opengis.net/def/rel/ogc/1.0/functions"]
    told = client.get(link["href"])
    assert told.headers["content-type"] == "application/json"
    for one in told.json()["functions"]:
        assert one["description"]
        assert all(argument["type"] and argument["description"] for argument in one["arguments"])
        types = {kind for argument in one["arguments"] for kind in argument["type"]} | set(one["returns"])
        assert types <= {"string", "number", "integer", "datetime", "geometry", "boolean"}
    described = client.get("/ogc/api?f=json").json()["paths"]
    assert described["/functions"]["get"]["operationId"] == "getFunctions"


def test_queryables_tell_kinds_codes_and_roles(client: TestClient) -> None:
    """As OGC API - Features Part 5 names the roles; geometry by the format of its type."""
    for one in client.get("/ogc/collections").json()["collections"]:
        told = client.get(f"/ogc/collections/{one['id']}/queryables").json()
        assert told["additionalProperties"] is False
        roles = [value.get("x-ogc-role") for value in told["properties"].values()]
        assert roles.count("primary-geometry") == 1
        assert roles.count("primary-instant") + roles.count("primary-interval-start") == 1
        assert roles.count("primary-interval-start") == roles.count("primary-interval-end")
        for name, value in told["properties"].items():
            assert value["title"], name
            assert value["format"].startswith("geometry-") if name == "geometry" else "type" in value, name
    plots = client.get("/ogc/collections/plots/queryables").json()["properties"]
    assert plots["status"]["enum"] == ["planned", "available", "reserved", "leased", "not_for_lease"]
    assert plots["geometry"]["format"] == "geometry-polygon"
    assert plots["area_m2"]["type"] == "number"
