"""The register through the API: who may do what, what is refused with which code, and what is sent twice."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from addressing.deciding import today
from gis_service.database import Database
from gis_service.settings import Settings
from tests.integration.numbering_ground import lay_door, lay_street

ClientAs = Callable[..., TestClient]
JPEG = b"\xff\xd8\xff\xe0 a photo of a plate"
_codes = itertools.count(1)


@pytest.fixture
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture
def approver(client_as: ClientAs) -> TestClient:
    return client_as("approver", login="binh")


@pytest.fixture
def owner(demo_database: Settings) -> Iterator[Database]:
    database = Database(demo_database)
    yield database
    database.dispose()


@pytest.fixture
def street(owner: Database, officer: TestClient, approver: TestClient) -> int:
    """A street of its own with houses 1, 3 and 5, issued."""
    with owner.owner.begin() as conn:
        street_id, _ = lay_street(conn, "A .\n. b\n. c\n. d\nB .", ["A", "B"], code=f"R{next(_codes)}")
    proposal = officer.post(f"/streets/{street_id}/numbering").json()
    for question in proposal["questions"]:
        officer.post(f"/numbering/{proposal['id']}/answers", json={"question_code": question["code"], "answer": "1"})
    path = f"/numbering/{proposal['id']}"
    assert officer.post(f"{path}/submit").status_code == 200
    assert approver.post(f"{path}/approve").status_code == 200
    assert approver.post(f"{path}/issue", json=decision(f"1/QĐ-{street_id}")).status_code == 200
    return street_id


def decision(number: str) -> dict[str, str]:
    return {"decision_number": number, "decision_date": today().isoformat(), "issuing_body": "UBND thành phố"}


def place(client: TestClient, street: int, number: str) -> str:
    [found] = [item for item in client.get(f"/streets/{street}/numbers").json() if item["number"] == number]
    return str(found["place_id"])


def number_ids(owner: Database, street: int) -> dict[str, int]:
    with owner.owner.begin() as conn:
        rows = conn.execute(
            text("SELECT plate_text, id FROM gis.house_numbers WHERE street_id = :id AND valid_to IS NULL"),
            {"id": street},
        )
        return dict(rows.all())


def code_of(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["detail_vi"]
    assert body["detail"]
    return str(body["code"])


# --- places -------------------------------------------------------------------------------------------------------


def test_anybody_finds_a_place_by_its_present_or_former_address(
    client: TestClient, officer: TestClient, approver: TestClient, street: int, owner: Database
) -> None:
    place_id = place(client, street, "3")
    body = client.get(f"/places/{place_id}").json()
    vi = next(item for item in body["addresses"] if item["language"] == "vi")
    assert (vi["role"], vi["path"]) == ("current", ["3"])
    assert vi["written"].startswith("Số 3, đường R")
    assert body["entrances"][0]["is_main"]
    assert len(body["open_location_code"]) == 11
    [found] = client.get("/places", params={"address": vi["written"].upper()}).json()
    assert (found["place_id"], found["is_current"]) == (place_id, True)
    asked = officer.post(
        f"/streets/{street}/number-changes", json={"changes": {number_ids(owner, street)["3"]: "7"}, "reason": "trùng"}
    ).json()
    paper = {**decision(f"2/QĐ-{street}"), "version": asked["version"]}
    assert approver.post(f"/number-changes/{asked['id']}/approve", json=paper).status_code == 200
    [found] = client.get("/places", params={"address": vi["written"]}).json()
    assert (found["place_id"], found["is_current"], found["present"][:5]) == (place_id, False, "Số 7,")
    roles = {item["written"][:5]: item["role"] for item in client.get(f"/places/{place_id}").json()["addresses"]}
    assert (roles["Số 3,"], roles["Số 7,"]) == ("previous", "current")


def test_no_official_code_is_made_here(officer: TestClient, client: TestClient, street: int) -> None:
    place_id = place(client, street, "1")
    refused = officer.post(f"/places/{place_id}/official-codes/location_code/mint")
    assert code_of(refused, 422) == "official_code_refused"
    assert "Bộ Công an" in refused.json()["detail_vi"]
    assert refused.json()["issuer"]
    kept = officer.post(f"/places/{place_id}/official-codes", json={"kind": "postcode", "code": "04 123"})
    assert (kept.status_code, kept.json()["code"]) == (201, "04123")
    wrong = officer.post(f"/places/{place_id}/official-codes", json={"kind": "location_code", "code": "12"})
    assert code_of(wrong, 422) == "invalid_identifier"
    kinds = {item["kind"]: item for item in client.get("/official-codes/kinds").json()}
    assert kinds["location_code"]["form"] == "12 digits"
    assert client.get(f"/places/{place_id}/official-codes").status_code == 401


def test_the_same_key_does_the_work_once(officer: TestClient, client: TestClient, street: int) -> None:
    place_id = place(client, street, "1")
    path, body = f"/places/{place_id}/addresses", {"language": "vi", "written": "Cổng Nam nhà máy"}
    key = {"Idempotency-Key": "draft-0001"}
    first, again = (officer.post(path, json=body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert code_of(officer.post(path, json=body), 409) == "duplicate_address"
    other = officer.post(path, json={**body, "written": "Cổng Bắc"}, headers=key)
    assert code_of(other, 422) == "idempotency_key_reused"
    assert officer.post(path, json=body, headers={"Idempotency-Key": "x"}).status_code == 422


def test_a_key_belongs_to_its_account(officer: TestClient, client_as: ClientAs) -> None:
    body = {"kind": "change", "applicant_name": "Nguyễn A"}
    key = {"Idempotency-Key": "case-from-counter-1"}
    mine = officer.post("/cases", json=body, headers=key).json()
    theirs = client_as("address_officer", login="chi").post("/cases", json=body, headers=key).json()
    assert mine["receipt"] != theirs["receipt"]
    assert officer.post("/cases", json=body, headers=key).json()["receipt"] == mine["receipt"]


def test_one_request_sent_eight_times_at_once_is_done_once(officer: TestClient, owner: Database) -> None:
    body = {"kind": "error_report", "applicant_name": "gửi lại nhiều lần"}
    key, receipts = {"Idempotency-Key": "impatient-finger"}, []

    def send() -> None:
        receipts.append(officer.post("/cases", json=body, headers=key).json()["receipt"])

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(receipts) == 8
    assert len(set(receipts)) == 1
    with owner.owner.begin() as conn:
        count = text("SELECT count(*) FROM gis.cases WHERE applicant_name = 'gửi lại nhiều lần'")
        assert conn.execute(count).scalar_one() == 1


# --- numbers ------------------------------------------------------------------------------------------------------


def test_a_double_is_refused_at_the_door(
    officer: TestClient, approver: TestClient, client: TestClient, street: int, owner: Database
) -> None:
    with owner.owner.begin() as conn:
        door = lay_door(conn, street, f"late-{street}", (20, 5))
    refused = officer.post(f"/entrances/{door}/number", json={"number": "3"})
    assert code_of(refused, 409) == "duplicate_number"
    assert refused.json()["held_by"] == place(client, street, "3")
    entered = officer.post(f"/entrances/{door}/number", json={"number": "3b"})
    assert (entered.status_code, entered.json()["number"]) == (201, "3B")
    assert code_of(officer.post(f"/entrances/{door}/number", json={"number": "9"}), 409) == "already_numbered"
    assert code_of(officer.post(f"/entrances/{door}/number-by-decision", json={}), 403) == "not_allowed"
    with owner.owner.begin() as conn:
        door = lay_door(conn, street, f"later-{street}", (20, -5))
    paper = {**decision(f"5/QĐ-{street}"), "number": "7"}
    assert approver.post(f"/entrances/{door}/number-by-decision", json=paper).json()["number"] == "7"
    assert code_of(officer.post("/entrances/987654321/number", json={"number": "9"}), 404) == "not_found"
    assert code_of(officer.post(f"/entrances/{door}/number", json={"number": "9/2"}), 422) == "invalid_identifier"


def test_what_depends_is_shown_before_and_a_stranger_carries_it_out(
    officer: TestClient, approver: TestClient, client_as: ClientAs, street: int, owner: Database
) -> None:
    five = number_ids(owner, street)["5"]
    plan = officer.post(f"/streets/{street}/number-changes/preview", json={"changes": {str(five): None}}).json()
    assert [(item["old"], item["new"]) for item in plan["numbers"]] == [("5", None)]
    assert len(plan["addresses"]) == 2
    both = client_as("address_officer", "approver", login="dung")
    asked = both.post(
        f"/streets/{street}/number-changes", json={"changes": {str(five): None}, "reason": "đã phá"}
    ).json()
    path, paper = f"/number-changes/{asked['id']}", {**decision(f"3/QĐ-{street}"), "version": 1}
    assert code_of(both.post(f"{path}/approve", json=paper), 403) == "author_cannot_approve"
    mine = officer.post(f"{path}/reject", json={"version": 1, "reason": "x"})
    assert code_of(mine, 403) == "not_the_author"
    conflict = approver.post(f"{path}/approve", json={**paper, "version": 9})
    assert code_of(conflict, 409) == "version_conflict"
    assert (conflict.json()["your_version"], conflict.json()["current_version"]) == (9, 1)
    assert approver.post(f"{path}/approve", json=paper).status_code == 200
    states = officer.get(f"/house-numbers/{five}/history").json()
    assert [(state["content"]["status"], state["actor"]) for state in states] == [
        ("in_force", "binh"),
        ("retired", "binh"),
    ]


def test_any_moment_of_the_register_can_be_asked_for(
    officer: TestClient, client: TestClient, street: int, owner: Database
) -> None:
    with owner.owner.begin() as conn:
        now = conn.execute(text("SELECT clock_timestamp()")).scalar_one().isoformat()
    numbers = officer.get(f"/streets/{street}/numbers/record", params={"known_at": now}).json()
    assert [(item["plate_text"], item["recorded_by"]) for item in numbers] == [
        ("1", "binh"),
        ("3", "binh"),
        ("5", "binh"),
    ]
    past = {"known_at": "2020-01-01T00:00:00Z"}
    assert officer.get(f"/streets/{street}/numbers/record", params=past).json() == []
    path = f"/places/{place(client, street, '1')}/record"
    assert len(officer.get(path, params={"known_at": now}).json()) == 2
    assert officer.get(path, params=past).json() == []
    assert client.get(path, params=past).status_code == 401


def test_steps_of_a_proposal_may_name_the_version_they_are_taken_on(officer: TestClient, owner: Database) -> None:
    with owner.owner.begin() as conn:
        street_id, _ = lay_street(conn, "A b\nB c", ["A", "B"], code=f"R{next(_codes)}")
    proposal = officer.post(f"/streets/{street_id}/numbering").json()
    path = f"/numbering/{proposal['id']}"
    conflict = officer.post(f"{path}/submit", headers={"If-Match": '"7"'})
    assert code_of(conflict, 409) == "version_conflict"
    assert officer.post(f"{path}/submit", headers={"If-Match": f'"{proposal["version"]}"'}).status_code == 200
    assert officer.post(f"{path}/withdraw").json()["status"] == "rejected"
    steps = officer.get(f"{path}/steps").json()
    assert [(step["status"], step["actor"]) for step in steps] == [
        ("draft", "an"),
        ("submitted", "an"),
        ("rejected", "an"),
    ]


# --- plates and certificates --------------------------------------------------------------------------------------


def test_a_plate_hangs_with_a_photo_that_only_staff_see(
    officer: TestClient, client: TestClient, street: int, owner: Database
) -> None:
    order = {"house_number_id": number_ids(owner, street)["1"]}
    plate = officer.post("/plates", json=order).json()
    path = f"/plates/{plate['id']}"
    assert code_of(officer.post("/plates", json=order), 409) == "step_not_possible"
    [line] = [item for item in officer.get("/plates").json() if item["id"] == plate["id"]]
    assert line["qr"].endswith(f"/p/{plate['place_id']}")
    assert plate["code"] in officer.get("/plates/production.csv").text
    plate = officer.post(f"{path}/made", json={"version": plate["version"]}).json()
    conflict = officer.post(f"{path}/issued", json={"version": 1})
    assert code_of(conflict, 409) == "version_conflict"
    assert conflict.json()["current"]["status"] == "made"
    plate = officer.post(f"{path}/issued", json={"version": plate["version"]}).json()
    photo = officer.post("/attachments", content=JPEG, headers={"Content-Type": "image/jpeg", "X-File-Name": "p.jpg"})
    assert (photo.status_code, photo.json()["media_type"]) == (201, "image/jpeg")
    [door] = client.get(f"/places/{plate['place_id']}").json()["entrances"]
    proof = {"version": plate["version"], "photo_id": photo.json()["id"], "fixed_by": "tổ 3"}
    elsewhere = officer.post(f"{path}/fixed", json={**proof, "lon": 106.93, "lat": 20.93})
    assert code_of(elsewhere, 409) == "step_not_possible"
    proof |= {"lon": door["lon"], "lat": door["lat"]}
    fixed = officer.post(f"{path}/fixed", json=proof)
    assert (fixed.status_code, fixed.json()["status"]) == (200, "fixed")
    stored = officer.get(f"/attachments/{photo.json()['id']}")
    assert (stored.content, stored.headers["content-type"]) == (JPEG, "image/jpeg")
    assert client.get(f"/attachments/{photo.json()['id']}").status_code == 401
    reason = {"version": fixed.json()["version"], "reason": "hỏng"}
    assert officer.post(f"{path}/withdrawn", json=reason).json()["withdrawn_reason"] == "hỏng"


def test_what_is_no_photo_or_too_large_is_refused(officer: TestClient) -> None:
    headers = {"Content-Type": "image/jpeg"}
    assert code_of(officer.post("/attachments", content=b"<svg/>", headers=headers), 422) == "attachment_refused"
    large = officer.post("/attachments", content=JPEG + bytes(3_000_000), headers=headers)
    assert large.status_code == 201
    too_large = officer.post("/attachments", content=JPEG + bytes(6_000_000), headers=headers)
    assert code_of(too_large, 413) == "too_large"


def test_a_certificate_is_issued_by_an_approver(
    officer: TestClient, approver: TestClient, client: TestClient, street: int, owner: Database
) -> None:
    order = {"house_number_id": number_ids(owner, street)["1"], "holder_name": "Công ty A"}
    assert officer.post("/certificates", json=order).status_code == 403
    made = approver.post("/certificates", json=order).json()
    assert made["number"] == "1"
    assert made["written"].startswith("Số 1,")
    assert officer.get(f"/certificates/{made['id']}").json()["holder_name"] == "Công ty A"
    assert client.get(f"/certificates/{made['id']}").status_code == 401
    assert code_of(approver.post("/certificates", json=order), 409) == "step_not_possible"
    gone = approver.post(f"/certificates/{made['id']}/withdraw", json={"version": made["version"], "reason": "sai tên"})
    assert gone.json()["withdrawn_on"] == today().isoformat()


# --- cases --------------------------------------------------------------------------------------------------------


def test_a_case_by_its_receipt_tells_the_public_nothing_about_persons(
    officer: TestClient, approver: TestClient, client: TestClient, street: int
) -> None:
    person = {"applicant_name": "Trần Thị B", "applicant_phone": "0912345678", "request_text": "xin số nhà mới"}
    case = officer.post("/cases", json={"kind": "new_number", "street_id": street, **person}).json()
    status = client.get(f"/case-status/{case['receipt'].lower()}")
    assert status.json()["state"] == "received"
    for private in (*person.values(), "an"):
        assert f'"{private}"' not in status.text
    last = "0" if case["receipt"][-1] != "0" else "1"
    assert code_of(client.get(f"/case-status/{case['receipt'][:-1]}{last}"), 422) == "invalid_identifier"
    path = f"/cases/{case['id']}"
    assert client.get(path).status_code == 401
    case = approver.post(f"{path}/assign", json={"version": case["version"], "assigned_to": "an"}).json()
    assert [item["id"] for item in officer.get("/cases", params={"assigned_to": "an", "state": "assigned"}).json()] == [
        case["id"]
    ]
    officer.post(f"{path}/notes", json={"note": "đã khảo sát"})
    answered = officer.post(f"{path}/answer", json={"version": case["version"], "reference": "45/UBND"}).json()
    assert client.get(f"/case-status/{case['receipt']}").json()["answer_reference"] == "45/UBND"
    stale = officer.post(f"{path}/close", json={"version": case["version"]})
    assert code_of(stale, 409) == "version_conflict"
    assert officer.post(f"{path}/close", json={"version": answered["version"]}).json()["state"] == "closed"
    events = [event["event"] for event in officer.get(path).json()["timeline"]]
    assert events == ["received", "assigned", "note", "answered", "closed"]


def test_reminders_and_holidays(officer: TestClient, approver: TestClient) -> None:
    case = officer.post("/cases", json={"kind": "change", "applicant_name": "A", "working_days": 1}).json()
    assert case["id"] in [item["id"] for item in officer.get("/cases/reminders", params={"within_days": 7}).json()]
    assert approver.put("/holidays/2027-01-01", json={"name": "Tết Dương lịch"}).status_code == 204
    assert officer.get("/holidays/2027").json() == [{"day": "2027-01-01", "name": "Tết Dương lịch"}]


# --- certification, policies, areas -------------------------------------------------------------------------------


def test_a_street_is_certified_with_undo(officer: TestClient, street: int) -> None:
    path = f"/streets/{street}/certification"
    assert officer.get(path).json() is None
    made = officer.post(path).json()
    assert (made["numbers"], made["is_current"]) == (3, True)
    assert officer.get(f"/streets/{street}/quality").json()["counts"]["uncertified"] == 0
    assert officer.post(f"{path}/undo", json={"version": made["version"], "reason": "nhầm"}).status_code == 204
    assert officer.get(f"/streets/{street}/quality").json()["counts"]["uncertified"] == 1
    assert officer.get("/communes/99999/quality").json() == []


def test_policies_are_set_by_approver_or_administrator_alone(
    officer: TestClient, approver: TestClient, client_as: ClientAs, owner: Database
) -> None:
    given = {
        "name": "equal_width", "value": "ask", "area": "*", "decision_number": "8/QĐ",
        "valid_from": today().isoformat(), "version": 0,
    }  # fmt: skip
    assert officer.post("/policies", json=given).status_code == 403
    assert approver.post("/policies", json={**given, "version": None}).status_code == 422, "every write names it"
    assert approver.post("/policies", json=given).json()["value"] == "ask"
    with owner.owner.begin() as conn:
        street_id, _ = lay_street(conn, "A b\nB c", ["A", "B"], code=f"R{next(_codes)}")
    used = officer.post(f"/streets/{street_id}/numbering").json()["policy"]["equal_width"]
    assert (used["value"], used["set_by"]) == ("ask", "8/QĐ")
    wrong = client_as("administrator").post("/policies", json={**given, "name": "no_such"})
    assert code_of(wrong, 422) == "policy_refused"
    assert "equal_width" in [item["name"] for item in officer.get("/policies").json()]
    later = {**given, "value": "main_door"}
    stale = approver.post("/policies", json=later)
    assert code_of(stale, 409) == "version_conflict"
    shown = stale.json()
    assert (shown["your_version"], shown["current_version"], shown["current"]["value"]) == (0, 1, "ask")
    later["version"] = 1
    assert approver.post("/policies", json=later).status_code == 201, "the next value ends the one before"


def test_an_officer_of_one_ward_changes_that_ward(client_as: ClientAs, street: int, owner: Database) -> None:
    outsider, administrator = client_as("address_officer", login="em"), client_as("administrator")
    with owner.owner.begin() as conn:
        commune = conn.execute(
            text("SELECT code FROM gis.administrative_units WHERE level = 'commune' AND valid_to IS NULL LIMIT 1")
        ).scalar_one()
        conn.execute(text("UPDATE gis.streets SET commune_code = NULL WHERE id = :id"), {"id": street})
    wrong = administrator.put("/accounts/em/areas", json={"areas": ["commune:99998"], "version": 0})
    assert code_of(wrong, 422) == "invalid_area"
    here = {"areas": [f"commune:{commune}"], "version": 0}
    assert administrator.put("/accounts/em/areas", json={"areas": here["areas"]}).status_code == 422
    assert administrator.put("/accounts/em/areas", json=here).status_code == 200
    known = administrator.get("/accounts/em/areas").json()
    assert (known["version"], [one["area"] for one in known["areas"]]) == (1, here["areas"])
    late = administrator.put("/accounts/em/areas", json={"areas": [], "version": 0})
    assert code_of(late, 409) == "version_conflict"
    assert late.json()["current"] == {"version": 1, "areas": f"commune:{commune}"}
    number_id = number_ids(owner, street)["1"]
    for refused in (
        outsider.post(f"/streets/{street}/numbering"),
        outsider.post("/plates", json={"house_number_id": number_id}),
        outsider.post(f"/streets/{street}/certification"),
        outsider.post("/cases", json={"kind": "change", "applicant_name": "A", "street_id": street}),
        outsider.get(f"/streets/{street}/quality"),
    ):
        assert code_of(refused, 403) == "outside_area"
    with owner.owner.begin() as conn:
        conn.execute(
            text("UPDATE gis.streets SET commune_code = :code WHERE id = :id"), {"id": street, "code": commune}
        )
    assert outsider.post(f"/streets/{street}/certification").status_code == 201
    assert administrator.put("/accounts/em/areas", json={"areas": [], "version": 1}).json()["areas"] == []
