"""Everything an address says in front of its units: house, alleys, lots, zones, roads, hamlets, buildings. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from addressing.search import announced, houses
from addressing.search.elements import Hamlet, Street, Zone
from addressing.search.grammar import BEHIND_NAME, LETTERED_CHAIN, ORGANISATION, ROMAN, Form
from addressing.search.head import Head, Loose
from addressing.search.head_text import DASH, WORD_START, HeadText
from addressing.search.numbers import label

_FIELD = re.compile(r"[^,;()\[\]|\n]+")
_HOUSE_BEHIND = re.compile(r"\s(?=\d{1,4}[a-z]?(?:/\d+[a-z]?)*\s+[a-z]{2})")
_HOUSE_BEHIND_ZONE = re.compile(r"\s(?=(?:\d{2,4}[a-z]?|\d[a-z])\s+(?!giai\b|ha\b|m\d?\b|nam\b)[a-z]{2})")
_HOUSE_BEHIND_NAME = re.compile(
    r"(?<!so)(?<!truong)(?<!may)(?<!phan)\s(?=\d{1,4}[a-z]?(?:/\d+[a-z]?)*\s+(?!thang\b|m\b|met\b|km\b|tang\b)[a-z]{2})"
)
_NUMBER_OF_A_NAME = re.compile(rf"\s*(?:so|khu\s+vuc)\s*(?:\d{{1,3}}[a-z]?|{ROMAN})\s*(?=\Z|[;,(]|so\s*\d)")
_ENGLISH_ZONES = {
    "ind": "KCN",
    "ip": "KCN",
    "iz": "KCN",
    "exp": "KCX",
    "eco": "KKT",
    "urb": "KĐT",
    "res": "KDC",
    "new": "KĐT",
}


def read_head(text: str, folded: str) -> Head:
    """Read the part of an address that names no unit; `;` in `folded` stands where something was taken."""
    read = HeadText(text, folded)
    for number, span in enumerate(_FIELD.finditer(folded)):
        _read_field(read, number, *span.span())
    return read.head


def _read_field(text: HeadText, number: int, start: int, end: int) -> None:
    text.field_no, text.end, text.before, text.is_start = number, end, "", True
    place = max(start, text.taken_to)
    while True:
        word = WORD_START.search(text.folded, place, end)
        if word is None:
            return
        if DASH.search(text.folded, place, word.start()):
            text.before, text.is_start = "", True
        place = _read_one(text, word.start())
        text.is_start = False


def _read_one(text: HeadText, place: int) -> int:
    folded = text.folded
    if text.is_start and (taken := _whole_field(text, place)):
        return taken
    if folded[place].isdigit():
        taken = houses.number_at(text, place)
        if taken:
            return taken
    found = text.form_at(place)
    if found is not None:
        return _take(text, *found)
    lettered = LETTERED_CHAIN.match(folded, place, text.end)
    if lettered is not None and not text.head.way.house and text.before in ("", "house"):
        text.head.way.house = [label(part) for part in text.written[place : lettered.end()].split("/")]
        text.say("house")
        return lettered.end()
    return _loose(text, place)


def _whole_field(text: HeadText, place: int) -> int:
    """A landmark or a firm takes the words up to the next announcement."""
    if text.is_landmark(place):
        end = _before_a_house(text, text.folded.find(" ", place + 8), text.end)
        text.head.landmark = text.head.landmark or text.written[place:end].strip(" .-")
        text.say("landmark")
        text.before = ""
        return end
    if ORGANISATION.match(text.folded, place, text.end) and not (
        text.head.way.house or text.head.streets or text.head.lots
    ):
        end = _before_a_house(text, place, text.run_end(place))
        numbered = _NUMBER_OF_A_NAME.match(text.folded, end, text.end)
        end = numbered.end() if numbered is not None else end
        said = text.clip(place, end)
        text.head.name = f"{text.head.name}, {said}" if text.head.name else said
        text.say("name")
        text.before = "name" if text.has_fields else ""
        return end
    return 0


def _before_a_house(text: HeadText, start: int, end: int) -> int:
    """Where a name ends in a text without commas: before a number that a street follows."""
    house = _HOUSE_BEHIND_NAME.search(text.folded, max(start, 0), end) if not text.has_fields else None
    return house.start() if house is not None else end


def _take(text: HeadText, form: Form, found: re.Match[str]) -> int:
    if form.is_open:
        end = text.run_end(found.end(), allow_dash=form.element == "zone" or form.kind == "cao tốc")
        if form.element == "building_name":
            house = _HOUSE_BEHIND.search(text.folded, found.end() + 1, end)
            end = house.start() if house is not None else end
        behind = _HOUSE_BEHIND_ZONE.search(text.folded, found.end() + 1, end) if form.element == "zone" else None
        if behind is not None and not text.head.way.house:
            _OPEN[form.element](text, form, found.end(), behind.start())
            text.say(form.element)
            text.before = ""
            return behind.start()
        end = _OPEN[form.element](text, form, found.end(), end) or end
    else:
        end = _CLOSED[form.element](text, form, found) or found.end()
    if form.element not in ("building_word", "connective"):
        text.say(form.element)
    return max(end, found.end())


def _loose(text: HeadText, place: int) -> int:
    end = text.run_end(place)
    if text.has_english:
        found = BEHIND_NAME.search(text.folded, place, end)
        if found is not None and found.start() > place:
            house = _HOUSE_BEHIND.search(text.folded, place, found.start()) if found["street"] else None
            if house is None or text.head.way.house:
                return _english(text, place, found)
            said = text.clip(place, house.start())
            text.head.loose.append(Loose(said, place, text.before, text.field_no, text.is_start))
            text.say("loose")
            text.before = ""
            return house.start()
    said = text.clip(place, end)
    if said:
        text.head.loose.append(Loose(said, place, text.before, text.field_no, text.is_start))
        text.say("loose")
    return end


def _english(text: HeadText, place: int, found: re.Match[str]) -> int:
    said = text.clip(place, found.start())
    kind = found.lastgroup or ""
    if kind in ("street", "avenue"):
        text.head.streets.append(Street("đại lộ" if kind == "avenue" else "đường", said))
    elif kind == "zone":
        text.head.zone = text.head.zone or Zone(_ENGLISH_ZONES[found["zone"][:3].strip()], said)
    elif kind == "building":
        text.head.building = said if found["building"] == "building" else text.clip(place, found.end())
    else:
        text.head.hamlets.append(Hamlet("thôn", said))
    text.say("street" if kind == "avenue" else kind)
    return found.end()


_CLOSED: dict[str, Callable[[HeadText, Form, re.Match[str]], int | None]] = {
    "house": houses.house, "alley": houses.alley, "k_chain": houses.k_chain, "lot": announced.lot,
    "parcel": announced.parcel, "map_sheet": announced.map_sheet, "road": announced.road,
    "side_road": announced.side_road, "crossing": announced.crossing, "km": announced.kilometre,
    "hamlet": announced.hamlet, "floor": announced.floor, "flat": announced.flat, "building": announced.building,
    "wing": announced.building, "building_word": announced.nothing, "connective": announced.nothing,
}  # fmt: skip
_OPEN: dict[str, Callable[[HeadText, Form, int, int], int | None]] = {
    "street": announced.street, "zone": announced.zone, "hamlet_name": announced.hamlet_name,
    "building_name": announced.building_name, "alley_name": houses.alley_name,
}  # fmt: skip
