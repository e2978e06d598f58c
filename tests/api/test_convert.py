"""Conversion of addresses and units, and points, over HTTP; as the public."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service.database import Database
from gis_service.settings import Settings


def ok(client: TestClient, path: str, **params: Any) -> Any:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_address_is_converted_and_both_forms_are_given(client: TestClient) -> None:
    told = ok(client, "/convert", address="45 phố Bình Lộc, P. Tân Bình, TP Hải Dương, Hải Dương", on="2026-11-23")
    assert told["status"] == "converted"
    assert told["line"] == "45 phố Bình Lộc, Phường Lê Thanh Nghị, Thành phố Hải Phòng"
    assert told["line_before"] == "45 phố Bình Lộc, Phường Tân Bình, Thành phố Hải Dương, Tỉnh Hải Dương"
    reason = told["choices"][0]["unit"]["reasons"][0]
    assert "2025-07-01" in reason["message"]
    assert "01/07/2025" in reason["message_vi"]


def test_a_split_has_choices_and_a_position_settles_it(client: TestClient, demo_database: Settings) -> None:
    asked = "12 Trần Phú, P. Tứ Minh, TP Hải Dương, Hải Dương"
    told = ok(client, "/convert", address=asked, on="2026-11-23")
    assert (told["status"], told["line"], len(told["choices"])) == ("ambiguous", None, 2)
    pools = Database(demo_database)
    with pools.owner.connect() as conn:
        lon, lat = conn.execute(
            text(
                "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(ST_PointOnSurface(geom), 4326) AS p"
                " FROM gis.administrative_units WHERE code = '10543' AND valid_to IS NULL) u"
            )
        ).one()
    pools.dispose()
    settled = ok(client, "/convert", address=asked, on="2026-11-23", lon=lon, lat=lat)
    assert settled["line"] == "12 Trần Phú, Phường Việt Hòa, Thành phố Hải Phòng"
    assert settled["choices"][0]["unit"]["decided_by"] == "position"
    # The same position inside the text, as VN-2000 or degrees, does as much.
    inside = ok(client, "/convert", address=f"{lat:.6f}N {lon:.6f}E, {asked}", on="2026-11-23")
    assert inside["line"] is None or "Việt Hòa" in inside["line"]


def test_many_addresses_are_answered_in_their_order(client: TestClient) -> None:
    answer = client.post("/convert", json={"addresses": ["P. Nguyễn Trãi, TP Hải Dương, Hải Dương", "???"]})
    assert answer.status_code == 200
    assert [one["status"] for one in answer.json()] == ["converted", "not_found"]
    assert answer.json()[0]["line"] == "Phường Thành Đông, Thành phố Hải Phòng"


def test_a_unit_is_converted_by_its_code_in_every_form_it_had(client: TestClient) -> None:
    told = ok(client, "/convert/units", code="10798", on="2026-11-23", known_on="2025-06-30")
    assert len(told) == 1
    assert (told[0]["standing"], told[0]["chosen"]) == ("likely", None)
    assert [(a["unit"]["name"], a["people"]) for a in told[0]["answers"]] == [("Kim Thành", "all"), ("Hà Nam", "none")]
    forms = ok(client, "/convert/units", code="10933", on="2026-11-23")
    assert [one["unit"]["full_name"] for one in forms] == ["Xã Cẩm Phúc", "Xã Phúc Điền"]


def test_the_way_back_gives_everything_the_unit_was_made_of(client: TestClient) -> None:
    (told,) = ok(client, "/convert/units", code="10891", on="2025-06-30", known_on="2026-01-01")
    assert {a["unit"]["full_name"] for a in told["answers"]} == {"Phường Tứ Minh", "Xã Cẩm Đoài", "Thị trấn Lai Cách"}
    assert told["is_ambiguous"]


def test_what_lies_at_a_point_in_degrees_and_in_vn2000_is_the_same(client: TestClient, demo_database: Settings) -> None:
    pools = Database(demo_database)
    with pools.owner.connect() as conn:
        row = conn.execute(
            text(
                "SELECT ST_X(e.geom) AS x, ST_Y(e.geom) AS y, ST_X(w) AS lon, ST_Y(w) AS lat, s.name,"
                " e.existing_number AS number, ST_X(z) AS x9, ST_Y(z) AS y9"
                " FROM gis.entrances e JOIN gis.streets s ON s.id = e.street_id,"
                " ST_Transform(e.geom, 4326) w, ST_Transform(e.geom, 9209) z"
                " WHERE e.existing_number IS NOT NULL ORDER BY e.id LIMIT 1"
            )
        ).one()
    pools.dispose()
    degrees = ok(client, "/reverse", lon=row.lon, lat=row.lat)
    assert degrees["precision"] == "house"
    assert degrees["houses"][0]["number"] == row.number
    assert degrees["houses"][0]["distance_m"] < 0.05
    for x, y, crs in ((row.x, row.y, 9210), (row.x9, row.y9, "EPSG:9209")):
        metres = ok(client, "/reverse", x=x, y=y, crs=crs)
        assert metres["written"] == degrees["written"]
    assert degrees["units"][-1]["full_name"] == "Thành phố Hải Phòng"


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({}, 422, "position_refused"),
        ({"lon": 106.3}, 422, "position_refused"),
        ({"lon": 106.3, "lat": 20.9, "x": 1, "y": 1, "crs": "9210"}, 422, "position_refused"),
        ({"x": 586127, "y": 2316534}, 422, "position_refused"),
        ({"x": 586127, "y": 2316534, "crs": "nonsense"}, 422, "unknown_crs"),
        ({"x": 586127, "y": 2316534, "crs": "6956"}, 422, "unknown_crs"),
        ({"lon": 1000, "lat": 20}, 422, None),
        ({"lon": "nan", "lat": 20}, 422, None),
        ({"lon": 106.3, "lat": 20.9, "reach_m": 1e9}, 422, None),
        ({"lon": 106.3, "lat": 20.9, "on": "0001-01-01"}, 422, None),
    ],
)
def test_a_point_that_is_none_is_refused(
    client: TestClient, params: dict[str, Any], status: int, code: str | None
) -> None:
    answer = client.get("/reverse", params=params)
    assert answer.status_code == status, answer.text
    if code is not None:
        assert answer.json()["code"] == code
        assert answer.json()["detail_vi"]


def test_a_point_at_the_end_of_the_world_is_nothing_and_no_error(client: TestClient) -> None:
    told = ok(client, "/reverse", lon=105.0, lat=0.0)
    assert (told["precision"], told["written"], told["units"]) == ("none", None, [])


@pytest.mark.parametrize("address", ["", " ", "x", "a" * 1_999, "%' OR 1=1 --", "🏭", "ⁿ²", "\u202eabc", "00000000"])
def test_whatever_is_written_gets_an_answer(client: TestClient, address: str) -> None:
    assert ok(client, "/convert", address=address)["status"] == "not_found"


def test_a_nul_is_refused_at_the_front_door(client: TestClient) -> None:
    assert client.get("/convert", params={"address": "\x00"}).json()["code"] == "forbidden_character"


def test_too_much_is_refused_before_any_work(client: TestClient) -> None:
    assert client.get("/convert", params={"address": "a" * 2_001}).status_code == 422
    assert client.post("/convert", json={"addresses": ["x"] * 201}).status_code == 422
    assert client.post("/convert", json={"addresses": []}).status_code == 422
    assert client.get("/convert/units", params={"code": "1'; --"}).status_code == 422
    answer = client.get("/convert/units", params={"code": "99999"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_unit")
