"""The doors of a street as the desk shows them, and moving one to where it really is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from addressing.errors import AddressingError, NotFound
from layers.enterprises import enterprises
from layers.plots import plots
from layers.streets import entrances, streets

FARTHEST_M = 1000.0
"""A door farther than this from its street was not dragged but lost."""

QUALITIES = ("surveyed", "published", "derived", "approximate")


@dataclass(frozen=True, slots=True)
class DeskDoor:
    """One entrance with what tells it apart on the ground."""

    id: int
    code: str
    kind: str
    is_main: bool
    existing_number: str | None
    place_id: str | None
    plot_code: str | None
    firm: str | None
    x: float
    y: float
    # metres in the storage CRS
    lon: float
    lat: float
    position_quality: str
    version: int
    updated_at: datetime

    @property
    def label(self) -> str:
        """Plot and firm, or its key where neither is known."""
        return ", ".join(part for part in (self.plot_code, self.firm) if part) or self.code


class DoorChanged(AddressingError):
    """Somebody else changed the door since the form was opened; both versions are in the facts."""

    code = "door_changed"

    def __init__(self, now: DeskDoor, yours: tuple[float, float], version: int) -> None:
        self.door_id = now.id
        self.theirs = {"x": now.x, "y": now.y, "version": now.version}
        self.yours = {"x": yours[0], "y": yours[1], "version": version}
        super().__init__(
            f"Entrance {now.code} was changed meanwhile (version {now.version}, yours {version}); nothing was saved.",
            f"Cửa {now.code} đã được người khác sửa (phiên bản {now.version}, của bạn {version}); chưa lưu gì.",
        )


class DoorTooFar(AddressingError):
    """A position that cannot be that of a door of this street."""

    code = "door_too_far"

    def __init__(self, distance_m: float) -> None:
        self.distance_m = round(distance_m, 1)
        super().__init__(
            f"That is {distance_m:.0f} m from the street; at most {FARTHEST_M:.0f} m.",
            f"Vị trí cách tuyến đường {distance_m:.0f} m; tối đa {FARTHEST_M:.0f} m.",
        )


def list_doors(conn: Connection, street_id: int) -> list[DeskDoor]:
    """The entrances that open on a street, by id. Staff only."""
    return [DeskDoor(*row) for row in conn.execute(_query().where(entrances.c.street_id == street_id))]


def get_door(conn: Connection, door_id: int) -> DeskDoor:
    """One entrance. Raises `NotFound`."""
    row = conn.execute(_query().where(entrances.c.id == door_id)).first()
    if row is None:
        raise NotFound("entrance", "cửa, lối vào", door_id)
    return DeskDoor(*row)


def street_of(conn: Connection, door_id: int) -> int:
    """The street that a door opens on. Raises `NotFound` for an unknown door and one without a street."""
    found: int | None = conn.execute(select(entrances.c.street_id).where(entrances.c.id == door_id)).scalar()
    if found is None:
        raise NotFound("entrance on a street", "cửa, lối vào trên đường", door_id)
    return found


def move(conn: Connection, door_id: int, x: float, y: float, *, version: int, quality: str) -> DeskDoor:
    """Put a door at x (east), y (north) in metres of the storage CRS.

    `version` is the one the asker saw. A live proposal of the street becomes stale by itself. Raises
    `NotFound`, `DoorChanged`, `DoorTooFar`.
    """
    street_id = street_of(conn, door_id)
    point = func.ST_SetSRID(func.ST_MakePoint(x, y), func.gis.storage_srid())
    distance_m = conn.execute(
        select(func.ST_Distance(streets.c.geom, point)).where(streets.c.id == street_id)
    ).scalar_one()
    if not distance_m <= FARTHEST_M:
        raise DoorTooFar(distance_m)
    moved = conn.execute(
        update(entrances)
        .where(entrances.c.id == door_id, entrances.c.version == version)
        .values(geom=point, position_quality=quality)
    )
    if moved.rowcount == 0:
        raise DoorChanged(get_door(conn, door_id), (x, y), version)
    return get_door(conn, door_id)


def _query() -> Select[Any]:
    degrees = func.ST_Transform(entrances.c.geom_3857, 4326)
    return (
        select(
            entrances.c.id, entrances.c.code, entrances.c.kind, entrances.c.is_main, entrances.c.existing_number,
            entrances.c.place_code, plots.c.code, func.coalesce(enterprises.c.short_name, enterprises.c.name),
            func.ST_X(entrances.c.geom), func.ST_Y(entrances.c.geom), func.ST_X(degrees), func.ST_Y(degrees),
            entrances.c.position_quality, entrances.c.version, entrances.c.updated_at,
        )
        .outerjoin(plots, plots.c.id == entrances.c.plot_id)
        .outerjoin(enterprises, enterprises.c.id == entrances.c.enterprise_id)
        .order_by(entrances.c.id)
    )  # fmt: skip
