"""How far a plot is from ports, airports, expressways and cities: by road inside its zone, then straight, and said so.

Our streets are those inside the zones; there is no road network between a zone and a port to measure along.
So from the gate of the zone on, a distance is a straight line over the ellipsoid, and minutes are given for the
way inside the zone only, rather than guessed for the rest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyproj import Geod

from maps.portal.ways import WayOut

_FILE = Path(__file__).parent / "nodes.json"
_GEOD = Geod(ellps="WGS84")
KINDS = ("port", "airport", "expressway", "city")


@dataclass(frozen=True, slots=True)
class Node:
    """A place that investors ask the distance to."""

    kind: str
    name: str
    name_en: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Distance:
    """From a plot to a node."""

    node: Node
    km: float
    # all of it: by road inside the zone, and straight
    road_km: float | None = None
    # along the streets of the zone; None where everything is straight
    straight_km: float = 0.0


@lru_cache(maxsize=1)
def nodes() -> tuple[Node, ...]:
    """The nodes of this deployment."""
    return tuple(Node(**one) for one in json.loads(_FILE.read_text(encoding="utf-8"))["nodes"])


@lru_cache(maxsize=1)
def source() -> tuple[str, str]:
    """Where their positions come from, and of what day (ISO)."""
    told = json.loads(_FILE.read_text(encoding="utf-8"))
    return told["source"], told["source_date"]


def distances(lon: float, lat: float, ways: Sequence[WayOut] = ()) -> list[Distance]:
    """Kilometres from a WGS 84 position to every node, the nearest of each kind first.

    With ways out of the zone: along its streets to the one from which the whole is shortest, then straight.
    """
    found = [_distance(node, lon, lat, ways) for node in nodes()]
    return sorted(found, key=lambda one: (KINDS.index(one.node.kind), one.km))


def _distance(node: Node, lon: float, lat: float, ways: Sequence[WayOut]) -> Distance:
    if not ways:
        straight = _straight_km(lon, lat, node)
        return Distance(node, straight, None, straight)
    by_way = [(way.road_m / 1000, _straight_km(way.lon, way.lat, node)) for way in ways]
    road, straight = min(by_way, key=sum)
    return Distance(node, road + straight, road, straight)


def _straight_km(lon: float, lat: float, node: Node) -> float:
    return float(_GEOD.inv(lon, lat, node.lon, node.lat)[2]) / 1000


def nearest_km(found: Sequence[Distance], kind: str) -> float:
    """Kilometres to the nearest node of a kind."""
    return min(one.km for one in found if one.node.kind == kind)
