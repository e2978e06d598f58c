"""Where a page begins or ends: an opaque word that only fits the question it was made for.

It names the feature at the edge of the page before or after it, so a page costs the same whether it is the
first or the thousandth, forwards and backwards. A checksum over the question keeps a word from being used
with another filter, by mistake or by hand; it guards no secret, since every page is asked with the rights of who asks.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from maps.features.errors import BadParameter

_SUM_BYTES = 9


@dataclass(frozen=True, slots=True)
class Edge:
    """One side of a feature in the order of the ids: the page is what follows it, or what ends before it."""

    id: int
    is_end: bool = False
    """The page ends before the feature; else it begins after it."""


BEGINNING = Edge(0)
"""Every id is above it."""


def make(edge: Edge, question: str) -> str:
    """The word for the page at this edge."""
    key = edge.is_end.to_bytes() + edge.id.to_bytes(8, "big")
    return base64.urlsafe_b64encode(key + _sum(key, question)).decode().rstrip("=")


def read(word: str, question: str) -> Edge:
    """The edge it names. Raises `BadParameter` for a word of another question."""
    try:
        raw = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    key, given = raw[:9], raw[9:]
    if len(raw) != 9 + _SUM_BYTES or not hmac.compare_digest(given, _sum(key, question)):
        raise BadParameter(
            "cursor",
            "it does not belong to this question; follow the links 'next' and 'prev' of a page.",
            "không thuộc truy vấn này; hãy dùng liên kết 'next' hoặc 'prev' của một trang.",
        )
    return Edge(int.from_bytes(key[1:], "big"), bool(key[0]))


def _sum(key: bytes, question: str) -> bytes:
    return hashlib.blake2b(key + question.encode(), digest_size=_SUM_BYTES, person=b"ogc-cursor").digest()
