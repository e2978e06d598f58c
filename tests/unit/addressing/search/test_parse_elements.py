"""Each element of an address, in the forms that occur, next to those that only look like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from addressing.identifiers import PlaceId
from addressing.search.elements import Coordinates, Kilometre, Reading

First = Callable[[str], Reading]
TAIL = ", phường Tứ Minh, TP Hải Dương, tỉnh Hải Dương"


@pytest.mark.parametrize(
    ("written", "house"),
    [
        ("45 Trần Phú", "45"), ("Số 45 Trần Phú", "45"), ("SN 09 Trần Phú", "9"), ("No. 45 Trần Phú", "45"),
        ("Số nhà 15A Trần Phú", "15A"), ("15 a Trần Phú", "15A"), ("Số 112 B Bạch Đằng", "112B"),
        ("51bis Cao Thắng", "51bis"), ("46-48 Điện Biên Phủ", "46-48"), ("46A - 46B Điện Biên Phủ", "46A-46B"),
        ("12Đ Trần Phú", "12Đ"), ("nhà số 7 phố Chi Lăng", "7"),
    ],
)  # fmt: skip
def test_house_numbers(first: First, written: str, house: str) -> None:
    reading = first(written + TAIL)
    assert reading.house == house
    assert reading.street is not None
    assert reading.commune is not None
    assert reading.commune.full_name == "phường Tứ Minh"


@pytest.mark.parametrize(
    ("written", "element"),
    [
        ("Lô CN-05, KCN Đại An", "lots"), ("Km 52 QL5", "km"), ("Thửa đất số 368, tờ bản đồ số 12", "parcel"),
        ("Đường số 7", "street"), ("Khu 2", "hamlets"), ("Tầng 5, tòa nhà Hapaco", "floor"),
        ("Đường 30/10", "street"), ("QL5", "street"), ("KCN Đại An", "zone"), ("Tổ dân phố số 5", "hamlets"),
    ],
)  # fmt: skip
def test_numbers_that_are_no_house(first: First, written: str, element: str) -> None:
    reading = first(written + TAIL)
    assert reading.number is None
    assert getattr(reading, element)
    assert reading.leftovers == ()


@pytest.mark.parametrize(
    ("written", "lots"),
    [
        ("Lô CN-05, KCN Đại An", ("CN-05",)), ("Lô đất CN3.2G, KCN Đại An", ("CN3.2G",)),
        ("Lô E0-3B KCN Đại An", ("E0-3B",)),
        ("Lô CN4.4F và CN4.4G, KCN Đình Vũ", ("CN4.4F", "CN4.4G")), ("Lô 101/1, KCN Amata", ("101/1",)),
        ("Lô B2, B3, B4, KCN Nam Sách", ("B2", "B3", "B4")), ("Một phần lô CN6, KCN Đại An", ("CN6",)),
        ("Lot CN3.1, Dai An Industrial Park", ("CN3.1",)), ("LK12-05 KĐT Ecorivers", ("LK12-05",)),
        ("TT3-15, KĐT Ao Sào", ("TT3-15",)),
    ],
)  # fmt: skip
def test_lots(first: First, written: str, lots: tuple[str, ...]) -> None:
    reading = first(written + TAIL)
    assert (reading.lots, reading.alleys, reading.number) == (lots, (), None)
    assert reading.zone is not None


@pytest.mark.parametrize(
    ("written", "km"),
    [
        ("Km 52 QL5", Kilometre(52)),
        ("Km38+500 Quốc lộ 5A", Kilometre(38, 500)),
        ("km 12+30, ĐT 391", Kilometre(12, 30)),
    ],
)
def test_kilometres(first: First, written: str, km: Kilometre) -> None:
    reading = first(written + TAIL)
    assert reading.km == km
    assert reading.street is not None
    assert reading.street.kind in ("quốc lộ", "đường tỉnh")


def test_floor_flat_and_building(first: First) -> None:
    reading = first("Căn hộ A2-1205, tầng 12A, tòa S2.01, 275 Lạch Tray" + TAIL)
    assert (reading.flat, reading.floor, reading.building, reading.house) == ("A2-1205", "12A", "S2.01", "275")


def test_hamlets_run_from_outside_in(first: First) -> None:
    reading = first("Xóm 3, thôn Đồng Xá Bắc, xã Nam Đồng, TP Hải Dương")
    assert [(hamlet.kind, hamlet.name) for hamlet in reading.hamlets] == [("thôn", "Đồng Xá Bắc"), ("xóm", "3")]


def test_what_is_near_is_not_the_place(first: First) -> None:
    reading = first("Gần KCN Đại An" + TAIL)
    assert reading.zone is None
    assert reading.landmark == "Gần KCN Đại An"


@pytest.mark.parametrize(
    ("written", "zone", "others"),
    [
        ("CCN Tây Ngô Quyền", "Tây Ngô Quyền", (None, None, None)),
        ("cụm công nghiệp tây ngô quyền", "tây ngô quyền", (None, None, None)),
        ("lo 5 ccn tay ngo quyen, hai duong", "tay ngo quyen", (None, None, "Hải Dương")),
        ("CCN Tây Ngô Quyền, P. Việt Hòa, TP Hải Dương", "Tây Ngô Quyền", ("Việt Hòa", "Hải Dương", None)),
        ("KCN Đông Nam Củ Chi", "Đông Nam Củ Chi", (None, None, None)),
        ("kcn nam sach hai duong", "nam sach", (None, None, "Hải Dương")),
        ("KCN Nam Đình Vũ, Hải An", "Nam Đình Vũ", (None, "Hải An", None)),
    ],
)
def test_a_zone_keeps_the_unit_that_it_is_named_after(
    first: First, written: str, zone: str, others: tuple[str | None, str | None, str | None]
) -> None:
    reading = first(written)
    assert reading.zone is not None
    assert reading.zone.name == zone
    units = (reading.commune, reading.district, reading.province)
    assert tuple(unit and unit.name for unit in units) == others


@pytest.mark.parametrize(
    ("written", "commune", "district", "province"),
    [
        ("Phường Ninh Nhất, TP Ninh Bình, Ninh Bình", "Ninh Nhất", ("thành phố", "Ninh Bình"), "Ninh Bình"),
        ("12 Trần Não, P. Bình An, Q.2, TP.HCM", "Bình An", ("quận", "2"), "Hồ Chí Minh"),
        ("phường Nghi Hải, thị xã Cửa Lò, Nghệ An", "Nghi Hải", ("thị xã", "Cửa Lò"), "Nghệ An"),
    ],
)
def test_a_district_that_ended_before_the_reform_is_known(
    first: First, written: str, commune: str, district: tuple[str, str], province: str
) -> None:
    reading = first(written)
    assert reading.commune is not None
    assert reading.district is not None
    assert reading.province is not None
    said = (reading.commune.name, reading.district.kind, reading.district.name, reading.province.name)
    assert said == (commune, *district, province)


def test_a_firm_in_front_is_its_name(first: First) -> None:
    reading = first("Công ty TNHH Một Hai Ba, Lô XN12, KCN Đại An" + TAIL)
    assert reading.name == "Công ty TNHH Một Hai Ba"
    assert reading.lots == ("XN12",)


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("20.9401, 106.3304", Coordinates(106.3304, 20.9401, 4326)),
        ("106.3304; 20.9401", Coordinates(106.3304, 20.9401, 4326)),
        ("20.93, 106.3", Coordinates(106.3, 20.93, 4326)),
        ("(106.31 20.9)", Coordinates(106.31, 20.9, 4326)),
        ("20°56'24\"N 106°19'48\"E", Coordinates(106.33, 20.94, 4326)),
        ("20 độ 56 phút 24 giây Bắc, 106 độ 19 phút 48 giây Đông", Coordinates(106.33, 20.94, 4326)),
        ("X=2316540.5 Y=587654.2", Coordinates(587654.2, 2316540.5, None)),
        ("X: 2 316 540 Y: 587 654 VN-2000 KTT 105°45'", Coordinates(587654.0, 2316540.0, 9210)),
        ("2316540.5 587654.2, kinh tuyến trục 105 độ 30", Coordinates(587654.2, 2316540.5, 9209)),
        ("587654.2, 2316540.5 EPSG:9210", Coordinates(587654.2, 2316540.5, 9210)),
    ],
)
def test_positions(first: First, written: str, where: Coordinates) -> None:
    found = first(written).coordinates
    assert found is not None
    assert (found.x, found.y) == pytest.approx((where.x, where.y))
    assert found.srid == where.srid


@pytest.mark.parametrize("written", ["12.5, 6.3 đường số 1", "99.1, 20.9", "20, 106", "45.2 106.3 Trần Phú"])
def test_few_digits_are_no_position(first: First, written: str) -> None:
    assert first(written).coordinates is None


def test_codes(first: First) -> None:
    place = str(PlaceId.mint(choose=lambda letters: letters[3]))
    assert first(place.lower()).place_id == place
    assert first(f"45 Trần Phú, {place}{TAIL}").place_id == place
    assert first("7PH8W9MR+H5").plus_code == "7PH8W9MR+H5"
    assert first("W9MR+H5 phường Tứ Minh, Hải Phòng").plus_code == "W9MR+H5"
    assert first("45 Trần Phú, phường Tứ Minh, Hải Phòng 03000").postcode == "03000"
    assert first("45 Trần Phú, phường Tứ Minh, Hải Phòng, mã bưu chính: 03106").postcode == "03106"


def test_telephone_numbers_are_nothing(first: First) -> None:
    reading = first("Địa chỉ: 45 Trần Phú" + TAIL + ", ĐT: 0220.3852.123")
    assert (reading.house, reading.postcode, reading.leftovers) == ("45", None, ())


@pytest.mark.parametrize(
    ("written", "house", "former"),
    [
        ("27 (15 cũ) Tuy Hòa", "27", "15"),
        ("(số cũ 15) số 27 phố Tuy Hòa", "27", "15"),
        ("Số 27, số cũ 15B, phố Tuy Hòa", "27", "15B"),
        ("Số 27 (trước đây là số 12/3) Tuy Hòa", "27", "12/3"),
    ],
)
def test_a_former_number_is_kept_beside_the_present_one(first: First, written: str, house: str, former: str) -> None:
    reading = first(written)
    assert (reading.house, reading.former_number) == (house, former)
    assert reading.street is not None
    assert reading.street.name == "Tuy Hòa"
    assert reading.district is None


@pytest.mark.parametrize("written", ["27 Tuy Hòa", "Số 27, Tuy Hòa", "27/5 Tuy Hòa", "285 Tuy Hòa", "lô 22 Tuy Hòa"])
def test_a_name_behind_a_house_number_is_a_street(first: First, written: str) -> None:
    reading = first(written)
    assert reading.street is not None
    assert reading.street.name == "Tuy Hòa"
    assert (reading.commune, reading.district) == (None, None)


@pytest.mark.parametrize(
    ("written", "street"),
    [
        ("Đường gom QL5, KCN Nam Sách", "gom QL5"),
        ("Đường gom cao tốc Hà Nội - Hải Phòng, KCN Nam Sách", "gom cao tốc Hà Nội - Hải Phòng"),
        ("Tuyến tránh QL10, KCN Nam Sách", "tránh QL10"),
        ("Đường gom, KCN Nam Sách", "gom"),
        ("Ngã tư QL18 - đường tỉnh 398B", "18"),
        ("285 Cách Mạng Tháng Tám", "Cách Mạng Tháng Tám"),
    ],
)
def test_roads_beside_and_across_others(first: First, written: str, street: str) -> None:
    reading = first(written)
    assert reading.street is not None
    assert reading.street.name == street
    assert reading.leftovers == ()


@pytest.mark.parametrize(
    ("written", "building", "zone"),
    [
        ("Toà S1.02 Vinhomes Ocean Park", "S1.02", "Vinhomes Ocean Park"),
        ("Tầng 9, tòa nhà Hapro, 11B Cát Linh", "Hapro", None),
        ("Tầng 3, Tòa nhà số 1 Trần Hưng Đạo", None, None),
        ("Số 15, dãy B4, khu tập thể Thành Công", "B4", "Thành Công"),
        ("Nhà xưởng B5, lô CN11, KCN Đại An", "B5", "Đại An"),
        ("Lầu 2, khu A, 15 Trần Bạch Đằng", "A", None),
    ],
)
def test_buildings_and_the_estates_they_stand_in(
    first: First, written: str, building: str | None, zone: str | None
) -> None:
    reading = first(written + TAIL)
    assert reading.building == building
    assert (reading.zone.name if reading.zone else None) == zone
    assert reading.leftovers == ()


@pytest.mark.parametrize(
    ("written", "lots"),
    [
        ("Liền kề 15, khu đô thị Văn Phú", ("15",)),
        ("Biệt thự BT-16, khu đô thị Văn Phú", ("BT-16",)),
        ("Ô số 12, khu đô thị Văn Phú", ("12",)),
        ("Lô A-5A-CN, KCN Bàu Bàng", ("A-5A-CN",)),
        ("Lô A12, tổ 15", ("A12",)),
    ],
)
def test_lots_by_every_name(first: First, written: str, lots: tuple[str, ...]) -> None:
    assert first(written + TAIL).lots == lots


def test_telephone_numbers_and_postcodes_are_no_street(first: First) -> None:
    reading = first("27 Bạch Đằng, P. Trần Phú, TP Hải Dương, SĐT 0912.345.678")
    assert (reading.house, reading.leftovers, reading.hamlets) == ("27", (), ())
    assert first("Bưu chính 171000, phường Bình Hàn").postcode == "171000"
