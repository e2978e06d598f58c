"""`gis accounts` on a real database, as somebody at the terminal of the machine."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from click.testing import Result
from sqlalchemy import text
from typer.testing import CliRunner

from gis_service.cli.accounts import app
from gis_service.database import Database
from gis_service.identity import access_tokens, accounts, links
from gis_service.identity.errors import LastAdministrator, UnknownAccount
from tests.conftest import NewDatabase

Run = Callable[..., Result]
GOOD = "con ngựa ăn cỏ trên đê"


@pytest.fixture
def database(new_database: NewDatabase) -> Database:
    return Database(new_database())


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    settings = database.settings
    for name in ("database_url", "staff_database_url", "public_database_url"):
        monkeypatch.setenv(f"GIS_{name.upper()}", getattr(settings, name).get_secret_value())
    monkeypatch.setenv("GIS_PUBLIC_URL", "https://gis.example.vn/")
    monkeypatch.setenv("COLUMNS", "160")

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return invoke


def token_in(result: Result, path: str) -> str:
    found = re.search(rf"https://gis\.example\.vn{path}/([A-Za-z0-9_-]{{43}})\n", result.output)
    assert found, result.output
    return found[1]


def test_from_the_first_administrator_to_a_closed_account(run: Run, database: Database) -> None:
    token = token_in(run("first-administrator"), "/setup")
    with database.owner.begin() as conn:
        assert links.find(conn, token).purpose == "first_administrator"

    made = run("add", "Giam.Doc", "--name", "Giám Đốc", "--role", "administrator", "--role", "planner")
    with database.owner.begin() as conn:
        assert links.find(conn, token_in(made, "/password")).login == "giam.doc"
        accounts.set_password(conn, "giam.doc", GOOD, database.settings)
    late = run("first-administrator")
    assert late.exit_code == 1
    assert "https://" not in late.output

    assert run("grant", "giam.doc", "analyst").exit_code == 0
    assert run("revoke", "giam.doc", "planner").exit_code == 0
    listed = run("list").output
    assert "Giám Đốc" in listed
    assert "administrator, analyst" in listed
    assert isinstance(run("disable", "giam.doc").exception, LastAdministrator)
    assert isinstance(run("link", "nobody").exception, UnknownAccount)

    run("add", "can.bo", "--name", "Cán Bộ", "--role", "planner")
    assert "open, no password yet" in run("list").output
    assert run("disable", "can.bo").exit_code == 0
    assert "closed" in run("list").output
    assert run("enable", "can.bo").exit_code == 0
    token_in(run("link", "can.bo"), "/password")
    database.dispose()


def test_a_locked_account_is_shown_and_unlocked(run: Run, database: Database) -> None:
    run("add", "can.bo", "--name", "Cán Bộ", "--role", "planner")
    with database.owner.begin() as conn:
        accounts.set_password(conn, "can.bo", GOOD, database.settings)
        conn.execute(text("UPDATE gis.accounts SET locked_until = '2999-01-01', failed_logins = 5"))
    assert "locked until 2999-01-01" in run("list").output
    assert run("unlock", "can.bo").exit_code == 0
    with database.owner.begin() as conn:
        assert accounts.get(conn, "can.bo").locked_until is None
    database.dispose()


def test_every_command_that_writes_leaves_one_audit_row_and_a_failed_one_none(run: Run, database: Database) -> None:
    def trail() -> list[tuple[str, str]]:
        with database.owner.begin() as conn:
            rows = conn.execute(text("SELECT operation, actor FROM gis.audit_log ORDER BY id"))
            return [(operation, actor.split(":")[0]) for operation, actor in rows]

    run("list")
    assert trail() == []
    for words, operation in (
        (("add", "can.bo", "--name", "Cán Bộ", "--role", "planner"), "accounts.add"),
        (("grant", "can.bo", "analyst"), "accounts.grant"),
        (("revoke", "can.bo", "planner"), "accounts.revoke"),
        (("disable", "can.bo"), "accounts.close"),
        (("enable", "can.bo"), "accounts.open"),
        (("unlock", "can.bo"), "accounts.unlock"),
        (("link", "can.bo"), "accounts.link"),
    ):
        before = trail()
        assert run(*words).exit_code == 0, words
        assert trail() == [*before, (operation, "cli")]
    before = trail()
    for words in (
        ("add", "can.bo", "--name", "X", "--role", "planner"), ("add", "x y", "--name", "X", "--role", "planner"),
        ("grant", "can.bo", "king"), ("revoke", "can.bo", "analyst"), ("disable", "nobody"),
    ):  # fmt: skip
        assert run(*words).exit_code != 0, words
    assert trail() == before
    database.dispose()


def test_a_token_is_made_listed_and_revoked_and_shown_once(run: Run, database: Database) -> None:
    run("add", "lan", "--name", "Trần Thị Lan", "--role", "planner")
    made = run("token", "make", "lan", "--name", "QGIS", "--role", "planner", "--days", "30")
    token = re.search(r"^gis_pat_[A-Za-z0-9_-]{43}$", made.output, re.MULTILINE)
    assert token, made.output
    with database.owner.begin() as conn:
        known = access_tokens.identify(conn, token[0])
        assert known is not None
        assert (known.login, known.read_only) == ("lan", True)
        row = conn.execute(text("SELECT operation, subject FROM gis.audit_log ORDER BY id DESC LIMIT 1")).one()
        assert tuple(row) == ("accounts.token", "accounts/lan/tokens")
    listed = run("token", "list", "lan")
    assert "QGIS" in listed.output
    assert token[0] not in listed.output
    number = str(known.token_id)
    assert run("token", "revoke", "lan", number).exit_code == 0
    assert "revoked" in run("token", "list", "lan").output
    with database.owner.begin() as conn:
        assert access_tokens.identify(conn, token[0]) is None
    assert run("token", "make", "lan", "--name", "x", "--role", "administrator").exit_code != 0
