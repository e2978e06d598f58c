"""Small files for the import tests, drawn around one point of the province."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely import Polygon
from sqlalchemy import Connection, text

from layers.ingest import ImportReport, import_file

X, Y = 560_000.0, 2_316_000.0
"""Metres in EPSG:9210, in the middle of the old Hải Dương."""


def square(east: float = 0.0, north: float = 0.0, side_m: float = 100.0) -> Polygon:
    """A square whose south-west corner lies so far from (X, Y)."""
    x, y = X + east, Y + north
    return Polygon([(x, y), (x + side_m, y), (x + side_m, y + side_m), (x, y + side_m)])


def frame(rows: list[dict[str, Any]], shapes: list[Any], crs: int | None = 9210) -> gpd.GeoDataFrame:
    """Rows with shapes in a CRS."""
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=crs)


def three_plots() -> gpd.GeoDataFrame:
    """Three plots of KCN-A with Vietnamese headings and words."""
    rows = [
        {"Mã khu": "KCN-A", "Mã lô": f"CN-0{n}", "Trạng thái": status, "Loại đất": "SKK", "Diện tích": 10_000.0 * n}
        for n, status in ((1, "còn trống"), (2, "đã cho thuê"), (3, "giữ chỗ"))
    ]
    return frame(rows, [square(150 * n) for n in range(3)])


def zip_shapefile(data: gpd.GeoDataFrame, path: Path, **options: Any) -> Path:
    """Write a shapefile and zip it."""
    folder = path.parent / f"{path.stem}-parts"
    folder.mkdir()
    data.to_file(folder / "data.shp", **options)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, part.name)
    return path


def make_zone(conn: Connection, code: str = "KCN-A") -> None:
    """A zone for plots to lie in."""
    conn.execute(
        text("INSERT INTO gis.zones (code, kind, status, name, source, geom) VALUES (:code, 'KCN', 'operating', :code,"
             " 'test', ST_Multi(ST_MakeEnvelope(:x - 1000, :y - 1000, :x + 3000, :y + 1000, gis.storage_srid())))"),
        {"code": code, "x": X, "y": Y},
    )  # fmt: skip


def take(conn: Connection, layer: str, path: Path, **asked: Any) -> ImportReport:
    """Import as the tests do."""
    report = import_file(conn, layer, path, requested_by="test", **asked)
    assert report.read == report.added + report.changed + report.unchanged + report.rejected + report.merged
    return report
