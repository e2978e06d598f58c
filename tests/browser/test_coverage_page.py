"""The coverage page as a person meets it: table and map in step, state in the address, what-if."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from gis_service.identity import sessions
from gis_service.settings import Settings
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
def token(db: psycopg.Connection[Any]) -> str:
    """The session of an analyst."""
    made = secrets.token_urlsafe(32)
    row = db.execute("INSERT INTO accounts (login, display_name) VALUES ('an-browser', 'An') RETURNING id").fetchone()
    assert row is not None
    db.execute("INSERT INTO account_roles (account_id, role, granted_by) VALUES (%s, 'analyst', 'test')", row)
    db.execute(
        "INSERT INTO sessions (token_hash, account_id, csrf_token, expires_at)"
        " VALUES (%s, %s, 'csrf', now() + interval '1 hour')",
        (hashlib.sha256(made.encode()).hexdigest(), row[0]),
    )
    return made


@pytest.fixture(scope="module")
def zone(db: psycopg.Connection[Any]) -> dict[str, Any]:
    """A zone that 5G reaches, with its middle."""
    row = db.execute(
        """SELECT z.id, z.code, z.name, ST_X(m), ST_Y(m) FROM zones z
             CROSS JOIN LATERAL (SELECT ST_Transform(ST_PointOnSurface(z.geom_3857), 4326) AS m) p
           WHERE z.published AND EXISTS (SELECT FROM cells c WHERE c.technology = '5G' AND c.state = 'on_air'
             AND ST_Intersects(c.geom_3857, z.geom_3857)) ORDER BY ST_Area(z.geom) DESC LIMIT 1"""
    ).fetchone()
    assert row is not None
    return dict(zip(("id", "code", "name", "lon", "lat"), row, strict=True))


def signed_in(tab: Tab, address: str, token: str) -> Tab:
    tab.page.context.add_cookies([{"name": sessions.COOKIE, "value": token, "url": address}])
    return tab


def state_of(page: Page, zone_id: int) -> dict[str, Any]:
    """What the map knows of a zone."""
    return page.evaluate(
        "id => document.getElementById('map').maplibre.getFeatureState({source: 'ratios', id})", zone_id
    )


def test_the_map_draws_every_zone_in_the_colour_of_its_row(new_tab: NewTab, live_server: str) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/coverage")
    drawn = dict(page.evaluate(
        """() => document.getElementById('map').maplibre.queryRenderedFeatures({layers: ['ratio-fill']})
                 .map(f => [String(f.id), f.properties.color])"""
    ))  # fmt: skip
    rows = dict(page.evaluate(
        """() => [...document.querySelectorAll('tr[data-zone]')]
                 .map(r => [r.dataset.zone, r.querySelector('.swatch rect').getAttribute('fill')])"""
    ))  # fmt: skip
    assert drawn == rows
    assert tab.complaints == []


def test_nothing_leaves_our_server(new_tab: NewTab, live_server: str) -> None:
    tab = new_tab()
    tab.open(f"{live_server}/coverage")
    assert [url for url in tab.requests if not url.startswith((live_server, "data:", "blob:"))] == []
    assert [url for url in tab.requests if "/tiles/plots" in url] == []  # what is not shown is not fetched


def test_hover_and_focus_mark_the_zone_in_both(new_tab: NewTab, live_server: str, zone: dict[str, Any]) -> None:
    page = new_tab().open(f"{live_server}/coverage?zone={zone['code']}")
    row = page.locator(f"tr[data-zone='{zone['id']}']")
    row.hover()
    assert state_of(page, zone["id"])["pointed"] is True
    row.locator(".zone-pick").focus()
    assert state_of(page, zone["id"])["pointed"] is True
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 3, box["y"] + box["height"] - 3)
    page.locator("h1").click()
    assert not state_of(page, zone["id"]).get("pointed")
    at = page.evaluate(
        "([lon, lat]) => { const p = document.getElementById('map').maplibre.project([lon, lat]); return [p.x, p.y]; }",
        [zone["lon"], zone["lat"]],
    )
    page.mouse.move(box["x"] + at[0], box["y"] + at[1])
    expect(row).to_contain_class("is-pointed")


def test_a_row_is_chosen_by_key_the_map_goes_there_and_the_address_keeps_it(
    new_tab: NewTab, live_server: str, zone: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/coverage")
    before = page.evaluate("document.getElementById('map').maplibre.getZoom()")
    page.locator(f"tr[data-zone='{zone['id']}'] .zone-pick").focus()
    page.keyboard.press("Enter")
    tab.settle()
    assert f"zone={zone['code']}" in page.url
    assert state_of(page, zone["id"])["chosen"] is True
    assert page.evaluate("document.getElementById('map').maplibre.getZoom()") > before
    expect(page.locator("#cov-said")).to_contain_text(zone["name"])
    expect(page.locator("#cov-gaps-title")).to_contain_text(zone["name"])
    expect(page.locator(".cov-chosen h3")).to_have_text(zone["name"])
    assert f"zone={zone['code']}" in str(page.locator("#zone-table thead a").first.get_attribute("href"))
    again = new_tab().open(page.url)
    expect(again.locator(f"tr[data-zone='{zone['id']}'] .zone-pick")).to_have_attribute("aria-current", "true")
    expect(again.locator(".cov-chosen")).to_contain_text(zone["name"])


def test_a_click_on_the_map_chooses_the_row(new_tab: NewTab, live_server: str, zone: dict[str, Any]) -> None:
    page = new_tab().open(f"{live_server}/coverage")
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    at = page.evaluate(
        "([lon, lat]) => { const p = document.getElementById('map').maplibre.project([lon, lat]); return [p.x, p.y]; }",
        [zone["lon"], zone["lat"]],
    )
    page.mouse.click(box["x"] + at[0], box["y"] + at[1])
    expect(page.locator(f"tr[data-zone='{zone['id']}']")).to_contain_class("is-chosen")


def test_switches_answer_at_once_and_stay_in_the_address(
    new_tab: NewTab, live_server: str, zone: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/coverage?zone={zone['code']}")
    with page.expect_navigation():
        page.locator("[name=min_operators]").select_option("2")
    tab.settle()
    assert "min_operators=2" in page.url
    assert f"zone={zone['code']}" in page.url
    with page.expect_navigation():
        page.get_by_label("VNPT", exact=True).uncheck()
    tab.settle()
    assert "operator=Viettel" in page.url
    assert "operator=VNPT" not in page.url
    expect(page.locator("[name=min_operators]")).to_have_value("2")


def test_without_script_the_same_can_be_asked(chromium: Any, live_server: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{live_server}/coverage")
    page.locator("[name=min_operators]").select_option("2")
    page.locator(".cov-question button").click()
    assert "min_operators=2" in page.url
    page.locator("thead a").first.click()
    assert "sort=name" in page.url
    assert "min_operators=2" in page.url
    names = page.locator("tbody .zone-pick").all_inner_texts()
    assert len(names) > 3
    page.locator("tbody .zone-pick").first.click()
    expect(page.locator(".cov-chosen h3")).to_have_text(names[0])
    context.close()


# --- what-if -----------------------------------------------------------------------------------------


def wait_for_result(page: Page) -> list[str]:
    expect(page.locator("#wi-result")).to_be_visible()
    return page.locator("#wi-zones tr").all_inner_texts()


def test_a_site_is_placed_by_a_click_and_moved_by_keys(
    new_tab: NewTab, live_server: str, zone: dict[str, Any], token: str
) -> None:
    tab = signed_in(new_tab(), live_server, token)
    page = tab.open(f"{live_server}/coverage?zone={zone['code']}&operator=Viettel")
    page.locator("#wi-radius").fill("300")
    page.locator("#wi-click").click()
    expect(page.locator("#wi-click")).to_have_attribute("aria-pressed", "true")
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".wi-marker")).to_have_count(1)
    before = wait_for_result(page)
    assert zone["name"] in before[0]
    marker = page.locator(".wi-marker")
    marker.focus()
    with page.expect_response("**/coverage/what-if") as answer:
        for _ in range(8):
            page.keyboard.press("Shift+ArrowRight")
    moved = answer.value.request.post_data_json["changes"][0]
    assert moved["lon"] > zone["lon"] - 1
    expect(page.locator("#wi-changes li")).to_have_count(1)
    page.locator("#wi-reset").click()
    expect(page.locator(".wi-marker")).to_have_count(0)
    expect(page.locator("#wi-result")).to_be_hidden()
    assert tab.complaints == []


def test_switching_off_every_site_of_a_zone_empties_it_by_keyboard_alone(
    new_tab: NewTab, live_server: str, zone: dict[str, Any], token: str
) -> None:
    tab = signed_in(new_tab(lang="en-GB"), live_server, token)
    page = tab.open(f"{live_server}/coverage?zone={zone['code']}")
    page.locator("#wi-existing summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#wi-sites li").first).to_be_visible()
    count = page.locator("#wi-sites li").count()
    for number in range(count):
        page.locator("#wi-sites li").nth(number).get_by_role("button", name="Switch off").focus()
        page.keyboard.press("Enter")
    expect(page.locator("#wi-count")).to_have_text(str(count))
    row = page.locator(f"#wi-zones tr[data-zone='{zone['id']}'] td").nth(1)
    expect(row).to_have_text("0%")
    expect(page.locator("#wi-said")).to_contain_text(zone["name"])
    assert state_of(page, zone["id"])["color"] == "#00224e"
    page.locator("#wi-sites li").first.get_by_role("button", name="Back on").click()
    expect(page.locator("#wi-count")).to_have_text(str(count - 1))


def test_suggested_sites_are_tried_and_bring_the_zone_to_the_target(
    new_tab: NewTab, live_server: str, zone: dict[str, Any], token: str, screenshots: Any
) -> None:
    tab = signed_in(new_tab(lang="en-GB"), live_server, token)
    page = tab.open(f"{live_server}/coverage")
    page.locator("#wi-suggest").click()
    expect(page.locator("#wi-plan")).to_have_text("Choose a zone first.")
    page.locator(f"tr[data-zone='{zone['id']}'] .zone-pick").click()
    page.locator("#wi-suggest").click()
    expect(page.locator("#wi-plan")).to_contain_text("no plan costs less than", timeout=30_000)
    after = page.locator(f"#wi-zones tr[data-zone='{zone['id']}'] td").nth(1)
    expect(after).to_have_text(re.compile(r"^(9\d|100)"))
    tab.settle()
    page.screenshot(path=str(screenshots / "coverage-suggested.png"), full_page=True)
    assert page.locator(".wi-marker").count() == page.locator("#wi-changes li").count() > 0
    assert tab.complaints == []


def test_a_faulty_number_is_explained_not_swallowed(
    new_tab: NewTab, live_server: str, zone: dict[str, Any], token: str
) -> None:
    page = signed_in(new_tab(lang="en-GB"), live_server, token).open(f"{live_server}/coverage?zone={zone['code']}")
    page.locator("#wi-radius").fill("5")
    page.locator("#wi-centre").click()
    expect(page.locator("#wi-error")).to_contain_text("radius must be from 10")


# --- how it looks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(DESKTOP, "light"), (PHONE, "light"), (PHONE, "dark"), (DESKTOP, "dark")],
    ids=["1400-light", "390-light", "390-dark", "1400-dark"],
)
def test_it_fits_stands_in_nobodys_way_and_is_pictured(
    new_tab: NewTab, live_server: str, zone: dict[str, Any], token: str, screenshots: Any,
    size: tuple[int, int], scheme: str,
) -> None:  # fmt: skip
    serious: list[str] = []
    for name, path, analyst in (
        ("coverage", "/coverage", False), ("coverage-zone", f"/coverage?zone={zone['code']}", False),
        ("coverage-what-if", f"/coverage?zone={zone['code']}", True),
    ):  # fmt: skip
        tab = new_tab(size, scheme)
        page = (signed_in(tab, live_server, token) if analyst else tab).open(f"{live_server}{path}")
        if analyst:
            page.locator("#wi-centre").click()
            wait_for_result(page)
            page.locator("#wi-existing summary").click()
            page.wait_for_timeout(400)
            tab.settle()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
        page.screenshot(path=str(screenshots / f"{name}-{scheme}-{size[0]}.png"), full_page=True)
        for one in Axe().run(page).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                node = one["nodes"][0]
                serious.append(f"{name}: {one['id']} {node['html'][:160]} {node['failureSummary'][:200]}")
        assert tab.complaints == []
    assert serious == []


def test_targets_are_large_enough_for_a_finger(
    new_tab: NewTab, live_server: str, zone: dict[str, Any], token: str
) -> None:
    """WCAG 2.2 AA 2.5.8: 24 px; a checkbox counts with its label, links in running text are exempt."""
    page = signed_in(new_tab(PHONE), live_server, token).open(f"{live_server}/coverage?zone={zone['code']}")
    page.locator("#wi-centre").click()
    page.locator("#wi-existing summary").click()
    page.wait_for_timeout(300)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, select, summary, label, input')]
             .filter(e => e.closest('main') && !e.closest('td, p:not(.cov-files), .skip, label > *') && e.offsetParent)
             .map(e => [e.className || e.tagName, e.getBoundingClientRect()])
             .filter(([, r]) => r.width && (r.width < 24 || r.height < 24))
             .map(([n, r]) => `${n} ${Math.round(r.width)}x${Math.round(r.height)}`)"""
    )
    assert small == []
