"""The one door to the database for routes: who asks, may they, in which transaction.

A route declares what it does and gets an open transaction of the right role:

    def list_zones(access: Annotated[Access, reading("zones.read")]) -> ...

The transaction ends before the answer leaves (function scope): a commit that fails is an error
that the client sees, never a success that did not happen.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy import Connection
from starlette.requests import Request

from gis_service import audit
from gis_service.database import Audience, Database
from gis_service.identity import access_tokens, csrf, patience, policy, sessions
from gis_service.identity.errors import NotAllowed, NotSignedIn, ReadOnlyToken, TokenRefused, TooManyAttempts
from gis_service.identity.model import PUBLIC, Identity
from gis_service.settings import Settings

REFUSED_TOKENS_PER_ADDRESS = 30
"""After so many within `patience.WINDOW_S` an address is told to wait; a token that is good is never refused."""
_METRICS = "/metrics"
"""Has a bearer token of its own."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a route needs to do its work."""

    connection: Connection
    identity: Identity
    settings: Settings
    request_id: str | None = None

    @property
    def audience(self) -> Audience:
        """As which database role the connection speaks."""
        return self.identity.audience

    def take_back(self) -> None:
        """Undo everything, the audit row included; for a form that is shown again with its fault."""
        transaction = self.connection.get_transaction()
        if transaction is not None:
            transaction.rollback()


def database_of(request: Request) -> Database:
    """The pools of the application that got this request."""
    return request.app.state.database  # type: ignore[no-any-return]


def identity_of(request: Request) -> Identity:
    """Who sent the request; a missing, unknown or expired session is the public.

    A request with an access token is that of its owner, whatever cookie came along. Raises `TokenRefused`
    for a token that is not good, because a program would take what the public sees for all there is.
    """
    known: Identity | None = getattr(request.state, "identity", None)
    if known is None:
        bearer = bearer_in(request.headers.get("Authorization"))
        if bearer is not None and request.url.path != _METRICS:
            known = _identify_program(request, bearer)
        elif token := request.cookies.get(sessions.COOKIE):
            database = database_of(request)
            with database.staff.begin() as conn:
                known = sessions.identify(conn, token, database.settings) or PUBLIC
        request.state.identity = known = known or PUBLIC
    return known


def bearer_in(authorization: str | None) -> str | None:
    """The access token of an `Authorization` header; None when it carries none.

    `Bearer TOKEN`, or Basic with the token as password, because desktop GIS of some age knows nothing else.
    """
    if authorization is None:
        return None
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return None
    with contextlib.suppress(ValueError):
        password = base64.b64decode(value.strip(), validate=True).decode("ascii").partition(":")[2]
        return password if password.startswith(access_tokens.PREFIX) else None
    return None


def _is_basic(request: Request) -> bool:
    return request.headers.get("Authorization", "")[:6].lower() == "basic "


def _identify_program(request: Request, bearer: str) -> Identity:
    """Raises `TokenRefused`, and `TooManyAttempts` when one address keeps sending what is refused."""
    client = client_of(request)
    with database_of(request).staff.begin() as conn:
        known = access_tokens.identify(conn, bearer)
        if known is not None:
            # Browsers may send Basic by themselves once they were given it: not enough to change anything.
            return replace(known, read_only=True) if _is_basic(request) else known
        failed = patience.failures(conn, client, "tokens.use") if client else 0
        if failed < REFUSED_TOKENS_PER_ADDRESS:
            audit.record(
                conn, actor=PUBLIC.login, operation="tokens.use", subject=request.url.path[:200],
                request_id=_request_id(request), client=client, details={"outcome": "refused"},
            )  # fmt: skip
    if failed >= REFUSED_TOKENS_PER_ADDRESS and client and not patience.stands_for_many(client):
        raise TooManyAttempts(patience.WINDOW_S)
    raise TokenRefused()


def require(identity: Identity, operation: str) -> None:
    """Raise `NotSignedIn` or `NotAllowed` unless the policy lists a role of this identity."""
    if policy.may(identity, operation) and (identity.token_id is None or policy.is_for_programs(operation)):
        return
    if identity.is_signed_in:
        raise NotAllowed(operation)
    raise NotSignedIn()


async def _csrf_checked(request: Request, identity: Annotated[Identity, Depends(identity_of)]) -> None:
    await csrf.require(request, identity)


def asking(operation: str) -> Any:
    """Dependency: the identity, once it may do this. Opens no connection."""

    def check(identity: Annotated[Identity, Depends(identity_of)]) -> Identity:
        require(identity, operation)
        return identity

    check.operation = operation  # type: ignore[attr-defined]
    return Depends(check)


def reading(operation: str, *, audience: Audience | None = None) -> Any:
    """Dependency: an `Access` whose transaction is read-only, in the role of the asker.

    `audience="staff"` reads as staff whoever asks; for what is itself a secret, such as a link.
    """

    def open_for_reading(request: Request, identity: Annotated[Identity, Depends(identity_of)]) -> Iterator[Access]:
        require(identity, operation)
        database = database_of(request)
        with database.engine_for(audience or identity.audience).connect() as conn:
            conn = conn.execution_options(postgresql_readonly=True)
            with conn.begin():
                yield Access(conn, identity, database.settings, _request_id(request))

    open_for_reading.operation = operation  # type: ignore[attr-defined]
    return Depends(open_for_reading, scope="function")


def writing(operation: str, subject: str | None = None, *, recorded: bool = True) -> Any:
    """Dependency: an `Access` whose transaction begins with its audit row.

    `subject` may name path parameters: "streets/{street_id}". With `recorded=False` the route calls
    `audit.record` itself before its first write, because only then it knows what to record.
    """

    def open_for_writing(
        request: Request,
        identity: Annotated[Identity, Depends(identity_of)],
        _: Annotated[None, Depends(_csrf_checked)],
    ) -> Iterator[Access]:
        require(identity, operation)
        if identity.read_only:
            raise ReadOnlyToken()
        database = database_of(request)
        with database.staff.begin() as conn:
            if recorded:
                audit.record(
                    conn,
                    actor=identity.login,
                    operation=operation,
                    subject=subject.format(**request.path_params) if subject else request.url.path[:200],
                    request_id=_request_id(request),
                    client=client_of(request),
                    details={"token": identity.token_id} if identity.token_id is not None else None,
                )
            yield Access(conn, identity, database.settings, _request_id(request))

    open_for_writing.operation = operation  # type: ignore[attr-defined]
    return Depends(open_for_writing, scope="function")


def client_of(request: Request) -> str | None:
    """Network address of the asker, as the audit trail names it."""
    return request.client.host if request.client else None


def _request_id(request: Request) -> str | None:
    return getattr(request.state, "request_id", None)
