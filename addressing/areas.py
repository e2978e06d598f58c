"""Rights per area: an officer of a ward sees and changes that ward, and nobody asks twice how.

`require` is the one function that every write of the register passes, and `limit` gives lists the
same limit. An account without areas works in the whole province.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Select,
    Table,
    Text,
    cast,
    delete,
    false,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from addressing.errors import InvalidArea, NotFound, OutsideArea
from addressing.estate_tables import estates, part_names
from addressing.register import places
from addressing.versions import require_version
from layers.admin_units import administrative_units
from layers.schema import change_columns, metadata
from layers.streets import entrances, streets
from layers.zones import zones

EVERYWHERE = "*"
AREA_FORM = r"^(\*|commune:[0-9]{5}|zone:[0-9]{1,18})$"
"""An area in words: everywhere, a commune by its official code, a zone by its id."""

account_areas = Table(
    "account_areas",
    metadata,
    Column("login", Text, primary_key=True),
    Column("area", Text, primary_key=True, comment="commune:10891 or zone:12."),
    Column("granted_by", Text, nullable=False),
    Column("granted_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint(rf"area ~ '{AREA_FORM}' AND area <> '*'", name="area_form"),
    comment="Where an account may work on addresses. No row means the whole province.",
)

account_area_sets = Table(
    "account_area_sets",
    metadata,
    Column("login", Text, primary_key=True),
    Column("set_by", Text, nullable=False),
    *change_columns(),
    comment="How often the areas of an account were set: the version that the next setter must have read.",
)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a thing lies, as far as areas go."""

    commune_code: str | None
    zone_id: int | None

    @property
    def areas(self) -> frozenset[str]:
        """The areas that hold it, without "everywhere"."""
        found = [f"commune:{self.commune_code}"] if self.commune_code else []
        return frozenset([*found, f"zone:{self.zone_id}"] if self.zone_id else found)


def areas_of(conn: Connection, login: str) -> frozenset[str]:
    """The areas of an account; empty for the whole province."""
    return frozenset(conn.execute(select(account_areas.c.area).where(account_areas.c.login == login)).scalars())


def require(conn: Connection, login: str, *held_by: Whereabouts) -> None:
    """Refuse work outside the areas of this account. Raises `OutsideArea`.

    Each thing must lie in one of them; a thing of unknown whereabouts lies in none.
    """
    allowed = areas_of(conn, login)
    for thing in held_by:
        if allowed and allowed.isdisjoint(thing.areas):
            raise OutsideArea(sorted(allowed), sorted(thing.areas))


def require_street(conn: Connection, login: str, street_id: int) -> None:
    """`require` for a street. Raises `OutsideArea`, `NotFound`."""
    allowed = areas_of(conn, login)
    if allowed:
        require(conn, login, of_street(conn, street_id))


def streets_outside(conn: Connection, login: str, street_ids: Collection[int]) -> dict[int, OutsideArea]:
    """Of many streets those that this account may not work on, with the refusal of each."""
    allowed = areas_of(conn, login)
    if not allowed:
        return {}
    rows = conn.execute(
        select(streets.c.id, streets.c.commune_code, streets.c.zone_id).where(
            streets.c.id == func.any(cast(list(street_ids), ARRAY(BigInteger)))
        )
    )
    held = {row.id: Whereabouts(row.commune_code, row.zone_id).areas for row in rows}
    return {
        street_id: OutsideArea(sorted(allowed), sorted(found))
        for street_id, found in held.items()
        if allowed.isdisjoint(found)
    }


def require_place(conn: Connection, login: str, place_id: str) -> None:
    """`require` for a place: it lies where the street of its main entrance lies. Raises as above."""
    if areas_of(conn, login):
        require(conn, login, of_place(conn, place_id))


def of_street(conn: Connection, street_id: int) -> Whereabouts:
    """Commune and zone of a street. Raises `NotFound`."""
    row = conn.execute(select(streets.c.commune_code, streets.c.zone_id).where(streets.c.id == street_id)).first()
    if row is None:
        raise NotFound("street", "đường", street_id)
    return Whereabouts(*row)


def of_place(conn: Connection, place_id: str) -> Whereabouts:
    """Commune and zone of the street on which the main entrance of a place, or of its estate, opens.

    Raises `NotFound`.
    """
    of_estate = (
        select(estates.c.street_id)
        .join(part_names, part_names.c.estate_id == estates.c.id)
        .where(part_names.c.place_id == places.c.id)
        .limit(1)
        .scalar_subquery()
    )
    row = conn.execute(
        select(streets.c.commune_code, streets.c.zone_id)
        .select_from(places)
        .outerjoin(entrances, entrances.c.id == places.c.entrance_id)
        .outerjoin(streets, streets.c.id == func.coalesce(entrances.c.street_id, of_estate))
        .where(places.c.id == place_id)
    ).first()
    if row is None:
        raise NotFound("place", "địa điểm", place_id)
    return Whereabouts(*row)


def limit(
    conn: Connection,
    login: str,
    query: Select[Any],
    *,
    commune_code: ColumnElement[Any],
    zone_id: ColumnElement[Any] | None = None,
) -> Select[Any]:
    """The same list without what lies outside the areas of this account."""
    allowed = areas_of(conn, login)
    if not allowed:
        return query
    communes = [area.removeprefix("commune:") for area in allowed if area.startswith("commune:")]
    zone_ids = [int(area.removeprefix("zone:")) for area in allowed if area.startswith("zone:")]
    inside = commune_code.in_(communes)
    return query.where(or_(inside, zone_id.in_(zone_ids) if zone_id is not None else false()))


@dataclass(frozen=True, slots=True)
class AreaSet:
    """The areas of an account as they stand."""

    version: int
    # how often they were set; 0 while nobody did
    areas: str
    # in words, one after the other; empty for the whole province


def area_set(conn: Connection, login: str) -> AreaSet:
    """Version and areas of an account."""
    version = conn.execute(select(account_area_sets.c.version).where(account_area_sets.c.login == login)).scalar()
    return AreaSet(version or 0, ", ".join(sorted(areas_of(conn, login))))


def set_areas(
    conn: Connection, login: str, wanted: Iterable[str], by: str, *, version: int | None = None
) -> frozenset[str]:
    """Replace the areas of an account; none means the whole province.

    `version` is that of the `area_set` which the setter read, None skips the check. Raises `InvalidArea`,
    `VersionConflict`.
    """
    # Whoever sets the areas of the same account at the same time waits here, a first time as well.
    conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"account_areas/{login}", 0))))
    present = area_set(conn, login)
    require_version("set of areas", "địa bàn", login, version, present.version, present)
    checked = frozenset(check_area(conn, area) for area in wanted)
    if EVERYWHERE in checked:
        raise InvalidArea(EVERYWHERE, "leave the list empty for the whole province", "để trống nếu là toàn tỉnh")
    conn.execute(
        upsert(account_area_sets)
        .values(login=login, set_by=by)
        .on_conflict_do_update(index_elements=["login"], set_={"set_by": by})
    )
    conn.execute(delete(account_areas).where(account_areas.c.login == login))
    if checked:
        conn.execute(
            insert(account_areas), [{"login": login, "area": area, "granted_by": by} for area in sorted(checked)]
        )
    return checked


def check_area(conn: Connection, area: str) -> str:
    """The area as it is stored, when it names something that exists. Raises `InvalidArea`."""
    if not re.fullmatch(AREA_FORM.strip("^$"), area, re.ASCII):
        raise InvalidArea(area, "expected *, commune:10891 or zone:12", "cần *, commune:10891 hoặc zone:12")
    kind, _, key = area.partition(":")
    if kind == "commune" and not _exists(conn, administrative_units, administrative_units.c.code == key):
        raise InvalidArea(area, "there is no such commune", "không có xã, phường này")
    if kind == "zone" and not _exists(conn, zones, zones.c.id == int(key)):
        raise InvalidArea(area, "there is no such zone", "không có khu, cụm công nghiệp này")
    return area


def _exists(conn: Connection, table: Table, condition: ColumnElement[bool]) -> bool:
    return conn.execute(select(func.count()).select_from(table).where(condition)).scalar_one() > 0


@dataclass(frozen=True, slots=True)
class GrantedArea:
    """One area of an account."""

    area: str
    granted_by: str
    granted_at: datetime


def list_areas(conn: Connection, login: str) -> list[GrantedArea]:
    """The areas of an account with who granted them."""
    rows = conn.execute(
        select(account_areas.c.area, account_areas.c.granted_by, account_areas.c.granted_at)
        .where(account_areas.c.login == login)
        .order_by(account_areas.c.area)
    )
    return [GrantedArea(*row) for row in rows]
