"""Long work as jobs: the same functions as everywhere, run by a worker, with progress and a report.

A job is queued in the transaction that asks for it: no job without its request, no request without
its job. Its work, its report and the state `succeeded` are one transaction again, so a job that is
killed half way leaves nothing behind and can simply be run again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import procrastinate
import structlog
from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert

from gis_service import audit
from gis_service.database import Database
from gis_service.job_kinds import KINDS
from gis_service.job_tables import jobs
from layers.errors import LayersError, NotFound

log = structlog.get_logger("gis.jobs")

QUEUE = "gis"
TASK = "run_job"
MAIL_QUEUE = "mail"
MAIL_TASK = "send_mail"
_PROGRESS_EVERY_S = 0.5


class JobCancelled(Exception):
    """Somebody asked for the job to stop; its transaction is rolled back."""

    code = "job_cancelled"
    message_vi = "Công việc đã được hủy."

    def __init__(self) -> None:
        super().__init__("The job was cancelled.")


class UnknownJobKind(LayersError):
    """A kind of job that no worker knows."""

    code = "unknown_job_kind"

    def __init__(self, kind: str) -> None:
        known = ", ".join(sorted(KINDS))
        super().__init__(f"There is no job '{kind}'. Jobs: {known}.", f"Không có loại công việc '{kind}'.")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as people see it."""

    id: int
    kind: str
    title: str
    state: str
    done: int
    total: int | None
    report: dict[str, Any] | None
    error: dict[str, Any] | None
    cancel_requested: bool
    requested_by: str
    created_at: Any
    started_at: Any
    finished_at: Any


_COLUMNS = [jobs.c[name] for name in Job.__slots__]


def _queue_for_deferring() -> procrastinate.App:
    queue = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())

    @queue.task(name=TASK, queue=QUEUE)
    def run_job(job_id: int) -> None:
        raise RuntimeError("only a worker runs jobs")

    return queue


_DEFERRING = _queue_for_deferring()


def enqueue(conn: Connection, kind: str, arguments: dict[str, Any], *, title: str, requested_by: str) -> int:
    """Queue a job in the caller's transaction; a worker sees it once that commits. Its id."""
    if kind not in KINDS:
        raise UnknownJobKind(kind)
    job_id: int = conn.execute(
        insert(jobs).values(kind=kind, title=title, arguments=arguments, requested_by=requested_by).returning(jobs.c.id)
    ).scalar_one()
    queue_id = _DEFERRING.configure_task(TASK, queue=QUEUE, connection=conn.connection.driver_connection).defer(
        job_id=job_id
    )
    conn.execute(update(jobs).where(jobs.c.id == job_id).values(queue_id=queue_id))
    return job_id


def ask_for_mail(conn: Connection) -> None:
    """Have the worker look into the outbox as soon as the caller's transaction has ended."""
    _DEFERRING.configure_task(MAIL_TASK, queue=MAIL_QUEUE, connection=conn.connection.driver_connection).defer()


def get_job(conn: Connection, job_id: int) -> Job:
    """One job. Raises `NotFound`."""
    row = conn.execute(select(*_COLUMNS).where(jobs.c.id == job_id)).one_or_none()
    if row is None:
        raise NotFound("job", "công việc", job_id)
    return Job(*row)


def list_jobs(conn: Connection, *, limit: int = 50) -> list[Job]:
    """The newest jobs first."""
    return [Job(*row) for row in conn.execute(select(*_COLUMNS).order_by(jobs.c.id.desc()).limit(limit))]


def cancel(conn: Connection, job_id: int) -> Job:
    """Ask a job to stop. One that waits ends at once, one that runs at its next step."""
    job = get_job(conn, job_id)
    conn.execute(
        update(jobs).where(jobs.c.id == job_id, jobs.c.state == "queued")
        .values(cancel_requested=True, state="cancelled", finished_at=func.clock_timestamp())
    )  # fmt: skip
    conn.execute(update(jobs).where(jobs.c.id == job_id, jobs.c.state == "running").values(cancel_requested=True))
    return get_job(conn, job.id)


class Progress:
    """Tells the world how far a job is, and the job that it should stop.

    It writes on a connection of its own: the job's transaction is invisible until it commits.
    """

    def __init__(self, database: Database, job_id: int) -> None:
        self.database, self.job_id = database, job_id
        self._told_at = 0.0

    def __call__(self, done: int, total: int | None = None) -> None:
        """Report `done` of `total` steps. Raises `JobCancelled` when somebody asked for that."""
        if time.monotonic() - self._told_at < _PROGRESS_EVERY_S and done != total:
            return
        self._told_at = time.monotonic()
        with self.database.staff.begin() as conn:
            stop = conn.execute(
                update(jobs).where(jobs.c.id == self.job_id)
                .values(done=done, total=total).returning(jobs.c.cancel_requested)
            ).scalar_one()  # fmt: skip
        if stop:
            raise JobCancelled()


def run(database: Database, job_id: int) -> None:
    """Do the work of one job. Called by a worker; harmless when the job is already over."""
    with database.staff.begin() as conn:
        started = conn.execute(
            update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(("queued", "running")))
            .values(state="running", started_at=func.clock_timestamp(), error=None)
            .returning(jobs.c.kind, jobs.c.arguments, jobs.c.requested_by)
        ).one_or_none()  # fmt: skip
    if started is None:
        return
    work: Callable[[Connection, dict[str, Any], Callable[[int, int | None], None]], dict[str, Any]]
    work = KINDS[started.kind].load()
    try:
        with database.staff.begin() as conn:
            conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
            audit.record(conn, actor=started.requested_by, operation=f"jobs.{started.kind}", subject=f"jobs/{job_id}")
            report = work(conn, started.arguments, Progress(database, job_id))
            conn.execute(
                update(jobs).where(jobs.c.id == job_id)
                .values(state="succeeded", report=report, finished_at=func.clock_timestamp())
            )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - whatever it was, the job must not stay `running`
        _close_failed(database, job_id, error)


def _close_failed(database: Database, job_id: int, error: Exception) -> None:
    foreseen = hasattr(error, "message_vi")
    if not foreseen:
        log.error("job_defect", job_id=job_id, exc_info=error)
    told = {
        "code": getattr(error, "code", "internal_error"),
        "message": str(error) if foreseen else "Something went wrong on our side; the log knows this job.",
        "message_vi": getattr(error, "message_vi", "Đã có lỗi phía máy chủ; nhật ký đã ghi lại công việc này."),
    }
    state = "cancelled" if isinstance(error, JobCancelled) else "failed"
    with database.staff.begin() as conn:
        conn.execute(
            update(jobs).where(jobs.c.id == job_id)
            .values(state=state, error=told, finished_at=func.clock_timestamp())
        )  # fmt: skip
