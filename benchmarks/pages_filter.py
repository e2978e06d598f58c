"""A changed filter at 50,000 plots, from the click to the new list and map; and frames while the map is panned.

Measured in the page: from the change to the list being exchanged (a MutationObserver) and to the map having
taken the points (its attribute). No slow line and no throttle: a filter promises what we do, not what a line does.
"""

from __future__ import annotations

import os
import statistics
import time

import psycopg
from playwright.sync_api import Browser, Page

from benchmarks.harness import Row
from benchmarks.pages_browser import PHONE
from benchmarks.tiles_data import Ground
from benchmarks.tiles_load import cpu_seconds
from benchmarks.tiles_peers import Server

_WATCH = """
window.changed = { from: 0, list: 0, map: 0 };
document.getElementById("plot-filter").addEventListener("input", () => { changed = { from: performance.now(), list: 0, map: 0 }; }, true);
new MutationObserver((seen) => { for (const one of seen) for (const node of one.addedNodes) if (node.id === "found") changed.list = performance.now(); })
  .observe(document.querySelector(".finder"), { childList: true });
new MutationObserver(() => { changed.map = performance.now(); }).observe(document.getElementById("plots-map"), { attributeFilter: ["data-points"] });
"""  # noqa: E501
_PEER = """SELECT id, code, status, area_m2, price_usd_m2_term, zone_name, count(*) OVER ()
FROM peer.plots WHERE status = ANY(%s) ORDER BY area_m2, id LIMIT 24"""
_PAN = """async () => {
  const map = document.getElementById("map").maplibre, frames = [];
  let last = performance.now(), on = true;
  const tick = (now) => { frames.push(now - last); last = now; if (on) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  map.panBy([600, 300], { duration: 2000, easing: (t) => t });
  await new Promise((resolve) => map.once("moveend", resolve));
  on = false;
  return frames.slice(2);
}"""


def rows(browser: Browser, server: Server, ground: Ground, times: int) -> list[Row]:
    """From the change to list and map, and how much of it is the server's."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/plots?lang=vi")
    page.wait_for_selector("#plots-map[data-ready=true][data-points]", timeout=60_000)
    page.evaluate(_WATCH)
    box = page.locator("input[name=status][value=reserved]")
    lists, maps, cpu = [], [], []
    for _ in range(times):
        before = cpu_seconds(server.process)
        seen = _change(page, box.click)
        cpu.append((cpu_seconds(server.process) - before) * 1000)
        lists.append(seen["list"] - seen["from"])
        maps.append(max(seen["map"], seen["list"]) - seen["from"])
    context.close()
    with psycopg.connect(ground.addresses.owner, autocommit=True) as owner:
        theirs = min(_sql_ms(owner) for _ in range(times))
    note = (
        f"best of {times}, median {statistics.median(maps):.0f}; web processes {min(cpu):.0f} ms of CPU; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    peer = "one SQL statement with count, on a table made for it"
    return [
        Row("changed filter, 50,000 plots: list", min(lists), "ms", theirs, peer, "", note),
        Row("changed filter, 50,000 plots: list and map", min(maps), "ms", theirs, peer, "ours <= 150", note),
    ]


def _change(page: Page, act: object) -> dict[str, float]:
    act()  # type: ignore[operator]
    until = time.monotonic() + 30
    while True:
        seen: dict[str, float] = page.evaluate("changed")
        if seen["list"] and seen["map"]:
            page.wait_for_timeout(300)
            return seen
        if time.monotonic() > until:
            raise TimeoutError("list or map did not follow the filter")
        page.wait_for_timeout(5)


def _sql_ms(owner: psycopg.Connection[tuple[object, ...]]) -> float:
    begun = time.perf_counter()
    owner.execute(_PEER.encode(), (["available", "reserved"],)).fetchall()
    return (time.perf_counter() - begun) * 1000


def panning(browser: Browser, server: Server) -> list[Row]:
    """Frames of the map page while it is panned for two seconds, tiles on the way included."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/map?lang=vi#map=12/20.93/106.3")
    page.wait_for_selector("#map[data-ready=true]", timeout=60_000)
    page.evaluate(_PAN)
    page.wait_for_selector("#map[data-ready=true]", timeout=60_000)
    frames: list[float] = page.evaluate(_PAN)
    context.close()
    middle = statistics.median(frames)
    note = (
        f"median frame {middle:.1f} ms, slowest {max(frames):.0f} ms of {len(frames)}; WebGL drawn by the processor, "
        f"which says little about a phone with a graphics card; load {os.getloadavg()[0]:.1f}"
    )
    return [Row("panning, 390 × 844", 1000 / middle, "frames/s", goal="ours >= 55", note=note)]
