"""Siting on worlds small enough for a pencil, and against trying everything on random ones."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.coverage import siting
from layers.coverage.siting import Problem, problem_of

# Five fields in a row, zone 0 holds three of them, zone 1 two. A to D are old sites that reach two
# neighbours each, P is a new pole that reaches all.
#            field   0  1  2 | 3  4
ROW = ([0, 0, 0, 1, 1], [1, 1, 1, 1, 1], [[0, 1], [1, 2], [2, 3], [3, 4], [0, 1, 2, 3, 4]])


def row(pole_cost: float = 4.0) -> Problem:
    return problem_of(*ROW, cost=[1, 1, 1, 1, pole_cost])


def test_three_upgrades_are_cheaper_than_a_pole() -> None:
    found = siting.plan(row(), 1.0, gap=0)
    assert (found.cost, found.upgrades, found.new_poles) == (3.0, 3, 0)
    assert (found.bound, found.gap, found.met) == (3.0, 0.0, True)


def test_a_cheap_pole_replaces_them() -> None:
    found = siting.plan(row(pole_cost=2.0), 1.0, gap=0)
    assert (found.chosen, found.cost, found.new_poles) == ((4,), 2.0, 1)


def test_each_zone_has_its_own_target() -> None:
    found = siting.plan(row(), [0.6, 0.0], gap=0)
    assert found.cost == 1.0  # two of three fields are 67 %
    assert found.zones[0].after == pytest.approx(2 / 3)
    assert [zone.target for zone in found.zones] == [0.6, 0.0]


def test_a_target_out_of_reach_says_how_far_one_gets() -> None:
    world = problem_of([0, 0, 1], [1, 1, 1], [[0], [2]], cost=[1, 1])
    found = siting.plan(world, 1.0, gap=0)
    assert not found.met
    assert [(zone.met, zone.reachable, zone.after) for zone in found.zones] == [(False, 0.5, 0.5), (True, 1.0, 1.0)]
    assert found.cost == 2.0  # it goes as far as it can


def test_a_zone_that_nobody_reaches_costs_nothing_and_says_so() -> None:
    found = siting.plan(problem_of([0], [1], [[]], cost=[1]), 0.5)
    assert (found.cost, found.groups[0].stopped_by, found.zones[0].reachable) == (0.0, "out of reach", 0.0)


def test_what_is_covered_already_counts() -> None:
    world = problem_of(*ROW, cost=[1, 1, 1, 1, 4], covered=[True, True, False, False, False])
    assert siting.plan(world, 1.0, gap=0).cost == 2.0
    met = siting.plan(world, [0.6, 0.0])
    assert (met.cost, [group.stopped_by for group in met.groups]) == (0.0, ["met already", "met already"])


def test_upgrades_come_first_on_the_frontier_though_the_pole_reaches_more() -> None:
    steps = siting.frontier(row(pole_cost=1.5))
    assert [step.is_existing for step in steps] == [True, True, True]
    assert [step.ratio for step in steps] == pytest.approx([0.4, 0.8, 1.0])
    assert [step.cost for step in steps] == [1.0, 2.0, 3.0]
    free = siting.frontier(row(pole_cost=1.5), upgrades_first=False)
    assert [(step.candidate, step.ratio) for step in free] == [(4, 1.0)]
    assert len(siting.frontier(row(), most_steps=2)) == 2


def test_the_frontier_takes_poles_where_upgrades_end() -> None:
    world = problem_of([0, 0, 0], [1, 1, 1], [[0], [0, 1, 2]], cost=[1, 4])
    assert [(step.is_existing, step.cost) for step in siting.frontier(world)] == [(True, 1.0), (False, 5.0)]
    upgrades_only = world.without(~world.is_existing)
    assert [step.ratio for step in siting.frontier(upgrades_only)] == pytest.approx([1 / 3])


def test_a_budget_buys_the_most() -> None:
    # By ratio the greedy takes A (3 for 1) and then cannot afford B (10 for 4); alone B is better.
    world = problem_of([0] * 13, [1] * 13, [[0, 1, 2], list(range(3, 13))], cost=[1, 4], is_existing=[True, False])
    found = siting.best_within(world, 4.0, gap=0)
    assert (found.chosen, found.added, found.bound) == ((1,), 10.0, pytest.approx(10.0))
    assert siting.best_within(world, 0.5).chosen == ()
    assert siting.best_within(world, 5.0, gap=0).added == 13.0


def test_operators_that_do_not_share_each_build_their_own() -> None:
    # One field, a site of each operator; sharing needs one upgrade, not sharing two.
    world = problem_of([0], [1], [[0], [0], [0]], cost=[1, 1, 4])
    assert siting.plan(world, 1.0, gap=0).cost == 1.0
    alone, operator, former, zone = siting.each_operator_alone(
        world, np.array([0, 1, -1]), np.zeros((1, 2), dtype=bool)
    )
    found = siting.plan(alone, 1.0, gap=0)
    assert found.cost == 2.0
    assert sorted((int(operator[j]), int(former[j])) for j in found.chosen) == [(0, 0), (1, 1)]
    assert zone.tolist() == [0, 0]
    half, *_ = siting.each_operator_alone(world, np.array([0, 1, -1]), np.array([[True, False]]))
    assert siting.plan(half, 1.0, gap=0).cost == 1.0


def test_an_operator_without_sites_needs_the_pole() -> None:
    world = problem_of([0], [1], [[0], [0]], cost=[1, 4])
    alone, _, former, _ = siting.each_operator_alone(world, np.array([0, -1]), np.zeros((1, 2), dtype=bool))
    found = siting.plan(alone, 1.0, gap=0)
    assert (found.cost, former[list(found.chosen)].tolist()) == (5.0, [0, 1])


def test_zones_that_share_nothing_are_solved_apart() -> None:
    world = problem_of([0, 0, 1, 1], [1, 1, 1, 1], [[0, 1], [2, 3]], cost=[1, 1])
    assert [group.zones for group in siting.plan(world, 1.0).groups] == [(0,), (1,)]
    assert [group.zones for group in siting.plan(row(), 1.0).groups] == [(0, 1)]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"cost": [1, 1, 1, 1, 0]}, "cost"),
        ({"cost": [1, 1, 1, 1, float("nan")]}, "cost"),
        ({"weight": [1, 1, 1, 1, -1]}, "weight"),
        ({"zone": [0, 0, 0, 1, -1]}, "zone"),
    ],
)
def test_bad_numbers_are_refused(change: dict[str, list[float]], what: str) -> None:
    facts = {"zone": ROW[0], "weight": ROW[1], "covers": ROW[2], "cost": [1, 1, 1, 1, 4], **change}
    with pytest.raises(ValueError, match=what):
        problem_of(**facts)


@pytest.mark.parametrize("target", [-0.1, 1.1, float("nan")])
def test_a_target_is_a_share(target: float) -> None:
    with pytest.raises(ValueError, match="target"):
        siting.plan(row(), target)


@pytest.mark.parametrize("budget", [-1.0, float("inf"), float("nan")])
def test_a_budget_is_a_number_from_0(budget: float) -> None:
    with pytest.raises(ValueError, match="budget"):
        siting.best_within(row(), budget)


# --- against trying everything -----------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn) -> Problem:
    """Up to 3 zones, 9 fields, 7 candidates; covered fields, useless candidates and uncoverable fields included."""
    fields = draw(st.integers(1, 9))
    zone = draw(st.lists(st.integers(0, 2), min_size=fields, max_size=fields))
    weight = draw(st.lists(st.integers(1, 5), min_size=fields, max_size=fields))
    covered = draw(st.lists(st.booleans(), min_size=fields, max_size=fields))
    some = st.lists(st.integers(0, fields - 1), max_size=5, unique=True)
    covers = draw(st.lists(some, min_size=1, max_size=7))
    cost = draw(st.lists(st.sampled_from([1.0, 1.0, 1.0, 4.0, 2.5]), min_size=len(covers), max_size=len(covers)))
    return problem_of(zone, weight, covers, cost, covered=covered, zones=3)


def choices(world: Problem) -> itertools.chain[tuple[int, ...]]:
    numbers = range(len(world.cost))
    return itertools.chain.from_iterable(itertools.combinations(numbers, n) for n in range(len(world.cost) + 1))


def cheapest_by_trying(world: Problem, target: float) -> float:
    """Least cost of a choice under which every zone reaches its target, or all that can be reached."""
    best = float("inf")
    for chosen in choices(world):
        zones = siting.outcomes(world, chosen, None)
        if all(zone.after >= min(target, zone.reachable) - 1e-9 for zone in zones):
            best = min(best, float(world.cost[list(chosen)].sum()))
    return best


@given(world=worlds(), target=st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]))
def test_the_plan_is_the_cheapest_there_is(world: Problem, target: float) -> None:
    found = siting.plan(world, target, gap=0)
    best = cheapest_by_trying(world, target)
    assert found.cost == pytest.approx(best)
    assert found.bound == pytest.approx(best)
    for zone in found.zones:
        assert zone.met == (zone.after >= target - 1e-9)
        assert zone.met or zone.after == pytest.approx(zone.reachable)


@given(world=worlds(), target=st.floats(0, 1))
def test_greedy_meets_the_target_too_and_its_bound_holds(world: Problem, target: float) -> None:
    quick, best = siting.plan(world, target, exact=False), siting.plan(world, target, gap=0)
    assert [zone.met for zone in quick.zones] == [zone.met for zone in best.zones]
    assert quick.bound <= best.cost + 1e-9 <= quick.cost + 2e-9
    assert all(group.cost <= group.greedy_cost + 1e-9 for group in best.groups)


@given(world=worlds(), target=st.floats(0, 1))
def test_the_same_question_gets_the_same_answer(world: Problem, target: float) -> None:
    assert siting.plan(world, target) == siting.plan(world, target)


@given(world=worlds(), targets=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_higher_target_never_costs_less(world: Problem, targets: tuple[float, float]) -> None:
    low, high = sorted(targets)
    assert siting.plan(world, low, gap=0).cost <= siting.plan(world, high, gap=0).cost + 1e-9


@given(world=worlds(), budget=st.sampled_from([0.0, 1.0, 2.5, 4.0, 6.0, 20.0]))
def test_a_budget_buys_as_much_as_trying_everything(world: Problem, budget: float) -> None:
    found = siting.best_within(world, budget, gap=0)

    def added(chosen: tuple[int, ...]) -> float:
        return sum((zone.after - zone.before) * zone.weight for zone in siting.outcomes(world, chosen, None))

    affordable = [chosen for chosen in choices(world) if world.cost[list(chosen)].sum() <= budget + 1e-9]
    best = max(added(chosen) for chosen in affordable)
    assert found.cost <= budget + 1e-9
    assert added(found.chosen) == pytest.approx(found.added)
    assert found.added == pytest.approx(best)
    assert found.greedy_added <= found.added + 1e-9 <= found.bound + 2e-9


@given(world=worlds())
def test_every_step_of_the_frontier_adds_and_upgrades_come_first(world: Problem) -> None:
    steps = siting.frontier(world)
    before = float(world.weight[world.covered].sum() / world.weight.sum())
    assert all(b > a for a, b in itertools.pairwise([before, *(step.ratio for step in steps)]))
    kinds = [step.is_existing for step in steps]
    assert kinds == sorted(kinds, reverse=True)
    reachable = sum(zone.reachable * zone.weight for zone in siting.outcomes(world, (), None)) / world.weight.sum()
    assert (steps[-1].ratio if steps else before) == pytest.approx(reachable)


def test_a_pole_that_upgrades_made_superfluous_is_taken_out() -> None:
    # Greedy by ratio: the middle site first (4 for 1), then both ends; the middle is then not needed.
    world = problem_of([0] * 6, [1] * 6, [[1, 2, 3, 4], [0, 1, 2], [3, 4, 5]], cost=[1, 1, 1])
    assert siting.plan(world, 1.0, exact=False).cost == 2.0


def test_of_two_that_cover_the_same_the_cheaper_is_taken_and_of_twins_the_first() -> None:
    assert siting.plan(problem_of([0], [1], [[0], [0]], cost=[4, 1]), 1.0).chosen == (1,)
    assert siting.plan(problem_of([0], [1], [[0], [0]], cost=[1, 1]), 1.0).chosen == (0,)


def test_when_time_is_up_the_greedy_plan_stands_and_says_so() -> None:
    # Greedy takes the middle (4 for 1) and then both ends; two ends would do, but only if they were cheaper together.
    world = problem_of([0] * 6, [1] * 6, [[1, 2, 3, 4], [0, 1, 2], [3, 4, 5], [0], [5]], cost=[1.0, 1.5, 1.4, 1.0, 1.0])
    found = siting.plan(world, 1.0, most_seconds=0.0)
    assert found.met
    assert found.groups[0].stopped_by == "time"
    assert found.bound <= siting.plan(world, 1.0, gap=0).cost <= found.cost


def test_a_plan_of_an_empty_world_is_empty() -> None:
    found = siting.plan(problem_of([], [], [], cost=[], zones=2), 0.9)
    assert (found.cost, found.met, found.gap) == (0.0, True, 0.0)
    assert siting.best_within(problem_of([], [], [], cost=[], zones=2), 5.0).chosen == ()
