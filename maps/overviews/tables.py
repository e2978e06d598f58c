"""Tables of the overviews: counts, generalised shapes, and what has changed since they were made."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Integer, SmallInteger, Table, Text

from layers.schema import metadata

overview_counts = Table(
    "overview_counts",
    metadata,
    Column("layer", Text, nullable=False),
    Column("zoom", SmallInteger, nullable=False),
    Column("x", Integer, nullable=False, comment="Column of the cell in the grid of its zoom, from the west."),
    Column("y", Integer, nullable=False, comment="Row of the cell, from the north."),
    Column("class", Text, nullable=False),
    Column("zone_id", BigInteger, comment="Zone that must be public for the public to know of these."),
    Column("is_public", Boolean, nullable=False),
    Column("n", Integer, nullable=False, comment="How many came; below zero: how many went."),
    Column("sum_x", BigInteger, nullable=False, comment="Of whole web mercator metres, so that it adds up exactly."),
    Column("sum_y", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False, comment="What the recipe adds up besides: square metres."),
    Index("ix_overview_counts_cell", "layer", "zoom", "x", "y"),
    comment="A ledger of what lies in which cell: triggers add lines, readers add them up, a job merges them.",
)

overview_shapes = Table(
    "overview_shapes",
    metadata,
    Column("layer", Text, primary_key=True),
    Column("zoom", SmallInteger, primary_key=True),
    Column("feature_id", BigInteger, primary_key=True, autoincrement=False),
    Column("made_from", Text, nullable=False, comment="Digest of the shapes and rules that it was made from."),
    Column("geom_3857", Geometry("GEOMETRY", srid=3857, spatial_index=False), nullable=False),
    Index("ix_overview_shapes_zoom_geom_3857", "zoom", "geom_3857", postgresql_using="gist"),
    comment="Shapes generalised for one zoom; attributes and rights are those of the feature, asked when drawn.",
)

overview_changes = Table(
    "overview_changes",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("layer", Text, nullable=False),
    Column("feature_id", BigInteger, nullable=False),
    Index("ix_overview_changes_feature", "layer", "feature_id"),
    comment="Features whose generalised shape is out of date: drawn in full until a job has made it anew.",
)
