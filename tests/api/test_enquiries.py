"""Enquiries: sent by anybody, kept private, answered in the inbox."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.conftest import ClientAs

HTML = {"Accept": "text/html"}
GOOD = {"name": "Tanaka", "email": "t@example.jp", "message": "Is it free?", "consent": "yes", "country": "jp"}


def send(client: TestClient, **changed: str) -> Any:
    form = client.get("/enquire", headers=HTML)
    token = re.search(r'name="csrf_token" value="([^"]*)"', form.text)
    assert token
    return client.post(
        "/enquire", data={"csrf_token": token[1], **GOOD, **changed}, headers=HTML, follow_redirects=False
    )


def a_plot(client: TestClient) -> str:
    row = client.get("/plots", headers={"Accept": "application/json"}).json()["plots"][0]
    return f"{row['zone_code']}/{row['code']}"


def test_an_enquiry_gets_a_receipt_that_tells_nothing_about_persons(client: TestClient) -> None:
    answer = send(client, plot=a_plot(client))
    assert answer.status_code == 303, answer.text
    receipt = client.get(answer.headers["location"], headers=HTML)
    assert receipt.status_code == 200
    assert "DT-" in receipt.text
    assert "Tanaka" not in receipt.text


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"name": ""}, "họ tên"), ({"email": "", "phone": ""}, "điện thoại"), ({"email": "no"}, "Thư điện tử"),
        ({"message": " "}, "nội dung"), ({"consent": ""}, "đồng ý"), ({"website": "http://spam"}, "máy"),
        ({"country": "JPN"}, "Quốc gia"), ({"plot": "KCN-X/1"}, "Không tìm thấy"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    client: TestClient, changed: dict[str, str], word: str
) -> None:
    answer = send(client, **{"company": "Sao <b>Mai</b>", **changed})
    assert answer.status_code in (404, 422)
    assert word in answer.text
    assert "Sao &lt;b&gt;Mai" in answer.text


def test_the_inbox_is_for_staff_and_moves_an_enquiry_on(client: TestClient, client_as: ClientAs) -> None:
    assert send(client, message="Unique question 4711").status_code == 303
    assert client.get("/desk/enquiries", headers={"Accept": "application/json"}).status_code in (401, 403)
    planner = client_as("planner", login="lan-inbox")
    page = planner.get("/desk/enquiries", headers=HTML)
    assert "Unique question 4711" in page.text
    assert "Máy chủ thư chưa được thiết lập" in page.text
    card = page.text.split("Unique question 4711")[1]
    found = re.search(
        r'action="/desk/enquiries/(\d+)".*?name="csrf_token" value="([^"]+)".*?name="version" value="(\d+)"', card, re.S
    )
    assert found
    data = {"csrf_token": found[2], "state": "answered", "note": "called", "version": found[3]}
    done = planner.post(f"/desk/enquiries/{found[1]}", data=data, follow_redirects=False)
    assert done.status_code == 303, done.text
    again = planner.post(f"/desk/enquiries/{found[1]}", data=data, headers={"Accept": "application/json"})
    assert again.status_code == 409, "somebody was faster"


def test_a_misspelt_receipt_is_told(client: TestClient) -> None:
    page = client.get("/enquiries/DT-2026-000001-X", headers=HTML)
    assert page.status_code == 404


@pytest.mark.parametrize(
    ("path", "field", "most"),
    [("/enquire", "message", 4000), ("/reports", "message", 4000), ("/cases/new", "request_text", 2000)],
)
def test_what_is_too_long_comes_back_whole_with_all_the_rest(
    client: TestClient, path: str, field: str, most: int
) -> None:
    typed = {field: "Ấ" * (most + 1), "name": "<script>alert(1)</script>\u202e🏭", "email": "a" * 300 + "@example.vn"}
    answer = client.post(f"{path}?lang=vi", data=typed, headers=HTML)
    assert answer.status_code == 422
    assert "Quá dài" in answer.text
    for kept in (typed[field], "&lt;script&gt;alert(1)&lt;/script&gt;\u202e🏭", typed["email"]):
        assert kept in answer.text


def test_line_breaks_count_once_and_what_no_screen_shows_is_left_out(client: TestClient, client_as: ClientAs) -> None:
    """A browser counts a line break as one character and sends two; a zero byte is more than a database takes."""
    message = "a\r\n" * 2000
    assert send(client, name="Tan\x00aka", message=message).status_code == 303
    inbox = client_as("planner").get("/desk/enquiries", headers=HTML).text
    assert "<bdi>Tanaka</bdi>" in inbox
