"""Themes and days as a program gets them: counts that agree with the tables, words in two languages."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gis_service.database import Database
from gis_service.settings import Settings
from layers.coverage import ratios
from maps import theme_classes
from tests.conftest import ClientAs


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Any:
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        yield conn


def theme(client: TestClient, name: str, **query: str) -> dict[str, Any]:
    answer = client.get(f"/themes/{name}", params={"lang": "en", **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counts(found: dict[str, Any]) -> dict[str, int]:
    return {one["key"]: one["count"] for one in found["classes"]}


@pytest.mark.parametrize("name", [":".join(key) for key in theme_classes.CLASSES])
def test_every_feature_is_in_one_class_or_the_rest(client: TestClient, db: Any, name: str) -> None:
    layer, _, theme_name = name.partition(":")
    found = theme(client, f"{layer}/{theme_name}")
    public = {
        "zones": "SELECT count(*) FROM open.zones",
        "plots": "SELECT count(*) FROM open.plots",
        "enterprises": "SELECT count(*) FROM open.enterprises",
    }[layer]
    all_there = db.execute(public).fetchone()[0]
    assert sum(counts(found).values()) + (found["rest"] or {"count": 0})["count"] == all_there
    ids = [one for each in found["classes"] for one in each["ids"]]
    assert len(ids) == len(set(ids))
    assert found["usual"] == (not any(each["ids"] for each in found["classes"]) and found["rest"] is None)
    assert found["definition"]
    assert found["dated"]
    assert not found["definition"].startswith("theme.")


@pytest.mark.parametrize(
    ("ratio", "key"),
    [(0.0, "0-20"), (0.1999, "0-20"), (0.2, "20-40"), (0.61, "60-80"), (0.8, "80-100"), (1.0, "80-100")],
)
def test_occupancy_is_in_fifths_and_full_is_in_the_last(client: TestClient, db: Any, ratio: float, key: str) -> None:
    zone = db.execute("SELECT min(id) FROM open.zones").fetchone()[0]
    db.execute("UPDATE zones SET occupancy_ratio = NULL")
    db.execute("UPDATE zones SET occupancy_ratio = %s WHERE id = %s", (ratio, zone))
    found = theme(client, "zones/occupancy")
    assert {one["key"]: one["ids"] for one in found["classes"] if one["ids"]} == {key: [zone]}
    assert found["rest"]["label"] == "Not declared"


def test_coverage_is_that_of_the_coverage_page_and_of_the_day(client: TestClient, demo_database: Settings) -> None:
    found = theme(client, "zones/coverage")
    by_zone = {zone: one["key"] for one in found["classes"] for zone in one["ids"]}
    database = Database(demo_database)
    with database.public.connect() as conn:
        expected = {one.zone_id: one.ratio for one in ratios.by_zone(conn, technology="5G")}
    database.dispose()
    assert by_zone.keys() == expected.keys()
    for zone, ratio in expected.items():
        low, high = map(float, by_zone[zone].split("-"))
        assert low <= ratio * 100 <= high
    long_ago = theme(client, "zones/coverage", day="2010-01-01")
    assert counts(long_ago)["0-20"] == len(expected)
    assert "1 Jan 2010" in long_ago["dated"]


def test_the_plot_of_a_firm_has_the_industry_of_the_firm(client: TestClient, db: Any) -> None:
    firm, plot = db.execute(
        "SELECT id, plot_id FROM enterprises WHERE plot_id IS NOT NULL AND status = 'operating' ORDER BY id LIMIT 1"
    ).fetchone()
    db.execute("UPDATE enterprises SET industry_code = '2610', vsic_version = '2025' WHERE plot_id = %s", (plot,))
    electronics = next(one for one in theme(client, "plots/industry")["classes"] if one["key"] == "electronics")
    assert plot in electronics["ids"]
    assert electronics["label"] == "C 26–27 Electronics, electrical"
    of_firms = next(one for one in theme(client, "enterprises/industry")["classes"] if one["key"] == "electronics")
    assert firm in of_firms["ids"]


def test_what_is_not_published_is_counted_for_staff_only(client: TestClient, client_as: ClientAs, db: Any) -> None:
    zone = db.execute("SELECT id FROM zones WHERE published ORDER BY id DESC LIMIT 1").fetchone()[0]
    before = sum(counts(theme(client, "zones/kind")).values())
    db.execute("UPDATE zones SET published = false WHERE id = %s", (zone,))
    assert sum(counts(theme(client, "zones/kind")).values()) == before - 1
    assert sum(counts(theme(client_as("planner"), "zones/kind")).values()) == before
    assert zone not in [one for each in theme(client, "zones/status")["classes"] for one in each["ids"]]
    db.execute("UPDATE zones SET published = true WHERE id = %s", (zone,))


@pytest.mark.parametrize("name", ["zones/nope", "streets/status", "zones/%27%3B--", "plots/coverage"])
def test_an_unknown_theme_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"/themes/{name}").json()["code"] == "not_found"


def test_the_timeline_tells_the_first_day_and_what_has_none(client: TestClient, db: Any) -> None:
    db.execute("UPDATE zones SET established_on = NULL")
    one = db.execute("SELECT min(id) FROM zones WHERE published").fetchone()[0]
    db.execute("UPDATE zones SET established_on = '2004-06-05' WHERE id = %s", (one,))
    found = client.get("/timeline").json()
    zones = next(layer for layer in found["layers"] if layer["name"] == "zones")
    assert zones["first"] == "2004-06-05"
    assert zones["undated"] == zones["all"] - 1
    assert found["first"] <= "2004-01-01"
    assert found["borders_from"] == "2025-07-01"


def test_what_belongs_to_a_plot_is_told(client: TestClient, db: Any) -> None:
    plot, firm = db.execute(
        "SELECT p.id, e.name FROM plots p JOIN enterprises e ON e.plot_id = p.id"
        " WHERE p.published AND e.published AND e.status <> 'closed' ORDER BY p.id LIMIT 1"
    ).fetchone()
    answer = client.get(f"/features/plots/{plot}/related", params={"lang": "en"}).json()
    found = {one["name"]: [line["text"] for line in one["lines"]] for one in answer["sections"]}
    assert any(text.startswith(firm) for text in found["firms"])
    commune = db.execute(
        "SELECT u.full_name FROM administrative_units u, plots p WHERE p.id = %s AND u.level = 'commune'"
        " AND u.valid_to IS NULL AND ST_Covers(u.geom, ST_PointOnSurface(p.geom))",
        (plot,),
    ).fetchone()[0]
    assert commune in found["units"]
    assert any(text.startswith("Before 1 Jul 2025: ") for text in found["units"])
    assert found["coverage"]
    assert found["history"]


def test_what_belongs_to_every_layer_is_told_without_a_fault(client: TestClient, client_as: ClientAs, db: Any) -> None:
    staff = client_as("planner")
    for layer, table in (
        ("zones", "zones"), ("plots", "plots"), ("enterprises", "enterprises"), ("streets", "streets"),
        ("administrative_units", "administrative_units"), ("sites", "sites"), ("coverage", "cells"),
        ("entrances", "entrances"),
    ):  # fmt: skip
        row = db.execute(f"SELECT min(id) FROM open.{table}").fetchone()
        for asking in (client, staff):
            answer = asking.get(f"/features/{layer}/{row[0]}/related")
            assert answer.status_code == 200, (layer, answer.text)
            assert answer.json()["sections"], layer
            texts = [line["text"] for one in answer.json()["sections"] for line in one["lines"]]
            assert not [text for text in texts if text.startswith("related.")]
    assert client.get("/features/zones/999999/related").status_code == 404
