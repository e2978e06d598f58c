"""Accounts, their roles and their lock. Every change of rights ends the sessions of the account."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Row, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert

from gis_service.identity import passwords, sessions
from gis_service.identity.errors import (
    AccountExists,
    BadAccountName,
    LastAdministrator,
    LastRole,
    UnknownAccount,
    UnknownRole,
    WeakPassword,
)
from gis_service.identity.tables import ROLES, account_roles, accounts
from gis_service.settings import Settings

GRANTABLE = tuple(role for role in ROLES if role != "public")
"""Roles an account can have; "public" is what one is without an account."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Account:
    """One account as administrators see it; no secret in it."""

    id: int
    login: str
    display_name: str
    roles: tuple[str, ...]
    is_active: bool
    has_password: bool
    locked_until: datetime | None
    last_login_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a login and a password, before anything is written about it."""

    account_id: int | None
    """None when there is no such account, or it is locked, closed or without a password."""
    login: str | None
    """The login of that account; what was typed for an unknown one is not kept."""
    is_right: bool
    new_hash: str | None = None
    """Set when the right password should be kept under newer parameters."""


def parse_login(typed: str) -> str:
    """The login in its one form: NFC, lower case. Raises `BadAccountName`."""
    login = unicodedata.normalize("NFC", typed).strip().lower()
    if not _LOGIN.fullmatch(login):
        raise BadAccountName(
            "A login has 2 to 64 characters: a-z, 0-9 and . _ @ -, beginning with a letter or digit.",
            "Tên đăng nhập gồm 2 đến 64 ký tự: a-z, 0-9 và . _ @ -, bắt đầu bằng chữ cái hoặc chữ số.",
        )
    return login


def list_accounts(conn: Connection) -> list[Account]:
    """All accounts, by login."""
    return [_account(row) for row in conn.execute(_ACCOUNTS.order_by(accounts.c.login))]


def holders(conn: Connection, roles: Iterable[str]) -> list[tuple[str, str]]:
    """Login and name of every open account with one of these roles, by name."""
    rows = conn.execute(
        select(accounts.c.login, accounts.c.display_name)
        .join(account_roles, account_roles.c.account_id == accounts.c.id)
        .where(accounts.c.is_active, account_roles.c.role.in_(list(roles)))
        .distinct()
        .order_by(accounts.c.display_name, accounts.c.login)
    )
    return [(row.login, row.display_name) for row in rows]


def get(conn: Connection, login: str) -> Account:
    """One account. Raises `UnknownAccount`."""
    row = conn.execute(_ACCOUNTS.where(accounts.c.login == login)).one_or_none()
    if row is None:
        raise UnknownAccount(login[:64])
    return _account(row)


def add(conn: Connection, *, login: str, display_name: str, roles: Iterable[str], granted_by: str) -> Account:
    """Make an account without a password; its owner sets one through a one-time link.

    Raises `BadAccountName`, `UnknownRole`, `LastRole` (no role given), `AccountExists`.
    """
    login, display_name, wanted = parse_login(login), _parse_display_name(display_name), sorted(set(roles))
    for role in wanted:
        _require_grantable(role)
    if not wanted:
        raise LastRole(login)
    made = conn.execute(
        upsert(accounts)
        .values(login=login, display_name=display_name)
        .on_conflict_do_nothing(index_elements=["login"])
        .returning(accounts.c.id)
    ).scalar_one_or_none()
    if made is None:
        raise AccountExists(login)
    conn.execute(
        insert(account_roles),
        [{"account_id": made, "role": role, "granted_by": granted_by} for role in wanted],
    )
    return get(conn, login)


def grant(conn: Connection, login: str, role: str, granted_by: str) -> None:
    """Add a role; having it already changes nothing. Raises `UnknownAccount`, `UnknownRole`."""
    _require_grantable(role)
    account = get(conn, login)
    added = conn.execute(
        upsert(account_roles)
        .values(account_id=account.id, role=role, granted_by=granted_by)
        .on_conflict_do_nothing()
        .returning(account_roles.c.role)
    ).one_or_none()
    if added is not None:
        sessions.end_all(conn, account.id)


def revoke(conn: Connection, login: str, role: str) -> None:
    """Take a role away. Raises `UnknownAccount`, `UnknownRole`, `LastRole`, `LastAdministrator`."""
    _require_grantable(role)
    _wait_for_other_changes_of_administrators(conn)
    account = get(conn, login)
    if role not in account.roles:
        return
    if account.roles == (role,):
        raise LastRole(login)
    conn.execute(delete(account_roles).where(account_roles.c.account_id == account.id, account_roles.c.role == role))
    sessions.end_all(conn, account.id)
    _require_an_administrator(conn, before=account)


def set_active(conn: Connection, login: str, active: bool) -> None:
    """Close an account, or open it again. Raises `UnknownAccount`, `LastAdministrator`."""
    _wait_for_other_changes_of_administrators(conn)
    account = get(conn, login)
    conn.execute(update(accounts).where(accounts.c.id == account.id).values(is_active=active))
    if not active:
        sessions.end_all(conn, account.id)
        _require_an_administrator(conn, before=account)


def unlock(conn: Connection, login: str) -> None:
    """Forget the wrong passwords of an account. Raises `UnknownAccount`."""
    account = get(conn, login)
    conn.execute(update(accounts).where(accounts.c.id == account.id).values(failed_logins=0, locked_until=None))


def set_password(conn: Connection, login: str, password: str, settings: Settings, now: datetime | None = None) -> None:
    """Set a new password, open the lock and end all sessions. Raises `WeakPassword`."""
    account = get(conn, login)
    reasons = passwords.weaknesses(password, account.login, settings.password_min_length)
    if reasons:
        raise WeakPassword(reasons)
    conn.execute(
        update(accounts)
        .where(accounts.c.id == account.id)
        .values(
            password_hash=passwords.hash_password(password),
            password_set_at=now or datetime.now(UTC),
            failed_logins=0,
            locked_until=None,
        )
    )
    sessions.end_all(conn, account.id)


def has_administrator(conn: Connection) -> bool:
    """Whether an open account has the role administrator."""
    found = conn.execute(
        select(func.count())
        .select_from(accounts.join(account_roles))
        .where(accounts.c.is_active, account_roles.c.role == "administrator")
    ).scalar_one()
    return found > 0


def examine(conn: Connection, typed_login: str, password: str, now: datetime | None = None) -> Attempt:
    """Compare a password, without writing anything.

    The row of an open account stays locked until the transaction ends, so that attempts made at
    once are counted one by one. The same work is done when there is nothing to compare with.
    """
    now = now or datetime.now(UTC)
    try:
        login = parse_login(typed_login)
    except BadAccountName:
        login = ""
    row = conn.execute(
        select(accounts.c.id, accounts.c.login, accounts.c.password_hash)
        .where(
            accounts.c.login == login,
            accounts.c.is_active,
            or_(accounts.c.locked_until.is_(None), accounts.c.locked_until <= now),
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        passwords.matches(None, password)
        return Attempt(None, None, is_right=False)
    is_right = passwords.matches(row.password_hash, password)
    stale = is_right and passwords.needs_rehash(row.password_hash)
    return Attempt(row.id, row.login, is_right, passwords.hash_password(password) if stale else None)


def settle(conn: Connection, attempt: Attempt, settings: Settings, now: datetime | None = None) -> None:
    """Write down what came of an attempt: reset the count, or count it and lock when it is full.

    The audit row must be there already. A lock that has run out starts a new count.
    """
    if attempt.account_id is None:
        return
    now = now or datetime.now(UTC)
    change = update(accounts).where(accounts.c.id == attempt.account_id)
    if attempt.is_right:
        values: dict[str, object] = {"failed_logins": 0, "locked_until": None, "last_login_at": now}
        if attempt.new_hash:
            values["password_hash"] = attempt.new_hash
        conn.execute(change.values(values))
        return
    count = case((accounts.c.locked_until.is_not(None), 1), else_=accounts.c.failed_logins + 1)
    locked = case((count >= settings.login_attempts, now + timedelta(hours=settings.lock_hours)), else_=None)
    conn.execute(change.values(failed_logins=count, locked_until=locked))


_ACCOUNTS = (
    select(
        accounts.c.id, accounts.c.login, accounts.c.display_name, accounts.c.is_active,
        accounts.c.password_hash.is_not(None).label("has_password"), accounts.c.locked_until,
        accounts.c.last_login_at, accounts.c.created_at,
        func.array_agg(aggregate_order_by(account_roles.c.role, account_roles.c.role)).label("roles"),
    )
    .select_from(accounts.join(account_roles))
    .group_by(accounts.c.id)
)  # fmt: skip


def _account(row: Row[*tuple[object, ...]]) -> Account:
    facts = row._mapping
    return Account(**{**facts, "roles": tuple(facts["roles"])})


def _require_grantable(role: str) -> None:
    if role not in GRANTABLE:
        raise UnknownRole(role[:40], GRANTABLE)


def _parse_display_name(typed: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn"}
    if not 1 <= len(name) <= _LONGEST_NAME or any(unicodedata.category(sign) in hidden for sign in name):
        raise BadAccountName(
            f"A name has 1 to {_LONGEST_NAME} visible characters.",
            f"Họ tên gồm 1 đến {_LONGEST_NAME} ký tự hiển thị được.",
        )
    return name


def _wait_for_other_changes_of_administrators(conn: Connection) -> None:
    """Two administrators who dismiss each other at once must not both succeed."""
    conn.execute(select(account_roles.c.account_id).where(account_roles.c.role == "administrator").with_for_update())


def _require_an_administrator(conn: Connection, before: Account) -> None:
    if before.is_active and "administrator" in before.roles and not has_administrator(conn):
        raise LastAdministrator()
