"""How well a row of the index answers a question; one number, the higher the better. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
        frozenset(welcome), near,
    )  # fmt: skip


def marked_words(typed: str) -> set[str]:
    """Small words of a text that carry a mark: hải, dương, but not tran."""
    words = clean(typed).text.lower().replace(",", " ").split()
    return {word for word in words if fold(word) != word}


def score(row: Any, asked: Wanted) -> float:
    """0 to about 1.3: how much of a name was asked for, and how much of the question the name answers."""
    best = max((_of_name(row, place, asked) for place in range(len(row.names))), default=0.0)
    total: float = best + 0.03 * row.weight - _PENALTY[asked.match]
    if asked.welcome and row.kind == "street" and key(row.title).split(" ", 1)[0] in asked.welcome:
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
    return _name_score(row.names[place].split(), asked) - former


def _name_score(name: list[str], asked: Wanted) -> float:
    if not name:
        return 0.0
    hit = [any(word in group for group in asked.groups) or word in asked.welcome for word in name]
    begun = 0
    if asked.is_unfinished and asked.groups:
        last = next(iter(asked.groups[-1]))
        for place, word in enumerate(name):
            if not hit[place] and word.startswith(last):
                hit[place] = True
                begun += 1
                break
    words = set(name)
    used = sum(1 for group in asked.groups if group & words) + begun
    in_order = all(hit) and _runs(name, asked.groups)
    share_of_name = sum(hit) / len(name)
    share_of_question = min(1.0, used / max(1, len(asked.groups)))
    return 0.6 * share_of_name + 0.25 * share_of_question + (0.15 if in_order else 0.0)


def _runs(name: list[str], groups: tuple[frozenset[str], ...]) -> bool:
    """Whether the words of the name were asked for in their order."""
    place = 0
    for group in groups:
        if place < len(name) and (name[place] in group or name[place].startswith(tuple(group))):
            place += 1
    return place == len(name)
