"""Low zooms over HTTP: complete, equal at the edges, thinned in the open, answered on a click, in the right hands."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import mapbox_vector_tile
import numpy as np
import psycopg
import pytest
import shapely
from fastapi.testclient import TestClient

from gis_service.settings import Settings
from maps import catalog, overviews, tiles
from maps.catalog import Counts
from maps.catalog.recipes import WORLD_M
from maps.overviews import cells

ClientAs = Callable[..., TestClient]
COUNTED = [layer for layer in catalog.LAYERS if isinstance(layer.overview, Counts)]
SETTLED_S = 1.1
"""After that long no process serves what was before an edit."""


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    """As the owner, each statement its own transaction."""
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        yield conn


def decoded(client: TestClient, layer: str, z: int, x: int, y: int) -> dict[str, Any]:
    answer = client.get(f"/tiles/{layer}/{z}/{x}/{y}", headers={"Accept-Encoding": "identity"})
    assert answer.status_code in (200, 204), answer.text
    return mapbox_vector_tile.decode(answer.content) if answer.content else {}


def features(tile: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tile.get(name, {"features": []})["features"]
    return found


@pytest.fixture(scope="module")
def box(db: psycopg.Connection[Any]) -> tuple[float, float, float, float]:
    """Of everything that is there, in web mercator."""
    row = db.execute(
        "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b)"
        " FROM (SELECT ST_Extent(geom_3857) AS b FROM administrative_units) AS e"
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2], row[3]


def all_tiles(box: tuple[float, float, float, float], z: int) -> list[tuple[int, int]]:
    side, half = WORLD_M / (1 << z), WORLD_M / 2
    west, south, east, north = box
    columns = range(int((west + half) // side), int((east + half) // side) + 1)
    return [(x, y) for x in columns for y in range(int((half - north) // side), int((half - south) // side) + 1)]


@pytest.mark.parametrize("z", [6, 8, 10])
@pytest.mark.parametrize("layer", COUNTED, ids=lambda layer: layer.name)
def test_the_cells_of_all_tiles_count_everything_once(
    client: TestClient, db: psycopg.Connection[Any], box: tuple[float, float, float, float], layer: Any, z: int
) -> None:
    """A square of the rim is drawn in two tiles, but it is one square, with one number and one count."""
    seen: dict[int, int] = {}
    by_class: dict[int, int] = {}
    for x, y in all_tiles(box, z):
        for feature in features(decoded(client, layer.name, z, x, y), f"{layer.name}_overview"):
            count = feature["properties"]["count"]
            assert seen.setdefault(feature["id"], count) == count
            by_class[feature["id"]] = sum(n for name, n in feature["properties"].items() if name.startswith("n_"))
    recipe = layer.counted
    row = db.execute(
        f"SELECT count(*) FROM open.{recipe.table} r WHERE geom_3857 IS NOT NULL AND {recipe.where}"
    ).fetchone()
    assert row is not None
    assert sum(seen.values()) == row[0] > 50
    if recipe.classes:
        assert by_class == seen


def test_every_layer_but_numbers_of_houses_shows_something_at_every_low_zoom(
    client: TestClient, box: tuple[float, float, float, float]
) -> None:
    layers = [layer for layer in catalog.LAYERS if layer.name != "house_numbers"]
    for z in range(6, 12):
        shown: set[str] = set()
        for x, y in all_tiles(box, z):
            for name in decoded(client, ",".join(layer.name for layer in layers), z, x, y):
                shown.add(name.removesuffix("_overview"))
        assert shown >= {layer.name for layer in layers}, z


def in_units_of(feature: dict[str, Any], shift: int) -> Any:
    return shapely.transform(
        shapely.geometry.shape(feature["geometry"]), lambda xy: np.asarray(xy) + np.array([shift, 0])
    )


@pytest.fixture(scope="module")
def on_edges(db: psycopg.Connection[Any], box: tuple[float, float, float, float]) -> Iterator[None]:
    """Plots and zones that straddle, touch or nearly touch the edge of a tile at z9, which is one at z11 too."""
    side, half = WORLD_M / (1 << 9), WORLD_M / 2
    edge = int((box[0] + half) // side + 1) * side - half
    moved = (
        "ST_Transform(ST_Translate(geom_3857, %(x)s - ST_XMin(geom_3857), %(y)s - ST_YMin(geom_3857)),"
        " gis.storage_srid())"
    )
    for nth, offset_m in enumerate((-1200, -700, -150, -40, 0, 30, 500, 1100)):
        at = {"x": edge + offset_m, "y": (box[1] + box[3]) / 2 + 3000 * nth, "code": f"edge-{nth}"}
        for table, columns in (("plots", "zone_id, status, land_use_code, area_m2"), ("zones", "kind, status, name")):
            insert = (
                f"INSERT INTO {table} (code, {columns}, source, geom) SELECT %(code)s, {columns}, 'edge', {moved}"
                f" FROM {table} WHERE published ORDER BY id LIMIT 1"
            )
            db.execute(insert.encode(), at)
    time.sleep(SETTLED_S)
    yield
    db.execute("DELETE FROM plots WHERE source = 'edge'")
    db.execute("DELETE FROM zones WHERE source = 'edge'")


@pytest.mark.usefixtures("on_edges")
@pytest.mark.parametrize(("layer", "part", "z"), [
    ("administrative_units", "administrative_units", 9), ("administrative_units", "administrative_units", 11),
    ("plots", "plots_overview", 9), ("plots", "plots_overview", 11), ("zones", "zones", 10),
])  # fmt: skip
def test_neighbours_draw_the_same_in_the_strip_that_both_draw(
    client: TestClient, box: tuple[float, float, float, float], layer: str, part: str, z: int
) -> None:
    """Each goes on for 64 units beyond its edge, so the strip of 128 units around the edge is in both."""
    strip = shapely.box(catalog.EXTENT - catalog.BUFFER, -catalog.BUFFER, catalog.EXTENT + catalog.BUFFER, 4096 + 64)
    there = all_tiles(box, z)
    compared = 0
    for x, y in there:
        if (x + 1, y) not in there:
            continue
        west, east = decoded(client, layer, z, x, y), decoded(client, layer, z, x + 1, y)
        left = {one["id"]: in_units_of(one, 0).intersection(strip) for one in features(west, part)}
        right = {one["id"]: in_units_of(one, catalog.EXTENT).intersection(strip) for one in features(east, part)}
        for feature in left.keys() | right.keys():
            one, other = left.get(feature, shapely.Point()), right.get(feature, shapely.Point())
            # Both are rounded to whole units, and clipped corners may round to either side.
            assert one.symmetric_difference(other).area <= 2 * (one.length + other.length) + 4, (x, y, feature)
            compared += not one.is_empty
    assert compared > 3


def test_a_click_on_a_cell_tells_its_counts_and_staff_more_than_the_public(
    client: TestClient, client_as: ClientAs, db: psycopg.Connection[Any], box: tuple[float, float, float, float]
) -> None:
    found = [one for x, y in all_tiles(box, 8) for one in features(decoded(client, "plots", 8, x, y), "plots_overview")]
    largest = max(found, key=lambda one: one["properties"]["count"])
    properties, number = largest["properties"], largest["id"]
    told = client.get(f"/features/plots_overview/{number}?lang=en").json()
    assert told["title"] == f"{properties['count']} plots"
    by_name = {fact["name"]: fact for fact in told["facts"]}
    assert {name: by_name[name]["value"] for name in by_name if name.startswith("n_")} == {
        name: n for name, n in properties.items() if name.startswith("n_") and n
    }
    assert by_name["area_ha"]["value"] > 0
    assert by_name["zones"]["text"]
    assert told["bounds"][0] < told["center"][0] < told["bounds"][2]
    assert client.get(f"/features/plots_overview/{number}?lang=vi").json()["title"].endswith("lô đất")

    z, x, y = cells.parse(number)
    recipe = catalog.get("plots").counted
    assert recipe is not None
    side, across = recipe.cell_m(z), recipe.cells_across(z)
    changed = db.execute(
        "UPDATE plots SET published = false WHERE floor((ST_X(ST_Centroid(geom_3857)) + %(half)s) / %(side)s) = %(x)s"
        " AND floor((%(half)s - ST_Y(ST_Centroid(geom_3857))) / %(side)s) = %(y)s AND status = 'leased' RETURNING id",
        {"half": WORLD_M / 2, "side": side, "x": x, "y": y},
    ).fetchall()
    assert changed
    public = client.get(f"/features/plots_overview/{number}").json()
    staff = client_as("planner").get(f"/features/plots_overview/{number}").json()
    assert "n_leased" not in {fact["name"] for fact in public["facts"]}
    assert {fact["name"]: fact["value"] for fact in staff["facts"]}["n_leased"] == len(changed)
    time.sleep(SETTLED_S)
    tile = x // across, y // across
    counts = {
        name: {one["id"]: one["properties"] for one in features(decoded(asker, "plots", z, *tile), "plots_overview")}
        for name, asker in (("public", client), ("staff", client_as("planner")))
    }
    assert counts["staff"][number]["n_leased"] == len(changed)
    assert counts["public"].get(number, {}).get("n_leased", 0) == 0
    db.execute("UPDATE plots SET published = true WHERE id = ANY(%s)", ([row[0] for row in changed],))


def test_a_cell_where_nothing_is_and_nonsense_are_clear_errors(client: TestClient) -> None:
    assert client.get("/features/plots_overview/1").json()["code"] == "not_found"
    assert client.get(f"/features/plots_overview/{2**62}").status_code == 404
    assert client.get("/features/zones_overview/1").json()["code"] == "unknown_layer"


def test_an_edit_shows_at_once_and_the_refresh_draws_the_same_simpler(
    client: TestClient, db: psycopg.Connection[Any], demo_database: Settings
) -> None:
    row = db.execute("SELECT id, ST_X(p), ST_Y(p) FROM (SELECT id, ST_PointOnSurface(geom_3857) AS p FROM zones"
                     " WHERE published ORDER BY ST_Area(geom) DESC LIMIT 1) AS one").fetchone()  # fmt: skip
    assert row is not None
    side, half = WORLD_M / (1 << 11), WORLD_M / 2
    zone, x, y = row[0], int((row[1] + half) // side), int((half - row[2]) // side)
    db.execute("UPDATE zones SET geom = ST_Multi(ST_Buffer(ST_Centroid(geom), 900, 64)) WHERE id = %s", (zone,))
    time.sleep(SETTLED_S)

    def corners() -> int:
        drawn = [one for one in features(decoded(client, "zones", 11, x, y), "zones") if one["id"] == zone]
        return int(sum(shapely.get_num_coordinates(shapely.geometry.shape(one["geometry"])) for one in drawn))

    full = corners()
    assert full > 100  # the circle, and not the rectangle that it was
    from gis_service.database import Database

    pools = Database(demo_database)
    with pools.owner.begin() as conn:
        assert overviews.refresh(conn).changed >= 1
    pools.dispose()
    time.sleep(SETTLED_S)
    assert 8 <= corners() < full / 2


def test_thinning_of_cells_is_stable_and_announced(
    client: TestClient, db: psycopg.Connection[Any], box: tuple[float, float, float, float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    z = 9
    x, y = max(all_tiles(box, z), key=lambda one: len(features(decoded(client, "plots", z, *one), "plots_overview")))
    everything = features(decoded(client, "plots", z, x, y), "plots_overview")
    monkeypatch.setitem(tiles.render.__kwdefaults__ or {}, "limit", 7)
    db.execute("UPDATE plots SET area_m2 = area_m2 + 1")  # so that no cache knows these tiles
    time.sleep(SETTLED_S)
    answers = [client.get(f"/tiles/plots/{z}/{x}/{y}", headers={"Accept-Encoding": "identity"}) for _ in range(2)]
    assert {answer.headers["X-Tile-Thinned"] for answer in answers} == {f"plots=7/{len(everything)}"}
    assert answers[0].content == answers[1].content
    kept = [
        one["properties"]["count"] for one in features(mapbox_vector_tile.decode(answers[0].content), "plots_overview")
    ]
    heaviest = sorted((one["properties"]["count"] for one in everything), reverse=True)[:7]
    assert Counter(kept) == Counter(heaviest)
    db.execute("UPDATE plots SET area_m2 = area_m2 - 1")
