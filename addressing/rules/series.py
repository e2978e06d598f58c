"""Which of several parts comes first, and what those get that are added to a series that stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from addressing.rules.estate_model import Part, PartKind
from addressing.rules.model import OpenQuestion, Option
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import AddedBetween, EstateGrowth
from addressing.rules.questions import COMMUNE, OFFICER, Inquiry

WAIT = Option("wait", "Leave it without a name for now", "Tạm thời chưa đặt tên")
_KINDS = {
    PartKind.GROUP: ("group", "nhóm nhà"),
    PartKind.BUILDING: ("building", "ngôi nhà"),
    PartKind.STAIR: ("stair", "cầu thang"),
    PartKind.FLOOR: ("floor", "tầng"),
    PartKind.FLAT: ("flat", "căn hộ"),
}


def word(kind: PartKind) -> tuple[str, str]:
    """The kind in English and Vietnamese."""
    return _KINDS[kind]


def nearest_first(parts: Sequence[Part], clause: str, inquiry: Inquiry) -> list[Part]:
    """The parts by their distance. One whose distance is not known is put in where the answer says.

    While that is open it stands at the end, so that the others can be looked at.
    """
    known = [part for part in parts if part.distance_m is not None]
    ordered = sorted(known, key=lambda part: (part.distance_m, part.place, part.key))
    for part in parts:
        if part.distance_m is not None:
            continue
        kind, kind_vi = word(part.kind)
        answer = inquiry.ask(OpenQuestion(
            f"{part.kind.value}_order", part.key,
            f"How many of its like are nearer to the entrance than the {kind} '{part.label}'?",
            f"Có bao nhiêu {kind_vi} cùng dãy gần lối vào hơn '{part.label}'?",
            "Its distance from the entrance is not on record.", "Chưa có khoảng cách tới lối vào.",
            clause, OFFICER, takes_count=True,
        ))  # fmt: skip
        ordered.insert(len(ordered) if answer is None else int(answer), part)
    return ordered


def the_series_goes_on(
    ordered: Sequence[Part], kept: Mapping[str, int], highest: int, policy: Policy, inquiry: Inquiry
) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Ordinals of what has none yet, with what they rest on beyond the rule of the series itself.

    `kept` are ordinals in force by key, `highest` the last one ever given, 0 while there is none. What lies beyond
    the last named part goes on with the series; what lies between named ones is asked about. Local policies may ask
    about the first and settle the second.
    """
    last = max((at for at, part in enumerate(ordered) if part.key in kept), default=-1)
    given: dict[str, tuple[int, tuple[str, ...]]] = {}
    following = highest
    for at, part in enumerate(ordered):
        if part.key in kept:
            continue
        reasons: tuple[str, ...] = ("P.estate.grow",) if highest else ()
        if at < last:
            if added_between(part, policy, inquiry) != AddedBetween.NEXT:
                continue
            reasons = ("P.estate.between",)
        elif highest and not goes_on_behind(part, policy, inquiry):
            continue
        following += 1
        given[part.key] = (following, reasons)
    return given


def goes_on_behind(part: Part, policy: Policy, inquiry: Inquiry) -> bool:
    """Whether what was added behind the last named one goes on with the series; False while that is open."""
    kind, kind_vi = word(part.kind)
    question = OpenQuestion(
        "added_behind", part.key,
        f"What is the {kind} '{part.label}' called, which lies behind the last named one?",
        f"Đặt tên thế nào cho {kind_vi} '{part.label}' xây thêm sau tên cuối?",
        "No text was found on what is added.", "Chưa tìm thấy quy định cho phần xây thêm.",
        "P.estate.grow", COMMUNE,
        (Option(EstateGrowth.GOES_ON, "The next name of the series", "Tên kế tiếp trong dãy"), WAIT),
    )  # fmt: skip
    if policy.estate_growth is EstateGrowth.GOES_ON and question.code not in inquiry.answers:
        return True
    return inquiry.ask(question, policy=("estate_growth", policy.estate_growth)) == EstateGrowth.GOES_ON


def added_between(part: Part, policy: Policy, inquiry: Inquiry) -> str | None:
    """What an added part gets: `next`, `wait`, or None while that is open."""
    kind, kind_vi = word(part.kind)
    question = OpenQuestion(
        "added_between", part.key,
        f"What is the {kind} '{part.label}' called, which lies between named ones?",
        f"Đặt tên thế nào cho {kind_vi} '{part.label}' xây xen giữa các tên đã có?",
        "Names in force stay, and no rule was found for what is added between them.",
        "Tên đang dùng được giữ nguyên; chưa tìm thấy quy định cho phần xây xen.",
        "P.estate.between", COMMUNE,
        (Option(AddedBetween.NEXT, "The next name after the last", "Tên kế tiếp sau tên cuối"), WAIT),
    )  # fmt: skip
    return inquiry.ask(question, policy=("added_between", policy.added_between))


def name_is_taken(part: Part, name: str, clause: str, inquiry: Inquiry) -> None:
    """Ask about a name that another part has or had."""
    kind, kind_vi = word(part.kind)
    inquiry.ask(OpenQuestion(
        "name_taken", part.key,
        f"What is the {kind} '{part.label}' called? By the rule it would be '{name}'.",
        f"Đặt tên gì cho {kind_vi} '{part.label}'? Theo quy tắc sẽ là '{name}'.",
        f"'{name}' is or was the name of another part; a name is never given twice.",
        f"'{name}' đang hoặc đã là tên của phần khác; tên không cấp lại.",
        clause, COMMUNE, (WAIT,),
    ))  # fmt: skip


Namer = Callable[[int], str]
"""From an ordinal to a name."""
