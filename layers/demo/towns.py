"""Made-up towns: a grid that is not quite straight, a curved street, a ring, dead ends, alleys.

A town is planned on its board; a gentle warp then bends the plan, so that an old town looks grown
and a new one drawn. All streets of one town lie on the same warp and still meet where they met.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import pi, sin

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point

from layers.demo.frames import Frame
from layers.demo.names import STREET_NAMES
from layers.demo.streams import between, chance, cuts, pick, whole

HOUSE_DEPTH_M = 14.0
OLD_NUMBERS = 0.4
"""Share of the straight and curved streets of an old town that have numbers."""

REACH_M = 1150.0
"""No street of a town is farther than this from its middle."""


@dataclass(frozen=True, slots=True)
class TownStreet:
    """A street of a town; `line` is on the board until `to_map` has placed it."""

    name: str
    kind: str
    line: LineString
    cross_section_m: float
    shape: str
    """straight, curved, ring, radial, highway, alley or lane."""
    parent: int | None = None
    """Index in the town of the street on which an alley or lane opens."""
    built: float = 0.95
    """Share of its lots with a house."""
    numbered_before: bool = False
    existing_direction: str | None = None
    free_from_m: float = 0.0
    """No door before this distance from the start: the houses of the parent stand there."""
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class Town:
    """A town at its place; streets in world coordinates."""

    commune_code: str
    frame: Frame
    streets: list[TownStreet]


def draw(rng: np.random.Generator, commune_code: str, middle: Point, streets: int, *, is_new: bool) -> Town:
    """A town with exactly so many streets (at least 14)."""
    plan = _skeleton(rng, lines=5 if streets >= 18 else 3, is_new=is_new)
    plan = _with_old_numbers(rng, plan, is_new=is_new)
    while len(plan) < streets:
        plan.append(_alley(rng, plan))
        if len(plan) < streets and chance(rng, 0.3):
            plan.append(_lane(rng, plan, len(plan) - 1))
    frame = Frame(round(middle.x, 1), round(middle.y, 1), round(between(rng, -25, 25), 2))
    bend = Warp(0.0 if is_new else between(rng, 10, 20), between(rng, 0, 2 * pi), between(rng, 0, 2 * pi))
    return Town(commune_code, frame, [_to_map(rng, street, frame, bend) for street in plan])


@dataclass(frozen=True, slots=True)
class Warp:
    """A smooth bend of the board, `reach_m` at most in either direction."""

    reach_m: float
    phase_u: float
    phase_v: float

    def __call__(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bent coordinates of an n x 2 array."""
        u = xy[:, 0] + self.reach_m * np.sin(2 * pi * xy[:, 1] / 640 + self.phase_u)
        v = xy[:, 1] + self.reach_m * np.sin(2 * pi * xy[:, 0] / 860 + self.phase_v)
        return np.column_stack((u, v))


def _to_map(rng: np.random.Generator, street: TownStreet, frame: Frame, bend: Warp) -> TownStreet:
    line = street.line
    if bend.reach_m > 0:
        line = shapely.simplify(shapely.transform(shapely.segmentize(line, 20.0), bend), 0.25)
    placed = frame.shape(line)
    if street.parent is None and street.decision is None and chance(rng, 0.4):
        placed = placed.reverse()  # streets are drawn either way in real data too
    return replace(street, line=placed)


def _skeleton(rng: np.random.Generator, lines: int, *, is_new: bool) -> list[TownStreet]:
    """Grid, curve, ring, radial street and highway."""
    half_u, half_v = (430.0, 215.0) if lines == 5 else (170.0, 110.0)
    us = cuts(rng, -half_u - 120, half_u - 120, lines - 1, 0.2)
    vs = cuts(rng, -half_v, half_v, lines - 1, 0.25)
    names = [STREET_NAMES[int(i)] for i in rng.permutation(len(STREET_NAMES))]
    built = 0.5 if is_new else 0.96
    main = lines // 2
    bulge = 120.0 if lines == 5 else 80.0
    road_v = vs[0] - 125.0
    plan = []
    for i, v in enumerate(vs):
        west = us[0] - (110.0 if i == 1 else 0.0)  # runs on as a dead end
        east = us[-1] + 95.0 if i == main else us[-1]  # the main street reaches the ring
        kind, word = ("road", "Đường") if i == main else ("street", "Phố")
        plan.append(TownStreet(
            f"{word} {names.pop()}", kind, LineString([(west, v), (east, v)]),
            30.0 if i == main else pick(rng, [13.5, 15.0, 17.5]), "straight", built=built,
        ))  # fmt: skip
    for i, u in enumerate(us):
        south = road_v if i in (0, lines - 2) else vs[0] - (65.0 if i == 1 else 0.0)
        north = vs[-1] + (bulge * sin(pi * (u - us[0]) / (us[-1] - us[0])) if 0 < i < lines - 1 else 0.0)
        plan.append(TownStreet(
            f"Phố {names.pop()}", "street", LineString([(u, south), (u, north)]),
            20.5 if i == main else pick(rng, [11.5, 13.0, 15.0]), "straight", built=built,
        ))  # fmt: skip
    shore = [(us[0] + (us[-1] - us[0]) * t, vs[-1] + bulge * sin(pi * t)) for t in np.linspace(0, 1, 41)]
    plan.append(TownStreet(f"Phố {names.pop()}", "street", LineString(shore), 13.0, "curved", built=built))
    plan += _ring_and_radial(names, us[-1] + 95.0, vs[main], built)
    road = LineString([(us[0] - 260, road_v), (us[-1] + 330, road_v)])
    plan.append(TownStreet("Đường tỉnh Minh Họa 1", "highway", road, 42.0, "highway", built=0.55))
    return plan


def _ring_and_radial(names: list[str], edge_u: float, v: float, built: float) -> list[TownStreet]:
    """A closed street around a pond, and a street outward from it whose direction was decided."""
    radius = 62.0
    around = [
        (edge_u + radius * (1 - float(np.cos(a))), v + radius * float(np.sin(a))) for a in np.linspace(0, 2 * pi, 49)
    ]
    around[-1] = around[0]
    start = edge_u + 2 * radius
    return [
        TownStreet(f"Phố {names.pop()}", "street", LineString(around), 12.0, "ring", built=built),
        TownStreet(
            f"Phố {names.pop()}", "street", LineString([(start, v), (start + 250, v)]), 20.0, "radial",
            built=0.8, decision="01/QĐ-UBND (minh họa)",
        ),
    ]  # fmt: skip


def _with_old_numbers(rng: np.random.Generator, plan: list[TownStreet], *, is_new: bool) -> list[TownStreet]:
    """An old town has streets that were numbered long ago, along the line as drawn or against it."""
    if is_new:
        return plan
    candidates = [i for i, street in enumerate(plan) if street.shape in ("straight", "curved")]
    old = [candidates[int(k)] for k in rng.permutation(len(candidates))[: round(OLD_NUMBERS * len(candidates))]]
    directions = {i: ("forward", "backward")[place % 2] for place, i in enumerate(old)}
    return [
        replace(street, numbered_before=i in directions, existing_direction=directions.get(i))
        for i, street in enumerate(plan)
    ]


def _alley(rng: np.random.Generator, plan: list[TownStreet]) -> TownStreet:
    """Into the block beside a street that runs east: a dead end, straight or with a bend."""
    hosts = [i for i, one in enumerate(plan) if one.shape == "straight" and _runs_east(one.line)]
    for _ in range(400):
        host = pick(rng, hosts)
        parent = plan[host]
        west, v, east, _ = parent.line.bounds
        u, way = round(between(rng, west + 30, east - 30), 1), pick(rng, [1.0, -1.0])
        points = [(u, v), (u, v + way * between(rng, 48, 88))]
        if chance(rng, 0.5):
            points.append((u + pick(rng, [1.0, -1.0]) * between(rng, 35, 60), points[-1][1]))
        line = LineString(points)
        number = 2 * round((u - west) / 10.0) + 1
        name = f"Ngõ {number} {parent.name}"
        beyond = LineString([line.interpolate(parent.cross_section_m / 2 + 2.0), *map(Point, points[1:])])
        if _clear(beyond, plan, host) and all(one.name != name for one in plan):
            return TownStreet(
                name, "alley", line, pick(rng, [2.5, 3.0, 3.5, 4.5]), "alley", parent=host, built=0.97,
                free_from_m=parent.cross_section_m / 2 + HOUSE_DEPTH_M,
                numbered_before=parent.numbered_before,
                existing_direction="forward" if parent.numbered_before else None,
            )  # fmt: skip
    raise RuntimeError("the town has no room for another alley")


def _clear(line: LineString, plan: list[TownStreet], host: int) -> bool:
    """At least a row of houses away from every street but the one it opens on."""
    return all(
        i == host or line.distance(one.line) > one.cross_section_m / 2 + HOUSE_DEPTH_M for i, one in enumerate(plan)
    )


def _lane(rng: np.random.Generator, plan: list[TownStreet], alley: int) -> TownStreet:
    """A ngách off the middle of an alley."""
    host = plan[alley]
    start, end = host.line.coords[0], host.line.coords[1]
    at = LineString([start, end]).interpolate(0.72, normalized=True)
    way = pick(rng, [1.0, -1.0])
    line = LineString([(at.x, at.y), (at.x + way * between(rng, 24, 38), at.y)])
    return TownStreet(
        f"Ngách {whole(rng, 1, 9)} {host.name}", "lane", line, 2.0, "lane", parent=alley, built=0.97,
        free_from_m=host.cross_section_m / 2 + 6.0,
    )  # fmt: skip


def _runs_east(line: LineString) -> bool:
    return line.coords[0][1] == line.coords[-1][1]
