"""The layouts of all layers: fields with their headings in Vietnamese and English.

A heading is matched after `fields.plain`, so 'Mã khu', 'ma_khu' and 'MA KHU' are one.
"""

from __future__ import annotations

from layers.errors import UnknownLayer
from layers.ingest.fields import Field, Layout, Reference, words

_QUALITY = words(
    surveyed="đo đạc,khảo sát,cadastral,survey", published="công bố,theo công bố", approximate="gần đúng,ước lượng,tạm"
)
_TO_ZONE = Reference("zone_code", "zone_id", "zones", "zone", "khu")
_ZONE = Field("zone_code", "code", ("ma_khu", "zone", "khu", "ma_kcn", "kcn", "khu_cong_nghiep"))
_PUBLISHED = Field("published", "flag", ("cong_bo", "hien_thi"))
_VSIC_VERSION = Field("vsic_version", "word", ("phien_ban_vsic",), words=words(**{"2018": "", "2025": ""}))
_COMMUNE = Field("commune_code", "commune", ("ma_xa", "ma_phuong_xa", "ward_code"))
"""Not stored by every layer, but every layer is checked by it: does the row lie in the commune it names?"""
_SOURCE_DATE = Field("source_date", "day", ("ngay_du_lieu", "ngay_nguon"))

ADMINISTRATIVE_UNITS = Layout(
    "administrative_units",
    (
        Field("level", "word", ("cap",), words=words(
            province="tỉnh,cấp tỉnh,thành phố trực thuộc trung ương,1", district="huyện,cấp huyện,quận,2",
            commune="xã,phường,cấp xã,ward,đặc khu,3")),
        Field("code", "digits", ("ma", "ma_dvhc", "ma_xa", "ma_tinh", "ward_code", "maxa", "matinh"), required=True),
        Field("parent_code", "digits", ("province_code", "ma_cha", "ma_cap_tren", "district_code"), width=2),
        Field("kind", "text", ("loai", "don_vi")),
        Field("name", "text", ("ten", "ten_dvhc", "tenxa", "ten_xa"), required=True),
        Field("full_name", "text", ("ten_day_du",)),
        Field("name_en", "text", ("ten_tieng_anh", "english_name")),
        Field("area_km2", "number", ("area_km2_attr", "dien_tich_km2", "dien_tich"), low=0),
        Field("population", "whole", ("dan_so",), low=0, high=2e9),
        Field("border_quality", "word", ("do_chinh_xac",), words=_QUALITY),
        Field("valid_from", "day", ("hieu_luc_tu", "tu_ngay")),
        Field("valid_to", "day", ("hieu_luc_den", "den_ngay")),
        _SOURCE_DATE,
    ),
    key=("level", "code", "valid_from"),
    geometry_type="MultiPolygon",
    geometry_required=False,
)  # fmt: skip

UNIT_CHANGES = Layout(
    "unit_changes",
    (
        Field("level", "word", ("cap",), words=words(province="tỉnh", district="huyện", commune="xã,phường,ward")),
        Field("old_code", "digits", ("old_ward_code", "ma_cu"), required=True),
        Field("old_name", "text", ("old_ward", "ten_cu"), required=True),
        Field("new_code", "digits", ("new_ward_code", "ma_moi"), required=True),
        Field("new_name", "text", ("new_ward", "ten_moi"), required=True),
        Field("part", "word", ("phan",), required=True, words=words(
            full="toàn bộ,nguyên trạng,whole", partial="một phần,part")),
        Field("changed_on", "day", ("ngay_thay_doi", "ngay_hieu_luc")),
        Field("people", "word", ("dan_cu", "dan_so_chuyen"), words=words(
            all="toàn bộ,tất cả", part="một phần", none="không,không có dân")),
        Field("population_ratio", "number", ("ty_le_dan_so",), low=0, high=1),
        Field("area_ratio", "number", ("ty_le_dien_tich",), low=0, high=1),
        Field("hamlets", "text", ("thon", "thon_to_dan_pho", "to_dan_pho")),
        _SOURCE_DATE,
    ),
    key=("level", "old_code", "new_code", "changed_on"),
    geometry_type=None,
)  # fmt: skip

ZONES = Layout(
    "zones",
    (
        Field("code", "code", ("ma", "ma_khu", "ma_kcn", "zone_code")),
        Field("kind", "word", ("type", "loai", "loai_khu"), required=True, words=words(
            KCN="khu công nghiệp,industrial park,industrial zone", CCN="cụm công nghiệp,industrial cluster",
            KKT="khu kinh tế,economic zone")),
        Field("status", "word", ("tinh_trang", "trang_thai"), required=True, words=words(
            planned="quy hoạch,theo quy hoạch,chưa triển khai", building="đang xây dựng,xây dựng,under construction",
            operating="hoạt động,đang hoạt động,in operation", suspended="tạm dừng,đình chỉ,stopped",
            closed="đã đóng,giải thể,chấm dứt")),
        Field("name", "text", ("ten", "ten_khu", "ten_kcn"), required=True),
        Field("name_en", "text", ("ten_tieng_anh",)),
        Field("former_names", "texts", ("ten_cu",)),
        Field("parent_code", "code", ("khu_me", "ma_khu_me")),
        Field("developer", "text", ("chu_dau_tu", "cdt")),
        Field("established_on", "day", ("ngay_thanh_lap",)),
        Field("established_note", "text", ("established", "quyet_dinh", "qd_thanh_lap")),
        Field("lease_ends_on", "day", ("het_han_thue",)),
        Field("area_plan_ha", "number", ("dien_tich", "dien_tich_ha", "area_ha"), low=0, high=1e6),
        Field("area_decision_ha", "number", ("dien_tich_quyet_dinh",), low=0, high=1e6),
        Field("area_leasable_ha", "number", ("industrial_land_ha", "dat_cong_nghiep"), low=0, high=1e6),
        Field("occupancy_ratio", "ratio", ("occupancy", "ty_le_lap_day")),
        Field("occupancy_on", "text", ("occupancy_date", "ngay_lap_day")),
        _COMMUNE,
        Field("address_text", "text", ("dia_chi", "address")),
        Field("power_mva", "number", ("cong_suat_dien",), low=0),
        Field("water_m3_day", "number", ("cap_nuoc",), low=0),
        Field("wastewater_m3_day", "number", ("xu_ly_nuoc_thai",), low=0),
        Field("telecom", "text", ("vien_thong",)),
        Field("flood_note", "text", ("ngap_lut",)),
        _VSIC_VERSION,
        Field("industries_allowed", "codes", ("nganh_nghe", "nganh_duoc_phep")),
        Field("industries_excluded", "codes", ("nganh_cam",)),
        Field("incentives", "text", ("uu_dai",)),
        Field("website", "text", ("trang_web",)),
        Field("source_url", "text", ("duong_dan",)),
        Field("border_quality", "word", ("do_chinh_xac",), words=_QUALITY),
        _PUBLISHED,
        Field("contact_name", "text", ("nguoi_lien_he",)),
        Field("contact_phone", "text", ("dien_thoai",)),
        Field("internal_note", "text", ("ghi_chu_noi_bo",)),
        _SOURCE_DATE,
    ),
    key=("code",),
    geometry_type="MultiPolygon",
    references=(Reference("parent_code", "parent_id", "zones", "zone", "khu"),),
)  # fmt: skip

PLOTS = Layout(
    "plots",
    (
        Field("zone_code", "code", _ZONE.synonyms, required=True),
        Field("plan_version", "code", ("phien_ban", "lan_dieu_chinh")),
        Field("code", "code", ("ma", "ma_lo", "lo", "ten_lo", "so_lo", "plot", "lot"), required=True),
        Field("status", "word", ("tinh_trang", "trang_thai"), required=True, words=words(
            planned="quy hoạch,theo quy hoạch", available="trống,còn trống,sẵn sàng,chưa cho thuê,vacant,free",
            reserved="giữ chỗ,đã giữ chỗ,đặt cọc,đã đặt cọc", leased="đã cho thuê,cho thuê,đã thuê,rented",
            not_for_lease="không cho thuê,cây xanh,hạ tầng kỹ thuật")),
        Field("land_use_code", "land_use", ("ma_loai_dat", "loai_dat", "land_use", "mdsd"), required=True),
        Field("land_use_version", "text", ("phien_ban_loai_dat",)),
        Field("area_m2", "number", ("dien_tich", "dien_tich_m2", "dt", "area"), required=True, low=1e-6, high=9.9e7),
        Field("can_merge", "flag", ("ghep_duoc",)),
        Field("ready_on", "day", ("ngay_san_sang",)),
        Field("lease_ends_on", "day", ("het_han_thue",)),
        Field("price_usd_m2_term", "number", ("gia_thue_usd_m2", "gia_thue"), low=0),
        Field("price_quoted_on", "day", ("ngay_bao_gia",)),
        Field("land_rent_vnd_m2_year", "number", ("tien_thue_dat",), low=0),
        Field("infrastructure_fee_usd_m2_year", "number", ("phi_ha_tang",), low=0),
        Field("management_fee_usd_m2_month", "number", ("phi_quan_ly",), low=0),
        Field("deposit_ratio", "ratio", ("dat_coc",)),
        Field("vat_included", "flag", ("gom_vat",)),
        Field("power_kva", "number", ("dien_kva",), low=0),
        Field("water_m3_day", "number", ("nuoc_m3_ngay",), low=0),
        Field("wastewater_m3_day", "number", ("nuoc_thai_m3_ngay",), low=0),
        Field("road_width_m", "number", ("be_rong_duong", "lo_gioi"), low=0),
        Field("max_coverage_ratio", "ratio", ("mat_do_xay_dung", "mdxd")),
        Field("max_floor_area_ratio", "number", ("he_so_su_dung_dat", "hssdd"), low=0),
        Field("max_floors", "whole", ("so_tang", "tang_cao"), low=0, high=300),
        Field("max_height_m", "number", ("chieu_cao_toi_da",), low=0),
        Field("setback_m", "number", ("khoang_lui",), low=0),
        Field("green_ratio", "ratio", ("ty_le_cay_xanh",)),
        Field("ground_note", "text", ("dia_chat",)),
        _VSIC_VERSION,
        Field("industries_allowed", "codes", ("nganh_nghe",)),
        Field("cadastral_commune_code", "commune", ("ma_xa",)),
        Field("cadastral_sheet_no", "text", ("so_to", "to_ban_do")),
        Field("cadastral_parcel_no", "text", ("so_thua",)),
        _PUBLISHED,
        Field("lowest_price_usd_m2_term", "number", ("gia_san",), low=0),
        Field("internal_note", "text", ("ghi_chu_noi_bo",)),
        _SOURCE_DATE,
    ),
    key=("zone_id", "plan_version", "code"),
    geometry_type="Polygon",
    references=(_TO_ZONE,),
)  # fmt: skip

ENTERPRISES = Layout(
    "enterprises",
    (
        Field("code", "code", ("ma", "ma_dn", "ma_doanh_nghiep")),
        Field("tax_code", "tax_code", ("mst", "ma_so_thue", "msdn", "tax_id")),
        Field("name", "text", ("ten", "ten_dn", "ten_doanh_nghiep", "ten_cong_ty"), required=True),
        Field("name_en", "text", ("ten_tieng_anh",)),
        Field("short_name", "text", ("ten_viet_tat",)),
        Field("country", "country", ("quoc_gia", "quoc_tich", "nuoc")),
        Field("status", "word", ("tinh_trang", "trang_thai"), required=True, words=words(
            registered="đã đăng ký,đăng ký,được cấp phép", building="đang xây dựng,xây dựng",
            operating="hoạt động,đang hoạt động,nnt đang hoạt động", suspended="tạm ngừng,tạm ngừng hoạt động,tạm dừng",
            closed="ngừng hoạt động,giải thể,đã đóng,chấm dứt hoạt động")),
        _VSIC_VERSION,
        Field("industry_code", "industry", ("ma_nganh", "nganh", "nganh_chinh", "vsic")),
        Field("other_industry_codes", "codes", ("nganh_khac",)),
        Field("workers", "whole", ("lao_dong", "so_lao_dong"), low=0, high=2e9),
        Field("investment_usd", "number", ("von_dau_tu_usd", "von_dau_tu"), low=0),
        Field("started_on", "day", ("ngay_hoat_dong", "ngay_bat_dau")),
        _ZONE,
        Field("plot_code", "code", ("ma_lo", "lo", "plot")),
        Field("address_text", "text", ("dia_chi", "address")),
        _COMMUNE,
        Field("certificate_address", "text", ("dia_chi_gcn",)),
        Field("contact_name", "text", ("nguoi_lien_he",)),
        Field("contact_phone", "text", ("dien_thoai",)),
        Field("contact_email", "text", ("email",)),
        _PUBLISHED,
        _SOURCE_DATE,
    ),
    key=("code",),
    geometry_type="Point",
    references=(_TO_ZONE, Reference("plot_code", "plot_id", "plots", "plot", "lô", within="zone_id")),
)  # fmt: skip

SITES = Layout(
    "sites",
    (
        Field("operator", "text", ("nha_mang", "doanh_nghiep_vien_thong"), required=True),
        Field("code", "code", ("ma", "ma_tram", "site_code", "site_id"), required=True),
        Field("name", "text", ("ten", "ten_tram")),
        Field("kind", "text", ("loai", "loai_tram")),
        Field("height_m", "number", ("chieu_cao", "do_cao_anten"), low=0, high=1000),
        _COMMUNE,
        Field("accuracy_m", "number", ("do_chinh_xac_m",), low=0),
        Field("address_text", "text", ("dia_chi", "address")),
        _SOURCE_DATE,
    ),
    key=("operator", "code"),
    geometry_type="Point",
)  # fmt: skip

_CELL_KEY = (
    Field("operator", "text", ("nha_mang",), required=True),
    Field("site_code", "code", ("ma_tram", "site", "site_id"), required=True),
    Field("code", "code", ("ma", "ma_cell", "cell", "cell_code", "cell_id"), required=True),
)

CELLS = Layout(
    "cells",
    (
        *_CELL_KEY,
        Field("technology", "word", ("cong_nghe", "radio"), required=True, words=words(
            **{"2G": "GSM,GPRS,EDGE", "3G": "UMTS,WCDMA,HSPA", "4G": "LTE,LTE-A", "5G": "NR,5G NR"})),
        Field("state", "word", ("tinh_trang", "trang_thai", "status"), required=True, words=words(
            planned="quy hoạch,kế hoạch,dự kiến", building="đang lắp đặt,đang xây dựng",
            on_air="đang phát sóng,phát sóng,hoạt động,đang hoạt động,on air,active", off="ngừng phát,tắt,dừng")),
        Field("band", "text", ("bang_tan",)),
        Field("frequency_mhz", "number", ("tan_so_mhz", "tan_so"), low=0),
        Field("bandwidth_mhz", "number", ("bang_thong_mhz", "bang_thong"), low=0),
        Field("antenna", "text", ("anten",)),
        Field("azimuth_deg", "number", ("azimuth", "phuong_vi"), low=0, high=359.999999),
        Field("beamwidth_deg", "number", ("beamwidth", "do_rong_bup_song"), low=1e-6, high=360),
        Field("radius_m", "number", ("ban_kinh", "ban_kinh_m", "range"), low=1e-6, high=100_000),
        Field("eirp_dbm", "number", ("eirp",), low=-100, high=200),
        Field("tilt_deg", "number", ("tilt",), low=-90, high=90),
        Field("on_air_on", "day", ("ngay_phat_song",)),
        Field("accepted_on", "day", ("ngay_nghiem_thu",)),
        Field("coverage_class", "word", ("loai_phu",), words=words(outdoor="ngoài trời", indoor="trong nhà")),
        _SOURCE_DATE,
    ),
    key=("site_id", "code"),
    geometry_type="Point",
    geometry_required=False,
    references=(Reference("site_code", "site_id", "sites", "site", "trạm", within="operator"),),
)  # fmt: skip

FOOTPRINTS = Layout(
    "footprints",
    (*_CELL_KEY, _SOURCE_DATE),
    key=CELLS.key,
    geometry_type="MultiPolygon",
    geometry_column="footprint",
    references=CELLS.references,
    completes=("cell", "cell"),
)

STREETS = Layout(
    "streets",
    (
        Field("code", "code", ("ma", "ma_duong")),
        Field("osm_id", "code"),
        Field("name", "text", ("ten", "ten_duong", "street"), required=True),
        Field("kind", "word", ("loai", "loai_duong", "highway"), words=words(
            street="phố,residential,unclassified,tertiary,tertiary_link,construction",
            road="đường,primary,primary_link,secondary,secondary_link",
            alley="ngõ,hẻm,service,living_street,pedestrian",
            lane="ngách,hẻm nhánh,footway,path,steps,track,cycleway,trail,corridor,platform,elevator,bridleway",
            highway="quốc lộ,tỉnh lộ,cao tốc,motorway,motorway_link,trunk,trunk_link")),
        _ZONE,
        _COMMUNE,
        Field("parent_street_code", "code", ("ma_duong_me", "duong_me")),
        Field("cross_section_m", "number", ("mat_cat", "mat_cat_ngang", "be_rong", "lo_gioi"), low=0, high=500),
        Field("numbered_before", "flag", ("da_danh_so",)),
        Field("is_special", "flag", ("dac_thu", "duong_dac_thu")),
        Field("existing_direction", "word", ("chieu_hien_trang",), words=words(forward="xuôi", backward="ngược")),
        _SOURCE_DATE,
    ),
    key=("code",),
    geometry_type="MultiLineString",
    references=(_TO_ZONE, Reference("parent_street_code", "parent_street_id", "streets", "street", "đường")),
)  # fmt: skip

ENTRANCES = Layout(
    "entrances",
    (
        Field("code", "code", ("ma", "ma_loi_vao")),
        Field("osm_id", "code"),
        Field("src", "text"),
        Field("kind", "word", ("loai",), words=words(
            building="nhà,công trình,toà nhà", empty_land="đất trống", gate="cổng")),
        Field("is_main", "flag", ("chinh", "loi_vao_chinh")),
        Field("street_code", "code", ("ma_duong",)),
        Field("street_name", "text", ("street", "ten_duong", "duong", "pho", "addr_street")),
        _COMMUNE,
        Field("existing_number", "text", ("housenumber", "so_nha", "house_number", "addr_housenumber")),
        Field("house_code", "code", ("ma_nha", "building_id", "house_id")),
        _ZONE,
        Field("plot_code", "code", ("ma_lo", "lo", "plot")),
        Field("position_quality", "word", ("do_chinh_xac",), words=words(
            surveyed="đo đạc,khảo sát", published="công bố", derived="suy ra", approximate="gần đúng")),
        _SOURCE_DATE,
    ),
    key=("code",),
    geometry_type="Point",
    references=(
        Reference("street_code", "street_id", "streets", "street", "đường"),
        Reference("zone_code", "zone_id", "zones", "zone", "khu"),
        Reference("plot_code", "plot_id", "plots", "plot", "lô", within="zone_id"),
    ),
)  # fmt: skip

BUILDINGS = Layout(
    "buildings",
    (
        Field("code", "code", ("ma", "ma_nha")),
        Field("osm_id", "code"),
        Field("kind", "text", ("building", "loai")),
        Field("name", "text", ("ten",)),
        Field("height_m", "number", ("height", "chieu_cao"), low=0, high=1000),
        Field("floors", "whole", ("levels", "so_tang", "building_levels"), low=0, high=300),
        _SOURCE_DATE,
    ),
    key=("code",),
    geometry_type="MultiPolygon",
)  # fmt: skip

DRIVE_TESTS = Layout(
    "drive_tests",
    (
        Field("campaign", "text", ("dot_do", "chien_dich", "dot_do_kiem"), required=True),
        Field("code", "code", ("ma", "ma_mau", "so_mau", "stt"), required=True),
        Field("operator", "text", ("nha_mang",), required=True),
        Field("technology", "word", ("cong_nghe", "radio"), required=True, words=words(
            **{"2G": "GSM,GPRS,EDGE", "3G": "UMTS,WCDMA,HSPA", "4G": "LTE,LTE-A", "5G": "NR,5G NR"})),
        Field("measured_on", "day", ("ngay_do", "thoi_gian", "date"), required=True),
        Field("succeeded", "flag", ("thanh_cong", "ket_qua", "success"), required=True),
        Field("band", "text", ("bang_tan",)),
        Field("frequency_mhz", "number", ("tan_so_mhz", "tan_so"), low=0),
        Field("rsrp_dbm", "number", ("rsrp", "ss_rsrp", "muc_thu", "muc_thu_dbm"), low=-160, high=-20),
        Field("download_mbit_s", "number", ("toc_do_tai_xuong", "download", "dl_mbit_s"), low=0),
        Field("is_indoor", "flag", ("trong_nha", "indoor")),
        Field("device", "text", ("thiet_bi",)),
        _COMMUNE,
        _SOURCE_DATE,
    ),
    key=("campaign", "code"),
    geometry_type="Point",
)  # fmt: skip

LAYOUTS = {
    layout.layer: layout
    for layout in (
        ADMINISTRATIVE_UNITS, UNIT_CHANGES, ZONES, PLOTS, ENTERPRISES, SITES, CELLS, FOOTPRINTS, STREETS, ENTRANCES,
        BUILDINGS, DRIVE_TESTS,
    )
}  # fmt: skip


def get_layout(layer: str) -> Layout:
    """The layout of a layer. Raises `UnknownLayer`."""
    if layer not in LAYOUTS:
        raise UnknownLayer(layer[:60], list(LAYOUTS))
    return LAYOUTS[layer]
