"""Communes and the city with their real codes and names, and approximate borders around their centres.

Codes, names, centres and areas come from the tables inside the package vietnamadminunits (MIT); the
package itself is never imported, because its address functions call an outside geocoder. The
package has no borders: each commune gets the land nearer to its centre than to any other.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from importlib.resources import as_file, files
from importlib.util import find_spec, module_from_spec
from math import pi, sqrt
from typing import Any

import numpy as np
import shapely
from shapely import MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from layers.crs import WGS84, transformer
from layers.demo.frames import to_millimetres
from layers.demo.labels import MADE_UP

PROVINCE_CODE, PROVINCE_NAME, PROVINCE_KEY = "31", "Hải Phòng", "thanhphohaiphong"
OLD_PROVINCES = ("30", "31")
CHANGED_ON = date(2025, 7, 1)
"""The day from which the present communes exist."""

KINDS_EN = {"Phường": "Ward", "Xã": "Commune", "Đặc khu": "Special Zone"}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Commune:
    """A unit of today with its approximate land, metres in the storage CRS."""

    code: str
    full_name: str
    kind: str
    name: str
    area_km2: float
    centre: Point
    land: MultiPolygon


def source() -> str:
    """Where codes, names and centres come from, and that the borders are made up."""
    return (
        f"vietnamadminunits {version('vietnamadminunits')} (mã, tên, tâm, diện tích / codes, names, centres, areas); "
        f"ranh giới gần đúng / approximate borders: {MADE_UP}"
    )


def _query(sql: str, *values: str) -> list[tuple[Any, ...]]:
    with as_file(_data_folder() / "dataset.db") as path:
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()


def _data_folder() -> Any:
    spec = find_spec("vietnamadminunits")
    if spec is None:
        raise ModuleNotFoundError("the package vietnamadminunits is not installed")
    return files(module_from_spec(spec)) / "data"  # located, not executed


def communes(srid: int) -> list[Commune]:
    """All communes of the city, ordered by code, with borders in the given CRS."""
    rows = _query(
        "SELECT wardCode, ward, wardShort, wardLon, wardLat, wardAreaKm2 FROM admin_units "
        "WHERE provinceCode = ? ORDER BY wardCode",
        PROVINCE_CODE,
    )
    x, y = transformer(WGS84, srid).transform([row[3] for row in rows], [row[4] for row in rows])
    centres = [Point(round(px, 3), round(py, 3)) for px, py in zip(x, y, strict=True)]
    lands = _lands(centres, [float(row[5]) for row in rows])
    return [
        Commune(code, full_name, _kind(full_name), name, float(area), centre, land)
        for (code, full_name, name, _, _, area), centre, land in zip(rows, centres, lands, strict=True)
    ]


def _kind(full_name: str) -> str:
    """The word before the name; the type column of the tables is wrong for some wards."""
    return next(kind for kind in KINDS_EN if full_name.startswith(kind + " "))


def _lands(centres: list[Point], areas_km2: list[float]) -> list[MultiPolygon]:
    """Voronoi cells of the centres, cut to discs of a little more than each unit's own area.

    The discs keep the outer units from running into the sea or into the next province; gaps
    between discs that lie inside the city are closed.
    """
    radii_m = [1.14 * sqrt(area * 1e6 / pi) for area in areas_km2]
    discs = [centre.buffer(radius, quad_segs=6) for centre, radius in zip(centres, radii_m, strict=True)]
    envelope = shapely.union_all(discs).buffer(3000, quad_segs=4).buffer(-3000, quad_segs=4).simplify(60)
    cells = shapely.voronoi_polygons(MultiPoint(centres), extend_to=envelope.buffer(20_000), ordered=True).geoms
    lands = []
    for centre, cell, radius in zip(centres, cells, radii_m, strict=True):
        near = envelope.intersection(cell).intersection(centre.buffer(2.4 * radius, quad_segs=6))
        lands.append(_multi(to_millimetres(_piece_with(near, centre))))
    return lands


def _piece_with(shape: BaseGeometry, point: Point) -> Polygon:
    pieces = [piece for piece in shapely.get_parts(shape) if isinstance(piece, Polygon)]
    holding = next(piece for piece in pieces if piece.covers(point))
    return Polygon(holding.exterior)


def _multi(land: BaseGeometry) -> MultiPolygon:
    return MultiPolygon([piece for piece in shapely.get_parts(land) if isinstance(piece, Polygon)])


def finder(units: list[Commune]) -> Finder:
    """Looks up the commune of a point."""
    return Finder(units, shapely.STRtree([unit.land for unit in units]))


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds communes by place."""

    units: list[Commune]
    tree: shapely.STRtree

    def at(self, point: Point) -> Commune:
        """The commune whose approximate land holds the point; outside all of them, the nearest."""
        inside = self.tree.query(point, predicate="intersects")
        index = int(np.min(inside)) if len(inside) else int(self.tree.nearest(point))
        return self.units[index]


def unit_rows(units: list[Commune]) -> list[Row]:
    """The city, whose land is the union of its communes, then the communes."""
    whole = _multi(to_millimetres(shapely.union_all([unit.land for unit in units], grid_size=0.001)))
    shared = {
        "border_quality": "approximate", "valid_from": CHANGED_ON, "source": source(), "source_date": CHANGED_ON,
        "source_srid": WGS84, "is_demo": True,
    }  # fmt: skip
    city = {
        "level": "province", "code": PROVINCE_CODE, "parent_code": None, "kind": "thành phố", "name": PROVINCE_NAME,
        "full_name": f"Thành phố {PROVINCE_NAME}", "name_en": "Hai Phong City",
        "area_km2": round(sum(unit.area_km2 for unit in units), 2), "geom": whole, **shared,
    }  # fmt: skip
    return [city] + [
        {
            "level": "commune", "code": unit.code, "parent_code": PROVINCE_CODE, "kind": unit.kind.lower(),
            "name": unit.name, "full_name": unit.full_name, "name_en": f"{unit.name} {KINDS_EN[unit.kind]}",
            "area_km2": unit.area_km2, "geom": unit.land, **shared,
        }
        for unit in units
    ]  # fmt: skip


_MIXED_UP = {("10798", "11911"), ("11890", "10804"), ("11890", "10843")}
"""Xã Hòa Bình of Kim Thành and of Vĩnh Bảo: the tables join the namesakes (1669/NQ-UBTVQH15, items 63, 79, 112)."""


def change_rows() -> list[Row]:
    """What became of the units of former Hải Dương and Hải Phòng on 1 July 2025, ordered by old code."""
    tables = json.loads((_data_folder() / "converter_2025.json").read_text(encoding="utf-8"))
    present = _query("SELECT wardKey, wardCode, ward FROM admin_units WHERE provinceCode = ?", PROVINCE_CODE)
    new_units = {key: (code, name) for key, code, name in present}
    old_units = _old_units()
    steps = [
        (old_key, new_key, "full")
        for new_key, old_keys in tables["DICT_PROVINCE_WARD_NO_DIVIDED"][PROVINCE_KEY].items()
        for old_key in old_keys
    ] + [
        (old_key, part["newWardKey"], "partial")
        for old_key, parts in tables["DICT_PROVINCE_WARD_DIVIDED"][PROVINCE_KEY].items()
        for part in parts
    ]
    rows = _province_changes() + [
        _change(old_units[old][0], old_units[old][1], old_units[old][2], *new_units[new], part)
        for old, new, part in steps
        if (old_units[old][1], new_units[new][0]) not in _MIXED_UP
    ]
    for row in rows:
        if row["old_code"] == "11890" and row["level"] == "commune":
            row["part"] = "full"
    return sorted(rows, key=lambda row: (row["level"], row["old_code"], row["new_code"]))


def _old_units() -> dict[str, tuple[str, str, str]]:
    """Key of the old tables -> level, code and name. The island district had no communes."""
    rows = _query(
        "SELECT provinceKey, districtKey, wardKey, districtCode, district, wardCode, ward FROM admin_units_legacy "
        "WHERE provinceCode IN (?, ?)",
        *OLD_PROVINCES,
    )
    return {
        f"{province}_{district}_{ward or ''}": (
            ("commune", ward_code, ward_name) if ward else ("district", district_code, district_name)
        )
        for province, district, ward, district_code, district_name, ward_code, ward_name in rows
    }


def _province_changes() -> list[Row]:
    new = (PROVINCE_CODE, f"Thành phố {PROVINCE_NAME}")
    return [
        _change("province", "30", "Tỉnh Hải Dương", *new, "full"),
        _change("province", "31", "Thành phố Hải Phòng", *new, "full"),
    ]


def _change(level: str, old_code: str, old_name: str, new_code: str, new_name: str, part: str) -> Row:
    return {
        "level": level, "old_code": old_code, "old_name": old_name, "new_code": new_code, "new_name": new_name,
        "part": part, "changed_on": CHANGED_ON, "source": source(), "source_date": CHANGED_ON,
        "source_srid": None, "is_demo": True,
    }  # fmt: skip
