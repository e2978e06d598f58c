"""OGC API - Features Part 2: coordinates in every CRS that is offered, with its axis order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from pyproj import CRS

from layers.crs import transformer
from tests.api.ogc.standards_site import CRS84, EPSG, ids, items, problem

PROMISED = (4326, 3857, 4756, 3405, 3406, *range(9205, 9219), 5896, 5897, 5898, 5899)


def coordinates(feature: dict[str, Any]) -> Any:
    return shapely.get_coordinates(shapely.geometry.shape(feature["geometry"]))


def test_the_promised_systems_are_offered_with_the_default_first(client: TestClient) -> None:
    for one in client.get("/ogc/collections").json()["collections"]:
        assert one["crs"][0] == CRS84
        assert {EPSG + str(code) for code in PROMISED} <= set(one["crs"])
        assert one["storageCrs"] in one["crs"]
    assert client.get("/ogc/collections/plots").json()["storageCrs"] == EPSG + "9210"


@pytest.mark.parametrize("srid", PROMISED)
def test_coordinates_are_those_of_the_pipelines_of_the_house(client: TestClient, srid: int) -> None:
    """What is stored, sent through `layers.crs`, is what is answered: to the millimetre, in the axis order of EPSG."""
    stored = items(client, "plots", limit=20, crs=EPSG + "9210").json()["features"]
    answer = items(client, "plots", limit=20, crs=EPSG + str(srid))
    assert answer.headers["content-crs"] == f"<{EPSG}{srid}>"
    latitude_first = CRS.from_epsg(srid).axis_info[0].direction == "north"
    a_millimetre = 1.5e-8 if CRS.from_epsg(srid).is_geographic else 0.0016
    for source, told in zip(stored, answer.json()["features"], strict=True):
        x, y = transformer(9210, srid).transform(*coordinates(source).T)
        expected = np.column_stack((y, x) if latitude_first else (x, y))
        assert np.abs(coordinates(told) - expected).max() < a_millimetre


def test_the_default_is_longitude_first_and_epsg_4326_latitude_first(client: TestClient) -> None:
    plain = items(client, "enterprises", limit=1)
    assert plain.headers["content-crs"] == f"<{CRS84}>"
    lon, lat = plain.json()["features"][0]["geometry"]["coordinates"]
    assert 105 < lon < 108
    assert 20 < lat < 22
    turned = items(client, "enterprises", limit=1, crs=EPSG + "4326").json()["features"][0]
    assert turned["geometry"]["coordinates"] == [lat, lon]
    one = client.get(f"/ogc/collections/enterprises/items/{turned['id']}", params={"crs": EPSG + "4326"})
    assert one.json()["geometry"]["coordinates"] == [lat, lon]
    assert one.headers["content-crs"] == f"<{EPSG}4326>"


def test_vn2000_and_wgs84_lie_two_hundred_metres_apart(client: TestClient) -> None:
    """A server that forgets the seven parameters gives the same numbers for 4756 and 4326."""
    here, there = (
        items(client, "enterprises", limit=1, crs=f"{EPSG}{srid}").json()["features"][0]["geometry"]["coordinates"]
        for srid in (4326, 4756)
    )
    metres = np.hypot((here[0] - there[0]) * 110_700, (here[1] - there[1]) * 104_000)
    assert 180 < metres < 260


def test_a_box_is_read_in_its_own_crs(client: TestClient) -> None:
    lon_lat = "106.28,20.92,106.29,20.925"
    expected = ids(items(client, "plots", bbox=lon_lat))
    assert 0 < len(expected) < 100
    assert ids(items(client, "plots", bbox=lon_lat, bbox_crs=CRS84)) == expected
    assert ids(items(client, "plots", bbox="20.92,106.28,20.925,106.29", bbox_crs=EPSG + "4326")) == expected
    assert (
        ids(items(client, "plots", bbox="20.92,106.28,20.925,106.29", bbox_crs=EPSG + "4326", crs=EPSG + "3405"))
        == expected
    )
    frame = shapely.box(*map(float, lon_lat.split(",")))
    for srid in (9210, 3405, 9209, 3857):
        x_min, y_min, x_max, y_max = transformer(4326, srid).transform_bounds(*frame.bounds, densify_pts=21)
        found = ids(items(client, "plots", bbox=f"{x_min},{y_min},{x_max},{y_max}", bbox_crs=EPSG + str(srid)))
        assert set(expected) <= set(found)


def test_a_box_larger_than_its_projection_is_no_error(client: TestClient) -> None:
    zones = ids(items(client, "zones"))
    for srid in (9210, 3405, 3857):
        assert ids(items(client, "zones", bbox="-1e7,-1e7,2e7,2e7", bbox_crs=EPSG + str(srid))) == zones


@pytest.mark.parametrize("name", ["crs", "bbox-crs", "filter-crs"])
@pytest.mark.parametrize(
    "value",
    ["", "9210x", "http://www.opengis.net/def/crs/OGC/0/does_not_exist", EPSG + "6956", EPSG + "27700",
     EPSG + "99999999", "file:///etc/passwd", "+proj=longlat"],
)  # fmt: skip
def test_a_system_that_is_not_offered_is_refused(client: TestClient, name: str, value: str) -> None:
    answer = client.get("/ogc/collections/zones/items", params={name: value, "bbox": "106,20,107,21"})
    assert problem(answer) == (400, "bad_parameter")


def test_short_names_are_understood(client: TestClient) -> None:
    expected = items(client, "zones", crs=EPSG + "9210").json()["features"]
    assert items(client, "zones", crs="EPSG:9210").json()["features"] == expected
    assert items(client, "zones", crs="[EPSG:9210]").json()["features"] == expected
