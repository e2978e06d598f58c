"""Coverage runs on record, the history and forecast of a ratio, and what drive tests say of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from gis_service import csv_text
from gis_service.access import Access, reading
from layers.coverage import definitions, forecast, history, list_checks, measured, questions, run_tables, runs
from layers.coverage.forecast import DOUBTS, Doubt

router = APIRouter(prefix="/coverage", tags=["coverage"])

RunId = Annotated[int, Path(ge=1, le=2**62)]
Format = Annotated[Literal["json", "csv"], Query(description="csv is for spreadsheets.")]
Definition = Annotated[str, Query(max_length=60, description="Id, or id@version; see /coverage/definitions.")]
Technology = Annotated[str, Query(max_length=10)]
Code = Annotated[str, Query(max_length=80, description="Of a zone or commune; 'province' is the whole.")]
Operator = Annotated[str, Query(max_length=50, description="Empty: all together.")]
MinOperators = Annotated[int, Query(ge=1, le=50)]
Tier = Annotated[float | None, Query(description="Modelled: the power wanted in dBm; -110 if not said.")]
Probability = Annotated[float | None, Query(description="Modelled: how surely; 0.9 if not said.")]

_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "As JSON, or CSV."}}


class NumberAnswer(BaseModel):
    """One number of a run."""

    scope: str
    zone_id: int | None
    code: str
    name: str
    operator: str | None = Field(description="null: all counted operators together.")
    ratio: float | None = Field(description="null: nothing to divide by.")
    error_bound: float
    numerator: float | None = Field(description="null: not for everybody, as the workers of a firm.")
    denominator: float | None
    limiting: str = Field(description="What keeps the ratio from being higher.")
    limiting_vi: str
    limiting_en: str
    details: dict[str, Any] = Field(description="For staff.")


class RunAnswer(BaseModel):
    """A run with all its numbers."""

    basis: dict[str, Any]
    targets: list[dict[str, Any]]
    numbers: list[NumberAnswer]


@router.get("/runs")
def list_runs(
    access: Annotated[Access, reading("coverage.read")],
    definition: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[dict[str, Any]]:
    """The newest runs first: question, data versions, engine, hashes."""
    found = runs.list_runs(access.connection, definition=definition, limit=limit)
    return [run_tables.basis(run) for run in found]


@router.get("/runs/{run_id}", response_model=RunAnswer, responses=_CSV)
def get_run(run_id: RunId, access: Annotated[Access, reading("coverage.read")], format: Format = "json") -> Any:  # noqa: A002
    """One run with every number."""
    read = runs.get_run if access.audience == "staff" else runs.get_public_run
    run = read(access.connection, run_id)
    if format == "csv":
        table = run_tables.of_run(run)
        return _as_csv(table.columns, table.rows, f"coverage-run-{run_id}")
    definition = questions.get_definition(run.question.definition)
    return {
        "basis": run_tables.basis(run),
        "targets": [asdict(target) for target in definitions.targets_of(definition)],
        "numbers": [run_tables.number(one) for one in run.results],
    }


@router.get("/runs/{run_id}/repeat")
def repeat_run(run_id: RunId, access: Annotated[Access, reading("coverage.run")]) -> dict[str, Any]:
    """Compute a past run again from its stored inputs and compare every byte."""
    same, content = runs.repeat(access.connection, run_id)
    return {"run": run_id, "same_bytes": same, "digest": questions.digest(content), "bytes": len(content)}


@router.get("/history", responses=_CSV)
def get_history(
    access: Annotated[Access, reading("coverage.read")],
    definition: Definition = "area_ratio/declared",
    technology: Technology = "5G",
    code: Code = "province",
    operator: Operator = "",
    min_operators: MinOperators = 1,
    tier_dbm: Tier = None,
    probability: Probability = None,
    format: Format = "json",  # noqa: A002
) -> Any:
    """The numbers on record of one place, by the day counted, each with its run, data version and method."""
    moments = history.of_ratio(
        access.connection, definition, code=code, operator=operator, technology=technology,
        min_operators=min_operators, tier_dbm=tier_dbm, probability=probability,
    )  # fmt: skip
    if format == "csv":
        names = history.Moment.__slots__
        return _as_csv(names, [[_plain(getattr(one, name)) for name in names] for one in moments], "coverage-history")
    label = questions.get_definition(definition).label
    return {
        "definition": label,
        "code": code,
        "operator": operator or None,
        "moments": [asdict(one) for one in moments],
    }


@router.get("/forecast")
def get_forecast(
    access: Annotated[Access, reading("coverage.read")],
    definition: Definition = "area_ratio/declared",
    technology: Technology = "5G",
    code: Code = "province",
    operator: Operator = "",
    min_operators: MinOperators = 1,
    tier_dbm: Tier = None,
    probability: Probability = None,
    day: Annotated[date | None, Query(description="Deadline; none takes those of the targets.")] = None,
    target: Annotated[float | None, Query(gt=0, le=1, description="None takes those of the targets.")] = None,
    rate_factor: Annotated[float, Query(gt=0, le=100, description="If roll-out went so many times as fast.")] = 1.0,
    rate_per_month: Annotated[float | None, Query(ge=-1, le=1, description="If the ratio grew by so much.")] = None,
) -> dict[str, Any]:
    """The ratio at the deadlines, and when each target is reached, with 80 % intervals and their doubts."""
    moments = history.of_ratio(
        access.connection, definition, code=code, operator=operator, technology=technology,
        min_operators=min_operators, tier_dbm=tier_dbm, probability=probability,
    )  # fmt: skip
    points = history.points(moments)
    known = definitions.targets_of(questions.get_definition(definition))
    days = [day] if day else sorted({one.due_on for one in known})
    ratios = [target] if target else sorted({one.ratio for one in known})
    values = [forecast.at_deadline(points, one) for one in days]
    arrivals = [
        forecast.when_reached(points, one, rate_factor=rate_factor, rate_per_month=rate_per_month) for one in ratios
    ]
    enough = forecast.fit(points) is not None
    return {
        "definition": questions.get_definition(definition).label,
        "code": code,
        "points": len(points),
        "method": "Least squares through the last 12 points; 80 % prediction interval (Student).",
        "doubts": [] if enough else [_words("too_few_points")],
        "at_deadline": [asdict(one) | {"doubts": [_words(d) for d in one.doubts]} for one in values if one],
        "when_reached": [asdict(one) | {"doubts": [_words(d) for d in one.doubts]} for one in arrivals if one],
    }


@router.get("/measured")
def get_measured(
    access: Annotated[Access, reading("coverage.measured")],
    technology: Technology = "5G",
    as_of: Annotated[date | None, Query()] = None,
) -> dict[str, Any]:
    """Reliability of declared coverage per zone and operator, and the offset of the model per band."""
    conn = access.connection
    zones = measured.reliability(conn, technology=technology, as_of=as_of)
    offsets = measured.calibration(conn, technology=technology, as_of=as_of)
    return {
        "definition": asdict(definitions.RELIABILITY) | {"label": definitions.RELIABILITY.label},
        "wanted": measured.WANTED,
        "zones": [
            {name: getattr(one, name) for name in one.__slots__ if name not in ("definition", "data")} for one in zones
        ],
        "data": [asdict(one) for one in zones[0].data] if zones else [],
        "calibration": [asdict(one) for one in offsets],
    }


@router.get("/faults")
def get_faults(
    access: Annotated[Access, reading("coverage.measured")],
    technology: Technology = "5G",
    as_of: Annotated[date | None, Query()] = None,
) -> dict[str, Any]:
    """What to ask operators about their lists, row by row, and how much it could matter to each zone."""
    remarks = list_checks.remarks(access.connection, technology=technology, as_of=as_of)
    effects = list_checks.effect_of_faults(access.connection, technology=technology, as_of=as_of)
    words = {kind: {"text_vi": vi, "text_en": en} for kind, (vi, en) in list_checks.REMARKS.items()}
    return {
        "kinds": words,
        "remarks": [asdict(one) for one in remarks],
        "effects": [asdict(one) for one in effects],
    }


def _words(doubt: Doubt) -> dict[str, str]:
    vi, en = DOUBTS[doubt]
    return {"doubt": doubt, "text_vi": vi, "text_en": en}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _as_csv(columns: Any, rows: Any, name: str) -> Response:
    return Response(
        csv_text.write(list(columns), rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
