"""The first map of a page: communes and zones as a drawing inside the page, before the map library has arrived.

It lies exactly where the map will begin, because both fit the same box into the same frame. It is also the map
of those who run no scripts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, func, literal, select

from layers.admin_units import administrative_units as units
from layers.zones import zones

WIDE = 1000
"""Width of the drawing in its own units."""
ROOM = 0.6
"""How far communes are drawn beyond the box, in widths and heights of it: frames have other shapes."""
_RADIUS_M = 6_378_137.0


@dataclass(frozen=True, slots=True)
class DrawnZone:
    """One zone of the drawing."""

    code: str
    name: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Paths of SVG in the coordinates of `view_box`."""

    view_box: str
    communes: tuple[str, ...]
    zones: tuple[DrawnZone, ...]


def draw(conn: Connection, bounds: tuple[float, float, float, float]) -> Picture:
    """Communes of today and all zones around a box (west, south, east, north in WGS 84 degrees)."""
    west, south, east, north = _mercator(*bounds[:2]) + _mercator(*bounds[2:])
    wide, high = max(east - west, 1.0), max(north - south, 1.0)
    scale = WIDE / wide

    def path(table: FromClause) -> ColumnElement[Any]:
        simple = func.ST_Simplify(table.c.geom_3857, wide / WIDE, True)  # a small one keeps a corner or two
        return func.ST_AsSVG(func.ST_TransScale(simple, -west, -south, scale, scale), 1, 0)

    around = func.ST_MakeEnvelope(
        west - wide * ROOM, south - high * ROOM, east + wide * ROOM, north + high * ROOM, 3857
    )  # fmt: skip
    communes = conn.execute(
        select(path(units)).where(
            units.c.level == literal("commune"), units.c.valid_to.is_(None), units.c.geom_3857.op("&&")(around)
        )
    ).scalars()
    drawn = conn.execute(
        select(zones.c.code, zones.c.name, zones.c.kind, path(zones).label("path"))
        .where(zones.c.geom_3857.op("&&")(around)).order_by(zones.c.id)
    )  # fmt: skip
    return Picture(
        f"0 {-high * scale:.0f} {WIDE} {high * scale:.0f}",
        tuple(one for one in communes if one),
        tuple(DrawnZone(*row) for row in drawn if row.path),
    )


def _mercator(lon: float, lat: float) -> tuple[float, float]:
    return math.radians(lon) * _RADIUS_M, math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) * _RADIUS_M
