"""What a request for a tile may look like, what it is told when it may not, and what every answer carries."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gis_service.app import create_app
from gis_service.settings import Settings
from gis_service.telemetry import SECURITY_HEADERS
from gis_service.tile_serving import metrics
from maps import catalog, freshness
from tests.conftest import NewDatabase

HERE = "/tiles/zones/10/815/450"


@pytest.fixture(scope="module")
def impatient(new_database: NewDatabase) -> Settings:
    """Tiles may take a second and a half; one host name; a token for the numbers."""
    return new_database(demo=True, tile_timeout_s=1.5, trusted_hosts="localhost,*.zone.test", metrics_token="m" * 20)


@pytest.fixture(scope="module")
def client(impatient: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(impatient), base_url="http://localhost") as test_client:
        yield test_client


@pytest.fixture(scope="module")
def here(impatient: Settings) -> str:
    """The path of a tile that is not empty."""
    return tile_with(impatient, "zones", 10)


@pytest.fixture(scope="module")
def plot_tile(impatient: Settings) -> str:
    return tile_with(impatient, "plots", 15)


def tile_with(settings: Settings, layer: str, z: int) -> str:
    with owner(settings) as conn:
        row = conn.execute(
            f"SELECT x, y FROM tile_marks, {layer} WHERE tile_marks.layer = %s AND z = %s"  # type: ignore[arg-type]
            " AND ST_Intersects(geom_3857, ST_TileEnvelope(z, x, y)) ORDER BY x, y LIMIT 1",
            (layer, z),
        ).fetchone()
    assert row is not None
    return f"/tiles/{layer}/{z}/{row[0]}/{row[1]}"


def owner(settings: Settings) -> psycopg.Connection[Any]:
    assert settings.database_url is not None
    return psycopg.connect(settings.database_url.get_secret_value(), options="-c search_path=gis,public")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/tiles/zones/3/9/0", "tile_out_of_range"),
        ("/tiles/zones/23/0/0", "tile_out_of_range"),
        ("/tiles/zones/-1/0/0", "tile_out_of_range"),
        ("/tiles/zones/+1/0/0", "tile_out_of_range"),
        ("/tiles/zones/1/0/%D9%A1", "tile_out_of_range"),
        ("/tiles/zones/1/0/%EF%BC%91", "tile_out_of_range"),
        ("/tiles/zones/1/0/1%0A", "tile_out_of_range"),
        ("/tiles/zones/1/0/0x1", "tile_out_of_range"),
        (f"/tiles/zones/1/0/{'9' * 4000}", "tile_out_of_range"),
        ("/tiles/nope/1/0/0", "unknown_layer"),
        ("/tiles/Zones/1/0/0", "unknown_layer"),
        (f"/tiles/{'zones' * 200}/1/0/0", "unknown_layer"),
        ("/tiles/zones,,plots/1/0/0", "unknown_layer"),
        ("/tiles/zones,zones/1/0/0", "too_many_layers"),
        (f"/tiles/{','.join(['zones'] * 60)}/1/0/0", "too_many_layers"),
        (HERE + "?limit=5", "bad_parameter"),
        (HERE + "?as_of=2025-07-01&x=1", "bad_parameter"),
        (HERE + "?as_of=yesterday", "invalid_request"),
        ("/tiles/zones/1/0", "not_found"),
        ("/tiles/zones/1/0/0/0", "not_found"),
        ("/tiles//1/0/0", None),
    ],
)
def test_what_is_no_tile_is_told_so_by_a_problem(client: TestClient, path: str, code: str | None) -> None:
    answer = client.get(path)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert code is None or answer.json()["code"] == code
    assert answer.json()["detail_vi"]
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


def test_another_method_is_not_taken(client: TestClient) -> None:
    assert client.post(HERE).status_code == 405
    assert client.delete(HERE).status_code == 405


@pytest.mark.parametrize("held", [None, "same", '"other"'])
def test_every_answer_carries_what_every_answer_carries(client: TestClient, here: str, held: str | None) -> None:
    etag = client.get(here).headers["etag"]
    given = {} if held is None else {"If-None-Match": etag if held == "same" else held}
    answer = client.get(here, headers={**given, "X-Request-ID": "from-the-proxy-1"})
    assert answer.status_code == (304 if held == "same" else 200)
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert answer.headers["x-request-id"] == "from-the-proxy-1"
    assert client.get(here, headers={"X-Request-ID": "no\tgood"}).headers["x-request-id"] != "no\tgood"
    ids = {client.get(here).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


def test_a_body_that_nobody_asked_for_is_measured_like_any_other(client: TestClient, here: str) -> None:
    assert client.request("GET", here, content=b"x").status_code == 200
    assert client.request("GET", here, content=b"x" * 600 * 1024).status_code == 413


def test_only_hosts_that_are_trusted_are_answered(client: TestClient, here: str) -> None:
    assert client.get(here, headers={"Host": "map.zone.test:8000"}).status_code == 200
    for host in ("evil.test", "zone.test.evil", ""):
        assert client.get(here, headers={"Host": host}).status_code == 400


def test_a_dated_layer_as_of_another_day(client: TestClient, impatient: Settings) -> None:
    """A commune that ends is still there for the day before; layers without days are the same on any day."""
    with owner(impatient) as conn:
        row = conn.execute(
            "SELECT u.id, m.x, m.y FROM administrative_units u JOIN tile_marks m ON m.layer = 'administrative_units'"
            " AND m.z = 12 AND ST_Intersects(u.geom_3857, ST_TileEnvelope(12, m.x, m.y))"
            " WHERE u.level = 'commune' AND u.valid_to IS NULL AND u.valid_from < '2026-01-01' ORDER BY u.id LIMIT 1"
        ).fetchone()
        assert row is not None
        path = f"/tiles/administrative_units/12/{row[1]}/{row[2]}"
        before = client.get(path)
        conn.execute("UPDATE administrative_units SET valid_to = current_date WHERE id = %s", (row[0],))
    time.sleep(freshness.MAX_AGE_S + 0.1)
    now, then = client.get(path), client.get(path + "?as_of=2026-01-01")
    assert now.content != before.content
    assert then.content == before.content
    assert len({answer.headers["etag"] for answer in (before, now, then)}) == 3
    plain = HERE.replace("zones", "streets")
    assert client.get(plain + "?as_of=2026-01-01").headers["etag"] == client.get(plain).headers["etag"]


def test_a_zone_is_there_from_the_day_of_its_decision(client: TestClient, impatient: Settings) -> None:
    """Zones, enterprises and stations know when they began; without a date they are there on any day."""
    with owner(impatient) as conn:
        row = conn.execute(
            "SELECT u.id, m.x, m.y FROM zones u JOIN tile_marks m ON m.layer = 'zones' AND m.z = 12"
            " AND ST_Intersects(u.geom_3857, ST_TileEnvelope(12, m.x, m.y)) ORDER BY u.id LIMIT 1"
        ).fetchone()
        assert row is not None
        path = f"/tiles/zones/12/{row[1]}/{row[2]}"
        conn.execute("UPDATE zones SET established_on = NULL")
    time.sleep(freshness.MAX_AGE_S + 0.1)
    assert client.get(path + "?as_of=1990-01-01").content == client.get(path).content
    with owner(impatient) as conn:
        conn.execute("UPDATE zones SET established_on = '2011-05-04'")
    time.sleep(freshness.MAX_AGE_S + 0.1)
    assert client.get(path + "?as_of=2011-05-03").status_code == 204
    assert client.get(path + "?as_of=2011-05-04").content == client.get(path).content


def test_stations_of_a_day_are_those_on_air_by_then_and_cells_are_not_counted(
    client: TestClient, impatient: Settings
) -> None:
    with owner(impatient) as conn:
        row = conn.execute(
            "SELECT min(c.on_air_on), m.x, m.y FROM cells c JOIN tile_marks m ON m.layer = 'coverage' AND m.z = 13"
            " AND ST_Intersects(c.geom_3857, ST_TileEnvelope(13, m.x, m.y))"
            " WHERE c.state = 'on_air' AND c.technology IN ('4G', '5G') GROUP BY m.x, m.y ORDER BY m.x, m.y LIMIT 1"
        ).fetchone()
    assert row is not None
    first, path = row[0], f"/tiles/coverage/13/{row[1]}/{row[2]}"
    before = (first - timedelta(days=1)).isoformat()
    assert client.get(f"{path}?as_of={before}").status_code == 204
    assert client.get(f"{path}?as_of={first.isoformat()}").status_code == 200
    low = f"/tiles/coverage/8/{row[1] >> 5}/{row[2] >> 5}"
    assert client.get(low).status_code == 200
    assert client.get(f"{low}?as_of={first.isoformat()}").status_code == 204


def test_a_statement_that_takes_too_long_is_ended_and_said(
    client: TestClient, impatient: Settings, plot_tile: str
) -> None:
    with owner(impatient) as blocker:
        blocker.execute("LOCK TABLE plots IN ACCESS EXCLUSIVE MODE")
        answer = client.get(plot_tile)
        assert (answer.status_code, answer.json()["code"]) == (503, "took_too_long")
        assert "retry-after" in answer.headers
    assert client.get(plot_tile).status_code == 200


def test_the_numbers_are_told_to_whoever_has_the_token(client: TestClient, plot_tile: str) -> None:
    for _ in range(3):
        client.get(plot_tile)
    client.get("/tiles/zones,plots/9/407/225")
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    told = client.get("/metrics", headers={"Authorization": f"Bearer {'m' * 20}"})
    assert told.status_code == 200
    lines = dict(line.rsplit(" ", 1) for line in told.text.splitlines() if not line.startswith("#"))
    assert int(lines['gis_tiles_total{outcome="memory",zoom="15",layers="plots"}']) >= 2
    assert any('zoom="9",layers="several"' in name for name in lines)
    assert float(lines["gis_tile_cache_bytes"]) > 0
    buckets = [int(count) for name, count in lines.items() if name.startswith('gis_tile_seconds_bucket{zoom="15"')]
    assert buckets == sorted(buckets)
    assert buckets[-1] == int(lines['gis_tile_seconds_count{zoom="15"}'])


def test_labels_of_the_numbers_are_few() -> None:
    made = {metrics.labels(z, layers) for z in range(23) for n in range(1, 10) for layers in [catalog.LAYERS[:n]]}
    assert len(made) == 46
    assert metrics.labels(3, (replace(catalog.get("zones")),)) == (3, "zones")
