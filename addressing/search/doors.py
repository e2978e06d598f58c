"""Numbered doors of streets: exactly the number that was asked for, or what stands beside its place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from addressing.search.answers import Neighbour

_EXACT = text(
    "SELECT DISTINCT ON (street_id, coalesce(entrance_id, -id)) street_id, number_key, shown, in_force, origin,"
    " place_id, entrance_id, x, y FROM search_numbers"
    " WHERE street_id = ANY(:streets) AND number_key = ANY(:keys)"
    " ORDER BY street_id, coalesce(entrance_id, -id), in_force DESC, origin DESC"
)
_AROUND = text(
    "SELECT s.id AS street_id, n.shown, n.number, n.x, n.y FROM unnest(CAST(:streets AS bigint[])) AS s (id)"
    " CROSS JOIN LATERAL ("
    "  (SELECT shown, number, x, y FROM search_numbers WHERE street_id = s.id AND in_force AND number < :number"
    "    AND number % 2 = :number % 2 ORDER BY number DESC LIMIT 1)"
    "  UNION ALL"
    "  (SELECT shown, number, x, y FROM search_numbers WHERE street_id = s.id AND in_force AND number >= :number"
    "    AND number % 2 = :number % 2 ORDER BY number LIMIT 1)) AS n"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a number that nobody has would stand."""

    neighbours: tuple[Neighbour, ...]
    # the known ones of its side below and above, or only one of them
    x: float | None
    # between the two neighbours by the size of the numbers; None with fewer than two
    y: float | None


def with_number(conn: Connection, streets: Collection[int], keys: Collection[str]) -> Sequence[Any]:
    """Doors on these streets that have exactly one of these number keys; former numbers are marked."""
    return conn.execute(_EXACT, {"streets": sorted(streets), "keys": sorted(keys)}).all()


def gaps(conn: Connection, streets: Collection[int], number: int) -> dict[int, Gap]:
    """The place between its neighbours of the same side, for each street that has any."""
    around: dict[int, list[Any]] = {}
    for row in conn.execute(_AROUND, {"streets": sorted(streets), "number": number}):
        around.setdefault(row.street_id, []).append(row)
    return {street: _gap(rows, number) for street, rows in around.items()}


def _gap(rows: list[Any], number: int) -> Gap:
    low_to_high = sorted(rows, key=lambda row: row.number)
    neighbours = tuple(Neighbour(row.shown, row.x, row.y) for row in low_to_high)
    if len(low_to_high) < 2:
        return Gap(neighbours, None, None)
    low, high = low_to_high
    part = (number - low.number) / (high.number - low.number)
    return Gap(neighbours, low.x + part * (high.x - low.x), low.y + part * (high.y - low.y))
