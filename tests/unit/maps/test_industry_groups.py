"""VSIC codes in groups that a map can tell apart."""

from __future__ import annotations

import itertools

import pytest

from maps import industry_groups, theme_classes


@pytest.mark.parametrize(
    ("code", "version", "group"),
    [
        ("10", "2025", "food"), ("1200", "2025", "food"), ("13", "2018", "textile"), ("15", None, "textile"),
        ("22209", "2025", "chemicals"), ("25", "2025", "metals"), ("2610", "2025", "electronics"),
        ("28", "2025", "machinery"), ("33", "2025", "machinery"), ("52", "2025", "other_sections"),
        ("A", "2025", "other_sections"), ("C", "2025", ""),  # which part of manufacturing is not said
        ("45", "2018", "other_sections"), ("45", "2025", ""),  # the list of 2025 has no division 45
        (None, None, ""), ("", "2025", ""), ("9", "2025", ""),
    ],
)  # fmt: skip
def test_a_code_is_in_the_group_of_its_division(code: str | None, version: str | None, group: str) -> None:
    assert industry_groups.of(code, version) == group


def test_every_class_of_a_theme_has_a_colour_of_its_own() -> None:
    for (layer, name), marks in theme_classes.CLASSES.items():
        looks = [(mark.color, mark.pattern) for mark in marks]
        assert len(set(looks)) == len(looks), f"{layer}:{name}"


def test_steps_of_a_ratio_grow_lighter_in_grey_too() -> None:
    for marks in (theme_classes.FIFTHS, theme_classes.COVERAGE):
        greys = [_grey(mark.color) for mark in marks]
        assert greys == sorted(greys)
        assert min(b - a for a, b in itertools.pairwise(greys)) > 15


def _grey(color: str) -> float:
    """Luma of #rrggbb, 0 to 255."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
