"""From a point to an address, in the demonstration province and on a drawn street."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection, text

from addressing.search.reverse import communes_at, reverse
from addressing.search.units_on_file import gazetteer_of

TODAY = date(2026, 11, 23)


def a_door(conn: Connection) -> tuple[float, float, str, str]:
    """A door with a number on the ground, its number and its street."""
    row = conn.execute(
        text(
            "SELECT ST_X(e.geom) AS x, ST_Y(e.geom) AS y, e.existing_number, s.name FROM gis.entrances e"
            " JOIN gis.streets s ON s.id = e.street_id WHERE e.existing_number IS NOT NULL ORDER BY e.id LIMIT 1"
        )
    ).one()
    return row.x, row.y, row.existing_number, row.name


def test_at_a_door_the_house_is_its_own_and_the_distance_is_nothing(demo_conn: Connection) -> None:
    x, y, number, street = a_door(demo_conn)
    place = reverse(demo_conn, x, y, gazetteer_of(demo_conn), on=TODAY)
    assert place.house is not None
    assert (place.house.number, place.house.street, place.house.what) == (number, street, "found")
    assert place.house.distance_m == pytest.approx(0, abs=0.001)
    assert place.precision == "house"
    assert place.written is not None
    assert place.written.startswith(f"{number} {street}")
    assert place.written.endswith("Thành phố Hải Phòng")


def test_ten_metres_aside_the_distance_is_ten(demo_conn: Connection) -> None:
    x, y, *_ = a_door(demo_conn)
    demo_conn.execute(text("DELETE FROM gis.entrances WHERE ST_DWithin(geom, ST_SetSRID(ST_MakePoint(:x, :y),"
                           " gis.storage_srid()), 40) AND existing_number IS NULL"), {"x": x, "y": y})  # fmt: skip
    place = reverse(demo_conn, x + 6, y + 8, gazetteer_of(demo_conn), on=TODAY)
    assert place.house is not None
    assert place.house.distance_m <= 10.001
    assert [house.distance_m for house in place.houses] == sorted(house.distance_m for house in place.houses)


def test_far_from_any_door_the_street_or_the_zone_is_said(demo_conn: Connection) -> None:
    x, y, *_ = a_door(demo_conn)
    place = reverse(demo_conn, x, y, gazetteer_of(demo_conn), on=TODAY, reach_m=0.0001)
    place_far = reverse(demo_conn, x + 3_000_000, y, gazetteer_of(demo_conn), on=TODAY)
    assert place.streets
    assert place_far.precision == "none"
    assert place_far.written is None


def test_in_a_plot_the_plot_and_its_zone_are_found(demo_conn: Connection) -> None:
    row = demo_conn.execute(
        text(
            "SELECT ST_X(p.at) AS x, ST_Y(p.at) AS y, p.code, z.code AS zone FROM (SELECT *, ST_PointOnSurface(geom)"
            " AS at FROM gis.plots WHERE published ORDER BY id LIMIT 1) p JOIN gis.zones z ON z.id = p.zone_id"
        )
    ).one()
    place = reverse(demo_conn, row.x, row.y, gazetteer_of(demo_conn), on=TODAY, reach_m=0.001)
    assert row.code in [plot.code for plot in place.plots]
    assert row.zone in [zone.code for zone in place.zones]
    assert place.precision == "plot"


def test_the_commune_of_a_day_before_the_borders_is_converted_and_never_picked(demo_conn: Connection) -> None:
    demo_conn.execute(text("DELETE FROM gis.administrative_units WHERE valid_to IS NOT NULL"))
    row = demo_conn.execute(
        text(
            "SELECT ST_X(at) AS x, ST_Y(at) AS y FROM (SELECT ST_PointOnSurface(geom) AS at FROM"
            " gis.administrative_units WHERE level = 'commune' AND code = '10891') u"
        )
    ).one()
    place = reverse(demo_conn, row.x, row.y, gazetteer_of(demo_conn), on=date(2025, 1, 15), reach_m=1)
    assert place.units == ()
    assert place.by_conversion is not None
    assert {a.unit.full_name for a in place.by_conversion.answers} == {
        "Phường Tứ Minh", "Xã Cẩm Đoài", "Thị trấn Lai Cách",
    }  # fmt: skip
    assert place.by_conversion.chosen is None
    assert communes_at(demo_conn, row.x, row.y, TODAY) == {"10891"}


def test_a_number_in_force_is_preferred_and_ends_with_its_day(demo_conn: Connection) -> None:
    x, y, number, _ = a_door(demo_conn)
    demo_conn.execute(
        text(
            "WITH door AS (SELECT e.* FROM gis.entrances e WHERE e.existing_number IS NOT NULL ORDER BY e.id LIMIT 1),"
            " place AS (INSERT INTO gis.places (id, entrance_id, geom) SELECT 'TEST000001', id, geom FROM door"
            " RETURNING id, entrance_id)"
            " INSERT INTO gis.house_numbers (street_id, place_id, entrance_id, number, plate_text, side, chainage_m,"
            " status, origin, valid_from, valid_to) SELECT door.street_id, place.id, door.id, 77, '77', 'left', 5,"
            " 'retired', 'existing', '2024-01-01', '2026-01-01' FROM door, place"
        )
    )
    during = reverse(demo_conn, x, y, gazetteer_of(demo_conn), on=date(2025, 12, 31))
    after = reverse(demo_conn, x, y, gazetteer_of(demo_conn), on=date(2026, 1, 1))
    assert during.house is not None
    assert after.house is not None
    assert (during.house.number, during.house.what, during.house.place_id) == ("77", "number", "TEST000001")
    assert (after.house.number, after.house.what) == (number, "found")
