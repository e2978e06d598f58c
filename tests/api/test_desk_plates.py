"""Plates from order to wall in plain forms: who may, what is kept on a mistake, which photo is taken."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from addressing.attachments import PHOTO_BYTES
from gis_service.settings import Settings
from tests.api import desk_office as office

ClientAs = Callable[..., TestClient]
JPEG = b"\xff\xd8\xff\xe0 a photo of a plate on its wall"


@pytest.fixture(scope="module")
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture(scope="module")
def places(client: TestClient, client_as: ClientAs, demo_database: Settings, officer: TestClient) -> dict[str, str]:
    """Number -> place id on a street whose numbers are in force."""
    street_id = office.new_street(demo_database)
    office.issue(officer, client_as("approver", login="binh"), street_id, "733/QĐ-UBND")
    return office.place_ids(client, street_id)


def order(officer: TestClient, place: str, kind: str = "new") -> str:
    answer = office.post(officer, "/desk/plates", place=place, kind=kind)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].partition("?")[0])


def version(officer: TestClient, path: str) -> str:
    return str(re.findall(r'name="version" value="(\d+)"', office.see(officer, path))[0])


def step(officer: TestClient, path: str, name: str, **fields: object) -> Response:
    return office.post(officer, f"{path}/{name}", version=version(officer, path), **fields)


def hang(officer: TestClient, path: str, lon: float, lat: float, photo: bytes = JPEG) -> Response:
    return officer.post(
        f"{path}/fixed",
        data={"csrf_token": officer.headers["X-CSRF-Token"], "version": version(officer, path), "lon": lon,
              "lat": lat, "fixed_by": "Tổ gắn biển 2"},
        files={"photo": ("bien.jpg", photo)}, headers={"Accept": "text/html"}, follow_redirects=False,
    )  # fmt: skip


def test_plates_are_for_the_desk(client: TestClient, client_as: ClientAs, places: dict[str, str]) -> None:
    assert client.get("/desk/plates").status_code == 401
    assert client_as("planner").get("/desk/plates").status_code == 403
    looker = client_as("administrator")
    assert 'name="place"' not in office.see(looker, "/desk/plates")
    assert office.post(looker, "/desk/plates", place=places["1"]).status_code == 403


def test_a_plate_goes_from_order_to_wall_and_back(
    client: TestClient, officer: TestClient, places: dict[str, str]
) -> None:
    path = order(officer, places["1"])
    assert "Đã đặt làm biển" in office.see(officer, f"{path}?done=ordered")
    assert f'href="{path}"' in office.see(officer, "/desk/plates")
    assert places["1"] in officer.get("/plates/production.csv").text
    for name in ("made", "issued"):
        assert step(officer, path, name).status_code == 303
    assert step(officer, path, "not-fixed", reason="chủ nhà vắng").status_code == 303
    assert "chủ nhà vắng" in office.see(officer, path)
    at = client.get(f"/p/{places['1']}").json()["position"]
    far = hang(officer, path, at["lon"] + 1, at["lat"])
    assert far.status_code == 409
    page = html.unescape(far.text)
    assert "Hãy chọn lại ảnh" in page
    assert 'value="Tổ gắn biển 2"' in page
    assert hang(officer, path, at["lon"], at["lat"], b"not a photo").status_code == 422
    assert hang(officer, path, at["lon"], at["lat"], JPEG + b"0" * PHOTO_BYTES).status_code in (413, 422)
    done = hang(officer, path, at["lon"], at["lat"])
    assert done.status_code == 303, done.text
    page = office.see(officer, done.headers["location"])
    assert "Tổ gắn biển 2" in page
    photo = re.findall(r'href="(/attachments/\d+)"', page)[0]
    assert officer.get(photo).content == JPEG
    assert f'href="{path}"' in office.see(officer, "/desk/plates?status=fixed")
    assert step(officer, path, "withdrawn", reason="hỏng").status_code == 303
    assert "Đã thu hồi" in office.see(officer, path)


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(officer: TestClient, places: dict[str, str]) -> None:
    wrong = office.post(officer, "/desk/plates", place="ABC", kind="change")
    assert wrong.status_code == 422
    assert 'value="ABC"' in wrong.text
    assert re.search(r'value="change" selected', wrong.text)
    nothing = office.post(officer, "/desk/plates", place=places["2"], kind="reissue")
    assert nothing.status_code == 409
    assert "chưa có biển để đổi" in html.unescape(nothing.text)
    path = order(officer, places["2"])
    assert step(officer, path, "withdrawn", reason="  ").status_code == 422
    stale = version(officer, path)
    assert step(officer, path, "made").status_code == 303
    late = office.post(officer, f"{path}/withdrawn", version=stale, reason="viết sai")
    assert late.status_code == 409
    assert 'value="viết sai"' in html.unescape(late.text)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_text_is_missing(officer: TestClient, places: dict[str, str], lang: str) -> None:
    number = "4" if lang == "vi" else "5"
    path = order(officer, places[number])
    for name in ("/desk/plates", path):
        assert not re.findall(r">\s*(?:desk|plate|place)\.[a-z_.]+", office.see(officer, f"{name}?lang={lang}"))
