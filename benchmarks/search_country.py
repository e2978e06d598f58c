"""A made-up country of addresses on the real names of its communes: 65,000 streets, a million numbered doors.

Names of communes come from the gazetteer. Names of streets are those that nearly every town has (persons,
days, numbers) and names of places, which is how streets are really called; where they lie is made up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from psycopg import Connection

from addressing.search.unit_tables import national_gazetteer

SEED = 20261123
_NAMES = (
    "Trần Phú|Lê Lợi|Quang Trung|Nguyễn Trãi|Lý Thường Kiệt|Trần Hưng Đạo|Hai Bà Trưng|Bà Triệu|Ngô Quyền|"
    "Đinh Tiên Hoàng|Lê Hồng Phong|Nguyễn Văn Cừ|Hoàng Văn Thụ|Nguyễn Thị Minh Khai|Lê Duẩn|Trường Chinh|"
    "Phạm Văn Đồng|Võ Nguyên Giáp|Võ Thị Sáu|Nguyễn Huệ|Phan Bội Châu|Phan Chu Trinh|Phan Đình Phùng|"
    "Nguyễn Du|Hồ Xuân Hương|Nguyễn Bỉnh Khiêm|Chu Văn An|Lê Thánh Tông|Lý Thái Tổ|Trần Nhân Tông|Trần Quốc Toản|"
    "Trần Nguyên Hãn|Phạm Ngũ Lão|Yết Kiêu|Bạch Đằng|Điện Biên Phủ|Cách Mạng Tháng Tám|Hùng Vương|An Dương Vương|"
    "Âu Cơ|Lạc Long Quân|Tôn Đức Thắng|Nguyễn Lương Bằng|Nguyễn Công Trứ|Nguyễn Đình Chiểu|Nguyễn Khuyến|Tô Hiến Thành|"
    "Tô Hiệu|Lê Chân|Lê Thanh Nghị|Hoàng Diệu|Hoàng Hoa Thám|Ngô Gia Tự|Nguyễn Hữu Thọ|Nguyễn Văn Linh|Nguyễn Văn Trỗi|"
    "Nguyễn Viết Xuân|Phạm Hồng Thái|Phan Đăng Lưu|Tản Đà|Thống Nhất|Hòa Bình|Độc Lập|Giải Phóng|Thanh Niên|Lê Lai|"
    "Lê Đại Hành|Lê Quý Đôn|Lương Thế Vinh|Mạc Đĩnh Chi|Mạc Thị Bưởi|Nguyễn Thái Học|Nguyễn Chí Thanh|Đặng Dung|"
    "Đào Duy Từ|Bùi Thị Xuân|Cao Bá Quát|Cao Thắng|Đề Thám|Đoàn Thị Điểm|Hàm Nghi|Hàn Mặc Tử|Huyền Trân Công Chúa|"
    "Huỳnh Thúc Kháng|Kim Đồng|Lý Tự Trọng|Ngô Thì Nhậm|Nguyễn Cao|Nguyễn Cư Trinh|Nguyễn Đức Cảnh|Nguyễn Hiền|"
    "Nguyễn Phong Sắc|Nguyễn Sơn|Nguyễn Trường Tộ|Nguyễn Tri Phương|Nguyễn Xiển|Phạm Hùng|Phùng Chí Kiên|Phùng Hưng|"
    "Tăng Bạt Hổ|Thái Phiên|Thi Sách|Tố Hữu|Trần Bình Trọng|Trần Cao Vân|Trần Duy Hưng|Trần Khánh Dư|Trần Khát Chân|"
    "Trần Quang Diệu|Trần Quang Khải|Triệu Quang Phục|Trịnh Hoài Đức|Văn Cao|Xô Viết Nghệ Tĩnh|Xuân Diệu|Yên Bái|"
    "30 Tháng 4|19 Tháng 8|2 Tháng 9|3 Tháng 2|8 Tháng 3|Số 1|Số 2|Số 3|Số 5|Số 7|Số 10|N1|N2|D1|D5|Vành Đai 2"
)
PERSONS = _NAMES.split("|")


@dataclass(frozen=True, slots=True)
class Address:
    """One address that exists."""

    code: str
    # of the street
    number: str
    street: str
    commune: str
    province: str


_STREETS = """
INSERT INTO gis.streets (code, name, kind, commune_code, geom, source)
SELECT 'S' || row_number() OVER (), name, 'road', commune,
       ST_SetSRID(ST_Multi(ST_MakeLine(ST_Point(x, y), ST_Point(x + 400, y))), gis.storage_srid()), 'benchmark'
FROM (SELECT name, commune, 545000 + 60000 * random() AS x, 2290000 + 50000 * random() AS y
      FROM unnest(%s::text[], %s::text[]) AS s (name, commune)) AS s
"""
_DOORS = """
INSERT INTO gis.entrances (code, kind, street_id, existing_number, geom, source)
SELECT 'D' || s.id || '-' || d, 'building', s.id,
       -- every ninth number is missing, every eleventh has a letter, every seventh lies in an alley
       CASE WHEN d %% 7 = 0 THEN d || '/' || (1 + d %% 5) WHEN d %% 11 = 0 THEN d || 'A' ELSE d::text END,
       ST_SetSRID(ST_Point(ST_X(ST_StartPoint(l)) + 10 * d,
                           ST_Y(ST_StartPoint(l)) + CASE d %% 2 WHEN 0 THEN 8 ELSE -8 END), gis.storage_srid()),
       'benchmark'
FROM (SELECT id, ST_GeometryN(geom, 1) AS l FROM gis.streets WHERE id %% %s = %s) AS s
CROSS JOIN generate_series(1, %s) AS d WHERE d %% 9 <> 0
"""


def fill(conn: Connection, streets: int, doors: int) -> None:
    """Replace what is there by so many streets with `doors` numbers each, of which every ninth is missing."""
    randomly = random.Random(SEED)
    known = national_gazetteer()
    communes = [unit for unit in known.units if unit.level == "commune" and unit.valid_to is None]
    provinces = {unit.code: unit for unit in known.units if unit.level == "province" and unit.valid_to is None}
    place_names = sorted({unit.name for unit in known.units if unit.level == "commune"})
    names = [*PERSONS, *randomly.sample(place_names, 582 - len(PERSONS))]
    rows = [
        (f"{randomly.choice(('Đường', 'Phố'))} {name}", commune.code)
        for commune in communes
        for name in randomly.sample(names, -(-streets // len(communes)))
    ][:streets]
    conn.execute("SELECT setseed(0.42)")
    conn.execute("TRUNCATE gis.entrances, gis.streets, gis.administrative_units CASCADE")
    unit_rows = [("province", p.code, None, p.kind, p.name, p.full_name) for p in provinces.values()]
    unit_rows += [("commune", c.code, c.province_code, c.kind, c.name, c.full_name) for c in communes]
    conn.execute(
        "INSERT INTO gis.administrative_units (level, code, parent_code, kind, name, full_name, valid_from, source)"
        " SELECT *, '2025-07-01', 'benchmark' FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::text[])",
        [list(column) for column in zip(*unit_rows, strict=True)],
    )
    conn.execute(_STREETS.encode(), [[name for name, _ in rows], [code for _, code in rows]])
    parts = max(1, streets * doors // 100_000)
    for part in range(parts):
        conn.execute(_DOORS.encode(), [parts, part, doors])
    conn.execute("INSERT INTO gis.search_learnings DEFAULT VALUES")


def sample(conn: Connection, count: int, seed: int) -> list[Address]:
    """Addresses that exist, drawn at random."""
    conn.execute("SELECT setseed(%s)", [seed / 1000])
    rows = conn.execute(
        "SELECT s.code, n.shown, s.name, c.full_name, p.full_name FROM (SELECT * FROM gis.search_numbers"
        " TABLESAMPLE BERNOULLI (1) REPEATABLE (%s) ORDER BY random() LIMIT %s) AS n"
        " JOIN gis.streets s ON s.id = n.street_id"
        " JOIN gis.administrative_units c ON c.level = 'commune' AND c.code = s.commune_code"
        " JOIN gis.administrative_units p ON p.level = 'province' AND p.code = c.parent_code",
        [seed, count],
    ).fetchall()
    return [Address(*row) for row in rows]
