"""Shapes of the answers about coverage, for the OpenAPI document and for its readers."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field


class DefinitionAnswer(BaseModel):
    """What a number means."""

    id: str
    version: int
    label: str = Field(description="Id and version in one word, as printed beside a number.")
    title_vi: str
    title_en: str
    numerator: str
    denominator: str
    predicate: str
    evidence: str = Field(description="declared, modelled or measured; never mixed.")
    source: str


class TargetAnswer(BaseModel):
    """A value to be reached by a day."""

    definition_id: str
    ratio: float
    due_on: date
    title_vi: str
    title_en: str
    source: str


class DataVersionAnswer(BaseModel):
    """State of a layer when the number was computed."""

    layer: str
    version: int
    changed_at: datetime


class AreaBasis(BaseModel):
    """What all area ratios of one answer share."""

    definition: DefinitionAnswer
    technology: str
    operators: list[str]
    min_operators: int
    as_of: date
    data: list[DataVersionAnswer]
    first_source_date: date | None = Field(description="Oldest day for which the cell lists speak.")
    last_source_date: date | None
    cells_drawn: int
    cells_left_out: dict[str, int] = Field(description="Reason -> cells; see /coverage/definitions for words.")
    cells_assumed: dict[str, int] = Field(description="no_beamwidth: drawn as a full circle.")
    storage_srid: int
    method: str
    is_demo: bool = Field(description="True: made-up demonstration data.")


class ZoneAnswer(BaseModel):
    """Covered share of one zone."""

    zone_id: int
    zone_code: str
    zone_name: str
    ratio: float = Field(ge=0, le=1)
    error_bound: float = Field(description="Of the ratio, to first order.")
    covered_area_m2: float = Field(description="Planar, in the storage CRS.")
    zone_area_m2: float = Field(description="Planar, in the storage CRS.")
    covered_area_ha: float = Field(description="On the ellipsoid.")
    zone_area_ha: float = Field(description="On the ellipsoid.")
    operators: int
    cells_used: int
    faulty_cells_near: int = Field(description="Cells left out for want of data that might reach the zone.")


class AreaRatios(BaseModel):
    """Answer of /coverage/ratios."""

    basis: AreaBasis
    targets: list[TargetAnswer]
    zones: list[ZoneAnswer]


class StationListAnswer(BaseModel):
    """A 4G list that was counted."""

    source: str
    source_date: date | None
    stations: int


class StationBasisAnswer(BaseModel):
    """What all rows of one station count share."""

    as_of: date
    buffer_m: float
    target: float
    target_due_on: date | None
    data: list[DataVersionAnswer]
    lists_4g: list[StationListAnswer] = Field(description="Whose 4G list, and of which day.")
    is_demo: bool


class StationRow(BaseModel):
    """5G stations against 4G stations of one place and operator."""

    scope: str
    zone_id: int | None
    zone_code: str | None
    zone_name: str | None
    operator: str | None = Field(description="null: all operators together.")
    stations_5g: int
    stations_4g: int
    ratio: float | None = Field(description="null: no 4G station to divide by.")
    meets_target: bool | None
    not_counted: dict[str, int] = Field(description="Condition of the counting rule that failed -> sites.")


class StationRatios(BaseModel):
    """Answer of /coverage/stations."""

    definition: DefinitionAnswer
    basis: StationBasisAnswer | None = Field(description="null when there is no row.")
    rows: list[StationRow]


class ConditionAnswer(BaseModel):
    """One condition of the station counting rule."""

    reason: str
    sql: str
    text_vi: str
    text_en: str


class ReasonAnswer(BaseModel):
    """Words for a reason to leave a cell out."""

    reason: str
    text_vi: str
    text_en: str


class Definitions(BaseModel):
    """Answer of /coverage/definitions."""

    definitions: list[DefinitionAnswer]
    targets: list[TargetAnswer]
    station_rule: list[ConditionAnswer]
    left_out_reasons: list[ReasonAnswer]
