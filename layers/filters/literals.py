"""Values as CQL2 writes them: days, moments, boxes and shapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import shapely
from shapely.errors import GEOSException

from layers.filters.errors import FilterRefused, too_large, unreadable
from layers.filters.nodes import MOST_VERTICES, Instant, Place

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_SHAPES = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPoint": 1, "MultiLineString": 2, "MultiPolygon": 3}
"""GeoJSON type -> how many lists stand around a position."""


def read_day(text: str) -> date:
    """A day as yyyy-mm-dd. Raises `FilterRefused`."""
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise unreadable(f"'{text[:40]}' is no day such as 2025-07-01", f"'{text[:40]}' không phải ngày dạng 2025-07-01")


def read_moment(text: str) -> datetime:
    """A moment as RFC 3339 has it, with its offset. Raises `FilterRefused`."""
    if _MOMENT.fullmatch(text):
        whole, _, rest = text.upper().partition(".")
        if rest:  # Python keeps microseconds; what is finer is cut off
            digits = re.match("[0-9]+", rest)
            assert digits is not None
            whole = f"{whole}.{digits[0][:6]:0<6}{rest[digits.end() :]}"
        try:
            return datetime.fromisoformat(whole)
        except ValueError:
            pass
    raise unreadable(
        f"'{text[:40]}' is no moment such as 2025-07-01T08:00:00Z",
        f"'{text[:40]}' không phải thời điểm dạng 2025-07-01T08:00:00Z",
    )


def read_instant(text: str) -> Instant:
    """A day or a moment."""
    return read_moment(text) if "T" in text.upper() else read_day(text)


def is_number(value: Any) -> bool:
    """Whether it is a finite number; an integer of JSON may have thousands of digits, which no float holds."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def box(numbers: Sequence[float]) -> Place:
    """Low corner, then high corner, in the client's axis order; each may have a height, which is passed over.

    Whether the first corner may lie beyond the second (over the date line) is known with the CRS.
    """
    if len(numbers) == 6:
        numbers = (numbers[0], numbers[1], numbers[3], numbers[4])
    if len(numbers) != 4 or not all(is_number(number) for number in numbers):
        raise unreadable("a box has 4 or 6 finite numbers", "khung có 4 hoặc 6 số hữu hạn")
    return Place(tuple(float(number) for number in numbers), is_box=True)


def read_wkt(text: str) -> Place:
    """A shape in WKT, whose nesting the caller has bounded. Raises `FilterRefused`."""
    try:
        shape = shapely.from_wkt(text)
    except (GEOSException, ValueError):
        raise unreadable(f"'{text[:40]}' is no WKT", f"'{text[:40]}' không phải WKT") from None
    return checked(shape)


def read_geojson(value: dict[str, Any]) -> Place:
    """A GeoJSON geometry of a filter. Raises `FilterRefused`."""
    if value.get("type") != "GeometryCollection":
        return checked(shape_of(value))
    parts = value.get("geometries")
    if not isinstance(parts, list) or not parts or len(parts) > 50:
        raise unreadable("a collection has 1 to 50 geometries", "tập hợp hình có 1 đến 50 hình")
    if any(not isinstance(part, dict) for part in parts):
        raise unreadable("a collection holds simple geometries", "tập hợp chỉ chứa hình đơn giản")
    return checked(shapely.geometrycollections([shape_of(part) for part in parts]))


def shape_of(value: dict[str, Any]) -> Any:
    """A simple GeoJSON geometry, its structure checked here and not by a library. Raises `FilterRefused`.

    Whether it is valid is not asked. A ring that is not closed is refused, as RFC 7946 has it.
    """
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in _SHAPES or not _is_nested(value.get("coordinates"), _SHAPES[kind]):
        raise unreadable("this is no GeoJSON geometry", "đây không phải hình GeoJSON")
    rings = {"Polygon": [value["coordinates"]], "MultiPolygon": value["coordinates"]}.get(kind, [])
    if any(len(ring) < 4 or ring[0][:2] != ring[-1][:2] for polygon in rings for ring in polygon):
        raise FilterRefused(
            "bad_geometry",
            "A ring is not closed or has fewer than 4 positions.",
            "Có vòng chưa khép kín hoặc ít hơn 4 điểm.",
        )
    try:
        return shapely.geometry.shape(value)
    except (GEOSException, ValueError, TypeError, IndexError):
        raise unreadable("the coordinates make no geometry", "tọa độ không tạo thành hình") from None


def _is_nested(value: Any, depth: int) -> bool:
    if not isinstance(value, list) or not value:
        return False
    if depth == 0:
        return 2 <= len(value) <= 4 and all(is_number(number) for number in value)
    return all(_is_nested(item, depth - 1) for item in value)


def checked(shape: Any) -> Place:
    """A shape without heights that is finite, small enough and valid. Raises `FilterRefused`."""
    if shape.is_empty:
        raise FilterRefused("bad_geometry", "The geometry is empty.", "Hình rỗng.")
    shape = shapely.force_2d(shape)
    coordinates = shapely.get_coordinates(shape)
    if len(coordinates) > MOST_VERTICES:
        raise too_large(f"more than {MOST_VERTICES} corners", f"hơn {MOST_VERTICES} đỉnh")
    if not bool((abs(coordinates) < 1e12).all()):
        raise FilterRefused("bad_geometry", "A coordinate is not a finite number.", "Có tọa độ không hữu hạn.")
    if not shapely.is_valid(shape):
        reason = shapely.is_valid_reason(shape)
        raise FilterRefused("bad_geometry", f"The geometry is not valid: {reason}.", f"Hình không hợp lệ: {reason}.")
    return Place(shape)
