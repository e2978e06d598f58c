"""Houses that become one: one number stays, the others wait for their doors, and every old address leads on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from addressing import addresses, dividing, numbering, policies_on_record, renumbering, retiring
from addressing.deciding import SignedDecision
from addressing.entering import enter_number
from addressing.errors import NumberEnded, StepNotPossible
from addressing.register import house_numbers
from addressing.register_tables import alley_names
from layers.streets import entrances
from tests.integration.numbering_ground import lay_door
from tests.integration.test_register_addresses import BODY, DAY, lay_alley, number, place_of, written
from tests.integration.test_register_renumbering import CHANGE, LATER, ids

DIVISION = SignedDecision("10/QĐ", LATER + timedelta(days=1), BODY)


def joined(conn: Connection) -> tuple[int, int, dict[str, str]]:
    """A street whose house 3 became one with house 1; with its alley and the places as they were."""
    street, alley = lay_alley(conn)
    number(conn, street)
    number(conn, alley, "2/QĐ")
    was = {plate: place_of(conn, street, plate) for plate in ("1", "3", "5")}
    of = ids(conn, street)
    asked = renumbering.ask(conn, street, {of["3"]: None}, "hợp nhất", "an", joined_to=of["1"])
    plan = renumbering.approve(conn, asked.id, CHANGE, "binh")
    assert [(one.old, one.new, one.stays_spare) for one in plan.numbers] == [("3", None, True)]
    assert (plan.joined_to, plan.alleys) == ("1", ())
    return street, alley, was


def statuses(conn: Connection, street_id: int) -> dict[str, str]:
    rows = conn.execute(
        select(house_numbers.c.plate_text, house_numbers.c.status).where(
            house_numbers.c.street_id == street_id, house_numbers.c.valid_to.is_(None)
        )
    )
    return dict(rows.all())


def test_the_smallest_stays_and_the_others_are_kept_for_their_doors(conn: Connection) -> None:
    street, alley, was = joined(conn)
    assert statuses(conn, street) == {"1": "in_force", "3": "reserved", "5": "in_force"}
    found = {one.place_id: one for one in addresses.find_by_old_address(conn, "Số 3, đường A")}
    assert found.keys() == {was["1"], was["3"]}
    assert (found[was["1"]].is_current, found[was["1"]].present) == (False, "Số 1, đường A")
    assert written(conn, alley)["1"] == "Số 1, ngõ 3, đường A", "a spare number keeps the name of the alley"
    names = conn.execute(select(alley_names.c.name).where(alley_names.c.valid_to.is_(None))).scalars().all()
    assert names == ["Ngõ 3"]


def test_numbering_anew_gives_the_freed_number_to_nobody(conn: Connection) -> None:
    street, _, _ = joined(conn)
    lay_door(conn, street, "A-new", (5.0, 72.0))  # between the doors of 3 and 5
    result = numbering.propose(conn, street, author_id="an").result
    assert [str(given.number) for given in result.new] == ["1A"]


def test_a_later_division_gives_a_door_its_place_and_number_back(conn: Connection) -> None:
    street, _, was = joined(conn)
    door = conn.execute(select(entrances.c.id).where(entrances.c.code == "A-b3")).scalar_one()
    entered = enter_number(conn, door, "3", "binh", signed=DIVISION)
    assert entered.place_id == was["3"]
    assert statuses(conn, street) == {"1": "in_force", "3": "in_force", "5": "in_force"}
    assert written(conn, street)["3"] == "Số 3, đường A"


def test_a_joined_house_keeps_no_other_than_the_policy_says(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    of = ids(conn, street)
    with pytest.raises(StepNotPossible, match="smallest"):
        renumbering.plan(conn, street, {of["1"]: None}, of["3"])
    with pytest.raises(StepNotPossible, match="no other"):
        renumbering.plan(conn, street, {of["3"]: "9"}, of["1"])
    with pytest.raises(StepNotPossible):
        renumbering.plan(conn, street, {of["1"]: None}, of["1"])
    shared = {"decision_number": "3/QĐ", "valid_from": DAY, "by": "binh"}
    policies_on_record.set_policy(conn, "merger_number", "choose", "*", **shared)
    policies_on_record.set_policy(conn, "merger_freed", "ended", "*", **shared)
    plan = renumbering.carry_out(conn, street, {of["1"]: None}, CHANGE, "hợp nhất", "binh", joined_to=of["3"])
    assert plan.numbers[0].stays_spare is False
    assert statuses(conn, street) == {"3": "in_force", "5": "in_force"}


def test_an_ended_number_is_no_other_places_unless_the_policy_lets_it(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    retiring.retire(conn, ids(conn, street)["3"], CHANGE, "nhà đã phá", "binh")
    old = conn.execute(select(entrances.c.id).where(entrances.c.code == "A-b3")).scalar_one()
    other = lay_door(conn, street, "A-new", (5.0, 72.0))
    new = {given.key: str(given.number) for given in numbering.propose(conn, street, author_id="an").result.new}
    assert new == {str(old): "3", str(other): "3A"}
    with pytest.raises(NumberEnded):
        enter_number(conn, other, "3", "binh", signed=DIVISION)
    shared = {"decision_number": "3/QĐ", "valid_from": DAY, "by": "binh"}
    policies_on_record.set_policy(conn, "ended_numbers", "after_wait", "*", **shared)
    with pytest.raises(NumberEnded):
        enter_number(conn, other, "3", "binh", signed=DIVISION)
    policies_on_record.set_policy(conn, "ended_wait_months", 0.0, "*", **shared)
    assert enter_number(conn, other, "3", "binh", signed=DIVISION).number == "3"


def test_what_the_parts_of_a_house_would_bear_by_the_local_policy(conn: Connection) -> None:
    street, _ = lay_alley(conn)
    number(conn, street)
    three = ids(conn, street)["3"]
    assert dividing.parts_of(conn, three, 3, LATER).numbers == ("3", "3A", "3B")
    shared = {"decision_number": "3/QĐ", "by": "binh"}
    policies_on_record.set_policy(conn, "division", "all_lettered", "*", valid_from=DAY, **shared)
    lettered = dividing.parts_of(conn, three, 3, LATER)
    assert (lettered.numbers, lettered.set_by) == (("3A", "3B", "3C"), "3/QĐ")
    policies_on_record.set_policy(conn, "division", "ask", "*", valid_from=LATER, **shared)
    assert (dividing.parts_of(conn, three, 3, LATER).numbers, dividing.parts_of(conn, three, 3, LATER).is_open) == (
        (), True,
    )  # fmt: skip
