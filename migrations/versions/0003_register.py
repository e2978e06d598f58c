"""The whole register: addresses, alley names, plates, certificates, cases, policies, areas, histories.

Revises: 0002
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0003_register.sql"


def upgrade() -> None:
    change_numbers()
    share_postcodes()
    create_tables()
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))


def change_numbers() -> None:
    """A spare number may be given on the day it was set aside; a retired number is a closed one."""
    op.drop_constraint("ck_house_numbers_valid_period", "house_numbers", schema="gis")
    op.create_check_constraint(
        op.f("ck_house_numbers_valid_period"),
        "house_numbers",
        "valid_to IS NULL OR valid_to >= valid_from",
        schema="gis",
    )
    op.execute("UPDATE gis.house_numbers SET valid_to = current_date WHERE status = 'retired' AND valid_to IS NULL")
    op.create_check_constraint(
        op.f("ck_house_numbers_retired_is_closed"),
        "house_numbers",
        "status <> 'retired' OR valid_to IS NOT NULL",
        schema="gis",
    )


def share_postcodes() -> None:
    """A postcode belongs to many places; every other code to one."""
    op.drop_index("uq_official_codes_kind_code", "official_codes", schema="gis")
    op.create_index(
        "uq_official_codes_kind_code",
        "official_codes",
        ["kind", "code"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("kind <> 'postcode'"),
    )


def create_tables() -> None:
    """The new tables and columns."""
    op.create_table(
        "account_areas",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False, comment="commune:10891 or zone:12."),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "area ~ '^(\\*|commune:[0-9]{5}|zone:[0-9]{1,18})$' AND area <> '*'",
            name=op.f("ck_account_areas_area_form"),
        ),
        sa.PrimaryKeyConstraint("login", "area", name=op.f("pk_account_areas")),
        schema="gis",
        comment="Where an account may work on addresses. No row means the whole province.",
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False, comment="Told from the first bytes, not from the name."),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "media_type IN ('image/jpeg', 'image/png', 'image/webp')", name=op.f("ck_attachments_media_type_known")
        ),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name=op.f("ck_attachments_digest")),
        sa.CheckConstraint(
            "octet_length(content) = size_bytes AND size_bytes <= 5242880", name=op.f("ck_attachments_size")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        schema="gis",
        comment="Photos, for staff only. One row per content.",
    )
    op.create_index("uq_attachments_sha256", "attachments", ["sha256"], unique=True, schema="gis")
    op.create_table(
        "counters",
        sa.Column("series", sa.Text(), nullable=False, comment="case, plate or certificate."),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False, comment="The last number given; the next is one higher."),
        sa.CheckConstraint("last > 0", name=op.f("ck_counters_last_positive")),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_counters")),
        schema="gis",
        comment="Running numbers by year. Counted up, never counted.",
    )
    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("listed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holidays")),
        schema="gis",
        comment="Days off besides Saturdays and Sundays, as the government announces them each year.",
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.Text(), nullable=False, comment="SHA-256 of what was asked."),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="What was answered."),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("actor", "operation", "key", name=op.f("pk_idempotency_keys")),
        schema="gis",
        comment="Answers to requests that may be sent again.",
    )
    op.create_table(
        "local_policies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="A value of addressing.rules.policy."),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("area", sa.Text(), nullable=False, comment="*, commune:10891 or zone:12; the nearest wins."),
        sa.Column("decision_number", sa.Text(), nullable=False, comment="The local decision that sets it."),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("name"), "="),
            (sa.column("area"), "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="ex_local_policies_one_at_a_time",
        ),
        sa.CheckConstraint(
            "area ~ '^(\\*|commune:[0-9]{5}|zone:[0-9]{1,18})$'", name=op.f("ck_local_policies_area_form")
        ),
        sa.CheckConstraint("decision_number <> ''", name=op.f("ck_local_policies_has_decision")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_local_policies_valid_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_policies")),
        schema="gis",
        comment="What the text leaves open, as a competent body set it for an area and a time.",
    )
    op.create_table(
        "row_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "content", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="The whole row as it stood."
        ),
        sa.Column("actor", sa.Text(), nullable=False, comment="Who brought it into this state; from the audit row."),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "superseded_at", sa.DateTime(timezone=True), nullable=True, comment="When the next state was recorded."
        ),
        sa.CheckConstraint(
            "superseded_at IS NULL OR superseded_at >= recorded_at", name=op.f("ck_row_history_record_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_history")),
        schema="gis",
        comment="Every state that a record of the register ever had. Written by triggers only.",
    )
    op.create_index(
        "ix_row_history_row", "row_history", ["table_name", "row_id", "recorded_at"], unique=False, schema="gis"
    )
    op.create_index(
        "uq_row_history_present",
        "row_history",
        ["table_name", "row_id"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "certifications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=False),
        sa.Column("certified_by", sa.Text(), nullable=False),
        sa.Column("certified_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False, comment="How many stood on the street then."),
        sa.Column("digest", sa.Text(), nullable=False, comment="Of the numbers as they were: later changes show."),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "numbers >= 0 AND numbers::float8 < 'Infinity'", name=op.f("ck_certifications_numbers_not_negative")
        ),
        sa.CheckConstraint(
            "(undone_by IS NULL) = (undone_reason IS NULL) AND (undone_by IS NULL) = (undone_at IS NULL)",
            name=op.f("ck_certifications_undone_whole"),
        ),
        sa.ForeignKeyConstraint(["street_id"], ["gis.streets.id"], name=op.f("fk_certifications_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certifications")),
        schema="gis",
        comment="Streets whose numbers somebody compared with the ground. One street at a time, with undo.",
    )
    op.create_index(
        "uq_certifications_one_per_street",
        "certifications",
        ["street_id"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "number_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "changes",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Id of a house number -> its new number, or null to end it.",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'submitted'"), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("rejected_reason", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status <> 'done' OR (approver IS NOT NULL AND decision_id IS NOT NULL)",
            name=op.f("ck_number_changes_done_by_decision"),
        ),
        sa.CheckConstraint("status IN ('submitted', 'done', 'rejected')", name=op.f("ck_number_changes_status_known")),
        sa.CheckConstraint("approver IS NULL OR approver <> author", name=op.f("ck_number_changes_four_eyes")),
        sa.ForeignKeyConstraint(["decision_id"], ["gis.decisions.id"], name=op.f("fk_number_changes_decision_id")),
        sa.ForeignKeyConstraint(["street_id"], ["gis.streets.id"], name=op.f("fk_number_changes_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_changes")),
        schema="gis",
        comment="Renumberings and retirements that an officer asked for, until a decision carries them out.",
    )
    op.create_index("ix_number_changes_street_id", "number_changes", ["street_id"], unique=False, schema="gis")
    op.create_table(
        "proposal_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["gis.decisions.id"], name=op.f("fk_proposal_steps_decision_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["gis.proposals.id"], name=op.f("fk_proposal_steps_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_steps")),
        schema="gis",
        comment="Each step of a proposal, with who took it. Written by a trigger only.",
    )
    op.create_index("ix_proposal_steps_proposal_id", "proposal_steps", ["proposal_id"], unique=False, schema="gis")
    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False, comment="HS-2026-000123-K."),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'received'"), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.Text(), nullable=True),
        sa.Column("commune_code", sa.Text(), nullable=True, comment="Of the ward that handles it."),
        sa.Column("zone_id", sa.BigInteger(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assigned_to", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_reference", sa.Text(), nullable=True, comment="Number of the answering document."),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("applicant_name", sa.Text(), nullable=False, comment="Private."),
        sa.Column("applicant_phone", sa.Text(), nullable=True, comment="Private."),
        sa.Column("applicant_email", sa.Text(), nullable=True, comment="Private."),
        sa.Column("request_text", sa.Text(), nullable=True, comment="Private: in the applicant's own words."),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("commune_code ~ '^[0-9]{5}$'", name=op.f("ck_cases_commune_code_form")),
        sa.CheckConstraint(
            "kind IN ('new_number', 'change', 'reissue', 'error_report')", name=op.f("ck_cases_kind_known")
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR (answered_on IS NOT NULL AND answer_reference IS NOT NULL)",
            name=op.f("ck_cases_answered_by_document"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'assigned', 'in_progress', 'answered', 'rejected', 'closed')",
            name=op.f("ck_cases_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('assigned', 'in_progress') OR assigned_to IS NOT NULL",
            name=op.f("ck_cases_assigned_to_somebody"),
        ),
        sa.CheckConstraint("due_on >= received_on", name=op.f("ck_cases_due_after_receipt")),
        sa.ForeignKeyConstraint(["decision_id"], ["gis.decisions.id"], name=op.f("fk_cases_decision_id")),
        sa.ForeignKeyConstraint(["place_id"], ["gis.places.id"], name=op.f("fk_cases_place_id")),
        sa.ForeignKeyConstraint(["street_id"], ["gis.streets.id"], name=op.f("fk_cases_street_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["gis.zones.id"], name=op.f("fk_cases_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("receipt", name=op.f("uq_cases_receipt")),
        schema="gis",
        comment="Requests of firms and citizens about numbers.",
    )
    op.create_index(
        "ix_cases_due_on",
        "cases",
        ["due_on"],
        unique=False,
        schema="gis",
        postgresql_where=sa.text("state IN ('received', 'assigned', 'in_progress')"),
    )
    op.create_index("ix_cases_place_id", "cases", ["place_id"], unique=False, schema="gis")
    op.create_index("ix_cases_street_id", "cases", ["street_id"], unique=False, schema="gis")
    op.create_table(
        "addresses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False, comment="The whole address as it is shown."),
        sa.Column("is_preferred", sa.Boolean(), nullable=False, comment="The one that letters use."),
        sa.Column(
            "house_number_id", sa.BigInteger(), nullable=True, comment="Empty for one that was only written down."
        ),
        sa.Column("street_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "path",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="From the street inward: 99, 12, 8.",
        ),
        sa.Column("unit_code", sa.Text(), nullable=True, comment="Commune of that time."),
        sa.Column("unit_name", sa.Text(), nullable=True),
        sa.Column(
            "address_code",
            sa.Text(),
            nullable=True,
            comment="Unit code, code of the street, path. Derived, for its period.",
        ),
        sa.Column(
            "search_keys",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="Every written form, as gis.address_key gives it.",
        ),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_by_decision_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("language IN ('vi', 'en')", name=op.f("ck_addresses_language_known")),
        sa.CheckConstraint("unit_code ~ '^[0-9]{5}$'", name=op.f("ck_addresses_unit_code_form")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_addresses_valid_period")),
        sa.ForeignKeyConstraint(
            ["closed_by_decision_id"], ["gis.decisions.id"], name=op.f("fk_addresses_closed_by_decision_id")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["gis.decisions.id"], name=op.f("fk_addresses_decision_id")),
        sa.ForeignKeyConstraint(
            ["house_number_id"], ["gis.house_numbers.id"], name=op.f("fk_addresses_house_number_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["gis.places.id"], name=op.f("fk_addresses_place_id")),
        sa.ForeignKeyConstraint(["street_id"], ["gis.streets.id"], name=op.f("fk_addresses_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        schema="gis",
        comment="Addresses of places: current, alternative and previous ones. Closed, never deleted.",
    )
    op.create_index("ix_addresses_house_number_id", "addresses", ["house_number_id"], unique=False, schema="gis")
    op.create_index("ix_addresses_place_id", "addresses", ["place_id"], unique=False, schema="gis")
    op.create_index(
        "ix_addresses_search_keys", "addresses", ["search_keys"], unique=False, schema="gis", postgresql_using="gin"
    )
    op.create_index("ix_addresses_unit_code", "addresses", ["unit_code"], unique=False, schema="gis")
    op.create_index(
        "uq_addresses_one_preferred",
        "addresses",
        ["place_id", "language"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("is_preferred AND valid_to IS NULL"),
    )
    op.create_table(
        "alley_names",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=False, comment="The alley."),
        sa.Column("name", sa.Text(), nullable=False, comment="Ngõ 99."),
        sa.Column("label", sa.Text(), nullable=False, comment="99: what stands in a path."),
        sa.Column("named_after_id", sa.BigInteger(), nullable=False, comment="Number before its mouth."),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_by_decision_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_alley_names_valid_period")),
        sa.ForeignKeyConstraint(
            ["closed_by_decision_id"], ["gis.decisions.id"], name=op.f("fk_alley_names_closed_by_decision_id")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["gis.decisions.id"], name=op.f("fk_alley_names_decision_id")),
        sa.ForeignKeyConstraint(
            ["named_after_id"], ["gis.house_numbers.id"], name=op.f("fk_alley_names_named_after_id")
        ),
        sa.ForeignKeyConstraint(["street_id"], ["gis.streets.id"], name=op.f("fk_alley_names_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alley_names")),
        schema="gis",
        comment="Names that unnamed alleys take from the house before their mouth (Article 7).",
    )
    op.create_index("ix_alley_names_named_after_id", "alley_names", ["named_after_id"], unique=False, schema="gis")
    op.create_index(
        "uq_alley_names_one_at_a_time",
        "alley_names",
        ["street_id"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "case_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column(
            "event",
            sa.Text(),
            nullable=False,
            comment="received, assigned, started, note, answered, rejected, closed, …",
        ),
        sa.Column("note", sa.Text(), nullable=True, comment="Private."),
        sa.ForeignKeyConstraint(["case_id"], ["gis.cases.id"], name=op.f("fk_case_events_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
        schema="gis",
        comment="The timeline of a case. Nobody edits it.",
    )
    op.create_index("ix_case_events_case_id", "case_events", ["case_id"], unique=False, schema="gis")
    op.create_table(
        "number_certificates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="CN-2026-000123-K."),
        sa.Column("house_number_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False, comment="The address as certified."),
        sa.Column("holder_name", sa.Text(), nullable=True, comment="Private: to whom it was handed."),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_number_certificates_withdrawn_has_reason"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["gis.cases.id"], name=op.f("fk_number_certificates_case_id")),
        sa.ForeignKeyConstraint(
            ["house_number_id"], ["gis.house_numbers.id"], name=op.f("fk_number_certificates_house_number_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["gis.places.id"], name=op.f("fk_number_certificates_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_number_certificates_code")),
        schema="gis",
        comment="Certificates that a place has its number.",
    )
    op.create_index(
        "uq_number_certificates_one_valid",
        "number_certificates",
        ["house_number_id"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("withdrawn_on IS NULL"),
    )
    op.create_table(
        "plates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="Our own: BS-2026-000123-K."),
        sa.Column("house_number_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True, comment="The plate that it takes the place of."),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("plate_text", sa.Text(), nullable=False),
        sa.Column(
            "width_mm", sa.Integer(), nullable=True, comment="Empty when no size is laid down for so many characters."
        ),
        sa.Column("height_mm", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("fixed_on", sa.Date(), nullable=True),
        sa.Column("fixed_by", sa.Text(), nullable=True, comment="Who put it up."),
        sa.Column("fixed_x", sa.Float(), nullable=True, comment="Metres, storage CRS."),
        sa.Column("fixed_y", sa.Float(), nullable=True),
        sa.Column("photo_id", sa.BigInteger(), nullable=True),
        sa.Column("not_fixed_reason", sa.Text(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("request = 'new' OR replaces_id IS NOT NULL", name=op.f("ck_plates_change_replaces")),
        sa.CheckConstraint("request IN ('new', 'change', 'reissue')", name=op.f("ck_plates_request_known")),
        sa.CheckConstraint(
            "status <> 'fixed' OR (photo_id IS NOT NULL AND fixed_x IS NOT NULL AND fixed_by IS NOT NULL)",
            name=op.f("ck_plates_fixed_is_proved"),
        ),
        sa.CheckConstraint(
            "status <> 'not_fixed' OR not_fixed_reason IS NOT NULL", name=op.f("ck_plates_not_fixed_has_reason")
        ),
        sa.CheckConstraint(
            "status <> 'withdrawn' OR withdrawn_reason IS NOT NULL", name=op.f("ck_plates_withdrawn_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('ordered', 'made', 'issued', 'fixed', 'not_fixed', 'withdrawn')",
            name=op.f("ck_plates_status_known"),
        ),
        sa.CheckConstraint("(fixed_x IS NULL) = (fixed_y IS NULL)", name=op.f("ck_plates_position_whole")),
        sa.ForeignKeyConstraint(["case_id"], ["gis.cases.id"], name=op.f("fk_plates_case_id")),
        sa.ForeignKeyConstraint(["house_number_id"], ["gis.house_numbers.id"], name=op.f("fk_plates_house_number_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["gis.attachments.id"], name=op.f("fk_plates_photo_id")),
        sa.ForeignKeyConstraint(["place_id"], ["gis.places.id"], name=op.f("fk_plates_place_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["gis.plates.id"], name=op.f("fk_plates_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plates")),
        sa.UniqueConstraint("code", name=op.f("uq_plates_code")),
        schema="gis",
        comment="Number plates as things with a life of their own.",
    )
    op.create_index("ix_plates_house_number_id", "plates", ["house_number_id"], unique=False, schema="gis")
    op.create_index(
        "uq_plates_one_in_making",
        "plates",
        ["house_number_id"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("status IN ('ordered', 'made')"),
    )
    op.create_index(
        "uq_plates_one_valid",
        "plates",
        ["house_number_id"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("status IN ('issued', 'fixed', 'not_fixed')"),
    )
    op.add_column(
        "house_numbers",
        sa.Column("closed_by_decision_id", sa.BigInteger(), nullable=True, comment="By which it ended."),
        schema="gis",
    )
    op.create_index(
        "uq_house_numbers_one_per_entrance",
        "house_numbers",
        ["street_id", "entrance_id"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("status = 'in_force' AND valid_to IS NULL"),
    )
    op.create_foreign_key(
        op.f("fk_house_numbers_closed_by_decision_id"),
        "house_numbers",
        "decisions",
        ["closed_by_decision_id"],
        ["id"],
        source_schema="gis",
        referent_schema="gis",
    )
    op.create_index(
        "uq_official_codes_place_kind_code", "official_codes", ["place_id", "kind", "code"], unique=True, schema="gis"
    )
    op.add_column(
        "streets",
        sa.Column(
            "is_special",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Radial and the like: the compass does not fit, the committee sets the direction.",
        ),
        schema="gis",
    )
