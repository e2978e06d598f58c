"""Shapes of a client on their way into the CRS in which features are kept."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from layers.filters.errors import FilterRefused
from layers.filters.nodes import Place
from layers.named_crs import Bounds, NamedCrs, bounds_in, read

MARGIN_DEG = 0.5
"""A shape is cut so far outside the area of the deployment: nothing is there to be related to."""
STEP_DEG, STEP_M = 0.02, 2_000.0
"""Longest piece of an edge that stays straight when it is reprojected; bends less than 4 cm."""
MOST_CORNERS = 20_000
"""After long edges are cut into pieces."""


def in_storage(place: Place, crs: NamedCrs, srid: int, area_deg: Bounds, *, exact: bool = False) -> Any:
    """The shape in `srid`, or None when it lies wholly outside the area.

    An edge is straight in the CRS in which the client drew it, and is followed there. Cutting at a
    margin around the area keeps whole-earth boxes out of projections that end before it, and changes
    no relation with anything inside. With `exact` the corners are taken alone. Raises `FilterRefused`
    for coordinates that the CRS does not have.
    """
    parts = _box_shapes(place.shape, crs) if place.is_box else [place.shape]
    _require_in_range(parts, crs)
    kept = [_within(part, crs, area_deg) for part in parts]
    shapes = [part for part in kept if part is not None]
    if not shapes:
        return None
    shape = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
    if crs.srid != srid and not exact:
        shape = _in_pieces(shape, STEP_DEG if crs.is_degrees else STEP_M)
    moved = read(shape, crs, srid)
    if not bool(np.isfinite(shapely.get_coordinates(moved)).all()):
        raise FilterRefused("bad_geometry", "The geometry lies outside its CRS.", "Hình nằm ngoài phạm vi hệ tọa độ.")
    return moved


def _box_shapes(numbers: tuple[float, float, float, float], crs: NamedCrs) -> list[Any]:
    """One box, or two where it crosses the date line."""
    low_first, low_second, high_first, high_second = numbers
    longitude = 1 if crs.latitude_first else 0
    if numbers[longitude] <= numbers[longitude + 2]:
        if low_first > high_first or low_second > high_second:
            raise _upside_down()
        return [_shape_of(low_first, low_second, high_first, high_second)]
    if not crs.is_degrees:
        raise _upside_down()
    if crs.latitude_first:
        if low_first > high_first:
            raise _upside_down()
        return [
            _shape_of(low_first, low_second, high_first, 180.0),
            _shape_of(low_first, -180.0, high_first, high_second),
        ]
    if low_second > high_second:
        raise _upside_down()
    return [
        _shape_of(low_first, low_second, 180.0, high_second),
        _shape_of(-180.0, low_second, high_first, high_second),
    ]


def _shape_of(x_min: float, y_min: float, x_max: float, y_max: float) -> Any:
    """A box; one without width is a line, one without both a point, because an empty ring relates to nothing."""
    if x_min == x_max and y_min == y_max:
        return shapely.points(x_min, y_min)
    if x_min == x_max or y_min == y_max:
        return shapely.linestrings([(x_min, y_min), (x_max, y_max)])
    return shapely.box(x_min, y_min, x_max, y_max)


def _upside_down() -> FilterRefused:
    return FilterRefused(
        "bad_geometry",
        "The second corner of the box lies below or left of the first.",
        "Góc thứ hai của khung nằm dưới hoặc bên trái góc thứ nhất.",
    )


def _require_in_range(shapes: list[Any], crs: NamedCrs) -> None:
    if not crs.is_degrees:
        return
    first, second = (90.0, 180.0) if crs.latitude_first else (180.0, 90.0)
    for shape in shapes:
        x_min, y_min, x_max, y_max = shape.bounds
        if min(x_min, -x_max) < -first or min(y_min, -y_max) < -second:
            raise FilterRefused(
                "bad_geometry",
                "Longitude is -180 to 180 and latitude -90 to 90 degrees, in the axis order of the CRS.",
                "Kinh độ từ -180 đến 180, vĩ độ từ -90 đến 90 độ, theo thứ tự trục của hệ tọa độ.",
            )


def _within(shape: Any, crs: NamedCrs, area_deg: Bounds) -> Any:
    west, south, east, north = area_deg
    wider = (
        max(west - MARGIN_DEG, -180),
        max(south - MARGIN_DEG, -89),
        min(east + MARGIN_DEG, 180),
        min(north + MARGIN_DEG, 89),
    )
    x_min, y_min, x_max, y_max = bounds_in(wider, crs)
    own = shape.bounds
    if own[0] >= x_min and own[1] >= y_min and own[2] <= x_max and own[3] <= y_max:
        return shape
    cut = shapely.intersection(shape, shapely.box(x_min, y_min, x_max, y_max))
    dimension = shapely.get_dimensions(shape)
    whole = [part for part in shapely.get_parts(cut) if shapely.get_dimensions(part) == dimension]
    if not whole:
        return None
    return whole[0] if len(whole) == 1 else shapely.union_all(whole)


def _in_pieces(shape: Any, step: float) -> Any:
    length = float(shapely.length(shape))
    if length / step > MOST_CORNERS:
        step = length / MOST_CORNERS
    return shapely.segmentize(shape, step) if math.isfinite(length) and length > step else shape
