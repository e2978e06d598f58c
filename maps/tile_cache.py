"""Tiles kept in the memory of one process, and drawing each only once however many ask at a time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from maps.freshness import Stamp, State

OVERHEAD = 3072
"""Bytes that an answer takes beside its body: key, headers in two forms, stamp."""

T = TypeVar("T")


@dataclass(slots=True)
class Kept:
    """One answer, ready to be sent. An empty tile has an empty body."""

    stamp: Stamp
    """What the tile was drawn from; it is good as long as the stamp of its address is the same."""
    etag: str
    """With its quotes."""
    body: bytes
    encoding: str
    thinned: bytes
    """Which layers had to thin, as the header says it; empty when none had."""
    headers: list[tuple[bytes, bytes]]
    """Of the full answer."""
    unchanged: list[tuple[bytes, bytes]]
    """Of the answer 304."""
    restamp: Callable[[State], Stamp]
    """The stamp of the same tile in another state."""
    labels: tuple[int, str]
    """Zoom and layers, as the metrics name them."""
    checked: State | None = None
    """The state in which it was last found to be good."""
    lines: bytes = b""
    """`headers` as they are sent, once they were."""
    unchanged_lines: bytes = b""
    """The same of `unchanged`."""

    def is_good(self, state: State) -> bool:
        """Whether the tile is that of the state. Asked twice of the same state it is one comparison."""
        if self.checked is state:
            return True
        if self.restamp(state) != self.stamp:
            return False
        self.checked = state
        return True


class TileCache:
    """Answers by key, the least lately used ones given up when they pass the limit in bytes.

    The audience is part of every key: what one may see is never found by another.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.bytes = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable, state: State) -> Kept | None:
        """The answer for this key if it is that of the state."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if not kept.is_good(state):
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return kept

    def keep(self, key: Hashable, kept: Kept) -> None:
        """Remember an answer. One of more than a quarter of the limit is not kept."""
        size = len(kept.body) + OVERHEAD
        if size * 4 > self.limit_bytes:
            return
        if key in self._kept:
            self._drop(key)
        self._kept[key] = kept
        self.bytes += size
        while self.bytes > self.limit_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        self.bytes -= len(self._kept.pop(key).body) + OVERHEAD


@dataclass(slots=True, eq=False)
class Flight(Generic[T]):
    """Work under way, and how many wait for it."""

    key: Hashable
    task: asyncio.Task[T]
    waiting: int = 0


class OneFlight(Generic[T]):
    """Work by key: who asks while it is under way waits for the same result.

    The work goes on as long as anybody waits for it; when the last one leaves, it is cancelled.
    """

    def __init__(self) -> None:
        self._flights: dict[Hashable, Flight[T]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    def join(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> Flight[T]:
        """Wait for the work of that key, begun now unless it is under way. Its `task` has the result;
        who does not wait to the end must `leave`.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(key, asyncio.create_task(work()))
            flight.task.add_done_callback(partial(self._landed, flight))
        flight.waiting += 1
        return flight

    def leave(self, flight: Flight[T]) -> None:
        """Wait no longer."""
        flight.waiting -= 1
        if flight.waiting == 0 and not flight.task.done():
            self._landed(flight)  # who asks from now on begins anew
            flight.task.cancel()

    async def get(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the work of that key, begun now unless it is under way."""
        flight = self.join(key, work)
        try:
            return await asyncio.shield(flight.task)
        except asyncio.CancelledError:
            self.leave(flight)
            if flight.waiting == 0:
                await asyncio.wait([flight.task])
            raise

    def _landed(self, flight: Flight[T], _: object = None) -> None:
        if self._flights.get(flight.key) is flight:
            del self._flights[flight.key]
        if flight.task.done() and not flight.task.cancelled():
            flight.task.exception()  # whoever still waits gets it; nobody is no fault
