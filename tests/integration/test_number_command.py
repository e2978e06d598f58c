"""`gis number`: the same steps from a terminal, for oneself or for an officer one types for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from addressing.errors import AuthorCannotApprove, NotFound
from gis_service.cli import number
from gis_service.database import Database
from gis_service.identity import accounts
from gis_service.identity.errors import NotAllowed, UnknownAccount
from gis_service.settings import Settings
from tests.integration.numbering_ground import lay_street

app = typer.Typer()
app.command("number")(number.command)

GRID = """
    r1  A  l1
    r2  .  land
    .   B  l3
"""


@pytest.fixture
def street(new_database: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database of its own with the street `S1`, an officer `an` and an approver `binh`."""
    settings: Settings = new_database()  # type: ignore[operator]
    for name in ("database_url", "staff_database_url", "public_database_url"):
        monkeypatch.setenv(f"GIS_{name.upper()}", getattr(settings, name).get_secret_value())
    monkeypatch.setenv("COLUMNS", "200")
    database = Database(settings)
    with database.owner.begin() as conn:
        lay_street(conn, GRID, ["A", "B"], doors={"land": {"kind": "empty_land"}})
        for login, role in (("an", "address_officer"), ("binh", "approver"), ("chi", "approver")):
            accounts.add(conn, login=login, display_name=login, roles=[role], granted_by="test")
        accounts.set_active(conn, "chi", False)
    yield database
    database.dispose()


def run(*arguments: str) -> str:
    """The output of a command that succeeds; its own error otherwise."""
    result = CliRunner().invoke(app, ["S1", *arguments])
    if result.exception is not None:
        raise result.exception
    return result.output


def test_a_street_is_numbered_in_two_sittings(street: Database) -> None:
    shown = run("--propose", "--by", "an")
    assert "N->S" in shown
    assert "empty_land_unmeasured" in shown
    shown = run("--answer", "empty_land_unmeasured=1", "--submit", "--by", "an")
    assert "submitted" in shown
    assert "dự phòng / spare" in shown
    assert "A6.series (confirmed-2024)" in shown
    shown = run("--approve", "--issue", "1/QĐ-UBND", "--body", "UBND phường", "--by", "binh")
    assert "Issued 4, registered 0 in use, kept 1 spare." in shown
    assert "1/QĐ-UBND" in shown


def test_each_step_is_one_audit_row_that_names_both(street: Database) -> None:
    run("--propose", "--by", "an")
    with street.owner.connect() as conn:
        rows = conn.execute(text("SELECT actor, subject FROM gis.audit_log WHERE operation = 'streets.number.propose'"))
        [(actor, subject)] = rows.all()
    assert actor.startswith("cli:")
    assert subject == "streets/S1 by an"


def test_the_author_cannot_approve_from_a_terminal_either(street: Database) -> None:
    run("--propose", "--answer", "empty_land_unmeasured=0", "--submit")
    with pytest.raises(AuthorCannotApprove):
        run("--approve")


def test_one_types_only_for_people_who_may(street: Database) -> None:
    with pytest.raises(NotAllowed):
        run("--propose", "--by", "binh")
    with pytest.raises(NotAllowed):
        run("--approve", "--by", "chi")
    with pytest.raises(UnknownAccount):
        run("--propose", "--by", "dung")


def test_an_unknown_street_or_no_proposal_is_said_plainly(street: Database) -> None:
    assert "No numbers and no proposal yet" in run()
    with pytest.raises(NotFound, match="live proposal"):
        run("--submit")
    result = CliRunner().invoke(app, ["S999"])
    assert isinstance(result.exception, NotFound)
