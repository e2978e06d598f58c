"""Structured logs, request ids, and the headers that every answer carries."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gis_service.settings import Settings

log = structlog.get_logger("gis.request")

_SECRET_PATH = re.compile(r"^(/(?:setup|password|links|for|alerts/of|map/shares)/).+")
"""Links that open something are secrets while they can be used; the log must not hold them."""
REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
"""What is taken over from a client as the id of its request."""

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'", "script-src 'self'", "style-src 'self'", "font-src 'self'",
        "img-src 'self' data: blob:", "connect-src 'self'", "worker-src 'self'", "object-src 'none'",
        "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ]
)  # fmt: skip

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def security_headers(secure: bool) -> dict[str, str]:
    """The headers of every answer; `secure` for a service that is reached over https only."""
    if not secure:
        return dict(SECURITY_HEADERS)
    return SECURITY_HEADERS | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def configure_logging(settings: Settings) -> None:
    """One JSON object a line (or console text), with the time in UTC."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level)),
        cache_logger_on_first_use=False,
    )


class RequestTelemetry:
    """Give each request an id, log how it ended, add the security headers, answer for defects.

    It stands outside the framework's own error handling, so that even the answer to a defect
    carries the id and the headers.
    """

    def __init__(self, app: ASGIApp, *, secure: bool, on_defect: Callable[[Request, Exception], Response]) -> None:
        self.app = app
        self.on_defect = on_defect
        self.headers = security_headers(secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        began, status, started = time.perf_counter(), 500, False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_headers)
            except Exception as error:
                if started:
                    raise  # half an answer is out: the server must cut the connection
                await self.on_defect(Request(scope), error)(scope, receive, send_with_headers)
            finally:
                log.info(
                    "request",
                    method=scope["method"],
                    path=_SECRET_PATH.sub(r"\1…", scope["path"]),
                    status=status,
                    duration_ms=round((time.perf_counter() - began) * 1000, 1),
                    client=scope["client"][0] if scope.get("client") else None,
                )
