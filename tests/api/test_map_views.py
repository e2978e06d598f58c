"""Views of the map: kept by staff, versioned, opened by link until the link ends; hostile content stays text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service.database import Database
from gis_service.housekeeping import Housekeeping
from gis_service.settings import Settings
from tests.conftest import ClientAs

HTML = {"Accept": "text/html"}
HOSTILE = "<script>alert(1)</script>' OR 1=1"
POINT = {
    "type": "Feature", "geometry": {"type": "Point", "coordinates": [106.3, 20.9]},
    "properties": {"kind": "point", "colour": "#0072b2", "label": HOSTILE},
}  # fmt: skip


def view(name: str, **more: Any) -> dict[str, Any]:
    drawing = {"type": "FeatureCollection", "features": [POINT]}
    return {"name": name, "state": "map=14/20.93/106.31&on=plots", "drawing": drawing, **more}


@pytest.fixture(scope="module")
def lan(client_as: ClientAs) -> TestClient:
    return client_as("planner", login="lan-views")


@pytest.fixture(scope="module")
def minh(client_as: ClientAs) -> TestClient:
    return client_as("data_steward", login="minh-views")


def form(page: str, action: str) -> dict[str, str]:
    found = re.search(rf'action="{re.escape(action)}">(.*?)</form>', page, re.S)
    assert found, action
    return dict(re.findall(r'name="(csrf_token|version)" value="([^"]*)"', found[1]))


def test_a_view_is_kept_listed_opened_and_saved_over(lan: TestClient, minh: TestClient, client: TestClient) -> None:
    made = lan.post("/map/views", json=view(HOSTILE))
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["version"], told["mine"], told["audience"]) == (1, True, "own")
    kept = lan.get(f"{told['address']}.json").json()
    assert kept["drawing"]["features"][0]["properties"]["label"] == HOSTILE
    opened = lan.get(told["address"], follow_redirects=False)
    assert opened.headers["location"] == f"/map?view={told['id']}#map=14/20.93/106.31&on=plots"
    listed = lan.get("/map/views", headers=HTML).text
    assert "&lt;script&gt;alert(1)" in listed
    assert "<script>alert" not in listed
    assert minh.get(f"{told['address']}.json").status_code == 404, "somebody's own"
    assert client.get(f"{told['address']}.json").status_code == 401
    again = lan.put(told["address"], json=view("Bản hai", version=1, audience="staff"))
    assert (again.status_code, again.json()["version"]) == (200, 2)
    assert lan.put(told["address"], json=view("Bản ba", version=1)).status_code == 409
    seen = minh.get(f"{told['address']}.json").json()
    assert (seen["name"], seen["mine"]) == ("Bản hai", False)
    refused = minh.put(told["address"], json=view("Của tôi", version=2))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_the_owner")
    assert minh.post("/map/views", json=view("Bản hai")).status_code == 201, "another owner's name is free"
    assert lan.post("/map/views", json=view("Bản hai")).json()["code"] == "view_name_taken"


def test_every_state_of_a_view_stays_on_record(lan: TestClient, demo_database: Settings) -> None:
    told = lan.post("/map/views", json=view("Một")).json()
    lan.put(told["address"], json=view("Một rồi hai", version=1))
    database = Database(demo_database)
    with database.owner.begin() as conn:
        names = conn.execute(
            text("SELECT content ->> 'name' FROM gis.row_history WHERE table_name = 'map_views' AND row_id = :id"
                 " ORDER BY id"), {"id": told["id"]},
        ).scalars().all()  # fmt: skip
    database.dispose()
    assert names == ["Một", "Một rồi hai"]


def test_the_page_renames_shares_and_deletes(lan: TestClient, client: TestClient, demo_database: Settings) -> None:
    told = lan.post("/map/views", json=view("Để chia sẻ")).json()
    page = lan.get("/map/views", headers=HTML).text
    address = told["address"]
    data = form(page, f"{address}/name") | {"name": "Đã đổi tên", "audience": "own"}
    assert lan.post(f"{address}/name", data=data, follow_redirects=False).status_code == 303
    assert lan.post(f"{address}/name", data=data, headers={"Accept": "application/json"}).status_code == 409
    made = lan.post(f"{address}/shares", data=form(page, f"{address}/shares") | {"days": "7"}, headers=HTML)
    assert made.headers["cache-control"] == "private, no-store"
    link = re.search(r'value="(http://localhost(/map/shares/[\w-]{20,}))"', made.text)
    assert link
    opened = client.get(link[2], follow_redirects=False)
    token = link[2].rpartition("/")[2]
    assert opened.headers["location"] == f"/map?share={token}#map=14/20.93/106.31&on=plots"
    shared = client.get(f"{link[2]}.json").json()
    assert set(shared) == {"name", "state", "drawing", "ends"}, "nobody is named to the public"
    assert client.get("/map/shares/" + "x" * 32, headers=HTML).status_code == 404
    database = Database(demo_database)
    with database.owner.begin() as conn:
        conn.execute(text("UPDATE gis.map_view_shares SET created_at = now() - interval '9 days',"
                          " expires_at = now() - interval '2 days' WHERE view_id = :id"),
                     {"id": told["id"]})  # fmt: skip
    ended = client.get(link[2], headers={"Accept": "application/json"})
    assert (ended.status_code, ended.json()["code"]) == (410, "share_expired")
    assert "hết hạn" in client.get(link[2], headers=HTML | {"Accept-Language": "vi"}).text
    assert client.get(f"{link[2]}.json").status_code == 410
    with database.owner.begin() as conn:
        conn.execute(text("UPDATE gis.map_view_shares SET created_at = now() - interval '3 years',"
                          " expires_at = now() - interval '2 years' WHERE view_id = :id"),
                     {"id": told["id"]})  # fmt: skip
    assert Housekeeping(database).round()["links_deleted"] == 1
    database.dispose()
    assert client.get(link[2]).status_code == 404
    again = lan.post(f"{address}/shares", data=form(page, f"{address}/shares") | {"days": "1"}, headers=HTML).text
    share_id = re.search(r'action="/map/views/shares/(\d+)/revoke"', again)
    fresh = re.search(r'value="http://localhost(/map/shares/[\w-]{20,})"', again)
    assert share_id
    assert fresh
    assert client.get(fresh[1], follow_redirects=False).status_code == 303
    revoke = f"/map/views/shares/{share_id[1]}/revoke"
    assert lan.post(revoke, data=form(again, revoke), follow_redirects=False).status_code == 303
    assert client.get(fresh[1]).status_code == 410
    page = lan.get("/map/views", headers=HTML).text
    gone = lan.post(f"{address}/delete", data=form(page, f"{address}/delete"), follow_redirects=False)
    assert gone.status_code == 303
    assert lan.get(address).status_code == 404


def test_who_may_not_share_publicly_gets_no_form(minh: TestClient) -> None:
    told = minh.post("/map/views", json=view("Của Minh")).json()
    assert "/shares" not in minh.get("/map/views", headers=HTML).text
    refused = minh.post(f"{told['address']}/shares", data={"days": "7"}, headers={"Accept": "application/json"})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"properties": {"kind": "star", "colour": "#0072b2", "label": ""}},
        {"properties": {"kind": "point", "colour": "red; background: url(x)", "label": ""}},
        {"properties": {"kind": "point", "colour": "#0072b2", "label": "x" * 201}},
        {"properties": {"kind": "circle", "colour": "#0072b2", "label": "", "radius_m": 1e12, "middle": [1, 1]}},
        {"geometry": {"type": "Point", "coordinates": [106, 95]}}, {"geometry": {"type": "Point", "coordinates": []}},
        {"geometry": {"type": "Polygon", "coordinates": [[[1, 1]]]}}, {"geometry": None}, {"properties": None},
    ],
)  # fmt: skip
def test_what_is_no_drawing_is_refused(lan: TestClient, change: dict[str, Any]) -> None:
    drawing = {"type": "FeatureCollection", "features": [POINT | change]}
    answer = lan.post("/map/views", json=view("Sai", drawing=drawing))
    assert (answer.status_code, answer.json()["code"]) == (422, "drawing_refused")


def test_a_state_is_an_address_and_nothing_else(lan: TestClient) -> None:
    for state in ('map=1"><script>', "a b", "x" * 1001, "javascript:alert(1)//\n"):
        assert lan.post("/map/views", json=view("Sai", state=state)).status_code == 422
