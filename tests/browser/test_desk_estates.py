"""An estate at the desk: entered by keyboard, named, approved by another person, looked up by anyone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import text

from addressing import estate_naming
from gis_service.database import Database
from gis_service.identity import sessions
from gis_service.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE, NewTab
from tests.browser.test_desk import session
from tests.integration.estate_ground import lay_estate, name
from tests.integration.numbering_ground import lay_street

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def street(demo_database: Settings) -> int:
    """A street without doors, on which nothing stands yet."""
    database = Database(demo_database)
    with database.owner.begin() as conn:
        street_id, _ = lay_street(conn, "A\n.\n.\nB", ["A", "B"], code="HOAPHUONG")
        conn.execute(text("UPDATE gis.streets SET name = 'Đường Hoa Phượng' WHERE id = :id"), {"id": street_id})
    database.dispose()
    return street_id


@pytest.fixture
def tokens(demo_database: Settings) -> Iterator[dict[str, str]]:
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        made: psycopg.Connection[Any] = conn
        yield {
            "an": session(made, "an", ("address_officer",)), "binh": session(made, "binh", ("approver",)),
            "chi": session(made, "chi", ("address_officer", "approver", "administrator")),
        }  # fmt: skip


def sign_in(page: Page, address: str, token: str) -> None:
    page.context.clear_cookies()
    page.context.add_cookies([{"name": sessions.COOKIE, "value": token, "url": address}])


def type_into(page: Page, values: dict[str, str]) -> None:
    """Fill fields by their ids, as a keyboard does."""
    for field, value in values.items():
        page.locator(f"#{field}").focus()
        page.keyboard.type(value)


def test_from_an_empty_street_to_the_public_page_of_a_flat(
    new_tab: NewTab, live_server: str, street: int, tokens: dict[str, str], screenshots: Path
) -> None:
    tab = new_tab()
    page = tab.page
    sign_in(page, live_server, tokens["an"])
    page.goto(f"{live_server}/desk/estates/new?street={street}")
    type_into(page, {"estate-name": "Ký túc xá Hoa Phượng", "estate-code": "KTX-HP", "estate-x": "2312000",
                     "estate-y": "557000"})  # fmt: skip
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã nhập khu nhà")
    type_into(page, {"group-label": "sân chung", "group-distance_m": "12", "group-x": "2312010", "group-y": "557010"})
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã thêm")
    page.get_by_text("Thêm ngôi nhà với tầng và căn hộ").press("Enter")
    type_into(page, {"building-label": "nhà ở công nhân", "building-distance_m": "5", "building-storeys": "5",
                     "building-avoided": "4", "building-flats": "2", "building-x": "2312020",
                     "building-y": "557020"})  # fmt: skip
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1 + 1 + 5)
    page.get_by_role("button", name="Đề xuất tên").press("Enter")
    expect(page.get_by_role("heading", name="Câu hỏi còn mở")).to_be_visible()
    expect(page.get_by_role("button", name="Gửi phê duyệt")).to_be_disabled()
    page.screenshot(path=str(screenshots / "estate-questions-1400.png"), full_page=True)
    answers = {"group_side": "Trái", "building_form": "Kèm chữ viết tắt đường", "street_initials": "HP",
               "flats_order": "Rồi, theo thứ tự", "first_flat": "1"}  # fmt: skip
    while page.locator(".question").count():
        question = page.locator(".question").first
        kind = question.locator("input[name=question_code]").input_value().partition(":")[0]
        if question.locator("input[name=alike]").count():
            question.locator("input[name=alike]").check()
        question.get_by_label(answers[kind]).first.check()
        question.get_by_role("button", name="Trả lời").press("Enter")
        expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator(".plate", has_text="HP.A-1")).to_be_visible()
    page.get_by_role("button", name="Gửi phê duyệt").press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    proposal = page.url.partition("?")[0]

    sign_in(page, live_server, tokens["binh"])
    page.goto(proposal)
    page.get_by_role("button", name="Phê duyệt", exact=True).press("Enter")
    type_into(page, {"issue-number": "41/QĐ-UBND"})
    page.locator("#issue-body").fill("Ủy ban nhân dân thành phố Hải Phòng")
    page.get_by_role("button", name="Ban hành tên").press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    row = page.locator("tr", has=page.locator(".plate", has_text="3A-02"))
    expect(row.get_by_role("link", name="A13.clockwise")).to_be_visible()
    page.screenshot(path=str(screenshots / "estate-issued-1400.png"), full_page=True)
    place = row.locator("td a code").inner_text()

    page.context.clear_cookies()
    page.goto(f"{live_server}/p/{place}")
    expect(page.locator(".place-head .plate")).to_have_text("3A-02")
    expect(page.locator(".lead").first).to_contain_text(
        "Căn hộ 3A-02, tầng 3A, nhà HP.A-1, nhóm nhà A, Ký túc xá Hoa Phượng, đường Hoa Phượng"
    )
    page.screenshot(path=str(screenshots / "estate-public-1400.png"), full_page=True)


@pytest.fixture(scope="module")
def paths(demo_database: Settings) -> dict[str, str]:
    """Name -> address of every page, on an estate with names and on one with open questions."""
    database = Database(demo_database)
    with database.owner.begin() as conn:
        named, open_one = lay_estate(conn, code="TM1"), lay_estate(conn, code="TM2")
        issued = name(conn, named, "42/QĐ-UBND")
        part = conn.execute(text("SELECT part_id FROM gis.part_names WHERE estate_id = :id AND kind = 'building'"
                                 " AND name = 'B1'"), {"id": named}).scalar_one()  # fmt: skip
        flat = conn.execute(text("SELECT part_id FROM gis.part_names WHERE estate_id = :id AND name = '3A-02'"),
                            {"id": named}).scalar_one()  # fmt: skip
        draft = estate_naming.propose(conn, open_one, author_id="an").id
    database.dispose()
    return {
        "estates": "/desk/estates?street=Phượng", "estate": f"/desk/estates/{named}",
        "estate-quality": f"/desk/estates/{named}/quality", "estate-search": "/search?q=căn 302 nhà B1 khu TM1",
        "estate-open": f"/desk/estates/{open_one}", "estate-new": "/desk/estates/new?street=1",
        "estate-building": f"/desk/estate-parts/{part}", "estate-flat": f"/desk/estate-parts/{flat}",
        "estate-proposal": f"/desk/estate-proposals/{issued}", "estate-draft": f"/desk/estate-proposals/{draft}",
    }  # fmt: skip


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pages_of_estates_fit_and_are_accessible(
    new_tab: NewTab, live_server: str, paths: dict[str, str], tokens: dict[str, str], screenshots: Path,
    size: tuple[int, int], lang: str,
) -> None:  # fmt: skip
    tab = new_tab(size)
    page = tab.page
    sign_in(page, live_server, tokens["chi"])
    for title, path in paths.items():
        page.goto(f"{live_server}{path}{'&' if '?' in path else '?'}lang={lang}")
        expect(page.locator("h1")).to_be_visible()
        page.evaluate("document.fonts.ready.then(() => true)")
        if page.locator("#map").count():
            page.wait_for_selector('#map[data-ready="true"]', timeout=60_000)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        page.screenshot(path=str(screenshots / f"{title}-{size[0]}-{lang}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] != "moderate"] == [], path


SELECTED = """async () => {
  const map = document.getElementById("map").maplibre;
  const selected = one => map.getFeatureState({ source: "doors", id: one.id }).selected;
  const here = map.querySourceFeatures("doors").filter(selected);
  return [...new Set(here.map(one => one.properties.number))];
}"""


def test_list_and_map_of_an_estate_go_in_step(
    new_tab: NewTab, live_server: str, paths: dict[str, str], tokens: dict[str, str]
) -> None:
    tab = new_tab(DESKTOP)
    page = tab.page
    sign_in(page, live_server, tokens["chi"])
    page.goto(f"{live_server}{paths['estate']}")
    page.wait_for_selector('#map[data-ready="true"]', timeout=60_000)
    row = page.locator("tr", has=page.locator("th a", has_text="xưởng 2"))
    row.get_by_role("link").first.focus()
    assert page.evaluate(SELECTED) == ["A2"]
    expect(row).to_have_class("chosen")
    page.locator("tr", has=page.locator(".plate", has_text="3A")).get_by_role("link").first.focus()
    assert page.evaluate(SELECTED) == ["B1"], "a floor shows at its building"
    at = page.evaluate("""() => {
      const map = document.getElementById("map").maplibre;
      const one = map.querySourceFeatures("doors").find(point => point.properties.number === "A1");
      return map.project(one.geometry.coordinates);
    }""")
    page.locator("#map canvas").click(position={"x": at["x"], "y": at["y"]})
    expect(page.locator("tr.chosen th")).to_contain_text("xưởng 1")
    page.goto(f"{live_server}{paths['estate-flat']}")
    page.wait_for_selector('#map[data-ready="true"]', timeout=60_000)
    assert page.evaluate(SELECTED) == ["B1"]
    expect(page.get_by_text("Chưa đo vị trí riêng")).to_be_visible()
