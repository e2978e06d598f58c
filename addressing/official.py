"""Codes that others issue: taken down with issuer and date, checked, never made here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from addressing import areas
from addressing.addresses import lock_place
from addressing.deciding import today
from addressing.errors import DecisionInvalid, DuplicateCode, NotFound
from addressing.identifiers import OFFICIAL_CODES, check_official_code
from addressing.open_location_code import encode
from addressing.register import official_codes, places


@dataclass(frozen=True, slots=True)
class RecordedCode:
    """One official code of a place."""

    id: int
    place_id: str
    kind: str
    code: str
    issuer: str
    issued_on: date | None
    recorded_at: datetime


def record_code(
    conn: Connection,
    place_id: str,
    kind: str,
    value: str,
    by: str,
    *,
    issued_on: date | None,
    issuer: str | None = None,
) -> RecordedCode:
    """Take down a code that its issuer gave to this place; the same again changes nothing.

    A postcode may belong to many places, every other code to one. Raises `InvalidIdentifier`,
    `DuplicateCode`, `NotFound`, `OutsideArea`, `DecisionInvalid` for a day in the future.
    """
    areas.require_place(conn, by, place_id)
    code = check_official_code(kind, value)
    if issued_on is not None and issued_on > today():
        raise DecisionInvalid("A code cannot be issued in the future.", "Ngày cấp mã không thể ở tương lai.")
    lock_place(conn, place_id)
    conn.execute(
        insert(official_codes)
        .values(
            place_id=place_id, kind=kind, code=code, issuer=issuer or OFFICIAL_CODES[kind].issuer_vi,
            issued_on=issued_on,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    rows = conn.execute(_CODES.where(official_codes.c.kind == kind, official_codes.c.code == code)).all()
    for row in rows:
        if row.place_id == place_id:
            return RecordedCode(*row)
    raise DuplicateCode(kind, code, rows[0].place_id)


def codes_of(conn: Connection, place_id: str) -> list[RecordedCode]:
    """The official codes of a place, by kind. Staff only."""
    rows = conn.execute(_CODES.where(official_codes.c.place_id == place_id).order_by(official_codes.c.kind))
    return [RecordedCode(*row) for row in rows]


def open_location_code(conn: Connection, place_id: str) -> str:
    """Computed from the position of a place each time it is asked for. Raises `NotFound`."""
    wgs84 = func.ST_Transform(places.c.geom, 4326)
    row = conn.execute(select(func.ST_Y(wgs84), func.ST_X(wgs84)).where(places.c.id == place_id)).first()
    if row is None:
        raise NotFound("place", "địa điểm", place_id)
    return encode(row[0], row[1])


_CODES = select(
    official_codes.c.id, official_codes.c.place_id, official_codes.c.kind, official_codes.c.code,
    official_codes.c.issuer, official_codes.c.issued_on, official_codes.c.created_at,
)  # fmt: skip
