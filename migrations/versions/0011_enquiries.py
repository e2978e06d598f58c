"""Enquiries of investors, for the Authority's inbox.

Revises: 0007
Created: 2026-11-23
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enquiries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False, comment="DT-2026-000123-K."),
        sa.Column("plot_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False, comment="Zone and plot as they were called then."),
        sa.Column("name", sa.Text(), nullable=False, comment="Private."),
        sa.Column("company", sa.Text(), nullable=True, comment="Private."),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True, comment="Private."),
        sa.Column("phone", sa.Text(), nullable=True, comment="Private."),
        sa.Column("message", sa.Text(), nullable=False, comment="Private."),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'new'"), nullable=False),
        sa.Column("handled_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True, comment="Of the Authority."),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name=op.f("ck_enquiries_can_be_reached")),
        sa.CheckConstraint("length(message) BETWEEN 1 AND 4000", name=op.f("ck_enquiries_message_length")),
        sa.CheckConstraint("language IN ('vi', 'en')", name=op.f("ck_enquiries_language_known")),
        sa.CheckConstraint(
            "state IN ('new', 'in_progress', 'answered', 'closed', 'spam')", name=op.f("ck_enquiries_state_known")
        ),
        sa.ForeignKeyConstraint(["plot_id"], ["gis.plots.id"], name=op.f("fk_enquiries_plot_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
        sa.UniqueConstraint("receipt", name=op.f("uq_enquiries_receipt")),
        schema="gis",
        comment="Enquiries of investors.",
    )
    op.create_index("ix_enquiries_state", "enquiries", ["state", "id"], schema="gis")
    op.execute(
        "CREATE TRIGGER count_version BEFORE UPDATE ON gis.enquiries FOR EACH ROW EXECUTE FUNCTION gis.count_version()"
    )
    op.execute(
        "CREATE TRIGGER require_audit BEFORE INSERT OR UPDATE OR DELETE ON gis.enquiries"
        " FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit()"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON gis.enquiries TO gis_staff")
