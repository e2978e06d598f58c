"""What is no address is answered or refused, in bounded work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addressing.search.elements import Reading
from addressing.search.errors import AddressNotReadable, AddressTooLong
from addressing.search.parse import LONGEST_ADDRESS, MOST_READINGS, parse
from addressing.search.unit_tables import national_gazetteer
from tests.unit.addressing.search.conftest import DAY

Read = Callable[[str], tuple[Reading, ...]]


@pytest.mark.parametrize("nothing", ["", "   ", ",;-/", "\x00\x01\t", "\u200b\ufeff", "🏠🏭", "'\"--"])
def test_where_there_is_nothing_to_read_it_says_so(read: Read, nothing: str) -> None:
    with pytest.raises(AddressNotReadable) as refused:
        read(nothing)
    assert refused.value.code == "address_not_readable"
    assert refused.value.message_vi


def test_too_long_is_said_with_both_numbers(read: Read) -> None:
    with pytest.raises(AddressTooLong) as refused:
        read("a" * 10_000)
    assert refused.value.facts == {"length": 10_000, "limit": LONGEST_ADDRESS}


@pytest.mark.parametrize(
    "odd",
    [
        "a", "5", "P", "đ", "Số", "ngõ", "/", "12/", "lô", "km", "a" * LONGEST_ADDRESS, "1/" * 500, "phường " * 140,
        "Hải Dương " * 100, "p1q1" * 250,
        "số 5 🏠 Trần Phú, Hải Dương",
        "улица Ленина 5", "东京 5", "%_' OR 1=1 --",
        "12/5/" + "9" * 900, "(" * 500, "nay là " * 140, "\x00Số\x07 5\x1b Trần Phú",
    ],
)  # fmt: skip
def test_odd_text_is_answered(read: Read, odd: str) -> None:
    if not any(letter.isalnum() for letter in odd):
        with pytest.raises(AddressNotReadable):
            read(odd)
        return
    readings = read(odd)
    assert len(readings) in range(1, MOST_READINGS + 1)
    assert all(0 <= reading.confidence <= 1 for reading in readings)


def test_an_emoji_in_the_middle_changes_nothing(read: Read) -> None:
    reading = read("số 5 🏠 Trần Phú, TP Hải Dương")[0]
    assert reading.house == "5"
    assert reading.district is not None


_PIECES = st.sampled_from(
    ["số", "ngõ", "12", "5A", "/", ",", " ", "(", ")", "nay là", "cũ", "P.", "phường", "Tứ Minh", "Hải Dương", "TP",
     "KCN", "lô", "CN-05", "km", "52+300", "tổ", "khu", "đường", "30/10", "-", "20.94", "106.33", "thửa", "tờ",
     "\u0301", "LK5", "D10/89Q", "tòa", "Street", "Ward", "nhà", "tầng", "căn"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=25).map(" ".join) | st.text(max_size=80))
def test_nothing_that_people_can_type_breaks_it(text: str) -> None:
    try:
        readings = parse(text, national_gazetteer(), today=DAY)
    except AddressNotReadable:
        return
    assert readings
    assert readings == parse(text, national_gazetteer(), today=DAY)
