"""The investor portal on the demonstration province, asked as anybody may."""

from __future__ import annotations

import io
import re
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from fastapi.testclient import TestClient

from maps import i18n

HTML = {"Accept": "text/html"}


def listed(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.get("/plots", params=query, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def some_plot(client: TestClient) -> dict[str, Any]:
    one: dict[str, Any] = listed(client)["plots"][0]
    return one


def test_pages_follow_each_other_without_gap_or_repetition(client: TestClient) -> None:
    everything = {"status": "available,planned,reserved,leased,not_for_lease"}
    for sort in ("area", "-area", "price", "-price", "ready", "zone"):
        seen: list[int] = []
        page = listed(client, sort=sort, **everything)
        while True:
            seen += [row["id"] for row in page["plots"]]
            if page["next"] is None:
                break
            page = client.get(page["next"]).json()
        assert len(seen) == len(set(seen)) == page["total"], sort


def test_the_order_is_the_one_asked_for_and_unknown_comes_last(client: TestClient) -> None:
    prices = [row["price_usd_m2_term"] for row in listed(client, sort="-price")["plots"]]
    known = [price for price in prices if price is not None]
    assert known == sorted(known, reverse=True)
    assert prices[: len(known)] == known


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"area_min": "12000"}, lambda row: row["area_m2"] >= 12_000),
        ({"price_max": "80"}, lambda row: row["price_usd_m2_term"] <= 80),
        ({"status": "leased"}, lambda row: row["status"] == "leased"),
        ({"power": "200"}, lambda row: row["power_kva"] >= 200),
        ({"ready_by": "2026-12-31"}, lambda row: row["ready_on"] is None or row["ready_on"] <= "2026-12-31"),
        ({"box": "106.2,20.8,106.4,21.0"}, lambda row: row["west"] <= 106.4 and row["east"] >= 106.2),
    ],
)
def test_a_filter_keeps_exactly_what_fits(client: TestClient, query: dict[str, str], holds: Any) -> None:
    states = {"status": query.get("status", "available")}
    everything = {row["id"]: row for row in _all(client, {**states})}
    kept = {row["id"] for row in _all(client, {**states, **query})}
    expected = {
        key for key, row in everything.items()
        if all(row[name] is not None for name in _needed(query)) and holds(row)
    }  # fmt: skip
    assert kept == expected
    assert kept


def _needed(query: dict[str, str]) -> list[str]:
    return [column for name, column in (("price_max", "price_usd_m2_term"), ("power", "power_kva")) if name in query]


def _all(client: TestClient, query: dict[str, str]) -> list[dict[str, Any]]:
    rows, page = [], listed(client, **query)
    while True:
        rows += page["plots"]
        if page["next"] is None:
            return rows
        page = client.get(page["next"]).json()


def test_the_map_has_the_same_set_as_the_list(client: TestClient) -> None:
    for query in ({}, {"area_min": "9000"}, {"status": "leased", "merge": "1", "area_min": "30000"}):
        points = client.get("/plots/points", params=query).json()
        assert {point[2] for point in points["points"]} == {row["id"] for row in _all(client, query)}
        assert points["total"] == listed(client, **query)["total"]


def test_neighbours_that_can_be_joined_count_together(client: TestClient) -> None:
    alone = listed(client, area_min="25000")["total"]
    together = listed(client, area_min="25000", merge="1")["total"]
    assert together >= alone
    assert listed(client, area_min="1", merge="1")["total"] == listed(client)["total"]


def test_nonsense_gets_the_list_and_a_notice(client: TestClient) -> None:
    found = listed(client, area_min="viele", sort="evil", after="%%%")
    assert found["not_understood"] == ["area_min", "sort"]
    assert found["plots"]
    assert "không hiểu" in client.get("/plots?area_min=viele&lang=vi", headers=HTML).text.lower()
    client.cookies.clear()


def test_a_plot_has_a_page_in_both_languages(client: TestClient, some_plot: dict[str, Any]) -> None:
    address = f"/plots/{some_plot['zone_code']}/{some_plot['code']}"
    for lang, word in (("vi", "Giá và phí"), ("en", "Price and fees")):
        page = client.get(address, params={"lang": lang, "industry": "2610"}, headers=HTML)
        assert page.status_code == 200
        assert word in page.text
        assert "lowest_price" not in page.text
    client.cookies.clear()


def test_a_plot_that_is_not_there_is_a_clear_404(client: TestClient) -> None:
    answer = client.get("/plots/KCN-DAI-AN/NO-SUCH")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_sheets_can_be_taken_away(client: TestClient, some_plot: dict[str, Any]) -> None:
    address = f"/plots/{some_plot['zone_code']}/{some_plot['code']}"
    paper = client.get(f"{address}/sheet.pdf?lang=en")
    assert paper.content.startswith(b"%PDF-")
    assert client.get(f"{address}/sheet.xlsx").headers["content-type"].endswith("sheet")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/plots/table.xlsx?lang=vi").content))
    assert book.active is not None
    rows = list(book.active.iter_rows(min_row=4, values_only=True))
    assert len(rows) == listed(client)["total"]
    with ZipFile(io.BytesIO(client.get("/plots/table.xlsx").content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    client.cookies.clear()


@pytest.mark.parametrize("lang", ["vi", "en", "ja", "ko", "zh"])
def test_sheets_speak_five_languages(client: TestClient, some_plot: dict[str, Any], lang: str) -> None:
    address = f"/plots/{some_plot['zone_code']}/{some_plot['code']}"
    paper = client.get(f"{address}/sheet.pdf?lang={lang}")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}/sheet.xlsx?lang={lang}").content))
    assert book.active is not None
    headings = [cell.value for cell in book.active[3]]
    assert headings[0] == i18n.translate(lang, "plot.zone_name")
    assert book.active["A2"].value == i18n.translate(lang, "money.as_quoted")
    client.cookies.clear()


def test_a_distance_is_road_inside_the_zone_and_straight_from_there(
    client: TestClient, some_plot: dict[str, Any]
) -> None:
    page = client.get(f"/plots/{some_plot['zone_code']}/{some_plot['code']}?lang=en", headers=HTML).text
    assert re.search(r"[0-9.]+ km <span class=\"dim\">[0-9.]+ km by road inside the zone \+ [0-9.]+ km straight", page)
    assert "min at 30 km/h" in page
    client.cookies.clear()


@pytest.mark.parametrize(("lang", "tag", "heading"), [("ja", "ja", "業種別の入居企業"), ("ko", "ko", "업종별 입주"),
                                                      ("zh", "zh-Hans", "按行业划分的入驻企业")])  # fmt: skip
def test_a_zone_has_tenants_occupancy_and_coverage_in_prepared_languages(
    client: TestClient, lang: str, tag: str, heading: str
) -> None:
    page = client.get("/zones/KCN-DAI-AN", params={"lang": lang}, headers=HTML).text
    assert f'<html lang="{tag}">' in page
    assert heading in page
    assert 'itemtype="https://schema.org/Place"' in page
    other = client.get("/about", headers=HTML).text  # remembered, but not spoken there
    assert '<html lang="en">' in other
    assert i18n.translate(lang, "lang.fallback") in other
    client.cookies.clear()


def test_plots_are_compared_and_the_weights_move_the_score(client: TestClient) -> None:
    names = [f"{row['zone_code']}/{row['code']}" for row in listed(client, sort="price")["plots"][:3]]
    even = client.get("/plots/compare", params={"p": [*names, "NO/X"]}, headers=HTML)
    assert "NO/X" in even.text
    assert even.text.count('class="score-row"') == 1
    only_price = client.get(
        "/plots/compare", params={"p": names, **{f"w_{n}": 0 for n in ("area", "power", "water", "wastewater", "road",
                                                                       "port", "airport", "coverage")}}, headers=HTML,
    )  # fmt: skip
    scored = only_price.text.split('class="score-row"')[1].split("</tr>")[0]
    assert "<strong>100</strong>" in scored
    assert "<strong>0</strong>" in scored


@pytest.mark.parametrize("query", ["", "?p=", "?p=/", "?p=a/b/c", "?p=%00", "?w_area=-1&p=x", "?p=" + "x" * 300])
def test_a_strange_comparison_is_no_defect(client: TestClient, query: str) -> None:
    assert client.get(f"/plots/compare{query}", headers=HTML).status_code in (200, 400)


def test_a_script_gets_the_list_alone_and_the_very_same(client: TestClient) -> None:
    address = "/plots?status=leased&sort=-area&lang=en"
    whole = client.get(address, headers={"Accept": "text/html"})
    alone = client.get(address, headers={"Accept": "text/html", "HX-Request": "true"})
    assert alone.text.strip() in whole.text
    assert alone.text.strip().startswith('<section class="finder-list" id="found"')
    assert "<html" not in alone.text
    assert "HX-Request" in whole.headers["Vary"]


@pytest.mark.parametrize("sort", ["area", "-area", "price", "ready", "zone"])
def test_all_pages_together_are_the_set_of_the_map(client: TestClient, sort: str) -> None:
    """Every plot once, in step with the points; behind the end the count stays what it was."""
    address: str | None = f"/plots?status=available,leased&sort={sort}"
    points = client.get("/plots/points?status=available,leased").json()
    ids: list[int] = []
    while address:
        answer = client.get(address, headers={"Accept": "application/json"}).json()
        ids += [plot["id"] for plot in answer["plots"]]
        assert answer["total"] == points["total"]
        address = answer["next"]
    assert len(ids) == len(set(ids)) == points["total"]
    if points["points"]:
        assert {one[2] for one in points["points"]} == set(ids)
