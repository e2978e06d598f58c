"""From a street's line and its doors to the one-dimensional frontages that the rules read.

Pure geometry in metres of the storage CRS: x east, y north. What the drawing does not settle is
asked, in words of the ground ("the N side"), never in words of the drawing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, inf, isfinite

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from addressing.centreline import Centreline, NearStreet, azimuth_deg
from addressing.rules.direction import SECTORS, sector
from addressing.rules.model import Frontage, Land, OpenQuestion, Option, OtherStreet, Side
from addressing.rules.numbers import HouseNumber, UnreadableHouseNumber
from addressing.rules.policy import Policy
from addressing.rules.questions import LEAVE_OUT, NUMBER_HERE, OFFICER, Inquiry

ON_LINE_M = 0.01
"""A door closer to the line than this stands on it: its side is not measurable."""

FACING_M = 3.0
"""Part of a plot's border that faces the street: no farther than this behind its nearest point."""


@dataclass(frozen=True, slots=True)
class Door:
    """An entrance, or the middle of an empty frontage, with what is known about its house."""

    key: str
    x: float
    y: float
    land: Land = Land.BUILT
    written_number: str | None = None
    # the number found on the ground, as written
    reserved: tuple[HouseNumber, ...] = ()
    plot: Polygon | None = None
    plan_lots: int | None = None
    house: str | None = None
    is_main_door: bool = True
    other_streets: tuple[OtherStreet, ...] = ()
    is_derived: bool = False
    # put in the middle of its plot's frontage, not surveyed


def frontages(
    centre: Centreline,
    doors: Sequence[Door],
    *,
    policy: Policy,
    inquiry: Inquiry,
    near: Sequence[NearStreet] = (),
) -> list[Frontage]:
    """The doors in the order in which they stand along the line as drawn.

    Doors out of reach, nearer to another street of `near` or to a branch, or on the line itself are
    asked about and left out until answered. Ties are broken by key.
    """
    doors = [door for door in sorted(doors, key=lambda door: door.key) if _has_position(door, inquiry)]
    points = shapely.points([(door.x, door.y) for door in doors]) if doors else np.array([], dtype=object)
    own_m = shapely.distance(centre.line, points).tolist()
    chainages_m = shapely.line_locate_point(centre.line, points).tolist()
    others = _nearest_others(centre, points, near)
    found = []
    for door, distance_m, chainage_m, other in zip(doors, own_m, chainages_m, others, strict=True):
        inquiry.places[door.key] = (door.x, door.y)
        if _belongs_here(door, distance_m, other, policy, inquiry):
            side = side_of(centre, door.x, door.y, chainage_m)
            side = side or _ask_side(door, centre, chainage_m, inquiry)
            if side is not None:
                if door.is_derived:
                    _remark_derived(door, inquiry)
                found.append(_frontage(door, centre, side, beyond_the_ends(centre, door.x, door.y, chainage_m)))
    return sorted(found, key=lambda item: (round(item.chainage_m, 3), item.key))


def side_of(centre: Centreline, x: float, y: float, chainage_m: float) -> Side | None:
    """Left or right of the line as drawn; None on the line or straight beyond its end.

    Beside a bend both legs are looked at and the one that the point is farther off decides: the
    other leg's extension may cut to the wrong side.
    """
    last = len(centre.vertices) - 2
    at = min(bisect_right(centre.running_m, chainage_m) - 1, last)
    legs = {at}
    if at > 0 and chainage_m - centre.running_m[at] < 1e-6:
        legs.add(at - 1)
    if at < last and centre.running_m[at + 1] - chainage_m < 1e-6:
        legs.add(at + 1)
    offsets = [_offset_left_m(centre.vertices[leg], centre.vertices[leg + 1], x, y) for leg in legs]
    offset_m = max(offsets, key=abs)
    if abs(offset_m) < ON_LINE_M:
        return None
    return Side.LEFT if offset_m > 0 else Side.RIGHT


def beyond_the_ends(centre: Centreline, x: float, y: float, chainage_m: float) -> float:
    """The chainage of a door that stands past an end, along the end leg drawn out: below 0, or above the length.

    Doors round the head of a street would otherwise all stand at one chainage and in no order.
    """
    length_m = centre.running_m[-1]
    if 0.0 < chainage_m < length_m - 1e-6 or centre.line.is_closed:
        return chainage_m
    if chainage_m <= 0.0:
        return min(0.0, _along_m(centre.vertices[0], centre.vertices[1], x, y))
    return length_m - min(0.0, _along_m(centre.vertices[-1], centre.vertices[-2], x, y))


def frontage_width_m(centre: Centreline, plot: Polygon) -> float:
    """How long a plot's border along the street is, measured along the street."""
    near = plot.intersection(centre.line.buffer(centre.line.distance(plot) + FACING_M))
    corners = [
        centre.line.project(Point(corner))
        for part in getattr(near, "geoms", [near])
        if isinstance(part, Polygon)
        for corner in part.exterior.coords
    ]
    return max(corners) - min(corners) if corners else 0.0


def _frontage(door: Door, centre: Centreline, side: Side, chainage_m: float) -> Frontage:
    existing, unreadable = read_number(door.written_number)
    return Frontage(
        key=door.key,
        side=side,
        chainage_m=chainage_m,
        land=door.land,
        existing=existing,
        existing_unreadable=unreadable,
        reserved=door.reserved,
        width_m=frontage_width_m(centre, door.plot) if door.plot is not None else None,
        plan_lots=door.plan_lots,
        house=door.house,
        is_main_door=door.is_main_door,
        other_streets=door.other_streets,
    )


def read_number(written: str | None) -> tuple[HouseNumber | None, str | None]:
    """What hangs at a door: as a number, or as text where it is none; both None where nothing hangs there."""
    if written is None or not written.strip():
        return None, None
    try:
        return HouseNumber.parse(written), None
    except UnreadableHouseNumber:
        return None, written


def _nearest_others(
    centre: Centreline, points: npt.NDArray[np.object_], near: Sequence[NearStreet]
) -> list[tuple[float, str | None]]:
    """For each point the distance to the nearest other line and the name of its street.

    The name is None for a branch of the street itself; of streets equally near the first name counts.
    """
    lines: list[tuple[str | None, BaseGeometry]] = [(street.name, street.line) for street in near]
    lines.sort(key=lambda named: named[0] or "")
    if centre.branches is not None:
        lines.append((None, centre.branches))
    if not lines or not len(points):
        return [(inf, None)] * len(points)
    distances_m = shapely.distance(points[:, None], np.array([line for _, line in lines])[None, :])
    nearest = distances_m.argmin(axis=1)
    least_m = distances_m[np.arange(len(points)), nearest]
    return [(distance_m, lines[at][0]) for at, distance_m in zip(nearest.tolist(), least_m.tolist(), strict=True)]


def _belongs_here(door: Door, own_m: float, other: tuple[float, str | None], policy: Policy, inquiry: Inquiry) -> bool:
    if own_m > policy.reach_m:
        return _ask_here(
            door, inquiry, "out_of_reach",
            f"It is {own_m:.0f} m from the street; the reach is {policy.reach_m:.0f} m.",
            f"Cửa cách đường {own_m:.0f} m; giới hạn là {policy.reach_m:.0f} m.",
        )  # fmt: skip
    distance_m, name = other
    if own_m - distance_m <= policy.other_street_margin_m:
        return True
    if name is None:
        return _ask_here(
            door, inquiry, "on_a_branch",
            f"A branch of this street is {distance_m:.0f} m away, its course {own_m:.0f} m.",
            f"Nhánh của đường cách {distance_m:.0f} m, tuyến chính cách {own_m:.0f} m.",
        )  # fmt: skip
    return _ask_here(
        door, inquiry, "nearer_other_street",
        f"{name} is {distance_m:.0f} m away, this one {own_m:.0f} m.",
        f"{name} cách {distance_m:.0f} m, đường này cách {own_m:.0f} m.",
    )  # fmt: skip


def _ask_here(door: Door, inquiry: Inquiry, kind: str, why: str, why_vi: str) -> bool:
    question = OpenQuestion(
        kind, door.key,
        "Does this door belong to this street?", "Cửa này có thuộc đường này không?",
        why, why_vi, "P.side", OFFICER, (NUMBER_HERE, LEAVE_OUT),
    )  # fmt: skip
    return inquiry.ask(question) == NUMBER_HERE.value


def _has_position(door: Door, inquiry: Inquiry) -> bool:
    """A position that is no number cannot be numbered whatever anybody answers."""
    if isfinite(door.x) and isfinite(door.y):
        return True
    question = OpenQuestion(
        "no_position", door.key,
        "Where is this door?", "Cửa này ở đâu?",
        "Its position is not known.", "Chưa biết vị trí của cửa.",
        "P.side", OFFICER, (LEAVE_OUT,),
    )  # fmt: skip
    inquiry.ask(question)
    return False


def _remark_derived(door: Door, inquiry: Inquiry) -> None:
    inquiry.remark(
        "derived_position", door.key,
        "It was not surveyed: it is the middle of its plot's border along the street.",
        "Chưa đo đạc: lấy điểm giữa cạnh thửa tiếp giáp đường.", "P.side",
    )  # fmt: skip


def _ask_side(door: Door, centre: Centreline, chainage_m: float, inquiry: Inquiry) -> Side | None:
    leg = min(bisect_right(centre.running_m, chainage_m) - 1, len(centre.vertices) - 2)
    left = sector(azimuth_deg(*centre.vertices[leg], *centre.vertices[leg + 1]) - 90)
    right = SECTORS[SECTORS.index(left) - 4]
    sides = {f"side_{left}": Side.LEFT, f"side_{right}": Side.RIGHT}
    options = [Option(value, f"The {value[5:]} side", f"Phía {value[5:]}") for value in sorted(sides)]
    question = OpenQuestion(
        "side_unknown", door.key,
        "On which side of the street is this door?", "Cửa này ở bên nào của đường?",
        "It stands on the centreline, or straight beyond its end.",
        "Cửa nằm ngay trên tim đường hoặc ngay đầu đường.",
        "P.side", OFFICER, (*options, LEAVE_OUT),
    )  # fmt: skip
    return sides.get(inquiry.ask(question) or "")


def _along_m(start: tuple[float, float], end: tuple[float, float], x: float, y: float) -> float:
    """How far a point is along a leg, from its start; below 0 behind it."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    return (dx * (x - start[0]) + dy * (y - start[1])) / hypot(dx, dy)


def _offset_left_m(start: tuple[float, float], end: tuple[float, float], x: float, y: float) -> float:
    """Distance of a point from the endless line through a leg; positive on the left."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    return (dx * (y - start[1]) - dy * (x - start[0])) / hypot(dx, dy)
