"""Which compression a client takes, and the doing of it.

zstd at level 3 makes tiles as small as gzip at less than half its cost; it is also what the tile
store holds. Brotli at 4 is for browsers that do not know zstd.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from functools import lru_cache

import brotli
import zstandard

STORED = "zstd"
"""The encoding in which tiles are stored."""
INLINE = {"identity": 1 << 40, "zstd": 32 * 1024, "br": 8 * 1024, "gzip": 8 * 1024}
"""Bodies up to so many bytes are done at once: handing them to a thread would cost more than it spares."""

_CODECS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=3).compress(body),
    "br": lambda body: bytes(brotli.compress(body, quality=4)),
    "gzip": lambda body: gzip.compress(body, compresslevel=5, mtime=0),
}
_OPENERS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
    "br": lambda body: bytes(brotli.decompress(body)),
    "gzip": gzip.decompress,
}
ENCODINGS = ("zstd", "br", "gzip", "identity")
"""The best first."""


@lru_cache(maxsize=256)
def choose(accept_encoding: str) -> str:
    """zstd, br, gzip or identity: the best that the header takes; `q=0` is a refusal."""
    offered: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.strip().removeprefix("q=") if parameters.strip().startswith("q=") else "1"
        try:
            offered[name.strip()] = float(weight)
        except ValueError:
            offered[name.strip()] = 0.0
    anything = offered.get("*", 0.0)
    return next((name for name in _CODECS if offered.get(name, anything) > 0), "identity")


def compress(body: bytes, encoding: str) -> bytes:
    """Compress; `identity` returns the body. Same bytes in, same bytes out."""
    return body if encoding == "identity" else _CODECS[encoding](body)


def expand(body: bytes, encoding: str) -> bytes:
    """Undo `compress`."""
    return body if encoding == "identity" else _OPENERS[encoding](body)


async def compressed(body: bytes, encoding: str) -> bytes:
    """As `compress`; large bodies in a thread, so that the event loop goes on."""
    if len(body) <= INLINE[encoding]:
        return compress(body, encoding)
    return await asyncio.to_thread(compress, body, encoding)
