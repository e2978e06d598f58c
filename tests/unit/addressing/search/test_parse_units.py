"""Units of both times: complete, cut short, misspelt, side by side; and names that are streets as well."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from addressing.search.elements import Reading

Read = Callable[[str], tuple[Reading, ...]]


def units(reading: Reading) -> tuple[str | None, ...]:
    named = (reading.commune, reading.district, reading.province)
    return tuple(unit.full_name if unit is not None else None for unit in named)


@pytest.mark.parametrize(
    ("written", "said", "era"),
    [
        ("P. Tứ Minh, TP Hải Dương, Hải Dương", ("phường Tứ Minh", "thành phố Hải Dương", "tỉnh Hải Dương"), "old"),
        ("P. Tứ Minh, TP Hải Phòng", ("phường Tứ Minh", None, "thành phố Hải Phòng"), "new"),
        (
            "P. Tứ Minh, TP Hải Dương, TP Hải Phòng",
            ("phường Tứ Minh", "thành phố Hải Dương", "thành phố Hải Phòng"),
            "old",
        ),
        ("xã Cẩm Phúc, Hải Dương", ("xã Cẩm Phúc", None, "tỉnh Hải Dương"), "old"),
        ("TT. Lai Cách, H. Cẩm Giàng, T. Hải Dương", ("thị trấn Lai Cách", "huyện Cẩm Giàng", "tỉnh Hải Dương"), "old"),
        ("Đặc khu Cát Hải, Hải Phòng", ("đặc khu Cát Hải", None, "thành phố Hải Phòng"), "new"),
        ("P4Q4, TPHCM", ("phường 4", "quận 4", "thành phố Hồ Chí Minh"), "old"),
        ("P1,Q3,TP.HồChíMinh.", ("phường 1", "quận 3", "thành phố Hồ Chí Minh"), "old"),
        ("Tu Minh Ward, Hai Duong City, Hai Duong", ("phường Tứ Minh", "thành phố Hải Dương", "tỉnh Hải Dương"), "old"),
        ("T.T Lai Cách, H. Cẩm Giàng", ("thị trấn Lai Cách", "huyện Cẩm Giàng", None), "old"),
        ("Phường XII, Quận Gò Vấp, TP.HCM", ("phường 12", "quận Gò Vấp", "thành phố Hồ Chí Minh"), "old"),
        ("phường Bến Nghé, Quận Nhất, TP.HCM", ("phường Bến Nghé", "quận 1", "thành phố Hồ Chí Minh"), "old"),
        ("phường Mười Hai, quận Gò Vấp, TP.HCM", ("phường 12", "quận Gò Vấp", "thành phố Hồ Chí Minh"), "old"),
        ("phường Ngô Quyền, HP", ("phường Ngô Quyền", None, "thành phố Hải Phòng"), "new"),
    ],
)
def test_units_of_either_time(read: Read, written: str, said: tuple[str | None, ...], era: str) -> None:
    reading = read("45 Lê Lợi, " + written)[0]
    assert (units(reading), reading.era) == (said, era)


@pytest.mark.parametrize(
    ("slipped", "commune"),
    [
        ("Thanh Hảo, Thanh Hà, Hải Dương", "xã Thanh Hải"),
        ("xã grần Phú, Nam Sách, Hải Dương", "xã Trần Phú"),
        ("phuog Tứ Minh, TP Hải Dương", "phường Tứ Minh"),
        ("P. Tứ Mnh, TP Hải Dương", "phường Tứ Minh"),
        ("phường Láng H, quận Đống Đa, Hà Nội", "phường Láng Hạ"),
        ("Tu kinh Ward, Hai Duong City", "phường Tứ Minh"),
    ],
)
def test_one_slip_is_repaired_and_said(read: Read, slipped: str, commune: str) -> None:
    reading = read("45 Lê Lợi, " + slipped)[0]
    assert reading.commune is not None
    assert reading.commune.full_name == commune
    if "phuog" not in slipped:
        assert "slip_repaired" in {reason.code for reason in reading.reasons}


def test_a_slip_that_two_communes_explain_gives_both(read: Read) -> None:
    said = {units(reading)[0] for reading in read("45 Lê Lợi, Thanh Xân, Thanh Hà, Hải Dương")}
    assert {"xã Thanh Xuân", "xã Thanh Tân"} <= said


def test_two_communes_that_only_marks_tell_apart_are_both_given(read: Read) -> None:
    one, other = read("xa cam giang, hai phong")[:2]
    assert {units(one)[0], units(other)[0]} == {"xã Cẩm Giang", "xã Cẩm Giàng"}
    assert read("xã Cẩm Giàng, Hải Phòng")[0].commune.code == "10903"  # type: ignore[union-attr]
    assert read("xã Cẩm Giang, Hải Phòng")[0].commune.code == "10888"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "street", "said"),
    [
        ("45 Trần Phú, P. Trần Phú, TP Hải Dương", "Trần Phú", ("phường Trần Phú", "thành phố Hải Dương", None)),
        ("45 tran phu tran phu hai duong hai duong", "tran phu",
         ("phường Trần Phú", "thành phố Hải Dương", "tỉnh Hải Dương")),
        ("88 Lạch Tray, Ngô Quyền, Hải Phòng", "Lạch Tray", (None, "quận Ngô Quyền", "thành phố Hải Phòng")),
        ("112 B Bạch Đằng, Hải Dương", "Bạch Đằng", (None, None, "tỉnh Hải Dương")),
        ("124 Hải Phòng, Thạch Thang, Hải Châu, Đà Nẵng", "Hải Phòng",
         ("phường Thạch Thang", "quận Hải Châu", "thành phố Đà Nẵng")),
    ],
)  # fmt: skip
def test_streets_with_names_of_units(read: Read, written: str, street: str, said: tuple[str | None, ...]) -> None:
    reading = read(written)[0]
    assert reading.street is not None
    assert (reading.street.name, units(reading)) == (street, said)


def test_names_of_zones_may_hold_names_of_units(read: Read) -> None:
    reading = read("KCN VSIP Hải Dương, xã Lương Điền, huyện Cẩm Giàng, Hải Dương")[0]
    assert reading.zone is not None
    assert (reading.zone.name, units(reading)) == (
        "VSIP Hải Dương", ("xã Lương Điền", "huyện Cẩm Giàng", "tỉnh Hải Dương")
    )  # fmt: skip


def test_a_commune_without_surroundings_has_no_code_when_there_are_several(read: Read) -> None:
    reading = read("số 5 khu 6 P Trần Phú")[0]
    assert reading.commune is not None
    assert (reading.commune.name, reading.commune.code) == ("Trần Phú", None)
    assert "several_units" in {reason.code for reason in reading.reasons}


def test_the_words_for_a_house_are_no_district(read: Read) -> None:
    assert units(read("Số nhà 68 đường Bà Triệu")[0]) == (None, None, None)


def test_a_zone_is_no_commune(read: Read) -> None:
    reading = read("Lô CN3.1, KCN Tân Trường, huyện Cẩm Giàng")[0]
    assert reading.zone is not None
    assert (reading.zone.name, units(reading)) == ("Tân Trường", (None, "huyện Cẩm Giàng", None))


def test_what_is_now_and_what_was(read: Read) -> None:
    now = read("Phường Tứ Minh, TP Hải Dương (nay là phường Việt Hòa, TP Hải Phòng)")[0]
    assert units(now) == ("phường Việt Hòa", None, "thành phố Hải Phòng")
    assert [unit.full_name for unit in now.former] == ["phường Tứ Minh", "thành phố Hải Dương"]
    was = read("12 Trần Phú, phường Thành Đông (phường Nguyễn Trãi cũ), TP Hải Phòng")[0]
    assert units(was) == ("phường Thành Đông", None, "thành phố Hải Phòng")
    assert [unit.full_name for unit in was.former] == ["phường Nguyễn Trãi"]


def test_a_commune_that_no_table_knows_is_kept_as_it_is_written(read: Read) -> None:
    reading = read("45 Lê Lợi, phường Cây Đa Đôi, TP Hải Dương")[0]
    assert reading.commune is not None
    assert (reading.commune.full_name, reading.commune.code) == ("phường Cây Đa Đôi", None)
    assert "unknown_unit" in {reason.code for reason in reading.reasons}


def test_a_name_that_was_merged_away_is_known(read: Read) -> None:
    reading = read("12 nguyen du bui thi xuan hai ba trung ha noi")[0]
    assert reading.commune is not None
    assert (reading.commune.name, reading.commune.code, reading.era) == ("bui thi xuan", None, "old")


def test_confidence_of_all_readings_is_at_most_one(read: Read) -> None:
    for text in ("12/5 Trần Phú, Lê Chân, Hải Phòng", "xa cam giang", "Hồng Phong, Hải Dương"):
        readings = read(text)
        shares = [reading.confidence for reading in readings]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1.0001


def test_a_ward_by_its_other_tone_is_one_reading(first: Callable[[str], Reading]) -> None:
    reading = first("phường Đổng Quốc Bình, quận Ngô Quyền, Hải Phòng")
    assert reading.confidence > 0.9
    assert reading.commune is not None
    assert reading.commune.name == "Đồng Quốc Bình"


def test_thanh_pho_in_front_of_initials_is_the_city(first: Callable[[str], Reading]) -> None:
    reading = first("45 Trần Phú, TPHD")
    assert reading.district is not None
    assert (reading.district.full_name, reading.province) == ("thành phố Hải Dương", None)


def test_the_place_in_the_name_of_a_firm_is_not_that_of_the_address(first: Callable[[str], Reading]) -> None:
    reading = first("Công ty Cấp nước Hải Dương, số 10 đường Hồng Quang, phường Lê Thanh Nghị, TP Hải Phòng")
    assert reading.district is None
    assert reading.province is not None
    assert reading.province.name == "Hải Phòng"


def test_a_number_word_is_no_ward_when_a_name_begins_with_it(first: Callable[[str], Reading]) -> None:
    for written in ("phường Nam Đông Hà, Quảng Trị", "phuong nam dong ha quang tri"):
        commune = first(written).commune
        assert commune is not None
        assert commune.name == "Nam Đông Hà"
