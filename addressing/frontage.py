"""From a drawn street and its doors to the one-dimensional frontages that the rules read.

Pure geometry in metres of the storage CRS: x east, y north. What the drawing does not settle is
asked, in words of the ground ("towards N"), never in words of the drawing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import atan2, degrees, hypot

from shapely import LinearRing, LineString, MultiLineString, Point, Polygon, line_merge

from addressing.errors import UnusableStreet
from addressing.rules.direction import SECTORS, sector
from addressing.rules.model import (
    Alley,
    Decision,
    Frontage,
    Land,
    Mouth,
    OpenQuestion,
    Option,
    OtherStreet,
    Run,
    Side,
    Street,
)
from addressing.rules.numbers import HouseNumber, UnreadableHouseNumber
from addressing.rules.policy import Policy
from addressing.rules.questions import LEAVE_OUT, NUMBER_HERE, OFFICER, Inquiry

ON_LINE_M = 0.01
"""A door closer to the line than this stands on it: its side is not measurable."""

MOUTH_M = 3.0
"""An alley opens on a street when its end is no farther than this outside the street's half width."""

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


@dataclass(frozen=True, slots=True)
class StreetFacts:
    """What is on record about a street besides its line. Runs are along the line as drawn."""

    key: str
    name: str
    cross_section_m: float | None = None
    numbered_before: bool = False
    existing_run: Run | None = None
    decision: Decision | None = None
    is_special: bool = False
    level: int = 0
    # 0 street, 1 ngõ, 2 ngách
    bears_name_of: str | None = None
    # key of the street whose name an alley has


@dataclass(frozen=True, slots=True)
class NearStreet:
    """Another street in the neighbourhood."""

    key: str
    name: str
    level: int
    cross_section_m: float | None
    line: LineString | MultiLineString


@dataclass(frozen=True, slots=True)
class Centreline:
    """One unbroken line with the running length up to each of its vertices."""

    line: LineString
    vertices: tuple[tuple[float, float], ...]
    running_m: tuple[float, ...] = field(repr=False)


def street_line(drawn: LineString | MultiLineString, key: str, inquiry: Inquiry) -> Centreline | None:
    """The street as one line in the sense of its first drawn part; None while that is open.

    Raises `UnusableStreet` for a street without length.
    """
    if not drawn.length > 0:
        raise UnusableStreet(
            f"Street {key} has no length, so nothing can be numbered along it.",
            f"Đường {key} không có chiều dài nên không đánh số được.",
        )
    parts = [part for part in getattr(drawn, "geoms", [drawn]) if part.length > 0]
    merged = line_merge(MultiLineString(parts)) if len(parts) > 1 else parts[0]
    line = merged if isinstance(merged, LineString) else None
    if isinstance(merged, MultiLineString):
        line = _one_of_many(merged, parts, inquiry)
    return None if line is None else _measured(_in_sense_of(line, parts))


def street_on_one_dimension(centre: Centreline, facts: StreetFacts, near: Sequence[NearStreet] = ()) -> Street:
    """The street as the rules see it. The azimuth of the chord is exact to 1e-9 degrees.

    `near` is looked at for the mouths of an alley only.
    """
    (x0, y0), (x1, y1) = centre.vertices[0], centre.vertices[-1]
    is_ring = centre.line.is_closed
    return Street(
        key=facts.key,
        name=facts.name,
        azimuth_deg=None if is_ring else azimuth_deg(x0, y0, x1, y1),
        length_m=centre.line.length,
        chord_m=hypot(x1 - x0, y1 - y0),
        cross_section_m=facts.cross_section_m,
        numbered_before=facts.numbered_before,
        existing_run=facts.existing_run,
        decision=facts.decision,
        is_special=facts.is_special,
        is_ring=is_ring,
        alley=Alley(mouths(centre, near), facts.bears_name_of) if facts.level else None,
        ring_drawn_clockwise=not LinearRing(centre.line.coords).is_ccw if is_ring else None,
    )


def mouths(centre: Centreline, near: Sequence[NearStreet]) -> tuple[Mouth, ...]:
    """The ends of an alley that open on another street; at each end the highest, then the widest."""
    found = []
    for at_start, end in ((True, centre.vertices[0]), (False, centre.vertices[-1])):
        touching = [
            street
            for street in near
            if street.line.distance(Point(end)) <= (street.cross_section_m or 0.0) / 2 + MOUTH_M
        ]
        if touching:
            on = min(touching, key=lambda street: (street.level, -(street.cross_section_m or 0.0), street.key))
            found.append(Mouth(at_start, on.key, on.name, on.level, on.cross_section_m))
    return tuple(found)


def azimuth_deg(x0: float, y0: float, x1: float, y1: float) -> float:
    """Clockwise from grid north, rounded to 1e-9.

    Computed from the western (then southern) end and turned afterwards, so that of a line and its
    reverse never both fall on the same side of a border between sectors.
    """
    turned = (x1, y1) < (x0, y0)
    dx, dy = (x0 - x1, y0 - y1) if turned else (x1 - x0, y1 - y0)
    azimuth = round(degrees(atan2(dx, dy)) % 360, 9)
    return (azimuth + 180) % 360 if turned else azimuth


def frontages(
    centre: Centreline,
    doors: Sequence[Door],
    *,
    policy: Policy,
    inquiry: Inquiry,
    near: Sequence[NearStreet] = (),
) -> list[Frontage]:
    """The doors in the order in which they stand along the line as drawn.

    Doors out of reach, nearer to another street of `near` or on the line itself are asked about and
    left out until answered. Ties are broken by key.
    """
    found = []
    for door in sorted(doors, key=lambda door: door.key):
        point = Point(door.x, door.y)
        if _belongs_here(door, point, centre, policy, inquiry, near):
            chainage_m = centre.line.project(point)
            side = side_of(centre, door.x, door.y, chainage_m)
            side = side or _ask_side(door, centre, chainage_m, inquiry)
            if side is not None:
                found.append(_frontage(door, centre, side, chainage_m))
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
    existing, unreadable = _read_number(door.written_number)
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


def _read_number(written: str | None) -> tuple[HouseNumber | None, str | None]:
    if written is None or not written.strip():
        return None, None
    try:
        return HouseNumber.parse(written), None
    except UnreadableHouseNumber:
        return None, written


def _belongs_here(
    door: Door,
    point: Point,
    centre: Centreline,
    policy: Policy,
    inquiry: Inquiry,
    near: Sequence[NearStreet],
) -> bool:
    own_m = centre.line.distance(point)
    if own_m > policy.reach_m:
        return _ask_here(
            door, inquiry, "out_of_reach",
            f"It is {own_m:.0f} m from the street; the reach is {policy.reach_m:.0f} m.",
            f"Cửa cách đường {own_m:.0f} m; giới hạn là {policy.reach_m:.0f} m.",
        )  # fmt: skip
    if own_m <= policy.other_street_margin_m:
        return True
    distance_m, nearest = min(((street.line.distance(point), street.name) for street in near), default=(own_m, ""))
    if own_m - distance_m <= policy.other_street_margin_m:
        return True
    return _ask_here(
        door, inquiry, "nearer_other_street",
        f"{nearest} is {distance_m:.0f} m away, this one {own_m:.0f} m.",
        f"{nearest} cách {distance_m:.0f} m, đường này cách {own_m:.0f} m.",
    )  # fmt: skip


def _ask_here(door: Door, inquiry: Inquiry, kind: str, why: str, why_vi: str) -> bool:
    question = OpenQuestion(
        kind, door.key,
        "Does this door belong to this street?", "Cửa này có thuộc đường này không?",
        why, why_vi, "P.side", OFFICER, (NUMBER_HERE, LEAVE_OUT),
    )  # fmt: skip
    return inquiry.ask(question) == NUMBER_HERE.value


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


def _one_of_many(merged: MultiLineString, parts: Sequence[LineString], inquiry: Inquiry) -> LineString | None:
    """A street that stays in several lines after merging: branches, or pieces with gaps."""
    ends = [end for part in merged.geoms for end in (part.coords[0], part.coords[-1])]
    branches = len(set(ends)) < len(ends)
    kind = "street_branches" if branches else "street_in_pieces"
    options = [Option("longest_part", "Number along the longest part", "Đánh số theo đoạn dài nhất")]
    if not branches:
        options.append(Option("bridge_gaps", "One street: bridge the gaps", "Một tuyến: nối liền"))
    question = OpenQuestion(
        kind, "",
        "Along which line does this street run?", "Đường này chạy theo tuyến nào?",
        f"Its {len(parts)} drawn pieces form {len(merged.geoms)} lines, not one.",
        f"{len(parts)} đoạn vẽ tạo thành {len(merged.geoms)} tuyến, không phải một.",
        "P.line", OFFICER, tuple(options),
    )  # fmt: skip
    answer = inquiry.ask(question)
    if answer == "longest_part":
        return max(merged.geoms, key=lambda part: (part.length, sorted(part.coords)))
    return bridge_gaps(list(merged.geoms)) if answer == "bridge_gaps" else None


def bridge_gaps(parts: Sequence[LineString]) -> LineString:
    """Pieces in a row as one line, in the order along the longest span between any two ends."""
    ends = sorted({end for part in parts for end in (part.coords[0], part.coords[-1])})
    (x0, y0), (x1, y1) = max(
        ((low, high) for low in ends for high in ends if low < high),
        key=lambda span: hypot(span[1][0] - span[0][0], span[1][1] - span[0][1]),
    )

    def along(end: tuple[float, ...]) -> float:
        return (end[0] - x0) * (x1 - x0) + (end[1] - y0) * (y1 - y0)

    turned = [
        list(part.coords) if along(part.coords[0]) <= along(part.coords[-1])
        else list(part.coords)[::-1]
        for part in parts
    ]  # fmt: skip
    turned.sort(key=lambda coords: along(coords[0]) + along(coords[-1]))
    return LineString([corner for coords in turned for corner in coords])


def _in_sense_of(line: LineString, parts: Sequence[LineString]) -> LineString:
    """Turn a merged line so that it runs the way its first drawn part on it runs."""
    for part in parts:
        start, second = part.coords[0][:2], part.coords[1][:2]
        for here, there in pairwise(corner[:2] for corner in line.coords):
            if (here, there) == (start, second):
                return line
            if (here, there) == (second, start):
                return LineString(list(line.coords)[::-1])
    return line


def _measured(line: LineString) -> Centreline:
    vertices = [(float(corner[0]), float(corner[1])) for corner in line.coords]
    distinct = [vertices[0]] + [there for here, there in pairwise(vertices) if here != there]
    running = [0.0]
    for (x0, y0), (x1, y1) in pairwise(distinct):
        running.append(running[-1] + hypot(x1 - x0, y1 - y0))
    return Centreline(LineString(distinct), tuple(distinct), tuple(running))


def _offset_left_m(start: tuple[float, float], end: tuple[float, float], x: float, y: float) -> float:
    """Distance of a point from the endless line through a leg; positive on the left."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    return (dx * (y - start[1]) - dy * (x - start[0])) / hypot(dx, dy)
