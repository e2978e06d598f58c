"""The catalogue is complete and keeps private columns from the public by name."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from layers.errors import UnknownLayer
from maps import catalog, facts, tile_sql
from maps.matrix import WEB_MERCATOR, metric

PRIVATE = re.compile(
    r"certificate_address|contact_|internal_note|lowest_price|\bworkers\b|investment_usd|eirp_dbm|tilt_deg|tax_code_check"
)


def statements(layer: catalog.Layer, audience: catalog.Audience) -> list[str]:
    """Every statement that a tile of the layer can need."""
    details = {tile_sql.detail_of(layer, z) for z in range(catalog.HIGHEST_ZOOM + 1)} - {None}
    assert details
    made = [
        tile_sql.statement(layer, audience, detail, labelled, matrix, 10, of_days)
        for detail in details
        if detail is not None
        for labelled in ((False, True) if layer.label else (False,))
        for matrix in (WEB_MERCATOR, metric(9210, (105.9, 19.9, 108.1, 21.6)))
        for of_days in ((False, True) if layer.knows_days else (False,))
    ]
    return [text.decode() for one in made for text in (one.draw, one.count)]


@pytest.mark.parametrize("layer", catalog.LAYERS, ids=lambda layer: layer.name)
def test_no_statement_for_the_public_names_a_private_column(layer: catalog.Layer) -> None:
    for text in (*statements(layer, "public"), facts._sql(layer, "public")):
        assert PRIVATE.findall(text) == []


@pytest.mark.parametrize("layer", catalog.LAYERS, ids=lambda layer: layer.name)
def test_tables_are_named_without_a_schema(layer: catalog.Layer) -> None:
    for audience in get_args(catalog.Audience):
        for text in statements(layer, audience):
            assert not re.search(r"\b(gis|open)\.", text)


@pytest.mark.parametrize("layer", catalog.LAYERS, ids=lambda layer: layer.name)
def test_nothing_but_address_and_day_is_a_parameter(layer: catalog.Layer) -> None:
    """So one text is planned once and serves every tile."""
    used = {name for text in statements(layer, "public") for name in re.findall(r"%\((\w+)\)s", text)}
    assert used <= {"z", "x", "y", "first_day", "last_day"}
    assert {"z", "x", "y"} <= used


@pytest.mark.parametrize("layer", catalog.LAYERS, ids=lambda layer: layer.name)
def test_classes_are_fields_of_the_tile_and_marks_are_their_codes(layer: catalog.Layer) -> None:
    if layer.classes is None:
        assert layer.marks == ()
        return
    by_name = {one.name: one for one in layer.tile}
    assert set(by_name[layer.classes].codes) >= {mark.value for mark in layer.marks}
    assert layer.first_zoom <= layer.min_zoom <= layer.max_zoom <= catalog.HIGHEST_ZOOM


@pytest.mark.parametrize("layer", catalog.LAYERS, ids=lambda layer: layer.name)
def test_a_layer_that_begins_with_counts_goes_on_with_features(layer: catalog.Layer) -> None:
    """No zoom between the two at which a layer would be missing."""
    if layer.counted is not None:
        assert layer.min_zoom == layer.counted.zooms[1] + 1
        for z in range(layer.counted.zooms[0], layer.counted.zooms[1] + 1):  # cells divide a tile into whole units
            assert catalog.EXTENT % layer.counted.cells_across(z) == 0
    shown = [z for z in range(catalog.HIGHEST_ZOOM + 1) if tile_sql.detail_of(layer, z) is not None]
    assert shown == list(range(layer.first_zoom, catalog.HIGHEST_ZOOM + 1))


def test_low_zooms_lack_no_class_of_feature_but_numbers_of_houses() -> None:
    missing = {layer.name for layer in catalog.LAYERS if layer.first_zoom > 6}
    assert missing == {"house_numbers"}


def test_colours_of_one_layer_differ() -> None:
    for layer in catalog.LAYERS:
        looks = [(mark.color, mark.pattern) for mark in layer.marks]
        assert len(set(looks)) == len(looks), layer.name


def test_an_unknown_layer_is_named_with_those_that_exist() -> None:
    with pytest.raises(UnknownLayer) as caught:
        catalog.get("zonez")
    assert "plots" in str(caught.value)
