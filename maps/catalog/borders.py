"""Borders: administrative units."""

from __future__ import annotations

from layers import admin_units
from maps.catalog.model import IN_FORCE, SOURCE, Field, Layer, Mark
from maps.catalog.recipes import Shapes

ADMINISTRATIVE_UNITS = Layer(
    name="administrative_units",
    group="border",
    shape="polygon",
    source="administrative_units r",
    tables=("administrative_units",),
    where=f"{IN_FORCE} AND (r.level = 'province' OR (r.level = 'commune' AND %(z)s >= 9))",
    tile=(Field("level", codes=admin_units.LEVELS), Field("border_quality")),
    title="r.full_name",
    label="r.full_name",
    label_min_zoom=6,
    label_fields=("level",),
    facts=(
        Field("level", codes=admin_units.LEVELS), Field("code"), Field("parent_code"),
        Field("area_km2", "number", unit="km2", digits=1), Field("population", "integer"),
        Field("border_quality", codes=admin_units.BORDER_QUALITIES),
        Field("valid_from", "date"), *SOURCE,
    ),
    weight="(r.level = 'province') DESC, coalesce(r.area_km2, 0) DESC",
    min_zoom=4,
    max_zoom=14,
    classes="level",
    marks=(Mark("province", "#5d6871", "hollow"), Mark("commune", "#a3abb2", "hollow")),
    dated=True,
    overview=Shapes(
        "administrative_units", zooms=(4, 11), keep_edges=True, together="r.level", dated=True,
        later=(("commune", 9), ("district", 23)),
        watched=("level", "valid_from", "valid_to"),
    ),
)  # fmt: skip
