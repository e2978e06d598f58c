"""Many officers on one street at the same moment: nothing twice, nothing lost, nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select, text

from addressing import batch, numbering
from gis_service import audit
from gis_service.database import Database
from gis_service.settings import Settings
from layers.streets import entrances, streets
from tests.conftest import NewDatabase

OFFICERS = 8


@pytest.fixture(scope="module")
def pools(new_database: NewDatabase) -> Iterator[Database]:
    settings: Settings = new_database(demo=True, staff_pool_size=OFFICERS)
    database = Database(settings)
    yield database
    database.dispose()


def test_each_adds_a_door_and_numbers_the_street(pools: Database) -> None:
    """Adding a door locks the row of its street, and so does numbering it: they must not block each other."""
    with pools.owner.begin() as conn:
        street_id = conn.execute(
            select(streets.c.id)
            .where(~streets.c.numbered_before, streets.c.kind == "road")
            .order_by(streets.c.id)
            .limit(1)
        ).scalar_one()
        before = numbering.propose(conn, street_id, author_id="before")
    ready = threading.Barrier(OFFICERS)

    def officer(which: int) -> int:
        with pools.staff.begin() as conn:
            audit.record(conn, actor=f"officer-{which}", operation="test")
            place = text("SELECT ST_Translate(ST_LineInterpolatePoint(ST_GeometryN(geom, 1), :at), 0.3, 0.4)"
                         " FROM gis.streets WHERE id = :street")  # fmt: skip
            spot = conn.execute(place, {"at": (which + 0.37) / OFFICERS, "street": street_id}).scalar_one()
            ready.wait()
            door_id: int = conn.execute(
                insert(entrances)
                .values(code=f"officer-{which}", street_id=street_id, geom=spot, source="test")
                .returning(entrances.c.id)
            ).scalar_one()
            numbering.propose(conn, street_id, author_id=f"officer-{which}")
            return door_id

    with ThreadPoolExecutor(OFFICERS) as threads:
        doors = set(threads.map(officer, range(OFFICERS)))
    with pools.owner.begin() as conn:
        live = numbering.find_live_proposal(conn, street_id)
    assert live is not None
    numbers = [item.number for item in live.result.assignments]
    assert len(set(numbers)) == len(numbers)
    assert {str(door) for door in doors} <= {item.key for item in live.result.assignments}
    assert len(numbers) == len(before.result.assignments) + OFFICERS


def test_two_batches_over_the_same_streets_leave_one_draft_each(pools: Database) -> None:
    with pools.owner.begin() as conn:
        street_ids = list(conn.execute(select(streets.c.id).order_by(streets.c.id)).scalars())
    ready = threading.Barrier(2)

    def run(order: list[int]) -> list[batch.Outcome]:
        with pools.staff.begin() as conn:
            audit.record(conn, actor="batch", operation="test")
            ready.wait()
            return batch.propose_many(conn, order, author_id="batch")

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(run, [street_ids, street_ids[::-1]])
    assert [item.proposal_id for item in first] == [item.proposal_id for item in second]
    assert sum(item.is_new for item in first) + sum(item.is_new for item in second) >= len(street_ids) - 1
    assert not any(one.is_new and other.is_new for one, other in zip(first, second, strict=True))
