"""Parts of estates in what people write: which words name one, and what is left of the question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addressing.search.part_words import own_keys, part_key, take_parts


@pytest.mark.parametrize(
    ("written", "parts", "rest"),
    [
        ("nhà B2 khu Hoa Sen", {"building": "b2"}, "khu Hoa Sen"),
        ("căn 302 nhà B2, khu Hoa Sen", {"flat": "302", "building": "b2"}, "khu Hoa Sen"),
        ("Căn hộ 3A-02, tầng 3A, nhà A1, nhóm nhà A, Khu A, đường Số 3",
         {"flat": "3a02", "floor": "3a", "building": "a1", "group": "a"}, "Khu A, đường Số 3"),
        ("Flat 3A-02, Floor 3A, Building A1, Group A, Khu A",
         {"flat": "3a02", "floor": "3a", "building": "a1", "group": "a"}, "Khu A"),
        ("P.302 tòa BL.A-10 khu X", {"flat": "302", "building": "bla10"}, "khu X"),
        ("phòng 302 block B khu X", {"flat": "302", "building": "b"}, "khu X"),
        ("cầu thang 2 nhà Đ1 khu X", {"stair": "2", "building": "đ1"}, "khu X"),
        ("nhóm nhà Đ, khu X", {"group": "đ"}, "khu X"),
        ("tầng trệt nhà A khu X", {"floor": "tret", "building": "a"}, "khu X"),
    ],
)  # fmt: skip
def test_the_words_for_a_part_announce_its_name(written: str, parts: dict[str, str], rest: str) -> None:
    found, left = take_parts(written)
    assert {one.kind: one.key for one in found} == parts
    assert left.replace(",", " ").split() == rest.replace(",", " ").split()


@pytest.mark.parametrize(
    "written",
    ["số nhà 12 Lê Lợi", "nhà 12 Lê Lợi", "Hải Phòng 302", "văn phòng 5 Trần Phú", "Nha Trang", "phường 4",
     "P. 4 Quận 3",
     "phố Nhà Thờ", "Cần Thơ", "quốc lộ 5", "lô CN05 đại an", "Tăng Bạt Hổ", "cầu Thăng Long",
     "khu nhà ở Hoa Sen", "nha o xa hoi khu Hoa Sen", "nhà y tế khu A", "12/5 Trần Phú", ""],
)  # fmt: skip
def test_other_addresses_name_no_part(written: str) -> None:
    assert take_parts(written) == ((), written)


def test_a_flat_may_be_written_with_its_floor_apart() -> None:
    parts, _ = take_parts("căn 2 tầng 3A nhà A1")
    assert own_keys(parts) == ["flat:2", "flat:3a2", "flat:3a02"]


@given(st.text(max_size=60))
def test_any_text_is_read(written: str) -> None:
    parts, rest = take_parts(written)
    assert len({one.kind for one in parts}) == len(parts)
    assert all(one.key for one in parts), (parts, rest)
    assert part_key(part_key(written)) == part_key(written)
