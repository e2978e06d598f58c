"""Keeping the search index: what triggers cannot know, and rebuilding it.

Names and numbers follow their tables by triggers. Two things are learned instead: the former names of the
communes (from the national gazetteer) and the vocabulary by which misspelt words are found.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, text

from addressing.search.index_tables import KINDS, search_learnings, search_unit_words
from addressing.search.normalise import key
from addressing.search.unit_tables import national_gazetteer
from addressing.search.units import Gazetteer, Unit


def learn_former_units(conn: Connection, gazetteer: Gazetteer | None = None) -> int:
    """Write down by which former names each commune of today may be asked for; gives how many communes.

    Former communes, their districts and their provinces; `None` takes the national gazetteer.
    """
    known = gazetteer or national_gazetteer()
    rows = [
        {"commune_code": unit.code, "words": sorted(words)}
        for unit in known.units
        if unit.level == "commune" and unit.valid_to is None and (words := _former_words(known, unit))
    ]
    conn.execute(delete(search_unit_words))
    if rows:
        conn.execute(insert(search_unit_words), rows)
    return len(rows)


def _former_words(known: Gazetteer, unit: Unit) -> set[str]:
    words: set[str] = set()
    waiting = [unit]
    while waiting:
        one = waiting.pop()
        for form in (one, *known.parents(one)):
            words.update(key(form.name).split())
        waiting += [change.old for change in known.predecessors(one)]
    return words


def learn_vocabulary(conn: Connection) -> None:
    """Count names and words anew, so that misspelt ones are recognised. Everything else is always current."""
    conn.execute(insert(search_learnings))


def rebuild(conn: Connection) -> None:
    """Make the whole index anew from its tables; for the owner of the database. Takes seconds, not minutes."""
    for kind in KINDS:
        conn.execute(text("SELECT gis.search_put(:kind, NULL)"), {"kind": kind})
    conn.execute(text("SELECT gis.search_put_numbers(NULL)"))
    learn_vocabulary(conn)
