"""Buildings: outlines with height, for maps and for the shadow they throw on radio waves."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, Index, Integer, Table, Text

from layers.schema import (
    change_columns,
    geometry_checks,
    geometry_columns,
    identity_column,
    metadata,
    not_negative,
    provenance_columns,
)

buildings = Table(
    "buildings",
    metadata,
    identity_column(),
    Column("code", Text, nullable=False, unique=True, comment="Key of the source, or our own."),
    Column("kind", Text, comment="As its source words it."),
    Column("name", Text),
    Column("height_m", Float, comment="Roof above ground."),
    Column("floors", Integer),
    *provenance_columns(),
    *change_columns(),
    *geometry_columns("MULTIPOLYGON"),
    *geometry_checks(),
    CheckConstraint("ST_IsValid(geom)", name="geom_valid"),
    *not_negative("height_m", "floors"),
    Index("ix_buildings_geom", "geom", postgresql_using="gist"),
    Index("ix_buildings_geom_3857", "geom_3857", postgresql_using="gist"),
    comment="Outlines of buildings; where people go in is in entrances.",
)
