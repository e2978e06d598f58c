"""The classes in which coverage is drawn, everywhere alike."""

from __future__ import annotations

CLASSES: tuple[tuple[float, str], ...] = (
    (0.0, "#00224e"), (0.2, "#35456c"), (0.4, "#666970"), (0.6, "#948e77"), (0.8, "#c8b866"), (0.95, "#fee838"),
)  # fmt: skip
"""Lower bound of the ratio -> fill. Cividis: read alike with and without colour-blindness, and in grey."""


def fill_of(ratio: float) -> str:
    """Colour of the class that the ratio falls in."""
    return [colour for bound, colour in CLASSES if ratio >= bound][-1]


def ranges() -> list[tuple[str, float, float]]:
    """Colour, lower and upper bound of each class, lowest first."""
    bounds = [bound for bound, _ in CLASSES[1:]] + [1.0]
    return [(colour, low, high) for (low, colour), high in zip(CLASSES, bounds, strict=True)]
