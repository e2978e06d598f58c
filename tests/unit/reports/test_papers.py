"""Papers: what stands in them, what never may, and that the same facts make the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import docx
import openpyxl
import pytest

from addressing.documents import certificate, decision, plates, proposal_list
from addressing.documents.blocks import COUNTRY, DEMO_LABEL, MOTTO, Column, Document, FactList, Table, written_day
from addressing.documents.facts import (
    Area,
    NumberedPlace,
    NumberLine,
    Paper,
    StreetNumbering,
    bare_name,
    direction_words,
)
from addressing.rules.model import Side
from addressing.rules.plates import PlateKind, a_plate_without_a_size_is_asked_about
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry
from maps.reports import pdf, sheets, word
from maps.reports.errors import PdfUnavailable

AREA = Area("Phường Tứ Minh", "Thành phố Hải Phòng", "KCN Đại An")
SIGNED = Paper("345/QĐ-UBND", date(2026, 2, 5), "Ủy ban nhân dân thành phố Hải Phòng")
UNSIGNED = Paper(None, None, "UBND thành phố Hải Phòng")
FIRM = "Hãng Chưa Công Bố"
SPARE = "8765"
"""A number that occurs nowhere else, so that finding it means a leak."""


def line(number: str, side: Side = Side.LEFT, *, is_new: bool = True, before: str = "") -> NumberLine:
    return NumberLine(number, number, side, 12.5, ("A6.series",), before, is_new, "K7M3Q9XRA", f"Lô CN-{number}", FIRM)


def numbering(*, is_demo: bool = False, **changes: object) -> StreetNumbering:
    facts = {
        "street_name": "Đường Số 3", "area": AREA, "compass": "NE->SW",
        "lines": (line("1"), line("2", Side.RIGHT), line("15A", is_new=False, before="15A")),
        "rule_set": "circular-08-2024/1", "made_on": date(2026, 1, 20), "is_demo": is_demo,
        "spare": (line(SPARE),), "answered": (("Số lô dự phòng?", "1", "an, Biên bản 3"),),
    } | changes  # fmt: skip
    return StreetNumbering(**facts)  # type: ignore[arg-type]


def place(number: str = "15A", **changes: object) -> NumberedPlace:
    facts = {
        "place_id": "K7M3Q9XRA", "number": number, "street_name": "Đường Số 3", "area": AREA, "paper": SIGNED,
        "valid_from": date(2026, 2, 5), "x": 600123.45, "y": 2310456.78, "srid": 9210,
        "link": "https://gis.example/p/K7M3Q9XRA", "is_demo": False,
        "written": f"Số {number}, đường Số 3, phường Tứ Minh, thành phố Hải Phòng",
        "plate_code": "BS-2026-000007-K",
        "plate_size": a_plate_without_a_size_is_asked_about(PlateKind.STREET_HOUSE, number, Policy(), Inquiry()),
    } | changes  # fmt: skip
    return NumberedPlace(**facts)  # type: ignore[arg-type]


def a_list() -> Document:
    return proposal_list.proposal_list(
        numbering(), proposal_id=12, status="submitted", author="an", approver=None, issuer="Ban Quản lý", stem="p"
    )


def production() -> Document:
    return plates.production_list(
        [place(), place("9")],
        title="Đường Số 3",
        area=AREA,
        issuer="Ban",
        made_on=date(2026, 2, 6),
        is_demo=True,
        stem="b",
    )


ALL = {
    "decision": lambda: decision.decision(numbering(is_demo=True), SIGNED, "qd"),
    "draft": lambda: decision.decision(numbering(), UNSIGNED, "qd"),
    "list": a_list,
    "certificate": lambda: certificate.certificate(place(), "cn"),
    "plates": production,
}


def words_of(content: bytes) -> str:
    made = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in made.paragraphs] + cells)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 31), "ngày 31 tháng 01 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 10), "ngày 10 tháng 12 năm 2026"),
    ],
)
def test_days_are_written_as_the_decree_says(day: date, words: str) -> None:
    assert written_day(day) == words


def test_a_decision_names_its_paper_its_street_and_its_numbers() -> None:
    words = words_of(word.paper(decision.decision(numbering(), SIGNED, "qd")))
    for part in (COUNTRY, MOTTO, "Số: 345/QĐ-UBND", "Hải Phòng, ngày 05 tháng 02 năm 2026", "Điều 3.",
                 "TM. ỦY BAN NHÂN DÂN", "từ Đông Bắc đến Tây Nam", "Phụ lục II", "15A",
                 "Kèm theo Quyết định số 345/QĐ-UBND"):  # fmt: skip
        assert part in words


def test_the_rule_of_the_sides_is_said_only_where_it_holds() -> None:
    rule = "bên trái số lẻ, bên phải số chẵn"
    assert rule in pdf.html(decision.decision(numbering(), SIGNED, "qd"))
    turned = numbering(lines=(line("1", Side.RIGHT), line("2", Side.LEFT)))
    assert rule not in pdf.html(decision.decision(turned, SIGNED, "qd"))


def test_a_decision_that_is_not_signed_is_a_draft_with_open_places() -> None:
    words = words_of(word.paper(decision.decision(numbering(), UNSIGNED, "qd")))
    assert "DỰ THẢO" in words
    assert "ngày …… tháng …… năm ……" in words


def test_no_spare_number_and_no_firm_is_in_any_public_paper() -> None:
    for name, make in ALL.items():
        document = make()
        shown = pdf.html(document) + words_of(word.paper(document)) + sheets.as_csv(document).decode()
        assert (SPARE in shown) == (name == "list"), name
        assert (FIRM in shown) == (name == "list"), name
        assert document.is_public == (name != "list")
    assert "TÀI LIỆU NỘI BỘ" in pdf.html(a_list())


@pytest.mark.parametrize("name", ALL)
def test_what_is_made_up_says_so_everywhere(name: str) -> None:
    document = ALL[name]()
    assert (DEMO_LABEL in pdf.html(document)) == document.is_demo
    assert (DEMO_LABEL in words_of(word.paper(document))) == document.is_demo


@pytest.mark.parametrize("name", ALL)
def test_the_same_facts_make_the_same_bytes(name: str) -> None:
    for write in (word.paper, sheets.as_xlsx, sheets.as_csv):
        assert write(ALL[name]()) == write(ALL[name]())
    assert zipfile.ZipFile(io.BytesIO(word.paper(ALL[name]()))).infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


@pytest.mark.parametrize("name", ["decision", "certificate"])
def test_the_same_facts_make_the_same_pdf(name: str) -> None:
    assert pdf.paper(ALL[name]()) == pdf.paper(ALL[name]())


def test_another_number_makes_another_paper() -> None:
    assert word.paper(certificate.certificate(place(), "c")) != word.paper(certificate.certificate(place("17"), "c"))


def test_markup_in_a_name_is_text() -> None:
    hostile = "<img src=http://evil.example/x><script>alert(1)</script>"
    page = pdf.html(decision.decision(numbering(street_name=hostile), SIGNED, "qd"))
    assert "<script>" not in page
    assert "<img" not in page


def test_nothing_is_fetched_even_when_the_page_asks(tmp_path: object, caplog: pytest.LogCaptureFixture) -> None:
    page = "<p>a<img src='file:///etc/passwd'><img src='http://127.0.0.1:9/x'><img src='../../../pyproject.toml'></p>"
    plain = pdf.write("<p>a</p>", "")
    made = pdf.write(page, "@import url('http://127.0.0.1:9/style.css');")
    assert len(made) < len(plain) + 600
    assert "not one of our own files" in caplog.text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", " ="])
def test_no_cell_is_a_formula(start: str) -> None:
    evil = f"{start}cmd|' /C calc'!A0"
    table = Table((Column("Tên"), Column("Số", numeric=True)), ((evil, -5),), "=T[1]/*?")
    document = Document("plate-list", "x", "=1+1", date(2026, 1, 1), True, False, (table,))
    rows = sheets.as_csv(document).decode("utf-8-sig").split("\r\n")
    assert rows[1].startswith(("'", "\"'"))
    assert rows[1].endswith(",-5")
    sheet = openpyxl.load_workbook(io.BytesIO(sheets.as_xlsx(document))).active
    assert sheet is not None
    assert sheet.cell(1, 1).data_type == "s"
    assert (sheet.cell(5, 1).data_type, sheet.cell(5, 1).value) == ("s", evil)
    assert (sheet.cell(5, 2).data_type, sheet.cell(5, 2).value) == ("n", -5)


def test_a_certificate_says_only_what_is_on_record() -> None:
    found = dict(next(b for b in certificate.certificate(place(paper=Paper(None, None, "")), "c").blocks
                      if isinstance(b, FactList)).facts)  # fmt: skip
    assert found["Theo quyết định"] == "Số nhà có từ trước, được ghi nhận khi lập sổ"
    assert found["Vị trí cửa chính"] == "X (Bắc) 2310456,78 m; Y (Đông) 600123,45 m; VN-2000, EPSG:9210"
    assert "Mã bưu chính" not in found


def test_without_pango_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def broken(name: str, *rest: object, **more: object) -> object:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", broken)
    with pytest.raises(PdfUnavailable, match="libpango") as caught:
        pdf.paper(ALL["certificate"]())
    assert caught.value.code == "pdf_unavailable"
    assert "libpango-1.0-0" in caught.value.message_vi


@pytest.mark.parametrize(
    ("unit", "bare"), [("Thành phố Hải Phòng", "Hải Phòng"), ("Tỉnh Hải Dương", "Hải Dương"), ("Cát Hải", "Cát Hải")]
)
def test_the_place_before_the_date_is_a_bare_name(unit: str, bare: str) -> None:
    assert bare_name(unit) == bare


def test_a_street_without_a_heading_says_so() -> None:
    assert direction_words(None) == "theo thực tế của tuyến đường"
    assert direction_words("N->S") == "từ Bắc đến Nam"
