"""Tiles in metres where VN-2000 is not: north first, west of the meridian, south of the equator."""

from __future__ import annotations

import mapbox_vector_tile
import psycopg
import pytest
from fastapi.testclient import TestClient

from gis_service.app import create_app
from layers import crs
from maps import matrix
from tests.conftest import NewDatabase

PLACES = {
    31256: (15.4, 48.3, 15.8, 48.5),  # Krems: X counts to the north, eastings are negative
    32735: (26.9, -30.7, 29.6, -28.5),  # Lesotho: northings from ten million downwards
}


@pytest.mark.parametrize("srid", PLACES)
def test_a_zone_is_in_its_tile_where_it_was_stored(new_database: NewDatabase, srid: int) -> None:
    west, south, east, north = bounds = PLACES[srid]
    settings = new_database(
        storage_srid=srid, envelope_west_deg=west, envelope_south_deg=south, envelope_east_deg=east,
        envelope_north_deg=north,
    )  # fmt: skip
    x, y = crs.transformer(4326, srid).transform((west + east) / 2, (south + north) / 2)
    assert settings.database_url is not None
    with psycopg.connect(settings.database_url.get_secret_value(), autocommit=True) as db:
        db.execute(
            "INSERT INTO gis.zones (code, name, kind, status, geom, source) VALUES ('A', 'A', 'KCN', 'operating',"
            " ST_Multi(ST_MakeEnvelope(%s, %s, %s, %s, %s)), 'test')",
            (x, y, x + 300, y + 200, srid),
        )
    one = matrix.metric(srid, bounds)
    column, row = one.tile_at(x, y, 15)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        definition = client.get(f"/ogc/tileMatrixSets/EPSG-{srid}").json()
        assert definition["crs"].endswith(f"/EPSG/0/{srid}")
        answer = client.get(f"/ogc/collections/zones/tiles/EPSG-{srid}/15/{row}/{column}")
        assert answer.status_code == 200, answer.text
    drawn = mapbox_vector_tile.decode(answer.content)["zones"]["features"]
    assert [feature["properties"]["code"] for feature in drawn] == ["A"]
    left, bottom, _, _ = one.envelope(15, column, row)
    unit = one.side(15) / 4096
    corners = drawn[0]["geometry"]["coordinates"][0]  # counted from the lower left corner of the tile
    assert left + min(corner[0] for corner in corners) * unit == pytest.approx(x, abs=1.5 * unit)
    assert bottom + min(corner[1] for corner in corners) * unit == pytest.approx(y, abs=1.5 * unit)
