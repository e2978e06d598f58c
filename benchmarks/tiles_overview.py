"""Rows of low zooms: is everything there, and how fast is the tile that holds all plots."""

from __future__ import annotations

from collections import Counter
from typing import Any

import mapbox_vector_tile
import psycopg

from benchmarks import tiles_peers
from benchmarks.harness import Row
from benchmarks.tiles_course import Course, Drive, Outcome, compare
from benchmarks.tiles_data import WORLD_M
from benchmarks.tiles_demand import STAND_IN
from benchmarks.tiles_peers import Missing, Server

ZOOMS = range(6, 12)
Z8_GOAL = "ratio >= 100"


def rows(course: Course) -> list[Row]:
    """Completeness of z6 to z11, then the rate at z8. Ours has its store, as in operation; memory is off."""
    with (
        tiles_peers.ours(course.ground, memory=False, store=True) as mine,
        tiles_peers.ours(course.ground, memory=False, store=False) as drawing,
        tiles_peers.tipg(course.ground) as tipg,
        tiles_peers.martin(course.ground) as martin,
        tiles_peers.pg_tileserv(course.ground) as tileserv,
    ):
        peers = {"tipg": tipg, "Martin": martin, "pg_tileserv": tileserv}
        drives: dict[str, Drive] = {"ours": course.over_http(mine, 8), "drawn": course.over_http(drawing, 8)}
        drives |= {name: course.over_http(one, 8) for name, one in peers.items() if isinstance(one, Server)}
        drives.setdefault("pg_tileserv", course.as_pg_tileserv(8))
        outcomes = course.race(drives)
        return [*_complete(course, mine, peers), *_rates(outcomes, peers)]


def _rates(outcomes: dict[str, Outcome], peers: dict[str, Server | Missing]) -> list[Row]:
    found = []
    for name, peer in peers.items():
        shown, note = name, "tipg stops at 10,000 features" if name == "tipg" else ""
        if name == "pg_tileserv" and isinstance(peer, Missing):
            shown, note = "pg_tileserv's statement", STAND_IN
        met: Outcome | Missing = outcomes[name] if name in outcomes else _missing(peer)
        found.append(compare("z8", outcomes["ours"], met, shown, Z8_GOAL, note))
    note = "ours without its store: the grid is made from the counts for each answer"
    return [*found, compare("z8 drawn on demand", outcomes["drawn"], outcomes["tipg"], "tipg", "", note)]


def _missing(peer: Server | Missing) -> Missing:
    assert isinstance(peer, Missing)
    return peer


def _complete(course: Course, mine: Server, peers: dict[str, Server | Missing]) -> list[Row]:
    """Share of plots, points and zones that the tiles of a zoom account for; the worst zoom counts."""
    there = _there(course)
    shares = {}
    classes: set[str] = set()
    for layer, total in there.items():
        counted = [_counted(course, mine, layer, z) for z in ZOOMS]
        shares[layer] = min(sum(one.values()) for one in counted) / total
        classes |= set(counted[0]) if layer == "plots" else set()
    worst = "worst of z6 to z11"
    note = f"{worst}; classes seen: {', '.join(sorted(classes))}"
    z8 = {name: _share_at_z8(course, peer) for name, peer in peers.items() if isinstance(peer, Server)}
    told = "; ".join(f"{name} at z8 {share:.1%}" for name, share in z8.items())
    return [
        Row("z6-z11 plots accounted for", shares["plots"], "of all", z8.get("tipg"), "tipg at z8", "ours >= 1",
            f"{note}; {told}"),
        Row("z6-z11 enterprises accounted for", shares["enterprises"], "of all", goal="ours >= 1", note=worst),
        Row("z6-z11 zones drawn", shares["zones"], "of all", goal="ours >= 1", note=worst),
    ]  # fmt: skip


def _there(course: Course) -> dict[str, int]:
    with psycopg.connect(course.ground.addresses.owner) as conn:
        names = ("plots", "enterprises", "zones")
        return {name: conn.execute(f"SELECT count(*) FROM gis.{name}".encode()).fetchone()[0] for name in names}


def _counted(course: Course, server: Server, layer: str, z: int) -> Counter[str]:
    """What the tiles of a zoom account for, by class; each cell or feature once, though rims show it twice."""
    cells: dict[int, dict[str, Any]] = {}
    for address in _all_tiles(course, z):
        body = server.fetch(*address, layer=layer)
        for name, drawn in (mapbox_vector_tile.decode(body) if body else {}).items():
            if not name.endswith("_labels"):
                cells |= {feature["id"]: feature["properties"] for feature in drawn["features"]}
    if layer == "zones":
        return Counter(zones=len(cells))
    found: Counter[str] = Counter()
    for properties in cells.values():
        by_class = {name[2:]: number for name, number in properties.items() if name.startswith("n_")}
        found.update(by_class or {str(properties.get("status")): properties.get("count", 1)})
    return +found


def _all_tiles(course: Course, z: int) -> list[tuple[int, int, int]]:
    """Every tile of the box that holds all there is."""
    side, half = WORLD_M / (1 << z), WORLD_M / 2
    with psycopg.connect(course.ground.addresses.owner) as conn:
        box = conn.execute(
            "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM (SELECT ST_Extent(geom) AS b FROM"
            " (SELECT geom_3857 AS geom FROM gis.zones UNION ALL SELECT geom_3857 FROM gis.enterprises) AS a) AS e"
        ).fetchone()
    assert box is not None
    west, south, east, north = box
    columns = range(int((west + half) // side), int((east + half) // side) + 1)
    return [(z, x, y) for x in columns for y in range(int((half - north) // side), int((half - south) // side) + 1)]


def _share_at_z8(course: Course, server: Server) -> float:
    drawn = sum(
        len(layer["features"])
        for address in course.tiles(8)
        for layer in mapbox_vector_tile.decode(server.fetch(*address)).values()
    )
    return drawn / course.ground.plots
