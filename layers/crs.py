"""The coordinate reference systems that this service speaks, and the doors in and out.

Vietnamese data is in VN-2000 / TM-3 zones that differ only by their central meridian; reading one
for another moves everything tens of kilometres. PostGIS before 3.5 lacks SRIDs 9205 to 9218, so the
first migration inserts them from `provincial_zones()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from sqlalchemy import Connection, text

from layers.errors import UnknownCrs

TM3_MERIDIANS_DEG: dict[int, float] = {
    9205: 103.0, 9206: 104.0, 9207: 104.5, 9208: 104.75, 9209: 105.5, 9210: 105.75, 9211: 106.0,
    9212: 106.25, 9213: 106.5, 9214: 107.0, 9215: 107.25, 9216: 107.5, 9217: 108.25, 9218: 108.5,
    5896: 102.0, 5897: 105.0, 5898: 108.0, 5899: 107.75,
}  # fmt: skip
"""EPSG code -> central meridian of every VN-2000 / TM-3 zone (k0 0.9999, false easting 500 km)."""

WGS84 = 4326
VN2000_GEOGRAPHIC = 4756
REFUSED = {
    6956: 5896, 6957: 5897, 6958: 5898, 6959: 5899,
}  # fmt: skip
"""Deprecated codes with wrong false origins -> the code to use in their place."""

TO_WGS84 = "-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"
"""Position-vector form of EPSG:6960 (Quyết định 05/2007/QĐ-BTNMT); rotations negated for PROJ."""


@dataclass(frozen=True, slots=True)
class SpatialReference:
    """A row of PostGIS's reference table."""

    srid: int
    wkt: str
    proj4: str


def provincial_zones() -> list[SpatialReference]:
    """The VN-2000 / TM-3 zones 9205 to 9218 as PostGIS wants them, datum shift included."""
    return [
        SpatialReference(
            srid,
            CRS.from_epsg(srid).to_wkt("WKT1_GDAL"),
            f"+proj=tmerc +lat_0=0 +lon_0={meridian_deg} +k=0.9999 +x_0=500000 +y_0=0 "
            f"+ellps=WGS84 +towgs84={TO_WGS84} +units=m +no_defs",
        )
        for srid, meridian_deg in TM3_MERIDIANS_DEG.items()
        if 9205 <= srid <= 9218
    ]


def parse_crs(text_or_code: str | int) -> CRS:
    """Read what a person typed: 9210, EPSG:9210, or WKT. Never a URL, never a file.

    Raises `UnknownCrs` for what pyproj does not know and for the deprecated codes.
    """
    stated = str(text_or_code).strip()
    code = stated.upper().removeprefix("EPSG:")
    if code.isascii() and code.isdigit():
        srid = int(code)
        if srid in REFUSED:
            raise UnknownCrs(
                f"EPSG:{srid} is deprecated and has a wrong false origin; use {REFUSED[srid]}.",
                f"EPSG:{srid} đã bị bãi bỏ (gốc tọa độ sai); hãy dùng {REFUSED[srid]}.",
            )
        try:
            return CRS.from_epsg(srid)
        except CRSError:
            pass
    elif len(stated) < 10_000 and stated.startswith(("PROJCS", "GEOGCS", "PROJCRS", "GEOGCRS")):
        try:
            return CRS.from_wkt(stated)
        except CRSError:
            pass
    raise UnknownCrs(
        f"'{stated[:60]}' is not a coordinate system known here. Give an EPSG code such as 9210.",
        f"Không nhận ra hệ tọa độ '{stated[:60]}'. Hãy ghi mã EPSG, ví dụ 9210.",
    )


@lru_cache(maxsize=64)
def transformer(from_srid: int, to_srid: int) -> Transformer:
    """Between two EPSG codes, easting or longitude first. The best operation, never a ballpark."""
    return Transformer.from_crs(from_srid, to_srid, always_xy=True, allow_ballpark=False)


def storage_srid(conn: Connection) -> int:
    """EPSG code of the CRS in which this database keeps its metres."""
    return int(conn.execute(text("SELECT gis.storage_srid()")).scalar_one())
