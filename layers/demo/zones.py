"""Zones: real parks with made-up borders of the right area, laid out side by side without overlap."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

from shapely import MultiPolygon, Point, Polygon

from layers.crs import WGS84, transformer
from layers.demo import grids, outlines
from layers.demo.frames import Frame
from layers.demo.grids import Grid
from layers.demo.labels import DEMO_DAY, MADE_UP, facts_with_made_up_rest
from layers.demo.parks import PARKS, UNKNOWN_M, Park
from layers.demo.streams import between, pick, shares, stream
from layers.demo.units import Commune, Finder

MADE_UP_AREAS_HA = (70.0, 150.0)
"""Between these the drawn area is made up for parks whose area no source gives."""

CLEARANCE_M = 160.0
"""Least distance between two zones, or a zone and a town."""

ALL_PLOTS = 4000

INDUSTRIES = {
    "electronics": ["26", "27"], "machinery": ["25", "28", "29"], "textile": ["13", "14", "15"],
    "food": ["10", "11"], "materials": ["16", "17", "22", "23"], "logistics": ["52"], "health": ["21", "32"],
}  # fmt: skip
"""Divisions of VSIC 2025, whose manufacturing divisions 10 to 33 kept their numbers from 2018."""

EXCLUDED = ["05", "06", "19", "38"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone at its place, with its plan."""

    number: int
    """1, 2, …: its id while the province is built."""
    park: Park
    frame: Frame
    grid: Grid
    border: Polygon
    commune: Commune
    industries: list[str]

    @property
    def spine_index(self) -> int:
        """Index of the spine among the streets of the plan."""
        return next(i for i, street in enumerate(self.grid.streets) if street.is_spine)


def place_all(seed: int, srid: int, finder: Finder, kept_free: list[Polygon]) -> list[Zone]:
    """All 40 zones in the order of `PARKS`, each as near to its point as its neighbours allow."""
    drawn = {park.code: _draw(seed, park) for park in PARKS}
    plots = dict(zip(drawn, shares(ALL_PLOTS, [b.area**0.85 for b, _ in drawn.values()], at_least=8), strict=True))
    taken = list(kept_free)
    placed: dict[str, Zone] = {}
    for park in sorted(PARKS, key=lambda one: one.precision_m):  # the best known first; stable
        border, turn_deg = drawn[park.code]
        rng = stream(seed, "places", park.code)
        frame = _find_place(rng, border, turn_deg, _point(park, srid, finder), park, taken)
        shape = frame.shape(border)
        taken.append(shape)
        grid = grids.lay_out(stream(seed, "grids", park.code), border, plots[park.code])
        commune = finder.at(Point(frame.x, frame.y))
        placed[park.code] = Zone(0, park, frame, grid, shape, commune, _industries(seed, park))
    return [placed[park.code] for park in PARKS]


def _draw(seed: int, park: Park) -> tuple[Polygon, float]:
    rng = stream(seed, "outlines", park.code)
    area_ha = park.area_ha if park.area_ha is not None else round(between(rng, *MADE_UP_AREAS_HA), 1)
    return outlines.outline(rng, area_ha * 10_000), between(rng, -24.0, 24.0)


def _point(park: Park, srid: int, finder: Finder) -> Point:
    if park.lon is None or park.lat is None:
        return next(unit.centre for unit in finder.units if unit.code == park.near_commune)
    x, y = transformer(WGS84, srid).transform(park.lon, park.lat)
    return Point(round(x, 3), round(y, 3))


def _find_place(rng: Any, border: Polygon, turn_deg: float, wanted: Point, park: Park, taken: list[Polygon]) -> Frame:
    """Spiral away from the wanted point until nothing is closer than the clearance."""
    start = between(rng, 0, 360)
    reach = park.precision_m
    for step in range(400):
        away = 0.0 if step == 0 else min(1.0, 0.06 + step / 300) * reach
        angle = radians(start + 137.508 * step)
        frame = Frame(
            round(wanted.x + away * cos(angle), 1), round(wanted.y + away * sin(angle), 1), round(turn_deg, 2)
        )
        shape = frame.shape(border)
        if all(shape.distance(other) > CLEARANCE_M for other in taken):
            return frame
    raise RuntimeError(f"no room for {park.code} within {reach:.0f} m")


def _industries(seed: int, park: Park) -> list[str]:
    rng = stream(seed, "industries", park.code)
    groups = sorted(INDUSTRIES)
    chosen = {pick(rng, groups) for _ in range(4)} | {"machinery"}
    return sorted(code for group in sorted(chosen) for code in INDUSTRIES[group])


def rows(seed: int, zones: list[Zone]) -> list[Row]:
    """Rows of the table, in the order of the zones."""
    return [_row(seed, zone) for zone in zones]


def _row(seed: int, zone: Zone) -> Row:
    park, rng = zone.park, stream(seed, "zones", zone.park.code)
    drawn_ha = zone.border.area / 10_000
    leasable_ha = (
        park.industrial_ha if park.industrial_ha is not None or not park.made_up else round(0.68 * drawn_ha, 1)
    )
    known = not park.made_up
    return {
        "code": park.code, "kind": park.kind, "status": park.status, "name": park.name, "name_en": park.name_en,
        "former_names": list(park.former_names), "developer": park.developer,
        "established_on": park.established_on, "established_note": park.established_note,
        "area_plan_ha": park.area_ha if park.area_on == "plan" else None,
        "area_decision_ha": park.area_ha if park.area_on == "decision" else None,
        "area_leasable_ha": leasable_ha,
        "occupancy_ratio": park.occupancy_ratio, "occupancy_on": park.occupancy_on,
        "commune_code": zone.commune.code, "address_text": _address(zone),
        "power_mva": float(round(drawn_ha * between(rng, 0.28, 0.45))),
        "water_m3_day": round(drawn_ha * between(rng, 24, 36), -2),
        "wastewater_m3_day": round(drawn_ha * between(rng, 18, 26), -2),
        "telecom": "Cáp quang, 4G; 5G theo bản đồ phủ sóng / Fibre, 4G; 5G as on the coverage map",
        "flood_note": pick(rng, [
            "Nền đắp cao hơn mức lũ 1% (minh họa) / Filled above the 1 % flood (demonstration)",
            "Nền +2,8 m (minh họa) / Ground at +2.8 m (demonstration)",
        ]),
        "vsic_version": "2025", "industries_allowed": zone.industries, "industries_excluded": EXCLUDED,
        "incentives": "Ưu đãi minh họa, không phải chính sách thật / Demonstration text, not a real policy",
        "source_url": None, "border_quality": "approximate", "published": True,
        "contact_name": "Phòng Minh họa / Demonstration desk", "contact_phone": None,
        "internal_note": _place_note(zone), "source": facts_with_made_up_rest(park.source) if known else MADE_UP,
        "source_date": DEMO_DAY, "source_srid": WGS84, "is_demo": True, "geom": MultiPolygon([zone.border]),
    }  # fmt: skip


def _address(zone: Zone) -> str:
    """The 2025 unit by the approximate border; the old district when a source gives it."""
    old = f" (trước 07/2025: {zone.park.district_before_2025})" if zone.park.district_before_2025 else ""
    return f"{zone.commune.full_name}, thành phố Hải Phòng{old}"


def _place_note(zone: Zone) -> str:
    if zone.park.made_up:
        return "Khu không có thật / This zone does not exist."
    if zone.park.precision_m == UNKNOWN_M:
        return "Không rõ vị trí thật, đặt tùy ý / Place unknown, drawn somewhere in its district."
    within = f"{zone.park.precision_m:.0f} m"
    return f"Vị trí theo nguồn, sai số tới {within} / Placed by its source, which may be off by {within}."
