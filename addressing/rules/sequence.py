"""The series of numbers along a street: odd left, even right, numbers in use untouched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from addressing.rules.fitting import Need, longest_growing
from addressing.rules.gaps import fill_between
from addressing.rules.ledger import Ledger, Seen
from addressing.rules.model import Frontage, Land, OpenQuestion, Option, Side
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import CrossedSides, LeftSeenFrom
from addressing.rules.questions import COMMUNE, Inquiry
from addressing.rules.spare import a_spare_number_is_used_first, spare_numbers_wanted


def odd_numbers_are_on_the_left(side: Side, odd_side: Side = Side.LEFT) -> int:
    """The first number of a side seen from the low end: 1 on the odd side, 2 on the other."""
    return 1 if side is odd_side else 2


def the_left_is_seen_from_an_end(policy: Policy) -> Side:
    """The lawful side of the odd numbers as somebody sees it who stands at the low end."""
    return Side.LEFT if policy.left_seen_from is LeftSeenFrom.LOW_END else Side.RIGHT


def old_numbers_may_stand_on_the_other_sides(seen: Sequence[Seen], policy: Policy, inquiry: Inquiry) -> Side | None:
    """The side of the odd numbers. None while it is open whether a crossed street stays crossed."""
    odd_side = the_left_is_seen_from_an_end(policy)
    carried = [(item.side, item.frontage.existing) for item in seen]
    crossed = sum(number is not None and number.is_odd is not (side is odd_side) for side, number in carried)
    lawful = sum(number is not None for _, number in carried) - crossed
    if crossed == 0 or crossed < lawful:
        return odd_side
    question = OpenQuestion(
        "sides_crossed", "",
        "Do new numbers follow the old sides or the circular?",
        "Số mới theo bên của số cũ hay theo thông tư?",
        f"{crossed} of {crossed + lawful} numbers in use stand on the side of the other parity.",
        f"{crossed} trên {crossed + lawful} số đang dùng nằm ở bên chẵn/lẻ ngược lại.",
        "A6.former", COMMUNE,
        (
            _option(CrossedSides.KEEP_FORMER, "Go on as before", "Giữ như cũ", odd_side.opposite),
            _option(CrossedSides.APPLY_CIRCULAR, "Circular", "Theo thông tư", odd_side),
        ),
    )  # fmt: skip
    answer = inquiry.ask(question, policy=("crossed_sides", policy.crossed_sides))
    if answer is None:
        return None
    return odd_side.opposite if answer == CrossedSides.KEEP_FORMER else odd_side


def _option(value: str, words: str, words_vi: str, odd_side: Side) -> Option:
    left = odd_side is Side.LEFT
    return Option(
        value, f"{words}: odd on the {'left' if left else 'right'}", f"{words_vi}: lẻ bên {'trái' if left else 'phải'}"
    )


def numbers_in_use_stay(seen: Sequence[Seen], ledger: Ledger, inquiry: Inquiry) -> None:
    """Enter every number in use before any new one is thought of, and remark what is odd."""
    holders: dict[HouseNumber, str] = {}
    for item in seen:
        frontage, number = item.frontage, item.frontage.existing
        if number is not None:
            ledger.give(item, number, "A6.kept", existing=True)
            if number in holders:
                inquiry.remark(
                    "duplicate_in_use", frontage.key,
                    f"Number {number} is also in use at {holders[number]}.",
                    f"Số {number} đang dùng cả ở {holders[number]}.", "P.natural",
                )  # fmt: skip
            holders.setdefault(number, frontage.key)
        elif frontage.existing_unreadable is not None:
            inquiry.remark(
                "unreadable_in_use", frontage.key,
                f"'{frontage.existing_unreadable}' is no natural number; it stays as text.",
                f"'{frontage.existing_unreadable}' không phải số tự nhiên; giữ nguyên dạng chữ.",
                "A6.kept",
            )  # fmt: skip


def number_side(
    seen: Sequence[Seen], first: int, ledger: Ledger, policy: Policy, inquiry: Inquiry,
    formers: Mapping[str, HouseNumber] = MappingProxyType({}),
) -> None:  # fmt: skip
    """Number one side from the low end. The numbers in use on both sides are in the ledger.

    `formers` are numbers that ended, by the key of the door that had them.
    """
    items = _numbers_and_needs(seen, first, ledger, policy, inquiry, formers)
    anchors = longest_growing([item for item in items if isinstance(item, HouseNumber)])
    waiting: list[Need[Seen]] = []
    low: HouseNumber | None = None
    standing = iter(anchors)
    expected = next(standing, None)
    for item in items:
        if isinstance(item, Need):
            waiting.append(item)
        elif item == expected:
            fill_between(waiting, first, low, item, ledger, policy, inquiry)
            low, waiting, expected = item, [], next(standing, None)
    fill_between(waiting, first, low, None, ledger, policy, inquiry)


def _numbers_and_needs(
    seen: Sequence[Seen], first: int, ledger: Ledger, policy: Policy, inquiry: Inquiry,
    formers: Mapping[str, HouseNumber],
) -> list[HouseNumber | Need[Seen]]:  # fmt: skip
    """The side in order: numbers that stand, and needs for new ones between them."""
    items: list[HouseNumber | Need[Seen]] = []
    for item in seen:
        frontage = item.frontage
        if frontage.existing_unreadable is not None and frontage.existing is None:
            continue
        kept = sorted(set(frontage.reserved) - ledger.used) if frontage.reserved else []
        spare, clause = spare_numbers_wanted(frontage, policy, inquiry)
        if frontage.existing is not None:
            if frontage.existing.number % 2 == first % 2:
                items.append(frontage.existing)
            else:
                _remark_parity(frontage, inquiry)
        elif frontage.land is Land.BUILT:
            own = a_spare_number_is_used_first(frontage, ledger.used, policy, inquiry)
            if own is None:
                items.append(Need(item, is_house=True, former=formers.get(frontage.key)))
            else:
                ledger.give(item, own, "P.spare.first")
                items.append(own)
                kept.remove(own)
                spare = max(spare, len(kept))
        for number in kept:
            ledger.keep(item, number, clause)
            items.append(number)
        wanted = range(max(0, spare - len(kept)))
        items.extend(Need(item, is_house=False, clause=clause) for _ in wanted)
    return items


def _remark_parity(frontage: Frontage, inquiry: Inquiry) -> None:
    inquiry.remark(
        "parity_in_use", frontage.key,
        f"Number {frontage.existing} in use stands on the side of the other parity.",
        f"Số {frontage.existing} đang dùng nằm ở bên chẵn/lẻ ngược lại.", "A6.kept",
    )  # fmt: skip
