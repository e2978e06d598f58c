"""Tiles answered in the HTTP protocol itself, before there is a request in the sense of ASGI.

A tile that is in memory is found in some 20 microseconds; uvicorn's request cycle around it takes 70. So
a plain GET of a tile is answered from the callback of the parser, with one write of bytes that are put
together once. Whatever is not plain, and whatever fails, goes the ordinary way through
`tile_serving.path` and the application, which word it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from uvicorn._types import HTTPScope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from gis_service.database import Audience
from gis_service.identity import policy
from gis_service.tile_serving.metrics import labels
from gis_service.tile_serving.path import MLT_ONLY, TilePath, credential_in, parsed
from gis_service.tile_serving.service import Ask
from maps import compression, freshness
from maps.freshness import State
from maps.tile_cache import Kept

if TYPE_CHECKING:
    from gis_service.app import Application

_PREFIX = b"/tiles/"
_PLAIN = frozenset(b"/tiles/0123456789_,abcdefghijklmnopqrstuvwxyz")
Headers = dict[bytes, bytes]


class _Turn:
    """Stands where uvicorn expects the cycle of a request, as long as one of our tiles is on its way."""

    def __init__(self, *, is_over: bool = False) -> None:
        self.response_complete = is_over
        self.disconnected = False
        self.keep_alive = True
        self.more_body = False
        self.body = b""
        self.task: asyncio.Task[None] | None = None
        self.give_up: Callable[[], None] | None = None

    @property
    def message_event(self) -> _Turn:
        return self

    def set(self) -> None:
        """Something happened: when the client hung up, its tile is no longer drawn for it."""
        if not self.disconnected:
            return
        if self.task is not None:
            self.task.cancel()
        elif self.give_up is not None:
            self.give_up()


_OVER = _Turn(is_over=True)


def tile_protocol(app: Application) -> type[HttpToolsProtocol]:
    """The protocol of a server of this application, for `uvicorn.Config(http=...)`."""
    return type("TileProtocolOfApp", (TileProtocol,), {"front": app.tile_path})


class TileProtocol(HttpToolsProtocol):
    """Uvicorn's protocol with a shorter way for tiles."""

    front: TilePath
    _defaults_were: list[tuple[bytes, bytes]] | None = None
    _defaults = b""

    def on_headers_complete(self) -> None:
        """The head of a request is there: answer a tile now, or begin a request as uvicorn does."""
        if not (self.url.startswith(_PREFIX) and self._is_plain() and self._is_begun()):
            super().on_headers_complete()

    def _is_plain(self) -> bool:
        """A GET on a connection that is free and stays open, by an address without any escape or query."""
        parser, cycle = self.parser, cast(RequestResponseCycle | None, self.cycle)
        return (
            parser.get_method() == b"GET"
            and _PLAIN.issuperset(self.url)
            and (cycle is None or cycle.response_complete)
            and not self.pipeline
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and self.limit_concurrency is None
            and not self.root_path
            and not self.flow.write_paused
        )

    def _is_begun(self) -> bool:
        """Answer, or begin to make, the tile. False when it is none of ours."""
        given = dict(self.headers)
        if b"content-length" in given or b"transfer-encoding" in given or given.get(b"accept") == MLT_ONLY:
            return False
        audience = self._audience(given)
        if audience is None or not self.front.is_trusted(given.get(b"host", b"")):
            return False
        service, path = self.front.serving.service, self.url.decode("ascii")
        encoding = compression.choose(given.get(b"accept-encoding", b"").decode("latin-1"))
        state = service.freshness.known()
        kept = service.cache.find((audience, encoding, path), state) if state is not None else None
        if kept is not None:
            self.cycle = cast(RequestResponseCycle, _OVER)
            self._answer(kept, given, remembered=True)
            return True
        try:
            ask = parsed(path, audience, encoding)
        except Exception:  # noqa: BLE001 - the ordinary way meets it again and words it
            return False
        if ask is None:
            return False
        turn = _Turn()
        self.cycle = cast(RequestResponseCycle, turn)
        scope = self.scope
        scope["method"], scope["path"], scope["raw_path"], scope["query_string"] = "GET", path, self.url, b""
        if state is not None:
            self._begin(turn, ask, state, given, scope)
            return True
        turn.task = self.loop.create_task(self._make(turn, ask, given, scope))
        self.tasks.add(turn.task)
        turn.task.add_done_callback(self.tasks.discard)
        return True

    def _begin(self, turn: _Turn, ask: Ask, state: State, given: Headers, scope: HTTPScope) -> None:
        """Answer 304, or when the tile is made; in a state that is known there is nothing to wait for before."""
        service, held = self.front.serving.service, given.get(b"if-none-match")
        if held is not None:
            unchanged = service.unchanged_in(state, ask, held.decode("latin-1"))
            if unchanged is not None:
                turn.response_complete = True
                self._write(304, _lines(unchanged), b"", given, keep_alive=True)
                return
        flight, tasks = service.begin(ask, state), cast("set[asyncio.Task[Kept]]", self.tasks)

        def give_up() -> None:
            turn.give_up = None
            service.metrics.answers["left", labels(ask.z, ask.layers)] += 1
            service.leave(flight)

        def send(made: asyncio.Task[Kept]) -> None:
            tasks.discard(made)
            turn.give_up = None
            if turn.disconnected:
                return
            if made.cancelled():
                self.transport.close()  # the service ends
            elif (error := made.exception()) is not None:
                self._failed(turn, ask, scope, error)
            else:
                turn.response_complete = True
                self._answer(made.result(), given, remembered=False, keep_alive=turn.keep_alive)

        turn.give_up = give_up
        tasks.add(flight.task)
        flight.task.add_done_callback(send)

    def _failed(self, turn: _Turn, ask: Ask, scope: HTTPScope, error: BaseException) -> None:
        self.front.serving.service.metrics.answers["failed", labels(ask.z, ask.layers)] += 1
        self._go_the_ordinary_way(turn, scope, error)

    def _audience(self, given: Headers) -> Audience | None:
        """Who asks; None when that must be looked up."""
        credential = credential_in(given)
        if credential is None:
            return "public"
        identity = self.front.serving.identities.known(credential)
        return identity.audience if identity is not None and policy.may(identity, "tiles.read") else None

    async def _make(self, turn: _Turn, ask: Ask, given: Headers, scope: HTTPScope) -> None:
        service, held = self.front.serving.service, given.get(b"if-none-match")
        try:
            unchanged = await service.unchanged(ask, held.decode("latin-1")) if held is not None else None
            kept = await service.answer(ask) if unchanged is None else None
        except asyncio.CancelledError:
            if not turn.disconnected:
                raise
            service.metrics.answers["left", labels(ask.z, ask.layers)] += 1
            return
        except Exception as error:  # noqa: BLE001 - as above
            self._failed(turn, ask, scope, error)
            return
        if turn.disconnected:
            return
        turn.response_complete = True
        if kept is not None:
            self._answer(kept, given, remembered=False, keep_alive=turn.keep_alive)
        else:
            self._write(304, _lines(unchanged or []), b"", given, keep_alive=turn.keep_alive)

    def _answer(self, kept: Kept, given: Headers, *, remembered: bool, keep_alive: bool = True) -> None:
        held, count = given.get(b"if-none-match"), self.front.serving.service.metrics.answers
        if held is not None and freshness.matches(held.decode("latin-1"), kept.etag):
            count["not_modified", kept.labels] += remembered
            self._write(304, kept.unchanged_lines or _remember_unchanged(kept), b"", given, keep_alive=keep_alive)
        else:
            count["memory", kept.labels] += remembered
            self._write(
                200 if kept.body else 204, kept.lines or _remember(kept), kept.body, given, keep_alive=keep_alive
            )

    def _write(self, status: int, lines: bytes, body: bytes, given: Headers, *, keep_alive: bool) -> None:
        """All of an answer at once."""
        defaults = self.server_state.default_headers
        if defaults is not self._defaults_were:  # a new list every second, with the date
            self._defaults_were, self._defaults = defaults, _lines(defaults)
        request_id = self.front.request_id(given.get(b"x-request-id"))
        end = b"\r\n\r\n" if keep_alive else b"\r\nconnection: close\r\n\r\n"
        self.transport.write(
            b"".join((STATUS_LINE[status], self._defaults, lines, b"x-request-id: ", request_id, end, body))
        )
        if not keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _go_the_ordinary_way(self, turn: _Turn, scope: HTTPScope, error: BaseException) -> None:
        """Let the application answer a tile that failed here; it is told the fault."""
        scope["state"] = {**self.app_state, "tile_error": error}
        cycle = RequestResponseCycle(
            scope=scope, transport=self.transport, flow=self.flow, logger=self.logger,
            access_logger=self.access_logger, access_log=self.access_log,
            default_headers=self.server_state.default_headers, message_event=asyncio.Event(),
            expect_100_continue=False, keep_alive=turn.keep_alive, on_response=self.on_response_complete,
        )  # fmt: skip
        cycle.more_body = False
        if self.cycle is cast(RequestResponseCycle, turn):
            self.cycle = cycle
        self._start_asgi_task(cycle, self.app)


def _lines(headers: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join([name + b": " + value + b"\r\n" for name, value in headers])


def _remember(kept: Kept) -> bytes:
    kept.lines = _lines(kept.headers)
    return kept.lines


def _remember_unchanged(kept: Kept) -> bytes:
    kept.unchanged_lines = _lines(kept.unchanged)
    return kept.unchanged_lines
