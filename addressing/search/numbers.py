"""House numbers and the chain of alleys, whichever way they were written. Pure.

The canonical order runs from the street to the house. `12/5/3` is written in it; `số 3, hẻm 12/5/3,
ngách 12/5, ngõ 12` runs the other way, and `số 7/28 ngõ 20` mixes both: the house first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from addressing.search.elements import Alley

_DEPTH = {"ngõ": 1, "kiệt": 1, "ngách": 2, "hẻm": 3}
_NORTHERN = ("ngõ", "ngách", "hẻm")
_SPLIT = re.compile(r"0*(\d+)\s*(.*)", re.DOTALL)


@dataclass(slots=True)
class Way:
    """What was written about house and alleys, in the order of the text."""

    house: list[str] = field(default_factory=list)
    # labels of the house token: 12, 5, 3 of 12/5/3
    last: str | None = None
    # end of a range
    alleys: list[tuple[str, list[str]]] = field(default_factory=list)
    # word and labels: (ngách, [12, 5])


@dataclass(frozen=True, slots=True)
class Order:
    """One way to read a way."""

    alleys: tuple[Alley, ...]
    house: str | None
    doubt: str = ""
    # why it is one of several: slash_order, letter_first, house_first, alley_or_house; "" when it is sure


def label(written: str) -> str:
    """`09` is 9, `15 a` is 15A, `12 BIS` is 12bis."""
    found = _SPLIT.match(written.strip())
    if found is None:
        return written.strip().upper()
    suffix = found[2].replace(" ", "").lower()
    return found[1] + (suffix if suffix in ("bis", "ter", "quater") else suffix.upper())


def split_number(house: str) -> tuple[str, str]:
    """Digits and suffix: `15A` is 15 and A."""
    found = _SPLIT.match(house)
    return (found[1], found[2]) if found else (house, "")


def orders(way: Way, *, is_northern: bool | None = None) -> list[Order]:
    """The ways to read it, the likeliest first; never empty. Only the north writes the house first."""
    if not way.alleys:
        return _by_slashes_only(way.house, is_northern)
    path = _outermost_first(way.alleys)
    labels = [alley.label for alley in path]
    house = way.house
    if len(house) <= 1:
        sure = Order(tuple(path), house[0] if house else None)
        if not house and len(way.alleys) == 1 and len(way.alleys[0][1]) > 1:
            return [sure, Order(tuple(path[:-1]), path[-1].label, "alley_or_house")]
        if house and len(path) > 1 and house[0] == path[-1].label and len(way.alleys[0][1]) > len(path) - 1:
            return [sure, Order(tuple(path[:-1]), house[0], "alley_or_house")]
        return [sure]
    if house[: len(labels)] == labels and len(house) > len(labels):
        return [Order((*path, *_plain(house[len(labels) : -1])), house[-1])]
    if house[-len(labels) :] == labels[::-1] and len(house) > len(labels):  # số 7/20 ngõ 20
        return [Order((*path, *_plain(house[1 : -len(labels)][::-1])), house[0])]
    house_first = Order((*path, *_plain(house[:0:-1])), house[0], "house_first")
    outer_first = Order((*path, *_plain(house[:-1])), house[-1], "house_first")
    return [outer_first, house_first] if split_number(house[-1])[1] else [house_first, outer_first]


def _by_slashes_only(house: list[str], is_northern: bool | None) -> list[Order]:
    if len(house) <= 1:
        return [Order((), house[0] if house else None)]
    outer_first = Order(tuple(_plain(house[:-1])), house[-1], "slash_order")
    if is_northern is not False and _has_letter(house[0]) and not any(map(_has_letter, house[1:])):
        house_first = Order(tuple(_plain(house[:0:-1])), house[0], "letter_first")
        outer_first = replace(outer_first, doubt="letter_first")
        return [house_first, outer_first] if is_northern or len(house) > 2 else [outer_first, house_first]
    if is_northern and len(house) > 2 and _runs_upward(house):
        house_first = Order(tuple(_plain(house[:0:-1])), house[0], "house_first")
        return [house_first, replace(outer_first, doubt="house_first")]
    if len(house) > 2 or split_number(house[-1])[1] or is_northern is False:
        return [outer_first]
    return [outer_first, Order(tuple(_plain(house[:0:-1])), house[0], "slash_order")]


def _runs_upward(house: list[str]) -> bool:
    """Whether each number is larger than the one before: alleys off a street have its numbers, inner ones small."""
    numbers = [int(split_number(one)[0]) for one in house if one[:1].isdigit()]
    return len(numbers) == len(house) and all(one < other for one, other in pairwise(numbers))


def _has_letter(label: str) -> bool:
    """Whether a suffix tells a house from an alley: 25B; D10 is a hamlet's letter and says nothing."""
    return label[:1].isdigit() and not label.isdigit()


def _plain(labels: list[str]) -> list[Alley]:
    return [Alley("", one) for one in labels]


def _outermost_first(written: list[tuple[str, list[str]]]) -> list[Alley]:
    """Alleys from the street inward: by their words, else the first written is the innermost."""
    is_northern = any(word in ("ngõ", "ngách") for word, _ in written)
    inward = list(enumerate(written))
    if len({word for word, _ in written}) == 1:
        lengths = [len(labels) for _, labels in written]
        inward.sort(key=lambda item: (len(item[1][1]) if len(set(lengths)) > 1 else 0, -item[0]))
    else:
        inward.sort(key=lambda item: (_DEPTH[item[1][0]] if is_northern else _DEPTH.get(item[1][0], 1), -item[0]))
    path: list[Alley] = []
    for _, (word, labels) in inward:
        known = [alley.label for alley in path]
        rest = labels
        if len(labels) > 1 and known:
            overlap = next((size for size in range(min(len(known), len(labels) - 1), 0, -1)
                            if known[-size:] == labels[:size]), 0)  # fmt: skip
            rest = labels[overlap:]
        for place, one in enumerate(rest):
            is_own = place == len(rest) - 1
            path.append(Alley(word if is_own else _word_above(word, len(path), is_northern), one))
    return path


def _word_above(word: str, depth: int, is_northern: bool) -> str:
    if word == "ngách" or (word == "hẻm" and is_northern):
        return _NORTHERN[min(depth, 2)]
    return word
