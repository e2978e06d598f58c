"""How far a plot is from ports, airports, expressways and cities: straight lines over the ellipsoid, and said so.

Our streets are those inside the zones; there is no road network between a zone and a port to measure along.
So the distance is a straight line, and minutes are not given rather than guessed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyproj import Geod

_FILE = Path(__file__).parent / "nodes.json"
_GEOD = Geod(ellps="WGS84")
KINDS = ("port", "airport", "expressway", "city")
METHOD = "straight_line"


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


@lru_cache(maxsize=1)
def nodes() -> tuple[Node, ...]:
    """The nodes of this deployment."""
    return tuple(Node(**one) for one in json.loads(_FILE.read_text(encoding="utf-8"))["nodes"])


@lru_cache(maxsize=1)
def source() -> tuple[str, str]:
    """Where their positions come from, and of what day (ISO)."""
    told = json.loads(_FILE.read_text(encoding="utf-8"))
    return told["source"], told["source_date"]


def distances(lon: float, lat: float) -> list[Distance]:
    """Geodesic distances in kilometres from a WGS 84 position to every node, the nearest of each kind first."""
    found = [Distance(node, _GEOD.inv(lon, lat, node.lon, node.lat)[2] / 1000) for node in nodes()]
    return sorted(found, key=lambda one: (KINDS.index(one.node.kind), one.km))


def nearest_km(lon: float, lat: float, kind: str) -> float:
    """Kilometres to the nearest node of a kind."""
    return min(one.km for one in distances(lon, lat) if one.node.kind == kind)
