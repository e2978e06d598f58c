"""PURE: siting as a mixed-integer programme, handed to HiGHS as sparse arrays, begun at the greedy answer.

x_j is 1 when candidate j is built, y_i between 0 and 1 says whether row i counts as covered:

    fewest:        min  Σ cost_j x_j    with  y_i <= Σ x_j over its candidates,  Σ weight_i y_i >= need of each zone
    most_covered:  max  Σ weight_i y_i  with  the same rows,                     Σ cost_j x_j <= budget

y needs no integrality: with whole x the best y is whole. One thread and a fixed seed: the same input
takes the same path, and only the clock can end it elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from layers.coverage.siting_greedy import Cover
from layers.coverage.siting_problem import Floats, Ints, StoppedBy

SEED = 20250701


@dataclass(frozen=True, slots=True)
class Found:
    """The best choice that HiGHS knows, its value, and the bound on any choice's value."""

    chosen: Ints
    value: float
    bound: float
    stopped_by: StoppedBy


class _QuietHighs(highspy.Highs):
    """Its constructor turns callbacks on, which prints a banner on standard output (HiGHS 1.16)."""

    def enableCallbacks(self) -> None:  # noqa: N802 - their name
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def fewest(cover: Cover, need: Floats, start: list[int], *, seconds: float, gap: float) -> Found:
    """The cheapest choice that meets the need of every zone; `start` must meet it."""
    columns, rows = len(cover.cost), len(cover.zone)
    # In units of the mean weight, so that the tolerances of the solver mean the same for m² and for plots.
    unit = float(cover.weight.mean())
    zones = np.flatnonzero(need > 0)
    by_zone = np.argsort(cover.zone, kind="stable")
    ends = np.searchsorted(cover.zone[by_zone], zones, side="right")
    begins = np.searchsorted(cover.zone[by_zone], zones, side="left")
    inside = [by_zone[a:b] for a, b in zip(begins, ends, strict=True)]
    index = np.concatenate([columns + one for one in inside])
    value = np.concatenate([cover.weight[one] / unit for one in inside])
    starts, indices, values = _linking(cover)
    starts = np.concatenate([starts, len(indices) + np.cumsum([len(one) for one in inside])])
    solver = _solver(seconds, gap)
    _pass(
        solver,
        sense=highspy.ObjSense.kMinimize,
        cost=np.concatenate([cover.cost, np.zeros(rows)]),
        row_lower=np.concatenate([np.zeros(rows), need[zones] / unit]),
        row_upper=np.full(rows + len(zones), highspy.kHighsInf),
        matrix=(starts, np.concatenate([indices, index]), np.concatenate([values, value])),
        columns=columns,
    )
    return _run(solver, cover, start)


def most_covered(cover: Cover, budget: float, start: list[int], *, seconds: float, gap: float) -> Found:
    """The choice within the budget that covers the most weight; `start` must be within it."""
    columns, rows = len(cover.cost), len(cover.zone)
    weight_of = _weight_of(cover, np.array(start, np.int64))
    if not rows or budget < float(cover.cost.min(initial=np.inf)):
        return Found(np.array(start, np.int64), weight_of, weight_of, "proven")
    unit = float(cover.weight.mean())
    starts, indices, values = _linking(cover)
    solver = _solver(seconds, gap)
    _pass(
        solver,
        sense=highspy.ObjSense.kMaximize,
        cost=np.concatenate([np.zeros(columns), cover.weight / unit]),
        row_lower=np.concatenate([np.zeros(rows), [-highspy.kHighsInf]]),
        row_upper=np.concatenate([np.full(rows, highspy.kHighsInf), [budget]]),
        matrix=(
            np.concatenate([starts, [len(indices) + columns]]),
            np.concatenate([indices, np.arange(columns)]),
            np.concatenate([values, cover.cost]),
        ),
        columns=columns,
    )
    found = _run(solver, cover, start)
    chosen = found.chosen
    if float(cover.cost[chosen].sum()) > budget + 1e-9 or _weight_of(cover, chosen) < weight_of:
        chosen = np.array(start, np.int64)
    value = _weight_of(cover, chosen)
    limit = float(cover.weight.sum())
    bound = min(limit, found.bound * unit) if np.isfinite(found.bound) else limit
    return Found(chosen, value, max(bound, value), found.stopped_by)


def _linking(cover: Cover) -> tuple[Ints, Ints, Floats]:
    """Rows Σ x_j − y_i >= 0 in compressed form; y_i is column `candidates + i`."""
    columns, rows = len(cover.cost), len(cover.zone)
    starts = cover.starts + np.arange(rows + 1)
    indices = np.empty(len(cover.candidates) + rows, np.int64)
    values = np.ones(len(indices))
    last = starts[1:] - 1
    is_y = np.zeros(len(indices), bool)
    is_y[last] = True
    indices[~is_y], indices[last], values[last] = cover.candidates, columns + np.arange(rows), -1.0
    return starts, indices, values


def _solver(seconds: float, gap: float) -> highspy.Highs:
    solver = _QuietHighs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("threads", 1), ("random_seed", SEED), ("time_limit", float(seconds)),
        ("mip_rel_gap", float(gap)), ("mip_abs_gap", 1e-6),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    return solver


def _pass(
    solver: highspy.Highs,
    *,
    sense: highspy.ObjSense,
    cost: Floats,
    row_lower: Floats,
    row_upper: Floats,
    matrix: tuple[Ints, Ints, Floats],
    columns: int,
) -> None:
    starts, indices, values = matrix
    whole = np.zeros(len(cost), np.int32)
    whole[:columns] = 1
    solver.passModel(
        len(cost), len(row_lower), len(values), int(highspy.MatrixFormat.kRowwise), int(sense), 0.0,
        cost, np.zeros(len(cost)), np.ones(len(cost)), row_lower, row_upper,
        starts.astype(np.int32), indices.astype(np.int32), values, whole,
    )  # fmt: skip


def _run(solver: highspy.Highs, cover: Cover, start: list[int]) -> Found:
    columns = len(cover.cost)
    begin = np.zeros(columns + len(cover.zone))
    begin[start] = 1.0
    for j in start:
        begin[columns + cover.rows_of(j)] = 1.0
    solver.setSolution(len(begin), np.arange(len(begin), dtype=np.int32), begin)
    solver.run()
    status = solver.getModelStatus()
    info = solver.getInfo()
    values = np.array(solver.getSolution().col_value)
    chosen = np.flatnonzero(values[:columns] > 0.5) if len(values) else np.array(start, np.int64)
    stopped: StoppedBy = "proven" if status == highspy.HighsModelStatus.kOptimal else "time"
    return Found(chosen, float(info.objective_function_value), float(info.mip_dual_bound), stopped)


def _weight_of(cover: Cover, chosen: Ints) -> float:
    covered = np.zeros(len(cover.zone), bool)
    for j in chosen:
        covered[cover.rows_of(int(j))] = True
    return float(cover.weight[covered].sum())
