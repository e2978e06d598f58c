"""Pages and data travel compressed where the client takes it.

Left as they are: what is compressed already (tiles, assets, files), what carries a strong ETag (it names
exact bytes, and editors send it back), what is streamed, and pages of signed-in people: they hold the
token of their forms next to what the address says, from whose compressed length a stranger could guess it.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gis_service.identity import sessions
from maps import compression

SMALLEST = 1024
_KINDS = ("text/", "application/json", "application/geo+json", "application/problem+json", "image/svg+xml")


class Compressing:
    """Compress whole answers of text; takes what `maps.compression` likes best and the client takes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        encoding = "identity"
        if scope["type"] == "http" and scope["method"] != "HEAD":
            encoding = compression.choose(Headers(scope=scope).get("accept-encoding", ""))
        if encoding == "identity":
            await self.app(scope, receive, send)
            return
        begun: Message | None = None

        async def send_compressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and _is_wanted(message, scope):
                MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
                begun = message
                return
            if begun is not None and message["type"] == "http.response.body":
                head, begun = begun, None
                body = message.get("body", b"")
                if not message.get("more_body", False) and len(body) >= SMALLEST:
                    message["body"] = await compression.compressed(body, encoding)
                    headers = MutableHeaders(scope=head)
                    headers["Content-Encoding"], headers["Content-Length"] = encoding, str(len(message["body"]))
                await send(head)
            await send(message)

        await self.app(scope, receive, send_compressed)


def _is_wanted(start: Message, scope: Scope) -> bool:
    headers = Headers(raw=start["headers"])
    kind = headers.get("content-type", "")
    if not kind.startswith(_KINDS) or "content-encoding" in headers or start["status"] in (204, 206, 304):
        return False
    if "etag" in headers and not headers["etag"].startswith("W/"):
        return False
    return not (kind.startswith("text/html") and sessions.COOKIE in Headers(scope=scope).get("cookie", ""))
