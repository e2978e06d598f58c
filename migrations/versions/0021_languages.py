"""What investors write and are written is kept in all languages of their pages.

Revises: 0018
Created: 2026-11-24
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("enquiries", "alert_subscriptions", "mails")


def upgrade() -> None:
    for table in TABLES:
        name = op.f(f"ck_{table}_language_known")
        op.drop_constraint(name, table, schema="gis", type_="check")
        op.create_check_constraint(name, table, "language IN ('vi', 'en', 'ja', 'ko', 'zh')", schema="gis")
