"""Each layer in tiles and as single facts: for whom, in which language, in which coordinates."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import psycopg
import pytest
import shapely
from fastapi.testclient import TestClient

from layers.coverage import footprints
from maps import catalog, freshness
from tests.api.tile_reading import get, ids, tile_of
from tests.conftest import ClientAs

MVT = "application/vnd.mapbox-vector-tile"


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
