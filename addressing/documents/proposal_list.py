"""The working paper of a proposal: every number with its reasons, spare numbers, questions, answers."""

from __future__ import annotations

from addressing.documents.blocks import (
    Block,
    Column,
    Document,
    FactList,
    Heading,
    Letterhead,
    Paragraph,
    Table,
    Title,
    Tone,
    metres,
    written_day,
)
from addressing.documents.facts import SIDES, NumberLine, StreetNumbering, direction_words
from addressing.rules.clauses import CLAUSES, Standing

COLUMNS = (
    Column("STT", 0.6, numeric=True),
    Column("Hiện tại", 0.9),
    Column("Đề xuất", 0.9),
    Column("Bên", 0.7),
    Column("Cách đầu đường (m)", 1.1, numeric=True),
    Column("Thửa, đơn vị", 2.0),
    Column("Căn cứ", 2.4),
)
SPARE_COLUMNS = (
    Column("Số dự phòng", 1),
    Column("Bên", 0.7),
    Column("Cách đầu đường (m)", 1.1, numeric=True),
    Column("Thửa, đơn vị", 2.0),
    Column("Căn cứ", 2.4),
)
CLAUSE_COLUMNS = (
    Column("Mã", 1.2), Column("Điều, khoản", 1), Column("Mức chắc chắn", 1.1), Column("Nội dung", 5),
)  # fmt: skip
STANDINGS = {
    Standing.CONFIRMED_2024: "đã xác nhận (2024)", Standing.CONFIRMED_2026: "đã xác nhận (2026)",
    Standing.DRAFT_2024: "theo dự thảo 2024", Standing.REGULATION_2006: "quy chế 2006 (hết hiệu lực)",
    Standing.INFERRED: "suy luận", Standing.UNKNOWN: "chưa rõ",
}  # fmt: skip
STATES = {
    "draft": "bản nháp", "submitted": "chờ phê duyệt", "approved": "đã duyệt, chờ ban hành",
    "issued": "đã ban hành", "rejected": "đã từ chối",
}  # fmt: skip


def proposal_list(
    numbering: StreetNumbering, *, proposal_id: int, status: str, author: str, approver: str | None, issuer: str,
    stem: str,
) -> Document:  # fmt: skip
    """The list that goes to the approver. Not public: it names spare numbers."""
    blocks: list[Block] = [
        Letterhead(issuer, f"Số đề xuất: {proposal_id}", written_day(numbering.made_on).capitalize()),
        Title("DANH SÁCH ĐỀ XUẤT SỐ NHÀ",
              ", ".join(part for part in (numbering.street_name, numbering.area.words) if part)),
        Paragraph("TÀI LIỆU NỘI BỘ: có số dự phòng, không công bố.", Tone.ORDER),
        FactList((
            ("Tình trạng", STATES.get(status, status)),
            ("Người lập", author),
            ("Người duyệt", approver or "chưa có"),
            ("Chiều đánh số", direction_words(numbering.compass)),
            ("Bộ quy tắc", numbering.rule_set),
            ("Mới / giữ nguyên / dự phòng", f"{len(numbering.new)} / {len(numbering.kept)} / {len(numbering.spare)}"),
        )),
        Heading("Số nhà trước và sau"),
        Table(COLUMNS, tuple(_row(at, line) for at, line in enumerate(numbering.lines, start=1)), "Đề xuất"),
    ]  # fmt: skip
    if numbering.spare:
        blocks += [
            Heading("Số dự phòng"),
            Table(SPARE_COLUMNS, tuple(_spare(line) for line in numbering.spare), "Dự phòng"),
        ]
    if numbering.answered:
        columns = (Column("Câu hỏi", 2), Column("Trả lời", 1.2), Column("Người trả lời, căn cứ", 1.6))
        blocks += [Heading("Các điểm đã được quyết"), Table(columns, numbering.answered, "Trả lời")]
    if numbering.open_questions:
        blocks.append(Heading("Câu hỏi còn mở"))
        blocks += [Paragraph(question) for question in numbering.open_questions]
    if numbering.notes:
        blocks.append(Heading("Lưu ý"))
        blocks += [Paragraph(note) for note in numbering.notes]
    blocks += [Heading("Căn cứ được viện dẫn"), Table(CLAUSE_COLUMNS, _clauses(numbering), "Căn cứ")]
    return Document(
        kind="proposal-list",
        file_stem=stem,
        title=f"Đề xuất {proposal_id} – số nhà {numbering.street_name}",
        dated=numbering.made_on,
        is_public=False,
        is_demo=numbering.is_demo,
        is_wide=True,
        blocks=tuple(blocks),
    )


def _row(at: int, line: NumberLine) -> tuple[str | int, ...]:
    return (at, line.before or "–", line.number, SIDES[line.side], metres(line.distance_m), _house(line),
            ", ".join(line.clauses))  # fmt: skip


def _spare(line: NumberLine) -> tuple[str, ...]:
    return (line.number, SIDES[line.side], metres(line.distance_m), _house(line), ", ".join(line.clauses))


def _clauses(numbering: StreetNumbering) -> tuple[tuple[str, ...], ...]:
    """Each clause that a line cites, in words and with how sure we are of it."""
    cited = sorted({name for line in (*numbering.lines, *numbering.spare) for name in line.clauses} & CLAUSES.keys())
    return tuple(
        (name, _article(CLAUSES[name].article), STANDINGS[CLAUSES[name].standing], CLAUSES[name].text_vi)
        for name in cited
    )


def _article(article: str) -> str:
    """`Art. 6 cl. 2` in Vietnamese."""
    return article.replace("Art.", "Điều").replace("cl.", "khoản").replace("as amended", "(đã sửa đổi)")


def _house(line: NumberLine) -> str:
    return ", ".join(part for part in (line.household, line.firm) if part)
