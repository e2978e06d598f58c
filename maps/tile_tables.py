"""Tables behind the freshness of tiles and their store; triggers keep the first two (migration 0005)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)

from layers.schema import metadata, one_of

AUDIENCES = ("public", "staff")

tile_layers = Table(
    "tile_layers",
    metadata,
    Column("layer", Text, primary_key=True, comment="Name in the catalogue."),
    Column("min_zoom", Integer, nullable=False, comment="Tiles of lower zooms follow the whole layer."),
    Column("max_zoom", Integer, nullable=False, comment="Tiles of higher zooms follow the tile they lie in."),
    Column("version", BigInteger, nullable=False, server_default=text("1"), comment="Of the newest change."),
    Column("epoch", BigInteger, nullable=False, server_default=text("1"), comment="Version of tiles without a mark."),
    Column("marks", Integer, nullable=False, server_default=text("0"), comment="Rows of tile_marks, at most."),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    comment="Each drawn layer with its newest version; triggers count it at commit.",
)

tile_marks = Table(
    "tile_marks",
    metadata,
    Column("layer", Text, primary_key=True),
    Column("z", Integer, primary_key=True),
    Column("x", Integer, primary_key=True),
    Column("y", Integer, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Index("ix_tile_marks_layer_version", "layer", "version"),
    comment="Tiles that changed since the epoch of their layer, with the version that changed them.",
)

tile_store = Table(
    "tile_store",
    metadata,
    Column("audience", Text, primary_key=True),
    Column("z", SmallInteger, primary_key=True),
    Column("x", Integer, primary_key=True),
    Column("y", Integer, primary_key=True),
    Column("layer", Text, primary_key=True),
    Column("version", BigInteger, nullable=False, comment="Of the tile when it was drawn."),
    Column("recipe", Text, nullable=False, comment="Fingerprint of the catalogue, and the day if it matters."),
    Column("body", LargeBinary, nullable=False, comment="MVT, zstd."),
    Column("drawn", Integer, comment="Features drawn, when the tile had to thin."),
    Column("there", Integer, comment="Features there, when the tile had to thin."),
    one_of("audience", AUDIENCES),
    comment="Tiles drawn ahead of being asked for. All of it can be drawn again.",
    prefixes=["UNLOGGED"],
)

tile_seeds = Table(
    "tile_seeds",
    metadata,
    Column("audience", Text, primary_key=True),
    Column("layer", Text, primary_key=True),
    Column("z", SmallInteger, primary_key=True),
    Column("version", BigInteger, nullable=False, comment="Every tile up to this version is stored, or empty."),
    Column("recipe", Text, nullable=False),
    Column("tiles", Integer, nullable=False, comment="Stored when it was last seeded as a whole."),
    Column("seconds", Float, nullable=False, comment="What that took."),
    Column("seeded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("audience", AUDIENCES),
    comment="Which zooms of which layers the store holds completely.",
    prefixes=["UNLOGGED"],
)
