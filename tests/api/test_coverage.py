"""Coverage at the door: answers, CSV, and questions that have none."""

from __future__ import annotations

import csv
import io
import math

import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import insert
from typer.testing import CliRunner

from gis_service import csv_text
from gis_service.app import create_app
from gis_service.cli import coverage as commands
from gis_service.database import Database
from layers.stations import cells, sites
from layers.zones import zones

X, Y = 600_000.0, 2_310_000.0
GOOD = {"antenna": "64T64R", "accepted_on": "2025-11-01", "on_air_on": "2025-10-01"}


@pytest.fixture(scope="module")
def world(new_database):
    """Two zones (one unpublished, one with a formula for a name), a site of each of two operators."""
    settings = new_database()
    database = Database(settings)

    def add(conn, table, **row):
        return conn.execute(insert(table).values(source="test", **row).returning(table.c.id)).scalar_one()

    with database.owner.begin() as conn:
        for code, name, published in (("A", "=HYPERLINK(1)", True), ("SECRET", "KCN Mật", False)):
            shape = shapely.MultiPolygon([shapely.box(X, Y, X + 1000, Y + 1000)])
            add(conn, zones, code=code, name=name, kind="KCN", status="operating", published=published,
                geom=f"SRID=9210;{shape.wkt}")  # fmt: skip
        for operator in ("Viettel", "VNPT"):
            site = add(conn, sites, operator=operator, code="1", geom=f"SRID=9210;POINT({X + 500} {Y + 500})")
            radius_m = 300 if operator == "VNPT" else 400
            add(conn, cells, site_id=site, code="5", technology="5G", state="on_air", radius_m=radius_m, **GOOD)
            add(conn, cells, site_id=site, code="4", technology="4G", state="on_air", source_date="2025-12-31")
        add(conn, cells, site_id=site, code="blank", technology="5G", state="on_air")
    database.dispose()
    return settings


@pytest.fixture(scope="module")
def api(world):
    with TestClient(create_app(world), base_url="http://localhost") as client:
        yield client


def test_ratios_of_the_public_zones(api):
    answer = api.get("/coverage/ratios", params={"technology": "5G"})
    assert answer.status_code == 200
    body = answer.json()
    [zone] = body["zones"]
    assert zone["zone_code"] == "A"
    assert zone["ratio"] == pytest.approx(math.pi * 0.16)
    basis = body["basis"]
    assert basis["definition"]["label"] == "area_ratio/declared@1"
    assert basis["cells_left_out"] == {"no_radius": 1}
    assert [one["layer"] for one in basis["data"]] == ["zones", "sites", "cells"]
    assert all(one["version"] >= 1 for one in basis["data"])
    assert basis["operators"] == ["VNPT", "Viettel"]
    assert body["targets"][0]["due_on"] == "2030-12-31"


def test_one_operator_and_two_at_once(api):
    one = api.get("/coverage/ratios", params={"operator": "VNPT"}).json()
    both = api.get("/coverage/ratios", params={"operator": ["VNPT", "Viettel"], "min_operators": 2, "zone": "A"}).json()
    assert one["zones"][0]["ratio"] == pytest.approx(math.pi * 0.09)
    assert both["zones"][0]["ratio"] == pytest.approx(math.pi * 0.09)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/coverage/ratios?technology=9G", 400, "unknown_technology"),
        ("/coverage/ratios?operator=Nobody", 400, "unknown_operator"),
        ("/coverage/ratios?operator=", 400, "unknown_operator"),
        ("/coverage/ratios?zone=NOWHERE", 404, "unknown_zone"),
        ("/coverage/ratios?zone=SECRET", 404, "unknown_zone"),
        ("/coverage/ratios?zone=99999999999999999999999", 404, "unknown_zone"),
        ("/coverage/ratios?min_operators=3", 400, "too_few_operators"),
        ("/coverage/ratios?min_operators=0", 422, "invalid_request"),
        ("/coverage/ratios?as_of=yesterday", 422, "invalid_request"),
        ("/coverage/ratios?format=xml", 422, "invalid_request"),
        ("/coverage/stations?scope=galaxy", 422, "invalid_request"),
        ("/coverage/stations?scope=zone&buffer_m=-1", 400, "bad_buffer"),
        ("/coverage/stations?scope=zone&buffer_m=nan", 400, "bad_buffer"),
        ("/coverage/stations?scope=zone&zone=NOWHERE", 404, "unknown_zone"),
    ],
)
def test_questions_without_an_answer_say_why(api, path, status, code):
    answer = api.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail_vi"]


def test_csv_is_safe_in_a_spreadsheet(api):
    answer = api.get("/coverage/ratios", params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["zone_name"] == "'=HYPERLINK(1)"
    assert float(row["ratio"]) == pytest.approx(math.pi * 0.16, abs=1e-6)
    assert row["definition"] == "area_ratio/declared@1"
    assert row["cells_left_out"] == "no_radius: 1"
    assert "EPSG:9210" in row["method"]
    assert all(row[name] for name in ("as_of", "data_version", "zone_area_m2", "covered_area_ha_ellipsoidal"))


def test_a_formula_is_disarmed_and_a_number_is_not():
    written = csv_text.write(("a",), [("=1+1",), ("+1",), (" @x",), ("-2",), (-2.5,), (None,), ("a,b",)])
    assert list(csv.reader(io.StringIO(written.removeprefix("\ufeff")))) == [
        ["a"], ["'=1+1"], ["'+1"], ["' @x"], ["'-2"], ["-2.5"], [""], ["a,b"],
    ]  # fmt: skip


def test_stations_against_the_target(api):
    body = api.get("/coverage/stations").json()
    everyone = body["rows"][0]
    assert (everyone["stations_5g"], everyone["stations_4g"], everyone["ratio"]) == (2, 2, 1.0)
    assert everyone["meets_target"] is True
    assert body["basis"]["target"] == 0.5
    assert body["basis"]["lists_4g"] == [{"source": "test", "source_date": "2025-12-31", "stations": 2}]
    assert body["definition"]["label"] == "station_ratio/nd88-2025@1"
    before = api.get("/coverage/stations", params={"as_of": "2025-10-15"}).json()["rows"][0]
    assert (before["stations_5g"], before["not_counted"]) == (0, {"not_accepted": 2})


def test_stations_of_a_zone_as_csv(api):
    answer = api.get("/coverage/stations", params={"scope": "zone", "zone": "A", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["zone_code"], row["operator"], row["stations_5g"]) for row in rows] == [
        ("A", "", "2"), ("A", "VNPT", "1"), ("A", "Viettel", "1"),
    ]  # fmt: skip


def test_definitions_are_published(api):
    body = api.get("/coverage/definitions").json()
    assert [one["label"] for one in body["definitions"]] == [
        "area_ratio/declared@1", "area_ratio/modelled@1", "station_ratio/nd88-2025@1", "zone_has_5g@1",
        "plot_ratio/declared@1", "plot_ratio/modelled@1", "enterprise_ratio/declared@1", "enterprise_ratio/modelled@1",
        "worker_ratio/declared@1", "worker_ratio/modelled@1", "population_ratio/declared@1",
        "population_ratio/modelled@1", "reliability/measured@1",
    ]  # fmt: skip
    assert {one["reason"] for one in body["left_out_reasons"]} == {"not_on_air", "indoor", "no_radius", "no_azimuth"}


# --- the same at a terminal -------------------------------------------------------------------


@pytest.fixture
def terminal(world, monkeypatch):
    monkeypatch.setattr("gis_service.cli.session.Settings", lambda: world)
    monkeypatch.setattr(commands.console, "width", 200)
    runner = CliRunner()
    return lambda *words: runner.invoke(commands.app, list(words), catch_exceptions=False)


def test_gis_coverage_zones(terminal, tmp_path):
    file = tmp_path / "zones.csv"
    result = terminal("zones", "--zone", "A", "--csv", str(file))
    assert result.exit_code == 0
    assert "50.27%" in result.output
    assert "area_ratio/declared@1" in result.output
    assert "thiếu bán kính" in result.output
    assert file.read_text(encoding="utf-8-sig").splitlines()[1].startswith("A,'=HYPERLINK(1),5G")


def test_gis_coverage_stations(terminal):
    result = terminal("stations", "--scope", "operator")
    assert result.exit_code == 0
    assert "Viettel" in result.output
    assert "có yes" in result.output
    assert "2025-12-31: 2" in result.output


def test_gis_coverage_map(terminal, tmp_path):
    file = tmp_path / "map.html"
    assert terminal("map", "--output", str(file)).exit_code == 0
    assert "Quần đảo Hoàng Sa" in file.read_text(encoding="utf-8")
