"""PURE: drawings that come from a browser: GeoJSON of six kinds of shapes, held to what a map can show.

The twin of `web/js/drawing.mjs`, which writes them; nothing but what it writes is kept.
"""

from __future__ import annotations

import math
from typing import Any

from maps.errors import MapsError

KINDS = ("point", "line", "polygon", "rectangle", "circle", "text")
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#16242e")
MOST_SHAPES = 500
MOST_POINTS = 2000
LONGEST_LABEL = 200
LARGEST_RADIUS_M = 1_000_000.0
EMPTY: dict[str, Any] = {"type": "FeatureCollection", "features": []}

_GEOMETRY = {"point": "Point", "text": "Point", "line": "LineString", "polygon": "Polygon", "rectangle": "Polygon",
             "circle": "Polygon"}  # fmt: skip


class DrawingRefused(MapsError):
    """What was sent is no drawing of ours."""

    code = "drawing_refused"

    def __init__(self, what: str, what_vi: str) -> None:
        super().__init__(f"This is no drawing: {what}.", f"Đây không phải bản vẽ: {what_vi}.")


def checked(value: Any) -> dict[str, Any]:
    """The drawing with nothing in it that it need not have. Raises `DrawingRefused`."""
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        raise DrawingRefused("no list of features", "không có danh sách đối tượng")
    if len(features) > MOST_SHAPES:
        raise DrawingRefused(f"more than {MOST_SHAPES} shapes", f"quá {MOST_SHAPES} hình")
    return {"type": "FeatureCollection", "features": [_shape(one, at) for at, one in enumerate(features, 1)]}


def _shape(feature: Any, at: int) -> dict[str, Any]:
    told = feature.get("properties") if isinstance(feature, dict) else None
    drawn = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(told, dict) or not isinstance(drawn, dict):
        raise _refused(at)
    kind, colour, label = told.get("kind"), told.get("colour"), told.get("label")
    if kind not in KINDS or colour not in COLOURS or not isinstance(label, str) or len(label) > LONGEST_LABEL:
        raise _refused(at)
    if drawn.get("type") != _GEOMETRY[kind]:
        raise _refused(at)
    properties: dict[str, Any] = {"kind": kind, "colour": colour, "label": label}
    if kind == "circle":
        radius = told.get("radius_m")
        if not isinstance(radius, int | float) or not _is_number(radius) or not 0.1 <= radius <= LARGEST_RADIUS_M:
            raise _refused(at)
        properties |= {"radius_m": radius, "middle": _place(told.get("middle"), at)}
    geometry = {"type": drawn["type"], "coordinates": _coordinates(kind, drawn.get("coordinates"), at)}
    return {"type": "Feature", "id": at, "properties": properties, "geometry": geometry}


def _coordinates(kind: str, given: Any, at: int) -> Any:
    if kind in ("point", "text"):
        return _place(given, at)
    if kind == "line":
        return _places(given, 2, at)
    if not isinstance(given, list) or len(given) != 1:
        raise _refused(at)
    ring = _places(given[0], 4, at)
    if ring[0] != ring[-1] or (kind == "rectangle" and len(ring) != 5):
        raise _refused(at)
    return [ring]


def _places(given: Any, least: int, at: int) -> list[list[float]]:
    if not isinstance(given, list) or not least <= len(given) <= MOST_POINTS + 1:
        raise _refused(at)
    return [_place(one, at) for one in given]


def _place(given: Any, at: int) -> list[float]:
    if not isinstance(given, list) or len(given) != 2 or not all(_is_number(one) for one in given):
        raise _refused(at)
    lon, lat = given
    if abs(lon) > 180 or abs(lat) > 85:
        raise _refused(at)
    return [lon, lat]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _refused(at: int) -> DrawingRefused:
    return DrawingRefused(f"shape {at} is not one of ours", f"hình thứ {at} không hợp lệ")
