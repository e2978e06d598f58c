"""Where a text may name units: runs of words that the gazetteer knows, with the word for the kind beside them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from addressing.search.elements import Level
from addressing.search.grammar import ORGANISATION
from addressing.search.unit_index import LONGEST_PHRASE, Namesakes, UnitIndex
from addressing.search.words import BEHIND, UNIT_WORDS, Kinds, Words, misspelt_unit_word, unit_word_at

NOT_BEFORE_A_UNIT = frozenset({
    "duong", "pho", "d", "dl", "ql", "tl", "dt", "hl", "ngo", "ngach", "hem", "kiet", "thon", "xom", "ap", "ban",
    "buon", "lang", "khu", "kp", "tdp", "khoi", "kcn", "ccn", "kcx", "kkt", "kdt", "kdtm", "kdc", "nghiep", "moi", "cu",
    "te", "thi", "cao", "lo", "so", "sn", "no", "toa", "nha", "bloc", "cho", "cau", "chung", "thap", "truong",
    "tieu", "khom", "soc", "ben", "cang", "ga", "km", "street", "road", "lane", "alley", "plaza", "tower",
    "building", "vien",
})  # fmt: skip
"""Behind these words a name is a street, a hamlet, a zone or a building, unless it says that it is a unit."""

_NOT_BEHIND_A_UNIT = frozenset({
    "street", "str", "st", "road", "rd", "avenue", "ave", "boulevard", "blvd", "ip", "iz", "industrial", "export",
    "economic", "urban", "residential", "building", "tower", "plaza",
})  # fmt: skip

_HOUSE_WORDS = frozenset({
    "so", "sn", "no", "nha", "ngo", "ngach", "hem", "kiet", "lane", "alley", "d", "duong", "pho", "lo", "xuyet",
    "suyet", "xet", "set", "xec", "sec",
})  # fmt: skip


_HOUSE_NUMBER = re.compile(r"\d{3,4}[a-z]?|\d{1,2}[a-z]")
"""What only a house is numbered: names of wards, groups and parks end in one or two digits."""
_BEFORE_OTHER_NUMBERS = frozenset({
    "ql", "tl", "dt", "dh", "hl", "ct", "lo", "km", "phong", "can", "ho", "p", "tang", "floor", "road", "highway",
    "to", "toa", "bloc", "khu", "thua", "do",
})  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A run of words that may name a unit."""

    first: int
    # of the words that count as this hit, with the word for its kind
    last: int
    # exclusive
    kinds: Kinds
    # what the word beside it allows; empty without one
    named: Namesakes
    marks: str
    # as written, with marks, in small letters, no blanks
    name_first: int
    name_last: int
    slip: bool = False
    # whether it took a repaired letter
    guarded: bool = False
    # stands behind a word that makes it something else
    after_number: bool = False
    cuts_a_street: bool = False
    # would leave one word between a house number and itself: 3 Tôn | Đức Thắng
    behind_house: bool = False
    # only a comma stands between a house number and itself: số 27, Tuy Hòa is rather a street

    def allows(self, level: Level) -> bool:
        """Whether the word beside the name leaves this level open."""
        return not self.kinds or any(kind[0] == level for kind in self.kinds)


def exact_hits(words: Words, index: UnitIndex) -> list[Hit]:
    """Every run of words that is the name of a unit."""
    hits: list[Hit] = []
    keys, joined, exact = words.keys, words.joined, index.exact
    count = len(keys)
    for first in range(count):
        phrase = ""
        for last in range(first + 1, min(first + LONGEST_PHRASE, count) + 1):
            if last - 1 > first and not joined[last - 1]:
                break
            phrase += keys[last - 1]
            named = exact.get(phrase) if phrase not in NUMBERS_IN_WORDS else _numbered(words, index, first, phrase)
            if named is not None:
                hits.extend(_hits_of(words, index, first, last, named, phrase))
    return hits


def slips_behind_unit_words(words: Words, index: UnitIndex, taken: set[int]) -> Iterator[Hit]:
    """Names with one slip behind a word for a kind of unit (which may have the slip itself)."""
    for place in range(len(words)):
        found = unit_word_at(words, place)
        if found is not None and found[0] not in BEHIND:
            begin = place + found[1]
            if begin not in taken:
                yield from _near(words, index, begin, place, UNIT_WORDS[found[0]])
        elif found is not None and found[0] in BEHIND:
            for first in range(place - 1, max(place - 5, -1), -1):
                if not words.joined[first + 1]:
                    break
                yield from _near_span(words, index, first, place, first, UNIT_WORDS[found[0]], behind=found[1])
        elif found is None and (word := misspelt_unit_word(words.keys[place])) is not None and place + 1 < len(words):
            for last in range(place + 2, min(place + 5, len(words)) + 1):
                if not all(words.joined[place + 1 : last]):
                    break
                named = index.exact.get("".join(words.keys[place + 1 : last]))
                if named:
                    marks = words.marked(place + 1, last)
                    yield Hit(place, last, UNIT_WORDS[word], named, marks, place + 1, last)


def slips_before(words: Words, index: UnitIndex, end: int, without: set[int]) -> Iterator[Hit]:
    """Names with one slip that end right before word `end`."""
    for first in range(end - 1, max(end - 5, -1), -1):
        if first in without or (first < end - 1 and not words.joined[first + 1]):
            return
        if first + 1 == end and len(words.keys[first]) < 5:
            continue
        yield from _near_span(words, index, first, end, first, ())


def _near(words: Words, index: UnitIndex, begin: int, word_first: int, kinds: Kinds) -> Iterator[Hit]:
    for last in range(min(begin + 4, len(words)), begin, -1):
        if all(words.joined[begin:last]):
            yield from _near_span(words, index, begin, last, word_first, kinds)


def _near_span(
    words: Words, index: UnitIndex, first: int, last: int, hit_first: int, kinds: Kinds, behind: int = 0
) -> Iterator[Hit]:
    phrase = "".join(words.keys[first:last])
    if len(phrase) < 4:
        return
    near = index.near(phrase)
    if "y" in phrase:  # a slip can take the consonant behind which y is compared as i: Quỳ, uỳ
        as_i = "".join(one[:-1] + "i" if one[-1] == "y" else one for one in words.keys[first:last])
        near += [other for other in index.near(as_i) if as_i != phrase and other not in near]
    digits = [letter for letter in phrase if letter.isdigit()]
    for other in near:
        if digits != [letter for letter in other if letter.isdigit()]:
            continue  # a number is never a slip: 5/3/2 Phạm Ngũ Lão
        guarded, after_number = (False, False) if kinds else _company(words, first, index)
        yield Hit(hit_first, last + behind, kinds, index.exact[other], words.marked(first, last), first, last,
                  slip=True, guarded=guarded, after_number=after_number,
                  behind_house=not kinds and _is_behind_house(words, first))  # fmt: skip


def _hits_of(words: Words, index: UnitIndex, first: int, last: int, named: Namesakes, phrase: str) -> Iterator[Hit]:
    marks = words.marked(first, last)
    before = _word_before(words, first)
    if _goes_on_with_a_number(words, last) or (phrase == "sonha" and words.keys[first:last] == ["so", "nha"]):
        return  # số nhà is not Sơn Hà
    behind = unit_word_at(words, last) if last < len(words) and words.joined[last] else None
    if behind is not None and behind[0] in BEHIND and (before is None or before[0] in BEHIND):
        yield Hit(first, last + behind[1], UNIT_WORDS[behind[0]], named, marks, first, last)
        return
    if before is not None:
        yield Hit(before[1], last, UNIT_WORDS[before[0]], named, marks, first, last)
        return
    if phrase.isdigit():
        return
    if last < len(words) and words.joined[last] and words.keys[last] in _NOT_BEHIND_A_UNIT:
        return
    guarded, after_number = _company(words, first, index)
    cuts = first > 1 and words.joined[first] and words.joined[first - 1] and words.keys[first - 2][0].isdigit()
    yield Hit(
        first, last, (), named, marks, first, last,
        guarded=guarded, after_number=after_number, cuts_a_street=cuts and words.keys[first - 1].isalpha(),
        behind_house=_is_behind_house(words, first),
    )  # fmt: skip


def _is_behind_house(words: Words, first: int) -> bool:
    """Whether the text begins with a house number and the name is the next field."""
    if first == 0 or words.joined[first] or not words.keys[first - 1][0].isdigit():
        return False
    return all(one in ("so", "sn", "nha", "no") for one in words.keys[: first - 1])


def _goes_on_with_a_number(words: Words, last: int) -> bool:
    """`phường Hải Châu 1` is not `phường Hải Châu`: a number that ends the field belongs to the name."""
    if last >= len(words) or not words.joined[last] or not words.keys[last].isdigit() or len(words.keys[last]) > 2:
        return False
    return words.has_fields and (last + 1 == len(words) or not words.joined[last + 1])


NUMBERS_IN_WORDS = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
    "xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15",
    "nhat": "1", "mot": "1", "hai": "2", "nhi": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "sau": "6",
    "bai": "7", "tam": "8", "chin": "9", "muoi": "10", "muoimot": "11", "muoihai": "12",
}  # fmt: skip
"""Keys of Roman numerals and number words: `Quận Nhất`, `Phường XII`."""


def _begins_a_name(words: Words, index: UnitIndex, first: int, phrase: str) -> bool:
    """Whether the number is the first word of a commune's name: `phuong nam dong ha` is not phường 5."""
    for last in range(first + 1, min(first + 4, len(words))):
        if not words.joined[last]:
            return False
        phrase += words.keys[last]
        if phrase in index.exact and index.exact[phrase].communes:
            return True
    return False


_TRUE_NUMBERS = frozenset({
    "nhất", "một", "hai", "nhì", "ba", "bốn", "tư", "năm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "i", "ii", "iii",
    "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv",
})  # fmt: skip


def _numbered(words: Words, index: UnitIndex, first: int, phrase: str) -> Namesakes | None:
    """A ward or district by a number in words, when the word for the kind stands before it."""
    before = _word_before(words, first)
    if before is not None and before[0] in ("phuong", "p", "quan", "q"):
        written = words.marked(first, first + 1)
        if not words.text.isascii() and written not in _TRUE_NUMBERS and not phrase.startswith("muoi"):
            return index.exact.get(phrase)  # phường Hải is not phường Hai, nor phường Nam phường Năm
        if _begins_a_name(words, index, first, phrase):
            return index.exact.get(phrase)
        return index.exact.get(NUMBERS_IN_WORDS[phrase])
    return index.exact.get(phrase)


def _company(words: Words, first: int, index: UnitIndex) -> tuple[bool, bool]:
    """Whether the word before makes it something other than a unit; whether it is a house number."""
    if first == 0 or not words.joined[first]:
        return False, False
    if _is_in_a_firm(words, first):
        return True, False
    if _is_end_of_a_zone(words, first) or (words.has_fields and _is_in_a_zone(words, first)):
        return True, False
    before = words.keys[first - 1]
    if before[0].isdigit():
        if first == 1 or not words.joined[first - 1]:
            return False, True
        earlier = words.keys[first - 2]
        is_house = _HOUSE_NUMBER.fullmatch(before) is not None and earlier not in _BEFORE_OTHER_NUMBERS
        return False, is_house or earlier in _HOUSE_WORDS or earlier[0].isdigit()
    if len(before) == 1 and first > 1 and words.keys[first - 2].isdigit():
        return False, True  # 112 B Bạch Đằng
    if before not in NOT_BEFORE_A_UNIT:
        return False, False
    is_end_of_a_name = any(
        first >= count and all(words.joined[first - count + 1 : first])
        and "".join(words.keys[first - count : first]) in index.exact
        for count in (2, 3)
    )  # fmt: skip
    return not is_end_of_a_name, False


_ZONES = frozenset({"kcn", "ccn", "kcx", "kkt", "kdt", "kdtm", "kdc"})
_ZONES_IN_TWO = frozenset({
    ("khu", "cong"), ("khu", "do"), ("khu", "dan"), ("khu", "kinh"), ("khu", "che"), ("cum", "cong"), ("cum", "cn"),
})  # fmt: skip


_SIDES = frozenset({"tay", "dong", "nam", "bac"})
"""Keys of Tây, Đông, Nam, Bắc: a zone that is named after a unit and a side of it."""


def _is_end_of_a_zone(words: Words, first: int) -> bool:
    """Whether nothing but sides of the world stands between the word for a zone and this one: `CCN Tây Ngô Quyền`."""
    place = first - 1
    while place > 0 and words.keys[place] in _SIDES and words.joined[place]:
        place -= 1
    if place == first - 1:
        return False
    return words.keys[place] in _ZONES or " ".join(words.keys[max(place - 1, 0) : place + 1]) in (
        "cong nghiep", "khu cn", "cum cn", "che xuat", "kinh te", "do thi",
    )  # fmt: skip


def _is_in_a_zone(words: Words, first: int) -> bool:
    """Whether the field is that of a zone or a motorway, and more fields follow: `KCN VSIP Hải Dương, huyện …`."""
    start = first
    while start > 0 and words.joined[start]:
        start -= 1
    begins = words.keys[start]
    is_zone = begins in _ZONES or (begins, words.keys[start + 1]) in _ZONES_IN_TWO
    if not is_zone and ("cao", "toc") not in pairwise(words.keys[start:first]):  # cao tốc Hà Nội - Hải Phòng
        return False
    return False in words.joined[first + 1 :]


def _is_in_a_firm(words: Words, first: int) -> bool:
    """Whether the first field names a firm or an office, and more fields follow: `Cấp nước Hải Dương, số …`."""
    if not ORGANISATION.match(words.folded, words.starts[0]):
        return False
    if not all(words.joined[1 : first + 1]):
        return False
    behind = words.keys[first + 1 :]
    return (words.has_fields and False in words.joined[first + 1 :]) or any(
        one == "so" and other[0].isdigit() for one, other in pairwise(behind)
    )


def _word_before(words: Words, first: int) -> tuple[str, int] | None:
    """The unit word that ends right before word `first`, and where it begins."""
    for count in (2, 1):
        place = first - count
        if place >= 0 and all(words.joined[place + 1 : first + 1]):
            found = unit_word_at(words, place)
            if found is not None and found[1] == count and found[0] not in BEHIND:
                return found[0], place
            if count == 1 and found is not None and found[0] in ("district", "ward") and words.keys[first].isdigit():
                return found[0], place
    return None
