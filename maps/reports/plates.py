"""Plates of every kind in true size: SVG with outlines in place of fonts, and PDF with one plate a page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from addressing.documents.blocks import DEMO_LABEL
from addressing.documents.plates import BACKGROUND, INK, Plate
from addressing.rules.plates import KIND_VI
from maps.reports import glyphs, pdf, qr

BORDER_MM, INSET_MM = 2.0, 5.0
QR_MM = 34.0
"""Side of the code with its quiet zone: read from an arm's length."""
CODE_NEEDS_MM = (180, 120)
"""Width and height of the smallest plate that has room for a code beside its lines."""
MOST_DESCRIBED = 50


def svg(plate: Plate, *, with_qr: bool = True) -> str:
    """One plate; one unit of the drawing is one millimetre. What its size rests on stands in the description."""
    width, height = plate.size.width_mm, plate.size.height_mm
    edge = INSET_MM + BORDER_MM / 2
    parts = [
        f'<rect width="{width}" height="{height}" rx="6" fill="{BACKGROUND}"/>',
        (
            f'<rect x="{edge}" y="{edge}" width="{width - 2 * edge}" height="{height - 2 * edge}" rx="4" '
            f'fill="none" stroke="{INK}" stroke-width="{BORDER_MM}"/>'
        ),
        *_lines(plate, with_qr=with_qr and _has_room_for_code(plate)),
    ]
    if with_qr and _has_room_for_code(plate):
        parts.append(_code(plate))
    if plate.is_demo:
        parts.append(_fitted(DEMO_LABEL.split(" – ")[0], width / 2, 14.5, 4.2, width - 40, fill="#ffd34d"))
    label, told = escape(plate.label), escape(described(plate))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{label}"><title>{label}</title><desc>{told}</desc>'
        f"{''.join(parts)}</svg>"
    )


def described(plate: Plate) -> str:
    """Kind, size, what the size rests on, and the code of the plate where it is ordered."""
    size = f"{plate.size.width_mm} × {plate.size.height_mm} mm"
    parts = (KIND_VI[plate.kind].capitalize(), size, f"kích thước: {plate.note}", plate.code or "")
    return "; ".join(part for part in parts if part)


def sheet(plates: Sequence[Plate], *, with_qr: bool = True) -> bytes:
    """A PDF with one plate a page, each page as large as its plate. Raises `PdfUnavailable`."""
    sizes = sorted({(plate.size.width_mm, plate.size.height_mm) for plate in plates})
    style = "body, p { margin: 0 } svg { display: block }" + "".join(
        f" @page size{width}x{height} {{ size: {width}mm {height}mm; margin: 0 }}"
        f" .size{width}x{height} {{ page: size{width}x{height} }}"
        for width, height in sizes
    )
    pages = "".join(_page(plate, is_first=not at, with_qr=with_qr) for at, plate in enumerate(plates))
    told = escape(". ".join(dict.fromkeys(described(plate) for plate in plates[:MOST_DESCRIBED])), quote=True)
    head = (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Biển số nhà</title>'
        f'<meta name="description" content="{told}"></head>'
    )
    page = f"{head}<body>{pages}</body></html>"
    return pdf.write(page, style)


def _page(plate: Plate, *, is_first: bool, with_qr: bool) -> str:
    name = f"size{plate.size.width_mm}x{plate.size.height_mm}"
    begin = "auto" if is_first else "page"
    return f'<div class="{name}" style="break-before: {begin}">{svg(plate, with_qr=with_qr)}</div>'


def _has_room_for_code(plate: Plate) -> bool:
    return (
        plate.link is not None and plate.size.width_mm >= CODE_NEEDS_MM[0] and plate.size.height_mm >= CODE_NEEDS_MM[1]
    )


def _lines(plate: Plate, *, with_qr: bool) -> list[str]:
    """What is above, large, and below; the lines below stand beside the code. Heights are shares of 150 mm."""
    width, height = plate.size.width_mm, plate.size.height_mm
    scale = height / 150
    left = INSET_MM + BORDER_MM + 8 * min(1.0, scale)
    room = width - left - (QR_MM + INSET_MM + BORDER_MM + 8 if with_qr else left)
    middle = left + room / 2
    words, whole = plate.words, width - 2 * left - 14 * min(1.0, scale)
    below = [line for line in words.below if line]
    if not below:
        high = 112 if words.above else 105
        return [
            _fitted(words.above, width / 2, 42 * scale, 17 * scale, whole),
            _fitted(words.main, width / 2, high * scale, (78 if words.above else 86) * scale, whole),
        ]
    first, *rest = below
    return [
        _fitted(words.above, width / 2, 28 * scale, 10 * scale, whole),
        _fitted(words.main, width / 2, 84 * scale, 86 * scale, whole),
        _fitted(first, middle, height - 33 * scale, 17 * scale, room),
        _fitted(", ".join(rest), middle, height - 20 * scale, 8.5 * scale, room, weight=500),
    ]


def _fitted(
    text: str,
    middle_mm: float,
    baseline_mm: float,
    size_mm: float,
    room_mm: float,
    *,
    weight: int = 700,
    fill: str = INK,
) -> str:
    """A line centred on `middle_mm`, made smaller where it would not fit."""
    if not text:
        return ""
    wide = glyphs.width_of(text, size_mm, weight)
    size_mm = size_mm * min(1.0, room_mm / wide)
    start = middle_mm - glyphs.width_of(text, size_mm, weight) / 2
    return f'<path fill="{fill}" d="{glyphs.outline(text, start, baseline_mm, size_mm, weight)}"/>'


def _code(plate: Plate) -> str:
    path, side = qr.path_of(plate.link or "")
    x = plate.size.width_mm - INSET_MM - BORDER_MM - 4 - QR_MM
    y = plate.size.height_mm - INSET_MM - BORDER_MM - 8.5 - QR_MM
    scale = QR_MM / side
    name = _fitted(plate.place_id or "", x + QR_MM / 2, y + QR_MM + 5.2, 5, QR_MM, weight=500)
    return (
        f'<g shape-rendering="crispEdges" transform="translate({x:.2f} {y:.2f}) scale({scale:.5f})">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></g>{name}'
    )
