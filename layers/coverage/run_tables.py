"""Runs as flat tables and as reports: each row explains itself when it is cut out."""

from __future__ import annotations

import math
from typing import Any

from layers.coverage.evaluating import LIMITING, Result
from layers.coverage.questions import get_definition
from layers.coverage.runs import Run
from layers.coverage.tables import Table

COLUMNS = (
    "scope", "code", "name", "operator", "ratio", "error_bound", "numerator", "denominator", "limiting", "definition",
    "evidence", "technology", "operators_counted", "min_operators", "tier_dbm", "probability", "walls", "least_share",
    "as_of", "data_version", "engine", "run", "input_hash", "method", "is_demo",
)  # fmt: skip


def of_run(run: Run) -> Table:
    """One row a number, with everything that the run shares repeated in each."""
    asked = run.question
    shared = (
        asked.definition, asked.evidence, asked.technology, "; ".join(asked.operators), asked.min_operators,
        asked.tier_dbm, asked.probability, asked.walls, asked.least_share, asked.as_of.isoformat(), data_version(run),
        run.engine, run.id, run.input_hash, run.method, int(run.is_demo),
    )  # fmt: skip
    rows = tuple(
        (
            one.scope, one.code, one.name, one.operator or None, _round(one.ratio, 6), _round(one.error_bound, 8),
            _round(one.numerator, 3), _round(one.denominator, 3), one.limiting, *shared,
        )
        for one in run.results
    )  # fmt: skip
    return Table(COLUMNS, rows)


def data_version(run: Run) -> str:
    """Versions of the layers behind a run in one word."""
    return ", ".join(f"{layer} {version}" for layer, version in run.data_versions.items())


def basis(run: Run) -> dict[str, Any]:
    """What all numbers of a run share, as plain values."""
    definition = get_definition(run.question.definition)
    return {
        "run": run.id,
        "definition": {
            "id": definition.id, "version": definition.version, "label": definition.label,
            "title_vi": definition.title_vi, "title_en": definition.title_en, "numerator": definition.numerator,
            "denominator": definition.denominator, "predicate": definition.predicate,
            "evidence": definition.evidence, "source": definition.source,
        },
        "question": run.question.as_json(),
        "data": [{"layer": layer, "version": version} for layer, version in run.data_versions.items()],
        "engine": run.engine, "method": run.method, "input_hash": run.input_hash,
        "result_digest": run.result_digest, "summary": run.summary, "computed_zones": run.computed_zones,
        "created_at": run.created_at.isoformat(), "is_demo": run.is_demo,
    }  # fmt: skip


def number(one: Result) -> dict[str, Any]:
    """One result as plain values."""
    vi, en = LIMITING[one.limiting]
    return {
        "scope": one.scope, "zone_id": one.zone_id, "code": one.code, "name": one.name,
        "operator": one.operator or None, "ratio": one.ratio, "error_bound": one.error_bound,
        "numerator": _known(one.numerator), "denominator": _known(one.denominator), "limiting": one.limiting,
        "limiting_vi": vi, "limiting_en": en, "details": one.details,
    }  # fmt: skip


def as_report(run: Run) -> dict[str, Any]:
    """The report of a job: basis, places and the whole."""
    numbers = [number(one) for one in run.results]
    whole = [one for one in numbers if one["scope"] == "province"]
    return {"basis": basis(run), "zones": [one for one in numbers if one["scope"] != "province"], "whole": whole}


def _known(value: float) -> float | None:
    """NaN stands for a number that is not for everybody."""
    return None if math.isnan(value) else value


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None or math.isnan(value) else round(value, digits)
