"""Siting and what-if: what raises a ratio, and what a site more or less would do. Nothing is written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import shapely
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from gis_service.access import Access, reading
from gis_service.routes.siting_answers import FrontierAnswer, PlanAnswer, SitesAnswer, WhatIfAnswer
from layers.coverage import ratios, siting, siting_ground, siting_whatif
from layers.coverage.siting_ground import Ground
from layers.coverage.siting_sites import sites_near
from layers.crs import storage_srid, transformer

router = APIRouter(prefix="/coverage", tags=["coverage"])

Lon = Annotated[float, Field(ge=90, le=130, description="WGS 84 degrees.")]
Lat = Annotated[float, Field(ge=-5, le=35, description="WGS 84 degrees.")]
Names = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)]

MOST_SECONDS = 20.0
"""A whole plan may take so long at the door; `gis coverage siting` takes all the time it is given."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlaceBody(_Body):
    """A new site: one cell all around, or a sector for each azimuth."""

    kind: Literal["place"]
    lon: Lon
    lat: Lat
    operator: Annotated[str, Field(max_length=100)]
    radius_m: float = 450.0
    azimuths_deg: Annotated[list[float], Field(max_length=12)] = []
    beamwidth_deg: float = 65.0


class MoveBody(_Body):
    """An existing site elsewhere."""

    kind: Literal["move"]
    site_id: Annotated[int, Field(ge=1, lt=2**63)]
    lon: Lon
    lat: Lat


class SwitchOffBody(_Body):
    """An existing site, or some of its cells, off air."""

    kind: Literal["switch_off"]
    site_id: Annotated[int, Field(ge=1, lt=2**63)]
    cell_ids: Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(max_length=100)] = []


ChangeBody = Annotated[PlaceBody | MoveBody | SwitchOffBody, Field(discriminator="kind")]


class WhatIfBody(_Body):
    """Changes to try together, and the question whose answer they change."""

    changes: Annotated[list[ChangeBody], Field(max_length=1000)]
    technology: Annotated[str, Field(max_length=10)] = "5G"
    operators: Names = []
    min_operators: Annotated[int, Field(ge=1, le=50)] = 1


class SitingBody(_Body):
    """What to reach, with what, at which cost."""

    target: Annotated[float, Field(ge=0, le=1, description="Share of the area of every zone.")] = 0.95
    zones: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=500)] = []
    operators: Names = []
    technology: Annotated[str, Field(max_length=10)] = "5G"
    upgrade_from: Annotated[str, Field(max_length=10)] = "4G"
    radius_m: float = 450.0
    pole_spacing_m: float = 250.0
    upgrade_cost: float = siting.UPGRADE_COST
    pole_cost: float = siting.POLE_COST
    upgrades_only: bool = False
    sharing: Annotated[bool, Field(description="False: every operator reaches the target alone.")] = True
    budget: Annotated[float | None, Field(ge=0, le=1e12, description="Given: the most area for this cost.")] = None
    exact: Annotated[bool, Field(description="False: the greedy answer at once.")] = True
    seconds: Annotated[float, Field(gt=0, le=10, description="For each group of zones.")] = 2.0


@router.post("/what-if", response_model=WhatIfAnswer)
def what_if(access: Annotated[Access, reading("coverage.whatif")], body: WhatIfBody) -> Any:
    """Place, move or switch off sites and see the ratios of the zones they touch, before and after."""
    conn = access.connection
    srid = storage_srid(conn)
    found = siting_whatif.what_if(
        conn, [_change(one, srid) for one in body.changes], technology=body.technology,
        operators=body.operators or None, min_operators=body.min_operators,
    )  # fmt: skip
    return {
        "definition": found.definition.label,
        "technology": found.technology,
        "operators": found.operators,
        "min_operators": found.min_operators,
        "as_of": found.as_of,
        "data_version": ", ".join(f"{one.layer} {one.version}" for one in found.data),
        "zones": found.zones,
        "effects": found.effects,
        "footprints": [
            {"change": int(k) + 1, "ring": _ring(shape, srid)}
            for k, shape in zip(found.footprint_change, found.footprints, strict=True)
        ],
    }


@router.get("/sites", response_model=SitesAnswer)
def list_sites(
    access: Annotated[Access, reading("coverage.whatif")],
    zone: Annotated[str, Query(max_length=60)],
    technology: Annotated[str, Query(max_length=10)] = "5G",
) -> Any:
    """Sites whose drawn cells reach a zone: what there is to move or to switch off."""
    conn = access.connection
    [zone_id] = ratios.find_zone_ids(conn, [zone])
    to_wgs84 = transformer(storage_srid(conn), 4326)
    rows = []
    for one in sites_near(conn, zone_id, technology=technology):
        lon, lat = to_wgs84.transform(one.x, one.y)
        rows.append({
            "site_id": one.site_id, "code": one.code, "operator": one.operator, "cells": one.cells,
            "lon": round(lon, 7), "lat": round(lat, 7),
        })  # fmt: skip
    return {"technology": technology, "zone": zone, "sites": rows}


@router.post("/siting", response_model=PlanAnswer)
def plan_sites(access: Annotated[Access, reading("coverage.siting")], body: SitingBody) -> Any:
    """The fewest upgrades and poles by which every zone reaches the target, or the most that a budget covers."""
    ground = _survey(access, body)
    problem, owner, former, zone = ground.problem, ground.owner, np.arange(len(ground.candidates)), None
    if not body.sharing:
        problem, owner, former, zone = siting.each_operator_alone(problem, ground.owner, ground.covered_by)
    if body.upgrades_only:
        problem = problem.without(~problem.is_existing)
    common = {
        "target": body.target if body.budget is None else None, "budget": body.budget, "as_of": ground.as_of,
        "radius_m": ground.radius_m, "data_version": _version(ground), "is_demo": ground.is_demo,
    }  # fmt: skip
    found: siting.Plan | siting.BudgetPlan
    if body.budget is None:
        found = siting.plan(problem, body.target, seconds=body.seconds, exact=body.exact, most_seconds=MOST_SECONDS)
        facts = {
            "met": found.met, "groups": len(found.groups), "bound": found.bound,
            "proven": sum(group.stopped_by != "time" for group in found.groups),
        }  # fmt: skip
    else:
        found = siting.best_within(problem, body.budget, seconds=min(10.0, 5 * body.seconds))
        facts = {
            "added_m2": found.added, "bound_m2": found.bound, "groups": 1, "proven": int(found.stopped_by == "proven"),
        }  # fmt: skip
    picked = list(found.chosen)
    return {
        **common, **facts, "cost": found.cost, "gap": found.gap,
        "upgrades": int(problem.is_existing[picked].sum()), "new_poles": int((~problem.is_existing[picked]).sum()),
        "sites": [_candidate(access, ground, int(former[j]), int(owner[j])) for j in picked],
        "zones": [_zone(ground, one, zone, body.sharing) for one in found.zones],
    }  # fmt: skip


@router.post("/siting/frontier", response_model=FrontierAnswer)
def show_frontier(access: Annotated[Access, reading("coverage.siting")], body: SitingBody) -> Any:
    """What to build in which order, upgrades first, and what each step brings over all zones."""
    ground = _survey(access, body)
    problem = ground.problem
    total = float(problem.weight.sum())
    steps = siting.frontier(problem.without(~problem.is_existing) if body.upgrades_only else problem)
    return {
        "as_of": ground.as_of, "radius_m": ground.radius_m, "data_version": _version(ground),
        "is_demo": ground.is_demo,
        "ratio_before": float(problem.weight[problem.covered].sum()) / total if total else None,
        "steps": [
            {"cost": step.cost, "ratio": step.ratio, "site": _candidate(access, ground, step.candidate, -1)}
            for step in steps
        ],
    }  # fmt: skip


def _survey(access: Access, body: SitingBody) -> Ground:
    conn = access.connection
    return siting_ground.survey(
        conn, technology=body.technology, upgrade_from=body.upgrade_from, operators=body.operators or None,
        zone_ids=ratios.find_zone_ids(conn, body.zones) if body.zones else None, radius_m=body.radius_m,
        pole_spacing_m=None if body.upgrades_only else body.pole_spacing_m, upgrade_cost=body.upgrade_cost,
        pole_cost=body.pole_cost,
    )  # fmt: skip


def _change(body: PlaceBody | MoveBody | SwitchOffBody, srid: int) -> siting_whatif.Change:
    if isinstance(body, SwitchOffBody):
        return siting_whatif.SwitchOff(body.site_id, tuple(body.cell_ids))
    x, y = transformer(4326, srid).transform(body.lon, body.lat)
    if isinstance(body, MoveBody):
        return siting_whatif.Move(body.site_id, x, y)
    return siting_whatif.Place(x, y, body.operator, body.radius_m, tuple(body.azimuths_deg), body.beamwidth_deg)


def _ring(shape: Any, srid: int) -> list[list[list[float]]]:
    """Outer rings in WGS 84, for drawing."""
    to_wgs84 = transformer(srid, 4326)
    rings = []
    for part in shapely.get_parts(shape):
        xy = shapely.get_coordinates(shapely.get_exterior_ring(part))
        rings.append(np.column_stack(to_wgs84.transform(xy[:, 0], xy[:, 1])).round(6).tolist())
    return rings


def _candidate(access: Access, ground: Ground, number: int, owner: int) -> dict[str, Any]:
    one = ground.candidates[number]
    lon, lat = transformer(storage_srid(access.connection), 4326).transform(one.x, one.y)
    return {
        "kind": "upgrade" if one.is_existing else "pole", "site_id": one.site_id, "code": one.site_code,
        "operator": one.operator or (ground.operators[owner] if owner >= 0 else None), "cost": one.cost,
        "lon": round(lon, 7), "lat": round(lat, 7),
    }  # fmt: skip


def _zone(ground: Ground, one: siting.ZoneOutcome, former: Any, sharing: bool) -> dict[str, Any]:
    number = one.zone if sharing else int(former[one.zone])
    operator = None if sharing else ground.operators[one.zone % len(ground.operators)]
    return {
        "zone_code": ground.zone_codes[number], "zone_name": ground.zone_names[number], "operator": operator,
        "before": one.before, "after": one.after, "reachable": one.reachable, "met": one.met,
    }  # fmt: skip


def _version(ground: Ground) -> str:
    return ", ".join(f"{one.layer} {one.version}" for one in ground.data)
