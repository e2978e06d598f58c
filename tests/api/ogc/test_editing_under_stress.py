"""Editors at the same time, and bodies made to hurt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.ogc.standards_site import items
from tests.conftest import ClientAs

ITEMS = "/ogc/collections/enterprises/items"
GEOJSON = {"Content-Type": "application/geo+json"}
PATCH = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture(scope="module")
def steward(client_as: ClientAs) -> TestClient:
    return client_as("data_steward")


def test_of_many_editors_of_one_version_one_succeeds(steward: TestClient) -> None:
    feature = items(steward, "enterprises", limit=1).json()["features"][0]
    address = f"{ITEMS}/{feature['id']}"
    tag = steward.get(address).headers["etag"]

    def edit(number: int) -> int:
        patch = {"properties": {"short_name": f"editor {number}"}}
        return steward.patch(address, json=patch, headers=PATCH | {"If-Match": tag}).status_code

    with ThreadPoolExecutor(6) as pool:
        found = sorted(pool.map(edit, range(6)))
    assert found == [204, 412, 412, 412, 412, 412]
    assert steward.get(address).headers["etag"] != tag


def test_a_corner_that_comes_back_stays_and_one_that_is_moved_moves(steward: TestClient) -> None:
    """Ten rounds through degrees leave a border where it was: no sliver grows between two plots."""
    plot = items(steward, "plots", limit=1).json()["features"][0]["id"]
    address = f"/ogc/collections/plots/items/{plot}"
    metres = {"crs": "http://www.opengis.net/def/crs/EPSG/0/9210"}
    before = steward.get(address, params=metres).json()["geometry"]
    for _ in range(10):
        found = steward.get(address)
        headers = GEOJSON | {"If-Match": found.headers["etag"]}
        assert steward.put(address, json=found.json(), headers=headers).status_code == 204
    assert steward.get(address, params=metres).json()["geometry"] == before
    found = steward.get(address)
    changed = found.json()
    changed["geometry"]["coordinates"][0][1][0] += 1e-5  # about a metre to the east
    assert steward.put(address, json=changed, headers=GEOJSON | {"If-Match": found.headers["etag"]}).status_code == 204
    after = steward.get(address, params=metres).json()["geometry"]["coordinates"][0]
    moved = [place for place, (was, now) in enumerate(zip(before["coordinates"][0], after, strict=True)) if was != now]
    assert moved == [1]
    assert after[1][0] - before["coordinates"][0][1][0] == pytest.approx(1.04, abs=0.02)


HUGE = 10**4000
SHAPES: list[Any] = [
    {}, [], "POINT(1 2)", {"type": "Point"}, {"type": "Point", "coordinates": []},
    {"type": "Point", "coordinates": [1]},
    {"type": "Point", "coordinates": ["106.3", "20.9"]}, {"type": "Point", "coordinates": [None, None]},
    {"type": "Point", "coordinates": [1e300, 1e300]}, {"type": "Point", "coordinates": [HUGE, 1]},
    {"type": "Point", "coordinates": [[106.3, 20.9]]}, {"type": "Point", "coordinates": {"x": 1}},
    {"type": "Point", "coordinates": [True, False]}, {"type": ["Point"], "coordinates": [1, 2]},
    {"type": "LineString", "coordinates": [[106.3, 20.9]]}, {"type": "GeometryCollection", "geometries": []},
    {"type": "MultiPolygon", "coordinates": [[[[106.3, 20.9]] * 3]]},
    {"type": "Polygon", "coordinates": [[[1, 2]] * 5]},
    {"type": "Point", "coordinates": [106.3, 20.9, 1, 2, 3]}, {"type": "Feature", "geometry": None},
    {"type": "MultiPoint", "coordinates": [[106.3, 20.9], [106.31, 20.9]]},
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape)[:40])
def test_a_hostile_geometry_is_refused(steward: TestClient, shape: Any) -> None:
    body = {"type": "Feature", "geometry": shape, "properties": {"code": "H", "name": "H", "status": "operating"}}
    answer = steward.post(ITEMS, json=body, headers=GEOJSON)
    assert answer.status_code in (400, 422), answer.text
    assert items(steward, "enterprises", code="H").json()["numberMatched"] == 0


@pytest.mark.parametrize(
    "properties",
    [
        {"name": "x" * 100_000}, {"name": {"a": 1}}, {"name": ["a"]}, {"name": "\u0001"}, {"workers": HUGE},
        {"workers": 1.5},
        {"workers": True}, {"other_industry_codes": "10"}, {"other_industry_codes": [1]}, {"started_on": 20250701},
        {"started_on": "2025-02-30"}, {"code": "x" * 300}, {"published": "true"}, {"source": {"a": 1}},
        {"source": "x" * 9000},
        {"__class__": "x"}, {"id": 5}, {"geom": "POINT(1 1)"}, {"": ""}, {"country": "ZZZ"}, {"status": "=cmd|x"},
    ],
    ids=lambda properties: str(properties)[:40],
)  # fmt: skip
@pytest.mark.parametrize("method", ["post", "patch"])
def test_a_hostile_value_is_refused(steward: TestClient, method: str, properties: dict[str, Any]) -> None:
    feature = items(steward, "enterprises", limit=1).json()["features"][0]
    address = f"{ITEMS}/{feature['id']}"
    if method == "post":
        good = {"code": "H", "name": "H", "status": "operating"}
        body: dict[str, Any] = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [106.3, 20.9]},
            "properties": good | properties,
        }
        answer = steward.post(ITEMS, json=body, headers=GEOJSON)
    else:
        tag = steward.get(address).headers["etag"]
        answer = steward.patch(address, json={"properties": properties}, headers=PATCH | {"If-Match": tag})
    assert answer.status_code in (400, 413, 422), answer.text
    assert items(steward, "enterprises", code="H").json()["numberMatched"] == 0
    assert steward.get(address).json()["properties"] == feature["properties"]


def test_a_body_above_the_limit_is_too_large(steward: TestClient) -> None:
    corners = [[106.3 + n * 1e-6, 20.9] for n in range(60_000)]
    body = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": corners}, "properties": {}}
    assert steward.post("/ogc/collections/streets/items", json=body, headers=GEOJSON).status_code == 413
