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
from maps.portal import distances, ways
from maps.portal.money import ExchangeRate
from maps.portal.plot_sheet import PlotSheet
from maps.reports import languages, pdf, qr

COLUMNS = (
    "zone_name", "code", "status", "area_m2", "price_usd_m2_term", "price_quoted_on", "ready_on", "lease_ends_on",
    "power_kva", "water_m3_day", "wastewater_m3_day", "road_width_m", "can_merge", "land_use_code",
)  # fmt: skip
"""Of the spreadsheet, in order; `plot.<column>` of the texts is its heading."""

_HERE = Path(__file__).parent


_DAYS = {"vi": "dd/mm/yyyy", "en": "d mmm yyyy", "ko": 'yyyy"년" m"월" d"일"'}
_EAST_ASIAN_DAY = 'yyyy"年"m"月"d"日"'


def plots_xlsx(
    rows: Sequence[Mapping[str, Any]], lang: str, *, is_demo: bool, rate: ExchangeRate | None = None
) -> bytes:
    """One sheet, a row for each plot. Text is stored as text, never as a formula; numbers and days as such.

    With a rate a last column gives the price in đồng, and the line above the headings says by which rate.
    """
    out = io.BytesIO()
    book = spreadsheets.workbook(out)
    bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E4EAF3", "border": 1})
    day = book.add_format({"num_format": _DAYS.get(lang, _EAST_ASIAN_DAY)})
    sheet = book.add_worksheet(i18n.translate(lang, "plots.sheet"))
    if is_demo:
        sheet.write_string(0, 0, i18n.translate(lang, "banner.demo"))
    sheet.write_string(1, 0, money_note(rate, lang))
    for at, name in enumerate(COLUMNS):
        sheet.write_string(2, at, _heading(lang, name), bold)
        sheet.set_column(at, at, 24 if name == "zone_name" else 14)
    for line, row in enumerate(rows, start=3):
        for at, name in enumerate(COLUMNS):
            spreadsheets.write_cell(sheet, line, at, _cell(lang, name, row), day_look=day)
        if rate is not None and row["price_usd_m2_term"] is not None:
            sheet.write_number(line, len(COLUMNS), rate.to_vnd(row["price_usd_m2_term"]))
    if rate is not None:
        sheet.write_string(2, len(COLUMNS), f"{i18n.translate(lang, 'plot.price_usd_m2_term')} (≈ VND/m²)", bold)
        sheet.set_column(len(COLUMNS), len(COLUMNS), 18)
    sheet.freeze_panes(3, 2)
    sheet.autofilter(2, 0, 2 + len(rows), len(COLUMNS) - 1)
    book.close()
    return out.getvalue()


def money_note(rate: ExchangeRate | None, lang: str) -> str:
    """By which rate amounts are converted, or that nothing is."""
    if rate is None:
        return i18n.translate(lang, "money.as_quoted")
    return i18n.translate(
        lang, "money.rate", rate=write_number(lang, rate.vnd_per_usd), day=write_day(lang, rate.on), source=rate.source
    )


def _heading(lang: str, name: str) -> str:
    unit = {"area_m2": "m²", "price_usd_m2_term": "USD/m²", "power_kva": "kVA", "road_width_m": "m"}.get(name)
    if name in ("water_m3_day", "wastewater_m3_day"):
        unit = f"m³/{i18n.translate(lang, 'plot.per_day')}"
    heading = i18n.translate(lang, f"plot.{name}")
    return f"{heading} ({unit})" if unit else heading


def _cell(lang: str, name: str, row: Mapping[str, Any]) -> Any:
    value = row[name]
    if name == "zone_name" and lang != "vi":
        return row["zone_name_en"] or value
    if name == "status":
        return i18n.translate(lang, f"value.plots.status.{value}")
    if isinstance(value, bool):
        return i18n.translate(lang, "plot.yes" if value else "plot.no")
    return value


def plot_pdf(sheet: PlotSheet, lang: str, authority: str, link: str, rate: ExchangeRate | None = None) -> bytes:
    """One plot on A4: outline, facts, fees, utilities, rules, distances, sources and a QR code of its page.

    Raises `PdfUnavailable` where the machine lacks Pango, `LanguageFontMissing` where it lacks the letters.
    """
    family = languages.family_for(lang)

    def t(key: str, /, **facts: object) -> str:
        return i18n.translate(lang, key, **facts)

    words: dict[str, Any] = {
        "t": t,
        "number": partial(write_number, lang),
        "percent": partial(write_percent, lang),
        "day": partial(write_day, lang),
    }
    style = (_HERE / "plot_paper.css").read_text(encoding="utf-8")
    if family is not None:
        style = style.replace('"Paper Extra"', f'"Paper Extra", "{family}"')
    html = _environment().get_template("plot_paper.html").render(
        lang=lang, sheet=sheet, plot=sheet.plot, zone=sheet.zone, authority=authority, link=link,
        drawing=Markup(outline_svg(sheet.outline)), code=Markup(qr.svg(link)),  # noqa: S704 - our own drawings
        distances_source=distances.source(), speed_kmh=ways.SPEED_KMH,
        rate=rate, money_note=money_note(rate, lang), tag=i18n.TAGS.get(lang, lang), **words,
    )  # fmt: skip
    return pdf.write(html, style)


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
