"""OGC API - Tiles: the tiles of /tiles under the addresses of the standard, in every tile matrix set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
import psycopg
import pytest
import shapely
from fastapi.testclient import TestClient
from shapely import affinity

from gis_service.settings import Settings
from layers import crs
from maps import catalog, matrix

MVT = "application/vnd.mapbox-vector-tile"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
HAI_PHONG = (105.9, 19.9, 108.1, 21.6)
METRIC = matrix.metric(9210, HAI_PHONG)
SETS = (matrix.WEB_MERCATOR, matrix.WORLD_CRS84, METRIC)


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    assert demo_database.database_url is not None
    url = demo_database.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True, options="-c search_path=gis,public") as conn:
        yield conn


@pytest.fixture(scope="module")
def plot(db: psycopg.Connection[Any]) -> tuple[int, float, float]:
    """Id of a public plot, and a point of it in metres."""
    row = db.execute(
        "SELECT id, ST_X(p), ST_Y(p) FROM (SELECT id, ST_PointOnSurface(geom) AS p FROM plots"
        " WHERE published ORDER BY id LIMIT 1) AS one"
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def address_of(one: matrix.MatrixSet, z: int, easting: float, northing: float) -> str:
    """`{tileMatrix}/{tileRow}/{tileCol}` of the tile that holds the point."""
    x, y = one.tile_at(*crs.transformer(9210, one.srid).transform(easting, northing), z)
    return f"{z}/{y}/{x}"


def decode(client: TestClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code in (200, 204), answer.text
    return mapbox_vector_tile.decode(answer.content) if answer.content else {}


def test_the_landing_page_and_the_conformance_declaration_name_the_tiles(client: TestClient) -> None:
    links = {link["rel"]: link["href"] for link in client.get("/ogc/").json()["links"]}
    assert links[REL + "tilesets-vector"] == "http://localhost/ogc/tiles?f=json"
    assert client.get(links[REL + "tiling-schemes"]).status_code == 200
    classes = client.get("/ogc/conformance").json()["conformsTo"]
    for name in ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "mvt", "datetime"):
        assert f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}" in classes


def test_following_links_alone_leads_to_a_tile(client: TestClient) -> None:
    """From the landing page to the list, from each entry to its tile set, from its template to a tile."""
    start = next(one["href"] for one in client.get("/ogc/").json()["links"] if one["rel"] == REL + "tilesets-vector")
    listed = client.get(start).json()["tilesets"]
    assert [one["tileMatrixSetURI"].rsplit("/", 1)[1] for one in listed] == [
        "WebMercatorQuad", "WorldCRS84Quad", "VN2000-9210",
    ]  # fmt: skip
    for entry in listed:
        assert entry["dataType"] == "vector"
        address = next(one["href"] for one in entry["links"] if one["rel"] == "self")
        tileset = client.get(address).json()
        scheme = next(one["href"] for one in tileset["links"] if one["rel"] == REL + "tiling-scheme")
        known = {one["id"] for one in client.get(scheme).json()["tileMatrices"]}
        template = next(one for one in tileset["links"] if one["rel"] == "item")
        assert template["templated"] is True
        limits = tileset["tileMatrixSetLimits"][0]
        assert limits["tileMatrix"] in known
        inside = template["href"].format(
            tileMatrix=limits["tileMatrix"], tileRow=limits["maxTileRow"], tileCol=limits["minTileCol"]
        )
        assert client.get(inside).status_code in (200, 204)
        outside = template["href"].format(
            tileMatrix=limits["tileMatrix"], tileRow=limits["maxTileRow"] + 1, tileCol=limits["minTileCol"]
        )
        assert client.get(outside).status_code in (400, 404)


def test_a_tile_is_the_very_tile_of_the_map(client: TestClient, plot: tuple[int, float, float]) -> None:
    z, row, column = address_of(matrix.WEB_MERCATOR, 15, *plot[1:]).split("/")
    theirs = client.get(f"/ogc/collections/plots/tiles/WebMercatorQuad/{z}/{row}/{column}")
    ours = client.get(f"/tiles/plots/{z}/{column}/{row}")
    assert theirs.headers["Content-Type"] == MVT
    assert theirs.content == ours.content
    assert theirs.headers["ETag"] == ours.headers["ETag"]
    again = client.get(str(theirs.url), headers={"If-None-Match": ours.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("z", [13, 16])
def test_a_tile_in_metres_holds_the_plots_where_the_table_has_them(
    client: TestClient, db: psycopg.Connection[Any], plot: tuple[int, float, float], z: int
) -> None:
    """Every plot of the tile, taken back from units of the tile to metres, is the stored one within a unit."""
    address = address_of(METRIC, z, *plot[1:])
    _, y, x = (int(part) for part in address.split("/"))
    west, south, east, north = METRIC.envelope(z, x, y)
    unit = METRIC.side(z) / 4096
    drawn = decode(client, f"/ogc/collections/plots/tiles/VN2000-9210/{address}")["plots"]["features"]
    assert plot[0] in {one["id"] for one in drawn}
    box = shapely.box(west, south, east, north)
    stored = {
        row[0]: shapely.from_wkb(bytes(row[1]))
        for row in db.execute(
            "SELECT id, ST_AsBinary(geom) FROM plots WHERE published AND geom && ST_MakeEnvelope(%s, %s, %s, %s, 9210)",
            (west, south, east, north),
        )
    }
    inside = {key for key, shape in stored.items() if shape.intersection(box).area > 25 * unit * unit}
    assert inside <= {one["id"] for one in drawn}
    for one in drawn:
        if one["id"] in stored and box.contains(stored[one["id"]]):
            # mapbox_vector_tile turns the tile so that y counts up from its lower edge.
            shape = affinity.affine_transform(shapely.geometry.shape(one["geometry"]), [unit, 0, 0, unit, west, south])
            assert shape.hausdorff_distance(stored[one["id"]]) < 1.5 * unit


@pytest.mark.parametrize("one", SETS, ids=[one.id for one in SETS])
def test_every_collection_draws_in_every_set(
    client: TestClient, db: psycopg.Connection[Any], one: matrix.MatrixSet
) -> None:
    for layer in catalog.LAYERS:
        row = db.execute(
            f"SELECT {layer.key}, ST_X(p), ST_Y(p) FROM {layer.source}, LATERAL (SELECT ST_Transform("  # type: ignore[arg-type]
            f"ST_PointOnSurface(r.geom_3857), 9210) AS p) AS at WHERE r.geom_3857 IS NOT NULL"
            f" AND {layer.where_for('public').replace('%(z)s', '22')} ORDER BY 1 LIMIT 1"
        ).fetchone()
        if row is None:
            assert layer.name == "house_numbers"  # the province has none in force before somebody approves them
            continue
        address = address_of(one, layer.max_zoom, row[1], row[2])
        collection = "cells" if layer.name == "coverage" else layer.name
        tile = decode(client, f"/ogc/collections/{collection}/tiles/{one.id}/{address}")
        assert row[0] in {feature["id"] for feature in tile[layer.name]["features"]}, layer.name


@pytest.mark.parametrize("z", range(6, 18))
def test_every_zoom_in_metres_holds_what_the_map_holds_there(
    client: TestClient, plot: tuple[int, float, float], z: int
) -> None:
    """The same kinds of things as the web mercator tile over the same point, counts at low zooms among them."""
    metres = decode(client, f"/ogc/tiles/VN2000-9210/{address_of(METRIC, z, *plot[1:])}")
    web = decode(client, f"/ogc/tiles/WebMercatorQuad/{address_of(matrix.WEB_MERCATOR, z, *plot[1:])}")
    by_features = {name for name in web if not name.endswith("_labels")} - {"sites", "coverage", "entrances"}
    if z <= 12:  # the tiles are not the same ground: far in, a thing beside the point may be in one of them only
        assert by_features <= set(metres)
    assert ("plots" in metres) == ("plots" in web)
    assert ("plots_overview" in metres) == ("plots_overview" in web)


def test_collections_chooses_the_layers_and_their_order(client: TestClient, plot: tuple[int, float, float]) -> None:
    address = address_of(METRIC, 14, *plot[1:])
    both = decode(client, f"/ogc/tiles/VN2000-9210/{address}?collections=plots,zones")
    assert set(both) - {"zones_labels"} == {"plots", "zones"}
    everything = decode(client, f"/ogc/tiles/VN2000-9210/{address}")
    assert {"plots", "zones", "administrative_units"} <= set(everything)
    tileset = client.get("/ogc/tiles/VN2000-9210?collections=plots,zones").json()
    named = [one["id"] for one in tileset["layers"]]
    assert named == ["plots", "plots_overview", "plots_labels", "zones", "zones_labels"]
    template = next(one["href"] for one in tileset["links"] if one["rel"] == "item")
    assert template.endswith("{tileMatrix}/{tileRow}/{tileCol}?collections=plots,zones")


def test_datetime_shows_the_units_of_that_day(
    client: TestClient, db: psycopg.Connection[Any], plot: tuple[int, float, float]
) -> None:
    """A unit that ended in 2020 is there for 2019, and not today; plots are there since their zone is."""
    row = db.execute(
        "INSERT INTO administrative_units (code, level, name, full_name, geom, valid_from, valid_to, source)"
        " SELECT '99001', 'commune', 'Cũ', 'Xã Cũ', ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(%s, %s), 9210), 900)),"
        " '2010-01-01', '2020-01-01', 'test' RETURNING id",
        plot[1:],
    ).fetchone()
    assert row is not None
    address = (
        f"/ogc/collections/administrative_units/tiles/WebMercatorQuad/{address_of(matrix.WEB_MERCATOR, 12, *plot[1:])}"
    )

    def shown(query: str) -> bool:
        found = decode(client, address + query).get("administrative_units", {"features": []})
        return row[0] in {one["id"] for one in found["features"]}

    assert not shown("")
    assert shown("?datetime=2019-12-31")
    assert not shown("?datetime=2020-01-01")
    assert shown("?datetime=2019-12-31T16:59:59Z")  # 23:59 in Viet Nam
    assert not shown("?datetime=2019-12-31T17:00:00Z")  # the next day there
    assert shown("?datetime=2015-01-01/2030-01-01")
    assert shown("?datetime=../2012-01-01")
    assert not shown("?datetime=2021-01-01/..")
    tags = {
        client.get(address + query).headers["ETag"] for query in ("", "?datetime=2019-01-01", "?datetime=2019-01-02")
    }
    assert len(tags) == 3
    plots = f"/ogc/collections/plots/tiles/WebMercatorQuad/{address_of(matrix.WEB_MERCATOR, 15, *plot[1:])}"
    assert decode(client, plots + "?datetime=2100-01-01")["plots"]["features"]
    assert client.get(plots + "?datetime=1990-01-01").content == b""
    db.execute("DELETE FROM administrative_units WHERE id = %s", (row[0],))


def test_tilejson_addresses_rows_before_columns(client: TestClient) -> None:
    answer = client.get("/ogc/collections/zones/tiles/WebMercatorQuad?f=tilejson")
    assert answer.headers["Content-Type"] == "application/vnd.mapbox.tilejson+json"
    assert answer.json()["tiles"] == ["http://localhost/ogc/collections/zones/tiles/WebMercatorQuad/{z}/{y}/{x}"]
    assert client.get("/ogc/tiles/VN2000-9210?f=tilejson").status_code == 404


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/tileMatrixSets/EuropeanETRS89_LAEAQuad", 404, "unknown_tile_matrix_set"),
        ("/tiles/EuropeanETRS89_LAEAQuad/9/1/1", 404, "unknown_tile_matrix_set"),
        ("/collections/nope/tiles", 404, "unknown_collection"),
        ("/collections/buildings/tiles", 404, "unknown_collection"),
        ("/collections/coverage/tiles", 404, "unknown_collection"),
        ("/collections/nope/tiles/WebMercatorQuad/9/1/1", 404, "unknown_collection"),
        ("/tiles/WebMercatorQuad/9/1/-1", 400, "tile_out_of_range"),
        ("/tiles/WebMercatorQuad/9/2147483647/2147483647", 400, "tile_out_of_range"),
        ("/tiles/WebMercatorQuad/9.0/1/1", 400, "tile_out_of_range"),
        ("/tiles/WebMercatorQuad/9/1/1", 404, "tile_out_of_limits"),
        ("/tiles/VN2000-9210/5/0/0", 400, "tile_out_of_range"),
        ("/collections/entrances/tiles/WebMercatorQuad/3/6/3", 404, "tile_out_of_limits"),
        ("/tiles/WebMercatorQuad/8/112/203?collections=nope", 400, "bad_parameter"),
        ("/tiles/WebMercatorQuad/8/112/203?collections=zones,zones", 400, "bad_parameter"),
        ("/tiles/WebMercatorQuad/8/112/203?datetime=yesterday", 400, "bad_parameter"),
        ("/tiles/WebMercatorQuad/8/112/203?datetime=2025-07-01T00:00:00", 400, "bad_parameter"),
        ("/tiles/WebMercatorQuad/8/112/203?datetime=2025-07-02/2025-07-01", 400, "bad_parameter"),
        ("/tiles/WebMercatorQuad/8/112/203?datetime=9999-12-31T23:59:59Z", 400, "bad_parameter"),
        ("/tiles/WebMercatorQuad/8/112/203?datetime=..", 400, "bad_parameter"),
        ("/tiles/WebMercatorQuad/8/112/203?limit=3", 400, "bad_parameter"),
        ("/collections/plots/tiles/WebMercatorQuad/14/7220/13000?collections=zones", 400, "bad_parameter"),
        ("/tiles?limit=3", 400, "bad_parameter"),
    ],
)
def test_what_is_wrong_with_a_request_is_said(client: TestClient, address: str, status: int, code: str) -> None:
    answer = client.get("/ogc" + address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_format_that_is_not_there_is_refused(client: TestClient, plot: tuple[int, float, float]) -> None:
    """MapLibre Tiles are not made here: nobody offers an encoder as a wheel."""
    address = f"/ogc/collections/plots/tiles/WebMercatorQuad/{address_of(matrix.WEB_MERCATOR, 15, *plot[1:])}"
    assert client.get(address, headers={"Accept": "application/vnd.maplibre-tile"}).status_code == 406
    z, row, column = address_of(matrix.WEB_MERCATOR, 15, *plot[1:]).split("/")
    own = f"/tiles/plots/{z}/{column}/{row}"
    assert client.get(own, headers={"Accept": "application/vnd.maplibre-tile"}).status_code == 406
    for one in (address, own):
        both = client.get(one, headers={"Accept": f"application/vnd.maplibre-tile, {MVT};q=0.5"})
        assert both.headers["Content-Type"] == MVT
