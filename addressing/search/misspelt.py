"""What a question with one slip of the finger may mean, as conditions on the rows of the index. Pure.

A word that nobody uses must be a slip. When all words are in use, any one of them may be the slip, so all the
others must be there. A word for a kind (`phường`, `thành phố`) that was mistyped names nothing: it may be left out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from addressing.search.question import KIND_PHRASES, KIND_WORDS, Question
from addressing.search.spelling import Neighbours
from addressing.search.vocabulary import Vocabulary

MOST_MEANT = 40
"""Words that one word may be a slip of; the most used ones."""
_FEW = 2
"""Words that together are few enough rows to look at each of them."""
_KINDS = Neighbours(KIND_WORDS | {part for phrase in KIND_PHRASES for part in phrase.split()}, shortest=3)

Words = tuple[frozenset[str], ...]
"""One of each group must be there; `tu:*` is any word that begins so."""


@dataclass(frozen=True, slots=True)
class Slips:
    """What rows must have to answer a question in which one word is misspelt."""

    within: tuple[Words, ...]
    # rows fit at least one of these, which the index finds quickly ...
    wanted: tuple[Words, ...]
    # ... and one of these
    meant: dict[str, frozenset[str]]
    # for each word of the question: itself, if it is in use, and what it may be a slip of


def slips_in(question: Question, known: Vocabulary) -> Slips | None:
    """How a question may be misspelt; None when a word is neither in use nor one slip away from one."""
    near = {word: frozenset(_near(known, word)[:MOST_MEANT]) for word in question.words}
    unknown = [word for word in question.words if _is_unknown(question, word, known)]
    if unknown:
        wanted = within = _unknown_words(question, near, unknown)
    else:
        wanted, within = _any_word(question, near)
    if not wanted:
        return None
    meant = {word: near[word] if word in unknown else near[word] | {word} for word in question.words}
    return Slips(tuple(within), tuple(wanted), meant)


def _unknown_words(question: Question, near: dict[str, frozenset[str]], unknown: Sequence[str]) -> list[Words]:
    """Every word that nobody uses is a slip of one in use, or of a word for a kind, which may be left out."""
    needed = {word: near[word] if word in unknown else frozenset({word}) for word in question.words}
    silent = {one for word in unknown for one in _kind_misspelt(question, word)}
    left = {word: group for word, group in needed.items() if word not in silent}
    wanted = [_terms(question, needed)] if all(needed.values()) else []
    if silent and left and all(left.values()) and (len(left) > 1 or not wanted):
        wanted.append(_terms(question, left))
    return wanted


def _any_word(question: Question, near: dict[str, frozenset[str]]) -> tuple[list[Words], list[Words]]:
    wanted: list[Words] = []
    within: list[Words] = []
    exactly = {word: frozenset({word}) for word in question.words}
    for word in question.words:
        silent = _kind_misspelt(question, word)
        others = {other: group for other, group in exactly.items() if other != word and other not in silent}
        if silent and len(others) > _FEW:
            wanted.append(_terms(question, others))
        elif near[word]:
            wanted.append(_terms(question, exactly | {word: near[word]}))
            others = {other: group for other, group in exactly.items() if other != word}
        else:
            continue
        within.append(_terms(question, others))
    return wanted, within if len(exactly) > _FEW else wanted


def _terms(question: Question, groups: dict[str, frozenset[str]]) -> Words:
    """The last word may go on while somebody types."""
    last = question.words[-1] if question.is_unfinished else ""
    return tuple(frozenset(f"{one}:*" for one in group) if word == last else group for word, group in groups.items())


def _is_unknown(question: Question, word: str, known: Vocabulary) -> bool:
    starts_a_word = question.is_unfinished and word == question.words[-1] and len(word) < 3
    return word not in known and not starts_a_word


def _near(known: Vocabulary, word: str) -> list[str]:
    """Words that it may be a slip of, also as it would be spelt with the k that names are not compared by."""
    found = known.near(word)
    if word[:1] == "c" and word[1:2] in ("a", "o", "u"):
        found += [other for other in known.near("k" + word[1:]) if other not in found and other != word]
    return found


def _kind_misspelt(question: Question, word: str) -> Collection[str]:
    """Words that name nothing if this one is a slip in a word for a kind: `duog`, and both of `thanh pgo`."""
    if len(word) < 3 or not word.isalpha():
        return ()
    for other in _KINDS.of(word):
        if other in KIND_WORDS and len(other) > 2:
            return (word, *_partners(other, question.words))
        if _partners(other, question.helpful):
            return (word,)
    return ()


def _partners(part: str, words: Sequence[str]) -> list[str]:
    """Words that make a phrase for a kind with this one."""
    phrases = [phrase.split() for phrase in KIND_PHRASES]
    return [one for phrase in phrases if part in phrase for one in phrase if one != part and one in words]
