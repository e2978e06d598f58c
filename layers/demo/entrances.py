"""Entrances: gates of plots, doors of houses, middles of empty frontages, second doors at corners."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from shapely import LineString, Point

from layers.demo.enterprises import Enterprise
from layers.demo.frontages import SIDES, Lot, Stretch, beside, cut_lots, stretches
from layers.demo.labels import DEMO_DAY, MADE_UP
from layers.demo.plots import Plot
from layers.demo.streams import chance, stream
from layers.demo.streets import Street

Row = dict[str, Any]

SECOND_GATE = 0.4
"""Share of let corner plots that have a gate on the cross street too."""

SECOND_DOOR = 0.35
"""Share of street corners at which the last house has a second door."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """An entrance before it has a number."""

    position: Point
    street: Street
    kind: str
    is_main: bool
    plot: int | None = None
    enterprise: int | None = None
    existing_number: str | None = None
    house: str | None = None
    """Doors with the same one belong to one house."""


def all_entrances(
    seed: int, plots: list[Plot], firms: list[Enterprise], streets: list[Street], wanted: int
) -> list[Entrance]:
    """Exactly so many: the gates of all plots first, then the doors along the streets of towns."""
    gates = _gates(seed, plots, firms, streets)
    return gates + _doors(seed, streets, wanted - len(gates))


def _gates(seed: int, plots: list[Plot], firms: list[Enterprise], streets: list[Street]) -> list[Entrance]:
    first_firm: dict[int, int] = {}
    for firm in firms:
        first_firm.setdefault(firm.plot.number, firm.number)
    by_place = {(street.zone.number, street.index): street for street in streets if street.zone}
    gates = []
    for plot in plots:
        if plot.use == "DKV":
            continue
        plan, zone = plot.plan, plot.zone
        rng = stream(seed, "gates", zone.park.code, plot.code)
        in_use = plot.status in ("leased", "not_for_lease")
        tenant = first_firm.get(plot.number)
        street = by_place[zone.number, plan.street]
        gates.append(Entrance(
            zone.frame.shape(plan.gate), street, "gate" if in_use else "empty_land", True, plot.number, tenant,
        ))  # fmt: skip
        if plot.status == "leased" and plan.side_street is not None and plan.side_gate and chance(rng, SECOND_GATE):
            side = by_place[zone.number, plan.side_street]
            gates.append(Entrance(zone.frame.shape(plan.side_gate), side, "gate", False, plot.number, tenant))
    return gates


def _doors(seed: int, streets: list[Street], wanted: int) -> list[Entrance]:
    rng = stream(seed, "doors")
    frontage = stretches(streets)
    corners = [(one, end) for one in frontage for end in ("start", "end") if chance(rng, SECOND_DOOR)]
    seconds = [(one, end, door) for one, end in corners if (door := _second_door(one, end, streets))]
    lots = cut_lots(rng, frontage, wanted - len(seconds))
    at_corner = _corner_lots(lots, [(one, end) for one, end, _ in seconds])
    known = set(at_corner)
    # A house that opens on two streets is one: its land is not empty.
    lots = [replace(lot, is_empty=False) if i in known else lot for i, lot in enumerate(lots)]
    numbers = _existing_numbers(seed, lots)
    houses = {i: f"DEMO-NHA-{i:05d}" for i in at_corner if i is not None}
    doors = [
        Entrance(
            lot.door, lot.street, "empty_land" if lot.is_empty else "building", True, existing_number=number,
            house=houses.get(i),
        )
        for i, (lot, number) in enumerate(zip(lots, numbers, strict=True))
    ]  # fmt: skip
    return doors + [
        replace(door, house=None if i is None else houses[i])
        for i, (_, _, door) in zip(at_corner, seconds, strict=True)
    ]


def _corner_lots(lots: list[Lot], corners: list[tuple[Stretch, str]]) -> list[int | None]:
    """Which lot is the first or last of each stretch; None for one too short to hold any."""
    along: dict[tuple[int, str], list[int]] = defaultdict(list)
    for i, lot in enumerate(lots):
        along[lot.street.number, lot.side].append(i)
    found: list[int | None] = []
    for one, end in corners:
        own = [i for i in along[one.street.number, one.side] if one.start_m <= lots[i].along_m <= one.end_m]
        found.append(None if not own else own[0] if end == "start" else own[-1])
    return found


def _is_street(street: Street) -> bool:
    return street.town is not None and street.town.shape in ("straight", "curved", "radial")


def _second_door(stretch: Stretch, end: str, streets: list[Street]) -> Entrance | None:
    """On the street around the corner, some metres from it; None where that is no street of houses."""
    corner = stretch.start_corner if end == "start" else stretch.end_corner
    if corner is None or not _is_street(streets[corner]):
        return None
    other = streets[corner]
    along = stretch.start_m if end == "start" else stretch.end_m
    own = SIDES[stretch.side] * (stretch.street.cross_section_m / 2 + 7.0)
    inside = Point(beside(stretch.street.line, np.array([along]), own)[0])
    foot: Point = other.line.interpolate(other.line.project(inside))
    away = other.cross_section_m / 2 + 0.6
    if foot.distance(inside) < away:
        return None
    door = LineString([foot, inside]).interpolate(away)
    return Entrance(Point(round(door.x, 3), round(door.y, 3)), other, "building", False)


def _existing_numbers(seed: int, lots: list[Lot]) -> list[str | None]:
    """Old numbers on streets that were numbered before: odd on the left of their old direction."""
    numbers: list[str | None] = [None] * len(lots)
    by_side: dict[tuple[int, str], list[int]] = defaultdict(list)
    for i, lot in enumerate(lots):
        if lot.street.town and lot.street.town.numbered_before:
            by_side[lot.street.number, lot.side].append(i)
    for (street, side), places in by_side.items():
        rng = stream(seed, "old numbers", street, side)
        town = lots[places[0]].street.town
        forward = town is not None and town.existing_direction == "forward"
        is_odd = (side == "left") == forward
        ordered = sorted(places, key=lambda i: lots[i].along_m, reverse=not forward)
        for i, written in zip(
            ordered, _old_series(rng, 1 if is_odd else 2, [lots[i].is_empty for i in ordered]), strict=True
        ):
            numbers[i] = written
    return numbers


def _old_series(rng: np.random.Generator, start: int, empty: list[bool]) -> list[str | None]:
    """A series as it is found: gaps at empty land, a house split into 15 and 15A, some plates gone."""
    series: list[str | None] = []
    number, used_suffix = start - 2, True
    for is_empty in empty:
        if is_empty:
            number += 2 if chance(rng, 0.7) else 0
            used_suffix = True  # a suffix needs a number on the wall before it
            series.append(None)
        elif not used_suffix and chance(rng, 0.04):
            used_suffix = True
            series.append(f"{number}A")
        else:
            number += 4 if chance(rng, 0.02) else 2
            shown = chance(rng, 0.97)
            used_suffix = not shown
            series.append(str(number) if shown else None)
    return series


def rows(entrances: list[Entrance]) -> list[Row]:
    """Rows of the table, in the order given."""
    return [
        {
            "code": f"DEMO-CV-{number:05d}", "kind": one.kind, "is_main": one.is_main, "street_id": one.street.number,
            "street_name": one.street.name, "existing_number": one.existing_number, "plot_id": one.plot,
            "enterprise_id": one.enterprise, "house_code": one.house,
            "position_quality": "derived" if one.kind == "empty_land" else "surveyed",
            "source": MADE_UP, "source_date": DEMO_DAY, "source_srid": None, "is_demo": True, "geom": one.position,
        }
        for number, one in enumerate(entrances, start=1)
    ]  # fmt: skip
