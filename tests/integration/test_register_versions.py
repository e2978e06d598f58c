"""Two people who read the same and write at once: one is done, the other is shown both versions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from addressing import addresses, areas, places_on_record, policies_on_record
from addressing.deciding import today
from addressing.entering import enter_number
from addressing.errors import AddressingError, PolicyRefused, VersionConflict
from addressing.rules.policy_choices import EqualWidth
from gis_service import audit
from gis_service.database import Database
from tests.conftest import NewDatabase
from tests.integration.numbering_ground import lay_door, lay_street


@pytest.fixture(scope="module")
def office(new_database: NewDatabase) -> Iterator[Database]:
    """A database whose transactions really commit."""
    database = Database(new_database())
    yield database
    database.dispose()


def both(office: Database, *acts: Callable[[Connection], Any]) -> list[Any]:
    """What each writer got, their transactions open at the same time: a value, or the error of ours."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def work(who: int) -> None:
        try:
            with office.staff.begin() as conn:
                audit.record(conn, actor=f"writer{who}", operation="test")
                barrier.wait(timeout=60)
                outcomes[who] = acts[who](conn)
        except AddressingError as error:
            outcomes[who] = error

    threads = [threading.Thread(target=work, args=(who,)) for who in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def one_lost(outcomes: list[Any]) -> VersionConflict:
    [lost] = [item for item in outcomes if isinstance(item, AddressingError)]
    assert isinstance(lost, VersionConflict)
    return lost


def policy(conn: Connection, value: str, version: int | None, who: str = "binh") -> policies_on_record.LocalPolicy:
    return policies_on_record.set_policy(
        conn, "equal_width", value, "*", decision_number="8/QĐ", valid_from=today(), by=who, version=version
    )


def test_two_who_set_the_first_value_of_a_policy(office: Database) -> None:
    lost = one_lost(both(office, lambda conn: policy(conn, "ask", 0), lambda conn: policy(conn, "main_door", 0)))
    assert (lost.your_version, lost.current_version) == (0, 1)
    assert lost.current is not None
    assert lost.current["value"] in set(EqualWidth)
    assert lost.current["decision_number"] == "8/QĐ"


def test_two_who_set_the_next_value_of_a_policy(office: Database) -> None:
    with office.owner.begin() as conn:
        seen = policy(conn, "numbered_street", None).series_version
    lost = one_lost(both(office, lambda conn: policy(conn, "ask", seen), lambda conn: policy(conn, "ask", seen)))
    assert lost.your_version == seen < lost.current_version
    with office.owner.begin() as conn:
        listed = policies_on_record.list_policies(conn, today())
        assert [one.series_version for one in listed if one.name == "equal_width"] == [lost.current_version]


def test_two_who_set_the_areas_of_an_account(office: Database) -> None:
    with office.owner.begin() as conn:
        conn.execute(text(
            "INSERT INTO gis.administrative_units (level, code, name, full_name, valid_from, source)"
            " SELECT 'commune', c, c, c, '2025-07-01', 'test' FROM unnest(ARRAY['10891', '10543']) c"
        ))  # fmt: skip
    for version in (0, 1):
        outcomes = both(
            office,
            lambda conn, v=version: areas.set_areas(conn, "em", ["commune:10891"], "x", version=v),  # type: ignore[misc]
            lambda conn, v=version: areas.set_areas(conn, "em", ["commune:10543"], "y", version=v),  # type: ignore[misc]
        )
        lost = one_lost(outcomes)
        assert (lost.your_version, lost.current_version) == (version, version + 1)
        [granted] = [item for item in outcomes if isinstance(item, frozenset)]
        assert lost.current == {"version": version + 1, "areas": next(iter(granted))}
    with office.owner.begin() as conn:
        assert len(areas.areas_of(conn, "em")) == 1


def test_two_who_prefer_different_addresses_of_one_place(office: Database) -> None:
    with office.owner.begin() as conn:
        street_id, _ = lay_street(conn, "A\n.\nB", ["A", "B"], code="P")
        place = enter_number(conn, lay_door(conn, street_id, "P-1", (20, 10)), "1", "an").place_id
        made = [
            addresses.add_alternative(conn, place, "vi", words, on=today(), by="an") for words in ("Cổng A", "Cổng B")
        ]
        version = {one.id: one.version for one in places_on_record.addresses_of(conn, place, today())}
    lost = one_lost(both(office, *(
        lambda conn, key=key: addresses.prefer(conn, place, key, "an", version=version[key]) for key in made
    )))  # fmt: skip
    with office.owner.begin() as conn:
        standing = [one for one in places_on_record.addresses_of(conn, place, today()) if one.role == "current"]
        [preferred] = [one for one in standing if one.language == "vi"]
    assert lost.current is not None
    assert (lost.current["preferred_id"], lost.current["written"]) == (preferred.id, preferred.written)
    assert lost.your_version < lost.current_version
    stale = lambda conn: addresses.add_alternative(  # noqa: E731
        conn, place, "vi", "Cổng C", on=today(), by="an", is_preferred=True, version=1
    )
    assert isinstance(both(office, stale)[0], VersionConflict), "a new preferred one displaces another too"


def test_a_value_ends_after_it_begins_and_then_nothing_is_set(office: Database) -> None:
    def dated(conn: Connection, until: Any) -> Any:
        return policies_on_record.set_policy(
            conn, "reach_m", 40.0, "*", decision_number="9/QĐ", valid_from=today(), valid_to=until, by="binh"
        )

    with office.owner.connect() as conn, pytest.raises(PolicyRefused, match="cannot end"):
        dated(conn, today())
    with office.owner.begin() as conn:
        end = today().replace(year=today().year + 1, day=1)
        dated(conn, end)
        street_id, _ = lay_street(conn, "A\n.\nB", ["A", "B"], code="Q")
        assert policies_on_record.policy_for_street(conn, street_id, today()).reach_m == 40.0
        assert policies_on_record.policy_for_street(conn, street_id, end).reach_m == 60.0
