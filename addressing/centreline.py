"""A drawn street as one line: its pieces joined, its azimuth, and the streets an alley opens on.

Pure geometry in metres of the storage CRS: x east, y north.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import atan2, degrees, hypot

from shapely import LinearRing, LineString, MultiLineString, Point, line_merge

from addressing.axis import Axis, find_axis, groups_within, halves, is_narrow_ring, strands_of
from addressing.errors import UnusableStreet
from addressing.rules.model import Alley, Decision, Mouth, OpenQuestion, Option, Run, Street
from addressing.rules.policy import Policy
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
    branches: MultiLineString | None = None
    # drawn pieces of the street that lead away from the line


def street_line(
    drawn: LineString | MultiLineString, key: str, inquiry: Inquiry, *, policy: Policy | None = None
) -> Centreline | None:
    """The street as one line in the sense of its first drawn part; None while that is open.

    Two carriageways become the line in their middle. Pieces too far apart, and branches, are asked
    about. Raises `UnusableStreet` for a street without length.
    """
    if not drawn.length > 0:
        raise UnusableStreet(
            f"Street {key} has no length, so nothing can be numbered along it.",
            f"Đường {key} không có chiều dài nên không đánh số được.",
        )
    middle = drawn.interpolate(0.5, normalized=True)
    inquiry.places[""] = (middle.x, middle.y)
    parts = [part for part in getattr(drawn, "geoms", [drawn]) if part.length > 0]
    merged = line_merge(MultiLineString(parts)) if len(parts) > 1 else parts[0]
    if isinstance(merged, LineString) and not is_narrow_ring(merged, (policy or Policy()).piece_gap_m):
        return _measured(_in_sense_of(merged, parts))
    assert isinstance(merged, LineString | MultiLineString)  # lines merge to lines
    return _one_of_many(merged, parts, policy or Policy(), inquiry)


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


def _one_of_many(
    merged: LineString | MultiLineString, parts: Sequence[LineString], policy: Policy, inquiry: Inquiry
) -> Centreline | None:
    """A street that stays in several lines after merging: carriageways, gaps, branches."""
    strands = halves(merged) if isinstance(merged, LineString) else strands_of(parts)
    groups = groups_within(strands, policy.piece_gap_m)
    if len(groups) > 1:
        answer = _ask_about_pieces(groups, inquiry)
        if answer is None:
            return None
        strands = groups[0] if answer == "longest_part" else strands
    if len(strands) == 1:  # the rest was drawn twice, or is left out
        return _measured(_in_sense_of(strands[0], parts))
    axis = find_axis(strands, policy.piece_gap_m)
    if axis.branches and _ask_about_branches(axis, inquiry) is None:
        return None
    if axis.carriageways:
        length_m = sum(piece.length for piece in axis.carriageways)
        inquiry.remark(
            "carriageways_joined", "",
            f"{length_m:.0f} m are drawn as a second carriageway; the line runs in the middle.",
            f"{length_m:.0f} m vẽ thành hai làn riêng; trục đường lấy ở giữa.", "P.line",
        )  # fmt: skip
    for gap in axis.gaps:
        inquiry.remark(
            "gap_bridged", "",
            f"{gap.length:.0f} m that are not drawn were bridged.",
            f"Đã nối liền {gap.length:.0f} m không có nét vẽ.", "P.line", where=_middle(gap),
        )  # fmt: skip
    return _measured(_in_sense_of(axis.line, parts), axis.branches)


def _ask_about_pieces(groups: Sequence[Sequence[LineString]], inquiry: Inquiry) -> str | None:
    question = OpenQuestion(
        "street_in_pieces", "",
        "Along which line does this street run?", "Đường này chạy theo tuyến nào?",
        f"It is drawn in {len(groups)} parts that do not meet.",
        f"Đường vẽ thành {len(groups)} phần rời nhau.",
        "P.line", OFFICER,
        (
            Option("longest_part", "Number along the longest part", "Đánh số theo đoạn dài nhất"),
            Option("bridge_gaps", "One street: bridge the gaps", "Một tuyến: nối liền"),
        ),
        where=_middle(groups[1][0]),
    )  # fmt: skip
    return inquiry.ask(question)


def _ask_about_branches(axis: Axis, inquiry: Inquiry) -> str | None:
    lengths = ", ".join(f"{branch.length:.0f} m" for branch in axis.branches)
    question = OpenQuestion(
        "street_branches", "",
        "Along which line does this street run?", "Đường này chạy theo tuyến nào?",
        f"From its longest course of {axis.line.length:.0f} m branches lead away: {lengths}.",
        f"Từ tuyến dài nhất {axis.line.length:.0f} m có các nhánh rẽ: {lengths}.",
        "P.line", OFFICER,
        (Option("longest_part", "Number along the longest course", "Đánh số theo tuyến dài nhất"),),
        where=_middle(axis.branches[0]),
    )  # fmt: skip
    return inquiry.ask(question)


def _middle(line: LineString) -> tuple[float, float]:
    middle = line.interpolate(0.5, normalized=True)
    return middle.x, middle.y


def _in_sense_of(line: LineString, parts: Sequence[LineString]) -> LineString:
    """Turn a merged line so that it runs the way its first drawn part on it runs."""
    for part in parts:
        start, second = part.coords[0][:2], part.coords[1][:2]
        for here, there in pairwise(corner[:2] for corner in line.coords):
            if (here, there) == (start, second):
                return line
            if (here, there) == (second, start):
                return line.reverse()
        # the line was moved to the middle: no corner of the drawing is on it
        along_m = line.project(Point(part.coords[-1])) - line.project(Point(part.coords[0]))
        if abs(along_m) > part.length / 2:
            return line if along_m > 0 else line.reverse()
    return line


def _measured(line: LineString, branches: Sequence[LineString] = ()) -> Centreline:
    vertices = [(float(corner[0]), float(corner[1])) for corner in line.coords]
    distinct = [vertices[0]] + [there for here, there in pairwise(vertices) if here != there]
    running = [0.0]
    for (x0, y0), (x1, y1) in pairwise(distinct):
        running.append(running[-1] + hypot(x1 - x0, y1 - y0))
    away = MultiLineString(list(branches)) if branches else None
    return Centreline(LineString(distinct), tuple(distinct), tuple(running), away)
