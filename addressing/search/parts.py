"""Named parts of estates: a question names the place as ever, and in it exactly the part that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, text

from addressing.estate_forms import part_in_english, part_in_vietnamese
from addressing.rules.estate_model import PartKind
from addressing.search.answers import Answer, Found
from addressing.search.named import LIMIT, Near, answer_to
from addressing.search.part_words import PartAsked, outer_keys, own_keys, take_parts
from addressing.search.question import LONGEST, ask

_PLACES = 30
"""Estates, streets and doors in which a part is looked for."""
_FOR_A_PART, _FOR_A_FORMER_PART = 0.6, 0.45
_EXACT = text(
    "SELECT p.*, e.name AS estate_name, e.kind AS estate_kind FROM search_parts p JOIN estates e ON e.id = p.estate_id"
    " WHERE (p.estate_id = ANY(:estates) OR p.street_id = ANY(:streets) OR p.door_place_id = ANY(:doors))"
    " AND p.keys[1] = ANY(:own) AND p.keys @> CAST(:outer AS text[]) ORDER BY p.in_force DESC, p.id LIMIT 200"
)


def find_parts(
    conn: Connection, asked: str, *, near: Near | None = None, limit: int = LIMIT, unfinished: bool = False
) -> Answer | None:
    """Parts that a question names, best first; None where it names none, or no place in which one could be.

    A part that nobody has is said of the estates so called: `unknown_number`. Parts of a block are found by its
    house number, those of other estates by their street too.
    """
    wanted, rest = take_parts(asked[:LONGEST])
    question = ask(rest, unfinished=unfinished and asked.rstrip().endswith(rest[-3:])) if wanted and rest else None
    if question is None or not question.words:
        return None
    around = answer_to(conn, question, kinds={"estate", "street", "door"}, near=near, limit=_PLACES)
    found = _inside(conn, wanted, around.results, by_street=not question.numbers)
    if found:
        best = sorted(found, key=lambda one: (-one.score, one.title, one.object_id))[:limit]
        return Answer(asked[:LONGEST], tuple(best), around.corrected)
    words = ", ".join(one.written for one in wanted)
    estates = [one for one in around.results if one.kind == "estate" and one.match in ("exact", "beginning")]
    told = tuple(replace(one, unknown_number=words) for one in estates[:limit])
    return Answer(asked[:LONGEST], told, around.corrected) if told else None


def _inside(
    conn: Connection, wanted: tuple[PartAsked, ...], places: Sequence[Found], *, by_street: bool
) -> list[Found]:
    estates = {one.object_id: one for one in places if one.kind == "estate"}
    streets = {one.object_id: one for one in places if one.kind == "street"} if by_street else {}
    doors = {one.place_id: one for one in places if one.kind == "door" and one.place_id and not one.former}
    rows = conn.execute(_EXACT, {
        "estates": sorted(estates), "streets": sorted(streets), "doors": sorted(doors), "own": own_keys(wanted),
        "outer": outer_keys(wanted),
    })  # fmt: skip
    return [
        _found(row, estates.get(row.estate_id) or doors.get(row.door_place_id) or streets[row.street_id])
        for row in rows
    ]


def _found(row: Any, place: Found) -> Found:
    inner = [(PartKind(kind), name) for kind, name in zip(row.kinds, row.names, strict=True)]
    where = place.context if place.kind == "estate" else f"{place.title}, {place.context}"
    return Found(
        "part", row.part_name_id, f"{part_in_vietnamese(inner)}, {row.estate_name}", where,
        place.score + (_FOR_A_PART if row.in_force else _FOR_A_FORMER_PART), place.match,
        title_en=f"{part_in_english(inner)}, {row.estate_name}", place_id=row.place_id, x=row.x, y=row.y,
        precision="entrance" if row.has_position else "estate", former=not row.in_force,
    )  # fmt: skip
