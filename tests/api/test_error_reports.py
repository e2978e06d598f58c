"""Errors that visitors report: taken down without a login, answered at the desk, told by receipt, forgotten in time."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyproj import Transformer
from sqlalchemy import text

from gis_service.database import Database
from gis_service.housekeeping import Housekeeping
from gis_service.routes import error_reports as routes
from gis_service.settings import Settings
from tests.api.identity_site import running_site
from tests.conftest import ClientAs, NewDatabase

HTML = {"Accept": "text/html"}
GOOD = {"kind": "wrong_place", "lat": "20.93", "lon": "106.31", "message": "The gate is on the other side."}
HOSTILE = "<b onmouseover=alert(1)>"


def send(client: TestClient, **changed: str) -> Any:
    return client.post("/reports", data=GOOD | changed, headers=HTML, follow_redirects=False)


def answer_form(page: str, mark: str) -> tuple[str, dict[str, str]]:
    card = page.split(mark)[1]
    found = re.search(r'action="(/desk/reports/\d+)">(.*?)</form>', card, re.S)
    assert found
    return found[1], dict(re.findall(r'name="(csrf_token|version)" value="([^"]*)"', found[2]))


def test_a_report_is_sent_answered_and_followed(client: TestClient, client_as: ClientAs) -> None:
    sent = send(client, message=f"Unique 8123 {HOSTILE}", name="Bà Tư", email="tu@example.vn", consent="yes")
    assert sent.status_code == 303, sent.text
    receipt = sent.headers["location"]
    assert re.fullmatch(r"/reports/PA-\d{4}-\d{6}-[0-9A-Z]", receipt)
    first = client.get(receipt, headers=HTML).text
    assert "Đã nhận" in first
    assert "Bà Tư" not in first
    assert "Unique 8123" not in first, "what was written is not shown to whoever guesses a receipt"
    assert client.get("/desk/reports", headers={"Accept": "application/json"}).status_code == 401
    desk = client_as("planner", login="lan-reports")
    page = desk.get("/desk/reports", headers=HTML).text
    assert HOSTILE not in page
    y, x = Transformer.from_crs(4326, 9210, always_xy=True).transform(106.31, 20.93)
    assert f"X {x:.2f}, Y {y:.2f}" in page
    action, data = answer_form(page, "Unique 8123")
    done = desk.post(action, data=data | {"state": "corrected", "reply": f"Đã sửa {HOSTILE}"}, follow_redirects=False)
    assert done.status_code == 303, done.text
    later = desk.post(action, data=data | {"state": "no_fault"}, headers={"Accept": "application/json"})
    assert later.status_code == 409, "somebody was faster"
    last = client.get(receipt, headers=HTML).text
    assert "Đã sửa &lt;b onmouseover" in last
    assert client.get("/reports/PA-2026-000001-!", headers=HTML).status_code == 404
    assert client.get("/reports/PA-2026-999999-X", headers=HTML).status_code == 404


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"kind": "nonsense"}, "loại sai sót"), ({"lat": "", "lon": ""}, "ở đâu"), ({"lat": "a"}, "Tọa độ"),
        ({"lat": "nan"}, "Tọa độ"), ({"lon": ""}, "Tọa độ"), ({"lat": "48.8", "lon": "2.3"}, "Tọa độ"),
        ({"message": " "}, "nội dung"), ({"email": "no", "consent": "yes"}, "Thư điện tử"),
        ({"phone": "12", "consent": "yes"}, "điện thoại"), ({"name": "A"}, "đồng ý"), ({"website": "x"}, "máy"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    client: TestClient, changed: dict[str, str], word: str
) -> None:
    answer = send(client, **{"place": HOSTILE, "message": f"keep {HOSTILE}", **changed} | (
        {"place": ""} if changed.get("lat") == "" else {}))  # fmt: skip
    assert answer.status_code == 422
    assert word in answer.text
    assert HOSTILE not in answer.text
    if changed.get("message") != " ":
        assert "keep &lt;b" in answer.text


def test_the_form_knows_the_object_as_its_reader_does(client: TestClient, demo_database: Settings) -> None:
    database = Database(demo_database)
    with database.owner.begin() as conn:
        shown, hidden = conn.execute(text("SELECT min(id), max(id) FROM gis.zones")).one()
        conn.execute(text("UPDATE gis.zones SET published = false, name = 'Khu mật' WHERE id = :id"), {"id": hidden})
        name = conn.execute(text("SELECT name FROM gis.zones WHERE id = :id"), {"id": shown}).scalar_one()
    database.dispose()
    assert name in client.get(f"/reports/new?layer=zones&key={shown}", headers=HTML).text
    assert "Khu mật" not in client.get(f"/reports/new?layer=zones&key={hidden}", headers=HTML).text
    for nonsense in ("layer=zones&key=abc", "layer=x&key=1", "layer=zones&key=" + "9" * 30):
        assert client.get(f"/reports/new?{nonsense}", headers=HTML).status_code == 200
    assert send(client, layer="zones", key=str(shown), lat="", lon="").status_code == 303


def test_one_address_sends_only_so_many_an_hour(new_database: NewDatabase) -> None:
    with running_site(new_database()) as site:
        visitor = site.visitor("203.0.113.9")
        for _ in range(routes.PER_HOUR):
            assert send(visitor, lat="", lon="", place="x").status_code == 303
        before = site.audit_count()
        assert send(visitor, lat="", lon="", place="x").status_code == 429
        assert site.audit_count() == before
        assert send(site.visitor("203.0.113.10"), lat="", lon="", place="x").status_code == 303


def test_contacts_and_spam_go_when_their_time_is_over(client: TestClient, demo_database: Settings) -> None:
    receipts = [
        send(client, name="Ông Năm", phone="0912 345 678", consent="yes").headers["location"][9:] for _ in range(3)
    ]
    database = Database(demo_database)
    days = demo_database.report_contact_days
    with database.owner.begin() as conn:
        for receipt, state, age in zip(receipts, ("no_fault", "spam", "corrected"), (days + 1, days + 1, days - 1),
                                       strict=True):  # fmt: skip
            conn.execute(
                text("UPDATE gis.error_reports SET state = :state, ended_at = now() - make_interval(days => :age)"
                     " WHERE receipt = :receipt"), {"state": state, "age": age, "receipt": receipt},
            )  # fmt: skip
    done = Housekeeping(database).round()
    assert (done["spam_deleted"], done["contacts_erased"]) == (1, 1)
    with database.owner.begin() as conn:
        found = conn.execute(text("SELECT receipt, coalesce(name, '-') || coalesce(phone, '-') FROM gis.error_reports"
                                  " WHERE receipt = ANY(:all)"), {"all": receipts})  # fmt: skip
        rows = dict(found.all())
        traces = conn.execute(
            text("SELECT count(*) FROM gis.row_history WHERE table_name = 'error_reports'")
        ).scalar_one()
    assert "contacts_erased" not in Housekeeping(database).round()
    database.dispose()
    assert rows == {receipts[0]: "--", receipts[2]: "Ông Năm0912 345 678"}
    assert traces == 0, "what was erased is nowhere else"
