"""Quần đảo Hoàng Sa and Quần đảo Trường Sa of Viet Nam, which every map of the country must show.

Hoàng Sa is the đặc khu 20333 of thành phố Đà Nẵng, Trường Sa the đặc khu 22736 of tỉnh Khánh Hòa
(units of 2025, Nghị quyết 30/2026/QH16). Required by QCVN 80:2024/BTNMT clause 1.1 and Luật Đo đạc
và bản đồ 2018, article 18. The outlines are approximate frames around all features of a group, not
borders; the points are positions of its best-known islands, to a hundredth of a degree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Archipelago:
    """One group of islands; longitudes and latitudes in WGS 84 degrees."""

    name_vi: str
    name_en: str
    unit_code: str
    unit_vi: str
    unit_en: str
    label_at: tuple[float, float]
    outline: tuple[tuple[float, float], ...]
    """Closed ring, counter-clockwise."""
    islands: tuple[tuple[str, float, float], ...]
    """Vietnamese name, longitude, latitude."""

    def name(self, lang: str) -> str:
        """As it must stand on the map."""
        return self.name_vi if lang == "vi" else self.name_en

    def unit(self, lang: str) -> str:
        """The administrative unit that it is."""
        return self.unit_vi if lang == "vi" else self.unit_en


HOANG_SA = Archipelago(
    "Quần đảo Hoàng Sa (Việt Nam)",
    "Hoàng Sa Archipelago (Viet Nam)",
    "20333",
    "Đặc khu Hoàng Sa, thành phố Đà Nẵng",
    "Hoàng Sa Special Zone, Da Nang City",
    (111.95, 16.5),
    (
        (111.05, 15.85), (111.6, 15.5), (112.4, 15.5), (112.95, 15.95), (112.95, 16.7),
        (112.55, 17.2), (111.6, 17.3), (111.05, 17.0), (111.05, 15.85),
    ),
    (
        ("Đảo Hoàng Sa", 111.61, 16.53), ("Đảo Phú Lâm", 112.33, 16.83), ("Đảo Quang Hòa", 111.71, 16.45),
        ("Đảo Linh Côn", 112.73, 16.67), ("Đảo Tri Tôn", 111.20, 15.78), ("Đảo Bạch Quy", 111.78, 16.05),
    ),
)  # fmt: skip

TRUONG_SA = Archipelago(
    "Quần đảo Trường Sa (Việt Nam)",
    "Trường Sa Archipelago (Viet Nam)",
    "22736",
    "Đặc khu Trường Sa, tỉnh Khánh Hòa",
    "Trường Sa Special Zone, Khanh Hoa Province",
    (113.9, 9.3),
    (
        (109.3, 7.2), (111.0, 6.7), (114.0, 6.7), (116.2, 7.6), (118.0, 9.9), (118.0, 11.2),
        (116.6, 12.0), (114.2, 12.0), (112.6, 10.6), (111.2, 9.0), (109.3, 8.1), (109.3, 7.2),
    ),
    (
        ("Đảo Trường Sa", 111.92, 8.64), ("Đảo Song Tử Tây", 114.33, 11.43), ("Đảo Nam Yết", 114.36, 10.18),
        ("Đảo Sinh Tồn", 114.33, 9.89), ("Đảo Sơn Ca", 114.48, 10.38), ("Đảo An Bang", 112.92, 7.89),
        ("Đảo Ba Bình", 114.37, 10.38), ("Đảo Thị Tứ", 114.28, 11.05),
    ),
)  # fmt: skip

BOTH = (HOANG_SA, TRUONG_SA)

_EAST_SEA = {"vi": "Biển Đông", "en": "East Sea"}

COAST = (
    (108.0, 21.5), (107.3, 21.0), (106.8, 20.7), (106.5, 20.2), (105.9, 19.6), (105.75, 18.8), (106.4, 18.0),
    (106.6, 17.5), (107.2, 16.9), (108.2, 16.1), (108.9, 15.2), (109.25, 13.8), (109.45, 12.9), (109.2, 12.2),
    (109.0, 11.4), (108.1, 10.9), (107.1, 10.35), (106.6, 9.7), (105.8, 9.2), (104.75, 8.6), (104.85, 9.6),
    (105.1, 10.0), (104.5, 10.4),
)  # fmt: skip
"""The coast in two dozen hand-placed points, for the schematic inset only."""


def as_geojson(lang: str) -> dict[str, Any]:
    """What the style of every map draws: frames, islands and names, in that language."""
    features: list[dict[str, Any]] = [_feature("sea", _EAST_SEA[lang], "Point", (112.8, 13.6))]
    for group in BOTH:
        features.append(_feature("frame", group.name(lang), "Polygon", (group.outline,), unit=group.unit(lang)))
        label = group.name(lang).replace(" (", "\n(")  # the name on one line, the country below it
        features.append(_feature("name", group.name(lang), "Point", group.label_at, label=label))
        features += [_feature("island", island, "Point", (lon, lat)) for island, lon, lat in group.islands]
    return {"type": "FeatureCollection", "features": features}


def _feature(role: str, name: str, kind: str, coordinates: Any, **facts: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"role": role, "name": name, **facts},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


INSET_WEST, INSET_NORTH, INSET_EAST, INSET_SOUTH = 102.0, 23.5, 118.4, 4.5
"""The extent that QCVN 80:2024/BTNMT clause 1.2 wants, with a margin in the east."""


def inset_xy(lon: float, lat: float, scale: float = 10.0) -> tuple[float, float]:
    """Position in the inset drawing, whose unit is a tenth of a degree; x right, y down."""
    return round((lon - INSET_WEST) * scale, 1), round((INSET_NORTH - lat) * scale, 1)


def inset_path(ring: tuple[tuple[float, float], ...]) -> str:
    """SVG points of a line in the inset."""
    return " ".join(f"{x},{y}" for x, y in (inset_xy(*point) for point in ring))
