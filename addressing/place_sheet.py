"""What anybody may know of a place: its numbers now and before, where it lies, its codes. Nothing private.

Only columns that the views of the public have are named, so the same reading serves the public's role
and staff alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from addressing.errors import NotFound
from addressing.estate_tables import estates, part_names
from addressing.identifiers import PlaceId
from addressing.register import decisions, house_numbers, places
from addressing.register_tables import addresses
from addressing.written_forms import AddressParts, written_forms
from layers.crs import storage_srid
from layers.streets import streets

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NumberOfPlace:
    """One number that a place has or had."""

    number: str
    street_id: int
    street_name: str
    origin: str
    decision_number: str | None
    decided_on: date | None
    issuing_body: str | None
    valid_from: date
    valid_to: date | None
    kind: str = "house"
    # or group, building, stair, floor, flat: then the number is its name, and the street that of its estate


@dataclass(frozen=True, slots=True)
class WrittenAddress:
    """One address of a place as it is, or was, written."""

    written: str
    language: str
    is_preferred: bool
    address_code: str | None
    # derived, right for its period only
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PlaceSheet:
    """One place."""

    id: str
    kind: str
    x: float
    y: float
    srid: int
    # metres in the storage CRS
    lon: float
    lat: float
    present: tuple[NumberOfPlace, ...]
    # numbers in force on the day asked for
    previous: tuple[NumberOfPlace, ...]
    # the latest first
    addresses: tuple[WrittenAddress, ...]
    # in use on that day, the preferred first
    previous_addresses: tuple[WrittenAddress, ...]

    def address(self, language: str) -> str:
        """The address in one line; number and street by the same writer where no address is on record."""
        fitting = [one.written for one in self.addresses if one.language == language]
        if fitting:
            return fitting[0]
        if not self.present or self.present[0].kind != "house":
            return self.id
        return written_forms(AddressParts(self.present[0].street_name, (), self.present[0].number))[language][0]


def read(conn: Connection, place_id: PlaceId, on: date) -> PlaceSheet:
    """The place of this id as of a day. Raises `NotFound`; spare numbers are never in it."""
    found = read_many(conn, [str(place_id)], on)
    if not found:
        raise NotFound("place", "địa điểm", str(place_id))
    return found[str(place_id)]


def read_many(conn: Connection, place_ids: Collection[str], on: date) -> dict[str, PlaceSheet]:
    """The same of many places at once, by their ids; unknown ones are left out."""
    degrees = func.ST_Transform(places.c.geom_3857, 4326)
    rows = conn.execute(
        select(
            places.c.id, places.c.kind, func.ST_X(places.c.geom), func.ST_Y(places.c.geom),
            func.ST_X(degrees), func.ST_Y(degrees),
        ).where(places.c.id.in_(place_ids))
    ).all()  # fmt: skip
    numbers, names = _numbers(conn, place_ids), _names(conn, place_ids)
    written, srid = _addresses(conn, place_ids), storage_srid(conn)
    return {
        place: _sheet(row, srid, [*numbers.get(place, []), *names.get(place, [])], written.get(place, []), on)
        for place, row in ((row[0], tuple(row)) for row in rows)
    }


def _sheet(
    row: tuple[Any, ...], srid: int, numbers: list[NumberOfPlace], written: list[WrittenAddress], on: date
) -> PlaceSheet:
    place, kind, x, y, lon, lat = row
    return PlaceSheet(
        id=place, kind=kind, x=x, y=y, srid=srid, lon=lon, lat=lat,
        present=tuple(one for one in numbers if _holds(one, on)),
        previous=tuple(one for one in numbers if one.valid_to is not None and one.valid_to <= on),
        addresses=tuple(one for one in written if _holds(one, on)),
        previous_addresses=tuple(one for one in written if one.valid_to is not None and one.valid_to <= on),
    )  # fmt: skip


def _holds(one: NumberOfPlace | WrittenAddress, on: date) -> bool:
    return one.valid_from <= on and (one.valid_to is None or one.valid_to > on)


def _numbers(conn: Connection, place_ids: Collection[str]) -> dict[str, list[NumberOfPlace]]:
    rows = conn.execute(
        select(
            house_numbers.c.place_id,
            house_numbers.c.plate_text, streets.c.id, streets.c.name, house_numbers.c.origin, decisions.c.number,
            decisions.c.decided_on, decisions.c.issuing_body, house_numbers.c.valid_from, house_numbers.c.valid_to,
        )
        .join(streets, streets.c.id == house_numbers.c.street_id)
        .outerjoin(decisions, decisions.c.id == house_numbers.c.decision_id)
        .where(house_numbers.c.place_id.in_(place_ids), house_numbers.c.status != "reserved")
        .order_by(house_numbers.c.valid_from.desc(), house_numbers.c.id.desc())
    )  # fmt: skip
    return _by_place(NumberOfPlace, rows)


def _names(conn: Connection, place_ids: Collection[str]) -> dict[str, list[NumberOfPlace]]:
    """Names that a part of an estate bears or bore; the estate stands before its street."""
    rows = conn.execute(
        select(
            part_names.c.place_id,
            part_names.c.name, streets.c.id, estates.c.name + ", " + streets.c.name, part_names.c.origin,
            decisions.c.number, decisions.c.decided_on, decisions.c.issuing_body, part_names.c.valid_from,
            part_names.c.valid_to, part_names.c.kind,
        )
        .join(estates, estates.c.id == part_names.c.estate_id)
        .join(streets, streets.c.id == estates.c.street_id)
        .outerjoin(decisions, decisions.c.id == part_names.c.decision_id)
        .where(part_names.c.place_id.in_(place_ids))
        .order_by(part_names.c.valid_from.desc(), part_names.c.id.desc())
    )  # fmt: skip
    return _by_place(NumberOfPlace, rows)


def _addresses(conn: Connection, place_ids: Collection[str]) -> dict[str, list[WrittenAddress]]:
    rows = conn.execute(
        select(
            addresses.c.place_id,
            addresses.c.written, addresses.c.language, addresses.c.is_preferred, addresses.c.address_code,
            addresses.c.valid_from, addresses.c.valid_to,
        )
        .where(addresses.c.place_id.in_(place_ids))
        .order_by(addresses.c.is_preferred.desc(), addresses.c.language.desc(), addresses.c.valid_from.desc(),
                  addresses.c.id)
    )  # fmt: skip
    return _by_place(WrittenAddress, rows)


def _by_place(record: Callable[..., T], rows: Iterable[Any]) -> dict[str, list[T]]:
    """The rows as records, by the place that stands first in each; in their order."""
    found: dict[str, list[T]] = {}
    for place, *values in rows:
        found.setdefault(place, []).append(record(*values))
    return found
