"""Changing a number in plain forms: preview, request, decision by somebody else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from addressing.deciding import today
from gis_service.settings import Settings
from tests.api import desk_office as office

ClientAs = Callable[..., TestClient]


@pytest.fixture(scope="module")
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture(scope="module")
def approver(client_as: ClientAs) -> TestClient:
    return client_as("approver", login="binh")


@pytest.fixture
def street(demo_database: Settings, officer: TestClient, approver: TestClient) -> int:
    """A street with 1, 2, 4 and 5 in force and 3 spare."""
    street_id = office.new_street(demo_database)
    office.issue(officer, approver, street_id, f"8{street_id}/QĐ-UBND")
    return street_id


def form_of(officer: TestClient, street: int, number: str) -> str:
    """The address of the form, as the page of the street links it."""
    page = office.see(officer, f"/desk/streets/{street}")
    found = re.findall(r'href="(/desk/numbers/\d+/change)">(?:<[^>]*>)?([^<]+)<', page)
    return {text.strip(): path for path, text in found}[number]


def signed(number: str, **other: object) -> dict[str, object]:
    return {"decision_number": number, "decision_date": today().isoformat(), "issuing_body": office.BODY,
            "version": 1, **other}  # fmt: skip


def test_forms_are_for_those_who_decide(
    client: TestClient, client_as: ClientAs, officer: TestClient, approver: TestClient, street: int
) -> None:
    path = form_of(officer, street, "5")
    assert client.get(path).status_code == 401
    assert client_as("planner").get(path).status_code == 403
    assert client_as("investor").get("/desk/numbers").status_code == 403
    assert "/change" not in office.see(client_as("planner"), f"/desk/streets/{street}")
    assert 'name="reason"' not in office.see(approver, f"{path}?new=7")
    assert office.post(approver, path, new="7", reason="x").status_code == 403


def test_a_number_is_previewed_asked_for_and_changed_by_somebody_else(
    client: TestClient, officer: TestClient, approver: TestClient, street: int
) -> None:
    path = form_of(officer, street, "5")
    place = office.place_ids(client, street)["5"]
    preview = office.see(officer, f"{path}?new=7")
    assert place in preview
    assert "Số 5," in preview, "the address that ends is listed"
    assert office.place_ids(client, street)["5"] == place, "a preview changes nothing"
    asked = office.post(officer, path, new="7", reason="trùng số")
    assert asked.status_code == 303, asked.text
    change = asked.headers["location"].partition("?")[0]
    assert f'href="{change}"' in office.see(approver, "/desk/numbers")
    assert office.post(officer, f"{change}/approve", **signed("1/QĐ")).status_code == 403
    assert "/approve" not in office.see(officer, change)
    blank = office.post(approver, f"{change}/approve", **signed(" "))
    assert blank.status_code == 422
    assert f'value="{office.BODY}"' in html.unescape(blank.text)
    stale = office.post(approver, f"{change}/approve", **signed(f"9{street}/QĐ", version=9))
    assert stale.status_code == 409
    assert f'value="9{street}/QĐ"' in html.unescape(stale.text)
    done = office.post(approver, f"{change}/approve", **signed(f"9{street}/QĐ"))
    assert done.status_code == 303, done.text
    assert "Đã thực hiện" in office.see(approver, done.headers["location"])
    assert office.place_ids(client, street)["7"] == place
    assert f'href="{change}"' not in office.see(approver, "/desk/numbers")


def test_what_is_wrong_is_said_and_kept(officer: TestClient, street: int) -> None:
    path = form_of(officer, street, "5")
    double = officer.get(f"{path}?new=1", headers={"Accept": "text/html"})
    assert double.status_code == 409
    assert 'role="alert"' in double.text
    assert 'name="new" value="1"' in double.text
    without = office.post(officer, path, new="7", reason=" ")
    assert without.status_code == 422
    assert "Hãy ghi lý do" in html.unescape(without.text)
    assert 'name="new" value="7"' in without.text
    twice = office.post(officer, path, new="1", reason="thử")
    assert twice.status_code == 409


def test_an_officer_takes_back_only_what_is_their_own(client_as: ClientAs, officer: TestClient, street: int) -> None:
    asked = office.post(officer, form_of(officer, street, "4"), end="yes", reason="nhà đã phá")
    change = asked.headers["location"].partition("?")[0]
    other = client_as("address_officer", login="hoa")
    refused = office.post(other, f"{change}/reject", version=1, reason="không phải của tôi")
    assert refused.status_code == 403
    assert office.post(officer, f"{change}/reject", version=1, reason="nhầm nhà").status_code == 303
    assert "nhầm nhà" in office.see(officer, change)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_text_is_missing(officer: TestClient, street: int, lang: str) -> None:
    path = form_of(officer, street, "2")
    asked = office.post(officer, path, new="6", reason="x").headers["location"].partition("?")[0]
    for name in ("/desk/numbers", f"{path}?new=8&", f"{asked}?"):
        page = office.see(officer, f"{name}{'' if '?' in name else '?'}lang={lang}")
        assert not re.findall(r">\s*(?:desk|change|place)\.[a-z_.]+", page)
