"""Enter one number by hand: found on the ground, or given by a decision outside a whole numbering.

A double is refused at the door, with the name of who has the number, and not reported later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from addressing import areas
from addressing.alley_naming import lock_with_alleys
from addressing.deciding import SignedDecision, record_decision, today
from addressing.errors import (
    AlreadyNumbered,
    DecisionInvalid,
    DuplicateNumber,
    InvalidIdentifier,
    NotFound,
    NumberEnded,
)
from addressing.issuing import GIVEN, give_place, numbers_changed
from addressing.policies_on_record import policy_for_street
from addressing.position import street_axis
from addressing.register import house_numbers
from addressing.rules.ended import may_be_given_from
from addressing.rules.numbers import HouseNumber, UnreadableHouseNumber
from layers.streets import entrances, streets


@dataclass(frozen=True, slots=True)
class Entered:
    """A number that is in force now."""

    id: int
    number: str
    street_id: int
    place_id: str
    version: int


def parse_number(written: str) -> HouseNumber:
    """A house number as typed. Raises `InvalidIdentifier`."""
    try:
        return HouseNumber.parse(written)
    except UnreadableHouseNumber as error:
        raise InvalidIdentifier(
            "house number", "số nhà", written, "expected a number with an optional letter, such as 15 or 15A",
            "cần số tự nhiên kèm chữ nếu có, ví dụ 15 hoặc 15A",
        ) from error  # fmt: skip


def street_of_number(conn: Connection, number_id: int) -> int:
    """The street of a house number. Raises `NotFound`."""
    found: int | None = conn.execute(select(house_numbers.c.street_id).where(house_numbers.c.id == number_id)).scalar()
    if found is None:
        raise NotFound("house number", "số nhà", number_id)
    return found


def enter_number(
    conn: Connection,
    entrance_id: int,
    written: str,
    by: str,
    *,
    signed: SignedDecision | None = None,
    on: date | None = None,
) -> Entered:
    """Put a number in force at a door, from the day of the decision or from `on` (today if None).

    Without a decision it is one found on the ground. A spare number of this door is taken up.
    A decision gives no number that another place had, unless the local policy lets it.
    Raises `DuplicateNumber`, `NumberEnded`, `AlreadyNumbered`, `OutsideArea`, `NotFound`, `InvalidIdentifier`,
    `DecisionInvalid`.
    """
    number = parse_number(written)
    door = _door(conn, entrance_id)
    areas.require_street(conn, by, door.street_id)
    lock_with_alleys(conn, door.street_id)
    _require_free_door(conn, door)
    since = signed.decided_on if signed else on or today()
    spare = _require_free_number(conn, door, number, since)
    if signed and spare is None:
        _require_not_ended(conn, door, number, since)
    decision_id = record_decision(conn, signed, f"Cấp số {number} {door.street_name}", by) if signed else None
    if spare is not None:
        conn.execute(
            update(house_numbers)
            .where(house_numbers.c.id == spare.id)
            .values(valid_to=since, retired_reason=GIVEN, closed_by_decision_id=decision_id)
        )
    axis = street_axis(conn, door.street_id)
    place_id = _own_place_again(conn, entrance_id, spare) or give_place(conn, door.street_id, entrance_id)
    row = conn.execute(
        insert(house_numbers)
        .values(
            street_id=door.street_id, place_id=place_id, entrance_id=entrance_id, number=number.number,
            suffix=number.suffix, plate_text=str(number), side=axis.side(door.x, door.y).value,
            chainage_m=axis.chainage_m(door.x, door.y), status="in_force",
            origin="issued" if signed else "existing", decision_id=decision_id, valid_from=since,
        )
        .returning(house_numbers.c.id, house_numbers.c.version)
    ).one()  # fmt: skip
    numbers_changed(conn, door.street_id, on=since, decision_id=decision_id)
    return Entered(row.id, str(number), door.street_id, place_id, row.version)


def _door(conn: Connection, entrance_id: int) -> Any:
    row = conn.execute(
        select(
            entrances.c.id, entrances.c.street_id, entrances.c.place_code, streets.c.name.label("street_name"),
            func.ST_X(entrances.c.geom).label("x"), func.ST_Y(entrances.c.geom).label("y"),
        )
        .join(streets, streets.c.id == entrances.c.street_id)
        .where(entrances.c.id == entrance_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("entrance on a street", "cửa ra đường", entrance_id)
    return row


def _require_free_door(conn: Connection, door: Any) -> None:
    held = conn.execute(
        select(house_numbers.c.plate_text).where(
            house_numbers.c.entrance_id == door.id,
            house_numbers.c.status == "in_force",
            house_numbers.c.valid_to.is_(None),
        )
    ).scalar()
    if held is not None:
        raise AlreadyNumbered(door.id, held)


def _own_place_again(conn: Connection, entrance_id: int, spare: Any) -> str | None:
    """The place that a door had before its house was joined with another; None where that is not how it came."""
    if spare is None or spare.place_id is None:
        return None
    conn.execute(update(entrances).where(entrances.c.id == entrance_id).values(place_code=spare.place_id))
    return str(spare.place_id)


def _require_not_ended(conn: Connection, door: Any, number: HouseNumber, since: date) -> None:
    """A number that another place had is given again only where the local policy lets it be."""
    last = conn.execute(
        select(house_numbers.c.entrance_id, house_numbers.c.place_id, house_numbers.c.valid_to)
        .where(
            house_numbers.c.street_id == door.street_id, house_numbers.c.number == number.number,
            house_numbers.c.suffix == number.suffix, house_numbers.c.status == "retired",
        )
        .order_by(house_numbers.c.valid_to.desc(), house_numbers.c.id.desc())
    ).first()  # fmt: skip
    if last is None or last.entrance_id == door.id or last.place_id == door.place_code:
        return
    if may_be_given_from(last.valid_to, policy_for_street(conn, door.street_id, since)) > since:
        raise NumberEnded(str(number), door.street_name, last.place_id, last.valid_to)


def _require_free_number(conn: Connection, door: Any, number: HouseNumber, since: date) -> Any:
    """The spare row that this door takes up, None when nobody has the number."""
    holder = conn.execute(
        select(
            house_numbers.c.id, house_numbers.c.status, house_numbers.c.entrance_id, house_numbers.c.place_id,
            house_numbers.c.valid_from,
        ).where(
            house_numbers.c.street_id == door.street_id, house_numbers.c.number == number.number,
            house_numbers.c.suffix == number.suffix,
            func.daterange(house_numbers.c.valid_from, house_numbers.c.valid_to).op("&&")(func.daterange(since, None)),
        )
    ).first()  # fmt: skip
    if holder is None:
        return None
    if holder.status != "reserved" or holder.entrance_id != door.id:
        raise DuplicateNumber(str(number), door.street_name, holder.place_id, holder.valid_from)
    if holder.valid_from > since:
        raise DecisionInvalid(
            f"Number {number} is spare since {holder.valid_from}, which is later.",
            f"Số {number} dự phòng từ {holder.valid_from:%d/%m/%Y}, sau ngày này.",
        )
    return holder
