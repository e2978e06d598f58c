"""Exact dirtiness of tiles, and a store of tiles drawn ahead.

Revises: 0004
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0005_tile_store.sql"


def upgrade() -> None:
    create_tables()
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))


def create_tables() -> None:
    """What triggers keep (layers, marks) and what the service draws ahead (store, seeds)."""
    op.create_table(
        "tile_layers",
        sa.Column("layer", sa.Text(), nullable=False, comment="Name in the catalogue."),
        sa.Column("min_zoom", sa.Integer(), nullable=False, comment="Tiles of lower zooms follow the whole layer."),
        sa.Column(
            "max_zoom", sa.Integer(), nullable=False, comment="Tiles of higher zooms follow the tile they lie in."
        ),
        sa.Column(
            "version", sa.BigInteger(), server_default=sa.text("1"), nullable=False, comment="Of the newest change."
        ),
        sa.Column(
            "epoch",
            sa.BigInteger(),
            server_default=sa.text("1"),
            nullable=False,
            comment="Version of tiles without a mark.",
        ),
        sa.Column(
            "marks", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Rows of tile_marks, at most."
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("layer", name=op.f("pk_tile_layers")),
        schema="gis",
        comment="Each drawn layer with its newest version; triggers count it at commit.",
    )
    op.create_table(
        "tile_marks",
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("z", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("layer", "z", "x", "y", name=op.f("pk_tile_marks")),
        schema="gis",
        comment="Tiles that changed since the epoch of their layer, with the version that changed them.",
    )
    op.create_index("ix_tile_marks_layer_version", "tile_marks", ["layer", "version"], unique=False, schema="gis")
    op.create_table(
        "tile_store",
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("z", sa.SmallInteger(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="Of the tile when it was drawn."),
        sa.Column(
            "recipe", sa.Text(), nullable=False, comment="Fingerprint of the catalogue, and the day if it matters."
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="MVT, zstd."),
        sa.Column("drawn", sa.Integer(), nullable=True, comment="Features drawn, when the tile had to thin."),
        sa.Column("there", sa.Integer(), nullable=True, comment="Features there, when the tile had to thin."),
        sa.CheckConstraint("audience IN ('public', 'staff')", name=op.f("ck_tile_store_audience_known")),
        sa.PrimaryKeyConstraint("audience", "z", "x", "y", "layer", name=op.f("pk_tile_store")),
        schema="gis",
        comment="Tiles drawn ahead of being asked for. All of it can be drawn again.",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "tile_seeds",
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("z", sa.SmallInteger(), nullable=False),
        sa.Column(
            "version", sa.BigInteger(), nullable=False, comment="Every tile up to this version is stored, or empty."
        ),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("tiles", sa.Integer(), nullable=False, comment="Stored when it was last seeded as a whole."),
        sa.Column("seconds", sa.Float(), nullable=False, comment="What that took."),
        sa.Column("seeded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("audience IN ('public', 'staff')", name=op.f("ck_tile_seeds_audience_known")),
        sa.PrimaryKeyConstraint("audience", "layer", "z", name=op.f("pk_tile_seeds")),
        schema="gis",
        comment="Which zooms of which layers the store holds completely.",
        prefixes=["UNLOGGED"],
    )
