"""All tiles of some layers in one file: PMTiles 3 for maps without a server, MBTiles for desktop GIS.

A tile of the archive is byte for byte the tile that the service serves for the same layers, audience
and day, compressed with gzip. The whole archive shows one moment: it is drawn in one transaction.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from psycopg import AsyncConnection
from psycopg.types.numeric import Int4

from maps import compression, styles, tiles
from maps.catalog import HIGHEST_ZOOM, Audience, Layer
from maps.errors import ArchiveRefused
from maps.matrix import WEB_MERCATOR, Box

Json = dict[str, Any]
Progress = Callable[[int, int, int], None]
"""Called after each zoom with the zoom, the tiles looked at and the tiles written."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes into an archive."""

    layers: tuple[Layer, ...]
    audience: Audience
    first_zoom: int
    last_zoom: int
    bounds: Box
    """WGS 84 degrees."""
    title: str
    attribution: str
    lang: str = "vi"

    def __post_init__(self) -> None:
        west, south, east, north = self.bounds
        if not 0 <= self.first_zoom <= self.last_zoom <= HIGHEST_ZOOM:
            raise ArchiveRefused(
                f"Zooms run from 0 to {HIGHEST_ZOOM}, the lower first.",
                f"Mức thu phóng từ 0 đến {HIGHEST_ZOOM}, số nhỏ trước.",
            )
        if not (-180 <= west < east <= 180 and -85.05 <= south < north <= 85.05):
            raise ArchiveRefused(
                "Bounds are west, south, east, north in degrees.",
                "Khung bao gồm tây, nam, đông, bắc, tính bằng độ.",
            )

    def metadata(self) -> Json:
        """What the archive says of itself, with the fields of each layer."""
        described = styles.tilejson(
            self.layers, self.audience, lang=self.lang, base_url="", bounds=self.bounds, attribution=self.attribution
        )
        return {
            "name": self.title,
            "description": described["description"],
            "attribution": described["attribution"],
            "type": "overlay",
            "format": "pbf",
            "vector_layers": described["vector_layers"],
        }


@dataclass(slots=True)
class Report:
    """What was written."""

    tiles: int = 0
    thinned: int = 0
    """Tiles in which a layer had more features than a tile may hold."""
    size_bytes: int = 0
    by_zoom: dict[int, int] | None = None


class _Sink(Protocol):
    def add(self, z: int, x: int, y: int, body: bytes) -> None: ...
    def finish(self, plan: Plan, metadata: Json) -> None: ...
    def close(self) -> None: ...


async def write(conn: AsyncConnection[Any], out: Path, plan: Plan, progress: Progress | None = None) -> Report:
    """Write the archive; its ending, .pmtiles or .mbtiles, names the format.

    The file appears under its name only when it is complete. `conn` must belong to the database
    role of the audience and be in autocommit. Raises `ArchiveRefused` for another ending, for a
    folder that is not there, and when there is nothing to write.
    """
    kinds: dict[str, Callable[[Path], _Sink]] = {".pmtiles": _PMTiles, ".mbtiles": _MBTiles}
    kind = kinds.get(out.suffix.lower())
    if kind is None or not out.parent.is_dir():
        raise ArchiveRefused(
            "An archive ends with .pmtiles or .mbtiles and lies in a folder that exists.",
            "Tệp lưu trữ có đuôi .pmtiles hoặc .mbtiles và nằm trong thư mục có sẵn.",
        )
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    os.close(handle)
    unfinished = Path(name)
    try:
        with closing(kind(unfinished)) as sink:
            report = await _draw(conn, sink, plan, progress)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        report.size_bytes = unfinished.stat().st_size
        unfinished.chmod(0o644)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    return report


async def _draw(conn: AsyncConnection[Any], sink: _Sink, plan: Plan, progress: Progress | None) -> Report:
    report = Report(by_zoom={})
    assert report.by_zoom is not None
    await conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        places: list[tuple[int, int]] = []
        for z in range(plan.last_zoom + 1):
            places = await _occupied(conn, plan, z, places)
            if z < plan.first_zoom:
                continue
            written = 0
            for x, y in sorted(places, key=lambda at: zxy_to_tileid(z, *at)):
                drawn = await tiles.render(conn, plan.layers, plan.audience, z, x, y)
                report.thinned += bool(drawn.thinned)
                if drawn.body:
                    sink.add(z, x, y, compression.compress(drawn.body, "gzip"))
                    written += 1
            report.by_zoom[z] = written
            report.tiles += written
            if progress is not None:
                progress(z, len(places), written)
    finally:
        await conn.execute("ROLLBACK")
    if not report.tiles:
        raise ArchiveRefused(
            "Nothing of these layers lies within the bounds at these zooms.",
            "Không có đối tượng nào của các lớp này trong khung bao ở các mức đã chọn.",
        )
    sink.finish(plan, plan.metadata())
    return report


async def _occupied(
    conn: AsyncConnection[Any], plan: Plan, z: int, above: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Tiles of zoom z below those of the zoom above that a feature touches, at whatever zoom it is drawn.

    The search box of a tile lies within that of the tile above it: below an empty tile all are empty.
    """
    limits = WEB_MERCATOR.limits(plan.bounds, z)
    below = [(2 * x + dx, 2 * y + dy) for x, y in above for dy in (0, 1) for dx in (0, 1)] if z else [(0, 0)]
    sql = _occupied_sql(plan).encode()
    found = []
    for x, y in below:
        if not limits.holds(x, y):
            continue
        cursor = await conn.execute(sql, {"z": Int4(z), "x": Int4(x), "y": Int4(y)}, prepare=True)
        row = await cursor.fetchone()
        if row is not None and row[0]:
            found.append((x, y))
    return found


def _occupied_sql(plan: Plan) -> str:
    box = WEB_MERCATOR.search_sql()
    some = " OR ".join(
        f"EXISTS (SELECT FROM {layer.source_for(plan.audience)} WHERE r.geom_3857 && {box}"
        f" AND ({layer.where_for(plan.audience).replace('%(z)s', str(HIGHEST_ZOOM))}))"
        for layer in plan.layers
    )
    return f"SELECT {some}"


class _PMTiles:
    """PMTiles version 3: clustered in Hilbert order, equal tiles kept once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._writer: Any = Writer(self._file)  # type: ignore[no-untyped-call]

    def add(self, z: int, x: int, y: int, body: bytes) -> None:
        self._writer.write_tile(zxy_to_tileid(z, x, y), body)

    def finish(self, plan: Plan, metadata: Json) -> None:
        west, south, east, north = (round(degrees * 10_000_000) for degrees in plan.bounds)
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
            "center_zoom": min(max(10, plan.first_zoom), plan.last_zoom),
            "center_lon_e7": (west + east) // 2, "center_lat_e7": (south + north) // 2,
        }  # fmt: skip
        self._writer.finalize(header, metadata)

    def close(self) -> None:
        self._writer.tile_f.close()
        self._file.close()


class _MBTiles:
    """MBTiles 1.3: rows counted from the south."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(
            "PRAGMA journal_mode = OFF;"
            "CREATE TABLE metadata (name text, value text);"
            "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);"
        )

    def add(self, z: int, x: int, y: int, body: bytes) -> None:
        self._db.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, (1 << z) - 1 - y, body))

    def finish(self, plan: Plan, metadata: Json) -> None:
        west, south, east, north = plan.bounds
        center = min(max(10, plan.first_zoom), plan.last_zoom)
        values = {
            **{key: metadata[key] for key in ("name", "description", "attribution", "type", "format")},
            "version": "1",
            "minzoom": str(plan.first_zoom),
            "maxzoom": str(plan.last_zoom),
            "bounds": f"{west},{south},{east},{north}",
            "center": f"{(west + east) / 2:.6f},{(south + north) / 2:.6f},{center}",
            "json": json.dumps({"vector_layers": metadata["vector_layers"]}, ensure_ascii=False),
        }
        self._db.executemany("INSERT INTO metadata VALUES (?, ?)", values.items())
        self._db.execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)")
        self._db.commit()

    def close(self) -> None:
        self._db.close()
