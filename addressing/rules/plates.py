"""Number plates: size, and where they hang. Sizes are those of the repealed regulation of 2006."""

from __future__ import annotations

from dataclasses import dataclass

from addressing.rules.numbers import HouseNumber

HEIGHT_MM = 150
WIDTH_MM = {1: 200, 2: 200, 3: 230, 4: 260}
"""Characters on the plate -> width. A suffix letter counts as a character: our reading."""


@dataclass(frozen=True, slots=True)
class PlateSize:
    """Width and height of a plate."""

    width_mm: int
    height_mm: int


def a_street_plate_widens_with_its_characters(number: HouseNumber) -> PlateSize | None:
    """200, 230 or 260 mm for up to two, three or four characters; None beyond what is written."""
    width_mm = WIDTH_MM.get(len(str(number)))
    return None if width_mm is None else PlateSize(width_mm, HEIGHT_MM)


def the_plate_hangs_at_the_main_door(fence_is_near_the_road: bool) -> tuple[str, str]:
    """Where the plate is fixed, in English and Vietnamese."""
    if fence_is_near_the_road:
        return "on the main gate pillar, the left one seen from outside", "trụ cổng chính, bên trái nhìn từ ngoài vào"
    return "left of or above the middle of the main door", "bên trái hoặc phía trên giữa cửa chính"
