"""PURE: catalogue -> TileJSON and MapLibre style. No database, no HTTP.

The style names no `glyphs`: MapLibre (5.11 and later) then draws every letter from the fonts of
the page. What each layer looks like is in `maps.looks`.
"""

from __future__ import annotations

from html import escape
from typing import Any, Literal

from maps import archipelagos, catalog, i18n, looks, overview_looks
from maps.catalog import Audience, Counts, Layer, Shapes
from maps.tiles import LIMIT

Bounds = tuple[float, float, float, float]
Theme = Literal["light", "dark"]
Json = dict[str, Any]

_MVT_TYPES = {"text": "String", "date": "String", "integer": "Number", "number": "Number", "boolean": "Boolean"}


def tilejson(
    layers: tuple[Layer, ...], audience: Audience, *, lang: str, base_url: str, bounds: Bounds, attribution: str
) -> Json:
    """TileJSON 3.0 of one or several layers; `bounds` in WGS 84 degrees, `base_url` without a slash at its end."""
    names = ",".join(layer.name for layer in layers)
    return {
        "tilejson": "3.0.0",
        "name": names,
        "description": "; ".join(i18n.translate(lang, f"layer.{layer.name}") for layer in layers),
        "attribution": escape(attribution),
        "scheme": "xyz",
        "tiles": [f"{base_url}/tiles/{names}/{{z}}/{{x}}/{{y}}"],
        "minzoom": min(layer.first_zoom for layer in layers),
        "maxzoom": max(layer.max_zoom for layer in layers),
        "bounds": list(bounds),
        "center": [*_middle(bounds), 10],
        "vector_layers": [one for layer in layers for one in _vector_layers(layer, audience, lang)],
        "thinning": {
            "limit": LIMIT,
            "kept": "heaviest",
            "among_equals": "by a hash of the id",
            "header": "X-Tile-Thinned",
        },
        "generalised": [_generalised(layer, layer.overview) for layer in layers if isinstance(layer.overview, Shapes)],
    }


def _middle(bounds: Bounds) -> tuple[float, float]:
    return round((bounds[0] + bounds[2]) / 2, 5), round((bounds[1] + bounds[3]) / 2, 5)


def _vector_layers(layer: Layer, audience: Audience, lang: str) -> list[Json]:
    fields = {one.name: _MVT_TYPES[one.kind] for one in layer.fields(audience)}
    made = {
        "id": layer.name,
        "description": i18n.translate(lang, f"layer.{layer.name}"),
        "minzoom": layer.min_zoom,
        "maxzoom": layer.max_zoom,
        "fields": fields,
    }
    parts = [made] if layer.counted is None else [made, _overview(layer, layer.counted, lang)]
    if layer.label is not None:
        first = max(layer.min_zoom, layer.label_min_zoom)
        labels = {name: fields[name] for name in layer.label_fields} | {"label": "String"}
        parts.append(made | {"id": f"{layer.name}_labels", "minzoom": first, "fields": labels})
    return parts


def _generalised(layer: Layer, recipe: Shapes) -> Json:
    """At which zooms shapes have fewer corners, and what is then too small to be drawn."""
    first, last = recipe.zooms
    return {
        "layer": layer.name, "minzoom": first, "maxzoom": last, "tolerance_px": 0.5, "left_out": recipe.left_out,
    }  # fmt: skip


def _overview(layer: Layer, recipe: Counts, lang: str) -> Json:
    """The cells in which features are counted where they are too many to be drawn."""
    return {
        "id": f"{layer.name}_overview",
        "description": i18n.translate(lang, f"legend.{layer.name}_overview"),
        "minzoom": recipe.zooms[0],
        "maxzoom": recipe.zooms[1],
        "fields": {name: _MVT_TYPES[kind] for name, kind in recipe.attributes().items()},
    }


def map_style(*, lang: str, theme: Theme, base_url: str, bounds: Bounds, attribution: str) -> Json:
    """The MapLibre style of all layers; which rows and columns it shows is up to who asks for tiles.

    Each style layer says in `metadata.layer` to which layer of the catalogue it belongs; switched-off
    layers are there with `visibility: none`.
    """
    colors = looks.PALETTES[theme]
    return {
        "version": 8,
        "name": i18n.translate(lang, "app.name"),
        "metadata": {"lang": lang, "theme": theme},
        "center": list(_middle(bounds)),
        "zoom": 9,
        "sources": {
            **{layer.name: _source(layer, base_url, bounds, attribution) for layer in catalog.LAYERS},
            "archipelagos": {"type": "geojson", "data": archipelagos.as_geojson(lang)},
        },
        "layers": [
            {"id": "background", "type": "background", "paint": {"background-color": colors.sea}},
            *looks.archipelago_shapes(colors),
            *(style for layer in catalog.LAYERS for style in _shapes(layer, colors)),
            *(style for name, label in looks.LABELS.items() for style in label(catalog.get(name), colors)),
            *(style for layer in catalog.LAYERS for style in overview_looks.numbers(layer, colors)),
            *looks.archipelago_names(colors),
        ],
    }


def _shapes(layer: Layer, colors: looks.Palette) -> list[Json]:
    return [*overview_looks.shapes(layer, colors), *looks.SHAPES[layer.name](layer, colors)]


def _source(layer: Layer, base_url: str, bounds: Bounds, attribution: str) -> Json:
    return {
        "type": "vector",
        "tiles": [f"{base_url}/tiles/{layer.name}/{{z}}/{{x}}/{{y}}"],
        "minzoom": layer.first_zoom,
        "maxzoom": layer.max_zoom,
        "bounds": list(bounds),
        "attribution": escape(attribution),
    }
