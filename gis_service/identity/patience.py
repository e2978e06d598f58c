"""How often one network address may fail before it has to wait: counted in the audit trail, for all processes."""

from __future__ import annotations

from ipaddress import ip_address

from sqlalchemy import Connection, func, select, text

from gis_service.identity.tables import audit_log

WINDOW_S = 600
"""Failures within this time count."""


def failures(conn: Connection, client: str, operation: str) -> int:
    """How often the address failed at the operation of late."""
    return int(
        conn.execute(
            select(func.count())
            .select_from(audit_log)
            .where(
                audit_log.c.at > func.clock_timestamp() - text(f"interval '{WINDOW_S} seconds'"),
                audit_log.c.operation == operation,
                audit_log.c.client == client,
                audit_log.c.details["outcome"].astext == "refused",
            )
        ).scalar_one()
    )


def stands_for_many(client: str) -> bool:
    """A proxy on this machine: whoever fails through it must not shut out everybody else."""
    try:
        return ip_address(client).is_loopback
    except ValueError:
        return False
