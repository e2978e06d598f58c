"""Overviews for low zooms: counts in cells, generalised shapes, and what changed since.

Revises: 0005
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0006_overviews.sql"


def upgrade() -> None:
    create_tables()
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))


def create_tables() -> None:
    op.create_table(
        "overview_counts",
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("zoom", sa.SmallInteger(), nullable=False),
        sa.Column(
            "x", sa.Integer(), nullable=False, comment="Column of the cell in the grid of its zoom, from the west."
        ),
        sa.Column("y", sa.Integer(), nullable=False, comment="Row of the cell, from the north."),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column(
            "zone_id",
            sa.BigInteger(),
            nullable=True,
            comment="Zone that must be public for the public to know of these.",
        ),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False, comment="How many came; below zero: how many went."),
        sa.Column(
            "sum_x",
            sa.BigInteger(),
            nullable=False,
            comment="Of whole web mercator metres, so that it adds up exactly.",
        ),
        sa.Column("sum_y", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="What the recipe adds up besides: square metres."),
        schema="gis",
        comment="A ledger of what lies in which cell: triggers add lines, readers add them up, a job merges them.",
    )
    op.create_index(
        "ix_overview_counts_cell", "overview_counts", ["layer", "zoom", "x", "y"], unique=False, schema="gis"
    )
    op.create_table(
        "overview_shapes",
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("zoom", sa.SmallInteger(), nullable=False),
        sa.Column("feature_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "made_from", sa.Text(), nullable=False, comment="Digest of the shapes and rules that it was made from."
        ),
        sa.Column("geom_3857", Geometry(geometry_type="GEOMETRY", srid=3857, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("layer", "zoom", "feature_id", name=op.f("pk_overview_shapes")),
        schema="gis",
        comment="Shapes generalised for one zoom; attributes and rights are those of the feature, asked when drawn.",
    )
    op.create_index(
        "ix_overview_shapes_zoom_geom_3857",
        "overview_shapes",
        ["zoom", "geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
    )
    op.create_table(
        "overview_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("feature_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overview_changes")),
        schema="gis",
        comment="Features whose generalised shape is out of date: drawn in full until a job has made it anew.",
    )
    op.create_index(
        "ix_overview_changes_feature", "overview_changes", ["layer", "feature_id"], unique=False, schema="gis"
    )
