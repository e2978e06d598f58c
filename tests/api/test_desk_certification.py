"""Quality and certification of a street in plain forms."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from addressing.quality import KINDS
from gis_service.settings import Settings
from maps import i18n
from tests.api import desk_office as office

ClientAs = Callable[..., TestClient]


@pytest.fixture(scope="module")
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture
def street(demo_database: Settings, client_as: ClientAs, officer: TestClient) -> int:
    street_id = office.new_street(demo_database)
    office.issue(officer, client_as("approver", login="binh"), street_id, f"6{street_id}/QĐ-UBND")
    return street_id


def test_a_street_is_certified_and_taken_back(
    client: TestClient, client_as: ClientAs, officer: TestClient, street: int
) -> None:
    path = f"/desk/streets/{street}"
    assert client.get(f"{path}/quality").status_code == 401
    assert client_as("investor").get(f"{path}/quality").status_code == 403
    looker = client_as("planner")
    assert f'action="{path}/certify"' not in office.see(looker, f"{path}/quality")
    assert office.post(looker, f"{path}/certify").status_code == 403
    assert f'href="{path}/quality"' in office.see(officer, path)
    assert "Chưa đối chiếu thực địa." in office.see(officer, f"{path}/quality")
    done = office.post(officer, f"{path}/certify")
    assert done.status_code == 303, done.text
    page = office.see(officer, done.headers["location"])
    assert 'role="status"' in page
    assert "Chưa đối chiếu thực địa." not in page
    twice = office.post(officer, f"{path}/certify")
    assert twice.status_code == 409
    assert "đã chứng nhận" in html.unescape(twice.text)
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    assert office.post(officer, f"{path}/certify/undo", version=version, reason=" ").status_code == 422
    late = office.post(officer, f"{path}/certify/undo", version=int(version) + 1, reason="đo nhầm đường")
    assert late.status_code == 409
    assert 'value="đo nhầm đường"' in html.unescape(late.text)
    assert office.post(officer, f"{path}/certify/undo", version=version, reason="đo nhầm").status_code == 303
    assert "Chưa đối chiếu thực địa." in office.see(officer, f"{path}/quality")


def test_a_street_without_numbers_is_not_certified(officer: TestClient, demo_database: Settings) -> None:
    empty = office.new_street(demo_database)
    refused = office.post(officer, f"/desk/streets/{empty}/certify")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_text_is_missing(officer: TestClient, street: int, lang: str) -> None:
    page = office.see(officer, f"/desk/streets/{street}/quality?lang={lang}")
    assert not re.findall(r">\s*(?:desk|quality)\.[a-z_.]+", page)
    assert [kind for kind in KINDS if f"quality.kind.{kind}" not in i18n.catalogue(lang)] == []
