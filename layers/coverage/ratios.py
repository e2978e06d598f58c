"""Share of each zone's area that is covered: exact union, and PostGIS as the independent check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, func, or_, select, text

from layers.coverage import cells as cell_sets
from layers.coverage.cells import CellSet
from layers.coverage.definitions import AREA_RATIO
from layers.coverage.errors import UnknownZone
from layers.coverage.footprints import CHORDS, WIDE_CHORDS, WIDE_DEG, Geometries, areal_scale
from layers.coverage.provenance import Basis, data_versions
from layers.coverage.unions import covered_areas
from layers.crs import storage_srid
from layers.zones import zones

METHOD = (
    "Exact union of declared footprints per zone, planar in EPSG:{srid}. Declared polygons as they are; sectors"
    f" with {CHORDS} area-preserving chords ({WIDE_CHORDS} above {WIDE_DEG:g}°), azimuth from true north"
    " corrected by the grid convergence at the site. Hectares are on the ellipsoid."
)


@dataclass(frozen=True, slots=True)
class ZoneRatio:
    """One zone's covered share, with what it was divided by."""

    zone_id: int
    zone_code: str
    zone_name: str
    zone_area_m2: float
    covered_area_m2: float
    # Both planar, in the storage CRS: what the ratio is made of.
    ratio: float
    # 0 to 1.
    error_bound: float
    # Of the ratio, to first order: border length × (largest deviation of a drawn arc + overlay grid) / zone area.
    zone_area_ha: float
    covered_area_ha: float
    # On the ellipsoid, for publication.
    operators: int
    # With at least one footprint touching the zone.
    cells_used: int
    # Footprints touching the zone.
    faulty_cells_near: int
    # Left out for want of data, with a mast within the longest drawn radius of the zone.
    basis: Basis


@dataclass(frozen=True, slots=True)
class Run:
    """All zones of one question; `basis` also tells about a run that found no zone."""

    basis: Basis
    zones: tuple[ZoneRatio, ...]


@dataclass(frozen=True, slots=True)
class ZoneShapes:
    """Zones asked for, ordered by code."""

    ids: list[int]
    codes: list[str]
    names: list[str]
    geoms: Geometries
    is_demo: bool


def by_zone(
    conn: Connection,
    *,
    technology: str,
    operators: Sequence[str] | None = None,
    min_operators: int = 1,
    as_of: date | None = None,
    zone_ids: Sequence[int] | None = None,
) -> list[ZoneRatio]:
    """Covered share of each zone, ordered by zone code.

    `operators` None means all; `min_operators` is how many of them must cover a point for it to
    count; `as_of` None means today; `zone_ids` None means every zone the connection may see.
    Raises UnknownTechnology, UnknownOperator, TooFewOperators or UnknownZone.
    """
    return list(
        run(
            conn,
            technology=technology,
            operators=operators,
            min_operators=min_operators,
            as_of=as_of,
            zone_ids=zone_ids,
        ).zones
    )


def run(
    conn: Connection,
    *,
    technology: str,
    operators: Sequence[str] | None = None,
    min_operators: int = 1,
    as_of: date | None = None,
    zone_ids: Sequence[int] | None = None,
) -> Run:
    """As `by_zone`, with the basis apart, so that an answer without zones still explains itself."""
    counted = cell_sets.check_question(conn, technology, operators, min_operators)
    day = cell_sets.day_counted(conn, as_of)
    shapes = read_zones(conn, zone_ids)
    found = cell_sets.read(conn, technology=technology, operator_names=counted, as_of=day)
    srid = storage_srid(conn)
    basis = Basis(
        definition=AREA_RATIO,
        technology=technology,
        operators=counted,
        min_operators=min_operators,
        as_of=day,
        data=data_versions(conn),
        first_source_date=found.first_source_date,
        last_source_date=found.last_source_date,
        cells_drawn=len(found),
        cells_left_out=found.left_out,
        cells_assumed=found.assumed,
        storage_srid=srid,
        method=METHOD.format(srid=srid),
        is_demo=found.is_demo or shapes.is_demo,
    )
    return Run(basis, tuple(_measure(shapes, found, basis)))


def by_zone_in_postgis(
    conn: Connection,
    *,
    technology: str,
    operators: Sequence[str] | None = None,
    min_operators: int = 1,
    as_of: date | None = None,
    zone_ids: Sequence[int] | None = None,
) -> dict[int, float]:
    """Zone id -> covered m², found by PostGIS alone: the independent check of `by_zone`.

    It draws discs with ST_Buffer and cuts the sector out, finds true north by moving the mast along
    its meridian, and counts operators face by face; see sql/coverage_by_zone.sql. Slower, and one
    part in ten thousand smaller in the arcs, because buffer chords lie inside the circle.
    """
    counted = cell_sets.check_question(conn, technology, operators, min_operators)
    rows = conn.execute(
        text(named_sql("coverage_by_zone.sql")),
        {
            "technology": technology,
            "operators": list(counted),
            "min_operators": min_operators,
            "as_of": cell_sets.day_counted(conn, as_of),
            "zone_ids": None if zone_ids is None else list(zone_ids),
        },
    )
    return {row.zone_id: float(row.covered_m2) for row in rows}


def read_zones(conn: Connection, zone_ids: Sequence[int] | None = None) -> ZoneShapes:
    """Zones with their shapes in the storage CRS. Raises UnknownZone for an id that is not there."""
    query = select(
        zones.c.id, zones.c.code, zones.c.name, zones.c.is_demo, func.ST_AsBinary(zones.c.geom).label("shape")
    ).order_by(zones.c.code)
    rows = conn.execute(query if zone_ids is None else query.where(zones.c.id.in_(list(zone_ids)))).all()
    missing = set(zone_ids or ()) - {row.id for row in rows}
    if missing:
        raise UnknownZone(str(min(missing)))
    geoms = np.empty(len(rows), dtype=object)
    geoms[:] = [shapely.from_wkb(bytes(row.shape)) for row in rows]
    return ZoneShapes(
        [row.id for row in rows],
        [row.code for row in rows],
        [row.name for row in rows],
        geoms,
        any(row.is_demo for row in rows),
    )


def find_zone_ids(conn: Connection, keys: Sequence[str]) -> list[int]:
    """Ids of zones given by code or by id, as a person types them. Raises UnknownZone."""
    found = []
    for key in (key.strip() for key in keys):
        is_id = key.isascii() and key.isdigit() and len(key) < 19
        condition = or_(zones.c.code == key, zones.c.id == int(key)) if is_id else zones.c.code == key
        # A code made of digits wins over an id that looks the same.
        row = conn.execute(select(zones.c.id).where(condition).order_by(zones.c.code != key).limit(1)).first()
        if row is None:
            raise UnknownZone(key)
        found.append(int(row.id))
    return sorted(set(found))


def _measure(shapes: ZoneShapes, found: CellSet, basis: Basis) -> list[ZoneRatio]:
    rows, drawn, deviation_m = cell_sets.footprints_near(found, shapes.geoms, basis.storage_srid)
    areas = covered_areas(shapes.geoms, drawn, found.operator[rows], basis.min_operators, deviation_m)
    centres = shapely.get_coordinates(shapely.centroid(shapes.geoms))
    scale = areal_scale(basis.storage_srid, centres[:, 0], centres[:, 1])
    longest_m = float(np.nanmax(found.radius_m)) if np.isfinite(found.radius_m).any() else 0.0
    masts: Any = shapely.points(found.faulty_xy[:, 0], found.faulty_xy[:, 1])
    faulty = shapely.STRtree(masts)
    near = np.zeros(len(shapes.ids), dtype=np.int64)
    np.add.at(near, faulty.query(shapes.geoms, predicate="dwithin", distance=longest_m)[0], 1)
    return [
        ZoneRatio(
            zone_id=shapes.ids[k],
            zone_code=shapes.codes[k],
            zone_name=shapes.names[k],
            zone_area_m2=float(areas.zone_m2[k]),
            covered_area_m2=float(areas.covered_m2[k]),
            ratio=float(areas.covered_m2[k] / areas.zone_m2[k]),
            error_bound=min(1.0, float(areas.error_m2[k] / areas.zone_m2[k])),
            zone_area_ha=float(areas.zone_m2[k] / scale[k] / 1e4),
            covered_area_ha=float(areas.covered_m2[k] / scale[k] / 1e4),
            operators=int(areas.operators[k]),
            cells_used=int(areas.footprints[k]),
            faulty_cells_near=int(near[k]),
            basis=basis,
        )
        for k in range(len(shapes.ids))
    ]


def named_sql(name: str) -> str:
    """Text of a file of layers/sql."""
    return (files("layers") / "sql" / name).read_text(encoding="utf-8")
