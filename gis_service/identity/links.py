"""One-time links: the first administrator, and the first or next password of an account.

No such link is ever mailed: the person who makes the link hands it over. Only its SHA-256 is kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, func, insert, select, update

from gis_service.identity import accounts as account_book
from gis_service.identity.errors import LinkUsedUp, UnknownLink
from gis_service.identity.sessions import fingerprint
from gis_service.identity.tables import accounts, one_time_links

VALID_FOR = timedelta(hours=24)
_LOCK = 0x6769735F6C6E6B  # "gis_lnk": links for the first administrator are made and used one at a time

Purpose = Literal["first_administrator", "set_password"]
PATHS: dict[Purpose, str] = {"first_administrator": "/setup", "set_password": "/password"}
"""Where the page of a link is, without its token."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that can still be used."""

    purpose: Purpose
    login: str | None
    """Whose password it sets; None for the first administrator, who has no account yet."""


def first_administrator(conn: Connection, now: datetime | None = None) -> str | None:
    """A new link for the first administrator; earlier ones stop working. None once there is one."""
    _one_at_a_time(conn)
    if account_book.has_administrator(conn):
        return None
    return _make(conn, "first_administrator", None, now or datetime.now(UTC))


def set_password(conn: Connection, login: str, now: datetime | None = None) -> str:
    """A new link to set the password of this account; earlier ones stop working."""
    account = account_book.get(conn, login)
    return _make(conn, "set_password", account.id, now or datetime.now(UTC))


def find(conn: Connection, token: str, now: datetime | None = None) -> Link:
    """What a link is for, without using it. Raises `UnknownLink` or `LinkUsedUp`."""
    now = now or datetime.now(UTC)
    row = conn.execute(
        select(
            one_time_links.c.purpose, one_time_links.c.used_at, one_time_links.c.expires_at,
            accounts.c.login, func.coalesce(accounts.c.is_active, True).label("is_active"),
        )
        .select_from(one_time_links.outerjoin(accounts))
        .where(one_time_links.c.token_hash == _fingerprint(token))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise UnknownLink()
    overtaken = row.purpose == "first_administrator" and account_book.has_administrator(conn)
    if row.used_at is not None or row.expires_at <= now or not row.is_active or overtaken:
        raise LinkUsedUp()
    return Link(row.purpose, row.login)


def use_up(conn: Connection, token: str, now: datetime | None = None) -> Link:
    """Take the link for good, in the transaction of what it is used for.

    Of two askers at once one gets it, the other `LinkUsedUp`.
    """
    now = now or datetime.now(UTC)
    _one_at_a_time(conn)
    link = find(conn, token, now)
    conn.execute(update(one_time_links).where(one_time_links.c.token_hash == _fingerprint(token)).values(used_at=now))
    return link


def _make(conn: Connection, purpose: Purpose, account_id: int | None, now: datetime) -> str:
    conn.execute(
        update(one_time_links)
        .where(
            one_time_links.c.purpose == purpose,
            one_time_links.c.account_id.is_not_distinct_from(account_id),
            one_time_links.c.used_at.is_(None),
        )
        .values(used_at=now)
    )
    token = secrets.token_urlsafe(32)
    conn.execute(
        insert(one_time_links).values(
            token_hash=_fingerprint(token), purpose=purpose, account_id=account_id, created_at=now,
            expires_at=now + VALID_FOR,
        )
    )  # fmt: skip
    return token


def _fingerprint(token: str) -> str:
    return fingerprint(token[:200].encode("utf-8", "replace").decode())


def _one_at_a_time(conn: Connection) -> None:
    conn.execute(select(func.pg_advisory_xact_lock(_LOCK)))
