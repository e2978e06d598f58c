"""What has the name, and the door that has the number, of a question that was read.

A question goes through stages until one answers: all its words (the last one begun, while somebody types),
words one slip away, all words but one, names that sound alike. Numbers never take part: a door is found by
exactly its number, and a number that nobody has is said to be unknown, with its neighbours.

Every function reads unqualified names: the search path of the connection decides whether the public or
staff is asking.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from addressing.search import candidates, doors
from addressing.search.answers import Answer, Found, Match, Precision
from addressing.search.misspelt import slips_in
from addressing.search.question import Question
from addressing.search.scoring import Wanted, is_called_so, score, wanted
from addressing.search.vocabulary import vocabulary_of

LIMIT = 10
_MOST_WHILE_TYPING = 80
_MOST_NAMES = 12
_STREETS_WITH_GAPS = 3
_STREETS_AT_ONCE = 30
_FOR_A_DOOR, _FOR_A_FORMER_DOOR, _FOR_A_STREET = 0.6, 0.45, 0.2
_LEAST_OF_BEST, _LEAST_IN_PART = 0.35, 0.3
_PRECISION: dict[str, Precision] = {
    "street": "street", "zone": "zone", "plot": "plot", "enterprise": "entrance", "site": "point", "unit": "unit",
    "estate": "estate",
}  # fmt: skip

Near = tuple[float, float]


def answer_to(
    conn: Connection,
    question: Question,
    *,
    kinds: Collection[str] | None = None,
    near: Near | None = None,
    limit: int = LIMIT,
) -> Answer:
    """The best answers to a question that has been read already; as `lookup.search`, without parts and positions."""
    if not question.words:
        return Answer(question.text, ())
    row_kinds = None if kinds is None else {"street" if kind == "door" else kind for kind in kinds}
    parts, corrected = _gather(conn, question, row_kinds, near)
    scored = sorted(
        ((score(row, asked), row, asked.match) for rows, asked in parts for row in rows),
        key=lambda one: (-one[0], one[1].title, one[1].id),
    )
    found = _answers(conn, question, scored, max(limit, LIMIT))
    if kinds is not None:
        found = [one for one in found if one.kind in kinds]
    return Answer(question.text, tuple(_best(found, limit)), corrected)


_Part = tuple[Sequence[Any], Wanted]
# rows, and what they are compared with
_Gathered = tuple[list[_Part], tuple[tuple[str, str], ...]]
_Scored = tuple[float, Any, Match]


def _gather(conn: Connection, question: Question, kinds: Collection[str] | None, near: Near | None) -> _Gathered:
    words = [{word} for word in question.words]
    last = question.words[-1]
    unfinished = question.is_unfinished and len(last) > 1 and not last.isdigit()
    asked = wanted(
        words, question.text, "beginning" if question.is_unfinished else "exact",
        is_unfinished=question.is_unfinished, welcome=question.number_words + question.helpful, near=near,
    )  # fmt: skip
    rows = list(_beginning_so(conn, question, kinds, near)) if question.is_unfinished else []
    most = _MOST_WHILE_TYPING if question.is_typing else candidates.MOST
    is_one_letter = question.is_unfinished and len(last) == 1 and not last.isdigit()
    usable = words[:-1] if is_one_letter else words
    if usable and len(rows) < LIMIT:
        rows += _all_words(conn, usable, unfinished, kinds, near, most)
    if not rows:
        return _misspelt(conn, question, kinds, near) or _in_part(conn, question, kinds, near)
    exactly = (_once(rows), asked)
    if question.numbers and not question.is_typing and not any(is_called_so(row, asked) for row in rows):
        # `6 phong dung tien, dong thanh`: words of many places meet in one that nobody means
        parts, corrected = _misspelt(conn, question, kinds, near, but={row.id for row in rows}) or ([], ())
        return [exactly, *parts], corrected
    return [exactly], ()


def _beginning_so(
    conn: Connection, question: Question, kinds: Collection[str] | None, near: Near | None
) -> Sequence[Any]:
    """Things whose whole name begins with what was typed."""
    beginning = " ".join(question.words)
    return candidates.with_names_beginning(conn, beginning, kinds, _MOST_NAMES, 40 if near else LIMIT // 2)


def _all_words(
    conn: Connection,
    groups: Sequence[Collection[str]],
    beginning: bool,
    kinds: Collection[str] | None,
    near: Near | None,
    most: int = candidates.MOST,
) -> list[Any]:
    rows = list(candidates.with_words(conn, candidates.query(groups, beginning=beginning), kinds, near, most))
    if len(rows) == most:  # too vague to see all: at least those called so
        only = candidates.query(groups, beginning=beginning, names_only=True)
        rows += candidates.with_words(conn, only, kinds, near, most)
    return rows


def _misspelt(
    conn: Connection,
    question: Question,
    kinds: Collection[str] | None,
    near: Near | None,
    but: Collection[int] = (),
) -> _Gathered | None:
    """One word may be one slip away from one that is in use."""
    slips = slips_in(question, vocabulary_of(conn))
    if slips is None:
        return None
    within, wish = candidates.any_of(slips.within), candidates.any_of(slips.wanted)
    rows = [row for row in candidates.with_words_within(conn, within, wish, kinds, near) if row.id not in but]
    if not rows:
        return None
    asked = wanted(list(slips.meant.values()), question.text, "misspelt", is_unfinished=question.is_unfinished,
                   welcome=question.number_words + question.helpful, near=near)  # fmt: skip
    there = {word for row in rows for name in row.names for word in name.split()}
    corrected = tuple(
        (word, " / ".join(sorted(meant & there)))
        for word, meant in slips.meant.items() if word not in there and meant & there
    )  # fmt: skip
    return [(rows, asked)], corrected


def _in_part(conn: Connection, question: Question, kinds: Collection[str] | None, near: Near | None) -> _Gathered:
    words = question.words
    asked = wanted(
        [{word} for word in words],
        question.text,
        "partial",
        welcome=question.number_words + question.helpful,
        near=near,
    )
    rows: list[Any] = []
    if 1 < len(words) <= candidates.MOST // 40:
        rows += candidates.with_words(conn, candidates.all_but_one(words), kinds, near)
    if not rows:
        names = candidates.names_alike(conn, " ".join(words))
        rows += candidates.with_names(conn, names, kinds, 5) if names else []
    return [(_once(rows), asked)], ()


def _once(rows: Sequence[Any]) -> list[Any]:
    return list({row.id: row for row in rows}.values())


def _answers(conn: Connection, question: Question, scored: Sequence[_Scored], most: int) -> list[Found]:
    plain = [_plain(row, value, match, bool(question.numbers)) for value, row, match in scored[:most]]
    if not question.numbers:
        return plain
    streets = {one[1].object_id: one for one in scored if one[1].kind == "street"}
    if not streets:
        return plain
    behind: list[Found] = []
    best_first = list(streets)
    for some in (best_first[:_STREETS_AT_ONCE], best_first[_STREETS_AT_ONCE:]):
        if some and len(behind) < most:  # a door is worth as much as its street: later ones cannot come first
            behind += [
                _door(door, *streets[door.street_id]) for door in doors.with_number(conn, some, question.numbers)
            ]
    if any(not one.former for one in behind):
        return behind + plain
    return behind + _unknown(conn, question, plain)


def _plain(row: Any, value: float, match: Match, number_asked: bool) -> Found:
    return Found(
        row.kind, row.object_id, row.title, row.context or "",
        value + (_FOR_A_STREET if number_asked and row.kind == "street" else 0.0), match, row.code, row.title_en,
        x=row.x, y=row.y, precision=_PRECISION[row.kind],
    )  # fmt: skip


def _door(door: Any, value: float, street: Any, match: Match) -> Found:
    return Found(
        "door", door.street_id, f"{door.shown} {street.title}", street.context or "",
        value + (_FOR_A_DOOR if door.in_force else _FOR_A_FORMER_DOOR), match, street.code,
        place_id=door.place_id, entrance_id=door.entrance_id, x=door.x, y=door.y, precision="entrance",
        former=not door.in_force,
    )  # fmt: skip


def _unknown(conn: Connection, question: Question, plain: list[Found]) -> list[Found]:
    """Say of the best streets that they have no such number, and what stands next to its place."""
    best = [one for one in plain if one.kind == "street"][:_STREETS_WITH_GAPS]
    number = _simple_number(question.numbers[0])
    around = doors.gaps(conn, [one.object_id for one in best], number) if number is not None else {}
    told: list[Found] = []
    for one in plain:
        if one.kind == "street":
            gap = around.get(one.object_id)
            one = replace(one, unknown_number=question.numbers[0], nearest=gap.neighbours if gap else ())
            if gap is not None and gap.x is not None:
                one = replace(one, x=gap.x, y=gap.y, precision="interpolated")
        told.append(one)
    return told


def _simple_number(key: str) -> int | None:
    digits = key.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits) if digits.isdigit() and len(digits) <= 5 else None


def _best(found: list[Found], limit: int) -> list[Found]:
    """The best ones; what merely lies where a better answer is, or shares a word with the question, is left out."""
    ordered = sorted(found, key=lambda one: (-one.score, one.title, one.object_id))[:limit]
    least = (
        max(_LEAST_OF_BEST * ordered[0].score, _LEAST_IN_PART if ordered[0].match == "partial" else 0) if ordered else 0
    )
    return [one for one in ordered if one.score >= least]
