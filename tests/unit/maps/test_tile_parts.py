"""Addresses, ETags and compression, without a database."""

from __future__ import annotations

import gzip

import brotli
import pytest
import zstandard

from layers.errors import UnknownLayer
from maps import catalog, compression, freshness, tiles
from maps.errors import TileOutOfRange, TooManyLayers


@pytest.mark.parametrize("address", [("0", "0", "0"), ("22", "4194303", "4194303"), ("12", "3259", "1803")])
def test_addresses_in_range(address: tuple[str, str, str]) -> None:
    assert tiles.parse_address(*address) == tuple(int(part) for part in address)


@pytest.mark.parametrize(
    "address",
    [
        ("0", "1", "0"), ("1", "0", "2"), ("23", "0", "0"), ("-1", "0", "0"), ("1.0", "0", "0"), ("", "0", "0"),
        (" 1", "0", "0"), ("+1", "0", "0"), ("1e1", "0", "0"), ("١", "0", "0"), ("1_0", "0", "0"),
        ("9" * 5000, "0", "0"), ("12", "0x1", "0"), ("12", "3", "4.mvt"),
    ],
)  # fmt: skip
def test_anything_else_is_out_of_range(address: tuple[str, str, str]) -> None:
    with pytest.raises(TileOutOfRange):
        tiles.parse_address(*address)


def test_layers_keep_the_order_in_which_they_are_asked_for() -> None:
    assert [layer.name for layer in tiles.parse_layers("zones,plots")] == ["zones", "plots"]


def test_a_layer_twice_or_too_many_layers_are_refused() -> None:
    with pytest.raises(TooManyLayers):
        tiles.parse_layers("zones,zones")
    with pytest.raises(TooManyLayers):
        tiles.parse_layers(",".join(f"l{n}" for n in range(50)))
    with pytest.raises(UnknownLayer):
        tiles.parse_layers("zones,")


def state(
    deployment: str = "db1", today: str = "2026-11-23", versions: dict[str, int] | None = None, **marks: int
) -> freshness.State:
    """Every layer at version 1 but for those named; `marks` are versions of tile 10/800/450 by layer."""
    layers = {
        name: freshness.LayerState((versions or {}).get(name, 1), (versions or {}).get(name, 1), 4, 16,
                                   {(10, 800, 450): marks[name]} if name in marks else {})
        for name in catalog.BY_NAME
    }  # fmt: skip
    return freshness.State(deployment, today, {}, layers, {})


def tag(of: freshness.State, *names: str, audience: catalog.Audience = "public", at: str = "1/0/0") -> str:
    layers = tuple(catalog.get(name) for name in names)
    z, x, y = (int(part) for part in at.split("/"))
    return freshness.etag(of, freshness.stamp(of, layers, z, x, y), layers, audience, at)


def test_an_etag_changes_with_everything_that_changes_the_bytes() -> None:
    tags = [
        tag(state(), "zones"),
        tag(state(), "zones", audience="staff"),
        tag(state(), "zones", at="1/1/0"),
        tag(state(), "zones", "plots"),
        tag(state(), "plots", "zones"),
        tag(state("db2"), "zones"),
        tag(state(versions={"zones": 2}), "zones"),
    ]
    assert len(set(tags)) == len(tags)


def test_an_etag_does_not_change_with_another_layer_or_day() -> None:
    assert tag(state(), "zones") == tag(state(today="2026-11-24", versions={"plots": 9}), "zones")
    # Units begin and end on a day, so a new day is a new tile.
    assert tag(state(), "administrative_units") != tag(state(today="2026-11-24"), "administrative_units")


def test_a_tile_has_the_version_of_its_mark_or_of_the_epoch() -> None:
    plots = catalog.get("plots")
    known = state(versions={"plots": 3}, plots=5)
    assert known.version_of(plots, 10, 800, 450) == 5
    assert known.version_of(plots, 10, 801, 450) == 3


def test_zooms_above_the_last_follow_the_tile_they_lie_in_and_those_below_the_first_the_layer() -> None:
    marked = freshness.LayerState(7, 2, 8, 10, {(10, 800, 450): 6})
    assert marked.version_of(12, 3200 + 3, 1800) == 6
    assert marked.version_of(12, 3200 + 4, 1800) == 2
    assert marked.version_of(7, 100, 56) == 7


def test_a_matrix_without_marks_follows_the_whole_layer() -> None:
    plots = (catalog.get("plots"),)
    known = state(plots=5)
    known.layers["plots"] = freshness.LayerState(9, 1, 4, 16, {(10, 800, 450): 5})
    assert freshness.stamp(known, plots, 10, 0, 0, whole=True).versions == (9,)


@pytest.mark.parametrize(
    ("header", "same"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False), (None, False)],
)
def test_if_none_match(header: str | None, same: bool) -> None:
    assert freshness.matches(header, '"a"') is same


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("gzip, deflate, br, zstd", "zstd"), ("gzip, br", "br"), ("gzip", "gzip"), ("", "identity"),
        ("identity", "identity"), ("zstd;q=0, gzip", "gzip"), ("*", "zstd"), ("br;q=0, *;q=0", "identity"),
        ("gzip;q=nonsense", "identity"), ("BR", "br"),
    ],
)  # fmt: skip
def test_the_best_encoding_that_the_client_takes(header: str, chosen: str) -> None:
    assert compression.choose(header) == chosen


def test_what_is_compressed_comes_back() -> None:
    body = b"tile" * 1000
    assert gzip.decompress(compression.compress(body, "gzip")) == body
    assert brotli.decompress(compression.compress(body, "br")) == body
    assert zstandard.ZstdDecompressor().decompress(compression.compress(body, "zstd")) == body
    assert all(compression.expand(compression.compress(body, kind), kind) == body for kind in compression.ENCODINGS)
    assert compression.compress(body, "identity") is body
    assert compression.compress(body, "gzip") == compression.compress(body, "gzip")
