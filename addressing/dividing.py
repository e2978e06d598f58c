"""What the parts of a house would bear if it were divided, by the policy of its street. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from addressing import street_facts
from addressing.entering import street_of_number
from addressing.errors import NotInForce
from addressing.policies_on_record import policy_for_street
from addressing.register import house_numbers
from addressing.rules.changes import a_divided_house_adds_letters
from addressing.rules.ended import numbers_that_stay_ended
from addressing.rules.numbers import HouseNumber
from addressing.rules.questions import Inquiry

MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Division:
    """The numbers of the parts along the direction of numbering."""

    number: str
    numbers: tuple[str, ...]
    # empty while the policy is to ask, and where the letters do not suffice
    is_open: bool
    # the policy is to ask
    clause: str
    set_by: str
    # the local decision behind the policy, or that there is none


def parts_of(conn: Connection, number_id: int, parts: int, on: date) -> Division:
    """The numbers of two or more parts; letters that stand, are spare or ended on the street are passed over.

    Raises `NotFound`, and `NotInForce` for a number that is spare or closed.
    """
    street_id = street_of_number(conn, number_id)
    row = conn.execute(house_numbers.select().where(house_numbers.c.id == number_id)).one()
    if row.status != "in_force" or row.valid_to is not None:
        raise NotInForce(row.plate_text, row.status)
    policy, street = policy_for_street(conn, street_id, on), street_facts.read(conn, street_id)
    open_numbers = {
        HouseNumber(one.number, one.suffix)
        for one in conn.execute(
            house_numbers.select().where(house_numbers.c.street_id == street_id, house_numbers.c.valid_to.is_(None))
        )
    }
    inquiry = Inquiry()
    numbers = a_divided_house_adds_letters(
        HouseNumber(row.number, row.suffix), parts, policy,
        taken=open_numbers | numbers_that_stay_ended(street.ended, policy, on), inquiry=inquiry,
    )  # fmt: skip
    return Division(
        row.plate_text, tuple(map(str, numbers or ())), bool(inquiry.questions), "R17.division",
        policy.origin("division").set_by,
    )  # fmt: skip
