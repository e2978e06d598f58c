"""How old a tile is, known before any tile is drawn.

Triggers count up the version of a layer in the very transaction that changes it. Versions, the
audience, the address and the fingerprint of the catalogue make a strong ETag. The versions are read
again at most every `max_age_s`, so an unchanged tile costs no statement at all, and a change is
seen within that time by every process.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection

from maps import catalog
from maps.catalog import Audience, Layer

MAX_AGE_S = 0.5

_SQL = """
    SELECT (SELECT created_at::text || '/' || storage_srid FROM deployment),
           current_date::text,
           (SELECT jsonb_object_agg(layer, version) FROM layer_versions)"""

Ask = Callable[[], Awaitable["Versions"]]
"""Reads the versions now; the edge knows from which pool."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What the database said about its layers at one moment."""

    deployment: str
    """Tells one database from another that counted to the same numbers."""
    today: str
    by_table: dict[str, int]

    def etag(self, layers: tuple[Layer, ...], audience: Audience, address: str, encoding: str) -> str:
        """The strong ETag of one tile, with its quotes. `encoding` is part of it: other bytes, other tag."""
        tables = sorted({table for layer in layers for table in layer.tables})
        parts = [
            catalog.fingerprint(), self.deployment, audience, address,
            ",".join(layer.name for layer in layers),
            ",".join(f"{table}={self.by_table.get(table, 0)}" for table in tables),
            self.today if any(layer.dated for layer in layers) else "",
        ]  # fmt: skip
        digest = hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()
        return f'"{digest}-{encoding}"'


async def read(conn: AsyncConnection[Any]) -> Versions:
    """Ask the database now."""
    cursor = await conn.execute(_SQL, prepare=True)
    row = await cursor.fetchone()
    deployment, today, by_table = row or ("", "", {})
    return Versions(deployment or "", today, dict(by_table or {}))


class Clock:
    """The versions of one database, remembered for a moment. One for each process and database."""

    def __init__(self, ask: Ask, max_age_s: float = MAX_AGE_S) -> None:
        self._ask = ask
        self._max_age_s = max_age_s
        self._known: Versions | None = None
        self._read_at = 0.0
        self._turn = asyncio.Lock()

    async def now(self) -> Versions:
        """The versions, at most `max_age_s` old. Many askers at once cause one statement."""
        if self._known is not None and time.monotonic() - self._read_at < self._max_age_s:
            return self._known
        async with self._turn:
            known = self._known
            if known is None or time.monotonic() - self._read_at >= self._max_age_s:
                begun = time.monotonic()
                known = self._known = await self._ask()
                self._read_at = begun
        return known


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the client holds this very representation. `*` and weak forms of the tag count too."""
    if not if_none_match:
        return False
    held = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in held or etag in held
