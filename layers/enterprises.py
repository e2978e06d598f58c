"""Enterprises in and around the zones."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from layers.schema import (
    change_columns,
    geometry_checks,
    geometry_columns,
    identity_column,
    metadata,
    not_negative,
    one_of,
    provenance_columns,
)

STATUSES = ("registered", "building", "operating", "suspended", "closed")
TAX_CODE_CHECKS = ("passed", "failed", "absent")
"""`failed` is a warning, not a refusal: no legal text publishes the check digit."""

enterprises = Table(
    "enterprises",
    metadata,
    identity_column(),
    Column("code", Text, nullable=False, unique=True, comment="Key of the source; tax code if it has one."),
    Column("tax_code", Text, unique=True, comment="10 digits, 10-3, or 12 (Thông tư 90/2026/TT-BTC)."),
    Column("tax_code_check", Text, nullable=False, server_default=text("'absent'")),
    Column("name", Text, nullable=False),
    Column("name_en", Text),
    Column("short_name", Text),
    Column("country", Text, comment="ISO 3166-1 alpha-2 of the main investor."),
    Column("status", Text, nullable=False),
    Column("vsic_version", Text, nullable=False, server_default=text("'2025'")),
    Column("industry_code", Text, comment="Main VSIC code: letter or 2 to 5 digits."),
    Column("other_industry_codes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("workers", Integer),
    Column("investment_usd", Float),
    Column("started_on", Date),
    Column("zone_id", ForeignKey("gis.zones.id")),
    Column("plot_id", ForeignKey("gis.plots.id")),
    Column("address_text", Text, comment="As written by its source."),
    Column("certificate_address", Text, comment="Private: as on the land certificate."),
    Column("contact_name", Text, comment="Private."),
    Column("contact_phone", Text, comment="Private."),
    Column("contact_email", Text, comment="Private."),
    Column("published", Boolean, nullable=False, server_default=text("true")),
    *provenance_columns(),
    *change_columns(),
    *geometry_columns("POINT"),
    *geometry_checks(),
    one_of("status", STATUSES),
    one_of("tax_code_check", TAX_CODE_CHECKS),
    one_of("vsic_version", ("2018", "2025")),
    CheckConstraint(r"tax_code ~ '^([0-9]{10}(-[0-9]{3})?|[0-9]{12})$'", name="tax_code_form"),
    CheckConstraint(r"industry_code ~ '^([A-V]|[0-9]{2,5})$'", name="industry_code_form"),
    CheckConstraint(r"country ~ '^[A-Z]{2}$'", name="country_form"),
    *not_negative("workers", "investment_usd"),
    Index("ix_enterprises_geom", "geom", postgresql_using="gist"),
    Index("ix_enterprises_geom_3857", "geom_3857", postgresql_using="gist"),
    Index("ix_enterprises_zone_id", "zone_id"),
    comment="Enterprises with where they stand and what they do.",
)  # fmt: skip
