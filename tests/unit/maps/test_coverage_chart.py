"""The line of shares: scaled from 0 to 100 %, placed by the day, and silent when there is nothing to draw."""

from __future__ import annotations

from datetime import date

import pytest

from maps import coverage_chart, coverage_colors
from maps.coverage_chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH


def test_nothing_lies_at_the_floor_and_everything_at_the_top() -> None:
    chart = coverage_chart.draw([date(2026, 1, 1), date(2026, 1, 11)], [0.0, 1.0])
    assert chart is not None
    assert [(x, y) for x, y, *_ in chart.points] == [(LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, TOP)]


def test_days_stand_where_they_belong_not_evenly() -> None:
    chart = coverage_chart.draw([date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 11)], [0.1, 0.2, 0.3])
    assert chart is not None
    first, second, last = (x for x, *_ in chart.points)
    assert (second - first) / (last - first) == pytest.approx(0.1, abs=0.001)


def test_unknown_shares_are_left_out() -> None:
    chart = coverage_chart.draw([date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)], [0.1, None, 0.3])
    assert chart is not None
    assert [day for *_, day, _ in chart.points] == [date(2026, 1, 1), date(2026, 3, 1)]


@pytest.mark.parametrize("shares", [[], [0.5], [None, 0.5]])
def test_fewer_than_two_make_no_line(shares: list[float | None]) -> None:
    assert coverage_chart.draw([date(2026, 1, 1 + k) for k in range(len(shares))], shares) is None


@pytest.mark.parametrize(("ratio", "low"), [(0.0, 0.0), (0.199, 0.0), (0.2, 0.2), (0.95, 0.95), (1.0, 0.95)])
def test_a_ratio_has_the_colour_of_its_class(ratio: float, low: float) -> None:
    assert coverage_colors.fill_of(ratio) == {bound: colour for colour, bound, _ in coverage_colors.ranges()}[low]
