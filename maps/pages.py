"""Renders pages from templates and data; knows neither HTTP nor the database.

Every page works without its map. Text comes from `maps.i18n`, numbers and dates are written the
way the language writes them, and whatever comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from maps import i18n, legends, theme_classes, web_files

_DAYS = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}
"""Where the way that the language usually writes a day is too long for a table."""
TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The Jinja environment: everything escaped, and an unknown name is an error, not a blank."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    made.globals.update(
        asset=web_files.address, preloads=web_files.preloads, languages=i18n.OFFERED, legend_entries=legends.entries,
        tag=lambda lang: i18n.TAGS.get(lang, lang), say=i18n.translate, layer_themes=theme_classes.names,
    )  # fmt: skip
    return made


def render(
    template: str,
    *,
    lang: str,
    identity: Any,
    authority_name: str,
    demo: bool,
    path: str,
    csrf_token: str | None = None,
    wanted: str | None = None,
    left_out: Sequence[str] = (),
    **data: Any,
) -> str:
    """Render one page in `lang`; a reader who `wanted` another language is told in that one.

    `identity` needs `is_signed_in`, `display_name` and `roles`; `path` is the path with query of
    the page itself, from which the language switch is made; `left_out` names the parts of the address
    that made no sense. `data` goes to the template as it is.
    Raises `jinja2.UndefinedError` when the template uses what it was not given.
    """
    return environment().get_template(template).render(
        lang=lang, wanted=wanted or lang, identity=identity, authority_name=authority_name, demo=demo, path=path,
        csrf_token=csrf_token, left_out=left_out, **words(lang), **_links(lang, path), **data,
    )  # fmt: skip


def words(lang: str) -> dict[str, Callable[..., str]]:
    """Text, numbers and dates as that language writes them."""

    def t(key: str, /, **facts: object) -> str:
        return i18n.translate(lang, key, **facts)

    return {
        "t": t,
        "number": lambda value, digits=0: write_number(lang, value, digits),
        "percent": lambda value: write_percent(lang, value),
        "day": lambda value: write_day(lang, value),
        "month": lambda value: str(format_skeleton("yMMMM", value, locale=lang)),
        "country": lambda code: Locale.parse(lang).territories.get(code, code),
        "language": lambda code: Locale.parse(lang).languages.get(code, code),
    }


def _links(lang: str, path: str) -> dict[str, Callable[..., Any]]:
    """Addresses that keep the language of a reader who has chosen one in the address."""
    parts = urlsplit(path)

    def in_language(code: str) -> str:
        query = [(key, value) for key, value in parse_qsl(parts.query) if key not in ("lang", "left_out")]
        return f"{parts.path or '/'}?{urlencode([*query, ('lang', code)])}"

    def link(address: str, **query: object) -> str:
        kept = {key: value for key, value in query.items() if value is not None}
        return f"{address}?{urlencode(kept)}" if kept else address

    def here(address: str) -> bool:
        if address == "/":
            return parts.path in ("/", "/map")
        return parts.path == address or parts.path.startswith(address + "/")

    return {"in_language": in_language, "link": link, "here": here}


def write_number(lang: str, value: float | None, digits: int = 0) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English; a dash for what is not known."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=lang))


def write_percent(lang: str, value: float | None) -> str:
    """A share 0 to 1 as per cent without decimals; a dash for what is not known."""
    return "–" if value is None else str(format_percent(value, format="#,##0%", locale=lang))


def write_day(lang: str, value: date | datetime | None) -> str:
    """dd/mm/yyyy in Vietnamese, 2 Jan 2026 in English, 2026年1月2日 in Japanese; a dash for what is not known."""
    if value is None:
        return "–"
    return str(format_date(value, format=_DAYS.get(lang, "long"), locale=lang))


def as_data(value: Any) -> Markup:
    """JSON for a `<script type="application/json">` block, which no policy has to allow as script."""
    return Markup(environment().filters["tojson"](value))  # noqa: S704 - tojson escapes <, >, & and '
