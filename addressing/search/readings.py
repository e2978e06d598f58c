"""From what was found to ranked readings: with their confidence, and the reasons in both languages. Pure."""

from __future__ import annotations

import math

from addressing.search.elements import Era, Reason, UnitName
from addressing.search.tail import Choice, Tail
from addressing.search.unit_index import bare_name
from addressing.search.units import REFORM
from addressing.search.words import Kinds

MOST_READINGS = 5
_SHARPNESS = 1.5
_HOUSE_SHARES = {
    "": (1.0,), "slash_order": (0.93, 0.07), "letter_first": (0.75, 0.25), "house_first": (0.85, 0.15),
    "alley_or_house": (0.85, 0.15),
}  # fmt: skip

_TEXTS = {
    "slip_repaired": (
        "'{written}' was read as {name}: one letter differs.",
        "'{written}' được hiểu là {name}: sai khác một chữ cái.",
    ),
    "merged_name": (
        "'{written}' is an older name; it went into {name} before 30 June 2025.",
        "'{written}' là tên cũ, đã nhập vào {name} trước ngày 30/6/2025.",
    ),
    "several_units": (
        "Several units are called {name}; the text does not say which one.",
        "Có nhiều đơn vị hành chính tên {name}; địa chỉ không nói rõ là đơn vị nào.",
    ),
    "unknown_unit": (
        "{name} is in no list of units known here.",
        "{name} không có trong danh mục đơn vị hành chính đã biết.",
    ),
    "close_second": (
        "It could also be {name}.",
        "Cũng có thể là {name}.",
    ),
    "slash_order": (
        "Numbers with slashes are read from the street inward; in the north some write the house first.",
        "Số có gạch chéo được đọc từ đường vào trong; ở miền Bắc có nơi viết số nhà trước.",
    ),
    "letter_first": (
        "The number with a letter may be the house written first, or an alley named after a house.",
        "Số có chữ có thể là số nhà viết trước, cũng có thể là tên ngõ, hẻm theo số nhà.",
    ),
    "house_first": (
        "The number before the alley names two levels; the order of the two is not certain.",
        "Số trước ngõ gồm hai cấp; thứ tự hai cấp chưa chắc chắn.",
    ),
    "alley_or_house": (
        "The last number may be an alley or the house itself.",
        "Số cuối có thể là ngõ hoặc chính là số nhà.",
    ),
    "date_street": (
        "'{name}' is read as a street named after a date; it could also be house and alley.",
        "'{name}' được hiểu là tên đường theo ngày tháng; cũng có thể là số nhà và ngõ.",
    ),
    "mixed_eras": (
        "Units from before and after 1 July 2025 stand side by side.",
        "Địa chỉ ghi lẫn đơn vị hành chính trước và sau ngày 01/7/2025.",
    ),
    "old_units": (
        "These units ended on 30 June 2025.",
        "Các đơn vị hành chính này chấm dứt từ ngày 30/6/2025.",
    ),
    "left_over": (
        "Not understood: {name}.",
        "Phần chưa hiểu: {name}.",
    ),
    "no_units": (
        "No administrative unit is named.",
        "Địa chỉ không nêu đơn vị hành chính.",
    ),
    "old_font": (
        "The text was in the bytes of an old font ({name}).",
        "Văn bản dùng bảng mã cũ ({name}).",
    ),
}  # fmt: skip


def reason(code: str, **facts: str) -> Reason:
    """A reason in both languages."""
    message, message_vi = _TEXTS[code]
    return Reason(code, message.format(**facts), message_vi.format(**facts))


def named_units(tail: Tail, written: dict[str, str]) -> tuple[dict[str, UnitName], list[Reason]]:
    """The units of a tail by level, and what is to be said about them."""
    reasons: list[Reason] = []
    named: dict[str, UnitName] = {}
    for choice in tail.chosen:
        hit, what = choice
        level = what.unit.level
        named[level] = _unit_name(choice, tail, written[level])
        if hit.slip:
            reasons.append(reason("slip_repaired", written=written[level], name=what.unit.full_name))
        if what.is_alias and level == "commune":
            reasons.append(reason("merged_name", written=written[level], name=what.unit.full_name))
    if tail.rivals and tail.commune is not None:
        reasons.append(reason("several_units", name=tail.commune[1].unit.full_name))
    return named, reasons


def _unit_name(choice: Choice, tail: Tail, written: str) -> UnitName:
    hit, named = choice
    unit = named.unit
    era: Era | None = "old" if unit.valid_to is not None and unit.valid_to <= REFORM else "new"
    if unit.level == "province" and era == "new":
        era = "mixed"  # all 34 names were provinces before, too
    if named.is_alias and unit.level == "commune":
        return UnitName("commune", named.kind, _bare(written, hit.kinds), None, "old", written)
    is_open = unit.level == "commune" and bool(tail.rivals)
    return UnitName(unit.level, named.kind, bare_name(unit), None if is_open else unit.code, era, written)


def _bare(written: str, kinds: Kinds) -> str:
    """The name as written, without the word for its kind in front: what is left of `phường An Hội`."""
    if not kinds:
        return written
    for word in ("thị trấn", "thi tran", "phường", "phuong", "tt", "xã", "xa", "p", "f", "x"):
        if written.lower().startswith(word) and not written[len(word) : len(word) + 1].isalpha():
            return written[len(word) :].strip(" .")
    return written


def era_of(commune: UnitName | None, district: UnitName | None, province: UnitName | None) -> Era | None:
    """Of the units that tell: a district or an ended province is old, a commune is of its own time."""
    told: set[Era] = set()
    if commune is not None and commune.code is not None and commune.era is not None:
        told.add(commune.era)
    if district is not None:
        told.add("old")
    if province is not None and province.era in ("old", "new"):
        told.add(province.era)
    told.discard("mixed")
    if len(told) == 2:
        return "mixed"
    return told.pop() if told else None


_SOUTHERNMOST_OF_THE_NORTH = "42"
"""Code of Hà Tĩnh: the codes of provinces run from north to south."""


def is_northern(tail: Tail) -> bool | None:
    """Whether the units lie in the part of the country that knows ngõ and ngách; None where no unit says."""
    for choice in (tail.province, tail.district, tail.commune):
        if choice is not None and not (choice is tail.commune and tail.rivals):
            return choice[1].unit.province_code <= _SOUTHERNMOST_OF_THE_NORTH
    return None


def shares_of_tails(tails: list[Tail]) -> list[float]:
    """How much each choice of units weighs against the others; they add up to one."""
    best = tails[0].score
    weights = [math.exp(_SHARPNESS * (tail.score - best)) for tail in tails]
    total = sum(weights)
    return [weight / total for weight in weights]


def shares_of_orders(doubts: list[str]) -> list[float]:
    """How much each order of the alleys weighs."""
    shares = _HOUSE_SHARES[doubts[-1]]
    return list(shares[: len(doubts)]) if len(shares) >= len(doubts) else [1 / len(doubts)] * len(doubts)


def quality(reasons: list[Reason], leftovers: tuple[str, ...]) -> float:
    """What the text itself leaves to doubt, apart from other readings: 0 to 1. Calibrated in benchmarks/parse.py."""
    doubt = 1.0
    for one in reasons:
        doubt *= _QUALITY.get(one.code, 1.0)
    return _AT_BEST * doubt * 0.6 ** min(3, len(leftovers))


_AT_BEST = 0.985
"""Share of readings without any doubt that were right."""
_QUALITY = {
    "slip_repaired": 0.95, "several_units": 0.97, "unknown_unit": 0.95, "merged_name": 0.95, "no_units": 0.9,
    "date_street": 0.95,
}  # fmt: skip
"""Shares of the readings with such a reason that were right, against those without."""
