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
_BY_WORDS_WITHIN = text(
    f"SELECT * FROM ({_ROWS.replace(' FROM', ', tokens FROM')} WHERE tokens @@ CAST(:within AS tsquery)"  # noqa: S608
    " AND (CAST(:any_kind AS boolean) OR kind = ANY(:kinds)) OFFSET 0) AS k"
    " WHERE tokens @@ CAST(:query AS tsquery) LIMIT :most"
)
_OF_NAMES = (
    f" CROSS JOIN LATERAL ({_ROWS} WHERE names @> ARRAY[n.name] AND (CAST(:any_kind AS boolean) OR kind = ANY(:kinds))"
    " LIMIT :each) AS k ORDER BY n.place"
)
_BY_NAMES = text(
    f"SELECT k.* FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS n (name, place){_OF_NAMES}"  # noqa: S608
)
_BY_BEGINNING = text(
    "SELECT k.* FROM (SELECT name, row_number() OVER () AS place FROM (SELECT name FROM search_names"  # noqa: S608
    f" WHERE name LIKE :beginning ORDER BY weight DESC, uses DESC, name LIMIT :most) AS b) AS n{_OF_NAMES}"
)  # values are bound; the rest are constants of this module
_NAMES_ALIKE = text(
    "SELECT name FROM search_names WHERE name % :text ORDER BY similarity(name, :text) DESC, uses DESC LIMIT 12"
)


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


def any_of(queries: Sequence[Sequence[Collection[str]]]) -> str:
    """A tsquery for rows that fit one of them."""
    return " | ".join(f"({query(words)})" for words in queries)


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


def with_words_within(
    conn: Connection, within: str, wanted: str, kinds: Collection[str] | None, near: tuple[float, float] | None
) -> Sequence[Any]:
    """As `with_words`, for a tsquery of many words: looked at only in rows that fit `within`, which must be wider."""
    if near is not None or within == wanted:
        return with_words(conn, wanted, kinds, near)
    values = {"within": within, "query": wanted, "most": MOST, "any_kind": kinds is None, "kinds": sorted(kinds or ())}
    return conn.execute(_BY_WORDS_WITHIN, values).all()


def with_names_beginning(
    conn: Connection, beginning: str, kinds: Collection[str] | None, most: int, each: int
) -> Sequence[Any]:
    """Rows whose name begins so (letters, digits and blanks): `each` of every name, of the `most` weightiest names."""
    limits = {"any_kind": kinds is None, "kinds": sorted(kinds or ()), "most": most, "each": each}
    values = {"beginning": beginning + "%", **limits}
    return conn.execute(_BY_BEGINNING, values).all()


def names_alike(conn: Connection, words: str) -> list[str]:
    """Names that share many groups of three letters with these words."""
    return list(conn.execute(_NAMES_ALIKE, {"text": words}).scalars())


def with_names(conn: Connection, names: Sequence[str], kinds: Collection[str] | None, each: int) -> Sequence[Any]:
    """Rows that bear one of the names, at most `each` of every name, in the order of the names."""
    values = {"names": list(names), "any_kind": kinds is None, "kinds": sorted(kinds or ()), "each": each}
    return conn.execute(_BY_NAMES, values).all()
