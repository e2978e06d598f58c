"""Addresses of tiles that nobody means: a clear refusal, never a fault of ours."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

SETS = st.sampled_from(["WebMercatorQuad", "VN2000-9210", "EPSG-3405", "", "../..", "WebMercatorQuad'--", "%00", "ô"])
NUMBERS = st.one_of(
    st.integers(-(10**30), 10**30).map(str),
    st.integers(0, 60_000).map(str),
    st.sampled_from(["", "٣", "1e3", "0x10", " 1", "1.0", "NaN", "+5", "१", "1_000", "\x00"]),
)
COLLECTIONS = st.one_of(
    st.lists(st.sampled_from(["zones", "plots", "coverage", "cells", "nope", ""]), max_size=4).map(",".join),
    st.text(max_size=30),
)
DAYS = st.one_of(
    st.text(alphabet="0123456789-/.:TZ+", max_size=40),
    st.sampled_from(["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2024-02-30", "2024-W01-1T00:00:00Z", "//"]),
)


@settings(max_examples=150)
@given(name=SETS, z=NUMBERS, row=NUMBERS, column=NUMBERS, collections=st.none() | COLLECTIONS, day=st.none() | DAYS)
def test_no_address_of_a_tile_is_a_fault(
    client: TestClient, name: str, z: str, row: str, column: str, collections: str | None, day: str | None
) -> None:
    query = {key: value for key, value in (("collections", collections), ("datetime", day)) if value is not None}
    path = "/".join(quote(part, safe="") for part in (name, z, row, column))
    answer = client.get(f"/ogc/tiles/{path}", params=query)
    assert answer.status_code in (200, 204, 304, 400, 404, 405), answer.text
    if answer.status_code >= 400 and answer.content:
        assert answer.json()["code"]


@settings(max_examples=80)
@given(
    collection=st.text(max_size=20) | st.sampled_from(["zones", "coverage", "pg_class", "zones;"]),
    name=SETS,
    extra=DAYS,
)
def test_no_name_of_a_collection_is_a_fault(client: TestClient, collection: str, name: str, extra: str) -> None:
    for path in (f"{quote(collection, safe='')}/tiles", f"{quote(collection, safe='')}/tiles/{quote(name, safe='')}"):
        answer = client.get(f"/ogc/collections/{path}", params={"f": extra} if extra else None)
        assert answer.status_code < 500, answer.text


def test_a_heap_of_layers_is_refused_before_anything_is_drawn(client: TestClient) -> None:
    for times, refusal in ((100, (400, "bad_parameter")), (5000, (414, "query_too_long"))):
        query = {"collections": ",".join(["zones"] * times)}
        answer = client.get("/ogc/tiles/WebMercatorQuad/8/112/203", params=query)
        assert (answer.status_code, answer.json()["code"]) == refusal
