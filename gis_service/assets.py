"""Scripts, styles and fonts, from our own server only: compressed once, kept by browsers until they change."""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import brotli
import zstandard
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from maps import compression, web_files

# Debian's table lacks these; without a JavaScript type a browser refuses to run a module.
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")

_SMALLEST = 512
"""Bytes from which compression is worth its header."""
_TEXT = (".mjs", ".js", ".css", ".svg", ".json", ".html", ".txt")
# Slower and smaller than what `maps.compression` does for tiles: a file is compressed once for all its readers.
_ONCE: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=19).compress(body),
    "br": lambda body: bytes(brotli.compress(body, quality=9)),
    "gzip": lambda body: gzip.compress(body, compresslevel=9, mtime=0),
}
KEEP = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """Static files. An address with the present version (v-…/) never changes and may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file with the caching its address allows, in the best encoding that the client takes."""
        version, name = web_files.split(path.replace(os.sep, "/"))
        answer = await super().get_response(name, scope)
        if isinstance(answer, FileResponse) and scope["method"] == "GET":
            answer = await _compressed(answer, Headers(scope=scope))
        current = version is not None and version == web_files.version()
        # Under the version of another release lies what we have now: right for who asks, wrong to be kept.
        answer.headers["Cache-Control"] = KEEP if current else "public, max-age=300" if version is None else "no-cache"
        return answer


async def _compressed(plain: FileResponse, asked: Headers) -> Response:
    encoding = compression.choose(asked.get("accept-encoding", ""))
    file = Path(plain.path)
    if file.suffix not in _TEXT or file.stat().st_size < _SMALLEST:
        return plain
    plain.headers["Vary"] = "Accept-Encoding"
    if encoding == "identity" or "range" in asked:
        return plain
    etag = '"' + plain.headers["etag"].strip('"') + f'-{encoding}"'
    headers = {name: plain.headers[name] for name in ("content-type", "last-modified", "vary")}
    headers |= {"etag": etag, "content-encoding": encoding}
    if etag in asked.get("if-none-match", ""):
        return NotModifiedResponse(Headers(headers))
    body = await asyncio.to_thread(_body, str(file), file.stat().st_mtime_ns, encoding)
    return Response(body, headers=headers)


@lru_cache(maxsize=512)
def _body(file: str, _changed_ns: int, encoding: str) -> bytes:
    return _ONCE[encoding](Path(file).read_bytes())
