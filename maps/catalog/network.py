"""Mobile networks: declared reach of cells, and sites."""

from __future__ import annotations

from layers import stations
from maps.catalog.model import BLUE, ORANGE, SOURCE, Field, Layer, Mark
from maps.catalog.recipes import Counts

COVERAGE = Layer(
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
    min_zoom=11,
    max_zoom=15,
    on_day="r.state = 'on_air' AND (r.on_air_on IS NULL OR r.on_air_on <= current_date)",
    classes="technology",
    marks=(Mark("5G", BLUE), Mark("4G", ORANGE)),
    visible=False,
    overview=Counts(
        "cells", zooms=(6, 10), per_tile=8, classes=("5G", "4G", "5G_planned", "4G_planned"),
        of_class="r.technology || CASE WHEN r.state = 'on_air' THEN '' ELSE '_planned' END",
        where="r.state <> 'off' AND r.technology IN ('4G', '5G')",
        at="ST_Centroid(r.geom_3857)",
    ),
)  # fmt: skip

SITES = Layer(
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
        Field("address_text", staff=True), *SOURCE,
    ),
    weight="coalesce(r.height_m, 0) DESC",
    min_zoom=11,
    visible=False,
    on_day="EXISTS (SELECT 1 FROM cells c WHERE c.site_id = r.id AND c.state = 'on_air'"
           " AND (c.on_air_on IS NULL OR c.on_air_on <= current_date))",
    overview=Counts("sites", zooms=(6, 10), per_tile=8, of_class="r.operator"),
)  # fmt: skip
