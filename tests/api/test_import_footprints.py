"""Declared polygons over HTTP, as any other layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

CELLS = "operator,site_code,code,technology,state,lon,lat\nViettel,FP1,A,5G,on_air,106.33,20.94\n"
RING = "106.33 20.94, 106.34 20.94, 106.34 20.95, 106.33 20.94"
ROWS = f'operator,site_code,code,wkt\nViettel,FP1,A,"POLYGON(({RING}))"\nViettel,FP1,Z,"POLYGON(({RING}))"\n'


@pytest.fixture
def steward(client_as: Callable[..., TestClient]) -> TestClient:
    return client_as("data_steward", login="thu")


def send(client: TestClient, layer: str, body: str, **fields: Any) -> Any:
    return client.post(f"/imports/{layer}", files={"file": ("v.csv", body.encode())}, data=fields)


def test_footprints_are_imported_and_what_has_no_cell_is_told(steward: TestClient) -> None:
    assert send(steward, "cells", CELLS).json()["added"] == 1
    trial = send(steward, "footprints", ROWS, crs="4326", dry_run="true").json()
    told = send(steward, "footprints", ROWS, crs="4326").json()
    for one in (trial, told):
        assert (one["read"], one["added"], one["rejected"], one["reasons"]) == (2, 1, 1, {"unknown_cell": 1})
    again = send(steward, "footprints", ROWS, crs="4326").json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 1)
    assert steward.get("/imports").json()[0]["layer"] == "footprints"
    rejected = steward.get(f"/imports/{told['id']}/rejected.csv").text
    assert "unknown_cell" in rejected


def test_the_list_of_layers_names_footprints(steward: TestClient) -> None:
    answer = send(steward, "rivers", ROWS)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_layer")
    assert "footprints" in answer.json()["detail"]
