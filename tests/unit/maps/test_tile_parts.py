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


def test_an_etag_changes_with_everything_that_changes_the_bytes() -> None:
    zones, plots = catalog.get("zones"), catalog.get("plots")
    versions = freshness.Versions("db1", "2026-11-23", {"zones": 1, "plots": 1})
    tags = [
        versions.etag((zones,), "public", "1/0/0", "gzip"),
        versions.etag((zones,), "public", "1/0/0", "br"),
        versions.etag((zones,), "staff", "1/0/0", "gzip"),
        versions.etag((zones,), "public", "1/1/0", "gzip"),
        versions.etag((zones, plots), "public", "1/0/0", "gzip"),
        freshness.Versions("db2", "2026-11-23", {"zones": 1}).etag((zones,), "public", "1/0/0", "gzip"),
        freshness.Versions("db1", "2026-11-23", {"zones": 2}).etag((zones,), "public", "1/0/0", "gzip"),
    ]
    assert len(set(tags)) == len(tags)
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


def test_an_etag_does_not_change_with_another_layer_or_day() -> None:
    zones, units = catalog.get("zones"), catalog.get("administrative_units")
    today = freshness.Versions("db1", "2026-11-23", {"zones": 1, "plots": 1, "administrative_units": 1})
    later = freshness.Versions("db1", "2026-11-24", {"zones": 1, "plots": 9, "administrative_units": 1})
    assert today.etag((zones,), "public", "1/0/0", "br") == later.etag((zones,), "public", "1/0/0", "br")
    # Units begin and end on a day, so a new day is a new tile.
    assert today.etag((units,), "public", "1/0/0", "br") != later.etag((units,), "public", "1/0/0", "br")


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
    assert compression.compress(body, "identity") is body
    assert compression.compress(body, "gzip") == compression.compress(body, "gzip")
