"""Entrances that belong to no street yet, and the street that lies nearest to each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, true

from addressing.rules.policy import Policy
from layers.streets import entrances, streets
from layers.zones import zones


@dataclass(frozen=True, slots=True)
class Stray:
    """An entrance without a street; nothing is numbered until somebody says where it belongs."""

    entrance_id: int
    code: str
    x: float
    y: float
    nearest_street_id: int | None
    # None: no street within reach
    nearest_street: str | None
    distance_m: float | None

    @property
    def what(self) -> str:
        """The situation in English."""
        if self.nearest_street_id is None:
            return f"Entrance {self.code} has no street, and none is within reach."
        return f"Entrance {self.code} has no street; {self.nearest_street} is {self.distance_m:.0f} m away."

    @property
    def what_vi(self) -> str:
        """The same in Vietnamese."""
        if self.nearest_street_id is None:
            return f"Lối vào {self.code} chưa gắn với đường nào và không có đường trong phạm vi."
        return f"Lối vào {self.code} chưa gắn với đường nào; {self.nearest_street} cách {self.distance_m:.0f} m."


def find_strays(conn: Connection, zone_code: str, policy: Policy | None = None) -> list[Stray]:
    """The entrances in a zone that open on no street, by code. The nearest street is a hint, never a choice."""
    reach_m = (policy or Policy()).reach_m
    distance = func.ST_Distance(streets.c.geom, entrances.c.geom)
    nearest = (
        select(streets.c.id, streets.c.name, distance.label("distance_m"))
        .where(func.ST_DWithin(streets.c.geom, entrances.c.geom, reach_m))
        .order_by(distance, streets.c.id)
        .limit(1)
        .lateral()
    )
    rows = conn.execute(
        select(
            entrances.c.id, entrances.c.code, func.ST_X(entrances.c.geom), func.ST_Y(entrances.c.geom),
            nearest.c.id, nearest.c.name, nearest.c.distance_m,
        )
        .select_from(entrances)
        .join(zones, func.ST_Covers(zones.c.geom, entrances.c.geom))
        .outerjoin(nearest, true())
        .where(zones.c.code == zone_code, entrances.c.street_id.is_(None))
        .order_by(entrances.c.code)
    )  # fmt: skip
    return [Stray(*row) for row in rows]
