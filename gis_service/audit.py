"""The audit trail: one row per write, in the transaction that does the write.

A trigger on every table refuses writes of the staff role in a transaction that has no audit row,
so a write that forgets this module fails instead of passing unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from gis_service.identity.tables import audit_log


def record(
    conn: Connection,
    *,
    actor: str,
    operation: str,
    subject: str | None = None,
    request_id: str | None = None,
    client: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Write the audit row of this transaction; call it before the first write.

    A second call in one transaction breaks the unique key: an operation is recorded once.
    """
    conn.execute(
        insert(audit_log).values(
            actor=actor, operation=operation, subject=subject, request_id=request_id,
            client=client, details=details or {},
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail."""

    id: int
    at: datetime
    actor: str
    operation: str
    subject: str | None
    request_id: str | None
    client: str | None
    details: dict[str, Any]


def list_entries(
    conn: Connection,
    *,
    limit: int,
    before_id: int | None = None,
    actor: str | None = None,
    operation: str | None = None,
) -> list[Entry]:
    """The newest entries first; go on with the id of the last one as `before_id`."""
    chosen = select(
        audit_log.c.id, audit_log.c.at, audit_log.c.actor, audit_log.c.operation, audit_log.c.subject,
        audit_log.c.request_id, audit_log.c.client, audit_log.c.details,
    )  # fmt: skip
    if before_id is not None:
        chosen = chosen.where(audit_log.c.id < before_id)
    if actor is not None:
        chosen = chosen.where(audit_log.c.actor == actor)
    if operation is not None:
        chosen = chosen.where(audit_log.c.operation == operation)
    rows = conn.execute(chosen.order_by(audit_log.c.id.desc()).limit(limit))
    return [Entry(*row) for row in rows]
