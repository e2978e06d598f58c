"""Addresses in words, receipt codes and Open Location Codes: pure functions, checked with a pencil."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addressing.errors import InvalidIdentifier
from addressing.open_location_code import encode
from addressing.receipts import parse_receipt, receipt_code
from addressing.written_forms import (
    AddressParts,
    AlleyStep,
    address_code,
    alley_step,
    english,
    northern,
    southern,
    written_forms,
)

DEEP = AddressParts(
    "Đường A", (AlleyStep("ngõ", "99"), AlleyStep("ngách", "12")), "8", ("Phường Tứ Minh", "Thành phố Hải Phòng")
)


def test_the_three_forms_of_one_address() -> None:
    assert northern(DEEP) == "Số 8, ngách 12, ngõ 99, đường A, phường Tứ Minh, thành phố Hải Phòng"
    assert southern(DEEP) == "99/12/8 đường A, phường Tứ Minh, thành phố Hải Phòng"
    assert english(DEEP) == "No. 8, Lane 12, Alley 99, A Road, Tứ Minh Ward, Hải Phòng City"
    assert DEEP.path == ("99", "12", "8")
    assert address_code("10891", "S014", DEEP.path) == "10891/S014/99.12.8"
    assert address_code(None, "S014", DEEP.path) is None


def test_an_alley_with_a_name_has_no_form_with_slashes() -> None:
    parts = AddressParts("Phố B", (AlleyStep("ngõ", "Chùa Vua"),), "8")
    assert northern(parts) == "Số 8, ngõ Chùa Vua, phố B"
    assert southern(parts) is None
    assert english(parts) == "No. 8, Alley Chùa Vua, B Street"


def test_every_form_finds_the_place_with_fewer_units_too() -> None:
    forms = written_forms(DEEP)["vi"]
    assert forms[0] == northern(DEEP)
    assert {"Số 8, ngách 12, ngõ 99, đường A", "99/12/8 đường A", "8, ngách 12, ngõ 99, đường A",
            "99/12/8 đường A, phường Tứ Minh"} <= set(forms)  # fmt: skip
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize(
    ("name", "outer", "expected"),
    [
        ("Ngõ 99", "Đường A", ("ngõ", "99")),
        ("Ngõ 99 Đường A", "Đường A", ("ngõ", "99")),
        ("Ngách 12A", "Ngõ 99", ("ngách", "12A")),
        ("Ngõ Chùa Vua", "Đường A", ("ngõ", "Chùa Vua")),
        ("Ngõ 2 Mũi Tàu", "Đường A", ("ngõ", "2 Mũi Tàu")),
        ("Kiệt 5", "Đường A", ("kiệt", "5")),
        ("Ngõ chưa đặt tên", "Đường A", None),
        ("Ngõ", "Đường A", None),
        ("", "Đường A", None),
    ],
)
def test_what_an_alley_is_called_in_a_path(name: str, outer: str, expected: tuple[str, str] | None) -> None:
    step = alley_step(name, 1, outer)
    assert (None if step is None else (step.word, step.label)) == expected


@given(st.integers(2024, 2100), st.integers(1, 99_999_999))
def test_a_receipt_reads_back_and_a_wrong_character_is_noticed(year: int, number: int) -> None:
    code = receipt_code("HS", year, number)
    assert parse_receipt("HS", code.lower().replace("-", " ")) == code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(InvalidIdentifier):
        parse_receipt("HS", wrong)
    with pytest.raises(InvalidIdentifier):
        parse_receipt("BS", code)


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg", "digits", "code"),
    [
        # published test vectors: github.com/google/open-location-code, test_data/encoding.csv
        (20.3700625, 2.7821875, 10, "7FG49QCJ+2V"),
        (20.3701125, 2.782234375, 11, "7FG49QCJ+2VX"),
        (20.3701135, 2.78223535156, 13, "7FG49QCJ+2VXGJ"),
        (47.0000625, 8.0000625, 10, "8FVC2222+22"),
        (-41.2730625, 174.7859375, 10, "4VCPPQGP+Q9"),
        (-89.9999375, -179.9999375, 10, "22222222+22"),
        (1, 1, 11, "6FH32222+222"),
        (90, 1, 10, "CFX3X2X2+X2"),
        (20.3701135, 362.78223535156, 13, "7FG49QCJ+2VXGJ"),
        (1.2, 3.4, 10, "6FH56C22+22"),
        (37.539669125, -122.375069724, 15, "849VGJQF+VX7QR3J"),
        (80.0100000001, 58.57, 15, "CHGW2H6C+2222222"),
        (80.0099999999, 58.57, 15, "CHGW2H5C+X2RRRRR"),
        (-80.0099999999, 58.57, 15, "2HFWXHRC+2222222"),
        (10.767, -62.787, 13, "772VQ687+R6222"),
        (68.3500147997595, 113.625636875353, 15, "9PWM9J2G+272FWJV"),
    ],
)
def test_open_location_codes_are_those_of_the_published_vectors(
    lat_deg: float, lon_deg: float, digits: int, code: str
) -> None:
    assert encode(lat_deg, lon_deg, digits) == code


def test_an_open_location_code_has_ten_to_fifteen_digits() -> None:
    for digits in (8, 16):
        with pytest.raises(ValueError, match="10 to 15"):
            encode(20.9, 106.3, digits)
