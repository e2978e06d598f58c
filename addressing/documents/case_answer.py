"""The answer to a request about a number, as a letter. It names the applicant, so it is not for the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from addressing.documents.blocks import (
    OPEN_DAY,
    Block,
    Closing,
    Document,
    FactList,
    Letterhead,
    Paragraph,
    Title,
    Tone,
    written_day,
)
from addressing.documents.decision import DOTS, signature
from addressing.documents.facts import Area, bare_name

KIND_VI = {
    "new_number": "cấp số nhà mới",
    "change": "đổi số nhà",
    "reissue": "cấp lại biển số nhà",
    "error_report": "phản ánh sai sót về số nhà",
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A request with what the register says about its place."""

    receipt: str
    kind: str
    state: str
    applicant: str
    received_on: date
    due_on: date
    answered_on: date | None
    reference: str | None
    # number of the answering document; None while it is a draft
    refused_because: str | None
    place_id: str | None
    address: str
    # in force today; "" without a place
    numbers: tuple[tuple[str, str], ...]
    # number or name in force, and the paper it rests on
    plates: tuple[tuple[str, str], ...]
    # code and state in Vietnamese
    area: Area
    body: str
    # that answers
    is_demo: bool


def answer(case: CaseFacts, stem: str) -> Document:
    """The letter; a draft with open number and day until the case is answered or refused."""
    day = written_day(case.answered_on) if case.answered_on else OPEN_DAY
    is_draft = case.state not in ("answered", "rejected", "closed")
    facts = [
        ("Mã hồ sơ", case.receipt),
        ("Nội dung yêu cầu", KIND_VI.get(case.kind, case.kind)),
        ("Ngày tiếp nhận", case.received_on.strftime("%d/%m/%Y")),
        ("Hạn trả lời", case.due_on.strftime("%d/%m/%Y")),
        ("Địa chỉ hiện hành", case.address),
        ("Mã địa điểm", case.place_id or ""),
        *(("Số, tên đang dùng", f"{number} ({paper})" if paper else number) for number, paper in case.numbers),
        *(("Biển số", f"{code}: {state}") for code, state in case.plates),
    ]
    blocks: list[Block] = [
        Letterhead(case.body or DOTS, f"Số: {case.reference or DOTS}",
                   f"{bare_name(case.area.province or case.area.commune) or DOTS}, {day}"),
        Title("TRẢ LỜI YÊU CẦU VỀ SỐ NHÀ" + (" (DỰ THẢO)" if is_draft else ""), f"Hồ sơ {case.receipt}"),
        Paragraph(f"Kính gửi: {case.applicant}"),
        Paragraph(f"{case.body or DOTS} đã nhận yêu cầu {KIND_VI.get(case.kind, case.kind)} và trả lời như sau:"),
        FactList(tuple((label, value) for label, value in facts if value)),
        Paragraph(_result(case), lead="Kết quả:"),
        Paragraph("Số nhà là thông tin địa chỉ, không xác nhận quyền sử dụng đất, quyền sở hữu nhà ở, công trình.",
                  Tone.NOTE),
        Closing(("Như trên;", "Lưu: VT."), *signature(case.body)),
    ]  # fmt: skip
    return Document(
        kind="case-answer", file_stem=stem, title=f"Trả lời hồ sơ {case.receipt}",
        dated=case.answered_on or case.received_on, is_public=False, is_demo=case.is_demo, blocks=tuple(blocks),
    )  # fmt: skip


def _result(case: CaseFacts) -> str:
    if case.refused_because:
        return f"Không giải quyết yêu cầu. Lý do: {case.refused_because}."
    if case.state in ("answered", "closed"):
        return f"Yêu cầu đã được giải quyết theo văn bản số {case.reference or DOTS}."
    return f"{DOTS}{DOTS}{DOTS}"
