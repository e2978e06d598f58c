"""One box for everything that has a name or a number: positions, parts of estates, doors, and what is called so.

Every function reads unqualified names: the search path of the connection decides whether the public or
staff is asking.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from addressing.search.answers import Answer
from addressing.search.named import LIMIT, Near, answer_to
from addressing.search.parts import find_parts
from addressing.search.pinpoint import pinpoint
from addressing.search.question import LONGEST, ask


def search(
    conn: Connection,
    text: str,
    *,
    kinds: Collection[str] | None = None,
    near: Near | None = None,
    limit: int = LIMIT,
    unfinished: bool = False,
) -> Answer:
    """The best answers to a question, at most `limit`.

    `kinds` narrows to door, part, estate, street, zone, plot, enterprise, site, unit. `near` (x, y in metres of the
    storage CRS) puts what is close first. `unfinished`: somebody is still typing the last word. Text that is
    a position itself (coordinates, a plus code, a place id) is answered by that point, kind `point` or `door`.
    """
    here = pinpoint(conn, text[:LONGEST]) if kinds is None else None
    if here is not None:
        return Answer(text[:LONGEST], (here,))
    if kinds is None or "part" in kinds:
        inside = find_parts(conn, text, near=near, limit=limit, unfinished=unfinished)
        if inside is not None:
            return inside
    return answer_to(conn, ask(text, unfinished=unfinished), kinds=kinds, near=near, limit=limit)


def complete(
    conn: Connection,
    text: str,
    *,
    kinds: Collection[str] | None = None,
    near: Near | None = None,
    limit: int = LIMIT,
) -> Answer:
    """As `search`, while somebody types: the last word may go on."""
    return search(conn, text, kinds=kinds, near=near, limit=limit, unfinished=True)
