"""What papers are made of: blocks of data that know neither fonts nor file formats.

The layout that a block stands for is that of Decree 30/2020/NĐ-CP, Annex I.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập – Tự do – Hạnh phúc"
OPEN_DAY = "ngày …… tháng …… năm ……"
"""Stands where nobody has signed yet."""

DEMO_LABEL = "DỮ LIỆU MINH HỌA – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"


class Tone(StrEnum):
    """How a paragraph is set."""

    BODY = "body"
    BASIS = "basis"
    # "Căn cứ …": italic
    AUTHORITY = "authority"
    # who decides: bold capitals in the middle
    ORDER = "order"
    # "QUYẾT ĐỊNH:": bold in the middle
    NOTE = "note"
    # small print


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Issuer on the left; country, motto, place and date on the right."""

    issuer: str
    number: str
    # "Số: 345/QĐ-UBND"; dots where it is not given yet
    place_and_date: str


@dataclass(frozen=True, slots=True)
class Title:
    """The kind of paper in capitals and what it is about."""

    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `lead` is the bold beginning, such as "Điều 1."."""

    text: str
    tone: Tone = Tone.BODY
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a paper."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: heading and share of the width."""

    title: str
    weight: float = 1.0
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as they are read; numbers stay numbers so that spreadsheets can count them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int | float, ...], ...]
    name: str = "Danh sách"


@dataclass(frozen=True, slots=True)
class FactList:
    """Pairs of a label and a value, one a line."""

    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code that leads to an address, with the words below it."""

    payload: str
    caption: str


@dataclass(frozen=True, slots=True)
class Closing:
    """Recipients on the left, the signature on the right."""

    recipients: tuple[str, ...]
    on_behalf: str
    position: str


@dataclass(frozen=True, slots=True)
class Annex:
    """Begins an annex on a new page."""

    name: str
    about: str
    reference: str
    # "(Kèm theo Quyết định số …)"


Block = Letterhead | Title | Paragraph | Heading | Table | FactList | QrCode | Closing | Annex


@dataclass(frozen=True, slots=True)
class Document:
    """One paper. The same facts make the same document, and so the same file."""

    kind: str
    # stable word: decision, proposal-list, certificate, plate-list
    file_stem: str
    # plain ASCII, without an ending
    title: str
    dated: date
    # its own day, which every date inside the file is taken from
    is_public: bool
    # False for working papers that may name spare numbers
    is_demo: bool
    blocks: tuple[Block, ...]
    is_wide: bool = False
    # lists with many columns lie on their side

    @property
    def tables(self) -> tuple[Table, ...]:
        """Its tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


def written_day(day: date) -> str:
    """A day in the words of the decree: days below ten and the months one and two take a zero."""
    day_text = f"{day.day:02d}"
    month_text = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day_text} tháng {month_text} năm {day.year}"


def metres(value: float) -> str:
    """A length as Vietnamese papers write it: 12,5."""
    return f"{value:.1f}".replace(".", ",")
