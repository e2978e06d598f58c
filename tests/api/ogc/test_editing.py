"""OGC API - Features Part 4: each test carries the id of the abstract test that it ports (20-002, annex A)."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service.database import Database
from gis_service.settings import Settings
from tests.conftest import ClientAs

GEOJSON = {"Content-Type": "application/geo+json"}
PATCH = {"Content-Type": "application/merge-patch+json"}
ITEMS = "/ogc/collections/enterprises/items"
A_MILLIMETRE_DEG = 2e-8


def position(feature: dict[str, Any]) -> list[float]:
    return feature["geometry"]["coordinates"]


def enterprise(**properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [106.3, 20.92]},
        "properties": {"code": "T-1", "name": "Công ty Thử", "status": "operating", **properties},
    }


@pytest.fixture(scope="module")
def steward(client_as: ClientAs) -> TestClient:
    return client_as("data_steward")


def added(steward: TestClient, code: str, **properties: Any) -> str:
    """Address of a new enterprise."""
    answer = steward.post(ITEMS, json=enterprise(code=code, **properties), headers=GEOJSON)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def tag(client: TestClient, address: str) -> dict[str, str]:
    return {"If-Match": client.get(address).headers["etag"]}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- /conf/create-replace-delete ----------------------------------------------------------------------------


def test_conf_create_replace_delete_options(steward: TestClient, client: TestClient) -> None:
    address = added(steward, "T-OPTIONS")
    many, one = steward.options(ITEMS), steward.options(address)
    assert many.status_code == one.status_code == 200
    assert "POST" in many.headers["allow"]
    assert many.headers["accept-post"].split(", ")[0] == "application/geo+json"
    assert {"PUT", "PATCH", "DELETE"} <= set(one.headers["allow"].split(", "))
    assert "POST" not in client.options(ITEMS).headers["allow"]
    assert steward.options("/ogc/collections/house_numbers/items").headers["allow"] == "GET, HEAD, OPTIONS"


def test_conf_create_replace_delete_create(steward: TestClient) -> None:
    before = {one["id"] for one in steward.get(ITEMS, params={"limit": 10000}).json()["features"]}
    for body in (enterprise(code="T-NEW"), {**enterprise(code="T-NEW-ID"), "id": 987654}):
        answer = steward.post(ITEMS, json=body, headers=GEOJSON)
        assert answer.status_code == 201
        found = steward.get(answer.headers["location"])
        assert found.status_code == 200
        assert position(found.json()) == pytest.approx(position(body), abs=A_MILLIMETRE_DEG)
        told = found.json()["properties"]
        assert {name: told[name] for name in body["properties"]} == body["properties"]
        assert found.json()["id"] not in before
        assert answer.headers["location"].endswith(f"/{found.json()['id']}")


@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_conf_create_replace_delete_content_type(steward: TestClient, method: str) -> None:
    """create-content-type, replace-content-type and /conf/update/update-content-type."""
    address = ITEMS if method == "post" else added(steward, f"T-TYPE-{method}")
    body = b'{"type": "Feature", "geometry": null, "properties": {}}'
    assert code_of(steward.request(method, address, content=body)) == (400, "missing_content_type")
    wrong = steward.request(method, address, content=body, headers={"Content-Type": "text/xml"})
    assert code_of(wrong) == (415, "unsupported_media_type")


def test_conf_create_replace_delete_replace(steward: TestClient) -> None:
    address = added(steward, "T-REPLACE", name_en="Gone afterwards")
    body = enterprise(code="T-REPLACE", name="Tên mới")
    body["geometry"]["coordinates"] = [106.31, 20.93]
    answer = steward.put(address, json=body, headers=GEOJSON | tag(steward, address))
    assert answer.status_code == 204
    found = steward.get(address).json()
    assert position(found) == pytest.approx(position(body), abs=A_MILLIMETRE_DEG)
    assert (found["properties"]["name"], found["properties"]["name_en"]) == ("Tên mới", None)


def test_conf_create_replace_delete_replace_rid(steward: TestClient) -> None:
    address = added(steward, "T-RID")
    body = {**enterprise(code="T-RID", name="Khác"), "id": 1}
    answer = steward.put(address, json=body, headers=GEOJSON | tag(steward, address))
    assert code_of(answer) == (422, "id_differs")
    assert steward.get(address).json()["properties"]["name"] == "Công ty Thử"


def test_conf_create_replace_delete_replace_exceptions(steward: TestClient) -> None:
    for headers in (GEOJSON, {**GEOJSON, "If-Match": '"xyz"'}):
        answer = steward.put(f"{ITEMS}/88888888", json=enterprise(code="T-404"), headers=headers)
        assert code_of(answer) == (404, "unknown_feature")
    assert steward.get(f"{ITEMS}/88888888").status_code == 404


def test_conf_create_replace_delete_delete(steward: TestClient) -> None:
    address = added(steward, "T-DELETE")
    assert steward.delete(address, headers=tag(steward, address)).status_code == 204
    assert steward.get(address).status_code == 404


# --- /conf/update and /conf/features/json-merge-patch ---------------------------------------------------------


def test_conf_update_options(steward: TestClient) -> None:
    answer = steward.options(added(steward, "T-PATCHABLE"))
    assert "PATCH" in answer.headers["allow"]
    assert answer.headers["accept-patch"] == "application/merge-patch+json"


def test_conf_update_update(steward: TestClient) -> None:
    address = added(steward, "T-PATCH", name_en="Before", short_name="Stays")
    before = steward.get(address).json()
    patch = {"properties": {"name": "Sau", "country": "JP", "name_en": None},
             "geometry": {"type": "Point", "coordinates": [106.32, 20.94]}}  # fmt: skip
    answer = steward.patch(address, json=patch, headers=PATCH | tag(steward, address))
    assert answer.status_code == 204, answer.text
    after = steward.get(address).json()
    assert position(after) == pytest.approx(position(patch), abs=A_MILLIMETRE_DEG)
    changed = {name for name in after["properties"] if after["properties"][name] != before["properties"][name]}
    assert changed == {"name", "country", "name_en", "updated_at"}


def test_conf_update_update_rid(steward: TestClient) -> None:
    address = added(steward, "T-PATCH-RID")
    answer = steward.patch(address, json={"id": 7}, headers=PATCH | tag(steward, address))
    assert code_of(answer) == (422, "id_differs")


# --- /conf/optimistic-locking-etags -----------------------------------------------------------------------------


def test_conf_optimistic_locking_etags_get_etag(steward: TestClient) -> None:
    answer = steward.get(added(steward, "T-ETAG"))
    assert answer.headers["etag"].startswith('"1-')
    again = steward.get(answer.request.url.path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_conf_optimistic_locking_etags(steward: TestClient, method: str) -> None:
    """replace, update and delete."""
    address = added(steward, f"T-LOCK-{method}")
    first = steward.get(address).headers["etag"]
    sent: dict[str, Any] = {} if method == "delete" else {"json": enterprise(code=f"T-LOCK-{method}", name="Sửa")}
    kind = {"put": GEOJSON, "patch": PATCH, "delete": {}}[method]
    assert code_of(steward.request(method, address, headers={**kind, "If-Match": '"0"'}, **sent)) == (
        412,
        "stale_feature",
    )
    weak = steward.request(method, address, headers={**kind, "If-Match": f"W/{first}"}, **sent)
    assert code_of(weak) == (412, "stale_feature")
    assert code_of(steward.request(method, address, headers=kind, **sent)) == (428, "missing_if_match")
    assert steward.get(address).json()["properties"]["name"] == "Công ty Thử"
    done = steward.request(method, address, headers={**kind, "If-Match": first}, **sent)
    assert done.status_code == 204
    if method == "delete":
        assert steward.get(address).status_code == 404
    else:
        assert done.headers["etag"] == steward.get(address).headers["etag"] != first


# --- /conf/features -----------------------------------------------------------------------------------------------


def test_conf_features_crs(steward: TestClient) -> None:
    """Content-Crs is honoured with the axis order of the CRS; without it coordinates are CRS84."""
    plain = added(steward, "T-CRS84")
    for name, position in (
        ("http://www.opengis.net/def/crs/EPSG/0/4326", [20.92, 106.3]),
        ("http://www.opengis.net/def/crs/EPSG/0/9210", None),
        ("http://www.opengis.net/def/crs/EPSG/0/3405", None),
    ):
        if position is None:
            position = steward.get(plain, params={"crs": name}).json()["geometry"]["coordinates"]
        body = enterprise(code=f"T-{name[-4:]}")
        body["geometry"]["coordinates"] = position
        answer = steward.post(ITEMS, json=body, headers={**GEOJSON, "Content-Crs": f"<{name}>"})
        assert answer.status_code == 201, answer.text
        there = steward.get(answer.headers["location"]).json()["geometry"]["coordinates"]
        assert there == pytest.approx([106.3, 20.92], abs=A_MILLIMETRE_DEG)
    unknown = steward.post(ITEMS, json=enterprise(code="T-X"), headers={**GEOJSON, "Content-Crs": "<http://x/y>"})
    assert code_of(unknown) == (400, "bad_parameter")


def test_conf_features_geojson(steward: TestClient) -> None:
    """What was read can be sent back as it is, read-only values included."""
    address = added(steward, "T-ROUND")
    found = steward.get(address)
    back = steward.put(address, json=found.json(), headers=GEOJSON | {"If-Match": found.headers["etag"]})
    assert back.status_code == 204, back.text
    assert steward.get(address).json()["geometry"] == found.json()["geometry"]


# --- what this service adds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"name": None}, "missing_value"),
        ({"name": 7}, "wrong_type"),
        ({"workers": 1e30}, "wrong_type"),
        ({"workers": -1}, "out_of_range"),
        ({"status": "asleep"}, "unknown_word"),
        ({"industry_code": "00123"}, "unknown_industry_code"),
        ({"tax_code": "12"}, "bad_tax_code"),
        ({"zone_code": "KCN-NOWHERE"}, "unknown_reference"),
        ({"colour": "red"}, "unknown_property"),
        ({"updated_at": "2020-01-01T00:00:00Z"}, "read_only_property"),
        ({"started_on": "1 July"}, "bad_date"),
        ({"source": "a\u0085b"}, "control_character"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_reason(
    steward: TestClient, properties: dict[str, Any], code: str
) -> None:
    answer = steward.post(ITEMS, json=enterprise(code="T-BAD", **properties), headers=GEOJSON)
    assert code_of(answer) == (422, code)
    assert answer.json()["detail_vi"] != answer.json()["detail"]
    assert steward.get(ITEMS, params={"code": "T-BAD"}).json()["numberMatched"] == 0


@pytest.mark.parametrize(
    ("geometry", "code", "where"),
    [
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "broken_geometry", "ring"),
        ({"type": "Polygon",
          "coordinates": [[[106.3, 20.9], [106.31, 20.91], [106.31, 20.9], [106.3, 20.91], [106.3, 20.9]]]},
         "broken_geometry", "106.305"),
        ({"type": "Point", "coordinates": [106.3, 20.9]}, "wrong_geometry_type", "MultiPolygon"),
        ({"type": "Polygon", "coordinates": [[[20.9, 106.3], [20.91, 106.3], [20.91, 106.31], [20.9, 106.3]]]},
         "wrong_place", "axes swapped"),
        ({"type": "Circle", "coordinates": []}, "broken_geometry", "GeoJSON"),
        (None, "missing_geometry", "geometry"),
    ],
)  # fmt: skip
def test_a_geometry_that_does_not_fit_is_refused_with_its_place(
    steward: TestClient, geometry: Any, code: str, where: str
) -> None:
    body = {"type": "Feature", "geometry": geometry,
            "properties": {"code": "KCN-T", "name": "KCN T", "kind": "KCN", "status": "planned"}}  # fmt: skip
    answer = steward.post("/ogc/collections/zones/items", json=body, headers=GEOJSON)
    assert code_of(answer) == (422, code)
    assert where in answer.json()["detail"]


def test_a_key_that_is_taken_and_a_record_in_use_are_conflicts(steward: TestClient) -> None:
    added(steward, "T-TWICE")
    assert code_of(steward.post(ITEMS, json=enterprise(code="T-TWICE"), headers=GEOJSON)) == (409, "duplicate_key")
    zone = steward.get("/ogc/collections/zones/items", params={"limit": 1}).json()["features"][0]["id"]
    address = f"/ogc/collections/zones/items/{zone}"
    assert code_of(steward.delete(address, headers=tag(steward, address))) == (409, "in_use")


def test_house_numbers_are_not_written_here(steward: TestClient) -> None:
    for method, address in (("POST", "items"), ("PUT", "items/1"), ("DELETE", "items/1")):
        answer = steward.request(
            method, f"/ogc/collections/house_numbers/{address}", json=enterprise(), headers=GEOJSON
        )
        assert code_of(answer) == (405, "read_only_collection")
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_the_reach_of_a_cell_is_sent_back_but_not_drawn(steward: TestClient) -> None:
    cell = steward.get("/ogc/collections/cells/items", params={"limit": 1}).json()["features"][0]
    address = f"/ogc/collections/cells/items/{cell['id']}"
    found = steward.get(address)
    body = found.json()
    body["properties"]["band"] = "n78"
    done = steward.put(address, json=body, headers=GEOJSON | {"If-Match": found.headers["etag"]})
    assert done.status_code == 204, done.text
    moved = {"geometry": {"type": "Polygon", "coordinates": [[[106, 20], [107, 20], [107, 21], [106, 20]]]}}
    assert code_of(steward.patch(address, json=moved, headers=PATCH | tag(steward, address))) == (
        422,
        "derived_geometry",
    )


def test_every_layer_that_is_editable_takes_back_what_it_gave(steward: TestClient) -> None:
    for name in ("zones", "plots", "sites", "cells", "streets", "entrances"):
        feature = steward.get(f"/ogc/collections/{name}/items", params={"limit": 1}).json()["features"][0]
        address = f"/ogc/collections/{name}/items/{feature['id']}"
        found = steward.get(address)
        answer = steward.put(address, json=found.json(), headers=GEOJSON | {"If-Match": found.headers["etag"]})
        assert answer.status_code == 204, (name, answer.text)
        after = steward.get(address).json()
        assert after["geometry"] == found.json()["geometry"], name
        same = {key: value for key, value in found.json()["properties"].items() if key not in ("updated_at", "is_demo")}
        assert {key: after["properties"][key] for key in same} == same


def test_only_stewards_write_and_only_with_the_token_of_their_session(client_as: ClientAs, client: TestClient) -> None:
    body = enterprise(code="T-WHO")
    assert code_of(client.post(ITEMS, json=body, headers=GEOJSON)) == (401, "not_signed_in")
    assert code_of(client_as("planner").post(ITEMS, json=body, headers=GEOJSON)) == (403, "not_allowed")
    forged = client_as("data_steward")
    del forged.headers["X-CSRF-Token"]
    assert code_of(forged.post(ITEMS, json=body, headers=GEOJSON)) == (403, "csrf_refused")


def test_a_write_is_on_record_and_a_refused_one_is_not(steward: TestClient, demo_database: Settings) -> None:
    database = Database(demo_database)

    def trail() -> list[str]:
        with database.owner.connect() as conn:
            query = "SELECT operation || ' ' || subject FROM gis.audit_log WHERE operation LIKE 'collections.%'"
            return list(conn.execute(text(query)).scalars())

    before = len(trail())
    address = added(steward, "T-TRAIL")
    steward.post(ITEMS, json=enterprise(code="T-TRAIL"), headers=GEOJSON)
    steward.delete(address, headers=tag(steward, address))
    number = address.rsplit("/", 1)[1]
    assert trail()[before:] == [
        "collections.write collections/enterprises/items",
        f"collections.delete collections/enterprises/items/{number}",
    ]
    database.dispose()


def test_a_body_that_is_no_feature_is_refused(steward: TestClient) -> None:
    for body in (b"[]", b"{}", b'"x"', b'{"type": "Feature", "properties": []}', b""):
        answer = steward.post(ITEMS, content=body, headers=GEOJSON)
        assert code_of(answer) == (422, "not_a_feature")
    assert code_of(steward.post(ITEMS, content=b'{"a": NaN}', headers=GEOJSON))[0] == 400
