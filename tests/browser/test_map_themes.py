"""Layers on the map page: groups, opacity, themes and their legends, kept in the address and on paper."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from gis_service.settings import Settings
from maps import theme_classes
from tests.browser.conftest import DESKTOP, PHONE, NewTab
from tests.browser.test_map_tools import at_plot, plot, serious_faults, too_small

__all__ = ["plot"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def zone(demo_database: Settings) -> dict[str, Any]:
    """A zone that operates, made two thirds full; where it lies."""
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as db:
        row = db.execute(
            """UPDATE zones SET occupancy_ratio = 0.66 WHERE id = (SELECT min(id) FROM open.zones
                 WHERE status = 'operating' AND kind <> 'KKT')
               RETURNING id, ST_X(ST_Transform(ST_PointOnSurface(geom_3857), 4326)),
                         ST_Y(ST_Transform(ST_PointOnSurface(geom_3857), 4326))"""
        ).fetchone()
    assert row is not None
    return dict(zip(("id", "lon", "lat"), row, strict=True))


def color_of(page: Page, style_layer: str, key: str, feature: int) -> str:
    """What the style says of one feature: its colour, found in the expression as the map evaluates it."""
    return page.evaluate(
        """([layer, key, id]) => {
          const value = document.getElementById('map').maplibre.getPaintProperty(layer, key);
          if (value[0] !== 'match') return value;
          for (let at = 2; at < value.length - 1; at += 2) if ([value[at]].flat().includes(id)) return value[at + 1];
          return value.at(-1);
        }""",
        [style_layer, key, feature],
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_zone_has_the_colour_that_the_legend_gives_its_class(
    new_tab: NewTab, live_server: str, zone: dict[str, Any], scheme: str
) -> None:
    tab = new_tab(DESKTOP, scheme)
    page = tab.open(f"{live_server}/#map=14/{zone['lat']}/{zone['lon']}&on=zones")
    row = page.locator("[data-layer=zones]")
    row.get_by_label("Tô màu lớp").select_option("occupancy")
    expect(row.locator("[data-legend] li")).to_contain_text(["0–20 %", "20–40 %", "40–60 %", "60–80 %", "80–100 %"])
    wanted = {mark.value: mark.color for mark in theme_classes.FIFTHS}["60-80"]
    assert color_of(page, "zones-fill", "fill-color", zone["id"]) == wanted
    fill = row.locator("[data-legend] li", has_text="60–80 %").locator("rect")
    assert fill.get_attribute("fill") == wanted
    expect(row.locator("[data-theme-note]")).to_contain_text("do chủ đầu tư công bố")
    expect(row.locator("[data-theme-note]")).to_contain_text("Dữ liệu")
    expect(page).to_have_url(re.compile("theme=zones:occupancy"))
    assert tab.complaints == []
    again = new_tab(DESKTOP, scheme).open(page.url)
    expect(again.locator("[data-layer=zones] [name=theme]")).to_have_value("occupancy")
    expect(again.locator("[data-layer=zones] [data-legend]")).to_contain_text("60–80 %")
    assert color_of(again, "zones-fill", "fill-color", zone["id"]) == wanted


def test_the_usual_colours_come_back(new_tab: NewTab, live_server: str, zone: dict[str, Any]) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/#map=14/{zone['lat']}/{zone['lon']}&on=zones")
    before = page.evaluate("JSON.stringify(document.getElementById('map').maplibre.getStyle().layers)")
    select = page.locator("[data-layer=zones] [name=theme]")
    select.select_option("coverage")
    expect(page.locator("[data-layer=zones] [data-legend]")).to_contain_text("95–100 %")
    select.select_option("kind")
    expect(page.locator("[data-layer=zones] [data-legend]")).to_contain_text("Cụm công nghiệp")
    tab.settle()
    assert page.evaluate("JSON.stringify(document.getElementById('map').maplibre.getStyle().layers)") == before


def test_each_class_tells_how_many_it_has(new_tab: NewTab, live_server: str, demo_database: Settings) -> None:
    assert demo_database.database_url is not None
    with psycopg.connect(demo_database.database_url.get_secret_value()) as db:
        row = db.execute("SELECT count(*) FROM open.plots WHERE status = 'available'").fetchone()
        assert row is not None
    page = new_tab().open(f"{live_server}/")
    item = page.locator("[data-layer=plots] [data-class=available]")
    expect(item.locator(".legend-count")).to_have_text(str(row[0]))
    expect(item.locator(".legend-count")).to_have_attribute("title", f"{row[0]} đối tượng")


def test_opacity_is_set_by_keyboard_shown_in_the_legend_and_kept(
    new_tab: NewTab, live_server: str, plot: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_plot(plot)}")
    slider = page.locator("[data-layer=plots] [name=opacity]")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert slider.input_value() == "60"
    assert slider.get_attribute("aria-valuetext") == "60 %"
    expect(page).to_have_url(re.compile("fade=plots:60"))
    assert page.locator("[data-layer=plots] .swatch").first.evaluate("e => e.style.opacity") == "0.6"
    value = page.evaluate("document.getElementById('map').maplibre.getPaintProperty('plots-fill', 'fill-opacity')")
    assert value[-1] == pytest.approx(0.62 * 0.6)
    again = new_tab().open(page.url)
    assert again.locator("[data-layer=plots] [name=opacity]").input_value() == "60"


def test_a_group_folds_by_keyboard_and_tells_how_many_are_on(new_tab: NewTab, live_server: str) -> None:
    page = new_tab().open(f"{live_server}/")
    summary = page.locator(".group > summary").first
    expect(summary).to_contain_text("3/3")
    page.locator("[data-layer=plots] [name=layer]").uncheck()
    expect(summary).to_contain_text("2/3")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-layer=zones]")).to_be_hidden()
    expect(summary).to_contain_text("2/3")


def test_the_sheet_of_paper_has_the_theme_its_legend_and_the_opacity(
    new_tab: NewTab, live_server: str, zone: dict[str, Any]
) -> None:
    tab = new_tab()
    view = f"#map=14/{zone['lat']}/{zone['lon']}&on=zones,plots&fade=plots:40&theme=zones:occupancy&day=2026-01-01"
    page = tab.open(f"{live_server}/map/print?lang=en{view}")
    sheet = page.locator(".paper-layer[data-layer=zones]")
    expect(sheet.locator("[data-legend]")).to_contain_text("60–80 %")
    expect(sheet.locator("[data-theme-note]")).to_contain_text("Occupancy. Let share of the industrial land")
    wanted = {mark.value: mark.color for mark in theme_classes.FIFTHS}["60-80"]
    assert color_of(page, "zones-fill", "fill-color", zone["id"]) == wanted
    value = page.evaluate("document.getElementById('map').maplibre.getPaintProperty('plots-fill', 'fill-opacity')")
    assert value[-1] == pytest.approx(0.62 * 0.4)
    expect(page.locator("[data-look]")).to_have_text("Map as of 1 Jan 2026")
    back = page.locator("[data-back]").get_attribute("href")
    assert back is not None
    assert "theme=zones:occupancy" in back
    assert "day=2026-01-01" in back
    assert tab.complaints == []


def test_a_theme_that_does_not_come_leaves_the_colours_and_says_so(
    new_tab: NewTab, live_server: str, zone: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/#map=14/{zone['lat']}/{zone['lon']}&on=zones")
    page.context.set_offline(True)
    page.locator("[data-layer=zones] [name=theme]").select_option("status")
    expect(page.locator("#map-message")).to_contain_text("Không tải được chuyên đề")
    expect(page.locator("[data-layer=zones] [name=theme]")).to_have_value("kind")
    page.context.set_offline(False)
    page.locator("[data-layer=zones] [name=theme]").select_option("status")
    expect(page.locator("[data-layer=zones] [data-legend]")).to_contain_text("Đang hoạt động")


@pytest.mark.parametrize(
    "hash_", ["#theme=zones:nope", "#theme=streets:status", "#fade=plots:7", "#fade=nope:50", "#day=2026-02-30",
              "#swipe=101", "#swipe=50&r.theme=plots:coverage", "#only=never", "#theme=zones:kind:kind"]
)  # fmt: skip
def test_nonsense_about_the_look_falls_back_with_a_notice(new_tab: NewTab, live_server: str, hash_: str) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{hash_}", settled=False)
    expect(page.locator("#map-message")).to_contain_text("không hợp lệ")
    assert [said for said in tab.complaints if "exception" in said] == []


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["1400-light", "390-dark"])
def test_themed_layers_pass_axe_and_are_pictured(
    new_tab: NewTab, live_server: str, zone: dict[str, Any], screenshots: Any, size: tuple[int, int], scheme: str
) -> None:
    tab = new_tab(size, scheme)
    view = f"#map=13/{zone['lat']}/{zone['lon']}&on=zones,plots&theme=zones:coverage,plots:industry&fade=plots:70"
    page = tab.open(f"{live_server}/{view}")
    expect(page.locator("[data-layer=plots] [data-legend]")).to_contain_text("C 26–27")
    if size == PHONE:
        page.locator("#layers > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.screenshot(path=str(screenshots / f"map-themes-{scheme}-{size[0]}.png"), full_page=size == PHONE)
    assert serious_faults(page) == []
    assert too_small(page, ".group summary, .layer-name, .theme select, [name=opacity]") == []
    assert tab.complaints == []
