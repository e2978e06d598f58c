"""The map page as a person meets it: it draws, answers, speaks two languages, and keeps to itself."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from gis_service.settings import Settings
from maps import archipelagos
from tests.browser.conftest import DESKTOP, PHONE, NewTab, Tab

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        yield conn


@pytest.fixture(scope="module")
def plot(db: psycopg.Connection[Any]) -> dict[str, Any]:
    """A free plot in the zone that has most plots."""
    row = db.execute(
        """SELECT p.id, p.code, z.code, z.id, z.name, ST_X(at), ST_Y(at) FROM plots p JOIN zones z ON z.id = p.zone_id,
             LATERAL (SELECT ST_Transform(ST_PointOnSurface(p.geom_3857), 4326) AS at) q
           WHERE p.status = 'available' AND p.published AND z.published ORDER BY p.area_m2 DESC, p.id LIMIT 1"""
    ).fetchone()
    assert row is not None
    return dict(zip(("id", "code", "zone_code", "zone_id", "zone", "lon", "lat"), row, strict=True))


def pixels(png: bytes) -> np.ndarray:
    """Height x width x channels of an 8-bit PNG without interlace, as Chromium writes it."""
    at, data, header = 8, b"", (0, 0, 0, 0)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        chunk = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBB", chunk[:10])
        elif kind == b"IDAT":
            data += chunk
        at += 12 + length
    width, height, channels = header[0], header[1], {2: 3, 6: 4}[header[3]]
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    image = np.zeros((height, width * channels), np.uint8)
    for y in range(height):
        kind, line = rows[y, 0], rows[y, 1:].astype(np.int32)
        above = image[y - 1].astype(np.int32) if y else np.zeros(width * channels, np.int32)
        image[y] = _unfilter(int(kind), line, above, channels)
    return image.reshape(height, width, channels)


def _unfilter(kind: int, line: np.ndarray, above: np.ndarray, channels: int) -> np.ndarray:
    if kind == 0:
        return line.astype(np.uint8)
    if kind == 2:
        return ((line + above) & 255).astype(np.uint8)
    out = np.zeros_like(line)
    for x in range(len(line)):
        left = out[x - channels] if x >= channels else 0
        corner = above[x - channels] if x >= channels else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + above[x]) // 2
        else:
            p = left + above[x] - corner
            distances = (abs(p - left), abs(p - above[x]), abs(p - corner))
            guess = (left, above[x], corner)[distances.index(min(distances))]
        out[x] = (line[x] + guess) & 255
    return out.astype(np.uint8)


def colours_of(page: Page) -> int:
    """Different colours in the middle of the map."""
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    middle = {
        "x": box["x"] + box["width"] / 2 - 150,
        "y": box["y"] + box["height"] / 2 - 150,
        "width": 300,
        "height": 300,
    }
    image = pixels(page.screenshot(clip=middle))
    return len(np.unique(image.reshape(-1, image.shape[2]), axis=0))


def drawn(page: Page, style_layer: str) -> list[dict[str, Any]]:
    """Attributes of what a layer of the style shows now."""
    return page.evaluate(
        "id => document.getElementById('map').maplibre.queryRenderedFeatures({layers: [id]}).map(f => f.properties)",
        style_layer,
    )


def soon_drawn(tab: Tab, style_layer: str, **wanted: Any) -> bool:
    """Whether the map comes to show a feature with those attributes."""
    for _ in range(40):
        tab.settle()
        if any(wanted.items() <= one.items() for one in drawn(tab.page, style_layer)):
            return True
        tab.page.wait_for_timeout(250)
    return False


def at_plot(plot: dict[str, Any], zoom: float = 17) -> str:
    return f"#map={zoom}/{plot['lat']:.6f}/{plot['lon']:.6f}"


def test_the_map_draws_and_the_canvas_is_not_blank(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_plot(plot, 15)}")
    assert colours_of(page) > 20
    assert drawn(page, "plots-fill")
    assert soon_drawn(tab, "zones-label", label=plot["zone"])
    assert tab.complaints == []


def test_no_request_leaves_our_server_and_the_policy_is_kept(
    new_tab: NewTab, live_server: str, plot: dict[str, Any]
) -> None:
    tab = new_tab()
    tab.page.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error('policy ' + e.violatedDirective))"
    )
    for path in (f"/{at_plot(plot)}", "/zones", f"/zones/{plot['zone_code']}", "/streets", "/about", "/nope"):
        tab.open(f"{live_server}{path}")
    outside = [url for url in tab.requests if not url.startswith((live_server, "data:", "blob:" + live_server))]
    assert outside == []
    assert [said for said in tab.complaints if "404" not in said] == []


def test_a_click_tells_the_facts_and_escape_puts_them_away(
    new_tab: NewTab, live_server: str, plot: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_plot(plot)}&on=plots,zones")
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = page.locator("#card")
    expect(card.locator("h2")).to_contain_text(plot["code"])
    expect(card).to_contain_text("Còn trống")
    expect(card.locator(f"a[href='/zones/{plot['zone_code']}']")).to_be_visible()
    expect(page.locator("#readout")).to_contain_text("VN-2000 (9210)")
    assert f"sel=plots:{plot['id']}" in page.url
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert "sel=" not in page.url


def test_what_also_lies_there_is_offered(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    page = new_tab().open(f"{live_server}/{at_plot(plot)}&on=plots,zones")
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".card-also button").first.click()
    expect(page.locator("#card h2")).to_have_text(plot["zone"])


def test_a_name_from_an_enemy_is_text(
    new_tab: NewTab, live_server: str, db: psycopg.Connection[Any], plot: dict[str, Any]
) -> None:
    name = "<img src=x onerror=\"document.title='owned'\"><b>KCN</b>"
    db.execute("UPDATE zones SET name = %s WHERE id = %s", (name, plot["zone_id"]))
    tab = new_tab()
    page = tab.open(f"{live_server}/#sel=zones:{plot['zone_id']}")
    expect(page.locator("#card h2")).to_have_text(name)
    assert page.locator("#card img, #card b").count() == 0
    assert "owned" not in page.title()
    db.execute("UPDATE zones SET name = %s WHERE id = %s", (plot["zone"], plot["zone_id"]))


def test_layers_are_switched_and_the_address_remembers(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_plot(plot, 14)}")
    assert not [url for url in tab.requests if "/tiles/sites/" in url]  # what is off is not fetched
    page.locator("#layers").get_by_label("Trạm thu phát sóng", exact=False).first.check()
    page.locator("#layers").get_by_label("Lô đất", exact=False).first.uncheck()
    tab.settle()
    page.wait_for_timeout(300)
    tab.settle()
    assert [url for url in tab.requests if "/tiles/sites/" in url]
    assert drawn(page, "plots-fill") == []
    again = new_tab()
    copied = again.open(page.url)
    assert copied.locator("#layers").get_by_label("Trạm thu phát sóng", exact=False).first.is_checked()
    assert not copied.locator("#layers").get_by_label("Lô đất", exact=False).first.is_checked()
    assert drawn(copied, "plots-fill") == []


def test_opacity_fades_a_layer(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    page = new_tab().open(f"{live_server}/{at_plot(plot, 15)}")
    slider = page.locator("[data-layer=plots] [name=opacity]")
    slider.fill("50")
    value = page.evaluate("document.getElementById('map').maplibre.getPaintProperty('plots-fill', 'fill-opacity')")
    assert value[-1] == pytest.approx(0.31)


def test_the_language_changes_and_the_view_stays(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_plot(plot, 14)}")
    page.locator(".langs summary").click()
    page.locator("[data-lang=en]").click()
    tab.settle()
    assert page.locator("html").get_attribute("lang") == "en"
    assert f"#map=14/{plot['lat']:.3f}"[:-1] in page.url
    expect(page.locator("#layers h2")).to_have_text("Layers")
    expect(page.locator(".maplibregl-ctrl-zoom-in")).to_have_attribute("aria-label", "Zoom in")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_both_archipelagos_are_named_when_the_sea_is_in_view(
    new_tab: NewTab, live_server: str, lang: str, size: tuple[int, int]
) -> None:
    tab = new_tab(size)
    page = tab.open(f"{live_server}/?lang={lang}#map=4.2/13/112")
    names = {one["name"] for one in drawn(page, "archipelagos-name")}
    assert names == {group.name(lang) for group in archipelagos.BOTH}
    assert len(drawn(page, "archipelagos-frame")) >= 2
    for group in archipelagos.BOTH:  # and each alone, close by
        lon, lat = group.label_at
        tab.open(f"{live_server}/?lang={lang}#map=6/{lat}/{lon}")
        assert group.name(lang) in {one["name"] for one in drawn(page, "archipelagos-name")}


def test_the_list_is_the_equal_of_the_map_by_keyboard(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/")
    row = page.locator(f".zone-go[data-id='{plot['zone_id']}']")
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#card h2")).to_have_text(plot["zone"])
    assert soon_drawn(tab, "zones-label", label=plot["zone"])
    assert row.get_attribute("aria-current") == "true"
    page.keyboard.press("Escape")
    assert row.get_attribute("aria-current") is None


def test_the_first_stop_of_the_keyboard_skips_to_the_content(new_tab: NewTab, live_server: str) -> None:
    page = new_tab().open(f"{live_server}/zones")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    box = skip.bounding_box()
    assert box is not None
    assert box["height"] > 20  # seen as soon as it has the focus


@pytest.mark.parametrize("hash_", ["#map=99/1/2", "#on=zones,nope&map=a/b/c", "#sel=nope:1"])
def test_nonsense_in_the_address_falls_back_with_a_notice(new_tab: NewTab, live_server: str, hash_: str) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{hash_}", settled=False)
    expect(page.locator("#map-message")).to_contain_text("không hợp lệ")
    assert [said for said in tab.complaints if "exception" in said] == []


def test_a_selection_that_is_gone_says_so(new_tab: NewTab, live_server: str) -> None:
    page = new_tab().open(f"{live_server}/#sel=zones:999999")
    expect(page.locator("#card")).to_contain_text("Không tải được thông tin")


def test_without_script_the_list_still_leads_to_the_zones(
    chromium: Any, live_server: str, plot: dict[str, Any]
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(live_server)
    page.locator(f".zone-row a.more[href='/zones/{plot['zone_code']}']").click()
    assert page.locator("h1").inner_text() == plot["zone"]
    context.close()


def pages_of(db: psycopg.Connection[Any], plot: dict[str, Any]) -> dict[str, str]:
    street = db.execute("SELECT street_id FROM entrances GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1").fetchone()
    assert street is not None
    return {
        "map": "/",
        "map-plots": f"/{at_plot(plot, 15)}&sel=plots:{plot['id']}",
        "map-coverage": f"/{at_plot(plot, 13)}&on=administrative_units,zones,streets,coverage,sites",
        "map-country": "/#map=4.3/13/111",
        "zones": "/zones",
        "zone": f"/zones/{plot['zone_code']}",
        "streets": "/streets",
        "street": f"/streets/{street[0]}",
        "about": "/about",
        "missing": "/zones/KCN-NOPE",
    }


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(DESKTOP, "light"), (PHONE, "light"), (PHONE, "dark"), (DESKTOP, "dark")],
    ids=["1400-light", "390-light", "390-dark", "1400-dark"],
)
def test_every_page_fits_its_width_stands_in_nobodys_way_and_is_pictured(
    new_tab: NewTab, live_server: str, db: psycopg.Connection[Any], plot: dict[str, Any], screenshots: Any,
    size: tuple[int, int], scheme: str,
) -> None:  # fmt: skip
    tab = new_tab(size, scheme)
    serious: list[str] = []
    for name, path in pages_of(db, plot).items():
        page = tab.open(f"{live_server}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
        picture = screenshots / f"{name}-{scheme}-{size[0]}.png"
        page.screenshot(path=str(picture), full_page=not name.startswith("map"))
        for one in Axe().run(page).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                node = one["nodes"][0]
                serious.append(f"{name}: {one['id']} {node['html'][:160]} {node['failureSummary'][:200]}")
    assert serious == []
    assert [said for said in tab.complaints if "404" not in said] == []


def test_targets_are_large_enough_for_a_finger(new_tab: NewTab, live_server: str) -> None:
    """WCAG 2.2 AA 2.5.8: 24 px, links in running text exempt."""
    tab: Tab = new_tab(PHONE)
    page = tab.open(f"{live_server}/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.top a, .layer-name, .zone-go, .more, summary, .map-area button')]
             .map(e => [e.className || e.tagName, e.getBoundingClientRect()])
             .filter(([, r]) => r.width && (r.width < 24 || r.height < 24))
             .map(([n, r]) => `${n} ${r.width}x${r.height}`)"""
    )
    assert small == []


@pytest.mark.parametrize("width", [1400, 1330, 1100, 390])
def test_the_header_is_as_high_with_a_stand_in_for_the_font(new_tab: NewTab, live_server: str, width: int) -> None:
    """Else the page below would move when the font comes."""
    heights = []
    for has_font in (False, True):
        page = new_tab(size=(width, 900)).page
        if not has_font:
            page.route("**/*.woff2", lambda route: route.abort())
        for _ in range(2):  # the second visit has the font at once
            page.goto(f"{live_server}/about")
            page.evaluate("document.fonts.ready.then(() => true)")
        heights.append(page.evaluate("document.querySelector('header.top').offsetHeight"))
    assert heights[0] == heights[1]
