"""What somebody typed into the search box, split into a house number and words. Pure.

The box is typed into from left to right, mostly without commas and often without marks, so this is not
`parse`: it only takes the number out, because numbers are compared exactly and words are not. Where a
number may be either (`30/4 Hải Phòng` is a street, `12/5 Trần Phú` a house), both are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from addressing.search.normalise import clean, fold, key

LONGEST = 300
"""Letters that are read; nobody types more into a search box."""
MOST_WORDS = 16

_LABEL = r"\d{1,5}(?:\s?(?:bis|ter)\b|\s?[a-z]\d?\b(?!\s*[.']))?"
_CHAIN = rf"{_LABEL}(?:\s?[/]\s?{_LABEL})*"
_HOUSE = re.compile(rf"^\W*(?:(?:so nha|nha so|so|sn|no\.?|nr\.?)\s*)?({_CHAIN})(?=$|[\s,;.])", re.ASCII)
_HOUSE_LATER = re.compile(
    rf"(?:^|(?<!duong)(?<!street)(?<!pho)(?<!lo)(?<!duong tinh)(?<!duong huyen)[\s,;])"
    rf"(?:so nha|nha so|so|sn|no\.?)\s*({_CHAIN})(?=$|[\s,;.])",
    re.ASCII,
)
_ALLEY = re.compile(rf"(?:^|[\s,;])(ngo|ngach|hem|kiet|alley|lane)\s*({_CHAIN})(?=$|[\s,;.])", re.ASCII)
_PHRASES = (
    ("khu cong nghiep", "kcn"), ("cum cong nghiep", "ccn"), ("khu kinh te", "kkt"), ("khu che xuat", "kcx"),
    ("industrial park", ""), ("industrial zone", ""), ("industrial cluster", "ccn"),
    ("ma so thue", "mst"), ("tax code", "mst"), ("quoc lo", "ql"), ("viet nam", ""), ("vietnam", ""),
)  # fmt: skip
_SHORT_ROADS = {"duong tinh": "dt", "duong huyen": "dh", "tinh lo": "tl"}
KIND_PHRASES = (
    "to dan pho",
    "khu dan cu",
    "thi tran",
    "thi xa",
    "thanh pho",
    "dai lo",
    "dac khu",
    "cong ti",
    "co phan",
    "trach nhiem huu han",
)
_KINDS = (
    "duong pho phuong xa quan huyen tinh tp tx tt p x q h d street road ward commune city district province"
    " kcn ccn kkt kcx lo plot lot mst tram so nha cti tnhh cp mtv company co ltd st rd avenue thon xom tdp kdc"
)
KIND_WORDS = frozenset(_KINDS.split())
_ROAD_PHRASE = re.compile(r"\b(?:duong tinh|duong huyen|tinh lo)(?: so)?(?= \d)")  # `duong huyen tran` is a street
_ROAD = re.compile(r"\b(ql|tl|dt|dh)\s*(\d+[a-z]?)\b")


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the index."""

    text: str
    # as typed, in one Unicode form
    words: tuple[str, ...]
    # that an answer must have; plain letters and digits
    helpful: tuple[str, ...] = ()
    # words for kinds (duong, phuong), which an answer need not have
    numbers: tuple[str, ...] = ()
    # number keys that would be right: 12/5/3a; several where the order of the alleys is not clear
    number_words: tuple[str, ...] = ()
    # the words of the number, for the reading in which it belongs to a name
    is_typing: bool = False
    # somebody is still typing
    is_unfinished: bool = False
    # ... and the last word may be the beginning of one


def ask(text: str, *, unfinished: bool = False) -> Question:
    """Read what was typed; more than `LONGEST` letters are not read. Nothing readable gives no words."""
    typed = clean(text[:LONGEST]).text
    plain = fold(typed)
    numbers, rest = _take_numbers(plain)
    words, helpful = _words(rest)
    number_words = tuple(key(plain[: len(plain) - len(rest)]).split()) if numbers else ()
    if numbers and not words:
        _, helpful_all = _words(plain)
        words, helpful = tuple(key(plain).split())[:MOST_WORDS], helpful_all
    return Question(
        typed, words[:MOST_WORDS], helpful, numbers, _unique(_digits_and_words(numbers) + number_words),
        unfinished, unfinished and bool(plain) and plain[-1].isalnum(),
    )  # fmt: skip


def road_key(kind: str, name: str) -> tuple[str, ...]:
    """Words by which the index knows a street; a numbered road is one word: quốc lộ 5A is ql5a."""
    words, _ = _words(f"{kind} {name}")
    return words


def _take_numbers(plain: str) -> tuple[tuple[str, ...], str]:
    """Number keys that the text may mean, outermost alley first, and the text without them."""
    alleys = [(m.start(), m.end(), m[2]) for m in _ALLEY.finditer(plain)]
    house = _HOUSE.match(plain) or _HOUSE_LATER.search(plain)
    if house is None and not alleys:
        return (), plain
    spans = [(start, end) for start, end, _ in alleys] + ([house.span()] if house else [])
    rest = plain
    for start, end in sorted(spans, reverse=True):
        rest = f"{rest[:start]} , {rest[end:]}"
    own = _labels(house[1]) if house else []
    if not alleys:
        return ("/".join(own),), rest
    return tuple(_unique(["/".join(way) for way in _ways(own, [_labels(label) for _, _, label in alleys])])), rest


def _ways(own: list[str], alleys: list[list[str]]) -> list[list[str]]:
    """Paths from the street inward. Alleys are written inside out after a house, outside in before one."""
    longest = max(alleys, key=len)
    if len(longest) > 1:  # `ngách 12/5` names its whole way
        whole = longest if len(longest) >= len(alleys) else [label for way in reversed(alleys) for label in way]
    else:
        whole = [way[0] for way in reversed(alleys)]
    if len(own) <= 1:
        return [whole + own]
    return [whole + own[::-1], whole + own]  # `số 7/28 ngõ 20` is house 7 of lane 28 in the north


def _labels(chain: str) -> list[str]:
    return [re.sub(r"^0+(?=\d)", "", label.replace(" ", "")) for label in chain.split("/")]


def _words(rest: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    text = " " + key(rest) + " "
    for spelt_out, short in _PHRASES:
        text = text.replace(f" {key(spelt_out)} ", f" {short} " if short else " ")
    text = _ROAD.sub(r"\1\2", _ROAD_PHRASE.sub(lambda found: _SHORT_ROADS[found[0].removesuffix(" so")], text))
    helpful: list[str] = []
    for phrase in KIND_PHRASES:
        spelt = key(phrase)
        if f" {spelt} " in text:
            helpful += spelt.split()
            text = text.replace(f" {spelt} ", " ")
    words: list[str] = []
    tokens = text.split()
    for place, token in enumerate(tokens):
        is_kind = token in KIND_WORDS and not _belongs_to_name(tokens, place)
        (helpful if is_kind else words).append(token)
    if not words:
        words, helpful = helpful, []
    return _unique(words), _unique(helpful)


def _belongs_to_name(tokens: list[str], place: int) -> bool:
    """`An Dương`, `Hải Dương`: the word after one that is no kind; `đường An Dương` has it in front."""
    return tokens[place] == "duong" and place > 0 and tokens[place - 1] in ("an", "hai", "binh", "dai", "dong", "thai")


def _digits_and_words(numbers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key(numbers[0]).split()) if numbers else ()


def _unique(values: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
