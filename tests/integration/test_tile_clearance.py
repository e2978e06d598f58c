"""Plots in a tile are valid and where they belong, whether they were rounded or cut and repaired."""

from __future__ import annotations

import json
import math
import random
import re

import mapbox_vector_tile
import pytest
import shapely
from sqlalchemy import Connection, text

from maps import catalog
from maps.matrix import WEB_MERCATOR
from maps.tile_sql import LIMIT, STEADY, statement

EAST_M, NORTH_M = 560_000.0, 2_310_000.0
SEED = 20261123


def insert_plots(conn: Connection, shapes: list[shapely.Polygon]) -> None:
    """A zone and plots of these shapes in the storage CRS, by number."""
    conn.execute(
        text("INSERT INTO gis.zones (code, kind, status, name, source, geom) VALUES ('Z', 'KCN', 'operating', 'Z', 't',"
             " ST_Multi(ST_MakeEnvelope(:x - 5000, :y - 5000, :x + 5000, :y + 5000, 9210)))"),
        {"x": EAST_M, "y": NORTH_M},
    )  # fmt: skip
    conn.execute(
        text("INSERT INTO gis.plots (zone_id, code, status, land_use_code, area_m2, source, geom)"
             " SELECT (SELECT max(id) FROM gis.zones), :code, 'available', 'SKK', 1, 't', ST_GeomFromText(:wkt, 9210)"),
        [{"code": f"P{n}", "wkt": shape.wkt} for n, shape in enumerate(shapes)],
    )  # fmt: skip


def star(dice: random.Random) -> shapely.Polygon:
    """A plot of some metres to some hundred, its corners at any angle and distance; narrow necks included."""
    east, north = EAST_M + dice.uniform(-900, 900), NORTH_M + dice.uniform(-900, 900)
    size = math.exp(dice.uniform(math.log(3), math.log(300)))
    turns = sorted(dice.uniform(0, 2 * math.pi) for _ in range(dice.randint(3, 12)))
    corners = [
        (east + math.cos(turn) * radius, north + math.sin(turn) * radius)
        for turn in turns
        for radius in [size * dice.uniform(0.05, 1)]
    ]
    if dice.random() < 0.5:
        corners.reverse()
    return shapely.Polygon(corners)


def draw(conn: Connection, z: int, x: int, y: int) -> dict[str, list[dict[str, object]]]:
    """Features of the layers of one tile, by layer."""
    layer = catalog.get("plots")
    asked = statement(layer, "staff", "full", z >= layer.label_min_zoom, WEB_MERCATOR, LIMIT, False).draw.decode()
    plain = re.sub(r"%\((\w)\)s", lambda name: str({"z": z, "x": x, "y": y}[name[1]]), asked)
    conn.execute(text("SET LOCAL search_path = gis, public"))
    body = bytes(conn.execute(text(plain.replace("::", r"\:\:"))).scalar_one() or b"")
    return {
        name: found["features"]
        for name, found in mapbox_vector_tile.decode(body, default_options={"y_coord_down": True}).items()
    }


def tiles_with_plots(conn: Connection, z: int) -> list[tuple[int, int]]:
    side = 40075016.685578488 / (1 << z)
    rows = conn.execute(
        text("SELECT DISTINCT floor((ST_X(c) + :half) / :side)\\:\\:int, floor((:half - ST_Y(c)) / :side)\\:\\:int"
             " FROM (SELECT ST_Centroid(geom_3857) AS c FROM gis.plots) p ORDER BY 1, 2"),
        {"half": 20037508.342789244, "side": side},
    )  # fmt: skip
    return [(x, y) for x, y in rows]


@pytest.mark.parametrize("z", [12, 13, 14, 16, 18])
def test_every_plot_of_a_tile_is_valid_runs_clockwise_and_lies_where_it_is(conn: Connection, z: int) -> None:
    """Random stars with narrow necks: what is too narrow for the zoom is repaired, the rest only rounded."""
    dice = random.Random(SEED + z)
    stars = [one for one in (star(dice) for _ in range(400)) if one.is_valid and one.area > 1]
    insert_plots(conn, stars)
    rows = conn.execute(text("SELECT id, ST_AsBinary(geom_3857) AS wkb, clearance_m FROM gis.plots")).all()
    exact, clearance = {row.id: shapely.from_wkb(row.wkb) for row in rows}, {row.id: row.clearance_m for row in rows}
    unit = 40075016.685578488 / (1 << z) / 4096
    steady = {plot for plot, keeps in clearance.items() if keeps is not None and keeps > STEADY * unit}
    assert 0 < len(steady) < len(rows), f"both ways are wanted at z{z}; seed {SEED + z}"
    drawn = only_rounded = 0
    for x, y in tiles_with_plots(conn, z)[:60]:
        west, north = x * unit * 4096 - 20037508.342789244, 20037508.342789244 - y * unit * 4096
        window = shapely.box(west - 64 * unit, north - 4160 * unit, west + 4160 * unit, north + 64 * unit)
        for feature in draw(conn, z, x, y).get("plots", []):
            shape = shapely.geometry.shape(json.loads(json.dumps(feature["geometry"])))
            assert shape.is_valid, f"z{z} {shape.wkt}"
            for part in getattr(shape, "geoms", [shape]):  # y runs down here, so clockwise on screen is "ccw"
                assert part.exterior.is_ccw, f"z{z} {shape.wkt}"
            drawn += 1
            meant = exact[int(str(feature["id"]))]
            if int(str(feature["id"])) in steady and window.contains(meant):
                on_ground = shapely.transform(shape, lambda at: at * [unit, -unit] + [west, north])  # noqa: B023
                assert on_ground.hausdorff_distance(meant) < 0.72 * unit, f"z{z} {meant.wkt}"
                only_rounded += 1
    assert only_rounded > 20
    assert drawn - only_rounded > 20


def test_the_clearance_follows_the_shape(conn: Connection) -> None:
    """A square of 10 m keeps 10 m from itself, about 10.7 in web mercator; a slit of 0.5 m leaves 0.54."""
    square = shapely.box(EAST_M, NORTH_M, EAST_M + 10, NORTH_M + 10)
    slit = square.difference(shapely.box(EAST_M + 5, NORTH_M + 5, EAST_M + 5.5, NORTH_M + 11))
    insert_plots(conn, [square, slit])
    wide, narrow = conn.execute(text("SELECT clearance_m FROM gis.plots ORDER BY code")).scalars()
    assert wide == pytest.approx(10 * 1.07, rel=0.01)
    assert narrow == pytest.approx(0.5 * 1.07, rel=0.01)
    conn.execute(text("UPDATE gis.plots SET geom = ST_GeomFromText(:wkt, 9210)"), {"wkt": slit.wkt})
    assert conn.execute(text("SELECT max(clearance_m) FROM gis.plots")).scalar_one() == pytest.approx(narrow)
