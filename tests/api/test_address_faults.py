"""Nonsense in the address of a page: the page without it, and a notice; programs get an error."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from gis_service import address_faults

HTML = {"Accept": "text/html"}
NONSENSE = [
    ("/zones?sort=evil&lang=en", ["sort"]),
    ("/zones?sort=area&order=sideways", ["order"]),
    ("/zones?sort=" + "x" * 30, ["sort"]),
    ("/streets?page=abc", ["page"]),
    ("/streets?page=-1&name=L%C3%AA", ["page"]),
    ("/streets?page=99999999999", ["page"]),
    ("/streets?name=" + "x" * 200, ["name"]),
    ("/plots?after=%25%25%25&sort=price", ["after"]),
    ("/plots?after=" + "x" * 500, ["after"]),
    ("/plots/compare?w_area=abc&w_price=3", ["w_area"]),
    ("/plots/compare?" + "&".join(f"p=A/{n}" for n in range(30)), ["p"]),
    ("/coverage?zone=" + "x" * 300, ["zone"]),
    ("/coverage?min_operators=none&order=upwards", ["min_operators", "order"]),
    ("/coverage?technology=7G&sort=area", ["technology"]),
    ("/coverage?operator=Nobody", ["operator"]),
    ("/search?q=dai&limit=abc", ["limit"]),
    ("/enquire?plot=" + "x" * 300, ["plot"]),
]


@pytest.mark.parametrize(("address", "names"), NONSENSE, ids=[address[:30] for address, _ in NONSENSE])
def test_a_page_is_shown_without_what_makes_no_sense(client: TestClient, address: str, names: list[str]) -> None:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200
    notice = re.search(r'<p class="banner" role="alert">([^<]*)</p>', answer.text)
    assert notice
    assert notice[1].rstrip(".").split(": ")[1] == ", ".join(names)
    for name in names:
        assert name not in answer.url.params
    kept = set(re.findall(r"[?&](\w+)=", address)) - set(names)
    assert kept <= set(answer.url.params)


def test_a_program_is_told(client: TestClient) -> None:
    assert client.get("/streets?page=abc", headers={"Accept": "application/json"}).status_code == 422


@pytest.mark.parametrize("path", ["/zones/NOPE", "/plots/NOPE/1", "/streets/abc"])
def test_what_is_not_there_stays_an_error(client: TestClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404


@pytest.mark.parametrize("note", ["<script>alert(1)</script>", "Call 0900 now", "a" * 99, ""])
def test_nobody_can_write_a_notice_of_his_own(client: TestClient, note: str) -> None:
    answer = client.get("/zones", params={address_faults.NOTE: note}, headers=HTML)
    assert answer.status_code == 200
    assert 'class="banner" role="alert"' not in answer.text
