"""Rights per area on reading: papers and pages of the desk, for an officer of one ward."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from addressing import areas
from gis_service.database import Database
from gis_service.settings import Settings
from tests.api import desk_office as office

ClientAs = Callable[..., TestClient]


@pytest.fixture(scope="module")
def issued(demo_database: Settings, client_as: ClientAs) -> tuple[int, int]:
    """A street whose numbers are in force, and its proposal."""
    street_id = office.new_street(demo_database)
    officer, approver = client_as("address_officer", login="an"), client_as("approver", login="binh")
    return street_id, office.issue(officer, approver, street_id, "571/QĐ-UBND")


@pytest.fixture
def ward(demo_database: Settings, issued: tuple[int, int]) -> Iterator[str]:
    """The one ward in which "phuong" works."""
    database = Database(demo_database)
    with database.owner.begin() as conn:
        code: str = conn.execute(
            text("SELECT code FROM gis.administrative_units WHERE level = 'commune' AND valid_to IS NULL LIMIT 1")
        ).scalar_one()
        areas.set_areas(conn, "phuong", [f"commune:{code}"], "root")
    yield code
    with database.owner.begin() as conn:
        areas.set_areas(conn, "phuong", [], "root")
    database.dispose()


def move_street(settings: Settings, street_id: int, commune: str | None) -> None:
    database = Database(settings)
    with database.owner.begin() as conn:
        conn.execute(
            text("UPDATE gis.streets SET commune_code = :code, zone_id = NULL WHERE id = :id"),
            {"id": street_id, "code": commune},
        )
    database.dispose()


def test_papers_and_pages_outside_the_area_are_refused_and_inside_are_shown(
    client: TestClient, client_as: ClientAs, demo_database: Settings, issued: tuple[int, int], ward: str
) -> None:
    street, proposal = issued
    place = office.place_ids(client, street)["1"]
    addresses = [
        f"/documents/proposals/{proposal}/list.docx", f"/documents/proposals/{proposal}/decision.docx",
        f"/documents/streets/{street}/plate-list.csv", f"/documents/streets/{street}/plates.pdf",
        f"/documents/places/{place}/certificate.docx", f"/documents/places/{place}/plate.svg",
        f"/desk/streets/{street}", f"/desk/proposals/{proposal}", f"/numbering/{proposal}/steps",
    ]  # fmt: skip
    officer = client_as("address_officer", login="phuong")
    move_street(demo_database, street, None)
    for address in addresses:
        refused = officer.get(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "outside_area"), address
    assert f'"/desk/streets/{street}"' not in office.see(officer, "/desk")
    move_street(demo_database, street, ward)
    for address in addresses:
        assert officer.get(address).status_code in (200, 503), address  # 503: no Pango on this machine
    assert f'"/desk/streets/{street}"' in office.see(officer, "/desk")


def test_a_draft_outside_the_area_is_not_submitted(client_as: ClientAs, demo_database: Settings, ward: str) -> None:
    street = office.new_street(demo_database)
    proposal = office.propose(client_as("address_officer", login="an"), street)
    move_street(demo_database, street, None)
    refused = client_as("address_officer", login="phuong").post(f"/numbering/{proposal}/submit")
    assert (refused.status_code, refused.json()["code"]) == (403, "outside_area")
