"""Imports as the edge runs them: at once or as a job, with a report that is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from gis_service.job_tables import import_reports
from layers.errors import NotFound
from layers.ingest import import_file
from layers.ingest.limits import MB, Limits

Tell = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """One line of the list of imports."""

    id: int
    layer: str
    file: str
    dry_run: bool
    requested_by: str
    read: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    merged: int
    """Rows that are pieces of a street which another row counts; 0 in reports of earlier versions."""
    created_at: datetime


def run_import_job(conn: Connection, arguments: dict[str, Any], progress: Tell | None = None) -> dict[str, Any]:
    """Import one file and keep its report; the report with its number as `id`.

    `arguments` are plain values, since they wait in the queue: layer, path, requested_by; and where
    given file_name, crs, dry_run, source, source_date (ISO), column_map, layer_name, encoding,
    swap_axes, keep_pieces, limit_mb. Raises what `layers.ingest.import_file` raises.
    """
    # A set of rows may take longer than a page view may; the reading process has its own clock.
    conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
    conn.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    spoken = arguments.get("source_date")
    report = import_file(
        conn,
        arguments["layer"],
        Path(arguments["path"]),
        crs=arguments.get("crs"),
        dry_run=bool(arguments.get("dry_run", False)),
        source=arguments.get("source"),
        source_date=date.fromisoformat(spoken) if spoken else None,
        column_map=arguments.get("column_map"),
        requested_by=arguments["requested_by"],
        progress=progress,
        file_name=arguments.get("file_name"),
        layer_name=arguments.get("layer_name"),
        encoding=arguments.get("encoding"),
        swap_axes=bool(arguments.get("swap_axes", False)),
        keep_pieces=bool(arguments.get("keep_pieces", False)),
        limits=Limits(file_bytes=int(arguments.get("limit_mb", 500)) * MB),
    )
    told = report.as_dict()
    number: int = conn.execute(
        insert(import_reports)
        .values(
            layer=report.layer,
            file_name=report.file,
            file_sha256=report.sha256,
            dry_run=report.dry_run,
            requested_by=report.requested_by,
            report=told,
        )
        .returning(import_reports.c.id)
    ).scalar_one()
    return {"id": number, **told}


def get_report(conn: Connection, import_id: int) -> dict[str, Any]:
    """The whole report of one import. Raises `NotFound`."""
    row = conn.execute(
        select(import_reports.c.report, import_reports.c.created_at).where(import_reports.c.id == import_id)
    ).one_or_none()
    if row is None:
        raise NotFound("import", "lần nhập dữ liệu", import_id)
    return {"id": import_id, "created_at": row.created_at, **row.report}


def list_imports(conn: Connection, *, limit: int = 50) -> list[ImportSummary]:
    """The newest imports first, without their rows."""
    told = import_reports.c.report
    counts = [told[name].as_integer().label(name) for name in ("read", "added", "changed", "unchanged", "rejected")]
    counts.append(func.coalesce(told["merged"].as_integer(), 0).label("merged"))
    query = select(
        import_reports.c.id, import_reports.c.layer, import_reports.c.file_name.label("file"),
        import_reports.c.dry_run, import_reports.c.requested_by, *counts, import_reports.c.created_at,
    ).order_by(import_reports.c.id.desc()).limit(limit)  # fmt: skip
    return [ImportSummary(**row) for row in conn.execute(query).mappings()]
