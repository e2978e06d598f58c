"""Plots that are drawn without repair where rounding cannot spoil them, and hidden zones found at once.

Revises: 0013
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0013"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    op.add_column(
        "plots",
        sa.Column(
            "clearance_m",
            sa.Float(),
            nullable=True,
            comment="How far the outline in web mercator keeps from itself; a trigger fills it, tiles need it.",
        ),
        schema="gis",
    )
    op.create_index(
        "ix_zones_hidden", "zones", ["id"], schema="gis", unique=False, postgresql_where=sa.text("NOT published")
    )
    script = (SQL / "0017_tile_clearance.sql").read_text(encoding="utf-8")
    op.execute(sa.text(script.replace(":", r"\:")))
