"""Tiles by the shortest path: a layer in front of the framework that answers `/tiles/LAYERS/Z/X/Y` itself.

It answers what is in order: a tile or 304. Everything else, from an unknown layer to a database that
does not reply, it leaves to the application behind it, which meets the same situation and words it.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import secrets
from collections.abc import Awaitable
from functools import lru_cache, partial
from typing import TypeVar

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gis_service.access import bearer_in, require
from gis_service.database import Audience
from gis_service.identity import sessions
from gis_service.settings import Settings
from gis_service.telemetry import REQUEST_ID
from gis_service.tile_serving import identities
from gis_service.tile_serving.metrics import labels
from gis_service.tile_serving.service import MLT, Ask
from gis_service.tile_serving.serving import Serving
from maps import compression, freshness, tiles

PATIENCE_S = 0.05
"""A tile that takes longer is watched: when the client hangs up, its statement is cancelled."""

T = TypeVar("T")
COOKIE = sessions.COOKIE.encode() + b"="
_ADDRESS = re.compile(r"/tiles/([a-z0-9_,]{1,400})/([0-9]{1,7})/([0-9]{1,7})/([0-9]{1,7})", re.ASCII)
_SAFE = ("GET", "HEAD", "OPTIONS")
MLT_ONLY = MLT.encode()


class ClientLeft(Exception):
    """Nobody waits for the answer any more."""


class TilePath:
    """Answer for tiles; hand on everything else."""

    def __init__(self, app: ASGIApp, serving: Serving, settings: Settings) -> None:
        self.app = app
        self.serving = serving
        self.is_trusted = lru_cache(maxsize=256)(partial(_matches_one, settings.trusted_hosts.split(",")))
        self._ids = itertools.count()
        self._process = secrets.token_hex(10)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/tiles/"):
            if await self._is_served(scope, receive, send):
                return
        elif scope["method"] not in _SAFE:
            send = self._forgetting_sessions(send)
        await self.app(scope, receive, send)

    async def _is_served(self, scope: Scope, receive: Receive, send: Send) -> bool:
        if scope["method"] != "GET" or scope["query_string"]:
            return False
        given = dict(scope["headers"])
        if given.get(b"accept") == MLT_ONLY or not self.is_trusted(given.get(b"host", b"")):
            return False
        if b"content-length" in given or b"transfer-encoding" in given:
            return False  # a body is for the application to refuse or to read
        encoding = compression.choose(given.get(b"accept-encoding", b"").decode("latin-1"))
        try:
            audience = await _audience(self.serving, given)
            found = await _find(self.serving, audience, encoding, scope["path"], receive, given.get(b"if-none-match"))
        except ClientLeft:
            return True
        except Exception as error:  # noqa: BLE001 - the application behind has an answer for each
            scope.setdefault("state", {})["tile_error"] = error
            return False
        if found is None:
            return False
        status, headers, body = found
        headers = [*headers, (b"x-request-id", self.request_id(given.get(b"x-request-id")))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        return True

    def request_id(self, given: bytes | None) -> bytes:
        """The one that was sent along, if it can be one, or a new one."""
        if given is not None and REQUEST_ID.fullmatch(given.decode("latin-1")):
            return given
        return f"{self._process}{next(self._ids):012x}".encode()

    def _forgetting_sessions(self, send: Send) -> Send:
        """What may end a session is forgotten before its answer leaves."""

        async def send_and_forget(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.serving.identities.forget()
            await send(message)

        return send_and_forget


Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


async def _find(
    serving: Serving, audience: Audience, encoding: str, path: str, receive: Receive, held: bytes | None
) -> Answer | None:
    """Status, headers and body; None for what is no tile address."""
    service = serving.service
    state = service.freshness.known()
    kept = service.cache.find((audience, encoding, path), state) if state is not None else None
    if kept is None:
        ask = parsed(path, audience, encoding)
        if ask is None:
            return None
        if held is not None:
            unchanged = await service.unchanged(ask, held.decode("latin-1"))
            if unchanged is not None:
                return 304, unchanged, b""
        try:
            kept = await until_gone(receive, service.answer(ask))
        except Exception as error:
            outcome = "left" if isinstance(error, ClientLeft) else "failed"
            service.metrics.answers[outcome, labels(ask.z, ask.layers)] += 1
            raise
    elif held is not None and freshness.matches(held.decode("latin-1"), kept.etag):
        service.metrics.answers["not_modified", kept.labels] += 1
        return 304, kept.unchanged, b""
    else:
        service.metrics.answers["memory", kept.labels] += 1
    return (200 if kept.body else 204), kept.headers, kept.body


def parsed(path: str, audience: Audience, encoding: str) -> Ask | None:
    """The tile of an address; None for what is no address of a tile. Raises `UnknownLayer` and the like."""
    parts = _ADDRESS.fullmatch(path)
    if parts is None:
        return None
    return Ask(tiles.parse_layers(parts[1]), audience, *tiles.parse_address(*parts.groups()[1:]), encoding)


def credential_in(given: dict[bytes, bytes]) -> str | None:
    """What a request shows for itself, as `Identities` take it; None when it is nothing: then it is the public."""
    authorization = given.get(b"authorization")
    if authorization is not None:
        bearer = bearer_in(authorization.decode("latin-1"))
        if bearer is not None:
            return identities.BEARER + bearer
    cookie = given.get(b"cookie")
    if cookie is None or COOKIE not in cookie:
        return None
    return cookie_parser(cookie.decode("latin-1")).get(sessions.COOKIE, "")


async def _audience(serving: Serving, given: dict[bytes, bytes]) -> Audience:
    credential = credential_in(given)
    if credential is None:
        return "public"
    identity = serving.identities.known(credential) or await serving.identities.of(credential)
    require(identity, "tiles.read")
    return identity.audience


def _matches_one(patterns: list[str], host: bytes) -> bool:
    """Whether the Host header names one of the trusted hosts; by the rules of the middleware behind."""
    name = host.decode("latin-1").split(":")[0]
    return any(
        pattern in ("*", name) or (pattern.startswith("*") and name.endswith(pattern[1:])) for pattern in patterns
    )


async def until_gone(receive: Receive, work: Awaitable[T]) -> T:
    """Do the work; when it takes long and the client hangs up, give it up. Raises `ClientLeft`."""
    me, gone = asyncio.current_task(), False
    watching: list[asyncio.Task[None]] = []
    assert me is not None

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        me.cancel()

    loop = asyncio.get_running_loop()
    timer = loop.call_later(PATIENCE_S, lambda: watching.append(loop.create_task(watch())))
    try:
        return await work
    except asyncio.CancelledError:
        if not gone:
            raise
        me.uncancel()
        raise ClientLeft() from None
    finally:
        timer.cancel()
        for task in watching:
            task.cancel()
