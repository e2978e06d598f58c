"""Number plates and the list by which they are made.

No size or colour of 2024 was found; the table of the repealed regulation of 2006 is used as a
policy and labelled so. QR codes on plates are practice in some provinces, not law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from addressing.documents.blocks import Column, Document, Letterhead, Paragraph, Table, Title, Tone, written_day
from addressing.documents.facts import Area, NumberedPlace
from addressing.rules.numbers import HouseNumber
from addressing.rules.plates import (
    PlateSize,
    a_street_plate_widens_with_its_characters,
    the_plate_hangs_at_the_main_door,
)

BACKGROUND, INK = "#00246b", "#ffffff"
"""Dark blue (xanh lam sẫm) with white figures and a white border line, as in 2006."""

WIDER_MM = 30
"""Each character beyond the table of 2006 adds as much as the table adds: our reading."""

SIZE_NOTE = (
    "Kích thước, màu sắc: theo bảng của Quy chế năm 2006 (đã hết hiệu lực), dùng làm giá trị suy luận vì chưa tìm thấy "
    "quy định trong Thông tư 08/2024/TT-BXD. Mã QR trên biển là thông lệ, không phải quy định."
)
COLUMNS = (
    Column("STT", 0.6, numeric=True),
    Column("Số nhà", 0.8),
    Column("Tên đường trên biển", 1.8),
    Column("Dài (mm)", 0.7, numeric=True),
    Column("Cao (mm)", 0.7, numeric=True),
    Column("Mã địa điểm", 1.2),
    Column("Nội dung mã QR", 2.8),
    Column("Vị trí gắn", 2.0),
)


@dataclass(frozen=True, slots=True)
class Plate:
    """What stands on a plate, and how large it is."""

    number: str
    street_name: str
    area: str
    size: PlateSize
    place_id: str
    link: str
    # what its QR code says
    is_demo: bool


def plate(place: NumberedPlace) -> Plate:
    """The plate of one place."""
    return Plate(
        place.number, place.street_name, place.area.commune, plate_size(place.number), place.place_id, place.link,
        place.is_demo,
    )  # fmt: skip


def plate_size(number: str) -> PlateSize:
    """By the table of 2006; beyond it each further character adds `WIDER_MM`."""
    written = HouseNumber.parse(number)
    known = a_street_plate_widens_with_its_characters(written)
    if known is not None:
        return known
    widest = a_street_plate_widens_with_its_characters(HouseNumber(1000))
    assert widest is not None
    return PlateSize(widest.width_mm + WIDER_MM * (len(str(written)) - 4), widest.height_mm)


def production_list(
    places: Sequence[NumberedPlace], *, title: str, area: Area, issuer: str, made_on: date, is_demo: bool, stem: str
) -> Document:
    """What the workshop is to make: one row a plate, in the order given."""
    hangs = the_plate_hangs_at_the_main_door(fence_is_near_the_road=False)[1]
    rows = []
    for at, place in enumerate(places, start=1):
        size = plate_size(place.number)
        rows.append(
            (at, place.number, place.street_name, size.width_mm, size.height_mm, place.place_id, place.link, hangs)
        )
    return Document(
        kind="plate-list",
        file_stem=stem,
        title=title,
        dated=made_on,
        is_public=True,
        is_demo=is_demo,
        is_wide=True,
        blocks=(
            Letterhead(issuer, f"Số biển: {len(places)}", written_day(made_on).capitalize()),
            Title("DANH SÁCH SẢN XUẤT BIỂN SỐ NHÀ", ", ".join(part for part in (title, area.words) if part)),
            Table(COLUMNS, tuple(rows), "Biển số nhà"),
            Paragraph(SIZE_NOTE, Tone.NOTE),
        ),
    )
