"""What no honest client sends is refused before a route sees it.

FastAPI alone answers 500 to a body with NaN or half a surrogate pair, keeps the last of two equal
keys and hands NUL on to a database that cannot store it. Only JSON is parsed here; uploads stream
past to the importers, which read files by rules of their own.
"""

from __future__ import annotations

import json
import math
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gis_service import errors

DEEPEST = 64
LONGEST_QUERY = 8 * 1024
_UPLOADS = "/imports/"


class Unreadable(Exception):
    """A request that is refused as it stands; `code`, English and Vietnamese as everywhere."""

    def __init__(self, status: int, code: str, message: str, message_vi: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message_vi = status, code, message_vi


class FrontDoor:
    """Check the address and the JSON body of every request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            check_address(scope["path"], scope.get("query_string", b""))
            if _holds_json(scope):
                receive = await _checked_body(receive)
        except Unreadable as refusal:
            answer = errors.problem(Request(scope), refusal.status, refusal.code, str(refusal), refusal.message_vi)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


def check_address(path: str, query: bytes) -> None:
    """Refuse a query of more than 8 KiB and NUL anywhere. Raises `Unreadable`."""
    if len(query) > LONGEST_QUERY:
        raise Unreadable(414, "query_too_long", "The query is too long.", "Chuỗi truy vấn quá dài.")
    if "\0" in path or b"%00" in query or b"\0" in query:
        raise _forbidden_character()


def read_json(body: bytes) -> Any:
    """Parse JSON as RFC 8259 means it. Raises `Unreadable` for anything looser.

    Refused are: other encodings than UTF-8, NaN and infinities under any name (1e999), a key given
    twice, more than 64 levels, NUL and lone surrogates in text.
    """
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_keys_once, parse_constant=_finite, parse_float=_finite
        )
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # not UTF-8, not JSON, an integer of thousands of digits
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(
            400, "bad_json", f"The body is not JSON in UTF-8{where}.", f"Nội dung không phải JSON mã hóa UTF-8{where}."
        ) from None
    _check_values(value)
    return value


def _holds_json(scope: Scope) -> bool:
    if scope["method"] in ("GET", "HEAD", "OPTIONS") or scope["path"].startswith(_UPLOADS):
        return False
    kind = Headers(scope=scope).get("content-type", "application/json").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


async def _checked_body(receive: Receive) -> Receive:
    chunks, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    body = b"".join(chunks)
    if body:
        read_json(body)
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable(
            400, "duplicate_key", "A key is given twice in one object.",
            "Một khóa xuất hiện hai lần trong một đối tượng.",
        )  # fmt: skip
    return found


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise Unreadable(400, "not_finite", "A number is not finite or too large.", "Có số không hữu hạn hoặc quá lớn.")
    return value


def _check_values(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += item.keys()
                below += item.values()
            elif isinstance(item, list):
                below += item
            elif isinstance(item, str) and not _is_storable(item):
                raise _forbidden_character()
        if not below:
            return
        level = below
    raise _too_deep()


def _is_storable(value: str) -> bool:
    return "\0" not in value and (value.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in value))


def _forbidden_character() -> Unreadable:
    return Unreadable(
        400, "forbidden_character", "Text holds NUL or half a surrogate pair.",
        "Văn bản chứa ký tự NUL hoặc nửa cặp ký tự thay thế.",
    )  # fmt: skip


def _too_deep() -> Unreadable:
    return Unreadable(
        400, "too_deep", f"JSON is nested deeper than {DEEPEST} levels.", f"JSON lồng sâu quá {DEEPEST} cấp."
    )
