"""What the register says of a place, for anybody: its addresses and its entrances. Public columns only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, or_, select

from addressing.errors import NotFound
from addressing.register import places
from addressing.register_tables import addresses
from layers.streets import entrances


@dataclass(frozen=True, slots=True)
class Place:
    """One place."""

    id: str
    kind: str
    entrance_id: int | None
    # its main entrance


@dataclass(frozen=True, slots=True)
class AddressOfPlace:
    """One address that a place has or had."""

    id: int
    language: str
    written: str
    is_preferred: bool
    role: str
    # current, alternative or previous
    path: tuple[str, ...]
    # from the street inward
    address_code: str | None
    unit_code: str | None
    unit_name: str | None
    valid_from: date
    valid_to: date | None
    version: int
    # to be named by whoever makes another one the preferred


@dataclass(frozen=True, slots=True)
class EntranceOfPlace:
    """One door or gate."""

    id: int
    kind: str
    is_main: bool
    street_id: int | None
    position_quality: str
    lon: float
    lat: float


def get_place(conn: Connection, place_id: str) -> Place:
    """One place. Raises `NotFound`."""
    row = conn.execute(select(places.c.id, places.c.kind, places.c.entrance_id).where(places.c.id == place_id)).first()
    if row is None:
        raise NotFound("place", "địa điểm", place_id)
    return Place(*row)


def addresses_of(conn: Connection, place_id: str, on: date | None = None) -> list[AddressOfPlace]:
    """The addresses of one day or all ever, those in use first, the preferred one before all."""
    query = select(
        addresses.c.id, addresses.c.language, addresses.c.written, addresses.c.is_preferred, addresses.c.path,
        addresses.c.address_code, addresses.c.unit_code, addresses.c.unit_name, addresses.c.valid_from,
        addresses.c.valid_to, addresses.c.version,
    ).where(addresses.c.place_id == place_id)  # fmt: skip
    if on is not None:
        query = query.where(
            addresses.c.valid_from <= on, or_(addresses.c.valid_to.is_(None), addresses.c.valid_to > on)
        )
    rows = conn.execute(
        query.order_by(
            addresses.c.valid_to.desc().nulls_first(), addresses.c.is_preferred.desc(), addresses.c.language.desc(),
            addresses.c.id,
        )
    )  # fmt: skip
    return [
        AddressOfPlace(
            row.id, row.language, row.written, row.is_preferred,
            "previous" if row.valid_to else "current" if row.is_preferred else "alternative",
            tuple(row.path), row.address_code, row.unit_code, row.unit_name, row.valid_from, row.valid_to,
            row.version,
        )
        for row in rows
    ]  # fmt: skip


def entrances_of(conn: Connection, place_id: str) -> list[EntranceOfPlace]:
    """The doors and gates of a place, the main one first."""
    degrees = func.ST_Transform(entrances.c.geom, 4326)
    rows = conn.execute(
        select(
            entrances.c.id, entrances.c.kind, entrances.c.is_main, entrances.c.street_id, entrances.c.position_quality,
            func.ST_X(degrees), func.ST_Y(degrees),
        )
        .where(entrances.c.place_code == place_id)
        .order_by(entrances.c.is_main.desc(), entrances.c.id)
    )  # fmt: skip
    return [EntranceOfPlace(*row) for row in rows]
