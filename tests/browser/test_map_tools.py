"""The tools of the map page: measured against pyproj, used by mouse and by keyboard, in both languages."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pyproj import Geod, Transformer

from gis_service.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE, NewTab

pytestmark = pytest.mark.browser
WGS84 = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def plot(demo_database: Settings) -> dict[str, Any]:
    """The largest free plot that is published."""
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as db:
        row = db.execute(
            """SELECT p.id, p.code, ST_X(at), ST_Y(at) FROM plots p JOIN zones z ON z.id = p.zone_id,
                 LATERAL (SELECT ST_Transform(ST_PointOnSurface(p.geom_3857), 4326) AS at) q
               WHERE p.status = 'available' AND p.published AND z.published ORDER BY p.area_m2 DESC, p.id LIMIT 1"""
        ).fetchone()
    assert row is not None
    return dict(zip(("id", "code", "lon", "lat"), row, strict=True))


def at_plot(plot: dict[str, Any], zoom: float = 16) -> str:
    return f"#map={zoom}/{plot['lat']:.6f}/{plot['lon']:.6f}&on=plots,zones"


def number_in(text: str) -> float:
    """The first number of a Vietnamese text: 1.234,5."""
    found = re.search(r"[0-9.]+(,[0-9]+)?", text)
    assert found, text
    return float(found[0].replace(".", "").replace(",", "."))


def serious_faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']} {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in ("serious", "critical")]


def too_small(page: Page, where: str) -> list[str]:
    """Targets under 24 px (WCAG 2.2, 2.5.8)."""
    return page.evaluate(
        """where => [...document.querySelectorAll(where)]
             .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
             .filter(([, r]) => r.width && (r.width < 24 || r.height < 24))
             .map(([n, r]) => `${n} ${r.width}x${r.height}`)""",
        where,
    )


RINGS = {
    "a plot": [[106.33, 20.94], [106.3325, 20.9403], [106.3321, 20.9422], [106.3298, 20.9417]],
    "a zone with a dent": [[106.3, 20.9], [106.34, 20.9], [106.34, 20.93], [106.32, 20.91], [106.3, 20.93]],
    "a province": [[105.8, 20.6], [106.9, 20.7], [106.8, 21.3], [105.9, 21.2]],
    "the country": [[102.1, 22.4], [108.0, 21.5], [109.4, 12.0], [104.8, 8.6]],
}


PROMISED = {"a plot": 1e-8, "a zone with a dent": 5e-7, "a province": 5e-6, "the country": 3e-5}
"""Relative error of an area: long edges are great circles of the normals, not quite geodesics."""


@pytest.mark.parametrize("name", RINGS)
def test_lengths_and_areas_are_those_of_the_ellipsoid(new_tab: NewTab, live_server: str, name: str) -> None:
    ring = RINGS[name]
    page = new_tab().open(f"{live_server}/about")
    area, length = page.evaluate(
        """ring => import("/assets/js/geodesy.mjs").then(g => [g.areaOf(ring), g.lengthOf([...ring, ring[0]])])""", ring
    )
    lons, lats = zip(*ring, strict=True)
    true_area, true_length = WGS84.polygon_area_perimeter(lons, lats)
    assert length == pytest.approx(true_length, abs=0.001)
    assert area == pytest.approx(abs(true_area), rel=PROMISED[name])


def test_an_area_is_measured_by_clicks_on_the_ellipsoid_and_in_the_plane(
    new_tab: NewTab, live_server: str, plot: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_plot(plot)}")
    page.get_by_role("button", name="Đo", exact=True).click()
    page.get_by_label("Diện tích", exact=True).check()
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    corners = [(-60, 20), (80, 20), (80, 120), (-60, 120)]
    for dx, dy in corners:
        page.mouse.click(middle[0] + dx, middle[1] + dy)
    result = page.locator("#tool-measure output span")
    expect(result).to_have_count(3)
    ring = page.evaluate(
        """points => points.map(p => document.getElementById('map').maplibre.unproject(p).toArray())""",
        [[middle[0] + dx - box["x"], middle[1] + dy - box["y"]] for dx, dy in corners],
    )
    lons, lats = zip(*ring, strict=True)
    true_area, true_length = WGS84.polygon_area_perimeter(lons, lats)
    assert number_in(result.nth(0).inner_text()) * 10_000 == pytest.approx(abs(true_area), rel=1e-3)
    assert number_in(result.nth(2).inner_text()) == pytest.approx(true_length, abs=0.1)
    xs, ys = Transformer.from_crs(4326, 9210, always_xy=True).transform(lons, lats)
    plane = abs(sum(xs[i] * ys[(i + 1) % 4] - xs[(i + 1) % 4] * ys[i] for i in range(4))) / 2
    assert "EPSG:9210" in result.nth(1).inner_text()
    assert number_in(result.nth(1).inner_text().split("):")[1]) * 10_000 == pytest.approx(plane, rel=1e-3)
    expect(page.locator("#card")).to_be_hidden()  # a click that measures asks for no facts
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Xóa hết").click()
    expect(result).to_have_text(["Đặt ít nhất ba điểm."])
    assert tab.complaints == []


def test_a_distance_is_measured_by_keyboard_alone(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/?lang=en{at_plot(plot)}")
    page.get_by_role("button", name="Measure", exact=True).focus()
    page.keyboard.press("Enter")
    canvas = page.locator("#map canvas")
    canvas.focus()
    page.keyboard.press("Enter")
    before = page.evaluate("document.getElementById('map').maplibre.getCenter().toArray()")
    page.keyboard.press("ArrowRight")
    tab.settle()
    page.wait_for_function(f"document.getElementById('map').maplibre.getCenter().lng !== {before[0]!r}")
    tab.settle()
    after = page.evaluate("document.getElementById('map').maplibre.getCenter().toArray()")
    page.keyboard.press("Enter")
    said = page.locator("#tool-measure output span").first
    expect(said).to_contain_text("Length")
    metres = WGS84.inv(*before, *after)[2]
    assert float(re.sub(r"[^0-9.]", "", said.inner_text())) == pytest.approx(metres, abs=0.011)
    page.get_by_role("button", name="Undo last point").click()
    expect(said).to_have_text("Set at least two points.")
    page.keyboard.press("Escape")
    expect(page.locator("#tool-measure")).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('aria-controls')") == "tool-measure"


@pytest.mark.parametrize("system", ["WGS 84", "VN-2000"])
def test_a_written_position_is_gone_to(new_tab: NewTab, live_server: str, plot: dict[str, Any], system: str) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/")
    y, x = Transformer.from_crs(4326, 9210, always_xy=True).transform(plot["lon"], plot["lat"])
    text = f"{plot['lat']:.6f}, {plot['lon']:.6f}" if system == "WGS 84" else f"X {x:.2f}, Y {y:.2f}"
    page.get_by_role("button", name="Tọa độ", exact=True).click()
    page.keyboard.type(text)  # the field has the focus
    page.keyboard.press("Enter")
    expect(page.locator("#tool-go-to [data-found] button").first).to_be_visible()
    tab.settle()
    lon, lat = page.evaluate("document.getElementById('map').maplibre.getCenter().toArray()")
    assert WGS84.inv(lon, lat, plot["lon"], plot["lat"])[2] < 0.5
    page.locator("#go-to-text").fill("không có chỗ này zzzz 999")
    page.keyboard.press("Enter")
    expect(page.locator("#tool-go-to [data-found]")).not_to_be_empty()


def test_the_position_of_a_click_is_copied_in_both_systems(
    new_tab: NewTab, live_server: str, plot: dict[str, Any]
) -> None:
    tab = new_tab()
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = tab.open(f"{live_server}/{at_plot(plot)}")
    page.locator("#map canvas").click()
    copies = page.locator("#readout .copy")
    expect(copies).to_have_count(2)
    copies.nth(0).click()
    expect(copies.nth(0)).to_have_text("Đã sao chép")
    lat, lon = (float(part) for part in page.evaluate("navigator.clipboard.readText()").split(","))
    copies.nth(1).click()
    expect(copies.nth(1)).to_have_text("Đã sao chép")
    found = re.fullmatch(r"X ([0-9.]+), Y ([0-9.]+)", page.evaluate("navigator.clipboard.readText()"))
    assert found
    y, x = Transformer.from_crs(4326, 9210, always_xy=True).transform(lon, lat)
    assert (float(found[1]), float(found[2])) == (pytest.approx(x, abs=0.1), pytest.approx(y, abs=0.1))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1400", "390"])
@pytest.mark.parametrize("tool", ["tool-measure", "tool-go-to"])
def test_every_panel_fits_is_clean_and_is_pictured(
    new_tab: NewTab, live_server: str, plot: dict[str, Any], screenshots: Any, size: tuple[int, int], tool: str
) -> None:
    tab = new_tab(size)
    page = tab.open(f"{live_server}/{at_plot(plot)}")
    page.locator(f"[aria-controls={tool}]").click()
    if tool == "tool-measure":
        for _ in range(2):
            page.get_by_role("button", name="Thêm điểm").click()
            page.evaluate("document.getElementById('map').maplibre.panBy([80, 40], {animate: false})")
    tab.settle()
    page.screenshot(path=str(screenshots / f"{tool}-{size[0]}.png"))
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert too_small(page, f".tools > *, #{tool} button, #{tool} label, .copy") == []
    assert serious_faults(page) == []
    assert [url for url in tab.requests if not url.startswith((live_server, "data:", "blob:" + live_server))] == []
    assert tab.complaints == []
