"""Checks of shapes, all rows at once; runs in the reading process, where a crash harms nobody.

Nothing is repaired: a broken ring is refused with the place where it breaks, in the file's own
coordinates. Only what loses nothing is changed: a single part becomes a collection of one or back,
and heights are dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.ingest.reference import Bounds, Reference, is_inside, project, wrong_place

Array = Any
Fault = tuple[str, str, str]
"""Code, English, Vietnamese."""

_SINGLE = {"Point": 0, "LineString": 1, "Polygon": 3}
_MULTI = {"MultiPoint": 4, "MultiLineString": 5, "MultiPolygon": 6}
_NEARLY_ALL = 0.95

_REASONS_VI = {
    "Self-intersection": "đường bao tự cắt",
    "Ring Self-intersection": "vòng tự chạm",
    "Hole lies outside shell": "lỗ nằm ngoài đường bao",
    "Holes are nested": "lỗ lồng nhau",
    "Interior is disconnected": "phần trong bị tách rời",
    "Nested shells": "các mảnh lồng nhau",
    "Duplicate Rings": "vòng trùng nhau",
    "Too few points in geometry component": "quá ít điểm",
    "Invalid Coordinate": "tọa độ không hợp lệ",
    "Ring is not closed": "vòng chưa khép kín",
}


@dataclass(slots=True)
class Shapes:
    """Shapes of a file in the storage CRS, None where refused or absent."""

    geometries: Array
    """Array of shapely geometries, each of the wanted type, or None."""
    faults: dict[int, Fault] = field(default_factory=dict)
    """Row (from 0) -> why its shape was refused."""
    flattened: int = 0
    """Shapes whose heights were dropped."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the target column takes."""

    geometry_type: str
    """As stored, such as MultiPolygon."""
    storage_srid: int
    bounds: Bounds
    max_vertices: int


def from_wkb(blobs: list[bytes | None], wanted: Wanted) -> Shapes:
    """Parse WKB and check type, size and finiteness; still in the file's coordinates."""
    shapes = Shapes(shapely.from_wkb(np.array(blobs, dtype=object), on_invalid="ignore"))
    unreadable = shapely.is_missing(shapes.geometries) & np.array([blob is not None for blob in blobs], dtype=bool)
    for row in np.flatnonzero(unreadable):
        _tell_open_ring(shapes, int(row), shapely.from_wkb(blobs[row], on_invalid="fix"))
    _refuse(
        shapes,
        unreadable,
        "broken_geometry",
        "The shape cannot be read: open or too short ring.",
        "Không đọc được hình: vòng hở hoặc quá ít điểm.",
    )
    return _checked(shapes, wanted)


def from_wkt(texts: list[str | None], wanted: Wanted) -> Shapes:
    """Parse WKT and check it like WKB. Deep nesting is refused before GEOS sees it."""
    plain = [text if text and text.count("(") <= 50_000 and _depth_is_sane(text) else None for text in texts]
    shapes = Shapes(shapely.from_wkt(np.array(plain, dtype=object), on_invalid="ignore"))
    unreadable = shapely.is_missing(shapes.geometries) & np.array([bool(text) for text in texts], dtype=bool)
    for row in np.flatnonzero(unreadable & np.array([text is not None for text in plain], dtype=bool)):
        _tell_open_ring(shapes, int(row), shapely.from_wkt(plain[row], on_invalid="fix"))
    _refuse(shapes, unreadable, "broken_geometry", "The WKT text cannot be read.", "Không đọc được chuỗi WKT.")
    return _checked(shapes, wanted)


def _tell_open_ring(shapes: Shapes, row: int, closed: Any) -> None:
    """Say where an unreadable shape begins if closing its rings makes it readable; it stays refused."""
    if closed is not None and not closed.is_empty:
        x, y = shapely.get_coordinates(closed)[0]
        shapes.faults[row] = (
            "broken_geometry",
            f"The shape cannot be read: open or too short ring (begins at {x:.7g}, {y:.7g}).",
            f"Không đọc được hình: vòng hở hoặc quá ít điểm (bắt đầu tại {x:.7g}, {y:.7g}).",
        )


def from_xy(x: Array, y: Array, wanted: Wanted) -> Shapes:
    """Points from two columns of numbers; NaN in both means no point."""
    missing = np.isnan(x) & np.isnan(y)
    geometries = np.full(len(x), None, dtype=object)
    if (~missing).any():
        geometries[~missing] = shapely.points(x[~missing], y[~missing], handle_nan="allow")
    return _checked(Shapes(geometries), wanted)


def _depth_is_sane(text: str) -> bool:
    return re.search(r"(?:[^()]*\(){6}", text[:400]) is None and text.upper().count("COLLECTION") < 2


def _refuse(shapes: Shapes, rows: Array, code: str, english: str, vietnamese: str) -> None:
    for row in np.flatnonzero(rows):
        shapes.faults.setdefault(int(row), (code, english, vietnamese))
        shapes.geometries[row] = None


def _checked(shapes: Shapes, wanted: Wanted) -> Shapes:
    geometries = shapes.geometries
    _refuse(
        shapes,
        ~shapely.is_missing(geometries) & shapely.is_empty(geometries),
        "empty_geometry",
        "The shape is empty.",
        "Hình rỗng.",
    )
    high = shapely.has_z(geometries)
    shapes.flattened = int(high.sum())
    if shapes.flattened:
        geometries[high] = shapely.force_2d(geometries[high])
    count = shapely.get_num_coordinates(geometries)
    _refuse(
        shapes,
        count > wanted.max_vertices,
        "too_many_vertices",
        f"The shape has more than {wanted.max_vertices} vertices.",
        f"Hình có hơn {wanted.max_vertices} đỉnh.",
    )
    _cast(shapes, wanted.geometry_type)
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    infinite = np.zeros(len(geometries), dtype=bool)
    infinite[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    _refuse(shapes, infinite, "not_finite", "A coordinate is not a finite number.", "Có tọa độ không phải số hữu hạn.")
    return shapes


def _cast(shapes: Shapes, stored: str) -> None:
    """Bring one-part shapes to the stored type; refuse the others."""
    geometries = shapes.geometries
    kind = shapely.get_type_id(geometries)
    if stored in _SINGLE:
        collected = (kind == _MULTI[f"Multi{stored}"]) & (shapely.get_num_geometries(geometries) == 1)
        if collected.any():
            geometries[collected] = shapely.get_geometry(geometries[collected], 0)
        right = shapely.get_type_id(geometries) == _SINGLE[stored]
    else:
        make: Any = {
            "MultiPoint": shapely.multipoints,
            "MultiLineString": shapely.multilinestrings,
            "MultiPolygon": shapely.multipolygons,
        }[stored]
        single = kind == _SINGLE[stored.removeprefix("Multi")]
        if single.any():
            rows = np.flatnonzero(single)
            geometries[rows] = make(geometries[rows], indices=np.arange(len(rows)))
        right = shapely.get_type_id(geometries) == _MULTI[stored]
    wrong = ~right & ~shapely.is_missing(geometries)
    for row in np.flatnonzero(wrong):
        name = geometries[row].geom_type
        shapes.faults[int(row)] = (
            "wrong_geometry_type",
            f"The shape is a {name}; {stored} is wanted.",
            f"Hình thuộc loại {name}; cần {stored}.",
        )
        geometries[row] = None


def place(shapes: Shapes, reference: Reference, wanted: Wanted) -> None:
    """Reproject to the storage CRS in place and refuse what is broken or not on the territory.

    Raises `WrongPlace` when all rows are outside, or nearly all and another CRS puts them inside.
    """
    original = shapes.geometries
    present = ~shapely.is_missing(original)
    if not present.any():
        return
    _refuse_invalid(shapes, original)
    original = shapes.geometries.copy()
    present = ~shapely.is_missing(original)
    if not present.any():
        return
    moved = shapely.transform(original, lambda c: project(c, reference.srid, wanted.storage_srid))
    coordinates, owner = shapely.get_coordinates(moved, return_index=True)
    outside = np.zeros(len(moved), dtype=bool)
    outside[owner[~is_inside(coordinates, wanted.bounds)]] = True
    if (gone := outside[present].mean()) >= _NEARLY_ALL:
        first = shapely.get_coordinates(shapely.get_point(_first_part(original[outside]), 0))
        misread = wrong_place(first[:2_000], reference, wanted.storage_srid, wanted.bounds)
        if gone == 1.0 or "proposed_srid" in misread.facts:
            raise misread
    shapes.geometries = moved
    for row in np.flatnonzero(outside):
        x, y = shapely.get_coordinates(original[row])[0]
        shapes.faults[int(row)] = (
            "outside_envelope",
            f"The shape is not on the territory of this service (begins at {x:.7g}, {y:.7g}).",
            f"Hình nằm ngoài địa bàn của hệ thống (bắt đầu tại {x:.7g}, {y:.7g}).",
        )
        moved[row] = None
    _refuse_invalid(shapes, original)


def _first_part(geometries: Array) -> Array:
    """One line or point for each shape, whose first point stands for it."""
    part: Array = shapely.get_geometry(geometries, 0)
    ring = shapely.get_type_id(part) == _SINGLE["Polygon"]
    part[ring] = shapely.get_exterior_ring(part[ring])
    point = shapely.get_type_id(part) == _SINGLE["Point"]
    part[point] = shapely.linestrings(np.repeat(shapely.get_coordinates(part[point])[:, None, :], 2, axis=1))
    return part


def _refuse_invalid(shapes: Shapes, original: Array) -> None:
    """Refuse invalid shapes and say where, in the coordinates of `original`."""
    invalid = ~shapely.is_missing(shapes.geometries) & ~shapely.is_valid(shapes.geometries)
    for row in np.flatnonzero(invalid):
        after, before = shapely.is_valid_reason(shapes.geometries[row]), shapely.is_valid_reason(original[row])
        what, _, at = (after if before == "Valid Geometry" else before).partition("[")
        where, where_vi = (f" at {at[:-1]}", f" tại {at[:-1]}") if at else ("", "")
        if before == "Valid Geometry":
            where, where_vi = " after reprojection", " sau khi chuyển hệ tọa độ"
        shapes.faults[int(row)] = (
            "broken_geometry",
            f"The shape is not valid: {what}{where}",
            f"Hình không hợp lệ: {_REASONS_VI.get(what, what)}{where_vi}",
        )
        shapes.geometries[row] = None
