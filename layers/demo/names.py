"""Words from which made-up names are put together.

Street names are those that nearly every Vietnamese town has. Brands are coined: each firm's name
ends in MH (minh họa, demonstration) and in English in "Demo", so that none can be taken for real.
"""

from __future__ import annotations

STREET_NAMES = (
    "Trần Hưng Đạo", "Lê Lợi", "Quang Trung", "Nguyễn Trãi", "Hai Bà Trưng", "Lý Thường Kiệt", "Phan Bội Châu",
    "Bạch Đằng", "Ngô Quyền", "Hoàng Hoa Thám", "Nguyễn Du", "Lê Thánh Tông", "Phạm Ngũ Lão", "Trần Phú",
    "Nguyễn Văn Linh", "Hoàng Văn Thụ", "Chu Văn An", "Mạc Đĩnh Chi", "Yết Kiêu", "Nguyễn Thượng Mẫn",
    "Đoàn Kết", "Hòa Bình", "Thống Nhất", "Hoa Sen", "Hoa Sữa", "Bằng Lăng", "Phượng Vĩ", "Hồ Xuân Hương",
    "Tuệ Tĩnh", "Phan Chu Trinh", "Võ Thị Sáu", "Lê Hồng Phong", "Nguyễn Công Trứ", "Cao Bá Quát", "Bến Sông",
    "Chợ Mát", "Cây Đa", "Ga Cũ", "Đồng Xuân", "Phú Thọ", "Tân Thành", "An Ninh", "Vườn Cam", "Giếng Ngọc",
)  # fmt: skip

TOWNS = (
    ("10532", "Lê Thanh Nghị"), ("10546", "Chí Linh"), ("10675", "Kinh Môn"), ("11560", "Thủy Nguyên"),
    ("11239", "Thanh Miện"),
)  # fmt: skip
"""Communes (2025 codes) at whose centre a town is drawn; the plan of the streets is made up."""

ACTIVITIES: dict[str, tuple[tuple[str, str], ...]] = {
    "10": (("Thực phẩm", "Foods"), ("Chế biến nông sản", "Agro Processing"), ("Thức ăn chăn nuôi", "Feed")),
    "11": (("Đồ uống", "Beverages"),),
    "13": (("Dệt", "Textiles"), ("Sợi", "Yarn")),
    "14": (("May mặc", "Garment"), ("May xuất khẩu", "Apparel Export")),
    "15": (("Giày da", "Footwear"), ("Túi xách", "Bags")),
    "16": (("Gỗ ván", "Wood Panel"),),
    "17": (("Bao bì giấy", "Paper Packaging"), ("Giấy", "Paper")),
    "21": (("Dược phẩm", "Pharma"),),
    "22": (("Nhựa kỹ thuật", "Precision Plastics"), ("Bao bì nhựa", "Plastic Packaging"), ("Cao su", "Rubber")),
    "23": (("Vật liệu xây dựng", "Building Materials"), ("Gốm sứ", "Ceramics")),
    "25": (
        ("Cơ khí chính xác", "Precision Engineering"),
        ("Kết cấu thép", "Steel Structures"),
        ("Khuôn mẫu", "Moulds"),
    ),
    "26": (("Linh kiện điện tử", "Electronic Components"), ("Bảng mạch", "Circuit Boards"), ("Quang học", "Optics")),
    "27": (("Thiết bị điện", "Electrical Equipment"), ("Dây cáp điện", "Cables"), ("Pin", "Batteries")),
    "28": (("Máy công nghiệp", "Industrial Machinery"), ("Thang máy", "Elevators")),
    "29": (("Phụ tùng ô tô", "Auto Parts"), ("Dây điện ô tô", "Wire Harness")),
    "32": (("Thiết bị y tế", "Medical Devices"), ("Đồ chơi", "Toys")),
    "52": (("Kho vận", "Logistics"), ("Kho lạnh", "Cold Storage")),
}
"""Division of VSIC 2025 -> what such a firm may call itself, in Vietnamese and English."""

BRAND_STARTS: dict[str, tuple[str, ...]] = {
    "VN": ("Sông Xanh", "Thành Lam", "Đông Sen", "Bắc Mai", "Hải Trúc", "Phú Lan", "Minh Vân", "An Thảo", "Tân Khuê"),
    "JP": ("Akimo", "Hoshira", "Kazumi", "Mizuna", "Toraki", "Yukiba", "Natsuro"),
    "KR": ("Haneul", "Baramjin", "Dasolra", "Miraeon", "Sorabit", "Yeonha"),
    "CN": ("Jinhelu", "Baoyunta", "Huaxiri", "Ruifeno", "Tianmolu", "Xinyalo"),
    "TW": ("Fuyanta", "Chenliro", "Yongmeka", "Taisora"),
    "SG": ("Merlona", "Straitera"),
    "US": ("Norvanta", "Bluemoro"),
    "DE": ("Rheintalo", "Falkenora"),
    "TH": ("Siamora", "Chaiphata"),
    "HK": ("Lanteko", "Pokfuna"),
}
BRAND_ENDS = ("", " Alpha", " Beta", " Delta", " Nova", " Prima", " Sigma", " Terra", " Vega", " Zeta")
COUNTRY_WEIGHTS = {
    "VN": 34, "KR": 15, "JP": 15, "CN": 18, "TW": 7, "SG": 3, "US": 2, "DE": 1, "TH": 2, "HK": 3,
}  # fmt: skip
