"""Tiles against the database that they are drawn from: complete, equal at the edges, the heaviest first."""

from __future__ import annotations

import time
from typing import Any

import mapbox_vector_tile
import psycopg
import pytest
from fastapi.testclient import TestClient

from maps import catalog, freshness, tiles
from tests.api.tile_reading import get, ids, tile_of

MVT = "application/vnd.mapbox-vector-tile"


@pytest.mark.parametrize(
    ("layer", "z"),
    [
        (layer, z)
        for layer in ("plots", "zones", "enterprises", "streets")
        for z in (8, 11, 12, 14, 16)
        if z >= (12 if layer == "streets" else catalog.get(layer).min_zoom)  # before that, short ones are left out
    ],
)
def test_a_tile_holds_exactly_what_touches_it_and_its_buffer(
    client: TestClient, db: psycopg.Connection[Any], somewhere: tuple[float, float], layer: str, z: int
) -> None:
    x, y = tile_of(*somewhere, z)
    kinds = "AND (%(z)s >= 13 OR kind IN ('highway', 'road', 'street'))" if layer == "streets" else ""
    published = "" if layer == "streets" else "AND r.published"
    statement = f"""
        SELECT r.id FROM {layer} r WHERE true {kinds} {published}
           AND ST_Intersects(r.geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)) ORDER BY 1"""
    touching = {row[0] for row in db.execute(statement.encode(), {"z": z, "x": x, "y": y})}
    drawn = ids(get(client, layer, z, x, y), layer)
    assert len(drawn) == len(set(drawn))
    # A shape that only grazes the box may round away to nothing; none is missing that has an extent there.
    missing = touching - set(drawn)
    assert set(drawn) <= touching
    assert missing <= sliver_ids(db, layer, z, x, y)


def sliver_ids(db: psycopg.Connection[Any], layer: str, z: int, x: int, y: int) -> set[int]:
    """Features of which less than one unit of the tile lies in the buffered box."""
    statement = f"""
        SELECT r.id FROM {layer} r, LATERAL (
            SELECT ST_Intersection(r.geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)) AS part) p
        WHERE r.geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
          AND ST_Dimension(r.geom_3857) > 0
          AND least(ST_XMax(part) - ST_XMin(part), ST_YMax(part) - ST_YMin(part))
              <= 2 * (ST_XMax(e) - ST_XMin(e)) / 4096""".replace(
        ") p\n", ") p, LATERAL (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e) q\n"
    )
    return {row[0] for row in db.execute(statement.encode(), {"z": z, "x": x, "y": y})}


def test_a_plot_on_an_edge_is_in_both_tiles(client: TestClient, db: psycopg.Connection[Any]) -> None:
    """Also one that lies wholly beside the edge but within the buffer, so that its outline meets itself."""
    z = 16
    row = db.execute(
        """SELECT p.id, x, y FROM plots p,
             LATERAL (SELECT ST_XMin(geom_3857) AS west, ST_XMax(geom_3857) AS east,
                             (ST_YMin(geom_3857) + ST_YMax(geom_3857)) / 2 AS middle,
                             40075016.68557849 / (1 << 16) AS side) b,
             LATERAL (SELECT floor((west + 20037508.342789244) / side)::int AS x,
                             floor((20037508.342789244 - middle) / side)::int AS y) t
           WHERE published AND floor((east + 20037508.342789244) / side)::int = x + 1
             AND ST_Intersects(geom_3857, ST_TileEnvelope(16, x, y))
             AND ST_Intersects(geom_3857, ST_TileEnvelope(16, x + 1, y)) ORDER BY p.id LIMIT 1"""
    ).fetchone()
    assert row is not None, "no plot straddles an edge: the demonstration data changed"
    plot, x, y = row
    west, east = get(client, "plots", z, x, y), get(client, "plots", z, x + 1, y)
    assert plot in ids(west, "plots")
    assert plot in ids(east, "plots")
    for tile in (west, east):
        (feature,) = [one for one in tile["plots"]["features"] if one["id"] == plot]
        xs = [point[0] for ring in feature["geometry"]["coordinates"] for point in ring]
        assert min(xs) < 0 or max(xs) > catalog.EXTENT  # it goes on beyond the edge, into the buffer
        assert min(xs) >= -catalog.BUFFER
        assert max(xs) <= catalog.EXTENT + catalog.BUFFER


def test_the_search_box_has_a_margin(client: TestClient, db: psycopg.Connection[Any]) -> None:
    """A point just outside a tile is in it; one beyond the buffer is not."""
    z, x, y = 14, 13030, 7215
    west, side = -20037508.342789244, 40075016.68557849 / (1 << z)
    edge_x, middle_y = west + (x + 1) * side, -west - (y + 0.5) * side
    for code, units in (("edge-in", 60), ("edge-out", 70)):
        db.execute(
            "INSERT INTO enterprises (code, name, status, source, geom) VALUES (%s, %s, 'operating', 'test',"
            " ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 3857), gis.storage_srid()))",
            (code, code, edge_x + units * side / 4096, middle_y),
        )
    time.sleep(freshness.MAX_AGE_S + 0.1)
    names = {f["properties"]["name"] for f in get(client, "enterprises", z, x, y)["enterprises"]["features"]}
    db.execute("DELETE FROM enterprises WHERE code LIKE 'edge-%%'")
    assert "edge-in" in names
    assert "edge-out" not in names


def test_a_label_stands_in_one_tile_only(client: TestClient, db: psycopg.Connection[Any]) -> None:
    z = 13
    row = db.execute(
        "SELECT id, ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM (SELECT id,"
        " ST_Transform(ST_Envelope(geom_3857), 4326) AS b FROM zones ORDER BY ST_Area(geom) DESC LIMIT 1) AS one"
    ).fetchone()
    assert row is not None
    zone, west, south, east, north = row
    (x0, y1), (x1, y0) = tile_of(west, south, z), tile_of(east, north, z)
    assert (x0, y0) != (x1, y1), "the largest zone fits one tile: take another zoom"
    found = [
        one
        for x in range(x0, x1 + 1)
        for y in range(y0, y1 + 1)
        for one in get(client, "zones", z, x, y).get("zones_labels", {"features": []})["features"]
        if one["id"] == zone
    ]
    assert len(found) == 1
    assert found[0]["properties"]["label"]


def test_several_layers_come_in_one_tile_in_the_order_asked_for(
    client: TestClient, somewhere: tuple[float, float]
) -> None:
    x, y = tile_of(*somewhere, 14)
    both = get(client, "plots,zones", 14, x, y)
    assert [name for name in both if not name.endswith("_labels")] == ["plots", "zones"]
    assert ids(both, "plots") == ids(get(client, "plots", 14, x, y), "plots")
    assert ids(both, "zones") == ids(get(client, "zones", 14, x, y), "zones")


def test_attributes_are_lean_and_typed(client: TestClient, somewhere: tuple[float, float]) -> None:
    x, y = tile_of(*somewhere, 16)
    feature = get(client, "plots", 16, x, y)["plots"]["features"][0]
    assert feature["properties"].keys() == {"status"}
    assert isinstance(feature["id"], int)


def test_below_the_zoom_floor_and_where_nothing_is(client: TestClient) -> None:
    assert client.get("/tiles/plots/5/25/14").status_code == 204
    empty = client.get("/tiles/plots/14/0/0")
    assert empty.status_code == 204
    assert empty.content == b""
    assert "ETag" in empty.headers


def test_a_tile_with_too_many_features_keeps_the_heaviest_and_says_so(
    client: TestClient, db: psycopg.Connection[Any], somewhere: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y = tile_of(*somewhere, 12)
    everything = get(client, "plots", 12, x, y)["plots"]["features"]
    assert len(everything) > 5
    wanted = db.execute(
        "SELECT id FROM plots WHERE published AND id = ANY(%s) ORDER BY area_m2 DESC, id LIMIT 5",
        ([one["id"] for one in everything],),
    ).fetchall()
    monkeypatch.setitem(tiles.render.__kwdefaults__, "limit", 5)
    db.execute("UPDATE plots SET ground_note = ground_note WHERE id = %s", (everything[0]["id"],))
    time.sleep(freshness.MAX_AGE_S + 0.1)
    answer = client.get(f"/tiles/plots/12/{x}/{y}", headers={"Accept-Encoding": "identity"})
    drawn = [one["id"] for one in mapbox_vector_tile.decode(answer.content)["plots"]["features"]]
    assert sorted(drawn) == sorted(row[0] for row in wanted)
    assert answer.headers["X-Tile-Thinned"] == f"plots=5/{len(everything)}"
