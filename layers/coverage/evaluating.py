"""PURE: a snapshot -> numbers. The same snapshot gives the same bytes, whichever places are computed together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.coverage import definitions, sampling
from layers.coverage.footprints import Geometries
from layers.coverage.networks import DeclaredNetwork, Nearby, Network
from layers.coverage.questions import Question, get_definition
from layers.coverage.samples import FINE_STEP_M, STEP_M, Samples
from layers.coverage.snapshots import Snapshot, shape_array
from layers.coverage.unions import covered_areas
from layers.coverage.wedges import Masks

UNION, SAMPLER = "union 1", "sampler 1"
"""Computations by name and version: a change that may change a number gets a new version."""

COMMUNE_STEP_M, LARGE_M2 = 50.0, 4e6
"""Communes above 4 km² are sampled at 50 m."""

LIMITING: dict[str, tuple[str, str]] = {
    "nothing": ("đã phủ toàn bộ", "nothing: all is covered"),
    "no_data": ("không có gì để chia", "there is nothing to divide by"),
    "data_gap": ("thiếu dữ liệu của cell ở gần", "cells near it were left out for want of data"),
    "model_range": ("mô hình chỉ tính đến 5 km", "the model ends at 5 km"),
    "operators": ("không đủ số nhà mạng", "too few operators"),
    "radius": ("bán kính khai báo", "declared radius"),
    "power": ("mức thu theo mô hình", "modelled power"),
    "see_places": ("xem từng nơi", "see the places"),
    "no_cell": ("không có cell nào tới được", "no cell reaches it"),
}
"""What keeps a ratio from being higher -> words."""

Scope = Literal["zone", "commune", "province"]


@dataclass(frozen=True, slots=True)
class Result:
    """One number, as `records.coverage_results` keeps it."""

    scope: Scope
    zone_id: int | None
    code: str
    name: str
    operator: str
    # '' for all counted operators together (at least min_operators of them).
    numerator: float
    denominator: float
    ratio: float | None
    error_bound: float
    limiting: str
    details: dict[str, Any]
    input_hash: str | None = None


def engine_of(question: Question) -> str:
    """Which computation answers a question."""
    return UNION if (question.subject, question.evidence) == ("area", "declared") else SAMPLER


def evaluate(snapshot: Snapshot, network: Network, near: Nearby, places: Sequence[int]) -> dict[int, list[Result]]:
    """Numbers of some places (index into snapshot.zones): first of all operators, then of each."""
    question = Question.from_json(snapshot.question)
    shapes = shape_array(snapshot.zones)
    found: dict[int, list[Result]] = {}
    if engine_of(question) == UNION:
        assert isinstance(network, DeclaredNetwork)
        counts = _unions(question, network, near, shapes, places)
    elif question.subject in ("area", "population"):
        counts = _sampled(question, network, snapshot, shapes, places)
    else:
        counts = _counted(question, network, snapshot, places)
    for place, operator, count in counts:
        row = snapshot.zones[place]
        details = dict(count.details)
        if not operator:
            details["cells_near"] = len(near.cells[place])
            details["faulty_cells_near"] = len(near.faulty[place])
            details["assumed"] = network.flags(near.cells[place])
        result = Result(
            "commune" if question.subject == "population" else "zone",
            None if question.subject == "population" else row["id"],
            row["code"], row["name"], operator, count.numerator, count.denominator, count.ratio, count.error_bound,
            _limiting(question, count, near, place, details), details,
        )  # fmt: skip
        found.setdefault(place, []).append(result)
    return found


def total(question: Question, results: Sequence[Result]) -> list[Result]:
    """The whole: sums of numerators and denominators, for each operator; the error is the weighted mean."""
    wholes = []
    for operator in dict.fromkeys(one.operator for one in results):
        mine = [one for one in results if one.operator == operator]
        numerator, denominator = sum(one.numerator for one in mine), sum(one.denominator for one in mine)
        error = sum(one.error_bound * one.denominator for one in mine) / denominator if denominator else 1.0
        wholes.append(
            Result(
                "province", None, "province", "toàn tỉnh / whole province", operator, numerator, denominator,
                numerator / denominator if denominator else None, min(error, 1.0),
                "no_data" if not denominator else "nothing" if numerator >= denominator else "see_places",
                {"places": len(mine)},
            )
        )  # fmt: skip
    return wholes


@dataclass(frozen=True, slots=True)
class _Count:
    numerator: float
    denominator: float
    error_bound: float
    details: dict[str, Any]

    @property
    def ratio(self) -> float | None:
        return min(1.0, self.numerator / self.denominator) if self.denominator > 0 else None


_Counts = Iterator[tuple[int, str, _Count]]


def _voices(question: Question) -> list[str]:
    """All together, then each operator where that says more."""
    alone = question.min_operators == 1 and len(question.operators) > 1
    return ["", *question.operators] if alone else [""]


def _unions(
    question: Question, network: DeclaredNetwork, near: Nearby, shapes: Geometries, places: Sequence[int]
) -> _Counts:
    at = np.array(places, np.int64)
    cells = np.unique(np.concatenate([near.cells[k] for k in places])) if len(at) else np.zeros(0, np.int64)
    drawn, deviation = network.footprints(cells)
    owner = network.operator[cells]
    for voice in _voices(question):
        mine = np.ones(len(cells), bool) if not voice else owner == question.operators.index(voice)
        areas = covered_areas(shapes[at], drawn[mine], owner[mine], question.min_operators, deviation[mine])
        for i, place in enumerate(places):
            details = {"footprints": int(areas.footprints[i]), "operators": int(areas.operators[i])}
            zone_m2 = float(areas.zone_m2[i])
            error = min(1.0, float(areas.error_m2[i]) / zone_m2)
            yield place, voice, _Count(float(areas.covered_m2[i]), zone_m2, error, details)


def _sampled(
    question: Question, network: Network, snapshot: Snapshot, shapes: Geometries, places: Sequence[int]
) -> _Counts:
    """Share of ground, place by place; population weighs it with the people of the commune."""
    targets = tuple(t.ratio for t in definitions.targets_of(get_definition(question.definition)))
    for place in places:
        people = snapshot.zones[place].get("population")
        missing = [] if shapes[place] is not None else ["border"]
        if question.subject == "population" and people is None:
            missing.append("population")
        if missing:
            for voice in _voices(question):
                yield place, voice, _Count(0.0, 0.0, 1.0, {"missing": missing})
            continue
        samples, masks = _sample(question, network, shapes[place : place + 1], targets)
        for voice in _voices(question):
            shares = sampling.shares(samples, _of(masks, question, voice))
            details = {"points": int(shares.points[0]), "step_m": float(samples.step_m[0])}
            whole = float(samples.area_m2[0]) if people is None else float(people)
            part = 0.0 if np.isnan(shares.ratio[0]) else float(shares.ratio[0])
            yield place, voice, _Count(part * whole, whole, float(shares.error_bound[0]), details)


def _sample(
    question: Question, network: Network, shape: Geometries, targets: tuple[float, ...]
) -> tuple[Samples, Masks]:
    """Points of one place with their masks: 10 m, then 5 m when near a target; 50 m for a large commune."""
    large = question.subject == "population" and shape[0].area > LARGE_M2
    samples = sampling.grid(shape, COMMUNE_STEP_M if large else STEP_M)
    masks = network.masks(samples.x, samples.y)
    found = sampling.shares(samples, sampling.at_least(masks, question.min_operators))
    if not large and sampling.near_target(found, targets).any():
        samples = sampling.grid(shape, FINE_STEP_M)
        masks = network.masks(samples.x, samples.y)
    return samples, masks


def _counted(question: Question, network: Network, snapshot: Snapshot, places: Sequence[int]) -> _Counts:
    """Plots and firms of each place, tested all at once."""
    rows = [row for row in snapshot.units if row["zone"] in set(places)]
    zone = np.array([row["zone"] for row in rows], np.int64)
    weight = np.array([np.nan if row["weight"] is None else row["weight"] for row in rows], float)
    shapes = shape_array(rows)
    by_share = question.subject == "plot" and question.least_share != 0
    if by_share:
        samples = sampling.grid(shapes, sampling.step_for(shapely.area(shapes)))
    else:
        points = shapely.get_coordinates(shapely.point_on_surface(shapes)).reshape(-1, 2)
        samples = sampling.at_points(points[:, 0], points[:, 1])
    masks = network.masks(samples.x, samples.y)
    for voice in _voices(question):
        covered, doubtful = _units_covered(question, samples, _of(masks, question, voice), by_share)
        for place in places:
            here = zone == place
            counted = here & ~np.isnan(weight) if question.subject == "worker" else here
            each = weight if question.subject == "worker" else np.ones(len(rows))
            whole, part = float(each[counted].sum()), float(each[counted & covered].sum())
            error = float(each[counted & doubtful].sum()) / whole if whole else 1.0
            details: dict[str, Any] = {"units": int(counted.sum()), "covered": int((counted & covered).sum())}
            if question.subject == "plot":
                details |= {"m2": float(weight[here].sum()), "covered_m2": float(weight[here & covered].sum())}
            if question.subject == "worker":
                details["without_workers"] = int((here & np.isnan(weight)).sum())
            yield place, voice, _Count(part, whole, error, details)


def _units_covered(
    question: Question, samples: Samples, is_covered: NDArray[np.bool_], by_share: bool
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which units count as covered, and of which the sampling cannot tell."""
    if not by_share:
        return is_covered, np.zeros(len(is_covered), bool)
    assert question.least_share is not None
    found = sampling.shares(samples, is_covered)
    covered = np.nan_to_num(found.ratio) >= question.least_share
    mixed = (found.ratio > 0) & (found.ratio < 1)
    return covered, mixed & (np.abs(found.ratio - question.least_share) <= found.error_bound)


def _of(masks: Masks, question: Question, voice: str) -> NDArray[np.bool_]:
    if not voice:
        return sampling.at_least(masks, question.min_operators)
    return np.asarray((masks >> np.uint64(question.operators.index(voice))) & np.uint64(1), bool)


def _limiting(question: Question, count: _Count, near: Nearby, place: int, details: dict[str, Any]) -> str:
    if count.ratio is None:
        return "no_data"
    if count.ratio >= 1.0:
        return "nothing"
    if len(near.faulty[place]):
        return "data_gap"
    if not len(near.cells[place]):
        return "no_cell"
    if details.get("assumed", {}).get("cut_at_model_range"):
        return "model_range"
    if question.min_operators > 1:
        return "operators"
    return "radius" if question.evidence == "declared" else "power"
