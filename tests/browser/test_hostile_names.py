"""Names that are scripts, tags and tricks are text on every page: no dialog, no complaint, nothing asked of others."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import uvicorn
from playwright.sync_api import Dialog

from gis_service.app import create_app
from gis_service.settings import Settings
from tests.browser.conftest import NewTab
from tests.conftest import NewDatabase

pytestmark = pytest.mark.browser
EVIL = """"><img src=x onerror=alert(1)><script>alert(2)</script>'{{7*7}}${7*7}</textarea>"""
NAMED = {
    "zones": ("name", "name_en", "source", "incentives"),
    "plots": ("code", "source", "ground_note"),
    "enterprises": ("name", "name_en"),
    "streets": ("name",),
    "administrative_units": ("name", "full_name"),
}


@pytest.fixture(scope="module")
def hostile(new_database: NewDatabase) -> Settings:
    """The demonstration province with a trick behind every name."""
    settings = new_database(demo=True)
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    with psycopg.connect(url, options="-c search_path=gis,public -c session_replication_role=replica") as owner:
        for table, columns in NAMED.items():
            for column in columns:
                owner.execute(f"UPDATE {table} SET {column} = {column} || ' ' || %s".encode(), (EVIL,))
    return settings


@pytest.fixture(scope="module")
def server(hostile: Settings) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(create_app(hostile), log_level="error", ws="none"))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not running.started:
            assert thread.is_alive()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        running.should_exit = True
        thread.join(10)


def plot_of(server: str, page: Any) -> dict[str, Any]:
    rows = page.request.get(f"{server}/plots", headers={"Accept": "application/json"}).json()["plots"]
    return dict(rows[0])


def test_every_page_shows_hostile_names_as_text(server: str, new_tab: NewTab) -> None:
    tab = new_tab(lang="en-GB")
    page = tab.page
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    plot = plot_of(server, page)
    assert EVIL in plot["code"]
    page.goto(f"{server}/plots")
    links = page.locator(".plot-card-name")
    assert EVIL in links.first.inner_text()
    address = links.first.get_attribute("href")
    card = page.request.get(f"{server}/features/plots/{plot['id']}?lang=en").json()
    for way in (address, next(one["href"] for one in card["links"] if one["href"].startswith("/plots/"))):
        assert way
        page.goto(f"{server}{way}")
        assert plot["code"] in page.locator("h1").inner_text()
    for file in ("sheet.xlsx", "qr.svg"):
        assert page.request.get(f"{server}{address}/{file}").status == 200
    zone = f"/zones/{plot['zone_code']}"
    paths = ["/invest", "/zones", zone, "/streets", "/coverage", "/about", address, "/search?q=dai+an"]
    paths += [f"/plots/compare?p={plot['zone_code']}", "/enquire", f"/map#sel=plots:{plot['id']}"]
    for path in paths:
        page.goto(f"{server}{path}")
        if path.startswith("/map"):
            page.wait_for_selector("#card h2", timeout=60_000)
            assert EVIL in page.locator("#card").inner_text()
        assert page.locator("img[src='x']").count() == 0, path
        assert "49" not in page.title(), path
    page.goto(f"{server}/zones")
    page.get_by_role("combobox").press_sequentially("dai an", delay=10)
    page.get_by_role("option").first.wait_for(timeout=30_000)
    assert page.locator("img[src='x']").count() == 0
    assert dialogs == []
    assert tab.complaints == []
    assert [url for url in tab.requests if not url.startswith((server, "data:", "blob:", "about:"))] == []
