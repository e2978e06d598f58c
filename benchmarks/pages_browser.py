"""A phone in the benchmark of pages: Chromium on a slow line with a slowed processor, and what it saw when.

WebGL is drawn by the processor on machines without a graphics card; a phone has one, so times of the live map are
longer here than there. Sizes are as transferred, headers included.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
SLOWER = 4
"""How many times slower the processor of a middling phone is, as Chromium's own tools say."""
LIBRARIES = "/vendor/maplibre-gl/"

# Runs before everything else: notes when what people look at is there, in milliseconds from the navigation.
_WATCH = """
window.seen = { shifts: 0, moved: [] };
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) {
  seen.shifts += one.value;
  seen.moved.push(...one.sources.map((source) => source.node?.id || source.node?.className || source.node?.nodeName));
} }).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const one of list.getEntriesByName("first-contentful-paint")) seen.painted = one.startTime;
}).observe({ type: "paint", buffered: true });
const look = () => {
  const picture = document.querySelector(".first-map path, .first-map a");
  const isDrawn = seen.painted !== undefined && picture?.getBoundingClientRect().width > 0;
  if (isDrawn && seen.picture === undefined) seen.picture = performance.now();
  const map = document.querySelector("#map, #plots-map, #plot-map");
  if (map?.dataset.ready === "true" && seen.live === undefined) seen.live = performance.now();
  if (seen.live === undefined) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit saw; milliseconds from the navigation, None for what never came."""

    painted_ms: float | None
    picture_ms: float | None
    live_ms: float | None
    shifts: float
    moved: tuple[str, ...]
    sizes: dict[str, int]
    """Bytes by group: page, libraries, tiles."""

    @property
    def map_ms(self) -> float:
        """The first map that shows the zones."""
        return min(one for one in (self.picture_ms, self.live_ms) if one is not None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


def phone(browser: Browser) -> BrowserContext:
    """A new phone: nothing in its cache."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    context.add_init_script(_WATCH)
    return context


def visit(context: BrowserContext, address: str, *, has_map: bool, slower: int = SLOWER, wait_s: float = 60) -> Visit:
    """Open an address in a new tab and look until its map stands still."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(address, wait_until="commit")
    page.wait_for_load_state("load", timeout=wait_s * 1000)
    if has_map:
        _wait_for(page, "seen.live !== undefined", wait_s)
    page.wait_for_timeout(700)
    seen = page.evaluate("seen")
    sizes = {"page": 0, "libraries": 0, "tiles": 0}
    for name, size in page.evaluate(_SIZES):
        sizes["libraries" if LIBRARIES in name else "tiles" if "/tiles/" in name else "page"] += size
    page.close()
    moved = tuple(map(str, seen["moved"]))
    return Visit(seen.get("painted"), seen.get("picture"), seen.get("live"), seen["shifts"], moved, sizes)


_SIZES = """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map((one) => [one.name, one.transferSize])"""


def _wait_for(page: Page, condition: str, wait_s: float) -> None:
    until = time.monotonic() + wait_s  # a waiting function of the driver would be a string that the policy forbids
    while not page.evaluate(condition):
        if time.monotonic() > until:
            raise TimeoutError(condition)
        page.wait_for_timeout(50)


def resources(page: Page) -> list[Any]:
    """Name, begin, end and size of everything that the page fetched itself; not what its workers fetched."""
    asked = "performance.getEntriesByType('resource')"
    return list(page.evaluate(f"{asked}.map((one) => [one.name, one.startTime, one.responseEnd, one.transferSize])"))
