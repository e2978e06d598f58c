"""Estates through the API: who may do what, four eyes, versions, what is refused with which code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gis_service.settings import Settings
from tests.api import estate_office as office

ClientAs = Callable[..., TestClient]


@pytest.fixture(scope="module")
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture(scope="module")
def approver(client_as: ClientAs) -> TestClient:
    return client_as("approver", login="binh")


@pytest.fixture
def estate(demo_database: Settings, officer: TestClient, request: pytest.FixtureRequest) -> dict[str, Any]:
    return office.enter(officer, office.new_street(demo_database), f"K-{abs(hash(request.node.name)) % 10**8}")


def test_an_estate_goes_from_entry_to_public_look_up(
    client: TestClient, officer: TestClient, approver: TestClient, estate: dict[str, Any]
) -> None:
    proposal = office.name(officer, approver, estate["id"], f"1/QĐ-{estate['id']}")
    assert proposal["status"] == "issued"
    assert {one["name"] for one in proposal["named"]} == {"A", "A1", "1", "2", "1-01", "1-02", "2-01", "2-02"}
    assert proposal["clauses"]["A12.building"]["standing"] == "confirmed-2024"
    flat = office.parts(officer, estate["id"])["flat 2-02"]
    seen = client.get(f"/p/{flat['place_id']}").json()
    assert seen["kind"] == "flat"
    assert seen["numbers"][0]["number"] == "2-02"
    assert seen["addresses"][0]["written"].startswith(f"Căn hộ 2-02, tầng 2, nhà A1, nhóm nhà A, {estate['name']}")
    page = client.get(f"/p/{flat['place_id']}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "2-02" in page.text
    found = client.get("/places", params={"address": seen["addresses"][0]["written"]}).json()
    assert [one["place_id"] for one in found] == [flat["place_id"]]


def test_only_officers_enter_and_only_staff_read(
    client: TestClient, client_as: ClientAs, approver: TestClient, estate: dict[str, Any]
) -> None:
    path = f"/register/estates/{estate['id']}"
    assert client.get(path).status_code == 401
    assert client_as("investor").get(path).status_code == 403
    assert client_as("planner").get(path).status_code == 200
    assert approver.post(f"{path}/parts", json={"kind": "group", "label": "x"}).status_code == 403


def test_the_author_does_not_approve(client_as: ClientAs, estate: dict[str, Any]) -> None:
    both = client_as("address_officer", "approver", login="ca_hai")
    proposal = both.post(f"/register/estates/{estate['id']}/naming").json()
    path = f"/register/naming/{proposal['id']}"
    refused = both.post(f"{path}/submit")
    assert (refused.status_code, refused.json()["code"]) == (409, "open_questions_remain")
    for kind, answer in (("building_form", "letter"), ("flats_order", "as_entered")):
        both.post(f"{path}/answers", json={"question_code": kind, "answer": answer})
    assert both.post(f"{path}/submit").status_code == 200
    refused = both.post(f"{path}/approve")
    assert (refused.status_code, refused.json()["code"]) == (403, "author_cannot_approve")


def test_a_correction_names_the_version_it_was_made_from(officer: TestClient, estate: dict[str, Any]) -> None:
    part = next(one for one in estate["parts"] if one["kind"] == "building")
    changed = officer.patch(f"/register/parts/{part['id']}", json={"version": part["version"], "distance_m": 7})
    assert changed.status_code == 200, changed.text
    kept = next(one for one in changed.json()["parts"] if one["id"] == part["id"])
    assert (kept["distance_m"], kept["storeys"], kept["label"]) == (7, 2, "nhà ở")
    refused = officer.patch(f"/register/parts/{part['id']}", json={"version": part["version"], "distance_m": 9})
    assert (refused.status_code, refused.json()["code"]) == (409, "version_conflict")
    states = officer.get(f"/register/parts/{part['id']}/history").json()
    assert {state["content"]["distance_m"] for state in states} == {5, 7}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "group", "label": "sân"}, 409, "step_not_possible"),
        ({"kind": "flat", "label": "1"}, 409, "step_not_possible"),
        ({"kind": "group", "label": ""}, 422, None),
        ({"kind": "shed", "label": "x"}, 422, None),
        ({"kind": "group", "label": "x", "side": "up"}, 422, None),
        ({"kind": "group", "label": "x", "lon": 2.0, "lat": 48.0}, None, None),
        ({"kind": "building", "label": "x", "parent_id": 999999}, 404, "not_found"),
    ],
)  # fmt: skip
def test_bad_parts_are_refused(
    officer: TestClient, estate: dict[str, Any], body: dict[str, Any], status: int | None, code: str | None
) -> None:
    answer = officer.post(f"/register/estates/{estate['id']}/parts", json=body)
    assert 400 <= answer.status_code < 500, answer.text
    assert status is None or answer.status_code == status
    assert code is None or answer.json()["code"] == code


def test_an_entry_sent_twice_is_made_once(officer: TestClient, estate: dict[str, Any]) -> None:
    path = f"/register/estates/{estate['id']}/parts"
    body = {"kind": "group", "label": "sân sau", "side": "right", "distance_m": 20}
    first, second = (
        officer.post(path, json=body, headers={"Idempotency-Key": f"twice-{estate['id']}"}) for _ in range(2)
    )
    assert first.json() == second.json()
    assert len([one for one in second.json()["parts"] if one["label"] == "sân sau"]) == 1


def test_a_name_ends_by_a_decision_with_everything_inside(
    officer: TestClient, approver: TestClient, estate: dict[str, Any]
) -> None:
    office.name(officer, approver, estate["id"], f"1/QĐ-{estate['id']}")
    building = office.parts(officer, estate["id"])["building A1"]
    path = f"/register/names/{building['name_id']}"
    ending = officer.get(f"{path}/ending").json()
    assert [name for _, _, name in ending["names"]] == ["A1", "2", "2-01", "2-02", "1", "1-01", "1-02"]
    body = office.signed(f"2/QĐ-{estate['id']}") | {"reason": "phá dỡ"}
    assert officer.post(f"{path}/retire", json=body).status_code == 403
    assert approver.post(f"{path}/retire", json=body).json() == ending
    again = approver.post(f"{path}/retire", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "not_in_force")
    assert office.parts(officer, estate["id"]).keys() == {"group A"}
    states = officer.get(f"{path}/history").json()
    assert [state["content"]["status"] for state in states] == ["in_force", "retired"]


def test_a_plate_of_a_flat_is_ordered_drawn_and_listed(
    officer: TestClient, approver: TestClient, estate: dict[str, Any]
) -> None:
    office.name(officer, approver, estate["id"], f"1/QĐ-{estate['id']}")
    flat = office.parts(officer, estate["id"])["flat 1-02"]
    ordered = officer.post(f"/register/names/{flat['name_id']}/plates", json={})
    assert ordered.status_code == 201, ordered.text
    assert ordered.json()["part_name_id"] == flat["name_id"]
    again = officer.post(f"/register/names/{flat['name_id']}/plates", json={})
    assert (again.status_code, again.json()["code"]) == (409, "step_not_possible")
    lines = [one for one in officer.get("/plates").json() if one["place_id"] == flat["place_id"]]
    assert [(line["kind"], line["plate_text"]) for line in lines] == [("flat", "1-02")]
    assert "1-02" in officer.get("/plates/production.csv").text
    path = f"/documents/places/{flat['place_id']}/plate.svg"
    open_size = officer.get(path)
    assert (open_size.status_code, open_size.json()["code"]) == (409, "plate_size_open")
    drawing = officer.get(path, params={"draft": "true"})
    assert drawing.status_code == 200
    assert drawing.headers["content-type"] == "image/svg+xml"
    made = officer.post(f"/plates/{ordered.json()['id']}/made", json={"version": 1})
    assert made.json()["status"] == "made"
