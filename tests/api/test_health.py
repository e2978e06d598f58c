"""The service says honestly how it is, and every answer carries its id."""

from __future__ import annotations

from fastapi.testclient import TestClient

from gis_service.app import create_app
from gis_service.database import Addresses, Database
from gis_service.settings import Settings
from gis_service.telemetry import SECURITY_HEADERS


def test_health_asks_the_database(client: TestClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["schema"] is not None


def test_health_is_503_when_the_database_is_away(demo_settings: Settings) -> None:
    nowhere = "postgresql://gis_owner@localhost:9/nothing?connect_timeout=1"
    database = Database(demo_settings, Addresses(nowhere, nowhere, nowhere))
    client = TestClient(create_app(demo_settings, database), base_url="http://localhost")  # not started: no tile pools
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.json()["code"] == "database_unavailable"
    assert "phản hồi" in answer.json()["detail_vi"]
    assert client.get("/health/live").status_code == 200


def test_a_request_keeps_a_sensible_id_and_gets_one_otherwise(client: TestClient) -> None:
    kept = client.get("/health", headers={"X-Request-ID": "abc-12345678"})
    assert kept.headers["X-Request-ID"] == "abc-12345678"
    made = client.get("/health", headers={"X-Request-ID": "x\tinjected: 1"})
    assert len(made.headers["X-Request-ID"]) == 32


def test_problems_carry_both_languages_the_id_and_the_headers(client: TestClient) -> None:
    answer = client.get("/no/such/thing", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "not_found"
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert body["detail_vi"] == "Không có gì ở địa chỉ này."
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value


def test_a_body_that_is_too_large_is_refused_while_it_arrives(client: TestClient) -> None:
    def endless() -> object:
        for _ in range(2000):
            yield b"x" * 1024

    answer = client.post("/health", content=endless())
    assert answer.status_code in {405, 413}
    declared = client.post("/health", content=b"{}", headers={"Content-Length": str(10**10)})
    assert declared.status_code == 413
    assert declared.json()["code"] == "too_large"
