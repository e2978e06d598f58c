"""Addresses: streets, entrances, house numbers."""

from __future__ import annotations

from addressing.register import NUMBER_STATUSES
from layers import streets
from maps.catalog.model import BLUE, GREEN, GREY, IN_FORCE, SOURCE, Field, Layer, Mark
from maps.catalog.recipes import Counts, Shapes

KINDS_OF_ENTRANCE = ("building", "empty_land", "gate")

_NUMBER_COLUMNS = (
    "h.id, h.street_id, h.place_id, h.entrance_id, h.number, h.suffix, h.plate_text, h.side, h.chainage_m,"
    " h.status, h.origin, h.valid_from, h.valid_to, h.decision_id"
)


def _numbers(statuses: str) -> str:
    """Numbers of those statuses at their places, as the row `r`."""
    return (
        f"(SELECT {_NUMBER_COLUMNS}, p.geom, p.geom_3857"  # noqa: S608 - all of it is written here
        " FROM house_numbers h JOIN places p ON p.id = h.place_id"
        f" WHERE h.status IN ({statuses})) r"
    )


def _numbers_for_staff(statuses: str) -> str:
    """The same, and those that still wait for a place, at their entrances."""
    return (
        f"(SELECT {_NUMBER_COLUMNS}, p.geom, p.geom_3857"  # noqa: S608 - as above
        f" FROM house_numbers h JOIN places p ON p.id = h.place_id WHERE h.status IN ({statuses})"
        f" UNION ALL SELECT {_NUMBER_COLUMNS}, e.geom, e.geom_3857"
        " FROM house_numbers h JOIN entrances e ON e.id = h.entrance_id"
        f" WHERE h.place_id IS NULL AND h.status IN ({statuses})) r"
    )


STREETS = Layer(
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
        Field("direction_decision"), Field("direction_decided_on", "date"), *SOURCE,
    ),
    weight="(r.kind = 'highway') DESC, coalesce(r.cross_section_m, 0) DESC",
    min_zoom=6,
    links=(("/streets/{id}", "id"),),
    overview=Shapes(
        "streets", zooms=(6, 11), keep_edges=False, watched=("kind",),
        left_out="alleys and lanes, and roads and streets that are less than 16 pixels wide and high",
        kept="(r.kind = 'highway' OR (r.kind IN ('road', 'street') AND greatest(ST_XMax(r.geom_3857)"
             " - ST_XMin(r.geom_3857), ST_YMax(r.geom_3857) - ST_YMin(r.geom_3857)) >= {pixel_m} * 16))",
    ),
)  # fmt: skip

ENTRANCES = Layer(
    name="entrances",
    group="address",
    shape="point",
    source="entrances r",
    facts_source="entrances r LEFT JOIN streets s ON s.id = r.street_id",
    tables=("entrances", "streets"),
    tile=(Field("kind", codes=KINDS_OF_ENTRANCE),),
    title="coalesce(r.existing_number || ' ', '') || coalesce(s.name, r.street_name, r.code)",
    facts=(
        Field("kind", sql="r.kind", codes=KINDS_OF_ENTRANCE),
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
    overview=Counts("entrances", zooms=(6, 14), per_tile=8, classes=KINDS_OF_ENTRANCE, of_class="r.kind"),
)  # fmt: skip

HOUSE_NUMBERS = Layer(
    name="house_numbers",
    group="address",
    shape="point",
    source=_numbers("'in_force'"),
    staff_source=_numbers_for_staff("'in_force', 'reserved'"),
    past_source=_numbers("'in_force', 'retired'"),
    past_staff_source=_numbers_for_staff("'in_force', 'reserved', 'retired'"),
    facts_source="{source} JOIN streets s ON s.id = r.street_id"
                 " LEFT JOIN decisions d ON d.id = r.decision_id",
    tables=("house_numbers", "places", "entrances", "streets"),
    where=IN_FORCE,
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
)  # fmt: skip
