"""Rows of tiles that are held: in the store though nobody asked for them yet, in memory, or by the client."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psycopg

from benchmarks import tiles_peers
from benchmarks.harness import Row
from benchmarks.tiles_course import Course, Drive, Outcome, compare
from benchmarks.tiles_data import FOLDER
from benchmarks.tiles_peers import Missing, Server
from gis_service.settings import CHECKOUT

SEEDED_GOALS = {14: "ratio >= 8", 16: "ratio >= 5"}
CACHED_ZOOM, CACHED_CONNECTIONS = 16, 16
CACHED_GOAL = "ours >= 20000"


def rows(course: Course) -> list[Row]:
    """Fill the store, then who asks first, then who asks again."""
    return [seed(course), *seeded(course), *cached(course)]


def seed(course: Course) -> Row:
    """Empty the store and fill it by the command of the operator; how many tiles that makes in a second."""
    with psycopg.connect(course.ground.addresses.owner, autocommit=True) as conn:
        conn.execute("TRUNCATE gis.tile_store, gis.tile_seeds")
    begun = time.perf_counter()
    environment = course.ground.process_environment()
    command = [sys.executable, "-c", "from gis_service.cli import main; main()", "tiles", "seed"]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - begun
    if done.returncode != 0:
        return Row("seeding", 0, "tiles/s", note=f"it failed: {done.stderr.strip().splitlines()[-1:]}")
    with psycopg.connect(course.ground.addresses.owner) as conn:
        row = conn.execute("SELECT count(*), sum(length(body)) / 1e6 FROM gis.tile_store").fetchone()
    stored, megabytes = row or (0, 0)
    note = f"{stored:,} tiles, {megabytes:.0f} MB: all layers, both audiences, in {took:.0f} s"
    return Row("seeding", stored / took, "tiles/s", note=note)


def seeded(course: Course) -> list[Row]:
    """Tiles from the store, memory off: what the first visitor of a place gets."""
    rows = []
    with (
        tiles_peers.ours(course.ground, memory=False, store=True) as mine,
        tiles_peers.tipg(course.ground) as tipg,
        tiles_peers.martin(course.ground) as martin,
    ):
        for z, goal in SEEDED_GOALS.items():
            outcomes = _race(course, z, {"ours": mine, "tipg": tipg, "Martin": martin})
            for name, peer in (("tipg", tipg), ("Martin", martin)):
                met = peer if isinstance(peer, Missing) else outcomes[name]
                rows.append(
                    compare(f"z{z} seeded, first visit", outcomes["ours"], met, name, goal if name == "tipg" else "",
                            "the peer draws it: it has no store")
                )  # fmt: skip
    return rows


def cached(course: Course) -> list[Row]:
    """Tiles from memory, and the answer that nothing changed; Martin with its own cache."""
    z, most = CACHED_ZOOM, CACHED_CONNECTIONS
    with (
        tiles_peers.ours(course.ground, memory=True, store=True) as mine,
        tiles_peers.martin(course.ground, cache_mb=512) as martin,
    ):
        drives: dict[str, Drive] = {
            "ours": course.over_http(mine, z, connections=most),
            "unchanged": course.over_http(mine, z, connections=most, tags=_tags(course, mine, z)),
        }
        if isinstance(martin, Server):
            drives["Martin"] = course.over_http(martin, z, connections=most)
            drives["Martin unchanged"] = course.over_http(martin, z, connections=most, tags=_tags(course, martin, z))
        for drive in drives.values():
            drive(0)  # every worker has seen every tile before it counts
        outcomes = course.race(drives)
    note = f"{len(course.tiles(z))} tiles of z{z}, {most} connections, wrk on the same two cores"
    rows = []
    for what, name, goal in (("cached", "ours", CACHED_GOAL), ("not changed (304)", "unchanged", "ratio >= 1")):
        peer = "Martin" if name == "ours" else "Martin unchanged"
        met: Outcome | Missing = martin if isinstance(martin, Missing) else outcomes[peer]
        if name == "unchanged":
            rows.append(compare(what, outcomes[name], outcomes["ours"], "ours, cached", goal, note))
            rows.append(compare(what, outcomes[name], met, "Martin", "", note))
        else:
            rows.append(compare(what, outcomes[name], met, "Martin", goal, note))
    return rows


def _race(course: Course, z: int, servers: dict[str, Server | Missing]) -> dict[str, Outcome]:
    there = {name: course.over_http(server, z) for name, server in servers.items() if isinstance(server, Server)}
    return course.race(there)


def _tags(course: Course, server: Server, z: int) -> Path:
    """The ETags of the list, in a file for the load generator."""
    path = FOLDER / f"tags_{server.name}.txt"
    path.write_text("".join(f"{server.tag(*address)}\n" for address in course.tiles(z)))
    return path
