"""A small drawing of features, as paths of an SVG: a map that needs no script and no tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from layers.crs import transformer
from maps.features.items import Item

WIDTH, HEIGHT, EDGE = 640, 360, 14
_POINT = 5.0


@dataclass(frozen=True, slots=True)
class Sketch:
    """Paths in a box of 640 by 360, north up."""

    paths: tuple[tuple[int, str, str], ...]
    """(id, kind: area, line or point; path)"""
    center: tuple[float, float]
    """Longitude and latitude of the middle."""


def sketch(items: Sequence[Item], srid: int) -> Sketch | None:
    """Draw the features at one scale; None when none has a shape."""
    there = [item for item in items if item.wkb is not None]
    if not there:
        return None
    shapes = shapely.from_wkb(np.array([item.wkb for item in there], dtype=object))
    x_min, y_min, x_max, y_max = (float(edge) for edge in shapely.total_bounds(shapes))
    span = max((x_max - x_min) / (WIDTH - 2 * EDGE), (y_max - y_min) / (HEIGHT - 2 * EDGE)) or 1.0
    x_mid, y_mid = (x_min + x_max) / 2, (y_min + y_max) / 2
    shapes = shapely.simplify(shapes, span / 2)
    drawn = shapely.transform(
        shapes, lambda c: np.column_stack(((c[:, 0] - x_mid) / span + WIDTH / 2, (y_mid - c[:, 1]) / span + HEIGHT / 2))
    )
    paths = tuple((item.id, *_path(shape)) for item, shape in zip(there, drawn, strict=True))
    lon, lat = transformer(srid, 4326).transform(x_mid, y_mid)
    return Sketch(paths, (round(lon, 6), round(lat, 6)))


def _path(shape: shapely.Geometry) -> tuple[str, str]:
    parts, kind = [], "area"
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Point):
            kind = "point"
            parts.append(f"M{part.x - _POINT:.1f} {part.y:.1f}a{_POINT} {_POINT} 0 1 0 {2 * _POINT} 0"
                         f"a{_POINT} {_POINT} 0 1 0 -{2 * _POINT} 0")  # fmt: skip
        elif isinstance(part, shapely.LineString):
            kind = "line"
            parts.append(_run(part))
        elif isinstance(part, shapely.Polygon):
            parts += [_run(ring) + "Z" for ring in (part.exterior, *part.interiors) if not ring.is_empty]
    return kind, "".join(parts)


def _run(line: shapely.LineString) -> str:
    return "M" + " ".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(line))
