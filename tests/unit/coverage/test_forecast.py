"""Forecasts that can be checked with a pencil, and intervals that hold what they promise."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from layers.coverage import forecast, history
from layers.coverage.forecast import Point

START = date(2026, 1, 1)


def line(count, rate_a_day=0.001, start=0.3, step=30):
    return [Point(START + timedelta(days=step * k), start + rate_a_day * step * k) for k in range(count)]


def test_a_straight_past_goes_on_straight():
    found = forecast.at_deadline(line(6), START + timedelta(days=300))
    assert (found.ratio, found.low, found.high) == pytest.approx((0.6, 0.6, 0.6), abs=1e-9)
    assert found.doubts == ()


def test_the_interval_is_that_of_the_textbook():
    # x 0 1 2 3, y .1 .2 .2 .3 (a day apart): slope .06, mean .2, residuals 1, -3, 3, -1 hundredths of .../2
    ratios = [0.1, 0.2, 0.2, 0.3]
    found = forecast.at_deadline(
        [Point(START + timedelta(days=k), y) for k, y in enumerate(ratios)], START + timedelta(days=5)
    )
    residual = ((0.01**2 + 0.03**2 + 0.03**2 + 0.01**2) / 2) ** 0.5
    half = 1.886 * residual * (1 + 1 / 4 + 3.5**2 / 5) ** 0.5
    assert found.ratio == pytest.approx(0.2 + 0.06 * 3.5)
    assert (found.low, found.high) == pytest.approx((0.41 - half, 0.41 + half))


def test_four_in_five_intervals_hold_the_truth():
    rng = np.random.default_rng(20250701)
    held = 0
    for _ in range(2000):
        noisy = [Point(p.day, p.ratio + rng.normal(0, 0.01)) for p in line(8)]
        truth = 0.3 + 0.001 * 400 + rng.normal(0, 0.01)
        found = forecast.at_deadline(noisy, START + timedelta(days=400))
        held += found.low <= truth <= found.high
    assert held / 2000 == pytest.approx(0.80, abs=0.03)


def test_too_little_history_gives_no_forecast():
    assert forecast.at_deadline(line(3), date(2030, 1, 1)) is None
    assert forecast.when_reached(line(3) * 2, 0.5) is None


def test_a_share_stays_a_share_and_doubts_are_said():
    found = forecast.at_deadline(line(4), date(2036, 1, 1))
    assert (found.ratio, found.high) == (1, 1)
    assert set(found.doubts) == {"far_beyond_history", "near_the_top"}


def test_when_the_target_is_reached():
    past = line(6)  # 0.45 on day 150, 0.001 a day
    found = forecast.when_reached(past, 0.52)
    assert found.expected_on == START + timedelta(days=150 + 70)
    assert found.rate_per_month == pytest.approx(0.0304, abs=1e-4)
    faster = forecast.when_reached(past, 0.52, rate_factor=2)
    assert faster.expected_on == START + timedelta(days=150 + 35)
    set_rate = forecast.when_reached(past, 0.52, rate_per_month=forecast.DAYS_A_MONTH * 0.0005)
    assert set_rate.expected_on == START + timedelta(days=150 + 140)


def test_what_does_not_grow_does_not_arrive():
    found = forecast.when_reached(line(6, rate_a_day=-0.0001), 0.9)
    assert (found.expected_on, found.latest_on, found.doubts) == (None, None, ("no_growth",))


def test_scatter_spreads_the_arrival():
    rng = np.random.default_rng(4)
    noisy = [Point(p.day, p.ratio + rng.normal(0, 0.01)) for p in line(8)]
    found = forecast.when_reached(noisy, 0.7)
    assert found.earliest_on < found.expected_on < found.latest_on


def test_month_ends():
    assert history.month_ends(date(2025, 12, 5), date(2026, 2, 10)) == [
        date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 10)]  # fmt: skip
