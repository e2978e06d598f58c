"""Pages of the standards in a real browser: they fit, complain of nothing, ask nobody else, and can be read by all."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, NewTab

pytestmark = pytest.mark.browser

PAGES = {
    "landing": "/ogc/?f=html",
    "conformance": "/ogc/conformance?f=html",
    "api": "/ogc/api?f=html",
    "collections": "/ogc/collections?f=html",
    "collection": "/ogc/collections/plots?f=html",
    "queryables": "/ogc/collections/plots/queryables?f=html",
    "items": "/ogc/collections/plots/items?f=html&limit=40",
    "item": "/ogc/collections/zones/items/1?f=html",
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_a_page_fits_and_can_be_read_by_all(
    live_server: str, new_tab: NewTab, screenshots: Path, name: str, size: tuple[int, int], scheme: str
) -> None:
    tab = new_tab(size, scheme)
    page = tab.open(live_server + PAGES[name])
    page.screenshot(path=screenshots / f"ogc-{name}-{size[0]}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").count() == 1
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()
    assert tab.complaints == []
    assert all(address.startswith((live_server, "data:", "about:")) for address in tab.requests)


def test_from_the_landing_page_to_a_feature_by_links_alone(live_server: str, new_tab: NewTab) -> None:
    page = new_tab(lang="en-GB").open(live_server + "/ogc/?f=html")
    page.get_by_role("link", name="Collections").first.click()
    page.get_by_role("link", name="Industrial zones and clusters").click()
    page.get_by_role("link", name="Features", exact=True).click()
    assert page.locator("figure svg path").count() == 5
    page.locator("tbody a").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("KCN")
    assert page.get_by_role("link", name="on the map").get_attribute("href", timeout=5000) == "/#sel=zones:1"
