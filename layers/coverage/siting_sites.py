"""Sites whose footprints reach a zone: what there is to move or to switch off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from sqlalchemy import Connection, select

from layers.coverage import cells as cell_sets
from layers.coverage import ratios
from layers.coverage.siting_whatif import cells_near
from layers.crs import storage_srid
from layers.stations import sites


@dataclass(frozen=True, slots=True)
class NearSite:
    """A site with at least one drawn cell that touches the zone."""

    site_id: int
    code: str
    operator: str
    x: float
    y: float
    cells: int
    # That touch the zone.


def sites_near(conn: Connection, zone_id: int, *, technology: str, as_of: date | None = None) -> list[NearSite]:
    """Sites that reach the zone, nearest to its middle first. Raises UnknownZone, UnknownTechnology."""
    counted = cell_sets.check_question(conn, technology, None, 1)
    day = cell_sets.day_counted(conn, as_of)
    shapes = ratios.read_zones(conn, [zone_id])
    srid = storage_srid(conn)
    found = cells_near(conn, shapes.geoms, technology, counted, day, srid)
    rows, drawn, _ = cell_sets.footprints_near(found, shapes.geoms, srid)
    rows = rows[shapely.intersects(drawn, shapes.geoms[0])]
    ids, first, count = np.unique(found.site_id[rows], return_index=True, return_counts=True)
    named = conn.execute(select(sites.c.id, sites.c.code).where(sites.c.id.in_(ids.tolist())))
    codes = {row.id: row.code for row in named}
    middle = shapely.centroid(shapes.geoms[0])
    made = [
        NearSite(
            int(ids[k]), codes[int(ids[k])], found.operator_names[found.operator[rows[first[k]]]],
            float(found.x[rows[first[k]]]), float(found.y[rows[first[k]]]), int(count[k]),
        )
        for k in range(len(ids))
    ]  # fmt: skip
    return sorted(made, key=lambda one: (np.hypot(one.x - middle.x, one.y - middle.y), one.site_id))
