"""Numbering a street through the API: who may do what, and what the answers say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from addressing.deciding import today
from gis_service.database import Database
from gis_service.settings import Settings
from layers.streets import streets
from tests.integration.numbering_ground import lay_street

ClientAs = Callable[..., TestClient]
GRID = """
    r1  A  l1
    r2  .  land
    .   B  l3
"""


@pytest.fixture
def street(demo_database: Settings) -> Iterator[int]:
    """A fresh drawn street of its own for each test."""
    database = Database(demo_database)
    with database.owner.begin() as conn:
        code = f"T{conn.execute(select(text('count(*)')).select_from(streets)).scalar_one()}"
        street_id, _ = lay_street(conn, GRID, ["A", "B"], code=code, doors={"land": {"kind": "empty_land"}})
    yield street_id
    database.dispose()


@pytest.fixture
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture
def approver(client_as: ClientAs) -> TestClient:
    return client_as("approver", login="binh")


def propose(officer: TestClient, street: int) -> dict[str, Any]:
    answer = officer.post(f"/streets/{street}/numbering")
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def walk_to_approval(officer: TestClient, approver: TestClient, street: int) -> int:
    proposal = propose(officer, street)
    path = f"/numbering/{proposal['id']}"
    for question in proposal["questions"]:
        given = {"question_code": question["code"], "answer": "1"}
        assert officer.post(f"{path}/answers", json=given).status_code == 200
    assert officer.post(f"{path}/submit").status_code == 200
    assert approver.post(f"{path}/approve").status_code == 200
    return int(proposal["id"])


def decision(number: str = "1/QĐ-UBND") -> dict[str, str]:
    return {"decision_number": number, "decision_date": today().isoformat(), "issuing_body": "UBND phường"}


def test_from_proposal_to_public_numbers(
    officer: TestClient, approver: TestClient, client: TestClient, street: int
) -> None:
    proposal_id = walk_to_approval(officer, approver, street)
    issued = approver.post(f"/numbering/{proposal_id}/issue", json=decision())
    assert issued.status_code == 200
    assert (issued.json()["issued"], issued.json()["reserved"]) == (4, 1)
    assert issued.json()["proposal"]["decision_number"] == "1/QĐ-UBND"
    numbers = client.get(f"/streets/{street}/numbers").json()
    assert [item["number"] for item in numbers] == ["1", "2", "4", "5"]
    assert all(item["place_id"] for item in numbers)
    assert "3" in [item["number"] for item in officer.get(f"/streets/{street}/numbers").json()]


def test_a_proposal_explains_itself(officer: TestClient, street: int) -> None:
    proposal = propose(officer, street)
    assert proposal["compass"] == "N->S"
    first = proposal["assignments"][0]
    assert first["number"] == "1"
    assert set(first["clauses"]) <= proposal["clauses"].keys()
    assert proposal["clauses"]["A6.series"]["standing"] == "confirmed-2024"
    assert "lẻ" in proposal["clauses"]["A6.series"]["text_vi"]
    [question] = proposal["questions"]
    assert question["kind"] == "empty_land_unmeasured"
    assert question["takes_count"]
    assert proposal["policy"]["empty_land_module_m"]["set_by"].startswith("default")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/streets/{street}/numbering", None),
        ("GET", "/numbering/1", None),
        ("POST", "/numbering/1/answers", {"question_code": "x", "answer": "y"}),
        ("POST", "/numbering/1/submit", None),
        ("POST", "/numbering/1/approve", None),
        ("POST", "/numbering/1/reject", {"reason": "x"}),
        ("POST", "/numbering/1/issue", decision()),
    ],
)
def test_the_public_may_only_read_numbers(
    client: TestClient, client_as: ClientAs, street: int, method: str, path: str, body: object
) -> None:
    assert client.request(method, path.format(street=street), json=body).status_code == 401
    investor = client_as("investor")
    assert investor.request(method, path.format(street=street), json=body).status_code == 403


def test_roles_are_kept_apart(officer: TestClient, approver: TestClient, client_as: ClientAs, street: int) -> None:
    assert approver.post(f"/streets/{street}/numbering").status_code == 403
    proposal = propose(officer, street)
    assert officer.post(f"/numbering/{proposal['id']}/approve").status_code == 403
    assert client_as("analyst").get(f"/numbering/{proposal['id']}").status_code == 200
    assert client_as("administrator").post(f"/numbering/{proposal['id']}/approve").status_code == 403


def test_somebody_with_both_roles_cannot_approve_their_own(client_as: ClientAs, street: int) -> None:
    both = client_as("address_officer", "approver", login="chi")
    proposal = propose(both, street)
    path = f"/numbering/{proposal['id']}"
    both.post(f"{path}/answers", json={"question_code": proposal["questions"][0]["code"], "answer": "0"})
    assert both.post(f"{path}/submit").status_code == 200
    refused = both.post(f"{path}/approve")
    assert refused.status_code == 403
    assert refused.json()["code"] == "author_cannot_approve"
    assert "người khác" in refused.json()["detail_vi"]


def test_open_questions_block_and_are_named(officer: TestClient, street: int) -> None:
    proposal = propose(officer, street)
    refused = officer.post(f"/numbering/{proposal['id']}/submit")
    assert refused.status_code == 409
    assert refused.json()["code"] == "open_questions_remain"
    assert refused.json()["question_codes"] == [proposal["questions"][0]["code"]]


def test_wrong_answers_are_refused_with_what_is_possible(officer: TestClient, street: int) -> None:
    proposal = propose(officer, street)
    path, code = f"/numbering/{proposal['id']}/answers", proposal["questions"][0]["code"]
    wrong = officer.post(path, json={"question_code": code, "answer": "ba"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_answer")
    assert wrong.json()["offered"] == ["0 … 99"]
    unknown = officer.post(path, json={"question_code": "nothing", "answer": "1"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_question")
    assert officer.post(path, json={"question_code": code}).status_code == 422


def test_rejecting_needs_a_reason_and_frees_the_street(officer: TestClient, approver: TestClient, street: int) -> None:
    proposal = propose(officer, street)
    path = f"/numbering/{proposal['id']}/reject"
    assert approver.post(path, json={"reason": "  "}).status_code == 422
    assert approver.post(path, json={"reason": "đo lại"}).json()["status"] == "rejected"
    again = approver.post(path, json={"reason": "đo lại"})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_status")
    assert again.json()["proposal_status"] == "rejected"
    assert propose(officer, street)["id"] != proposal["id"]


def test_issuing_twice_changes_nothing(officer: TestClient, approver: TestClient, street: int) -> None:
    proposal_id = walk_to_approval(officer, approver, street)
    path = f"/numbering/{proposal_id}/issue"
    assert approver.post(path, json=decision("7/QĐ")).json()["already_done"] is False
    again = approver.post(path, json=decision("7/QĐ"))
    assert again.status_code == 200
    assert again.json()["already_done"] is True
    other = approver.post(path, json=decision("8/QĐ"))
    assert (other.status_code, other.json()["code"]) == (409, "wrong_status")


def test_what_does_not_exist_is_404(officer: TestClient, client: TestClient) -> None:
    for answer in (
        officer.post("/streets/987654321/numbering"),
        officer.get("/numbering/987654321"),
        client.get("/streets/987654321/numbers"),
    ):
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"
    assert client.get(f"/streets/{2**63}/numbers").status_code == 422


def test_every_write_leaves_one_audit_row(officer: TestClient, demo_database: Settings, street: int) -> None:
    propose(officer, street)
    database = Database(demo_database)
    with database.owner.connect() as conn:
        rows = conn.execute(
            text("SELECT actor, operation FROM gis.audit_log WHERE subject = :subject"),
            {"subject": f"streets/{street}"},
        ).all()
    database.dispose()
    assert [tuple(row) for row in rows] == [("an", "streets.number.propose")]
