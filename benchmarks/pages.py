"""Pages on a phone and a slow line: first map, weight, a changed filter at 50,000 plots, paging, panning, shifts.

The line carries 1.6 Mbit/s down, 0.75 up, 150 ms there and back (`slow_line`); the processor is four times slower
(Chromium's own throttle). Filter, paging and panning are measured without either: they promise what we do, not
what a line does. Each time is the best of the repetitions, the load average stands in the notes.
"""

from __future__ import annotations

import base64
import json
import os
import statistics
import time
from collections.abc import Callable
from urllib.request import Request, urlopen

import psycopg
from playwright.sync_api import Browser

from benchmarks import pages_filter, pages_peer
from benchmarks.harness import Row
from benchmarks.pages_browser import SLOWER, Visit, chromium, phone, visit
from benchmarks.pages_ground import prepare
from benchmarks.slow_line import slow_line
from benchmarks.tiles_data import Ground
from benchmarks.tiles_load import cpu_seconds
from benchmarks.tiles_peers import Server, ours

PAGES = {"/map?lang=vi": True, "/plots?lang=vi": True, "/invest?lang=vi": False, "/zones?lang=vi": False,
         "/zones/KCN-DAI-AN?lang=vi": False, "/plots/compare?lang=vi": False, "/coverage?lang=vi": False}  # fmt: skip
"""Whether a page is measured with its map."""
LINE = {"down_mbit": 1.6, "up_mbit": 0.75, "round_trip_s": 0.15}
HEAVIEST_KB = 150
ASKED = 20
"""How often a page or a statement is asked for."""


def run(quick: bool) -> list[Row]:
    """Rows for each promise of the pages, with a peer where there is one."""
    repeat = 1 if quick else 3
    ground = prepare()
    with ours(ground, memory=True, store=True) as server, chromium() as browser:
        for path in PAGES:  # the server has met its pages: what it compresses once is compressed
            _get(server, path)
        return [
            *_maps(browser, server, repeat),
            *_weights(browser, server),
            *pages_filter.rows(browser, server, ground, 5 if quick else 15),
            *_paging(server, ground),
            *pages_filter.panning(browser, server),
        ]


def _maps(browser: Browser, server: Server, repeat: int) -> list[Row]:
    rows = []
    with pages_peer.bare_map(server) as bare, slow_line(bare, **LINE) as line:
        their_cold, their_warm = _visits(browser, f"http://127.0.0.1:{line.port}/", repeat)
    with slow_line(server.port, **LINE) as line:
        for path in ("/map?lang=vi", "/plots?lang=vi"):
            cold, warm = _visits(browser, f"http://127.0.0.1:{line.port}{path}", repeat)
            name = path.partition("?")[0]
            rows += [
                _first(f"{name}: first map, cold", cold, their_cold, 2500),
                _first(f"{name}: first map, warm", warm, their_warm, 1000),
                _live(f"{name}: live map, cold", cold, their_cold),
                _live(f"{name}: live map, warm", warm, their_warm),
            ]
    return rows


def _visits(browser: Browser, address: str, repeat: int) -> tuple[Visit, Visit]:
    """The best cold and the best warm visit; a warm one is the third of a phone, when compiled scripts are kept too."""
    cold, warm = [], []
    for _ in range(repeat):
        context = phone(browser)
        cold.append(visit(context, address, has_map=True))
        visit(context, address, has_map=True)
        warm.append(visit(context, address, has_map=True))
        context.close()
    return min(cold, key=_map_ms), min(warm, key=_map_ms)


def _map_ms(seen: Visit) -> float:
    return seen.map_ms


def _first(name: str, seen: Visit, bare: Visit, most_ms: int) -> Row:
    note = f"drawn by the server, in the page; first paint {seen.painted_ms:.0f} ms; shift {seen.shifts:.4f}; {_load()}"
    return Row(name, seen.map_ms, "ms", bare.map_ms, "a bare MapLibre page, same tiles", f"ours <= {most_ms}", note)


def _live(name: str, seen: Visit, bare: Visit) -> Row:
    note = f"WebGL drawn by the processor, throttled {SLOWER} times; everything drawn; {_load()}"
    live, theirs = seen.live_ms or float("nan"), bare.live_ms or float("nan")
    return Row(name, live, "ms", theirs, "a bare MapLibre page, same tiles", "", note)


def _weights(browser: Browser, server: Server) -> list[Row]:
    rows = []
    for path, has_map in PAGES.items():
        context = phone(browser)
        seen = visit(context, f"http://127.0.0.1:{server.port}{path}", has_map=has_map, slower=1)
        context.close()
        page_kb, library_kb = seen.sizes["page"] / 1000, seen.sizes["libraries"] / 1000
        note = f"as transferred, fonts and headers included; map libraries apart: {library_kb:.0f} kB"
        rows += [
            Row(f"{path.partition('?')[0]}: weight", page_kb, "kB", goal=f"ours <= {HEAVIEST_KB}", note=note),
            Row(
                f"{path.partition('?')[0]}: layout shift", seen.shifts, "", goal="ours <= 0", note=", ".join(seen.moved)
            ),
        ]
    return rows


def _paging(server: Server, ground: Ground) -> list[Row]:
    """First page and one far behind, ours by place and the same list by OFFSET on a table made for it."""

    def ask(path: str) -> Callable[[], object]:
        return lambda: _get(server, path, accept="application/json")

    all_of_them = "/plots?status=available,reserved,leased,planned"
    with psycopg.connect(ground.addresses.owner) as owner:
        behind = owner.execute("SELECT area_m2, id FROM peer.plots ORDER BY area_m2 DESC, id DESC OFFSET 24").fetchone()
    assert behind
    place = base64.urlsafe_b64encode(json.dumps(behind).encode()).decode().rstrip("=")
    path = f"{all_of_them}&after={place}"
    before = cpu_seconds(server.process)
    near, far = _times(ask(all_of_them)), _times(ask(path))
    cpu_ms = (cpu_seconds(server.process) - before) * 1000 / (2 * ASKED)
    with psycopg.connect(ground.addresses.owner, autocommit=True) as owner:
        statement = b"SELECT * FROM peer.plots ORDER BY area_m2, id LIMIT 24 OFFSET %s"
        their_near = _times(lambda: owner.execute(statement, (0,)).fetchall())
        their_far = _times(lambda: owner.execute(statement, (ground.plots - 24,)).fetchall())
    note = (
        f"ours {near:.1f} and {far:.1f} ms with count and HTTP, CPU of the web processes {cpu_ms:.1f} ms; "
        f"SQL {their_near:.2f} and {their_far:.2f} ms; {_load()}"
    )
    return [
        Row("paging: last page to first page", far / near, "times", their_far / their_near,
            "SELECT … OFFSET on an index made for it", "ours <= 1.2", note)
    ]  # fmt: skip


def _times(work: Callable[[], object]) -> float:
    """Median milliseconds."""
    took = []
    for _ in range(ASKED):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def _get(server: Server, path: str, accept: str = "text/html") -> bytes:
    asked = Request(f"http://127.0.0.1:{server.port}{path}", headers={"Accept": accept})
    with urlopen(asked, timeout=60) as answer:
        return bytes(answer.read())


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"
