"""The one MetaData of the service, and the columns that many tables share.

Geometry columns carry no SRID of their own: the storage CRS is a setting of the deployment. The
migration writes it into the database function `gis.storage_srid()`, and every geometry column is
held to it, and to the plausible envelope, by CHECK constraints made here.
"""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    text,
)

SCHEMA = "gis"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    },
)

layer_versions = Table(
    "layer_versions",
    metadata,
    Column("layer", Text, primary_key=True, comment="Name of a table whose rows are drawn."),
    Column("version", BigInteger, nullable=False, server_default=text("1")),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    comment="Counts the changes of each drawn table; statement triggers keep it.",
)

deployment = Table(
    "deployment",
    metadata,
    Column("only_row", Boolean, primary_key=True, server_default=text("true")),
    Column("storage_srid", Integer, nullable=False),
    Column("envelope_west_deg", Float, nullable=False),
    Column("envelope_south_deg", Float, nullable=False),
    Column("envelope_east_deg", Float, nullable=False),
    Column("envelope_north_deg", Float, nullable=False),
    Column("demo_seed", Integer, comment="Set when this database holds the made-up province."),
    Column("demo_scale", Float, comment="Its size; 1 is the full one."),
    Column("demo_digest", Text, comment="SHA-256 over its contents as built."),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("only_row", name="only_one"),
    comment="What was settled when the database was made: CRS and plausible envelope.",
)

statistics_asked = Table(
    "statistics_asked",
    metadata,
    Column("table_name", Text, primary_key=True),
    comment="Asks for fresh statistics of a table; always empty.",
)


def identity_column() -> Column[int]:
    """An ever-growing key that is never reused."""
    return Column("id", BigInteger, Identity(always=False), primary_key=True)


def geometry_columns(geometry_type: str, *, nullable: bool = False) -> list[Column[Any]]:
    """`geom` in the storage CRS and `geom_3857` for tiles, the latter filled by a trigger."""
    return [
        Column("geom", Geometry(geometry_type, srid=-1, spatial_index=False), nullable=nullable),
        Column("geom_3857", Geometry(geometry_type, srid=3857, spatial_index=False)),
    ]


def geometry_checks(*, nullable: bool = False) -> list[CheckConstraint]:
    """SRID, finiteness, plausible envelope and validity, held by the database itself."""
    allow_null = "geom IS NULL OR " if nullable else ""
    return [
        # Not "=": PostGIS's view geometry_columns would take what follows for a number, and fail.
        CheckConstraint(f"{allow_null}(NOT ST_SRID(geom) <> gis.storage_srid())", name="geom_srid"),
        CheckConstraint(f"{allow_null}gis.is_plausible(geom)", name="geom_plausible"),
    ]


def provenance_columns() -> list[Column[Any]]:
    """Where a record came from: its source, its own key and the CRS it arrived in."""
    return [
        Column("source", Text, nullable=False, comment="Who says so: list, file, decision."),
        Column("source_date", Date, comment="The day for which the source speaks."),
        Column("source_srid", Integer, comment="EPSG code of the CRS it came in."),
        Column("is_demo", Boolean, nullable=False, server_default=text("false")),
    ]


def change_columns() -> list[Column[Any]]:
    """Version for optimistic locking and the time of the last change; a trigger keeps both."""
    return [
        Column("version", Integer, nullable=False, server_default=text("1")),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    ]


def validity_columns() -> list[Column[Any]]:
    """Half-open validity [valid_from, valid_to); an empty end means "until further notice"."""
    return [
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date),
    ]


def validity_check() -> CheckConstraint:
    """A period must not end before it began."""
    return CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_period")


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """Restrict a text column to listed words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def ratio_check(column: str) -> CheckConstraint:
    """A share is between 0 and 1."""
    return CheckConstraint(f"{column} BETWEEN 0 AND 1", name=f"{column}_is_ratio")


def not_negative(*columns: str) -> list[CheckConstraint]:
    """Finite and not below zero. NaN is greater than everything to PostgreSQL, so it fails too."""
    return [
        CheckConstraint(f"{column} >= 0 AND {column}::float8 < 'Infinity'", name=f"{column}_not_negative")
        for column in columns
    ]
