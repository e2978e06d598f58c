"""A real server on a free port and a real Chromium that tells everything it does.

Screenshots of every page land in the folder that GIS_TEST_SCREENSHOTS names, else in pytest's own.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from gis_service.app import create_app
from gis_service.settings import Settings

ARGUMENTS = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
    "--force-color-profile=srgb",
]  # fmt: skip
DESKTOP, PHONE = (1400, 900), (390, 844)
expect.set_options(timeout=20_000)  # a busy machine is no failure


@pytest.fixture(scope="module")
def live_server(demo_database: Settings) -> Iterator[str]:
    """Address of the whole service on the demonstration province, without a slash at the end."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(create_app(demo_database), log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server did not start in 20 s"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of this machine, or the one that Playwright brought."""
    program = os.environ.get("GIS_TEST_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Tab:
    """A page, with what went wrong on it and what it asked for."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Errors and warnings of the console, uncaught exceptions, violations of the policy."""

    def open(self, address: str, *, settled: bool = True) -> Page:
        """Load the page anew; with `settled` wait until a map on it has drawn everything."""
        self.page.goto("about:blank")  # else another part after # would not load anything
        self.page.goto(address)
        if settled and self.page.locator("#map").count():
            self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the map says that it is idle."""
        self.page.wait_for_selector("#map[data-ready=true]", timeout=60_000)
        self.page.evaluate("document.fonts.ready.then(() => true)")


NewTab = Callable[..., Tab]


@pytest.fixture
def new_tab(chromium: Browser) -> Iterator[NewTab]:
    """Factory: `new_tab(size=PHONE, scheme="dark", lang="en-GB")`; closed after the test."""
    contexts: list[BrowserContext] = []

    def make(size: tuple[int, int] = DESKTOP, scheme: Any = "light", lang: str = "vi-VN") -> Tab:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale=lang, reduced_motion="reduce"
        )
        contexts.append(context)
        tab = Tab(context.new_page())
        tab.page.on("request", lambda request: tab.requests.append(request.url))
        tab.page.on("pageerror", lambda error: tab.complaints.append(f"exception: {error}"))
        tab.page.on(
            "console",
            lambda said: (
                tab.complaints.append(f"{said.type}: {said.text}") if said.type in ("error", "warning") else None
            ),
        )
        return tab

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of pages go, to be looked at by a person."""
    named = os.environ.get("GIS_TEST_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
