"""Unsafe requests that a session cookie authenticates must come from our own pages."""

from __future__ import annotations

import hmac

from starlette.requests import Request

from gis_service.identity.errors import CsrfRefused
from gis_service.identity.model import Identity

HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


async def require(request: Request, identity: Identity) -> None:
    """Check where the request comes from and the token of its session.

    A browser that says the request is cross-site is refused even with a token. The token comes in
    the header X-CSRF-Token or in the form field csrf_token. Raises `CsrfRefused`.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise CsrfRefused()
    if not identity.is_signed_in:
        return  # nothing is done in anybody's name
    given = request.headers.get(HEADER)
    if given is None and request.headers.get("Content-Type", "").startswith(_FORM_TYPES):
        field = (await request.form()).get(FIELD)
        given = field if isinstance(field, str) else None
    if given is None or identity.csrf_token is None:
        raise CsrfRefused()
    if not hmac.compare_digest(given.encode(), identity.csrf_token.encode()):
        raise CsrfRefused()
