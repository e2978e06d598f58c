"""Every layer that can be drawn, as data: what is in its tiles, what a click tells, how it looks.

Names of tables are unqualified on purpose: the search path of the connection (`open` for the
public, `gis` for staff) decides which rows and columns there are. A field marked `staff` is never
named in a statement of the public, so a mistake in the views cannot leak it either.

Texts are not here but in `maps.i18n`: `layer.<name>`, `group.<name>`, `field.<name>` and
`value.<layer>.<field>.<value>` for coded values.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from addressing.register import NUMBER_STATUSES
from layers import admin_units, enterprises, plots, stations, streets, zones
from layers.errors import UnknownLayer

Audience = Literal["public", "staff"]
Kind = Literal["text", "integer", "number", "boolean", "date"]
Shape = Literal["polygon", "line", "point"]

EXTENT = 4096
"""Units of a tile along one side."""
BUFFER = 64
"""Units drawn beyond the edge, so that outlines and halves of symbols meet their neighbours."""
HIGHEST_ZOOM = 22


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a feature."""

    name: str
    kind: Kind = "text"
    sql: str | None = None
    """Expression over the row `r` and what the source joins; the column of that name when None."""
    unit: str | None = None
    """Key of `unit.<unit>` in the texts; "ratio" is written as per cent."""
    digits: int = 0
    codes: tuple[str, ...] = ()
    """The listed words, each with a text."""
    staff: bool = False

    @property
    def expression(self) -> str:
        """What stands in the SELECT list."""
        return self.sql or f"r.{self.name}"


@dataclass(frozen=True, slots=True)
class Mark:
    """How one class of a layer looks, on the map and in the legend."""

    value: str
    color: str
    pattern: Literal["solid", "hatched", "dashed", "hollow"] = "solid"


@dataclass(frozen=True, slots=True)
class Layer:
    """One drawable layer."""

    name: str
    group: Literal["land", "network", "address", "border"]
    shape: Shape
    source: str
    """FROM clause of tiles; the row is `r` and has `geom_3857`."""
    tables: tuple[str, ...]
    """Whose versions make the version of a tile."""
    tile: tuple[Field, ...]
    facts: tuple[Field, ...]
    title: str
    """Expression of the name of one feature."""
    weight: str
    """ORDER BY, heaviest first: what stays when a tile must thin. The id is appended to it."""
    min_zoom: int
    max_zoom: int = 16
    classes: str | None = None
    """Field of the tile by which the marks are told apart."""
    marks: tuple[Mark, ...] = ()
    where: str = "true"
    where_public: str = "true"
    staff_source: str | None = None
    facts_source: str | None = None
    key: str = "r.id"
    label: str | None = None
    """Expression of the text on the map when it is drawn at one point of a polygon."""
    label_min_zoom: int = 0
    label_fields: tuple[str, ...] = ()
    """Fields of the tile that label points carry too, because the style tells them apart by these."""
    visible: bool = True
    dated: bool = False
    """Its content depends on the day, even when nothing is edited."""
    links: tuple[tuple[str, str], ...] = field(default=())
    """(address with {field}, field that must be present) of pages about the feature."""

    def fields(self, audience: Audience) -> tuple[Field, ...]:
        """Attributes of the tile for that audience, the id left out."""
        return tuple(one for one in self.tile if audience == "staff" or not one.staff)

    def facts_for(self, audience: Audience) -> tuple[Field, ...]:
        """What a click tells that audience."""
        return tuple(one for one in self.facts if audience == "staff" or not one.staff)

    def source_for(self, audience: Audience) -> str:
        """FROM clause of the tile."""
        return self.staff_source if audience == "staff" and self.staff_source else self.source

    def where_for(self, audience: Audience) -> str:
        """Condition besides the box."""
        return self.where if audience == "staff" else f"({self.where}) AND ({self.where_public})"


# Colours of Okabe and Ito, distinguishable with every common colour vision; never colour alone:
# what is only planned is hatched or dashed, and every class has its word in the legend.
BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
VERMILLION, PURPLE, YELLOW, GREY = "#D55E00", "#CC79A7", "#F0E442", "#8A939B"

_IN_FORCE = "r.valid_from <= current_date AND (r.valid_to IS NULL OR r.valid_to > current_date)"
_SOURCE = (Field("source"), Field("source_date", "date"))

_NUMBER_COLUMNS = (
    "h.id, h.street_id, h.place_id, h.entrance_id, h.number, h.suffix, h.plate_text, h.side, h.chainage_m,"
    " h.status, h.origin, h.valid_from, h.valid_to, h.decision_id"
)
_NUMBERS = (
    f"(SELECT {_NUMBER_COLUMNS}, p.geom, p.geom_3857"  # noqa: S608 - all of it is written here
    " FROM house_numbers h JOIN places p ON p.id = h.place_id"
    " WHERE h.status = 'in_force') r"
)
_NUMBERS_STAFF = (
    f"(SELECT {_NUMBER_COLUMNS}, p.geom, p.geom_3857"  # noqa: S608 - as above
    " FROM house_numbers h JOIN places p ON p.id = h.place_id WHERE h.status <> 'retired'"
    f" UNION ALL SELECT {_NUMBER_COLUMNS}, e.geom, e.geom_3857"
    " FROM house_numbers h JOIN entrances e ON e.id = h.entrance_id"
    " WHERE h.place_id IS NULL AND h.status <> 'retired') r"
)

LAYERS: tuple[Layer, ...] = (
    Layer(
        name="administrative_units",
        group="border",
        shape="polygon",
        source="administrative_units r",
        tables=("administrative_units",),
        where=f"{_IN_FORCE} AND (r.level = 'province' OR (r.level = 'commune' AND %(z)s >= 9))",
        tile=(Field("level", codes=admin_units.LEVELS), Field("border_quality")),
        title="r.full_name",
        label="r.full_name",
        label_min_zoom=6,
        label_fields=("level",),
        facts=(
            Field("level", codes=admin_units.LEVELS), Field("code"), Field("parent_code"),
            Field("area_km2", "number", unit="km2", digits=1), Field("population", "integer"),
            Field("border_quality", codes=admin_units.BORDER_QUALITIES),
            Field("valid_from", "date"), *_SOURCE,
        ),
        weight="(r.level = 'province') DESC, coalesce(r.area_km2, 0) DESC",
        min_zoom=4,
        max_zoom=14,
        classes="level",
        marks=(Mark("province", "#5d6871", "hollow"), Mark("commune", "#a3abb2", "hollow")),
        dated=True,
    ),
    Layer(
        name="coverage",
        group="network",
        shape="polygon",
        source="cells r JOIN sites s ON s.id = r.site_id",
        tables=("cells", "sites"),
        where="r.state <> 'off' AND r.technology IN ('4G', '5G')",
        tile=(
            Field("technology", codes=("4G", "5G")),
            Field("state", codes=stations.STATES),
            Field("operator", sql="s.operator"),
        ),
        title="s.operator || ' ' || r.technology || ' ' || r.code",
        facts=(
            Field("technology", codes=stations.TECHNOLOGIES), Field("operator", sql="s.operator"),
            Field("state", codes=stations.STATES), Field("band"),
            Field("frequency_mhz", "number", unit="mhz"), Field("bandwidth_mhz", "number", unit="mhz"),
            Field("antenna"), Field("azimuth_deg", "number", unit="deg"),
            Field("beamwidth_deg", "number", unit="deg"), Field("radius_m", "number", unit="m"),
            Field("on_air_on", "date"), Field("accepted_on", "date"),
            Field("eirp_dbm", "number", unit="dbm", digits=1, staff=True),
            Field("tilt_deg", "number", unit="deg", digits=1, staff=True),
            Field("source", sql="r.source"), Field("source_date", "date", sql="r.source_date"),
        ),
        weight="coalesce(r.radius_m, 0) DESC",
        min_zoom=9,
        max_zoom=15,
        classes="technology",
        marks=(Mark("5G", BLUE), Mark("4G", ORANGE)),
        visible=False,
    ),
    Layer(
        name="zones",
        group="land",
        shape="polygon",
        source="zones r",
        tables=("zones",),
        tile=(Field("code"), Field("kind", codes=zones.KINDS), Field("status", codes=zones.STATUSES)),
        title="r.name",
        label="r.name",
        label_min_zoom=10,
        facts=(
            Field("code"), Field("kind", codes=zones.KINDS), Field("status", codes=zones.STATUSES),
            Field("developer"), Field("area_plan_ha", "number", unit="ha", digits=1),
            Field("area_decision_ha", "number", unit="ha", digits=1),
            Field("area_leasable_ha", "number", unit="ha", digits=1),
            Field("occupancy_ratio", "number", unit="ratio"), Field("occupancy_on"),
            Field("established_note"), Field("lease_ends_on", "date"),
            Field("power_mva", "number", unit="mva", digits=1),
            Field("water_m3_day", "number", unit="m3_day"),
            Field("wastewater_m3_day", "number", unit="m3_day"),
            Field("address_text"), Field("border_quality", codes=admin_units.BORDER_QUALITIES),
            Field("contact_name", staff=True), Field("contact_phone", staff=True),
            Field("internal_note", staff=True), *_SOURCE,
        ),
        weight="coalesce(r.area_plan_ha, r.area_decision_ha, 0) DESC",
        min_zoom=6,
        classes="kind",
        marks=(Mark("KCN", BLUE), Mark("CCN", VERMILLION), Mark("KKT", PURPLE, "dashed")),
        links=(("/zones/{code}", "code"), ("/coverage/ratios?zone={code}", "code")),
    ),
    Layer(
        name="plots",
        group="land",
        shape="polygon",
        source="plots r",
        facts_source="plots r JOIN zones z ON z.id = r.zone_id",
        tables=("plots", "zones"),
        tile=(Field("status", codes=plots.STATUSES),),
        title="r.code || ' – ' || z.name",
        label="r.code",
        label_min_zoom=16,
        facts=(
            Field("status", codes=plots.STATUSES), Field("zone", sql="z.name"),
            Field("zone_code", sql="z.code"), Field("code"), Field("land_use_code"),
            Field("area_m2", "number", unit="m2"), Field("ready_on", "date"),
            Field("lease_ends_on", "date"),
            Field("price_usd_m2_term", "number", unit="usd_m2_term", digits=1),
            Field("price_quoted_on", "date"),
            Field("management_fee_usd_m2_month", "number", unit="usd_m2_month", digits=2),
            Field("can_merge", "boolean"), Field("power_kva", "number", unit="kva"),
            Field("water_m3_day", "number", unit="m3_day"),
            Field("wastewater_m3_day", "number", unit="m3_day"),
            Field("road_width_m", "number", unit="m", digits=1),
            Field("max_coverage_ratio", "number", unit="ratio"),
            Field("max_floor_area_ratio", "number", digits=2), Field("max_floors", "integer"),
            Field("max_height_m", "number", unit="m", digits=1),
            Field("lowest_price_usd_m2_term", "number", unit="usd_m2_term", digits=1, staff=True),
            Field("internal_note", sql="r.internal_note", staff=True),
            Field("source", sql="r.source"), Field("source_date", "date", sql="r.source_date"),
        ),
        weight="r.area_m2 DESC",
        min_zoom=11,
        classes="status",
        marks=(
            Mark("available", GREEN), Mark("reserved", ORANGE), Mark("leased", SKY),
            Mark("planned", PURPLE, "hatched"), Mark("not_for_lease", GREY),
        ),
        links=(("/zones/{zone_code}", "zone_code"),),
    ),
    Layer(
        name="streets",
        group="address",
        shape="line",
        source="streets r",
        tables=("streets",),
        where="(%(z)s >= 13 OR r.kind IN ('highway', 'road', 'street'))",
        tile=(Field("kind", codes=streets.KINDS), Field("name")),
        title="r.name",
        facts=(
            Field("kind", codes=streets.KINDS), Field("code"),
            Field("cross_section_m", "number", unit="m", digits=1),
            Field("commune_code"), Field("numbered_before", "boolean"),
            Field("direction_decision"), Field("direction_decided_on", "date"), *_SOURCE,
        ),
        weight="(r.kind = 'highway') DESC, coalesce(r.cross_section_m, 0) DESC",
        min_zoom=11,
        links=(("/streets/{id}", "id"),),
    ),
    Layer(
        name="enterprises",
        group="land",
        shape="point",
        source="enterprises r",
        facts_source="enterprises r LEFT JOIN zones z ON z.id = r.zone_id",
        tables=("enterprises", "zones"),
        tile=(Field("status", codes=enterprises.STATUSES), Field("name")),
        title="r.name",
        facts=(
            Field("status", sql="r.status", codes=enterprises.STATUSES), Field("tax_code"),
            Field("tax_code_check", codes=enterprises.TAX_CODE_CHECKS, staff=True),
            Field("industry_code"), Field("country"), Field("started_on", "date"),
            Field("zone", sql="z.name"), Field("zone_code", sql="z.code"),
            Field("address_text", sql="r.address_text"),
            Field("workers", "integer", staff=True),
            Field("investment_usd", "number", unit="usd", staff=True),
            Field("contact_name", sql="r.contact_name", staff=True),
            Field("contact_phone", sql="r.contact_phone", staff=True),
            Field("source", sql="r.source"), Field("source_date", "date", sql="r.source_date"),
        ),
        weight="(r.status = 'operating') DESC",
        min_zoom=12,
        classes="status",
        marks=(
            Mark("operating", VERMILLION), Mark("building", ORANGE), Mark("registered", ORANGE, "hollow"),
            Mark("suspended", GREY), Mark("closed", GREY, "hollow"),
        ),
        links=(("/zones/{zone_code}", "zone_code"),),
    ),
    Layer(
        name="sites",
        group="network",
        shape="point",
        source="sites r",
        tables=("sites", "cells"),
        tile=(Field("operator"),),
        title="r.operator || ' ' || r.code",
        facts=(
            Field("operator"), Field("name"), Field("kind"), Field("height_m", "number", unit="m", digits=1),
            Field("accuracy_m", "number", unit="m"),
            Field("technologies", sql="(SELECT string_agg(DISTINCT c.technology, ', ') FROM cells c"
                                      " WHERE c.site_id = r.id AND c.state = 'on_air')"),
            Field("cell_count", "integer", sql="(SELECT count(*) FROM cells c WHERE c.site_id = r.id)"),
            Field("address_text", staff=True), *_SOURCE,
        ),
        weight="coalesce(r.height_m, 0) DESC",
        min_zoom=10,
        visible=False,
    ),
    Layer(
        name="entrances",
        group="address",
        shape="point",
        source="entrances r",
        facts_source="entrances r LEFT JOIN streets s ON s.id = r.street_id",
        tables=("entrances", "streets"),
        tile=(Field("kind", codes=("building", "empty_land", "gate")),),
        title="coalesce(r.existing_number || ' ', '') || coalesce(s.name, r.street_name, r.code)",
        facts=(
            Field("kind", sql="r.kind", codes=("building", "empty_land", "gate")),
            Field("existing_number"), Field("street", sql="coalesce(s.name, r.street_name)"),
            Field("street_id", "integer"), Field("is_main", "boolean"), Field("place_code"),
            Field("position_quality", codes=("surveyed", "published", "derived", "approximate")),
            Field("source", sql="r.source"), Field("source_date", "date", sql="r.source_date"),
        ),
        weight="r.is_main DESC",
        min_zoom=15,
        max_zoom=17,
        classes="kind",
        marks=(Mark("building", GREY), Mark("gate", BLUE), Mark("empty_land", GREEN, "hollow")),
        visible=False,
        links=(("/streets/{street_id}", "street_id"),),
    ),
    Layer(
        name="house_numbers",
        group="address",
        shape="point",
        source=_NUMBERS,
        staff_source=_NUMBERS_STAFF,
        facts_source="{source} JOIN streets s ON s.id = r.street_id"
                     " LEFT JOIN decisions d ON d.id = r.decision_id",
        tables=("house_numbers", "places", "entrances", "streets"),
        where=_IN_FORCE,
        tile=(Field("plate_text"), Field("status", codes=NUMBER_STATUSES)),
        title="r.plate_text || ' ' || s.name",
        facts=(
            Field("plate_text"), Field("street", sql="s.name"), Field("street_id", "integer"),
            Field("status", codes=NUMBER_STATUSES), Field("side", codes=("left", "right")),
            Field("chainage_m", "number", unit="m"), Field("origin", codes=("existing", "issued")),
            Field("decision", sql="d.number"), Field("decided_on", "date", sql="d.decided_on"),
            Field("place_id"), Field("valid_from", "date"),
        ),
        weight="(r.status = 'in_force') DESC",
        min_zoom=16,
        max_zoom=17,
        dated=True,
        links=(("/streets/{street_id}", "street_id"),),
    ),
)  # fmt: skip
"""In drawing order, the lowest first."""

BY_NAME = {layer.name: layer for layer in LAYERS}
GROUPS = ("land", "address", "network", "border")


def get(name: str) -> Layer:
    """The layer of that name. Raises `UnknownLayer`."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise UnknownLayer(name[:60], list(BY_NAME)) from None


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Changes when anything in the catalogue changes, so that no cache keeps tiles of an older one."""
    return hashlib.blake2b(repr((LAYERS, EXTENT, BUFFER)).encode(), digest_size=8).hexdigest()
