"""Statements that a database role must not run, and what there is to try them on."""

from __future__ import annotations

import pytest
import sqlalchemy.exc
from sqlalchemy import Connection, text

DENIED = "InsufficientPrivilege"


def refused(conn: Connection, statement: str, **values: object) -> str:
    """Run a statement that must fail; gives the name of the error. What was done before it stays."""
    with pytest.raises(sqlalchemy.exc.DBAPIError) as caught, conn.begin_nested():
        conn.execute(text(statement), values)
    return type(caught.value.orig).__name__


def relations(conn: Connection, *schemas: str) -> list[tuple[str, str]]:
    rows = conn.execute(
        text("SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = ANY(:schemas)"),
        {"schemas": list(schemas)},
    )
    return [(schema, name) for schema, name in rows]


def tables(conn: Connection) -> list[str]:
    found = [name for _, name in relations(conn, "gis")]
    assert len(found) > 20
    return found
