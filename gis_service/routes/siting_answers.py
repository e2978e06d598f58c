"""Shapes of the answers about siting and what-if."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field


class ZoneChangeAnswer(BaseModel):
    """A zone that a change touches."""

    zone_id: int
    zone_code: str
    zone_name: str
    zone_area_m2: float
    covered_before_m2: float
    covered_after_m2: float
    ratio_before: float
    ratio_after: float
    error_bound: float = Field(description="Of either ratio.")


class EffectAnswer(BaseModel):
    """What one change came to."""

    cells_gone: int
    cells_come: int


class FootprintAnswer(BaseModel):
    """Ground of a cell that would come."""

    change: int = Field(description="From 1, in the order of the question.")
    ring: list[list[list[float]]] = Field(description="Outer rings, WGS 84, longitude first.")


class WhatIfAnswer(BaseModel):
    """Zones touched, before and after all changes together."""

    definition: str
    technology: str
    operators: list[str]
    min_operators: int
    as_of: date
    data_version: str
    zones: list[ZoneChangeAnswer]
    effects: list[EffectAnswer] = Field(description="One for each change.")
    footprints: list[FootprintAnswer]


class SiteAnswer(BaseModel):
    """A site that reaches a zone."""

    site_id: int
    code: str
    operator: str
    cells: int = Field(description="Drawn cells of the technology asked for.")
    lon: float
    lat: float


class SitesAnswer(BaseModel):
    """Sites near a zone, nearest to its middle first."""

    technology: str
    zone: str
    sites: list[SiteAnswer]


class CandidateAnswer(BaseModel):
    """A site to upgrade, or a new pole."""

    kind: str = Field(description="upgrade or pole")
    site_id: int | None
    code: str | None
    operator: str | None
    cost: float
    lon: float
    lat: float


class ZoneOutcomeAnswer(BaseModel):
    """A zone before and after the plan; shares of its area, counted on sample points."""

    zone_code: str
    zone_name: str
    operator: str | None = Field(description="Of whom, when operators do not share.")
    before: float
    after: float
    reachable: float = Field(description="With every candidate built.")
    met: bool | None


class PlanAnswer(BaseModel):
    """The plan, what it costs, and how much better any plan could be."""

    target: float | None
    budget: float | None
    as_of: date
    radius_m: float
    data_version: str
    is_demo: bool
    cost: float
    bound: float | None = Field(None, description="No plan that reaches as much costs less.")
    added_m2: float | None = None
    bound_m2: float | None = Field(None, description="With a budget: no plan within it adds more.")
    gap: float = Field(description="Share that might still be saved (or gained).")
    met: bool | None = None
    groups: int = Field(description="Groups of zones, each solved on its own.")
    proven: int = Field(description="Groups whose answer is proven within 1 %; the others ended by time.")
    upgrades: int
    new_poles: int
    sites: list[CandidateAnswer]
    zones: list[ZoneOutcomeAnswer]


class StepAnswer(BaseModel):
    """One more site."""

    cost: float = Field(description="Of all steps so far.")
    ratio: float = Field(description="Covered share of the area of all zones after it.")
    site: CandidateAnswer


class FrontierAnswer(BaseModel):
    """The order in which to build."""

    as_of: date
    radius_m: float
    data_version: str
    is_demo: bool
    ratio_before: float | None
    steps: list[StepAnswer]
