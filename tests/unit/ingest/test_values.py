"""One value at a time: what people and spreadsheets write, and what it means."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from layers.ingest.code_lists import VSIC_DIVISIONS, is_land_use, is_vsic
from layers.ingest.fields import Field, plain, words
from layers.ingest.tax_codes import TaxCode, read_tax_code
from layers.ingest.values import READERS, Unfit, as_number, as_text


def read(kind: Any, value: Any, **about: Any) -> Any:
    return READERS[kind](value, Field("x", kind, **about))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", 12.0),
        (" 12,5 ", 12.5),
        ("1.234,5", None),
        ("1 234.5", 1234.5),
        ("-3e2", -300.0),
        (7, 7.0),
        ("1234,56", 1234.56),
    ],
)
def test_numbers(written: Any, number: float | None) -> None:
    if number is None:
        with pytest.raises(Unfit):
            as_number(written)
    else:
        assert as_number(written) == number


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1,234", "ambiguous_number"),
        ("1e999", "not_finite"),
        ("NaN", "not_finite"),
        ("12 ha", "not_a_number"),
        ("1_000", "not_finite"),
    ],
)
def test_numbers_that_are_refused(written: str, code: str) -> None:
    with pytest.raises(Unfit) as refused:
        as_number(written)
    assert refused.value.code == code
    assert refused.value.message_vi


def test_text_is_nfc_and_without_control_characters() -> None:
    assert as_text("Hòa\u0301".replace("Hòa\u0301", "Ho\u0300a")) == "Hòa"
    assert as_text("  Lô A8\r\nKCN  ") == "Lô A8 KCN"
    assert as_text(" - ") is None
    assert as_text(801040780.0) == "801040780"
    for bad in ("a\x00b", "a\x07b", "a\ud800b", "é\x85"):
        with pytest.raises(Unfit) as refused:
            as_text(bad)
        assert refused.value.code == "control_character"


@pytest.mark.parametrize("written", ["01/07/2025", "2025-07-01", "2025-07-01T00:00:00", "1/7/2025", "01.07.2025"])
def test_days(written: str) -> None:
    assert read("day", written) == date(2025, 7, 1)


@pytest.mark.parametrize("written", ["31/02/2025", "07/2025", "0001-01-01", "hôm nay"])
def test_days_that_are_refused(written: str) -> None:
    with pytest.raises(Unfit):
        read("day", written)


def test_shares() -> None:
    assert read("ratio", "87,86%") == pytest.approx(0.8786)
    assert read("ratio", 0.85) == 0.85
    with pytest.raises(Unfit):
        read("ratio", "85")


def test_vietnamese_words_mean_our_words() -> None:
    known = words(operating="hoạt động,đang hoạt động", planned="quy hoạch")
    assert read("word", "Đang hoạt động", words=known) == "operating"
    assert read("word", "QUY HOẠCH", words=known) == "planned"
    with pytest.raises(Unfit, match="operating, planned"):
        read("word", "bỏ hoang", words=known)


def test_headings_are_compared_without_marks() -> None:
    assert plain("Diện tích (m²)") == "dien_tich_m2"
    assert plain(" ĐỊA CHỈ ") == "dia_chi"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("0801040780", TaxCode("0801040780", "passed")),
        ("801040780", TaxCode("0801040780", "passed", padded=True)),  # a spreadsheet dropped the zero
        ("0304189477-001", None),
        ("304189477", TaxCode("0304189477", "passed", padded=True)),
        ("0801040781", TaxCode("0801040781", "failed")),
        ("030089012345", TaxCode("030089012345", "passed")),  # a personal number: no check digit
        ("chưa có", None),
        ("12345", None),
    ],
)
def test_tax_codes(written: str, code: TaxCode | None) -> None:
    if written == "0304189477-001":
        code = TaxCode("0304189477-001", "passed")
    assert read_tax_code(written) == code


def test_vsic_has_as_many_sections_and_divisions_as_its_decisions_say() -> None:
    assert len(VSIC_DIVISIONS["2018"]) == 88
    assert len(set(VSIC_DIVISIONS["2018"].values())) == 21
    assert len(VSIC_DIVISIONS["2025"]) == 87
    assert len(set(VSIC_DIVISIONS["2025"].values())) == 22


def test_industry_codes_belong_to_a_version() -> None:
    assert is_vsic("V", "2025")
    assert not is_vsic("V", "2018")
    assert is_vsic("4511", "2018")  # selling cars: division 45 is gone in 2025
    assert not is_vsic("4511", "2025")
    assert not is_vsic("041", "2025")
    assert not is_vsic("261234", "2025")


def test_land_use_codes() -> None:
    assert is_land_use("SKK")
    assert not is_land_use("BHK")  # of the older lists
    assert is_land_use("BHK", "27/2018/TT-BTNMT")
    assert not is_land_use("skk")
