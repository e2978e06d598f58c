"""Made-up borders of zones, on the board: convex, of exactly the area asked for."""

from __future__ import annotations

from math import radians, sqrt, tan

import numpy as np
from shapely import LineString, Polygon, affinity

from layers.demo.streams import between, chance, whole


def outline(rng: np.random.Generator, area_m2: float) -> Polygon:
    """A convex border of exactly that area: a rectangle with slanted ends and sometimes cut corners."""
    ratio = between(rng, 1.25, 1.75)
    height = sqrt(area_m2 / ratio)
    width = ratio * height
    lean = tan(radians(between(rng, -13.0, 13.0))) * height / 2
    other = lean if chance(rng, 0.5) else -lean * between(rng, 0.2, 0.8)
    corners = [
        (-width / 2 - lean, -height / 2), (width / 2 + other, -height / 2),
        (width / 2 - other, height / 2), (-width / 2 + lean, height / 2),
    ]  # fmt: skip
    shape = Polygon(corners)
    if chance(rng, 0.6):
        shape = _without_corner(shape, whole(rng, 2, 3), between(rng, 0.10, 0.16) * height)
    shape = affinity.translate(shape, -shape.envelope.centroid.x, -shape.envelope.centroid.y)
    factor = sqrt(area_m2 / shape.area)
    return affinity.scale(shape, factor, factor, origin=(0, 0))


def _without_corner(shape: Polygon, corner: int, cut_m: float) -> Polygon:
    points = list(shape.exterior.coords)[:-1]
    here, before, after = points[corner], points[corner - 1], points[(corner + 1) % len(points)]
    first = LineString([here, before]).interpolate(cut_m)
    second = LineString([here, after]).interpolate(1.6 * cut_m)
    points[corner : corner + 1] = [(first.x, first.y), (second.x, second.y)]
    return Polygon(points)
