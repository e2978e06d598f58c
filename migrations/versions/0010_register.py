"""The register after mergers: codes follow the unit in force, doors name their house, areas have versions.

Revises: 0006
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0010_register.sql"


def upgrade() -> None:
    create_tables()
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))


def create_tables() -> None:
    """The new tables, column and indexes."""
    op.create_table(
        "account_area_sets",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_account_area_sets")),
        schema="gis",
        comment="How often the areas of an account were set: the version that the next setter must have read.",
    )
    op.create_table(
        "commune_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("old_code", sa.Text(), nullable=False),
        sa.Column("new_code", sa.Text(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False, comment="First day in the new commune."),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "table_name IN ('streets', 'zones', 'cases', 'account_areas', 'local_policies')",
            name=op.f("ck_commune_moves_table_name_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commune_moves")),
        schema="gis",
        comment="Records whose commune became another by a merger or split. What was before stays readable here.",
    )
    op.create_index("ix_commune_moves_row", "commune_moves", ["table_name", "row_key", "moved_on"], schema="gis")
    op.add_column(
        "entrances",
        sa.Column("house_code", sa.Text(), nullable=True, comment="Doors with the same one belong to one house."),
        schema="gis",
    )
    op.create_index(
        "ix_entrances_house_code",
        "entrances",
        ["house_code"],
        schema="gis",
        postgresql_where=sa.text("house_code IS NOT NULL"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], schema="gis")
