"""Communes found by the districts that stood above their forerunners and by hamlets; versions of unit changes.

Revises: 0015
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0016_search_units.sql"


def upgrade() -> None:
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))
