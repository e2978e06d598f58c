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
        {"commune_code": unit.code, "names": _former_names(known, unit), "words": sorted(_former_words(known, unit))}
        for unit in known.units
        if unit.level == "commune" and unit.valid_to is None
    ]
    conn.execute(delete(search_unit_words))
    if rows:
        conn.execute(insert(search_unit_words), rows)
    return len(rows)


def _former_names(known: Gazetteer, unit: Unit) -> list[str]:
    return sorted({key(one.name) for one in _forms(known, unit)} - {key(unit.name)})


def _former_words(known: Gazetteer, unit: Unit) -> set[str]:
    named = {form.name for one in _forms(known, unit) for form in (one, *known.parents(one))}
    return {word for name in named for word in key(name).split()}


def _forms(known: Gazetteer, unit: Unit) -> list[Unit]:
    """The unit and all that it was made of, as far back as is known."""
    forms: list[Unit] = []
    waiting = [unit]
    while waiting:
        forms.append(waiting.pop())
        waiting += [change.old for change in known.predecessors(forms[-1])]
    return forms


def learn_vocabulary(conn: Connection) -> None:
    """Count names and words anew, so that misspelt ones are recognised. Everything else is always current."""
    conn.execute(insert(search_learnings))


_STALE = text(
    "SELECT coalesce((SELECT max(changed_at) FROM gis.layer_versions WHERE layer = ANY(:layers))"
    " > (SELECT max(learned_at) FROM gis.search_learnings), false)"
)
_NAMED_LAYERS = ["administrative_units", "enterprises", "streets", "zones"]


def learn_when_stale(conn: Connection) -> bool:
    """Learn the vocabulary if anything with a name has changed since it was last learnt; True if so."""
    stale = bool(conn.execute(_STALE, {"layers": _NAMED_LAYERS}).scalar())
    if stale:
        learn_vocabulary(conn)
    return stale


def rebuild(conn: Connection) -> None:
    """Make the whole index anew from its tables; for the owner of the database. Takes seconds, not minutes."""
    for kind in KINDS:
        if kind != "estate":
            conn.execute(text("SELECT gis.search_put(:kind, NULL)"), {"kind": kind})
    conn.execute(text("SELECT gis.search_put_estates(NULL)"))
    conn.execute(text("SELECT gis.search_put_numbers(NULL)"))
    learn_vocabulary(conn)
