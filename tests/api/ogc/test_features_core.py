"""OGC API - Features Part 1: which features are answered, page by page, and what is refused."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service.database import Database
from gis_service.routes.ogc import filters
from gis_service.settings import Settings
from maps.features import collections as all_collections
from maps.features import items as feature_items
from tests.api.ogc.standards_site import FILLED, ids, items, links, problem
from tests.conftest import ClientAs


def shape(feature: dict[str, Any]) -> Any:
    return shapely.geometry.shape(feature["geometry"])


def test_every_collection_is_listed_and_described_as_it_is_alone(client: TestClient) -> None:
    listed = client.get("/ogc/collections").json()
    assert [one["id"] for one in listed["collections"]] == [one.name for one in all_collections.COLLECTIONS]
    for one in listed["collections"]:
        alone = client.get(links(one)["self"]["href"]).json()
        assert alone == one
        assert {"items", "self", "alternate"} <= set(links(one))
        assert one["itemType"] == "feature"
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert -180 <= west < east <= 180
        assert -90 <= south < north <= 90


def test_titles_follow_the_language(client: TestClient) -> None:
    vi, en = (client.get("/ogc/collections/zones", params={"lang": lang}) for lang in ("vi", "en"))
    assert (vi.headers["content-language"], en.headers["content-language"]) == ("vi", "en")
    assert vi.json()["title"] != en.json()["title"] == "Industrial zones and clusters"


@pytest.mark.parametrize("collection", FILLED)
def test_an_extent_holds_every_feature(client: TestClient, collection: str) -> None:
    box = client.get(f"/ogc/collections/{collection}").json()["extent"]["spatial"]["bbox"][0]
    every = items(client, collection, limit=10_000).json()
    inside = items(client, collection, limit=10_000, bbox=",".join(map(str, box))).json()
    there = [feature["id"] for feature in every["features"] if feature["geometry"] is not None]
    assert [feature["id"] for feature in inside["features"]] == there
    frame = shapely.box(*box)
    assert all(frame.covers(shape(feature)) for feature in every["features"] if feature["geometry"] is not None)


def test_a_feature_collection_says_what_the_standard_asks_for(client: TestClient) -> None:
    answer = items(client, "plots", limit=3)
    assert answer.headers["content-type"] == "application/geo+json"
    told = answer.json()
    assert told["type"] == "FeatureCollection"
    assert (told["numberReturned"], len(told["features"]), told["numberMatched"]) == (3, 3, 295)
    assert datetime.fromisoformat(told["timeStamp"]).tzinfo is not None
    assert {"self", "alternate", "next", "collection"} <= set(links(told))
    one = client.get(f"/ogc/collections/plots/items/{told['features'][0]['id']}").json()
    assert {name: one[name] for name in told["features"][0]} == told["features"][0]


def test_following_next_gives_every_feature_once(client: TestClient) -> None:
    for collection, limit in (("plots", 100), ("zones", 2), ("entrances", 333)):
        whole = ids(items(client, collection, limit=10_000))
        seen: list[int] = []
        address: str | None = f"/ogc/collections/{collection}/items?limit={limit}"
        while address:
            page = client.get(address)
            assert page.json()["numberReturned"] <= limit
            seen += ids(page)
            address = links(page.json()).get("next", {}).get("href")
        assert seen == whole
        assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(("collection", "limit", "query"), [("plots", 100, {}), ("zones", 2, {}),
                                                             ("plots", 7, {"status": "leased"})])  # fmt: skip
def test_prev_leads_back_over_the_same_pages(
    client: TestClient, collection: str, limit: int, query: dict[str, str]
) -> None:
    """To the last page and back: each page again, and the first one has no link further back."""
    page = items(client, collection, limit=limit, **query)
    assert "prev" not in links(page.json())
    pages = [ids(page)]
    while "next" in links(page.json()):
        page = client.get(links(page.json())["next"]["href"])
        pages.append(ids(page))
        assert page.headers["Link"].count('rel="prev"') == 1
    assert len(pages) > 2
    for before in reversed(pages[:-1]):
        following = ids(page)
        page = client.get(links(page.json())["prev"]["href"])
        assert ids(page) == before
        assert ids(client.get(links(page.json())["next"]["href"])) == following
    assert "prev" not in links(page.json())


def test_the_way_back_from_a_page_that_has_become_empty(client: TestClient, demo_database: Settings) -> None:
    last = items(client, "sites", limit=99)
    beyond = links(last.json())["next"]["href"]
    (lost,) = ids(client.get(beyond))
    database = Database(demo_database)
    with database.owner.begin() as conn:
        conn.execute(text("DELETE FROM gis.cells WHERE site_id = :id"), {"id": lost})
        conn.execute(text("DELETE FROM gis.sites WHERE id = :id"), {"id": lost})
    empty = client.get(beyond)
    assert ids(empty) == []
    assert ids(client.get(links(empty.json())["prev"]["href"])) == ids(last)
    database.dispose()


def test_a_page_begins_where_the_last_ended_even_after_an_edit(client: TestClient, demo_database: Settings) -> None:
    """A feature that goes away between two pages takes no other with it, as an offset would."""
    first = items(client, "cells", limit=5)
    following = ids(client.get(links(first.json())["next"]["href"]))
    database = Database(demo_database)
    with database.owner.begin() as conn:
        conn.execute(text("DELETE FROM gis.cells WHERE id = :id"), {"id": ids(first)[0]})
    assert ids(client.get(links(first.json())["next"]["href"])) == following
    database.dispose()


def test_a_cursor_fits_only_the_question_it_was_made_for(client: TestClient) -> None:
    told = items(client, "plots", limit=5, status="leased").json()
    word = links(told)["next"]["href"].split("cursor=")[1].split("&")[0]
    assert ids(items(client, "plots", limit=7, status="leased", cursor=word))  # another length of page is the same
    for changed in ({"status": "available"}, {}, {"status": "leased", "bbox": "106,20,107,21"}):
        assert problem(items(client, "plots", cursor=word, **changed)) == (400, "bad_parameter")
    for bad in ("x", "", "A" * 24, "é", word[:-1], word + "A"):
        assert problem(items(client, "plots", status="leased", cursor=bad)) == (400, "bad_parameter")


def test_a_bounding_box_selects_what_it_touches(client: TestClient) -> None:
    every = items(client, "plots", limit=10_000).json()["features"]
    west, south, east, north = shape(every[40]).buffer(0.001).bounds
    frame = shapely.box(west, south, east, north)
    expected = [feature["id"] for feature in every if frame.intersects(shape(feature))]
    assert len(expected) > 1
    assert len(expected) < len(every)
    assert ids(items(client, "plots", limit=10_000, bbox=f"{west},{south},{east},{north}")) == expected
    assert ids(items(client, "plots", limit=10_000, bbox=f"{west},{south},-50,{east},{north},500")) == expected


def test_a_box_may_cross_the_date_line_or_hold_the_earth(client: TestClient) -> None:
    zones = ids(items(client, "zones"))
    assert ids(items(client, "zones", bbox="-180,-90,180,90")) == zones
    assert ids(items(client, "zones", bbox="100,-90,-170,90")) == zones
    assert ids(items(client, "zones", bbox="170,-90,-170,90")) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": "0"}, "bad_parameter"), ({"limit": "-1"}, "bad_parameter"), ({"limit": "ten"}, "bad_parameter"),
        ({"limit": "1.5"}, "bad_parameter"), ({"limit": "٣"}, "bad_parameter"), ({"bbox": "1,2,3"}, "bad_parameter"),
        ({"bbox": "1,2,3,x"}, "bad_parameter"), ({"bbox": "1,2,3,nan"}, "bad_parameter"),
        ({"bbox": "106,22,107,21"}, "bad_geometry"), ({"bbox": "0,0,0,200"}, "bad_geometry"),
        ({"datetime": "yesterday"}, "bad_parameter"), ({"datetime": "2025-01-02/2025-01-01"}, "bad_parameter"),
        ({"datetime": "2025-01-01/2025-02-01/2025-03-01"}, "bad_parameter"), ({"datetime": "/x"}, "bad_parameter"),
        ({"offset": "10"}, "bad_parameter"), ({"unknown": ""}, "bad_parameter"), ({"area_m2": "big"}, "bad_parameter"),
        ({"area_m2": "inf"}, "bad_parameter"), ({"max_floors": "1.5"}, "bad_parameter"),
        ({"can_merge": "yes"}, "bad_parameter"), ({"ready_on": "soon"}, "bad_parameter"),
        ({"lang": "fr"}, "bad_parameter"),
        ({"f": "xml"}, "bad_parameter"), ({"internal_note": "x"}, "bad_parameter"), ({"crs": "x"}, "bad_parameter"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_meant_is_an_error(client: TestClient, query: dict[str, str], code: str) -> None:
    assert problem(client.get("/ogc/collections/plots/items", params=query)) == (400, code)


def test_a_limit_above_the_highest_is_the_highest(client: TestClient) -> None:
    assert len(ids(items(client, "plots", limit=99_999_999))) == 295
    assert len(ids(items(client, "plots"))) == filters.DEFAULT_LIMIT


def test_time_selects_by_day_and_what_has_none_is_always_there(client: TestClient) -> None:
    """The units of the demonstration exist since 1 July 2025 and have no end."""
    whole = len(ids(items(client, "administrative_units", limit=1000)))
    for span, expected in (
        ("2025-07-01T00:00:00Z", whole), ("2025-06-30T23:59:59Z", 0), ("../2025-06-30", 0), ("2025-07-01/..", whole),
        ("../2025-07-01T00:00:00Z", whole), ("2030-01-01/2031-01-01", whole), ("../..", whole), ("/2025-06-30", 0),
    ):  # fmt: skip
        found = items(client, "administrative_units", limit=1000, datetime=span)
        assert len(ids(found)) == expected, span
    day = items(client, "zones", limit=1).json()["features"][0]["properties"]["source_date"]
    assert ids(items(client, "zones", datetime=f"{day}T12:00:00Z")) == ids(items(client, "zones"))
    assert ids(items(client, "zones", datetime="2020-01-01T00:00:00Z/2020-12-31T00:00:00Z")) == []


def test_properties_are_parameters(client: TestClient) -> None:
    every = items(client, "plots", limit=10_000).json()["features"]
    for name, value in (("status", "leased"), ("can_merge", "true"), ("zone", "KCN Đại An"), ("area_m2", "14265")):
        told = {"true": True}.get(value, float(value) if value.isdigit() else value)
        expected = [feature["id"] for feature in every if feature["properties"][name] == told]
        assert expected
        assert ids(items(client, "plots", limit=10_000, **{name: value})) == expected


def test_a_number_too_large_for_its_column_matches_nothing(client: TestClient) -> None:
    for number in (2**31, 10**17):
        assert ids(items(client, "plots", max_floors=number)) == []
        assert ids(items(client, "plots", filter=f"max_floors = {number}")) == []
        assert ids(items(client, "plots", filter=f"max_floors IN (1, {number})")) == []
    assert len(ids(items(client, "plots", filter="area_m2 < 100000000000000000000", limit=10_000))) == 295


def test_no_property_has_the_name_of_a_parameter() -> None:
    for collection in all_collections.COLLECTIONS:
        assert not {one.name for one in collection.properties} & {*filters.RESERVED, "f", "lang", "geometry", "id"}


@pytest.mark.parametrize("collection", [one.name for one in all_collections.COLLECTIONS])
def test_the_public_sees_no_private_property_anywhere(client: TestClient, client_as: ClientAs, collection: str) -> None:
    staff = client_as("analyst")
    hidden = {one.name for one in all_collections.get(collection).properties if one.staff}
    for address in ("queryables", "schema"):
        told = client.get(f"/ogc/collections/{collection}/{address}").json()["properties"]
        seen = staff.get(f"/ogc/collections/{collection}/{address}").json()["properties"]
        assert set(seen) - set(told) == hidden
    for feature in items(client, collection, limit=2).json()["features"]:
        assert not hidden & set(feature["properties"])
    for feature in items(staff, collection, limit=2).json()["features"]:
        assert hidden <= set(feature["properties"])
    for name in hidden:
        assert problem(items(client, collection, filter=f"{name} IS NULL")) == (400, "unknown_property")
        assert problem(items(client, collection, **{name: "x"})) == (400, "bad_parameter")


def test_what_is_not_published_does_not_exist_for_the_public(
    client: TestClient, client_as: ClientAs, demo_database: Settings
) -> None:
    zone = ids(items(client, "zones"))[-1]
    database = Database(demo_database)
    with database.owner.begin() as conn:
        conn.execute(text("UPDATE gis.zones SET published = false WHERE id = :id"), {"id": zone})
    code = client_as("analyst").get(f"/ogc/collections/zones/items/{zone}").json()["properties"]["code"]
    assert problem(client.get(f"/ogc/collections/zones/items/{zone}")) == (404, "unknown_feature")
    assert zone not in ids(items(client, "zones"))
    assert ids(items(client, "plots", zone_code=code)) == []
    assert ids(items(client_as("analyst"), "plots", zone_code=code))
    with database.owner.begin() as conn:
        conn.execute(text("UPDATE gis.zones SET published = true WHERE id = :id"), {"id": zone})
    database.dispose()


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for address, code in (
        ("/ogc/collections/nope", "unknown_collection"), ("/ogc/collections/nope/items", "unknown_collection"),
        ("/ogc/collections/accounts/items", "unknown_collection"),
        ("/ogc/collections/zones/items/0", "unknown_feature"),
        ("/ogc/collections/zones/items/x", "unknown_feature"), ("/ogc/collections/zones/items/-1", "unknown_feature"),
        ("/ogc/collections/zones/items/99999999999999999999999", "unknown_feature"),
    ):  # fmt: skip
        assert problem(client.get(address)) == (404, code)


def test_head_says_what_get_would(client: TestClient) -> None:
    for address in (
        "/ogc/collections",
        "/ogc/collections/zones/items?limit=1",
        "/ogc/collections/zones/items/1",
        "/ogc/api",
    ):
        got, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == got.headers["content-type"]


def test_more_matches_than_are_counted_leave_the_number_out(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature_items, "COUNT_LIMIT", 20)
    assert "numberMatched" not in items(client, "plots", limit=2).json()
    assert items(client, "plots", limit=2, code="A1").json()["numberMatched"] <= 20


def test_a_page_that_grows_too_large_ends_early_and_leads_on(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ids(items(client, "administrative_units", limit=1000))
    monkeypatch.setattr(feature_items, "PAGE_BYTES", 20_000)
    first = items(client, "administrative_units", limit=1000)
    assert 0 < len(ids(first)) < len(whole)
    following = client.get(links(first.json())["next"]["href"])
    assert ids(following) == whole[len(ids(first)) : len(ids(first)) + len(ids(following))]


def test_coordinates_have_no_more_decimals_than_were_kept(client: TestClient) -> None:
    for name in ("zones", "administrative_units"):
        body = items(client, name, limit=50).text
        positions = json.loads(body, parse_float=str)["features"]
        longest = max(
            len(n.partition(".")[2]) for feature in positions for n in _numbers(feature["geometry"]["coordinates"])
        )
        assert longest == 8


def _numbers(value: Any) -> list[str]:
    return [number for item in value for number in _numbers(item)] if isinstance(value, list) else [value]
