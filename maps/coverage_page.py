"""What the coverage page shows: key figures, zones, gaps and history of one question; computed once a data version."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from sqlalchemy import Connection, func, select

from layers.coverage import cells as cell_sets
from layers.coverage import definitions, forecast, gaps, history, month_ends, ratios, stations
from layers.coverage.definitions import AREA_RATIO, STATION_RATIO, ZONE_HAS_5G, Definition, Target
from layers.coverage.errors import UnknownOperator
from layers.coverage.provenance import Basis, data_versions
from layers.coverage.ratios import ZoneRatio
from layers.coverage.records import coverage_runs
from layers.crs import transformer
from layers.stations import cells
from maps.coverage_colors import fill_of

TECHNOLOGIES = ("5G", "4G")
"""That the page offers; any other that cells have can be asked for by address."""

SORTS = ("name", "ratio", "covered", "area", "operators", "cells")
FEWEST_MOMENTS = 3
"""Days on record from which the chart shows them instead of recomputing the past."""

DATA = ("zones", "sites", "cells", "plots", "enterprises")
SIMPLIFY_M = 5.0
"""Outlines on the map only; ratios are computed before."""

GAPS_SHOWN = 25
_KEPT = 24

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for, made sound."""

    technology: str
    operators: tuple[str, ...]
    # Asked for; empty means all.
    min_operators: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure against its target."""

    definition: Definition
    ratio: float | None
    numerator: float
    denominator: float
    target: Target | None
    wanted: float | None
    # The target's value; a setting may have changed it.

    @property
    def meets(self) -> bool | None:
        """Whether the target is met; None where there is nothing to compare."""
        return None if self.ratio is None or self.wanted is None else self.ratio >= self.wanted


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page says about one question."""

    question: Question
    known_operators: tuple[str, ...]
    basis: Basis
    figures: tuple[Figure, ...]
    # Station ratio, zones with 5G, area.
    zones: tuple[ZoneRatio, ...]
    has_5g: dict[int, bool]
    gaps: gaps.Gaps
    growth: month_ends.Growth
    is_stored: bool
    # The history is that of runs on record, not recomputed.
    ahead: forecast.Forecast | None
    # Of the area ratio at the deadline of its target; None without a target or with too little history.
    arrival: forecast.Arrival | None
    outlines: Json
    # GeoJSON, WGS 84, simplified.
    boxes: dict[int, tuple[float, float, float, float]]
    # Zone id -> west, south, east, north in degrees.


_cache: OrderedDict[tuple[Any, ...], Overview] = OrderedDict()
_turns: dict[tuple[Any, ...], threading.Lock] = {}
"""Questions that somebody computes at the moment."""
_cache_lock = threading.Lock()


def ask(conn: Connection, technology: str, operators: Sequence[str], min_operators: int) -> Question:
    """The question of an address: unknown operators raise, more operators at once than there are become all.

    Raises UnknownTechnology or UnknownOperator.
    """
    counted = cell_sets.check_question(conn, technology, list(operators) or None, 1)
    known = cell_sets.operators(conn)
    for name in operators:
        if name not in known:
            raise UnknownOperator(name, known)
    chosen = () if set(operators) >= set(known) else tuple(sorted(set(operators)))
    return Question(technology, chosen, max(1, min(min_operators, len(counted))))


def overview(
    conn: Connection, question: Question, audience: str, *, station_target: float, today: date | None = None
) -> Overview:
    """Everything about one question as this audience may see it.

    Kept until the data changes or the day ends; the same for all readers of an audience.
    """
    day = cell_sets.day_counted(conn, today)
    versions = (*((one.layer, one.version) for one in data_versions(conn, DATA)), _newest_run(conn))
    key = (str(conn.engine.url), audience, question, day, versions, station_target)
    with _cache_lock:
        known = _known(key)
        if known is not None:
            return known
        turn = _turns.setdefault(key, threading.Lock())
    with turn:  # who asks meanwhile waits for the same numbers and does not compute them beside
        with _cache_lock:
            known = _known(key)
        return known or _made(conn, question, day, station_target, key)


def _made(conn: Connection, question: Question, day: date, station_target: float, key: tuple[Any, ...]) -> Overview:
    try:
        made = _compute(conn, question, day, station_target)
        with _cache_lock:
            _cache[key] = made
            while len(_cache) > _KEPT:
                _cache.popitem(last=False)
        return made
    finally:
        with _cache_lock:
            _turns.pop(key, None)


def _known(key: tuple[Any, ...]) -> Overview | None:
    """What is kept; the caller holds the lock of the cache."""
    if key not in _cache:
        return None
    _cache.move_to_end(key)
    return _cache[key]


def warm(conn: Connection, *, station_target: float) -> None:
    """Answer the question of the bare address before the first reader asks it; a second or two, compiling included.

    A database without cells has nothing to be asked.
    """
    if TECHNOLOGIES[0] in technologies(conn, ""):
        overview(conn, ask(conn, TECHNOLOGIES[0], [], 1), "public", station_target=station_target)


def _newest_run(conn: Connection) -> int:
    """Number of the last run on record: another may change the history."""
    return int(conn.execute(select(func.coalesce(func.max(coverage_runs.c.id), 0))).scalar_one())


def _compute(conn: Connection, question: Question, day: date, station_target: float) -> Overview:
    asked: dict[str, Any] = {
        "technology": question.technology, "operators": list(question.operators) or None,
        "min_operators": question.min_operators, "as_of": day,
    }  # fmt: skip
    run = ratios.run(conn, **asked)
    presence = stations.zone_has_5g(conn, as_of=day)
    rows = stations.station_ratio(conn, as_of=day, target=station_target)
    outlines, boxes = _outlines(conn, run)
    figures = _figures(run, presence, rows)
    stored = _on_record(conn, run.basis)
    growth = stored or month_ends.growth(conn, **asked)
    ahead, arrival = _ahead(growth, figures[-1].target)
    return Overview(
        question, cell_sets.operators(conn), run.basis, figures, run.zones,
        {one.zone_id: one.has_5g for one in presence}, gaps.find(conn, **asked), growth, stored is not None, ahead,
        arrival, outlines, boxes,
    )  # fmt: skip


def _on_record(conn: Connection, basis: Basis) -> month_ends.Growth | None:
    """The history that runs on record tell, when they tell of at least two days."""
    moments = history.of_ratio(
        conn, AREA_RATIO.label, operators=basis.operators, technology=basis.technology,
        min_operators=basis.min_operators,
    )  # fmt: skip
    if len(moments) < FEWEST_MOMENTS:
        return None
    return month_ends.Growth(tuple(month_ends.MonthEnd(one.as_of, one.ratio, None, None) for one in moments), 0)


def _ahead(
    growth: month_ends.Growth, target: Target | None
) -> tuple[forecast.Forecast | None, forecast.Arrival | None]:
    points = [forecast.Point(one.day, one.ratio) for one in growth.points if one.ratio is not None]
    if target is None or forecast.fit(points) is None:
        return None, None
    return forecast.at_deadline(points, target.due_on), forecast.when_reached(points, target.ratio)


def _figures(
    run: ratios.Run, presence: list[stations.ZonePresence], rows: list[stations.StationRatio]
) -> tuple[Figure, ...]:
    everyone = rows[0]
    has = sum(one.has_5g for one in presence)
    zone_targets = sorted(definitions.targets_of(ZONE_HAS_5G), key=lambda one: one.due_on)
    area_targets = definitions.targets_of(AREA_RATIO) if run.basis.technology == "5G" else ()
    covered = sum(one.covered_area_m2 for one in run.zones)
    total = sum(one.zone_area_m2 for one in run.zones)
    return (
        Figure(STATION_RATIO, everyone.ratio, everyone.stations_5g, everyone.stations_4g,
               definitions.targets_of(STATION_RATIO)[0], everyone.basis.target),
        Figure(ZONE_HAS_5G, has / len(presence) if presence else None, has, len(presence),
               zone_targets[0] if zone_targets else None, zone_targets[0].ratio if zone_targets else None),
        Figure(AREA_RATIO, covered / total if total else None, covered, total,
               area_targets[0] if area_targets else None, area_targets[0].ratio if area_targets else None),
    )  # fmt: skip


def _outlines(conn: Connection, run: ratios.Run) -> tuple[Json, dict[int, tuple[float, float, float, float]]]:
    shapes = ratios.read_zones(conn, [one.zone_id for one in run.zones])
    to_wgs84 = transformer(run.basis.storage_srid, 4326)
    drawn = shapely.transform(
        shapely.simplify(shapes.geoms, SIMPLIFY_M),
        lambda xy: np.column_stack(to_wgs84.transform(xy[:, 0], xy[:, 1])).round(6),
    )
    features, boxes = [], {}
    for one, shape in zip(run.zones, drawn, strict=True):
        west, south, east, north = (round(float(v), 6) for v in shape.bounds)
        boxes[one.zone_id] = (west, south, east, north)
        features.append({
            "type": "Feature", "id": one.zone_id, "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": {"code": one.zone_code, "name": one.zone_name, "ratio": round(one.ratio, 6),
                           "color": fill_of(one.ratio)},
        })  # fmt: skip
    return {"type": "FeatureCollection", "features": features}, boxes


def sort_zones(zones: Sequence[ZoneRatio], sort: str, *, descending: bool) -> list[ZoneRatio]:
    """Rows of the table in the order asked for; ties by name."""
    keys: dict[str, Any] = {
        "name": lambda one: one.zone_name, "ratio": lambda one: one.ratio, "covered": lambda one: one.covered_area_ha,
        "area": lambda one: one.zone_area_ha, "operators": lambda one: one.operators,
        "cells": lambda one: one.cells_used,
    }  # fmt: skip
    by_name = sorted(zones, key=lambda one: (one.zone_name, one.zone_id))
    return sorted(by_name, key=keys[sort if sort in keys else "ratio"], reverse=descending)


def find_row(found: Overview, key: str) -> ZoneRatio | None:
    """The row of the zone chosen in the address, by code; None when nothing or nonsense is chosen."""
    return next((one for one in found.zones if one.zone_code == key), None)


def technologies(conn: Connection, asked: str) -> tuple[str, ...]:
    """Those the page offers that have cells, and the one asked for."""
    present = set(conn.execute(select(cells.c.technology).distinct()).scalars())
    return tuple(one for one in ("5G", "4G", "3G", "2G") if (one in present and one in TECHNOLOGIES) or one == asked)


def address(state: Json, path: str = "/coverage", **changes: Any) -> str:
    """The address of the page with some of its state changed; None takes a part away."""
    kept = {key: value for key, value in {**state, **changes}.items() if value is not None and value != []}
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


def file_address(state: Json, what: str, ending: str) -> str:
    """Where a table of the page lies as a file."""
    asked = {key: value for key, value in state.items() if key in ("technology", "operator", "min_operators")}
    return address(asked, f"/coverage/tables/{what}.{ending}")
