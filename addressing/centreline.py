"""A drawn street as one line: its pieces joined, its azimuth, and the streets an alley opens on.

Pure geometry in metres of the storage CRS: x east, y north.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import atan2, degrees, hypot

from shapely import LinearRing, LineString, MultiLineString, Point, line_merge

from addressing.errors import UnusableStreet
from addressing.rules.model import Alley, Decision, Mouth, OpenQuestion, Option, Run, Street
from addressing.rules.questions import OFFICER, Inquiry

MOUTH_M = 3.0
"""An alley opens on a street when its end is no farther than this outside the street's half width."""


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
