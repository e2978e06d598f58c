"""Rows that are pieces of one street become one: same name, same sort of way, at most a gap apart.

Files such as OpenStreetMap's have a row for each stretch between two crossings. Numbers run along the
street, so the stretches are put together before keys are made. Nothing is redrawn: the lines of the
file are collected as they are.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely import STRtree

from layers.ingest.checks import Rows
from layers.ingest.report import Note

PIECE_GAP_M = 30.0
"""Pieces no farther apart are one street; the figure of the numbering policy's `piece_gap_m`."""

MOST_PIECES = 5_000
"""Rows of one name that are compared with each other; a name with more is left in pieces."""

_SORTS = {"alley": "alley", "lane": "lane"}
"""Kinds that numbering tells from streets; street, road and highway are one sort."""

_SAME = ("commune_code", "zone_code", "parent_street_code")
_AT_ONCE = 500


def clusters(lines: Sequence[Any], gap_m: float) -> list[list[int]]:
    """Positions of the lines that hang together with steps of at most `gap_m` (in the unit of the lines).

    Each cluster ascends, and the clusters are in the order of their first member.
    """
    leader = list(range(len(lines)))

    def find(member: int) -> int:
        while leader[member] != member:
            leader[member] = leader[leader[member]]
            member = leader[member]
        return member

    drawn = np.array(lines, dtype=object)
    tree = STRtree(drawn)
    for begin in range(0, len(drawn), _AT_ONCE):  # the pairs of all rows at once may not fit into memory
        pairs = tree.query(drawn[begin : begin + _AT_ONCE], predicate="dwithin", distance=gap_m)
        for here, there in (pairs.T + np.array([begin, 0])).tolist():
            first, second = find(here), find(there)
            leader[max(first, second)] = min(first, second)
    members: dict[int, list[int]] = defaultdict(list)
    for one in range(len(leader)):
        members[find(one)].append(one)
    return list(members.values())


def same_name(name: str) -> str:
    """What two spellings of one name share: NFC, case and runs of spaces apart. Marks do count."""
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", name).casefold().split()))


def merge_pieces(rows: Rows, *, gap_m: float = PIECE_GAP_M, max_vertices: int) -> None:
    """Join the taken rows that are one street: its first piece holds it, the others go to `rows.merged`.

    One street: `same_name`, the same sort of way (street, alley, lane), the same commune, zone and parent
    street where given, and connected within `gap_m` metres. First is the piece with the lowest
    OpenStreetMap number, else the lowest fingerprint, so the order of the file does not matter.
    Does nothing to a file without shapes or with codes of its own.
    """
    if rows.shapes is None or any(code is not None for code in rows.columns.get("code", ())):
        return
    named: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in rows.taken():
        sort = _SORTS.get(_value(rows, "kind", row), "street")
        named[(same_name(rows.columns["name"][row]), sort, *(_value(rows, one, row) for one in _SAME))].append(row)
    for members in named.values():
        if len(members) == 1:
            continue
        if len(members) > MOST_PIECES:
            _leave_apart(rows, members[0], f"{len(members)} rows", f"{len(members)} dòng")
            continue
        drawn = list(shapely.from_wkb([rows.shapes[row] for row in members]))
        for cluster in clusters(drawn, gap_m):
            if len(cluster) > 1:
                _join(rows, {members[one]: drawn[one] for one in cluster}, max_vertices)


def tell(rows: Rows) -> Note | None:
    """How many rows were joined into how many streets, refused ones apart; None for none."""
    heads = {head for row, head in rows.merged.items() if row not in rows.refused}
    if not heads:
        return None
    joined = sum(row not in rows.refused for row in rows.merged) + len(heads)
    return Note(
        "pieces_merged",
        f"{joined} rows that are pieces of a street were merged; streets made of them: {len(heads)}.",
        f"Đã gộp {joined} dòng là các đoạn của cùng một đường thành {len(heads)} đường.",
        joined,
    )


def _value(rows: Rows, field: str, row: int) -> Any:
    values = rows.columns.get(field)
    return values[row] if values else None


def _order(rows: Rows, row: int) -> tuple[Any, ...]:
    number = _value(rows, "osm_id", row)
    return (1, 0, rows.marks[row] or "") if number is None else (0, len(number), number)


def _join(rows: Rows, drawn: dict[int, Any], max_vertices: int) -> None:
    """Write what holds of the whole street into its first piece, and mark the others as merged."""
    assert rows.shapes is not None
    pieces = sorted(drawn, key=lambda row: _order(rows, row))
    head = pieces[0]
    corners = int(shapely.get_num_coordinates(list(drawn.values())).sum())
    if corners > max_vertices:
        _leave_apart(rows, head, f"{corners} vertices", f"{corners} đỉnh")
        return
    of = {name: [values[row] for row in pieces] for name, values in rows.columns.items()}
    for name in {"numbered_before", "is_special", "cross_section_m"} & of.keys():
        rows.columns[name][head] = max((one for one in of[name] if one is not None), default=None)
    if "source_date" in of:
        rows.columns["source_date"][head] = min((one for one in of["source_date"] if one is not None), default=None)
    rows.columns["name"][head] = _most({" ".join(name.split()): n for name, n in Counter(of["name"]).items()})
    if "kind" in of:
        lengths: dict[str, float] = defaultdict(float)
        for row in pieces:
            lengths[rows.columns["kind"][row]] += round(drawn[row].length, 3)
        rows.columns["kind"][head] = _most(lengths)
    if "existing_direction" in of:  # means the sense of the first line, so a piece that states one goes first
        pieces.sort(key=lambda row: rows.columns["existing_direction"][row] is None)
        rows.columns["existing_direction"][head] = rows.columns["existing_direction"][pieces[0]]
    rows.shapes[head] = _collected([drawn[row] for row in pieces])
    rows.merged.update({row: head for row in drawn if row != head})


def _most(weights: dict[str, Any]) -> str:
    return min(weights, key=lambda one: (-weights[one], one))


def _collected(lines: list[Any]) -> str:
    """All lines in order as one MultiLineString in hexadecimal EWKB; what is drawn twice comes once."""
    parts = shapely.get_parts(lines)
    distinct = {shapely.normalize(part).wkb: part for part in reversed(parts)}
    street = shapely.multilinestrings(list(reversed(distinct.values())))
    made = shapely.set_srid(street, int(shapely.get_srid(lines[0])))
    return str(shapely.to_wkb(made, hex=True, include_srid=True, byte_order=1))


def _leave_apart(rows: Rows, row: int, english: str, vietnamese: str) -> None:
    rows.warn(
        row,
        "name",
        "left_in_pieces",
        f"The street of this name has {english}: too much for one street, so it stays in pieces.",
        f"Đường tên này có {vietnamese}: quá lớn để gộp thành một nên vẫn để thành từng đoạn.",
    )
