"""PURE: a weighted score of a few plots, with its formula shown; what is not known costs its whole weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CRITERIA: dict[str, tuple[str, bool]] = {
    "area": ("area_m2", True),
    "price": ("price_usd_m2_term", False),
    "power": ("power_kva", True),
    "water": ("water_m3_day", True),
    "wastewater": ("wastewater_m3_day", True),
    "road": ("road_width_m", True),
    "port": ("port_km", False),
    "airport": ("airport_km", False),
    "coverage": ("coverage_ratio", True),
}
"""Criterion -> (value of the plot, whether more is better)."""
HEAVIEST = 10
USUAL = 5


@dataclass(frozen=True, slots=True)
class Score:
    """Of one plot: 0 to 100, and how it came about."""

    total: float
    parts: tuple[tuple[str, float | None, float], ...]
    # (criterion, its value between worst 0 and best 1 of the plots compared, weight)


def scores(plots: Sequence[Mapping[str, Any]], weights: Mapping[str, int]) -> list[Score]:
    """One score for each plot: 100 × Σ weight × place between worst and best ÷ Σ weight.

    Places are relative to the plots compared; equal values are all best. A weight of 0 leaves a criterion out.
    """
    used = {name: min(HEAVIEST, max(0, weights.get(name, USUAL))) for name in CRITERIA}
    total = sum(used.values())
    places = {name: _places([plot.get(column) for plot in plots], more) for name, (column, more) in CRITERIA.items()}
    made = []
    for at in range(len(plots)):
        parts = tuple((name, places[name][at], float(weight)) for name, weight in used.items() if weight)
        summed = sum((place or 0.0) * weight for _, place, weight in parts)
        made.append(Score(100 * summed / total if total else 0.0, parts))
    return made


def _places(values: list[Any], more_is_better: bool) -> list[float | None]:
    known = [float(value) for value in values if value is not None]
    if not known:
        return [None] * len(values)
    low, high = min(known), max(known)

    def place(value: Any) -> float | None:
        if value is None:
            return None
        if high == low:
            return 1.0
        share = (float(value) - low) / (high - low)
        return share if more_is_better else 1.0 - share

    return [place(value) for value in values]
