"""Doors for plots that have none on record: the middle of the plot's border along its street.

They are marked as derived, in the data and in every proposal that rests on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import shapely
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.ops import nearest_points
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import aliased

from addressing.frontage import FACING_M
from addressing.rules.policy import Policy
from addressing.street_facts import line_of
from addressing.street_rows import any_of
from layers.crs import storage_srid
from layers.plots import plots
from layers.streets import entrances, streets

SOURCE = "derived from plot and street line"


@dataclass(frozen=True, slots=True)
class DerivedDoors:
    """What was added, and which plots were left to the officer."""

    added: tuple[int, ...]
    # ids of the new entrances
    ambiguous: tuple[int, ...]
    # plots about equally near to two streets: which one they front on is a question


def middle_of_frontage(plot: Polygon, line: LineString | MultiLineString) -> Point:
    """The spot on a plot's border half way along the part that faces the street."""
    facing = plot.exterior.intersection(line.buffer(line.distance(plot) + FACING_M))
    strand = _nearest_strand(plot, line)
    at = [strand.project(Point(corner)) for corner in shapely.get_coordinates(facing)]
    opposite = strand.interpolate((min(at) + max(at)) / 2)
    return nearest_points(facing, opposite)[0]


def derive_doors(conn: Connection, street_ids: Sequence[int], policy: Policy | None = None) -> DerivedDoors:
    """Add an entrance for every plot without one that fronts on one of these streets.

    A plot fronts on the nearest street within reach. One that is farther from another street by no more
    than the policy's margin is left alone and named. Leased plots get a building's door, others the middle
    of empty land.
    """
    policy = policy or Policy()
    margin_m, asked, srid = policy.other_street_margin_m, set(street_ids), storage_srid(conn)
    added: list[dict[str, Any]] = []
    ambiguous: list[int] = []
    for plot_id, found in groupby(_plots_without_door(conn, street_ids, policy.reach_m), lambda row: row.id):
        nearest, *others = found
        if others and others[0].distance_m - nearest.distance_m <= margin_m:
            ambiguous.append(plot_id)
        elif nearest.street_id in asked:
            added.append(_entrance(nearest, srid))
    in_order = insert(entrances).returning(entrances.c.id, sort_by_parameter_order=True)
    ids = conn.execute(in_order, added).scalars() if added else ()
    return DerivedDoors(tuple(ids), tuple(ambiguous))


def _plots_without_door(conn: Connection, street_ids: Sequence[int], reach_m: float) -> Sequence[Any]:
    """Plots near these streets that no entrance names, with every street within reach, nearest first."""
    asked, there = aliased(streets), aliased(plots)
    near = select(there.c.id).join(asked, func.ST_DWithin(asked.c.geom, there.c.geom, reach_m))
    has_door = select(entrances.c.id).where(entrances.c.plot_id == plots.c.id).exists()
    distance = func.ST_Distance(streets.c.geom, plots.c.geom)
    return conn.execute(
        select(
            plots.c.id, plots.c.status, plots.c.is_demo, func.ST_AsBinary(plots.c.geom).label("outline"),
            streets.c.id.label("street_id"), func.ST_AsBinary(streets.c.geom).label("line"),
            distance.label("distance_m"),
        )
        .join(streets, func.ST_DWithin(streets.c.geom, plots.c.geom, reach_m))
        .where(plots.c.id.in_(near.where(asked.c.id == any_of(street_ids))), ~has_door)
        .order_by(plots.c.id, distance, streets.c.id)
    ).all()  # fmt: skip


def _entrance(row: Any, srid: int) -> dict[str, Any]:
    outline = shapely.from_wkb(row.outline)
    assert isinstance(outline, Polygon)  # the type of the column
    spot = middle_of_frontage(outline, line_of(row.line))
    return {
        "code": f"plot-{row.id}",
        "kind": "building" if row.status == "leased" else "empty_land",
        "street_id": row.street_id,
        "plot_id": row.id,
        "position_quality": "derived",
        "source": SOURCE,
        "is_demo": row.is_demo,
        "geom": f"SRID={srid};POINT({spot.x!r} {spot.y!r})",
    }


def _nearest_strand(plot: Polygon, line: LineString | MultiLineString) -> LineString:
    strands: list[LineString] = list(getattr(line, "geoms", [line]))
    return min(strands, key=lambda strand: strand.distance(plot))
