"""Every table that is handed out feature by feature, as data: where it stands and what is told to whom.

Names and kinds of properties come from the columns; one that the public views lack is marked `staff`
here, and a test reads every collection as the public. Keys of the database are told as the codes that
people know (`zone_code` for `zone_id`).
A property marked `staff` is never named in a statement of the public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Boolean, Date, DateTime, Float, FromClause, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from addressing.register import NUMBER_STATUSES, decisions, house_numbers, places
from layers import admin_units, enterprises, plots, stations, streets, zones
from layers.buildings import buildings
from layers.filters.typed import Kind
from maps.features.errors import UnknownCollection

Audience = Literal["public", "staff"]
GeometryType = Literal["Point", "MultiLineString", "Polygon", "MultiPolygon"]

_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (ARRAY, "texts"), (Boolean, "boolean"), (DateTime, "timestamp"), (Date, "date"), (Integer, "integer"),
    (Float, "number"), (Text, "text"),
)  # fmt: skip
_OF_THE_DATABASE = {
    "id", "geom", "geom_3857", "clearance_m", "footprint", "created_at", "version", "source_srid", "search_keys",
}  # fmt: skip
_READ_ONLY = {"updated_at", "is_demo", "tax_code_check"}


@dataclass(frozen=True, slots=True)
class Property:
    """One value of a feature."""

    name: str
    kind: Kind
    expression: Any
    staff: bool = False
    codes: tuple[str, ...] = ()
    """The words it may hold; any when empty."""
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection."""

    name: str
    table: Table
    """Whose rows are the features, by their `id`."""
    source: FromClause
    geometry: Any
    geometry_type: GeometryType
    properties: tuple[Property, ...]
    title: str
    """Property by which people know a feature."""
    times: tuple[Any, Any] | None = None
    """First and last day; the last is excluded, and None for a single day."""
    srid: int | None = None
    """EPSG code of `geometry`; the storage CRS when None."""
    layer: str | None = None
    """Layer of the map, when it is drawn."""
    editable: bool = False

    def properties_for(self, audience: Audience) -> tuple[Property, ...]:
        """What that audience is told."""
        return tuple(one for one in self.properties if audience == "staff" or not one.staff)


@dataclass(frozen=True, slots=True)
class _Told:
    """How the columns of a table become properties."""

    staff: frozenset[str] = frozenset()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    instead: Mapping[str, Any] = field(default_factory=dict)
    """Key column -> {property: expression} that is told in its place."""
    read_only: frozenset[str] = frozenset()


def _kind(column: Any) -> Kind:
    return next(kind for of, kind in _KINDS if isinstance(column.type, of))


def _properties(table: Table, told: _Told) -> tuple[Property, ...]:
    found = []
    for column in table.columns:
        if column.name in told.instead:
            for name, expression in told.instead[column.name].items():
                found.append(Property(name, _kind(expression), expression, name in told.staff,
                                      read_only=name in told.read_only))  # fmt: skip
        elif column.name not in _OF_THE_DATABASE:
            read_only = column.name in _READ_ONLY or column.name in told.read_only
            found.append(Property(column.name, _kind(column), column, column.name in told.staff,
                                  told.codes.get(column.name, ()), read_only))  # fmt: skip
    return tuple(found)


_units, _zones, _plots = admin_units.administrative_units, zones.zones, plots.plots
_enterprises, _sites, _cells = enterprises.enterprises, stations.sites, stations.cells
_streets, _entrances = streets.streets, streets.entrances
_parent_zone, _parent_street = _zones.alias("parent_zone"), _streets.alias("parent_street")
_QUALITIES = admin_units.BORDER_QUALITIES

COLLECTIONS: tuple[Collection, ...] = (
    Collection(
        "zones", _zones, _zones.outerjoin(_parent_zone, _parent_zone.c.id == _zones.c.parent_id),
        _zones.c.geom, "MultiPolygon",
        _properties(_zones, _Told(
            staff=frozenset({"published", "contact_name", "contact_phone", "internal_note"}),
            codes={"kind": zones.KINDS, "status": zones.STATUSES, "border_quality": _QUALITIES},
            instead={"parent_id": {"parent_code": _parent_zone.c.code}},
        )),
        title="name", times=(_zones.c.source_date, None), layer="zones", editable=True,
    ),
    Collection(
        "plots", _plots, _plots.join(_zones, _zones.c.id == _plots.c.zone_id), _plots.c.geom, "Polygon",
        _properties(_plots, _Told(
            staff=frozenset({
                "published", "lowest_price_usd_m2_term", "internal_note", "cadastral_commune_code",
                "cadastral_sheet_no", "cadastral_parcel_no"}),
            codes={"status": plots.STATUSES},
            instead={"zone_id": {"zone_code": _zones.c.code, "zone": _zones.c.name}}, read_only=frozenset({"zone"}),
        )),
        title="code", times=(_plots.c.source_date, None), layer="plots", editable=True,
    ),
    Collection(
        "enterprises", _enterprises,
        _enterprises.outerjoin(_zones, _zones.c.id == _enterprises.c.zone_id)
                    .outerjoin(_plots, _plots.c.id == _enterprises.c.plot_id),
        _enterprises.c.geom, "Point",
        _properties(_enterprises, _Told(
            staff=frozenset({
                "published", "tax_code_check", "workers", "investment_usd", "certificate_address", "contact_name",
                "contact_phone", "contact_email"}),
            codes={"status": enterprises.STATUSES},
            instead={"zone_id": {"zone_code": _zones.c.code}, "plot_id": {"plot_code": _plots.c.code}},
        )),
        title="name", times=(_enterprises.c.source_date, None), layer="enterprises", editable=True,
    ),
    Collection(
        "sites", _sites, _sites, _sites.c.geom, "Point",
        _properties(_sites, _Told(staff=frozenset({"address_text"}))),
        title="code", times=(_sites.c.source_date, None), layer="sites", editable=True,
    ),
    Collection(
        "cells", _cells, _cells.join(_sites, _sites.c.id == _cells.c.site_id), _cells.c.geom_3857, "MultiPolygon",
        _properties(_cells, _Told(
            staff=frozenset({"eirp_dbm", "tilt_deg"}),
            codes={"technology": stations.TECHNOLOGIES, "state": stations.STATES,
                   "coverage_class": ("outdoor", "indoor")},
            instead={"site_id": {"operator": _sites.c.operator, "site_code": _sites.c.code}},
        )),
        title="code", times=(_cells.c.source_date, None), srid=3857, layer="coverage", editable=True,
    ),
    Collection(
        "streets", _streets,
        _streets.outerjoin(_zones, _zones.c.id == _streets.c.zone_id)
                .outerjoin(_parent_street, _parent_street.c.id == _streets.c.parent_street_id),
        _streets.c.geom, "MultiLineString",
        _properties(_streets, _Told(
            codes={"kind": streets.KINDS, "existing_direction": streets.DIRECTIONS},
            instead={"zone_id": {"zone_code": _zones.c.code},
                     "parent_street_id": {"parent_street_code": _parent_street.c.code}},
            read_only=frozenset({"decided_direction", "direction_decision", "direction_decided_on"}),
        )),
        title="name", times=(_streets.c.source_date, None), layer="streets", editable=True,
    ),
    Collection(
        "entrances", _entrances,
        _entrances.outerjoin(_streets, _streets.c.id == _entrances.c.street_id)
                  .outerjoin(_plots, _plots.c.id == _entrances.c.plot_id)
                  .outerjoin(_zones, _zones.c.id == _plots.c.zone_id)
                  .outerjoin(_enterprises, _enterprises.c.id == _entrances.c.enterprise_id),
        _entrances.c.geom, "Point",
        _properties(_entrances, _Told(
            staff=frozenset({"house_code"}),
            codes={"kind": ("building", "empty_land", "gate"),
                   "position_quality": ("surveyed", "published", "derived", "approximate")},
            instead={"street_id": {"street_code": _streets.c.code},
                     "plot_id": {"zone_code": _zones.c.code, "plot_code": _plots.c.code},
                     "enterprise_id": {"enterprise_code": _enterprises.c.code}},
            read_only=frozenset({"place_code", "enterprise_code"}),
        )),
        title="code", times=(_entrances.c.source_date, None), layer="entrances", editable=True,
    ),
    Collection(
        "house_numbers", house_numbers,
        house_numbers.join(_streets, _streets.c.id == house_numbers.c.street_id)
                     .outerjoin(places, places.c.id == house_numbers.c.place_id)
                     .outerjoin(decisions, decisions.c.id == house_numbers.c.decision_id),
        places.c.geom, "Point",
        (
            Property("plate_text", "text", house_numbers.c.plate_text),
            Property("street_code", "text", _streets.c.code), Property("street", "text", _streets.c.name),
            Property("number", "integer", house_numbers.c.number), Property("suffix", "text", house_numbers.c.suffix),
            Property("side", "text", house_numbers.c.side, codes=("left", "right")),
            Property("chainage_m", "number", house_numbers.c.chainage_m),
            Property("status", "text", house_numbers.c.status, codes=NUMBER_STATUSES),
            Property("origin", "text", house_numbers.c.origin, codes=("existing", "issued")),
            Property("place_id", "text", house_numbers.c.place_id),
            Property("decision", "text", decisions.c.number),
            Property("decided_on", "date", decisions.c.decided_on),
            Property("valid_from", "date", house_numbers.c.valid_from),
            Property("valid_to", "date", house_numbers.c.valid_to),
            Property("updated_at", "timestamp", house_numbers.c.updated_at, read_only=True),
        ),
        title="plate_text", times=(house_numbers.c.valid_from, house_numbers.c.valid_to), layer="house_numbers",
    ),
    Collection(
        "administrative_units", _units, _units, _units.c.geom, "MultiPolygon",
        _properties(_units, _Told(codes={"level": admin_units.LEVELS, "border_quality": _QUALITIES})),
        title="full_name", times=(_units.c.valid_from, _units.c.valid_to), layer="administrative_units",
    ),
    Collection(
        "buildings", buildings, buildings, buildings.c.geom, "MultiPolygon",
        _properties(buildings, _Told()), title="code", times=(buildings.c.source_date, None),
    ),
)  # fmt: skip
"""In the order in which they are listed. House numbers change by decision only, so nothing edits them here."""

BY_NAME = {collection.name: collection for collection in COLLECTIONS}


def get(name: str) -> Collection:
    """The collection of that name. Raises `UnknownCollection`."""
    if name not in BY_NAME:
        raise UnknownCollection(name, list(BY_NAME))
    return BY_NAME[name]
