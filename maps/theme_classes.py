"""PURE: which themes each layer has, and the colours of their classes.

Classes that are only different have the colours of Okabe and Ito; steps of a ratio those of viridis and
cividis, which grow lighter in grey too. What is planned is hatched in every theme.
"""

from __future__ import annotations

from maps import catalog, coverage_colors, industry_groups
from maps.catalog import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION, YELLOW, Mark

DARK = "#4d4d4d"
"""Where Okabe and Ito have black, which no dark map shows."""
VIRIDIS = ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")
"""Five steps: one colour for each fifth of a ratio."""

_STATUS_MARKS = (
    Mark("planned", PURPLE, "hatched"), Mark("building", ORANGE), Mark("operating", GREEN),
    Mark("suspended", GREY), Mark("closed", DARK),
)  # fmt: skip
_GROUP_COLORS = (ORANGE, PURPLE, GREEN, YELLOW, SKY, BLUE, VERMILLION, DARK)

FIFTHS = tuple(Mark(f"{at * 20}-{at * 20 + 20}", color) for at, color in enumerate(VIRIDIS))
COVERAGE = tuple(
    Mark(f"{round(low * 100)}-{round(high * 100)}", color) for color, low, high in coverage_colors.ranges()
)
_INDUSTRIES = tuple(Mark(name, color) for name, color in zip(industry_groups.NAMES, _GROUP_COLORS, strict=True))

CLASSES: dict[tuple[str, str], tuple[Mark, ...]] = {
    ("zones", "kind"): catalog.get("zones").marks,
    ("zones", "status"): _STATUS_MARKS,
    ("zones", "occupancy"): FIFTHS,
    ("zones", "industry"): _INDUSTRIES,
    ("zones", "coverage"): COVERAGE,
    ("plots", "status"): catalog.get("plots").marks,
    ("plots", "industry"): _INDUSTRIES,
    ("enterprises", "status"): catalog.get("enterprises").marks,
    ("enterprises", "industry"): _INDUSTRIES,
}
"""(layer, theme) -> its classes in the order of the legend; the first of each layer is the usual one."""


def names(layer: str) -> tuple[str, ...]:
    """Themes of a layer, its usual one first; empty when it has none."""
    return tuple(name for of, name in CLASSES if of == layer)
