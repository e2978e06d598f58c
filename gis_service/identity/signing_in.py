"""Signing in and out as routes do it: the account, the session, the audit row and the cookie together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from gis_service import audit
from gis_service.access import Access, client_of
from gis_service.identity import accounts, links, sessions
from gis_service.identity.errors import BadAccountName, TooManyAttempts
from gis_service.identity.patience import WINDOW_S, failures, stands_for_many
from gis_service.settings import Settings

FAILURES_PER_ADDRESS = 30
"""After so many failures from one network address within `WINDOW_S` it has to wait."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account and its new session."""

    account: accounts.Account
    started: sessions.Started


def sign_in(access: Access, request: Request, login: str, password: str) -> SignedIn | None:
    """Try a password. None when it is refused; the caller must let the transaction commit.

    Writes the audit row of the attempt, counts it, and on success replaces the session that the
    browser had before. Raises `TooManyAttempts`.
    """
    conn, client = access.connection, client_of(request)
    _require_patience(conn, client)
    attempt = accounts.examine(conn, login, password)
    actor = attempt.login if attempt.is_right and attempt.login else access.identity.login
    subject = f"accounts/{attempt.login}" if attempt.login else None
    _record(access, request, actor, "sessions.begin", subject, is_right=attempt.is_right)
    accounts.settle(conn, attempt, access.settings)
    if not attempt.is_right or attempt.account_id is None or attempt.login is None:
        return None
    sessions.end(conn, request.cookies.get(sessions.COOKIE, ""))
    started = sessions.begin(conn, attempt.account_id, access.settings, client=client)
    return SignedIn(accounts.get(conn, attempt.login), started)


def sign_out(access: Access, request: Request) -> None:
    """End the session behind the request, with an audit row if there was one."""
    if access.identity.is_signed_in:
        audit.record(
            access.connection, actor=access.identity.login, operation="sessions.end",
            subject=f"accounts/{access.identity.login}", request_id=access.request_id,
            client=client_of(request),
        )  # fmt: skip
        sessions.end(access.connection, request.cookies.get(sessions.COOKIE, ""))


def change_own_password(access: Access, request: Request, current: str, new: str) -> sessions.Started | None:
    """Replace the password of who asks; all sessions end and one new one begins.

    None when the present password is wrong; that is recorded and counts like a failed sign-in, so
    the caller must let the transaction commit. Raises `WeakPassword`.
    """
    conn, login = access.connection, access.identity.login
    attempt = accounts.examine(conn, login, current)
    _record(access, request, login, "passwords.change", f"accounts/{login}", is_right=attempt.is_right)
    accounts.settle(conn, attempt, access.settings)
    if not attempt.is_right or attempt.account_id is None:
        return None
    accounts.set_password(conn, login, new, access.settings)
    return sessions.begin(conn, attempt.account_id, access.settings, client=client_of(request))


def use_link(access: Access, token: str, *, password: str, login: str | None, display_name: str | None) -> str:
    """Do what a one-time link is for; gives the login it was done for.

    Raises `UnknownLink`, `LinkUsedUp`, `WeakPassword`, `BadAccountName`, `AccountExists`.
    """
    conn = access.connection
    link = links.use_up(conn, token)
    if link.login is not None:
        accounts.set_password(conn, link.login, password, access.settings)
        return link.login
    if login is None or display_name is None:
        raise BadAccountName(
            "The first administrator needs a login and a name.",
            "Quản trị viên đầu tiên cần có tên đăng nhập và họ tên.",
        )
    made = accounts.add(
        conn, login=login, display_name=display_name, roles=["administrator"], granted_by="first-administrator link"
    )
    accounts.set_password(conn, made.login, password, access.settings)
    return made.login


def link_address(settings: Settings, path: str, token: str) -> str:
    """The address of a one-time link; without `GIS_PUBLIC_URL` only its path, since Host may be forged."""
    return f"{settings.public_url.rstrip('/')}{path}/{token}"


def set_cookie(response: Response, token: str, settings: Settings) -> None:
    """Give the session to the browser: not to scripts, not to other sites, gone when it is closed."""
    response.set_cookie(sessions.COOKIE, token, path="/", httponly=True, samesite="lax", secure=settings.secure_cookies)
    response.headers["Cache-Control"] = "no-store"


def drop_cookie(response: Response, settings: Settings) -> None:
    """Take the cookie away."""
    response.delete_cookie(sessions.COOKIE, path="/", httponly=True, samesite="lax", secure=settings.secure_cookies)
    response.headers["Cache-Control"] = "no-store"


def _record(
    access: Access, request: Request, actor: str, operation: str, subject: str | None, *, is_right: bool
) -> None:
    audit.record(
        access.connection,
        actor=actor,
        operation=operation,
        subject=subject,
        request_id=access.request_id,
        client=client_of(request),
        details={"outcome": "accepted" if is_right else "refused"},
    )


def _require_patience(conn: Connection, client: str | None) -> None:
    if client is None or stands_for_many(client):
        return
    if failures(conn, client, "sessions.begin") >= FAILURES_PER_ADDRESS:
        raise TooManyAttempts(WINDOW_S)
