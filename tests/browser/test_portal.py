"""Investors in a real browser: find, look, compare, ask; and the search box of every page. No login anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, NewTab

pytestmark = pytest.mark.browser

PAGES = ("/invest", "/plots", "/plots?status=leased,reserved&sort=-area", "/plots?area_min=1e7", "/plots?sort=evil",
         "/search?q=dai+an", "/search?q=zzzqqq", "/enquire", "/plots/compare")  # fmt: skip


def serious(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")]


def settled(page: Page) -> None:
    if page.locator("#plots-map").count():
        page.wait_for_selector("#plots-map[data-ready=true][data-points]", timeout=60_000)
    if page.locator("#plot-map").count():
        page.wait_for_selector("#plot-map[data-ready=true]", timeout=60_000)


def first_plot(page: Page, server: str) -> str:
    rows = page.request.get(f"{server}/plots", headers={"Accept": "application/json"}).json()["plots"]
    return f"/plots/{rows[0]['zone_code']}/{rows[0]['code']}?industry=2610"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pages_are_sound(
    live_server: str, new_tab: NewTab, screenshots: Path, size: tuple[int, int], lang: str
) -> None:
    """Nothing from elsewhere, no complaint, nothing serious for axe, no sideways scrolling."""
    tab = new_tab(size=size)
    page = tab.page
    for place, path in enumerate((*PAGES, first_plot(page, live_server))):
        page.goto(f"{live_server}{path}{'&' if '?' in path else '?'}lang={lang}")
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        assert serious(page) == [], path
        page.screenshot(path=screenshots / f"portal-{place}-{lang}-{size[0]}.png")
    assert tab.complaints == []
    assert [url for url in tab.requests if not url.startswith((live_server, "data:", "blob:"))] == []


def test_a_changed_filter_changes_list_map_and_address_together(live_server: str, new_tab: NewTab) -> None:
    page = new_tab().page
    page.goto(f"{live_server}/plots")
    settled(page)
    before = page.locator("#plots-map").get_attribute("data-points")
    page.get_by_label("Đã cho thuê").check()
    expect(page).to_have_url(f"{live_server}/plots?status=available%2Cleased", timeout=20_000)
    shown = page.request.get(f"{live_server}/plots?status=available,leased").json()["total"]
    expect(page.locator(".finder-count strong")).to_contain_text(f"{shown:,}".replace(",", "."), timeout=20_000)
    expect(page.locator("#plots-map")).to_have_attribute("data-points", str(shown), timeout=20_000)
    assert before != str(shown)
    page.reload()
    expect(page.get_by_label("Đã cho thuê")).to_be_checked()


def test_by_keyboard_from_landing_to_the_sheet(live_server: str, new_tab: NewTab) -> None:
    """Landing, list, plot, PDF, without a mouse."""
    page = new_tab(lang="en-GB").page
    page.goto(f"{live_server}/invest?lang=en")
    page.get_by_role("main").get_by_role("link", name="Find a plot").press("Enter")
    expect(page).to_have_url(f"{live_server}/plots")
    page.locator(".plot-card-name").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Plot")
    with page.expect_download(timeout=60_000) as paper:
        page.get_by_role("link", name="PDF").press("Enter")
    assert paper.value.suggested_filename.endswith(".pdf")


def test_three_plots_are_compared_on_a_phone(live_server: str, new_tab: NewTab) -> None:
    page = new_tab(size=PHONE).page
    page.goto(f"{live_server}/plots")
    settled(page)
    for card in range(3):
        page.locator(".pick input").nth(card).check()
    page.get_by_role("button", name="So sánh các lô đã chọn").click()
    expect(page.locator("table.compare thead a")).to_have_count(3)
    assert serious(page) == []


def test_without_scripts_the_list_works_as_a_form(live_server: str, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{live_server}/plots")
    page.get_by_label("Diện tích từ (m²)").fill("9000")
    page.get_by_role("button", name="Lọc").click()
    assert "area_min=9000" in page.url
    assert page.locator(".plot-card").count() > 0
    context.close()


def test_the_search_box_suggests_and_leads_there_by_keyboard(live_server: str, new_tab: NewTab) -> None:
    tab = new_tab()
    page = tab.page
    page.goto(f"{live_server}/zones")
    box = page.get_by_role("combobox", name="Tìm khu")
    box.press_sequentially("dai a", delay=20)
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("KCN Đại An", timeout=20_000)
    assert serious(page) == []
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page).to_have_url(f"{live_server}/zones/KCN-DAI-AN")
    assert tab.complaints == []


def test_an_unreachable_server_is_said_and_nothing_typed_is_lost(live_server: str, new_tab: NewTab) -> None:
    page = new_tab().page
    page.goto(f"{live_server}/plots")
    settled(page)
    page.context.set_offline(True)
    page.get_by_label("Diện tích từ (m²)").fill("12345")
    expect(page.locator("#plots-message")).to_be_visible(timeout=20_000)
    assert page.get_by_label("Diện tích từ (m²)").input_value() == "12345"
    page.context.set_offline(False)
