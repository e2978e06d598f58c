"""Estates in the register: groups of houses, buildings, stairs, floors and flats, with names, plates, proposals.

A change of several numbers gets a reason for each of them.

Revises: 0017
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0017"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0015_estates.sql"


def upgrade() -> None:
    create_tables()
    let_places_be_parts()
    let_proposals_name_estates()
    let_plates_and_addresses_follow_names()
    op.add_column(
        "number_changes",
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False,
                  comment="Id of a house number -> why this one."),
        schema="gis",
    )  # fmt: skip
    op.alter_column(
        "number_changes", "reason", comment="Why, for every number that has no reason of its own.", schema="gis"
    )
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))


def let_places_be_parts() -> None:
    """A part of an estate that has a name is a place like a house."""
    op.drop_constraint("ck_places_kind_known", "places", schema="gis")
    op.create_check_constraint(
        op.f("ck_places_kind_known"),
        "places",
        "kind IN ('building', 'empty_land', 'works', 'group', 'stair', 'floor', 'flat')",
        schema="gis",
    )


def let_proposals_name_estates() -> None:
    """A proposal is about a street or about an estate; at most one of each is live."""
    op.alter_column(
        "proposals", "street_id", nullable=True, comment="What it numbers: a street, or else an estate.", schema="gis"
    )
    op.add_column("proposals", sa.Column("estate_id", sa.BigInteger(), nullable=True), schema="gis")
    op.create_foreign_key(
        op.f("fk_proposals_estate_id"), "proposals", "estates", ["estate_id"], ["id"], source_schema="gis",
        referent_schema="gis",
    )  # fmt: skip
    op.create_check_constraint(
        op.f("ck_proposals_of_one_thing"), "proposals", "num_nonnulls(street_id, estate_id) = 1", schema="gis"
    )
    op.create_index("ix_proposals_estate_id", "proposals", ["estate_id"], schema="gis")
    op.create_index(
        "uq_proposals_one_live_per_estate", "proposals", ["estate_id"], unique=True, schema="gis",
        postgresql_where=sa.text("status IN ('draft', 'submitted', 'approved')"),
    )  # fmt: skip


def let_plates_and_addresses_follow_names() -> None:
    """A plate shows a number or the name of a part; an address may rest on such a name."""
    op.alter_column(
        "plates", "house_number_id", nullable=True, comment="What it shows: a number, or else a name.", schema="gis"
    )
    for table, words in (
        ("plates", "Of a part of an estate."), ("addresses", "Of a part of an estate: the name behind it."),
    ):  # fmt: skip
        op.add_column(table, sa.Column("part_name_id", sa.BigInteger(), nullable=True, comment=words), schema="gis")
        op.create_foreign_key(
            op.f(f"fk_{table}_part_name_id"), table, "part_names", ["part_name_id"], ["id"], source_schema="gis",
            referent_schema="gis",
        )  # fmt: skip
        op.create_index(f"ix_{table}_part_name_id", table, ["part_name_id"], schema="gis")
    op.create_check_constraint(
        op.f("ck_plates_of_one_thing"), "plates", "num_nonnulls(house_number_id, part_name_id) = 1", schema="gis"
    )
    for name, statuses in (
        ("uq_plates_one_valid_per_part", "'issued', 'fixed', 'not_fixed'"),
        ("uq_plates_one_in_making_per_part", "'ordered', 'made'"),
    ):
        op.create_index(
            name, "plates", ["part_name_id"], unique=True, schema="gis",
            postgresql_where=sa.text(f"status IN ({statuses})"),
        )  # fmt: skip


def create_tables() -> None:
    """Estates, what is in them, and its names."""
    op.create_table(
        "estates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="groups: houses on ways without names; block: one building."
        ),
        sa.Column("street_id", sa.BigInteger(), nullable=False, comment="On which its entrance opens."),
        sa.Column("place_id", sa.Text(), nullable=True, comment="Of a block: the place with its house number."),
        sa.Column("initials", sa.Text(), nullable=True, comment="Of the street, for names such as BL.A-10."),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT", dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry"
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
        sa.CheckConstraint("(kind = 'block') = (place_id IS NOT NULL)", name=op.f("ck_estates_block_has_place")),
        sa.CheckConstraint("initials ~ '^[A-ZĐ0-9]{1,6}$'", name=op.f("ck_estates_initials_form")),
        sa.CheckConstraint("kind IN ('groups', 'block')", name=op.f("ck_estates_kind_known")),
        sa.CheckConstraint("(NOT ST_SRID(geom) <> gis.storage_srid())", name=op.f("ck_estates_geom_srid")),
        sa.CheckConstraint("gis.is_plausible(geom)", name=op.f("ck_estates_geom_plausible")),
        sa.ForeignKeyConstraint(["place_id"], ["gis.places.id"], name=op.f("fk_estates_place_id")),
        sa.ForeignKeyConstraint(["street_id"], ["gis.streets.id"], name=op.f("fk_estates_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estates")),
        sa.UniqueConstraint("code", name=op.f("uq_estates_code")),
        schema="gis",
        comment="Groups of houses on ways without names, and apartment buildings.",
    )
    op.create_index("ix_estates_geom", "estates", ["geom"], unique=False, schema="gis", postgresql_using="gist")
    op.create_index("ix_estates_street_id", "estates", ["street_id"], unique=False, schema="gis")
    op.create_index("uq_estates_place_id", "estates", ["place_id"], unique=True, schema="gis")
    op.create_table(
        "estate_parts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True, comment="In what it lies; empty for what is outermost."),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False, comment="What people call it until it has a name."),
        sa.Column("axis", sa.Text(), server_default=sa.text("''"), nullable=False, comment="Internal road of a group."),
        sa.Column("side", sa.Text(), nullable=True, comment="Of a group, seen from the entrance inward."),
        sa.Column("distance_m", sa.Float(), nullable=True, comment="From the entrance."),
        sa.Column("storeys", sa.Integer(), nullable=True, comment="Of a building, without basements."),
        sa.Column(
            "avoided",
            postgresql.ARRAY(sa.Integer()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Numbers that the floors of a building leave out.",
        ),
        sa.Column("level", sa.Integer(), nullable=True, comment="Of a floor: 1 at the ground, -1 the upper basement."),
        sa.Column(
            "azimuth_deg",
            sa.Float(),
            nullable=True,
            comment="Door of a flat seen from the middle of its floor, clockwise from north.",
        ),
        sa.Column(
            "is_first",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Flat that is the first on the left of the main way.",
        ),
        sa.Column(
            "ordinal",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Among its like as entered; flats with the clock.",
        ),
        sa.Column("found_name", sa.Text(), nullable=True, comment="Written on it when it was entered."),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column(
            "removed_on", sa.Date(), nullable=True, comment="It is no more; a part that was named stays on record."
        ),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT", dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry"
            ),
            nullable=True,
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
            "(kind = 'floor') = (level IS NOT NULL) AND level <> 0 AND level BETWEEN -20 AND 200",
            name=op.f("ck_estate_parts_floors_have_a_level"),
        ),
        sa.CheckConstraint(
            "distance_m >= 0 AND distance_m::float8 < 'Infinity'", name=op.f("ck_estate_parts_distance_m_not_negative")
        ),
        sa.CheckConstraint("kind <> 'group' OR parent_id IS NULL", name=op.f("ck_estate_parts_groups_are_outermost")),
        sa.CheckConstraint(
            "kind IN ('group', 'building') OR parent_id IS NOT NULL",
            name=op.f("ck_estate_parts_inner_parts_lie_in_something"),
        ),
        sa.CheckConstraint(
            "kind IN ('group', 'building', 'stair', 'floor', 'flat')", name=op.f("ck_estate_parts_kind_known")
        ),
        sa.CheckConstraint("label <> ''", name=op.f("ck_estate_parts_has_label")),
        sa.CheckConstraint(
            "ordinal >= 0 AND ordinal::float8 < 'Infinity'", name=op.f("ck_estate_parts_ordinal_not_negative")
        ),
        sa.CheckConstraint("side IN ('left', 'right')", name=op.f("ck_estate_parts_side_known")),
        sa.CheckConstraint("azimuth_deg >= 0 AND azimuth_deg < 360", name=op.f("ck_estate_parts_azimuth_range")),
        sa.CheckConstraint(
            "geom IS NULL OR (NOT ST_SRID(geom) <> gis.storage_srid())", name=op.f("ck_estate_parts_geom_srid")
        ),
        sa.CheckConstraint("geom IS NULL OR gis.is_plausible(geom)", name=op.f("ck_estate_parts_geom_plausible")),
        sa.CheckConstraint("storeys BETWEEN 1 AND 200", name=op.f("ck_estate_parts_storeys_range")),
        sa.ForeignKeyConstraint(["estate_id"], ["gis.estates.id"], name=op.f("fk_estate_parts_estate_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["gis.estate_parts.id"], name=op.f("fk_estate_parts_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estate_parts")),
        schema="gis",
        comment="Groups, buildings, stairs, floors and flats as they stand.",
    )
    op.create_index("ix_estate_parts_estate_id", "estate_parts", ["estate_id"], unique=False, schema="gis")
    op.create_index("ix_estate_parts_parent_id", "estate_parts", ["parent_id"], unique=False, schema="gis")
    op.create_index(
        "uq_estate_parts_label",
        "estate_parts",
        ["estate_id", sa.literal_column("coalesce(parent_id, 0)"), "kind", "label"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("removed_on IS NULL"),
    )
    op.create_index(
        "uq_estate_parts_level",
        "estate_parts",
        ["parent_id", "level"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("kind = 'floor' AND removed_on IS NULL"),
    )
    op.create_table(
        "part_names",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "building_name_id",
            sa.BigInteger(),
            nullable=True,
            comment="Of what is inside a building: the name that it bears, within which the names differ.",
        ),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="A, A10, BL.A-10, 3A, 3A-02."),
        sa.Column("status", sa.Text(), server_default=sa.text("'in_force'"), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False, comment="existing: found on the ground; issued: by a decision."),
        sa.Column("clauses", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_reason", sa.Text(), nullable=True),
        sa.Column("closed_by_decision_id", sa.BigInteger(), nullable=True, comment="By which it ended."),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(status = 'retired') = (valid_to IS NOT NULL) AND (valid_to IS NULL) = (retired_reason IS NULL) AND (valid_to IS NULL) = (closed_by_decision_id IS NULL)",
            name=op.f("ck_part_names_retired_is_closed"),
        ),
        sa.CheckConstraint(
            "kind IN ('group', 'building', 'stair', 'floor', 'flat')", name=op.f("ck_part_names_kind_known")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('group', 'building') OR building_name_id IS NULL",
            name=op.f("ck_part_names_outer_names_stand_alone"),
        ),
        sa.CheckConstraint(
            "origin <> 'issued' OR decision_id IS NOT NULL", name=op.f("ck_part_names_issued_by_decision")
        ),
        sa.CheckConstraint("origin IN ('existing', 'issued')", name=op.f("ck_part_names_origin_known")),
        sa.CheckConstraint("status IN ('in_force', 'retired')", name=op.f("ck_part_names_status_known")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_part_names_valid_period")),
        sa.ForeignKeyConstraint(
            ["building_name_id"], ["gis.part_names.id"], name=op.f("fk_part_names_building_name_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_decision_id"], ["gis.decisions.id"], name=op.f("fk_part_names_closed_by_decision_id")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["gis.decisions.id"], name=op.f("fk_part_names_decision_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["gis.estates.id"], name=op.f("fk_part_names_estate_id")),
        sa.ForeignKeyConstraint(["part_id"], ["gis.estate_parts.id"], name=op.f("fk_part_names_part_id")),
        sa.ForeignKeyConstraint(["place_id"], ["gis.places.id"], name=op.f("fk_part_names_place_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["gis.proposals.id"], name=op.f("fk_part_names_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_names")),
        schema="gis",
        comment="Names of groups, buildings, stairs, floors and flats, in force or retired. Closed, never deleted.",
    )
    op.create_index("ix_part_names_place_id", "part_names", ["place_id"], unique=False, schema="gis")
    op.create_index(
        "uq_part_names_in_building",
        "part_names",
        ["building_name_id", "kind", "name"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("building_name_id IS NOT NULL"),
    )
    op.create_index(
        "uq_part_names_in_estate",
        "part_names",
        ["estate_id", "kind", "name"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("building_name_id IS NULL"),
    )
    op.create_index(
        "uq_part_names_one_per_part",
        "part_names",
        ["part_id"],
        unique=True,
        schema="gis",
        postgresql_where=sa.text("valid_to IS NULL"),
    )
