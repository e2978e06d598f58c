"""Streets (centrelines) and the entrances that open on them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Table,
    Text,
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

KINDS = ("street", "road", "alley", "lane", "highway")
"""street = phố, road = đường, alley = ngõ, lane = ngách, highway = quốc lộ or tỉnh lộ."""

DIRECTIONS = ("forward", "backward")
"""Along the centreline as drawn, or against it."""

streets = Table(
    "streets",
    metadata,
    identity_column(),
    Column("code", Text, nullable=False, unique=True, comment="Key of the source, or our own."),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("zone_id", ForeignKey("gis.zones.id")),
    Column("commune_code", Text, comment="Commune that holds most of it."),
    Column("parent_street_id", ForeignKey("gis.streets.id"), comment="On which an alley opens."),
    Column("cross_section_m", Float, comment="Mặt cắt ngang, pavements included."),
    Column("numbered_before", Boolean, nullable=False, server_default=text("false"),
           comment="Was numbered before Circular 08 took effect and so keeps its direction."),
    Column("is_special", Boolean, nullable=False, server_default=text("false"),
           comment="Radial and the like: the compass does not fit, the committee sets the direction."),
    Column("existing_direction", Text, comment="In which its old numbers grow."),
    Column("decided_direction", Text, comment="Fixed by the commune for a special street."),
    Column("direction_decision", Text, comment="Number of that decision."),
    Column("direction_decided_on", Date),
    *provenance_columns(),
    *change_columns(),
    *geometry_columns("MULTILINESTRING"),
    *geometry_checks(),
    one_of("kind", KINDS),
    one_of("existing_direction", DIRECTIONS),
    one_of("decided_direction", DIRECTIONS),
    CheckConstraint("(decided_direction IS NULL) = (direction_decision IS NULL)",
                    name="direction_has_decision"),
    CheckConstraint(r"commune_code ~ '^[0-9]{5}$'", name="commune_code_form"),
    *not_negative("cross_section_m"),
    Index("ix_streets_geom", "geom", postgresql_using="gist"),
    Index("ix_streets_geom_3857", "geom_3857", postgresql_using="gist"),
    comment="Streets with the facts that the numbering rules need.",
)  # fmt: skip

entrances = Table(
    "entrances",
    metadata,
    identity_column(),
    Column("code", Text, nullable=False, unique=True, comment="Key of the source, or our own."),
    Column("kind", Text, nullable=False, server_default=text("'building'")),
    Column("is_main", Boolean, nullable=False, server_default=text("true")),
    Column("street_id", ForeignKey("gis.streets.id"), comment="On which it opens."),
    Column("street_name", Text, comment="As its source names the street."),
    Column("existing_number", Text, comment="House number found on the ground, as written."),
    Column("plot_id", ForeignKey("gis.plots.id")),
    Column("enterprise_id", ForeignKey("gis.enterprises.id")),
    Column("house_code", Text, comment="Doors with the same one belong to one house."),
    Column("place_code", Text, comment="Our place id; the register checks that it exists."),
    Column("position_quality", Text, nullable=False, server_default=text("'surveyed'")),
    *provenance_columns(),
    *change_columns(),
    *geometry_columns("POINT"),
    *geometry_checks(),
    one_of("kind", ("building", "empty_land", "gate")),
    one_of("position_quality", ("surveyed", "published", "derived", "approximate")),
    Index("ix_entrances_geom", "geom", postgresql_using="gist"),
    Index("ix_entrances_geom_3857", "geom_3857", postgresql_using="gist"),
    Index("ix_entrances_street_id", "street_id"),
    Index("ix_entrances_plot_id", "plot_id"),
    Index("ix_entrances_place_code", "place_code"),
    Index("ix_entrances_house_code", "house_code", postgresql_where=text("house_code IS NOT NULL")),
    comment="Doors, gates and the middles of empty frontages.",
)  # fmt: skip
