"""The catalogue is complete and keeps private columns from the public by name."""

from __future__ import annotations

import re

import pytest

from layers.errors import UnknownLayer
from maps import catalog, facts, tiles

PRIVATE = re.compile(
    r"certificate_address|contact_|internal_note|lowest_price|\bworkers\b|investment_usd|eirp_dbm|tilt_deg|tax_code_check"
)


@pytest.mark.parametrize("layer", catalog.LAYERS, ids=lambda layer: layer.name)
def test_no_statement_for_the_public_names_a_private_column(layer: catalog.Layer) -> None:
    statements = tiles.tile_sql(layer, "public") + tiles.labelled_sql(layer, "public") + facts._sql(layer, "public")
    assert PRIVATE.findall(statements) == []


@pytest.mark.parametrize("layer", catalog.LAYERS, ids=lambda layer: layer.name)
def test_tables_are_named_without_a_schema(layer: catalog.Layer) -> None:
    for audience in ("public", "staff"):
        assert not re.search(r"\b(gis|open)\.", tiles.tile_sql(layer, audience))  # type: ignore[arg-type]


@pytest.mark.parametrize("layer", catalog.LAYERS, ids=lambda layer: layer.name)
def test_classes_are_fields_of_the_tile_and_marks_are_their_codes(layer: catalog.Layer) -> None:
    if layer.classes is None:
        assert layer.marks == ()
        return
    by_name = {one.name: one for one in layer.tile}
    assert set(by_name[layer.classes].codes) >= {mark.value for mark in layer.marks}
    assert layer.min_zoom <= layer.max_zoom <= catalog.HIGHEST_ZOOM


def test_colours_of_one_layer_differ() -> None:
    for layer in catalog.LAYERS:
        looks = [(mark.color, mark.pattern) for mark in layer.marks]
        assert len(set(looks)) == len(looks), layer.name


def test_an_unknown_layer_is_named_with_those_that_exist() -> None:
    with pytest.raises(UnknownLayer) as caught:
        catalog.get("zonez")
    assert "plots" in str(caught.value)
