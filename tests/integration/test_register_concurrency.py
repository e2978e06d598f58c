"""Sixteen officers at once, each on a connection of their own: no double, nothing lost, no gap."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text, update

from addressing import cases, issuing, numbering, plate_orders, plates
from addressing.deciding import SignedDecision, today
from addressing.entering import enter_number
from addressing.errors import AddressingError, AlreadyNumbered, DuplicateNumber, StepNotPossible, VersionConflict
from addressing.receipts import receipt_code
from addressing.register import house_numbers, proposals
from addressing.register_tables import addresses
from gis_service import audit
from gis_service.database import Database
from layers.streets import entrances
from tests.conftest import NewDatabase
from tests.integration.numbering_ground import lay_door, lay_street

OFFICERS = 16
BODY = "UBND thành phố Hải Phòng"


@pytest.fixture(scope="module")
def office(new_database: NewDatabase) -> Iterator[Database]:
    """A database whose transactions really commit, with a connection for every officer."""
    settings = new_database().model_copy(update={"staff_pool_size": OFFICERS, "pool_wait_s": 30.0})
    database = Database(settings)
    yield database
    database.dispose()


def all_at_once(office: Database, act: Callable[[Connection, int], Any]) -> list[Any]:
    """What each officer got: a value, or the error of ours that stopped them. Other errors fail the test."""
    barrier = threading.Barrier(OFFICERS)
    outcomes: list[Any] = [None] * OFFICERS

    def work(who: int) -> None:
        try:
            with office.staff.begin() as conn:
                barrier.wait(timeout=60)
                audit.record(conn, actor=f"officer{who}", operation="test")
                outcomes[who] = act(conn, who)
        except AddressingError as error:
            outcomes[who] = error
        except Exception as error:  # noqa: BLE001 - shown by the main thread
            outcomes[who] = ("defect", error)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(OFFICERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert [item for item in outcomes if isinstance(item, tuple) and item[0] == "defect"] == []
    return outcomes


def lay(office: Database, code: str, doors: int = OFFICERS) -> tuple[int, list[int]]:
    """A street with doors on its left, ten metres apart."""
    with office.owner.begin() as conn:
        street_id, _ = lay_street(conn, "A\n" + ".\n" * 16 + "B", ["A", "B"], code=code)
        return street_id, [lay_door(conn, street_id, f"{code}-{at}", (20, 300 - 10 * at)) for at in range(doors)]


def in_force(office: Database, street_id: int) -> list[str]:
    with office.owner.begin() as conn:
        rows = conn.execute(
            select(house_numbers.c.plate_text)
            .where(house_numbers.c.street_id == street_id, house_numbers.c.valid_to.is_(None))
            .order_by(house_numbers.c.number)
        )
        return list(rows.scalars())


def test_two_officers_each_want_one_number_and_one_of_them_gets_it(office: Database) -> None:
    street_id, doors = lay(office, "ENTER")
    outcomes = all_at_once(
        office, lambda conn, who: enter_number(conn, doors[who], str(2 * (who // 2) + 1), f"officer{who}").number
    )
    for pair in range(OFFICERS // 2):
        two = outcomes[2 * pair : 2 * pair + 2]
        assert [item for item in two if isinstance(item, str)] == [str(2 * pair + 1)]
        assert sum(isinstance(item, DuplicateNumber) for item in two) == 1
    assert in_force(office, street_id) == [str(2 * pair + 1) for pair in range(OFFICERS // 2)]
    with office.owner.begin() as conn:
        written = conn.execute(select(func.count()).select_from(addresses).where(addresses.c.street_id == street_id))
        assert written.scalar_one() == OFFICERS, "each in two languages"


def test_one_door_gets_one_number(office: Database) -> None:
    street_id, doors = lay(office, "DOOR", 1)
    outcomes = all_at_once(office, lambda conn, who: enter_number(conn, doors[0], str(who + 1), "an").number)
    assert len([item for item in outcomes if isinstance(item, str)]) == 1
    assert sum(isinstance(item, AlreadyNumbered) for item in outcomes) == OFFICERS - 1
    assert len(in_force(office, street_id)) == 1


def test_the_database_alone_would_stop_a_double_too(office: Database) -> None:
    street_id, doors = lay(office, "KEY", 2)
    with office.owner.begin() as conn:
        first = enter_number(conn, doors[0], "7", "an")
    with office.owner.connect() as conn, pytest.raises(Exception, match="one_holder_at_a_time"):
        conn.execute(text(
            "INSERT INTO gis.house_numbers (street_id, place_id, entrance_id, number, plate_text, side, chainage_m,"
            " status, origin, valid_from) SELECT street_id, place_id, :door, number, plate_text, side, chainage_m,"
            " status, origin, valid_from FROM gis.house_numbers WHERE id = :id"
        ), {"id": first.id, "door": doors[1]})  # fmt: skip
    assert in_force(office, street_id) == ["7"]


def test_sixteen_proposals_of_one_street_are_one(office: Database) -> None:
    street_id, _ = lay(office, "PROPOSE")
    seen = all_at_once(office, lambda conn, who: numbering.propose(conn, street_id, author_id=f"officer{who}").id)
    assert len(set(seen)) == 1
    with office.owner.begin() as conn:
        count = conn.execute(select(func.count()).select_from(proposals).where(proposals.c.street_id == street_id))
        assert count.scalar_one() == 1


def test_sixteen_answers_to_sixteen_questions_are_all_kept(office: Database) -> None:
    street_id, doors = lay(office, "ANSWER")
    with office.owner.begin() as conn:
        conn.execute(update(entrances).where(entrances.c.id.in_(doors)).values(kind="empty_land"))
        proposal = numbering.propose(conn, street_id, author_id="an")
        questions = [question.code for question in proposal.open_questions]
    assert len(questions) == OFFICERS
    all_at_once(
        office, lambda conn, who: numbering.answer(conn, proposal.id, questions[who], str(who % 3), f"officer{who}").id
    )
    with office.owner.begin() as conn:
        answered = numbering.get_proposal(conn, proposal.id)
    assert {code: given.value for code, given in answered.answers.items()} == {
        code: str(who % 3) for who, code in enumerate(questions)
    }
    assert answered.open_questions == ()


def test_who_read_an_old_version_does_not_overwrite_a_newer_one(office: Database) -> None:
    street_id, doors = lay(office, "VERSION")
    with office.owner.begin() as conn:
        conn.execute(update(entrances).where(entrances.c.id.in_(doors)).values(kind="empty_land"))
        proposal = numbering.propose(conn, street_id, author_id="an")
        code = proposal.open_questions[0].code
    outcomes = all_at_once(
        office,
        lambda conn, who: (
            numbering.answer(conn, proposal.id, code, "1", f"officer{who}", version=proposal.version).version
        ),
    )
    winners = [item for item in outcomes if isinstance(item, int)]
    losers = [item for item in outcomes if isinstance(item, VersionConflict)]
    assert (len(winners), len(losers)) == (1, OFFICERS - 1)
    assert {(item.your_version, item.current_version) for item in losers} == {(proposal.version, winners[0])}


def test_sixteen_receipts_are_sixteen_numbers_without_a_gap(office: Database) -> None:
    made = all_at_once(
        office, lambda conn, who: cases.receive(conn, "change", cases.Applicant(f"N{who}"), f"officer{who}").receipt
    )
    year = today().year
    assert sorted(made) == [receipt_code("HS", year, at) for at in range(1, OFFICERS + 1)]


def test_a_receipt_that_was_rolled_back_leaves_no_gap(office: Database) -> None:
    with office.owner.connect() as conn:
        lost = cases.receive(conn, "change", cases.Applicant("A"), "an").receipt
        conn.rollback()
    with office.owner.begin() as conn:
        assert cases.receive(conn, "change", cases.Applicant("B"), "an").receipt == lost


def test_one_plate_is_ordered_and_one_officer_makes_it(office: Database) -> None:
    _, doors = lay(office, "PLATE", 1)
    with office.owner.begin() as conn:
        number_id = enter_number(conn, doors[0], "1", "an").id
    ordered = all_at_once(office, lambda conn, who: plate_orders.order(conn, number_id, "new", f"officer{who}").id)
    [plate_id] = [item for item in ordered if isinstance(item, int)]
    assert sum(isinstance(item, StepNotPossible) for item in ordered) == OFFICERS - 1
    made = all_at_once(office, lambda conn, who: plates.make(conn, plate_id, f"officer{who}", version=1).status)
    assert [item for item in made if isinstance(item, str)] == ["made"]
    assert sum(isinstance(item, VersionConflict) for item in made) == OFFICERS - 1


def test_a_spare_number_is_given_once_on_the_day_it_was_set_aside(office: Database) -> None:
    street_id, doors = lay(office, "SPARE", 1)
    day = today() - timedelta(days=1)
    with office.owner.begin() as conn:
        conn.execute(update(entrances).where(entrances.c.id == doors[0]).values(kind="empty_land"))
        proposal = numbering.propose(conn, street_id, author_id="an")
        numbering.answer(conn, proposal.id, proposal.open_questions[0].code, "1", "an")
        numbering.submit(conn, proposal.id, "an")
        numbering.approve(conn, proposal.id, "binh")
        issuing.issue(conn, proposal.id, "1/QĐ-SPARE", day, BODY, "binh")
        conn.execute(update(entrances).where(entrances.c.id == doors[0]).values(kind="building"))
    assert in_force(office, street_id) == ["1"]
    signed = SignedDecision("2/QĐ-SPARE", day, BODY)
    outcomes = all_at_once(
        office, lambda conn, who: enter_number(conn, doors[0], "1", f"officer{who}", signed=signed).number
    )
    assert [item for item in outcomes if isinstance(item, str)] == ["1"]
    with office.owner.begin() as conn:
        held = select(house_numbers.c.status, house_numbers.c.valid_from, house_numbers.c.valid_to).where(
            house_numbers.c.street_id == street_id
        )
        assert sorted(conn.execute(held).all(), key=str) == [("in_force", day, None), ("reserved", day, day)]


def test_a_street_and_its_alley_issued_at_once_agree_on_the_name(office: Database) -> None:
    grid = "A . . .\n. b . .\n. . h .\nM . . E\n. . i .\n. . . .\nB . . ."
    with office.owner.begin() as conn:
        street_id, doors = lay_street(conn, grid.replace("h", ".").replace("i", "."), ["A", "B"], code="OUTER")
        alley_id, _ = lay_street(conn, grid.replace("b", "."), ["M", "E"], code="INNER")
        conn.execute(
            text("UPDATE gis.streets SET name = 'Ngõ chưa đặt tên', kind = 'alley', parent_street_id = :outer,"
                 " cross_section_m = 3 WHERE id = :id"), {"outer": street_id, "id": alley_id},
        )  # fmt: skip
        ready = []
        for one in (street_id, alley_id):
            proposal = numbering.propose(conn, one, author_id="an")
            numbering.submit(conn, proposal.id, "an")
            ready.append(numbering.approve(conn, proposal.id, "binh").id)
    assert doors
    day = today() - timedelta(days=1)

    street_is_written, alley_is_written = threading.Event(), threading.Event()

    def act(conn: Connection, who: int) -> None:
        if who == 0:
            issuing.issue(conn, ready[0], "1/QĐ-ALLEY", day, BODY, "binh")
            street_is_written.set()
            alley_is_written.wait(timeout=1)  # in vain: the alley waits for the end of this transaction
        elif who == 1:
            assert street_is_written.wait(timeout=60)
            issuing.issue(conn, ready[1], "2/QĐ-ALLEY", day, BODY, "binh")
            alley_is_written.set()

    assert all_at_once(office, act) == [None] * OFFICERS
    with office.owner.begin() as conn:
        written = conn.execute(
            select(addresses.c.written).where(
                addresses.c.street_id == alley_id, addresses.c.language == "vi", addresses.c.valid_to.is_(None)
            )
        )
        assert sorted(written.scalars()) == ["Số 1, ngõ 1, đường OUTER", "Số 2, ngõ 1, đường OUTER"]
