"""Coverage ratios: share of each zone's area, stations against their target, and the definitions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from gis_service import csv_text
from gis_service.access import Access, asking, reading
from gis_service.identity.model import Identity
from gis_service.routes.coverage_answers import AreaRatios, Definitions, StationRatios
from layers.coverage import definitions, ratios, stations, tables
from layers.coverage.cells import LEFT_OUT_REASONS

router = APIRouter(prefix="/coverage", tags=["coverage"])

Technology = Annotated[str, Query(max_length=10, description="2G, 3G, 4G or 5G.")]
Operators = Annotated[list[str] | None, Query(max_length=50, description="Repeat for several; none means all.")]
Zones = Annotated[list[str] | None, Query(max_length=500, description="Code or id; repeat; none means all.")]
AsOf = Annotated[date | None, Query(description="Day counted; none means today.")]
Format = Annotated[Literal["json", "csv"], Query(description="csv is for spreadsheets.")]

_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "As JSON, or CSV."}}


@router.get("/ratios", response_model=AreaRatios, responses=_CSV)
def area_ratios(
    access: Annotated[Access, reading("coverage.read")],
    technology: Technology = "5G",
    operator: Operators = None,
    min_operators: Annotated[int, Query(ge=1, le=50, description="How many must cover a point.")] = 1,
    zone: Zones = None,
    as_of: AsOf = None,
    format: Format = "json",  # noqa: A002  # the name that askers expect
) -> Any:
    """Covered share of the area of each zone, from the footprints that operators declare."""
    run = ratios.run(
        access.connection,
        technology=technology,
        operators=operator or None,
        min_operators=min_operators,
        as_of=as_of,
        zone_ids=ratios.find_zone_ids(access.connection, zone) if zone else None,
    )
    if format == "csv":
        return _as_csv(tables.of_zones(run), f"coverage-{technology}-{run.basis.as_of}")
    basis = asdict(run.basis)
    basis["definition"]["label"] = run.basis.definition.label
    return {
        "basis": basis,
        "targets": [asdict(target) for target in definitions.targets_of(run.basis.definition)],
        "zones": [_without_basis(one) for one in run.zones],
    }


@router.get("/stations", response_model=StationRatios, responses=_CSV)
def station_ratios(
    access: Annotated[Access, reading("coverage.read")],
    scope: Annotated[Literal["province", "zone", "operator"], Query(description="Which rows to give.")] = "province",
    buffer_m: Annotated[float, Query(description="With scope=zone: also sites this far outside.")] = 0.0,
    zone: Zones = None,
    as_of: AsOf = None,
    format: Format = "json",  # noqa: A002  # the name that askers expect
) -> Any:
    """5G stations per 4G station under the counting rule of Nghị định 88/2025, against the target."""
    rows = stations.station_ratio(
        access.connection,
        scope=scope,
        buffer_m=buffer_m,
        as_of=as_of,
        target=access.settings.station_ratio_target,
        zone_ids=ratios.find_zone_ids(access.connection, zone) if zone else None,
    )
    if format == "csv":
        return _as_csv(tables.of_stations(rows), f"stations-{scope}")
    return {
        "definition": _definition(definitions.STATION_RATIO),
        "basis": _without(asdict(rows[0].basis), "definition") if rows else None,
        "rows": [_without_basis(one) for one in rows],
    }


@router.get("/definitions", response_model=Definitions)
def list_definitions(_: Annotated[Identity, asking("coverage.read")]) -> Any:
    """What each number means, the targets that speak of it, and the words for what is left out."""
    return {
        "definitions": [_definition(one) for one in definitions.DEFINITIONS],
        "targets": [asdict(target) for target in definitions.TARGETS],
        "station_rule": [asdict(condition) for condition in definitions.STATION_RULE],
        "left_out_reasons": [
            {"reason": reason, "text_vi": vi, "text_en": en} for reason, (vi, en) in LEFT_OUT_REASONS.items()
        ],
    }


def _definition(definition: definitions.Definition) -> dict[str, Any]:
    return asdict(definition) | {"label": definition.label}


def _without_basis(row: ratios.ZoneRatio | stations.StationRatio) -> dict[str, Any]:
    # Field by field and not asdict(): that would copy the basis for each of a thousand rows.
    return {name: getattr(row, name) for name in row.__dataclass_fields__ if name != "basis"}


def _without(facts: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key != name}


def _as_csv(table: tables.Table, name: str) -> Response:
    return Response(
        csv_text.write(table.columns, table.rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
