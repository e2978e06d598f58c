"""Features written by clients of the standards (Part 4): GeoJSON in, one record changed."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from layers import editing
from layers.crs import storage_srid, transformer
from layers.editing import EditRefused, Shape, Stored
from layers.filters.errors import FilterRefused
from layers.filters.literals import shape_of
from layers.ingest.layouts import get_layout
from layers.named_crs import NamedCrs, write
from maps.features import geojson, items
from maps.features.collections import Collection
from maps.features.errors import ReadOnlyCollection
from maps.features.items import Item

_SAME_REACH_M = 2.0


def writable(collection: Collection) -> frozenset[str]:
    """Properties that an editor may give; none when the collection is read only."""
    if not collection.editable:
        return frozenset()
    read = {one.name for one in get_layout(collection.name).fields} | {"source"}
    return frozenset(one.name for one in collection.properties if not one.read_only and one.name in read)


def require_editable(collection: Collection) -> None:
    """Raise `ReadOnlyCollection` unless features of the collection can be written here."""
    if not collection.editable:
        raise ReadOnlyCollection(collection.name)


def create(conn: Connection, collection: Collection, body: Any, crs: NamedCrs, *, source: str) -> Stored:
    """Add the feature of a GeoJSON body; an id in it is passed over, the answer says which it got.

    Raises `EditRefused` or `EditConflict`.
    """
    properties, geometry = _parts(body)
    allowed = writable(collection)
    given = {name: value for name, value in properties.items() if name in allowed or value is not None}
    for name in given:
        _require_writable(collection, name, allowed)
    if collection.srid is not None and geometry is not None:
        raise _derived_geometry()
    shape = None if geometry is None else _shape(geometry, crs)
    return editing.add(conn, collection.name, given, shape, allowed=allowed, source=source)


def replace(conn: Connection, collection: Collection, item: Item, body: Any, crs: NamedCrs) -> Stored:
    """Give a feature all of the content of a GeoJSON body. `item` is what it is now, as staff read it.

    Properties that nobody may write can be sent back as they were read. Raises `EditRefused`, also for
    a body that names another id, or `EditConflict`.
    """
    properties, geometry = _parts(body)
    _require_same_id(body, item)
    given = _without_read_only(collection, item, properties)
    if geometry is None and collection.srid is None:
        raise EditRefused("missing_geometry", "geometry", "the feature needs a geometry.", "đối tượng cần có hình.")
    return _stored(conn, collection, item, given, geometry, crs)


def update(conn: Connection, collection: Collection, item: Item, patch: Any, crs: NamedCrs) -> Stored:
    """Change what a JSON Merge Patch (RFC 7396) names: members of `properties`, and `geometry` as a whole."""
    if not isinstance(patch, dict):
        raise _not_a_feature()
    _require_same_id(patch, item)
    changed = patch.get("properties") or {}
    if not isinstance(changed, dict):
        raise _not_a_feature()
    now = geojson.values_of(item, collection.properties)
    given = _without_read_only(collection, item, {**now, **changed})
    geometry = patch.get("geometry")
    if "geometry" in patch and geometry is None:
        raise EditRefused("missing_geometry", "geometry", "it cannot be taken away.", "không thể xóa hình.")
    return _stored(conn, collection, item, given, geometry, crs)


def _stored(
    conn: Connection, collection: Collection, item: Item, given: dict[str, Any], geometry: Any, crs: NamedCrs
) -> Stored:
    shape = None if geometry is None else _shape(geometry, crs)
    if collection.srid is not None and shape is not None:
        _require_same_reach(item, shape, collection.srid)
        shape = None
    if shape is not None and item.wkb is not None:
        shape = _with_kept_corners(shape, item.wkb, crs, storage_srid(conn))
    return editing.replace(conn, collection.name, item.id, given, shape, allowed=writable(collection))


def _parts(body: Any) -> tuple[dict[str, Any], Any]:
    if not isinstance(body, dict) or body.get("type") != "Feature":
        raise _not_a_feature()
    properties, geometry = body.get("properties"), body.get("geometry")
    if not isinstance(properties, dict | None) or not isinstance(geometry, dict | None):
        raise _not_a_feature()
    return properties or {}, geometry


def _not_a_feature() -> EditRefused:
    return EditRefused(
        "not_a_feature",
        None,
        "The body must be one GeoJSON feature with type, geometry and properties.",
        "Nội dung phải là một đối tượng GeoJSON có type, geometry và properties.",
    )


def _require_same_id(body: dict[str, Any], item: Item) -> None:
    if "id" in body and str(body["id"]) != str(item.id):
        raise EditRefused("id_differs", "id", "the body names another feature.", "nội dung ghi mã của đối tượng khác.")


def _require_writable(collection: Collection, name: str, allowed: frozenset[str]) -> None:
    if name not in allowed and any(one.name == name for one in collection.properties):
        raise EditRefused("read_only_property", name, "it is not written here.", "không ghi được ở đây.")


def _without_read_only(collection: Collection, item: Item, properties: dict[str, Any]) -> dict[str, Any]:
    """What may be written; a read-only property must be as it was."""
    now = geojson.values_of(item, collection.properties)
    allowed = writable(collection)
    given = {}
    for name, value in properties.items():
        if name in allowed or name not in now:
            given[name] = value
        elif value != now[name]:
            _require_writable(collection, name, allowed)
    return given


def _shape(geometry: dict[str, Any], crs: NamedCrs) -> Shape:
    try:
        shape = shapely.force_2d(shape_of(geometry))
    except FilterRefused as refused:
        raise EditRefused(
            "broken_geometry", "geometry", "it is no simple GeoJSON geometry, or a ring is not closed.",
            "không phải hình GeoJSON đơn giản, hoặc có vòng chưa khép kín.",
        ) from refused  # fmt: skip
    if crs.latitude_first:
        shape = shapely.transform(shape, lambda c: c[:, ::-1])
    return Shape(shape, crs.srid)


def _with_kept_corners(shape: Shape, wkb: bytes, crs: NamedCrs, srid: int) -> Shape:
    """The shape with what is known of corners that were handed out as they are stored now."""
    stored = shapely.from_wkb(wkb)
    east_first = dataclasses.replace(crs, latitude_first=False)
    told = shapely.get_coordinates(write(stored, srid, east_first)).tolist()
    there = shapely.get_coordinates(stored).tolist()
    kept = {(x, y): (at[0], at[1]) for (x, y), at in zip(told, there, strict=True)}
    return dataclasses.replace(shape, kept=kept)


def _require_same_reach(item: Item, shape: Shape, srid: int) -> None:
    """The reach of a cell may be sent back as it was read, and no otherwise."""
    moved = shapely.transform(
        shape.geometry, lambda c: np.column_stack(transformer(shape.srid, srid).transform(c[:, 0], c[:, 1]))
    )
    if item.wkb is None or not shapely.hausdorff_distance(shapely.from_wkb(item.wkb), moved) <= _SAME_REACH_M:
        raise _derived_geometry()


def _derived_geometry() -> EditRefused:
    return EditRefused(
        "derived_geometry",
        "geometry",
        "the reach of a cell follows from its site, azimuth, width and radius; change those, or import a footprint.",
        "tầm phủ của cell suy ra từ trạm, phương vị, độ rộng và bán kính; hãy sửa các giá trị đó, hoặc nhập vùng phủ.",
    )


def read_for_editing(conn: Connection, collection: Collection, feature_id: str) -> Item:
    """The feature as it is now, locked until the transaction ends. Raises `UnknownFeature`."""
    item = items.get(conn, collection, "staff", feature_id)
    editing.lock(conn, collection.name, item.id)
    return items.get(conn, collection, "staff", feature_id)


def delete(conn: Connection, collection: Collection, item: Item) -> None:
    """Delete the feature. Raises `EditConflict` when others depend on it."""
    editing.remove(conn, collection.name, item.id)
