"""Drawing on the map: measured against pyproj, by mouse, by keyboard alone, kept over a reload, exported, printed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pyproj import Geod, Transformer

from tests.browser.conftest import DESKTOP, PHONE, NewTab, Tab
from tests.browser.test_map_tools import WGS84, at_plot, number_in, plot, serious_faults, too_small

__all__ = ["plot"]
pytestmark = pytest.mark.browser
TARGETS = "#tool-draw :is(button, input:not([type=radio]), select, textarea, .draw-colours label)"
HOSTILE = "<img src=x onerror=alert(1)>"


def opened(tab: Tab, address: str) -> Page:
    page = tab.open(address)
    page.locator("[aria-controls=tool-draw]").click()
    return page


def part(page: Page, name: str) -> Any:
    return page.locator(f"#tool-draw [data-part={name}]")


def act(page: Page, name: str) -> None:
    page.locator(f"#tool-draw [data-do={name}]").click()


def exported(page: Page) -> list[dict[str, Any]]:
    with page.expect_download() as download:
        act(page, "export")
    assert download.value.suggested_filename == "drawing.geojson"
    found: list[dict[str, Any]] = json.loads(download.value.path().read_text(encoding="utf-8"))["features"]
    return found


def drawn_on(page: Page) -> list[dict[str, Any]]:
    """What the map itself shows."""
    return page.evaluate(  # type: ignore[no-any-return]
        """() => document.getElementById('map').maplibre.queryRenderedFeatures(
             {layers: ['drawing-text', 'drawing-point', 'drawing-line', 'drawing-fill']}).map(one => one.properties)"""
    )


@pytest.mark.parametrize("metres", [0.5, 250.0, 40_000.0])
@pytest.mark.parametrize("azimuth", [0.0, 37.5, 90.0, 200.0, 359.0])
def test_the_end_of_a_geodesic_is_where_pyproj_has_it(
    new_tab: NewTab, live_server: str, azimuth: float, metres: float
) -> None:
    page = new_tab().open(f"{live_server}/about")
    lon, lat = page.evaluate(
        "([a, m]) => import('/assets/js/geodesy.mjs').then(g => g.destination([106.3, 20.9], a, m))", [azimuth, metres]
    )
    true_lon, true_lat, _ = Geod(ellps="WGS84").fwd(106.3, 20.9, azimuth, metres)
    assert WGS84.inv(lon, lat, true_lon, true_lat)[2] < 1e-4


def test_geojson_comes_back_as_it_was_and_nonsense_is_left_out(new_tab: NewTab, live_server: str) -> None:
    page = new_tab().open(f"{live_server}/about")
    came_back, of_nonsense = page.evaluate(
        """() => import('/assets/js/drawing.mjs').then(d => {
          const at = (x, y) => [106 + x / 100, 20 + y / 100];
          const shapes = [
            {kind: 'point', points: [at(1, 1)]}, {kind: 'line', points: [at(0, 0), at(1, 2)]},
            {kind: 'polygon', points: [at(0, 0), at(2, 0), at(1, 2)]},
            {kind: 'rectangle', points: [at(0, 0), at(1, 1)]},
            {kind: 'circle', points: [at(5, 5)], radius_m: 120.5}, {kind: 'text', points: [at(1, 1)]},
          ].map((one, i) => ({...one, id: i + 1, colour: d.COLOURS[i], label: 'Nhãn ' + i}));
          const same = (a, b) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
          const back = d.fromGeoJson(JSON.parse(JSON.stringify(d.toGeoJson(shapes))));
          const of = (kind, more, geometry) => ({properties: {kind, colour: 'javascript:1', ...more}, geometry});
          const bad = d.fromGeoJson({features: [null, 1, {}, of('x'), of('point', {}, {coordinates: ['a', 1]}),
            of('point', {}, {coordinates: [400, 1]}), of('line', {}, {coordinates: [[1, 1]]}),
            of('circle', {middle: [1, 1], radius_m: 1e9}),
            of('polygon', {}, {coordinates: null}), of('rectangle', {}, null),
            of('point', {label: {a: 1}}, {coordinates: [1, 1]})]});
          return [back.map((one, i) => same(one, shapes[i])), bad];
        })"""
    )
    assert came_back == [True] * 6
    assert of_nonsense == [
        {"id": 1, "kind": "point", "points": [[1, 1]], "colour": "#d55e00", "label": "[object Object]"}
    ]


def test_shapes_are_drawn_by_mouse_dragged_and_undone(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    tab = new_tab()
    page = opened(tab, f"{live_server}/{at_plot(plot)}")
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.45
    page.locator("[data-kind=polygon]").click()
    corners = [(0, 0), (160, 0), (160, 110), (0, 110)]
    for dx, dy in corners:
        page.mouse.click(x + dx, y + dy)
    page.mouse.click(x, y)  # the first corner again
    expect(part(page, "list").locator("button")).to_have_count(1)
    (polygon,) = exported(page)
    ring = polygon["geometry"]["coordinates"][0]
    assert (len(ring), ring[0]) == (5, ring[-1])
    area, perimeter = WGS84.polygon_area_perimeter(*zip(*ring, strict=True))
    assert area > 0, "exterior rings are counter-clockwise (RFC 7946)"
    told = part(page, "list").locator("small").inner_text()
    assert number_in(told) * 10_000 == pytest.approx(area, rel=1e-3)
    assert number_in(told.split("Chu vi")[1]) == pytest.approx(perimeter, abs=0.1)
    page.locator("[data-kind=polygon]").click()  # no longer draws
    part(page, "list").locator("button").click()
    tab.settle()
    page.mouse.move(x + 160, y + 110)
    page.mouse.down()
    page.mouse.move(x + 200, y + 140, steps=4)
    page.mouse.up()
    (stretched,) = exported(page)
    assert WGS84.polygon_area_perimeter(*zip(*stretched["geometry"]["coordinates"][0], strict=True))[0] > area * 1.1
    act(page, "undo")
    (back,) = exported(page)
    assert back == polygon
    act(page, "redo")
    assert exported(page)[0] == stretched
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(part(page, "list").locator("button")).to_have_count(0)
    expect(page.locator("#card")).to_be_hidden()  # no click went through to the plots
    assert tab.complaints == []


def test_everything_is_done_by_keyboard_alone(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/?lang=en{at_plot(plot)}")
    page.get_by_role("button", name="Draw", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-kind=point]")).to_be_focused()

    def press(name: str) -> None:
        page.locator("#tool-draw").get_by_role("button", name=name, exact=True).focus()
        page.keyboard.press("Enter")

    press("Circle")
    expect(part(page, "radius")).to_be_visible()  # what is pressed before the tool has come is done when it is there
    part(page, "label-new").focus()
    page.keyboard.type(HOSTILE)
    part(page, "radius").focus()
    page.keyboard.type("250")
    part(page, "typed").focus()
    east, north = Transformer.from_crs(4326, 9210, always_xy=True).transform(plot["lon"], plot["lat"])
    page.keyboard.type(f"X {north:.3f}, Y {east:.3f}")
    page.keyboard.press("Enter")
    row = part(page, "list").locator("button")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(f"Circle: {HOSTILE}")
    expect(row).to_contain_text("radius 250.00 m · 19.6350 ha")
    (circle,) = exported(page)
    assert WGS84.inv(*circle["properties"]["middle"], plot["lon"], plot["lat"])[2] < 0.01
    for lon, lat in circle["geometry"]["coordinates"][0]:
        assert WGS84.inv(*circle["properties"]["middle"], lon, lat)[2] == pytest.approx(250, abs=0.001)
    press("Line")
    part(page, "typed").focus()
    page.keyboard.type("20.93, 106.31; 20.94, 106.32")
    page.keyboard.press("Enter")
    press("Finish shape")
    length = WGS84.inv(106.31, 20.93, 106.32, 20.94)[2]
    expect(row.nth(1)).to_contain_text(f"{length / 1000:.3f} km")
    row.nth(1).focus()
    page.keyboard.press("Enter")
    press("Move north")
    line = exported(page)[1]["geometry"]["coordinates"]
    assert WGS84.inv(106.31, 20.93, *line[0])[2] == pytest.approx(10, abs=0.01)
    part(page, "positions").fill("20.93, 106.31\nno place")
    press("Use these positions")
    expect(part(page, "said")).to_have_text("This is no position: no place")
    part(page, "positions").fill("20.93, 106.31\n20.95, 106.31")
    press("Use these positions")
    assert exported(page)[1]["geometry"]["coordinates"] == [[106.31, 20.93], [106.31, 20.95]]
    page.locator("[name=draw-colour][value='#0072b2']").focus()
    page.keyboard.press("Space")
    assert exported(page)[1]["properties"]["colour"] == "#0072b2"
    row.nth(1).focus()
    page.keyboard.press("Delete")
    expect(row).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(row).to_have_count(2)
    press("Point")
    page.locator("#map canvas").focus()
    page.keyboard.press("Enter")
    expect(row).to_have_count(3)
    page.keyboard.press("Tab")
    page.locator("#tool-draw [data-close]").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#tool-draw")).to_be_hidden()
    assert tab.complaints == []


def test_a_drawing_survives_a_reload_and_is_printed(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    tab = new_tab()
    page = opened(tab, f"{live_server}/{at_plot(plot)}")
    page.locator("[data-kind=text]").click()
    part(page, "label-new").fill("Mở rộng 2027")
    act(page, "add-middle")
    tab.settle()
    page.reload()
    tab.settle()
    assert "Mở rộng 2027" in [one["label"] for one in drawn_on(page)]
    with page.expect_navigation():
        page.get_by_role("link", name="In", exact=True).click()
    tab.settle()
    assert "Mở rộng 2027" in [one["label"] for one in drawn_on(page)]
    expect(page.locator(".paper-drawing")).to_be_visible()
    page.get_by_label("In bản vẽ").uncheck()
    tab.settle()
    assert drawn_on(page) == []
    expect(page.locator(".paper-drawing")).to_be_hidden()
    assert tab.complaints == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1400", "390"])
def test_the_panel_fits_is_clean_and_is_pictured(
    new_tab: NewTab, live_server: str, plot: dict[str, Any], screenshots: Any, size: tuple[int, int]
) -> None:
    tab = new_tab(size)
    page = opened(tab, f"{live_server}/{at_plot(plot)}")
    page.locator("[data-kind=circle]").click()
    part(page, "radius").fill("120")
    act(page, "add-middle")
    tab.settle()
    page.screenshot(path=str(screenshots / f"tool-draw-{size[0]}.png"))
    assert (
        too_small(page, "#tool-draw :is(button, input:not([type=radio]), select, textarea, .draw-colours label)") == []
    )
    assert serious_faults(page) == []
    page.locator("[data-kind=circle]").click()
    part(page, "list").locator("button").click()
    tab.settle()
    page.screenshot(path=str(screenshots / f"tool-draw-chosen-{size[0]}.png"))
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert (
        too_small(page, "#tool-draw :is(button, input:not([type=radio]), select, textarea, .draw-colours label)") == []
    )
    assert serious_faults(page) == []
    assert [url for url in tab.requests if not url.startswith((live_server, "data:", "blob:" + live_server))] == []
    assert tab.complaints == []


def test_positions_are_read_in_both_systems(new_tab: NewTab, live_server: str) -> None:
    page = new_tab().open(f"{live_server}/about")
    read = page.evaluate(
        """lines => import('/assets/js/typed-positions.mjs').then(t => lines.map(t.readPosition))""",
        ["20.94, 106.33", "X 2313000.5, Y 558127.25", "558127.25 2313000.5", "-20.94 106.33", "1 2 3", "", "500, 500"],
    )
    assert read == [
        {"lat": 20.94, "lon": 106.33}, {"x": 558127.25, "y": 2313000.5}, {"x": 558127.25, "y": 2313000.5},
        {"lat": -20.94, "lon": 106.33}, None, None, None,
    ]  # fmt: skip
    there = page.request.get(f"{live_server}/coordinates/metres?x=558127.25&y=2313000.5").json()
    lon, lat = Transformer.from_crs(9210, 4326, always_xy=True).transform(558127.25, 2313000.5)
    assert (there["lon"], there["lat"]) == (pytest.approx(lon, abs=1e-8), pytest.approx(lat, abs=1e-8))
    assert re.search("outside_envelope", page.request.get(f"{live_server}/coordinates/metres?x=1&y=1").text())
