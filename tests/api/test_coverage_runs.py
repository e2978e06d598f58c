"""Coverage runs over HTTP and at a terminal, on the demonstration province."""

from __future__ import annotations

import asyncio
import csv

import pytest
from typer.testing import CliRunner

from gis_service import jobs, worker
from gis_service.cli import coverage as commands
from gis_service.cli import coverage_runs
from gis_service.database import Database


@pytest.fixture(scope="module")
def pools(demo_database):
    database = Database(demo_database)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def run_job(client_as, pools):
    analyst = client_as("analyst")

    def work(**wanted):
        answer = analyst.post("/jobs/coverage", json=wanted)
        assert answer.status_code == 202, answer.text
        asyncio.run(worker.work(pools, until_idle=True))
        with pools.staff.begin() as conn:
            done = jobs.get_job(conn, answer.json()["id"])
        assert done.state == "succeeded", done.error
        return done.report

    return work


@pytest.mark.parametrize(
    "definition",
    ["area_ratio/declared", "area_ratio/modelled", "plot_ratio/declared", "plot_ratio/modelled",
     "enterprise_ratio/declared", "worker_ratio/modelled"],
)  # fmt: skip
def test_every_ratio_of_the_province_is_computed_kept_and_repeated(run_job, client, client_as, definition):
    report = run_job(definition=definition, as_of="2026-06-30")
    basis = report["basis"]
    assert basis["definition"]["id"] == definition
    assert basis["data"]
    assert basis["method"]
    assert basis["is_demo"] is True
    ratios = [one["ratio"] for one in report["zones"] if one["ratio"] is not None]
    assert ratios
    assert all(0 <= ratio <= 1 for ratio in ratios)
    assert any(0 < ratio < 1 for ratio in ratios)
    answer = client.get(f"/coverage/runs/{basis['run']}").json()
    assert answer["basis"]["result_digest"] == basis["result_digest"]
    assert all(one["details"] == {} for one in answer["numbers"])
    same = client_as("analyst").get(f"/coverage/runs/{basis['run']}/repeat").json()
    assert same["same_bytes"] is True
    assert same["digest"] == basis["result_digest"]


def test_people_without_a_census_are_said_to_be_missing(run_job):
    report = run_job(definition="population_ratio/declared", as_of="2026-06-30")
    assert all(one["ratio"] is None for one in report["zones"] + report["whole"])
    assert report["basis"]["summary"]["missing"]["population"] == len({one["code"] for one in report["zones"]})


def test_workers_are_not_for_everybody(run_job, client, client_as):
    run = run_job(definition="worker_ratio/declared", as_of="2026-06-30")["basis"]["run"]
    public = client.get(f"/coverage/runs/{run}").json()["numbers"]
    staff = client_as("analyst").get(f"/coverage/runs/{run}").json()["numbers"]
    assert all(one["numerator"] is None for one in public)
    assert any(one["numerator"] for one in staff)
    assert "nan" not in client.get(f"/coverage/runs/{run}?format=csv").text.lower().split("province")[0]


def test_a_run_as_csv_repeats_its_basis_in_each_row(run_job, client):
    run = run_job(as_of="2026-06-30")["basis"]["run"]
    lines = client.get(f"/coverage/runs/{run}?format=csv").text.splitlines()
    assert lines[0].lstrip("\ufeff").startswith("scope,code,name,operator,ratio,error_bound")
    assert all("area_ratio/declared@1" in line and "zones " in line for line in lines[1:])


def test_history_and_forecast(run_job, client):
    report = run_job(definition="area_ratio/declared", as_of="2026-06-30", fill_back_from="2025-10-01")
    assert len(report["past_runs"]) == 9
    found = client.get("/coverage/history?definition=area_ratio/declared").json()
    assert len(found["moments"]) == 9
    ratios = [one["ratio"] for one in found["moments"]]
    assert ratios == sorted(ratios)
    told = client.get("/coverage/forecast?definition=area_ratio/declared").json()
    assert told["points"] == 9
    assert told["at_deadline"][0]["day"] == "2030-12-31"
    assert told["at_deadline"][0]["low"] <= told["at_deadline"][0]["ratio"] <= told["at_deadline"][0]["high"]
    faster = client.get("/coverage/forecast?target=0.9&rate_factor=2").json()["when_reached"][0]
    slower = client.get("/coverage/forecast?target=0.9").json()["when_reached"][0]
    assert slower["expected_on"] is None or faster["expected_on"] <= slower["expected_on"]


def test_without_history_there_is_no_forecast_but_a_reason(client):
    told = client.get("/coverage/forecast?definition=plot_ratio/modelled&tier_dbm=-77").json()
    assert (told["points"], told["at_deadline"]) == (0, [])
    assert told["doubts"][0]["text_vi"]


def test_only_those_who_may_repeat_or_see_drive_tests(client, client_as, run_job):
    run = run_job(as_of="2026-06-30")["basis"]["run"]
    assert client.get(f"/coverage/runs/{run}/repeat").status_code == 401
    assert client.get("/coverage/measured").status_code == 401
    assert client.get("/coverage/faults").status_code == 401
    assert set(client_as("analyst").get("/coverage/faults").json()) == {"kinds", "remarks", "effects"}
    measured = client_as("analyst").get("/coverage/measured").json()
    assert measured["definition"]["evidence"] == "measured"
    assert measured["zones"] == []


def test_what_is_not_there_is_said(client):
    answer = client.get("/coverage/runs/999999")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_coverage_run")
    answer = client.get("/coverage/history?definition=nonsense")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_coverage_question")


@pytest.fixture
def terminal(demo_database, monkeypatch):
    monkeypatch.setattr("gis_service.cli.session.Settings", lambda: demo_database)
    monkeypatch.setattr(coverage_runs.console, "width", 200)
    runner = CliRunner()
    return lambda *words: runner.invoke(commands.app, list(words), catch_exceptions=False)


def test_at_a_terminal(terminal, tmp_path):
    file = tmp_path / "run.csv"
    result = terminal("run", "area_ratio/modelled", "--tier-dbm", "-100", "--as-of", "2026-06-30", "--csv", str(file),
                      "--fill-back-from", "2026-03-01")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "area_ratio/modelled@1" in file.read_text(encoding="utf-8")
    number = result.output.split("run ")[1].split(";")[0]
    assert "the same bytes" in terminal("repeat", number).output
    told = terminal("history", "area_ratio/modelled", "--tier-dbm", "-100").output
    assert told.count("run ") == 4
    assert "no drive tests" in terminal("measured").output
    assert terminal("faults").exit_code == 0


def test_tiles_give_what_the_runs_give(terminal, tmp_path, demo_database, monkeypatch):
    home = demo_database.model_copy(update={"home": tmp_path})
    monkeypatch.setattr("gis_service.cli.session.Settings", lambda: home)
    file, wide = tmp_path / "run.csv", tmp_path / "wide.csv"
    terminal("run", "area_ratio/modelled", "--csv", str(file))
    result = terminal("wide", "--step-m", "10", "--csv", str(wide))
    assert result.exit_code == 0, result.output
    assert "0 tính mới" in terminal("wide", "--step-m", "10").output

    def ratios(path, scope):
        rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
        kept = [row for row in rows if not scope or (row["scope"] == "zone" and not row["operator"])]
        return {row["code"]: float(row["ratio"]) for row in kept}

    found = ratios(wide, None)
    for code, ratio in ratios(file, "zone").items():
        assert found[code] == pytest.approx(ratio, abs=0.003)  # near a target the run takes 5 m


def test_definitions_at_a_terminal(terminal):
    assert "reliability/measured@1" in terminal("definitions").output
