"""The words of an address with their places, and the words that announce a unit. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from addressing.search.elements import Level
from addressing.search.normalise import key
from addressing.search.spelling import is_one_slip

_WORD = re.compile(r"[a-z]+\d*|\d+[a-z]*")
_JOINS = re.compile(r"[\s.\-'_]*\Z")  # the end is that of the gap
_NUMBERED_UNIT = re.compile(r"(?:(?<![a-z0-9/])|(?<=[pf]\d)|(?<=[pf]\d\d))([pqf])(\d{1,2})(?=q\d|[^a-z0-9/]|\Z)")

Kinds = tuple[tuple[Level, str], ...]

UNIT_WORDS: dict[str, Kinds] = {
    "phuong": (("commune", "phường"),),
    "p": (("commune", "phường"),),
    "ph": (("commune", "phường"),),
    "f": (("commune", "phường"),),
    "xa": (("commune", "xã"),),
    "x": (("commune", "xã"),),
    "thi tran": (("commune", "thị trấn"),),
    "tt": (("commune", "thị trấn"),),
    "dac khu": (("commune", "đặc khu"),),
    "dc": (("commune", "đặc khu"),),  # the key of ĐK
    "quan": (("district", "quận"),),
    "q": (("district", "quận"),),
    "huyen": (("district", "huyện"),),
    "h": (("district", "huyện"),),
    "thi xa": (("district", "thị xã"),),
    "tx": (("district", "thị xã"),),
    "thanh pho": (("district", "thành phố"), ("province", "thành phố")),
    "t p": (("district", "thành phố"), ("province", "thành phố")),
    "t x": (("district", "thị xã"),),
    "t t": (("commune", "thị trấn"),),
    "tp": (("district", "thành phố"), ("province", "thành phố")),
    "tinh": (("province", "tỉnh"),),
    "t": (("province", "tỉnh"),),
    "ward": (("commune", "phường"),),
    "commune": (("commune", "xã"),),
    "township": (("commune", "thị trấn"),),
    "district": (("district", "quận"), ("district", "huyện")),
    "dist": (("district", "quận"), ("district", "huyện")),
    "town": (("commune", "thị trấn"), ("district", "thị xã")),
    "citi": (("district", "thành phố"), ("province", "thành phố")),
    "province": (("province", "tỉnh"),),
    "prov": (("province", "tỉnh"),),
    "special zone": (("commune", "đặc khu"),),
}
"""Keys of words before a name that say what it is (`citi` is the key of city); the English ones also behind it."""

BEHIND = frozenset(
    {"ward", "commune", "township", "district", "dist", "town", "citi", "province", "prov", "special zone"}
)
_TRUE_FORMS = {
    "phuong": ("phường", "phuờng", "phưòng", "phừơng", "phướng", "phưởng", "phùơng"),
    "xa": ("xã",), "quan": ("quận",), "huyen": ("huyện", "huyên", "huỵên"), "tinh": ("tỉnh",),
    "thi tran": ("thị trấn",), "dac khu": ("đặc khu",), "thi xa": ("thị xã",), "thanh pho": ("thành phố",),
}  # fmt: skip
_NO_SLIPS = frozenset({"phong", "phung", "phuoc", "phuon", "huynh"})
"""Words of names that are one letter away from a word for a kind."""
_LONG_UNIT_WORDS = ("phuong", "quan", "huyen", "tinh")


@dataclass(slots=True, eq=False)
class Words:
    """The words of a text: parallel lists, because they are read thousands of times a second."""

    text: str
    folded: str
    # with `;` where something was taken out
    starts: list[int]
    ends: list[int]
    keys: list[str]
    # the key of each word
    joined: list[bool]
    # whether nothing but blanks, dots and hyphens stands between it and the word before
    has_fields: bool = False
    # whether commas part the text, so that a name is likely to stand alone
    unit_starts: set[int] = field(default_factory=set)
    # words that begin the name of a district or province

    def marked(self, first: int, last: int) -> str:
        """Words first to last (exclusive) in small letters with their marks, without blanks."""
        return "".join(self.text[self.starts[i] : self.ends[i]] for i in range(first, last)).lower()

    def __len__(self) -> int:
        return len(self.keys)


_KEYS: dict[str, str] = {}


def _key_of(word: str) -> str:
    known = _KEYS.get(word)
    if known is None:
        if len(_KEYS) > 50_000:
            _KEYS.clear()
        known = _KEYS[word] = key(word).lstrip("0") or word if word.isdigit() else key(word)
    return known


def words_of(text: str, folded: str) -> Words:
    """Split `folded` (same length as `text`) into words; `P4Q4` is four of them."""
    starts: list[int] = []
    ends: list[int] = []
    keys: list[str] = []
    joined: list[bool] = []
    behind = 0
    units = {found.start(): found.group(1) for found in _NUMBERED_UNIT.finditer(folded)}
    for found in _WORD.finditer(folded):
        start, end = found.span()
        if not starts:
            is_joined = False
        else:
            is_joined = folded[behind:start] == " " or _JOINS.match(folded, behind, start) is not None
        if start in units:
            starts += [start, start + 1]
            ends += [start + 1, end]
            keys += [units[start], _key_of(folded[start + 1 : end])]
            joined += [is_joined, True]
        else:
            starts.append(start)
            ends.append(end)
            keys.append(_key_of(found.group()))
            joined.append(is_joined)
        behind = end
    return Words(text, folded, starts, ends, keys, joined, "," in folded)


def unit_word_at(words: Words, place: int) -> tuple[str, int] | None:
    """The word for a kind of unit that begins here, and the number of words it takes."""
    one = words.keys[place]
    if place + 1 < len(words) and words.joined[place + 1]:
        two = f"{one} {words.keys[place + 1]}"
        if two in UNIT_WORDS and _is_meant(words, place, 2, two):
            return two, 2
    if one in UNIT_WORDS and _is_meant(words, place, 1, one):
        return one, 1
    return None


def _is_meant(words: Words, place: int, count: int, word: str) -> bool:
    written = " ".join(words.text[words.starts[i] : words.ends[i]] for i in range(place, place + count)).lower()
    if word in ("t p", "t x", "t t"):
        return words.folded[words.ends[place] : words.starts[place + 1]] == "."
    if word == "tt" and words.text[words.starts[place]].islower() and written != "tt":
        return False
    if word == "xa" and written == "xa" and not words.text.isascii():
        return False  # Xa La among marked words is a name
    forms = _TRUE_FORMS.get(word)
    return forms is None or written == word or written in forms


@lru_cache(maxsize=50_000)
def misspelt_unit_word(written: str) -> str | None:
    """`phuog`, `huyne`: the unit word that this is one slip away from."""
    if len(written) < 5 or written in _NO_SLIPS:
        return None
    return next((word for word in _LONG_UNIT_WORDS if len(word) > 4 and is_one_slip(written, word)), None)
