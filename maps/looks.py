"""PURE: how each layer of the catalogue is painted, in light and in dark.

The first name of a font stack tells MapLibre the weight, the following ones the family, so
("Be Vietnam Pro SemiBold", "Be Vietnam Pro") is the semi-bold of the font that the page loads.
Hatchings are images called `hatch-RRGGBB`, drawn by the page when they are first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maps import catalog
from maps.catalog import Layer

Json = dict[str, Any]

REGULAR = ["Be Vietnam Pro"]
STRONG = ["Be Vietnam Pro SemiBold", "Be Vietnam Pro"]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours that are not data."""

    sea: str
    land: str
    ink: str
    halo: str
    border: str
    street: str
    street_edge: str
    sea_ink: str


PALETTES: dict[str, Palette] = {
    "light": Palette("#d9e6ed", "#f8f7f3", "#1d2b36", "#ffffff", "#87919a", "#ffffff", "#b9bec2", "#2f5d78"),
    "dark": Palette("#0d1820", "#17232c", "#e8eef2", "#0d1820", "#6d7a85", "#3a4853", "#22303a", "#8fb6cc"),
}


def _style(layer: Layer, part: str, kind: str, paint: Json, **more: Any) -> Json:
    layout = {"visibility": "visible" if layer.visible else "none", **more.pop("layout", {})}
    return {
        "id": f"{layer.name}-{part}",
        "type": kind,
        "source": layer.name,
        "source-layer": more.pop("source_layer", layer.name),
        "minzoom": more.pop("minzoom", layer.min_zoom),
        "metadata": {"layer": layer.name},
        **more,
        "layout": layout,
        "paint": paint,
    }


def nothing(_layer: Layer, _colors: Palette) -> list[Json]:
    """For a layer that is only text, or only shapes."""
    return []


def _by_class(layer: Layer, otherwise: str) -> list[Any]:
    """Colour of a feature by its class."""
    pairs = [part for mark in layer.marks for part in (mark.value, mark.color)]
    return ["match", ["get", layer.classes], *pairs, otherwise]


def _selected(chosen: Any, usual: Any) -> list[Any]:
    return ["case", ["boolean", ["feature-state", "selected"], False], chosen, usual]


def _by_zoom(*stops: Any) -> list[Any]:
    return ["interpolate", ["linear"], ["zoom"], *stops]


def _units(layer: Layer, colors: Palette) -> list[Json]:
    commune = ["==", ["get", "level"], "commune"]
    province = ["==", ["get", "level"], "province"]
    line = {"line-color": _selected(colors.ink, colors.border)}
    return [
        _style(layer, "fill", "fill", {"fill-color": colors.land}),
        _style(
            layer,
            "commune",
            "line",
            line | {"line-width": _selected(2.5, 0.8), "line-opacity": 0.7},
            filter=commune,
            minzoom=9,
        ),
        _style(layer, "province", "line", line | {"line-width": _selected(3, 1.6)}, filter=province),
    ]


def _coverage(layer: Layer, colors: Palette) -> list[Json]:
    on_air = ["==", ["get", "state"], "on_air"]
    color = _by_class(layer, colors.border)
    return [
        _style(layer, "fill", "fill", {"fill-color": color, "fill-opacity": _selected(0.4, 0.13)}, filter=on_air),
        _style(
            layer,
            "edge",
            "line",
            {"line-color": color, "line-width": _selected(2.5, 0.6), "line-opacity": 0.55},
            filter=on_air,
            minzoom=12,
        ),
        _style(
            layer,
            "planned",
            "line",
            {"line-color": color, "line-width": _selected(2.5, 1), "line-dasharray": [2, 2]},
            filter=["!", on_air],
            minzoom=12,
        ),
    ]


def _zones(layer: Layer, colors: Palette) -> list[Json]:
    color = _by_class(layer, colors.border)
    planned = ["==", ["get", "status"], "planned"]
    economic = ["==", ["get", "kind"], "KKT"]
    return [
        _style(
            layer,
            "fill",
            "fill",
            {"fill-color": color, "fill-opacity": _selected(0.4, 0.2)},
            filter=["all", ["!", planned], ["!", economic]],
        ),
        _style(
            layer,
            "hatched",
            "fill",
            {"fill-pattern": ["concat", "hatch-", ["slice", color, 1]], "fill-opacity": 0.8},
            filter=["all", planned, ["!", economic]],
        ),
        _style(
            layer,
            "edge",
            "line",
            {"line-color": color, "line-width": _by_zoom(6, _selected(3, 0.8), 12, _selected(4, 1.8))},
            filter=["!", ["any", planned, economic]],
        ),
        _style(
            layer,
            "dashed",
            "line",
            {"line-color": color, "line-dasharray": [3, 2], "line-width": _selected(4, 1.8)},
            filter=["any", planned, economic],
        ),
    ]


def _plots(layer: Layer, colors: Palette) -> list[Json]:
    planned = ["==", ["get", "status"], "planned"]
    color = _by_class(layer, colors.border)
    edge: Json = {
        "line-color": _selected(colors.ink, colors.halo),
        "line-width": _by_zoom(12, _selected(3, 0.2), 16, _selected(3, 1.2)),
    }
    return [
        _style(
            layer, "fill", "fill", {"fill-color": color, "fill-opacity": _selected(0.9, 0.62)}, filter=["!", planned]
        ),
        _style(layer, "hatched", "fill", {"fill-pattern": ["concat", "hatch-", ["slice", color, 1]]}, filter=planned),
        _style(layer, "edge", "line", edge),
    ]


def _streets(layer: Layer, colors: Palette) -> list[Json]:
    wide = ["match", ["get", "kind"], "highway", 2.2, "road", 1.5, "street", 1.2, 0.7]
    width = [
        "interpolate",
        ["exponential", 1.5],
        ["zoom"],
        10,
        ["*", wide, 0.6],
        14,
        ["*", wide, 2.2],
        18,
        ["*", wide, 9],
    ]
    edge = [
        "interpolate",
        ["exponential", 1.5],
        ["zoom"],
        10,
        ["*", wide, 0.9],
        14,
        ["*", wide, 3],
        18,
        ["*", wide, 10.5],
    ]
    round_ends = {"line-cap": "round", "line-join": "round"}
    return [
        _style(
            layer,
            "edge",
            "line",
            {"line-color": _selected(BLUE_INK, colors.street_edge), "line-width": edge},
            layout=round_ends,
        ),
        _style(
            layer, "line", "line", {"line-color": colors.street, "line-width": width}, layout=round_ends, minzoom=12
        ),
    ]


BLUE_INK = "#0b62a0"


def _circles(layer: Layer, colors: Palette, *radii: float) -> list[Json]:
    color = _by_class(layer, colors.border) if layer.classes else catalog.PURPLE
    hollow = [mark.value for mark in layer.marks if mark.pattern == "hollow"]
    fill: Any = ["match", ["get", layer.classes], hollow, colors.halo, color] if hollow else color
    return [
        _style(
            layer,
            "circle",
            "circle",
            {
                "circle-color": fill,
                "circle-radius": _by_zoom(*radii),
                "circle-stroke-color": _selected(colors.ink, color if hollow else colors.halo),
                "circle-stroke-width": _selected(3, 1.4),
            },
        )
    ]


def _enterprises(layer: Layer, colors: Palette) -> list[Json]:
    return _circles(layer, colors, 12, 1.4, 14, 2.8, 17, 6)


def _sites(layer: Layer, colors: Palette) -> list[Json]:
    return _circles(layer, colors, 10, 1.6, 15, 5)


def _entrances(layer: Layer, colors: Palette) -> list[Json]:
    return _circles(layer, colors, 15, 1.8, 18, 4)


def _text(layer: Layer, colors: Palette, field: str, **layout: Any) -> Json:
    return {
        "layout": {"text-field": ["get", field], "text-font": REGULAR, "text-size": 12, "text-max-width": 9, **layout},
        "paint": {"text-color": colors.ink, "text-halo-color": colors.halo, "text-halo-width": 1.4},
        "source_layer": f"{layer.name}_labels" if layer.label is not None else layer.name,
    }


def _label(layer: Layer, colors: Palette, field: str, part: str = "label", **more: Any) -> Json:
    text = _text(layer, colors, field, **more.pop("layout", {}))
    return _style(
        layer,
        part,
        "symbol",
        text["paint"] | more.pop("paint", {}),
        layout=text["layout"],
        source_layer=text["source_layer"],
        **more,
    )


def _unit_labels(layer: Layer, colors: Palette) -> list[Json]:
    quiet = {"text-color": colors.border}
    return [
        _label(
            layer,
            colors,
            "label",
            "label-province",
            filter=["==", ["get", "level"], "province"],
            minzoom=6,
            maxzoom=10,
            layout={"text-font": STRONG, "text-size": 15},
        ),
        _label(
            layer,
            colors,
            "label",
            "label-commune",
            filter=["==", ["get", "level"], "commune"],
            minzoom=10.5,
            layout={"text-size": 11.5},
            paint=quiet,
        ),
    ]


def _zone_labels(layer: Layer, colors: Palette) -> list[Json]:
    moving = {"text-variable-anchor": ["center", "bottom", "top"], "text-radial-offset": 1, "text-justify": "center"}
    size = {"text-font": STRONG, "text-size": _by_zoom(10, 11, 15, 15)}
    return [_label(layer, colors, "label", minzoom=10, layout=size | moving)]


def _plot_labels(layer: Layer, colors: Palette) -> list[Json]:
    return [_label(layer, colors, "label", minzoom=16, layout={"text-size": 11})]


def _street_labels(layer: Layer, colors: Palette) -> list[Json]:
    return [
        _label(
            layer,
            colors,
            "name",
            minzoom=13.5,
            layout={"symbol-placement": "line", "text-size": _by_zoom(13, 10.5, 17, 13), "text-max-angle": 30},
        )
    ]


def _enterprise_labels(layer: Layer, colors: Palette) -> list[Json]:
    return [
        _label(
            layer,
            colors,
            "name",
            minzoom=15.5,
            layout={"text-size": 11, "text-anchor": "top", "text-offset": [0, 0.7], "text-optional": True},
        )
    ]


def _numbers(layer: Layer, colors: Palette) -> list[Json]:
    reserved = ["==", ["get", "status"], "reserved"]
    ink = {"text-color": ["case", reserved, colors.border, BLUE_INK if colors.halo == "#ffffff" else colors.sea_ink]}
    return [
        _label(
            layer,
            colors,
            "plate_text",
            minzoom=16,
            paint=ink,
            layout={"text-font": STRONG, "text-size": _by_zoom(16, 10, 19, 14), "text-padding": 1},
        )
    ]


SHAPES = {
    "administrative_units": _units,
    "coverage": _coverage,
    "zones": _zones,
    "plots": _plots,
    "streets": _streets,
    "enterprises": _enterprises,
    "sites": _sites,
    "entrances": _entrances,
    "house_numbers": nothing,
}
LABELS = {
    "administrative_units": _unit_labels,
    "enterprises": _enterprise_labels,
    "streets": _street_labels,
    "plots": _plot_labels,
    "house_numbers": _numbers,
    "zones": _zone_labels,
}
"""From the least to the most important: of two texts that collide MapLibre keeps the later one."""


def _role(role: str) -> list[Any]:
    return ["==", ["get", "role"], role]


def archipelago_shapes(colors: Palette) -> list[Json]:
    """Frames and islands of Hoàng Sa and Trường Sa, below the data."""
    return [
        {
            "id": "archipelagos-frame",
            "type": "line",
            "source": "archipelagos",
            "filter": _role("frame"),
            "paint": {"line-color": colors.sea_ink, "line-width": 1.2, "line-dasharray": [4, 3]},
        },
        {
            "id": "archipelagos-island",
            "type": "circle",
            "source": "archipelagos",
            "filter": _role("island"),
            "paint": {
                "circle-color": colors.land,
                "circle-stroke-color": colors.sea_ink,
                "circle-stroke-width": 1.2,
                "circle-radius": _by_zoom(3, 1.2, 8, 4),
            },
        },
    ]


def archipelago_names(colors: Palette) -> list[Json]:
    """Their names, above everything else; the last one is never hidden by another text."""
    paint = {"text-color": colors.sea_ink, "text-halo-color": colors.sea, "text-halo-width": 1.4}
    name = {"text-field": ["coalesce", ["get", "label"], ["get", "name"]], "text-max-width": 20}
    return [
        {
            "id": "archipelagos-sea",
            "type": "symbol",
            "source": "archipelagos",
            "filter": _role("sea"),
            "maxzoom": 8,
            "layout": name
            | {"text-font": ["Be Vietnam Pro Italic", "Be Vietnam Pro"], "text-size": 14, "text-letter-spacing": 0.15},
            "paint": paint,
        },
        {
            "id": "archipelagos-island-name",
            "type": "symbol",
            "source": "archipelagos",
            "filter": _role("island"),
            "minzoom": 6.5,
            "layout": name | {"text-font": REGULAR, "text-size": 11, "text-anchor": "top", "text-offset": [0, 0.5]},
            "paint": paint,
        },
        {
            "id": "archipelagos-name",
            "type": "symbol",
            "source": "archipelagos",
            "filter": _role("name"),
            "layout": name
            | {
                "text-font": STRONG,
                "text-size": _by_zoom(3, 11, 7, 15),
                "text-allow-overlap": True,
                "text-ignore-placement": True,
            },
            "paint": paint,
        },
    ]
