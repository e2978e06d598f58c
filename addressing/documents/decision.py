"""The decision on the numbers of a street, with its annexes. Public: no spare number is in it."""

from __future__ import annotations

from datetime import date

from addressing.documents.blocks import (
    OPEN_DAY,
    Annex,
    Block,
    Closing,
    Column,
    Document,
    Letterhead,
    Paragraph,
    Table,
    Title,
    Tone,
    metres,
    written_day,
)
from addressing.documents.facts import SIDES, NumberLine, Paper, StreetNumbering, bare_name, direction_words
from addressing.rules.model import Side
from addressing.rules.numbers import HouseNumber

DOTS = "………"
BASES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương số 72/2025/QH15;",
    (
        "Căn cứ Thông tư số 08/2024/TT-BXD ngày 30 tháng 8 năm 2024 của Bộ trưởng Bộ Xây dựng quy định đánh số và "
        "gắn biển số nhà, công trình xây dựng (văn bản hợp nhất số 05/VBHN-BXD);"
    ),
)
"""What every such decision rests on; the signing body adds its own."""

COLUMNS = (
    Column("STT", 0.6, numeric=True),
    Column("Số nhà", 0.9),
    Column("Bên", 0.7),
    Column("Cách đầu đường (m)", 1.1, numeric=True),
    Column("Số cũ", 0.8),
    Column("Địa chỉ", 2.2),
    Column("Lô, thửa", 1.3),
    Column("Mã địa điểm", 1.3),
)


def decision(numbering: StreetNumbering, paper: Paper, stem: str) -> Document:
    """Decision and annexes; with an unsigned paper a draft that leaves number and day open.

    Annex I lists the numbers given, annex II those in use that stay. `stem` names the file.
    """
    day = paper.decided_on
    is_draft = paper.number is None
    number = paper.number or f"{DOTS}/QĐ-{DOTS}"
    place = numbering.area.province or numbering.area.commune or DOTS
    reference = f"(Kèm theo Quyết định số {number} {_day(day)} của {paper.body or DOTS})"
    blocks: list[Block] = [
        Letterhead(paper.body or DOTS, f"Số: {number}", f"{bare_name(place)}, {_day(day)}"),
        Title("QUYẾT ĐỊNH" + (" (DỰ THẢO)" if is_draft else ""),
              f"Về việc đánh số nhà {numbering.street_name}{_comma(numbering.area.commune)}"),
        Paragraph((paper.body or DOTS).upper(), Tone.AUTHORITY),
        *(Paragraph(basis, Tone.BASIS) for basis in BASES),
        Paragraph(f"Theo đề nghị của {DOTS} tại Tờ trình số {DOTS}.", Tone.BASIS),
        Paragraph("QUYẾT ĐỊNH:", Tone.ORDER),
        *_articles(numbering),
        Closing(("Như Điều 3;", _committee(numbering.area.commune), "Lưu: VT."),
                *signature(paper.body)),
        Annex("Phụ lục I" if numbering.kept else "Phụ lục",
              f"DANH SÁCH SỐ NHÀ {numbering.street_name.upper()}", reference),
        _table(numbering.new, "Số nhà"),
    ]  # fmt: skip
    if numbering.kept:
        blocks += [
            Annex("Phụ lục II", "SỐ NHÀ ĐANG SỬ DỤNG ĐƯỢC GIỮ NGUYÊN", reference),
            _table(numbering.kept, "Giữ nguyên"),
        ]
    return Document(
        kind="decision",
        file_stem=stem,
        title=f"Quyết định {number} – đánh số nhà {numbering.street_name}",
        dated=day or numbering.made_on,
        is_public=True,
        is_demo=numbering.is_demo,
        blocks=tuple(blocks),
    )


def _articles(numbering: StreetNumbering) -> list[Paragraph]:
    kept = f" Giữ nguyên {len(numbering.kept)} số nhà đang sử dụng tại Phụ lục II." if numbering.kept else ""
    annex = "Phụ lục I" if numbering.kept else "Phụ lục"
    return [
        Paragraph(
            f"Đánh số cho {len(numbering.new)} nhà, công trình tại {numbering.street_name}"
            f"{_comma(numbering.area.words)} theo danh sách tại {annex} kèm theo Quyết định này. "
            f"Chiều đánh số: {direction_words(numbering.compass)}{_sides(numbering)}.{kept}",
            lead="Điều 1.",
        ),
        Paragraph(
            "Biển số nhà được gắn theo Quyết định này. Số nhà là thông tin địa chỉ, không xác nhận quyền sử dụng đất, "
            "quyền sở hữu nhà ở, công trình xây dựng.",
            lead="Điều 2.",
        ),
        Paragraph(
            "Quyết định có hiệu lực kể từ ngày ký. Ủy ban nhân dân cấp xã, các cơ quan, tổ chức, hộ gia đình và cá "
            "nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.",
            lead="Điều 3.",
        ),
    ]  # fmt: skip


def _sides(numbering: StreetNumbering) -> str:
    """The rule of the sides, said only where every line follows it: old numbers may stand the other way."""
    odd_left = all(
        (HouseNumber.parse(line.number).number % 2 == 1) == (line.side is Side.LEFT) for line in numbering.lines
    )
    return "; bên trái số lẻ, bên phải số chẵn nhìn từ đầu đường" if odd_left else ""


def _committee(commune: str) -> str:
    return f"UBND {commune[:1].lower()}{commune[1:]};" if commune else "UBND cấp xã nơi có tuyến đường;"


def _table(lines: tuple[NumberLine, ...], name: str) -> Table:
    rows = tuple(
        (
            at,
            line.number,
            SIDES[line.side],
            metres(line.distance_m),
            line.before,
            line.written,
            line.household,
            line.place_id or "",
        )
        for at, line in enumerate(lines, start=1)
    )  # fmt: skip
    return Table(COLUMNS, rows, name)


def signature(body: str) -> tuple[str, str]:
    """For whom is signed, and in which post: a committee signs through its chairman."""
    plain = body.strip().lower()
    if plain.startswith(("ubnd", "ủy ban nhân dân", "uỷ ban nhân dân")):
        return "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"
    return "", "NGƯỜI CÓ THẨM QUYỀN KÝ"


def _day(day: date | None) -> str:
    return written_day(day) if day else OPEN_DAY


def _comma(words: str) -> str:
    return f", {words}" if words else ""
