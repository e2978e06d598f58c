"""Ways without names: their houses form groups with letters (Article 11), and are not numbered along the way."""

from __future__ import annotations

from collections.abc import Sequence

from addressing.rules.model import Frontage, OpenQuestion, Option, Street
from addressing.rules.questions import COMMUNE, Inquiry

UNNAMED = ("", "chưa đặt tên", "chưa có tên", "không tên", "unnamed")
ROAD_WORDS = ("đại lộ", "quốc lộ", "tỉnh lộ", "đường", "phố", "ngõ", "ngách", "hẻm", "kiệt")
AS_STREET = "as_street"


def has_no_name(street_name: str) -> bool:
    """`Đường chưa đặt tên`, `Đường` and "" are no names; `Đường Số 3` is one."""
    words = street_name.strip().lower()
    for road in ROAD_WORDS:
        if words == road or words.startswith(road + " "):
            words = words[len(road) :].strip()
            break
    return words in UNNAMED


def a_way_without_a_name_is_asked_about(street: Street, frontages: Sequence[Frontage], inquiry: Inquiry) -> bool:
    """Whether houses are numbered along it all the same; what has numbers already is not asked about."""
    known = street.alley is not None or street.numbered_before or not has_no_name(street.name)
    if known or any(frontage.existing is not None for frontage in frontages):
        return True
    return inquiry.ask(OpenQuestion(
        "way_without_name", "",
        "Is this way numbered as a street, or do its houses form groups?",
        "Đường này đánh số như đường phố hay đặt tên nhóm nhà?",
        "It has no name; houses on ways without names form groups with letters. Enter these as an estate.",
        "Đường chưa có tên; nhà trên đường chưa có tên đặt theo nhóm nhà. Hãy nhập thành khu nhà.",
        "A11.letters", COMMUNE,
        (Option(AS_STREET, "Number it as a street; it will get a name", "Đánh số như đường phố; đường sẽ được đặt tên"),
         Option("as_groups", "No numbers here: its houses form groups", "Không đánh số ở đây: đặt tên nhóm nhà")),
    )) == AS_STREET  # fmt: skip
