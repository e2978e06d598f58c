"""Plates in true size, QR codes that can be read, text as outlines."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zlib
from datetime import date

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from addressing.documents.plates import Plate, plate, plate_size
from addressing.rules.plates import PlateSize
from maps.reports import glyphs, plates, qr
from maps.reports.errors import PdfUnavailable
from tests.unit.reports.test_papers import place

MM = 72 / 25.4


def make(number: str, street: str = "Đường Nguyễn Lương Bằng", *, is_demo: bool = False) -> Plate:
    return plate(place(number, street_name=street, is_demo=is_demo, valid_from=date(2026, 2, 5)))


@pytest.mark.parametrize(
    ("number", "width_mm"),
    [("9", 200), ("48", 200), ("101", 230), ("15A", 230), ("1204", 260), ("12345", 290)],
)
def test_plates_widen_as_the_table_of_2006_does(number: str, width_mm: int) -> None:
    assert plate_size(number) == PlateSize(width_mm, 150)
    root = ET.fromstring(plates.svg(make(number)))
    assert (root.get("width"), root.get("height")) == (f"{width_mm}mm", "150mm")
    assert root.get("viewBox") == f"0 0 {width_mm} 150"


def test_a_plate_needs_no_font_and_no_other_file() -> None:
    drawing = plates.svg(make("15A"))
    assert "<text" not in drawing
    assert "href" not in drawing
    assert "font" not in drawing


def test_a_hostile_street_name_stays_text() -> None:
    root = ET.fromstring(plates.svg(make("1", "<script>&\"'")))
    assert root.find(".//{*}script") is None
    assert root.get("aria-label") == "1 <script>&\"'"


def test_everything_stays_inside_the_border_line() -> None:
    drawing = plates.svg(make("99999", "Đường Xô Viết Nghệ Tĩnh kéo dài đoạn qua khu công nghiệp"), with_qr=False)
    for data in re.findall(r'<path fill="#ffffff" d="([^"]+)"', drawing):
        xs = [float(x) for x in re.findall(r"M(-?[\d.]+)[ ,]", data)]
        assert min(xs) > 7
        assert max(xs) < plate_size("99999").width_mm - 7


def test_the_demonstration_label_is_on_the_plate() -> None:
    assert plates.svg(make("1", is_demo=True)).count("<path") == plates.svg(make("1")).count("<path") + 1


def test_each_page_is_as_large_as_its_plate() -> None:
    try:
        made = plates.sheet([make("9"), make("1204")])
    except PdfUnavailable:
        pytest.skip("this machine lacks Pango, which writing PDF needs")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    inside = b"".join(zlib.decompressobj().decompress(one) for one in streams if one[:1] == b"\x78")
    boxes = re.findall(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]", made + inside)
    sizes = [(float(width) / MM, float(height) / MM) for width, height in boxes]
    assert sizes == [(pytest.approx(200, abs=0.1), pytest.approx(150, abs=0.1)),
                     (pytest.approx(260, abs=0.1), pytest.approx(150, abs=0.1))]  # fmt: skip


@given(st.text(alphabet="ABCDEFGHJKMNPQRSTVWXYZ0123456789:/.-", min_size=1, max_size=80))
def test_the_path_draws_exactly_the_modules_of_the_code(payload: str) -> None:
    path, side = qr.path_of(payload)
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        dark |= {(int(x) + at - qr.QUIET, int(y) - qr.QUIET) for at in range(int(width))}
    matrix = segno.make(payload, error="m", micro=False).matrix
    assert side == len(matrix) + 2 * qr.QUIET
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, cell in enumerate(row) if cell}


@pytest.mark.parametrize("text", ["Đường", "Nguyễn Lương Bằng", "Ấp Cửu Ương Ỷ", "0123456789 QRĐ"])
def test_every_vietnamese_letter_has_an_outline(text: str) -> None:
    for sign in text.replace(" ", ""):
        assert glyphs.outline(sign, 0, 0, 10), sign
    assert glyphs.width_of(text, 10) == pytest.approx(2 * glyphs.width_of(text, 5))


def test_marks_apart_are_drawn_as_one_letter() -> None:
    assert glyphs.outline("e\u0302\u0301", 0, 0, 10) == glyphs.outline("ế", 0, 0, 10)
