"""An estate entered through the API, and the way to its names."""

from __future__ import annotations

import itertools
from typing import Any

from fastapi.testclient import TestClient

from addressing.deciding import today
from gis_service.database import Database
from gis_service.settings import Settings
from tests.integration.numbering_ground import lay_street

BODY = "Ủy ban nhân dân thành phố Hải Phòng"
LON, LAT = 106.05, 20.9
_codes = itertools.count(1)


def new_street(settings: Settings) -> int:
    """A street without doors, on which an estate may open."""
    database = Database(settings)
    with database.owner.begin() as conn:
        street_id, _ = lay_street(conn, "A\n.\n.\nB", ["A", "B"], code=f"KN{next(_codes)}")
    database.dispose()
    return street_id


def enter(officer: TestClient, street_id: int, code: str) -> dict[str, Any]:
    """Group "sân" with a dormitory of two storeys and two flats a floor."""
    facts = {"code": code, "name": f"Khu {code}", "street_id": street_id, "lon": LON, "lat": LAT}
    answer = officer.post("/register/estates", json=facts)
    assert answer.status_code == 201, answer.text
    path = f"/register/estates/{answer.json()['id']}"
    group = {"kind": "group", "label": "sân", "side": "left", "distance_m": 10, "lon": LON, "lat": LAT}
    made = officer.post(f"{path}/parts", json=group).json()
    building = {"label": "nhà ở", "group_id": made["parts"][0]["id"], "storeys": 2, "flats": 2, "first_flat": 1,
                "distance_m": 5, "lon": LON, "lat": LAT}  # fmt: skip
    answer = officer.post(f"{path}/buildings", json=building)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


ANSWERS = {"building_form": "letter", "flats_order": "as_entered", "stair_numbers": "count"}


def name(officer: TestClient, approver: TestClient, estate_id: int, number: str) -> dict[str, Any]:
    """The whole way to names in force; the proposal as it was issued."""
    proposal = officer.post(f"/register/estates/{estate_id}/naming").json()
    path = f"/register/naming/{proposal['id']}"
    while proposal["questions"]:
        kind = proposal["questions"][0]["kind"]
        proposal = officer.post(f"{path}/answers", json={"question_code": kind, "answer": ANSWERS[kind]}).json()
    assert officer.post(f"{path}/submit").status_code == 200
    assert approver.post(f"{path}/approve").status_code == 200
    issued = approver.post(f"{path}/issue", json=signed(number))
    assert issued.status_code == 200, issued.text
    return dict(issued.json()["proposal"])


def signed(number: str) -> dict[str, str]:
    """A signed paper of today."""
    return {"decision_number": number, "decision_date": today().isoformat(), "issuing_body": BODY}


def parts(client: TestClient, estate_id: int) -> dict[str, dict[str, Any]]:
    """Name -> part of what has one."""
    rows = client.get(f"/register/estates/{estate_id}").json()["parts"]
    return {f"{row['kind']} {row['name']}": row for row in rows if row["name"]}
