"""/search, /autocomplete and /geocode on the demonstration province."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient


def results(client: TestClient, path: str = "/search", **query: Any) -> list[dict[str, Any]]:
    answer = client.get(path, params=query, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_a_zone_is_found_with_its_page_and_its_place_on_the_map(client: TestClient) -> None:
    first = results(client, q="dai an")[0]
    assert (first["kind"], first["title"], first["precision"]) == ("zone", "KCN Đại An", "zone")
    assert client.get(first["page"]).status_code == 200
    assert first["map"].startswith("/#map=14/20.")
    assert 106 < first["lon"] < 107


def test_every_page_that_is_named_exists(client: TestClient) -> None:
    pages = {one["page"] for q in ("duong so 1", "dai an", "tu minh", "tu ky") for one in results(client, q=q)} - {None}
    assert pages
    for page in sorted(pages):
        assert client.get(page).status_code == 200, page


def test_near_and_kind_narrow(client: TestClient) -> None:
    zone = results(client, q="tay ngo quyen", kind="zone")[0]
    streets = results(client, q="duong so 1", lon=zone["lon"], lat=zone["lat"], kind="street")
    assert {one["kind"] for one in streets} == {"street"}
    assert "Tây Ngô Quyền" in streets[0]["context"]


def test_browsers_get_a_page_that_shows_names_as_text(client: TestClient) -> None:
    page = client.get("/search", params={"q": "<script> dai an"}, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "<script> dai" not in page.text
    assert "KCN Đại An" in page.text


def test_nothing_found_says_so_in_both_languages(client: TestClient) -> None:
    for lang, words in (("vi", "Không tìm thấy gì"), ("en", "Nothing found")):
        page = client.get("/search", params={"q": "zzzqqq", "lang": lang}, headers={"Accept": "text/html"})
        assert words in page.text
    client.cookies.clear()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"q": "x" * 10_001}, 414), ({"q": "dai an", "limit": "0"}, 422), ({"q": "dai an", "limit": "1e9"}, 422),
        ({"q": "dai an", "lon": "nan", "lat": "0"}, 422), ({"q": "dai an", "kind": "persons"}, 422),
        ({"q": "dai an", "lon": "0", "lat": "-90"}, 200), ({"q": "\u0000dai an"}, 400), ({"q": "%_'\"\\"}, 200),
        ({}, 200),
    ],
)  # fmt: skip
def test_strange_questions_get_an_answer_or_a_clear_refusal(
    client: TestClient, query: dict[str, str], status: int
) -> None:
    for path in ("/search", "/autocomplete"):
        answer = client.get(path, params=query)
        assert answer.status_code == status, answer.text
        if status != 200:
            assert answer.json()["code"]


def test_an_address_is_located_with_its_precision_and_its_reading(client: TestClient) -> None:
    found = results(client, "/geocode", address="Đường số 1, CCN Tây Ngô Quyền, TP Hải Phòng")[0]
    assert (found["kind"], found["precision"]) == ("street", "street")
    assert found["context"].startswith("CCN Tây Ngô Quyền")
    assert 0 < found["confidence"] <= 1


@pytest.mark.parametrize("written", ["20.9373, 106.3146", "7PG8W8P7+WR"])
def test_positions_are_read_as_such(client: TestClient, written: str) -> None:
    found = results(client, "/geocode", address=written)[0]
    assert found["precision"] == "point"
    assert (found["lon"], found["lat"]) == pytest.approx((106.3146, 20.9373), abs=2e-4)


def test_a_number_that_nobody_has_is_told_with_the_street(client: TestClient) -> None:
    found = results(client, "/geocode", address="Số 9999 Đường số 1, CCN Tây Ngô Quyền, Hải Phòng")[0]
    assert (found["kind"], found["unknown_number"]) == ("street", "9999")
    assert [reason["code"] for reason in found["reasons"]] == ["number_unknown"]


@pytest.mark.parametrize("written", ["!!!", "x" * 2000])
def test_what_is_no_address_is_refused_with_a_code(client: TestClient, written: str) -> None:
    answer = client.get("/geocode", params={"address": written})
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("address_not_readable", "address_too_long")
    assert answer.json()["detail_vi"]


@pytest.mark.parametrize(
    ("written", "system"),
    [
        ("20.93, 106.31", "EPSG:4326"), ("106.31 20.93", "EPSG:4326"), ("20°55'48\"N 106°18'36\"E", "EPSG:4326"),
        ("X=2315307 Y=558048 VN-2000", "EPSG:9210"), ("7PG8W8J6+22", "EPSG:4326"),
    ],
)  # fmt: skip
def test_a_position_is_answered_by_itself_and_by_what_lies_there(client: TestClient, written: str, system: str) -> None:
    for path in ("/search", "/autocomplete"):
        (here,) = results(client, path, q=written)
        assert (here["kind"], here["precision"], here["code"]) == ("point", "point", system)
        assert (here["lon"], here["lat"]) == (pytest.approx(106.31, abs=1e-3), pytest.approx(20.93, abs=1e-3))
        assert here["context"].endswith("Thành phố Hải Phòng")
        assert here["map"].startswith("/#map=17/20.9")


def test_a_position_with_more_words_is_a_question(client: TestClient) -> None:
    assert "point" not in {one["kind"] for one in results(client, q="7PG8W8P7+WR KCN Đại An")}
