"""A plot on paper (PDF) and lists of plots as a spreadsheet (XLSX), in the language of the reader."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from math import cos, radians
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from layers import spreadsheets
from maps import i18n
from maps.pages import write_day, write_number, write_percent
from maps.portal import distances
from maps.portal.plot_sheet import PlotSheet
from maps.reports import pdf, qr

COLUMNS = (
    "zone_name", "code", "status", "area_m2", "price_usd_m2_term", "price_quoted_on", "ready_on", "lease_ends_on",
    "power_kva", "water_m3_day", "wastewater_m3_day", "road_width_m", "can_merge", "land_use_code",
)  # fmt: skip
"""Of the spreadsheet, in order; `plot.<column>` of the texts is its heading."""

_HERE = Path(__file__).parent


def plots_xlsx(rows: Sequence[Mapping[str, Any]], lang: str, *, is_demo: bool) -> bytes:
    """One sheet, a row for each plot. Text is stored as text, never as a formula; numbers and days as such."""
    out = io.BytesIO()
    book = spreadsheets.workbook(out)
    bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E4EAF3", "border": 1})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet(i18n.translate(lang, "plots.sheet"))
    if is_demo:
        sheet.write_string(0, 0, i18n.translate(lang, "banner.demo"))
    for at, name in enumerate(COLUMNS):
        sheet.write_string(2, at, i18n.translate(lang, f"plot.{name}"), bold)
        sheet.set_column(at, at, 24 if name == "zone_name" else 14)
    for line, row in enumerate(rows, start=3):
        for at, name in enumerate(COLUMNS):
            spreadsheets.write_cell(sheet, line, at, _cell(lang, name, row[name]), day_look=day)
    sheet.freeze_panes(3, 2)
    sheet.autofilter(2, 0, 2 + len(rows), len(COLUMNS) - 1)
    book.close()
    return out.getvalue()


def _cell(lang: str, name: str, value: Any) -> Any:
    if name == "status":
        return i18n.translate(lang, f"value.plots.status.{value}")
    if isinstance(value, bool):
        return i18n.translate(lang, "plot.yes" if value else "plot.no")
    return value


def plot_pdf(sheet: PlotSheet, lang: str, authority: str, link: str) -> bytes:
    """One plot on A4: outline, facts, fees, utilities, rules, distances, sources and a QR code of its page.

    Raises `PdfUnavailable` where the machine lacks Pango.
    """

    def t(key: str, /, **facts: object) -> str:
        return i18n.translate(lang, key, **facts)

    words: dict[str, Any] = {
        "t": t,
        "number": partial(write_number, lang),
        "percent": partial(write_percent, lang),
        "day": partial(write_day, lang),
    }
    html = _environment().get_template("plot_paper.html").render(
        lang=lang, sheet=sheet, plot=sheet.plot, zone=sheet.zone, authority=authority, link=link,
        drawing=Markup(outline_svg(sheet.outline)), code=Markup(qr.svg(link)),  # noqa: S704 - our own drawings
        distances_source=distances.source(), **words,
    )  # fmt: skip
    return pdf.write(html, (_HERE / "plot_paper.css").read_text(encoding="utf-8"))


def outline_svg(rings: Sequence[Sequence[Sequence[float]]], size: int = 220) -> str:
    """The outline as a drawing, north up; `rings` are WGS 84 longitudes and latitudes."""
    lons = [point[0] for ring in rings for point in ring]
    lats = [point[1] for ring in rings for point in ring]
    narrow = cos(radians(sum(lats) / len(lats)))
    wide, high = (max(lons) - min(lons)) * narrow, max(lats) - min(lats)
    scale = (size - 20) / max(wide, high, 1e-9)
    path = " ".join(
        "M"
        + " L".join(
            f"{10 + (lon - min(lons)) * narrow * scale:.1f},{10 + (max(lats) - lat) * scale:.1f}" for lon, lat in ring
        )
        + " Z"
        for ring in rings
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}">'
        f'<path d="{path}" fill="#cfe8dd" fill-rule="evenodd" stroke="#0b3d5c" stroke-width="2"/>'
        f'<path d="M{size - 16},30 l5,-16 l5,16 l-5,-4 z" fill="#16242e"/></svg>'
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
