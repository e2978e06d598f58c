"""PURE: what an investor filters by, read from an address and written back to it.

The address holds the whole state, so every list can be shared and reopened. Nonsense in it is left out
and named, never an error: somebody may have cut the address short.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from layers.plots import STATUSES
from layers.zones import KINDS

SORTS = ("area", "-area", "price", "-price", "ready", "zone")
"""A minus in front: the largest first. What is not known comes last in either direction."""
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,59}\Z")
_VSIC = re.compile(r"([A-V]|[0-9]{2,5})\Z")
_MOST_ZONES = 60


@dataclass(frozen=True, slots=True)
class PlotFilter:
    """Everything an address says; None and empty mean any."""

    zone: tuple[str, ...] = ()
    # codes
    kind: tuple[str, ...] = ()
    # KCN, CCN, KKT
    status: tuple[str, ...] = ("available",)
    area_min: float | None = None
    # m²
    area_max: float | None = None
    merge: bool = False
    # several free neighbours together count as one
    price_max: float | None = None
    # USD per m² and lease term
    ready_by: date | None = None
    industry: str | None = None
    # VSIC: section or 2 to 5 digits
    power: float | None = None
    # kVA
    water: float | None = None
    # m³ a day
    wastewater: float | None = None
    # m³ a day
    road: float | None = None
    # m
    coverage: float | None = None
    # least share of the zone under 5G, 0-1
    box: tuple[float, float, float, float] | None = None
    # west, south, east, north: WGS 84 degrees
    sort: str = "area"

    def address(self, path: str = "/plots", **changes: Any) -> str:
        """This list as an address, with some of it changed; what is usual is not written."""
        asked = replace(self, **changes)
        usual = PlotFilter()
        query = [
            (one.name, text)
            for one in fields(PlotFilter)
            if getattr(asked, one.name) != getattr(usual, one.name)
            for text in _written(getattr(asked, one.name))
        ]
        return f"{path}?{urlencode(query)}" if query else path

    def without(self, name: str) -> PlotFilter:
        """The same filter with one field as usual."""
        return replace(self, **{name: getattr(PlotFilter(), name)})

    @property
    def narrowed(self) -> tuple[str, ...]:
        """Names of the fields that leave something out."""
        usual = PlotFilter()
        return tuple(
            one.name
            for one in fields(PlotFilter)
            if one.name != "sort" and getattr(self, one.name) != getattr(usual, one.name)
        )


def parse(query: Mapping[str, Iterable[str]]) -> tuple[PlotFilter, tuple[str, ...]]:
    """Read an address: the filter, and the names of what in it was not understood."""
    values: dict[str, Any] = {}
    bad: list[str] = []
    for name, read in _READERS.items():
        given = [text.strip() for text in query.get(name, ()) if text.strip()]
        if not given:
            continue
        try:
            values[name] = read(given)
        except ValueError:
            bad.append(name)
    found = PlotFilter(**values)
    if found.area_min is not None and found.area_max is not None and found.area_min > found.area_max:
        bad.append("area_max")
        found = replace(found, area_max=None)
    return found, tuple(bad)


def _number(most: float) -> Callable[[list[str]], float]:
    def read(given: list[str]) -> float:
        value = float(given[0].replace(" ", "").replace(",", "."))
        if not isfinite(value) or not 0 <= value <= most:
            raise ValueError(given[0])
        return value

    return read


def _listed(known: tuple[str, ...]) -> Callable[[list[str]], tuple[str, ...]]:
    def read(given: list[str]) -> tuple[str, ...]:
        words = [word for text in given for word in text.split(",")]
        if not set(words) <= set(known):
            raise ValueError(given[0])
        return tuple(word for word in known if word in words)

    return read


def _codes(given: list[str]) -> tuple[str, ...]:
    codes = [code.upper() for text in given for code in text.split(",")]
    if len(codes) > _MOST_ZONES or not all(_CODE.match(code) for code in codes):
        raise ValueError(given[0])
    return tuple(dict.fromkeys(codes))


def _box(given: list[str]) -> tuple[float, float, float, float]:
    west, south, east, north = (float(part) for part in given[0].split(","))
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise ValueError(given[0])
    return west, south, east, north


def _industry(given: list[str]) -> str:
    code = given[0].upper().replace(".", "")
    if not _VSIC.match(code):
        raise ValueError(given[0])
    return code


def _one_of(known: tuple[str, ...]) -> Callable[[list[str]], str]:
    def read(given: list[str]) -> str:
        if given[0] not in known:
            raise ValueError(given[0])
        return given[0]

    return read


_READERS: dict[str, Callable[[list[str]], Any]] = {
    "zone": _codes,
    "kind": _listed(KINDS),
    "status": _listed(STATUSES),
    "area_min": _number(1e8),
    "area_max": _number(1e8),
    "merge": lambda given: given[0] in ("1", "true", "on"),
    "price_max": _number(1e6),
    "ready_by": lambda given: date.fromisoformat(given[0]),
    "industry": _industry,
    "power": _number(1e7),
    "water": _number(1e7),
    "wastewater": _number(1e7),
    "road": _number(500),
    "coverage": _number(1),
    "box": _box,
    "sort": _one_of(SORTS),
}


def _written(value: Any) -> list[str]:
    if value is None:
        return [""]
    if value is True or value is False:
        return ["1" if value else "0"]
    if isinstance(value, tuple):
        return [",".join(f"{part:g}" if isinstance(part, float) else str(part) for part in value)]
    return [f"{value:.10g}" if isinstance(value, float) else str(value)]
