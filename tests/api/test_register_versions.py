"""Whoever writes names the version that they read: through the API and in the forms of the desk."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from gis_service.settings import Settings
from tests.api import desk_office as office

ClientAs = Callable[..., TestClient]


@pytest.fixture(scope="module")
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture(scope="module")
def approver(client_as: ClientAs) -> TestClient:
    return client_as("approver", login="binh")


@pytest.fixture(scope="module")
def place(demo_database: Settings, officer: TestClient, approver: TestClient) -> str:
    """A place with a number and one more address."""
    street_id = office.new_street(demo_database)
    office.issue(officer, approver, street_id, f"7{street_id}/QĐ-UBND")
    found = office.place_ids(officer, street_id)["1"]
    made = officer.post(f"/places/{found}/addresses", json={"language": "vi", "written": "Cổng Đông"})
    assert made.status_code == 201, made.text
    return found


def addresses_of(client: TestClient, place: str) -> dict[str, dict[str, object]]:
    rows = client.get(f"/places/{place}").json()["addresses"]
    return {row["role"]: row for row in rows if row["language"] == "vi"}


def test_an_address_is_preferred_by_who_read_it_last(officer: TestClient, place: str) -> None:
    before = addresses_of(officer, place)
    path = f"/places/{place}/addresses/{before['alternative']['id']}/prefer"
    assert officer.post(path).status_code == 422, "every write names it"
    assert officer.post(path, json={"version": before["alternative"]["version"]}).status_code == 204
    back = f"/places/{place}/addresses/{before['current']['id']}/prefer"
    stale = officer.post(back, json={"version": before["current"]["version"]})
    assert stale.status_code == 409
    shown = stale.json()
    assert shown["code"] == "version_conflict"
    assert shown["your_version"] < shown["current_version"]
    assert shown["current"]["written"] == "Cổng Đông", "what letters use now"
    assert officer.post(back, json={"version": shown["current_version"]}).status_code == 204


def test_a_new_address_that_displaces_the_preferred_one_names_its_version(officer: TestClient, place: str) -> None:
    path, given = f"/places/{place}/addresses", {"language": "vi", "written": "Cổng Tây", "is_preferred": True}
    assert officer.post(path, json=given).status_code == 422
    stale = officer.post(path, json={**given, "version": 0})
    assert stale.status_code == 409
    done = officer.post(path, json={**given, "version": stale.json()["current_version"]})
    assert done.status_code == 201, done.text
    assert addresses_of(officer, place)["current"]["written"] == "Cổng Tây"


def set_value(client: TestClient, seen: list[str], value: str, **other: str) -> tuple[int, str]:
    fields = {"name": "other_street_margin_m", "area": "*", "decision_number": "31/QĐ", "valid_from": "2042-01-01"}
    answer = office.post(client, "/desk/policies", value=value, seen=seen, **fields, **other)
    return answer.status_code, html.unescape(answer.text)


def seen_by(client: TestClient) -> list[str]:
    """What the form at the desk sends back of the values that it showed."""
    page = html.unescape(client.get("/desk/policies", headers={"Accept": "text/html"}).text)
    return re.findall(r'name="seen" value="([^"]+)"', page)


def test_two_forms_that_were_opened_at_once(approver: TestClient, client_as: ClientAs) -> None:
    other = client_as("approver", login="dung")
    first, second = seen_by(approver), seen_by(other)
    assert set_value(approver, first, "6")[0] == 303
    status, page = set_value(other, second, "9")
    assert status == 409
    assert 'role="alert"' in page
    assert "phiên bản 0" in page
    assert "phiên bản 1" in page
    assert 'name="value" value="9"' in page, "what was typed is kept"
    assert re.search(r"<td[^>]*>6[,0]*<", page), "and the other's value is in the table"
    again = re.findall(r'name="seen" value="([^"]+)"', page)
    assert set_value(other, again, "9")[0] == 303, "whoever has seen it may set the next one"


def test_a_value_may_end_on_a_day(approver: TestClient) -> None:
    other = {"valid_from": "2043-01-01", "valid_to": "2043-06-01"}
    fields = {"name": "piece_gap_m", "area": "*", "decision_number": "32/QĐ", "value": "25", **other}
    done = office.post(approver, "/desk/policies", **fields)
    assert done.status_code == 303, done.text
    assert "01/06/2043" in office.see(approver, "/desk/policies")
    wrong = office.post(approver, "/desk/policies", **{**fields, "valid_from": "2044-01-01"})
    assert wrong.status_code in (409, 422)
    backwards = office.post(approver, "/desk/policies", seen=seen_by(approver),
                            **{**fields, "valid_from": "2044-01-01"})  # fmt: skip
    assert backwards.status_code == 422
    assert 'value="2043-06-01"' in backwards.text
    assert office.post(approver, "/desk/policies", **{**fields, "valid_to": "2043-02-31"}).status_code == 422


def test_a_form_that_was_opened_before_shows_what_letters_use_now(officer: TestClient, place: str) -> None:
    base = f"/desk/places/{place}"
    page = office.see(officer, base)
    forms = re.findall(r'name="address_id" value="(\d+)"><input type="hidden" name="version" value="(\d+)"', page)
    assert len(forms) >= 2, "of several addresses one is preferred"
    (first, seen), (second, also_seen) = forms[:2]
    assert office.post(officer, f"{base}/prefer", address_id=first, version=seen).status_code == 303
    late = office.post(officer, f"{base}/prefer", address_id=second, version=also_seen)
    assert late.status_code == 409
    text = html.unescape(late.text)
    standing = addresses_of(officer, place)["current"]
    assert f"phiên bản {also_seen} " in text
    assert f"<strong>{standing['written']}</strong>" in text
    added = office.post(officer, f"{base}/addresses", written="Cổng Bắc", preferred="yes", version_vi=0)
    assert added.status_code == 409
    assert 'value="Cổng Bắc"' in html.unescape(added.text), "what was typed is kept"
    assert office.post(officer, f"{base}/addresses", written=" ").status_code == 422
    [version] = re.findall(r'name="version_vi" value="(\d+)"', office.see(officer, base))
    done = office.post(officer, f"{base}/addresses", written="Cổng Bắc", preferred="yes", version_vi=version)
    assert done.status_code == 303, done.text
    assert addresses_of(officer, place)["current"]["written"] == "Cổng Bắc"


def test_two_administrators_set_the_areas_of_one_officer(client_as: ClientAs) -> None:
    client_as("address_officer", login="tam")
    administrator, other = client_as("administrator", login="root-a"), client_as("administrator", login="root-b")
    page = office.see(administrator, "/desk/areas")
    [version] = re.findall(r'action="/desk/areas/tam".*?name="version" value="(\d+)"', page, re.DOTALL)
    done = office.post(administrator, "/desk/areas/tam", version=version, wanted="zone:1, zone:2")
    assert done.status_code == 303, done.text
    late = office.post(other, "/desk/areas/tam", version=version, wanted="zone:3")
    assert late.status_code == 409
    text = html.unescape(late.text)
    assert "<code>zone:1, zone:2</code>" in text
    assert 'value="zone:3"' in text, "what was typed is kept"
    assert office.post(administrator, "/desk/areas/tam", version=1, wanted="zone:987654").status_code == 422
    assert client_as("approver", login="binh").get("/desk/areas").status_code == 403
