"""The collections of the standards as data: texts, names, and what an editor may write."""

from __future__ import annotations

import pytest

from layers.ingest.layouts import get_layout
from layers.named_crs import LON_LAT, by_srid, find, offered
from maps import i18n
from maps.catalog import BY_NAME as LAYERS
from maps.features import cursors, editing
from maps.features.collections import COLLECTIONS, Collection
from maps.features.errors import BadParameter

each = pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda one: one.name)


@each
def test_everything_has_its_words_in_both_languages(collection: Collection) -> None:
    keys = [f"layer.{collection.name}", f"ogc.about.{collection.name}"]
    keys += [f"field.{one.name}" for one in collection.properties]
    missing = {(lang, key) for lang in i18n.LANGUAGES for key in keys if key not in i18n.catalogue(lang)}
    assert missing == set()


@each
def test_names_are_told_once_and_keys_of_the_database_never(collection: Collection) -> None:
    names = [one.name for one in collection.properties]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.startswith("geom") or (name.endswith("_id") and name != "place_id")]
    assert collection.title in names
    assert collection.layer is None or collection.layer in LAYERS


@each
def test_an_editor_may_write_what_an_import_may_and_nothing_else(collection: Collection) -> None:
    may = editing.writable(collection)
    if not collection.editable:
        assert may == frozenset()
        return
    layout = get_layout(collection.name)
    required = {one.name for one in layout.fields if one.required}
    assert required <= may
    assert may <= {one.name for one in layout.fields} | {"source"}
    assert not may & {"is_demo", "updated_at", "decided_direction", "direction_decision", "place_code"}


def test_house_numbers_change_by_decision_only() -> None:
    assert [one.name for one in COLLECTIONS if not one.editable] == [
        "house_numbers",
        "administrative_units",
        "buildings",
    ]


def test_a_cursor_is_read_as_it_was_made_and_by_nothing_else() -> None:
    word = cursors.make(cursors.Edge(123_456_789), "question")
    assert cursors.read(word, "question") == cursors.Edge(123_456_789)
    back = cursors.make(cursors.Edge(123_456_789, is_end=True), "question")
    assert back != word
    assert cursors.read(back, "question") == cursors.Edge(123_456_789, is_end=True)
    for changed, question in (
        (word, "another"),
        (word[:-1] + ("A" if word[-1] != "A" else "B"), "question"),
        ("", "question"),
    ):
        with pytest.raises(BadParameter):
            cursors.read(changed, question)


def test_names_of_systems_settle_the_order_of_axes() -> None:
    assert [crs.latitude_first for crs in (LON_LAT, by_srid(4326), by_srid(4756), by_srid(9210), by_srid(3405))] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert offered(9210)[0] is LON_LAT
    for crs in offered(9210):
        assert find(crs.uri, 9210) == crs
    assert find("EPSG:3067", 9210) is None
    assert find("EPSG:3067", 3067) is not None  # the storage CRS of another deployment
