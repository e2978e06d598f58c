"""Plates of every kind at the desk: drawn with their standing, asked about where nobody set a size."""

from __future__ import annotations

import html
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import openpyxl
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
def ordered(demo_database: Settings, officer: TestClient, approver: TestClient) -> str:
    """The address of an ordered plate."""
    street = office.new_street(demo_database)
    office.issue(officer, approver, street, f"5{street}/QĐ-UBND")
    made = office.post(officer, "/desk/plates", place=office.place_ids(officer, street)["1"], kind="new")
    assert made.status_code == 303, made.text
    return made.headers["location"].partition("?")[0]


def test_a_size_that_nobody_set_is_asked_about_and_then_drawn(officer: TestClient, approver: TestClient) -> None:
    address = "/desk/plates/draw?kind=flat&block=A2&floor=3A&flat=2&go=1"
    asked = officer.get(address, headers={"Accept": "text/html"})
    assert asked.status_code == 409
    page = html.unescape(asked.text)
    assert "Chưa có quy định kích thước cho biển số căn hộ" in page
    assert '<img src="/documents' not in page, "nothing is drawn on a guess"
    draft = office.see(officer, f"{address}&draft=true")
    assert "bản nháp" in draft
    fields = {"name": "plate_size_flat", "area": "*", "decision_number": "77/QĐ-SXD", "valid_from": "2026-01-01"}
    assert office.post(approver, "/desk/policies", value="180 × 100", **fields).status_code == 303
    drawn = office.see(officer, address)
    assert "180 × 100 mm" in drawn
    assert "Quyết định 77/QĐ-SXD" in drawn
    [source] = re.findall(r'<img src="(/documents/plates/flat/plate\.svg[^"]+)"', drawn)
    svg = officer.get(source)
    assert svg.status_code == 200
    root = ET.fromstring(svg.text)
    assert (root.get("width"), root.get("height"), root.get("aria-label")) == ("180mm", "100mm", "A2 3A-02")


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("kind=group&group=%C4%90", "NHÓM NHÀ Đ"), ("kind=building&group=A&ordinal=10&street=BL", "BL.A-10"),
        ("kind=building&group=A&ordinal=10", "A10"), ("kind=floor&floor=3a", "TẦNG 3A"),
        ("kind=flat&block=&floor=25&flat=6", "25-06"),
    ],
)  # fmt: skip
def test_each_kind_bears_its_words(officer: TestClient, query: str, label: str) -> None:
    page = office.see(officer, f"/desk/plates/draw?{query}&go=1&draft=true")
    assert f'alt="{label}"' in page
    [source] = re.findall(r'<img src="(/documents/[^"]+)"', page)
    assert ET.fromstring(officer.get(source).text).get("aria-label") == label


@pytest.mark.parametrize("query", ["kind=group&group=%C4%82", "kind=building&group=A&ordinal=0", "kind=flat&flat=0"])
def test_what_cannot_stand_on_a_plate_is_refused(officer: TestClient, query: str) -> None:
    answer = officer.get(f"/desk/plates/draw?{query}&go=1&draft=true", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_the_workshop_gets_one_list_with_codes_and_standing(officer: TestClient, ordered: str) -> None:
    plate = officer.get(ordered.removeprefix("/desk")).json()
    page = office.see(officer, "/desk/plates")
    for ending in ("pdf", "xlsx", "docx", "csv"):
        assert f"/documents/plates/production.{ending}?status=ordered" in page
    assert "200 × 150 mm" in page
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/documents/plates/production.xlsx").content))
    cells = [[cell.value for cell in row] for row in book["Biển số nhà"].iter_rows()]
    [line] = [row for row in cells if plate["code"] in row]
    assert {"1", 200, 150, "Quy chế 2006 (hết hiệu lực)", plate["place_id"]} <= set(line)
    counted = [[cell.value for cell in row] for row in book["Kích thước"].iter_rows()]
    assert any("200 × 150" in row for row in counted)
    none = officer.get("/documents/plates/production.csv?status=withdrawn")
    assert (none.status_code, none.json()["code"]) == (404, "not_found")


def test_one_plate_shows_its_drawing_and_where_it_hangs(officer: TestClient, ordered: str) -> None:
    page = office.see(officer, ordered)
    [source] = re.findall(r'<img src="(/documents/places/[^"]+\.svg)"', page)
    assert "bên trái hoặc phía trên giữa cửa chính" in page
    drawing = ET.fromstring(officer.get(source).text)
    told = drawing.find("{*}desc")
    assert told is not None
    assert "Quy chế 2006" in (told.text or "")
    assert officer.get(ordered.removeprefix("/desk")).json()["code"] in (told.text or "")


def test_the_page_is_for_those_who_print_papers(client: TestClient, client_as: ClientAs) -> None:
    assert client.get("/desk/plates/draw").status_code == 401
    assert client_as("investor").get("/desk/plates/draw").status_code == 403


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_text_is_missing(officer: TestClient, ordered: str, lang: str) -> None:
    for path in (
        "/desk/plates?",
        "/desk/plates/draw?",
        "/desk/plates/draw?kind=group&group=A&go=1&draft=true&",
        f"{ordered}?",
    ):
        page = office.see(officer, f"{path}lang={lang}")
        assert not re.findall(r">\s*(?:desk|plate|policy)\.[a-z_.]+", page)
