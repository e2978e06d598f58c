"""`gis register` on a database of its own: what is written, and what the lists say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from addressing import cases
from addressing.deciding import today
from addressing.issuing import give_place
from addressing.register import house_numbers
from gis_service.cli.register import app
from gis_service.database import Database
from gis_service.identity import accounts
from gis_service.settings import Settings
from tests.integration.estate_ground import ANSWERS, lay_estate
from tests.integration.numbering_ground import lay_street


@pytest.fixture
def office(new_database: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    settings: Settings = new_database()  # type: ignore[operator]
    for name in ("database_url", "staff_database_url", "public_database_url"):
        monkeypatch.setenv(f"GIS_{name.upper()}", getattr(settings, name).get_secret_value())
    monkeypatch.setenv("COLUMNS", "200")
    database = Database(settings)
    yield database
    database.dispose()


def run(*arguments: str) -> str:
    """The output of a command that succeeds; its own error otherwise."""
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None:
        raise result.exception
    return result.output


def test_numbers_from_before_get_their_addresses_once(office: Database) -> None:
    with office.owner.begin() as conn:
        street_id, doors = lay_street(conn, "A b\nB c", ["A", "B"], code="A", commune_code="10891")
        conn.execute(insert(house_numbers).values(
            street_id=street_id, place_id=give_place(conn, street_id, doors["b"]), entrance_id=doors["b"], number=1,
            plate_text="1", side="left", chainage_m=0.0, status="in_force", origin="existing", valid_from=today(),
        ))  # fmt: skip
    assert "written: 2" in run("addresses")
    assert "written: 0" in run("addresses")
    shown = run("quality", "10891")
    assert "Đường A" in shown
    assert "without_number 1" in shown
    assert "without_address" not in shown


def test_cases_that_are_due_are_listed(office: Database) -> None:
    with office.owner.begin() as conn:
        soon = cases.receive(conn, "change", cases.Applicant("MARK"), "an", working_days=1)
        later = cases.receive(conn, "change", cases.Applicant("MARK"), "an", working_days=60)
    shown = run("due", "--within-days", "9")
    assert soon.receipt in shown
    assert later.receipt not in shown
    assert "MARK" not in shown, "a terminal is no place for names"


def test_an_estate_is_named_in_two_sittings(office: Database) -> None:
    with office.owner.begin() as conn:
        lay_estate(conn, code="KTX")
        for login, role in (("an", "address_officer"), ("binh", "approver")):
            accounts.add(conn, login=login, display_name=login, roles=[role], granted_by="test")
    shown = run("name", "KTX", "--propose", "--by", "an")
    assert "building_form" in shown
    answers = [f"--answer={kind}={value}" for kind, value in ANSWERS.items()]
    shown = run("name", "KTX", *answers[:1], "--by", "an")
    assert "flats_order" in shown
    shown = run("name", "KTX", *answers[1:], "--submit", "--by", "an")
    assert "submitted" in shown
    assert "3A-02" in shown
    shown = run("name", "KTX", "--approve", "--issue", "5/QĐ-UBND", "--body", "UBND", "--by", "binh")
    assert "Issued 24" in shown
    assert "24" in run("estates")
