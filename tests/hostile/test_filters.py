"""Filters made to hurt: each is answered or refused, none breaks the service or outlasts its deadline."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service.app import create_app
from gis_service.database import Database
from layers.filters import FilterRefused, read
from layers.filters.nodes import DEEPEST, MOST_TERMS
from tests.conftest import NewDatabase

ITEMS = "/ogc/collections/plots/items"


@pytest.fixture(scope="module")
def hurried(new_database: NewDatabase) -> Iterator[TestClient]:
    """A client of a service whose statements may take a quarter of a second, on a table that takes longer."""
    settings = new_database(demo=True).model_copy(update={"statement_timeout_s": 0.25})
    database = Database(settings)
    with database.owner.begin() as conn:
        conn.execute(text(
            "INSERT INTO gis.plots (zone_id, code, status, land_use_code, area_m2, ground_note, source, geom)"
            " SELECT p.zone_id, 'B' || n || '-' || p.id, p.status, p.land_use_code, p.area_m2, repeat('a', 3000),"
            " 'bomb', p.geom FROM gis.plots p, generate_series(1, 60) n"
        ))  # fmt: skip
    database.dispose()
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        yield client


BOMBS = {
    "brackets": "(" * 3000 + "true" + ")" * 3000,
    "not": "NOT " * 1500 + "true",
    "and": " AND ".join("area_m2 > 1" for _ in range(400)),
    "in": "code IN (" + ",".join(f"'{n}'" for n in range(700)) + ")",
    "wildcards": "ground_note LIKE '" + "%a" * 200 + "b'",
    "functions": "CASEI(" * 800 + "name" + ")" * 800 + " = 'x'",
    "power": "2 ^ 2 ^ 2 ^ 2 ^ 2 ^ 2 ^ 2 ^ 2 ^ 2 ^ 2 > 1",
    "overflow": "area_m2 * 1e300 * 1e300 > 1",
    "zero": "area_m2 / 0 > 1 OR 0 ^ (0 - 1) > 1 OR area_m2 % 0 = 1",
    "root": "(0 - 1) ^ 0.5 > 1",
    "vertices": "S_INTERSECTS(geometry, LINESTRING(" + ",".join(f"106.{n} 20.9" for n in range(600)) + "))",
    "far": "S_INTERSECTS(geometry, LINESTRING(-180 -90, 180 90, -180 90, 180 -90))",
    "nan": "S_INTERSECTS(geometry, POINT(nan nan))",
    "infinite": "S_INTERSECTS(geometry, POINT(1e308 1e308))",
    "collections": "S_INTERSECTS(geometry, " + "GEOMETRYCOLLECTION(" * 300 + "POINT(0 0)" + ")" * 300 + ")",
    "quote": "code = '" + "''" * 3000 + "'",
    "year": "ready_on > DATE('0001-01-01') AND updated_at < TIMESTAMP('9999-12-31T23:59:60Z')",
    "offset": "updated_at < TIMESTAMP('0001-01-01T00:00:00+23:59')",
    "unicode": "code = '\u202e\U0001f4a3\ufffe' OR \"đường\" = 1",
    "polygon": "S_INTERSECTS(geometry, POLYGON((" + ",".join("106 20" for _ in range(6_000)) + ")))",
    "dates": "ready_on > DATE('99999-01-01') OR updated_at > TIMESTAMP('99999-01-01T00:00:00Z')",
    "unclosed": "code = 'a AND status = 'leased'",
    "number": "area_m2 > 1e400 OR area_m2 < -1e400 OR area_m2 = 1e308 * 10",
    "NaN": "area_m2 = NaN OR area_m2 > Infinity",
    "types": "status = 5 AND area_m2 LIKE '%' AND geometry = 'x' AND S_WITHIN(status, code)",
    "measures": "within_m(geometry, POINT(nan nan), 1e400) OR area_m2(geometry) * 1e308 * 1e308 > 1",
    "calls": "lower(" * 500 + "code" + ")" * 500 + " = 'x'",
    "steps": "round(1e308) * 10 > abs(area_m2 / 0) AND year(TIMESTAMP('9999-12-31T23:59:59-23:59')) > 1",
    "injection": "code = 'x') OR 1=1; DROP TABLE gis.plots; --",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_in_text_ends_in_an_answer_or_a_refusal(hurried: TestClient, name: str) -> None:
    began = time.monotonic()
    answer = hurried.get(ITEMS, params={"filter": BOMBS[name], "limit": "1"})
    assert answer.status_code in (200, 400, 414, 422, 503), answer.text
    assert time.monotonic() - began < 20  # a hang, not a speed
    if answer.status_code != 200:
        assert answer.json()["code"] in (
            "bad_filter", "filter_too_large", "wrong_type", "unknown_property", "bad_geometry", "query_too_long",
            "bad_value", "took_too_long",
        )  # fmt: skip


def nested(depth: int) -> str:
    return '{"op":"not","args":[' * depth + "true" + "]}" * depth


@pytest.mark.parametrize(
    "body",
    [
        nested(DEEPEST + 2), nested(300), "[" * 7000,
        '{"op":"and","args":[' + ",".join(["true"] * (MOST_TERMS + 5)) + "]}",
        '{"op":"=","args":[{"property":"code"},"\\ud800"]}', '{"op":"=","args":[{"property":"code"},"\\u0000"]}',
        '{"op":"=","args":[{"property":"area_m2"},' + "9" * 4000 + "]}",
        '{"op":"s_within","args":[{"property":"geometry"},{"type":"Point","coordinates":[1,' + "9" * 4000 + "]}]}",
        '{"op":"s_within","args":[{"property":"geometry"},{"bbox":[1,2,3,' + "9" * 4000 + "]}]}",
        '{"op":"=","args":[1e999,1]}',
        '{"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":'
        + "[" * 500 + "]" * 500 + "}]}",
        json.dumps({"op": "in", "args": [{"property": "code"}, list(range(600))]}),
    ],
    ids=lambda body: body[:30],
)  # fmt: skip
def test_a_bomb_in_json_is_refused(hurried: TestClient, body: str) -> None:
    answer = hurried.get(ITEMS, params={"filter": body, "filter-lang": "cql2-json"})
    assert answer.status_code in (400, 414), answer.text
    assert answer.json()["code"] in ("bad_filter", "filter_too_large", "wrong_type", "query_too_long")


def test_a_polygon_of_a_hundred_thousand_corners_is_not_even_read() -> None:
    """Longer than any address may be, so no client gets so far; whoever calls the reader is told as well."""
    corners = [[106.0, 20.0]] * 100_000
    in_text = "S_INTERSECTS(geometry, POLYGON((" + ",".join(f"{x} {y}" for x, y in corners) + ")))"
    shape = {"type": "Polygon", "coordinates": [corners]}
    in_json = json.dumps({"op": "s_intersects", "args": [{"property": "geometry"}, shape]})
    for text_, language in ((in_text, "cql2-text"), (in_json, "cql2-json")):
        with pytest.raises(FilterRefused) as refused:
            read(text_, language)
        assert refused.value.code == "filter_too_large"


def test_a_filter_that_outlasts_the_deadline_is_stopped_and_told(hurried: TestClient) -> None:
    slow = " OR ".join("ACCENTI(CASEI(ground_note)) LIKE '%a%a%a%a%a%b%'" for _ in range(20))
    answer = hurried.get(ITEMS, params={"filter": slow})
    assert (answer.status_code, answer.json()["code"]) == (503, "took_too_long")
    assert answer.headers["retry-after"]
    assert hurried.get(ITEMS, params={"limit": "1"}).status_code == 200
