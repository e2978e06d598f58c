"""A drawn street in a running application, and the people of an address office."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from fastapi.testclient import TestClient
from httpx2 import Response
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
BODY = "Ủy ban nhân dân thành phố Hải Phòng"


def new_street(settings: Settings, name: str = "Đường") -> int:
    """A fresh street of five doors, one of them empty land that raises a question."""
    database = Database(settings)
    with database.owner.begin() as conn:
        code = f"D{conn.execute(select(text('count(*)')).select_from(streets)).scalar_one()}"
        street_id, _ = lay_street(conn, GRID, ["A", "B"], code=code, doors={"land": {"kind": "empty_land"}})
    database.dispose()
    return street_id


def post(client: TestClient, address: str, **fields: object) -> Response:
    """Send a form of the desk as a browser would, token in the form, redirect not followed."""
    token = client.headers["X-CSRF-Token"]
    return client.post(
        address, data={"csrf_token": token, **fields}, headers={"Accept": "text/html"}, follow_redirects=False
    )


def see(client: TestClient, address: str) -> str:
    """The page at an address, which must be there."""
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def propose(officer: TestClient, street_id: int) -> int:
    """Press the button of the street; the id of the proposal."""
    answer = post(officer, f"/desk/streets/{street_id}/propose")
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/desk/proposals/(\d+)", answer.headers["location"])
    assert found
    return int(found[1])


def answer_all(officer: TestClient, proposal_id: int, reason: str = "Biên bản 3/BB") -> None:
    """Answer each question of the page with one lot."""
    codes = re.findall(r'name="question_code" value="([^"]+)"', see(officer, f"/desk/proposals/{proposal_id}"))
    for code in codes:
        given = post(officer, f"/desk/proposals/{proposal_id}/answers", question_code=code, answer="1", reason=reason)
        assert given.status_code == 303, given.text


def issue(officer: TestClient, approver: TestClient, street_id: int, number: str) -> int:
    """The whole way from the street to numbers in force; the id of the proposal."""
    proposal_id = propose(officer, street_id)
    answer_all(officer, proposal_id)
    steps = [
        post(officer, f"/desk/proposals/{proposal_id}/submit"),
        post(approver, f"/desk/proposals/{proposal_id}/approve"),
        post(approver, f"/desk/proposals/{proposal_id}/issue", decision_number=number,
             decision_date=today().isoformat(), issuing_body=BODY),
    ]  # fmt: skip
    assert [step.status_code for step in steps] == [303, 303, 303], [step.text for step in steps if step.is_error]
    return proposal_id


def place_ids(client: TestClient, street_id: int) -> dict[str, str]:
    """Number -> place id of what is in force on a street."""
    rows = client.get(f"/streets/{street_id}/numbers").json()
    return {row["number"]: row["place_id"] for row in rows if row["status"] == "in_force"}
