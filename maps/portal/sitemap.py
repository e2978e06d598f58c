"""The pages that search engines may list, as sitemaps.org has it: the portal, zones and plots in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from sqlalchemy import Connection, func, select

from layers.plots import plots
from layers.zones import zones
from maps import i18n

MOST = 50_000
"""So many addresses one file may hold."""

STANDING = ("/invest", "/plots", "/zones", "/map")
PRIVATE = ("/desk", "/for/", "/alerts/", "/login", "/enquiries/", "/reports/")
"""Pages of staff, and pages that only those with their address should open."""


def sitemap(conn: Connection, base: str) -> str:
    """XML with the standing pages, then zones, then free and other published plots, as long as they fit.

    `base`: address of the service without a slash at the end. Each entry names the page in every language.
    """
    entries: list[tuple[str, datetime | None]] = [(path, None) for path in STANDING]
    entries += _zones(conn)
    entries += _plots(conn, MOST - len(entries))
    body = "\n".join(_lines(base, entries[:MOST]))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        f"{body}\n</urlset>\n"
    )


def robots(base: str, *, is_demo: bool) -> str:
    """What programs that collect pages may do; made-up land is not for them at all."""
    if is_demo:
        return "# A demonstration with made-up data: not for search engines.\nUser-agent: *\nDisallow: /\n"
    closed = "\n".join(f"Disallow: {path}" for path in PRIVATE)
    return f"User-agent: *\n{closed}\n\nSitemap: {base}/sitemap.xml\n"


def _zones(conn: Connection) -> Iterator[tuple[str, datetime | None]]:
    for code, changed in conn.execute(select(zones.c.code, zones.c.updated_at).order_by(zones.c.code)):
        yield f"/zones/{quote(code, safe='')}", changed


def _plots(conn: Connection, most: int) -> Iterator[tuple[str, datetime | None]]:
    free_first = func.array_position(["available", "planned"], plots.c.status)
    chosen = (
        select(zones.c.code, plots.c.code, plots.c.updated_at)
        .join_from(plots, zones, zones.c.id == plots.c.zone_id)
        .order_by(free_first.nulls_last(), zones.c.code, plots.c.code)
        .limit(most)
    )
    for zone, code, changed in conn.execute(chosen):
        yield f"/plots/{quote(zone, safe='')}/{quote(code, safe='')}", changed


def _lines(base: str, entries: Iterable[tuple[str, datetime | None]]) -> Iterator[str]:
    for path, changed in entries:
        address = base + path
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{lang}" href={quoteattr(f"{address}?lang={lang}")}/>'
            for lang in i18n.OFFERED
        )
        day = f"<lastmod>{changed:%Y-%m-%d}</lastmod>" if changed else ""
        yield f"<url><loc>{address}</loc>{day}{others}</url>"
