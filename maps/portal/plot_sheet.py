"""Everything public about one plot, for its page, its PDF and its row in a comparison."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
import shapely
from sqlalchemy import Connection, RowMapping, func, select

from layers.coverage import cells as cell_sets
from layers.coverage.unions import covered_areas
from layers.crs import storage_srid
from layers.enterprises import enterprises
from layers.errors import NotFound
from layers.plots import plots
from layers.stations import sites
from layers.zones import zones
from maps.portal import distances
from maps.portal.distances import Distance
from maps.portal.ways import WayOut, ways_out

NEIGHBOURS_M = 60.0
"""Plots with at most this between them are neighbours."""

FARTHEST_M = 30_000.0
"""No declared cell reaches farther."""


@dataclass(frozen=True, slots=True)
class PlotSheet:
    """A plot with its zone and surroundings."""

    plot: RowMapping
    zone: RowMapping
    neighbours: Sequence[RowMapping]
    firms: Sequence[RowMapping]
    ways: Sequence[WayOut]
    """Out of its zone, the nearest first; empty where we hold no streets that lead there."""
    distances: Sequence[Distance]
    coverage_ratio: float | None
    """Share of its land under declared 5G footprints; None where no 5G cell is known nearby."""
    lon: float
    lat: float
    outline: list[list[list[float]]]
    """Rings, WGS 84."""

    @property
    def address(self) -> str:
        """Its page."""
        return f"/plots/{quote(self.zone['code'], safe='')}/{quote(self.plot['code'], safe='')}"

    def values(self) -> dict[str, Any]:
        """One flat row, for comparing and for tables."""
        near = {kind: distances.nearest_km(self.distances, kind) for kind in distances.KINDS}
        return {
            **dict(self.plot), "zone_code": self.zone["code"], "zone_name": self.zone["name"],
            "zone_name_en": self.zone["name_en"], "zone_occupancy": self.zone["occupancy_ratio"],
            "coverage_ratio": self.coverage_ratio, **{f"{kind}_km": round(km, 1) for kind, km in near.items()},
        }  # fmt: skip


_PLOT = (
    "id", "code", "status", "land_use_code", "area_m2", "can_merge", "ready_on", "lease_ends_on", "price_usd_m2_term",
    "price_quoted_on", "land_rent_vnd_m2_year", "infrastructure_fee_usd_m2_year", "management_fee_usd_m2_month",
    "deposit_ratio", "vat_included", "power_kva", "water_m3_day", "wastewater_m3_day", "road_width_m",
    "max_coverage_ratio", "max_floor_area_ratio", "max_floors", "max_height_m", "setback_m", "green_ratio",
    "ground_note", "vsic_version", "industries_allowed", "source", "source_date", "is_demo", "updated_at",
)  # fmt: skip
_ZONE = (
    "id", "code", "name", "name_en", "kind", "status", "developer", "occupancy_ratio", "occupancy_on", "lease_ends_on",
    "power_mva", "water_m3_day", "wastewater_m3_day", "telecom", "flood_note", "vsic_version", "industries_allowed",
    "industries_excluded", "incentives", "website", "established_note", "source", "source_date",
)  # fmt: skip


def read(conn: Connection, zone_code: str, plot_code: str) -> PlotSheet:
    """The newest plan's plot of that zone and name. Raises `NotFound`."""
    box = func.ST_Transform(plots.c.geom_3857, 4326)
    row = (
        conn.execute(
            select(*(plots.c[name] for name in _PLOT), plots.c.zone_id,
                   func.ST_AsGeoJSON(box, 7).label("outline"),
                   func.ST_X(func.ST_PointOnSurface(box)).label("lon"),
                   func.ST_Y(func.ST_PointOnSurface(box)).label("lat"))
            .select_from(plots.join(zones, zones.c.id == plots.c.zone_id))
            .where(zones.c.code == zone_code, plots.c.code == plot_code)
            .order_by(plots.c.plan_version.desc()).limit(1)
        ).mappings().first()
    )  # fmt: skip
    if row is None:
        raise NotFound("plot", "lô đất", f"{zone_code}/{plot_code}"[:60])
    zone = conn.execute(select(*(zones.c[name] for name in _ZONE)).where(zones.c.id == row["zone_id"])).mappings().one()
    ways = ways_out(conn, row["id"])
    return PlotSheet(
        row, zone, _neighbours(conn, row["id"]), _firms(conn, row["id"]),
        ways, distances.distances(row["lon"], row["lat"], ways),
        _coverage(conn, row["id"]), row["lon"], row["lat"], _rings(row["outline"]),
    )  # fmt: skip


def _coverage(conn: Connection, plot_id: int) -> float | None:
    """Declared 5G share of the plot, exactly as zones are measured; None where no 5G cell is known at all."""
    operators = cell_sets.operators(conn)
    shape = conn.execute(select(func.ST_AsBinary(plots.c.geom)).where(plots.c.id == plot_id)).scalar_one()
    land = np.array([shapely.from_wkb(bytes(shape))], dtype=object)
    centre = shapely.get_coordinates(shapely.centroid(land))[0]
    near = func.ST_DWithin(
        sites.c.geom, func.ST_SetSRID(func.ST_MakePoint(*map(float, centre)), func.gis.storage_srid()), FARTHEST_M
    )
    found = cell_sets.read(
        conn, technology="5G", operator_names=tuple(operators), as_of=cell_sets.day_counted(conn, None), only=near
    )
    if not len(found):
        return None
    rows, drawn, deviation_m = cell_sets.footprints_near(found, land, storage_srid(conn))
    areas = covered_areas(land, drawn, found.operator[rows], 1, deviation_m)
    return float(areas.covered_m2[0] / areas.zone_m2[0])


def _rings(outline: Any) -> list[list[list[float]]]:
    rings: list[list[list[float]]] = json.loads(outline)["coordinates"]
    return rings


def _neighbours(conn: Connection, plot_id: int) -> Sequence[RowMapping]:
    here = plots.alias("here")
    gap = func.ST_Distance(plots.c.geom, here.c.geom)
    return conn.execute(
        select(plots.c.code, plots.c.status, plots.c.area_m2, plots.c.can_merge, zones.c.code.label("zone_code"),
               gap.label("gap_m"))
        .select_from(plots.join(here, here.c.id == plot_id).join(zones, zones.c.id == plots.c.zone_id))
        .where(plots.c.id != plot_id, func.ST_DWithin(plots.c.geom, here.c.geom, NEIGHBOURS_M))
        .order_by(gap, plots.c.code).limit(12)
    ).mappings().all()  # fmt: skip


def _firms(conn: Connection, plot_id: int) -> Sequence[RowMapping]:
    here = plots.alias("here")
    return conn.execute(
        select(enterprises.c.name, enterprises.c.name_en, enterprises.c.industry_code, enterprises.c.country)
        .select_from(enterprises.join(here, here.c.id == plot_id))
        .where(func.ST_DWithin(enterprises.c.geom, here.c.geom, 400.0), enterprises.c.status == "operating")
        .order_by(func.ST_Distance(enterprises.c.geom, here.c.geom), enterprises.c.id).limit(8)
    ).mappings().all()  # fmt: skip
