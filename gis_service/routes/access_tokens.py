"""Access tokens, for programs and administrators. The forms for people are on the page of one's own account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from gis_service.access import Access, reading, writing
from gis_service.identity import access_tokens
from gis_service.routes.accounts import Body

router = APIRouter(tags=["accounts"])

TokenId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class NewToken(Body):
    """A token to be made."""

    name: str
    roles: list[str] = Field(max_length=10)
    read_only: bool = True
    days: int = Field(90, description=f"How long it is good, up to {access_tokens.LONGEST_DAYS} days.")


class TokenOut(BaseModel):
    """One token; the secret is not in it."""

    id: int
    name: str
    roles: list[str]
    read_only: bool
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


class MadeToken(TokenOut):
    """A token with its secret, which is shown once and stored nowhere."""

    token: str


@router.get("/tokens")
def list_tokens(
    access: Annotated[Access, reading("tokens.read", audience="staff")], response: Response
) -> list[TokenOut]:
    """One's own access tokens, the newest first."""
    response.headers["Cache-Control"] = "no-store"
    return [_out(one) for one in access_tokens.of_account(access.connection, access.identity.login)]


@router.post("/tokens", status_code=201)
def make_token(
    access: Annotated[Access, writing("tokens.make", "access tokens")], body: NewToken, response: Response
) -> MadeToken:
    """Make an access token for oneself: `Authorization: Bearer …` for features, tiles and the other data."""
    response.headers["Cache-Control"] = "no-store"
    token, kept = access_tokens.make(
        access.connection, access.identity.login, name=body.name, roles=body.roles, read_only=body.read_only,
        days=body.days,
    )  # fmt: skip
    return MadeToken(token=token, **_out(kept).model_dump())


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(
    access: Annotated[Access, writing("tokens.revoke", "access tokens/{token_id}")], token_id: TokenId
) -> None:
    """End one of one's own access tokens, at once."""
    access_tokens.revoke(access.connection, access.identity.login, token_id)


@router.get("/accounts/{login}/tokens")
def list_tokens_of(
    access: Annotated[Access, reading("accounts.read")], login: str, response: Response
) -> list[TokenOut]:
    """The access tokens of an account."""
    response.headers["Cache-Control"] = "no-store"
    return [_out(one) for one in access_tokens.of_account(access.connection, login)]


@router.delete("/accounts/{login}/tokens/{token_id}", status_code=204)
def revoke_token_of(
    access: Annotated[Access, writing("accounts.token", "accounts/{login}/tokens/{token_id}")],
    login: str, token_id: TokenId,
) -> None:  # fmt: skip
    """End an access token of an account."""
    access_tokens.revoke(access.connection, login, token_id)


def _out(one: access_tokens.AccessToken) -> TokenOut:
    return TokenOut(
        id=one.id, name=one.name, roles=list(one.roles), read_only=one.read_only, created_at=one.created_at,
        expires_at=one.expires_at, last_used_on=one.last_used_on, revoked_at=one.revoked_at,
    )  # fmt: skip
