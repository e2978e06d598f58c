"""Signing in and out, one-time links, and the administration of accounts, for programs.

The pages for people are in account_pages.py and call the same functions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from gis_service import errors
from gis_service.access import Access, asking, reading, writing
from gis_service.identity import accounts, links, signing_in
from gis_service.identity.errors import LoginRefused
from gis_service.identity.model import Identity

router = APIRouter(tags=["accounts"])


class Body(BaseModel):
    """Fields that are not named here are refused, not ignored."""

    model_config = ConfigDict(extra="forbid", str_max_length=512)


class Credentials(Body):
    """What one signs in with."""

    login: str
    password: str


class PasswordChange(Body):
    """The present password proves that it is still the same person at the keyboard."""

    current_password: str
    new_password: str


class LinkUse(Body):
    """What a one-time link is used for; the first administrator also chooses a login and a name."""

    password: str
    login: str | None = None
    display_name: str | None = None


class NewAccount(Body):
    """An account to be made; its owner chooses the password."""

    login: str
    display_name: str
    roles: list[str] = Field(max_length=10)


class AccountOut(BaseModel):
    """One account; no secret in it."""

    login: str
    display_name: str
    roles: list[str]
    is_active: bool
    has_password: bool
    locked_until: datetime | None
    last_login_at: datetime | None
    created_at: datetime


class LinkOut(BaseModel):
    """A one-time link. It is shown once and stored nowhere; hand it over yourself."""

    login: str
    link: str
    valid_hours: int


@router.post("/sessions", status_code=201, response_model=None)
def sign_in(
    access: Annotated[Access, writing("sessions.begin", recorded=False)],
    request: Request, response: Response, body: Credentials,
) -> dict[str, Any] | Response:  # fmt: skip
    """Sign in: sets the cookie and gives the token for `X-CSRF-Token`. 401 says nothing more than no."""
    signed_in = signing_in.sign_in(access, request, body.login, body.password)
    if signed_in is None:  # returned and not raised: the count of wrong passwords must be committed
        return errors.answer(request, LoginRefused())
    signing_in.set_cookie(response, signed_in.started.token, access.settings)
    return {
        "login": signed_in.account.login,
        "display_name": signed_in.account.display_name,
        "roles": list(signed_in.account.roles),
        "csrf_token": signed_in.started.csrf_token,
    }


@router.get("/sessions/current")
def who_am_i(identity: Annotated[Identity, asking("sessions.read")], response: Response) -> dict[str, Any]:
    """Who is signed in, with which roles, and the CSRF token of the session."""
    response.headers["Cache-Control"] = "no-store"
    return {
        "login": identity.login,
        "display_name": identity.display_name,
        "roles": sorted(identity.roles),
        "is_signed_in": identity.is_signed_in,
        "csrf_token": identity.csrf_token,
    }


@router.delete("/sessions/current", status_code=204)
def sign_out(
    access: Annotated[Access, writing("sessions.end", recorded=False)], request: Request, response: Response
) -> None:
    """Sign out: the session ends on the server, not only in the browser."""
    signing_in.sign_out(access, request)
    signing_in.drop_cookie(response, access.settings)


@router.put("/sessions/current/password", status_code=204, response_model=None)
def change_own_password(
    access: Annotated[Access, writing("passwords.change", recorded=False)],
    request: Request, response: Response, body: PasswordChange,
) -> Response | None:  # fmt: skip
    """Change one's own password. Every session ends, this one goes on under a new cookie."""
    started = signing_in.change_own_password(access, request, body.current_password, body.new_password)
    if started is None:  # returned and not raised: see sign_in
        return errors.answer(request, LoginRefused())
    signing_in.set_cookie(response, started.token, access.settings)
    response.headers["X-CSRF-Token"] = started.csrf_token
    return None


@router.post("/links/{token}", status_code=204)
def use_link(access: Annotated[Access, writing("links.use", "one-time link")], token: str, body: LinkUse) -> None:
    """Use a one-time link: make the first administrator, or set a password. 410 when it is used up."""
    signing_in.use_link(access, token, password=body.password, login=body.login, display_name=body.display_name)


@router.get("/accounts")
def list_accounts(access: Annotated[Access, reading("accounts.read")], response: Response) -> list[AccountOut]:
    """All accounts."""
    response.headers["Cache-Control"] = "no-store"
    return [_out(account) for account in accounts.list_accounts(access.connection)]


@router.get("/accounts/{login}")
def get_account(access: Annotated[Access, reading("accounts.read")], response: Response, login: str) -> AccountOut:
    """One account."""
    response.headers["Cache-Control"] = "no-store"
    return _out(accounts.get(access.connection, login))


@router.post("/accounts", status_code=201)
def add_account(access: Annotated[Access, writing("accounts.add")], body: NewAccount) -> LinkOut:
    """Make an account, and the link by which its owner sets a password."""
    made = accounts.add(
        access.connection, login=body.login, display_name=body.display_name, roles=body.roles,
        granted_by=access.identity.login,
    )  # fmt: skip
    return _link_out(access, made.login)


@router.post("/accounts/{login}/links", status_code=201)
def make_link(access: Annotated[Access, writing("accounts.link", "accounts/{login}")], login: str) -> LinkOut:
    """A new link to set the password of this account; earlier ones stop working."""
    return _link_out(access, login)


@router.put("/accounts/{login}/roles/{role}", status_code=204)
def grant_role(
    access: Annotated[Access, writing("accounts.grant", "accounts/{login}/roles/{role}")], login: str, role: str
) -> None:
    """Give a role. The sessions of the account end."""
    accounts.grant(access.connection, login, role, access.identity.login)


@router.delete("/accounts/{login}/roles/{role}", status_code=204)
def revoke_role(
    access: Annotated[Access, writing("accounts.revoke", "accounts/{login}/roles/{role}")], login: str, role: str
) -> None:
    """Take a role away. The sessions of the account end; the last administrator stays."""
    accounts.revoke(access.connection, login, role)


@router.delete("/accounts/{login}/active", status_code=204)
def close_account(access: Annotated[Access, writing("accounts.close", "accounts/{login}")], login: str) -> None:
    """Close an account: nobody can sign in with it. It is never deleted, its name stays in the records."""
    accounts.set_active(access.connection, login, active=False)


@router.put("/accounts/{login}/active", status_code=204)
def open_account(access: Annotated[Access, writing("accounts.open", "accounts/{login}")], login: str) -> None:
    """Open a closed account again."""
    accounts.set_active(access.connection, login, active=True)


@router.delete("/accounts/{login}/lock", status_code=204)
def unlock_account(access: Annotated[Access, writing("accounts.unlock", "accounts/{login}")], login: str) -> None:
    """Forget the wrong passwords of an account."""
    accounts.unlock(access.connection, login)


def _out(account: accounts.Account) -> AccountOut:
    return AccountOut(
        login=account.login, display_name=account.display_name, roles=list(account.roles),
        is_active=account.is_active, has_password=account.has_password, locked_until=account.locked_until,
        last_login_at=account.last_login_at, created_at=account.created_at,
    )  # fmt: skip


def _link_out(access: Access, login: str) -> LinkOut:
    token = links.set_password(access.connection, login)
    return LinkOut(
        login=login,
        link=signing_in.link_address(access.settings, links.PATHS["set_password"], token),
        valid_hours=int(links.VALID_FOR.total_seconds() // 3600),
    )
