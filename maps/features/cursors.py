"""Where the next page begins: an opaque word that only fits the question it was made for.

It names the last feature that was handed out, so a page costs the same whether it is the first or
the thousandth. A checksum over the question keeps a word from being used with another filter, by
mistake or by hand; it guards no secret, since every page is asked with the rights of who asks.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from maps.features.errors import BadParameter

_SUM_BYTES = 9


def make(last_id: int, question: str) -> str:
    """The word for "what comes after this feature"."""
    key = last_id.to_bytes(8, "big")
    return base64.urlsafe_b64encode(key + _sum(key, question)).decode().rstrip("=")


def read(word: str, question: str) -> int:
    """The last id that was handed out. Raises `BadParameter` for a word of another question."""
    try:
        raw = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    key, given = raw[:8], raw[8:]
    if len(raw) != 8 + _SUM_BYTES or not hmac.compare_digest(given, _sum(key, question)):
        raise BadParameter(
            "cursor",
            "it does not belong to this question; follow the link 'next' of the page before.",
            "không thuộc truy vấn này; hãy dùng liên kết 'next' của trang trước.",
        )
    return int.from_bytes(key, "big")


def _sum(key: bytes, question: str) -> bytes:
    return hashlib.blake2b(key + question.encode(), digest_size=_SUM_BYTES, person=b"ogc-cursor").digest()
