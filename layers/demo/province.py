"""The whole made-up province in memory: the same rows for the same seed, size and CRS. No database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.demo import enterprises, entrances, names, plots, roads, stations, streets, towns, units, zones
from layers.demo.parks import parks_at
from layers.demo.streams import shares, stream
from layers.demo.towns import Town
from layers.demo.zones import Zone

Row = dict[str, Any]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""

TOWN_STREETS_AT_LEAST = 14
_DRAWN_NEW = 3
"""Every so many-th town is drawn anew rather than grown."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    enterprises: int
    sites: int
    cells: int
    streets: int
    entrances: int
    towns: int


def size_at(scale: float) -> Size:
    """The size of the province; 1.0 is the full one, 0.05 one for tests."""
    if not 0 < scale <= 1:
        raise ValueError("scale is more than 0 and at most 1")
    return Size(
        round(1500 * scale), round(2000 * scale), round(9000 * scale), round(300 * scale), round(20_000 * scale),
        max(1, round(len(names.TOWNS) * scale)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Province:
    """Rows by table, in the order in which tables must be filled. Keys among rows count from 1."""

    tables: dict[str, list[Row]]

    def digest(self) -> str:
        """SHA-256 over every table, row and value in order; shapes by their WKB."""
        running = hashlib.sha256()
        for table, rows in self.tables.items():
            running.update(f"\n{table}\n".encode())
            for row in rows:
                running.update(repr([(key, _plain(value)) for key, value in sorted(row.items())]).encode())
        return running.hexdigest()


def _plain(value: Any) -> Any:
    return shapely.to_wkb(value, hex=True) if isinstance(value, BaseGeometry) else value


def build(seed: int, srid: int, scale: float = 1.0, progress: Progress | None = None) -> Province:
    """Draw everything. `srid` is the storage CRS, in metres."""
    size = size_at(scale)
    said = progress or (lambda noun, done, total: None)
    said("administrative_units", 0, 6)
    communes = units.communes(srid)
    finder = units.finder(communes)
    said("zones", 1, 6)
    middles = {code: next(unit.centre for unit in communes if unit.code == code) for code, _ in names.TOWNS}
    placed = zones.place_all(seed, srid, finder, [middle.buffer(towns.REACH_M) for middle in middles.values()])
    wanted = {park.code: number for number, park in enumerate(parks_at(scale), start=1)}
    kept = sorted((zone for zone in placed if zone.park.code in wanted), key=lambda zone: wanted[zone.park.code])
    kept = [replace(zone, number=wanted[zone.park.code]) for zone in kept]
    said("plots", 2, 6)
    lots = plots.all_plots(seed, kept)
    firms = enterprises.settle(seed, lots, size.enterprises)
    said("streets", 3, 6)
    towns_drawn = _towns(seed, size, kept, middles)
    main_roads = roads.draw(seed, towns_drawn, kept, placed)
    ways = streets.all_streets(seed, kept, towns_drawn, main_roads)
    said("entrances", 4, 6)
    doors = entrances.all_entrances(seed, lots, firms, ways, size.entrances)
    said("stations", 5, 6)
    masts = stations.build(seed, stations.areas(seed, kept, towns_drawn, communes), size.sites, size.cells)
    tables = {
        "administrative_units": units.unit_rows(communes), "unit_changes": units.change_rows(),
        "zones": zones.rows(seed, kept), "plots": plots.rows(seed, kept, lots),
        "enterprises": enterprises.rows(seed, firms),
        "streets": streets.rows(ways, finder), "entrances": entrances.rows(doors),
        "sites": stations.site_rows(seed, masts), "cells": stations.cell_rows(seed, masts),
    }  # fmt: skip
    said("done", 6, 6)
    return Province(tables)


def _towns(seed: int, size: Size, kept: list[Zone], middles: dict[str, Any]) -> list[Town]:
    """Towns share the streets that the zones have left, and always enough for every shape of street."""
    elsewhere = sum(len(zone.grid.streets) for zone in kept) + roads.number_at(
        [code for code, _ in names.TOWNS[: size.towns]]
    )
    left = max(size.streets - elsewhere, TOWN_STREETS_AT_LEAST * size.towns)
    numbers = shares(left, [1.0] * size.towns)
    return [
        towns.draw(stream(seed, "towns", code), code, middles[code], number, is_new=place % _DRAWN_NEW == 1)
        for place, ((code, _), number) in enumerate(zip(names.TOWNS[: size.towns], numbers, strict=True))
    ]
