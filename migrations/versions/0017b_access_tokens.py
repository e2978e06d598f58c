"""Access tokens: programs ask for a person without a session.

Revises: 0014
Created: 2026-11-23
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017b"
down_revision = "0014"
branch_labels = None
depends_on = None

AFTER = """
CREATE TRIGGER require_audit BEFORE INSERT OR DELETE OR
    UPDATE OF account_id, name, token_hash, roles, read_only, created_at, expires_at, revoked_at ON gis.access_tokens
    FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit();
CREATE TRIGGER tell_of_sessions AFTER UPDATE OF token_hash, roles, expires_at, revoked_at OR DELETE ON gis.access_tokens
    FOR EACH STATEMENT EXECUTE FUNCTION gis.tell_of_sessions();
GRANT SELECT, INSERT, UPDATE ON gis.access_tokens TO gis_staff;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gis TO gis_staff
"""


def upgrade() -> None:
    op.create_table(
        "access_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="What it is for, in the words of its owner."),
        sa.Column("token_hash", sa.Text(), nullable=False, comment="SHA-256 of the token; never the token."),
        sa.Column(
            "roles", postgresql.ARRAY(sa.Text()), nullable=False, comment="Those of the account that it carries."
        ),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True, comment="Day of its last use."),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("cardinality(roles) > 0", name=op.f("ck_access_tokens_roles_given")),
        sa.CheckConstraint(
            "expires_at <= created_at + interval '366 days'", name=op.f("ck_access_tokens_at_most_a_year")
        ),
        sa.CheckConstraint(
            "read_only OR NOT roles && ARRAY['administrator', 'approver']", name=op.f("ck_access_tokens_people_decide")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["gis.accounts.id"], name=op.f("fk_access_tokens_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_tokens_token_hash")),
        schema="gis",
        comment="Tokens by which programs ask for a person.",
    )
    op.create_index("ix_access_tokens_account_id", "access_tokens", ["account_id"], schema="gis")
    for statement in AFTER.split(";"):
        op.execute(sa.text(statement))
