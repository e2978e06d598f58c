"""The course on which tile servers race: the same lists of tiles, slices in turn, the best slice of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks import tiles_load
from benchmarks.harness import Row
from benchmarks.tiles_data import FOLDER, Address, Ground, tiles_with_plots
from benchmarks.tiles_load import Load
from benchmarks.tiles_peers import PG_TILESERV_SQL, Missing, Server
from gis_service import cluster, postgres

Drive = Callable[[int], Load]
"""Loads one contender for a slice; takes the number of the round."""

RAW_SQL = (
    "SELECT ST_AsMVT(t, 'plots', 4096, 'geom', 'id') FROM (SELECT id, status, ST_AsMVTGeom(geom_3857,"
    " ST_TileEnvelope(:z::int, :x::int, :y::int), 4096, 64, true) AS geom FROM gis.plots WHERE published"
    " AND geom_3857 && ST_TileEnvelope(:z::int, :x::int, :y::int, margin => 64.0 / 4096)) t"
)
"""What the database alone can do: features and attributes of our tile, no order, no limit, no labels, no rights."""

RAW_LABELS_SQL = (
    "SELECT ST_AsMVT(t, 'plots_labels', 4096, 'geom', 'id') FROM (SELECT id, code AS label, ST_AsMVTGeom("
    "ST_PointOnSurface(geom_3857), ST_TileEnvelope(:z::int, :x::int, :y::int), 4096, 0, true) AS geom FROM gis.plots"
    " WHERE published AND geom_3857 && ST_TileEnvelope(:z::int, :x::int, :y::int)) t WHERE geom IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    plots: int
    points: int
    tiles: int
    """Most tiles of one zoom."""
    rounds: int
    slice_s: float
    visit_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one contender did in all its slices."""

    best: Load
    server_ms: float
    """CPU for one tile, over all slices."""
    database_ms: float
    errors: int

    @property
    def cpu_ms(self) -> float:
        return self.server_ms + self.database_ms

    def cpu(self) -> str:
        """For a note."""
        return f"{self.server_ms:.2f}+{self.database_ms:.2f}"


class Course:
    """A filled database and the lists of tiles on it."""

    def __init__(self, ground: Ground, size: Size) -> None:
        self.ground, self.size = ground, size
        status = cluster.status(FOLDER)
        assert status.pid is not None, "the cluster of the benchmark does not run"
        self.postmaster = status.pid
        self.programs = postgres.find_installations()[0].programs
        self.lists: dict[int, list[Address]] = {}

    def tiles(self, z: int) -> list[Address]:
        """The tiles of one zoom; the database knows them too, as peer.tiles."""
        if z not in self.lists:
            self.lists[z] = tiles_with_plots(self.ground.addresses.owner, z, self.size.tiles)
            self.list_file(z).write_text("".join(f"{z} {x} {y}\n" for z, x, y in self.lists[z]))
            with psycopg.connect(self.ground.addresses.owner, autocommit=True) as conn:
                conn.execute(
                    "CREATE TABLE IF NOT EXISTS peer.tiles (zoom int, nth int, z int, x int, y int,"
                    " PRIMARY KEY (zoom, nth))"
                )
                conn.execute("DELETE FROM peer.tiles WHERE zoom = %s", (z,))
                rows = [(z, nth, *address) for nth, address in enumerate(self.lists[z], 1)]
                conn.cursor().executemany("INSERT INTO peer.tiles VALUES (%s, %s, %s, %s, %s)", rows)
        return self.lists[z]

    def list_file(self, z: int) -> Path:
        return FOLDER / f"z{z}.txt"

    def over_http(self, server: Server, z: int, *, connections: int = 4, tags: Path | None = None) -> Drive:
        """Drive a server through the list; each slice goes on where the one before it ended."""
        self.tiles(z)
        done = 0

        def drive(_: int) -> Load:
            nonlocal done
            load = tiles_load.ask(
                server.port, server.path, self.list_file(z), seconds=self.size.slice_s, server=server.process,
                postmaster=self.postmaster, start=done, tags=tags, connections=connections,
            )  # fmt: skip
            done += load.answers
            return load

        return drive

    def raw(self, z: int, *, labels: bool = False) -> Drive:
        """Drive the database itself with a prepared statement; with `labels` it makes all that our tile holds."""
        return self._by_pgbench(z, f"SELECT ({RAW_SQL}) || ({RAW_LABELS_SQL})" if labels else RAW_SQL, prepared=True)

    def as_pg_tileserv(self, z: int) -> Drive:
        """Drive the database with what pg_tileserv would send: no real server can be faster than its statement."""
        side = "(40075016.68557849 / (1 << :z))"
        west, north = f"(:x * {side} - 20037508.342789244)", f"(20037508.342789244 - :y * {side})"
        statement = PG_TILESERV_SQL.format(
            x0=west, y0=f"({north} - {side})", x1=f"({west} + {side})", y1=north, rim=f"{side} / 16", limit=1_000_000
        )
        return self._by_pgbench(z, " ".join(statement.split()), prepared=False)

    def _by_pgbench(self, z: int, statement: str, *, prepared: bool) -> Drive:
        count = len(self.tiles(z))

        def drive(_: int) -> Load:
            return tiles_load.ask_database(
                self.programs, self.ground.addresses.owner, statement, prepared=prepared, zoom=z, tiles=count,
                seconds=self.size.slice_s, postmaster=self.postmaster,
            )  # fmt: skip

        return drive

    def race(self, contenders: Mapping[str, Drive]) -> dict[str, Outcome]:
        """Slices in turn, beginning with another contender each round; a short one first to warm everybody up."""
        slices: dict[str, list[Load]] = {name: [] for name in contenders}
        for drive in contenders.values() if self.size.rounds > 1 else ():
            drive(0)
        names = list(contenders)
        for turn in range(self.size.rounds):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                slices[name].append(contenders[name](turn))
        return {name: _sum_up(loads) for name, loads in slices.items()}


def _sum_up(loads: list[Load]) -> Outcome:
    count = sum(load.answers for load in loads)
    return Outcome(
        max(loads, key=lambda load: load.per_s),
        sum(load.server_ms * load.answers for load in loads) / count,
        sum(load.database_ms * load.answers for load in loads) / count,
        sum(load.errors for load in loads),
    )


def compare(what: str, ours: Outcome, peer: Outcome | Missing, peer_name: str, goal: str, note: str = "") -> Row:
    """One row of rates, with times and CPU of both in the note."""
    if isinstance(peer, Missing):
        return Row(what, ours.best.per_s, "tiles/s", None, peer_name, goal, peer.reason)
    said = (
        f"p50/p99 ms {ours.best.p50_ms:.1f}/{ours.best.p99_ms:.1f} : {peer.best.p50_ms:.1f}/{peer.best.p99_ms:.1f};"
        f" CPU ms server+database {ours.cpu()} : {peer.cpu()}"
    )
    failures = ours.errors + peer.errors
    extra = [note] * bool(note) + [f"{failures} failed answers"] * bool(failures)
    return Row(what, ours.best.per_s, "tiles/s", peer.best.per_s, peer_name, goal, "; ".join([said, *extra]))
