"""The words that names and places are made of, kept in memory: whether a word is in use, and which ones it may be.

Looking for slips asks for hundreds of words at once, so they are not asked of the database one question at a time.
They are read again when they were learnt anew, which one small statement tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from addressing.search.spelling import Neighbours

LONGEST = 24
"""Letters of a word that may be misspelt; nobody mistypes a longer one by a single slip only."""

_STAMP = text(
    "SELECT d.oid AS base, c.relfilenode AS learnt FROM pg_database d, pg_class c JOIN pg_namespace n"
    " ON n.oid = c.relnamespace AND n.nspname = 'gis'"
    " WHERE d.datname = current_database() AND c.relname = 'search_vocabulary'"
)  # a refreshed view is a new file, and only its own transaction sees that before it is committed
_WORDS = text("SELECT word, uses FROM search_vocabulary")
_KEPT = 4
_MADE: dict[tuple[Any, ...], Vocabulary] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Every word of a published name or place, with the number of things that have it."""

    uses: dict[str, int]
    _neighbours: Neighbours

    def __contains__(self, word: str) -> bool:
        return word in self.uses

    def near(self, word: str) -> list[str]:
        """Words in use that are one slip away, the most used first.

        A number is never misspelt into another number: words with a digit, of one letter or longer than
        `LONGEST` have no neighbours, and none has a digit.
        """
        if not 2 <= len(word) <= LONGEST or not word.isalpha():
            return []
        found = [other for other in self._neighbours.of(word) if len(other) > 1 and other.isalpha()]
        return sorted(found, key=lambda other: (-self.uses[other], other))


def vocabulary(uses: dict[str, int]) -> Vocabulary:
    """A vocabulary of these words."""
    return Vocabulary(uses, Neighbours(uses))


def vocabulary_of(conn: Connection) -> Vocabulary:
    """The words of this database as they were learnt last; the same for the public and for staff."""
    stamp = tuple(conn.execute(_STAMP).one())
    known = _MADE.get(stamp)
    if known is None:
        known = vocabulary({row.word: row.uses for row in conn.execute(_WORDS)})
        while len(_MADE) >= _KEPT:
            _MADE.pop(next(iter(_MADE)), None)
        _MADE[stamp] = known
    return known
