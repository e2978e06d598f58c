"""How well a row of the index answers a question; one number, the higher the better. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp, hypot
from typing import Any

from addressing.search.answers import Match
from addressing.search.normalise import clean, fold, key

NEAR_M = 5000.0
"""Within this distance nearness begins to count."""
_PENALTY: dict[Match, float] = {"exact": 0.0, "beginning": 0.02, "misspelt": 0.2, "partial": 0.35}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What rows are compared with."""

    groups: tuple[frozenset[str], ...]
    # for each word asked for: itself, or what it may be a slip of
    marked: frozenset[str]
    # words as typed, those with marks only
    match: Match
    is_unfinished: bool = False
    welcome: frozenset[str] = frozenset()
    # words that a name may have, though no answer needs them: of the number, for kinds
    near: tuple[float, float] | None = None
    words: frozenset[str] = frozenset()
    # all of them
    names: dict[str, float] = field(default_factory=dict, compare=False)
    # what a name was found to be worth: many streets bear the same one


def wanted(
    groups: Sequence[Collection[str]],
    typed: str,
    match: Match,
    *,
    is_unfinished: bool = False,
    welcome: Collection[str] = (),
    near: tuple[float, float] | None = None,
) -> Wanted:
    """Gather what rows are compared with. `typed` has the marks, `groups` have none."""
    return Wanted(
        tuple(frozenset(group) for group in groups), frozenset(marked_words(typed)), match, is_unfinished,
        frozenset(welcome), near, frozenset(welcome).union(*groups),
    )  # fmt: skip


def marked_words(typed: str) -> set[str]:
    """Small words of a text that carry a mark: hải, dương, but not tran."""
    words = clean(typed).text.lower().replace(",", " ").split()
    return {word for word in words if fold(word) != word}


def score(row: Any, asked: Wanted) -> float:
    """0 to about 1.3: how much of a name was asked for, and how much of the question the name answers."""
    best = max((_of_name(row, place, asked) for place in range(len(row.names))), default=0.0)
    total: float = best + 0.03 * row.weight - _PENALTY[asked.match]
    if asked.welcome and row.kind == "street" and _first_word(row.title.split(" ", 1)[0]) in asked.welcome:
        total += 0.03  # somebody who writes phố means the one called phố
    if asked.marked:
        there = marked_words(f"{row.title} {row.context or ''}")
        total += 0.1 * len(asked.marked & there) / len(asked.marked)
    if asked.near is not None and row.x is not None:
        total += 0.2 * exp(-hypot(row.x - asked.near[0], row.y - asked.near[1]) / NEAR_M)
    return total


def _of_name(row: Any, place: int, asked: Wanted) -> float:
    """What a unit is called now goes before what a part of it was called once."""
    former = 0.05 if row.kind == "unit" and place > 0 else 0.0
    name = row.names[place]
    known = asked.names.get(name)
    if known is None:
        known = asked.names[name] = _name_score(name.split(), asked)
    return known - former


@lru_cache(maxsize=1000)
def _first_word(word: str) -> str:
    return key(word)


def _name_score(name: list[str], asked: Wanted) -> float:
    if not name:
        return 0.0
    words = set(name)
    missing = words - asked.words
    begun = 0
    if missing and asked.is_unfinished and asked.groups:
        last = next(iter(asked.groups[-1]), "")
        begun_word = next((word for word in name if word in missing and word.startswith(last)), None)
        if begun_word is not None:
            missing.discard(begun_word)
            begun = 1
    used = begun + sum(1 for group in asked.groups if not group.isdisjoint(words))
    in_order = not missing and _runs(name, asked.groups)
    share_of_name = sum(1 for word in name if word not in missing) / len(name)
    share_of_question = min(1.0, used / max(1, len(asked.groups)))
    return 0.6 * share_of_name + 0.25 * share_of_question + (0.15 if in_order else 0.0)


def is_called_so(row: Any, asked: Wanted) -> bool:
    """Whether every word of one of its names was asked for."""
    return any(asked.words.issuperset(name.split()) for name in row.names)


def _runs(name: list[str], groups: tuple[frozenset[str], ...]) -> bool:
    """Whether the words of the name were asked for in their order."""
    place = 0
    for group in groups:
        if place < len(name) and (name[place] in group or name[place].startswith(tuple(group))):
            place += 1
    return place == len(name)
