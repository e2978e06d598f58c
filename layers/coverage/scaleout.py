"""A whole country: the same tile function in this process, in local processes, or on a dask cluster.

The ground is cut into tiles of 10 km. A tile carries the pieces of the places that lie in it and the cells that
reach it (the halo is the reach of each cell), so it depends on nothing else. What it gives are whole numbers: points,
and points covered by at least 1, 2, … operators. Sums of whole numbers do not depend on who added them, nor in which
order, so the result is the same byte by byte wherever it was computed.

Each tile is known by the SHA-256 of its inputs and written to a file of that name: an interrupted run goes on where
it stopped, a changed station recomputes only the tiles that it reaches, and running twice does no harm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, fields
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.coverage import received_power, sampling
from layers.coverage.footprints import Floats, Geometries
from layers.coverage.received_power import Transmitters
from layers.coverage.samples import LATTICE, crossings
from layers.coverage.wedges import Indices

ENGINE = "tile 1"
TILE_M = 10_000.0

IN_FLIGHT = 64
"""Tiles that the scheduler holds at a time, so that a country does not have to fit into its memory."""

RETRIES = 3
"""Times that a tile whose worker died is given to another."""

Where = Literal["here", "processes", "cluster"]


@dataclass(frozen=True, slots=True)
class Tile:
    """Everything that one piece of work needs; small enough to be sent."""

    column: int
    row: int
    # Its south-western corner is (column, row) · TILE_M in the CRS of the places.
    place: Indices
    # Which place each piece belongs to.
    pieces: tuple[bytes, ...]
    # WKB, cut to the tile.
    cells: Transmitters
    operators: int
    step_m: float
    tier_dbm: float
    needed_z: float

    def key(self) -> str:
        """SHA-256 of all that decides the result."""
        sha = hashlib.sha256(f"{ENGINE} {self.operators} {self.step_m!r} {self.tier_dbm!r} {self.needed_z!r}".encode())
        sha.update(self.place.tobytes())
        for piece in self.pieces:
            sha.update(piece)
        for field in fields(Transmitters):
            sha.update(field.name.encode() + np.ascontiguousarray(getattr(self.cells, field.name)).tobytes())
        return sha.hexdigest()


@dataclass(frozen=True, slots=True)
class Totals:
    """Of each place, over all tiles."""

    points: Indices
    covered: Indices
    # (places, operators): points covered by at least 1, 2, … operators.
    ends: Indices
    # Neighbours of which one is covered: the border of covered ground, in steps; edges of tiles included.
    tiles: int
    computed: int
    # The others were on file.

    def ratio(self, min_operators: int = 1) -> Floats:
        """Covered share of each place; NaN for one without a point."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.covered[:, min_operators - 1] / np.where(self.points > 0, self.points, np.nan))

    def error_bound(self) -> Floats:
        """Of the ratio for one operator: three standard errors of the grid, a little too wide (edges of tiles)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            bound = 3 * np.sqrt(LATTICE * self.ends * np.pi / 4) / np.where(self.points > 0, self.points, np.nan)
        return np.asarray(np.minimum(np.nan_to_num(bound, nan=1.0), 1.0))

    def to_bytes(self) -> bytes:
        """The numbers alone."""
        return self.points.tobytes() + self.covered.tobytes() + self.ends.tobytes()


def tiles(
    places: Geometries, cells: Transmitters, operators: int, *, tier_dbm: float, needed_z: float, step_m: float = 25.0
) -> Iterator[Tile]:
    """Cut the work: tiles from south to north, west to east. Places and cells in metres of one CRS."""
    box = shapely.bounds(places)
    keys: dict[tuple[int, int], list[int]] = {}
    for place in np.flatnonzero(~np.isnan(box[:, 0])):
        west, south, east, north = (int(edge) for edge in np.floor(box[place] / TILE_M))
        for column in range(west, east + 1):
            for row in range(south, north + 1):
                keys.setdefault((row, column), []).append(int(place))
    points: Any = shapely.points(cells.x, cells.y)
    masts = shapely.STRtree(points)
    longest = float(cells.reach_m.max()) if len(cells) else 0.0
    for row, column in sorted(keys):
        x, y = column * TILE_M, row * TILE_M
        found, pieces = [], []
        for k in keys[row, column]:
            piece = shapely.clip_by_rect(places[k], x, y, x + TILE_M, y + TILE_M)
            if shapely.area(piece) > 0:
                found.append(k)
                pieces.append(_ground(piece))
        if not found:
            continue
        square = shapely.box(x, y, x + TILE_M, y + TILE_M)
        near = np.sort(masts.query(square, predicate="dwithin", distance=longest)) if len(cells) else np.zeros(0, int)
        dx = np.maximum(np.maximum(x - cells.x[near], cells.x[near] - x - TILE_M), 0)
        dy = np.maximum(np.maximum(y - cells.y[near], cells.y[near] - y - TILE_M), 0)
        near = near[np.hypot(dx, dy) <= cells.reach_m[near]]
        yield Tile(
            column, row, np.array(found, np.int64), tuple(pieces), take(cells, near), operators, step_m, tier_dbm,
            needed_z,
        )  # fmt: skip


def take(cells: Transmitters, rows: NDArray[Any]) -> Transmitters:
    """Some of the cells."""
    return Transmitters(**{field.name: getattr(cells, field.name)[rows] for field in fields(Transmitters)})


def compute_tile(tile: Tile) -> Indices:
    """PURE: (pieces, 2 + operators) whole numbers: points, points with at least 1, 2, … operators, and between
    how many neighbours covered ground (of at least one) ends, the edge of the tile included."""
    shapes = np.empty(len(tile.pieces), dtype=object)
    shapes[:] = shapely.from_wkb(list(tile.pieces))
    samples = sampling.grid(shapes, tile.step_m)
    levels = received_power.best_levels(samples.x, samples.y, tile.cells, tile.operators, (tile.tier_dbm,))
    depth = (levels[:, 0, :] >= np.float32(tile.needed_z)).sum(axis=1)
    counts = np.zeros((len(shapes), 2 + tile.operators), np.int64)
    counts[:, 0] = np.diff(samples.start)
    for k in range(1, tile.operators + 1):
        counts[:, k] = np.bincount(samples.shape[depth >= k], minlength=len(shapes))
    counts[:, -1] = crossings(samples, depth >= 1)
    return counts


def run(
    work: Iterable[Tile], places: int, operators: int, store: Path, *, where: Where = "here", workers: int = 2,
    scheduler: str | None = None, progress: Callable[[int, int], None] | None = None,
) -> Totals:  # fmt: skip
    """Compute what is not in the folder `store` yet, then add up.

    `where` here: in this process; processes: `workers` of them; cluster: dask.distributed, at `scheduler` (an address
    such as tcp://host:8786) or, without one, a local cluster of `workers`. A worker that dies has its tiles done by
    another; a run that dies goes on from the store. Needs the extra `cluster` only for the last.
    """
    store.mkdir(parents=True, exist_ok=True)
    waiting, files = [], []
    for tile in work:
        file = store / f"{tile.key()}.npy"
        files.append((tile.place, file))
        if not file.exists():
            waiting.append((tile, file))
    for done, (file, counts) in enumerate(_computed(waiting, where, workers, scheduler), start=1):
        keep(file, counts)
        if progress:
            progress(done, len(waiting))
    points, covered, ends = (np.zeros(shape, np.int64) for shape in (places, (places, operators), places))
    for place, file in files:
        counts = np.load(file)
        np.add.at(points, place, counts[:, 0])
        np.add.at(covered, place, counts[:, 1:-1])
        np.add.at(ends, place, counts[:, -1])
    return Totals(points, covered, ends, len(files), len(waiting))


def keep(file: Path, counts: Indices) -> None:
    """Write a result under its name in one step: a half-written file never has that name."""
    partial = file.with_suffix(".partial")
    with partial.open("wb") as out:
        np.save(out, counts)
    partial.replace(file)


def _computed(
    waiting: list[tuple[Tile, Path]], where: Where, workers: int, scheduler: str | None
) -> Iterator[tuple[Path, Indices]]:
    if where == "here":
        for tile, file in waiting:
            yield file, compute_tile(tile)
    elif where == "processes":
        # Fresh processes: a forked one would inherit the threads and locks of this one half-way.
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            running = {pool.submit(compute_tile, tile): file for tile, file in waiting}
            for future in as_completed(running):
                yield running.pop(future), future.result()
    else:
        yield from _on_cluster(waiting, workers, scheduler)


def _on_cluster(
    waiting: list[tuple[Tile, Path]], workers: int, scheduler: str | None
) -> Iterator[tuple[Path, Indices]]:
    distributed: Any = import_module("distributed")
    local = None
    if scheduler is None:
        local = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    try:
        with distributed.Client(scheduler or local) as client:
            left = iter(waiting)

            def submit(tile: Tile, file: Path) -> Any:
                # The tile travels with its task and not as scattered data, which would die with its worker.
                return client.submit(compute_tile, tile, key=file.stem, retries=RETRIES)

            files = {tile.key(): file for tile, file in waiting}
            running = distributed.as_completed([submit(*one) for one in islice(left, IN_FLIGHT)])
            for future in running:
                yield files[future.key], future.result()
                for one in islice(left, 1):
                    running.add(submit(*one))
    finally:
        if local is not None:
            local.close()


def _ground(piece: Any) -> bytes:
    """WKB of its polygons alone: cutting may leave lines and points."""
    if piece.geom_type in ("Polygon", "MultiPolygon"):
        return bytes(shapely.to_wkb(piece))
    parts = shapely.get_parts(piece)
    kept = parts[np.isin(shapely.get_type_id(parts), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))]
    return bytes(shapely.to_wkb(shapely.multipolygons([one for part in kept for one in shapely.get_parts(part)])))
