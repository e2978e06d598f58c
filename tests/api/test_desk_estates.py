"""Estates at the desk in plain forms: what is kept on a mistake, who may do what, and the papers."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from addressing.deciding import today
from gis_service.settings import Settings
from tests.api import desk_office as office
from tests.api import estate_office

ClientAs = Callable[..., TestClient]
_codes = itertools.count(1)


@pytest.fixture(scope="module")
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture(scope="module")
def approver(client_as: ClientAs) -> TestClient:
    return client_as("approver", login="binh")


@pytest.fixture
def street(demo_database: Settings) -> int:
    return estate_office.new_street(demo_database)


def enter(officer: TestClient, street: int) -> str:
    """The address of a new estate with one group."""
    code = f"BAN-{next(_codes)}"
    made = office.post(officer, "/desk/estates", street=street, code=code, name=f"Khu {code}", x="2312000", y="557000")
    assert made.status_code == 303, made.text
    path = str(made.headers["location"].partition("?")[0])
    group = office.post(
        officer, f"{path}/groups", label="sân", side="left", distance_m="12,5".replace(",", "."), axis="", x="2312010",
        y="557010", found_name="",
    )  # fmt: skip
    assert group.status_code == 303, group.text
    return path


def building_form(officer: TestClient, path: str, **fields: object) -> dict[str, object]:
    group = re.search(r'name="group">.*?value="(\d+)"', office.see(officer, path), re.S)
    assert group
    return {"group": group[1], "label": "nhà ở", "storeys": 5, "avoided": "4", "flats": 3, "first_flat": 2,
            "distance_m": 4, "stairs": "3 ?", "basements": "", "x": 2312020, "y": 557020} | fields  # fmt: skip


def test_an_estate_is_entered_and_named_in_forms_alone(
    client: TestClient, officer: TestClient, approver: TestClient, street: int
) -> None:
    path = enter(officer, street)
    added = office.post(officer, f"{path}/buildings", **building_form(officer, path))
    assert added.status_code == 303, added.text
    shown = office.see(officer, path)
    assert "5 tầng" in shown
    assert "bỏ qua 4" in shown
    proposed = office.post(officer, f"{path}/propose")
    assert proposed.status_code == 303
    proposal = proposed.headers["location"]
    page = office.see(officer, proposal)
    assert "Tên ngôi nhà dùng dạng nào" in page
    assert 'disabled aria-describedby="why-not"' in page
    for kind, answer in (("building_form", "letter"), ("stair_numbers", "count"), ("stair_order", "1"),
                         ("flats_order", "as_entered")):  # fmt: skip
        given = office.post(officer, f"{proposal}/answers", question_code=kind, answer=answer, alike="yes")
        assert given.status_code == 303, given.text
    assert "Sai" not in office.see(officer, proposal)
    assert office.post(officer, f"{proposal}/submit").status_code == 303
    assert f'href="{proposal}"' in office.see(approver, "/desk"), "it waits at the desk"
    assert office.post(officer, f"{proposal}/approve").status_code == 403
    assert office.post(approver, f"{proposal}/approve").status_code == 303
    issued = office.post(
        approver, f"{proposal}/issue", decision_number=f"9/{path}", decision_date=today().isoformat(),
        issuing_body=office.BODY,
    )  # fmt: skip
    assert issued.status_code == 303, issued.text
    page = office.see(officer, proposal)
    assert '<span class="plate">3A-01</span>' in page
    assert 'href="#clause-A13.flat"' in page
    place = re.findall(r'href="/p/(\w{9})"', page)[0]
    assert client.get(f"/p/{place}").status_code == 200
    rows = office.see(officer, path)
    assert '<span class="plate">A1</span>' in rows
    for name in ("list.pdf", "list.xlsx", "list.csv", "decision.docx"):
        paper = officer.get(f"/documents{proposal.removeprefix('/desk')}/{name}")
        assert paper.status_code == 200, name
    listed = officer.get(f"/documents{proposal.removeprefix('/desk')}/list.csv").content.decode("utf-8-sig")
    assert "3A-01" in listed
    assert "A13.clockwise" in listed


def test_plates_are_ordered_by_kind_and_end_with_the_name(
    officer: TestClient, approver: TestClient, street: int
) -> None:
    estate = estate_office.enter(officer, street, f"BIEN-{next(_codes)}")
    estate_office.name(officer, approver, estate["id"], f"8/{estate['code']}")
    path = f"/desk/estates/{estate['id']}"
    assert "Đặt biển căn hộ còn thiếu (4)" in office.see(officer, path)
    assert office.post(officer, f"{path}/plates", kind="flat").status_code == 303
    assert "Đặt biển căn hộ" not in office.see(officer, path)
    group = estate_office.parts(officer, estate["id"])["group A"]
    ordered = office.post(officer, "/desk/plates", place=group["place_id"], kind="new")
    assert ordered.status_code == 303
    plate = str(ordered.headers["location"].partition("?")[0])
    assert "góc nhóm nhà" in office.see(officer, plate)
    part = f"/desk/estate-parts/{group['id']}"
    shown = office.see(approver, part)
    assert "Thu hồi 8 tên" in shown
    version = re.findall(r'part-names/\d+/retire".*?name="version" value="(\d+)"', shown, re.S)[0]
    ended = office.post(
        approver, f"/desk/part-names/{group['name_id']}/retire", version=version, decision_number=f"10/{path}",
        decision_date=today().isoformat(), issuing_body=office.BODY, reason="phá dỡ",
    )  # fmt: skip
    assert ended.status_code == 303, ended.text
    assert "Đã thu hồi" in office.see(officer, plate)
    assert "phá dỡ" in office.see(officer, plate)


def test_what_was_typed_stays_when_something_is_wrong(officer: TestClient, street: int) -> None:
    path = enter(officer, street)
    twice = office.post(officer, f"{path}/groups", label="sân", axis="Trục 2", side="right", distance_m=7)
    assert twice.status_code == 409
    shown = html.unescape(twice.text)
    assert "đã có phần cùng tên" in shown
    assert 'value="Trục 2"' in shown
    again = office.post(officer, "/desk/estates", street=street, code="", name="Khu mới", x=2312000, y=557000)
    assert again.status_code == 422
    assert 'value="Khu mới"' in html.unescape(again.text)


def test_facts_are_corrected_over_the_version_that_was_read(officer: TestClient, street: int) -> None:
    path = enter(officer, street)
    part = re.findall(r'href="(/desk/estate-parts/\d+)"', office.see(officer, path))[0]
    version = re.findall(r'name="version" value="(\d+)"', office.see(officer, part))[0]
    fields = {"version": version, "label": "sân trước", "side": "right", "distance_m": 9, "axis": "", "found_name": ""}
    assert office.post(officer, part, **fields).status_code == 303
    assert "sân trước" in office.see(officer, part)
    late = office.post(officer, part, **fields | {"label": "sân khác"})
    assert late.status_code == 409
    assert 'value="sân khác"' in html.unescape(late.text)
    version = re.findall(r'name="version" value="(\d+)"', office.see(officer, part))[0]
    assert office.post(officer, f"{part}/remove", version=version).status_code == 303
    assert "sân trước" not in office.see(officer, path)


def test_staff_look_and_only_officers_see_the_forms(
    client: TestClient, client_as: ClientAs, officer: TestClient, street: int
) -> None:
    path = enter(officer, street)
    assert client.get(path).status_code == 401
    looker = client_as("planner")
    assert "Thêm nhóm nhà" not in office.see(looker, path)
    assert "Thêm nhóm nhà" in office.see(officer, path)
    assert office.post(looker, f"{path}/groups", label="x").status_code == 403
    assert path in office.see(officer, f"/desk/streets/{street}")
    assert f"/desk/estates/new?street={street}" in office.see(officer, "/desk/estates?street=KN")


def test_a_building_gets_its_certificate_at_the_desk_and_a_flat_by_the_api(
    officer: TestClient, approver: TestClient, street: int
) -> None:
    estate = estate_office.enter(officer, street, f"GCN-{next(_codes)}")
    estate_office.name(officer, approver, estate["id"], f"11/{estate['code']}")
    parts = estate_office.parts(officer, estate["id"])
    building = next(one for key, one in parts.items() if key.startswith("building"))
    flat, floor = (next(one for key, one in parts.items() if key.startswith(kind)) for kind in ("flat", "floor"))
    page = f"/desk/estate-parts/{building['id']}"
    assert "Chưa cấp" in office.see(approver, page)
    form = f"/desk/part-names/{building['name_id']}/certificates"
    assert office.post(officer, form).status_code == 403
    assert office.post(approver, form).status_code == 303
    assert re.search(r"<code>CN-\d{4}-\d{6}-.</code>", office.see(approver, page))
    assert office.post(approver, form).status_code == 409
    for wanted in ("pdf", "docx"):
        paper = officer.get(f"/documents/places/{building['place_id']}/certificate.{wanted}")
        assert paper.status_code == 200, wanted
    assert officer.get(f"/documents/places/{floor['place_id']}/certificate.pdf").status_code == 409
    made = approver.post("/certificates", json={"part_name_id": flat["name_id"], "holder_name": "Bà B"})
    assert made.status_code == 201, made.text
    assert made.json()["number"] == flat["name"]
    for wrong in ({}, {"part_name_id": 1, "house_number_id": 1}):
        assert approver.post("/certificates", json=wrong).status_code == 422
