"""The same features in every representation; what is not offered is refused."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

import geopandas
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service.database import Database
from gis_service.settings import Settings
from maps import i18n
from tests.api.ogc.standards_site import EPSG, FILLED, ids, items, links, problem


def geojson(client: TestClient, collection: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = items(client, collection, limit=10_000, **query).json()["features"]
    return found


@pytest.mark.parametrize("collection", FILLED)
def test_flatgeobuf_holds_the_same_features(client: TestClient, collection: str) -> None:
    answer = items(client, collection, f="fgb", limit=10_000, crs=EPSG + "9210")
    assert answer.headers["content-type"] == "application/vnd.flatgeobuf"
    frame = pyogrio.read_dataframe(io.BytesIO(answer.content)).sort_values("id")
    expected = geojson(client, collection, crs=EPSG + "9210")
    assert list(frame["id"]) == [feature["id"] for feature in expected]
    assert frame.crs.to_epsg() == 9210
    for shape, feature in zip(frame.geometry, expected, strict=True):
        assert (
            shape is None if feature["geometry"] is None else shape.equals(shapely.geometry.shape(feature["geometry"]))
        )
    assert list(frame["source"]) == [feature["properties"]["source"] for feature in expected]


def test_geoparquet_keeps_kinds_and_says_its_crs(client: TestClient) -> None:
    answer = items(client, "zones", f="parquet", crs=EPSG + "4326")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert answer.headers["content-crs"] == f"<{EPSG}4326>"
    frame = geopandas.read_parquet(io.BytesIO(answer.content))
    assert frame.crs.to_epsg() == 4326
    assert 105 < frame.geometry.iloc[0].centroid.x < 108  # x first in files, whatever the CRS says
    table = pq.read_table(io.BytesIO(answer.content))
    kinds = {field.name: str(field.type) for field in table.schema}
    assert (kinds["source_date"], kinds["area_plan_ha"], kinds["is_demo"]) == ("date32[day]", "double", "bool")
    assert kinds["industries_allowed"].startswith("list<")
    assert list(frame["name"]) == [feature["properties"]["name"] for feature in geojson(client, "zones")]
    plain = geopandas.read_parquet(io.BytesIO(items(client, "zones", f="parquet").content))
    assert plain.crs.to_authority() == ("OGC", "CRS84")


@pytest.mark.parametrize("name", ["csv", "fgb", "parquet", "xlsx"])
def test_an_empty_answer_is_a_file_too(client: TestClient, name: str) -> None:
    answer = items(client, "zones", f=name, code="NOWHERE")
    assert (answer.status_code, answer.headers["ogc-numberreturned"]) == (200, "0")
    if name == "parquet":
        assert len(geopandas.read_parquet(io.BytesIO(answer.content))) == 0
    elif name == "fgb":
        assert len(pyogrio.read_dataframe(io.BytesIO(answer.content))) == 0


def test_csv_has_a_row_a_feature_and_nothing_that_runs(client: TestClient, demo_database: Settings) -> None:
    database = Database(demo_database)
    with database.owner.begin() as conn:
        number = conn.execute(text("SELECT min(id) FROM gis.enterprises")).scalar_one()
        conn.execute(text("UPDATE gis.enterprises SET name = '=cmd|x' WHERE id = :id"), {"id": number})
    database.dispose()
    answer = items(client, "enterprises", f="csv", limit=10_000)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    expected = geojson(client, "enterprises")
    assert [int(row["id"]) for row in rows] == [feature["id"] for feature in expected]
    assert next(row for row in rows if row["id"] == str(number))["name"] == "'=cmd|x"
    lon, lat = expected[5]["geometry"]["coordinates"]
    there = shapely.from_wkt(rows[5]["geometry"])
    assert (there.x, there.y) == pytest.approx((lon, lat), abs=1e-8)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_xlsx_is_for_people_and_holds_what_is_filtered(client: TestClient, demo_database: Settings, lang: str) -> None:
    hostile = '=HYPERLINK("http://x")'
    database = Database(demo_database)
    with database.owner.begin() as conn:
        number = conn.execute(text("SELECT min(id) FROM gis.enterprises WHERE status = 'operating'")).scalar_one()
        conn.execute(text("UPDATE gis.enterprises SET name = :name WHERE id = :id"), {"id": number, "name": hostile})
    database.dispose()
    answer = items(client, "enterprises", f="xlsx", limit=10_000, lang=lang, filter="status = 'operating'")
    assert answer.headers["content-disposition"] == 'attachment; filename="enterprises.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    headings = [cell.value for cell in sheet[4]]
    assert {"id", i18n.translate(lang, "field.name"), i18n.translate(lang, "field.status")} <= set(headings)
    rows = [dict(zip(headings, row, strict=True)) for row in sheet.iter_rows(min_row=5)]
    expected = [one for one in geojson(client, "enterprises") if one["properties"]["status"] == "operating"]
    assert [row["id"].value for row in rows] == [one["id"] for one in expected]
    word = i18n.translate(lang, "value.enterprises.status.operating")
    assert {row[i18n.translate(lang, "field.status")].value for row in rows} == {word}
    there = next(row for row in rows if row["id"].value == number)[i18n.translate(lang, "field.name")]
    assert (there.value, there.data_type, there.hyperlink) == (hostile, "s", None)
    assert sheet.cell(3, 1).value == i18n.translate(lang, "banner.demo")
    assert sheet.cell(2, 1).value is None
    cut = items(client, "enterprises", f="xlsx", limit=3, lang=lang)
    told = openpyxl.load_workbook(io.BytesIO(cut.content)).worksheets[0].cell(2, 1).value
    assert told == i18n.translate(lang, "tool.sheet_cut")


@pytest.mark.parametrize("name", ["json", "csv", "fgb", "parquet", "xlsx"])
def test_a_page_of_any_kind_leads_on_by_a_header(client: TestClient, name: str) -> None:
    answer = items(client, "plots", f=name, limit=50)
    assert answer.headers["ogc-numberreturned"] == "50"
    assert answer.headers["ogc-numbermatched"] == "295"
    following = answer.links["next"]["url"]
    assert client.get(following).headers["ogc-numberreturned"] == "50"
    assert f"f={name}" in following


def test_accept_chooses_and_what_is_not_offered_is_refused(client: TestClient) -> None:
    address = "/ogc/collections/zones/items"
    for accept, kind in (
        ("application/geo+json", "application/geo+json"), ("application/json", "application/geo+json"),
        ("*/*", "application/geo+json"), ("", "application/geo+json"), ("text/html", "text/html; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"), ("application/vnd.flatgeobuf", "application/vnd.flatgeobuf"),
        ("text/html;q=0.4, application/geo+json;q=0.5", "application/geo+json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "text/html; charset=utf-8"),
    ):  # fmt: skip
        assert client.get(address, headers={"Accept": accept}).headers["content-type"] == kind, accept
    assert problem(client.get(address, headers={"Accept": "application/gml+xml"})) == (406, "not_acceptable")
    assert problem(client.get(address, headers={"Accept": "application/geo+json;q=0"})) == (406, "not_acceptable")
    assert problem(client.get("/ogc/collections/zones/items/1", headers={"Accept": "text/csv"})) == (
        406,
        "not_acceptable",
    )


def test_pages_for_people_hold_the_same_and_lead_on(client: TestClient) -> None:
    first = items(client, "zones", limit=1).json()["features"][0]
    zones = "/ogc/collections/zones"
    for address in ("/ogc/", "/ogc/conformance", "/ogc/api", "/ogc/functions", "/ogc/collections", zones,
                    zones + "/items", zones + "/queryables", zones + "/schema", f"{zones}/items/{first['id']}",
                    "/ogc/collections/house_numbers/items"):  # fmt: skip
        for lang in ("vi", "en"):
            page = client.get(address, params={"f": "html", "lang": lang})
            assert page.headers["content-type"] == "text/html; charset=utf-8", address
            assert f'<html lang="{lang}">' in page.text
            assert "ogc." not in page.text.replace("/ogc", "")  # a key without its text would show itself
    many = items(client, "plots", f="html", limit=5)
    assert "<svg" in many.text
    assert 'rel="next"' in many.text
    assert 'rel="prev"' not in many.text
    following = re.search(r'href="([^"]+)" rel="next"', many.text)
    assert following
    assert 'rel="prev"' in client.get(html.unescape(following[1])).text
    assert first["properties"]["name"] in client.get(f"/ogc/collections/zones/items/{first['id']}?f=html").text


def test_links_of_a_page_lead_to_the_same_question_in_another_form(client: TestClient) -> None:
    told = items(client, "plots", limit=3, status="leased", filter="area_m2 > 1").json()
    alternates = [link for link in told["links"] if link["rel"] == "alternate"]
    assert {link["type"].partition(";")[0] for link in alternates} == {
        "text/html", "text/csv", "application/vnd.flatgeobuf", "application/vnd.apache.parquet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }  # fmt: skip
    for link in alternates:
        assert client.get(link["href"]).headers["content-type"].startswith(link["type"].partition(";")[0])
    assert ids(client.get(links(told)["self"]["href"])) == [feature["id"] for feature in told["features"]]
