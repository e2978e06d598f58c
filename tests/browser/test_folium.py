"""The stand-alone map in a real browser, from disk, with the network cut."""

from __future__ import annotations

import re
from datetime import date

import pytest
import shapely
from playwright.sync_api import expect
from sqlalchemy import insert

from layers.admin_units import administrative_units
from layers.stations import cells, sites
from layers.zones import zones
from maps import archipelagos, folium_maps

pytestmark = pytest.mark.browser

X, Y = 600_000.0, 2_310_000.0
DAY = date(2026, 6, 30)
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=2'>"


@pytest.fixture
def province(conn):
    """Two zones, one of them named by an enemy; two operators; four communes as the base."""

    def add(table, **row):
        return conn.execute(insert(table).values(source="test", **row).returning(table.c.id)).scalar_one()

    def box(west, south, east, north):
        return f"SRID=9210;{shapely.MultiPolygon([shapely.box(X + west, Y + south, X + east, Y + north)]).wkt}"

    for k in range(4):
        west, south = 4000 * (k % 2) - 3000, 4000 * (k // 2) - 3000
        add(administrative_units, level="commune", code=f"1100{k}", kind="xã", name=f"Xã {k}", full_name=f"Xã số {k}",
            valid_from=date(2025, 7, 1), geom=box(west, south, west + 4000, south + 4000))  # fmt: skip
    add(zones, code="KCN-A", name="KCN Đại Ấn Ưỡ", kind="KCN", status="operating", geom=box(0, 0, 1500, 1000))
    add(zones, code="KCN-B", name=HOSTILE, kind="KCN", status="operating", is_demo=True,
        geom=box(2000, 500, 3000, 2000))  # fmt: skip
    for operator, dx in (("Viettel", 400), ("<b>VNPT", 2600)):
        site = add(sites, operator=operator, code="1", geom=f"SRID=9210;POINT({X + dx} {Y + 600})")
        add(cells, site_id=site, code="1", technology="5G", state="on_air", radius_m=700, azimuth_deg=30,
            beamwidth_deg=120, source_date=date(2026, 1, 1))  # fmt: skip
    return conn


@pytest.fixture
def opened(chromium, province, tmp_path):
    """The map opened from disk in a context that is offline; (page, addresses asked for, errors)."""
    file = tmp_path / "map.html"
    file.write_text(folium_maps.zones_and_coverage(province, technology="5G", as_of=DAY), encoding="utf-8")
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, offline=True)
    page = context.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(file.as_uri())
    page.wait_for_selector(".leaflet-overlay-pane path")
    yield page, asked, errors
    context.close()


def test_nothing_is_fetched_and_nothing_fails(opened):
    page, asked, errors = opened
    page.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert sum(url.startswith("file:") for url in asked) == 1
    assert errors == []


def test_zones_wear_the_colour_of_their_ratio(opened):
    page, *_ = opened
    colours = page.eval_on_selector_all("path[stroke='#111111']", "paths => paths.map(p => p.getAttribute('fill'))")
    rows = page.locator(".panel tbody tr")
    assert len(colours) == rows.count() == 2
    # 120 degrees of a 700 m disc: 51 ha; the first zone has 150 ha, so at most 34 %.
    shares = [float(rows.nth(k).locator("td").nth(1).inner_text().split()[0]) / 100 for k in range(2)]
    assert 0.2 < shares[0] < 0.342
    assert colours == [folium_maps.fill_of(share) for share in shares]


def test_a_hostile_name_is_only_text(opened):
    page, _, errors = opened
    page.locator("path[stroke='#111111']").nth(1).click()
    expect(page.locator(".facts")).to_contain_text("<script>window.hacked=1")
    page.locator("path[stroke='#111111']").nth(1).hover()
    assert page.evaluate("window.hacked") is None
    assert page.locator(".panel img, .facts img, .leaflet-tooltip img, .leaflet-control-layers b").count() == 0
    assert errors == []


def test_the_map_explains_its_numbers_in_both_languages(opened):
    page, *_ = opened
    panel = page.locator(".panel")
    for wanted in (
        "DỮ LIỆU MINH HỌA", "DEMONSTRATION DATA", "area_ratio/declared@1", "2026-06-30", "2026-01-01", "EPSG:9210",
        "Tỷ lệ diện tích khu được phủ sóng", "Share of the zone's area", "80% – 95%",
    ):  # fmt: skip
        expect(panel).to_contain_text(wanted)
    assert page.evaluate("document.documentElement.lang") == "vi"


def test_both_archipelagos_are_named_at_the_first_look_and_on_the_map(opened):
    page, *_ = opened
    inset = page.locator("svg.inset")
    expect(inset).to_contain_text("Quần đảo Hoàng Sa")
    expect(inset).to_contain_text("Quần đảo Trường Sa")
    box = inset.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 900  # whole, without scrolling
    names = page.locator(".leaflet-tooltip.sovereign").all_inner_texts()
    assert [group.name_vi in name for group, name in zip(archipelagos.BOTH, names, strict=True)] == [True, True]


def test_the_page_fits_a_telephone(opened):
    page, *_ = opened
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".folium-map").bounding_box()["height"] > 300


def test_the_same_data_gives_the_same_bytes(province):
    once = folium_maps.zones_and_coverage(province, technology="5G", as_of=DAY)
    assert once == folium_maps.zones_and_coverage(province, technology="5G", as_of=DAY)
    fetching_tags = re.findall(r"<(?:script|link|img|iframe|source|object|embed)\b[^>]*\b(?:src|href)=[^>]*>", once)
    fetching_styles = re.findall(r"url\((?!['\"]?(?:data:|#))[^)]*\)|@import", once)
    assert (fetching_tags, fetching_styles) == ([], [])


def test_an_empty_database_still_gives_a_map(conn):
    page = folium_maps.zones_and_coverage(conn, technology="5G", as_of=DAY)
    assert "Chưa có ranh giới hành chính" in page
    assert "Quần đảo Trường Sa" in page
