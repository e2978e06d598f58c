"""The coverage page without a browser: it says everything in HTML, and its tables are files."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import geopandas
import openpyxl
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from tests.conftest import ClientAs


def get(client: TestClient, path: str, **headers: str) -> str:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": "en", **headers})
    assert answer.status_code == 200, answer.text[:400]
    return answer.text


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'id="page-data">(.*?)</script>', html, re.S)
    assert found
    return json.loads(found[1])


def rows_of(html: str) -> list[str]:
    """Ids of the zones in the order of the table."""
    return re.findall(r'<tr data-zone="(\d+)"', html)


def test_the_table_and_the_map_hold_the_same_zones_and_the_same_ratios(client: TestClient) -> None:
    html = get(client, "/coverage")
    api = client.get("/coverage/ratios").json()["zones"]
    assert sorted(map(int, rows_of(html))) == sorted(one["zone_id"] for one in api)
    drawn = {one["id"]: one["properties"]["ratio"] for one in data_of(html)["zones"]["features"]}
    assert drawn == {one["zone_id"]: pytest.approx(one["ratio"], abs=1e-6) for one in api}


def test_it_is_sorted_by_the_server_weakest_first_unless_asked_otherwise(client: TestClient) -> None:
    ratio = {one["zone_id"]: one["ratio"] for one in client.get("/coverage/ratios").json()["zones"]}
    weakest_first = [ratio[int(one)] for one in rows_of(get(client, "/coverage"))]
    assert weakest_first == sorted(ratio.values())
    strongest = [ratio[int(one)] for one in rows_of(get(client, "/coverage?order=desc"))]
    assert strongest == sorted(ratio.values(), reverse=True)
    assert rows_of(get(client, "/coverage?sort=nonsense&order=side")) == rows_of(get(client, "/coverage"))


def test_every_figure_carries_definition_day_and_target(client: TestClient) -> None:
    html = get(client, "/coverage")
    for label in ("station_ratio/nd88-2025@1", "zone_has_5g@1", "area_ratio/declared@1"):
        assert f"<code>{label}</code>" in html
    station = client.get("/coverage/stations").json()["rows"][0]
    assert f"{station['stations_5g']:,} 5G stations to {station['stations_4g']:,} 4G stations" in html
    assert "31 Dec 2025" in html
    assert "never mixed with models" in html


def test_operators_technology_and_depth_change_the_answer_and_stay_in_the_links(client: TestClient) -> None:
    one = get(client, "/coverage?operator=Viettel")
    assert data_of(one)["question"] == {"technology": "5G", "operators": ["Viettel"], "min_operators": 1}
    assert "/coverage?operator=Viettel&amp;zone=" in one
    api = client.get("/coverage/ratios?operator=Viettel").json()["zones"]
    drawn = {z["id"]: z["properties"]["ratio"] for z in data_of(one)["zones"]["features"]}
    assert drawn == {z["zone_id"]: pytest.approx(z["ratio"], abs=1e-6) for z in api}
    deep = data_of(get(client, "/coverage?min_operators=2"))
    any_ = data_of(get(client, "/coverage"))
    assert all(
        a["properties"]["ratio"] <= b["properties"]["ratio"]
        for a, b in zip(deep["zones"]["features"], any_["zones"]["features"], strict=True)
    )
    assert data_of(get(client, "/coverage?technology=4G"))["question"]["technology"] == "4G"


def test_more_operators_at_once_than_are_chosen_means_all_of_them(client: TestClient) -> None:
    assert data_of(get(client, "/coverage?operator=Viettel&min_operators=3"))["question"]["min_operators"] == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/coverage?technology=9G", 400, "unknown_technology"),
        ("/coverage?operator=Nobody", 400, "unknown_operator"),
        ("/coverage?min_operators=0", 422, "invalid_request"),
        ("/coverage/tables/zones.pdf", 422, "invalid_request"),
        ("/coverage/tables/secrets.csv", 422, "invalid_request"),
    ],
)
def test_nonsense_in_the_address_says_why(client: TestClient, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_chosen_zone_is_marked_and_narrows_the_gaps(client: TestClient) -> None:
    zone = client.get("/coverage/ratios").json()["zones"][0]
    html = get(client, f"/coverage?zone={zone['zone_code']}")
    assert f'<tr data-zone="{zone["zone_id"]}" class="is-chosen">' in html
    assert 'aria-current="true">' + zone["zone_name"] in html
    assert get(client, "/coverage?zone=NOPE").count("is-chosen") == 0


def test_the_history_ends_with_the_number_of_today_and_never_falls(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/coverage/tables/history.csv").content.decode("utf-8-sig"))))
    shares = [float(row["ratio"]) for row in rows]
    assert shares == sorted(shares)
    zones = client.get("/coverage/ratios").json()["zones"]
    today = sum(z["covered_area_m2"] for z in zones) / sum(z["zone_area_m2"] for z in zones)
    assert shares[-1] == pytest.approx(today, abs=1e-6)
    assert "<polyline" in get(client, "/coverage")


def test_the_history_of_several_operators_agrees_with_the_exact_answer_of_that_day(client: TestClient) -> None:
    answer = client.get("/coverage/tables/history.csv?min_operators=2").content.decode("utf-8-sig")
    row = list(csv.DictReader(io.StringIO(answer)))[-4]
    zones = client.get(f"/coverage/ratios?min_operators=2&as_of={row['day']}").json()["zones"]
    exact = sum(z["covered_area_m2"] for z in zones) / sum(z["zone_area_m2"] for z in zones)
    assert float(row["ratio"]) == pytest.approx(exact, abs=0.003)


def test_gaps_lie_outside_every_footprint_and_the_others_do_not(client: TestClient, demo_database: Any) -> None:
    from sqlalchemy import text

    from gis_service.database import Database

    answer = client.get("/coverage/tables/gaps.csv").content.decode("utf-8-sig")
    listed = {(row["kind"], row["code"], row["zone_code"]) for row in csv.DictReader(io.StringIO(answer))}
    database = Database(demo_database)
    with database.public.connect() as conn:
        bare = conn.execute(text(
            """SELECT 'plot', p.code, z.code FROM plots p JOIN zones z ON z.id = p.zone_id
               WHERE NOT EXISTS (SELECT FROM cells c WHERE c.technology = '5G' AND c.state = 'on_air'
                 AND c.coverage_class = 'outdoor'
                 AND ST_Covers(c.geom_3857, ST_Transform(ST_PointOnSurface(p.geom), 3857)))"""
        )).all()  # fmt: skip
    database.dispose()
    plots = {one for one in listed if one[0] == "plot"}
    # The drawn shapes have chords, the list has none: a plot on the very border may differ.
    assert len(plots ^ {tuple(row) for row in bare}) <= max(1, len(plots) // 100)
    assert plots


@pytest.mark.parametrize("what", ["zones", "gaps"])
def test_tables_leave_as_geoparquet_in_the_storage_crs(client: TestClient, what: str) -> None:
    answer = client.get(f"/coverage/tables/{what}.parquet")
    frame = geopandas.read_parquet(io.BytesIO(answer.content))
    assert frame.crs.to_epsg() == 9210
    text = client.get(f"/coverage/tables/{what}.csv").content.decode("utf-8-sig")
    assert len(frame) == len(list(csv.DictReader(io.StringIO(text)))) > 0


def test_tables_leave_as_xlsx_without_formulas(client: TestClient) -> None:
    answer = client.get("/coverage/tables/zones.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet.max_row == 1 + len(client.get("/coverage/ratios").json()["zones"])
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert "coverage-zones-5G" in answer.headers["content-disposition"]


def test_the_history_leaves_as_plain_parquet(client: TestClient) -> None:
    frame = pd.read_parquet(io.BytesIO(client.get("/coverage/tables/history.parquet").content))
    assert list(frame["day"]) == sorted(frame["day"])


def test_only_who_may_try_sees_the_what_if(client: TestClient, client_as: ClientAs) -> None:
    assert 'id="what-if"' not in get(client, "/coverage")
    assert 'id="what-if"' in get(client_as("analyst"), "/coverage")
    assert 'id="what-if"' in get(client_as("planner"), "/coverage")
    assert 'id="what-if"' not in get(client_as("investor"), "/coverage")


def test_it_speaks_vietnamese(client: TestClient) -> None:
    reader = TestClient(client.app, base_url="http://localhost")  # a choice of language is remembered
    html = get(reader, "/coverage?lang=vi")
    assert "Phủ sóng 5G các khu công nghiệp" in html
    assert "cov." not in re.sub(r'"cov\.[^"]*"|js/cov[^"]*|cov\.css', "", html.split("<script")[0])


def test_it_is_linked_from_the_header_and_from_a_zone(client: TestClient) -> None:
    assert 'href="/coverage"' in get(client, "/zones")
    zone = client.get("/coverage/ratios").json()["zones"][0]
    html = get(client, f"/zones/{zone['zone_code']}")
    assert f"/coverage?zone={zone['zone_code']}" in html
    assert f"{zone['ratio'] * 100:.1f}".rstrip("0").rstrip(".") + "%" in html


def test_a_province_without_zones_still_has_a_page(new_database: Any) -> None:
    from gis_service.app import create_app

    with TestClient(create_app(new_database()), base_url="http://localhost") as empty:
        html = get(empty, "/coverage")
        assert "There are no zones" in html or "No zones" in html or "no zone" in html.lower()
        assert empty.get("/coverage/tables/zones.parquet").status_code == 200
        assert empty.get("/coverage/tables/gaps.xlsx").status_code == 200


def test_runs_on_record_are_the_history_once_there_are_some(new_database: Any) -> None:
    from datetime import date

    from gis_service.app import create_app
    from gis_service.database import Database
    from layers.coverage import history
    from layers.coverage.questions import Question

    settings = new_database(demo=True)
    with TestClient(create_app(settings), base_url="http://localhost") as reader:
        assert "Recomputed for each month end" in get(reader, "/coverage")
        database = Database(settings)
        days = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
        with database.owner.begin() as conn:
            from layers.coverage import cells

            question = Question("area_ratio/declared@1", "5G", cells.operators(conn), days[-1])
            history.fill_back(conn, question, days)
        database.dispose()
        assert "Runs on record" in get(reader, "/coverage")
        rows = list(csv.DictReader(io.StringIO(reader.get("/coverage/tables/history.csv").content.decode("utf-8-sig"))))
        assert [row["day"] for row in rows] == [str(day) for day in days]


def test_the_forecast_is_said_with_its_interval(client: TestClient) -> None:
    assert "80% interval" in get(client, "/coverage")
    assert "80% interval" not in get(client, "/coverage?technology=4G")  # no target speaks of 4G
