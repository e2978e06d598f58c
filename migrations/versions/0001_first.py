"""The first schema: what is on the ground, the register, accounts, audit and jobs.

Revises: nothing
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from pyproj import Transformer
from sqlalchemy.dialects import postgresql

from layers.crs import provincial_zones

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SQL = Path(__file__).parent.parent / "sql"


def run_sql(name: str, **values: object) -> None:
    """Run one of the SQL files beside this folder; braces in it name the values."""
    script = (SQL / name).read_text(encoding="utf-8")
    op.execute(sa.text((script.format(**values) if values else script).replace(":", r"\:")))


def before_tables(conn: sa.Connection, settings: Any) -> None:
    """Extensions, the storage CRS and the envelope in its metres, reference systems, roles."""
    to_storage = Transformer.from_crs(4326, settings.storage_srid, always_xy=True)
    x_min, y_min, x_max, y_max = to_storage.transform_bounds(*settings.envelope_deg, densify_pts=21)
    run_sql(
        "0001_before_tables.sql",
        storage_srid=settings.storage_srid,
        x_min=x_min,
        y_min=y_min,
        x_max=x_max,
        y_max=y_max,
    )
    insert = sa.text(
        "INSERT INTO public.spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)"
        " VALUES (:srid, 'EPSG', :srid, :wkt, :proj4) ON CONFLICT (srid) DO NOTHING"
    )
    for zone in provincial_zones():
        conn.execute(insert, {"srid": zone.srid, "wkt": zone.wkt, "proj4": zone.proj4})


def remember_deployment(conn: sa.Connection, settings: Any) -> None:
    """Write down what this database was made for, so that other settings are noticed."""
    west, south, east, north = settings.envelope_deg
    conn.execute(
        sa.text(
            "INSERT INTO gis.deployment (storage_srid, envelope_west_deg, envelope_south_deg,"
            " envelope_east_deg, envelope_north_deg) VALUES (:srid, :west, :south, :east, :north)"
        ),
        {"srid": settings.storage_srid, "west": west, "south": south, "east": east, "north": north},
    )


def upgrade() -> None:
    before_tables(op.get_bind(), op.get_context().config.attributes["settings"])
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False, comment="Lower case, NFC."),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True, comment="argon2id; empty until the person has set one."),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("failed_logins", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'", name=op.f("ck_accounts_login_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_login")),
        schema="gis",
        comment="Local accounts. The login is the name that audit and proposals carry.",
    )
    op.create_geospatial_table(
        "administrative_units",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="Official code: 2, 3 or 5 digits by level."),
        sa.Column(
            "parent_code", sa.Text(), nullable=True, comment="Code of the unit above it; since 07/2025 the province."
        ),
        sa.Column("kind", sa.Text(), nullable=True, comment="tỉnh, thành phố, phường, xã, đặc khu, thị trấn …"),
        sa.Column("name", sa.Text(), nullable=False, comment="Without the word for its kind."),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("area_km2", sa.Float(), nullable=True, comment="As published, not measured from the border."),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("border_quality", sa.Text(), server_default=sa.text("'published'"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
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
                geometry_type="MULTIPOLYGON",
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "geom_3857",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        postgresql.ExcludeConstraint(
            (sa.column("level"), "="),
            (sa.column("code"), "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="ex_administrative_units_one_at_a_time",
        ),
        sa.CheckConstraint(
            "area_km2 >= 0 AND area_km2::float8 < 'Infinity'",
            name=op.f("ck_administrative_units_area_km2_not_negative"),
        ),
        sa.CheckConstraint(
            "border_quality IN ('surveyed', 'published', 'approximate')",
            name=op.f("ck_administrative_units_border_quality_known"),
        ),
        sa.CheckConstraint("code ~ '^[0-9]{2}([0-9]|[0-9]{3})?$'", name=op.f("ck_administrative_units_code_form")),
        sa.CheckConstraint(
            "level IN ('province', 'district', 'commune')", name=op.f("ck_administrative_units_level_known")
        ),
        sa.CheckConstraint(
            "population >= 0 AND population::float8 < 'Infinity'",
            name=op.f("ck_administrative_units_population_not_negative"),
        ),
        sa.CheckConstraint(
            "geom IS NULL OR ST_SRID(geom) = gis.storage_srid()", name=op.f("ck_administrative_units_geom_srid")
        ),
        sa.CheckConstraint(
            "geom IS NULL OR gis.is_plausible(geom)", name=op.f("ck_administrative_units_geom_plausible")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_administrative_units_valid_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administrative_units")),
        schema="gis",
    )
    op.create_geospatial_index(
        "ix_administrative_units_geom",
        "administrative_units",
        ["geom"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_administrative_units_geom_3857",
        "administrative_units",
        ["geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        "ix_administrative_units_parent", "administrative_units", ["parent_code"], unique=False, schema="gis"
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="Begin of the transaction.",
        ),
        sa.Column("actor", sa.Text(), nullable=False, comment="Login, or cli:<system user>."),
        sa.Column("operation", sa.Text(), nullable=False, comment="Name from the operation table."),
        sa.Column("subject", sa.Text(), nullable=True, comment="What it was done to, such as streets/12."),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("client", sa.Text(), nullable=True, comment="Network address of the asker."),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), server_default=sa.text("txid_current()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        schema="gis",
        comment="One row per write, in the same transaction. Append only.",
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"], unique=False, schema="gis")
    op.create_index("uq_audit_log_transaction_id", "audit_log", ["transaction_id", "at"], unique=True, schema="gis")
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="Such as 345/QĐ-UBND."),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("issuing_body", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        schema="gis",
        comment="The papers by which numbers become official.",
    )
    op.create_index("uq_decisions_number", "decisions", ["issuing_body", "number"], unique=True, schema="gis")
    op.create_geospatial_table(
        "buildings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="Key of the source, or our own."),
        sa.Column("kind", sa.Text(), nullable=True, comment="As its source words it."),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("height_m", sa.Float(), nullable=True, comment="Roof above ground."),
        sa.Column("floors", sa.Integer(), nullable=True),
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
                geometry_type="MULTIPOLYGON",
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
                geometry_type="MULTIPOLYGON",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint("ST_IsValid(geom)", name=op.f("ck_buildings_geom_valid")),
        sa.CheckConstraint(
            "floors >= 0 AND floors::float8 < 'Infinity'", name=op.f("ck_buildings_floors_not_negative")
        ),
        sa.CheckConstraint(
            "height_m >= 0 AND height_m::float8 < 'Infinity'", name=op.f("ck_buildings_height_m_not_negative")
        ),
        sa.CheckConstraint("ST_SRID(geom) = gis.storage_srid()", name=op.f("ck_buildings_geom_srid")),
        sa.CheckConstraint("gis.is_plausible(geom)", name=op.f("ck_buildings_geom_plausible")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buildings")),
        sa.UniqueConstraint("code", name=op.f("uq_buildings_code")),
        schema="gis",
    )
    op.create_geospatial_index(
        "ix_buildings_geom",
        "buildings",
        ["geom"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_buildings_geom_3857",
        "buildings",
        ["geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "deployment",
        sa.Column("only_row", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("storage_srid", sa.Integer(), nullable=False),
        sa.Column("envelope_west_deg", sa.Float(), nullable=False),
        sa.Column("envelope_south_deg", sa.Float(), nullable=False),
        sa.Column("envelope_east_deg", sa.Float(), nullable=False),
        sa.Column("envelope_north_deg", sa.Float(), nullable=False),
        sa.Column(
            "demo_seed", sa.Integer(), nullable=True, comment="Set when this database holds the made-up province."
        ),
        sa.Column("demo_scale", sa.Float(), nullable=True, comment="Its size; 1 is the full one."),
        sa.Column("demo_digest", sa.Text(), nullable=True, comment="SHA-256 over its contents as built."),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("only_row", name=op.f("ck_deployment_only_one")),
        sa.PrimaryKeyConstraint("only_row", name=op.f("pk_deployment")),
        schema="gis",
        comment="What was settled when the database was made: CRS and plausible envelope.",
    )
    op.create_table(
        "import_reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_reports")),
        schema="gis",
        comment="Every import that was run, with what became of each row.",
    )
    op.create_index("ix_import_reports_created_at", "import_reports", ["created_at"], unique=False, schema="gis")
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="Name of the task."),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True, comment="Empty while it is not known."),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "error", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="code, message, message_vi."
        ),
        sa.Column("cancel_requested", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("queue_id", sa.BigInteger(), nullable=True, comment="Procrastinate's own number."),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("done >= 0 AND done::float8 < 'Infinity'", name=op.f("ck_jobs_done_not_negative")),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name=op.f("ck_jobs_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        schema="gis",
    )
    op.create_index("ix_jobs_created_at", "jobs", ["created_at"], unique=False, schema="gis")
    op.create_table(
        "layer_versions",
        sa.Column("layer", sa.Text(), nullable=False, comment="Name of a table whose rows are drawn."),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("layer", name=op.f("pk_layer_versions")),
        schema="gis",
        comment="Counts the changes of each drawn table; statement triggers keep it.",
    )
    op.create_geospatial_table(
        "sites",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False, comment="Viettel, VNPT, MobiFone …; network code if unknown."),
        sa.Column("code", sa.Text(), nullable=False, comment="The operator's own site code."),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True, comment="macro, micro, indoor."),
        sa.Column("height_m", sa.Float(), nullable=True, comment="Antenna height above ground."),
        sa.Column(
            "accuracy_m",
            sa.Float(),
            nullable=True,
            comment="Of the position; empty when the list gives the mast itself.",
        ),
        sa.Column("address_text", sa.Text(), nullable=True),
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
            "accuracy_m >= 0 AND accuracy_m::float8 < 'Infinity'", name=op.f("ck_sites_accuracy_m_not_negative")
        ),
        sa.CheckConstraint(
            "height_m >= 0 AND height_m::float8 < 'Infinity'", name=op.f("ck_sites_height_m_not_negative")
        ),
        sa.CheckConstraint("ST_SRID(geom) = gis.storage_srid()", name=op.f("ck_sites_geom_srid")),
        sa.CheckConstraint("gis.is_plausible(geom)", name=op.f("ck_sites_geom_plausible")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("operator", "code", name=op.f("uq_sites_operator_code")),
        schema="gis",
    )
    op.create_geospatial_index(
        "ix_sites_geom", "sites", ["geom"], unique=False, schema="gis", postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_index(
        "ix_sites_geom_3857",
        "sites",
        ["geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "unit_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("old_code", sa.Text(), nullable=False),
        sa.Column("old_name", sa.Text(), nullable=False),
        sa.Column("new_code", sa.Text(), nullable=False),
        sa.Column("new_name", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False, comment="Whether the whole or a part went there."),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="Who says so: list, file, decision."),
        sa.Column("source_date", sa.Date(), nullable=True, comment="The day for which the source speaks."),
        sa.Column("source_srid", sa.Integer(), nullable=True, comment="EPSG code of the CRS it came in."),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("level IN ('province', 'district', 'commune')", name=op.f("ck_unit_changes_level_known")),
        sa.CheckConstraint("part IN ('full', 'partial')", name=op.f("ck_unit_changes_part_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_changes")),
        schema="gis",
        comment="What became of a unit on a day: one row for each new unit that took a part of it.",
    )
    op.create_index(
        "uq_unit_changes_step",
        "unit_changes",
        ["level", "old_code", "new_code", "changed_on"],
        unique=True,
        schema="gis",
    )
    op.create_geospatial_table(
        "zones",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="Our short code, such as KCN-DAI-AN."),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="In Vietnamese, with its kind: KCN Đại An."),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("former_names", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True, comment="Of which zone it is a phase."),
        sa.Column("developer", sa.Text(), nullable=True),
        sa.Column("established_on", sa.Date(), nullable=True),
        sa.Column("established_note", sa.Text(), nullable=True, comment="The decision as its source words it."),
        sa.Column("lease_ends_on", sa.Date(), nullable=True),
        sa.Column("area_plan_ha", sa.Float(), nullable=True, comment="By the plan."),
        sa.Column("area_decision_ha", sa.Float(), nullable=True, comment="By the decision that set it up."),
        sa.Column("area_leasable_ha", sa.Float(), nullable=True, comment="Industrial land that can be let."),
        sa.Column("occupancy_ratio", sa.Float(), nullable=True, comment="Let share of the leasable land, as declared."),
        sa.Column("occupancy_on", sa.Text(), nullable=True, comment="The date of that share as its source gives it."),
        sa.Column("commune_code", sa.Text(), nullable=True, comment="Commune (2025 code) that holds most of it."),
        sa.Column("address_text", sa.Text(), nullable=True),
        sa.Column("power_mva", sa.Float(), nullable=True),
        sa.Column("water_m3_day", sa.Float(), nullable=True),
        sa.Column("wastewater_m3_day", sa.Float(), nullable=True),
        sa.Column("telecom", sa.Text(), nullable=True),
        sa.Column("flood_note", sa.Text(), nullable=True),
        sa.Column(
            "vsic_version", sa.Text(), nullable=True, comment="2018 or 2025: the list its industry codes belong to."
        ),
        sa.Column("industries_allowed", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("industries_excluded", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("incentives", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("border_quality", sa.Text(), server_default=sa.text("'approximate'"), nullable=False),
        sa.Column("published", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=True, comment="Private."),
        sa.Column("contact_phone", sa.Text(), nullable=True, comment="Private."),
        sa.Column("internal_note", sa.Text(), nullable=True, comment="Private."),
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
                geometry_type="MULTIPOLYGON",
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
                geometry_type="MULTIPOLYGON",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "area_decision_ha >= 0 AND area_decision_ha::float8 < 'Infinity'",
            name=op.f("ck_zones_area_decision_ha_not_negative"),
        ),
        sa.CheckConstraint(
            "area_leasable_ha >= 0 AND area_leasable_ha::float8 < 'Infinity'",
            name=op.f("ck_zones_area_leasable_ha_not_negative"),
        ),
        sa.CheckConstraint(
            "area_plan_ha >= 0 AND area_plan_ha::float8 < 'Infinity'", name=op.f("ck_zones_area_plan_ha_not_negative")
        ),
        sa.CheckConstraint(
            "border_quality IN ('surveyed', 'published', 'approximate')", name=op.f("ck_zones_border_quality_known")
        ),
        sa.CheckConstraint("commune_code ~ '^[0-9]{5}$'", name=op.f("ck_zones_commune_code_form")),
        sa.CheckConstraint("kind IN ('KCN', 'CCN', 'KKT')", name=op.f("ck_zones_kind_known")),
        sa.CheckConstraint(
            "power_mva >= 0 AND power_mva::float8 < 'Infinity'", name=op.f("ck_zones_power_mva_not_negative")
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'building', 'operating', 'suspended', 'closed')", name=op.f("ck_zones_status_known")
        ),
        sa.CheckConstraint(
            "vsic_version IS NULL OR vsic_version IN ('2018', '2025')", name=op.f("ck_zones_vsic_known")
        ),
        sa.CheckConstraint(
            "wastewater_m3_day >= 0 AND wastewater_m3_day::float8 < 'Infinity'",
            name=op.f("ck_zones_wastewater_m3_day_not_negative"),
        ),
        sa.CheckConstraint(
            "water_m3_day >= 0 AND water_m3_day::float8 < 'Infinity'", name=op.f("ck_zones_water_m3_day_not_negative")
        ),
        sa.CheckConstraint("ST_IsValid(geom)", name=op.f("ck_zones_geom_valid")),
        sa.CheckConstraint("ST_SRID(geom) = gis.storage_srid()", name=op.f("ck_zones_geom_srid")),
        sa.CheckConstraint("gis.is_plausible(geom)", name=op.f("ck_zones_geom_plausible")),
        sa.CheckConstraint("occupancy_ratio BETWEEN 0 AND 1", name=op.f("ck_zones_occupancy_ratio_is_ratio")),
        sa.ForeignKeyConstraint(["parent_id"], ["gis.zones.id"], name=op.f("fk_zones_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zones")),
        sa.UniqueConstraint("code", name=op.f("uq_zones_code")),
        schema="gis",
    )
    op.create_geospatial_index(
        "ix_zones_geom", "zones", ["geom"], unique=False, schema="gis", postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_index(
        "ix_zones_geom_3857",
        "zones",
        ["geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "account_roles",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "role IN ('public', 'investor', 'planner', 'address_officer', 'approver', 'data_steward', 'analyst', 'administrator')",
            name=op.f("ck_account_roles_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["gis.accounts.id"], name=op.f("fk_account_roles_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_roles")),
        schema="gis",
    )
    op.create_geospatial_table(
        "cells",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="The operator's own cell code, unique in its site."),
        sa.Column("technology", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("band", sa.Text(), nullable=True, comment="Such as n78 or B3."),
        sa.Column("frequency_mhz", sa.Float(), nullable=True),
        sa.Column("bandwidth_mhz", sa.Float(), nullable=True),
        sa.Column("antenna", sa.Text(), nullable=True, comment="64T64R, 32T32R, 16T16R, 8T8R, 4T4R or smaller."),
        sa.Column(
            "azimuth_deg", sa.Float(), nullable=True, comment="Clockwise from TRUE north; empty means all around."
        ),
        sa.Column("beamwidth_deg", sa.Float(), nullable=True, comment="Full width of the declared sector."),
        sa.Column("radius_m", sa.Float(), nullable=True, comment="Declared reach."),
        sa.Column("eirp_dbm", sa.Float(), nullable=True, comment="Private."),
        sa.Column("tilt_deg", sa.Float(), nullable=True, comment="Private."),
        sa.Column("on_air_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True, comment="Accepted into use (Nghị định 88/2025)."),
        sa.Column(
            "footprint",
            Geometry(
                geometry_type="MULTIPOLYGON",
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
            comment="Declared polygon; when given it is used in place of the sector.",
        ),
        sa.Column(
            "geom_3857",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
            comment="The declared reach as it is drawn; a trigger fills it from the columns above and the site.",
        ),
        sa.Column("coverage_class", sa.Text(), server_default=sa.text("'outdoor'"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="Who says so: list, file, decision."),
        sa.Column("source_date", sa.Date(), nullable=True, comment="The day for which the source speaks."),
        sa.Column("source_srid", sa.Integer(), nullable=True, comment="EPSG code of the CRS it came in."),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "bandwidth_mhz >= 0 AND bandwidth_mhz::float8 < 'Infinity'",
            name=op.f("ck_cells_bandwidth_mhz_not_negative"),
        ),
        sa.CheckConstraint("coverage_class IN ('outdoor', 'indoor')", name=op.f("ck_cells_coverage_class_known")),
        sa.CheckConstraint(
            "frequency_mhz >= 0 AND frequency_mhz::float8 < 'Infinity'",
            name=op.f("ck_cells_frequency_mhz_not_negative"),
        ),
        sa.CheckConstraint("state IN ('planned', 'building', 'on_air', 'off')", name=op.f("ck_cells_state_known")),
        sa.CheckConstraint("technology IN ('2G', '3G', '4G', '5G')", name=op.f("ck_cells_technology_known")),
        sa.CheckConstraint("azimuth_deg >= 0 AND azimuth_deg < 360", name=op.f("ck_cells_azimuth_range")),
        sa.CheckConstraint("beamwidth_deg > 0 AND beamwidth_deg <= 360", name=op.f("ck_cells_beamwidth_range")),
        sa.CheckConstraint(
            "footprint IS NULL OR (ST_SRID(footprint) = gis.storage_srid() AND gis.is_plausible(footprint) AND ST_IsValid(footprint))",
            name=op.f("ck_cells_footprint_sound"),
        ),
        sa.CheckConstraint("radius_m > 0 AND radius_m <= 100000", name=op.f("ck_cells_radius_range")),
        sa.ForeignKeyConstraint(["site_id"], ["gis.sites.id"], name=op.f("fk_cells_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cells")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_cells_site_id_code")),
        schema="gis",
    )
    op.create_geospatial_index(
        "ix_cells_footprint",
        "cells",
        ["footprint"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_cells_geom_3857",
        "cells",
        ["geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_cells_site_id", "cells", ["site_id"], unique=False, schema="gis")
    op.create_table(
        "one_time_links",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('first_administrator', 'set_password')", name=op.f("ck_one_time_links_purpose_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["gis.accounts.id"], name=op.f("fk_one_time_links_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_links")),
        schema="gis",
    )
    op.create_geospatial_table(
        "plots",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_version", sa.Text(), server_default=sa.text("'1'"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="Lot name of the plan, such as CN-05."),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("land_use_code", sa.Text(), nullable=False, comment="Thông tư 08/2024/TT-BTNMT, annex II."),
        sa.Column("land_use_version", sa.Text(), server_default=sa.text("'08/2024/TT-BTNMT'"), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False, comment="As the plan states it, not as drawn."),
        sa.Column("can_merge", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("ready_on", sa.Date(), nullable=True),
        sa.Column("lease_ends_on", sa.Date(), nullable=True),
        sa.Column("price_usd_m2_term", sa.Float(), nullable=True, comment="For one m² and the whole lease term."),
        sa.Column("price_quoted_on", sa.Date(), nullable=True),
        sa.Column("land_rent_vnd_m2_year", sa.Float(), nullable=True),
        sa.Column("infrastructure_fee_usd_m2_year", sa.Float(), nullable=True),
        sa.Column("management_fee_usd_m2_month", sa.Float(), nullable=True),
        sa.Column("deposit_ratio", sa.Float(), nullable=True),
        sa.Column("vat_included", sa.Boolean(), nullable=True),
        sa.Column("power_kva", sa.Float(), nullable=True),
        sa.Column("water_m3_day", sa.Float(), nullable=True),
        sa.Column("wastewater_m3_day", sa.Float(), nullable=True),
        sa.Column("road_width_m", sa.Float(), nullable=True),
        sa.Column("max_coverage_ratio", sa.Float(), nullable=True, comment="Mật độ xây dựng tối đa."),
        sa.Column("max_floor_area_ratio", sa.Float(), nullable=True, comment="Hệ số sử dụng đất tối đa."),
        sa.Column("max_floors", sa.Integer(), nullable=True),
        sa.Column("max_height_m", sa.Float(), nullable=True),
        sa.Column("setback_m", sa.Float(), nullable=True),
        sa.Column("green_ratio", sa.Float(), nullable=True),
        sa.Column("ground_note", sa.Text(), nullable=True),
        sa.Column("vsic_version", sa.Text(), nullable=True),
        sa.Column("industries_allowed", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("cadastral_commune_code", sa.Text(), nullable=True, comment="Commune code of the time of the sheet."),
        sa.Column("cadastral_sheet_no", sa.Text(), nullable=True),
        sa.Column("cadastral_parcel_no", sa.Text(), nullable=True),
        sa.Column("published", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("lowest_price_usd_m2_term", sa.Float(), nullable=True, comment="Private: negotiating floor."),
        sa.Column("internal_note", sa.Text(), nullable=True, comment="Private."),
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
                geometry_type="POLYGON",
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
                geometry_type="POLYGON",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "infrastructure_fee_usd_m2_year >= 0 AND infrastructure_fee_usd_m2_year::float8 < 'Infinity'",
            name=op.f("ck_plots_infrastructure_fee_usd_m2_year_not_negative"),
        ),
        sa.CheckConstraint(
            "land_rent_vnd_m2_year >= 0 AND land_rent_vnd_m2_year::float8 < 'Infinity'",
            name=op.f("ck_plots_land_rent_vnd_m2_year_not_negative"),
        ),
        sa.CheckConstraint("land_use_code ~ '^[A-Z]{3}$'", name=op.f("ck_plots_land_use_code_form")),
        sa.CheckConstraint(
            "lowest_price_usd_m2_term >= 0 AND lowest_price_usd_m2_term::float8 < 'Infinity'",
            name=op.f("ck_plots_lowest_price_usd_m2_term_not_negative"),
        ),
        sa.CheckConstraint(
            "management_fee_usd_m2_month >= 0 AND management_fee_usd_m2_month::float8 < 'Infinity'",
            name=op.f("ck_plots_management_fee_usd_m2_month_not_negative"),
        ),
        sa.CheckConstraint(
            "max_floor_area_ratio >= 0 AND max_floor_area_ratio::float8 < 'Infinity'",
            name=op.f("ck_plots_max_floor_area_ratio_not_negative"),
        ),
        sa.CheckConstraint(
            "max_floors >= 0 AND max_floors::float8 < 'Infinity'", name=op.f("ck_plots_max_floors_not_negative")
        ),
        sa.CheckConstraint(
            "max_height_m >= 0 AND max_height_m::float8 < 'Infinity'", name=op.f("ck_plots_max_height_m_not_negative")
        ),
        sa.CheckConstraint(
            "power_kva >= 0 AND power_kva::float8 < 'Infinity'", name=op.f("ck_plots_power_kva_not_negative")
        ),
        sa.CheckConstraint(
            "price_usd_m2_term >= 0 AND price_usd_m2_term::float8 < 'Infinity'",
            name=op.f("ck_plots_price_usd_m2_term_not_negative"),
        ),
        sa.CheckConstraint(
            "road_width_m >= 0 AND road_width_m::float8 < 'Infinity'", name=op.f("ck_plots_road_width_m_not_negative")
        ),
        sa.CheckConstraint(
            "setback_m >= 0 AND setback_m::float8 < 'Infinity'", name=op.f("ck_plots_setback_m_not_negative")
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'available', 'reserved', 'leased', 'not_for_lease')",
            name=op.f("ck_plots_status_known"),
        ),
        sa.CheckConstraint(
            "vsic_version IS NULL OR vsic_version IN ('2018', '2025')", name=op.f("ck_plots_vsic_known")
        ),
        sa.CheckConstraint(
            "wastewater_m3_day >= 0 AND wastewater_m3_day::float8 < 'Infinity'",
            name=op.f("ck_plots_wastewater_m3_day_not_negative"),
        ),
        sa.CheckConstraint(
            "water_m3_day >= 0 AND water_m3_day::float8 < 'Infinity'", name=op.f("ck_plots_water_m3_day_not_negative")
        ),
        sa.CheckConstraint("ST_IsValid(geom)", name=op.f("ck_plots_geom_valid")),
        sa.CheckConstraint("ST_SRID(geom) = gis.storage_srid()", name=op.f("ck_plots_geom_srid")),
        sa.CheckConstraint("area_m2 > 0 AND area_m2 < 1e8", name=op.f("ck_plots_area_m2_range")),
        sa.CheckConstraint("deposit_ratio BETWEEN 0 AND 1", name=op.f("ck_plots_deposit_ratio_is_ratio")),
        sa.CheckConstraint("gis.is_plausible(geom)", name=op.f("ck_plots_geom_plausible")),
        sa.CheckConstraint("green_ratio BETWEEN 0 AND 1", name=op.f("ck_plots_green_ratio_is_ratio")),
        sa.CheckConstraint("max_coverage_ratio BETWEEN 0 AND 1", name=op.f("ck_plots_max_coverage_ratio_is_ratio")),
        sa.ForeignKeyConstraint(["zone_id"], ["gis.zones.id"], name=op.f("fk_plots_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plots")),
        sa.UniqueConstraint("zone_id", "plan_version", "code", name=op.f("uq_plots_zone_id_plan_version_code")),
        schema="gis",
    )
    op.create_geospatial_index(
        "ix_plots_geom", "plots", ["geom"], unique=False, schema="gis", postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_index(
        "ix_plots_geom_3857",
        "plots",
        ["geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False, comment="SHA-256 of the cookie; never the cookie."),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("csrf_token", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["gis.accounts.id"], name=op.f("fk_sessions_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
        schema="gis",
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"], unique=False, schema="gis")
    op.create_geospatial_table(
        "streets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="Key of the source, or our own."),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.BigInteger(), nullable=True),
        sa.Column("commune_code", sa.Text(), nullable=True, comment="Commune that holds most of it."),
        sa.Column("parent_street_id", sa.BigInteger(), nullable=True, comment="On which an alley opens."),
        sa.Column("cross_section_m", sa.Float(), nullable=True, comment="Mặt cắt ngang, pavements included."),
        sa.Column(
            "numbered_before",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Was numbered before Circular 08 took effect and so keeps its direction.",
        ),
        sa.Column("existing_direction", sa.Text(), nullable=True, comment="In which its old numbers grow."),
        sa.Column("decided_direction", sa.Text(), nullable=True, comment="Fixed by the commune for a special street."),
        sa.Column("direction_decision", sa.Text(), nullable=True, comment="Number of that decision."),
        sa.Column("direction_decided_on", sa.Date(), nullable=True),
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
                geometry_type="MULTILINESTRING",
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
                geometry_type="MULTILINESTRING",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint("commune_code ~ '^[0-9]{5}$'", name=op.f("ck_streets_commune_code_form")),
        sa.CheckConstraint(
            "cross_section_m >= 0 AND cross_section_m::float8 < 'Infinity'",
            name=op.f("ck_streets_cross_section_m_not_negative"),
        ),
        sa.CheckConstraint(
            "decided_direction IN ('forward', 'backward')", name=op.f("ck_streets_decided_direction_known")
        ),
        sa.CheckConstraint(
            "existing_direction IN ('forward', 'backward')", name=op.f("ck_streets_existing_direction_known")
        ),
        sa.CheckConstraint(
            "kind IN ('street', 'road', 'alley', 'lane', 'highway')", name=op.f("ck_streets_kind_known")
        ),
        sa.CheckConstraint(
            "(decided_direction IS NULL) = (direction_decision IS NULL)", name=op.f("ck_streets_direction_has_decision")
        ),
        sa.CheckConstraint("ST_SRID(geom) = gis.storage_srid()", name=op.f("ck_streets_geom_srid")),
        sa.CheckConstraint("gis.is_plausible(geom)", name=op.f("ck_streets_geom_plausible")),
        sa.ForeignKeyConstraint(["parent_street_id"], ["gis.streets.id"], name=op.f("fk_streets_parent_street_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["gis.zones.id"], name=op.f("fk_streets_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streets")),
        sa.UniqueConstraint("code", name=op.f("uq_streets_code")),
        schema="gis",
    )
    op.create_geospatial_index(
        "ix_streets_geom", "streets", ["geom"], unique=False, schema="gis", postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_index(
        "ix_streets_geom_3857",
        "streets",
        ["geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "enterprises",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="Key of the source; tax code if it has one."),
        sa.Column("tax_code", sa.Text(), nullable=True, comment="10 digits, 10-3, or 12 (Thông tư 90/2026/TT-BTC)."),
        sa.Column("tax_code_check", sa.Text(), server_default=sa.text("'absent'"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True, comment="ISO 3166-1 alpha-2 of the main investor."),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("vsic_version", sa.Text(), server_default=sa.text("'2025'"), nullable=False),
        sa.Column("industry_code", sa.Text(), nullable=True, comment="Main VSIC code: letter or 2 to 5 digits."),
        sa.Column("other_industry_codes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column("investment_usd", sa.Float(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("zone_id", sa.BigInteger(), nullable=True),
        sa.Column("plot_id", sa.BigInteger(), nullable=True),
        sa.Column("address_text", sa.Text(), nullable=True, comment="As written by its source."),
        sa.Column("certificate_address", sa.Text(), nullable=True, comment="Private: as on the land certificate."),
        sa.Column("contact_name", sa.Text(), nullable=True, comment="Private."),
        sa.Column("contact_phone", sa.Text(), nullable=True, comment="Private."),
        sa.Column("contact_email", sa.Text(), nullable=True, comment="Private."),
        sa.Column("published", sa.Boolean(), server_default=sa.text("true"), nullable=False),
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
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_enterprises_country_form")),
        sa.CheckConstraint("industry_code ~ '^([A-V]|[0-9]{2,5})$'", name=op.f("ck_enterprises_industry_code_form")),
        sa.CheckConstraint(
            "investment_usd >= 0 AND investment_usd::float8 < 'Infinity'",
            name=op.f("ck_enterprises_investment_usd_not_negative"),
        ),
        sa.CheckConstraint(
            "status IN ('registered', 'building', 'operating', 'suspended', 'closed')",
            name=op.f("ck_enterprises_status_known"),
        ),
        sa.CheckConstraint(
            "tax_code ~ '^([0-9]{10}(-[0-9]{3})?|[0-9]{12})$'", name=op.f("ck_enterprises_tax_code_form")
        ),
        sa.CheckConstraint(
            "tax_code_check IN ('passed', 'failed', 'absent')", name=op.f("ck_enterprises_tax_code_check_known")
        ),
        sa.CheckConstraint("vsic_version IN ('2018', '2025')", name=op.f("ck_enterprises_vsic_version_known")),
        sa.CheckConstraint(
            "workers >= 0 AND workers::float8 < 'Infinity'", name=op.f("ck_enterprises_workers_not_negative")
        ),
        sa.CheckConstraint("ST_SRID(geom) = gis.storage_srid()", name=op.f("ck_enterprises_geom_srid")),
        sa.CheckConstraint("gis.is_plausible(geom)", name=op.f("ck_enterprises_geom_plausible")),
        sa.ForeignKeyConstraint(["plot_id"], ["gis.plots.id"], name=op.f("fk_enterprises_plot_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["gis.zones.id"], name=op.f("fk_enterprises_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprises")),
        sa.UniqueConstraint("code", name=op.f("uq_enterprises_code")),
        sa.UniqueConstraint("tax_code", name=op.f("uq_enterprises_tax_code")),
        schema="gis",
    )
    op.create_geospatial_index(
        "ix_enterprises_geom",
        "enterprises",
        ["geom"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_enterprises_geom_3857",
        "enterprises",
        ["geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_enterprises_zone_id", "enterprises", ["zone_id"], unique=False, schema="gis")
    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("rule_set_version", sa.Text(), nullable=False),
        sa.Column(
            "policy",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Values of the switchable policies it was made with.",
        ),
        sa.Column("input_hash", sa.Text(), nullable=False, comment="Of the street and its entrances as they were."),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Assignments with clauses, and open questions.",
        ),
        sa.Column("open_questions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_reason", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status <> 'issued' OR decision_id IS NOT NULL", name=op.f("ck_proposals_issued_by_decision")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'issued', 'rejected')", name=op.f("ck_proposals_status_known")
        ),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'issued') OR approver IS NOT NULL",
            name=op.f("ck_proposals_approved_by_someone"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'rejected') OR open_questions = 0",
            name=op.f("ck_proposals_questions_answered"),
        ),
        sa.CheckConstraint("approver IS NULL OR approver <> author", name=op.f("ck_proposals_four_eyes")),
        sa.ForeignKeyConstraint(["decision_id"], ["gis.decisions.id"], name=op.f("fk_proposals_decision_id")),
        sa.ForeignKeyConstraint(["street_id"], ["gis.streets.id"], name=op.f("fk_proposals_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        schema="gis",
        comment="Numberings proposed for a street, from draft to issue.",
    )
    op.create_index("ix_proposals_street_id", "proposals", ["street_id"], unique=False, schema="gis")
    op.create_index(
        "uq_proposals_one_live_per_street",
        "proposals",
        ["street_id"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("status IN ('draft', 'submitted', 'approved')"),
    )
    op.create_geospatial_table(
        "entrances",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="Key of the source, or our own."),
        sa.Column("kind", sa.Text(), server_default=sa.text("'building'"), nullable=False),
        sa.Column("is_main", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=True, comment="On which it opens."),
        sa.Column("street_name", sa.Text(), nullable=True, comment="As its source names the street."),
        sa.Column("existing_number", sa.Text(), nullable=True, comment="House number found on the ground, as written."),
        sa.Column("plot_id", sa.BigInteger(), nullable=True),
        sa.Column("enterprise_id", sa.BigInteger(), nullable=True),
        sa.Column("place_code", sa.Text(), nullable=True, comment="Our place id; the register checks that it exists."),
        sa.Column("position_quality", sa.Text(), server_default=sa.text("'surveyed'"), nullable=False),
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
        sa.CheckConstraint("kind IN ('building', 'empty_land', 'gate')", name=op.f("ck_entrances_kind_known")),
        sa.CheckConstraint(
            "position_quality IN ('surveyed', 'published', 'derived', 'approximate')",
            name=op.f("ck_entrances_position_quality_known"),
        ),
        sa.CheckConstraint("ST_SRID(geom) = gis.storage_srid()", name=op.f("ck_entrances_geom_srid")),
        sa.CheckConstraint("gis.is_plausible(geom)", name=op.f("ck_entrances_geom_plausible")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["gis.enterprises.id"], name=op.f("fk_entrances_enterprise_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["gis.plots.id"], name=op.f("fk_entrances_plot_id")),
        sa.ForeignKeyConstraint(["street_id"], ["gis.streets.id"], name=op.f("fk_entrances_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entrances")),
        sa.UniqueConstraint("code", name=op.f("uq_entrances_code")),
        schema="gis",
    )
    op.create_geospatial_index(
        "ix_entrances_geom",
        "entrances",
        ["geom"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "ix_entrances_geom_3857",
        "entrances",
        ["geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_entrances_place_code", "entrances", ["place_code"], unique=False, schema="gis")
    op.create_index("ix_entrances_plot_id", "entrances", ["plot_id"], unique=False, schema="gis")
    op.create_index("ix_entrances_street_id", "entrances", ["street_id"], unique=False, schema="gis")
    op.create_geospatial_table(
        "places",
        sa.Column("id", sa.Text(), nullable=False, comment="Our place id with its check character."),
        sa.Column("kind", sa.Text(), server_default=sa.text("'building'"), nullable=False),
        sa.Column("entrance_id", sa.BigInteger(), nullable=True, comment="Its main entrance."),
        sa.Column("plot_id", sa.BigInteger(), nullable=True),
        sa.Column("enterprise_id", sa.BigInteger(), nullable=True),
        sa.Column("certificate_address", sa.Text(), nullable=True, comment="Private: as on the land certificate."),
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
        sa.CheckConstraint("id ~ '^[0-9A-Z]{6,16}$'", name=op.f("ck_places_id_form")),
        sa.CheckConstraint("kind IN ('building', 'empty_land', 'works')", name=op.f("ck_places_kind_known")),
        sa.CheckConstraint("ST_SRID(geom) = gis.storage_srid()", name=op.f("ck_places_geom_srid")),
        sa.CheckConstraint("gis.is_plausible(geom)", name=op.f("ck_places_geom_plausible")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["gis.enterprises.id"], name=op.f("fk_places_enterprise_id")),
        sa.ForeignKeyConstraint(["entrance_id"], ["gis.entrances.id"], name=op.f("fk_places_entrance_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["gis.plots.id"], name=op.f("fk_places_plot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        schema="gis",
    )
    op.create_geospatial_index(
        "ix_places_geom", "places", ["geom"], unique=False, schema="gis", postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_index(
        "ix_places_geom_3857",
        "places",
        ["geom_3857"],
        unique=False,
        schema="gis",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("uq_places_entrance_id", "places", ["entrance_id"], unique=True, schema="gis")
    op.create_table(
        "house_numbers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=True, comment="Empty for a spare number of empty land."),
        sa.Column("entrance_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("suffix", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("plate_text", sa.Text(), nullable=False, comment="As written on the plate: 15, 15A."),
        sa.Column("side", sa.Text(), nullable=False, comment="Seen from the low end of the street."),
        sa.Column("chainage_m", sa.Float(), nullable=False, comment="Along the street from its low end."),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False, comment="existing: found on the ground; issued: by a decision."),
        sa.Column("clauses", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("street_id"), "="),
            (sa.column("number"), "="),
            (sa.column("suffix"), "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="ex_house_numbers_one_holder_at_a_time",
        ),
        sa.CheckConstraint(
            "origin <> 'issued' OR decision_id IS NOT NULL", name=op.f("ck_house_numbers_issued_by_decision")
        ),
        sa.CheckConstraint("origin IN ('existing', 'issued')", name=op.f("ck_house_numbers_origin_known")),
        sa.CheckConstraint("side IN ('left', 'right')", name=op.f("ck_house_numbers_side_known")),
        sa.CheckConstraint(
            "status <> 'in_force' OR place_id IS NOT NULL", name=op.f("ck_house_numbers_in_force_has_place")
        ),
        sa.CheckConstraint("status IN ('reserved', 'in_force', 'retired')", name=op.f("ck_house_numbers_status_known")),
        sa.CheckConstraint("number > 0 AND number < 100000", name=op.f("ck_house_numbers_number_range")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_house_numbers_valid_period")),
        sa.ForeignKeyConstraint(["decision_id"], ["gis.decisions.id"], name=op.f("fk_house_numbers_decision_id")),
        sa.ForeignKeyConstraint(["entrance_id"], ["gis.entrances.id"], name=op.f("fk_house_numbers_entrance_id")),
        sa.ForeignKeyConstraint(["place_id"], ["gis.places.id"], name=op.f("fk_house_numbers_place_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["gis.proposals.id"], name=op.f("fk_house_numbers_proposal_id")),
        sa.ForeignKeyConstraint(["street_id"], ["gis.streets.id"], name=op.f("fk_house_numbers_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_numbers")),
        schema="gis",
        comment="Numbers in force, reserved or retired. Rows are closed, never deleted.",
    )
    op.create_index("ix_house_numbers_place_id", "house_numbers", ["place_id"], unique=False, schema="gis")
    op.create_table(
        "official_codes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False, comment="Who issued it. We never mint one."),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind <> 'location_code' OR code ~ '^[0-9]{12}$') AND (kind <> 'postcode' OR code ~ '^[0-9]{5}$') AND (kind <> 'real_estate_code' OR code ~ '^[0-9A-Z.-]{1,40}$')",
            name=op.f("ck_official_codes_code_form"),
        ),
        sa.CheckConstraint(
            "kind IN ('location_code', 'real_estate_code', 'works_code', 'parcel_code', 'postcode')",
            name=op.f("ck_official_codes_kind_known"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["gis.places.id"], name=op.f("fk_official_codes_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_codes")),
        schema="gis",
        comment="Codes that the state gave to a place, with issuer and date.",
    )
    op.create_index("uq_official_codes_kind_code", "official_codes", ["kind", "code"], unique=True, schema="gis")
    run_sql("0001_after_tables.sql")
    remember_deployment(op.get_bind(), op.get_context().config.attributes["settings"])
