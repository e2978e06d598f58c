"""Who sends a session cookie or an access token, remembered for a moment: a map asks for dozens of tiles at once.

A session that ends is forgotten at once in the process that ends it, as soon as the database tells
of it in the others, and after `REMEMBER_S` in any case.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from gis_service.identity import sessions
from gis_service.identity.model import Identity
from maps.tile_cache import OneFlight

CHANNEL = "gis_sessions"
"""Told at each commit that ends a session or changes what an account may do."""
REMEMBER_S = 0.5
BEARER = "Bearer "
"""Before an access token; a session cookie stands for itself, so that neither passes for the other."""
MOST = 10_000


class Identities:
    """The sessions of one process, by the fingerprint of their token."""

    def __init__(self, look_up: Callable[[str], Identity]) -> None:
        self._look_up = look_up
        self._known: dict[str, tuple[float, Identity]] = {}
        self._flights: OneFlight[Identity] = OneFlight()
        self._forgotten = 0

    def known(self, token: str) -> Identity | None:
        """Who it is, if that was asked a moment ago."""
        found = self._known.get(sessions.fingerprint(token))
        return found[1] if found and time.monotonic() - found[0] < REMEMBER_S else None

    async def of(self, token: str) -> Identity:
        """Who shows this cookie or token; the public when nobody holds the cookie. Raises `TokenRefused`."""
        return self.known(token) or await self._flights.get(
            (self._forgotten, token), lambda: self._ask(token, self._forgotten)
        )

    async def _ask(self, token: str, forgotten: int) -> Identity:
        begun = time.monotonic()
        found = await run_in_threadpool(self._look_up, token)
        if forgotten == self._forgotten:  # else a session ended meanwhile, perhaps this one
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[sessions.fingerprint(token)] = begun, found
        return found

    def forget(self) -> None:
        """Something about sessions changed: ask again for each."""
        self._forgotten += 1
        self._known.clear()
