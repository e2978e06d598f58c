"""Text as outlines, so that a plate looks the same in every workshop, whatever fonts it has."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from maps.reports.errors import FontsMissing

FILES = Path(__file__).parent.parent / "web" / "vendor" / "be-vietnam-pro" / "files"
SUBSETS = ("vietnamese", "latin", "latin-ext")
CAP_HEIGHT = 0.7
"""Height of capitals and figures as a share of the size, near enough for setting them in the middle."""


def width_of(text: str, size_mm: float, weight: int = 700) -> float:
    """How wide a line is, in millimetres."""
    return sum(_advance(sign, weight) for sign in _signs(text)) * size_mm


def outline(text: str, x_mm: float, baseline_mm: float, size_mm: float, weight: int = 700) -> str:
    """One line as the data of an SVG path in millimetres, beginning at `x_mm`."""
    parts = []
    for sign in _signs(text):
        font, glyph, units = _glyph(sign, weight)
        if glyph is not None:
            pen = SVGPathPen(font, ntos=lambda value: f"{value:.2f}".rstrip("0").rstrip("."))
            scale = size_mm / units
            font[glyph].draw(TransformPen(pen, (scale, 0, 0, -scale, x_mm, baseline_mm)))
            parts.append(pen.getCommands())
        x_mm += _advance(sign, weight) * size_mm
    return "".join(parts)


def _signs(text: str) -> str:
    """Letters with their marks in one sign, as the font holds them."""
    return unicodedata.normalize("NFC", text)


def _advance(sign: str, weight: int) -> float:
    font, glyph, units = _glyph(sign, weight)
    return 0.5 if glyph is None else font[glyph].width / units


@lru_cache(maxsize=2048)
def _glyph(sign: str, weight: int) -> tuple[Any, str | None, int]:
    """Glyph set, name of the glyph and units per em; an unknown sign has no glyph and leaves a gap."""
    for subset in SUBSETS:
        characters, glyphs, units = _font(subset, weight)
        if ord(sign) in characters:
            return glyphs, characters[ord(sign)], units
    return None, None, 1


@lru_cache(maxsize=12)
def _font(subset: str, weight: int) -> tuple[dict[int, str], Any, int]:
    file = FILES / f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
    if not file.is_file():
        raise FontsMissing(file.name)
    font = TTFont(file)
    return font.getBestCmap(), font.getGlyphSet(), font["head"].unitsPerEm
