"""PURE: from the history of a ratio to its value at a deadline, with an interval that does not flatter.

A straight line through the last points (least squares), and Student's prediction interval of 80 %: one time in five
the truth lies outside, even if roll-out goes on as before. A line knows nothing of budgets and of the last ground
being the dearest: near 100 % it promises too much, and the further away the day, the wider the interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

LAST_POINTS = 12
FEWEST_POINTS = 4

T_90 = (
    3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.350, 1.345, 1.341, 1.337,
    1.333, 1.330, 1.328, 1.325,
)  # fmt: skip
"""Student's t, 90 % one-sided (80 % two-sided), for 1, 2, … 20 degrees of freedom."""

DAYS_A_MONTH = 365.25 / 12
FARTHEST_YEARS = 30

Doubt = Literal["too_few_points", "far_beyond_history", "near_the_top", "no_growth"]

DOUBTS: dict[Doubt, tuple[str, str]] = {
    "too_few_points": ("chưa đủ số liệu quá khứ (cần ít nhất 4 lần)", "too little history (at least 4 points wanted)"),
    "far_beyond_history": ("dự báo xa hơn khoảng thời gian đã quan sát", "further ahead than the history is long"),
    "near_the_top": ("gần 100 %: phần còn lại thường khó hơn", "near 100 %: what remains is usually harder"),
    "no_growth": ("tỷ lệ không tăng", "the ratio does not grow"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """The ratio on a day."""

    day: date
    ratio: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The ratio expected on a day."""

    day: date
    ratio: float
    low: float
    high: float
    # 80 % prediction interval; all three within 0 to 1.
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a target is reached if roll-out goes on so."""

    target: float
    expected_on: date | None
    earliest_on: date | None
    latest_on: date | None
    # 80 %: when the upper and the lower bound reach it; None: not within 30 years.
    rate_per_month: float
    # Of the ratio.
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted line; x in days since `origin`."""

    origin: date
    last: Point
    count: int
    mean_x: float
    mean_y: float
    slope: float
    residual: float
    # Standard deviation around the line, with n − 2 degrees of freedom.
    spread_x: float
    # Σ (x − mean)².
    span_days: int

    @property
    def rate_per_month(self) -> float:
        """Growth of the ratio in a month."""
        return self.slope * DAYS_A_MONTH

    def at(self, day: date) -> tuple[float, float]:
        """Value and half width of the interval, not yet cut to 0 to 1."""
        x = (day - self.origin).days
        value = self.mean_y + self.slope * (x - self.mean_x)
        width = self.residual * math.sqrt(1 + 1 / self.count + (x - self.mean_x) ** 2 / self.spread_x)
        return value, T_90[min(self.count - 2, len(T_90)) - 1] * width


def fit(points: Sequence[Point]) -> Line | None:
    """A line through the last LAST_POINTS days; None with fewer than FEWEST_POINTS different days."""
    by_day = {point.day: point.ratio for point in sorted(points, key=lambda one: one.day)}
    used = [Point(day, ratio) for day, ratio in by_day.items()][-LAST_POINTS:]
    if len(used) < FEWEST_POINTS:
        return None
    origin = used[0].day
    x = [(point.day - origin).days for point in used]
    y = [point.ratio for point in used]
    count = len(used)
    mean_x, mean_y = sum(x) / count, sum(y) / count
    spread_x = sum((one - mean_x) ** 2 for one in x)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread_x
    left = sum((b - mean_y - slope * (a - mean_x)) ** 2 for a, b in zip(x, y, strict=True))
    return Line(origin, used[-1], count, mean_x, mean_y, slope, math.sqrt(left / (count - 2)), spread_x, x[-1])


def at_deadline(points: Sequence[Point], day: date) -> Forecast | None:
    """The ratio expected on a day; None when there is too little history."""
    line = fit(points)
    if line is None:
        return None
    value, half = line.at(day)
    return Forecast(day, _share(value), _share(value - half), _share(value + half), _doubts(line, day, value))


def when_reached(
    points: Sequence[Point], target: float, *, rate_factor: float = 1.0, rate_per_month: float | None = None
) -> Arrival | None:
    """When the target is reached; None when there is too little history.

    `rate_factor` 1.5 asks "if roll-out went half as fast again", `rate_per_month` "if it went at this rate": from
    the last day on, with the scatter of the past.
    """
    line = fit(points)
    if line is None:
        return None
    slope = (line.rate_per_month * rate_factor if rate_per_month is None else rate_per_month) / DAYS_A_MONTH
    extra = slope - line.slope
    days: dict[int, date | None] = {-1: None, 0: None, 1: None}
    today = line.last.day
    for ahead in range(0, int(FARTHEST_YEARS * 365.25), 7):
        day = today + timedelta(days=ahead)
        value, half = line.at(day)
        for side, found in list(days.items()):
            if found is None and value + extra * ahead + side * half >= target:
                days[side] = day
        if days[-1] is not None:
            break
    expected = days[0]
    doubts = _doubts(line, expected or today, target) if slope > 0 else ("no_growth",)
    return Arrival(target, expected, days[1], days[-1], slope * DAYS_A_MONTH, doubts)


def _doubts(line: Line, day: date, value: float) -> tuple[Doubt, ...]:
    doubts: list[Doubt] = []
    if (day - line.last.day).days > line.span_days:
        doubts.append("far_beyond_history")
    if value > 0.9:
        doubts.append("near_the_top")
    if line.slope <= 0:
        doubts.append("no_growth")
    return tuple(doubts)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
