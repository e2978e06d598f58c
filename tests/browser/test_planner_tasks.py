"""Five things planners come for, from the landing page to paper, in three ways and two languages."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from gis_service.settings import Settings
from tests.browser.conftest import NewTab
from tests.browser.test_map_print import media_box
from tests.browser.test_map_tools import plot
from tests.browser.walking import LOCALES, SLOW_MS, WAYS, Walker, walker

__all__ = ["plot"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("way", WAYS),
    pytest.mark.parametrize("lang", LOCALES),
]


@pytest.fixture
def planner(new_tab: NewTab, live_server: str, way: str, lang: str) -> Walker:
    return walker(new_tab, live_server, way, lang)


@pytest.fixture(scope="module")
def facts(demo_database: Settings, plot: dict[str, Any]) -> dict[str, Any]:
    """Zone and rules of that plot, and how many free plots of two hectares there are."""
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as db:
        row = db.execute(
            "SELECT z.code, z.name, p.max_floors, (SELECT count(*) FROM plots q JOIN zones y ON y.id = q.zone_id"
            " WHERE q.status = 'available' AND q.area_m2 > 10000 AND q.published AND y.published)"
            " FROM plots p JOIN zones z ON z.id = p.zone_id WHERE p.id = %s",
            (plot["id"],),
        ).fetchone()
    assert row is not None
    return {**plot, **dict(zip(("zone_code", "zone", "floors", "large"), row, strict=True))}


def open_map(who: Walker, facts: dict[str, Any]) -> None:
    """The map page around the plot, as a shared address opens it."""
    who.land(f"/map#map=16/{facts['lat']:.6f}/{facts['lon']:.6f}&on=plots,zones")
    who.tab.settle()


def test_find_a_plot_and_read_what_may_be_built(planner: Walker, facts: dict[str, Any]) -> None:
    """The search box of any page knows the plot by its code and zone; its page says what may be built."""
    who, page = planner, planner.page
    who.land("/zones")
    box = page.get_by_role("combobox", name=who.says("search.label"))
    who.write(box, f"{facts['code']} {facts['zone']}")
    option = page.get_by_role("option").filter(has_text=facts["code"]).first
    expect(option).to_be_visible(timeout=SLOW_MS)
    if who.way == "keyboard":
        place = option.evaluate("e => [...e.parentElement.children].indexOf(e)")
        for _ in range(place + 1):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    else:
        option.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(facts["code"], timeout=SLOW_MS)
    rules = page.locator("section", has=page.get_by_role("heading", name=who.says("plot.rules"))).last
    expect(rules).to_contain_text(str(facts["floors"]))
    who.look()
    who.leave()


def test_filter_large_free_plots_and_take_the_table(planner: Walker, facts: dict[str, Any]) -> None:
    """All free plots above a hectare, whatever is in view, as a CSV."""
    who, page = planner, planner.page
    open_map(who, facts)
    who.press(page.locator("[aria-controls=tool-table]"))
    expect(page.locator("#tool-table tbody tr").first).to_be_visible(timeout=SLOW_MS)
    who.write(page.get_by_label(who.says("tool.filter")), "status = 'available' AND area_m2 > 10000")
    who.press(page.locator("#tool-table").get_by_role("button", name=who.says("tool.apply"), exact=True))
    within = page.locator("#tool-table [name=within]")
    if who.way == "keyboard":
        who.reach(within)
        page.keyboard.press("Space")
    else:
        within.uncheck()
    expect(page.locator("#tool-table [data-count]")).to_contain_text(str(facts["large"]), timeout=SLOW_MS)
    with page.expect_download(timeout=SLOW_MS) as download:
        who.press(page.get_by_role("link", name="CSV"))
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) == facts["large"]
    assert min(float(row["area_m2"]) for row in rows) > 10_000
    who.leave()


def test_measure_and_share_the_view(planner: Walker, facts: dict[str, Any]) -> None:
    """A length between two points of the map; the address opens the same view again."""
    who, page = planner, planner.page
    open_map(who, facts)
    who.press(page.locator("[aria-controls=tool-measure]"))
    add = page.get_by_role("button", name=who.says("tool.add_middle"))
    who.press(add)
    before = page.url
    canvas = page.locator("#map canvas")
    if who.way == "keyboard":
        who.reach(canvas)
        page.keyboard.press("ArrowRight")
    else:
        box = canvas.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * (0.9 if who.way == "mouse" else 0.3)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 60, y, steps=4)
        page.mouse.up()
    expect(page).not_to_have_url(before, timeout=SLOW_MS)
    who.tab.settle()
    who.press(add)
    expect(page.locator("#tool-measure output")).to_contain_text(re.compile(r"[1-9][\d.,]* (m|km)"), timeout=SLOW_MS)
    who.look()
    shared = page.url
    assert "on=" in shared
    page.goto("about:blank")
    page.goto(shared)
    who.tab.settle()
    assert page.url == shared
    who.leave()


def test_read_the_card_of_a_zone_and_switch_a_layer(planner: Walker, facts: dict[str, Any]) -> None:
    """From the page of the zone to the map: its card, and one layer less in the address."""
    who, page = planner, planner.page
    who.land(f"/zones/{facts['zone_code']}")
    who.press(page.get_by_role("link", name=who.says("zone.on_map")).first)
    expect(page.locator("#card h2")).to_have_text(facts["zone"], timeout=SLOW_MS)
    who.tab.settle()
    who.look()
    who.press(page.locator("#card .card-close"))
    expect(page.locator("#card")).to_be_hidden()
    layers = page.locator("#layers > summary")
    if who.way == "phone":
        who.press(layers)
    switch = page.locator("[data-layer=enterprises] [name=layer]")
    if who.way == "keyboard":
        who.reach(switch)
        page.keyboard.press("Space")
    else:
        switch.uncheck()
    expect(page).to_have_url(re.compile(r"on=(?!.*enterprises)"), timeout=SLOW_MS)
    who.leave()


def test_print_a_sheet_of_a3_with_its_legend(planner: Walker, facts: dict[str, Any]) -> None:
    """The view as it is, on one page of A3."""
    who, page = planner, planner.page
    open_map(who, facts)
    who.press(page.locator(".tools a[data-view-link]"))
    expect(page.locator("[name=paper]")).to_be_visible(timeout=SLOW_MS)
    who.tab.settle()
    page.evaluate("document.getElementById('map').dataset.ready = 'false'")
    who.choose(page.locator("[name=paper]"), "a3")
    who.tab.settle()
    expect(page.locator(".paper")).to_contain_text(who.says("value.plots.status.available"))
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert media_box(pdf) == (pytest.approx(420, abs=0.3), pytest.approx(297, abs=0.3))
    who.leave()
