"""Accounts, locks, sessions and one-time links on a real database, with the clock in our hand."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import argon2
import pytest
from sqlalchemy import Connection, func, select, text

from gis_service import audit
from gis_service.database import Database
from gis_service.identity import accounts, links, sessions
from gis_service.identity.errors import (
    AccountExists,
    BadAccountName,
    LastAdministrator,
    LastRole,
    LinkUsedUp,
    UnknownAccount,
    UnknownLink,
    UnknownRole,
    WeakPassword,
)
from gis_service.identity.tables import accounts as account_table
from gis_service.identity.tables import one_time_links
from gis_service.identity.tables import sessions as session_table
from gis_service.settings import Settings
from tests.conftest import NewDatabase

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
GOOD = "con ngựa ăn cỏ trên đê"
WRONG = "con ngựa ăn cỏ trong đê"


def make(conn: Connection, settings: Settings, login: str = "nguyen.an", *roles: str) -> accounts.Account:
    made = accounts.add(conn, login=login, display_name="Nguyễn An", roles=roles or ("planner",), granted_by="test")
    accounts.set_password(conn, login, GOOD, settings, NOON)
    return made


def try_password(conn: Connection, settings: Settings, password: str, now: datetime, login: str = "nguyen.an") -> bool:
    attempt = accounts.examine(conn, login, password, now)
    accounts.settle(conn, attempt, settings, now)
    return attempt.is_right


def signed_in(conn: Connection, settings: Settings, login: str, *roles: str) -> str:
    return sessions.begin(conn, make(conn, settings, login, *roles).id, settings, NOON).token


# --- accounts ------------------------------------------------------------------------------------------------


def test_logins_have_one_form() -> None:
    assert accounts.parse_login("  Nguyen.An ") == "nguyen.an"
    for bad in ("", "a", "-a", "nguyễn", "a b", "a'--", "a\0b", "\ud800\ud800", "x" * 65, "a\nb"):
        with pytest.raises(BadAccountName):
            accounts.parse_login(bad)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\u202eb", "a\u200bb", "a\x07b"])
def test_names_are_visible_text(conn: Connection, name: str) -> None:
    with pytest.raises(BadAccountName):
        accounts.add(conn, login="an", display_name=name, roles=["planner"], granted_by="test")


def test_an_account_is_made_once(conn: Connection) -> None:
    made = accounts.add(conn, login="AN.1", display_name=" Nguyễn  An ", roles=["planner", "analyst"], granted_by="t")
    assert (made.login, made.display_name, made.roles) == ("an.1", "Nguyễn An", ("analyst", "planner"))
    assert made.is_active
    assert not made.has_password
    with pytest.raises(AccountExists):
        accounts.add(conn, login="an.1", display_name="B", roles=["planner"], granted_by="t")


@pytest.mark.parametrize("role", ["public", "root", "", "administrator; --"])
def test_only_real_roles_can_be_given(conn: Connection, role: str) -> None:
    with pytest.raises(UnknownRole):
        accounts.add(conn, login="an.1", display_name="An", roles=[role], granted_by="t")


def test_no_account_without_a_role(conn: Connection, settings: Settings) -> None:
    with pytest.raises(LastRole):
        accounts.add(conn, login="an.1", display_name="An", roles=[], granted_by="t")
    make(conn, settings, "an.2", "planner")
    with pytest.raises(LastRole):
        accounts.revoke(conn, "an.2", "planner")


def test_unknown_accounts_are_said(conn: Connection) -> None:
    for change in (
        lambda: accounts.grant(conn, "nobody", "planner", "t"),
        lambda: accounts.revoke(conn, "nobody", "planner"),
        lambda: accounts.set_active(conn, "nobody", active=False),
        lambda: accounts.unlock(conn, "nobody"),
        lambda: links.set_password(conn, "nobody"),
    ):
        with pytest.raises(UnknownAccount):
            change()


def test_the_last_administrator_stays(conn: Connection, settings: Settings) -> None:
    make(conn, settings, "boss", "administrator", "planner")
    for change in (
        lambda: accounts.revoke(conn, "boss", "administrator"),
        lambda: accounts.set_active(conn, "boss", active=False),
    ):
        with pytest.raises(LastAdministrator), conn.begin_nested():
            change()
    assert accounts.get(conn, "boss").roles == ("administrator", "planner")


def test_with_two_administrators_one_may_go(conn: Connection, settings: Settings) -> None:
    make(conn, settings, "boss", "administrator")
    make(conn, settings, "boss2", "administrator")
    accounts.set_active(conn, "boss", active=False)
    assert accounts.has_administrator(conn)
    with pytest.raises(LastAdministrator):
        accounts.set_active(conn, "boss2", active=False)


def test_two_administrators_who_dismiss_each_other_do_not_both_succeed(
    new_database: NewDatabase,
) -> None:
    database = Database(new_database())
    with database.owner.begin() as conn:
        make(conn, database.settings, "boss", "administrator")
        make(conn, database.settings, "boss2", "administrator")
    ready, outcomes = threading.Barrier(2), []

    def dismiss(login: str) -> None:
        ready.wait()
        try:
            with database.staff.begin() as conn:
                audit.record(conn, actor="t", operation="accounts.close")
                accounts.set_active(conn, login, active=False)
            outcomes.append("closed")
        except LastAdministrator:
            outcomes.append("refused")

    threads = [threading.Thread(target=dismiss, args=(login,)) for login in ("boss", "boss2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "refused"]
    database.dispose()


# --- passwords and the lock ----------------------------------------------------------------------------------


def test_a_password_opens_its_account_only(conn: Connection, settings: Settings) -> None:
    make(conn, settings)
    make(conn, settings, "tran.binh")
    accounts.set_password(conn, "tran.binh", "ba con vịt bơi qua ao", settings)
    assert try_password(conn, settings, GOOD, NOON)
    assert try_password(conn, settings, GOOD, NOON, " NGUYEN.AN ")
    for login, password in (
        ("nguyen.an", WRONG), ("tran.binh", GOOD), ("nobody.here", GOOD), ("", GOOD), ("' OR 1=1 --", GOOD),
        ("nguyen.an\0", GOOD), ("nguyen.an", ""), ("nguyen.an", "\ud800"),
    ):  # fmt: skip
        assert not try_password(conn, settings, password, NOON, login)


def test_a_weak_password_is_not_set(conn: Connection, settings: Settings) -> None:
    make(conn, settings)
    with pytest.raises(WeakPassword, match="easy to guess"):
        accounts.set_password(conn, "nguyen.an", "Password@12345", settings)


def test_five_wrong_passwords_lock_and_twelve_hours_open(conn: Connection, settings: Settings) -> None:
    make(conn, settings)
    for _ in range(4):
        assert not try_password(conn, settings, WRONG, NOON)
    assert try_password(conn, settings, GOOD, NOON)  # the right one starts a new count
    for _ in range(5):
        assert not try_password(conn, settings, WRONG, NOON)
    assert not try_password(conn, settings, GOOD, NOON)  # locked: not even the right one
    assert not try_password(conn, settings, GOOD, NOON + timedelta(hours=11, minutes=59))
    assert accounts.get(conn, "nguyen.an").locked_until == NOON + timedelta(hours=12)
    assert try_password(conn, settings, GOOD, NOON + timedelta(hours=12))
    assert accounts.get(conn, "nguyen.an").locked_until is None


def test_after_a_lock_the_count_begins_anew(conn: Connection, settings: Settings) -> None:
    make(conn, settings)
    for _ in range(5):
        try_password(conn, settings, WRONG, NOON)
    later = NOON + timedelta(hours=13)
    for _ in range(4):
        assert not try_password(conn, settings, WRONG, later)
    assert try_password(conn, settings, GOOD, later)


def test_an_administrator_opens_a_lock(conn: Connection, settings: Settings) -> None:
    make(conn, settings)
    for _ in range(5):
        try_password(conn, settings, WRONG, NOON)
    accounts.unlock(conn, "nguyen.an")
    assert try_password(conn, settings, GOOD, NOON)


def test_attempts_at_once_are_counted_one_by_one(new_database: NewDatabase) -> None:
    database = Database(new_database())
    with database.owner.begin() as conn:
        make(conn, database.settings)
    answers: list[bool] = []

    def attack() -> None:
        with database.staff.begin() as conn:
            attempt = accounts.examine(conn, "nguyen.an", WRONG, NOON)
            audit.record(conn, actor="public", operation="sessions.begin")
            accounts.settle(conn, attempt, database.settings, NOON)
            answers.append(attempt.account_id is not None)

    threads = [threading.Thread(target=attack) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 3 + [True] * 5  # five were compared, three found it locked
    with database.owner.begin() as conn:
        assert not try_password(conn, database.settings, GOOD, NOON)
    database.dispose()


def test_a_closed_account_and_one_without_password_open_to_nothing(conn: Connection, settings: Settings) -> None:
    make(conn, settings)
    accounts.set_active(conn, "nguyen.an", active=False)
    assert not try_password(conn, settings, GOOD, NOON)
    accounts.add(conn, login="new.here", display_name="New", roles=["planner"], granted_by="t")
    assert not try_password(conn, settings, "", NOON, "new.here")


def test_an_old_hash_is_replaced_at_the_next_login(conn: Connection, settings: Settings) -> None:
    made = make(conn, settings)
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    this = account_table.c.id == made.id
    conn.execute(account_table.update().where(this).values(password_hash=old))
    assert try_password(conn, settings, GOOD, NOON)
    new = conn.execute(select(account_table.c.password_hash).where(this)).scalar_one()
    assert new != old
    assert "m=65536" in new
    assert try_password(conn, settings, GOOD, NOON)


# --- sessions ------------------------------------------------------------------------------------------------


def test_a_session_says_who_it_is(conn: Connection, settings: Settings) -> None:
    token = signed_in(conn, settings, "nguyen.an", "planner", "analyst")
    who = sessions.identify(conn, token, settings, NOON)
    assert who is not None
    assert (who.login, who.display_name, who.roles) == ("nguyen.an", "Nguyễn An", {"planner", "analyst"})
    assert who.csrf_token
    assert who.csrf_token != token


def test_the_token_itself_is_not_stored(conn: Connection, settings: Settings) -> None:
    token = signed_in(conn, settings, "nguyen.an", "planner")
    kept = conn.execute(text("SELECT string_agg(s::text, ' ') FROM gis.sessions s")).scalar_one()
    assert token not in kept
    assert sessions.fingerprint(token) in kept


@pytest.mark.parametrize("forged", ["", "x", "A" * 43, "A" * 44, "' OR 1=1 --", "\0" * 43, "é" * 43])
def test_a_forged_token_is_nobody(conn: Connection, settings: Settings, forged: str) -> None:
    signed_in(conn, settings, "nguyen.an", "planner")
    assert sessions.identify(conn, forged, settings, NOON) is None


@pytest.mark.parametrize(("role", "minutes"), [("planner", 15), ("administrator", 5)])
def test_idle_sessions_end(conn: Connection, settings: Settings, role: str, minutes: int) -> None:
    token = signed_in(conn, settings, "nguyen.an", role)
    just_before = NOON + timedelta(minutes=minutes) - timedelta(seconds=1)
    assert sessions.identify(conn, token, settings, just_before) is not None  # this use counts
    again = just_before + timedelta(minutes=minutes)
    assert sessions.identify(conn, token, settings, again) is None
    assert sessions.identify(conn, token, settings, just_before) is None  # and it does not come back


def test_use_is_noted_once_a_minute(conn: Connection, settings: Settings) -> None:
    token = signed_in(conn, settings, "nguyen.an", "planner")
    for seconds, noted in ((59, 0), (60, 60), (100, 60), (121, 121)):
        assert sessions.identify(conn, token, settings, NOON + timedelta(seconds=seconds)) is not None
        seen = conn.execute(select(session_table.c.last_seen_at)).scalar_one()
        assert seen == NOON + timedelta(seconds=noted)


def test_a_session_in_use_ends_after_twelve_hours(conn: Connection, settings: Settings) -> None:
    token = signed_in(conn, settings, "nguyen.an", "planner")
    for minutes in range(10, 12 * 60, 10):
        assert sessions.identify(conn, token, settings, NOON + timedelta(minutes=minutes)) is not None
    assert sessions.identify(conn, token, settings, NOON + timedelta(hours=12)) is None


def test_sessions_that_ran_out_are_cleared_away(conn: Connection, settings: Settings) -> None:
    made = make(conn, settings)
    sessions.begin(conn, made.id, settings, NOON)
    sessions.begin(conn, made.id, settings, NOON + timedelta(hours=13))
    assert conn.execute(select(func.count()).select_from(session_table)).scalar_one() == 1


def test_a_change_of_rights_ends_all_sessions(conn: Connection, settings: Settings) -> None:
    made = make(conn, settings, "nguyen.an", "planner", "analyst")
    other = signed_in(conn, settings, "tran.binh", "planner")
    for change in (
        lambda: accounts.grant(conn, "nguyen.an", "approver", "t"),
        lambda: accounts.revoke(conn, "nguyen.an", "analyst"),
        lambda: accounts.set_password(conn, "nguyen.an", GOOD, settings),
        lambda: accounts.set_active(conn, "nguyen.an", active=False),
    ):
        tokens = [sessions.begin(conn, made.id, settings, NOON).token for _ in range(2)]
        assert all(sessions.identify(conn, token, settings, NOON) for token in tokens)
        change()
        assert not any(sessions.identify(conn, token, settings, NOON) for token in tokens)
    assert sessions.identify(conn, other, settings, NOON) is not None


def test_granting_what_one_has_disturbs_nobody(conn: Connection, settings: Settings) -> None:
    token = signed_in(conn, settings, "nguyen.an", "planner")
    accounts.grant(conn, "nguyen.an", "planner", "t")
    assert sessions.identify(conn, token, settings, NOON) is not None


def test_logging_out_ends_one_session(conn: Connection, settings: Settings) -> None:
    made = make(conn, settings)
    here, there = (sessions.begin(conn, made.id, settings, NOON).token for _ in range(2))
    sessions.end(conn, here)
    assert sessions.identify(conn, here, settings, NOON) is None
    assert sessions.identify(conn, there, settings, NOON) is not None


# --- one-time links ------------------------------------------------------------------------------------------


def test_the_first_administrator_has_one_link_at_a_time(conn: Connection) -> None:
    earlier = links.first_administrator(conn, NOON)
    later = links.first_administrator(conn, NOON)
    assert earlier
    assert later
    with pytest.raises(LinkUsedUp):
        links.find(conn, earlier, NOON)
    assert links.use_up(conn, later, NOON) == links.Link("first_administrator", None)
    with pytest.raises(LinkUsedUp):
        links.use_up(conn, later, NOON)


def test_once_there_is_an_administrator_no_link_makes_another(conn: Connection, settings: Settings) -> None:
    token = links.first_administrator(conn, NOON)
    assert token
    make(conn, settings, "boss", "administrator")
    with pytest.raises(LinkUsedUp):
        links.use_up(conn, token, NOON)
    assert links.first_administrator(conn, NOON) is None


def test_links_run_out_after_a_day(conn: Connection, settings: Settings) -> None:
    make(conn, settings)
    token = links.set_password(conn, "nguyen.an", NOON)
    assert links.find(conn, token, NOON + timedelta(hours=24) - timedelta(seconds=1)).login == "nguyen.an"
    with pytest.raises(LinkUsedUp):
        links.use_up(conn, token, NOON + timedelta(hours=24))


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\ud800", "' OR true --", "x" * 5000])
def test_an_invented_link_is_unknown(conn: Connection, token: str) -> None:
    with pytest.raises(UnknownLink):
        links.use_up(conn, token, NOON)


def test_a_link_of_a_closed_account_is_dead(conn: Connection, settings: Settings) -> None:
    make(conn, settings)
    token = links.set_password(conn, "nguyen.an", NOON)
    accounts.set_active(conn, "nguyen.an", active=False)
    with pytest.raises(LinkUsedUp):
        links.use_up(conn, token, NOON)


def test_the_link_itself_is_not_stored(conn: Connection) -> None:
    token = links.first_administrator(conn, NOON)
    assert token
    kept = conn.execute(select(one_time_links.c.token_hash)).scalars().all()
    assert token not in kept
    assert sessions.fingerprint(token) in kept
