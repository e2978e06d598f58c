"""Two officers on one street at the same time, on a real PostGIS."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from addressing import numbering
from addressing.register import house_numbers
from gis_service.database import Database
from gis_service.settings import Settings
from tests.integration.numbering_ground import lay_street
from tests.integration.test_numbering import STREET, approved, issued


@pytest.fixture
def own_database(new_database: object) -> Iterator[Database]:
    """A database whose transactions really commit."""
    settings: Settings = new_database()  # type: ignore[operator]
    pools = Database(settings)
    yield pools
    pools.dispose()


def test_two_officers_on_one_street_make_one_proposal_and_one_issue(own_database: Database) -> None:
    with own_database.owner.begin() as conn:
        street_id, _ = lay_street(conn, STREET, ["A", "B"])
    seen = in_two_threads(
        own_database, lambda conn, who: numbering.propose(conn, street_id, author_id=f"officer{who}").id
    )
    assert len(set(seen)) == 1
    with own_database.owner.begin() as conn:
        numbering.submit(conn, seen[0], "an")
        numbering.approve(conn, seen[0], "binh")
    outcomes = in_two_threads(own_database, lambda conn, _: issued(conn, numbering.get_proposal(conn, seen[0])).issued)
    assert sorted(outcomes) == [0, 5]
    with own_database.owner.begin() as conn:
        count = conn.execute(select(func.count()).select_from(house_numbers)).scalar_one()
    assert count == 5


def test_a_second_writer_of_one_number_is_stopped_by_the_database(conn: Connection) -> None:
    street_id, _ = lay_street(conn, "A a\nB b", ["A", "B"])
    issued(conn, approved(conn, street_id))
    row = conn.execute(select(house_numbers).where(house_numbers.c.street_id == street_id)).mappings().first()
    assert row is not None
    copied = {name: value for name, value in row.items() if name != "id"}
    with pytest.raises(IntegrityError, match="one_holder_at_a_time"), conn.begin_nested():
        conn.execute(insert(house_numbers).values(**copied))


def in_two_threads(database: Database, act: object) -> list[int]:
    """Run one step twice at once, each in its own transaction; both wait at a barrier first."""
    barrier = threading.Barrier(2)
    found: list[int] = []
    failed: list[Exception] = []

    def run(who: int) -> None:
        try:
            with database.owner.begin() as conn:
                barrier.wait(timeout=10)
                found.append(act(conn, who))  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 - shown by the main thread
            failed.append(error)

    threads = [threading.Thread(target=run, args=(who,)) for who in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not failed, failed
    return found
