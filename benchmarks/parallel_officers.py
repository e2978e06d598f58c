"""Sixteen officers on one street at the same moment: ours, and taking the highest number plus two."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, Engine, text

from addressing import numbering
from gis_service import audit

OFFICERS = 16

_DOOR = text(
    "INSERT INTO gis.entrances (code, street_id, geom, source) SELECT :code, id,"
    " ST_Translate(ST_LineInterpolatePoint(ST_GeometryN(geom, 1), :at), 0, 14), 'benchmark'"
    " FROM gis.streets WHERE id = :street"
)


def ours(staff: Engine, street_id: int) -> tuple[int, int]:
    """Each adds a door and proposes. In the draft that is left: numbers that stand twice, new doors not in it."""

    def work(conn: Connection, officer: int) -> None:
        _add_door(conn, street_id, f"ours-{officer}", officer)
        numbering.propose(conn, street_id, author_id=f"officer-{officer}")

    _all_at_once(staff, work)
    with staff.connect() as conn:
        live = numbering.find_live_proposal(conn, street_id)
        new = text("SELECT id::text FROM gis.entrances WHERE street_id = :street AND code LIKE 'ours-%'")
        doors = set(conn.execute(new, {"street": street_id}).scalars())
    assert live is not None  # sixteen proposed
    given = Counter(item.number for item in live.result.assignments)
    numbered = {item.key for item in live.result.assignments}
    return sum(count - 1 for count in given.values()), len(doors - numbered) + OFFICERS - len(doors)


def highest_plus_two(staff: Engine, owner: Engine, street_id: int) -> int:
    """The usual way: read the highest number of the street, write the next. How many numbers stand twice."""
    with owner.begin() as conn:
        conn.execute(text("DROP TABLE IF EXISTS gis.naive_numbers"))
        conn.execute(text("CREATE TABLE gis.naive_numbers (street_id bigint, number int)"))
        conn.execute(text("GRANT SELECT, INSERT ON gis.naive_numbers TO gis_staff"))

    def work(conn: Connection, officer: int) -> None:
        _add_door(conn, street_id, f"naive-{officer}", officer)
        highest = text("SELECT coalesce(max(number), -1) + 2 FROM gis.naive_numbers WHERE street_id = :street")
        number = conn.execute(highest, {"street": street_id}).scalar_one()
        conn.execute(text("INSERT INTO gis.naive_numbers VALUES (:street, :number)"),
                     {"street": street_id, "number": number})  # fmt: skip

    _all_at_once(staff, work)
    with owner.begin() as conn:
        twice: int = conn.execute(text("SELECT count(*) - count(DISTINCT number) FROM gis.naive_numbers")).scalar_one()
        conn.execute(text("DROP TABLE gis.naive_numbers"))
    return twice


def _add_door(conn: Connection, street_id: int, code: str, officer: int) -> None:
    conn.execute(_DOOR, {"code": code, "street": street_id, "at": (officer + 0.5) / OFFICERS})


def _all_at_once(staff: Engine, work: Callable[[Connection, int], None]) -> None:
    """Each officer in a thread and a transaction of its own; nobody begins before all are connected."""
    ready = threading.Barrier(OFFICERS)

    def officer(which: int) -> None:
        with staff.begin() as conn:
            audit.record(conn, actor=f"officer-{which}", operation="benchmark")
            ready.wait()
            work(conn, which)

    with ThreadPoolExecutor(OFFICERS) as threads:
        for done in [threads.submit(officer, which) for which in range(OFFICERS)]:
            done.result()
