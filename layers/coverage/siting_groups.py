"""PURE: cut a siting problem into groups of zones that do not touch one another, and solve each."""

from __future__ import annotations

import math
import time

import numpy as np

from layers.coverage.siting_exact import fewest
from layers.coverage.siting_greedy import Cover, cheapest_greedily, improved, knapsack_bound, meets
from layers.coverage.siting_problem import SLACK, Bools, Floats, Group, Ints, Problem, StoppedBy, sums


def solve_groups(
    problem: Problem,
    targets: Floats,
    *,
    seconds: float,
    gap: float,
    exact: bool,
    most_seconds: float | None = None,
) -> tuple[Group, ...]:
    """One group for each set of zones tied together by candidates, ordered by its first zone.

    Zones that need nothing are groups of their own, without cost.
    """
    until = math.inf if most_seconds is None else time.monotonic() + most_seconds
    total = sums(problem.zone, problem.weight, problem.zones)
    before = sums(problem.zone[problem.covered], problem.weight[problem.covered], problem.zones)
    cover = Cover.of(problem)
    reachable = sums(cover.zone, cover.weight, problem.zones)
    missing = np.maximum(0.0, targets * total - before)
    missing[missing <= SLACK * total] = 0.0
    need = np.minimum(missing, reachable)
    out_of_reach = missing > reachable + SLACK * total
    groups = []
    for zones in connected_zones(cover, need > 0):
        if not (need[zones] > 0).any():
            stopped: StoppedBy = "out of reach" if out_of_reach[zones].any() else "met already"
            groups.append(Group(tuple(int(z) for z in zones), (), 0.0, 0.0, 0.0, stopped))
            continue
        part, former = cover.part(zones)
        left = min(seconds, until - time.monotonic())
        groups.append(_solve(part, former, need[zones], zones, seconds=left, gap=gap, exact=exact))
    return tuple(groups)


def _solve(cover: Cover, former: Ints, need: Floats, zones: Ints, *, seconds: float, gap: float, exact: bool) -> Group:
    cover, kept = cover.undominated()
    former = former[kept]
    chosen = cheapest_greedily(cover, need)
    cost = greedy_cost = float(cover.cost[chosen].sum())
    stopped: StoppedBy = "greedy"
    bound = min(_whole(cover.cost, knapsack_bound(cover, need)), cost)
    if exact and bound < cost and seconds <= 0:
        stopped = "time"
    elif exact and bound < cost:
        chosen = improved(cover, need, chosen)
        cost = float(cover.cost[chosen].sum())
        found = fewest(cover, need, chosen, seconds=seconds, gap=gap)
        stopped = found.stopped_by
        bound = min(max(bound, _whole(cover.cost, found.bound)), cost)
        better = [int(j) for j in found.chosen]
        if not meets(cover, found.chosen, need):  # a solver's tolerance is wider than ours
            better = cheapest_greedily(cover, need, tuple(better))
        better_cost = float(cover.cost[better].sum())
        if better_cost < cost - 1e-9:
            chosen, cost = better, better_cost
    if cost - bound <= max(gap * cost, 1e-9):
        stopped = "proven"
    numbers = tuple(sorted(int(former[j]) for j in chosen))
    return Group(tuple(int(z) for z in zones), numbers, cost, greedy_cost, min(bound, cost), stopped)


def _whole(cost: Floats, bound: float) -> float:
    """The bound rounded up to what costs can add up to: their common unit when all are multiples of one."""
    unit = float(cost.min())
    if not math.isfinite(bound) or bound <= 0:
        return 0.0
    if np.allclose(cost / unit, np.round(cost / unit), rtol=0, atol=1e-12):
        return math.ceil(bound / unit - 1e-6) * unit
    return bound


def connected_zones(cover: Cover, needy: Bools) -> list[Ints]:
    """Zones that share a candidate, directly or through others; zones in need of nothing stand alone."""
    parent = np.arange(cover.zones)

    def root(z: int) -> int:
        while parent[z] != z:
            parent[z] = parent[parent[z]]
            z = int(parent[z])
        return z

    rows = np.repeat(np.arange(len(cover.zone)), np.diff(cover.starts))
    pairs = np.unique(np.column_stack([cover.candidates, cover.zone[rows]]), axis=0)
    pairs = pairs[needy[pairs[:, 1]]]
    for (before, z), (now, w) in zip(pairs[:-1].tolist(), pairs[1:].tolist(), strict=True):
        if before == now:
            low, high = sorted((root(z), root(w)))
            parent[high] = low
    roots = np.array([root(z) for z in range(cover.zones)], np.int64)
    return [np.flatnonzero(roots == z) for z in np.unique(roots)]
