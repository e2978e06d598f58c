"""Stand-alone maps for the analytics team: one HTML file that opens from disk without a network."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import folium
import numpy as np
import shapely
from folium.utilities import JsCode
from sqlalchemy import Connection, text

from layers.coverage import cells as cell_sets
from layers.coverage import definitions, ratios
from layers.coverage.footprints import Geometries
from layers.coverage.provenance import Basis
from layers.coverage.ratios import ZoneRatio
from layers.crs import transformer
from maps import archipelagos, pages
from maps.coverage_colors import fill_of, ranges
from maps.offline_folium import OfflineMap

Json = dict[str, Any]

OPERATOR_LINES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's colours, for the outlines of the operators' coverage."""

SIMPLIFY_UNITS_M = 30.0
SIMPLIFY_COVERAGE_M = 5.0
"""Drawing only: ratios are computed before anything is simplified."""

MOST_CLUTTER_FREE = 4000
"""Above so many footprints the outlines of coverage are simplified to twice the tolerance."""

_POPUP = JsCode("""function (feature, layer) {
    // Every value becomes a text node: what a source wrote is never read as HTML.
    layer.bindPopup(function () {
        const table = document.createElement("table");
        table.className = "facts";
        for (const [name, value] of feature.properties.facts) {
            const row = table.insertRow();
            const head = document.createElement("th");
            head.textContent = name;
            row.appendChild(head);
            row.insertCell().textContent = value;
        }
        return table;
    }, {maxWidth: 360});
    const label = document.createElement("span");
    label.textContent = feature.properties.label;
    layer.bindTooltip(label, {sticky: true});
}""")

_NAME = JsCode("""function (feature, layer) {
    const label = document.createElement("span");
    label.textContent = feature.properties.label;
    layer.bindTooltip(label, feature.properties.always
        ? {permanent: true, direction: "center", className: "sovereign"} : {sticky: true});
}""")


def zones_and_coverage(conn: Connection, *, technology: str, as_of: date | None = None) -> str:
    """HTML of a map: zones coloured by covered share, coverage of each operator, our own base.

    Needs no server, no tiles and no network. The definition, the day, the data version and the
    method are printed on it; made-up data is called so. Raises UnknownTechnology.
    """
    run = ratios.run(conn, technology=technology, as_of=as_of)
    shapes = ratios.read_zones(conn, [one.zone_id for one in run.zones])
    coverage = _coverage_by_operator(conn, run.basis)
    west, south, east, north = _extent(shapes.geoms, run.basis.storage_srid)
    centre = ((south + north) / 2, (west + east) / 2)
    page = OfflineMap(location=centre, tiles=None, zoom_start=10, min_zoom=4, max_zoom=19, attribution_control=False)
    base = base_units(conn, (west, south, east, north))
    _add(page, "Đơn vị hành chính / administrative units", base, _NAME)
    _add(page, "Hoàng Sa, Trường Sa", sovereign_islands(), _NAME, control=False)
    _add(page, "Đảo / islands", islands(), _NAME, control=False, marker=folium.CircleMarker(radius=2))
    for k, (operator, outline) in enumerate(coverage.items()):
        colour = OPERATOR_LINES[k % len(OPERATOR_LINES)]
        layer = _coverage_layer(operator, outline, colour, run.basis)
        _add(page, f"{technology} {html.escape(operator)}", layer, _NAME)
    _add(page, "Tỷ lệ phủ sóng / covered share", _zone_layer(run.zones, shapes.geoms, run.basis.storage_srid), _POPUP)
    folium.LayerControl(collapsed=False).add_to(page)
    page.fit_bounds([[south, west], [north, east]])
    title = f"Phủ sóng {technology} / {technology} coverage"
    return page.render_page(title, style=_style(), body=_panel(title, run, bool(base["features"]), list(coverage)))


def base_units(conn: Connection, extent: tuple[float, float, float, float]) -> Json:
    """Communes of today (else provinces) around the extent in WGS 84, and both archipelagos' units."""
    west, south, east, north = extent
    rows = conn.execute(
        text(_base_units_sql()),
        {
            "west": west - 0.3, "south": south - 0.3, "east": east + 0.3, "north": north + 0.3,
            "always": [group.unit_code for group in archipelagos.BOTH], "tolerance_m": SIMPLIFY_UNITS_M,
        },
    ).all()  # fmt: skip
    approximate = " (ranh giới gần đúng / approximate border)"
    return _collection(
        _feature(
            json.loads(row.shape),
            row.full_name + (approximate if row.border_quality == "approximate" else ""),
            {"color": "#87919a", "weight": 0.8, "fillColor": "#f8f7f3", "fillOpacity": 1},
        )
        for row in rows
    )


def sovereign_islands() -> Json:
    """Frames and names of Hoàng Sa and Trường Sa of Viet Nam, always drawn and always named."""
    style = {"color": "#2f5d78", "weight": 1, "dashArray": "4 4", "fillColor": "#f8f7f3", "fillOpacity": 0.4}
    return _collection(
        _feature(
            {"type": "Polygon", "coordinates": [[list(point) for point in group.outline]]},
            f"{group.name_vi} – {group.unit_vi}",
            style,
            always=True,
        )
        for group in archipelagos.BOTH
    )


def islands() -> Json:
    """The best-known islands of both groups, by their Vietnamese names."""
    style = {"color": "#2f5d78", "weight": 1, "fillColor": "#2f5d78", "fillOpacity": 1}
    return _collection(
        _feature({"type": "Point", "coordinates": [lon, lat]}, f"{name} (Việt Nam)", style)
        for group in archipelagos.BOTH
        for name, lon, lat in group.islands
    )


def _coverage_by_operator(conn: Connection, basis: Basis) -> dict[str, shapely.Geometry]:
    """Ground covered by each operator with a drawn cell, in the storage CRS."""
    found = cell_sets.read(conn, technology=basis.technology, operator_names=basis.operators, as_of=basis.as_of)
    rows, drawn, _ = cell_sets.footprints_of(found, np.arange(len(found)), basis.storage_srid)
    tolerance_m = SIMPLIFY_COVERAGE_M * (2 if len(drawn) > MOST_CLUTTER_FREE else 1)
    owner = found.operator[rows]
    return {
        name: shapely.simplify(shapely.union_all(drawn[owner == k]), tolerance_m)
        for k, name in enumerate(basis.operators)
        if (owner == k).any()
    }


def _coverage_layer(operator: str, outline: shapely.Geometry, colour: str, basis: Basis) -> Json:
    style = {"color": colour, "weight": 1, "fillColor": colour, "fillOpacity": 0.08}
    label = f"{operator}: vùng phủ {basis.technology} khai báo / declared {basis.technology} coverage"
    return _collection([_feature(_to_degrees(outline, basis.storage_srid), label, style)])


def _zone_layer(rows: Sequence[ZoneRatio], geoms: Geometries, srid: int) -> Json:
    features = []
    for one, shape in zip(rows, geoms, strict=True):
        style = {"color": "#111111", "weight": 1, "fillColor": fill_of(one.ratio), "fillOpacity": 0.85}
        made = _feature(_to_degrees(shape, srid), f"{one.zone_name}: {one.ratio:.1%}", style)
        made["properties"]["facts"] = _facts(one)
        features.append(made)
    return _collection(features)


def _facts(one: ZoneRatio) -> list[tuple[str, str]]:
    basis = one.basis
    return [
        ("Khu / zone", f"{one.zone_name} ({one.zone_code})"),
        ("Tỷ lệ / ratio", f"{one.ratio:.2%} ± {one.error_bound:.3%}"),
        ("Diện tích phủ / covered", f"{one.covered_area_ha:,.2f} ha"),
        ("Diện tích khu / zone area", f"{one.zone_area_ha:,.2f} ha"),
        ("Nhà mạng / operators", str(one.operators)),
        ("Cell", str(one.cells_used)),
        ("Thiếu dữ liệu gần đó / faulty cells near", str(one.faulty_cells_near)),
        ("Định nghĩa / definition", basis.definition.label),
        ("Ngày tính / as of", basis.as_of.isoformat()),
    ]


def _legend() -> list[tuple[str, str]]:
    return [(colour, f"{low:.0%} – {high:.0%}") for colour, low, high in ranges()]


def _panel(title: str, run: ratios.Run, has_base: bool, operators: list[str]) -> str:
    return pages.environment().get_template("folium_panel.html").render(
        title=title,
        run=run,
        basis=run.basis,
        legend=_legend(),
        lines=[(name, OPERATOR_LINES[k % len(OPERATOR_LINES)]) for k, name in enumerate(operators)],
        reasons=cell_sets.LEFT_OUT_REASONS,
        targets=definitions.targets_of(run.basis.definition),
        has_base=has_base,
        archipelagos=archipelagos,
    )  # fmt: skip


def _style() -> str:
    return (pages.TEMPLATES / "folium_panel.css").read_text(encoding="utf-8")


def _base_units_sql() -> str:
    return (pages.TEMPLATES.parent / "sql" / "folium_base_units.sql").read_text(encoding="utf-8")


def _extent(geoms: Geometries, srid: int) -> tuple[float, float, float, float]:
    """West, south, east, north of the zones in WGS 84; all of Viet Nam when there is none."""
    if not len(geoms):
        return (102.0, 8.0, 118.0, 23.5)
    west, south, east, north = transformer(srid, 4326).transform_bounds(*shapely.total_bounds(geoms))
    return west, south, east, north


def _to_degrees(shape: shapely.Geometry, srid: int) -> Json:
    to_wgs84 = transformer(srid, 4326)
    moved = shapely.transform(shape, lambda xy: np.column_stack(to_wgs84.transform(xy[:, 0], xy[:, 1])).round(6))
    made: Json = json.loads(shapely.to_geojson(moved))
    return made


def _feature(geometry: Json, label: str, style: Json, *, always: bool = False) -> Json:
    properties = {"label": label, "style": style, "always": always}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _collection(features: Any) -> Json:
    return {"type": "FeatureCollection", "features": list(features)}


def _add(page: OfflineMap, name: str, data: Json, on_each: JsCode, **options: Any) -> None:
    folium.GeoJson(data, name=name, on_each_feature=on_each, smooth_factor=0.5, **options).add_to(page)
