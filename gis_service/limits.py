"""How large a request body may be, enforced while it arrives and not after."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from addressing.attachments import PHOTO_BYTES
from gis_service.settings import Settings
from layers.land_files import FILE_BYTES

_PHOTO_FORM = re.compile(r"/desk/plates/[0-9]{1,19}/fixed")
"""A photo with the fields of its form."""


class BodyLimit:
    """Refuse bodies above the limit of their path: uploads are large, everything else is small."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self.upload_bytes = settings.upload_limit_mb * 1024 * 1024
        self.body_bytes = settings.body_limit_kb * 1024

    def _limit_of(self, path: str) -> int:
        if path.startswith("/imports/"):
            return self.upload_bytes
        if path in ("/land-files", "/desk/files"):
            return FILE_BYTES + self.body_bytes
        if _PHOTO_FORM.fullmatch(path):
            return PHOTO_BYTES + self.body_bytes
        return PHOTO_BYTES if path == "/attachments" else self.body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit_of(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        if not (declared.isascii() and declared.isdigit()):
            raise HTTPException(400)
        if int(declared) > limit:
            raise HTTPException(413)
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_counted, send)
