"""Measured evidence: how far drive tests bear out what is declared, and how far the model is off.

Reliability is the share of field tests inside the declared footprints of their operator that succeeded, as
ARCEP has it. Calibration is the median of measured minus modelled level, per operator and band. Both are shown
beside the declared and modelled numbers; neither changes them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select, true

from layers.coverage import antennas, link_budget, snapshots, transmitters
from layers.coverage.cells import check_question
from layers.coverage.definitions import RELIABILITY, Definition
from layers.coverage.footprints import Floats
from layers.coverage.networks import network_of
from layers.coverage.provenance import DataVersion, data_versions
from layers.coverage.questions import Question, complete
from layers.coverage.records import drive_tests
from layers.coverage.transmitters import Modelled
from layers.zones import zones

WANTED = 0.95
"""ARCEP's threshold for a zone of about 50 km²."""

FEWEST_TESTS = 30
"""Fewer tests give a number, but no verdict and no calibration."""

FARTHEST_M = 5000.0


@dataclass(frozen=True, slots=True)
class Reliability:
    """Field tests of one operator in one zone."""

    zone_id: int
    zone_code: str
    zone_name: str
    operator: str
    tests: int
    # Outdoors, in the zone, on or before the day.
    inside: int
    # Of them inside a declared footprint of their operator.
    succeeded: int
    ratio: float | None
    # succeeded / inside; None without a test inside.
    low: float | None
    high: float | None
    # Wilson's interval, 95 %, as if tests were independent: neighbours on a road are not, so it is too narrow.
    succeeded_outside: int
    # Tests that succeeded where nothing is declared: coverage that is not on the list.
    borne_out: bool | None
    # Whether `ratio` reaches WANTED; None with fewer than FEWEST_TESTS inside.
    definition: Definition
    as_of: date
    data: tuple[DataVersion, ...]


@dataclass(frozen=True, slots=True)
class Offset:
    """Measured minus modelled, of one operator in one band."""

    operator: str
    band: str
    tests: int
    offset_db: float | None
    # Median; None with fewer than FEWEST_TESTS.
    spread_db: float | None
    # 1.4826 × median absolute deviation: a robust standard deviation.
    error_db: float | None
    # 1.96 standard errors of the median.
    without_cell: int
    # Tests with no cell of that operator and band within 5 km: a gap of the list, or a wrong band.


def reliability(
    conn: Connection, *, technology: str = "5G", operators: Sequence[str] | None = None, as_of: date | None = None
) -> list[Reliability]:
    """Zones with at least one test, ordered by code and operator; needs a staff connection.

    Raises UnknownTechnology or UnknownOperator.
    """
    question = _question(conn, "area_ratio/declared", technology, operators, as_of)
    network = network_of(snapshots.take(conn, question))
    tests = _tests(conn, question)
    if not tests:
        return []
    number = {name: np.uint64(k) for k, name in enumerate(question.operators)}
    masks = network.masks(_column(tests, "x"), _column(tests, "y"))
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    places: dict[str, Any] = {}
    for test, mask in zip(tests, masks, strict=True):
        if test["zone_code"] is None:
            continue
        places[test["zone_code"]] = test
        inside = int((mask >> number[test["operator"]]) & np.uint64(1))
        here = counts[test["zone_code"], test["operator"]]
        here[0] += 1
        here[1] += inside
        here[2 if inside else 3] += int(test["succeeded"])
    versions = data_versions(conn, ("zones", "sites", "cells", "drive_tests"))
    found = []
    for (code, operator), (total, declared, succeeded, outside) in sorted(counts.items()):
        place = places[code]
        low, high = wilson(succeeded, declared) if declared else (None, None)
        ratio = succeeded / declared if declared else None
        found.append(
            Reliability(
                place["zone_id"], code, place["zone_name"], operator, total, declared, succeeded, ratio, low,
                high, outside, None if ratio is None or declared < FEWEST_TESTS else ratio >= WANTED, RELIABILITY,
                question.as_of, versions,
            )
        )  # fmt: skip
    return found


def calibration(
    conn: Connection, *, technology: str = "5G", operators: Sequence[str] | None = None, as_of: date | None = None
) -> list[Offset]:
    """Offset of the model for each operator and band that was measured; needs a staff connection."""
    question = _question(conn, "area_ratio/modelled", technology, operators, as_of)
    snapshot = snapshots.take(conn, question)
    tests = [one for one in _tests(conn, question) if one["rsrp_dbm"] is not None]
    assert question.tier_dbm is not None
    assert question.probability is not None
    modelled = transmitters.model(
        snapshot.cells, question.operators, snapshot.srid, tier_dbm=question.tier_dbm, probability=question.probability
    )
    band = np.array([snapshot.cells[k]["band"] or "?" for k in modelled.rows])
    owner = np.array([snapshot.cells[k]["operator"] for k in modelled.rows])
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for test in tests:
        groups[test["operator"], test["band"] or "?"].append(test)
    found = []
    for (operator, name), mine in sorted(groups.items()):
        cells = np.flatnonzero((owner == operator) & ((band == name) | (name == "?")))
        median = best_medians(modelled, cells, _column(mine, "x"), _column(mine, "y"))
        found.append(offset_of(operator, name, _column(mine, "rsrp_dbm") - median))
    return found


def offset_of(operator: str, band: str, difference_db: Floats) -> Offset:
    """Median, spread and error of measured − modelled; NaN marks a test without a cell near."""
    known = difference_db[np.isfinite(difference_db)]
    lost = len(difference_db) - len(known)
    if len(known) < FEWEST_TESTS:
        return Offset(operator, band, len(known), None, None, None, lost)
    middle = float(np.median(known))
    spread = 1.4826 * float(np.median(np.abs(known - middle)))
    # The standard error of a median is 1.2533 times that of a mean.
    error = 1.96 * 1.2533 * spread / math.sqrt(len(known))
    return Offset(operator, band, len(known), round(middle, 2), round(spread, 2), round(error, 2), lost)


def best_medians(modelled: Modelled, cells: Any, x: Floats, y: Floats) -> Floats:
    """Strongest median level (dBm) of these cells at each point; NaN with none within 5 km. Plain formulas."""
    sent = modelled.transmitters
    best = np.full(len(x), -np.inf)
    for i in cells:
        east, north = x - sent.x[i], y - sent.y[i]
        distance = np.hypot(east, north)
        near = distance <= FARTHEST_M
        azimuth = np.degrees(np.arctan2(sent.east[i], sent.north[i]))
        level = link_budget.rsrp_dbm(
            str(sent.model[i]), sent.level_dbm[i], sent.frequency_ghz[i], distance[near], sent.height_m[i],
            antennas.off_axis_deg(east[near], north[near], azimuth), sent.beam_deg[i], sent.tilt_deg[i],
            sent.vertical_beam_deg[i],
        )  # fmt: skip
        best[near] = np.maximum(best[near], level)
    return np.where(np.isfinite(best), best, np.nan)


def wilson(successes: int, tests: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share; 95 of 100 gives 88.8 % to 97.8 %."""
    share = successes / tests
    middle = (share + z**2 / (2 * tests)) / (1 + z**2 / tests)
    half = z * math.sqrt(share * (1 - share) / tests + z**2 / (4 * tests**2)) / (1 + z**2 / tests)
    return max(0.0, middle - half), min(1.0, middle + half)


def _question(
    conn: Connection, definition: str, technology: str, operators: Sequence[str] | None, as_of: date | None
) -> Question:
    counted = check_question(conn, technology, operators, 1)
    return complete(Question(definition, technology, counted, as_of or snapshots.database_today(conn)))


def _tests(conn: Connection, question: Question) -> list[Any]:
    """Outdoor tests of these operators, each with the zone it was made in (the first by code)."""
    test = drive_tests.c
    zone = (
        select(zones.c.id, zones.c.code, zones.c.name)
        .where(func.ST_Intersects(zones.c.geom, test.geom))
        .order_by(zones.c.code).limit(1).lateral("zone")
    )  # fmt: skip
    query = (
        select(
            test.operator, test.band, test.rsrp_dbm, test.succeeded, func.ST_X(test.geom).label("x"),
            func.ST_Y(test.geom).label("y"), zone.c.id.label("zone_id"), zone.c.code.label("zone_code"),
            zone.c.name.label("zone_name"),
        )
        .select_from(drive_tests.outerjoin(zone, true()))
        .where(
            test.technology == question.technology, test.operator.in_(question.operators), ~test.is_indoor,
            test.measured_on <= question.as_of,
        )
        .order_by(test.id)
    )  # fmt: skip
    return list(conn.execute(query).mappings())


def _column(tests: Sequence[Any], name: str) -> Floats:
    return np.array([test[name] for test in tests], float)
