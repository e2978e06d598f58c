"""Rows of the index that have the words of a question. The search path decides which rows there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, text

MOST = 400
"""Candidates that are compared; a question that fits more is too vague for its order to matter."""

_ROWS = "SELECT id, kind, object_id, code, title, title_en, context, names, weight, commune_code, x, y FROM search_keys"
_BY_WORDS = text(f"{_ROWS} WHERE tokens @@ CAST(:query AS tsquery) LIMIT :most")
_BY_WORDS_AND_KIND = text(f"{_ROWS} WHERE tokens @@ CAST(:query AS tsquery) AND kind = ANY(:kinds) LIMIT :most")
_BY_WORDS_NEAR = text(
    f"{_ROWS} WHERE tokens @@ CAST(:query AS tsquery) AND (CAST(:any_kind AS boolean) OR kind = ANY(:kinds))"
    f" ORDER BY (x - :x) * (x - :x) + (y - :y) * (y - :y) LIMIT :most"
)
_BY_NAMES = text(
    "SELECT k.* FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS n (name, place) CROSS JOIN LATERAL ("  # noqa: S608
    f"{_ROWS} WHERE names @> ARRAY[n.name] AND (CAST(:any_kind AS boolean) OR kind = ANY(:kinds))"
    " LIMIT :each) AS k ORDER BY n.place"
)  # values are bound; the rest are constants of this module
_NAMES_BEGINNING = text(
    r"SELECT name FROM search_names WHERE name LIKE :beginning ORDER BY weight DESC, uses DESC, name LIMIT :most"
)
_NAMES_ALIKE = text(
    "SELECT name FROM search_names WHERE name % :text ORDER BY similarity(name, :text) DESC, uses DESC LIMIT 12"
)
_KNOWN_WORDS = text("SELECT word, uses FROM search_vocabulary WHERE word = ANY(:words)")


def query(words: Sequence[Collection[str]], *, beginning: bool = False, names_only: bool = False) -> str:
    """A tsquery: one of each group of words must be there. Words are letters and digits only.

    `beginning`: the last word may go on. `names_only`: in the names, not in where the thing is.
    """
    label = "A" if names_only else ""
    parts = []
    for place, group in enumerate(words):
        star = "*" if beginning and place == len(words) - 1 else ""
        mark = f":{star}{label}" if star or label else ""
        parts.append("(" + " | ".join(f"{word}{mark}" for word in sorted(group)) + ")")
    return " & ".join(parts)


def all_but_one(words: Sequence[str]) -> str:
    """A tsquery that forgives one word, whichever it is."""
    return " | ".join("(" + " & ".join([*words[:i], *words[i + 1 :]]) + ")" for i in range(len(words)))


def with_words(
    conn: Connection, wanted: str, kinds: Collection[str] | None, near: tuple[float, float] | None, most: int = MOST
) -> Sequence[Any]:
    """Rows that fit the tsquery, at most `most`; with `near` (metres, storage CRS) the nearest ones."""
    if near is not None:
        values = {
            "query": wanted,
            "most": most,
            "x": near[0],
            "y": near[1],
            "any_kind": kinds is None,
            "kinds": sorted(kinds or ()),
        }
        return conn.execute(_BY_WORDS_NEAR, values).all()
    if kinds is None:
        return conn.execute(_BY_WORDS, {"query": wanted, "most": most}).all()
    return conn.execute(_BY_WORDS_AND_KIND, {"query": wanted, "kinds": sorted(kinds), "most": most}).all()


def names_beginning(conn: Connection, beginning: str, most: int) -> list[str]:
    """Names in use that begin so (letters, digits and blanks), those of the weightiest things first."""
    return list(conn.execute(_NAMES_BEGINNING, {"beginning": beginning + "%", "most": most}).scalars())


def names_alike(conn: Connection, words: str) -> list[str]:
    """Names that share many groups of three letters with these words."""
    return list(conn.execute(_NAMES_ALIKE, {"text": words}).scalars())


def with_names(conn: Connection, names: Sequence[str], kinds: Collection[str] | None, each: int) -> Sequence[Any]:
    """Rows that bear one of the names, at most `each` of every name, in the order of the names."""
    values = {"names": list(names), "any_kind": kinds is None, "kinds": sorted(kinds or ()), "each": each}
    return conn.execute(_BY_NAMES, values).all()


def known(conn: Connection, words: Collection[str]) -> dict[str, int]:
    """Which of these are words of a name or of a place, and of how many."""
    return {row.word: row.uses for row in conn.execute(_KNOWN_WORDS, {"words": list(words)})}
