"""How a tile is answered: clear errors, tags, freshness, compression, and the right hands."""

from __future__ import annotations

import gzip
import time
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from maps import freshness
from tests.api.tile_reading import get, ids, tile_of
from tests.conftest import ClientAs

MVT = "application/vnd.mapbox-vector-tile"


@pytest.mark.parametrize(
    "address", ["3/9/0", "3/0/8", "23/0/0", "-1/0/0", "1/0/0.5", "a/b/c", "1/0/%D9%A1", "12/1e3/4"]
)
def test_an_address_out_of_range_is_a_clear_error(client: TestClient, address: str) -> None:
    answer = client.get(f"/tiles/zones/{address}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "tile_out_of_range"
    assert answer.json()["detail_vi"].startswith("Không có ô bản đồ")


@pytest.mark.parametrize("name", ["nope", "zones,", "accounts", "gis.zones", "zones;select 1", "audit_log"])
def test_an_unknown_layer_is_a_clear_error(client: TestClient, name: str) -> None:
    answer = client.get(f"/tiles/{name}/1/0/0")
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_layer"


def test_too_many_layers_is_a_clear_error(client: TestClient) -> None:
    answer = client.get("/tiles/zones,zones/8/200/110")
    assert (answer.status_code, answer.json()["code"]) == (400, "too_many_layers")


def test_a_tile_that_has_not_changed_costs_nothing(client: TestClient, somewhere: tuple[float, float]) -> None:
    x, y = tile_of(*somewhere, 14)
    first = client.get(f"/tiles/plots/14/{x}/{y}")
    assert first.headers["Cache-Control"] == "no-cache"
    assert not first.headers["ETag"].startswith("W/")
    again = client.get(f"/tiles/plots/14/{x}/{y}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_change_is_seen_within_a_second_and_only_in_its_layer(
    client: TestClient, db: psycopg.Connection[Any], somewhere: tuple[float, float]
) -> None:
    x, y = tile_of(*somewhere, 14)
    plots = client.get(f"/tiles/plots/14/{x}/{y}").headers["ETag"]
    streets = client.get(f"/tiles/streets/14/{x}/{y}").headers["ETag"]
    plot = ids(get(client, "plots", 14, x, y), "plots")[0]
    db.execute("UPDATE plots SET published = false WHERE id = %s", (plot,))
    time.sleep(1)
    after = client.get(f"/tiles/plots/14/{x}/{y}", headers={"If-None-Match": plots})
    assert after.status_code in (200, 204)
    assert plot not in ids(get(client, "plots", 14, x, y), "plots")
    unchanged = client.get(f"/tiles/streets/14/{x}/{y}", headers={"If-None-Match": streets})
    assert unchanged.status_code == 304
    db.execute("UPDATE plots SET published = true WHERE id = %s", (plot,))


def test_bodies_are_compressed_as_the_client_likes(client: TestClient, somewhere: tuple[float, float]) -> None:
    x, y = tile_of(*somewhere, 12)
    plain = client.get(f"/tiles/plots/12/{x}/{y}", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Content-Type"] == MVT
    tags = {plain.headers["ETag"]}
    for encoding in ("gzip", "br", "zstd"):
        with client.stream("GET", f"/tiles/plots/12/{x}/{y}", headers={"Accept-Encoding": encoding}) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers["Content-Encoding"] == encoding
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert len(raw) < len(plain.content)
        tags.add(answer.headers["ETag"])
        if encoding == "gzip":
            assert gzip.decompress(raw) == plain.content
    assert len(tags) == 4  # other bytes, other tag


def test_two_requests_draw_the_same_bytes(client: TestClient, somewhere: tuple[float, float]) -> None:
    x, y = tile_of(*somewhere, 12)
    bodies = {client.get(f"/tiles/plots,zones,streets/12/{x}/{y}").content for _ in range(3)}
    assert len(bodies) == 1


def test_staff_see_what_the_public_does_not_and_no_cache_mixes_them(
    client: TestClient, client_as: ClientAs, db: psycopg.Connection[Any], somewhere: tuple[float, float]
) -> None:
    x, y = tile_of(*somewhere, 15)
    plot = ids(get(client, "plots", 15, x, y), "plots")[0]
    db.execute("UPDATE plots SET published = false WHERE id = %s", (plot,))
    time.sleep(freshness.MAX_AGE_S + 0.1)
    planner = client_as("planner")
    assert plot in ids(get(planner, "plots", 15, x, y), "plots")
    assert plot not in ids(get(client, "plots", 15, x, y), "plots")
    assert client_as("investor").get(f"/features/plots/{plot}").status_code == 404
    mine = planner.get(f"/tiles/plots/15/{x}/{y}")
    assert mine.headers["Cache-Control"] == "private, no-cache"
    theirs = client.get(f"/tiles/plots/15/{x}/{y}", headers={"If-None-Match": mine.headers["ETag"]})
    assert theirs.status_code == 200
    db.execute("UPDATE plots SET published = true WHERE id = %s", (plot,))


def test_a_tile_survives_that_the_server_dropped_its_connections(
    client: TestClient, db: psycopg.Connection[Any], somewhere: tuple[float, float]
) -> None:
    x, y = tile_of(*somewhere, 14)
    before = client.get(f"/tiles/plots/14/{x}/{y}")
    dropped = db.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'gis-%%' AND pid <> pg_backend_pid()"
    ).fetchone()
    assert dropped is not None
    assert dropped[0] > 0
    time.sleep(freshness.MAX_AGE_S + 0.1)  # so that the versions are asked for on a dead connection too
    after = client.get(f"/tiles/plots/14/{x}/{y}")
    assert after.status_code == 200
    assert after.content == before.content
