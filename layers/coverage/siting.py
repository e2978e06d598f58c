"""PURE: which sites to upgrade first, where new ones help most, and how far from the best that may be.

The ground is cut into demand cells; each candidate (an existing 4G site to be upgraded, or a new
pole) would cover some of them. Where cover sets come from (a declared radius, a path-loss model) is
none of the business of this module. It answers four questions:

- `frontier`: the order in which to build, upgrades before poles, and what each step adds;
- `plan`: the cheapest choice by which every zone reaches its target;
- `best_within`: the most that a budget buys;
- `each_operator_alone`: the same questions when operators do not share their sites.

Every answer starts from the greedy choice (Wolsey: within 1 + ln of the best) and carries a bound
below which no choice can be; `plan` then lets HiGHS improve it, one group of zones at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from layers.coverage.siting_exact import most_covered
from layers.coverage.siting_greedy import Cover, best_single, greedy
from layers.coverage.siting_groups import solve_groups
from layers.coverage.siting_problem import (
    POLE_COST,
    UPGRADE_COST,
    Bools,
    BudgetPlan,
    Group,
    Ints,
    Plan,
    Problem,
    Step,
    ZoneOutcome,
    of_pairs,
    outcomes,
    problem_of,
)

__all__ = [
    "POLE_COST", "UPGRADE_COST", "BudgetPlan", "Group", "Plan", "Problem", "Step", "ZoneOutcome",
    "best_within", "each_operator_alone", "frontier", "of_pairs", "outcomes", "plan", "problem_of",
]  # fmt: skip


def each_operator_alone(problem: Problem, operator: Ints, covered_by: Bools) -> tuple[Problem, Ints, Ints, Ints]:
    """The problem without sharing: each operator must reach the target with its own sites.

    `operator` of each candidate, -1 for a pole that anyone may build; `covered_by[i, k]` is whether
    operator k covers cell i today. Zone z of operator k becomes zone `z * operators + k`. Returns the
    problem, then the operator, the former number of each candidate, and the former number of each zone.
    A pole is offered to every operator at the full cost: without sharing, each builds its own.
    """
    cells, operators = covered_by.shape
    owner = np.concatenate([np.where((operator == k) | (operator == -1), k, -1) for k in range(operators)])
    kept = np.flatnonzero(owner >= 0)
    number = np.full(len(owner), -1, np.int64)
    number[kept] = np.arange(len(kept))
    cell = np.repeat(np.arange(cells), np.diff(problem.starts))
    pairs_cell, pairs_candidate = [], []
    for k in range(operators):
        mine = number[k * len(operator) + problem.candidates]
        pairs_cell.append(cell[mine >= 0] * operators + k)
        pairs_candidate.append(mine[mine >= 0])
    former = kept % len(operator) if len(operator) else kept
    zone = (problem.zone[:, None] * operators + np.arange(operators)).ravel()
    alone = of_pairs(
        np.concatenate(pairs_cell), np.concatenate(pairs_candidate), zone, np.repeat(problem.weight, operators),
        problem.cost[former], problem.is_existing[former], covered_by.ravel(), problem.zones * operators,
    )  # fmt: skip
    return alone, owner[kept], former, np.repeat(np.arange(problem.zones), operators)


def frontier(problem: Problem, *, upgrades_first: bool = True, most_steps: int | None = None) -> tuple[Step, ...]:
    """What to build in which order: each step adds the most weight for its cost.

    With `upgrades_first` poles come only when no upgrade adds anything: upgrades need no permit and
    count under Nghị định 88/2025. Ends when nothing adds anything.
    """
    cover = Cover.of(problem)
    total, now = float(problem.weight.sum()), float(problem.weight[problem.covered].sum())
    rounds = [problem.is_existing, ~problem.is_existing] if upgrades_first else [np.ones(len(problem.cost), bool)]
    state, steps, spent = cover.nothing_chosen(), [], 0.0
    for allowed in rounds:
        for candidate, gain in greedy(cover, state, allowed=allowed):
            spent, now = spent + float(problem.cost[candidate]), now + gain
            steps.append(Step(candidate, bool(problem.is_existing[candidate]), spent, min(1.0, now / total)))
            if most_steps is not None and len(steps) >= most_steps:
                return tuple(steps)
    return tuple(steps)


def plan(
    problem: Problem,
    target: float | ArrayLike,
    *,
    seconds: float = 10.0,
    gap: float = 0.01,
    exact: bool = True,
    most_seconds: float | None = None,
) -> Plan:
    """The cheapest choice by which every zone has `target` of its weight covered (one for all, or each).

    `seconds` is for each group of zones, `most_seconds` for all together (groups that come too late keep
    their greedy answer); with `exact=False` the greedy answer stands. A zone whose target
    lies out of reach is brought as far as it goes, and says so. The same input gives the same plan as long
    as every group ends by proof (`stopped_by`); a group that ends by time may differ from run to run,
    but never is dearer than the greedy answer. Raises ValueError for a target outside 0 to 1.
    """
    targets = np.broadcast_to(np.asarray(target, float), (problem.zones,))
    if not (np.isfinite(targets).all() and (targets >= 0).all() and (targets <= 1).all()):
        raise ValueError("a target is outside 0 to 1")
    groups = solve_groups(problem, targets, seconds=seconds, gap=gap, exact=exact, most_seconds=most_seconds)
    chosen = tuple(sorted({one for group in groups for one in group.chosen}))
    picked = np.array(chosen, np.int64)
    return Plan(
        chosen,
        cost=float(problem.cost[picked].sum()),
        bound=sum(group.bound for group in groups),
        upgrades=int(problem.is_existing[picked].sum()),
        new_poles=int((~problem.is_existing[picked]).sum()),
        groups=groups,
        zones=outcomes(problem, chosen, targets),
    )


def best_within(problem: Problem, budget: float, *, seconds: float = 10.0, gap: float = 0.01) -> BudgetPlan:
    """The choice of at most this cost that covers the most weight (maximal covering).

    One search over all zones, because a budget ties them together. Raises ValueError for a budget
    that is negative or not a number.
    """
    if not (np.isfinite(budget) and budget >= 0):
        raise ValueError("a budget is a number from 0")
    cover = Cover.of(problem)
    steps = list(greedy(cover, cover.nothing_chosen(), budget=budget))
    chosen, added = [one for one, _ in steps], sum(gain for _, gain in steps)
    single, gain = best_single(cover, budget)
    if gain > added:  # ratio greedy alone can be arbitrarily bad; with this it is within (1 - 1/e) / 2
        chosen, added = [single], gain
    found = most_covered(cover, budget, chosen, seconds=seconds, gap=gap)
    picked = tuple(sorted(int(one) for one in found.chosen))
    return BudgetPlan(
        picked, float(problem.cost[list(picked)].sum()), budget, found.value, max(found.bound, found.value), added,
        found.stopped_by, outcomes(problem, picked, None),
    )  # fmt: skip
