"""When the server is away: it is said on every page, and what was typed stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import NewTab

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/zones", "/plots", "/", "/about"])
def test_every_page_says_that_the_server_is_away_and_that_it_is_back(
    new_tab: NewTab, live_server: str, path: str
) -> None:
    page = new_tab().open(f"{live_server}{path}")
    banner = page.locator("#connection")
    expect(banner).to_be_hidden()
    page.context.set_offline(True)
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("Không kết nối được máy chủ")
    banner.get_by_role("button", name="Thử lại").click()
    page.wait_for_timeout(300)
    expect(banner).to_be_visible()  # still away
    page.context.set_offline(False)
    expect(banner).to_be_hidden()  # the browser tells that there is a line again


def test_the_server_is_asked_again_when_wanted(new_tab: NewTab, live_server: str) -> None:
    page = new_tab().open(f"{live_server}/zones")
    page.route("**/health", lambda route: route.abort())
    page.evaluate("dispatchEvent(new Event('connection:away'))")
    banner = page.locator("#connection")
    again = banner.get_by_role("button", name="Thử lại")
    again.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    expect(banner).to_be_visible()
    page.unroute("**/health")
    page.keyboard.press("Enter")
    expect(banner).to_be_hidden()


def test_a_form_is_not_sent_into_the_void_and_keeps_what_was_typed(new_tab: NewTab, live_server: str) -> None:
    page = new_tab().open(f"{live_server}/cases/new")
    form = page.locator("main form[method=post]")
    text = form.locator("textarea").first
    text.fill("Số nhà 12 bị trùng")
    page.context.set_offline(True)
    form.evaluate("form => { form.noValidate = true; }")  # the other fields do not matter here
    form.locator("[type=submit]").click()
    expect(page.locator("#connection [data-kept]")).to_be_visible()
    assert text.input_value() == "Số nhà 12 bị trùng"
    assert page.url == f"{live_server}/cases/new"
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_be_hidden()
    assert text.input_value() == "Số nhà 12 bị trùng"


def test_a_form_is_sent_once_when_the_server_is_there(new_tab: NewTab, live_server: str) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/cases/new")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("main form[method=post]").evaluate("form => { form.noValidate = true; }")
    with page.expect_navigation():
        page.locator("main form[method=post] [type=submit]").click()
    assert len(sent) == 1


def test_more_on_the_card_can_be_asked_for_again(new_tab: NewTab, live_server: str) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/")
    page.route("**/related*", lambda route: route.abort())
    page.locator(".zone-go").first.click()
    expect(page.locator(".card-related")).to_contain_text("Không tải được phần liên quan")
    page.unroute("**/related*")
    page.locator(".card-related button").click()
    units = page.locator("[data-section=units]")
    expect(units).to_be_visible()
    units.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(units.locator("li").first).to_be_visible()
    units.get_by_role("link").first.click()
    expect(page.locator("#card .card-kind")).to_have_text("Đơn vị hành chính")
    assert "sel=administrative_units:" in page.url


@pytest.mark.parametrize("path", ["/#map=6/16/106", "/plots"])
def test_tiles_that_were_missed_come_when_the_server_is_back(new_tab: NewTab, live_server: str, path: str) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}{path}", settled=False)
    holder = page.locator("#map, #plots-map")
    expect(holder).to_have_attribute("data-ready", "true", timeout=30_000)
    lon, lat, *_ = page.request.get(f"{live_server}/plots/points").json()["points"][0]
    missed: set[str] = set()

    def cut(route: Route) -> None:
        missed.add(route.request.url)
        route.abort()

    page.context.route("**/tiles/**", cut)  # of the context: a worker of the map asks for them, not the page
    holder.evaluate("(one, at) => { one.maplibre.jumpTo({ center: at, zoom: 15 }); }", [lon, lat])
    expect(page.locator("#connection")).to_be_visible()
    expect(holder).to_have_attribute("data-ready", "true", timeout=30_000)  # nothing more is on its way
    plots = "one => one.maplibre.queryRenderedFeatures({ layers: ['plots-fill'] }).length"
    assert holder.evaluate(plots) == 0
    page.context.unroute("**/tiles/**")
    asked: set[str] = set()
    page.context.on("request", lambda request: asked.add(request.url) if "/tiles/" in request.url else None)
    page.locator("#connection button").click()
    expect(page.locator("#connection")).to_be_hidden()
    for _ in range(100):
        if asked >= missed and holder.evaluate(plots):
            break
        page.wait_for_timeout(100)
    assert asked >= missed != set()
    assert holder.evaluate(plots) > 0
