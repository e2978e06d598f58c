"""Coordinate systems by the names of the OGC, and the doors in and out for clients that use them.

A name settles the order of the axes too: CRS84 is longitude first, EPSG 4326 and 4756 are latitude
first, the metres of VN-2000 are east first as EPSG has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from layers.crs import TM3_MERIDIANS_DEG, VN2000_GEOGRAPHIC, WGS84, transformer

Bounds = tuple[float, float, float, float]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_CRS84H = "http://www.opengis.net/def/crs/OGC/0/CRS84h"
_EPSG = re.compile(r"https?://www\.opengis\.net/def/crs/EPSG/[0-9.]{1,8}/([0-9]{1,6})")
_CURIE = re.compile(r"\[?EPSG:([0-9]{1,6})\]?")
_CURIE84 = ("[OGC:CRS84]", "OGC:CRS84")

SPOKEN = (WGS84, 3857, *sorted(TM3_MERIDIANS_DEG), 3405, 3406, VN2000_GEOGRAPHIC)
"""EPSG codes offered besides CRS84 and the storage CRS."""

DEGREE_DIGITS, METRE_DIGITS = 8, 3
"""About a millimetre either way: finer than any survey, and a copy sent back changes nothing."""


@dataclass(frozen=True, slots=True)
class NamedCrs:
    """A coordinate system as clients name it."""

    uri: str
    srid: int
    latitude_first: bool
    is_degrees: bool

    @property
    def digits(self) -> int:
        """Decimals that are written."""
        return DEGREE_DIGITS if self.is_degrees else METRE_DIGITS


@lru_cache(maxsize=64)
def by_srid(srid: int) -> NamedCrs:
    """The CRS of an EPSG code, with the axis order that EPSG gives it."""
    known = CRS.from_epsg(srid)
    return NamedCrs(
        f"http://www.opengis.net/def/crs/EPSG/0/{srid}",
        srid,
        known.axis_info[0].direction == "north",
        known.is_geographic,
    )


LON_LAT = NamedCrs(CRS84, WGS84, latitude_first=False, is_degrees=True)
"""CRS84, the default of every answer."""


def offered(storage_srid: int) -> tuple[NamedCrs, ...]:
    """Every CRS in which data can be had, the default first."""
    codes = dict.fromkeys((storage_srid, *SPOKEN))
    return (LON_LAT, *(by_srid(code) for code in codes))


def find(name: str, storage_srid: int) -> NamedCrs | None:
    """The CRS of that name (a URI, or a CURIE such as EPSG:9210); None when it is not offered."""
    if name in (CRS84, _CRS84H, *_CURIE84):
        return LON_LAT
    found = _EPSG.fullmatch(name) or _CURIE.fullmatch(name)
    if found is None:
        return None
    srid = int(found[1])
    return by_srid(srid) if srid in (storage_srid, *SPOKEN) else None


def write(geometries: Any, from_srid: int, crs: NamedCrs) -> Any:
    """Geometries of the EPSG code `from_srid` (east first) in that CRS: axes in its order, rounded.

    Takes and returns an array; None stays None.
    """

    def move(coordinates: Any) -> Any:
        x, y = coordinates[:, 0], coordinates[:, 1]
        if from_srid != crs.srid:
            x, y = transformer(from_srid, crs.srid).transform(x, y)
        ordered = (y, x) if crs.latitude_first else (x, y)
        return np.round(np.column_stack(ordered), crs.digits)

    return shapely.transform(geometries, move)


def read(geometry: Any, crs: NamedCrs, to_srid: int) -> Any:
    """One geometry of a client in `to_srid`, east first. Coordinates without a counterpart become infinite."""

    def move(coordinates: Any) -> Any:
        x, y = (coordinates[:, 1], coordinates[:, 0]) if crs.latitude_first else (coordinates[:, 0], coordinates[:, 1])
        if crs.srid != to_srid:
            x, y = transformer(crs.srid, to_srid).transform(x, y)
        return np.column_stack((x, y))

    return shapely.transform(geometry, move)


def bounds_in(area_deg: Bounds, crs: NamedCrs) -> Bounds:
    """A box in WGS 84 degrees (west, south, east, north) as a box of that CRS, in its own axis order."""
    west, south, east, north = area_deg
    if crs.srid != WGS84:
        west, south, east, north = transformer(WGS84, crs.srid).transform_bounds(
            west, south, east, north, densify_pts=21
        )
    return (south, west, north, east) if crs.latitude_first else (west, south, east, north)
