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

from addressing.documents.plates import BY_DRAFT, BY_TABLE, Plate, plate, source_of
from addressing.documents.plates import plates as plates_of
from addressing.errors import PlateSizeOpen
from addressing.rules.plates import PlateKind, PlateSize, SizeFound, Wording
from maps.reports import glyphs, plates, qr
from tests.unit.reports.test_papers import place

MM = 72 / 25.4


def make(number: str, street: str = "Đường Nguyễn Lương Bằng", **facts: object) -> Plate:
    return plate(place(number, street_name=street, valid_from=date(2026, 2, 5), **facts))


def other(kind: PlateKind, words: Wording, width_mm: int = 200, height_mm: int = 150) -> Plate:
    return Plate(kind, words, PlateSize(width_mm, height_mm), "Quyết định 12/QĐ-SXD", is_demo=False)


@pytest.mark.parametrize(
    ("number", "width_mm"),
    [("9", 200), ("48", 200), ("101", 230), ("15A", 230), ("1204", 260)],
)
def test_plates_widen_as_the_table_of_2006_does(number: str, width_mm: int) -> None:
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
    wide = SizeFound(PlateSize(290, 150), "R13.unknown", "12/QĐ")
    drawing = plates.svg(
        make("99999", "Đường Xô Viết Nghệ Tĩnh kéo dài đoạn qua khu công nghiệp", plate_size=wide), with_qr=False
    )
    for data in re.findall(r'<path fill="#ffffff" d="([^"]+)"', drawing):
        xs = [float(x) for x in re.findall(r"M(-?[\d.]+)[ ,]", data)]
        assert min(xs) > 7
        assert max(xs) < 290 - 7


def test_the_demonstration_label_is_on_the_plate() -> None:
    assert plates.svg(make("1", is_demo=True)).count("<path") == plates.svg(make("1")).count("<path") + 1


def test_each_page_is_as_large_as_its_plate() -> None:
    made = plates.sheet([make("9"), make("1204")])
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


KINDS = [
    other(PlateKind.ALLEY_SIGN, Wording("NGÕ 99", below=("PHỐ NGUYỄN DU",)), 400, 200),
    other(PlateKind.GROUP, Wording("Đ", above="NHÓM NHÀ"), 300, 300),
    other(PlateKind.BUILDING, Wording("BL.A-10"), 900, 400),
    other(PlateKind.FLOOR, Wording("3A", above="TẦNG"), 150, 120),
    other(PlateKind.FLAT, Wording("25-06", above="A2"), 180, 100),
]


@pytest.mark.parametrize("made", KINDS, ids=[made.kind.value for made in KINDS])
def test_every_kind_is_drawn_in_its_size_inside_its_border(made: Plate) -> None:
    drawing = plates.svg(made)
    root = ET.fromstring(drawing)
    assert (root.get("width"), root.get("height")) == (f"{made.size.width_mm}mm", f"{made.size.height_mm}mm")
    assert root.get("aria-label") == made.label
    told = root.find("{*}desc")
    assert told is not None
    assert told.text is not None
    assert "Quyết định 12/QĐ-SXD" in told.text, "what its size rests on"
    lines = [line for line in (made.words.above, made.words.main, *made.words.below) if line]
    outlines = re.findall(r'<path fill="#ffffff" d="([^"]+)"', drawing)
    assert len(outlines) == len(lines)
    for data in outlines:
        points = re.findall(r"[ML](-?[\d.]+)[ ,](-?[\d.]+)", data)
        assert all(7 < float(x) < made.size.width_mm - 7 for x, _ in points)
        assert all(7 < float(y) < made.size.height_mm - 7 for _, y in points)


def test_a_house_in_an_alley_names_the_way_to_it() -> None:
    way = ("Ngách 12", "Ngõ 99", "Đường A")
    made = make("8", way=way, kind=PlateKind.ALLEY_HOUSE)
    assert made.words == Wording("8", below=("Ngách 12, Ngõ 99, Đường A", "Phường Tứ Minh"))


def test_plates_without_a_size_are_asked_about_all_at_once() -> None:
    houses = [place("8", way=("Ngõ 99", "Đường A"), kind=PlateKind.ALLEY_HOUSE, plate_size=None), place("9")]
    with pytest.raises(PlateSizeOpen, match="8 Ngõ 99") as raised:
        plates_of([*houses, place("12045", plate_size=None)])
    assert raised.value.plates == ["8 Ngõ 99", "12045 Đường Số 3"]
    assert "biển số nhà trong ngõ, ngách" in raised.value.message_vi


def test_each_size_says_what_it_rests_on() -> None:
    size = PlateSize(200, 150)
    assert source_of(SizeFound(size, "R13.plates", "")) == BY_TABLE
    assert source_of(SizeFound(size, "R13.unknown", "answer")) == BY_DRAFT
    assert source_of(SizeFound(size, "R13.unknown", "12/QĐ-SXD")) == "Quyết định 12/QĐ-SXD"
    assert "hỏi" in source_of(None)
