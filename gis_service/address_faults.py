"""A page whose address makes no sense in part is shown without that part, and says so.

Somebody may have cut the address short or typed into it. Programs get the fault as an error, as everywhere;
what must be given and is not, and a path that leads nowhere, stay errors for people too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

NOTE = "left_out"
"""The parameter that names what was left out; pages show it as a notice."""
_NAME = re.compile(r"[a-z_]{1,30}\Z")
_PROGRAMS = ("/ogc", "/tiles", "/openapi")


class NotUnderstood(Exception):
    """Values in the address of a page that it does not know; raised by routes of pages alone."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def require(request: Request, understood: Mapping[str, bool]) -> None:
    """Raise `NotUnderstood` when a parameter that the address holds is not understood."""
    bad = [name for name, is_known in understood.items() if not is_known and name in request.query_params]
    if bad:
        raise NotUnderstood(bad)


def without_faults(request: Request, error: Exception) -> Response | None:
    """The way to the page without what is wrong in its query; None when there is none."""
    if isinstance(error, RequestValidationError):
        places = [(one["loc"], one["type"]) for one in error.errors()]
        if any(place[0] != "query" or kind == "missing" for place, kind in places):
            return None
        if "text/html" not in request.headers.get("accept", "") or request.url.path.startswith(_PROGRAMS):
            return None
        names = [str(place[1]) for place, _ in places]
    else:
        assert isinstance(error, NotUnderstood)
        names = error.names
    if request.method != "GET":
        return None
    given = parse_qsl(request.url.query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if name not in (*names, NOTE)]
    note = ",".join(dict.fromkeys(names))
    return RedirectResponse(
        f"{request.url.path}?{urlencode([*kept, (NOTE, note)])}", 303, {"Cache-Control": "no-store"}
    )


def left_out(query: list[tuple[str, str]]) -> list[str]:
    """What the notice of a page names: words that can be names of parameters, at most five."""
    named = [name for key, text in query if key == NOTE for name in text.split(",")]
    return [name for name in named if _NAME.match(name)][:5]
