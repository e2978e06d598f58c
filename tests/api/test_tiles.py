"""Tiles against the database that they are drawn from: complete, equal at the edges, fresh, in the right hands."""

from __future__ import annotations

import gzip
import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import mapbox_vector_tile
import numpy as np
import psycopg
import pytest
import shapely
from fastapi.testclient import TestClient

from gis_service.settings import Settings
from layers.coverage import footprints
from maps import catalog, freshness, tiles

MVT = "application/vnd.mapbox-vector-tile"
ClientAs = Callable[..., TestClient]


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    """As the owner, each statement its own transaction: the service sees it at once."""
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        yield conn


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Column and row of the tile that holds the position."""
    n = 1 << z
    x = (lon + 180) / 360 * n
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
    return int(x), int(y)


def get(client: TestClient, layers: str, z: int, x: int, y: int) -> dict[str, Any]:
    """The decoded tile; empty for 204."""
    answer = client.get(f"/tiles/{layers}/{z}/{x}/{y}", headers={"Accept-Encoding": "identity"})
    assert answer.status_code in (200, 204), answer.text
    return mapbox_vector_tile.decode(answer.content) if answer.content else {}


def ids(tile: dict[str, Any], layer: str) -> list[int]:
    return [feature["id"] for feature in tile.get(layer, {"features": []})["features"]]


@pytest.fixture(scope="module")
def somewhere(db: psycopg.Connection[Any]) -> tuple[float, float]:
    """The middle of a plot that is public."""
    row = db.execute(
        "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(ST_PointOnSurface(geom_3857), 4326) AS p"
        " FROM plots WHERE published ORDER BY id LIMIT 1) AS one"
    ).fetchone()
    assert row is not None
    return row[0], row[1]


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


@pytest.mark.parametrize(
    "address", ["3/9/0", "3/0/8", "23/0/0", "-1/0/0", "1/0/0.5", "a/b/c", "1/0/%D9%A1", "12/1e3/4"]
)
def test_an_address_out_of_range_is_a_clear_error(client: TestClient, address: str) -> None:
    answer = client.get(f"/tiles/zones/{address}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "tile_out_of_range"
    assert answer.json()["detail_vi"].startswith("Không có ô bản đồ")


@pytest.mark.parametrize("name", ["nope", "zones,", "accounts", "gis.zones", "zones;select 1", "audit_log"])
def test_an_unknown_layer_is_a_clear_error(client: TestClient, name: str) -> None:
    answer = client.get(f"/tiles/{name}/1/0/0")
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_layer"


def test_too_many_layers_is_a_clear_error(client: TestClient) -> None:
    answer = client.get("/tiles/zones,zones/8/200/110")
    assert (answer.status_code, answer.json()["code"]) == (400, "too_many_layers")


def test_a_tile_that_has_not_changed_costs_nothing(client: TestClient, somewhere: tuple[float, float]) -> None:
    x, y = tile_of(*somewhere, 14)
    first = client.get(f"/tiles/plots/14/{x}/{y}")
    assert first.headers["Cache-Control"] == "no-cache"
    assert not first.headers["ETag"].startswith("W/")
    again = client.get(f"/tiles/plots/14/{x}/{y}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_change_is_seen_within_a_second_and_only_in_its_layer(
    client: TestClient, db: psycopg.Connection[Any], somewhere: tuple[float, float]
) -> None:
    x, y = tile_of(*somewhere, 14)
    plots = client.get(f"/tiles/plots/14/{x}/{y}").headers["ETag"]
    streets = client.get(f"/tiles/streets/14/{x}/{y}").headers["ETag"]
    plot = ids(get(client, "plots", 14, x, y), "plots")[0]
    db.execute("UPDATE plots SET published = false WHERE id = %s", (plot,))
    time.sleep(1)
    after = client.get(f"/tiles/plots/14/{x}/{y}", headers={"If-None-Match": plots})
    assert after.status_code in (200, 204)
    assert plot not in ids(get(client, "plots", 14, x, y), "plots")
    unchanged = client.get(f"/tiles/streets/14/{x}/{y}", headers={"If-None-Match": streets})
    assert unchanged.status_code == 304
    db.execute("UPDATE plots SET published = true WHERE id = %s", (plot,))


def test_bodies_are_compressed_as_the_client_likes(client: TestClient, somewhere: tuple[float, float]) -> None:
    x, y = tile_of(*somewhere, 12)
    plain = client.get(f"/tiles/plots/12/{x}/{y}", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Content-Type"] == MVT
    tags = {plain.headers["ETag"]}
    for encoding in ("gzip", "br", "zstd"):
        with client.stream("GET", f"/tiles/plots/12/{x}/{y}", headers={"Accept-Encoding": encoding}) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers["Content-Encoding"] == encoding
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert len(raw) < len(plain.content)
        tags.add(answer.headers["ETag"])
        if encoding == "gzip":
            assert gzip.decompress(raw) == plain.content
    assert len(tags) == 4  # other bytes, other tag


def test_two_requests_draw_the_same_bytes(client: TestClient, somewhere: tuple[float, float]) -> None:
    x, y = tile_of(*somewhere, 12)
    bodies = {client.get(f"/tiles/plots,zones,streets/12/{x}/{y}").content for _ in range(3)}
    assert len(bodies) == 1


def test_staff_see_what_the_public_does_not_and_no_cache_mixes_them(
    client: TestClient, client_as: ClientAs, db: psycopg.Connection[Any], somewhere: tuple[float, float]
) -> None:
    x, y = tile_of(*somewhere, 15)
    plot = ids(get(client, "plots", 15, x, y), "plots")[0]
    db.execute("UPDATE plots SET published = false WHERE id = %s", (plot,))
    time.sleep(freshness.MAX_AGE_S + 0.1)
    planner = client_as("planner")
    assert plot in ids(get(planner, "plots", 15, x, y), "plots")
    assert plot not in ids(get(client, "plots", 15, x, y), "plots")
    assert client_as("investor").get(f"/features/plots/{plot}").status_code == 404
    mine = planner.get(f"/tiles/plots/15/{x}/{y}")
    assert mine.headers["Cache-Control"] == "private, no-cache"
    theirs = client.get(f"/tiles/plots/15/{x}/{y}", headers={"If-None-Match": mine.headers["ETag"]})
    assert theirs.status_code == 200
    db.execute("UPDATE plots SET published = true WHERE id = %s", (plot,))


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


@pytest.fixture(scope="module")
def numbered(db: psycopg.Connection[Any]) -> dict[str, int]:
    """One number in force, one spare, one that ended, on one street."""
    made: dict[str, int] = {}
    street = db.execute("SELECT id FROM streets ORDER BY id LIMIT 1").fetchone()
    doors = db.execute("SELECT id FROM entrances WHERE street_id = %s ORDER BY id LIMIT 3", street).fetchall()
    assert street is not None
    assert len(doors) == 3
    for at, (name, status, number) in enumerate(
        (("now", "in_force", 1), ("spare", "reserved", 3), ("old", "retired", 5))
    ):
        place = f"TEST00{at}"
        if status != "reserved":
            db.execute(
                "INSERT INTO places (id, entrance_id, geom) SELECT %s, id, geom FROM entrances WHERE id = %s",
                (place, doors[at][0]),
            )
        row = db.execute(
            "INSERT INTO house_numbers (street_id, place_id, entrance_id, number, plate_text, side, chainage_m, status,"
            " origin, valid_from, valid_to) VALUES (%s, %s, %s, %s, %s, 'left', 10, %s, 'existing', '2020-01-01', %s)"
            " RETURNING id",
            (street[0], None if status == "reserved" else place, doors[at][0], number, str(number), status,
             "2021-01-01" if status == "retired" else None),
        ).fetchone()  # fmt: skip
        assert row is not None
        made[name] = row[0]
    time.sleep(freshness.MAX_AGE_S + 0.1)
    return made | {"street": street[0], "door": doors[0][0], "spare_door": doors[1][0]}


def test_the_public_sees_numbers_in_force_and_staff_the_spare_ones_too(
    client: TestClient, client_as: ClientAs, db: psycopg.Connection[Any], numbered: dict[str, int]
) -> None:
    staff = client_as("address_officer")
    seen: dict[str, set[int]] = {"public": set(), "staff": set()}
    for door in (numbered["door"], numbered["spare_door"]):
        row = db.execute(
            "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(geom_3857, 4326) AS p"
            " FROM entrances WHERE id = %s) AS one",
            (door,),
        ).fetchone()
        assert row is not None
        x, y = tile_of(row[0], row[1], 17)
        seen["public"] |= set(ids(get(client, "house_numbers", 17, x, y), "house_numbers"))
        seen["staff"] |= set(ids(get(staff, "house_numbers", 17, x, y), "house_numbers"))
    assert seen == {"public": {numbered["now"]}, "staff": {numbered["now"], numbered["spare"]}}
    assert client.get(f"/features/house_numbers/{numbered['spare']}").status_code == 404
    assert client.get(f"/features/house_numbers/{numbered['now']}?lang=en").json()["facts"][0]["text"] == "1"
    assert staff.get(f"/features/house_numbers/{numbered['spare']}?lang=en").status_code == 200


@pytest.mark.parametrize("layer", [layer.name for layer in catalog.LAYERS])
def test_every_layer_draws_and_answers_for_both_audiences(
    client: TestClient, client_as: ClientAs, db: psycopg.Connection[Any], layer: str, numbered: dict[str, int]
) -> None:
    one = catalog.get(layer)
    source = one.source_for("public")
    row = db.execute(
        f"SELECT {one.key}, ST_X(p), ST_Y(p) FROM {source}, LATERAL (SELECT ST_Transform("  # type: ignore[arg-type]
        f"ST_PointOnSurface(r.geom_3857), 4326) AS p) AS at WHERE r.geom_3857 IS NOT NULL"
        f" AND {one.where.replace('%(z)s', '22')} ORDER BY 1 LIMIT 1"
    ).fetchone()
    assert row is not None, f"the demonstration province has no {layer}"
    feature_id, lon, lat = row
    z = max(one.max_zoom, one.label_min_zoom)
    for asker in (client, client_as("planner")):
        tile = get(asker, layer, z, *tile_of(lon, lat, z))
        assert feature_id in ids(tile, layer)
        answer = asker.get(f"/features/{layer}/{feature_id}?lang=vi")
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["title"]
        assert body["facts"]
        assert all(fact["label"] and not fact["label"].startswith("field.") for fact in body["facts"])
        assert not any(fact["text"].startswith("value.") for fact in body["facts"])


def test_facts_speak_the_language_asked_for(client: TestClient, db: psycopg.Connection[Any]) -> None:
    row = db.execute("SELECT id FROM zones WHERE status = 'operating' AND published ORDER BY id LIMIT 1").fetchone()
    assert row is not None
    words = {
        lang: {
            fact["name"]: (fact["label"], fact["text"])
            for fact in client.get(f"/features/zones/{row[0]}?lang={lang}").json()["facts"]
        }
        for lang in ("vi", "en")
    }
    assert words["vi"]["status"] == ("Trạng thái", "Đang hoạt động")
    assert words["en"]["status"] == ("Status", "Operating")


def test_an_unknown_feature_and_a_silly_id_are_clear_errors(client: TestClient) -> None:
    assert client.get("/features/zones/999999999").json()["code"] == "not_found"
    assert client.get("/features/nope/1").json()["code"] == "unknown_layer"
    assert client.get("/features/zones/abc").status_code == 422
    assert client.get(f"/features/zones/{10**30}").status_code == 422


def test_coordinates_in_metres(client: TestClient) -> None:
    """The central meridian of TM-3 105-45 is 500 km east of the false origin."""
    found = client.get("/coordinates?lon=105.75&lat=20.9").json()
    assert found["srid"] == 9210
    assert abs(found["x"] - 500_000) < 250  # the datum shift moves it by up to 224 m
    assert client.get("/coordinates?lon=2.35&lat=48.86").json()["code"] == "outside_envelope"
    assert client.get("/coordinates?lon=nan&lat=1").status_code == 422


def test_tilejson_and_style_are_served_in_both_languages(client: TestClient) -> None:
    made = client.get("/tiles/zones,plots/tile.json?lang=en").json()
    assert made["tilejson"] == "3.0.0"
    assert made["tiles"] == ["http://localhost/tiles/zones,plots/{z}/{x}/{y}"]
    assert made["bounds"] == [105.9, 19.9, 108.1, 21.6]
    assert client.get("/tiles/nope/tile.json").status_code == 404
    assert client.get("/styles/map.json?lang=vi").json()["name"] == "Bản đồ khu công nghiệp"
    assert client.get("/styles/map.json?theme=pink").status_code == 422


def test_coverage_is_drawn_where_the_footprints_say(db: psycopg.Connection[Any]) -> None:
    """The drawn sector and the one that ratios are computed with are one shape, within a chord's error."""
    rows = db.execute(
        "SELECT ST_X(s.geom), ST_Y(s.geom), coalesce(c.azimuth_deg, 'NaN'), coalesce(c.beamwidth_deg, 360), c.radius_m,"
        " ST_AsBinary(ST_Transform(c.geom_3857, gis.storage_srid()))"
        " FROM cells c JOIN sites s ON s.id = c.site_id"
        " WHERE c.footprint IS NULL AND c.radius_m IS NOT NULL ORDER BY c.azimuth_deg NULLS FIRST, c.id LIMIT 60"
    ).fetchall()
    assert len(rows) == 60
    x, y, azimuth, width, radius = (np.array([row[at] for row in rows], dtype=float) for at in range(5))
    exact = footprints.draw(x, y, azimuth, width, radius, footprints.grid_convergence_deg(9210, x, y))
    for shape, row in zip(exact, rows, strict=True):
        drawn = shapely.from_wkb(bytes(row[5]))
        assert shape.symmetric_difference(drawn).area / shape.area < 0.004


def test_a_tile_survives_that_the_server_dropped_its_connections(
    client: TestClient, db: psycopg.Connection[Any], somewhere: tuple[float, float]
) -> None:
    x, y = tile_of(*somewhere, 14)
    before = client.get(f"/tiles/plots/14/{x}/{y}")
    dropped = db.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'gis-%%' AND pid <> pg_backend_pid()"
    ).fetchone()
    assert dropped is not None
    assert dropped[0] > 0
    time.sleep(freshness.MAX_AGE_S + 0.1)  # so that the versions are asked for on a dead connection too
    after = client.get(f"/tiles/plots/14/{x}/{y}")
    assert after.status_code == 200
    assert after.content == before.content
