"""PURE: what the panel beside the map needs: groups, legends, and the data of the map script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maps import catalog, i18n, theme_classes
from maps.catalog import GREY, LAYERS, PURPLE, Layer, Mark
from maps.styles import Bounds

_SCRIPT_TEXTS = (
    "close", "also_here", "loading", "failed", "no_map", "offline", "bad_view", "demo", "wgs84", "vn2000",
    "selected", "related_failed", "retry", "zoom_in", "zoom_out", "reset_north", "map_title", "attribution",
    "report_error", "embed_touch", "embed_wheel",
)  # fmt: skip
_TOOL_TEXTS = "tool.js."


@dataclass(frozen=True, slots=True)
class Group:
    """Layers that are listed together."""

    name: str
    layers: tuple[Layer, ...]


def groups() -> list[Group]:
    """The layers in the order of the panel, the topmost of each group first."""
    return [Group(name, tuple(layer for layer in reversed(LAYERS) if layer.group == name)) for name in catalog.GROUPS]


_SINGLE = {
    "streets": Mark("", GREY),
    "sites": Mark("", PURPLE),
    "house_numbers": Mark("", "#0b62a0"),
}


_OVERVIEW = {
    "grid": Mark("overview", GREY, shape="polygon"),
    "cluster": Mark("overview", GREY, "counted", shape="point"),
}


def entries(layer: Layer) -> list[tuple[str, Mark]]:
    """Legend of one layer: (key of the text, mark); the layer's own name when it has no classes."""
    if layer.marks:
        made = [(f"value.{layer.name}.{layer.classes}.{mark.value}", mark) for mark in layer.marks]
    else:
        made = [(f"layer.{layer.name}", _SINGLE[layer.name])]
    if layer.name == "zones":
        made.append(("legend.planned_zone", Mark("planned", GREY, "hatched")))
    if layer.name == "coverage":
        made.append(("legend.planned_coverage", Mark("planned", GREY, "dashed")))
    if layer.counted is not None:
        made.append((f"legend.{layer.name}_overview", _OVERVIEW[layer.counted.look]))
    return made


def marks(layer: str) -> dict[str, Mark]:
    """The marks of a layer by the value that they stand for."""
    return {mark.value: mark for mark in catalog.get(layer).marks}


def page_data(lang: str, bounds: Bounds, territory: Bounds) -> dict[str, Any]:
    """What the map script reads from the page: texts, layers, where to begin and how far to go."""
    return {
        "lang": lang,
        "bounds": list(bounds),
        "territory": list(territory),
        "layers": [
            {
                "name": layer.name,
                "title": i18n.translate(lang, f"layer.{layer.name}"),
                "visible": layer.visible,
                "minzoom": layer.first_zoom,
                "overview": layer.counted is not None,
                "detailzoom": layer.min_zoom,
                "dated": layer.knows_days,
                "themes": list(theme_classes.names(layer.name)),
            }
            for layer in LAYERS
        ],
        "texts": {key: i18n.translate(lang, f"js.{key}") for key in _SCRIPT_TEXTS},
        "tools": {
            key.removeprefix(_TOOL_TEXTS): text
            for key, text in i18n.catalogue(lang).items()
            if key.startswith(_TOOL_TEXTS)
        },
    }
