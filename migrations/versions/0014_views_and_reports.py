"""Named views of the map with links to them, and errors that visitors report.

Revises: 0016
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0016"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0014_views_and_reports.sql"


def upgrade() -> None:
    create_views()
    create_reports()
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    default = None if nullable else sa.text("now()")
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)


def create_views() -> None:
    """Views and the links to them."""
    op.create_table(
        "map_views",
        _key(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, comment="Login."),
        sa.Column(
            "audience", sa.Text(), nullable=False,
            comment="own: its owner alone; staff: all who are signed in as staff.",
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="What follows # in the address of the map."),
        sa.Column("drawing", postgresql.JSONB(), nullable=False, comment="GeoJSON as maps.drawings checks it."),
        _version(), _moment("created_at"), _moment("updated_at"),
        sa.CheckConstraint("audience IN ('own', 'staff')", name=op.f("ck_map_views_audience_known")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 120", name=op.f("ck_map_views_name_length")),
        sa.CheckConstraint("length(state) <= 1000", name=op.f("ck_map_views_state_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_views")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_map_views_owner_name")),
        schema="gis",
        comment="Named views of the map.",
    )  # fmt: skip
    op.create_table(
        "map_view_shares",
        _key(),
        sa.Column("view_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False, comment="SHA-256 of the secret in the link."),
        sa.Column("created_by", sa.Text(), nullable=False),
        _moment("created_at"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _moment("revoked_at", nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_map_view_shares_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["view_id"], ["gis.map_views.id"], name=op.f("fk_map_view_shares_view_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_view_shares")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_map_view_shares_token_hash")),
        schema="gis",
        comment="Links that open a view to whoever has them, until they expire.",
    )
    op.create_index("ix_map_view_shares_view_id", "map_view_shares", ["view_id"], schema="gis")


def create_reports() -> None:
    """Errors that visitors report."""
    private = [sa.Column(name, sa.Text(), nullable=True, comment="Private.") for name in ("name", "email", "phone")]
    op.create_table(
        "error_reports",
        _key(),
        sa.Column("receipt", sa.Text(), nullable=False, comment="PA-2026-000123-K."),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=True, comment="Layer of the map, or places."),
        sa.Column("feature_key", sa.Text(), nullable=True, comment="Id of the feature, or the code of the place."),
        sa.Column("place_text", sa.Text(), nullable=True, comment="Where, in the words of who reported."),
        sa.Column("x_m", sa.Float(), nullable=True, comment="East in the storage CRS."),
        sa.Column("y_m", sa.Float(), nullable=True, comment="North in the storage CRS."),
        sa.Column("message", sa.Text(), nullable=False, comment="Private."),
        *private,
        sa.Column("language", sa.Text(), nullable=False),
        _moment("consented_at", nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'received'"), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True, comment="What whoever has the receipt may read."),
        sa.Column("handled_by", sa.Text(), nullable=True),
        sa.Column(
            "ended_at", sa.DateTime(timezone=True), nullable=True, comment="When it came into a last state."
        ),
        _version(), _moment("created_at"), _moment("updated_at"),
        sa.CheckConstraint(
            "kind IN ('wrong_place', 'wrong_fact', 'missing', 'outdated', 'duplicate', 'other')",
            name=op.f("ck_error_reports_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'looked_at', 'corrected', 'no_fault', 'spam')",
            name=op.f("ck_error_reports_state_known"),
        ),
        sa.CheckConstraint("language IN ('vi', 'en')", name=op.f("ck_error_reports_language_known")),
        sa.CheckConstraint("(x_m IS NULL) = (y_m IS NULL)", name=op.f("ck_error_reports_whole_position")),
        sa.CheckConstraint(
            "layer IS NOT NULL OR x_m IS NOT NULL OR place_text IS NOT NULL", name=op.f("ck_error_reports_says_where")
        ),
        sa.CheckConstraint(
            "consented_at IS NOT NULL OR coalesce(name, email, phone) IS NULL",
            name=op.f("ck_error_reports_contact_with_consent"),
        ),
        sa.CheckConstraint("length(message) BETWEEN 1 AND 4000", name=op.f("ck_error_reports_message_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_reports")),
        sa.UniqueConstraint("receipt", name=op.f("uq_error_reports_receipt")),
        schema="gis",
        comment="Errors that visitors reported.",
    )  # fmt: skip
    op.create_index("ix_error_reports_state", "error_reports", ["state", "id"], schema="gis")
