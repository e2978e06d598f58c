"""The search index: names, numbered doors, vocabulary; kept by triggers.

Revises: 0008
Created: 2026-11-23
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0008"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0007_search.sql"


def upgrade() -> None:
    op.create_table(
        "search_keys",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False, comment="Row of the table of that kind."),
        sa.Column("code", sa.Text(), nullable=True, comment="Unit code, zone code, ZONE/PLOT, tax code, site code."),
        sa.Column("title", sa.Text(), nullable=False, comment="As it is shown."),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("context", sa.Text(), nullable=True, comment="Where it is: zone, commune, city."),
        sa.Column("names", postgresql.ARRAY(sa.Text()), nullable=False,
                  comment="gis.search_words of its present and former names."),
        sa.Column("tokens", postgresql.TSVECTOR(), nullable=False,
                  comment="Words of the names (A) and of where it is (B)."),
        sa.Column("weight", sa.Float(), nullable=False, comment="Which of two equally good answers people mean."),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("x", sa.Float(), nullable=True, comment="Metres, storage CRS; empty where no geometry is known."),
        sa.Column("y", sa.Float(), nullable=True),
        sa.CheckConstraint("kind IN ('unit', 'street', 'zone', 'plot', 'enterprise', 'site')",
                           name=op.f("ck_search_keys_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_keys")),
        schema="gis",
        comment="One row for each thing with a name that the search box finds.",
    )  # fmt: skip
    op.create_index("uq_search_keys_object", "search_keys", ["kind", "object_id"], unique=True, schema="gis")
    for name, column in (("ix_search_keys_tokens", "tokens"), ("ix_search_keys_names", "names")):
        op.create_index(
            name, "search_keys", [column], schema="gis", postgresql_using="gin", postgresql_with={"fastupdate": "off"}
        )
    op.create_table(
        "search_numbers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False, comment="gis.number_key: 12/5/3a, outermost alley first."),
        sa.Column("number", sa.Integer(), nullable=True, comment="Of a door on the street itself; empty in an alley."),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False,
                  comment="register: a written address; existing: found on the ground."),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=True),
        sa.Column("entrance_id", sa.BigInteger(), nullable=True),
        sa.Column("x", sa.Float(), nullable=False, comment="Metres, storage CRS."),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.CheckConstraint("origin IN ('register', 'existing')", name=op.f("ck_search_numbers_origin_known")),
        sa.ForeignKeyConstraint(["street_id"], ["gis.streets.id"], name=op.f("fk_search_numbers_street_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_numbers")),
        schema="gis",
        comment="One row for each numbered door, in force or former.",
    )  # fmt: skip
    op.create_index("ix_search_numbers_key", "search_numbers", ["street_id", "number_key"], schema="gis")
    op.create_index("ix_search_numbers_number", "search_numbers", ["street_id", "number"], schema="gis")
    op.create_table(
        "search_unit_words",
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.Column("names", postgresql.ARRAY(sa.Text()), nullable=False,
                  comment="Keys of the communes that it was made of."),
        sa.Column("words", postgresql.ARRAY(sa.Text()), nullable=False,
                  comment="Of those, and of what stood above them."),
        sa.PrimaryKeyConstraint("commune_code", name=op.f("pk_search_unit_words")),
        schema="gis",
        comment="Words of former communes, districts and provinces by which a commune of today may be called.",
    )  # fmt: skip
    op.create_table(
        "search_learnings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_learnings")),
        schema="gis",
        comment="A new row learns the vocabulary of misspelt words anew (a trigger does).",
    )
    know_former_units()
    op.execute(sa.text(SQL.read_text(encoding="utf-8").replace(":", r"\:")))


def know_former_units() -> None:
    """The names by which communes of today were called before; `gis search learn` does it again."""
    from addressing.search.index import learn_former_units

    learn_former_units(op.get_bind())
