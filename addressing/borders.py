"""Where a street passes from one commune into another.

Pure geometry in metres of the storage CRS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from addressing.rules.questions import Inquiry

SAME_SPOT_M = 1.0
"""Two communes that are drawn with a common border rarely draw it alike."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune that holds a part of a street."""

    code: str
    name: str
    area: BaseGeometry


@dataclass(frozen=True, slots=True)
class Crossing:
    """A street leaves one commune for another. None: no commune is on record there."""

    chainage_m: float
    x: float
    y: float
    before: Commune | None
    behind: Commune | None


def crossings(line: LineString, communes: Sequence[Commune]) -> list[Crossing]:
    """The borders that a line crosses, in the order along it."""
    cuts = [0.0]
    for at in sorted(_border_chainages(line, communes)):
        if at - cuts[-1] > SAME_SPOT_M and line.length - at > SAME_SPOT_M:
            cuts.append(at)
    cuts.append(line.length)
    holders = [_holder(line.interpolate((low + high) / 2), communes) for low, high in pairwise(cuts)]
    found = []
    for at, (before, behind) in zip(cuts[1:-1], pairwise(holders), strict=True):
        if before is not behind:
            spot = line.interpolate(at)
            found.append(Crossing(at, spot.x, spot.y, before, behind))
    return found


def remark_borders(line: LineString, communes: Sequence[Commune], inquiry: Inquiry) -> None:
    """Note every border that the street crosses: one number series, two committees."""
    for crossing in crossings(line, communes):
        before, behind = (commune.name if commune else None for commune in (crossing.before, crossing.behind))
        inquiry.remark(
            "crosses_commune_border", "",
            f"It passes from {before or 'no commune on record'} into {behind or 'no commune on record'}.",
            f"Đường đi từ {before or 'nơi chưa rõ xã'} sang {behind or 'nơi chưa rõ xã'}.",
            "P.line", where=(crossing.x, crossing.y),
        )  # fmt: skip


def _border_chainages(line: LineString, communes: Sequence[Commune]) -> list[float]:
    found: list[float] = []
    for commune in communes:
        touched = line.intersection(commune.area.boundary)
        found += [line.project(Point(spot)) for spot in shapely.get_coordinates(touched)]
    return found


def _holder(spot: Point, communes: Sequence[Commune]) -> Commune | None:
    return next((commune for commune in communes if commune.area.covers(spot)), None)
