"""Who asks for which address in which language: what a resource needs to write its links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request

from gis_service.access import Access
from gis_service.database import Audience
from gis_service.pages_context import authority_name, base_url, language_of

Link = dict[str, str]

PREFIX = "/ogc"
JSON, HTML = "application/json", "text/html"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"


@dataclass(frozen=True, slots=True)
class Site:
    """The service as one asker reaches it."""

    base: str
    """Address of the landing page without its last slash, as https://gis.example.vn/ogc."""
    lang: str
    audience: Audience
    authority: str

    def url(self, *segments: str, **query: Any) -> str:
        """Address below the landing page: `url("collections", "zones", f="json")`. None is left out."""
        path = "".join("/" + quote(segment, safe="") for segment in segments) or "/"
        kept = {name.replace("_", "-"): value for name, value in query.items() if value is not None}
        return f"{self.base}{path}{'?' + urlencode(kept) if kept else ''}"

    def say(self, vi: str, en: str) -> str:
        """The wording in the asker's language."""
        return vi if self.lang == "vi" else en


def site_of(request: Request, access: Access) -> Site:
    """The site as this request sees it."""
    lang = language_of(request, access.settings)
    return Site(
        base_url(request, access.settings) + PREFIX, lang, access.audience, authority_name(access.settings, lang)
    )


def link(href: str, rel: str, media_type: str, title: str, lang: str | None = None) -> Link:
    """One link; `lang` is the language of what it leads to."""
    made = {"href": href, "rel": rel, "type": media_type, "title": title}
    return made | {"hreflang": lang} if lang else made
