"""Bring a database to the present schema: extensions, reference systems, roles, tables, views."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from gis_service.settings import CHECKOUT, Settings
from layers.schema import SCHEMA
from maps import overviews

_LOCK = 0x6769735F6D6967  # "gis_mig": two starters must not migrate at once


def _config(conn: Connection, settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(CHECKOUT / "migrations"))
    config.attributes["connection"] = conn
    config.attributes["settings"] = settings
    return config


def migrate(conn: Connection, settings: Settings) -> bool:
    """Run what is missing on the owner's connection; the caller commits. True if anything ran.

    The triggers of the overviews follow the catalogue, so they are looked at every time.

    Safe to call from several processes: they wait for one another.
    """
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    behind = current_revision(conn) != head_revision(conn, settings)
    if behind:
        conn.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        command.upgrade(_config(conn, settings), "head")
    return bool(overviews.install(conn)) or behind


def current_revision(conn: Connection) -> str | None:
    """The revision the database is at, None for an empty one."""
    context = MigrationContext.configure(conn, opts={"version_table_schema": SCHEMA})
    return context.get_current_revision()


def head_revision(conn: Connection, settings: Settings) -> str | None:
    """The newest revision of this checkout."""
    return ScriptDirectory.from_config(_config(conn, settings)).get_current_head()
