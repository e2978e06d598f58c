"""The register as of any day, and as it was known at any moment. For staff: it reads the histories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from addressing.rules.numbers import HouseNumber


@dataclass(frozen=True, slots=True)
class NumberThen:
    """A house number as it held on a day."""

    id: int
    plate_text: str
    status: str
    # reserved or in_force: what it was on that day
    place_id: str | None
    entrance_id: int | None
    side: str
    chainage_m: float
    decision_number: str | None
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class AddressThen:
    """An address of a place as it held on a day."""

    id: int
    language: str
    written: str
    is_preferred: bool
    address_code: str | None
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    recorded_by: str


_NUMBERS = """
    SELECT n.id, n.plate_text, CASE n.status WHEN 'retired' THEN 'in_force' ELSE n.status END, n.place_id,
           n.entrance_id, n.side, n.chainage_m, d.number, n.valid_from, n.valid_to, h.recorded_at, h.actor
    FROM gis.row_history h
    CROSS JOIN LATERAL jsonb_populate_record(NULL::gis.house_numbers, h.content) n
    LEFT JOIN gis.decisions d ON d.id = n.decision_id
    WHERE h.table_name = 'house_numbers'
      AND h.row_id IN (SELECT id FROM gis.house_numbers WHERE street_id = :street)
      AND h.recorded_at <= :known_at AND (h.superseded_at IS NULL OR h.superseded_at > :known_at)
      AND n.valid_from <= :day AND (n.valid_to IS NULL OR n.valid_to > :day)
"""

_ADDRESSES = """
    SELECT a.id, a.language, a.written, a.is_preferred, a.address_code, a.valid_from, a.valid_to,
           h.recorded_at, h.actor
    FROM gis.row_history h
    CROSS JOIN LATERAL jsonb_populate_record(NULL::gis.addresses, h.content) a
    WHERE h.table_name = 'addresses'
      AND h.row_id IN (SELECT id FROM gis.addresses WHERE place_id = :place)
      AND h.recorded_at <= :known_at AND (h.superseded_at IS NULL OR h.superseded_at > :known_at)
      AND a.valid_from <= :day AND (a.valid_to IS NULL OR a.valid_to > :day)
    ORDER BY a.language DESC, a.is_preferred DESC, a.id
"""


def numbers_as_of(conn: Connection, street_id: int, day: date, known_at: datetime) -> list[NumberThen]:
    """The numbers of a street that held on `day` by what the register knew at `known_at`, in natural order."""
    rows = conn.execute(text(_NUMBERS.replace("::", r"\:\:")), {"street": street_id, "day": day, "known_at": known_at})
    return sorted((NumberThen(*row) for row in rows), key=lambda item: HouseNumber.parse(item.plate_text))


def addresses_as_of(conn: Connection, place_id: str, day: date, known_at: datetime) -> list[AddressThen]:
    """The addresses of a place that held on `day` by what the register knew at `known_at`."""
    rows = conn.execute(text(_ADDRESSES.replace("::", r"\:\:")), {"place": place_id, "day": day, "known_at": known_at})
    return [AddressThen(*row) for row in rows]
