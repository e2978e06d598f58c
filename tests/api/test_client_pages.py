"""Pages for one client: made by planners, opened by whoever holds the address, ended by day or by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service.database import Database
from gis_service.settings import Settings
from tests.conftest import ClientAs

HTML = {"Accept": "text/html"}
HOSTILE = "<script>alert(1)</script> & Söhne"


@pytest.fixture(scope="module")
def owner(demo_database: Settings) -> Iterator[Database]:
    database = Database(demo_database)
    yield database
    database.dispose()


def some_plots(client: TestClient, count: int) -> list[str]:
    rows = client.get("/plots", headers={"Accept": "application/json"}).json()["plots"]
    return [f"{row['zone_code']}/{row['code']}" for row in rows[:count]]


def run(owner: Database, statement: str, **values: Any) -> Any:
    with owner.owner.begin() as conn:
        return conn.execute(text(statement), values)


def make(planner: TestClient, chosen: list[str], **changed: str) -> Any:
    day = re.search(r'name="expires_on" value="([^"]+)"', planner.get("/desk/clients/new", headers=HTML).text)
    assert day
    form = {"plots": "\n".join(chosen), "client_name": HOSTILE, "note": "Hàng <b>đầu</b>", "expires_on": day[1]}
    return planner.post("/desk/clients", data=form | changed, headers=HTML)


def address_in(answer: Any) -> str:
    found = re.search(r'value="https?://[^/]+(/for/[\w-]{20,})"', answer.text)
    assert found, answer.text[:3000]
    return found[1]


def test_a_client_sees_the_plots_and_the_note_and_nothing_private(
    client: TestClient, client_as: ClientAs, owner: Database
) -> None:
    run(owner, "UPDATE gis.plots SET internal_note = 'PRIVATE-NOTE', lowest_price_usd_m2_term = 77.125")
    planner, plots = client_as("planner", login="lan-pages"), some_plots(client, 3)
    made = make(planner, plots)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    seen = client.get(address_in(made), headers=HTML)
    assert seen.status_code == 200
    for name in plots:
        assert f">{name.partition('/')[2]}</a>" in seen.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne" in seen.text
    assert "Hàng &lt;b&gt;đầu&lt;/b&gt;" in seen.text
    assert "PRIVATE-NOTE" not in seen.text
    assert "77,125" not in seen.text
    assert seen.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert seen.headers["referrer-policy"] == "no-referrer"
    assert seen.headers["cache-control"] == "no-store"
    assert '<meta name="robots" content="noindex' in seen.text


def test_the_secret_is_kept_as_a_hash_and_each_view_is_counted_and_recorded(
    client: TestClient, client_as: ClientAs, owner: Database
) -> None:
    made = make(client_as("planner", login="lan-hash"), some_plots(client, 2), client_name="Counted")
    path = address_in(made)
    for _ in range(3):
        client.get(path, headers=HTML)
    row = run(owner, "SELECT id, views, last_viewed_at, to_jsonb(p)::text AS all FROM gis.client_pages p"
                     " WHERE client_name = 'Counted'").one()  # fmt: skip
    assert row.views == 3
    assert row.last_viewed_at is not None
    assert path.rpartition("/")[2] not in row.all
    trail = run(owner, "SELECT operation, actor FROM gis.audit_log WHERE subject = :s ORDER BY id",
                s=f"client-pages/{row.id}").all()  # fmt: skip
    assert trail == [("client_pages.view", "public")] * 3
    leaked = run(owner, "SELECT count(*) FROM gis.audit_log WHERE subject LIKE :t OR details::text LIKE :t",
                 t=f"%{path.rpartition('/')[2]}%").scalar_one()  # fmt: skip
    assert leaked == 0


@pytest.mark.parametrize(
    ("statement", "vi", "en"),
    [
        ("UPDATE gis.client_pages SET expires_on = current_date - 2 WHERE id = :id", "hết hạn", "has ended"),
        ("UPDATE gis.client_pages SET revoked_at = now() WHERE id = :id", "đã được đóng", "was closed"),
    ],
)
def test_an_ended_page_says_so_kindly_in_both_languages(
    client: TestClient, client_as: ClientAs, owner: Database, statement: str, vi: str, en: str
) -> None:
    made = make(client_as("planner", login="lan-ends"), some_plots(client, 2), client_name="Guest 4711")
    newest = run(owner, "SELECT max(id) FROM gis.client_pages").scalar_one()
    run(owner, statement, id=newest)
    for lang, word in (("vi", vi), ("en", en)):
        ended = client.get(f"{address_in(made)}?lang={lang}", headers=HTML)
        assert ended.status_code == 410
        assert word in ended.text
        assert "Guest 4711" not in ended.text
        assert ended.headers["cache-control"] == "no-store"


def test_an_address_that_was_cut_short_is_not_found(client: TestClient) -> None:
    answer = client.get("/for/abc", headers=HTML)
    assert answer.status_code == 404
    assert "cắt bớt" in client.get("/for/abc?lang=vi", headers=HTML).text


def test_a_planner_closes_a_page(client: TestClient, client_as: ClientAs) -> None:
    planner = client_as("planner", login="lan-close")
    made = make(planner, some_plots(client, 2), client_name="To be closed")
    desk = planner.get("/desk/clients", headers=HTML).text
    closing = re.search(r"To be closed</span>.*?action=\"(/desk/clients/\d+/revoke)\"", desk, re.S)
    assert closing
    assert planner.post(closing[1], follow_redirects=False).status_code == 303
    assert planner.post(closing[1], follow_redirects=False).status_code == 303, "a second time changes nothing"
    assert client.get(address_in(made), headers=HTML).status_code == 410


def test_a_plot_that_is_no_longer_published_is_left_out_and_said(
    client: TestClient, client_as: ClientAs, owner: Database
) -> None:
    plots = some_plots(client, 3)
    path = address_in(make(client_as("planner", login="lan-gone"), plots))
    zone, _, code = plots[0].partition("/")
    where = "WHERE code = :p AND zone_id = (SELECT id FROM gis.zones WHERE code = :z)"
    run(owner, f"UPDATE gis.plots SET published = false {where}", p=code, z=zone)
    try:
        seen = client.get(f"{path}?lang=en", headers=HTML).text
        assert "Of the chosen plots no longer offered: 1." in seen
        assert f">{code}</a>" not in seen
    finally:
        run(owner, f"UPDATE gis.plots SET published = true {where}", p=code, z=zone)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"client_name": " "}, "dành cho ai"), ({"plots": "KCN-DAI-AN/1"}, "từ 2 đến 20"),
        ({"plots": "\n".join(f"Z/{n}" for n in range(21))}, "từ 2 đến 20"),
        ({"plots": "KCN-X/1\nKCN-X/2"}, "Không có lô"),
        ({"expires_on": "2020-01-01"}, "Ngày cuối"), ({"expires_on": "9999-01-01"}, "Ngày cuối"),
        ({"expires_on": "soon"}, "ngày cuối"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: TestClient, client_as: ClientAs, changed: dict[str, str], word: str
) -> None:
    answer = make(client_as("planner", login="lan-wrong"), some_plots(client, 2), **changed)
    assert answer.status_code == 422
    assert word in answer.text
    assert "Hàng &lt;b&gt;đầu&lt;/b&gt;" in answer.text


def test_ticked_plots_arrive_in_the_form(client: TestClient, client_as: ClientAs) -> None:
    plots = some_plots(client, 2)
    assert "/desk/clients/new" not in client.get("/plots", headers=HTML).text, "not for the public"
    planner = client_as("planner", login="lan-ticks")
    assert 'formaction="/desk/clients/new"' in planner.get("/plots", headers=HTML).text
    form = planner.get("/desk/clients/new", params={"p": plots}, headers=HTML).text
    assert "\n".join(plots) in form
