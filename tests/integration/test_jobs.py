"""Jobs on a real queue with a real worker: progress, cancelling, failure, and dying half way."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from gis_service import jobs, worker
from gis_service.database import Database
from gis_service.job_kinds import KINDS, JobKind
from gis_service.jobs import JobCancelled, UnknownJobKind
from gis_service.settings import Settings
from layers.errors import NotFound
from tests.conftest import NewDatabase

Tell = Callable[[int, int | None], None]


def make_units(conn: Connection, arguments: dict[str, Any], progress: Tell) -> dict[str, Any]:
    """Insert some units, slowly if asked to, and fail at the end if asked to."""
    for index in range(arguments["count"]):
        insert_unit(conn, arguments["first"] + index)
        time.sleep(arguments.get("pause_s", 0))
        progress(index + 1, arguments["count"])
    if arguments.get("fail"):
        raise NotFound("zone", "khu", "KCN-X")
    return {"made": arguments["count"]}


def insert_unit(conn: Connection, code: int) -> None:
    conn.execute(
        text("INSERT INTO gis.administrative_units (level, code, name, full_name, valid_from, source)"
             " VALUES ('commune', :code, 'A', 'Xã A', '2025-07-01', 'test')"),
        {"code": str(code)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def job_settings(new_database: NewDatabase) -> Settings:
    return new_database()


@pytest.fixture
def pools(job_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setitem(KINDS, "make_units", JobKind("Make", "Tạo", f"{__name__}:make_units"))
    database = Database(job_settings)
    yield database
    database.dispose()


def queue_up(pools: Database, **arguments: Any) -> int:
    with pools.staff.begin() as conn:
        return jobs.enqueue(conn, "make_units", arguments, title="Test", requested_by="an")


def drain(pools: Database) -> None:
    asyncio.run(worker.work(pools, until_idle=True))


def job(pools: Database, job_id: int) -> jobs.Job:
    with pools.staff.begin() as conn:
        return jobs.get_job(conn, job_id)


def units(pools: Database, first: int, count: int) -> int:
    query = text("SELECT count(*) FROM gis.administrative_units WHERE code::int >= :first AND code::int < :end")
    with pools.staff.begin() as conn:
        return int(conn.execute(query, {"first": first, "end": first + count}).scalar_one())


def test_a_job_does_its_work_and_reports(pools: Database) -> None:
    job_id = queue_up(pools, first=20_000, count=3)
    assert job(pools, job_id).state == "queued"
    drain(pools)
    done = job(pools, job_id)
    assert (done.state, done.report, done.done, done.total) == ("succeeded", {"made": 3}, 3, 3)
    assert units(pools, 20_000, 3) == 3
    with pools.staff.begin() as conn:
        actors = conn.execute(
            text("SELECT actor, operation FROM gis.audit_log WHERE subject = :s"), {"s": f"jobs/{job_id}"}
        ).all()
    assert [tuple(row) for row in actors] == [("an", "jobs.make_units")]


def test_a_request_that_is_rolled_back_queues_nothing(pools: Database) -> None:
    with pools.staff.connect() as conn:
        job_id = jobs.enqueue(conn, "make_units", {"first": 20_100, "count": 1}, title="T", requested_by="an")
        conn.rollback()
    drain(pools)
    with pytest.raises(NotFound):
        job(pools, job_id)
    assert units(pools, 20_100, 1) == 0


def test_a_failed_job_leaves_nothing_behind_and_says_why(pools: Database) -> None:
    job_id = queue_up(pools, first=20_200, count=2, fail=True)
    drain(pools)
    failed = job(pools, job_id)
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error["code"] == "not_found"
    assert failed.error["message_vi"] == "Không tìm thấy khu 'KCN-X'."
    assert units(pools, 20_200, 2) == 0


def test_a_waiting_job_is_cancelled_at_once(pools: Database) -> None:
    job_id = queue_up(pools, first=20_300, count=1)
    with pools.staff.begin() as conn:
        assert jobs.cancel(conn, job_id).state == "cancelled"
    drain(pools)
    assert units(pools, 20_300, 1) == 0


def test_a_running_job_stops_at_its_next_step(pools: Database) -> None:
    job_id = queue_up(pools, first=20_400, count=2)
    with pools.staff.begin() as conn:
        conn.execute(text("UPDATE gis.jobs SET state = 'running' WHERE id = :id"), {"id": job_id})
        assert jobs.cancel(conn, job_id).cancel_requested
    progress = jobs.Progress(pools, job_id)
    with pytest.raises(JobCancelled):
        progress(1, 2)
    jobs.run(pools, job_id)
    assert job(pools, job_id).state == "cancelled"
    assert units(pools, 20_400, 2) == 0


def test_an_unknown_kind_is_refused(pools: Database) -> None:
    with pools.staff.connect() as conn, pytest.raises(UnknownJobKind, match="import"):
        jobs.enqueue(conn, "make_coffee", {}, title="T", requested_by="an")


def test_a_job_whose_worker_was_killed_is_taken_up_again(pools: Database, job_settings: Settings) -> None:
    job_id = queue_up(pools, first=20_500, count=20, pause_s=0.2)
    process = start_worker(job_settings)
    try:
        wait_for(lambda: job(pools, job_id).done > 2)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert units(pools, 20_500, 20) == 0, "a killed job must leave nothing half done"
    with pools.owner.begin() as conn:  # the worker died long ago
        conn.execute(text("UPDATE queue.procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"))
    drain(pools)
    assert job(pools, job_id).state == "succeeded"
    assert units(pools, 20_500, 20) == 20


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    code = (
        "from gis_service.job_kinds import KINDS, JobKind; from gis_service import worker;"
        "KINDS['make_units'] = JobKind('Make', 'Tạo', 'tests.integration.test_jobs:make_units'); worker.main()"
    )
    assert settings.database_url is not None
    assert settings.staff_database_url is not None
    environment = {
        **os.environ,
        "GIS_DATABASE_URL": settings.database_url.get_secret_value(),
        "GIS_STAFF_DATABASE_URL": settings.staff_database_url.get_secret_value(),
    }
    return subprocess.Popen([sys.executable, "-c", code], env=environment)


def wait_for(condition: Callable[[], bool], patience_s: float = 60.0) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
