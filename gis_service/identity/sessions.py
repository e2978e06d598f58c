"""Server-side sessions: an opaque token in a cookie, its SHA-256 and nothing more in the database.

A session ends by logging out, by idleness, after its longest time, and at once when the account
is closed, gets another password or other roles. All times are given, never read from a clock
inside, except where a caller leaves `now` out.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, func, insert, select, update

from gis_service.identity.model import Identity
from gis_service.identity.tables import account_roles, accounts, sessions
from gis_service.settings import Settings

COOKIE = "gis_session"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Started:
    """What the client gets of a new session."""

    token: str
    """For the cookie; it is stored nowhere."""
    csrf_token: str
    """For the header X-CSRF-Token or the form field csrf_token."""


def fingerprint(token: str) -> str:
    """The SHA-256 under which a token is kept. The token has 256 random bits, so no salt is needed."""
    return sha256(token.encode()).hexdigest()


def begin(
    conn: Connection,
    account_id: int,
    settings: Settings,
    now: datetime | None = None,
    client: str | None = None,
) -> Started:
    """Open a session; `client` is the network address. Sessions that have run out are cleared away."""
    now = now or datetime.now(UTC)
    started = Started(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    conn.execute(delete(sessions).where(sessions.c.expires_at <= now))
    conn.execute(
        insert(sessions).values(
            token_hash=fingerprint(started.token), account_id=account_id, csrf_token=started.csrf_token,
            created_at=now, last_seen_at=now, expires_at=now + timedelta(hours=settings.session_hours),
            client=client,
        )
    )  # fmt: skip
    return started


def identify(conn: Connection, token: str, settings: Settings, now: datetime | None = None) -> Identity | None:
    """Who holds this cookie; None when the session is unknown, over or idle for too long.

    Notes the use at most once a minute, so the connection must be able to write. An idle session
    is deleted on sight.
    """
    if not _TOKEN.fullmatch(token):
        return None
    now = now or datetime.now(UTC)
    key = fingerprint(token)
    row = conn.execute(
        select(
            accounts.c.login, accounts.c.display_name, sessions.c.csrf_token, sessions.c.last_seen_at,
            func.array_agg(account_roles.c.role).label("roles"),
        )
        .select_from(sessions)
        .join(accounts, accounts.c.id == sessions.c.account_id)
        .join(account_roles, account_roles.c.account_id == accounts.c.id)
        .where(sessions.c.token_hash == key, accounts.c.is_active, sessions.c.expires_at > now)
        .group_by(accounts.c.id, sessions.c.token_hash)
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    roles = frozenset(row.roles)
    if now - row.last_seen_at >= _idle_limit(roles, settings):
        conn.execute(delete(sessions).where(sessions.c.token_hash == key))
        return None
    if now - row.last_seen_at >= _TOUCH_EVERY:
        conn.execute(update(sessions).where(sessions.c.token_hash == key).values(last_seen_at=now))
    return Identity(row.login, row.display_name, roles, row.csrf_token)


def end(conn: Connection, token: str) -> None:
    """End one session; an unknown token is nothing to complain about."""
    conn.execute(delete(sessions).where(sessions.c.token_hash == fingerprint(token)))


def end_all(conn: Connection, account_id: int) -> None:
    """End every session of an account."""
    conn.execute(delete(sessions).where(sessions.c.account_id == account_id))


def _idle_limit(roles: frozenset[str], settings: Settings) -> timedelta:
    strict = "administrator" in roles
    return timedelta(minutes=settings.administrator_idle_minutes if strict else settings.session_idle_minutes)
