"""A page for each of several plots in one PDF, with an index in front: the printed series of the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy import Connection

from layers.crs import storage_srid
from maps import archipelagos, i18n, legends
from maps.catalog import Mark
from maps.pages import write_day, write_number
from maps.reports import pdf, plot_maps, qr

PAPERS: dict[str, tuple[float, float]] = {"a4": (297.0, 210.0), "a3": (420.0, 297.0)}
"""Landscape, millimetres."""
MOST = 500
_MARGIN, _HEAD, _GAP = 9.0, 13.0, 4.0
_SIDE = {"a4": 54.0, "a3": 66.0}
_HERE = Path(__file__).parent

Tell = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a series is to look like."""

    paper: Literal["a4", "a3"]
    heading: str
    note: str
    lang: str
    authority: str
    base: str
    """Address of the service, for the QR codes."""
    on: date


@dataclass(frozen=True, slots=True)
class Page:
    """One plot on paper."""

    subject: plot_maps.Subject
    frame: plot_maps.Frame
    map: Markup
    bar: Markup
    code: Markup


def as_pdf(conn: Connection, ids: Sequence[int], wanted: Wanted, progress: Tell = lambda done, total: None) -> bytes:
    """The series in the order of `ids`. Raises `NotFound`, and `PdfUnavailable` where the machine lacks Pango."""
    made = []
    chosen = plot_maps.subjects(conn, ids)
    for done, subject in enumerate(chosen, 1):
        made.append(_page(conn, subject, wanted))
        progress(done, len(chosen))
    return pdf.write(_html(made, wanted, storage_srid(conn)), _style(wanted.paper))


def _page(conn: Connection, subject: plot_maps.Subject, wanted: Wanted) -> Page:
    width, height = map_size(wanted.paper)
    frame = plot_maps.frame_around(subject.shape, width, height)
    link = f"{wanted.base}/#map=17/{subject.lat:.5f}/{subject.lon:.5f}&sel=plots:{subject.id}"
    return Page(
        subject, frame,
        Markup(plot_maps.drawing(conn, subject, frame, wanted.lang)),  # noqa: S704 - our own drawings, texts escaped
        Markup(plot_maps.scale_bar(frame, _SIDE[wanted.paper] * 0.75, wanted.lang)),  # noqa: S704
        Markup(qr.svg(link)),  # noqa: S704
    )  # fmt: skip


def map_size(paper: str) -> tuple[float, float]:
    """Width and height of the map on a page, millimetres."""
    width, height = PAPERS[paper]
    return width - 2 * _MARGIN - _GAP - _SIDE[paper], height - 2 * _MARGIN - _HEAD


def _html(pages: Sequence[Page], wanted: Wanted, srid: int) -> str:
    lang = wanted.lang

    def t(key: str, /, **facts: object) -> str:
        return i18n.translate(lang, key, **facts)

    words: dict[str, Any] = {
        "t": t,
        "number": partial(write_number, lang),
        "day": partial(write_day, lang),
    }
    return _environment().get_template("plot_series.html").render(
        lang=lang, pages=pages, wanted=wanted, srid=srid, legend=_legend(lang), size=map_size(wanted.paper),
        inset=Markup(_inset(lang)), is_demo=any(page.subject.is_demo for page in pages), **words,  # noqa: S704
    )  # fmt: skip


def _legend(lang: str) -> list[tuple[str, list[tuple[str, Mark]]]]:
    told = []
    for layer in ("plots", "zones"):
        marks = legends.marks(layer).values()
        field = "status" if layer == "plots" else "kind"
        rows = [(i18n.translate(lang, f"value.{layer}.{field}.{mark.value}"), mark) for mark in marks]
        told.append((i18n.translate(lang, f"layer.{layer}"), rows))
    return told


def _inset(lang: str) -> str:
    """Both archipelagos, as on every map of the service."""
    name = 'font-family="Paper, Paper Vietnamese, Paper Extra" font-weight="700" fill="#173e55" text-anchor="middle"'
    coast = archipelagos.inset_path(archipelagos.COAST)
    parts = ['<rect width="164" height="190" fill="#d9e6ed" stroke="#5d7180"/>']
    parts.append(f'<polyline points="{coast}" fill="none" stroke="#5d7180"/>')
    for group in archipelagos.BOTH:
        outline = archipelagos.inset_path(group.outline)
        parts.append(f'<polygon points="{outline}" fill="none" stroke="#2f5d78" stroke-dasharray="3 2"/>')
        for _, lon, lat in group.islands:
            x, y = archipelagos.inset_xy(lon, lat)
            parts.append(f'<circle cx="{x}" cy="{y}" r="1.2" fill="#2f5d78"/>')
    country = i18n.translate(lang, "inset.country")
    for key, lon, lat in (("inset.hoang_sa", 111.7, 18.6), ("inset.truong_sa", 112.9, 5.85)):
        x, y = archipelagos.inset_xy(lon, lat)
        parts.append(f'<text x="{x}" y="{y}" font-size="10" {name}>{i18n.translate(lang, key)}</text>')
        parts.append(f'<text x="{x}" y="{y + 10}" font-size="9" {name}>{country}</text>')
    return "".join(parts)


def _style(paper: str) -> str:
    width, height = PAPERS[paper]
    page = f"@page {{ size: {width}mm {height}mm; margin: {_MARGIN}mm; }}\n"
    return page + (_HERE / "plot_series.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
