"""Districts that ended before 30 June 2025, which the national tables leave out: addresses keep their names for years.

Each with what it became part of and, where known, the act that says so. Only names and what they became part of are
used; the numbers of the acts were not compared with the official gazette.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class MergedDistrict:
    """One district that is no longer there."""

    kind: str
    name: str
    province_code: str
    # official, of before July 2025
    into: tuple[str, ...]
    # names of the districts that its communes belonged to afterwards
    ended: date
    # the first day on which it was no longer so
    source: str
    # resolution of the Standing Committee or of the National Assembly; empty where it is not known
    code: str = ""
    # official; empty where it is not on file

    @property
    def full_name(self) -> str:
        """`Quận 2`, `Huyện Yên Dũng`."""
        return f"{self.kind[0].upper()}{self.kind[1:]} {self.name}"


MERGED_DISTRICTS = (
    MergedDistrict("thành phố", "Huế", "46", ("Thuận Hóa", "Phú Xuân"), date(2025, 1, 1), "175/2024/QH15", code="474"),
    MergedDistrict("huyện", "Nam Đông", "46", ("Phú Lộc",), date(2025, 1, 1), "1314/NQ-UBTVQH15"),
    MergedDistrict("thành phố", "Ninh Bình", "37", ("Hoa Lư",), date(2025, 1, 1), "1318/NQ-UBTVQH15"),
    MergedDistrict("huyện", "Đông Sơn", "38", ("Thanh Hóa",), date(2025, 1, 1), "1238/NQ-UBTVQH15"),
    MergedDistrict("huyện", "Lộc Hà", "42", ("Thạch Hà",), date(2025, 1, 1), "1283/NQ-UBTVQH15"),
    MergedDistrict("huyện", "Nông Sơn", "49", ("Quế Sơn",), date(2025, 1, 1), "1241/NQ-UBTVQH15"),
    MergedDistrict("huyện", "Yên Dũng", "24", ("Bắc Giang",), date(2025, 1, 1), "1191/NQ-UBTVQH15"),
    MergedDistrict("huyện", "Long Điền", "77", ("Long Đất",), date(2025, 1, 1), "1256/NQ-UBTVQH15"),
    MergedDistrict("huyện", "Đất Đỏ", "77", ("Long Đất",), date(2025, 1, 1), "1256/NQ-UBTVQH15"),
    MergedDistrict("thị xã", "Cửa Lò", "40", ("Vinh",), date(2024, 12, 1), "1243/NQ-UBTVQH15"),
    MergedDistrict("huyện", "Đạ Tẻh", "68", ("Đạ Huoai",), date(2024, 12, 1), ""),
    MergedDistrict("huyện", "Cát Tiên", "68", ("Đạ Huoai",), date(2024, 12, 1), ""),
    MergedDistrict("huyện", "Mỹ Lộc", "36", ("Nam Định",), date(2024, 9, 1), "1104/NQ-UBTVQH15"),
    MergedDistrict("quận", "2", "79", ("Thủ Đức",), date(2021, 1, 1), "1111/NQ-UBTVQH14"),
    MergedDistrict("quận", "9", "79", ("Thủ Đức",), date(2021, 1, 1), "1111/NQ-UBTVQH14"),
    MergedDistrict("quận", "Thủ Đức", "79", ("Thủ Đức",), date(2021, 1, 1), "1111/NQ-UBTVQH14"),
    MergedDistrict("huyện", "Thông Nông", "04", ("Hà Quảng",), date(2020, 3, 1), "864/NQ-UBTVQH14"),
    MergedDistrict("huyện", "Trà Lĩnh", "04", ("Trùng Khánh",), date(2020, 3, 1), "864/NQ-UBTVQH14"),
    MergedDistrict("huyện", "Quảng Uyên", "04", ("Quảng Hòa",), date(2020, 3, 1), "864/NQ-UBTVQH14"),
    MergedDistrict("huyện", "Phục Hòa", "04", ("Quảng Hòa",), date(2020, 3, 1), "864/NQ-UBTVQH14"),
    MergedDistrict("huyện", "Hoành Bồ", "22", ("Hạ Long",), date(2020, 1, 1), "837/NQ-UBTVQH14"),
    MergedDistrict("huyện", "Kỳ Sơn", "17", ("Hòa Bình",), date(2020, 1, 1), "830/NQ-UBTVQH14"),
)
