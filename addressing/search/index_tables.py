"""What the search box looks in. Triggers fill these tables (migrations/sql/0007_search.sql,
0019_parts.sql); nobody writes them.

`search_keys` has one row for each thing with a name, `search_numbers` one for each numbered door, `search_parts` one
for each named part of an estate. The
misspelt words are found in two materialised views beside them, `search_names` and `search_vocabulary`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from layers.schema import metadata, one_of

KINDS = ("unit", "street", "zone", "plot", "enterprise", "site", "estate")

search_keys = Table(
    "search_keys",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("object_id", BigInteger, nullable=False, comment="Row of the table of that kind."),
    Column("code", Text, comment="Unit code, zone code, ZONE/PLOT, tax code, site code."),
    Column("title", Text, nullable=False, comment="As it is shown."),
    Column("title_en", Text),
    Column("context", Text, comment="Where it is: zone, commune, city."),
    Column("names", ARRAY(Text), nullable=False, comment="gis.search_words of its present and former names."),
    Column("tokens", TSVECTOR, nullable=False, comment="Words of the names (A) and of where it is (B)."),
    Column("weight", Float, nullable=False, comment="Which of two equally good answers people mean."),
    Column("published", Boolean, nullable=False),
    Column("commune_code", Text),
    Column("x", Float, comment="Metres, storage CRS; empty where no geometry is known."),
    Column("y", Float),
    one_of("kind", KINDS),
    Index("uq_search_keys_object", "kind", "object_id", unique=True),
    Index("ix_search_keys_tokens", "tokens", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    Index("ix_search_keys_names", "names", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    comment="One row for each thing with a name that the search box finds.",
)

search_numbers = Table(
    "search_numbers",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("street_id", ForeignKey("gis.streets.id", ondelete="CASCADE"), nullable=False),
    Column("number_key", Text, nullable=False, comment="gis.number_key: 12/5/3a, outermost alley first."),
    Column("number", Integer, comment="Of a door on the street itself; empty in an alley."),
    Column("shown", Text, nullable=False),
    Column("origin", Text, nullable=False, comment="register: a written address; existing: found on the ground."),
    Column("in_force", Boolean, nullable=False),
    Column("place_id", Text),
    Column("entrance_id", BigInteger),
    Column("x", Float, nullable=False, comment="Metres, storage CRS."),
    Column("y", Float, nullable=False),
    Column("published", Boolean, nullable=False),
    one_of("origin", ("register", "existing")),
    Index("ix_search_numbers_key", "street_id", "number_key"),
    Index("ix_search_numbers_number", "street_id", "number"),
    comment="One row for each numbered door, in force or former.",
)

search_parts = Table(
    "search_parts",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("estate_id", ForeignKey("gis.estates.id"), nullable=False),
    Column("street_id", BigInteger, nullable=False, comment="On which the entrance of the estate opens."),
    Column("door_place_id", Text, comment="Of a block: the place with its house number."),
    Column("part_name_id", BigInteger, nullable=False),
    Column("place_id", Text, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False, comment="From the inside out, itself first."),
    Column("names", ARRAY(Text), nullable=False, comment="Of the same, as they are shown."),
    Column("keys", ARRAY(Text), nullable=False, comment="Kind and gis.part_key of the same."),
    Column("has_position", Boolean, nullable=False, comment="False: the position is that of what it lies in."),
    Column("in_force", Boolean, nullable=False),
    Column("x", Float, nullable=False, comment="Metres, storage CRS."),
    Column("y", Float, nullable=False),
    *(Index(f"ix_search_parts_{name}", name) for name in ("estate_id", "street_id", "door_place_id")),
    comment="One row for each named part of an estate, in force or former.",
)

search_unit_words = Table(
    "search_unit_words",
    metadata,
    Column("commune_code", Text, primary_key=True),
    Column("names", ARRAY(Text), nullable=False, comment="Keys of the communes that it was made of."),
    Column("words", ARRAY(Text), nullable=False, comment="Of those, and of what stood above them."),
    comment="Words of former communes, districts and provinces by which a commune of today may be called.",
)

search_learnings = Table(
    "search_learnings",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("learned_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    comment="A new row learns the vocabulary of misspelt words anew (a trigger does).",
)
