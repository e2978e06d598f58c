"""A change of numbers may join houses: it says whose number stays.

Revises: 0017c
Created: 2026-11-24
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "number_changes",
        sa.Column(
            "joined_to_id", sa.BigInteger(), nullable=True,
            comment="House number of the house that those of the ended numbers became one with.",
        ),
        schema="gis",
    )  # fmt: skip
    op.create_foreign_key(
        op.f("fk_number_changes_joined_to_id_house_numbers"), "number_changes", "house_numbers",
        ["joined_to_id"], ["id"], source_schema="gis", referent_schema="gis",
    )  # fmt: skip
