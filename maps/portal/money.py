"""PURE: amounts in the other currency, by a rate of a known day, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """What one US dollar is in đồng, on which day, and who says so."""

    vnd_per_usd: float
    on: date
    source: str

    def to_vnd(self, usd: float) -> float:
        """Đồng, to the thousand: a converted amount must not look exact."""
        return round(usd * self.vnd_per_usd / 1000) * 1000.0

    def to_usd(self, vnd: float) -> float:
        """Dollars, to the cent."""
        return round(vnd / self.vnd_per_usd, 2)
