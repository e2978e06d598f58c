"""What is to be done at the desk: streets with the state of their numbering, proposals that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from addressing import areas
from addressing.errors import NotFound
from addressing.estate_tables import estates
from addressing.numbering import LIVE
from addressing.register import house_numbers, proposals
from layers.admin_units import administrative_units
from layers.streets import entrances, streets
from layers.zones import zones

PAGE_SIZE = 25
STATES = ("any", "unnumbered", "draft", "submitted", "approved", "numbered")
"""How the list of streets can be narrowed: by its live proposal, or by whether numbers are in force."""


@dataclass(frozen=True, slots=True)
class DeskStreet:
    """One street in the list."""

    id: int
    name: str
    kind: str
    zone_code: str | None
    zone_name: str | None
    doors: int
    in_force: int
    proposal_id: int | None
    proposal_status: str | None
    open_questions: int | None
    west: float
    south: float
    east: float
    north: float
    # WGS 84 degrees


@dataclass(frozen=True, slots=True)
class StreetPage:
    """One page of the list."""

    rows: Sequence[DeskStreet]
    number: int
    count: int
    total: int


def list_streets(
    conn: Connection, login: str, *, name: str = "", zone: str = "", state: str = "any", page: int = 1
) -> StreetPage:
    """Streets within the areas of this account: by name, without regard to marks; by code of the zone; by state.

    Those with doors come first.
    """
    conditions = _conditions(name, zone, state)
    area = {"commune_code": streets.c.commune_code, "zone_id": streets.c.zone_id}
    base = areas.limit(conn, login, _from(select(func.count())).where(and_(True, *conditions)), **area)
    total = conn.execute(base).scalar_one()
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), last)
    rows = conn.execute(
        areas.limit(conn, login, _streets().where(and_(True, *conditions)), **area)
        .order_by((_doors() == 0), streets.c.name, streets.c.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return StreetPage([DeskStreet(*row) for row in rows], number, last, total)


def communes_with_streets(conn: Connection, login: str) -> list[tuple[str, str]]:
    """Code and name of the communes within the areas of this account that have streets, by name."""
    unit = administrative_units
    query = (
        select(unit.c.code, unit.c.full_name)
        .where(unit.c.level == "commune", unit.c.valid_to.is_(None))
        .where(select(streets.c.id).where(streets.c.commune_code == unit.c.code).exists())
        .order_by(unit.c.full_name, unit.c.code)
    )
    query = areas.limit(conn, login, query, commune_code=unit.c.code)
    return [(row.code, row.full_name) for row in conn.execute(query)]


def get_street(conn: Connection, street_id: int) -> DeskStreet:
    """One street as the list has it. Raises `NotFound`."""
    row = conn.execute(_streets().where(streets.c.id == street_id)).first()
    if row is None:
        raise NotFound("street", "đường", street_id)
    return DeskStreet(*row)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal somebody must act on."""

    id: int
    street_id: int
    street_name: str
    # of an estate with its name before it
    status: str
    author: str
    open_questions: int
    updated_at: datetime
    estate_id: int | None = None


def waiting(conn: Connection, login: str, limit: int = 20) -> list[Waiting]:
    """Live proposals in the areas of this account: those for an approver first, the oldest of each kind first.

    Those for estates are among them.
    """
    order = func.array_position(["submitted", "approved", "draft"], proposals.c.status)
    query = (
        select(proposals.c.id, streets.c.id,
               func.coalesce(estates.c.name + ", " + streets.c.name, streets.c.name), proposals.c.status,
               proposals.c.author, proposals.c.open_questions, proposals.c.updated_at, estates.c.id)
        .outerjoin(estates, estates.c.id == proposals.c.estate_id)
        .join(streets, streets.c.id == func.coalesce(proposals.c.street_id, estates.c.street_id))
        .where(proposals.c.status.in_(LIVE))
        .order_by(order, proposals.c.updated_at, proposals.c.id)
        .limit(limit)
    )  # fmt: skip
    query = areas.limit(conn, login, query, commune_code=streets.c.commune_code, zone_id=streets.c.zone_id)
    return [Waiting(*row) for row in conn.execute(query)]


@dataclass(frozen=True, slots=True)
class Past:
    """A proposal in the history of a street."""

    id: int
    status: str
    author: str
    approver: str | None
    created_at: datetime


def proposals_of(conn: Connection, street_id: int) -> list[Past]:
    """All proposals that a street ever had, the newest first."""
    rows = conn.execute(
        select(proposals.c.id, proposals.c.status, proposals.c.author, proposals.c.approver, proposals.c.created_at)
        .where(proposals.c.street_id == street_id)
        .order_by(proposals.c.id.desc())
    )
    return [Past(*row) for row in rows]


def street_line(conn: Connection, street_id: int) -> str | None:
    """The line of a street as GeoJSON in WGS 84 degrees; None when there is no such street."""
    degrees = func.ST_Transform(streets.c.geom_3857, 4326)
    found: str | None = conn.execute(select(func.ST_AsGeoJSON(degrees, 7)).where(streets.c.id == street_id)).scalar()
    return found


def _streets() -> Any:
    box = func.ST_Transform(func.ST_Envelope(streets.c.geom_3857), 4326)
    return _from(
        select(
            streets.c.id, streets.c.name, streets.c.kind, zones.c.code, zones.c.name, _doors(), _in_force(),
            proposals.c.id, proposals.c.status, proposals.c.open_questions,
            func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box),
        )
    )  # fmt: skip


def _conditions(name: str, zone: str, state: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        func.gis.plain(streets.c.name).contains(func.gis.plain(word), autoescape=False) for word in name.split()[:6]
    ]
    if zone:
        found.append(zones.c.code == zone)
    if state in LIVE:
        found.append(proposals.c.status == state)
    elif state == "numbered":
        found.append(_in_force() > 0)
    elif state == "unnumbered":
        found += [proposals.c.id.is_(None), _in_force() == 0, _doors() > 0]
    return found


def _from(query: Any) -> Any:
    live = and_(proposals.c.street_id == streets.c.id, proposals.c.status.in_(LIVE))
    return query.select_from(streets.outerjoin(zones, zones.c.id == streets.c.zone_id).outerjoin(proposals, live))


def _doors() -> Any:
    return select(func.count()).select_from(entrances).where(entrances.c.street_id == streets.c.id).scalar_subquery()


def _in_force() -> Any:
    return (
        select(func.count())
        .select_from(house_numbers)
        .where(
            house_numbers.c.street_id == streets.c.id,
            house_numbers.c.status == "in_force",
            house_numbers.c.valid_to.is_(None),
        )
        .scalar_subquery()
    )
