"""The papers on the names of an estate: the list of a proposal, and the decision with its annex."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from addressing.documents.blocks import (
    OPEN_DAY,
    Annex,
    Block,
    Closing,
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
from addressing.documents.decision import BASES, DOTS, signature
from addressing.documents.facts import Area, Paper, bare_name
from addressing.rules.estate_model import PartKind

KIND_VI = {
    PartKind.GROUP: "Nhóm nhà", PartKind.BUILDING: "Ngôi nhà", PartKind.STAIR: "Cầu thang", PartKind.FLOOR: "Tầng",
    PartKind.FLAT: "Căn hộ",
}  # fmt: skip
LIST_COLUMNS = (
    Column("STT", 0.5, numeric=True),
    Column("Loại", 0.9),
    Column("Trên thực địa", 2.2),
    Column("Tên đang dùng", 0.9),
    Column("Tên đề xuất", 0.9),
    Column("Căn cứ", 2.0),
)
DECISION_COLUMNS = (
    Column("STT", 0.5, numeric=True),
    Column("Loại", 0.9),
    Column("Tên", 0.9),
    Column("Trên thực địa", 1.8),
    Column("Địa chỉ", 3.0),
    Column("Mã địa điểm", 1.2),
)


@dataclass(frozen=True, slots=True)
class NameLine:
    """One part of an estate: what it bore, what it gets."""

    kind: PartKind
    name: str
    # "" while it gets none
    on_ground: str
    # the labels from the outside in
    before: str = ""
    clauses: tuple[str, ...] = ()
    is_new: bool = True
    written: str = ""
    # its address without the units
    place_id: str | None = None


@dataclass(frozen=True, slots=True)
class EstateNaming:
    """An estate with its names, for the list and the decision."""

    estate_name: str
    street_name: str
    area: Area
    lines: tuple[NameLine, ...]
    rule_set: str
    made_on: date
    is_demo: bool
    answered: tuple[tuple[str, str, str], ...] = ()
    # question, answer, by whom and why
    open_questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def new(self) -> tuple[NameLine, ...]:
        """Parts that get a name by this."""
        return tuple(line for line in self.lines if line.name and line.is_new)

    @property
    def kept(self) -> tuple[NameLine, ...]:
        """Parts whose name was there before and stays."""
        return tuple(line for line in self.lines if line.name and not line.is_new)


def proposal_list(
    naming: EstateNaming, *, proposal_id: int, status: str, author: str, approver: str | None, issuer: str, stem: str
) -> Document:
    """The working paper of a proposal, with clauses and answers. Not for the public."""
    rows = tuple(
        (at, KIND_VI[line.kind], line.on_ground, line.before, line.name or "–", ", ".join(line.clauses))
        for at, line in enumerate(naming.lines, start=1)
    )
    blocks: list[Block] = [
        Letterhead(issuer, f"Đề xuất số {proposal_id} ({status})", written_day(naming.made_on).capitalize()),
        Title("DANH SÁCH ĐỀ XUẤT TÊN", f"{naming.estate_name}, {naming.street_name}"),
        Paragraph(f"Lập bởi {author}" + (f", phê duyệt bởi {approver}" if approver else "")
                  + f". Bộ quy tắc: {naming.rule_set}."),
        Table(LIST_COLUMNS, rows, "Tên"),
    ]  # fmt: skip
    if naming.answered:
        blocks += [Heading("Câu hỏi đã trả lời")]
        columns = (Column("Câu hỏi", 3.0), Column("Trả lời", 1.5), Column("Người trả lời, lý do", 1.5))
        blocks += [Table(columns, naming.answered, "Trả lời")]
    for heading, words in (("Câu hỏi còn mở", naming.open_questions), ("Ghi chú", naming.notes)):
        if words:
            blocks += [Heading(heading), *(Paragraph(one) for one in words)]
    return Document(
        kind="proposal-list", file_stem=stem, title=f"Đề xuất tên {naming.estate_name}", dated=naming.made_on,
        is_public=False, is_demo=naming.is_demo, is_wide=True, blocks=tuple(blocks),
    )  # fmt: skip


def decision(naming: EstateNaming, paper: Paper, stem: str) -> Document:
    """Decision and annexes; with an unsigned paper a draft that leaves number and day open."""
    day = paper.decided_on
    number = paper.number or f"{DOTS}/QĐ-{DOTS}"
    dated = written_day(day) if day else OPEN_DAY
    place = naming.area.province or naming.area.commune or DOTS
    about = f"{naming.estate_name}, {naming.street_name}"
    reference = f"(Kèm theo Quyết định số {number} {dated} của {paper.body or DOTS})"
    blocks: list[Block] = [
        Letterhead(paper.body or DOTS, f"Số: {number}", f"{bare_name(place)}, {dated}"),
        Title("QUYẾT ĐỊNH" + (" (DỰ THẢO)" if paper.number is None else ""),
              f"Về việc đặt tên nhóm nhà, ngôi nhà, đánh số tầng, căn hộ tại {about}"),
        Paragraph((paper.body or DOTS).upper(), Tone.AUTHORITY),
        *(Paragraph(basis, Tone.BASIS) for basis in BASES),
        Paragraph(f"Theo đề nghị của {DOTS} tại Tờ trình số {DOTS}.", Tone.BASIS),
        Paragraph("QUYẾT ĐỊNH:", Tone.ORDER),
        *_articles(naming, about),
        Closing(("Như Điều 3;", "UBND cấp xã;", "Lưu: VT."), *signature(paper.body)),
        Annex("Phụ lục I" if naming.kept else "Phụ lục",
              f"DANH SÁCH TÊN, SỐ TẠI {naming.estate_name.upper()}", reference),
        _table(naming.new, "Tên, số"),
    ]  # fmt: skip
    if naming.kept:
        blocks += [Annex("Phụ lục II", "TÊN, SỐ ĐANG SỬ DỤNG ĐƯỢC GIỮ NGUYÊN", reference),
                   _table(naming.kept, "Giữ nguyên")]  # fmt: skip
    return Document(
        kind="decision", file_stem=stem, title=f"Quyết định {number} – {naming.estate_name}",
        dated=day or naming.made_on, is_public=True, is_demo=naming.is_demo, blocks=tuple(blocks),
    )  # fmt: skip


def _articles(naming: EstateNaming, about: str) -> list[Paragraph]:
    counts = [
        f"{count} {words.lower()}"
        for kind, words in KIND_VI.items()
        if (count := sum(line.kind is kind for line in naming.new))
    ]
    kept = f" Giữ nguyên {len(naming.kept)} tên, số đang sử dụng tại Phụ lục II." if naming.kept else ""
    annex = "Phụ lục I" if naming.kept else "Phụ lục"
    where = f"{about}, {naming.area.words}" if naming.area.words else about
    return [
        Paragraph(f"Đặt tên, đánh số cho {', '.join(counts) or '0 phần'} tại {where} theo danh sách tại {annex} kèm "
                  f"theo Quyết định này.{kept}", lead="Điều 1."),
        Paragraph("Biển tên, biển số được gắn theo Quyết định này. Tên, số là thông tin địa chỉ, không xác nhận quyền "
                  "sử dụng đất, quyền sở hữu nhà ở, công trình xây dựng.", lead="Điều 2."),
        Paragraph("Quyết định có hiệu lực kể từ ngày ký. Ủy ban nhân dân cấp xã, chủ đầu tư, các cơ quan, tổ chức, hộ "
                  "gia đình và cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.", lead="Điều 3."),
    ]  # fmt: skip


def _table(lines: tuple[NameLine, ...], name: str) -> Table:
    rows = tuple(
        (at, KIND_VI[line.kind], line.name, line.on_ground, line.written, line.place_id or "")
        for at, line in enumerate(lines, start=1)
    )
    return Table(DECISION_COLUMNS, rows, name)
