"""PURE: the greedy choice, lazily: a gain only shrinks as more is chosen, so most are never recomputed."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from layers.coverage.siting_problem import SLACK, Bools, Floats, Ints, Problem, sums


@dataclass(frozen=True, slots=True)
class Cover:
    """Demand not yet covered, cells with equal zone and cover set merged, by row and by column."""

    zones: int
    zone: Ints
    weight: Floats
    # Of each merged row.
    starts: Ints
    candidates: Ints
    # Row i is coverable by candidates[starts[i]:starts[i + 1]].
    column_starts: Ints
    rows: Ints
    # Candidate j covers rows[column_starts[j]:column_starts[j + 1]].
    cost: Floats

    @classmethod
    def of(cls, problem: Problem) -> Cover:
        """Merge; cells that are covered already or that nobody can cover are left out."""
        wanted = np.flatnonzero(~problem.covered & (np.diff(problem.starts) > 0))
        return cls._merged(
            problem.zones, problem.zone, problem.weight, problem.starts, problem.candidates, problem.cost, wanted
        )

    @classmethod
    def _merged(
        cls, zones: int, zone: Ints, weight: Floats, starts: Ints, candidates: Ints, cost: Floats, wanted: Ints
    ) -> Cover:
        seen: dict[tuple[int, bytes], int] = {}
        merged = np.empty(len(wanted), np.int64)
        first: list[int] = []
        for k, i in enumerate(wanted):
            key = (int(zone[i]), candidates[starts[i] : starts[i + 1]].tobytes())
            row = seen.setdefault(key, len(first))
            if row == len(first):
                first.append(int(i))
            merged[k] = row
        rows = np.array(first, np.int64)
        lengths = starts[rows + 1] - starts[rows]
        ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        kept = candidates[_ranges(starts[rows], lengths)]
        return cls.of_rows(zones, zone[rows], sums(merged, weight[wanted], len(rows)), ends, kept, cost)

    @classmethod
    def of_rows(cls, zones: int, zone: Ints, weight: Floats, starts: Ints, candidates: Ints, cost: Floats) -> Cover:
        """With the columns made from the rows."""
        row = np.repeat(np.arange(len(zone)), np.diff(starts))
        order = np.argsort(candidates, kind="stable")
        column_starts = np.searchsorted(candidates[order], np.arange(len(cost) + 1)).astype(np.int64)
        return cls(zones, zone, weight, starts, candidates, column_starts, row[order], cost)

    def rows_of(self, candidate: int) -> Ints:
        """Rows that a candidate covers."""
        return self.rows[self.column_starts[candidate] : self.column_starts[candidate + 1]]

    def nothing_chosen(self) -> State:
        """The state before the first choice."""
        return State(np.zeros(len(self.zone), np.int64))

    def undominated(self) -> tuple[Cover, Ints]:
        """Without candidates whose rows another, no dearer one covers too; and the former number of each kept.

        Of twins the lower number stays. The best plan and its cost are the same.
        """
        order = sorted(range(len(self.cost)), key=lambda j: (-len(self.rows_of(j)), self.cost[j], j))
        bits = {j: sum(1 << int(i) for i in self.rows_of(j)) for j in order}
        kept: list[int] = []
        holders: dict[int, list[int]] = {}
        # A candidate that covers all rows of j covers the first of them: only those there are compared.
        for j in order:
            rows = self.rows_of(j)
            rival = holders.get(int(rows[0]), ()) if len(rows) else ()
            if len(rows) and not any(bits[j] & ~bits[k] == 0 and self.cost[k] <= self.cost[j] for k in rival):
                kept.append(j)
                for i in rows.tolist():
                    holders.setdefault(i, []).append(j)
        former = np.array(sorted(kept), np.int64)
        number = np.full(len(self.cost), -1, np.int64)
        number[former] = np.arange(len(former))
        stays = number[self.candidates] >= 0
        starts = np.concatenate([[0], np.cumsum(stays)])[self.starts].astype(np.int64)
        made = Cover._merged(
            self.zones, self.zone, self.weight, starts, number[self.candidates[stays]], self.cost[former],
            np.arange(len(self.zone)),
        )  # fmt: skip
        return made, former

    def part(self, zones: Ints) -> tuple[Cover, Ints]:
        """The rows of these zones, zones and candidates numbered anew, and the former candidates."""
        number = np.full(self.zones, -1, np.int64)
        number[zones] = np.arange(len(zones))
        rows = np.flatnonzero(number[self.zone] >= 0)
        lengths = self.starts[rows + 1] - self.starts[rows]
        former, candidates = np.unique(self.candidates[_ranges(self.starts[rows], lengths)], return_inverse=True)
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        made = Cover.of_rows(
            len(zones), number[self.zone[rows]], self.weight[rows], starts, candidates.astype(np.int64),
            self.cost[former],
        )  # fmt: skip
        return made, former


@dataclass(slots=True)
class State:
    """How often each row is covered by what has been chosen; the one thing here that changes."""

    times: Ints


def _ranges(starts: Ints, lengths: Ints) -> Ints:
    """starts[0], starts[0] + 1, ... for each range, one after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(starts - (ends - lengths), lengths), np.int64)


def greedy(
    cover: Cover,
    state: State,
    *,
    need: Floats | None = None,
    budget: float | None = None,
    allowed: Bools | None = None,
) -> Iterator[tuple[int, float]]:
    """Candidates in the order of weight gained for their cost, with that gain; `state` follows.

    With `need` (for each zone) weight beyond the need counts for nothing, and the choice ends when all
    needs are met; with `budget` what has become too dear is passed over. Ties go to the lower number.
    """
    left = None if need is None else need - _covered(cover, state)
    slack = SLACK * max(1.0, float(cover.weight.sum()))
    spent = 0.0
    heap = []
    for j in range(len(cover.cost)):
        gain = 0.0 if allowed is not None and not allowed[j] else _gain(cover, state, j, left)
        if gain > slack:
            heap.append((-gain / cover.cost[j], j, gain))
    heapq.heapify(heap)
    while heap and (left is None or (left > slack).any()):
        _, j, known = heapq.heappop(heap)
        if budget is not None and spent + cover.cost[j] > budget + 1e-9:
            continue
        gain = _gain(cover, state, j, left)
        if gain <= slack:
            continue
        if gain < known and heap and (-gain / cover.cost[j], j) > heap[0][:2]:
            heapq.heappush(heap, (-gain / cover.cost[j], j, gain))
            continue
        rows = cover.rows_of(j)
        if left is not None:
            new = rows[state.times[rows] == 0]
            left = left - sums(cover.zone[new], cover.weight[new], cover.zones)
        state.times[rows] += 1
        spent += float(cover.cost[j])
        yield j, gain


def _gain(cover: Cover, state: State, candidate: int, left: Floats | None) -> float:
    rows = cover.rows_of(candidate)
    new = rows[state.times[rows] == 0]
    if left is None:
        return float(cover.weight[new].sum())
    by_zone = sums(cover.zone[new], cover.weight[new], cover.zones)
    return float(np.minimum(by_zone, np.maximum(left, 0.0)).sum())


def _covered(cover: Cover, state: State) -> Floats:
    rows = state.times > 0
    return sums(cover.zone[rows], cover.weight[rows], cover.zones)


def meets(cover: Cover, chosen: Ints, need: Floats) -> bool:
    """Whether these candidates meet the need of every zone."""
    state = cover.nothing_chosen()
    for j in chosen:
        state.times[cover.rows_of(int(j))] += 1
    return bool((_covered(cover, state) >= need - SLACK * max(1.0, float(cover.weight.sum()))).all())


def cheapest_greedily(
    cover: Cover, need: Floats, begun: tuple[int, ...] = (), without: Collection[int] = ()
) -> list[int]:
    """A choice that meets the needs, `begun` included, without any candidate that is not needed.

    What later choices have made superfluous is taken out, the dearest and latest first. With candidates
    forbidden (`without`) the needs may stay unmet.
    """
    state, chosen = cover.nothing_chosen(), list(begun)
    for j in begun:
        state.times[cover.rows_of(j)] += 1
    allowed = None
    if without:
        allowed = np.ones(len(cover.cost), bool)
        allowed[list(without)] = False
    chosen += [j for j, _ in greedy(cover, state, need=need, allowed=allowed)]
    spare = _covered(cover, state) - need
    slack = SLACK * max(1.0, float(cover.weight.sum()))
    order = sorted(range(len(chosen)), key=lambda k: (-cover.cost[chosen[k]], -k))
    dropped = set()
    for k in order:
        rows = cover.rows_of(chosen[k])
        lost = rows[state.times[rows] == 1]
        loss = sums(cover.zone[lost], cover.weight[lost], cover.zones)
        if ((loss <= spare + slack) | (loss == 0)).all():
            state.times[rows] -= 1
            spare = spare - loss
            dropped.add(k)
    return [j for k, j in enumerate(chosen) if k not in dropped]


MOST_TRIES = 120
"""Of `improved`, for one group: enough for small ones, and a second or two for the largest."""


def improved(cover: Cover, need: Floats, chosen: list[int]) -> list[int]:
    """A choice that meets the needs and is no dearer: one site and those beside it taken out, the hole filled anew.

    Deterministic: a fixed number of tries, the dearest sites first, as long as a round helps.
    """
    best, cost, tries = list(chosen), float(cover.cost[chosen].sum()), 0
    helped = True
    while helped and tries < MOST_TRIES:
        helped = False
        for j in sorted(best, key=lambda j: (-cover.cost[j], j)):
            if tries >= MOST_TRIES:
                break
            if j not in best:
                continue
            near = _beside(cover, j, best)
            for out in ({j, *near[:1]}, {j, *near[:3]}):
                tries += 1
                found = cheapest_greedily(cover, need, tuple(k for k in best if k not in out), without=out)
                found_cost = float(cover.cost[found].sum())
                if found_cost < cost - 1e-9 and meets(cover, np.array(found, np.int64), need):
                    best, cost, helped = found, found_cost, True
                    break
    return best


def _beside(cover: Cover, candidate: int, chosen: list[int]) -> list[int]:
    """Chosen ones that share rows with this candidate, the most shared first."""
    rows = cover.rows_of(candidate)
    shared = {k: len(np.intersect1d(rows, cover.rows_of(k), assume_unique=True)) for k in chosen if k != candidate}
    return sorted((k for k, n in shared.items() if n), key=lambda k: (-shared[k], k))


def best_single(cover: Cover, budget: float) -> tuple[int, float]:
    """The candidate within the budget that covers most alone, and how much; (-1, 0) when there is none."""
    weight = np.concatenate([[0.0], np.cumsum(cover.weight[cover.rows])])
    gain = weight[cover.column_starts[1:]] - weight[cover.column_starts[:-1]]
    gain = np.where(cover.cost <= budget + 1e-9, gain, 0.0)
    if not len(gain) or gain.max() <= 0:
        return -1, 0.0
    return int(gain.argmax()), float(gain.max())


def knapsack_bound(cover: Cover, need: Floats) -> float:
    """A cost below which no choice can be: the dearest zone's need, bought by the cheapest shares, overlaps ignored.

    Weak but at once; what stands beside a greedy answer that no solver has looked at.
    """
    highest = 0.0
    column = np.repeat(np.arange(len(cover.cost)), np.diff(cover.column_starts))
    for z in np.flatnonzero(need > 0):
        inside = cover.zone[cover.rows] == z
        gain = sums(column[inside], cover.weight[cover.rows[inside]], len(cover.cost))
        useful = np.flatnonzero(gain > 0)
        order = useful[np.argsort(cover.cost[useful] / gain[useful], kind="stable")]
        before = np.concatenate([[0.0], np.cumsum(gain[order])[:-1]])
        taken = np.clip((need[z] - before) / gain[order], 0.0, 1.0)
        highest = max(highest, float((taken * cover.cost[order]).sum()))
    return highest * (1 - 1e-12)
