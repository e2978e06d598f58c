"""Parts of estates are found, certified and held against the ground like houses.

Revises: 0021
Created: 2026-11-24
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0021"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0019_parts.sql"


def upgrade() -> None:
    let_estates_be_found()
    let_names_be_certified()
    let_estates_be_held_against_the_ground()
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))


def let_estates_be_found() -> None:
    """Estates are a kind of thing with a name; what lies in them has a table of its own."""
    op.drop_constraint("ck_search_keys_kind_known", "search_keys", schema="gis")
    op.create_check_constraint(
        op.f("ck_search_keys_kind_known"), "search_keys",
        "kind IN ('unit', 'street', 'zone', 'plot', 'enterprise', 'site', 'estate')", schema="gis",
    )  # fmt: skip
    op.create_table(
        "search_parts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=False, comment="On which the entrance of the estate opens."),
        sa.Column("door_place_id", sa.Text(), nullable=True, comment="Of a block: the place with its house number."),
        sa.Column("part_name_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False, comment="From the inside out, itself first."),
        sa.Column("names", postgresql.ARRAY(sa.Text()), nullable=False, comment="Of the same, as they are shown."),
        sa.Column("keys", postgresql.ARRAY(sa.Text()), nullable=False, comment="Kind and gis.part_key of the same."),
        sa.Column(
            "has_position", sa.Boolean(), nullable=False,
            comment="False: the position is that of what it lies in.",
        ),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("x", sa.Float(), nullable=False, comment="Metres, storage CRS."),
        sa.Column("y", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["gis.estates.id"], name=op.f("fk_search_parts_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_parts")),
        schema="gis",
        comment="One row for each named part of an estate, in force or former.",
    )  # fmt: skip
    for column in ("estate_id", "street_id", "door_place_id"):
        op.create_index(f"ix_search_parts_{column}", "search_parts", [column], schema="gis")


def let_names_be_certified() -> None:
    """A certificate is of a number or of the name of a part; one of each is valid at a time."""
    op.alter_column(
        "number_certificates", "house_number_id", nullable=True, comment="What it certifies: a number, or else a name.",
        schema="gis",
    )  # fmt: skip
    op.add_column(
        "number_certificates",
        sa.Column("part_name_id", sa.BigInteger(), nullable=True, comment="Of a part of an estate."), schema="gis",
    )  # fmt: skip
    op.create_foreign_key(
        op.f("fk_number_certificates_part_name_id"), "number_certificates", "part_names", ["part_name_id"], ["id"],
        source_schema="gis", referent_schema="gis",
    )  # fmt: skip
    op.create_check_constraint(
        op.f("ck_number_certificates_of_one_thing"), "number_certificates",
        "num_nonnulls(house_number_id, part_name_id) = 1", schema="gis",
    )  # fmt: skip
    op.create_index(
        "uq_number_certificates_one_valid_per_part", "number_certificates", ["part_name_id"], unique=True, schema="gis",
        postgresql_where=sa.text("withdrawn_on IS NULL"),
    )  # fmt: skip


def let_estates_be_held_against_the_ground() -> None:
    """A certification is of a street or of an estate."""
    op.alter_column(
        "certifications", "street_id", nullable=True, comment="What was compared: a street, or else an estate.",
        schema="gis",
    )  # fmt: skip
    op.add_column("certifications", sa.Column("estate_id", sa.BigInteger(), nullable=True), schema="gis")
    op.create_foreign_key(
        op.f("fk_certifications_estate_id"), "certifications", "estates", ["estate_id"], ["id"], source_schema="gis",
        referent_schema="gis",
    )  # fmt: skip
    op.create_check_constraint(
        op.f("ck_certifications_of_one_thing"), "certifications", "num_nonnulls(street_id, estate_id) = 1",
        schema="gis",
    )  # fmt: skip
    op.create_index(
        "uq_certifications_one_per_estate", "certifications", ["estate_id"], unique=True, schema="gis",
        postgresql_where=sa.text("undone_at IS NULL"),
    )  # fmt: skip
