"""Requests from the public form to the answer, in forms without a script."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from addressing import areas
from gis_service.database import Database
from gis_service.settings import Settings
from tests.api import desk_office as office
from tests.api.test_documents import words_of

ClientAs = Callable[..., TestClient]


@pytest.fixture(scope="module")
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture
def owner(demo_database: Settings) -> Iterator[Database]:
    database = Database(demo_database)
    yield database
    database.dispose()


@pytest.fixture
def commune(owner: Database) -> str:
    with owner.owner.connect() as conn:
        return str(conn.execute(text(
            "SELECT code FROM gis.administrative_units WHERE level = 'commune' AND valid_to IS NULL LIMIT 1"
        )).scalar_one())  # fmt: skip


def hand_in(client: TestClient, where: str, **other: str) -> Response:
    fields = {
        "kind": "new_number", "commune": where, "name": "Nguyễn Văn Bí Mật", "phone": "0912 345 678",
        "request_text": "Xin số nhà cho xưởng mới", "consent": "yes", **other,
    }  # fmt: skip
    return client.post("/cases/new", data=fields, headers={"Accept": "text/html"}, follow_redirects=False)


@pytest.fixture
def case_id(client: TestClient, owner: Database, commune: str) -> int:
    """A case that somebody handed in on the public page."""
    sent = hand_in(client, commune)
    assert sent.status_code == 303, sent.text
    with owner.owner.connect() as conn:
        return int(conn.execute(text("SELECT id FROM gis.cases WHERE receipt = :receipt"),
                                {"receipt": sent.headers["location"].rpartition("/")[2]}).scalar_one())  # fmt: skip


def version(page: str) -> str:
    return str(re.findall(r'name="version" value="(\d+)"', page)[0])


def test_anybody_hands_a_request_in_and_gets_a_receipt(client: TestClient, commune: str) -> None:
    assert 'href="/cases/new"' in office.see(client, "/cases/status")
    assert 'action="/cases/new"' in office.see(client, "/cases/new")
    sent = hand_in(client, commune)
    assert sent.status_code == 303, sent.text
    page = office.see(client, sent.headers["location"])
    receipt = sent.headers["location"].rpartition("/")[2]
    assert f'href="/cases/status/{receipt}"' in page
    assert "Bí Mật" not in page
    assert "Đã tiếp nhận" in office.see(client, f"/cases/status/{receipt}")
    assert client.get("/cases/received/HS-2026-999999-X", headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("consent", "", "Cần đồng ý"),
        ("name", " ", "Hãy ghi họ tên"),
        ("phone", "", "Hãy ghi điện thoại hoặc thư điện tử"),
        ("phone", "gọi tôi", "Số điện thoại không đúng"),
        ("email", "khong-co", "Địa chỉ thư điện tử không đúng"),
        ("place", "ABC", "Mã địa điểm không đúng"),
        ("commune", "99999", "Hãy nhập mã địa điểm hoặc chọn xã, phường"),
        ("kind", "change", "Đổi số hoặc cấp lại cần mã địa điểm"),
        ("kind", "steal", "Hãy chọn loại yêu cầu"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: TestClient, owner: Database, commune: str, field: str, value: str, says: str
) -> None:
    counted = text("SELECT (SELECT count(*) FROM gis.cases) + (SELECT count(*) FROM gis.audit_log)")
    with owner.owner.connect() as conn:
        before = conn.execute(counted).scalar_one()
    answer = hand_in(client, commune, **{field: value})
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert says in page
    assert "Xin số nhà cho xưởng mới" in page
    if field != "name":
        assert 'value="Nguyễn Văn Bí Mật"' in page
    with owner.owner.connect() as conn:
        assert conn.execute(counted).scalar_one() == before


def test_one_address_does_not_flood_the_desk(client: TestClient, commune: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from gis_service.routes import public_cases

    monkeypatch.setattr(public_cases, "PER_HOUR", 0)
    answer = hand_in(client, commune)
    assert answer.status_code == 429
    assert "quá nhiều yêu cầu" in html.unescape(answer.text)


def test_cases_are_for_the_desk(client: TestClient, client_as: ClientAs, case_id: int) -> None:
    for path in ("/desk/cases", f"/desk/cases/{case_id}"):
        assert client.get(path).status_code == 401
        assert client_as("investor").get(path).status_code == 403
        assert client_as("planner").get(path).status_code == 403
        assert client_as("administrator").get(path).status_code == 200
    looker = client_as("administrator")
    assert office.post(looker, f"/desk/cases/{case_id}/start", version=1).status_code == 403
    assert "/start" not in office.see(looker, f"/desk/cases/{case_id}")


def test_a_case_goes_from_receipt_to_closed_and_open_again(officer: TestClient, case_id: int) -> None:
    path = f"/desk/cases/{case_id}"
    page = office.see(officer, path)
    assert "Xin số nhà cho xưởng mới" in page
    assert "Người nộp đồng ý" in page, "the consent stands in the timeline"
    steps = [
        ("assign", {"assigned_to": "an"}, "Đã phân công|Đã giao"), ("start", {}, "Đã bắt đầu giải quyết"),
        ("notes", {"note": "Đã gọi điện"}, "Đã gọi điện"), ("answer", {"reference": "15/UBND"}, "15/UBND"),
        ("close", {}, "Đã đóng"), ("reopen", {"reason": "thiếu biển"}, "thiếu biển"),
    ]  # fmt: skip
    for step, fields, says in steps:
        given = office.post(officer, f"{path}/{step}", version=version(page), **fields)
        assert given.status_code == 303, given.text
        page = office.see(officer, given.headers["location"])
        assert re.search(says, page), step
    assert 'role="status"' in page


def test_a_step_without_words_or_out_of_date_changes_nothing_and_keeps_the_words(
    officer: TestClient, case_id: int
) -> None:
    path = f"/desk/cases/{case_id}"
    first = version(office.see(officer, path))
    blank = office.post(officer, f"{path}/reject", version=first, reason="   ")
    assert blank.status_code == 422
    assert "Hãy ghi nội dung" in html.unescape(blank.text)
    nobody = office.post(officer, f"{path}/assign", version=first, assigned_to="khong-co-ai")
    assert nobody.status_code == 404
    assert office.post(officer, f"{path}/assign", version=first, assigned_to="an").status_code == 303
    late = office.post(officer, f"{path}/reject", version=first, reason="ngoài thẩm quyền")
    assert late.status_code == 409
    page = html.unescape(late.text)
    assert 'value="ngoài thẩm quyền"' in page
    assert version(page) != first
    assert "Từ chối hồ sơ" in page


def test_late_cases_are_found(officer: TestClient, owner: Database, case_id: int) -> None:
    entry = f'href="/desk/cases/{case_id}"'
    assert entry in office.see(officer, "/desk/cases?state=open")
    assert entry not in office.see(officer, "/desk/cases?state=overdue")
    with owner.owner.begin() as conn:
        conn.execute(
            text("UPDATE gis.cases SET received_on = received_on - 60, due_on = received_on - 30 WHERE id = :id"),
            {"id": case_id},
        )
    page = office.see(officer, "/desk/cases?state=overdue")
    assert entry in page
    assert "quá hạn" in page
    assert entry not in office.see(officer, "/desk/cases?state=overdue&mine=yes")
    assert entry not in office.see(officer, "/desk/cases?state=closed")


def test_an_officer_of_another_ward_sees_no_case_of_this_one(
    client_as: ClientAs, owner: Database, commune: str, case_id: int
) -> None:
    with owner.owner.begin() as conn:
        zone = conn.execute(text("SELECT id FROM gis.zones ORDER BY id LIMIT 1")).scalar_one()
        areas.set_areas(conn, "quynh", [f"zone:{zone}"], "root")
    other = client_as("address_officer", login="quynh")
    assert other.get(f"/desk/cases/{case_id}").status_code == 403
    assert f'href="/desk/cases/{case_id}"' not in office.see(other, "/desk/cases")
    assert office.post(other, f"/desk/cases/{case_id}/notes", note="x").status_code == 403
    with owner.owner.begin() as conn:
        areas.set_areas(conn, "quynh", [], "root")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_text_is_missing(officer: TestClient, case_id: int, lang: str) -> None:
    for path in ("/desk/cases", f"/desk/cases/{case_id}", "/cases/new"):
        assert not re.findall(r">\s*(?:desk|case|place)\.[a-z_.]+", office.see(officer, f"{path}?lang={lang}"))


def test_a_case_is_answered_by_a_letter(
    client: TestClient, client_as: ClientAs, officer: TestClient, demo_database: Settings
) -> None:
    street = office.new_street(demo_database)
    approver = client_as("approver", login="binh")
    office.issue(officer, approver, street, f"56{street}/QĐ-UBND")
    place = office.place_ids(client, street)["1"]
    made = officer.post("/cases", json={
        "kind": "change", "place_id": place, "applicant_name": "Công ty Hoàng Mai", "request_text": "Xin đổi số.",
    })  # fmt: skip
    assert made.status_code == 201, made.text
    case = made.json()
    path = f"/documents/cases/{case['id']}/answer.docx"
    assert client.get(path).status_code == 401
    assert client_as("planner").get(path).status_code == 403
    assert f'href="{path}"' in office.see(officer, f"/desk/cases/{case['id']}")
    draft = letter(officer, path)
    assert "(DỰ THẢO)" in draft
    assert "Công ty Hoàng Mai" in draft
    assert f"1 (56{street}/QĐ-UBND)" in draft
    for step, body in (("assign", {"assigned_to": "an"}), ("start", {}), ("answer", {"reference": "88/UBND-QLĐT"})):
        case = officer.post(f"/cases/{case['id']}/{step}", json=body | {"version": case["version"]}).json()
    done = letter(officer, path)
    assert "(DỰ THẢO)" not in done
    assert "Yêu cầu đã được giải quyết theo văn bản số 88/UBND-QLĐT." in done


def letter(officer: TestClient, path: str) -> str:
    answer = officer.get(path, params={"issuer": "UBND phường Tứ Minh"})
    assert answer.status_code == 200, answer.text
    return words_of(answer.content)
