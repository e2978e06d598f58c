"""The job queue: Procrastinate's own schema, in a schema of its own.

Revises: 0001
Created: 2026-11-23
"""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    conn = op.get_bind()
    conn.execute(text("CREATE SCHEMA queue"))
    conn.execute(text("COMMENT ON SCHEMA queue IS 'Tables and functions of Procrastinate.'"))
    conn.execute(text("SET LOCAL search_path = queue, public"))
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.execute(SchemaManager.get_schema())  # the library pins it: a release brings its own migrations
    conn.execute(text("SET LOCAL search_path = gis, public"))
    conn.execute(text("GRANT USAGE ON SCHEMA queue TO gis_staff"))
    conn.execute(text("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA queue TO gis_staff"))
    conn.execute(text("GRANT USAGE ON ALL SEQUENCES IN SCHEMA queue TO gis_staff"))
