"""Plates are ordered: `new` where none hangs, `change` or `reissue` where one does."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select

from addressing import areas, policies_on_record
from addressing.counters import next_number, next_numbers
from addressing.deciding import today
from addressing.errors import NotFound, NotInForce, StepNotPossible
from addressing.estate_tables import PART_KINDS, estates, part_names
from addressing.plates import PLATES, SERIES, VALID, Plate, get_plate, plate_kind
from addressing.receipts import receipt_code
from addressing.register import house_numbers
from addressing.register_tables import plates
from addressing.rules.plates import PlateKind, SizeFound, a_plate_without_a_size_is_asked_about
from addressing.rules.questions import Inquiry


def order(conn: Connection, house_number_id: int, request: str, by: str, *, case_id: int | None = None) -> Plate:
    """Order a plate: `new` where none hangs, `change` or `reissue` where one does.

    It has no size while neither the table nor a local decision gives one; the production list asks for it.

    Raises `NotFound`, `NotInForce`, `StepNotPossible`, `OutsideArea`.
    """
    number = conn.execute(select(house_numbers).where(house_numbers.c.id == house_number_id).with_for_update()).first()
    if number is None:
        raise NotFound("house number", "số nhà", house_number_id)
    areas.require_street(conn, by, number.street_id)
    if number.status != "in_force" or number.valid_to is not None:
        raise NotInForce(number.plate_text, number.status)
    policy = policies_on_record.policy_for_street(conn, number.street_id, today())
    found = a_plate_without_a_size_is_asked_about(
        plate_kind(conn, number.street_id), number.plate_text, policy, Inquiry()
    )  # fmt: skip
    return _order(
        conn, plates.c.house_number_id == house_number_id, number.plate_text, request, found,
        {"house_number_id": house_number_id, "place_id": number.place_id, "case_id": case_id},
    )  # fmt: skip


def order_for_part(conn: Connection, part_name_id: int, request: str, by: str, *, case_id: int | None = None) -> Plate:
    """The same for a group, building, stair, floor or flat, by its name in force. Raises as `order` does."""
    named = conn.execute(select(part_names).where(part_names.c.id == part_name_id).with_for_update()).first()
    if named is None:
        raise NotFound("name of a part", "tên phần khu nhà", part_name_id)
    street_id = conn.execute(select(estates.c.street_id).where(estates.c.id == named.estate_id)).scalar_one()
    areas.require_street(conn, by, street_id)
    if named.valid_to is not None:
        raise NotInForce(named.name, named.status)
    policy = policies_on_record.policy_for_street(conn, street_id, today())
    found = a_plate_without_a_size_is_asked_about(PlateKind(named.kind), named.name, policy, Inquiry())
    return _order(
        conn, plates.c.part_name_id == part_name_id, named.name, request, found,
        {"part_name_id": part_name_id, "place_id": named.place_id, "case_id": case_id},
    )  # fmt: skip


def kinds_lacking(conn: Connection, estate_id: int) -> dict[str, int]:
    """How many names in force of each kind have neither a plate nor one in the making."""
    rows = conn.execute(select(part_names.c.kind, func.count()).where(*_lacking(estate_id)).group_by(part_names.c.kind))
    counts = {row[0]: row[1] for row in rows}
    return {kind: counts[kind] for kind in PART_KINDS if kind in counts}


def order_lacking(conn: Connection, estate_id: int, kind: str, by: str) -> list[Plate]:
    """Order new plates for every name of a kind that has none. Raises `NotFound`, `OutsideArea`."""
    street_id = conn.execute(select(estates.c.street_id).where(estates.c.id == estate_id)).scalar()
    if street_id is None:
        raise NotFound("estate", "khu nhà", estate_id)
    areas.require_street(conn, by, street_id)
    lacking = select(part_names).where(*_lacking(estate_id), part_names.c.kind == str(kind))
    names = conn.execute(lacking.order_by(part_names.c.id).with_for_update(of=part_names)).all()
    if not names:
        return []
    policy, ordered_on = policies_on_record.policy_for_street(conn, street_id, today()), today()
    numbers = next_numbers(conn, "plate", ordered_on.year, len(names))
    rows = []
    for named, number in zip(names, numbers, strict=True):
        found = a_plate_without_a_size_is_asked_about(PlateKind(named.kind), named.name, policy, Inquiry())
        of = {"part_name_id": named.id, "place_id": named.place_id}
        rows.append(_new(of, named.name, "new", found, ordered_on, number))
    made = conn.execute(insert(plates).returning(plates.c.id, sort_by_parameter_order=True), rows).scalars().all()
    found_rows = conn.execute(PLATES.where(plates.c.id.in_(made)).order_by(plates.c.id))
    return [Plate(*row) for row in found_rows]


def _new(
    of: dict[str, Any], shown: str, request: str, found: SizeFound | None, ordered_on: date, number: int
) -> dict[str, Any]:  # fmt: skip
    """The row of an ordered plate."""
    size = found.size if found else None
    return {
        **of, "code": receipt_code(SERIES, ordered_on.year, number), "request": request, "plate_text": shown,
        "width_mm": size.width_mm if size else None, "height_mm": size.height_mm if size else None,
        "status": "ordered", "ordered_on": ordered_on,
    }  # fmt: skip


def _lacking(estate_id: int) -> tuple[ColumnElement[bool], ...]:
    has_one = select(plates.c.id).where(plates.c.part_name_id == part_names.c.id, plates.c.status != "withdrawn")
    return part_names.c.estate_id == estate_id, part_names.c.valid_to.is_(None), ~has_one.exists()


def _order(
    conn: Connection, same: ColumnElement[bool], shown: str, request: str, found: SizeFound | None,
    of: dict[str, Any],
) -> Plate:  # fmt: skip
    present = conn.execute(
        select(plates.c.id, plates.c.code, plates.c.status).where(same, plates.c.status != "withdrawn")
    ).all()
    hanging = _plate_to_replace(shown, request, present)
    ordered_on = today()
    row = _new(of, shown, request, found, ordered_on, next_number(conn, "plate", ordered_on.year))
    made = conn.execute(insert(plates).values(row | {"replaces_id": hanging}).returning(plates.c.id)).scalar_one()
    return get_plate(conn, made)


def _plate_to_replace(plate_text: str, request: str, present: Any) -> int | None:
    hanging = [row for row in present if row.status in VALID]
    if len(hanging) < len(present):
        making = next(row for row in present if row.status not in VALID)
        raise StepNotPossible(
            "number", "số nhà", plate_text, "order", f"plate {making.code} is in the making",
            f"biển {making.code} đang được làm",
        )  # fmt: skip
    if request == "new" and hanging:
        raise StepNotPossible(
            "number", "số nhà", plate_text, "order", f"plate {hanging[0].code} is valid; order a change or a reissue",
            f"biển {hanging[0].code} còn hiệu lực; hãy chọn đổi hoặc cấp lại",
        )  # fmt: skip
    if request != "new" and not hanging:
        raise StepNotPossible(
            "number", "số nhà", plate_text, "order", "there is no plate to replace; order a new one",
            "chưa có biển để đổi; hãy chọn cấp mới",
        )  # fmt: skip
    return hanging[0].id if hanging else None
