"""What public pages say of the industrial parks and clusters of former Hải Dương (read 2026-11-23).

These are facts, each with the pages that state it. An empty field means that no page was found that
says so; nothing is filled from memory. A share that speaks of one phase only, or of hectares still
free, is not the occupancy of the park and is left out. Positions are coarse: `precision_m` is how
far the true park may be from the point, and the borders drawn around it are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Park:
    """A park or cluster as its sources describe it."""

    code: str
    kind: str
    status: str
    name: str
    name_en: str
    lon: float | None
    """WGS 84 degrees; None when no source gives the place."""
    lat: float | None
    precision_m: float
    near_commune: str
    """2025 code of the commune in which it is drawn when the place is unknown, else empty."""
    source: str
    area_ha: float | None = None
    area_on: str = "plan"
    """Whether the area is that of the plan or of the decision."""
    industrial_ha: float | None = None
    developer: str | None = None
    established_on: date | None = None
    established_note: str | None = None
    occupancy_ratio: float | None = None
    occupancy_on: str | None = None
    former_names: tuple[str, ...] = ()
    district_before_2025: str | None = None
    made_up: bool = False
    """True for a zone that exists nowhere; `area_ha` is then its drawn area."""


OLD_COMMUNE_M, INNER_POINT_M, MAPPED_M, UNKNOWN_M = 3000.0, 5000.0, 150.0, 4000.0
"""Centre of a commune of before 2025; inner point of a 2025 commune; from a mapped polygon; none at all."""

_BHD_2023 = "baohaiduong.vn 21/03/2023; en.baohaiduong.vn 207148"
_VNE_2026 = "vneconomy.vn 21/01/2026"
_SCT_2018 = "sct.haiduong.gov.vn 10/10/2018"
_KHDS = "khoahocdoisong.vn post157000"

_OPERATING = (
    Park(
        "KCN-DAI-AN", "KCN", "operating", "KCN Đại An", "Dai An Industrial Park",
        106.2868, 20.9243, OLD_COMMUNE_M, "",
        "nso.com.vn dai-an-industrial-park-141; vuongphat.com.vn; khucongnghiep.com.vn articleId 481",
        area_ha=135.96, industrial_ha=102.89, developer="CTCP Đại An",
        established_on=date(2003, 3, 24), established_note="QĐ 739/2003/QĐ-UB",
        occupancy_ratio=0.8786, occupancy_on="2021-10", district_before_2025="TP Hải Dương / Cẩm Giàng",
    ),
    Park(
        "KCN-DAI-AN-MO-RONG", "KCN", "operating", "KCN Đại An mở rộng", "Dai An Expanded Industrial Park",
        106.25227, 20.92686, MAPPED_M, "",
        "khucongnghiep.com.vn articleId 481; vietdata.vn; vietnamnet.vn 714352; vietnamnews.vn 1694916; "
        "© OpenStreetMap contributors way/1157356621 (ODbL)",
        area_ha=403.0, developer="Công ty TNHH MTV Phát triển hạ tầng KCN Đại An",
        established_note="thi công từ 2007 / works from 2007",
        district_before_2025="Cẩm Giàng / TP Hải Dương",
    ),
    Park(
        "KCN-PHUC-DIEN", "KCN", "operating", "KCN Phúc Điền", "Phuc Dien Industrial Park",
        106.2004, 20.929, INNER_POINT_M, "", _BHD_2023,
        established_note="2003", occupancy_ratio=1.0, occupancy_on="2022-06", district_before_2025="Cẩm Giàng",
    ),
    Park(
        "KCN-PHUC-DIEN-MO-RONG", "KCN", "building", "KCN Phúc Điền mở rộng", "Phuc Dien Expanded Industrial Park",
        106.1757, 20.901, OLD_COMMUNE_M, "", "news.baohaiduong.vn 386207; vietnamnews.vn 1694916",
        area_ha=246.5, developer="CTCP Đầu tư Trung Quý - Bắc Ninh", district_before_2025="Bình Giang",
    ),
    Park(
        "KCN-NAM-SACH", "KCN", "operating", "KCN Nam Sách", "Nam Sach Industrial Park",
        None, None, UNKNOWN_M, "10606", _BHD_2023,
        established_note="2003", occupancy_ratio=1.0, occupancy_on="2022-06",
    ),
    Park(
        "KCN-TAN-TRUONG", "KCN", "operating", "KCN Tân Trường", "Tan Truong Industrial Park",
        106.22786, 20.92773, MAPPED_M, "",
        "tniholdings.vn tan-truong-198ha; en.baohaiduong.vn 207148; © OpenStreetMap contributors way/597911424 (ODbL)",
        area_ha=198.06, developer="TNI Holdings (theo trang của công ty / by its own site)",
        established_on=date(2006, 8, 1),
        established_note="QĐ 1095/QĐ-BXD", occupancy_ratio=1.0, occupancy_on="2022-06",
        district_before_2025="Cẩm Giàng",
    ),
    Park(
        "KCN-AN-PHAT-COMPLEX", "KCN", "operating", "KCN Kỹ thuật cao An Phát", "An Phat Complex",
        106.2996, 20.9484, OLD_COMMUNE_M, "",
        "tophaiduongaz.com; thitruonghanghoa.com 151524; en.baohaiduong.vn 207148",
        developer="Công ty TNHH KCN Kỹ thuật cao An Phát",
        established_note="2006; đổi tên 14/03/2019 theo QĐ 883/QĐ-UBND / renamed 14/03/2019",
        occupancy_ratio=1.0, occupancy_on="2022-06", former_names=("KCN Việt Hòa - Kenmark",),
        district_before_2025="TP Hải Dương",
    ),
    Park(
        "KCN-CONG-HOA", "KCN", "operating", "KCN Cộng Hòa", "Cong Hoa Industrial Park",
        106.3876, 21.1349, OLD_COMMUNE_M, "", "rslgroup.vn cong-hoa-industrial-park; vietnam.vn (baohaiduong)",
        area_ha=201.43, area_on="decision", industrial_ha=145.54,
        developer="CTCP Phát triển đô thị và KCN Cao su Việt Nam",
        established_note="2008; thời hạn / term 2008-2058", occupancy_ratio=0.99,
        occupancy_on="không ghi ngày / undated (2024-2025)", district_before_2025="TP Chí Linh",
    ),
    Park(
        "KCN-LAI-VU", "KCN", "operating", "KCN Lai Vu", "Lai Vu Industrial Park",
        106.4156, 20.9803, OLD_COMMUNE_M, "", "vietnamnews.vn 1694916; vietnamnews.vn 1691448",
        developer="Công ty TNHH MTV Lai Vu", former_names=("KCN Tàu thủy Lai Vu",),
        district_before_2025="Kim Thành",
    ),
    Park(
        "KCN-PHU-THAI", "KCN", "operating", "KCN Phú Thái", "Phu Thai Industrial Park",
        106.5142, 20.9633, OLD_COMMUNE_M, "", "vietnamnews.vn 1694916", district_before_2025="Kim Thành",
    ),
    Park(
        "KCN-LAI-CACH", "KCN", "operating", "KCN Lai Cách", "Lai Cach Industrial Park",
        106.2552, 20.9367, OLD_COMMUNE_M, "",
        "cosy.vn lai-cach-hai-duong; en.baohaiduong.vn 207148; news.baohaiduong.vn 343250",
        area_ha=190.73, developer="Công ty TNHH Đại Dương", established_on=date(2005, 5, 30),
        established_note="QĐ 1836/QĐ-UBND", occupancy_ratio=0.33, occupancy_on="2022-06",
        district_before_2025="Cẩm Giàng",
    ),
    Park(
        "KCN-CAM-DIEN-LUONG-DIEN", "KCN", "operating", "KCN Cẩm Điền - Lương Điền",
        "Cam Dien - Luong Dien Industrial Park", 106.1757, 20.9473, OLD_COMMUNE_M, "",
        "news.baohaiduong.vn 343250; vietnamnews.vn 1694916", former_names=("VSIP Hải Dương",),
        district_before_2025="Cẩm Giàng",
    ),
    Park(
        "KCN-AN-PHAT-1", "KCN", "operating", "KCN An Phát 1", "An Phat 1 Industrial Park",
        106.3405, 21.0354, OLD_COMMUNE_M, "", "vietgiaitri.com 5616409; news.baohaiduong.vn 343250",
        area_ha=180.0, developer="CTCP KCN Kỹ thuật cao An Phát 1",
        established_on=date(2021, 3, 5), established_note="QĐ 212/QĐ-TTg",
        former_names=("KCN Quốc Tuấn - An Bình",), district_before_2025="Nam Sách",
    ),
)  # fmt: skip

_COMING = (
    Park(
        "KCN-TAN-TRUONG-MO-RONG", "KCN", "planned", "KCN Tân Trường mở rộng", "Tan Truong Expanded Industrial Park",
        106.2228, 20.9427, OLD_COMMUNE_M, "", "xe.today p=259190",
        area_ha=115.37, industrial_ha=112.6, developer="CTCP Công nghiệp Tây Bắc",
        established_note="phê duyệt 2009, khởi động lại 2021 / approved 2009, restarted 2021",
        district_before_2025="Cẩm Giàng",
    ),
    Park(
        "KCN-GIA-LOC", "KCN", "building", "KCN Gia Lộc", "Gia Loc Industrial Park",
        106.2905, 20.8465, OLD_COMMUNE_M, "", "odinland.com khu-cong-nghiep-gia-loc; ndh.vn 1287740",
        area_ha=197.94, industrial_ha=142.27, developer="CTCP Đầu tư và Phát triển hạ tầng Nam Quang",
        established_note="2021; quy hoạch / plan 22/03/2021", district_before_2025="Gia Lộc",
    ),
    Park(
        "KCN-KIM-THANH", "KCN", "building", "KCN Kim Thành", "Kim Thanh Industrial Park",
        106.4251, 20.9766, INNER_POINT_M, "", "bnews.vn 189723; coma18.vn",
        area_ha=164.98, developer="CTCP COMA 18", established_on=date(2021, 3, 15),
        established_note="QĐ 358/QĐ-TTg", district_before_2025="Kim Thành",
    ),
    Park(
        "KCN-KIM-THANH-2", "KCN", "building", "KCN Kim Thành 2 (giai đoạn 1)", "Kim Thanh 2 Industrial Park (phase 1)",
        106.5142, 20.8708, OLD_COMMUNE_M, "", "cafeland.vn 134130; baohaiduong.vn 386987",
        area_ha=234.63, developer="CTCP Tập đoàn Đầu tư và Phát triển Hưng Yên", district_before_2025="Kim Thành",
    ),
    Park(
        "KCN-HOANG-DIEU", "KCN", "planned", "KCN Hoàng Diệu", "Hoang Dieu Industrial Park",
        106.2927, 20.8284, INNER_POINT_M, "",
        "haiduong.gov.vn 2024; tuoitrethudo.vn 257205; vietnamfinance.vn d114018",
        area_ha=250.0, industrial_ha=179.0, developer="VIDIFI", district_before_2025="Gia Lộc",
    ),
    Park(
        "KCN-HUNG-DAO", "KCN", "planned", "KCN Hưng Đạo", "Hung Dao Industrial Park",
        106.364, 20.8596, OLD_COMMUNE_M, "", "baohaiduong.vn/en/print/406291",
        area_ha=199.52, district_before_2025="Tứ Kỳ",
    ),
    Park(
        "KCN-GIA-LOC-III", "KCN", "planned", "KCN Gia Lộc III", "Gia Loc III Industrial Park",
        106.26, 20.8717, OLD_COMMUNE_M, "", "baohaiduong.vn/en/print/406291",
        area_ha=130.0, district_before_2025="Gia Lộc",
    ),
    Park(
        "KCN-CONG-HOA-2", "KCN", "planned", "KCN Cộng Hòa 2", "Cong Hoa 2 Industrial Park",
        106.368, 21.1541, INNER_POINT_M, "", _VNE_2026, area_ha=190.0, district_before_2025="TP Chí Linh",
    ),
    Park(
        "KCN-TU-KY-1", "KCN", "planned", "KCN Tứ Kỳ 1", "Tu Ky 1 Industrial Park",
        106.373, 20.8641, INNER_POINT_M, "", _VNE_2026, area_ha=115.8, district_before_2025="Tứ Kỳ",
    ),
    Park(
        "KCN-BINH-GIANG-2", "KCN", "planned", "KCN Bình Giang 2", "Binh Giang 2 Industrial Park",
        106.1459, 20.837, INNER_POINT_M, "", _VNE_2026, area_ha=303.0, district_before_2025="Bình Giang",
    ),
    Park(
        "KCN-BINH-GIANG-3", "KCN", "planned", "KCN Bình Giang 3", "Binh Giang 3 Industrial Park",
        106.2287, 20.8383, INNER_POINT_M, "", _VNE_2026, area_ha=200.0, district_before_2025="Bình Giang",
    ),
    Park(
        "KCN-BINH-GIANG-4", "KCN", "planned", "KCN Bình Giang 4", "Binh Giang 4 Industrial Park",
        106.225, 20.8732, INNER_POINT_M, "", _VNE_2026, area_ha=196.0, district_before_2025="Bình Giang",
    ),
    Park(
        "KCN-BINH-GIANG-5", "KCN", "planned", "KCN Bình Giang 5", "Binh Giang 5 Industrial Park",
        106.1812, 20.911, INNER_POINT_M, "", _VNE_2026, area_ha=115.0, district_before_2025="Bình Giang",
    ),
    Park(
        "KCN-THANH-MIEN-2", "KCN", "planned", "KCN Thanh Miện 2", "Thanh Mien 2 Industrial Park",
        106.1569, 20.802, INNER_POINT_M, "", _VNE_2026, area_ha=200.0, district_before_2025="Thanh Miện",
    ),
    Park(
        "KCN-THANH-HA", "KCN", "planned", "KCN Thanh Hà", "Thanh Ha Industrial Park",
        106.4714, 20.8401, INNER_POINT_M, "", _VNE_2026, area_ha=150.0, district_before_2025="Thanh Hà",
    ),
)  # fmt: skip

_CLUSTERS = (
    Park(
        "CCN-VIET-HOA", "CCN", "operating", "CCN Việt Hòa", "Viet Hoa Industrial Cluster",
        106.2996, 20.9484, OLD_COMMUNE_M, "", _SCT_2018,
        area_ha=44.87, industrial_ha=31.81, occupancy_ratio=1.0, occupancy_on="2018-10",
        district_before_2025="TP Hải Dương",
    ),
    Park(
        "CCN-CAM-THUONG", "CCN", "operating", "CCN Cẩm Thượng", "Cam Thuong Industrial Cluster",
        106.3179, 20.9511, OLD_COMMUNE_M, "", _SCT_2018,
        area_ha=51.9, industrial_ha=42.15, occupancy_ratio=1.0, occupancy_on="2018-10",
        district_before_2025="TP Hải Dương",
    ),
    Park(
        "CCN-TAY-NGO-QUYEN", "CCN", "operating", "CCN Tây Ngô Quyền", "Tay Ngo Quyen Industrial Cluster",
        106.3179, 20.9511, OLD_COMMUNE_M, "", _SCT_2018,
        area_ha=19.51, industrial_ha=16.29, occupancy_ratio=1.0, occupancy_on="2018-10",
        district_before_2025="TP Hải Dương",
    ),
    Park(
        "CCN-BA-HANG", "CCN", "operating", "CCN Ba Hàng", "Ba Hang Industrial Cluster",
        106.3788, 20.9651, OLD_COMMUNE_M, "", _SCT_2018,
        area_ha=46.04, industrial_ha=42.77, developer="Công ty TNHH VTTM Thành Đạt",
        occupancy_ratio=0.6205, occupancy_on="2018-10", district_before_2025="TP Hải Dương",
    ),
    Park(
        "CCN-CAO-AN", "CCN", "operating", "CCN Cao An", "Cao An Industrial Cluster",
        106.2528, 20.9495, OLD_COMMUNE_M, "", _SCT_2018,
        area_ha=46.31, industrial_ha=32.06, occupancy_ratio=0.6296, occupancy_on="2018-10",
        district_before_2025="Cẩm Giàng",
    ),
    Park(
        "CCN-QUANG-TRUNG", "CCN", "building", "CCN Quang Trung", "Quang Trung Industrial Cluster",
        None, None, UNKNOWN_M, "10729", _KHDS,
        area_ha=74.5, developer="CTCP Bất động sản Hyosung Việt Nam",
        established_note="phê duyệt 2021 / approved 2021", district_before_2025="Kinh Môn",
    ),
    Park(
        "CCN-BINH-GIANG-1", "CCN", "building", "CCN Bình Giang 1", "Binh Giang 1 Industrial Cluster",
        None, None, UNKNOWN_M, "10972", _KHDS,
        area_ha=75.0, developer="CTCP Bất động sản Hyosung Việt Nam",
        established_note="phê duyệt 2021 / approved 2021", district_before_2025="Bình Giang",
    ),
    Park(
        "CCN-THAT-HUNG", "CCN", "building", "CCN Thất Hùng", "That Hung Industrial Cluster",
        106.4818, 21.0561, OLD_COMMUNE_M, "", _KHDS,
        area_ha=60.0, developer="CTCP Tập đoàn Nhà Việt HD",
        established_note="phê duyệt 2021 / approved 2021", district_before_2025="Kinh Môn",
    ),
    Park(
        "CCN-YET-KIEU", "CCN", "planned", "CCN Yết Kiêu", "Yet Kieu Industrial Cluster",
        106.26, 20.8717, OLD_COMMUNE_M, "", "vietnamconstruction.vn",
        area_ha=61.8, developer="Công ty TNHH SX và TM Gia Lộc",
        established_note="phê duyệt / approved 22/12/2020", district_before_2025="Gia Lộc",
    ),
)  # fmt: skip

MADE_UP_ZONES = (
    Park(
        "KKT-MINH-HOA-VEN-SONG", "KKT", "building", "KKT Minh Họa Ven Sông", "Riverside Demonstration Economic Zone",
        None, None, UNKNOWN_M, "11542", "", area_ha=320.0, made_up=True,
    ),
    Park(
        "CCN-MINH-HOA-AN-QUANG", "CCN", "operating", "CCN Minh Họa Một", "Demonstration Cluster One",
        None, None, UNKNOWN_M, "11647", "", area_ha=48.0, made_up=True,
    ),
    Park(
        "CCN-MINH-HOA-TIEN-MINH", "CCN", "suspended", "CCN Minh Họa Hai", "Demonstration Cluster Two",
        None, None, UNKNOWN_M, "11791", "", area_ha=36.0, made_up=True,
    ),
)  # fmt: skip
"""Zones that exist nowhere, so that the east of the city and the other kinds and states appear."""

PARKS: tuple[Park, ...] = (*_OPERATING, *_COMING, *_CLUSTERS, *MADE_UP_ZONES)

SMALL_PROVINCE = ("KCN-DAI-AN", "CCN-CAO-AN", "CCN-TAY-NGO-QUYEN", "CCN-BA-HANG", "KCN-TU-KY-1")
"""Which zones come first when the province is loaded at a small scale: all states, little land."""


def parks_at(scale: float) -> list[Park]:
    """The parks of a province of that size (1.0 = all 40), the small province's first. At least five."""
    first = {code: place for place, code in enumerate(SMALL_PROVINCE)}
    ordered = sorted(PARKS, key=lambda park: first.get(park.code, len(first)))  # sorting is stable
    return ordered[: max(len(first), round(len(ordered) * scale))]
