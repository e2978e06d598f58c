"""The certificate of a house number, or of the name of a building or flat in an estate.

The Ministry had a form under the regulation of 2006; none of 2024 was found, so this one is ours and
says so.
"""

from __future__ import annotations

from addressing.documents.blocks import (
    OPEN_DAY,
    Closing,
    Document,
    FactList,
    Letterhead,
    Paragraph,
    QrCode,
    Title,
    Tone,
    written_day,
)
from addressing.documents.facts import NumberedPlace, bare_name
from addressing.rules.plates import PlateKind

OWN_FORM = (
    "Mẫu giấy của hệ thống: chưa tìm thấy mẫu giấy chứng nhận số nhà trong Thông tư 08/2024/TT-BXD; "
    "cơ quan ban hành có thể dùng mẫu riêng."
)


_OF_A_HOUSE = ("số nhà", "Số nhà")
_WORDS = {PlateKind.BUILDING: ("tên, số ngôi nhà", "Tên, số ngôi nhà"), PlateKind.FLAT: ("số căn hộ", "Số căn hộ")}


def certificate(place: NumberedPlace, stem: str) -> Document:
    """What is certified about one place. Number and day stay open until a certificate is on record."""
    paper, (what, label) = place.paper, _WORDS.get(place.kind, _OF_A_HOUSE)
    works = "" if place.is_part else ", công trình"
    day = written_day(place.certified_on) if place.certified_on else OPEN_DAY
    facts = [
        ("Địa chỉ", place.written),
        (label, place.number),
        ("Thuộc" if place.is_part else "Đường, phố, ngõ", ", ".join(place.outward)),
        ("Phường, xã", place.area.commune),
        ("Tỉnh, thành phố", place.area.province),
        ("Khu công nghiệp", place.area.zone),
        ("Mã địa điểm", f"{place.place_id} (mã nội bộ, không đổi)"),
        *place.official_codes,
        ("Vị trí" if place.is_part else "Vị trí cửa chính", _position(place)),
        ("Có hiệu lực từ", place.valid_from.strftime("%d/%m/%Y")),
        ("Theo quyết định", _paper(place)),
    ]
    return Document(
        kind="certificate",
        file_stem=stem,
        title=f"Giấy chứng nhận {what} {place.number} {place.outward[0]}",
        dated=place.certified_on or paper.decided_on or place.valid_from,
        is_public=True,
        is_demo=place.is_demo,
        blocks=(
            Letterhead(paper.body or "………", f"Số: {place.serial or '………/GCN-SN'}",
                       f"{bare_name(place.area.province) or '………'}, {day}"),
            Title(f"GIẤY CHỨNG NHẬN {what.upper()}", place.written or f"{place.number} {', '.join(place.outward)}"),
            Paragraph(f"Chứng nhận {what}{works} sau đây đã được cấp và đang có hiệu lực:"),
            FactList(tuple((label, value) for label, value in facts if value)),
            Paragraph(f"Giấy này chỉ xác nhận {what}; không xác nhận quyền sử dụng đất, quyền sở hữu nhà ở, "
                      "công trình.", lead="Lưu ý:"),
            Paragraph(OWN_FORM, Tone.NOTE),
            QrCode(place.link, f"Tra cứu: {place.link}"),
            Closing(("Chủ nhà, chủ công trình;", "Lưu: VT."), "", "NGƯỜI CÓ THẨM QUYỀN KÝ"),
        ),
    )  # fmt: skip


def _position(place: NumberedPlace) -> str:
    if place.x is None or place.y is None:
        return ""
    north, east = (f"{value:.2f}".replace(".", ",") for value in (place.y, place.x))
    return f"X (Bắc) {north} m; Y (Đông) {east} m; VN-2000, EPSG:{place.srid}"


def _paper(place: NumberedPlace) -> str:
    paper = place.paper
    if paper.number is None or paper.decided_on is None:
        return f"{'Số, tên' if place.is_part else 'Số nhà'} có từ trước, được ghi nhận khi lập sổ"
    return f"số {paper.number} {written_day(paper.decided_on)} của {paper.body}"
