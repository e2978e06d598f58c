"""What we keep of a long-running job beside Procrastinate's own queue: progress and report."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from layers.schema import identity_column, metadata, not_negative, one_of

STATES = ("queued", "running", "succeeded", "failed", "cancelled")

jobs = Table(
    "jobs",
    metadata,
    identity_column(),
    Column("kind", Text, nullable=False, comment="Name of the task."),
    Column("title", Text, nullable=False),
    Column("arguments", JSONB, nullable=False, server_default=text("'{}'")),
    Column("state", Text, nullable=False, server_default=text("'queued'")),
    Column("done", BigInteger, nullable=False, server_default=text("0")),
    Column("total", BigInteger, comment="Empty while it is not known."),
    Column("report", JSONB),
    Column("error", JSONB, comment="code, message, message_vi."),
    Column("cancel_requested", Boolean, nullable=False, server_default=text("false")),
    Column("queue_id", BigInteger, comment="Procrastinate's own number."),
    Column("requested_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    one_of("state", STATES),
    *not_negative("done"),
    Index("ix_jobs_created_at", "created_at"),
)

import_reports = Table(
    "import_reports",
    metadata,
    identity_column(),
    Column("layer", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("report", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_import_reports_created_at", "created_at"),
    comment="Every import that was run, with what became of each row.",
)
