"""Five things investors come for, from the landing page to what they take away, in three ways and two languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewTab
from tests.browser.walking import LOCALES, SLOW_MS, WAYS, Walker, walker

QUESTION = "Năm hecta cho <b>nhà máy</b> & kho?"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("way", WAYS),
    pytest.mark.parametrize("lang", LOCALES),
]


@pytest.fixture
def investor(new_tab: NewTab, live_server: str, way: str, lang: str) -> Walker:
    return walker(new_tab, live_server, way, lang)


def go_to_the_list(who: Walker) -> None:
    who.land()
    who.press(who.page.get_by_role("main").get_by_role("link", name=who.says("invest.find")))
    expect(who.page.locator("#found")).to_be_visible(timeout=SLOW_MS)


def plots(who: Walker, query: str) -> list[dict[str, Any]]:
    """What a program would get for the same filter."""
    answer = who.page.request.get(f"{who.server}/plots?{query}", headers={"Accept": "application/json"})
    return list(answer.json()["plots"])


def test_filter_compare_and_take_a_sheet_away(investor: Walker) -> None:
    """Landing, free plots of more than 9,000 m², two of them side by side, one as a PDF."""
    who, page = investor, investor.page
    go_to_the_list(who)
    who.write(page.get_by_label(who.says("plots.area_min")), "9000")
    expect(page).to_have_url(re.compile("area_min=9000"), timeout=SLOW_MS)
    wanted = plots(who, "area_min=9000")
    expect(page.locator(".plot-card")).to_have_count(len(wanted))
    expect(page.locator("#found")).to_have_attribute("aria-busy", "false", timeout=SLOW_MS)
    for one in wanted[:2]:
        who.tick(page.get_by_label(who.says("plots.pick", plot=one["code"]), exact=True).first)
    who.press(page.get_by_role("button", name=who.says("plots.compare")))
    heads = page.locator("table.compare thead a")
    expect(heads).to_have_text([one["code"] for one in wanted[:2]], timeout=SLOW_MS)
    who.look()
    who.press(heads.first)
    expect(page.get_by_role("heading", level=1)).to_contain_text(wanted[0]["code"], timeout=SLOW_MS)
    with page.expect_download(timeout=60_000) as paper:
        who.press(page.get_by_role("link", name="PDF", exact=True))
    assert paper.value.path().read_bytes().startswith(b"%PDF")
    who.leave()


def test_may_our_industry_come_here(investor: Walker) -> None:
    """The first plot of the list, asked for VSIC 2610: a verdict and why; a wrong code keeps what was typed."""
    who, page = investor, investor.page
    go_to_the_list(who)
    who.press(page.locator(".plot-card-name").first)
    who.write(page.get_by_label(who.says("plot.check_label")), "26!")
    who.press(page.get_by_role("button", name=who.says("plot.check"), exact=True))
    expect(page.locator("#industry [role=alert]")).to_be_visible(timeout=SLOW_MS)
    field = page.get_by_label(who.says("plot.check_label"))
    expect(field).to_have_value("26!")
    field.fill("")
    who.write(field, "2610")
    who.press(page.get_by_role("button", name=who.says("plot.check"), exact=True))
    expect(page.locator(".verdict strong")).not_to_be_empty(timeout=SLOW_MS)
    assert page.locator(".verdict li").count() >= 1
    who.look()
    who.leave()


def test_neighbours_that_together_are_large_enough(investor: Walker) -> None:
    """A size that no plot has alone: with neighbours counted together there are some, and their page names them."""
    who, page = investor, investor.page
    alone = max(one["area_m2"] for one in plots(who, "sort=-area"))
    joined = plots(who, f"area_min={alone + 1:.0f}&merge=1")
    assert joined
    go_to_the_list(who)
    who.write(page.get_by_label(who.says("plots.area_min")), f"{alone + 1:.0f}")
    expect(page.locator("#found .empty")).to_be_visible(timeout=SLOW_MS)
    who.tick(page.get_by_label(who.says("plots.merge")))
    names = page.locator(".plot-card-name")
    expect(names.first).to_be_visible(timeout=SLOW_MS)
    assert {one["code"] for one in joined} == set(names.all_inner_texts())
    who.press(names.first)
    neighbours = page.locator("section", has=page.get_by_role("heading", name=who.says("plot.neighbours"))).last
    expect(neighbours).to_contain_text(who.says("plots.mergeable"), timeout=SLOW_MS)
    who.leave()


def test_ask_about_a_plot_and_keep_the_receipt(investor: Walker) -> None:
    """The form knows the plot; a mistake loses nothing; the receipt can be opened again by its address."""
    who, page = investor, investor.page
    go_to_the_list(who)
    who.press(page.locator(".plot-card-name").first)
    who.press(page.get_by_role("link", name=who.says("plot.ask")))
    assert "/" in page.get_by_label(who.says("enquiry.plot"), exact=True).input_value()
    who.write(page.get_by_label(who.says("enquiry.message"), exact=True), QUESTION)
    who.write(page.get_by_label(who.says("enquiry.name"), exact=True), "Nguyễn Thị Ánh")
    who.tick(page.locator("input[name=consent]"))
    who.press(page.get_by_role("button", name=who.says("enquiry.send"), exact=True))
    expect(page.locator(".fault")).to_be_visible(timeout=SLOW_MS)  # neither an address nor a number to answer to
    expect(page.get_by_label(who.says("enquiry.message"), exact=True)).to_have_value(QUESTION)
    who.look()
    who.write(page.get_by_label(who.says("enquiry.email"), exact=True), "anh@example.com")
    if not page.locator("input[name=consent]").is_checked():
        who.tick(page.locator("input[name=consent]"))
    who.press(page.get_by_role("button", name=who.says("enquiry.send"), exact=True))
    code = page.locator(".receipt-code")
    expect(code).not_to_be_empty(timeout=SLOW_MS)
    kept, text = page.url, code.inner_text()
    page.goto("about:blank")
    page.goto(kept)
    expect(page.locator(".receipt-code")).to_have_text(text)
    assert [one for one in who.tab.complaints if "422" not in one] == []


def test_read_a_zone_and_its_coverage(investor: Walker) -> None:
    """Landing, all zones, one of them, its 5G share, and the page that says how it was computed."""
    who, page = investor, investor.page
    who.land()
    if who.way == "phone":
        who.press(page.locator("header details.menu > summary"))
    ways = page.get_by_role("navigation", name=who.says("nav.main")).locator("visible=true")
    who.press(ways.get_by_role("link", name=who.says("nav.zones"), exact=True))
    first = page.locator("table.grid tbody th a").first
    name = first.inner_text()
    who.press(first)
    expect(page.get_by_role("heading", level=1)).to_have_text(name, timeout=SLOW_MS)
    expect(page.get_by_role("heading", name=who.says("zone.coverage"))).to_be_visible()
    who.look()
    code = page.url.rsplit("/", 1)[1].partition("?")[0]
    who.press(page.get_by_role("link", name=who.says("zone.coverage_link")))
    expect(page).to_have_url(re.compile(rf"/coverage\?zone={code}"), timeout=SLOW_MS)
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    who.leave()
