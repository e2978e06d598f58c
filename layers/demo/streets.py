"""Streets of zones and towns, each a single line, as rows of the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely import LineString, MultiLineString, Point

from layers.demo import roads
from layers.demo.labels import DEMO_DAY, MADE_UP
from layers.demo.roads import Road
from layers.demo.streams import chance, stream
from layers.demo.towns import Town, TownStreet
from layers.demo.units import Finder
from layers.demo.zones import Zone

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Street:
    """A street of the map: of a zone, of a town, or a main road between them."""

    number: int
    """1, 2, … over the whole province: its id while it is built."""
    name: str
    line: LineString
    cross_section_m: float
    zone: Zone | None
    index: int
    """Its place in the plan of its zone or town."""
    town: TownStreet | None
    parent: int | None
    """Number of the street on which an alley or lane opens."""


def all_streets(seed: int, zones: list[Zone], towns: list[Town], main_roads: list[Road]) -> list[Street]:
    """Zone by zone, then town by town, each in the order of its plan, then the main roads."""
    streets: list[Street] = []
    for zone in zones:
        rng = stream(seed, "street directions", zone.park.code)
        for index, plan in enumerate(zone.grid.streets):
            line = zone.frame.shape(plan.line)
            line = line.reverse() if not plan.is_spine and chance(rng, 0.4) else line
            streets.append(Street(len(streets) + 1, plan.name, line, plan.cross_section_m, zone, index, None, None))
    for town in towns:
        first = len(streets) + 1
        for index, one in enumerate(town.streets):
            parent = None if one.parent is None else first + one.parent
            streets.append(Street(first + index, one.name, one.line, one.cross_section_m, None, index, one, parent))
    for index, road in enumerate(main_roads):
        streets.append(Street(len(streets) + 1, road.name, road.line, roads.WIDTH_M, None, index, None, None))
    return streets


def rows(streets: list[Street], finder: Finder) -> list[Row]:
    """Rows of the table, in the order of the streets."""
    return [_row(street, finder) for street in streets]


def _kind(street: Street) -> str:
    if street.town:
        return street.town.kind
    return "road" if street.zone else "highway"


def _row(street: Street, finder: Finder) -> Row:
    town = street.town
    middle: Point = street.line.interpolate(0.5, normalized=True)
    return {
        "code": f"DEMO-DP-{street.number:04d}", "name": street.name, "kind": _kind(street),
        "zone_id": street.zone.number if street.zone else None,
        "commune_code": street.zone.commune.code if street.zone else finder.at(middle).code,
        "parent_street_id": street.parent, "cross_section_m": street.cross_section_m,
        "numbered_before": bool(town and town.numbered_before),
        "existing_direction": town.existing_direction if town else None,
        "decided_direction": "forward" if town and town.decision else None,
        "direction_decision": town.decision if town else None,
        "direction_decided_on": date(2026, 3, 2) if town and town.decision else None,
        "source": MADE_UP, "source_date": DEMO_DAY, "source_srid": None, "is_demo": True,
        "geom": MultiLineString([street.line]),
    }  # fmt: skip
