"""Accounts, their roles, sessions, one-time links; and the audit trail.

The role `gis_public` can read none of these. Secrets are stored as hashes only.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from layers.schema import identity_column, metadata, one_of

ROLES = (
    "public", "investor", "planner", "address_officer", "approver", "data_steward", "analyst",
    "administrator",
)  # fmt: skip

accounts = Table(
    "accounts",
    metadata,
    identity_column(),
    Column("login", Text, nullable=False, unique=True, comment="Lower case, NFC."),
    Column("display_name", Text, nullable=False),
    Column("password_hash", Text, comment="argon2id; empty until the person has set one."),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("failed_logins", Integer, nullable=False, server_default=text("0")),
    Column("locked_until", DateTime(timezone=True)),
    Column("last_login_at", DateTime(timezone=True)),
    Column("password_set_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'", name="login_form"),
    comment="Local accounts. The login is the name that audit and proposals carry.",
)

account_roles = Table(
    "account_roles",
    metadata,
    Column("account_id", ForeignKey("gis.accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("granted_by", Text, nullable=False),
    Column("granted_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("role", ROLES),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True, comment="SHA-256 of the cookie; never the cookie."),
    Column("account_id", ForeignKey("gis.accounts.id", ondelete="CASCADE"), nullable=False),
    Column("csrf_token", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("last_seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("client", Text),
    Index("ix_sessions_account_id", "account_id"),
)  # fmt: skip

access_tokens = Table(
    "access_tokens",
    metadata,
    identity_column(),
    Column("account_id", ForeignKey("gis.accounts.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False, comment="What it is for, in the words of its owner."),
    Column("token_hash", Text, nullable=False, unique=True, comment="SHA-256 of the token; never the token."),
    Column("roles", ARRAY(Text), nullable=False, comment="Those of the account that it carries."),
    Column("read_only", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("last_used_on", Date, comment="Day of its last use."),
    Column("revoked_at", DateTime(timezone=True)),
    CheckConstraint("cardinality(roles) > 0", name="roles_given"),
    CheckConstraint("expires_at <= created_at + interval '366 days'", name="at_most_a_year"),
    CheckConstraint("read_only OR NOT roles && ARRAY['administrator', 'approver']", name="people_decide"),
    Index("ix_access_tokens_account_id", "account_id"),
    comment="Tokens by which programs ask for a person.",
)

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("account_id", ForeignKey("gis.accounts.id", ondelete="CASCADE")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    one_of("purpose", ("first_administrator", "set_password")),
)

audit_log = Table(
    "audit_log",
    metadata,
    identity_column(),
    Column(
        "at", DateTime(timezone=True), nullable=False, server_default=func.now(), comment="Begin of the transaction."
    ),
    Column("actor", Text, nullable=False, comment="Login, or cli:<system user>."),
    Column("operation", Text, nullable=False, comment="Name from the operation table."),
    Column("subject", Text, comment="What it was done to, such as streets/12."),
    Column("request_id", Text),
    Column("client", Text, comment="Network address of the asker."),
    Column("details", JSONB, nullable=False, server_default=text("'{}'")),
    Column("transaction_id", BigInteger, nullable=False, server_default=text("txid_current()")),
    # With the time, because numbers of transactions repeat when a backup is restored into a new cluster.
    Index("uq_audit_log_transaction_id", "transaction_id", "at", unique=True),
    Index("ix_audit_log_at", "at"),
    comment="One row per write, in the same transaction. Append only.",
)
