"""Mobile network sites and their cells (one technology, band and sector each)."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    text,
)

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

TECHNOLOGIES = ("2G", "3G", "4G", "5G")
STATES = ("planned", "building", "on_air", "off")

sites = Table(
    "sites",
    metadata,
    identity_column(),
    Column("operator", Text, nullable=False, comment="Viettel, VNPT, MobiFone …; network code if unknown."),
    Column("code", Text, nullable=False, comment="The operator's own site code."),
    Column("name", Text),
    Column("kind", Text, comment="macro, micro, indoor."),
    Column("height_m", Float, comment="Antenna height above ground."),
    Column("accuracy_m", Float, comment="Of the position; empty when the list gives the mast itself."),
    Column("address_text", Text),
    *provenance_columns(),
    *change_columns(),
    *geometry_columns("POINT"),
    *geometry_checks(),
    UniqueConstraint("operator", "code"),
    *not_negative("height_m", "accuracy_m"),
    Index("ix_sites_geom", "geom", postgresql_using="gist"),
    Index("ix_sites_geom_3857", "geom_3857", postgresql_using="gist"),
    comment="Places where an operator has antennas. One mast used by three operators is three sites.",
)  # fmt: skip

cells = Table(
    "cells",
    metadata,
    identity_column(),
    Column("site_id", ForeignKey("gis.sites.id"), nullable=False),
    Column("code", Text, nullable=False, comment="The operator's own cell code, unique in its site."),
    Column("technology", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("band", Text, comment="Such as n78 or B3."),
    Column("frequency_mhz", Float),
    Column("bandwidth_mhz", Float),
    Column("antenna", Text, comment="64T64R, 32T32R, 16T16R, 8T8R, 4T4R or smaller."),
    Column("azimuth_deg", Float, comment="Clockwise from TRUE north; empty means all around."),
    Column("beamwidth_deg", Float, comment="Full width of the declared sector."),
    Column("radius_m", Float, comment="Declared reach."),
    Column("eirp_dbm", Float, comment="Private."),
    Column("tilt_deg", Float, comment="Private."),
    Column("on_air_on", Date),
    Column("accepted_on", Date, comment="Accepted into use (Nghị định 88/2025)."),
    Column("footprint", Geometry("MULTIPOLYGON", srid=-1, spatial_index=False),
           comment="Declared polygon; when given it is used in place of the sector."),
    Column("geom_3857", Geometry("MULTIPOLYGON", srid=3857, spatial_index=False),
           comment="The declared reach as it is drawn; a trigger fills it from the columns above and the site."),
    Column("coverage_class", Text, nullable=False, server_default=text("'outdoor'")),
    *provenance_columns(),
    *change_columns(),
    UniqueConstraint("site_id", "code"),
    one_of("technology", TECHNOLOGIES),
    one_of("state", STATES),
    one_of("coverage_class", ("outdoor", "indoor")),
    CheckConstraint("azimuth_deg >= 0 AND azimuth_deg < 360", name="azimuth_range"),
    CheckConstraint("beamwidth_deg > 0 AND beamwidth_deg <= 360", name="beamwidth_range"),
    CheckConstraint("radius_m > 0 AND radius_m <= 100000", name="radius_range"),
    CheckConstraint("footprint IS NULL OR ((NOT ST_SRID(footprint) <> gis.storage_srid()) "
                    "AND gis.is_plausible(footprint) AND ST_IsValid(footprint))", name="footprint_sound"),
    *not_negative("frequency_mhz", "bandwidth_mhz"),
    Index("ix_cells_site_id", "site_id"),
    Index("ix_cells_footprint", "footprint", postgresql_using="gist"),
    Index("ix_cells_geom_3857", "geom_3857", postgresql_using="gist"),
    comment="Cells; position is that of their site.",
)  # fmt: skip
