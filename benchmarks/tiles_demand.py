"""Rows of tiles that are drawn when they are asked for, and whether everybody draws all there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import mapbox_vector_tile

from benchmarks import tiles_peers
from benchmarks.harness import Row
from benchmarks.tiles_course import Course, Drive, compare
from benchmarks.tiles_data import count_touching
from benchmarks.tiles_peers import Missing, Server
from maps import catalog

ZOOMS = (12, 14, 16)
GOALS = {
    "raw database": {14: "ratio >= 0.9", 16: "ratio >= 0.7"},
    "tipg": {14: "ratio >= 2", 16: "ratio >= 4"},
    "tipg, table as found": {14: "ratio >= 2", 16: "ratio >= 4"},
    "Martin": dict.fromkeys(ZOOMS, "ratio > 1"),
    "pg_tileserv": dict.fromkeys(ZOOMS, "ratio > 1"),
}
CHECKED = 5
"""Tiles of each zoom whose features are counted."""
STAND_IN = "its statement alone, run by pgbench, an upper bound of the server"

Contenders = dict[str, Server | Missing]


@contextmanager
def everybody(course: Course) -> Iterator[Contenders]:
    """Start them all, caches off; what cannot be had is `Missing`."""
    ground = course.ground
    with ExitStack() as stack:
        yield {
            "ours": stack.enter_context(tiles_peers.ours(ground, memory=False, store=False)),
            "tipg": stack.enter_context(tiles_peers.tipg(ground)),
            "tipg, table as found": stack.enter_context(tiles_peers.tipg(ground, table="plots_as_found", columns="")),
            "Martin": stack.enter_context(tiles_peers.martin(ground)),
            "pg_tileserv": stack.enter_context(tiles_peers.pg_tileserv(ground)),
        }


def rows(course: Course) -> list[Row]:
    """Rates and completeness at z12, z14 and z16."""
    with everybody(course) as servers:
        return _rows(course, servers)


def _rows(course: Course, servers: Contenders) -> list[Row]:
    found: list[Row] = []
    for z in ZOOMS:
        drives: dict[str, Drive] = {"raw database": course.raw(z)}
        for name, server in servers.items():
            if isinstance(server, Server):
                drives[name] = course.over_http(server, z)
        missing = {name: server for name, server in servers.items() if isinstance(server, Missing)}
        if "pg_tileserv" in missing:
            drives["pg_tileserv"] = course.as_pg_tileserv(z)
        outcomes = course.race(drives)
        there = {name: server for name, server in servers.items() if isinstance(server, Server)}
        shares = {name: drawn_share(course, server, z) for name, server in there.items()}
        for name, goals in GOALS.items():
            peer = outcomes.get(name) or missing[name]
            shown = name
            note = f"drawn of what is due {shares['ours']:.1%} : {shares[name]:.1%}" if name in shares else ""
            if name in missing and name in outcomes:
                shown, note = "pg_tileserv's statement", f"{STAND_IN}; {missing[name].reason}"
            if z >= catalog.get("plots").label_min_zoom:
                note += "; ours also holds a label point for each plot" * (name != "ours")
            found.append(
                compare(f"z{z} on demand", outcomes["ours"], peer, shown, goals.get(z, ""), note.removeprefix("; "))
            )
    return found


def drawn_share(course: Course, server: Server, z: int) -> float:
    """Features of plots in some tiles, of those that reach into the tile or our rim of 64 units around it."""
    drawn = due = 0
    for address in course.tiles(z)[:CHECKED]:
        body = server.fetch(*address)
        layers = mapbox_vector_tile.decode(body) if body else {}
        drawn += next((len(layer["features"]) for name, layer in layers.items() if not name.endswith("_labels")), 0)
        due += count_touching(course.ground.addresses.owner, address)
    return drawn / due
