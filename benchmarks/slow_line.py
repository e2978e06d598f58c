"""A telephone line between a browser and a server: so many bits a second for all connections, so long a way.

The throttling of Chromium's own protocol does not reach requests of workers, and a map fetches its tiles in one;
this line is in front of everything. A new connection costs one round trip before its first byte, as TCP does;
slow start and loss are not played.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PIECE = 1460
"""Bytes that pass in one go: what a packet holds."""


@dataclass(slots=True)
class _Way:
    """One direction, shared by all connections."""

    bytes_per_s: float
    free_at: float = 0.0
    carried: int = 0

    async def pass_through(self, size: int) -> None:
        """Wait for a turn of that many bytes."""
        now = asyncio.get_running_loop().time()
        self.free_at = max(self.free_at, now) + size / self.bytes_per_s
        self.carried += size
        await asyncio.sleep(self.free_at - now)


@dataclass(slots=True)
class Line:
    """A running line."""

    port: int
    down: _Way
    up: _Way
    opened: list[float] = field(default_factory=list)


@contextmanager
def slow_line(to_port: int, *, down_mbit: float, up_mbit: float, round_trip_s: float) -> Iterator[Line]:
    """A port of this machine that leads to `to_port` over such a line."""
    line = Line(0, _Way(down_mbit * 1e6 / 8), _Way(up_mbit * 1e6 / 8))
    loop, started = asyncio.new_event_loop(), threading.Event()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line.opened.append(loop.time())
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", to_port)
        with suppress(asyncio.CancelledError):  # the line is taken down while something still waits on it
            await asyncio.gather(
                _pump(reader, far_writer, line.up, round_trip_s / 2, first_wait_s=round_trip_s),
                _pump(far_reader, writer, line.down, round_trip_s / 2),
            )

    async def listen() -> None:
        server = await asyncio.start_server(carry, "127.0.0.1", 0, limit=1 << 16)
        line.port = server.sockets[0].getsockname()[1]
        started.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(listen())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield line
    finally:
        _end(loop, thread.join)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: _Way, delay_s: float, first_wait_s: float = 0.0
) -> None:
    loop = asyncio.get_running_loop()
    arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            at, data = await arriving.get()
            await asyncio.sleep(at - loop.time())
            if not data:
                break
            writer.write(data)
        with suppress(OSError):
            writer.write_eof()

    delivering = loop.create_task(deliver())
    with suppress(OSError):
        while data := await reader.read(PIECE):
            if first_wait_s:
                await asyncio.sleep(first_wait_s)
                first_wait_s = 0.0
            await way.pass_through(len(data))
            arriving.put_nowait((loop.time() + delay_s, data))
    arriving.put_nowait((loop.time() + delay_s, b""))
    await delivering
    writer.close()


def _end(loop: asyncio.AbstractEventLoop, join: Callable[[float], None]) -> None:
    def stop() -> None:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.call_later(0.2, loop.stop)

    loop.call_soon_threadsafe(stop)
    join(5)
