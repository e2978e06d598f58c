"""Write a layer to a file that desktop GIS opens and that our own import takes back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas
from sqlalchemy import Connection, text

from layers.crs import WGS84, storage_srid
from layers.errors import LayersError, UnknownLayer

LAYERS = ("administrative_units", "zones", "plots", "enterprises", "sites", "streets", "entrances", "buildings")
"""Layers with a geometry of their own; the names are those of tables and views."""

_DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf", ".parquet": None}
_OF_THE_DATABASE = {"id", "zone_id", "geom", "geom_3857", "clearance_m", "version", "created_at", "updated_at"}


class UnknownExportFormat(LayersError):
    """A file ending that no writer belongs to."""

    code = "unknown_format"

    def __init__(self, suffix: str) -> None:
        known = ", ".join(_DRIVERS)
        super().__init__(
            f"Files ending in '{suffix}' are not written here. Endings: {known}.",
            f"Không ghi được tệp có đuôi '{suffix}'. Các đuôi: {known}.",
        )


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written."""

    layer: str
    rows: int
    srid: int
    is_demo: bool
    """Whether a row is made up; each such row says so in its column is_demo."""


def export_layer(conn: Connection, layer: str, path: Path) -> ExportReport:
    """Write all rows of a layer that this connection may see; the ending of `path` names the format.

    In the storage CRS; GeoJSON in WGS 84 as its standard wants. Keys of the database are replaced by
    codes. Nothing is left at `path` when writing fails. Raises UnknownLayer or UnknownExportFormat.
    """
    if layer not in LAYERS:
        raise UnknownLayer(layer, list(LAYERS))
    if path.suffix.lower() not in _DRIVERS:
        raise UnknownExportFormat(path.suffix[:20])
    frame = geopandas.read_postgis(text(_select(conn, layer)), conn, geom_col="geom", crs=storage_srid(conn))
    if path.suffix.lower() == ".geojson":
        frame = frame.to_crs(WGS84)
    for name in frame.columns:
        if frame[name].map(lambda value: isinstance(value, list)).any():
            frame[name] = frame[name].map(lambda value: "; ".join(value) if value else None)
    partial = path.with_name(f".{path.name}.partial{path.suffix}")
    try:
        driver = _DRIVERS[path.suffix.lower()]
        if driver is None:
            frame.to_parquet(partial)
        else:
            frame.to_file(partial, driver=driver, layer=layer, engine="pyogrio")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return ExportReport(layer, len(frame), frame.crs.to_epsg(), bool(frame["is_demo"].any()))


def _select(conn: Connection, layer: str) -> str:
    """The columns that this connection may see, with codes in place of our own keys."""
    columns = conn.execute(text(f"SELECT * FROM {layer} LIMIT 0")).keys()  # noqa: S608 - one of LAYERS
    kept = [f"r.{name}" for name in columns if name not in _OF_THE_DATABASE]
    zone = "zone_id" in columns
    return (
        f"SELECT {', '.join(kept)}{', z.code AS zone_code' if zone else ''}, r.geom FROM {layer} r"  # noqa: S608
        f"{' LEFT JOIN zones z ON z.id = r.zone_id' if zone else ''} ORDER BY r.id"
    )
