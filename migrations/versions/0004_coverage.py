"""Coverage as records: definitions and targets as data, runs with their inputs, results, drive tests.

Revises: 0003
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0004_coverage.sql"


def upgrade() -> None:
    create_tables()
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))
    seed()


def seed() -> None:
    """The definitions and targets of this release; later ones come with `gis coverage definitions`."""
    from layers.coverage.definition_records import keep

    keep(op.get_bind())


def create_tables() -> None:
    op.create_table(
        "coverage_definitions",
        sa.Column("label", sa.Text(), nullable=False, comment="Id and version: area_ratio/declared@1."),
        sa.Column("definition_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title_vi", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("numerator", sa.Text(), nullable=False),
        sa.Column("denominator", sa.Text(), nullable=False),
        sa.Column("predicate", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "evidence IN ('declared', 'modelled', 'measured')", name=op.f("ck_coverage_definitions_evidence_known")
        ),
        sa.PrimaryKeyConstraint("label", name=op.f("pk_coverage_definitions")),
        sa.UniqueConstraint("definition_id", "version", name=op.f("uq_coverage_definitions_definition_id_version")),
        schema="gis",
        comment="What each published number means. A definition is never edited; a changed meaning is a new version.",
    )
    op.create_table(
        "coverage_inputs",
        sa.Column("input_hash", sa.Text(), nullable=False, comment="SHA-256 of the content before compression."),
        sa.Column(
            "content",
            sa.LargeBinary(),
            nullable=False,
            comment="Every row a run was made from, power too: never public. JSON, zlib.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("input_hash", name=op.f("pk_coverage_inputs")),
        schema="gis",
        comment="What a run was made from, kept so that it can be run again to the same bytes.",
    )
    op.create_table(
        "coverage_targets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("definition_id", sa.Text(), nullable=False, comment="The number that the text speaks of."),
        sa.Column("ratio", sa.Float(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("title_vi", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("ratio BETWEEN 0 AND 1", name=op.f("ck_coverage_targets_ratio_is_ratio")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_targets")),
        sa.UniqueConstraint(
            "definition_id", "due_on", "title_vi", name=op.f("uq_coverage_targets_definition_id_due_on_title_vi")
        ),
        schema="gis",
        comment="Values that a number must reach by a day, and who set them.",
    )
    op.create_table(
        "drive_tests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False, comment="Of which drive the test is."),
        sa.Column("code", sa.Text(), nullable=False, comment="Number of the test in its campaign."),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("technology", sa.Text(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("frequency_mhz", sa.Float(), nullable=True),
        sa.Column("rsrp_dbm", sa.Float(), nullable=True, comment="SS-RSRP or RSRP; empty when only success was noted."),
        sa.Column("succeeded", sa.Boolean(), nullable=False, comment="The service asked for was had."),
        sa.Column("download_mbit_s", sa.Float(), nullable=True),
        sa.Column("is_indoor", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="Who says so: list, file, decision."),
        sa.Column("source_date", sa.Date(), nullable=True, comment="The day for which the source speaks."),
        sa.Column("source_srid", sa.Integer(), nullable=True, comment="EPSG code of the CRS it came in."),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column(
            "geom_3857",
            Geometry(
                geometry_type="POINT",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "download_mbit_s >= 0 AND download_mbit_s::float8 < 'Infinity'",
            name=op.f("ck_drive_tests_download_mbit_s_not_negative"),
        ),
        sa.CheckConstraint(
            "frequency_mhz >= 0 AND frequency_mhz::float8 < 'Infinity'",
            name=op.f("ck_drive_tests_frequency_mhz_not_negative"),
        ),
        sa.CheckConstraint("technology IN ('2G', '3G', '4G', '5G')", name=op.f("ck_drive_tests_technology_known")),
        sa.CheckConstraint("ST_SRID(geom) = gis.storage_srid()", name=op.f("ck_drive_tests_geom_srid")),
        sa.CheckConstraint("gis.is_plausible(geom)", name=op.f("ck_drive_tests_geom_plausible")),
        sa.CheckConstraint("rsrp_dbm BETWEEN -160 AND -20", name=op.f("ck_drive_tests_rsrp_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drive_tests")),
        sa.UniqueConstraint("campaign", "code", name=op.f("uq_drive_tests_campaign_code")),
        schema="gis",
        comment="Field tests: the measured evidence. Never mixed with declared or modelled numbers.",
    )
    op.create_index("ix_drive_tests_geom", "drive_tests", ["geom"], unique=False, schema="gis", postgresql_using="gist")
    op.create_table(
        "coverage_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column(
            "question", postgresql.JSONB(), nullable=False, comment="Technology, operators, day, tier and so on."
        ),
        sa.Column("technology", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column(
            "data_versions", postgresql.JSONB(), nullable=False, comment="Layer -> version when the data was read."
        ),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False, comment="Which computation, by name and version."),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("storage_srid", sa.Integer(), nullable=False),
        sa.Column(
            "summary", postgresql.JSONB(), nullable=False, comment="Cells used, left out, assumed; what is missing."
        ),
        sa.Column("result_digest", sa.Text(), nullable=False, comment="SHA-256 of the results."),
        sa.Column(
            "has_unpublished", sa.Boolean(), nullable=False, comment="Zones that are not public are in the total."
        ),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("computed_zones", sa.Integer(), nullable=False, comment="The others were taken from earlier runs."),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["definition"], ["gis.coverage_definitions.label"], name=op.f("fk_coverage_runs_definition")
        ),
        sa.ForeignKeyConstraint(
            ["input_hash"], ["gis.coverage_inputs.input_hash"], name=op.f("fk_coverage_runs_input_hash")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_runs")),
        schema="gis",
        comment="Computations of a number; kept for ever.",
    )
    op.create_index(
        "ix_coverage_runs_definition_as_of", "coverage_runs", ["definition", "as_of"], unique=False, schema="gis"
    )
    op.create_index("ix_coverage_runs_input_hash", "coverage_runs", ["input_hash"], unique=False, schema="gis")
    op.create_table(
        "coverage_results",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.BigInteger(), nullable=True, comment="Of the zone as it was; the row outlives it."),
        sa.Column(
            "code", sa.Text(), nullable=False, comment="Of the zone or commune; the whole province has 'province'."
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "operator",
            sa.Text(),
            server_default=sa.text("''"),
            nullable=False,
            comment="'': all counted operators together.",
        ),
        sa.Column("numerator", sa.Float(), nullable=False),
        sa.Column("denominator", sa.Float(), nullable=False),
        sa.Column("ratio", sa.Float(), nullable=True, comment="Empty: nothing to divide by."),
        sa.Column("error_bound", sa.Float(), nullable=False, comment="Of the ratio; see the method of the run."),
        sa.Column("limiting", sa.Text(), nullable=False, comment="What keeps the ratio from being higher."),
        sa.Column("details", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=True, comment="Of what this row alone depends on."),
        sa.CheckConstraint(
            "(zone_id IS NOT NULL) = (scope = 'zone')", name=op.f("ck_coverage_results_zone_when_scope")
        ),
        sa.CheckConstraint(
            "denominator >= 0 AND denominator::float8 < 'Infinity'",
            name=op.f("ck_coverage_results_denominator_not_negative"),
        ),
        sa.CheckConstraint(
            "numerator >= 0 AND numerator::float8 < 'Infinity'", name=op.f("ck_coverage_results_numerator_not_negative")
        ),
        sa.CheckConstraint("scope IN ('zone', 'commune', 'province')", name=op.f("ck_coverage_results_scope_known")),
        sa.CheckConstraint("error_bound BETWEEN 0 AND 1", name=op.f("ck_coverage_results_error_bound_is_ratio")),
        sa.CheckConstraint("ratio BETWEEN 0 AND 1", name=op.f("ck_coverage_results_ratio_is_ratio")),
        sa.ForeignKeyConstraint(["run_id"], ["gis.coverage_runs.id"], name=op.f("fk_coverage_results_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_results")),
        sa.UniqueConstraint(
            "run_id", "scope", "code", "operator", name=op.f("uq_coverage_results_run_id_scope_code_operator")
        ),
        schema="gis",
        comment="One number of a run.",
    )
    op.create_index("ix_coverage_results_input_hash", "coverage_results", ["input_hash"], unique=False, schema="gis")
