"""How commands reach the database: as staff, with an audit row, in one transaction."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from gis_service import audit
from gis_service.access import Access
from gis_service.database import Database
from gis_service.identity.model import Identity
from gis_service.settings import Settings


def local_identity() -> Identity:
    """Whoever may run commands here is an administrator; audit rows name the system user."""
    return Identity(f"cli:{getpass.getuser()}", "command line", frozenset({"administrator"}))


@contextmanager
def command_access(operation: str, subject: str | None = None, *, write: bool = True) -> Iterator[Access]:
    """Open a staff transaction for a command; it commits when the block ends without an error."""
    settings = Settings()
    database = Database(settings)
    identity = local_identity()
    try:
        with database.staff.connect() as conn:
            conn = conn.execution_options(postgresql_readonly=not write)
            with conn.begin():
                if write:
                    audit.record(conn, actor=identity.login, operation=operation, subject=subject)
                yield Access(conn, identity, settings)
    finally:
        database.dispose()
