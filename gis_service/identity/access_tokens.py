"""Tokens by which programs read and write for a person: desktop GIS, the data centre, scripts.

A token is shown once and kept as SHA-256. It carries some of the roles of its account, never more
than the account has at the moment; it may be bound to reading; it ends within a year. A token is for
data: accounts, sessions, passwords, the audit trail and tokens themselves are for people
(`policy.is_for_programs`).
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, func, insert, or_, select, update

from gis_service.identity import accounts as account_book
from gis_service.identity.errors import TokenNotAllowed, UnknownAccessToken
from gis_service.identity.model import Identity
from gis_service.identity.sessions import fingerprint
from gis_service.identity.tables import access_tokens, account_roles, accounts

PREFIX = "gis_pat_"
"""By it people and scanners of source code know what they have found."""
LONGEST_DAYS = 365
MOST = 20
"""Tokens of one account that are good at the same time."""
FOR_PEOPLE = frozenset({"administrator", "approver"})
"""Roles that decide: a token may read with them and never write."""

_TOKEN = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class AccessToken:
    """One token as its owner sees it; the secret is not in it."""

    id: int
    name: str
    roles: tuple[str, ...]
    """What it was given; those that the account has lost since do not count."""
    read_only: bool
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    """Day of its last use; None when it was never used."""
    revoked_at: datetime | None

    def is_good(self, now: datetime | None = None) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and self.expires_at > (now or datetime.now(UTC))


def make(
    conn: Connection, login: str, *, name: str, roles: Iterable[str], read_only: bool, days: int,
    now: datetime | None = None,
) -> tuple[str, AccessToken]:  # fmt: skip
    """A new token of an account, and what is kept of it. Raises `UnknownAccount`, `TokenNotAllowed`."""
    now = now or datetime.now(UTC)
    account, wanted = account_book.get(conn, login), sorted(set(roles))
    name = _parse_name(name)
    _require_allowed(account, wanted, read_only=read_only, days=days)
    conn.execute(select(accounts.c.id).where(accounts.c.id == account.id).with_for_update())  # one at a time
    if sum(one.is_good(now) for one in of_account(conn, login)) >= MOST:
        raise TokenNotAllowed(
            f"An account has at most {MOST} tokens. Revoke one first.",
            f"Mỗi tài khoản có tối đa {MOST} mã truy cập. Hãy thu hồi một mã trước.",
        )
    token = PREFIX + secrets.token_urlsafe(32)
    made = conn.execute(
        insert(access_tokens)
        .values(
            account_id=account.id, name=name, token_hash=fingerprint(token), roles=wanted, read_only=read_only,
            created_at=now, expires_at=now + timedelta(days=days),
        )
        .returning(*_COLUMNS)
    ).one()  # fmt: skip
    return token, AccessToken(**{**made._mapping, "roles": tuple(made.roles)})


def of_account(conn: Connection, login: str) -> list[AccessToken]:
    """All tokens an account ever had, the newest first. Raises `UnknownAccount`."""
    account = account_book.get(conn, login)
    rows = conn.execute(
        select(*_COLUMNS).where(access_tokens.c.account_id == account.id).order_by(access_tokens.c.id.desc())
    )
    return [AccessToken(**{**row._mapping, "roles": tuple(row.roles)}) for row in rows]


def revoke(conn: Connection, login: str, token_id: int, now: datetime | None = None) -> None:
    """End a token of this account; one that has ended stays ended. Raises `UnknownAccessToken`."""
    account = account_book.get(conn, login)
    ended = conn.execute(
        update(access_tokens)
        .where(access_tokens.c.id == token_id, access_tokens.c.account_id == account.id)
        .values(revoked_at=func.coalesce(access_tokens.c.revoked_at, now or datetime.now(UTC)))
        .returning(access_tokens.c.id)
    ).one_or_none()
    if ended is None:
        raise UnknownAccessToken()


def identify(conn: Connection, token: str, now: datetime | None = None) -> Identity | None:
    """For whom a program asks; None when the token is unknown, over, revoked, or has no role left.

    Notes the day of its use, so the connection must be able to write.
    """
    if not _TOKEN.fullmatch(token):
        return None
    now = now or datetime.now(UTC)
    row = conn.execute(
        select(
            access_tokens.c.id, access_tokens.c.read_only, access_tokens.c.roles, accounts.c.login,
            accounts.c.display_name, func.array_agg(account_roles.c.role).label("held"),
        )
        .select_from(access_tokens)
        .join(accounts, accounts.c.id == access_tokens.c.account_id)
        .join(account_roles, account_roles.c.account_id == accounts.c.id)
        .where(
            access_tokens.c.token_hash == fingerprint(token), access_tokens.c.revoked_at.is_(None),
            access_tokens.c.expires_at > now, accounts.c.is_active,
        )
        .group_by(accounts.c.id, access_tokens.c.id)
    ).one_or_none()  # fmt: skip
    roles = frozenset(row.roles) & frozenset(row.held) if row is not None else frozenset()
    if row is None or not roles:
        return None
    used = access_tokens.c.last_used_on
    conn.execute(
        update(access_tokens)
        .where(access_tokens.c.id == row.id, or_(used.is_(None), used < func.current_date()))
        .values(last_used_on=func.current_date())
    )
    return Identity(row.login, row.display_name, roles, token_id=row.id, read_only=row.read_only)


_COLUMNS = (
    access_tokens.c.id, access_tokens.c.name, access_tokens.c.roles, access_tokens.c.read_only,
    access_tokens.c.created_at, access_tokens.c.expires_at, access_tokens.c.last_used_on, access_tokens.c.revoked_at,
)  # fmt: skip


def _parse_name(typed: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn"}
    if not 1 <= len(name) <= _LONGEST_NAME or any(unicodedata.category(sign) in hidden for sign in name):
        raise TokenNotAllowed(
            f"Name the token after its use, with 1 to {_LONGEST_NAME} visible characters.",
            f"Hãy đặt tên mã theo mục đích dùng, từ 1 đến {_LONGEST_NAME} ký tự hiển thị được.",
        )
    return name


def _require_allowed(account: account_book.Account, roles: list[str], *, read_only: bool, days: int) -> None:
    if not roles or not set(roles) <= set(account.roles):
        held = ", ".join(account.roles)
        raise TokenNotAllowed(
            f"A token carries at least one role, and only roles of its account: {held}.",
            f"Mã truy cập phải có ít nhất một vai trò, và chỉ gồm các vai trò của tài khoản: {held}.",
        )
    if not read_only and not FOR_PEOPLE.isdisjoint(roles):
        raise TokenNotAllowed(
            "Administrators and approvers decide in person: with these roles a token may only read.",
            "Quản trị viên và người phê duyệt phải tự mình quyết định: mã có các vai trò này chỉ được đọc.",
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenNotAllowed(
            f"A token is good for 1 to {LONGEST_DAYS} days.", f"Mã truy cập có hạn từ 1 đến {LONGEST_DAYS} ngày."
        )
