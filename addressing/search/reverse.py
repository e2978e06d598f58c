"""From a point to an address: the house, the street, the commune of a day, and the zone and plot it lies in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, text

from addressing.search.convert import Conversion, convert
from addressing.search.units import Gazetteer, Unit
from layers.admin_units import units_at

REACH_M = 60.0  # a door farther than this is not the door of the place
STREET_REACH_M = 300.0
MOST_REACH_M = 2_000.0
MOST_HOUSES = 5

_HOUSES = text(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
_STREETS = text(
    "SELECT s.id, s.code, s.name, s.kind, s.commune_code, ST_Distance(s.geom, point) AS distance_m"
    " FROM streets s, ST_SetSRID(ST_MakePoint(:x, :y), gis.storage_srid()) point"
    " WHERE ST_DWithin(s.geom, point, :street_reach_m) ORDER BY s.geom <-> point, s.id LIMIT 3"
)
_ZONES = text(
    "SELECT z.id, z.code, z.kind, z.name FROM zones z"
    " WHERE ST_Covers(z.geom, ST_SetSRID(ST_MakePoint(:x, :y), gis.storage_srid()))"
    " ORDER BY ST_Area(z.geom), z.code LIMIT 5"
)
_PLOTS = text(
    "SELECT p.id, p.code, p.status, z.code AS zone_code FROM plots p JOIN zones z ON z.id = p.zone_id"
    " WHERE ST_Covers(p.geom, ST_SetSRID(ST_MakePoint(:x, :y), gis.storage_srid()))"
    " ORDER BY ST_Area(p.geom), p.code LIMIT 5"
)


@dataclass(frozen=True, slots=True)
class House:
    """A numbered place near the point."""

    what: Literal["number", "found"]  # in force in the register; or found on the ground and not in the register
    number: str
    place_id: str | None
    street_id: int | None
    street: str | None
    street_kind: str | None
    written: str | None  # the preferred address in the register
    distance_m: float
    x: float  # metres, storage CRS
    y: float


@dataclass(frozen=True, slots=True)
class NearStreet:
    """A street near the point."""

    id: int
    code: str
    name: str
    kind: str
    commune_code: str | None
    distance_m: float


@dataclass(frozen=True, slots=True)
class Area:
    """A zone or plot that contains the point."""

    id: int
    code: str
    kind: str  # KCN, CCN, KKT of a zone; the status of a plot
    name: str  # of a zone; of a plot the code of its zone


@dataclass(frozen=True, slots=True)
class Place:
    """What a point is, on a day. Lists are ordered by distance, or from the smallest area to the widest."""

    x: float
    y: float
    on: date
    houses: tuple[House, ...]
    streets: tuple[NearStreet, ...]
    units: tuple[Unit, ...]  # commune first; empty where no border is on file
    by_conversion: Conversion | None  # the commune of that day, from today's border, where the day has none of its own
    zones: tuple[Area, ...]
    plots: tuple[Area, ...]

    @property
    def house(self) -> House | None:
        """The nearest; one of the register before one found on the ground at the same distance."""
        return self.houses[0] if self.houses else None

    @property
    def precision(self) -> Literal["house", "plot", "street", "zone", "unit", "none"]:
        """The finest thing that is known of the point."""
        found: list[tuple[object, Literal["house", "plot", "street", "zone", "unit"]]] = [
            (self.houses, "house"), (self.plots, "plot"), (self.streets, "street"), (self.zones, "zone"),
            (self.units or (self.by_conversion and self.by_conversion.chosen), "unit"),
        ]  # fmt: skip
        return next((name for known, name in found if known), "none")

    @property
    def written(self) -> str | None:
        """The address as people write it, from house to province; None where not even a commune is known."""
        units = self.units
        if not units and self.by_conversion is not None and self.by_conversion.chosen is not None:
            chosen = self.by_conversion.chosen
            units = (chosen.unit, *chosen.above)
        tail = [unit.full_name for unit in units]
        front: list[str] = []
        if self.house is not None:
            front = [f"{self.house.number} {self.house.street or ''}".strip()]
        elif self.plots:
            front = [f"Lô {self.plots[0].code}"]
        elif self.streets:
            front = [self.streets[0].name]
        front += [zone.name for zone in self.zones[:1]]
        return ", ".join([*front, *tail]) if front or tail else None


def reverse(
    conn: Connection,
    x: float,
    y: float,
    gazetteer: Gazetteer,
    *,
    on: date,
    reach_m: float = REACH_M,
    street_reach_m: float = STREET_REACH_M,
) -> Place:
    """What lies at a point (metres, storage CRS) on a day, as far as the audience of `conn` may see.

    A day before the borders on file gets its commune by conversion from today's border; where that is not one
    answer, all are given.
    """
    asked = {"x": x, "y": y}
    near = asked | {"reach_m": reach_m, "street_reach_m": street_reach_m, "day": on, "most": MOST_HOUSES}
    houses = tuple(House(*row) for row in conn.execute(_HOUSES, near))
    streets = tuple(NearStreet(*row) for row in conn.execute(_STREETS, near))
    zones = tuple(Area(row.id, row.code, row.kind, row.name) for row in conn.execute(_ZONES, asked))
    plots = tuple(Area(row.id, row.code, row.status, row.zone_code) for row in conn.execute(_PLOTS, asked))
    units, conversion = _units(conn, x, y, gazetteer, on)
    return Place(x, y, on, houses, streets, units, conversion, zones, plots)


def communes_at(conn: Connection, x: float, y: float, on: date) -> frozenset[str] | None:
    """Codes of the communes whose border on the day contains the point; None where none does, or none is on file."""
    codes = frozenset(row.code for row in units_at(conn, x, y, on) if row.level == "commune")
    return codes or None


def _units(
    conn: Connection, x: float, y: float, gazetteer: Gazetteer, on: date
) -> tuple[tuple[Unit, ...], Conversion | None]:
    here = _communes(gazetteer, communes_at(conn, x, y, on), on)
    if here:
        return (here[0], *gazetteer.parents(here[0])), None
    newest = [row for row in units_at(conn, x, y) if row.level == "commune"]
    if not newest:
        return (), None
    now = [u for u in gazetteer.by_code("commune", newest[0].code) if u.valid_to is None]
    return (), convert(gazetteer, now[-1], on) if now else None


def _communes(gazetteer: Gazetteer, codes: frozenset[str] | None, on: date) -> list[Unit]:
    return [unit for code in sorted(codes or ()) for unit in gazetteer.by_code("commune", code, on=on)]
