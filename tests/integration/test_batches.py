"""Work on a whole zone or province, as jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from gis_service import jobs, worker
from gis_service.database import Database
from gis_service.jobs import Job
from gis_service.settings import Settings
from tests.conftest import ClientAs


@pytest.fixture
def pools(demo_database: Settings) -> Iterator[Database]:
    database = Database(demo_database)
    yield database
    database.dispose()


def run_queue(pools: Database, job_id: int) -> Job:
    asyncio.run(worker.work(pools, until_idle=True))
    with pools.staff.begin() as conn:
        return jobs.get_job(conn, job_id)


def test_numbering_a_zone_proposes_for_each_street_or_says_why_not(client_as: ClientAs, pools: Database) -> None:
    with pools.owner.begin() as conn:
        zone, count = conn.execute(
            text(
                "SELECT z.code, count(*) FROM zones z JOIN streets s ON s.zone_id = z.id"
                " GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
            )
        ).one()
    answer = client_as("address_officer", login="officer.an").post("/jobs/number-zone", json={"zone": zone})
    assert answer.status_code == 202, answer.text
    done = run_queue(pools, answer.json()["id"])
    assert done.state == "succeeded", done.error
    assert done.report is not None
    assert len(done.report["proposed"]) + len(done.report["left_out"]) == done.report["streets"] == count
    assert done.report["proposed"], "no street of the zone could be numbered"
    with pools.owner.begin() as conn:
        authors = conn.execute(text("SELECT DISTINCT author FROM proposals")).scalars().all()
    assert authors == ["officer.an"]


def test_plots_without_a_door_get_one_first_if_asked(client_as: ClientAs, pools: Database) -> None:
    with pools.owner.begin() as conn:
        zone, plot_id = conn.execute(
            text("SELECT z.code, p.id FROM zones z JOIN plots p ON p.zone_id = z.id JOIN streets s ON s.zone_id = z.id"
                 " WHERE ST_DWithin(p.geom, s.geom, 20) ORDER BY p.id LIMIT 1")
        ).one()  # fmt: skip
        conn.execute(text("UPDATE entrances SET plot_id = NULL WHERE plot_id = :plot"), {"plot": plot_id})
    officer = client_as("address_officer")
    done = run_queue(pools, officer.post("/jobs/number-zone", json={"zone": zone, "derive_doors": True}).json()["id"])
    assert done.report is not None, done.error
    assert done.report["derived_doors"] + len(done.report["plots_between_streets"]) >= 1
    again = run_queue(pools, officer.post("/jobs/number-zone", json={"zone": zone, "derive_doors": True}).json()["id"])
    assert again.report is not None, again.error
    assert again.report["derived_doors"] == 0
    assert not any(street["is_new"] for street in again.report["proposed"]), "the same facts keep their drafts"


def test_numbering_a_commune_proposes_for_its_streets(client_as: ClientAs, pools: Database) -> None:
    with pools.owner.begin() as conn:
        commune, count = conn.execute(
            text(
                "SELECT commune_code, count(*) FROM streets WHERE commune_code IS NOT NULL"
                " GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
            )
        ).one()
    answer = client_as("address_officer").post("/jobs/number-commune", json={"commune": commune})
    assert answer.status_code == 202, answer.text
    done = run_queue(pools, answer.json()["id"])
    assert done.state == "succeeded", done.error
    assert done.report is not None
    assert len(done.report["proposed"]) + len(done.report["left_out"]) == done.report["streets"] == count


def test_a_commune_without_streets_says_so(client_as: ClientAs, pools: Database) -> None:
    answer = client_as("address_officer").post("/jobs/number-commune", json={"commune": "99999"})
    failed = run_queue(pools, answer.json()["id"])
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error["code"] == "not_found"


def test_an_unknown_zone_fails_the_job_with_a_clear_message(client_as: ClientAs, pools: Database) -> None:
    answer = client_as("address_officer").post("/jobs/number-zone", json={"zone": "NO-SUCH-ZONE"})
    failed = run_queue(pools, answer.json()["id"])
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error["code"] == "not_found"
    assert "NO-SUCH-ZONE" in failed.error["message_vi"]


def test_a_coverage_job_keeps_the_ratios_with_their_basis(client_as: ClientAs, pools: Database) -> None:
    answer = client_as("analyst").post("/jobs/coverage", json={"technology": "5G"})
    assert answer.status_code == 202, answer.text
    done = run_queue(pools, answer.json()["id"])
    assert done.state == "succeeded", done.error
    assert done.report is not None
    assert done.report["zones"]
    assert all(0 <= zone["ratio"] <= 1 for zone in done.report["zones"])
    assert done.report["basis"]["definition"]["id"]
    assert done.report["basis"]["data"]
