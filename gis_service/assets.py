"""Scripts, styles and fonts, from our own server only."""

from __future__ import annotations

import mimetypes

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

# Debian's table lacks these; without a JavaScript type a browser refuses to run a module.
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


class Assets(StaticFiles):
    """Static files; an address with a version (?v=…) never changes and may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file with the caching its address allows."""
        response = await super().get_response(path, scope)
        versioned = scope.get("query_string", b"").startswith(b"v=")
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if versioned else "public, max-age=300"
        )
        return response
