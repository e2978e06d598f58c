"""Streets and doors for the tests of numbering, drawn as grids and put on real coordinates."""

from __future__ import annotations

from typing import Any

from shapely import Point
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, func, insert

from layers.plots import plots
from layers.streets import entrances, streets
from layers.zones import zones
from tests.circular.drawing import Drawing

ORIGIN = (557_000.0, 2_312_000.0)
"""In the storage CRS EPSG:9210, inside the plausible envelope."""

SOURCE = {"source": "test"}


def lay_street(
    conn: Connection,
    grid: str,
    line: list[Any],
    *,
    code: str = "S1",
    doors: dict[str, dict[str, Any]] | None = None,
    **facts: Any,
) -> tuple[int, dict[str, int]]:
    """Write a drawn street and its doors; returns the street's id and each door's id by its word."""
    drawing = Drawing.read(grid)
    shape = func.ST_Multi(_geometry(translate(drawing.line(line), *ORIGIN)))
    street_id = conn.execute(
        insert(streets)
        .values(code=code, name=f"Đường {code}", kind="road", geom=shape,
                **{"cross_section_m": 15.0} | facts, **SOURCE)
        .returning(streets.c.id)
    ).scalar_one()  # fmt: skip
    ids = {}
    for word in drawing.doors():
        ids[word] = lay_door(conn, street_id, f"{code}-{word}", drawing.places[word], **(doors or {}).get(word, {}))
    return street_id, ids


def lay_door(conn: Connection, street_id: int, code: str, place: tuple[float, float], **facts: Any) -> int:
    point = Point(place[0] + ORIGIN[0], place[1] + ORIGIN[1])
    door_id: int = conn.execute(
        insert(entrances)
        .values(code=code, street_id=street_id, geom=_geometry(point), **facts, **SOURCE)
        .returning(entrances.c.id)
    ).scalar_one()
    return door_id


def lay_plot(conn: Connection, code: str) -> int:
    """A plot of a zone: only its key matters here."""
    round_the_origin = func.ST_Buffer(_geometry(Point(*ORIGIN)), 300)
    zone = {"code": f"Z-{code}", "kind": "KCN", "status": "operating", "name": "KCN thử"}
    zone_id = conn.execute(
        insert(zones).values(**zone, geom=func.ST_Multi(round_the_origin), **SOURCE).returning(zones.c.id)
    ).scalar_one()
    plot_id: int = conn.execute(
        insert(plots)
        .values(zone_id=zone_id, code=code, status="leased", land_use_code="SKK", area_m2=1000.0,
                geom=round_the_origin, **SOURCE)
        .returning(plots.c.id)
    ).scalar_one()  # fmt: skip
    return plot_id


def _geometry(shape: BaseGeometry) -> Any:
    return func.ST_SetSRID(func.ST_GeomFromText(shape.wkt), func.gis.storage_srid())
