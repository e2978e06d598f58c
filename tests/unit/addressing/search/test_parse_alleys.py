"""The way inward, whichever way it is written; and what is said when the order is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from addressing.search.elements import Reading

Read = Callable[[str], tuple[Reading, ...]]
TAIL = " Trần Phú, phường Lê Chân, TP Hải Phòng"


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("12/5/3", ("12", "5", "3")),
        ("Số 3, ngách 5, ngõ 12", ("12", "5", "3")),
        ("Ngõ 12, ngách 5, số 3", ("12", "5", "3")),
        ("Số 3 ngách 12/5", ("12", "5", "3")),
        ("Số 3, hẻm 12/5/8, ngách 12/5, ngõ 12", ("12", "5", "8", "3")),
        ("K82/H15/07", ("82", "15", "7")),
        ("Số 24 kiệt 7", ("7", "24")),
        ("1806/127/2/6/15/48/2A", ("1806", "127", "2", "6", "15", "48", "2A")),
        ("Số 12/5A ngõ 12", ("12", "5A")),
        ("Số 5bis ngõ 12A", ("12A", "5bis")),
        ("No. 45, Lane 12", ("12", "45")),
        ("D10/89Q", ("D10", "89Q")),
        ("Số 32 ngõ Chùa Vua, phố", ("Chùa Vua", "32")),
    ],
)
def test_the_way_runs_from_the_street_inward(read: Read, written: str, path: tuple[str, ...]) -> None:
    reading = read(written + TAIL)[0]
    assert reading.path == path
    assert reading.street is not None
    assert reading.street.name == "Trần Phú"


def test_words_of_alleys_are_kept(read: Read) -> None:
    reading = read("Số 3, hẻm 12/5/8, ngách 12/5, ngõ 12" + TAIL)[0]
    assert [alley.word for alley in reading.alleys] == ["ngõ", "ngách", "hẻm"]


def test_two_numbers_with_a_slash_may_be_meant_either_way(read: Read) -> None:
    outer_first, house_first = read("12/5" + TAIL)[:2]
    assert (outer_first.path, house_first.path) == (("12", "5"), ("5", "12"))
    assert outer_first.confidence > house_first.confidence > 0
    assert "slash_order" in {reason.code for reason in outer_first.reasons}


def test_in_the_north_the_house_may_stand_before_the_slash(read: Read) -> None:
    likely, other = read("Số 7/28 ngõ 20" + TAIL)[:2]
    assert (likely.path, other.path) == (("20", "28", "7"), ("20", "7", "28"))
    assert "house_first" in {reason.code for reason in likely.reasons}


@pytest.mark.parametrize(
    ("written", "street", "path"),
    [
        ("Số 12 đường 30/10, phường Quang Trung, TP Hải Dương", "30/10", ("12",)),
        ("12/5 đường 8/3, phường Quỳnh Mai, Hà Nội", "8/3", ("12", "5")),
        ("58 30/4, phường Chính Gián, quận Thanh Khê, Đà Nẵng", "30/4", ("58",)),
        ("327 3 Tháng 2, Quận 10, TP.HCM", "3 Tháng 2", ("327",)),
        ("30/10, phường Quang Trung, TP Hải Dương", "30/10", ()),
        ("30/10 Trần Phú, phường Quang Trung, TP Hải Dương", "Trần Phú", ("30", "10")),
    ],
)
def test_streets_of_a_date_are_no_alleys(read: Read, written: str, street: str, path: tuple[str, ...]) -> None:
    reading = read(written)[0]
    assert reading.street is not None
    assert (reading.street.name, reading.path) == (street, path)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("25B/6/27/143 Nguyễn Lương Bằng, Hải Dương", ("143", "27", "6", "25B")),
        ("8/10/193 Văn Cao, Hải Phòng", ("193", "10", "8")),
        ("15A/48 Lê Thánh Tôn, TP Hồ Chí Minh", ("15A", "48")),
        ("8/10/193 Lê Văn Sỹ, TP Hồ Chí Minh", ("8", "10", "193")),
        ("27 xuyệt 5 Trần Bình Trọng, TP Hồ Chí Minh", ("27", "5")),
        ("290 sẹc 17 Nơ Trang Long, TP Hồ Chí Minh", ("290", "17")),
    ],
)
def test_only_the_north_writes_the_house_first(read: Read, written: str, path: tuple[str, ...]) -> None:
    assert read(written)[0].path == path


def test_an_alley_of_three_numbers_keeps_the_last(read: Read) -> None:
    reading = read("Số 7 hẻm 5/3/2 Phạm Ngũ Lão")[0]
    assert reading.path == ("5", "3", "2", "7")
    assert reading.street is not None
    assert reading.street.name == "Phạm Ngũ Lão"
    assert reading.commune is None
