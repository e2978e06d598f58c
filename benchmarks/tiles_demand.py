"""Rows of tiles that are drawn when they are asked for, and whether everybody draws all there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import mapbox_vector_tile

from benchmarks import tiles_peers
from benchmarks.harness import Row
from benchmarks.tiles_course import Course, Drive, compare
from benchmarks.tiles_data import count_touching
from benchmarks.tiles_peers import Missing, Server
from maps import catalog

ZOOMS = (12, 14, 16)
OF_RAW, OF_TIPG = {14: "ratio >= 0.9", 16: "ratio >= 0.7"}, {14: "ratio >= 2", 16: "ratio >= 4"}
AHEAD = dict.fromkeys(ZOOMS, "ratio > 1")
GOALS = {
    "raw database": OF_RAW, "raw database, labels too": OF_RAW, "tipg": OF_TIPG, "tipg, table as found": OF_TIPG,
    "Martin": AHEAD, "Martin, on our table": AHEAD, "Martin, labels too": AHEAD, "pg_tileserv": AHEAD,
}  # fmt: skip
CHECKED = 5
"""Tiles of each zoom whose features are counted."""
STAND_IN = "its statement alone by pgbench, an upper bound of the server"

Contenders = dict[str, Server | Missing]


@contextmanager
def everybody(course: Course) -> Iterator[Contenders]:
    """Start them all, caches off; what cannot be had is `Missing`."""
    with ExitStack() as stack:
        tipg, martin, tileserv = (
            stack.enter_context(start(course.ground))
            for start in (tiles_peers.tipg, tiles_peers.martin, tiles_peers.pg_tileserv)
        )
        yield {
            "ours": stack.enter_context(tiles_peers.ours(course.ground, memory=False, store=False)),
            "tipg": tipg,
            "tipg, table as found": _at(tipg, "/collections/peer.plots_as_found/tiles/WebMercatorQuad/{z}/{x}/{y}"),
            "Martin": martin,
            "Martin, on our table": _at(martin, "/plots_here/{z}/{x}/{y}"),
            "Martin, labels too": _at(martin, "/plots,plot_names/{z}/{x}/{y}"),
            "pg_tileserv": tileserv,
        }


def _at(server: Server | Missing, path: str) -> Server | Missing:
    """The same server, asked for another table."""
    return replace(server, path=path) if isinstance(server, Server) else server


def rows(course: Course) -> list[Row]:
    """Rates and completeness at z12, z14 and z16."""
    with everybody(course) as servers:
        return _rows(course, servers)


def _rows(course: Course, servers: Contenders) -> list[Row]:
    found: list[Row] = []
    for z in ZOOMS:
        labelled = z >= catalog.get("plots").label_min_zoom
        wanted = {name: goals.get(z, "") for name, goals in GOALS.items() if labelled or "labels" not in name}
        there = {name: one for name, one in servers.items() if isinstance(one, Server) and name in {"ours", *wanted}}
        drives: dict[str, Drive] = {name: course.over_http(server, z) for name, server in there.items()}
        drives["raw database"] = course.raw(z)
        if labelled:
            drives["raw database, labels too"] = course.raw(z, labels=True)
        drives.setdefault("pg_tileserv", course.as_pg_tileserv(z))
        outcomes = course.race(drives)
        shares = {name: drawn_share(course, server, z) for name, server in there.items()}
        for name, goal in wanted.items():
            note = f"drawn of what is due {shares['ours']:.1%} : {shares[name]:.1%}" if name in shares else ""
            peer, shown = outcomes.get(name) or servers[name], name
            if name == "pg_tileserv" and isinstance(missing := servers[name], Missing):
                shown, note = "pg_tileserv's statement", f"{STAND_IN}; {missing.reason}"
            if labelled and "labels" not in name:
                note += "; only ours holds a label point for each plot"
            found.append(compare(f"z{z} on demand", outcomes["ours"], peer, shown, goal, note.removeprefix("; ")))
    return found


def drawn_share(course: Course, server: Server, z: int) -> float:
    """Features of plots in some tiles, of those that reach into the tile or our rim of 64 units around it."""
    drawn = due = 0
    for address in course.tiles(z)[:CHECKED]:
        body = server.fetch(*address)
        layers = mapbox_vector_tile.decode(body) if body else {}
        drawn += next(
            (len(layer["features"]) for name, layer in layers.items() if name not in ("plots_labels", "plot_names")), 0
        )
        due += count_touching(course.ground.addresses.owner, address)
    return drawn / due
