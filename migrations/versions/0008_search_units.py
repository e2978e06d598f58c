"""Who of a split unit went where: people, shares and hamlets of a change.

Revises: 0010
Created: 2026-11-23
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column(
            "people",
            sa.Text(),
            nullable=True,
            comment="How many of the inhabitants went along: all, part, none. NULL: not known.",
        ),
        sa.Column(
            "population_ratio", sa.Float(), nullable=True, comment="Share of the inhabitants of the old unit, 0-1."
        ),
        sa.Column("area_ratio", sa.Float(), nullable=True, comment="Share of the area of the old unit, 0-1."),
        sa.Column(
            "hamlets",
            sa.Text(),
            nullable=True,
            comment="Thôn, tổ dân phố, khu of the old unit that went there, with semicolons between.",
        ),
    ):
        op.add_column("unit_changes", column, schema="gis")
    for name, rule in (
        ("people_known", "people IN ('all', 'part', 'none')"),
        ("population_ratio_is_ratio", "population_ratio BETWEEN 0 AND 1"),
        ("area_ratio_is_ratio", "area_ratio BETWEEN 0 AND 1"),
    ):
        op.create_check_constraint(op.f(f"ck_unit_changes_{name}"), "unit_changes", rule, schema="gis")
    # The view lists the columns of its day; new ones at the end keep its rights.
    op.execute("CREATE OR REPLACE VIEW open.unit_changes AS SELECT * FROM gis.unit_changes")
