"""The style is sound, speaks both languages, shows both archipelagos and asks no other server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from maps import archipelagos, catalog, styles

BOUNDS = (105.9, 19.9, 108.1, 21.6)


def style(lang: str = "vi", theme: styles.Theme = "light") -> dict[str, Any]:
    return styles.map_style(lang=lang, theme=theme, base_url="http://own", bounds=BOUNDS, attribution="<b>Ban</b>")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_layer_of_the_style_has_its_source_and_its_own_id(theme: styles.Theme) -> None:
    made = style(theme=theme)
    ids = [layer["id"] for layer in made["layers"]]
    assert len(set(ids)) == len(ids)
    known = {layer.name + part for layer in catalog.LAYERS for part in ("", "_labels", "_overview")}
    for layer in made["layers"]:
        if layer["type"] != "background":
            assert layer["source"] in made["sources"]
            assert layer.get("source-layer", "zones") in known


def test_every_layer_of_the_catalogue_is_drawn() -> None:
    drawn = {layer.get("metadata", {}).get("layer") for layer in style()["layers"]}
    assert drawn >= {layer.name for layer in catalog.LAYERS}


def test_no_glyphs_no_sprite_and_no_other_server() -> None:
    made = style()
    assert "glyphs" not in made
    assert "sprite" not in made
    text = json.dumps(made)
    assert text.count("http") == text.count("http://own")
    assert "<b>" not in text  # an attribution is markup to MapLibre


def test_zoom_is_only_the_input_of_an_outermost_interpolation() -> None:
    """Anything else is refused by MapLibre, and the whole layer with it."""

    def check(value: Any, outermost: bool) -> None:
        if not isinstance(value, list):
            return
        if value and value[0] in ("interpolate", "step") and ["zoom"] in value:
            assert outermost, value
        for part in value:
            if part != ["zoom"]:
                check(part, False)

    for layer in style()["layers"]:
        for value in [*layer.get("paint", {}).values(), *layer.get("layout", {}).values()]:
            check(value, True)


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("vi", ["Quần đảo Hoàng Sa (Việt Nam)", "Quần đảo Trường Sa (Việt Nam)"]),
        ("en", ["Hoàng Sa Archipelago (Viet Nam)", "Trường Sa Archipelago (Viet Nam)"]),
    ],
)
def test_both_archipelagos_are_named_at_every_zoom_and_never_hidden(lang: str, names: list[str]) -> None:
    made = style(lang)
    features = made["sources"]["archipelagos"]["data"]["features"]
    assert [f["properties"]["name"] for f in features if f["properties"]["role"] == "name"] == names
    (layer,) = [layer for layer in made["layers"] if layer["id"] == "archipelagos-name"]
    assert layer["layout"]["text-allow-overlap"] is True
    assert "minzoom" not in layer
    assert "maxzoom" not in layer
    assert "visibility" not in layer["layout"]
    assert made["layers"][-1] is layer  # nothing lies above it


def test_the_frames_hold_every_island_that_is_named() -> None:
    for group in archipelagos.BOTH:
        frame = shapely.Polygon(group.outline)
        assert frame.is_valid
        assert frame.exterior.is_ccw
        for name, lon, lat in group.islands:
            assert frame.contains(shapely.Point(lon, lat)), name


@pytest.mark.parametrize("group", archipelagos.BOTH, ids=lambda group: group.unit_code)
def test_the_frames_hold_the_units_of_2025(group: archipelagos.Archipelago, shared_data: Path) -> None:
    import geopandas

    units = geopandas.read_file(shared_data / "vn-admin-2025" / "vn_2025_wards_100m.gpkg")
    (shape,) = units[units["code"] == group.unit_code].geometry
    assert shapely.Polygon(group.outline).covers(shapely.box(*shape.bounds).intersection(shape))


def test_the_inset_shows_the_extent_of_the_country_and_both_groups() -> None:
    assert archipelagos.inset_xy(102.0, 23.5) == (0.0, 0.0)
    for group in archipelagos.BOTH:
        for lon, lat in group.outline:
            x, y = archipelagos.inset_xy(lon, lat)
            assert 0 <= x <= 164
            assert 0 <= y <= 190


def test_tilejson_names_fields_by_audience_and_says_how_it_thins() -> None:
    layers = (catalog.get("zones"), catalog.get("plots"))
    made = styles.tilejson(layers, "public", lang="en", base_url="http://own", bounds=BOUNDS, attribution="A")
    assert made["tilejson"] == "3.0.0"
    assert made["tiles"] == ["http://own/tiles/zones,plots/{z}/{x}/{y}"]
    parts = {one["id"]: one for one in made["vector_layers"]}
    assert list(parts) == ["zones", "zones_labels", "plots", "plots_overview", "plots_labels"]
    assert parts["zones"]["fields"] == {"code": "String", "kind": "String", "status": "String"}
    assert (parts["plots_overview"]["minzoom"], parts["plots_overview"]["maxzoom"]) == (6, 11)
    assert (parts["plots"]["minzoom"], parts["plots"]["maxzoom"]) == (12, 16)
    assert parts["plots_overview"]["fields"] == {
        "count": "Number", "n_planned": "Number", "n_available": "Number", "n_reserved": "Number",
        "n_leased": "Number", "n_not_for_lease": "Number", "filled": "Number", "most": "String",
    }  # fmt: skip
    assert (made["minzoom"], made["maxzoom"]) == (6, 16)
    assert made["thinning"]["limit"] > 0
