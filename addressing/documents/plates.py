"""Plates of every kind and the list by which they are made.

No size or colour of 2024 was found; the table of the repealed regulation of 2006 is used for houses on
streets, a local decision for the others, and each plate says which. QR codes on plates are practice in
some provinces, not law.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from addressing.documents.blocks import (
    Block,
    Column,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Table,
    Title,
    Tone,
    written_day,
)
from addressing.documents.facts import Area, NumberedPlace
from addressing.errors import PlateSizeOpen
from addressing.rules.groups import DEPARTMENT
from addressing.rules.numbers import HouseNumber
from addressing.rules.plates import (
    KIND_VI,
    NO_LOCAL_POLICY,
    PlateKind,
    PlateSize,
    SizeFound,
    Wording,
    a_house_plate_bears_number_and_way,
    other_plates_hang,
    the_plate_hangs_at_the_main_door,
)
from addressing.rules.policy import Policy
from addressing.rules.questions import COMMUNE

BACKGROUND, INK = "#00246b", "#ffffff"
"""Dark blue (xanh lam sẫm) with white figures and a white border line, as in 2006."""

BY_TABLE = "Quy chế 2006 (hết hiệu lực)"
BY_ORDER = "như khi đặt làm"
BY_DRAFT = "bản nháp, chưa có quy định"
UNKNOWN = "chưa có quy định: hỏi cơ quan có thẩm quyền"
SIZE_NOTE = (
    "Kích thước biển nhà mặt đường và màu sắc theo Quy chế năm 2006 (đã hết hiệu lực), dùng làm giá trị suy luận vì "
    "chưa tìm thấy quy định trong Thông tư 08/2024/TT-BXD. Loại biển khác chỉ có kích thước khi địa phương quyết định. "
    "Mã QR trên biển là thông lệ, không phải quy định."
)
COLUMNS = (
    Column("STT", 0.5, numeric=True),
    Column("Mã biển", 1.5),
    Column("Số, tên", 0.7),
    Column("Tên đường, ngõ trên biển", 1.8),
    Column("Dài (mm)", 0.6, numeric=True),
    Column("Cao (mm)", 0.6, numeric=True),
    Column("Kích thước theo", 1.3),
    Column("Mã địa điểm", 1.1),
    Column("Nội dung mã QR", 2.2),
    Column("Vị trí gắn", 1.4),
)
SUMMARY = (Column("Kích thước (mm)", 1.5), Column("Theo", 3.0), Column("Số biển", 0.8, numeric=True))


@dataclass(frozen=True, slots=True)
class Plate:
    """What stands on a plate, and how large it is."""

    kind: PlateKind
    words: Wording
    size: PlateSize
    note: str
    # what the size rests on, for the workshop and not on the plate
    is_demo: bool
    place_id: str | None = None
    link: str | None = None
    # what its QR code says; none, no code
    code: str | None = None
    # of the plate in the register

    @property
    def label(self) -> str:
        """The plate in one line."""
        return " ".join(part for part in (self.words.above, self.words.main, *self.words.below[:1]) if part)


def plate(place: NumberedPlace) -> Plate:
    """The plate of one house. Raises `PlateSizeOpen` while nobody has said how large it is."""
    if place.plate_size is None:
        raise PlateSizeOpen([place.number], [KIND_VI[place.kind]], _who_sets(place.kind))
    words = place.words or a_house_plate_bears_number_and_way(
        HouseNumber.parse(place.number), place.outward, place.area.commune
    )
    return Plate(
        place.kind, words, place.plate_size.size, source_of(place.plate_size), place.is_demo, place.place_id,
        place.link, place.plate_code,
    )  # fmt: skip


def plates(places: Sequence[NumberedPlace]) -> list[Plate]:
    """The plates of many houses. Raises `PlateSizeOpen` with all whose size is not known."""
    open_ones = [place for place in places if place.plate_size is None]
    if open_ones:
        kinds = sorted({KIND_VI[place.kind] for place in open_ones})
        who = "; ".join(sorted({_who_sets(place.kind) for place in open_ones}))
        raise PlateSizeOpen([f"{place.number} {place.outward[0]}" for place in open_ones], kinds, who)
    return [plate(place) for place in places]


def _who_sets(kind: PlateKind) -> str:
    return DEPARTMENT if kind in (PlateKind.GROUP, PlateKind.BUILDING) else COMMUNE


def source_of(found: SizeFound | None) -> str:
    """What a size rests on, in Vietnamese."""
    if found is None:
        return UNKNOWN
    if found.set_by == "answer":
        return BY_DRAFT
    if found.set_by == "order":
        return BY_ORDER
    return f"Quyết định {found.set_by}" if found.set_by else BY_TABLE


def where_it_hangs(kind: PlateKind, policy: Policy = NO_LOCAL_POLICY) -> str:
    """In Vietnamese, as far as a text or a local decision says."""
    if kind in (PlateKind.STREET_HOUSE, PlateKind.ALLEY_HOUSE):
        return the_plate_hangs_at_the_main_door(fence_is_near_the_road=False)[1]
    found = other_plates_hang(kind, policy)
    return found[1] if found else "chưa có quy định"


def production_list(
    places: Sequence[NumberedPlace], *, title: str, area: Area, issuer: str, made_on: date, is_demo: bool, stem: str
) -> Document:
    """What the workshop is to make: one row a plate, in the order given, and how many of each size."""
    rows = [_row(at, place) for at, place in enumerate(places, start=1)]
    sizes = Counter((_size_words(place), source_of(place.plate_size)) for place in places)
    blocks: list[Block] = [
        Letterhead(issuer, f"Số biển: {len(places)}", written_day(made_on).capitalize()),
        Title("DANH SÁCH SẢN XUẤT BIỂN SỐ NHÀ", ", ".join(part for part in (title, area.words) if part)),
        Table(COLUMNS, tuple(rows), "Biển số nhà"),
        Heading("Số lượng theo kích thước"),
        Table(SUMMARY, tuple((*key, count) for key, count in sorted(sizes.items())), "Kích thước"),
        Paragraph(SIZE_NOTE, Tone.NOTE),
    ]
    return Document(
        kind="plate-list", file_stem=stem, title=title, dated=made_on, is_public=True, is_demo=is_demo, is_wide=True,
        blocks=tuple(blocks),
    )  # fmt: skip


def _row(at: int, place: NumberedPlace) -> tuple[str | int | float, ...]:
    size = place.plate_size.size if place.plate_size else None
    return (
        at, place.plate_code or "", place.number, ", ".join(place.outward), size.width_mm if size else "",
        size.height_mm if size else "", source_of(place.plate_size), place.place_id, place.link,
        place.hangs or where_it_hangs(place.kind),
    )  # fmt: skip


def _size_words(place: NumberedPlace) -> str:
    found = place.plate_size
    return f"{found.size.width_mm} × {found.size.height_mm}" if found else "–"
