"""In which CRS are these coordinates? Stated, found, or asked for; never guessed in silence.

Data of this country comes in some twenty CRSs that look alike. A wrong datum moves 224 m and stays
inside its commune, so it is caught here, from the metadata; a wrong meridian moves 26 km or more
and is caught from the places (`find_better_crs`, `layers.ingest.communes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from layers.crs import REFUSED, TM3_MERIDIANS_DEG, WGS84, parse_crs, transformer
from layers.errors import UnknownCrs
from layers.ingest.errors import CrsInDisguise, ImportRefused, WrongPlace

CANDIDATES = (9209, 9210, 5897, 3405, 5899)
"""What data of Hải Dương and Hải Phòng is found in, most likely first."""

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Reference:
    """The CRS of a file, by its EPSG code."""

    srid: int
    name: str
    stated_by: str
    """file, asker or columns"""
    remark: str | None = None
    """Code of a remark for the report."""


def settle(found: CRS | None, stated: str | None, lonlat_columns: bool) -> Reference:
    """Choose the CRS: what the asker states, else what the file says, else lon/lat columns.

    Raises `UnknownCrs` when there is none or it has no EPSG code, `CrsInDisguise` when it is a
    VN-2000 zone under another label.
    """
    if stated:
        crs = parse_crs(stated)
        srid = crs.to_epsg()
        if srid is None:
            raise UnknownCrs(
                "The stated CRS has no EPSG code. State it as a code, for example --crs 9210.",
                "Hệ tọa độ đã ghi không có mã EPSG. Hãy ghi bằng mã, ví dụ --crs 9210.",
            )
        overridden = found is not None and epsg_of(found) != srid
        return Reference(srid, crs.name, "asker", "crs_overridden" if overridden else None)
    if found is not None:
        return _recognise(found)
    if lonlat_columns:
        return Reference(WGS84, "WGS 84", "columns", "lonlat_columns")
    raise UnknownCrs(
        "The file does not say in which CRS it is. State it with --crs, for example --crs 9209 (VN-2000 105°30',"
        " old Hải Dương) or --crs 9210 (105°45', Hải Phòng).",
        "Tệp không ghi hệ tọa độ. Hãy ghi rõ bằng --crs, ví dụ --crs 9209 (VN-2000 kinh tuyến trục 105°30', Hải"
        " Dương cũ) hoặc --crs 9210 (105°45', Hải Phòng).",
    )


def read_crs(text: str) -> CRS:
    """The CRS that a file states, as GDAL hands it over: EPSG:n or WKT. Raises `UnknownCrs`."""
    try:
        if text.startswith("EPSG:") and text[5:].isdigit():
            return CRS.from_epsg(int(text[5:]))
        return CRS.from_wkt(text)
    except CRSError:
        raise UnknownCrs(
            "The CRS of the file cannot be read. State it with --crs.",
            "Không đọc được hệ tọa độ của tệp. Hãy ghi rõ bằng --crs.",
        ) from None


def epsg_of(crs: CRS) -> int | None:
    """EPSG code, None when there is none. OGC:CRS84 is WGS 84 with longitude first, as all is here."""
    return WGS84 if crs.to_authority() == ("OGC", "CRS84") else crs.to_epsg()


def _recognise(crs: CRS) -> Reference:
    if crs.is_bound and crs.source_crs is not None:
        disguised = disguised_zone(crs.source_crs)
        if disguised is not None and crs.source_crs.to_epsg() is None:
            raise _in_disguise(crs.source_crs, disguised)  # a shift is ignored when its datum has no name
        crs = crs.source_crs
    srid = epsg_of(crs)
    if srid in REFUSED:
        parse_crs(srid)  # raises, naming the code to use
    if srid is not None:
        remark = "utm_or_vn2000" if srid in (32648, 32649) else None
        return Reference(srid, crs.name, "file", remark)
    disguised = disguised_zone(crs)
    if disguised is not None:
        raise _in_disguise(crs, disguised)
    raise UnknownCrs(
        f"The CRS of the file, '{crs.name[:80]}', has no EPSG code. State it with --crs.",
        f"Hệ tọa độ của tệp, '{crs.name[:80]}', không có mã EPSG. Hãy ghi rõ bằng --crs.",
    )


def disguised_zone(crs: CRS) -> int | None:
    """EPSG code of the VN-2000 / TM-3 zone that a CRS must be whatever its datum is called.

    Transverse Mercator with k0 0.9999, false easting 500 km, no false northing and one of the 18
    meridians is used nowhere else.
    """
    operation = crs.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    value = {p.name: float(p.value) for p in operation.params}
    if (
        abs(value.get("Scale factor at natural origin", 0) - 0.9999) > 1e-9
        or abs(value.get("False easting", 0) - 500_000) > 1e-3
        or abs(value.get("False northing", 1)) > 1e-3
    ):
        return None
    meridian = value.get("Longitude of natural origin", 0.0)
    return next((srid for srid, deg in TM3_MERIDIANS_DEG.items() if abs(deg - meridian) < 1e-6), None)


def _in_disguise(crs: CRS, srid: int) -> CrsInDisguise:
    name = crs.name[:60]
    return CrsInDisguise(
        f"The CRS of the file, '{name}', is not labelled VN-2000 but has exactly the parameters of EPSG:{srid}."
        f" Read as labelled it would lie 224 m off. If it is VN-2000, say so with --crs {srid}.",
        f"Hệ tọa độ của tệp, '{name}', không ghi là VN-2000 nhưng có đúng tham số của EPSG:{srid}. Nếu đọc theo"
        f" nhãn sẽ lệch 224 m. Nếu đúng là VN-2000, hãy xác nhận bằng --crs {srid}.",
        proposed_srid=srid,
    )


def project(coordinates: Any, from_srid: int, to_srid: int) -> Any:
    """Reproject an (n, 2) array, x or longitude first; infinite where it cannot be done."""
    if from_srid == to_srid or len(coordinates) == 0:
        return coordinates
    try:
        x, y = transformer(from_srid, to_srid).transform(coordinates[:, 0], coordinates[:, 1])
    except ProjError:
        return np.full_like(coordinates, np.inf)
    return np.column_stack([x, y])


def is_inside(coordinates: Any, bounds: Bounds) -> Any:
    """Which points of an (n, 2) array lie in west, south, east, north; infinite ones do not."""
    x, y = coordinates[:, 0], coordinates[:, 1]
    with np.errstate(invalid="ignore"):
        return (x >= bounds[0]) & (x <= bounds[2]) & (y >= bounds[1]) & (y <= bounds[3])


def find_better_crs(points: Any, stated_srid: int, storage_srid: int, bounds: Bounds) -> tuple[int, bool, float]:
    """(EPSG code, axes swapped, share inside) of the reading that puts most points inside."""
    best = (storage_srid, False, 0.0)
    for swapped in (False, True):
        turned = points[:, ::-1] if swapped else points
        for srid in dict.fromkeys((stated_srid, *CANDIDATES, storage_srid, WGS84)):
            share = float(is_inside(project(turned, srid, storage_srid), bounds).mean())
            if share > best[2] + 0.02:
                best = (srid, swapped, share)
    return best


def wrong_place(points: Any, reference: Reference, storage_srid: int, bounds: Bounds) -> ImportRefused:
    """The error for a file whose rows are nearly all outside, with the reading that would fit."""
    found = f"EPSG:{reference.srid}"
    x, y = (float(v) for v in points[0])
    said = f"Nearly all rows lie outside the territory when read as {found} (first point: {x:g}, {y:g})."
    said_vi = f"Hầu hết các dòng nằm ngoài địa bàn khi đọc theo {found} (điểm đầu: {x:g}, {y:g})."
    if abs(x) > 1e7:
        said += " The first number is too large: a zone prefix, Hanoi 1972, or millimetres?"
        said_vi += " Số thứ nhất quá lớn: có tiền tố múi, hệ Hà Nội 1972 hay đơn vị milimét?"
    srid, swapped, share = find_better_crs(points, reference.srid, storage_srid, bounds)
    if share < 0.5:
        return WrongPlace(said, said_vi, srid=reference.srid)
    hint = f"--crs {srid}" + (" --swap-axes" if swapped else "")
    why = " with the two axes swapped (X north, Y east)" if swapped else ""
    why_vi = " và đổi chỗ hai trục (X hướng bắc, Y hướng đông)" if swapped else ""
    return WrongPlace(
        f"{said} Read as EPSG:{srid}{why}, {share:.0%} lie inside. If that is right, use {hint}.",
        f"{said_vi} Đọc theo EPSG:{srid}{why_vi} thì {share:.0%} nằm trong địa bàn. Nếu đúng, hãy dùng {hint}.",
        srid=reference.srid,
        proposed_srid=srid,
        swap_axes=swapped,
        inside_ratio=round(share, 3),
    )
