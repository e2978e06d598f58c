"""The address desk without a script: forms, rights, versions, and the public page of a place."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from addressing import cases
from gis_service import jobs
from gis_service.database import Database
from gis_service.settings import Settings
from tests.api import desk_office as office

ClientAs = Callable[..., TestClient]


@pytest.fixture
def street(demo_database: Settings) -> int:
    return office.new_street(demo_database)


@pytest.fixture(scope="module")
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture(scope="module")
def approver(client_as: ClientAs) -> TestClient:
    return client_as("approver", login="binh")


@pytest.fixture(scope="module")
def issued(demo_database: Settings, officer: TestClient, approver: TestClient) -> int:
    """A street whose numbers are in force."""
    street_id = office.new_street(demo_database)
    office.issue(officer, approver, street_id, "901/QĐ-UBND")
    return street_id


@pytest.mark.parametrize("path", ["/desk", "/desk/streets/1", "/desk/proposals/1", "/desk/jobs/1"])
def test_the_public_is_led_to_the_sign_in(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 401
    assert f'href="/login?next={path.replace("/", "%2F")}"' in answer.text


def test_an_investor_may_not_look_at_the_desk(client_as: ClientAs) -> None:
    assert client_as("investor").get("/desk").status_code == 403


def test_streets_are_found_by_name_zone_and_state(officer: TestClient, street: int) -> None:
    page = office.see(officer, "/desk?state=unnumbered")
    assert f"/desk/streets/{street}" in page
    office.propose(officer, street)
    assert f"/desk/streets/{street}" not in office.see(officer, "/desk?state=unnumbered").split('id="choose"')[1]
    assert f"/desk/streets/{street}" in office.see(officer, "/desk?state=draft")
    assert "Không có tuyến đường nào như vậy" in office.see(officer, "/desk?name=khongcoduongnay")


def test_a_street_shows_its_doors_in_their_order_with_sides(officer: TestClient, street: int) -> None:
    page = office.see(officer, f"/desk/streets/{street}")
    assert page.count("door-go") == 5
    assert page.count(">trái<") == 3
    assert page.count(">phải<") == 2
    assert "đất trống" in page


def test_from_question_to_public_number_in_forms(
    officer: TestClient, approver: TestClient, client: TestClient, street: int
) -> None:
    proposal_id = office.propose(officer, street)
    page = office.see(officer, f"/desk/proposals/{proposal_id}")
    assert "Câu hỏi còn mở" in page
    assert re.search(r'<button class="button" type="submit" disabled', page)
    office.answer_all(officer, proposal_id, "Biên bản 3/BB")
    page = office.see(officer, f"/desk/proposals/{proposal_id}?done=answered")
    assert "theo an, Biên bản 3/BB" in page
    assert "dự phòng" in page
    assert office.post(officer, f"/desk/proposals/{proposal_id}/submit").status_code == 303
    assert "Đang chờ người khác phê duyệt" in office.see(officer, f"/desk/proposals/{proposal_id}")
    assert office.post(approver, f"/desk/proposals/{proposal_id}/approve").status_code == 303
    page = office.see(approver, f"/desk/proposals/{proposal_id}")
    assert "Ủy ban nhân dân" in page
    given = {"decision_number": "77/QĐ-UBND", "decision_date": "2026-01-05", "issuing_body": office.BODY}
    assert office.post(approver, f"/desk/proposals/{proposal_id}/issue", **given).status_code == 303
    page = office.see(approver, f"/desk/proposals/{proposal_id}?done=issued")
    assert "Số nhà đã có hiệu lực" in page
    assert "77/QĐ-UBND" in page
    ids = office.place_ids(client, street)
    assert sorted(ids) == ["1", "2", "4", "5"]
    for place in ids.values():
        assert f'href="/p/{place}"' in page
    assert office.post(officer, f"/desk/proposals/{proposal_id}/certificates", place=ids["1"]).status_code == 403
    assert office.post(approver, f"/desk/proposals/{proposal_id}/certificates", place=ids["1"]).status_code == 303
    page = office.see(approver, f"/desk/proposals/{proposal_id}?done=certified")
    assert len(re.findall(r"<code>CN-\d{4}-\d{6}-.</code>", page)) == 1
    twice = office.post(approver, f"/desk/proposals/{proposal_id}/certificates", place=ids["1"])
    assert twice.status_code == 409
    assert 'role="alert"' in twice.text


def test_the_author_gets_no_approval_button_and_no_approval(client_as: ClientAs, street: int) -> None:
    both = client_as("address_officer", "approver", login="chi")
    proposal_id = office.propose(both, street)
    office.answer_all(both, proposal_id)
    office.post(both, f"/desk/proposals/{proposal_id}/submit")
    assert "người khác phải phê duyệt" in office.see(both, f"/desk/proposals/{proposal_id}")
    refused = office.post(both, f"/desk/proposals/{proposal_id}/approve")
    assert refused.status_code == 403
    assert 'class="fault" role="alert"' in refused.text


def test_a_wrong_answer_shows_the_proposal_again_and_records_nothing(
    officer: TestClient, demo_database: Settings, street: int
) -> None:
    proposal_id = office.propose(officer, street)
    page = office.see(officer, f"/desk/proposals/{proposal_id}")
    code = re.findall(r'name="question_code" value="([^"]+)"', page)[0]
    database = Database(demo_database)
    counted = text("SELECT count(*) FROM gis.audit_log WHERE operation = 'streets.number.answer'")
    with database.owner.connect() as conn:
        before = conn.execute(counted).scalar_one()
    wrong = office.post(officer, f"/desk/proposals/{proposal_id}/answers", question_code=code, answer="ba mươi")
    assert wrong.status_code == 422
    assert "không phải là câu trả lời" in wrong.text
    with database.owner.connect() as conn:
        assert conn.execute(counted).scalar_one() == before
    database.dispose()


def test_rejecting_in_a_form_needs_words(officer: TestClient, approver: TestClient, street: int) -> None:
    proposal_id = office.propose(officer, street)
    assert office.post(approver, f"/desk/proposals/{proposal_id}/reject", reason="   ").status_code == 422
    assert office.post(approver, f"/desk/proposals/{proposal_id}/reject", reason="đo lại").status_code == 303
    assert "đo lại" in office.see(officer, f"/desk/proposals/{proposal_id}")


def door_of(demo_database: Settings, street: int) -> tuple[int, float, float, int]:
    database = Database(demo_database)
    with database.owner.connect() as conn:
        row = conn.execute(
            text("SELECT id, ST_X(geom), ST_Y(geom), version FROM gis.entrances WHERE street_id = :s ORDER BY id"),
            {"s": street},
        ).first()
    database.dispose()
    assert row is not None
    return row[0], row[1], row[2], row[3]


def test_a_door_is_moved_once_and_the_second_sees_both_versions(
    officer: TestClient, client_as: ClientAs, demo_database: Settings, street: int
) -> None:
    door, x, y, version = door_of(demo_database, street)
    first = office.post(officer, f"/desk/doors/{door}/move", x=x + 1.5, y=y, version=version, quality="surveyed")
    assert first.status_code == 303, first.text
    assert door_of(demo_database, street)[1:] == (pytest.approx(x + 1.5), pytest.approx(y), version + 1)
    second = client_as("address_officer", login="dung")
    late = office.post(second, f"/desk/doors/{door}/move", x=x - 2, y=y, version=version, quality="surveyed")
    assert late.status_code == 409
    assert f"{x + 1.5:.2f}" in late.text
    assert late.text.count(f"{x - 2:.2f}") == 2  # in the comparison, and kept in the field
    assert f'name="version" value="{version + 1}"' in late.text
    assert door_of(demo_database, street)[1] == pytest.approx(x + 1.5)


def test_a_door_is_not_moved_out_of_its_street(officer: TestClient, demo_database: Settings, street: int) -> None:
    door, x, y, version = door_of(demo_database, street)
    lost = office.post(officer, f"/desk/doors/{door}/move", x=x + 5000, y=y, version=version)
    assert lost.status_code == 422
    assert "tối đa 1000 m" in lost.text
    assert office.post(officer, f"/desk/doors/{door}/move", x="nan", y=y, version=version).status_code == 422


def test_a_moved_door_makes_the_draft_stale(officer: TestClient, demo_database: Settings, street: int) -> None:
    proposal_id = office.propose(officer, street)
    door, x, y, version = door_of(demo_database, street)
    assert office.post(officer, f"/desk/doors/{door}/move", x=x, y=y + 1, version=version).status_code == 303
    page = office.see(officer, f"/desk/proposals/{proposal_id}")
    code = re.findall(r'name="question_code" value="([^"]+)"', page)[0]
    stale = office.post(officer, f"/desk/proposals/{proposal_id}/answers", question_code=code, answer="1")
    assert stale.status_code == 409
    assert office.propose(officer, street) != proposal_id


def test_a_whole_zone_is_queued_and_followed(officer: TestClient, demo_database: Settings) -> None:
    database = Database(demo_database)
    with database.owner.connect() as conn:
        zone = conn.execute(text("SELECT code FROM gis.zones ORDER BY id LIMIT 1")).scalar_one()
    database.dispose()
    sent = office.post(officer, "/desk/zones", zone=zone)
    assert sent.status_code == 303
    page = office.see(officer, sent.headers["location"])
    assert "đang chờ" in page
    assert office.post(officer, "/desk/zones", zone="KCN-KHONG-CO").status_code == 404


def test_a_whole_commune_is_queued_where_one_works(officer: TestClient, client_as: ClientAs) -> None:
    found = re.findall(r'id="batch-commune".*?value="(\d{5})"', office.see(officer, "/desk"), re.S)
    assert found, "communes with streets are offered"
    sent = office.post(officer, "/desk/communes", commune=found[0])
    assert sent.status_code == 303
    assert "đang chờ" in office.see(officer, sent.headers["location"])
    assert office.post(officer, "/desk/communes", commune="abc").status_code == 422
    assert office.post(client_as("planner"), "/desk/communes", commune=found[0]).status_code == 403


def test_the_report_of_a_batch_leads_to_its_proposals(officer: TestClient, demo_database: Settings) -> None:
    database = Database(demo_database)
    with database.owner.connect() as conn:
        zone = conn.execute(
            text("SELECT z.code FROM gis.zones z JOIN gis.streets s ON s.zone_id = z.id"
                 " JOIN gis.entrances e ON e.street_id = s.id GROUP BY z.code ORDER BY count(*) LIMIT 1")
        ).scalar_one()  # fmt: skip
    sent = office.post(officer, "/desk/zones", zone=zone)
    jobs.run(database, int(sent.headers["location"].rpartition("/")[2]))
    database.dispose()
    page = office.see(officer, sent.headers["location"])
    assert "đã xong" in page
    proposals = re.findall(r'href="(/desk/proposals/\d+)"', page)
    assert proposals
    assert "Bản nháp" in office.see(officer, proposals[0])


def test_a_case_is_followed_by_its_receipt(client: TestClient, demo_database: Settings, issued: int) -> None:
    place = office.place_ids(client, issued)["1"]
    database = Database(demo_database)
    with database.owner.begin() as conn:
        applicant = cases.Applicant("Nguyễn Văn Bí Mật", "0900000000", "012345678901")
        case = cases.receive(conn, "reissue", applicant, "an", place_id=place)
    database.dispose()
    page = office.see(client, f"/cases/status/{case.receipt}")
    assert "Đã tiếp nhận" in page
    assert "Bí Mật" not in page
    wrong = client.get(f"/cases/status?receipt={case.receipt[:-3]}9-X", headers={"Accept": "text/html"})
    assert wrong.status_code == 404
    assert 'role="alert"' in wrong.text


def test_a_form_without_its_token_is_refused(officer: TestClient, street: int) -> None:
    bare = TestClient(officer.app, base_url="http://localhost", cookies=dict(officer.cookies))
    assert bare.post(f"/desk/streets/{street}/propose").status_code == 403


def test_a_place_is_found_by_its_id_by_anybody(client: TestClient, issued: int) -> None:
    place = office.place_ids(client, issued)["1"]
    found = client.get(f"/p/{place}").json()
    assert found["id"] == place
    assert found["numbers"][0]["number"] == "1"
    assert found["numbers"][0]["decision_number"] == "901/QĐ-UBND"
    assert found["previous_numbers"] == []
    page = office.see(client, f"/p/{place}")
    assert f"/p/{place}/qr.svg" in page
    assert "901/QĐ-UBND" in page
    typed = client.get(
        f"/p?id={place[:4].lower()}-{place[4:]}", headers={"Accept": "text/html"}, follow_redirects=False
    )
    assert typed.headers["location"] == f"/p/{place}"


def test_a_misspelt_id_is_a_friendly_404_that_says_so(client: TestClient, issued: int) -> None:
    place = office.place_ids(client, issued)["1"]
    wrong = place[:-2] + ("A" if place[-2] != "A" else "B") + place[-1]
    page = client.get(f"/p/{wrong}", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "ký tự kiểm tra không khớp" in page.text
    assert f'value="{wrong}"' in page.text
    problem = client.get(f"/p/{wrong}")
    assert (problem.status_code, problem.json()["code"]) == (404, "invalid_identifier")
    assert client.get(f"/p/{wrong}/qr.svg").status_code == 404


def test_an_id_that_nobody_has_is_404(client: TestClient) -> None:
    from addressing.identifiers import PlaceId

    problem = client.get(f"/p/{PlaceId.mint()}")
    assert (problem.status_code, problem.json()["code"]) == (404, "not_found")


def test_spare_numbers_are_nowhere_public(client: TestClient, issued: int) -> None:
    ids = office.place_ids(client, issued)
    assert "3" not in ids
    for place in ids.values():
        assert {one["number"] for one in client.get(f"/p/{place}").json()["numbers"]} <= set(ids)


def test_the_qr_code_holds_the_public_address(client: TestClient, issued: int) -> None:
    from maps.reports import qr

    place = office.place_ids(client, issued)["1"]
    answer = client.get(f"/p/{place}/qr.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text == qr.svg(f"http://localhost/p/{place}")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_text_is_missing(client: TestClient, officer: TestClient, issued: int, lang: str) -> None:
    place = office.place_ids(client, issued)["1"]
    for path in ("/desk", f"/desk/streets/{issued}", f"/p/{place}", "/p"):
        page = office.see(officer, f"{path}?lang={lang}")
        assert not re.findall(r">\s*(?:desk|place|js|nav)\.[a-z_.]+", page)
        assert "desk.js." not in page
