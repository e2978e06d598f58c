"""Unsafe requests that a session cookie authenticates must come from our own pages."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.requests import Request

from gis_service.identity.errors import CsrfRefused
from gis_service.identity.model import Identity

HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


async def require(request: Request, identity: Identity) -> None:
    """Check where the request comes from and the token of its session.

    A browser that says the request is cross-site is refused even with a token. The token comes in
    the header X-CSRF-Token or in the form field csrf_token. Raises `CsrfRefused`. A program that
    shows an access token needs none: no browser adds that header by itself.
    """
    if identity.token_id is not None:
        return
    _require_own_origin(request)
    if not identity.is_signed_in:
        return  # nothing is done in anybody's name
    given = request.headers.get(HEADER)
    if given is None and request.headers.get("Content-Type", "").startswith(_FORM_TYPES):
        field = (await request.form()).get(FIELD)
        given = field if isinstance(field, str) else None
    require_same(given, identity.csrf_token)


def require_same(given: str | None, expected: str | None) -> None:
    """Compare two secrets in constant time; a missing one is a wrong one. Raises `CsrfRefused`."""
    if not given or not expected:
        raise CsrfRefused()
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace")):
        raise CsrfRefused()


def _require_own_origin(request: Request) -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CsrfRefused()
        return
    origin = request.headers.get("Origin")  # browsers from before 2023, and programs that send it
    if origin is not None and urlsplit(origin).netloc.lower() not in _own_hosts(request):
        raise CsrfRefused()


def _own_hosts(request: Request) -> set[str]:
    public_url: str = request.app.state.settings.public_url
    return {request.headers.get("Host", "").lower(), urlsplit(public_url).netloc.lower()} - {""}
