"""Random numbers that depend on the seed and their own name only."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.demo.streams import chance, cuts, pick, shares, stream


def test_a_stream_depends_on_its_name_and_not_on_who_drew_before() -> None:
    first = stream(1, "plots", "KCN-A").random(3).tolist()
    stream(1, "plots", "KCN-B").random(100)
    assert stream(1, "plots", "KCN-A").random(3).tolist() == first
    assert stream(1, "plots", "KCN-B").random(3).tolist() != first
    assert stream(2, "plots", "KCN-A").random(3).tolist() != first


def test_the_stream_of_a_seed_is_this_one_for_ever() -> None:
    """If this changes, everybody's demonstration province changes with it."""
    assert [round(float(x), 12) for x in stream(20250701, "plots", "KCN-DAI-AN").random(2)] == [
        0.742563236268,
        0.546007316465,
    ]


def test_shares_go_to_the_largest_remainders_and_ties_to_the_first() -> None:
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert shares(7, [1, 2, 4]) == [1, 2, 4]
    assert shares(5, [100, 1, 1], at_least=1) == [3, 1, 1]


def test_shares_refuse_to_give_more_than_there_is() -> None:
    with pytest.raises(ValueError, match="cannot give 2 to each of 3"):
        shares(5, [1, 1, 1], at_least=2)


@given(st.integers(0, 5000), st.lists(st.floats(0.1, 1e6), min_size=1, max_size=50))
def test_shares_add_up(total: int, weights: list[float]) -> None:
    parts = shares(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)


@given(st.integers(0, 2**31 - 1), st.integers(1, 60))
def test_cuts_rise_from_start_to_end(seed: int, parts: int) -> None:
    bounds = cuts(stream(seed, "cuts"), 100.0, 400.0, parts, 0.25)
    assert (bounds[0], bounds[-1]) == (100.0, pytest.approx(400.0))
    assert all(one < other for one, other in pairwise(bounds))


def test_what_has_no_weight_is_never_picked() -> None:
    rng = stream(3, "pick")
    assert {pick(rng, ["a", "b", "c"], [0.5, 0.0, 0.5]) for _ in range(500)} == {"a", "c"}
    assert not any(chance(rng, 0.0) for _ in range(50))
