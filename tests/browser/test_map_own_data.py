"""Files of a reader: drawn in the browser, removable, explained when broken, and never sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect
from pyproj import Transformer

from layers.crs import TM3_MERIDIANS_DEG, TO_WGS84
from tests.browser.conftest import DESKTOP, PHONE, NewTab, Tab
from tests.browser.test_map_tools import serious_faults, too_small

pytestmark = pytest.mark.browser
SECRET = "bi-mat-7319"
"""Stands in every file, and must stand in no request."""
RING = [[106.32, 20.93], [106.34, 20.93], [106.34, 20.945], [106.32, 20.945], [106.32, 20.93]]
RING_TEXT = " ".join(f"{x},{y}" for x, y in RING)
KML = f"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<NetworkLink><Link><href>http://outside.test/{SECRET}.kml</href></Link></NetworkLink>
<Style id="a"><IconStyle><Icon><href>http://outside.test/{SECRET}.png</href></Icon></IconStyle></Style>
<Placemark><name>Cổng {SECRET}</name><styleUrl>#a</styleUrl>
<Point><coordinates>106.33,20.94,5</coordinates></Point></Placemark>
<Placemark><name>Ranh</name><ExtendedData><Data name="dt"><value>12</value></Data></ExtendedData>
<MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>{RING_TEXT}</coordinates></LinearRing>
</outerBoundaryIs></Polygon></MultiGeometry></Placemark>
</Document></kml>"""
GPX = f"""<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="20.94" lon="106.33"><name>{SECRET}</name></wpt>
<trk><trkseg><trkpt lat="20.93" lon="106.32"/><trkpt lat="20.95" lon="106.34"/></trkseg></trk></gpx>"""
GEOJSON = json.dumps({
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"name": f"<b>{SECRET}</b>", "ha": 12.5, "in": {"a": 1}},
         "geometry": {"type": "Polygon", "coordinates": [RING]}},
        {"type": "Feature", "properties": None, "geometry": None},
    ],
})  # fmt: skip


def give(page: Page, name: str, content: str | bytes) -> None:
    body = content if isinstance(content, bytes) else content.encode()
    page.locator("#own-data input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": body}
    )


def said(page: Page) -> Any:
    return page.locator("[data-own-said]")


def drawn_at(page: Page) -> list[list[float]]:
    """Corners of all that the files hold, as they stand in the map."""
    return page.evaluate(
        """() => { const map = document.getElementById('map').maplibre;
          return Object.entries(map.getStyle().sources).filter(([id]) => id.startsWith('own-'))
            .flatMap(([, source]) => source.data.features.map(f => f.geometry.coordinates.flat(3))); }"""
    )


def open_map(tab: Tab, live_server: str) -> Page:
    return tab.open(f"{live_server}/?lang=vi#map=14/20.94/106.33")


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [("ranh.geojson", GEOJSON, 1), ("ranh.kml", KML, 2), ("tuyen.gpx", GPX, 2)],
)
def test_a_file_is_drawn_listed_and_no_request_carries_any_of_it(
    new_tab: NewTab, live_server: str, name: str, content: str, count: int
) -> None:
    tab = new_tab()
    page = open_map(tab, live_server)
    sent: list[Request] = []
    page.on("request", lambda request: sent.extend([request]))  # a bound method of a list cannot be given
    give(page, name, content)
    expect(said(page)).to_contain_text(f"{name}: đã vẽ {count} đối tượng")
    tab.settle()
    page.wait_for_timeout(500)
    row = page.locator("[data-own]")
    expect(row).to_contain_text(f"{name} ({count})")
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    for _ in range(20):  # the file is cut into tiles by a worker, which a busy machine makes wait
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(500)
        if name in page.locator("#card").inner_text():
            break
    expect(page.locator("#card")).to_contain_text(name)
    row.get_by_role("button", name="Xem").click()
    tab.settle()
    assert [one.url for one in sent if one.method != "GET" or one.post_data] == []
    assert [one.url for one in sent if not one.url.startswith(live_server)] == []
    assert [one.url for one in sent if SECRET in one.url or "own-" in one.url] == []
    assert SECRET not in page.url
    assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])").find(SECRET) < 0
    assert tab.complaints == []


def test_names_in_a_file_are_text_and_what_lies_below_is_offered(new_tab: NewTab, live_server: str) -> None:
    tab = new_tab()
    page = open_map(tab, live_server)
    give(page, "ranh.geojson", GEOJSON)
    expect(said(page)).to_contain_text("1 dòng không có vị trí dùng được")
    tab.settle()
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#card h2")).to_have_text(f"<b>{SECRET}</b>")
    expect(page.locator("#card")).to_contain_text('{"a":1}')
    assert page.locator("#card b").count() == 0
    page.locator(".card-also button").first.click()
    expect(page.locator("#card h2")).not_to_have_text(f"<b>{SECRET}</b>")


def test_metres_of_vn2000_are_drawn_where_pyproj_has_them(new_tab: NewTab, live_server: str) -> None:
    page = new_tab().open(f"{live_server}/about")
    for meridian in TM3_MERIDIANS_DEG.values():
        # By the official shift everywhere: outside the area of a zone pyproj prefers others, 0.8 m away.
        plane = f"+proj=tmerc +lon_0={meridian} +k=0.9999 +x_0=500000 +ellps=WGS84 +towgs84={TO_WGS84} +units=m"
        to_wgs84 = Transformer.from_crs(plane, "+proj=longlat +datum=WGS84", always_xy=True)
        for east, north in ((560000.5, 2316789.12), (420000.0, 1100000.0), (500000.0, 950000.0)):
            found = page.evaluate(
                """([e, n, m]) => import("/assets/js/vn2000.mjs")
                     .then(vn => [vn.toWgs84(e, n, m), vn.placed(n, e, m)])""",
                [east, north, meridian],
            )
            expected = to_wgs84.transform(east, north)
            assert found[0] == pytest.approx(expected, abs=1e-7)  # a centimetre
            assert found[1] == pytest.approx(expected, abs=1e-7)  # whichever stands first


def test_a_table_of_surveyors_with_decimal_commas_is_read(new_tab: NewTab, live_server: str) -> None:
    tab = new_tab()
    page = open_map(tab, live_server)
    table = 'Tên;X (m);Y (m);Ghi chú\n"Mốc; 1";2.316.789,12;560000,5;ok\nMốc 2;2316500;560400;\nMốc 3;?;560400;\n'
    give(page, "moc.csv", table.replace("X (m)", "X").replace("Y (m)", "Y"))
    expect(said(page)).to_contain_text("moc.csv: đã vẽ 2 đối tượng. 1 dòng")
    lon, lat = Transformer.from_crs(9210, 4326, always_xy=True).transform(560000.5, 2316789.12)
    assert drawn_at(page)[0] == pytest.approx([lon, lat], abs=1e-7)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "lon,lat,name\n106.33,20.94,x\n", "đã vẽ 1 đối tượng"),
        ("a.csv", "Kinh độ;Vĩ độ\n106,33;20,94\n", "đã vẽ 1 đối tượng"),
        ("a.txt", "kinh_do\tvi_do\n106.33\t20.94\n", "đã vẽ 1 đối tượng"),
        ("a.csv", "ten,ghi chu\nx,y\n", "không thấy cột tọa độ"),
        ("a.csv", "lon,lat\n", "không có đối tượng nào"),
        ("a.csv", "X,Y\n12,99999999\n", "không đối tượng nào có tọa độ dùng được"),
        ("a.geojson", '{"type": "FeatureCollection"', "tệp bị lỗi"),
        ("a.geojson", '{"type": "Topology"}', "tệp bị lỗi"),
        ("a.geojson", '{"type": "Point", "coordinates": [null, "x"]}', "không đối tượng nào có tọa độ"),
        ("a.kml", "<kml><Placemark>", "tệp bị lỗi"),
        ("a.kml", '<!DOCTYPE kml [<!ENTITY a "b">]><kml/>', "DOCTYPE"),
        ("a.gpx", "<html/>", "tệp bị lỗi"),
        ("a.zip", b"PK\x03\x04", "chưa đọc được loại ZIP"),
        ("a.pdf", b"%PDF-1.7", "không nhận ra loại tệp"),
        ("a.csv", "lon,lat\n106,21".encode("utf-16"), "đã vẽ 1 đối tượng"),
        ("a.geojson", b"x" * 10_000_001, "lớn hơn 10 MB"),
        ("a.csv", "lon,lat\n" + "106,21\n" * 20_001, "nhiều nhất là 20.000"),
        ("a.csv", "lon,lat\n" + "106,21\n" * 20_000, "đã vẽ 20.000 đối tượng"),
    ],
    ids=lambda value: str(value)[:24] if isinstance(value, str) else "bytes",
)  # fmt: skip
def test_each_kind_of_table_is_read_and_each_fault_is_named(
    files_page: Page, name: str, content: str | bytes, words: str
) -> None:
    give(files_page, name, content)
    expect(said(files_page)).to_contain_text(words)
    for button in files_page.locator("[data-own] button", has_text="Bỏ").all():
        button.click()
    expect(files_page.locator("[data-own]")).to_have_count(0)


@pytest.fixture(scope="module")
def files_page(chromium: Any, live_server: str) -> Any:
    """One map page for many files."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, locale="vi-VN", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{live_server}/#map=12/20.94/106.33&on=administrative_units")
    page.wait_for_selector("#map[data-ready=true]", timeout=60_000)
    yield page
    context.close()


def test_a_file_is_hidden_faded_and_removed_by_keyboard_and_is_on_both_sides(new_tab: NewTab, live_server: str) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/#map=14/20.94/106.33&swipe=50&on=administrative_units")
    give(page, "ranh.geojson", GEOJSON)
    tab.settle()
    for on in ("document.getElementById('map')", "document.querySelector('.beside')"):
        assert page.evaluate(f"Boolean({on}.maplibre.getLayer('own-1-fill'))")
    box = page.locator("[data-own] [type=checkbox]")
    box.focus()
    page.keyboard.press("Space")
    layout = "document.getElementById('map').maplibre.getLayoutProperty('own-1-fill', 'visibility')"
    assert page.evaluate(layout) == "none"
    page.keyboard.press("Space")
    assert page.evaluate(layout) == "visible"
    page.get_by_label("Độ đậm của ranh.geojson").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    faded = page.evaluate("document.getElementById('map').maplibre.getPaintProperty('own-1-fill', 'fill-opacity')")
    assert faded == pytest.approx(0.125)
    remove = page.get_by_role("button", name="Bỏ: ranh.geojson")
    remove.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-own]")).to_have_count(0)
    assert not page.evaluate("Boolean(document.getElementById('map').maplibre.getSource('own-1'))")
    assert page.evaluate("document.activeElement.type") == "file"  # the focus is not lost
    assert tab.complaints == []


def test_a_file_stays_when_the_colours_of_the_system_change(new_tab: NewTab, live_server: str) -> None:
    tab = new_tab()
    page = open_map(tab, live_server)
    give(page, "ranh.geojson", GEOJSON)
    tab.settle()
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => document.getElementById('map').maplibre.getStyle()?.metadata?.theme === 'dark'")
    tab.settle()
    assert page.evaluate("Boolean(document.getElementById('map').maplibre.getLayer('own-1-fill'))")


def test_a_file_is_dropped_on_the_map(new_tab: NewTab, live_server: str) -> None:
    page = open_map(new_tab(), live_server)
    page.evaluate(
        """text => { const carried = new DataTransfer();
          carried.items.add(new File([text], 'tha.geojson'));
          const area = document.querySelector('.map-area');
          for (const kind of ['dragover', 'drop']) {
            area.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
          } }""",
        GEOJSON,
    )
    expect(said(page)).to_contain_text("tha.geojson: đã vẽ 1")
    assert not page.locator(".map-area").evaluate("e => e.classList.contains('dropping')")


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["1400-light", "390-dark"])
def test_the_list_of_files_passes_axe_and_is_pictured(
    new_tab: NewTab, live_server: str, screenshots: Path, size: tuple[int, int], scheme: str
) -> None:
    tab = new_tab(size, scheme)
    page = open_map(tab, live_server)
    if size == PHONE:
        page.locator("#layers > summary").click()
    give(page, "ranh.geojson", GEOJSON)
    expect(said(page)).to_be_visible()
    page.locator("#own-data").scroll_into_view_if_needed()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.screenshot(path=str(screenshots / f"map-own-{scheme}-{size[0]}.png"))
    assert serious_faults(page) == []
    assert too_small(page, "#own-data button, #own-data :is([type=file], [type=range], label, select, summary)") == []
