"""From a plot to the way out of its zone, along the streets that we hold.

There is no road network of ours outside the zones. So this ends where the streets of a zone meet its border;
whoever measures on from there says that it is a straight line.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, func, select

from layers.crs import storage_srid, transformer
from layers.plots import plots
from layers.streets import streets
from layers.zones import zones

JOINT_M = 0.1
"""Ends of streets this near to another street meet it: as finely as the lines are laid on one grid."""
BESIDE_M = 100.0
"""A plot whose nearest street is farther away has no street."""
BORDER_M = 25.0
"""An end of a street this near to the border leads out of the zone."""
SPEED_KMH = 30
"""At which minutes inside a zone are reckoned."""

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class WayOut:
    """Where a zone can be left, and how far along its streets that is from the plot."""

    lon: float
    lat: float
    road_m: float


def ways_out(conn: Connection, plot_id: int) -> list[WayOut]:
    """Every way out of the plot's zone that its streets lead to; empty where we hold none."""
    row = conn.execute(
        select(plots.c.zone_id, func.ST_AsBinary(plots.c.geom), func.ST_AsBinary(zones.c.geom))
        .select_from(plots.join(zones, zones.c.id == plots.c.zone_id)).where(plots.c.id == plot_id)
    ).one()  # fmt: skip
    lines = conn.execute(select(func.ST_AsBinary(streets.c.geom)).where(streets.c.zone_id == row[0])).scalars()
    land, zone = (shapely.from_wkb(bytes(one)) for one in row[1:])
    found = roads_out(land, zone, [shapely.from_wkb(bytes(line)) for line in lines])
    to_degrees = transformer(storage_srid(conn), 4326)
    return [WayOut(*to_degrees.transform(x, y), metres) for (x, y), metres in found]


def roads_out(land: BaseGeometry, zone: BaseGeometry, lines: list[BaseGeometry]) -> list[tuple[Spot, float]]:
    """Ends of the street network at the border of the zone, with metres along it from the street nearest to the land.

    All in metres of one plane. The straight piece between land and street is not counted. Nearest first.
    """
    if not lines:
        return []
    network = shapely.intersection(shapely.union_all(lines, grid_size=JOINT_M), zone.buffer(1.0))
    pieces = [one for one in shapely.get_parts(network) if isinstance(one, LineString) and one.length > 0]
    if not pieces or shapely.distance(network, land) > BESIDE_M:
        return []
    graph = _graph(pieces)
    begun = _beginning(pieces, land)
    reached = _shortest(graph, begun)
    border = zone.boundary
    return sorted(
        ((spot, metres) for spot, metres in reached.items()
         if len(graph[spot]) == 1 and border.distance(Point(spot)) <= BORDER_M),
        key=lambda one: one[1],
    )  # fmt: skip


def _spot(point: Any) -> Spot:
    return (round(point[0], 2), round(point[1], 2))


def _graph(pieces: list[LineString]) -> dict[Spot, dict[Spot, float]]:
    graph: dict[Spot, dict[Spot, float]] = defaultdict(dict)
    for piece in pieces:
        a, b = _spot(piece.coords[0]), _spot(piece.coords[-1])
        metres = min(piece.length, graph[a].get(b, piece.length))
        graph[a][b] = graph[b][a] = metres
    return graph


def _beginning(pieces: list[LineString], land: BaseGeometry) -> dict[Spot, float]:
    """Both ends of the piece nearest to the land, with how far along it they are from the middle of its front."""
    nearest = min(pieces, key=lambda piece: (piece.distance(land), piece.length))
    along = nearest.project(land.centroid)
    return {_spot(nearest.coords[0]): along, _spot(nearest.coords[-1]): nearest.length - along}


def _shortest(graph: dict[Spot, dict[Spot, float]], begun: dict[Spot, float]) -> dict[Spot, float]:
    """Least metres to every spot that can be reached (Dijkstra)."""
    reached: dict[Spot, float] = {}
    queue = [(metres, spot) for spot, metres in begun.items()]
    heapq.heapify(queue)
    while queue:
        metres, spot = heapq.heappop(queue)
        if spot in reached:
            continue
        reached[spot] = metres
        for other, length in graph[spot].items():
            if other not in reached:
                heapq.heappush(queue, (metres + length, other))
    return reached
