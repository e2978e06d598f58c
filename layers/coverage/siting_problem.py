"""PURE: what a siting problem and its answers are made of; see `layers.coverage.siting`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

UPGRADE_COST, POLE_COST = 1.0, 4.0
"""Of an existing 4G site that gets 5G, and of a new pole with its site permit. Relative; a parameter."""

SLACK = 1e-9
"""A target counts as met within this share of the zone: sums of floats, not leniency."""

StoppedBy = Literal["met already", "greedy", "proven", "time", "out of reach"]
"""Why the search of a group ended; `proven` means within the gap that was asked for."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Demand cells, candidates, and which would cover which. Arrays of equal length describe one thing."""

    zones: int
    # How many there are; cells name them 0 to zones - 1.
    zone: Ints
    # Of each demand cell.
    weight: Floats
    # Of each demand cell: m², workers, plots; above 0.
    covered: Bools
    # Demand cells that today's network covers already.
    starts: Ints
    # Cell i is coverable by candidates[starts[i]:starts[i + 1]]; one entry more than cells.
    candidates: Ints
    # Ascending within a cell, none twice.
    cost: Floats
    # Of each candidate; above 0.
    is_existing: Bools
    # Of each candidate: an upgrade of a site that stands, not a new pole.

    def __post_init__(self) -> None:
        cells, count = len(self.zone), len(self.cost)
        wrong = (
            (len(self.weight) != cells or len(self.covered) != cells or len(self.starts) != cells + 1,
             "cell arrays differ in length"),
            (len(self.is_existing) != count, "candidate arrays differ in length"),
            (not (np.isfinite(self.cost).all() and (self.cost > 0).all()), "a cost is not above 0"),
            (not (np.isfinite(self.weight).all() and (self.weight > 0).all()), "a weight is not above 0"),
            (cells and (self.zone.min() < 0 or self.zone.max() >= self.zones), "a cell names no zone"),
            (int(self.starts[-1]) != len(self.candidates) or (np.diff(self.starts) < 0).any(), "starts do not fit"),
            (len(self.candidates) and (self.candidates.min() < 0 or self.candidates.max() >= count),
             "a cell names no candidate"),
        )  # fmt: skip
        for is_wrong, what in wrong:
            if is_wrong:
                raise ValueError(what)

    def without(self, dropped: Bools) -> Problem:
        """The same ground with these candidates forbidden; numbers of candidates stay."""
        kept = ~dropped[self.candidates]
        ends = np.concatenate([[0], np.cumsum(kept)])[self.starts]
        return Problem(
            self.zones, self.zone, self.weight, self.covered, ends.astype(np.int64), self.candidates[kept],
            self.cost, self.is_existing,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ZoneOutcome:
    """One zone before and after; all ratios 0 to 1 of the weight of its cells."""

    zone: int
    weight: float
    before: float
    after: float
    reachable: float
    # With every candidate built.
    target: float | None
    # None where no target was set (frontier, budget).
    met: bool | None
    # False when the target lies above `reachable`: then the plan goes as far as it can.


@dataclass(frozen=True, slots=True)
class Group:
    """Zones that share candidates, directly or through others; solved on their own."""

    zones: tuple[int, ...]
    chosen: tuple[int, ...]
    cost: float
    greedy_cost: float
    bound: float
    # No choice that reaches as much costs less.
    stopped_by: StoppedBy

    @property
    def gap(self) -> float:
        """Share of the cost that might still be saved."""
        return 0.0 if self.cost == 0 else max(0.0, (self.cost - self.bound) / self.cost)


@dataclass(frozen=True, slots=True)
class Plan:
    """The cheapest choice found, and how much cheaper one might be."""

    chosen: tuple[int, ...]
    # Candidates, ascending.
    cost: float
    bound: float
    upgrades: int
    new_poles: int
    groups: tuple[Group, ...]
    zones: tuple[ZoneOutcome, ...]

    @property
    def gap(self) -> float:
        """Share of the cost that might still be saved."""
        return 0.0 if self.cost == 0 else max(0.0, (self.cost - self.bound) / self.cost)

    @property
    def met(self) -> bool:
        """Whether every zone reaches its target."""
        return all(zone.met for zone in self.zones)


@dataclass(frozen=True, slots=True)
class BudgetPlan:
    """The most weight that a budget buys; here `bound` is above: no choice covers more."""

    chosen: tuple[int, ...]
    cost: float
    budget: float
    added: float
    # Weight newly covered.
    bound: float
    greedy_added: float
    stopped_by: StoppedBy
    zones: tuple[ZoneOutcome, ...]

    @property
    def gap(self) -> float:
        """Share of the weight that might still be gained."""
        return 0.0 if self.bound <= 0 else max(0.0, (self.bound - self.added) / self.bound)


@dataclass(frozen=True, slots=True)
class Step:
    """One more site of the frontier."""

    candidate: int
    is_existing: bool
    cost: float
    # Of all steps so far.
    ratio: float
    # Covered share of the weight of all zones after this step.


def problem_of(
    zone: ArrayLike,
    weight: ArrayLike,
    covers: Sequence[Sequence[int]],
    cost: ArrayLike,
    is_existing: ArrayLike | None = None,
    covered: ArrayLike | None = None,
    zones: int | None = None,
) -> Problem:
    """A problem from what each candidate covers: `covers[j]` names demand cells. For small worlds and pairs.

    Without `is_existing`, candidates of the lowest cost count as existing.
    """
    zone, costs = np.asarray(zone, np.int64), np.asarray(cost, float)
    cell = np.array([i for cells in covers for i in sorted(set(cells))], np.int64)
    candidate = np.repeat(np.arange(len(covers)), [len(set(cells)) for cells in covers])
    existing = costs <= costs.min(initial=np.inf) if is_existing is None else np.asarray(is_existing, bool)
    return of_pairs(
        cell, candidate, zone, np.asarray(weight, float), costs, existing,
        np.zeros(len(zone), bool) if covered is None else np.asarray(covered, bool),
        int(zone.max(initial=-1)) + 1 if zones is None else zones,
    )  # fmt: skip


def of_pairs(
    cell: Ints, candidate: Ints, zone: Ints, weight: Floats, cost: Floats, is_existing: Bools, covered: Bools,
    zones: int,
) -> Problem:  # fmt: skip
    """A problem from pairs (demand cell, candidate), in any order, none twice."""
    order = np.lexsort((candidate, cell))
    starts = np.searchsorted(cell[order], np.arange(len(zone) + 1)).astype(np.int64)
    return Problem(zones, zone, weight, covered, starts, candidate[order].astype(np.int64), cost, is_existing)


def outcomes(problem: Problem, chosen: Sequence[int], targets: Floats | None) -> tuple[ZoneOutcome, ...]:
    """Every zone before and after this choice. A zone without cells has ratios of 1: nothing is missing."""
    is_chosen = np.zeros(len(problem.cost), bool)
    is_chosen[list(chosen)] = True
    cell = np.repeat(np.arange(len(problem.zone)), np.diff(problem.starts))
    after, reachable = problem.covered.copy(), problem.covered.copy()
    after[cell[is_chosen[problem.candidates]]] = True
    reachable[cell] = True

    def by_zone(mask: Bools) -> Floats:
        return sums(problem.zone[mask], problem.weight[mask], problem.zones)

    total = by_zone(np.ones(len(after), bool))
    before_w, after_w, reach_w = by_zone(problem.covered), by_zone(after), by_zone(reachable)
    made = []
    for z in range(problem.zones):
        before, now, most = (
            1.0 if total[z] == 0 else min(1.0, float(one[z] / total[z])) for one in (before_w, after_w, reach_w)
        )
        target = None if targets is None else float(targets[z])
        met = None if target is None else now >= target - SLACK
        made.append(ZoneOutcome(z, float(total[z]), before, now, most, target, met))
    return tuple(made)


def sums(where: Ints, what: Floats, count: int) -> Floats:
    """Sum of `what` for each number 0 to count - 1 in `where`."""
    return np.asarray(np.bincount(where, what, count), float)
