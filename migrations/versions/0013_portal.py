"""Saved searches with alerts, an outbox for mail, pages for one client, files of zones and plots.

Revises: 0012
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql" / "0013_portal.sql"


def upgrade() -> None:
    op.create_table(
        "alert_subscriptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False, comment="Private."),
        sa.Column("search", sa.Text(), nullable=False, comment="The filter as the query of an address."),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("frequency IN ('daily', 'immediate')", name=op.f("ck_alert_subscriptions_frequency_known")),
        sa.CheckConstraint("language IN ('vi', 'en')", name=op.f("ck_alert_subscriptions_language_known")),
        sa.CheckConstraint("length(search) <= 2000", name=op.f("ck_alert_subscriptions_search_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_subscriptions")),
        schema="gis",
        comment="Saved searches that send mail.",
    )
    op.create_index(
        "ix_alert_subscriptions_expires_at", "alert_subscriptions", ["expires_at"], unique=False, schema="gis"
    )
    op.create_index(
        "uq_alert_subscriptions_email",
        "alert_subscriptions",
        [sa.literal_column("lower(email)"), sa.literal_column("md5(search)")],
        unique=True,
        schema="gis",
    )
    op.create_table(
        "alert_links",
        sa.Column("token_hash", sa.Text(), nullable=False, comment="SHA-256 of the secret part of a link."),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["gis.alert_subscriptions.id"],
            name=op.f("fk_alert_links_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_alert_links")),
        schema="gis",
        comment="Links in mails, by which an alert is confirmed, renewed and ended.",
    )
    op.create_index("ix_alert_links_subscription_id", "alert_links", ["subscription_id"], unique=False, schema="gis")
    op.create_table(
        "alert_ledger",
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("plot_id", sa.BigInteger(), nullable=False),
        sa.Column("plot_version", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False, comment="known: matched when the alert began, nothing is told."),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("price_usd_m2_term", sa.Float(), nullable=True),
        sa.Column("mail_id", sa.BigInteger(), nullable=True, comment="The mail that told it."),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("what IN ('known', 'new', 'changed', 'gone')", name=op.f("ck_alert_ledger_what_known")),
        sa.ForeignKeyConstraint(
            ["plot_id"], ["gis.plots.id"], name=op.f("fk_alert_ledger_plot_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["gis.alert_subscriptions.id"],
            name=op.f("fk_alert_ledger_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscription_id", "plot_id", "plot_version", name=op.f("pk_alert_ledger")),
        schema="gis",
        comment="What was told to whom: one row per alert and version of a plot, so nothing is told twice.",
    )
    op.create_index("ix_alert_ledger_plot_id", "alert_ledger", ["plot_id"], unique=False, schema="gis")
    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="What it is about; the same is never queued twice."),
        sa.Column("message_id", sa.Text(), nullable=False, comment="The same at every attempt."),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False, comment="Private."),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "facts", JSONB(), server_default=sa.text("'{}'"), nullable=False, comment="Private: what the letter says."
        ),
        sa.Column("state", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "last_answer",
            sa.Text(),
            nullable=True,
            comment="Code of the server, or what went wrong; no words of the letter.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('confirm', 'alert')) = (subscription_id IS NOT NULL)", name=op.f("ck_mails_has_its_subscription")
        ),
        sa.CheckConstraint("kind IN ('confirm', 'alert', 'receipt', 'notice')", name=op.f("ck_mails_kind_known")),
        sa.CheckConstraint("language IN ('vi', 'en')", name=op.f("ck_mails_language_known")),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'refused', 'unclear')", name=op.f("ck_mails_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["gis.alert_subscriptions.id"],
            name=op.f("fk_mails_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("key", name=op.f("uq_mails_key")),
        schema="gis",
        comment="Mail to be sent, and for a while what became of it.",
    )
    op.create_index(
        "ix_mails_due",
        "mails",
        ["next_try_at"],
        unique=False,
        schema="gis",
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index("ix_mails_subscription_id", "mails", ["subscription_id"], unique=False, schema="gis")
    op.create_table(
        "client_pages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False, comment="SHA-256 of the secret part of the address."),
        sa.Column("client_name", sa.Text(), nullable=False, comment="Private."),
        sa.Column("note", sa.Text(), nullable=True, comment="Private: for the client's eyes."),
        sa.Column("expires_on", sa.Date(), nullable=False, comment="The last day on which it opens."),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("views", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_viewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(client_name) BETWEEN 1 AND 200", name=op.f("ck_client_pages_client_name_length")),
        sa.CheckConstraint("note IS NULL OR length(note) <= 4000", name=op.f("ck_client_pages_note_length")),
        sa.CheckConstraint("views >= 0", name=op.f("ck_client_pages_views_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_pages")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_client_pages_token_hash")),
        schema="gis",
        comment="Pages for one client, each behind a secret address.",
    )
    op.create_index("ix_client_pages_expires_on", "client_pages", ["expires_on"], unique=False, schema="gis")
    op.create_table(
        "client_page_plots",
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("plot_id", sa.BigInteger(), nullable=True, comment="Empty once the plot is no more."),
        sa.ForeignKeyConstraint(
            ["page_id"], ["gis.client_pages.id"], name=op.f("fk_client_page_plots_page_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plot_id"], ["gis.plots.id"], name=op.f("fk_client_page_plots_plot_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("page_id", "position", name=op.f("pk_client_page_plots")),
        schema="gis",
        comment="The plots of a client's page, in the order in which the planner named them.",
    )
    op.create_index("ix_client_page_plots_plot_id", "client_page_plots", ["plot_id"], unique=False, schema="gis")
    op.create_table(
        "land_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("zone_id", sa.BigInteger(), nullable=True),
        sa.Column("plot_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False, comment="Told from the first bytes, not from the name."),
        sa.Column("file_name", sa.Text(), nullable=False, comment="To show and to offer for saving, never a path."),
        sa.Column("title_vi", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("alt_vi", sa.Text(), nullable=True, comment="What a picture shows, for who does not see it."),
        sa.Column("alt_en", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=True),
        sa.Column("public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Order of showing."),
        sa.Column("width_px", sa.Integer(), nullable=True, comment="Of pictures."),
        sa.Column("height_px", sa.Integer(), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("preview", sa.LargeBinary(), nullable=True, comment="A small JPEG; of pictures."),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'photo') = (media_type <> 'application/pdf') AND (kind = 'photo') = (preview IS NOT NULL) AND (kind = 'photo') = (width_px IS NOT NULL AND height_px IS NOT NULL) AND (kind <> 'photo' OR coalesce(alt_vi, '') <> '')",
            name=op.f("ck_land_files_picture_is_whole"),
        ),
        sa.CheckConstraint(
            "kind IN ('photo', 'brochure', 'decision', 'plan', 'other')", name=op.f("ck_land_files_kind_known")
        ),
        sa.CheckConstraint(
            "media_type IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')",
            name=op.f("ck_land_files_media_type_known"),
        ),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name=op.f("ck_land_files_digest")),
        sa.CheckConstraint("num_nonnulls(zone_id, plot_id) = 1", name=op.f("ck_land_files_of_one")),
        sa.CheckConstraint(
            "octet_length(content) = size_bytes AND size_bytes BETWEEN 1 AND 20971520", name=op.f("ck_land_files_size")
        ),
        sa.ForeignKeyConstraint(["plot_id"], ["gis.plots.id"], name=op.f("fk_land_files_plot_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["zone_id"], ["gis.zones.id"], name=op.f("fk_land_files_zone_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_land_files")),
        schema="gis",
        comment="Pictures and documents of zones and plots.",
    )
    op.create_index("uq_land_files_plot_id", "land_files", ["plot_id", "sha256"], unique=True, schema="gis")
    op.create_index("uq_land_files_zone_id", "land_files", ["zone_id", "sha256"], unique=True, schema="gis")
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))
