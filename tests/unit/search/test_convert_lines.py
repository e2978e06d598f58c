"""Whole addresses on another day: what stays, what is replaced, and what stays open."""

from __future__ import annotations

from datetime import date

import pytest

from addressing.search.convert_lines import LineConversion, convert_line
from addressing.search.elements import Reading
from addressing.search.unit_tables import national_gazetteer
from benchmarks import convert_cases as cases

TODAY = date(2026, 11, 23)


def line(text: str, on: date = TODAY, **more: object) -> LineConversion:
    return convert_line(text, national_gazetteer(), on, today=TODAY, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "now"),
    [
        (
            "Số nhà 11, ngõ 229, khu 10, phố Bình Lộc, Phường Tân Bình, Thành phố Hải Dương, Tỉnh Hải Dương, Việt Nam",
            "Số nhà 11, ngõ 229, khu 10, phố Bình Lộc, Phường Lê Thanh Nghị, Thành phố Hải Phòng",
        ),
        ("Thôn Lai Khê, xã Cộng Hòa, Kim Thành, HD", "Thôn Lai Khê, Xã Lai Khê, Thành phố Hải Phòng"),
        (
            "12/5 đường 30/4, thị trấn Núi Đèo, huyện Thủy Nguyên, Hải Phòng",
            "12/5 đường 30/4, Phường Thủy Nguyên, Thành phố Hải Phòng",
        ),
        ("Xã Hòa Bình, huyện Vĩnh Bảo, Hải Phòng", "Xã Nguyễn Bỉnh Khiêm, Thành phố Hải Phòng"),
        (
            "45 Nguyen Trai, phuong Nguyen Trai, tp hai duong, hai duong",
            "45 Nguyen Trai, Phường Thành Đông, Thành phố Hải Phòng",
        ),
        ("xã Phú Hội, huyện Nhơn Trạch, Đồng Nai", "Phường Nhơn Trạch, Thành phố Đồng Nai"),
        ("Lô A8, KCN Đại An, xã Cẩm Đoài, huyện Cẩm Giàng, tỉnh Hải Dương",
         "Lô A8, KCN Đại An, Phường Tứ Minh, Thành phố Hải Phòng"),
    ],
)  # fmt: skip
def test_number_and_street_stay_and_the_units_are_replaced(written: str, now: str) -> None:
    result = line(written)
    assert (result.status, result.line) == ("converted", now)
    assert result.line_before is not None
    assert result.line_before.startswith(result.head)


def test_a_split_gives_choices_and_no_answer() -> None:
    result = line("12 Trần Phú, P. Tứ Minh, TP Hải Dương, Hải Dương")
    assert (result.status, result.line) == ("ambiguous", None)
    assert {choice.line for choice in result.choices} == {
        "12 Trần Phú, Phường Tứ Minh, Thành phố Hải Phòng",
        "12 Trần Phú, Phường Việt Hòa, Thành phố Hải Phòng",
    }


def test_where_all_people_went_to_one_it_comes_first_and_is_still_no_answer() -> None:
    result = line("thôn 3, xã Hòa Bình, huyện Kim Thành, tỉnh Hải Dương")
    assert (result.status, result.line) == ("likely", None)
    assert result.choices[0].line == "thôn 3, Xã Kim Thành, Thành phố Hải Phòng"


def test_a_position_settles_the_line_and_is_asked_for_only_then() -> None:
    asked: list[Reading] = []

    def locate(_: str, reading: Reading) -> set[str]:
        asked.append(reading)
        return {"10543"}

    result = line("12 Trần Phú, P. Tứ Minh, TP Hải Dương, Hải Dương", locate=locate)
    assert (result.status, result.line) == ("converted", "12 Trần Phú, Phường Việt Hòa, Thành phố Hải Phòng")
    assert len(asked) == 1
    line("Xã Hòa Bình, huyện Vĩnh Bảo, Hải Phòng", locate=locate)
    assert len(asked) == 1


def test_an_address_of_today_stays_and_says_whose_name_it_was() -> None:
    result = line("5 Lê Lợi, P. Trần Hưng Đạo, TP Hải Phòng")
    assert (result.status, result.line) == ("current", "5 Lê Lợi, Phường Trần Hưng Đạo, Thành phố Hải Phòng")
    assert [reason.code for reason in result.reasons] == ["namesake_before"]
    assert "Thành phố Thủy Nguyên" in result.reasons[0].message_vi


def test_back_to_an_earlier_day_the_whole_set_is_offered() -> None:
    result = line("12 Trần Phú, P. Tứ Minh, TP Hải Phòng", date(2025, 6, 30))
    assert result.status == "ambiguous"
    assert {choice.answer.unit.full_name for choice in result.choices} == {
        "Phường Tứ Minh", "Xã Cẩm Đoài", "Thị trấn Lai Cách",
    }  # fmt: skip


def test_every_commune_of_the_city_is_converted_in_every_style_and_nothing_is_wrong_in_silence() -> None:
    wrong, silent = [], []
    for style, text, case in cases.as_lines():
        result = line(text)
        found = {choice.answer.unit.code for choice in result.choices}
        right = found == case.answers and (result.line is None) == (len(case.answers) > 1)
        warned = result.line is None or any(reason.code == "namesake_before" for reason in result.reasons)
        if style != "without district" and not right:
            wrong.append((style, text, result.status, found, case.answers))
        elif not right and not warned:
            silent.append((text, result.line, case.answers))
    assert wrong == []
    assert silent == []


@pytest.mark.parametrize(
    "text",
    ["", "   ", "???", "x", "Kcn Đại An", "tôi ở nhà", "a" * 10_000, "\x00\x01", "🏠🏠", "%_%", "'; DROP TABLE x"],
)
def test_what_cannot_be_read_is_said_and_no_error(text: str) -> None:
    result = line(text)
    assert (result.status, result.line) == ("not_found", None)
    assert result.reasons
    assert all(reason.message and reason.message_vi for reason in result.reasons)
