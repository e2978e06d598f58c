"""Dated administrative units (tỉnh, huyện, xã) and what became of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Date,
    Float,
    Index,
    Integer,
    Table,
    Text,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint

from layers.schema import (
    change_columns,
    geometry_checks,
    geometry_columns,
    identity_column,
    metadata,
    not_negative,
    one_of,
    provenance_columns,
    ratio_check,
    validity_check,
    validity_columns,
)

LEVELS = ("province", "district", "commune")
BORDER_QUALITIES = ("surveyed", "published", "approximate")

administrative_units = Table(
    "administrative_units",
    metadata,
    identity_column(),
    Column("level", Text, nullable=False),
    Column("code", Text, nullable=False, comment="Official code: 2, 3 or 5 digits by level."),
    Column("parent_code", Text, comment="Code of the unit above it; since 07/2025 the province."),
    Column("kind", Text, comment="tỉnh, thành phố, phường, xã, đặc khu, thị trấn …"),
    Column("name", Text, nullable=False, comment="Without the word for its kind."),
    Column("full_name", Text, nullable=False),
    Column("name_en", Text),
    Column("area_km2", Float, comment="As published, not measured from the border."),
    Column("population", Integer),
    Column("border_quality", Text, nullable=False, server_default=text("'published'")),
    *validity_columns(),
    *provenance_columns(),
    *change_columns(),
    *geometry_columns("MULTIPOLYGON", nullable=True),
    *geometry_checks(nullable=True),
    one_of("level", LEVELS),
    one_of("border_quality", BORDER_QUALITIES),
    CheckConstraint(r"code ~ '^[0-9]{2}([0-9]|[0-9]{3})?$'", name="code_form"),
    *not_negative("area_km2", "population"),
    validity_check(),
    ExcludeConstraint(
        ("level", "="),
        ("code", "="),
        (func.daterange(text("valid_from"), text("valid_to"), type_=DATERANGE), "&&"),
        name="ex_administrative_units_one_at_a_time",
        using="gist",
    ),
    Index("ix_administrative_units_geom", "geom", postgresql_using="gist"),
    Index("ix_administrative_units_geom_3857", "geom_3857", postgresql_using="gist"),
    Index("ix_administrative_units_parent", "parent_code"),
    comment="Administrative units, each for the period in which it existed in that form.",
)

unit_changes = Table(
    "unit_changes",
    metadata,
    identity_column(),
    Column("level", Text, nullable=False),
    Column("old_code", Text, nullable=False),
    Column("old_name", Text, nullable=False),
    Column("new_code", Text, nullable=False),
    Column("new_name", Text, nullable=False),
    Column("part", Text, nullable=False, comment="Whether the whole or a part went there."),
    Column("changed_on", Date, nullable=False),
    *provenance_columns(),
    Column("people", Text, comment="How many of the inhabitants went along: all, part, none. NULL: not known."),
    Column("population_ratio", Float, comment="Share of the inhabitants of the old unit, 0-1."),
    Column("area_ratio", Float, comment="Share of the area of the old unit, 0-1."),
    Column("hamlets", Text, comment="Thôn, tổ dân phố, khu of the old unit that went there, with semicolons between."),
    one_of("level", LEVELS),
    one_of("part", ("full", "partial")),
    one_of("people", ("all", "part", "none")),
    ratio_check("population_ratio"),
    ratio_check("area_ratio"),
    Index("uq_unit_changes_step", "level", "old_code", "new_code", "changed_on", unique=True),
    comment="What became of a unit on a day: one row for each new unit that took a part of it.",
)


def units_at(conn: Connection, x: float, y: float, as_of: date | None = None) -> list[Any]:
    """The units that contain the point (metres, storage CRS), widest level first.

    `as_of` None means today. A unit without a border never matches.
    """
    point = func.ST_SetSRID(func.ST_MakePoint(x, y), func.gis.storage_srid())
    unit = administrative_units.c
    day = func.current_date() if as_of is None else literal(as_of, Date)
    query = (
        select(unit.level, unit.code, unit.full_name, unit.border_quality, unit.valid_from)
        .where(func.ST_Covers(unit.geom, point))
        .where(unit.valid_from <= day, or_(unit.valid_to.is_(None), unit.valid_to > day))
        .order_by(func.array_position(text("ARRAY['province','district','commune']"), unit.level))
    )
    return list(conn.execute(query))
