"""The worker: takes jobs from the queue one at a time and runs them.

Started by `gis serve` or `gis worker`; several may run side by side. A job whose worker died is
taken up again: its transaction was rolled back, so nothing is done twice.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time

import procrastinate
import structlog

from gis_service import housekeeping, jobs, overviewing
from gis_service.database import Database
from gis_service.mail import rounds
from gis_service.settings import Settings
from gis_service.telemetry import configure_logging
from gis_service.tile_serving import seeding

log = structlog.get_logger("gis.worker")

_DEAD_AFTER_S = 60.0
_SWEEP_EVERY_S = 30.0
_FIRST_ROUND_AFTER_S = 60.0


def main(*, until_idle: bool = False, with_parent: bool = False) -> None:
    """Run until a signal comes; with `until_idle` until the queue is empty.

    `with_parent` ends the worker when its standard input closes, as it does when its parent dies.
    """
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    settings = Settings()
    configure_logging(settings)
    database = Database(settings)
    try:
        asyncio.run(work(database, until_idle=until_idle))
    finally:
        database.dispose()


async def work(database: Database, *, until_idle: bool) -> None:
    """Take jobs and run each in a thread."""
    connector = procrastinate.PsycopgConnector(
        conninfo=database.addresses.staff,
        kwargs={"options": "-c role=gis_staff -c search_path=queue,public"},
        min_size=1,
        max_size=6,
    )
    queue = procrastinate.App(connector=connector)

    @queue.task(name=jobs.TASK, queue=jobs.QUEUE)
    def run_job(job_id: int) -> None:
        jobs.run(database, job_id)

    _register_mail(queue, database)
    async with queue.open_async():
        await _take_up_abandoned(queue)
        sweeper = asyncio.create_task(_sweep(queue))
        keeper = asyncio.create_task(_keep_house(database))
        painter = asyncio.create_task(_keep_overviews(database))
        seeder = None if until_idle else asyncio.create_task(seeding.keep_seeding(database))
        # Beside the long jobs and not behind them: somebody waits for the mail.
        postman = asyncio.create_task(queue.run_worker_async(
            queues=[jobs.MAIL_QUEUE], concurrency=1, wait=not until_idle, name=f"gis-mail-{os.getpid()}",
            shutdown_graceful_timeout=20, install_signal_handlers=False, delete_jobs="successful",
        ))  # fmt: skip
        try:
            await queue.run_worker_async(
                queues=[jobs.QUEUE], concurrency=1, wait=not until_idle, name=f"gis-{os.getpid()}",
                shutdown_graceful_timeout=20, install_signal_handlers=not until_idle,
            )  # fmt: skip
            if until_idle:
                await postman
        finally:
            postman.cancel()
            sweeper.cancel()
            keeper.cancel()
            painter.cancel()
            if seeder is not None:
                seeder.cancel()
            await asyncio.gather(postman, return_exceptions=True)  # it still needs the connections that end here
    if until_idle:
        await asyncio.to_thread(overviewing.refresh_when_due, database)


def _register_mail(queue: procrastinate.App, database: Database) -> None:
    """Every five minutes look at saved searches and outbox; at once when a request queued a mail."""
    watch = rounds.Watch(database)

    @queue.periodic(cron="*/5 * * * *")
    @queue.task(name="mail_round", queue=jobs.MAIL_QUEUE, queueing_lock="mail_round")
    def mail_round(timestamp: int) -> None:
        watch.round()
        rounds.send_due(database)

    @queue.task(name=jobs.MAIL_TASK, queue=jobs.MAIL_QUEUE)
    def send_mail() -> None:
        rounds.send_due(database)


async def _sweep(queue: procrastinate.App) -> None:
    while True:
        await asyncio.sleep(_SWEEP_EVERY_S)
        await _take_up_abandoned(queue)


async def _keep_house(database: Database) -> None:
    """A fault here must not end the worker: the next round tries again."""
    keeping = housekeeping.Housekeeping(database)
    while True:
        await asyncio.sleep(_FIRST_ROUND_AFTER_S if keeping.followed is None else housekeeping.EVERY_S)
        try:
            await asyncio.to_thread(keeping.round)
        except Exception as error:
            log.error("housekeeping_failed", exc_info=error)
            await asyncio.sleep(housekeeping.EVERY_S)


async def _keep_overviews(database: Database) -> None:
    merged_at = time.monotonic()
    while True:
        await asyncio.sleep(overviewing.EVERY_S)
        try:
            await asyncio.to_thread(overviewing.refresh_when_due, database)
            if time.monotonic() - merged_at > overviewing.MERGE_EVERY_S:
                merged_at = time.monotonic()
                await asyncio.to_thread(overviewing.merge_when_long, database)
        except Exception as error:
            log.error("overviews_failed", exc_info=error)
            await asyncio.sleep(60)


async def _take_up_abandoned(queue: procrastinate.App) -> None:
    manager = queue.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_DEAD_AFTER_S):
        log.warning("job_taken_up_again", queue_id=job.id)
        await manager.retry_job(job)


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):  # not the buffered reader: its lock breaks the interpreter's exit
        pass
    os.kill(os.getpid(), signal.SIGTERM)
