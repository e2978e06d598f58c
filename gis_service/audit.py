"""The audit trail: one row per write, in the transaction that does the write.

A trigger on every table refuses writes of the staff role in a transaction that has no audit row,
so a write that forgets this module fails instead of passing unseen.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
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
