"""The attribute table below the map: in step with it, filtered, sorted, taken away as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from gis_service.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE, NewTab, Tab
from tests.browser.test_map_tools import at_plot, plot, serious_faults, too_small

__all__ = ["plot"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        yield conn


def open_table(tab: Tab, address: str) -> Page:
    page = tab.open(address)
    page.locator("[aria-controls=tool-table]").click()
    expect(page.locator("#tool-table tbody tr").first).to_be_visible()
    tab.settle()
    page.wait_for_timeout(500)  # the map has become lower, so the table asks once more
    return page


def rows_in_view(page: Page, db: psycopg.Connection[Any], more: str = "true") -> set[int]:
    west, south, east, north = page.evaluate(
        "document.getElementById('map').maplibre.getBounds().toArray().flat().map(n => Number(n.toFixed(6)))"
    )
    found = db.execute(
        f"""SELECT p.id FROM plots p JOIN zones z ON z.id = p.zone_id WHERE p.published AND z.published AND {more}
            AND ST_Intersects(p.geom, ST_Transform(ST_MakeEnvelope(%s, %s, %s, %s, 4326), gis.storage_srid()))""",
        (west, south, east, north),
    ).fetchall()
    return {row[0] for row in found}


def shown(page: Page) -> list[int]:
    return [int(one) for one in page.locator("#tool-table tbody tr").evaluate_all("all => all.map(e => e.dataset.id)")]


def test_the_table_holds_what_is_in_view_and_follows_the_map(
    new_tab: NewTab, live_server: str, db: psycopg.Connection[Any], plot: dict[str, Any]
) -> None:
    tab = new_tab()
    page = open_table(tab, f"{live_server}/{at_plot(plot)}")
    assert set(shown(page)) == rows_in_view(page, db)
    assert plot["id"] in shown(page)
    with page.expect_response(lambda answer: "/ogc/collections/plots/items" in answer.url and "f=json" in answer.url):
        page.evaluate("document.getElementById('map').maplibre.panBy([500, 0], {animate: false})")
    tab.settle()
    page.wait_for_timeout(300)
    assert set(shown(page)) == rows_in_view(page, db)
    assert [said for said in tab.complaints if "404" not in said] == []


def test_a_row_and_the_map_choose_the_same_plot(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    page = open_table(new_tab(), f"{live_server}/{at_plot(plot)}")
    row = page.locator(f"#tool-table tr[data-id='{plot['id']}']")
    row.locator("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#card h2")).to_contain_text(plot["code"])
    assert f"sel=plots:{plot['id']}" in page.url
    expect(row).to_have_attribute("aria-current", "true")
    page.locator("#card .card-close").click()
    expect(row).not_to_have_attribute("aria-current", "true")
    page.locator("#map canvas").click()  # the plot lies in the middle
    expect(row).to_have_attribute("aria-current", "true")


def test_a_filter_narrows_table_and_files_and_a_wrong_one_says_why(
    new_tab: NewTab, live_server: str, db: psycopg.Connection[Any], plot: dict[str, Any]
) -> None:
    tab = new_tab()
    page = open_table(tab, f"{live_server}/{at_plot(plot, 14)}")
    page.get_by_label("Bộ lọc (CQL2)").fill("status = 'available' AND area_m2 >= 12000")
    page.keyboard.press("Enter")
    wanted = rows_in_view(page, db, "p.status = 'available' AND p.area_m2 >= 12000")
    assert wanted
    expect(page.locator("#tool-table [data-count]")).to_have_text(f"{len(wanted)} dòng")
    assert set(shown(page)) == wanted
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert {int(row["id"]) for row in rows} == wanted
    with page.expect_download() as download:
        page.get_by_role("link", name="GeoJSON").click()
    assert {one["id"] for one in json.loads(download.value.path().read_text())["features"]} == wanted
    page.get_by_label("Bộ lọc (CQL2)").fill("nonsense = = 3")
    page.keyboard.press("Enter")
    problem = page.locator("#table-problem")
    expect(problem).to_be_visible()
    assert len(problem.inner_text()) > 15
    expect(page.get_by_role("link", name="CSV")).to_be_hidden()
    page.get_by_role("button", name="Bỏ lọc").click()
    expect(problem).to_be_hidden()
    expect(page.get_by_role("link", name="CSV")).to_be_visible()


def test_columns_sort_both_ways_by_keyboard(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    page = open_table(new_tab(), f"{live_server}/{at_plot(plot, 15)}")
    head = page.locator("#tool-table thead th", has_text="Diện tích").first
    at = head.evaluate("e => e.cellIndex + 1")

    def values() -> list[float]:
        cells = page.locator(f"#tool-table tbody tr > :nth-child({at})").all_inner_texts()
        return [float(cell.replace(".", "").replace(",", ".")) for cell in cells if cell != "–"]

    head.locator("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert values() == sorted(values())
    page.keyboard.press("Enter")  # the focus stays on the head
    expect(head).to_have_attribute("aria-sort", "descending")
    assert values() == sorted(values(), reverse=True)
    assert len(set(values())) > 2


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1400", "390"])
def test_the_table_fits_is_clean_and_is_pictured(
    new_tab: NewTab, live_server: str, plot: dict[str, Any], screenshots: Any, size: tuple[int, int], lang: str
) -> None:
    tab = new_tab(size)
    page = open_table(tab, f"{live_server}/?lang={lang}{at_plot(plot)}")
    row = page.locator(f"#tool-table tr[data-id='{plot['id']}'] button")
    row.click()
    expect(page.locator("#card h2")).to_contain_text(plot["code"])
    tab.settle()
    page.screenshot(path=str(screenshots / f"tool-table-{lang}-{size[0]}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert too_small(page, "#tool-table :is(button, a, select, summary, label)") == []
    assert serious_faults(page) == []
    assert [url for url in tab.requests if not url.startswith((live_server, "data:", "blob:" + live_server))] == []


def test_every_layer_with_a_table_opens(new_tab: NewTab, live_server: str, plot: dict[str, Any]) -> None:
    tab = new_tab()
    page = open_table(tab, f"{live_server}/{at_plot(plot, 11)}")
    choice = page.get_by_label("Lớp", exact=True)
    for value in choice.locator("option").evaluate_all("all => all.map(e => e.value)"):
        choice.select_option(value)
        expect(page.locator("#tool-table [data-count]")).to_contain_text("dòng")
        expect(page.locator("#table-problem")).to_be_hidden()
        heads = page.locator("#tool-table thead th").all_inner_texts()
        assert heads
        assert not [head for head in heads if head.startswith("field.")]
    assert tab.complaints == []
