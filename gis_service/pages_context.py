"""What every page needs from the edge: language, who is asking, whose service it is.

@router.get("/zones", response_class=HTMLResponse)
def zones(request: Request, access: Annotated[Access, reading("pages.read")]) -> Response:
    return page(request, access, "zones.html", rows=…)
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, text
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gis_service import address_faults
from gis_service.access import Access
from gis_service.identity.model import PUBLIC, Identity
from gis_service.settings import Settings
from maps import i18n, pages

LANGUAGE_COOKIE = "gis_lang"
_YEAR_S = 365 * 24 * 3600


def language_of(request: Request, settings: Settings) -> str:
    """The language of the answer: the one chosen, or English where a page does not speak it yet."""
    return i18n.spoken(chosen_language(request, settings), request.url.path)


def chosen_language(request: Request, settings: Settings) -> str:
    """What the reader would like: `?lang=`, else what was chosen before, else what the browser likes."""
    return i18n.negotiate(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language", ""),
        settings.default_language,
    )


def authority_name(settings: Settings, lang: str) -> str:
    """Whose service it is, in that language."""
    return settings.authority_name_vi if lang == "vi" else settings.authority_name_en


def is_demo(conn: Connection) -> bool:
    """Whether this database holds the made-up province. Any of the database roles may ask."""
    return bool(conn.execute(text("SELECT demo_seed IS NOT NULL FROM deployment")).scalar())


def base_url(request: Request, settings: Settings) -> str:
    """Address of this service as its users reach it, without a slash at the end."""
    return (settings.public_url or str(request.base_url)).rstrip("/")


def page(request: Request, access: Access, template: str, *, status: int = 200, **data: Any) -> Response:
    """Render a template of maps/templates for the person who asks.

    `data` goes to the template; the context that base.html documents is added. The choice of a
    language in the address is remembered in a cookie.
    """
    demo = is_demo(access.connection)
    request.app.state.demo = demo
    lang = language_of(request, access.settings)
    return _answer(request, access.settings, access.identity, demo, template, status, data, lang)


def error_page(request: Request, status: int, problem: dict[str, Any]) -> Response:
    """The page for an error, in all languages' words; asks no database, which may be what failed."""
    settings = request.app.state.settings
    identity = getattr(request.state, "identity", None) or PUBLIC
    demo = getattr(request.app.state, "demo", False)
    lang = chosen_language(request, settings)
    return _answer(request, settings, identity, demo, "error.html", status, {"problem": problem}, lang)


def _answer(
    request: Request,
    settings: Settings,
    identity: Identity,
    demo: bool,
    template: str,
    status: int,
    data: dict[str, Any],
    lang: str,
) -> Response:
    wanted = chosen_language(request, settings)
    body = pages.render(
        template,
        lang=lang,
        identity=identity,
        authority_name=authority_name(settings, lang),
        demo=demo,
        path=_own_path(request),
        csrf_token=identity.csrf_token,
        wanted=wanted,
        left_out=address_faults.left_out(request.query_params.multi_items()),
        **data,
    )
    answer = HTMLResponse(
        body, status, headers={"Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}
    )
    if request.query_params.get("lang") in i18n.OFFERED:
        answer.set_cookie(
            LANGUAGE_COOKIE, wanted, max_age=_YEAR_S, samesite="lax", secure=settings.secure_cookies, httponly=True
        )
    return answer


def _own_path(request: Request) -> str:
    parts = urlsplit(str(request.url))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
