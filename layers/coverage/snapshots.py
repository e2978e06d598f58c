"""What a number is made from, as one value: it can be hashed, kept, and computed again years later."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, func, or_, select, text

from layers.admin_units import administrative_units
from layers.coverage.cells import why_left_out
from layers.coverage.footprints import Geometries
from layers.coverage.questions import Question, canonical
from layers.crs import storage_srid
from layers.enterprises import enterprises
from layers.plots import plots
from layers.stations import cells, sites
from layers.zones import zones

Row = dict[str, Any]

CELL_COLUMNS = (
    "id", "operator", "kind", "x", "y", "height_m", "technology", "frequency_mhz", "bandwidth_mhz", "band",
    "azimuth_deg", "beamwidth_deg", "radius_m", "eirp_dbm", "tilt_deg", "footprint", "left_out", "source_date",
)  # fmt: skip
"""`left_out` is why the cell is not drawn (cells.LEFT_OUT_REASONS), or null."""

LAYERS = {
    "area": ("zones", "sites", "cells"), "plot": ("zones", "sites", "cells", "plots"),
    "enterprise": ("zones", "sites", "cells", "enterprises"), "worker": ("zones", "sites", "cells", "enterprises"),
    "population": ("administrative_units", "sites", "cells"),
}  # fmt: skip
"""Subject -> layers whose versions a number depends on."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Plain rows: shapes as hexadecimal WKB in metres of `srid`, days as text."""

    question: Row
    srid: int
    zones: list[Row]
    # id, code, name, shape, published; for population the communes, with `population`.
    units: list[Row]
    # Plots and firms: id, code, zone (index into zones), shape, weight (workers, m² or None).
    cells: list[Row]
    # CELL_COLUMNS, by id.
    is_demo: bool

    def to_bytes(self) -> bytes:
        """One text for one content."""
        return canonical(asdict(self))

    @classmethod
    def from_bytes(cls, content: bytes) -> Snapshot:
        """What `to_bytes` wrote."""
        return cls(**json.loads(content))


def pack(content: bytes) -> bytes:
    """Compressed for the table."""
    return zlib.compress(content, 6)


def unpack(content: bytes) -> bytes:
    """As it was."""
    return zlib.decompress(content)


def take(conn: Connection, question: Question) -> Snapshot:
    """Read everything that the question depends on; needs a staff connection (power and tilt are not public).

    All zones, but only published plots and enterprises.
    """
    if question.subject == "population":
        places = _communes(conn, question.as_of)
        units: list[Row] = []
    else:
        places = _zones(conn)
        units = _units(conn, question, {row["id"]: k for k, row in enumerate(places)})
    found = _cells(conn, question)
    demo = any(row.pop("is_demo") for row in [*places, *units, *found])
    return Snapshot(question.as_json(), storage_srid(conn), places, units, found, demo)


def _zones(conn: Connection) -> list[Row]:
    query = select(
        zones.c.id, zones.c.code, zones.c.name, zones.c.published, zones.c.is_demo, _hex(zones.c.geom)
    ).order_by(zones.c.code)
    return [dict(row) for row in conn.execute(query).mappings()]


def _communes(conn: Connection, as_of: date) -> list[Row]:
    """Communes valid on the day; those without population or border are there too, so that they can be told."""
    unit = administrative_units.c
    query = (
        select(unit.id, unit.code, unit.full_name.label("name"), unit.population, unit.is_demo, _hex(unit.geom))
        .where(unit.level == "commune", unit.valid_from <= as_of, or_(unit.valid_to.is_(None), unit.valid_to > as_of))
        .order_by(unit.code)
    )
    return [dict(row) | {"published": True} for row in conn.execute(query).mappings()]


def _units(conn: Connection, question: Question, zone_index: dict[int, int]) -> list[Row]:
    if question.subject == "area":
        return []
    if question.subject == "plot":
        newest = (
            select(plots.c.zone_id, func.max(plots.c.plan_version).label("version"))
            .group_by(plots.c.zone_id)
            .subquery()
        )
        query = (
            select(plots.c.id, plots.c.code, plots.c.zone_id, plots.c.area_m2.label("weight"), plots.c.is_demo,
                   _hex(plots.c.geom))
            .join(newest, (newest.c.zone_id == plots.c.zone_id) & (newest.c.version == plots.c.plan_version))
            .where(plots.c.published).order_by(plots.c.id)
        )  # fmt: skip
    else:
        query = (
            select(enterprises.c.id, enterprises.c.code, enterprises.c.zone_id, enterprises.c.workers.label("weight"),
                   enterprises.c.is_demo, _hex(enterprises.c.geom))
            .where(enterprises.c.published, enterprises.c.status != "closed", enterprises.c.zone_id.is_not(None))
            .order_by(enterprises.c.id)
        )  # fmt: skip
    found = []
    for row in conn.execute(query).mappings():
        if row["zone_id"] in zone_index:
            unit = {name: value for name, value in row.items() if name != "zone_id"}
            found.append(unit | {"zone": zone_index[row["zone_id"]]})
    return found


def _cells(conn: Connection, question: Question) -> list[Row]:
    rows = conn.execute(
        select(
            cells.c.id, sites.c.operator, sites.c.kind, func.ST_X(sites.c.geom).label("x"),
            func.ST_Y(sites.c.geom).label("y"), sites.c.height_m, cells.c.technology, cells.c.frequency_mhz,
            cells.c.bandwidth_mhz, cells.c.band, cells.c.azimuth_deg, cells.c.beamwidth_deg, cells.c.radius_m,
            cells.c.eirp_dbm, cells.c.tilt_deg, _hex(cells.c.footprint, "footprint"), cells.c.state, cells.c.on_air_on,
            cells.c.coverage_class, cells.c.source_date, cells.c.is_demo,
        )
        .join_from(cells, sites, cells.c.site_id == sites.c.id)
        .where(cells.c.technology == question.technology, sites.c.operator.in_(question.operators))
        .order_by(cells.c.id)
    )  # fmt: skip
    found = []
    for row in rows:
        values = dict(row._mapping)
        values["left_out"] = _why(row, question)
        values["source_date"] = None if row.source_date is None else row.source_date.isoformat()
        found.append({name: values[name] for name in (*CELL_COLUMNS, "is_demo")})
    return found


def _why(row: Any, question: Question) -> str | None:
    """As for declared coverage; a model does not need a declared radius, and asks nothing of a polygon."""

    class Cell:
        state, on_air_on, coverage_class = row.state, row.on_air_on, row.coverage_class
        azimuth_deg, beamwidth_deg = row.azimuth_deg, row.beamwidth_deg
        declared = row.footprint if question.evidence == "declared" else None
        radius_m = row.radius_m if question.evidence == "declared" else 1.0

    return why_left_out(Cell, question.as_of)


def _hex(geom: Any, name: str = "shape") -> Any:
    return func.encode(func.ST_AsBinary(geom), "hex").label(name)


def shape_array(rows: Sequence[Row], name: str = "shape") -> Geometries:
    """The shapes of rows; None where a row has none."""
    shapes = np.empty(len(rows), dtype=object)
    if rows:
        shapes[:] = shapely.from_wkb([row[name] for row in rows])
    return shapes


def database_today(conn: Connection) -> date:
    """Today of the database."""
    today: date = conn.execute(text("SELECT current_date")).scalar_one()
    return today
