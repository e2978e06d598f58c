"""Retiring and renumbering: what depends is listed, what was is kept, and any date can be asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select, text

from addressing import (
    addresses,
    issuing,
    lifecycle,
    numbering,
    plate_orders,
    plates,
    renumbering,
    retiring,
)
from addressing.as_of import addresses_as_of, numbers_as_of
from addressing.deciding import SignedDecision, today
from addressing.entering import enter_number
from addressing.errors import (
    AlreadyNumbered,
    AuthorCannotApprove,
    DecisionInvalid,
    DuplicateNumber,
    InvalidIdentifier,
    NotInForce,
    StepNotPossible,
    VersionConflict,
)
from addressing.history import states_of, steps_of
from addressing.register import house_numbers
from addressing.register_tables import addresses as addresses_table
from addressing.register_tables import alley_names
from addressing.street_facts import numbers_on_street
from tests.integration.numbering_ground import lay_door, lay_street
from tests.integration.test_register_addresses import BODY, DAY, lay_alley, number, place_of, written

LATER = DAY + timedelta(days=5)
CHANGE = SignedDecision("9/QĐ", LATER, BODY)


def ids(conn: Connection, street_id: int) -> dict[str, int]:
    """Plate -> id of the number in force."""
    rows = conn.execute(
        select(house_numbers.c.plate_text, house_numbers.c.id).where(
            house_numbers.c.street_id == street_id, house_numbers.c.valid_to.is_(None)
        )
    )
    return dict(rows.all())


def clock(conn: Connection) -> datetime:
    return conn.execute(text("SELECT clock_timestamp()")).scalar_one()


def test_everything_that_depends_is_listed_before(conn: Connection) -> None:
    street, alley = lay_alley(conn)
    number(conn, street)
    number(conn, alley, "2/QĐ")
    plan = renumbering.plan(conn, street, {ids(conn, street)["3"]: "7"})
    assert [(change.old, change.new) for change in plan.numbers] == [("3", "7")]
    assert [(change.street_id, change.old, change.new) for change in plan.alleys] == [(alley, "Ngõ 3", "Ngõ 7")]
    assert set(plan.addresses) == {
        "Số 3, đường A", "No. 3, A Road", "Số 1, ngõ 3, đường A", "No. 1, Alley 3, A Road",
        "Số 2, ngõ 3, đường A", "No. 2, Alley 3, A Road",
    }  # fmt: skip
    assert written(conn, street)["3"] == "Số 3, đường A"


def test_renumbering_closes_the_old_row_and_cascades_to_the_alley(conn: Connection) -> None:
    street, alley = lay_alley(conn)
    number(conn, street)
    number(conn, alley, "2/QĐ")
    place, in_alley = place_of(conn, street, "3"), place_of(conn, alley, "2")
    renumbering.carry_out(conn, street, {ids(conn, street)["3"]: "7"}, CHANGE, "trùng số", "binh")
    assert sorted(ids(conn, street)) == ["1", "5", "7"]
    assert place_of(conn, street, "7") == place
    assert written(conn, alley)["2"] == "Số 2, ngõ 7, đường A"
    for old, place_id in (("Số 3, đường A", place), ("3/2 đường A", in_alley)):
        [found] = addresses.find_by_old_address(conn, old)
        assert (found.place_id, found.is_current, found.valid_to) == (place_id, False, LATER)
    names = conn.execute(select(alley_names.c.name, alley_names.c.valid_to).order_by(alley_names.c.id)).all()
    assert names == [("Ngõ 3", LATER), ("Ngõ 7", None)]


def test_two_houses_may_exchange_their_numbers(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    one, three, by_plate = place_of(conn, street, "1"), place_of(conn, street, "3"), ids(conn, street)
    renumbering.carry_out(conn, street, {by_plate["1"]: "3", by_plate["3"]: "1"}, CHANGE, "đổi", "binh")
    assert (place_of(conn, street, "1"), place_of(conn, street, "3")) == (three, one)


def test_a_double_is_refused_and_names_the_holder(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    with pytest.raises(DuplicateNumber) as refused:
        renumbering.plan(conn, street, {ids(conn, street)["3"]: "5"})
    assert refused.value.held_by == place_of(conn, street, "5")
    with pytest.raises(StepNotPossible):
        renumbering.plan(conn, street, {ids(conn, street)["3"]: "3"})
    with pytest.raises(InvalidIdentifier):
        renumbering.plan(conn, street, {ids(conn, street)["3"]: "3/4"})
    with pytest.raises(NotInForce):
        renumbering.plan(conn, street, {987654: "9"})


def test_whoever_asked_does_not_carry_it_out(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    asked = renumbering.ask(conn, street, {ids(conn, street)["5"]: None}, "nhà đã phá", "an")
    with pytest.raises(AuthorCannotApprove):
        renumbering.approve(conn, asked.id, CHANGE, "an")
    with pytest.raises(VersionConflict) as conflict:
        renumbering.approve(conn, asked.id, CHANGE, "binh", version=7)
    assert (conflict.value.your_version, conflict.value.current_version) == (7, 1)
    renumbering.approve(conn, asked.id, CHANGE, "binh", version=1)
    assert sorted(ids(conn, street)) == ["1", "3"]
    with pytest.raises(StepNotPossible):
        renumbering.approve(conn, asked.id, CHANGE, "binh")


def test_each_number_of_a_change_keeps_its_own_reason(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    of = ids(conn, street)
    changes = {of["1"]: "7", of["5"]: None}
    with pytest.raises(StepNotPossible, match="no reason"):
        renumbering.ask(conn, street, changes, " ", "an", reasons={of["5"]: "nhà đã phá"})
    own = {of["1"]: "trùng với nhà bên", of["5"]: "nhà đã phá", of["3"]: "không đổi"}
    asked = renumbering.ask(conn, street, changes, "", "an", reasons=own)
    assert asked.reasons == {of["1"]: "trùng với nhà bên", of["5"]: "nhà đã phá"}
    assert asked.reason == "trùng với nhà bên; nhà đã phá"
    plate = plate_orders.order(conn, of["5"], "new", "an")
    renumbering.approve(conn, asked.id, CHANGE, "binh")
    closed = dict(conn.execute(
        select(house_numbers.c.plate_text, house_numbers.c.retired_reason).where(house_numbers.c.valid_to.is_not(None))
    ).all())  # fmt: skip
    assert closed == {"1": "trùng với nhà bên", "5": "nhà đã phá"}
    assert plates.get_plate(conn, plate.id).withdrawn_reason == "nhà đã phá"
    ended = conn.execute(
        select(addresses_table.c.written, addresses_table.c.closed_reason).where(
            addresses_table.c.closed_reason.is_not(None), addresses_table.c.language == "vi"
        )
    ).all()
    assert {written.partition(",")[0]: reason for written, reason in ended} == {
        "Số 1": "trùng với nhà bên", "Số 5": "nhà đã phá",
    }  # fmt: skip


def test_a_retired_number_stays_on_record_with_its_decision_and_reason(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    number_id, place = ids(conn, street)["5"], place_of(conn, street, "5")
    with pytest.raises(DecisionInvalid), conn.begin_nested():
        retiring.retire(conn, number_id, SignedDecision("0/QĐ", DAY - timedelta(days=1), BODY), "x", "binh")
    done = retiring.retire(conn, number_id, CHANGE, "nhà đã phá", "binh")
    assert (done.number, done.place_id) == ("5", place)
    row = conn.execute(select(house_numbers).where(house_numbers.c.id == number_id)).one()
    assert (row.status, row.valid_to, row.retired_reason) == ("retired", LATER, "nhà đã phá")
    assert row.closed_by_decision_id is not None
    assert "5" not in written(conn, street)
    with pytest.raises(NotInForce):
        retiring.retire(conn, number_id, CHANGE, "x", "binh")
    on_the_day_before = numbers_on_street(conn, street, LATER - timedelta(days=1))
    assert {item.number: item.status for item in on_the_day_before}["5"] == "in_force"
    assert "5" not in {item.number for item in numbers_on_street(conn, street, LATER)}


def test_any_day_by_what_was_known_at_any_moment(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    before = clock(conn)
    number(conn, street)
    place, issued = place_of(conn, street, "3"), clock(conn)
    renumbering.carry_out(conn, street, {ids(conn, street)["3"]: "7"}, CHANGE, "trùng số", "binh")
    changed = clock(conn)

    def plates(day_offset: int, moment: datetime) -> list[str]:
        day = DAY + timedelta(days=day_offset)
        return [item.plate_text for item in numbers_as_of(conn, street, day, moment)]

    assert plates(6, before) == []
    assert plates(6, issued) == ["1", "3", "5"], "what the register then believed about a later day"
    assert plates(6, changed) == ["1", "5", "7"]
    assert plates(4, changed) == ["1", "3", "5"]
    assert plates(-1, changed) == []
    texts = [item.written for item in addresses_as_of(conn, place, LATER, issued) if item.language == "vi"]
    assert texts == ["Số 3, đường A"]
    assert addresses_as_of(conn, place, LATER, changed)[0].written == "Số 7, đường A"


def test_the_past_of_the_register_cannot_be_rewritten(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    states = states_of(conn, "house_numbers", ids(conn, street)["1"])
    assert [state.content["plate_text"] for state in states] == ["1"]
    for statement in (
        "UPDATE gis.row_history SET content = '{}'", "UPDATE gis.row_history SET recorded_at = now()",
        "DELETE FROM gis.row_history", "DELETE FROM gis.proposal_steps", "UPDATE gis.proposal_steps SET actor = 'x'",
    ):  # fmt: skip
        with pytest.raises(Exception, match="kept for ever"), conn.begin_nested():
            conn.execute(text(statement))


def test_each_step_of_a_proposal_names_who_took_it(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    proposal_id = conn.execute(text("SELECT id FROM gis.proposals WHERE street_id = :id"), {"id": street}).scalar_one()
    steps = steps_of(conn, proposal_id)
    assert [(step.status, step.decision_number) for step in steps] == [
        ("draft", None), ("submitted", None), ("approved", None), ("issued", "1/QĐ"),
    ]  # fmt: skip
    assert (steps[0].actor, steps[2].actor) == ("an", "binh")


def test_one_number_is_entered_by_hand_and_doubles_are_refused(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    door = lay_door(conn, street, "extra", (20, 10))
    with pytest.raises(DuplicateNumber) as refused:
        enter_number(conn, door, "5", "an")
    assert refused.value.held_by == place_of(conn, street, "5")
    entered = enter_number(conn, door, "5a", "an")
    assert (entered.number, written(conn, street)["5A"]) == ("5A", "Số 5A, đường A")
    with pytest.raises(AlreadyNumbered):
        enter_number(conn, door, "7", "an")
    side = conn.execute(
        select(house_numbers.c.side, house_numbers.c.origin).where(house_numbers.c.id == entered.id)
    ).one()
    assert tuple(side) == ("left", "existing")


def test_a_retired_number_is_not_taken_up_again_from_the_ground(conn: Connection) -> None:
    street, _ = lay_street(conn, "A a\n. b\nB c", ["A", "B"], code="A", doors={"b": {"existing_number": "3"}})
    number(conn, street)
    retiring.retire(conn, ids(conn, street)["3"], CHANGE, "gộp nhà", "binh")
    proposal = numbering.propose(conn, street, author_id="an", on=today())
    assert [given.is_existing for given in proposal.result.assignments if str(given.number) == "3"] in ([], [False])


def test_a_number_walks_through_every_state(conn: Connection) -> None:
    street, doors = lay_street(
        conn, "A a\n. b\n. land\nB .", ["A", "B"], code="A", doors={"land": {"kind": "empty_land"}}
    )

    def states() -> dict[str, str]:
        return {item.number: item.state for item in lifecycle.states_on_street(conn, street)}

    proposal = numbering.propose(conn, street, author_id="an")
    numbering.reject(conn, proposal.id, "đo lại", "binh")
    assert states() == {}
    refused = lifecycle.states_on_street(conn, street, with_rejected=True)
    assert {(item.number, item.state, item.reason) for item in refused} == {
        ("1", "rejected", "đo lại (binh)"), ("3", "rejected", "đo lại (binh)"),
    }  # fmt: skip
    proposal = numbering.propose(conn, street, author_id="an")
    numbering.answer(conn, proposal.id, f"empty_land_unmeasured:{doors['land']}", "1", "an")
    assert states() == {"1": "proposed", "3": "proposed", "5": "proposed"}
    numbering.submit(conn, proposal.id, "an")
    numbering.approve(conn, proposal.id, "binh")
    assert states() == {"1": "approved", "3": "approved", "5": "approved"}
    issuing.issue(conn, proposal.id, "1/QĐ", DAY, BODY, "binh")
    assert states() == {"1": "in_force", "3": "in_force", "5": "reserved"}
    conn.execute(text("UPDATE gis.entrances SET kind = 'building' WHERE id = :id"), {"id": doors["land"]})
    enter_number(conn, doors["land"], "5", "an", signed=SignedDecision("2/QĐ", DAY, BODY))
    assert states() == {"1": "in_force", "3": "in_force", "5": "in_force"}
    retiring.retire(conn, ids(conn, street)["1"], CHANGE, "nhà đã phá", "binh")
    [gone] = [item for item in lifecycle.states_on_street(conn, street) if item.number == "1"]
    assert (gone.state, gone.decision_number, gone.decided_on, gone.reason) == ("retired", "9/QĐ", LATER, "nhà đã phá")
    assert (gone.valid_from, gone.valid_to) == (DAY, LATER)
