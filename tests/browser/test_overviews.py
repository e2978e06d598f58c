"""Zoomed out: squares and circles are drawn, a click tells what they count, the address remembers it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from gis_service.settings import Settings
from tests.browser.conftest import NewTab

pytestmark = pytest.mark.browser

DRAWN = """id => document.getElementById('map').maplibre.queryRenderedFeatures({layers: [id]})
    .map(feature => ({id: feature.id, ...feature.properties}))"""


@pytest.fixture(scope="module")
def fullest(demo_database: Settings) -> Iterator[dict[str, Any]]:
    """The cell of z9 that holds most plots."""
    assert demo_database.database_url is not None
    with psycopg.connect(demo_database.database_url.get_secret_value(), autocommit=True) as conn:
        row = conn.execute(
            "SELECT x, y, n, ST_X(at), ST_Y(at) FROM (SELECT x, y, sum(n) AS n, ST_Transform(ST_SetSRID(ST_MakePoint("
            " sum(sum_x) / sum(n), sum(sum_y) / sum(n)), 3857), 4326) AS at FROM gis.overview_counts"
            " WHERE layer = 'plots' AND zoom = 9 GROUP BY x, y) AS cell ORDER BY n DESC, x, y LIMIT 1"
        ).fetchone()
        assert row is not None
        x, y, n, lon, lat = row
        yield {"id": 9 << 40 | x << 20 | y, "n": n, "lon": lon, "lat": lat}


def test_squares_and_circles_count_and_a_click_tells(
    new_tab: NewTab, live_server: str, fullest: dict[str, Any]
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/#map=9.2/{fullest['lat']}/{fullest['lon']}&on=plots,zones")
    squares = {one["id"]: one["count"] for one in page.evaluate(DRAWN, "plots-overview")}
    assert squares[fullest["id"]] == fullest["n"]
    assert page.evaluate(DRAWN, "plots-fill") == []
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = page.locator("#card")
    expect(card).to_contain_text("Ô lưới tổng hợp")
    expect(card.locator("h2")).to_have_text(f"{fullest['n']} lô đất")
    assert f"sel=plots_overview:{fullest['id']}" in page.url
    again = new_tab().open(page.url)
    expect(again.locator("#card h2")).to_have_text(f"{fullest['n']} lô đất")
    assert tab.complaints == []


def test_circles_carry_their_number(new_tab: NewTab, live_server: str, fullest: dict[str, Any]) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/?lang=en#map=8.5/{fullest['lat']}/{fullest['lon']}&on=enterprises,sites")
    for layer in ("enterprises", "sites"):
        assert sum(one["count"] for one in page.evaluate(DRAWN, f"{layer}-overview")) > 10
    page.locator("[data-layer=enterprises] [name=opacity]").fill("40")
    value = page.evaluate(
        "document.getElementById('map').maplibre.getPaintProperty('enterprises-overview', 'circle-opacity')"
    )
    assert value == pytest.approx(0.78 * 0.4)
    assert tab.complaints == []
