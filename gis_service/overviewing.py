"""Overviews as the edge keeps them: by a worker a few seconds after a change, or as a job when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Connection

from gis_service import audit
from gis_service.database import Database
from maps import overviews

log = structlog.get_logger("gis.overviews")

EVERY_S = 5.0
MERGE_EVERY_S = 600.0
ACTOR = "housekeeping"

Tell = Callable[[int, int | None], None]


def run_job(conn: Connection, arguments: dict[str, Any], progress: Tell | None = None) -> dict[str, Any]:
    """Refresh the overviews, or make all shapes from nothing with `rebuild`; the report of it."""
    report = overviews.rebuild(conn) if arguments.get("rebuild") else overviews.refresh(conn)
    merged = overviews.merge(conn)
    if progress:
        progress(report.made, report.made)
    return report.as_dict() | {"merged": merged}


def refresh_when_due(database: Database) -> overviews.Report | None:
    """One round of a worker, on record when there was something to do; None when there was not."""
    with database.staff.begin() as conn:
        if not overviews.is_due(conn):
            return None
        conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
        audit.record(conn, actor=ACTOR, operation="overviews.refresh")
        report = overviews.refresh(conn)
    log.info("overviews_refreshed", **report.as_dict())
    return report


def merge_when_long(database: Database) -> int:
    """Keep the ledger of counts short; how many lines went."""
    with database.staff.begin() as conn:
        conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
        if not overviews.is_long(conn):
            return 0
        audit.record(conn, actor=ACTOR, operation="overviews.merge")
        return overviews.merge(conn)
