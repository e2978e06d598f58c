"""Features as files for desktop GIS and data science: FlatGeobuf and GeoParquet.

Both put x or longitude first whatever the axis order of the CRS is, as their specifications want.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyproj import CRS

from layers.named_crs import CRS84, NamedCrs
from maps.features.collections import Collection, Property
from maps.features.geojson import shapes_of
from maps.features.items import Item

_TYPES = {
    "text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(),
    "date": pa.date32(), "timestamp": pa.timestamp("us", "UTC"), "texts": pa.list_(pa.string()),
}  # fmt: skip


def flatgeobuf(
    collection: Collection, items: Sequence[Item], properties: Sequence[Property], srid: int, crs: NamedCrs
) -> bytes:
    """The features as one FlatGeobuf file with a spatial index; lists become text with semicolons."""
    table, _ = _table(items, properties, srid, crs, lists_as_text=True)
    out = io.BytesIO()
    pyogrio.write_arrow(
        table, out, driver="FlatGeobuf", layer=collection.name, geometry_name="geometry",
        geometry_type=collection.geometry_type, crs=f"EPSG:{crs.srid}",
        layer_options={"SPATIAL_INDEX": "YES" if items else "NO"},
    )  # fmt: skip
    return out.getvalue()


def geoparquet(
    collection: Collection, items: Sequence[Item], properties: Sequence[Property], srid: int, crs: NamedCrs
) -> bytes:
    """The features as one GeoParquet 1.1 file."""
    table, bounds = _table(items, properties, srid, crs, lists_as_text=False)
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": [collection.geometry_type] if items else []}
    if crs.uri != CRS84:  # without a CRS it is CRS84
        column["crs"] = CRS.from_epsg(crs.srid).to_json_dict()
    if bounds is not None:
        column["bbox"] = bounds
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(about).encode()}), out, compression="zstd")
    return out.getvalue()


def _table(
    items: Sequence[Item], properties: Sequence[Property], srid: int, crs: NamedCrs, *, lists_as_text: bool
) -> tuple[pa.Table, list[float] | None]:
    shapes = shapes_of(items, srid, replace(crs, latitude_first=False))
    columns: dict[str, Any] = {"id": pa.array([item.id for item in items], pa.int64())}
    for place, one in enumerate(properties):
        values: list[Any] = [item.values[place] for item in items]
        kind = _TYPES[one.kind]
        if one.kind == "texts" and lists_as_text:
            kind, values = pa.string(), ["; ".join(value) if value else None for value in values]
        columns[one.name] = pa.array(values, kind)
    columns["geometry"] = pa.array(shapely.to_wkb(shapes) if len(items) else [], pa.binary())
    there = [shape for shape in shapes if shape is not None]
    bounds = [float(edge) for edge in shapely.total_bounds(there)] if there else None
    return pa.table(columns), bounds
