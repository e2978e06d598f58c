"""The map on paper: true scale, a grid that pyproj agrees with, and one page of the right size."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from pyproj import Geod, Transformer

from maps.reports import qr
from tests.browser.conftest import DESKTOP, PHONE, NewTab, Tab
from tests.browser.test_map_tools import at_plot, plot, serious_faults, too_small

__all__ = ["plot"]
pytestmark = pytest.mark.browser
PIXELS_PER_MM = 96 / 25.4
POINTS_PER_MM = 72 / 25.4
SHEETS = [
    ("a4", "landscape", 297, 210),
    ("a4", "portrait", 210, 297),
    ("a3", "landscape", 420, 297),
    ("a1", "portrait", 594, 841),
]


def media_box(pdf: bytes) -> tuple[float, float]:
    """Width and height of the pages in millimetres."""
    found = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([0-9.]+)\s+([0-9.]+)", pdf)
    assert found
    return float(found[1]) / POINTS_PER_MM, float(found[2]) / POINTS_PER_MM


def choose(tab: Tab, name: str, value: str) -> None:
    """Choose, and wait for the map that is drawn for it."""
    tab.page.evaluate("document.getElementById('map').dataset.ready = 'false'")
    tab.page.locator(f"[name={name}]").select_option(value)
    tab.settle()


def ground_width(page: Page) -> tuple[float, float]:
    """Metres on the ground across the middle of the frame, and millimetres on the paper."""
    west, east, width = page.evaluate(
        """() => { const e = document.getElementById('map'), w = e.clientWidth, h = e.clientHeight, m = e.maplibre;
                   return [m.unproject([0, h / 2]).toArray(), m.unproject([w, h / 2]).toArray(), w] }"""
    )
    return Geod(ellps="WGS84").inv(*west, *east)[2], width / PIXELS_PER_MM


@pytest.mark.parametrize(("paper", "way", "width_mm", "height_mm"), SHEETS)
def test_a_sheet_is_one_page_of_its_size_and_its_scale_is_true(
    new_tab: NewTab, live_server: str, plot: dict[str, Any], paper: str, way: str, width_mm: int, height_mm: int,
) -> None:  # fmt: skip
    tab = new_tab()
    page = tab.open(f"{live_server}/map/print{at_plot(plot)}")
    if paper != "a4":
        choose(tab, "paper", paper)
    if way != "landscape":
        choose(tab, "way", way)
    choose(tab, "scale", "5000")
    expect(page.locator("[data-scale]")).to_have_text("Tỷ lệ 1:5.000")
    ground_m, paper_mm = ground_width(page)
    assert ground_m / (paper_mm / 1000) == pytest.approx(5000, rel=1e-3)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert media_box(pdf) == (pytest.approx(width_mm, abs=0.3), pytest.approx(height_mm, abs=0.3))
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 1
    assert len(pdf) > 60_000  # the map is in it
    assert tab.complaints == []


def test_the_ticks_of_the_grid_stand_where_pyproj_has_them(
    new_tab: NewTab, live_server: str, plot: dict[str, Any]
) -> None:
    page = new_tab().open(f"{live_server}/map/print{at_plot(plot, 15)}")
    ticks = page.evaluate(
        """() => { const m = document.getElementById('map').maplibre;
          return [...document.querySelectorAll(".paper-grid line")].map(line => {
            const label = line.nextElementSibling;
            const at = ['x1', 'y1'].map(name => Number(line.getAttribute(name)));
            return label?.tagName === 'text' ? [label.textContent, label.hasAttribute('transform'), m.unproject(at).toArray()] : null;
          }).filter(Boolean) }"""  # noqa: E501
    )
    assert len(ticks) >= 12
    to_metres = Transformer.from_crs(4326, 9210, always_xy=True)
    for text, is_north, (lon, lat) in ticks:
        east, north = to_metres.transform(lon, lat)
        assert float(text.replace(".", "")) == pytest.approx(north if is_north else east, abs=0.05)


def test_a_wide_view_has_degrees_and_both_archipelagos(new_tab: NewTab, live_server: str) -> None:
    page = new_tab().open(f"{live_server}/map/print?lang=en#map=5/14/110")
    expect(page.locator("[data-grid]")).to_have_text("WGS 84 graticule")
    expect(page.locator(".paper-grid text").first).to_have_text(re.compile(r"^\d+(\.\d+)?°E$"))
    inset = page.locator(".paper .inset svg")
    expect(inset).to_contain_text("Hoàng Sa")
    expect(inset).to_contain_text("Trường Sa")
    names = page.evaluate(
        """() => document.getElementById('map').maplibre.queryRenderedFeatures({layers: ['archipelagos-name']})
                 .map(one => one.properties.name)"""
    )
    assert len(set(names)) == 2


def test_legend_title_note_and_code_are_those_of_the_view(
    new_tab: NewTab, live_server: str, plot: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_plot(plot)}")  # plots and zones alone
    with page.expect_navigation():
        page.get_by_role("link", name="In", exact=True).click()
    tab.settle()
    assert page.locator(".paper-layer:visible").evaluate_all("all => all.map(e => e.dataset.layer).sort()") == [
        "plots", "zones",
    ]  # fmt: skip
    page.get_by_label("Tiêu đề").fill("<b>Lô A</b>")
    page.get_by_label("Ghi chú").fill("Bản thảo")
    expect(page.locator(".paper-head h2")).to_have_text("<b>Lô A</b>")
    expect(page.locator("[data-note]")).to_have_text("Bản thảo")
    source = page.locator(".paper-qr").get_attribute("src") or ""
    view = parse_qs(urlsplit(source).query)["view"][0]
    assert view == urlsplit(page.url).fragment
    answer = page.request.get(f"{live_server}{source}")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text() == qr.svg(f"{live_server}/#{view}")
    assert page.request.get(f"{live_server}/map/qr.svg", params={"view": "<script>"}).status == 422
    page.locator("[data-back]").click()
    tab.settle()
    assert urlsplit(page.url).path == "/"
    assert page.locator("input[value=plots]").is_checked()
    assert not page.locator("input[value=enterprises]").is_checked()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1400", "390"])
def test_the_print_page_fits_is_clean_and_is_pictured(
    new_tab: NewTab, live_server: str, plot: dict[str, Any], screenshots: Any, size: tuple[int, int]
) -> None:
    tab = new_tab(size)
    page = tab.open(f"{live_server}/map/print?lang=en{at_plot(plot)}")
    page.screenshot(path=str(screenshots / f"map-print-{size[0]}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert too_small(page, ".print-bar :is(a, button, input, select)") == []
    assert serious_faults(page) == []
    assert [url for url in tab.requests if not url.startswith((live_server, "data:", "blob:" + live_server))] == []
    assert tab.complaints == []
