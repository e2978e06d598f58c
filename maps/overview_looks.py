"""PURE: how the cells of an overview are painted: squares of a grid, and circles with a number in them.

A cell has the colour of the class of which it has most; how strong it is says how much of the ground
is taken up. The number of a circle is written, so nothing hangs on colour or size alone.
"""

from __future__ import annotations

from typing import Any

from maps.catalog import PURPLE, Counts, Layer
from maps.looks import STRONG, Json, Palette

SELECTED = ["boolean", ["feature-state", "selected"], False]
_COUNT = ["get", "count"]
_RADIUS = ["interpolate", ["linear"], ["log10", _COUNT], 0, 3.5, 1, 7, 2, 11, 3, 16, 4, 22]


def shapes(layer: Layer, colors: Palette) -> list[Json]:
    """Style layers below those of the features; nothing for a layer that is not counted."""
    recipe = layer.counted
    if recipe is None:
        return []
    color = _color(layer, recipe, colors)
    if recipe.look == "grid":
        strength = ["interpolate", ["linear"], ["get", "filled"], 0, 0.2, 15, 0.45, 60, 0.9]
        paint = {"fill-color": color, "fill-opacity": ["case", SELECTED, 1, strength], "fill-antialias": False}
        return [_style(layer, recipe, "overview", "fill", paint), _outline(layer, recipe, colors)]
    paint = {
        "circle-color": color,
        "circle-radius": _RADIUS,
        "circle-opacity": 0.78,
        "circle-stroke-color": ["case", SELECTED, colors.ink, colors.halo],
        "circle-stroke-width": ["case", SELECTED, 3, 1.2],
    }
    return [_style(layer, recipe, "overview", "circle", paint)]


def numbers(layer: Layer, colors: Palette) -> list[Json]:
    """How many a circle stands for; names of zones make room for it."""
    recipe = layer.counted
    if recipe is None or recipe.look != "cluster":
        return []
    made = _style(
        layer, recipe, "overview-count", "symbol",
        {"text-color": colors.ink, "text-halo-color": colors.halo, "text-halo-width": 1.3},
    )  # fmt: skip
    made["layout"] |= {
        "text-field": ["to-string", _COUNT],
        "text-font": STRONG,
        "text-size": ["interpolate", ["linear"], ["log10", _COUNT], 0, 10, 3, 13],
        "symbol-sort-key": ["-", 0, _COUNT],
        "text-padding": 1,
    }
    made["filter"] = [">", _COUNT, 1]
    return [made]


def _outline(layer: Layer, recipe: Counts, colors: Palette) -> Json:
    """Only around the cell that is selected."""
    width = ["case", SELECTED, 2, 0]
    return _style(layer, recipe, "overview-edge", "line", {"line-color": colors.ink, "line-width": width})


def _color(layer: Layer, recipe: Counts, colors: Palette) -> Any:
    """By the class of which there is most; a class such as `5G_planned` has the colour of `5G`."""
    if not recipe.classes:
        return PURPLE
    pairs: list[str] = []
    for one in recipe.classes:
        mark = next((mark for mark in layer.marks if one == mark.value or one.startswith(f"{mark.value}_")), None)
        if mark is not None:
            pairs += [one, mark.color]
    return ["match", ["get", "most"], *pairs, colors.border]


def _style(layer: Layer, recipe: Counts, part: str, kind: str, paint: Json) -> Json:
    return {
        "id": f"{layer.name}-{part}",
        "type": kind,
        "source": layer.name,
        "source-layer": f"{layer.name}_overview",
        "minzoom": recipe.zooms[0],
        "maxzoom": recipe.zooms[1] + 1,
        "metadata": {"layer": layer.name, "overview": True},
        "layout": {"visibility": "visible" if layer.visible else "none"},
        "paint": paint,
    }
