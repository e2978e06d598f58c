"""Another day by slider, and two maps under one handle: by mouse, by keyboard, on a phone."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from gis_service.settings import Settings
from maps import archipelagos
from tests.browser.conftest import DESKTOP, PHONE, NewTab, Tab
from tests.browser.test_map_tools import plot, serious_faults, too_small

__all__ = ["plot"]
pytestmark = pytest.mark.browser
RIGHT = "document.querySelector('.beside').maplibre"
LEFT = "document.getElementById('map').maplibre"


@pytest.fixture(scope="module")
def zone(demo_database: Settings) -> dict[str, Any]:
    """A zone that was set up on 5 May 2015; the only one with a date."""
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as db:
        db.execute("UPDATE zones SET established_on = NULL")
        row = db.execute(
            """UPDATE zones SET established_on = '2015-05-05' WHERE id = (SELECT min(id) FROM open.zones
                 WHERE status = 'operating' AND kind <> 'KKT')
               RETURNING id, ST_X(ST_Transform(ST_PointOnSurface(geom_3857), 4326)),
                         ST_Y(ST_Transform(ST_PointOnSurface(geom_3857), 4326))"""
        ).fetchone()
    assert row is not None
    return dict(zip(("id", "lon", "lat"), row, strict=True))


def shown(page: Page, style_layer: str, on: str = LEFT) -> list[int]:
    """Ids of what a layer of the style shows."""
    return page.evaluate(
        f"id => [...new Set({on}.queryRenderedFeatures({{layers: [id]}}).map(f => f.id))]", style_layer
    )


def soon(tab: Tab, style_layer: str, feature: int, there: bool, on: str = LEFT) -> bool:
    """Whether the map comes to show the feature, or comes to show it no more."""
    for _ in range(40):
        tab.settle()
        if (feature in shown(tab.page, style_layer, on)) == there:
            return True
        tab.page.wait_for_timeout(250)
    return False


def at_zone(zone: dict[str, Any], more: str = "", zoom: float = 14) -> str:
    return f"#map={zoom}/{zone['lat']:.6f}/{zone['lon']:.6f}&on=administrative_units,zones,plots{more}"


def test_steps_of_a_year_by_keyboard_lead_to_the_day_before_the_zone_was_there(
    new_tab: NewTab, live_server: str, zone: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_zone(zone, '&day=2017-01-01')}")
    assert soon(tab, "zones-fill", zone["id"], there=True)
    button = page.get_by_role("button", name="Thời gian", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    back = page.get_by_role("button", name="Lùi một bước")
    expect(page.locator("#tool-time [data-state]")).to_have_text("Bản đồ ngày 01/01/2017")
    back.focus()
    for _ in range(2):
        page.keyboard.press("Enter")
    expect(page.locator("#tool-time [data-state]")).to_have_text("Bản đồ ngày 01/01/2015")
    assert soon(tab, "zones-fill", zone["id"], there=False)
    for _ in range(40):  # plots have no day of their own and go with their zone
        tab.settle()
        if not shown(page, "plots-fill"):
            break
        page.wait_for_timeout(250)
    assert shown(page, "plots-fill") == []
    expect(page).to_have_url(re.compile("day=2015-01-01"))
    page.get_by_role("button", name="Tiến một bước").click()
    assert soon(tab, "zones-fill", zone["id"], there=True)  # 2016: the zone is there
    expect(page.locator("#day-chip")).to_contain_text("01/01/2016")
    page.locator("#day-chip button").click()
    expect(page.locator("#day-chip")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("day="))
    assert tab.complaints == []


def test_the_slider_moves_by_months_and_tells_the_day(new_tab: NewTab, live_server: str, zone: dict[str, Any]) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_zone(zone, '&day=2015-03-01')}")
    page.get_by_role("button", name="Thời gian", exact=True).click()
    slider = page.get_by_label("Ngày của bản đồ, theo tháng")
    expect(slider).to_have_attribute("aria-valuetext", "01/03/2015")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "01/04/2015")
    assert soon(tab, "zones-fill", zone["id"], there=False)
    page.get_by_label("Hoặc chọn ngày").fill("2015-05-05")
    page.keyboard.press("Enter")
    assert soon(tab, "zones-fill", zone["id"], there=True)
    years = [text for text in page.locator("[data-ticks] span").all_inner_texts() if text]
    assert 3 <= len(years) <= 8
    assert all(re.fullmatch(r"20\d\d", year) for year in years)


def test_days_before_the_first_borders_keep_the_land_and_draw_no_border(
    new_tab: NewTab, live_server: str, zone: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_zone(zone, '&day=2020-01-01', 11)}")
    page.get_by_role("button", name="Thời gian", exact=True).click()
    expect(page.locator("[data-before]")).to_be_visible()
    tab.settle()
    assert shown(page, "administrative_units-fill")
    assert shown(page, "administrative_units-commune") == []
    page.locator("#tool-time [data-do=today]").click()
    expect(page.locator("[data-before]")).to_be_hidden()
    for _ in range(20):
        tab.settle()
        if shown(page, "administrative_units-commune"):
            break
        page.wait_for_timeout(250)
    assert shown(page, "administrative_units-commune")


def test_playing_goes_on_until_stopped_and_never_where_motion_is_unwelcome(
    chromium: Any, live_server: str, new_tab: NewTab, zone: dict[str, Any]
) -> None:
    calm = new_tab().open(f"{live_server}/{at_zone(zone, '&day=2015-01-01')}")
    calm.get_by_role("button", name="Thời gian", exact=True).click()
    expect(calm.locator("#tool-time [data-do=play]")).to_be_hidden()
    expect(calm.locator("[data-calm]")).to_be_visible()
    context = chromium.new_context(
        viewport={"width": 1400, "height": 900}, locale="vi-VN", reduced_motion="no-preference"
    )
    page = context.new_page()
    page.goto(f"{live_server}/{at_zone(zone, '&day=2015-01-01')}")
    page.wait_for_selector("#map[data-ready=true]", timeout=60_000)
    page.get_by_role("button", name="Thời gian", exact=True).click()
    expect(page.locator("#tool-time [data-state]")).to_have_text("Bản đồ ngày 01/01/2015")
    page.get_by_role("button", name="Chạy", exact=True).click()
    expect(page.locator("#tool-time [data-state]")).to_have_text("Bản đồ ngày 01/01/2016", timeout=20_000)
    page.get_by_role("button", name="Dừng", exact=True).click()
    stopped = page.locator("#tool-time [data-state]").inner_text()
    page.wait_for_timeout(2500)
    assert page.locator("#tool-time [data-state]").inner_text() == stopped
    context.close()


def test_two_days_are_compared_and_the_handle_moves_by_keyboard_and_by_mouse(
    new_tab: NewTab, live_server: str, zone: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_zone(zone, '&swipe=50&r.day=2010-01-01')}")
    assert soon(tab, "zones-fill", zone["id"], there=True)
    assert soon(tab, "zones-fill", zone["id"], there=False, on=RIGHT)
    expect(page.locator("[data-side=left]")).to_have_text("Hôm nay")
    expect(page.locator("[data-side=right]")).to_have_text("01/01/2010")
    labels = page.locator("canvas.maplibregl-canvas").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert sorted(labels) == ["Bản đồ bên phải", "Bản đồ bên trái"]
    slider = page.get_by_label("Vị trí thanh chia")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "bên trái chiếm 60 phần trăm")
    assert page.locator(".beside").evaluate("e => e.style.clipPath") == "inset(0px 0px 0px 60%)"
    expect(page).to_have_url(re.compile("swipe=60"))
    box = page.locator("#map").bounding_box()
    line = page.locator(".swipe-line").bounding_box()
    assert box is not None
    assert line is not None
    page.mouse.move(line["x"] + line["width"] / 2, line["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.25, line["y"] + 300, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile("swipe=25"))
    assert tab.complaints == []


def test_both_maps_move_together_and_a_click_on_the_right_is_answered(
    new_tab: NewTab, live_server: str, zone: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_zone(zone, '&swipe=50&r.only=standing')}")
    tab.settle()
    page.evaluate(f"{RIGHT}.jumpTo({{zoom: 15}})")
    tab.settle()
    assert page.evaluate(f"{LEFT}.getZoom()") == pytest.approx(15)
    page.evaluate(f"{LEFT}.panBy([-200, 0], {{animate: false}})")
    tab.settle()
    assert page.evaluate(f"{RIGHT}.getCenter().toArray()") == pytest.approx(
        page.evaluate(f"{LEFT}.getCenter().toArray()")
    )
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2 + 200, box["y"] + box["height"] / 2)
    expect(page.locator("#card h2")).to_be_visible()
    expect(page).to_have_url(re.compile("sel="))


def test_what_is_planned_is_on_one_side_only(new_tab: NewTab, live_server: str, demo_database: Settings) -> None:
    assert demo_database.database_url is not None
    with psycopg.connect(demo_database.database_url.get_secret_value()) as db:
        row = db.execute(
            """SELECT p.id, ST_X(at), ST_Y(at) FROM open.plots p,
                 LATERAL (SELECT ST_Transform(ST_PointOnSurface(p.geom_3857), 4326) AS at) q
               WHERE p.status = 'planned' ORDER BY p.id LIMIT 1"""
        ).fetchone()
    assert row is not None
    tab = new_tab()
    page = tab.open(f"{live_server}/#map=16/{row[2]}/{row[1]}&swipe=50&r.only=standing")
    assert soon(tab, "plots-hatched", row[0], there=True)
    assert soon(tab, "plots-hatched", row[0], there=False, on=RIGHT)
    expect(page.locator("[data-side=right]")).to_contain_text("Chỉ hiện trạng")


def test_only_what_is_planned_is_drawn_and_the_map_says_so(
    new_tab: NewTab, live_server: str, zone: dict[str, Any]
) -> None:
    """No firm that works, no count of both, no name of a zone that stands; one press shows everything again."""
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_zone(zone, ',enterprises&only=planned', zoom=13)}")
    seen = f"""{LEFT}.queryRenderedFeatures({{layers: ['zones-label', 'plots-fill', 'enterprises-circle',
               'enterprises-overview']}}).map(f => [f.layer.id, f.properties.status])"""
    assert {tuple(one) for one in page.evaluate(seen)} <= {
        ("zones-label", "planned"),
        ("enterprises-circle", "registered"),
    }
    chip = page.locator("#only-chip")
    expect(chip).to_contain_text("Chỉ quy hoạch")
    chip.get_by_role("button").click()
    expect(chip).to_be_hidden()
    expect(page).to_have_url(re.compile(r"#(?!.*only=)"))
    for style_layer in ("zones-fill", "zones-label"):
        assert soon(tab, style_layer, zone["id"], there=True)
    assert tab.complaints == []


def test_comparing_is_set_up_and_ended_in_its_panel_by_keyboard(
    new_tab: NewTab, live_server: str, zone: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_zone(zone)}")
    page.get_by_role("button", name="So sánh", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Lấp đầy và phủ sóng 5G").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-right-legend]")).to_contain_text("95–100 %")
    expect(page.locator("[data-layer=zones] [data-legend]")).to_contain_text("60–80 %")
    expect(page).to_have_url(re.compile("theme=zones:occupancy&swipe=50&r.theme=zones:coverage"))
    page.locator("[name=right_theme_zones]").select_option("status")
    expect(page.locator("[data-side=right]")).to_contain_text("Tình trạng")
    expect(page).to_have_url(re.compile("r.theme=zones:status"))
    assert serious_faults(page) == []
    page.get_by_role("button", name="Thôi so sánh").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".beside")).to_have_count(0)
    expect(page.locator("#swipe")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("swipe="))
    assert page.locator("canvas.maplibregl-canvas").get_attribute("aria-label") == "Bản đồ"
    assert tab.complaints == []


def test_both_archipelagos_are_named_on_both_sides_and_on_paper(new_tab: NewTab, live_server: str) -> None:
    tab = new_tab()
    view = "#map=4.2/13/112&swipe=50&r.day=2020-01-01"
    page = tab.open(f"{live_server}/{view}")
    wanted = {group.name("vi") for group in archipelagos.BOTH}
    for side in (LEFT, RIGHT):
        names = page.evaluate(
            f"{side}.queryRenderedFeatures({{layers: ['archipelagos-name']}}).map(f => f.properties.name)"
        )
        assert set(names) == wanted
    expect(page.locator(".inset")).to_be_visible()
    sheet = tab.open(f"{live_server}/map/print{view}")
    names = sheet.evaluate(
        f"{LEFT}.queryRenderedFeatures({{layers: ['archipelagos-name']}}).map(f => f.properties.name)"
    )
    assert set(names) == wanted
    expect(sheet.locator(".paper .inset")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")], ids=["1400-dark", "390-light"])
def test_time_and_comparison_fit_pass_axe_and_are_pictured(
    new_tab: NewTab, live_server: str, zone: dict[str, Any], screenshots: Any, size: tuple[int, int], scheme: str
) -> None:
    tab = new_tab(size, scheme)
    page = tab.open(f"{live_server}/{at_zone(zone, '&swipe=50&theme=plots:industry&r.day=2012-01-01&r.only=standing')}")
    tab.settle()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.screenshot(path=str(screenshots / f"map-compare-{scheme}-{size[0]}.png"))
    assert serious_faults(page) == []
    assert too_small(page, ".swipe-range input, .tools button, .tools a, .map-area .maplibregl-ctrl button") == []
    # Nothing of the bar lies over the buttons of the map.
    bar, zoom = page.locator(".tools").bounding_box(), page.locator(".maplibregl-ctrl-zoom-in").bounding_box()
    assert bar is not None
    assert zoom is not None
    assert bar["y"] + bar["height"] <= zoom["y"] or bar["x"] + bar["width"] <= zoom["x"]
    page.get_by_role("button", name="Thời gian", exact=True).click()
    expect(page.locator("#tool-time [data-ticks] span").first).to_be_attached()
    page.screenshot(path=str(screenshots / f"map-time-{scheme}-{size[0]}.png"))
    assert serious_faults(page) == []
    assert too_small(page, "#tool-time button, #tool-time select, #tool-time input, #tool-time summary") == []
    assert tab.complaints == []
