"""The pages of signing in, one-time links, one's own account, and the administration of accounts.

They work without scripts: plain forms, answered by a redirect or by the same form with its fault.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import access_tokens, accounts, csrf, links, signing_in
from gis_service.identity.errors import IdentityError, LoginRefused, PasswordsDiffer, UnknownLink
from gis_service.pages_context import base_url, language_of, page
from gis_service.settings import Settings

router = APIRouter(tags=["account pages"], include_in_schema=False, default_response_class=HTMLResponse)

LOGIN_COOKIE = "gis_login"
_LIST = "/administration/accounts"

_NOTHING = {"login": "", "display_name": ""}

Text = Annotated[str, Form(max_length=512)]


@router.get("/login")
def login_form(request: Request, access: Annotated[Access, reading("pages.read")]) -> Response:
    """Ask for name and password. Who is signed in already goes on to where they wanted to go."""
    wanted = own_address(request.query_params.get("next"))
    if access.identity.is_signed_in:
        return RedirectResponse(wanted, 303)
    return _login_page(request, access, wanted, notice=request.query_params.get("done"))


@router.post("/login")
def login(
    request: Request, access: Annotated[Access, writing("sessions.begin", recorded=False)],
    login: Text = "", password: Text = "", next: Text = "/", csrf_token: Text = "",  # noqa: A002 - the name of the field
) -> Response:  # fmt: skip
    """Sign in. The form must be our own: its token stands in a cookie as well."""
    csrf.require_same(csrf_token, request.cookies.get(LOGIN_COOKIE))
    wanted = own_address(next)
    signed_in = signing_in.sign_in(access, request, login, password)
    if signed_in is None:
        return _login_page(request, access, wanted, fault=LoginRefused(), typed=login)
    answer = RedirectResponse(wanted, 303)
    signing_in.set_cookie(answer, signed_in.started.token, access.settings)
    answer.delete_cookie(LOGIN_COOKIE, path="/login")
    return answer


@router.post("/logout")
def logout(request: Request, access: Annotated[Access, writing("sessions.end", recorded=False)]) -> Response:
    """Sign out, here and on the server."""
    signing_in.sign_out(access, request)
    answer = RedirectResponse("/login?done=out", 303)
    signing_in.drop_cookie(answer, access.settings)
    return answer


@router.get("/setup/{token}")
def setup_form(
    request: Request, access: Annotated[Access, reading("links.use", audience="staff")], token: str
) -> Response:
    """The form by which the first administrator is made. 410 once the link is used up."""
    _find_link(access, token, "first_administrator")
    return _private(page(request, access, "account/setup.html", fault=None, typed=_NOTHING, **_rules(access.settings)))


@router.post("/setup/{token}")
def setup(
    request: Request, access: Annotated[Access, writing("links.use", "one-time link")], token: str,
    login: Text = "", display_name: Text = "", password: Text = "", password_again: Text = "",
) -> Response:  # fmt: skip
    """Make the first administrator and use the link up."""
    try:
        _find_link(access, token, "first_administrator")
        _require_same(password, password_again)
        signing_in.use_link(access, token, password=password, login=login, display_name=display_name)
    except IdentityError as fault:
        typed = {"login": login, "display_name": display_name}
        return _again(request, access, "account/setup.html", fault, typed=typed)
    return RedirectResponse("/login?done=setup", 303)


@router.get("/password/{token}")
def password_form(
    request: Request, access: Annotated[Access, reading("links.use", audience="staff")], token: str
) -> Response:
    """The form by which the owner of an account sets a password."""
    link = _find_link(access, token, "set_password")
    answer = page(request, access, "account/password.html", fault=None, login=link.login, **_rules(access.settings))
    return _private(answer)


@router.post("/password/{token}")
def set_password(
    request: Request, access: Annotated[Access, writing("links.use", "one-time link")], token: str,
    password: Text = "", password_again: Text = "",
) -> Response:  # fmt: skip
    """Set the password and use the link up."""
    link = _find_link(access, token, "set_password")
    try:
        _require_same(password, password_again)
        signing_in.use_link(access, token, password=password, login=None, display_name=None)
    except IdentityError as fault:
        return _again(request, access, "account/password.html", fault, login=link.login)
    return RedirectResponse("/login?done=password", 303)


@router.get("/account")
def own_account(request: Request, access: Annotated[Access, reading("passwords.change", audience="staff")]) -> Response:
    """Who one is here, one's access tokens, and the form to change one's password."""
    return _private(page(request, access, "account/own.html", **_own(access)))


@router.post("/account/tokens")
def make_token(
    request: Request, access: Annotated[Access, writing("tokens.make", "access tokens")],
    name: Text = "", role: Annotated[list[str] | None, Form(max_length=10)] = None, days: Text = "", write: Text = "",
) -> Response:  # fmt: skip
    """Make an access token; the page shows it once."""
    try:
        made, kept = access_tokens.make(
            access.connection, access.identity.login, name=name, roles=role or [], read_only=not write,
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
        )  # fmt: skip
    except IdentityError as fault:
        data = _own(access) | {"token_fault": _words(request, access, fault)}
        answer = page(request, access, "account/own.html", status=status_of(fault), **data)
        access.take_back()
        return _private(answer)
    data = _own(access) | {"made_token": made, "made_for": kept.name}
    return _private(page(request, access, "account/own.html", **data))


@router.post("/account/tokens/{token_id}/revoke")
def revoke_token(
    access: Annotated[Access, writing("tokens.revoke", "access tokens/{token_id}")],
    token_id: Annotated[int, Path(ge=1, le=2**63 - 1)],
) -> Response:
    """End one of one's access tokens."""
    access_tokens.revoke(access.connection, access.identity.login, token_id)
    return RedirectResponse("/account", 303)


@router.post("/account/password")
def change_password(
    request: Request, access: Annotated[Access, writing("passwords.change", recorded=False)],
    current: Text = "", password: Text = "", password_again: Text = "",
) -> Response:  # fmt: skip
    """Change one's own password; other sessions end."""
    try:
        _require_same(password, password_again)
        started = signing_in.change_own_password(access, request, current, password)
    except IdentityError as fault:
        return _again(request, access, "account/own.html", fault, **_own(access))
    if started is None:  # no _again: the count of wrong passwords must be committed
        return _private(
            page(request, access, "account/own.html", status=401,
                 **(_own(access) | {"fault": _words(request, access, LoginRefused())}))
        )  # fmt: skip
    answer = RedirectResponse("/account", 303)
    signing_in.set_cookie(answer, started.token, access.settings)
    return answer


@router.get(_LIST)
def account_list(request: Request, access: Annotated[Access, reading("accounts.read")]) -> Response:
    """All accounts, and the forms to change them."""
    return _list_page(request, access)


@router.post(_LIST)
def add_account(
    request: Request, access: Annotated[Access, writing("accounts.add")],
    login: Text = "", display_name: Text = "", role: Annotated[list[str] | None, Form(max_length=10)] = None,
) -> Response:  # fmt: skip
    """Make an account; the page shows its link once."""
    try:
        made = accounts.add(
            access.connection, login=login, display_name=display_name, roles=role or [],
            granted_by=access.identity.login,
        )  # fmt: skip
    except IdentityError as fault:
        answer = _list_page(request, access, status=status_of(fault), fault=_words(request, access, fault))
        access.take_back()
        return answer
    return _link_page(request, access, made.login)


@router.post(_LIST + "/{login}/link")
def make_link(
    request: Request, access: Annotated[Access, writing("accounts.link", "accounts/{login}")], login: str
) -> Response:
    """A new link to set a password; the page shows it once."""
    return _link_page(request, access, login)


@router.post(_LIST + "/{login}/grant")
def grant_role(
    access: Annotated[Access, writing("accounts.grant", "accounts/{login}")], login: str, role: Text = ""
) -> Response:
    """Give a role."""
    accounts.grant(access.connection, login, role, access.identity.login)
    return RedirectResponse(_LIST, 303)


@router.post(_LIST + "/{login}/revoke")
def revoke_role(
    access: Annotated[Access, writing("accounts.revoke", "accounts/{login}")], login: str, role: Text = ""
) -> Response:
    """Take a role away."""
    accounts.revoke(access.connection, login, role)
    return RedirectResponse(_LIST, 303)


@router.post(_LIST + "/{login}/close")
def close_account(access: Annotated[Access, writing("accounts.close", "accounts/{login}")], login: str) -> Response:
    """Close an account."""
    accounts.set_active(access.connection, login, active=False)
    return RedirectResponse(_LIST, 303)


@router.post(_LIST + "/{login}/open")
def open_account(access: Annotated[Access, writing("accounts.open", "accounts/{login}")], login: str) -> Response:
    """Open a closed account again."""
    accounts.set_active(access.connection, login, active=True)
    return RedirectResponse(_LIST, 303)


@router.post(_LIST + "/{login}/unlock")
def unlock_account(access: Annotated[Access, writing("accounts.unlock", "accounts/{login}")], login: str) -> Response:
    """Forget the wrong passwords of an account."""
    accounts.unlock(access.connection, login)
    return RedirectResponse(_LIST, 303)


def own_address(wanted: str | None) -> str:
    """Where to go next, if it is on this service; else the front page. Never another host.

    Browsers read a backslash as a slash and drop tabs and line ends, so neither may be in it.
    """
    if wanted is None or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    if "\\" in wanted or not wanted.isprintable() or " " in wanted:
        return "/"
    return wanted


def _login_page(
    request: Request, access: Access, wanted: str, *,
    fault: IdentityError | None = None, typed: str = "", notice: str | None = None,
) -> Response:  # fmt: skip
    token = secrets.token_urlsafe(32)
    answer = page(
        request, access, "account/login.html", status=401 if fault else 200, next=wanted, form_token=token,
        fault=_words(request, access, fault) if fault else None, typed=typed,
        notice=notice if notice in ("out", "setup", "password") else None,
    )  # fmt: skip
    answer.set_cookie(
        LOGIN_COOKIE, token, path="/login", httponly=True, samesite="strict", secure=access.settings.secure_cookies
    )
    return _private(answer)


def _list_page(request: Request, access: Access, **data: Any) -> Response:
    data = {"fault": None, "made_link": None, "made_for": None, "status": 200, **data}
    found = accounts.list_accounts(access.connection)
    return _private(page(request, access, "account/list.html", accounts=found, grantable=accounts.GRANTABLE, **data))


def _link_page(request: Request, access: Access, login: str) -> Response:
    token = links.set_password(access.connection, login)
    address = f"{base_url(request, access.settings)}{links.PATHS['set_password']}/{token}"
    return _list_page(request, access, made_link=address, made_for=login)


def _find_link(access: Access, token: str, purpose: links.Purpose) -> links.Link:
    link = links.find(access.connection, token)
    if link.purpose != purpose:
        raise UnknownLink()
    return link


def _require_same(password: str, again: str) -> None:
    if password != again:
        raise PasswordsDiffer()


def _again(request: Request, access: Access, template: str, fault: IdentityError, **data: Any) -> Response:
    """The form once more, with what was wrong; nothing of the attempt is kept."""
    if status_of(fault) in (404, 410):
        raise fault  # there is nothing to fill in again
    words = _words(request, access, fault)
    data = data | {"fault": words} | _rules(access.settings)
    answer = page(request, access, template, status=status_of(fault), **data)
    access.take_back()
    return _private(answer)


def _words(request: Request, access: Access, fault: IdentityError) -> str:
    return fault.message_vi if language_of(request, access.settings) == "vi" else str(fault)


def _own(access: Access) -> dict[str, Any]:
    """What the page of one's own account shows. The connection speaks as staff."""
    found = access_tokens.of_account(access.connection, access.identity.login)
    return {
        "fault": None, "token_fault": None, "made_token": None, "made_for": None,
        "tokens": [(one, one.is_good()) for one in found], **_rules(access.settings),
    }  # fmt: skip


def _rules(settings: Settings) -> dict[str, int]:
    return {"min_length": settings.password_min_length}


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
