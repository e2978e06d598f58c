"""House numbers and the alleys that lead to them, and the streets of a date that look like them. Pure.

Every function reads on at a place and returns where to go on, or nothing for the end of its match.
"""

from __future__ import annotations

import re

from addressing.search.elements import Street
from addressing.search.grammar import DATE, HOUSE, NUMBER_WORDS, ORDINAL_FLOOR, Form
from addressing.search.head_text import HeadText
from addressing.search.numbers import label

STREET_DATES = frozenset({
    "30/4", "1/5", "2/9", "3/2", "19/5", "19/8", "26/3", "8/3", "30/10", "20/7", "22/12", "20/11", "7/5", "10/3",
    "27/7", "23/9", "24/3", "29/3", "23/3", "16/4", "17/8", "25/4", "6/1", "9/4", "1/8", "3/4", "2/4", "14/9",
    "19/12", "20/10", "25/3", "13/5", "18/8", "15/8", "23/10", "28/3", "5/8", "12/9", "10/10", "27/2", "3/3",
    "13/3", "27/4", "21/8",
})  # fmt: skip


_LABELS = re.compile(r"\d+(?:\s?(?i:bis|ter|quater)|\s?[A-Za-zĐđ]{1,2}\d*(?![^\W\d_]))?")
"""The numbers of a chain, whichever way they are parted."""


def house(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`số`, `nhà`, `No.`: the number that follows."""
    end = number_at(text, found.end(), is_announced=True)
    return end or None


def number_at(text: HeadText, place: int, *, is_announced: bool = False) -> int:
    """A house number or a date street that begins here; 0 when it is neither."""
    head = text.head
    floor = ORDINAL_FLOOR.match(text.folded, place, text.end)
    if floor is not None:
        head.floor = label(floor[1] or floor[2])
        text.say("floor")
        return floor.end()
    date = None if is_announced else _date_street(text, place)
    if date:
        return date
    if text.folded[place] == "k":
        found_k = text.form_at(place)
        if found_k is not None and found_k[0].element == "k_chain":
            return k_chain(text, *found_k) or found_k[1].end()
    found = HOUSE.match(text.folded, place, text.end)
    if found is None or (head.way.house and not is_announced):
        return 0
    if head.way.house and is_announced:
        return found.end() if found.group() == "" else 0
    if not is_announced and (head.streets or text.before in ("zone", "lot", "km", "loose", "name")):
        return 0
    labels = [label(text.said(found, "first"))]
    labels += [label(part) for part in _LABELS.findall(text.said(found, "chain"))]
    head.way.house = labels
    last = text.said(found, "last2") or text.said(found, "last")
    head.way.last = label(last) if last else None
    text.say("house")
    return found.end()


def _date_street(text: HeadText, place: int) -> int:
    found = DATE.match(text.folded, place, text.end)
    if found is None:
        return 0
    month = NUMBER_WORDS.get(found[2], 0) or int(found[2]) if found[2].isdigit() or found[2] in NUMBER_WORDS else 0
    day = int(found[1])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return 0
    says_month = "thang" in found.group()
    ends = text.folded[found.end() : text.end].strip(" .;-") == "" or text.folded[found.end() : found.end() + 1] == ";"
    is_known = f"{day}/{month}" in STREET_DATES
    has_house = bool(text.head.way.house or text.head.lots)
    if says_month or (is_known and ends and not text.head.streets and (has_house or "-" not in found.group())):
        if not has_house and not says_month:
            text.head.seen.append(("date_or_house", text.field_no))
        text.head.streets.append(Street("", text.written[place : found.end()].strip()))
        text.say("street")
        return found.end()
    return 0


def alley(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`ngõ 12/5`: numbered alleys, outermost first in one label."""
    labels = [label(part) for part in _LABELS.findall(text.said(found, "v"))]
    text.head.way.alleys.append((form.kind, labels))
    return None


def alley_name(text: HeadText, form: Form, start: int, end: int) -> int | None:
    """`ngõ Bà Triệu`: an alley called like a street."""
    text.head.way.alleys.append((form.kind, [text.clip(start, end)]))
    return None


def k_chain(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`K82/H15/7`: kiệt, hẻm and house in one word, as Đà Nẵng writes them."""
    parts = text.said(found, "v").split("/")
    text.head.way.alleys.append(("kiệt", [label(parts[0])]))
    inner = [label(part.lstrip("hH")) for part in parts[1:]]
    for one in inner[:-1]:
        text.head.way.alleys.insert(0, ("hẻm", [one]))
    if inner:
        text.head.way.house = inner[-1:]
    return None
