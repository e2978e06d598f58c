"""Made-up sites and cells of three operators; the bands are those the operators hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from layers.demo.frames import to_millimetres
from layers.demo.labels import DEMO_DAY, MADE_UP
from layers.demo.streams import between, chance, pick, shares, stream, whole
from layers.demo.towns import Town
from layers.demo.units import Commune
from layers.demo.zones import Zone

Row = dict[str, Any]

OPERATORS = {"Viettel": 0.42, "VNPT": 0.31, "MobiFone": 0.27}
CODES = {"Viettel": "VT", "VNPT": "VN", "MobiFone": "MB"}
ALL_IN_ZONES, ALL_IN_TOWNS = 0.30, 0.20
"""Shares of all sites; the rest is spread over the communes."""

SHARED_MAST = 0.2

DECLARED_SHAPE = 0.03
"""Share of wide 5G cells for which a polygon is declared in place of a sector."""


@dataclass(frozen=True, slots=True)
class Band:
    """A carrier: technology, middle of its downlink, width, declared reach in a town."""

    technology: str
    name: str
    frequency_mhz: float
    bandwidth_mhz: float
    reach_m: float


FOUR_G = (
    Band("4G", "B3", 1842.5, 20.0, 900.0), Band("4G", "B1", 2140.0, 15.0, 760.0), Band("4G", "B8", 942.5, 10.0, 1500.0),
)  # fmt: skip
FIVE_G = {
    "Viettel": (Band("5G", "n41", 2550.0, 100.0, 640.0), Band("5G", "n28", 773.0, 10.0, 1400.0)),
    "VNPT": (Band("5G", "n78", 3750.0, 100.0, 520.0), Band("5G", "n28", 763.0, 10.0, 1400.0)),
    "MobiFone": (Band("5G", "n78", 3850.0, 100.0, 520.0),),
}
"""Viettel holds 2500-2600 MHz, VNPT 3700-3800, MobiFone 3800-3900; Viettel and VNPT 2 x 10 MHz at 700."""


@dataclass(frozen=True, slots=True)
class Area:
    """Ground on which sites are spread."""

    name: str
    ground: BaseGeometry
    five_g: float
    """How likely a site here has 5G."""
    stretch: float
    """Reach of a cell here, against that in a town."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site with its carriers."""

    number: int
    """1, 2, …: its id while the province is built."""
    operator: str
    area: Area
    position: Point
    kind: str
    bands: tuple[Band, ...]
    azimuths: tuple[float, ...]
    """True bearings of its sectors; empty for an antenna that radiates all around."""

    @property
    def cells(self) -> int:
        """How many cells it has."""
        return len(self.bands) * max(1, len(self.azimuths))


def areas(seed: int, zones: list[Zone], towns: list[Town], communes: list[Commune]) -> list[tuple[Area, float]]:
    """Grounds with their share of all sites: zones with their surroundings, towns, every commune."""
    found: list[tuple[Area, float]] = []
    heap = sum(zone.border.area**0.8 for zone in zones)
    for zone in zones:
        rng = stream(seed, "5G", zone.park.code)
        likely = between(rng, 0.35, 1.0) if zone.park.status == "operating" else between(rng, 0.05, 0.75)
        around = zone.border.buffer(350, quad_segs=3)
        found.append((Area(zone.park.code, around, likely, 0.95), ALL_IN_ZONES * zone.border.area**0.8 / heap))
    for town in towns:
        ground = shapely.union_all([street.line.buffer(140, quad_segs=2) for street in town.streets])
        found.append((Area(f"town {town.commune_code}", ground, 0.8, 0.85), ALL_IN_TOWNS / len(towns)))
    heap = sum(commune.area_km2**0.6 for commune in communes)
    for commune in communes:
        share = (1 - ALL_IN_ZONES - ALL_IN_TOWNS) * commune.area_km2**0.6 / heap
        likely = 0.64 if commune.kind == "Phường" else 0.44
        found.append((Area(commune.code, commune.land, likely, 1.7), share))
    return found


def build(seed: int, grounds: list[tuple[Area, float]], sites: int, cells: int) -> list[Site]:
    """Exactly so many sites with exactly so many cells."""
    rng = stream(seed, "sites")
    numbers = shares(sites, [share for _, share in grounds])
    operators = [
        name for name, part in zip(OPERATORS, shares(sites, list(OPERATORS.values())), strict=True) for _ in range(part)
    ]
    order = rng.permutation(sites)
    placed: dict[str, list[Point]] = {name: [] for name in OPERATORS}
    built: list[Site] = []
    for (area, _), number in zip(grounds, numbers, strict=True):
        for point in _spread(rng, area.ground, number):
            operator = operators[int(order[len(built)])]
            at = _shared_mast(rng, built, area, operator) or point
            placed[operator].append(at)
            built.append(_site(rng, len(built) + 1, operator, area, at))
    return _with_cells(rng, built, cells)


def _spread(rng: np.random.Generator, ground: BaseGeometry, number: int) -> list[Point]:
    """Points on the ground that keep away from each other: of eight tries the loneliest is taken."""
    west, south, east, north = ground.bounds
    shapely.prepare(ground)
    chosen: NDArray[np.float64] = np.empty((0, 2))
    for _ in range(number):
        tries = np.empty((0, 2))
        while len(tries) < 8:
            drawn = np.column_stack((west + (east - west) * rng.random(32), south + (north - south) * rng.random(32)))
            tries = np.vstack((tries, drawn[shapely.contains_xy(ground, drawn[:, 0], drawn[:, 1])]))
        tries = tries[:8]
        if len(chosen):
            apart = np.hypot(tries[:, None, 0] - chosen[None, :, 0], tries[:, None, 1] - chosen[None, :, 1]).min(axis=1)
            best = tries[int(np.argmax(apart))]
        else:
            best = tries[0]
        chosen = np.vstack((chosen, np.round(best, 1)))
    return [Point(x, y) for x, y in chosen]


def _shared_mast(rng: np.random.Generator, built: list[Site], area: Area, operator: str) -> Point | None:
    """Now and then the mast of the operator before, in the same area."""
    if built and built[-1].area is area and built[-1].operator != operator and chance(rng, SHARED_MAST):
        return built[-1].position
    return None


def _site(rng: np.random.Generator, number: int, operator: str, area: Area, at: Point) -> Site:
    kind = pick(rng, ["macro", "micro", "indoor"], [90, 8, 2] if area.stretch < 1.5 else [97, 3, 0])
    first = pick(rng, FOUR_G[:2] if area.stretch < 1.5 else FOUR_G, None)
    bands: tuple[Band, ...] = (first,)
    if chance(rng, area.five_g):
        choices = FIVE_G[operator]
        low_band = len(choices) > 1 and area.stretch > 1.5 and chance(rng, 0.45)
        bands += (choices[1] if low_band else choices[0],)
    return Site(number, operator, area, at, kind, bands, _azimuths(rng, kind))


def _azimuths(rng: np.random.Generator, kind: str) -> tuple[float, ...]:
    if kind == "indoor":
        return ()
    base = (0, 120, 240) if kind == "macro" else (0, 180)
    turn = float(whole(rng, -12, 12)) if kind == "macro" else float(whole(rng, 0, 179))
    return tuple((start + turn + whole(rng, -4, 4)) % 360.0 for start in base)


def _with_cells(rng: np.random.Generator, built: list[Site], wanted: int) -> list[Site]:
    """Take 5G off, or give second 4G carriers, until the province has exactly so many cells."""
    sites = list(built)
    order = [int(i) for i in rng.permutation(len(sites))]
    missing = wanted - sum(site.cells for site in sites)
    for i in order:
        if missing < 0 and len(sites[i].bands) > 1:
            missing += sites[i].cells // 2
            sites[i] = _carrying(sites[i], sites[i].bands[:1])
    for i in order:
        if missing >= 3 and len(sites[i].azimuths) == 3 and not _has_second_4g(sites[i]):
            other = next(band for band in FOUR_G if band not in sites[i].bands)
            sites[i] = _carrying(sites[i], (*sites[i].bands, other))
            missing -= 3
    for i in order:  # one or two are left: three cells become two sectors with two carriers
        if missing > 0 and sites[i].cells == 3 and len(sites[i].azimuths) == 3:
            first = sites[i].bands[0]
            other = next(band for band in FOUR_G if band is not first)
            sites[i] = replace(_carrying(sites[i], (first, other)), kind="micro", azimuths=sites[i].azimuths[:2])
            missing -= 1
    if missing:
        raise RuntimeError(f"{missing} cells could not be placed")
    return sites


def _has_second_4g(site: Site) -> bool:
    return sum(band.technology == "4G" for band in site.bands) > 1


def _carrying(site: Site, bands: tuple[Band, ...]) -> Site:
    return replace(site, bands=bands)


def site_rows(seed: int, sites: list[Site]) -> list[Row]:
    """Rows of the table of sites, in their order."""
    rows = []
    for site in sites:
        rng = stream(seed, "site", site.number)
        height = {"macro": (28, 48), "micro": (9, 18), "indoor": (4, 12)}[site.kind]
        rows.append({
            "operator": site.operator, "code": f"DEMO-{CODES[site.operator]}-{site.number:04d}",
            "name": f"{site.operator} {site.area.name} (minh họa)", "kind": site.kind,
            "height_m": float(whole(rng, *height)), "accuracy_m": None, "address_text": None,
            "source": MADE_UP, "source_date": DEMO_DAY, "source_srid": None, "is_demo": True, "geom": site.position,
        })  # fmt: skip
    return rows


def cell_rows(seed: int, sites: list[Site]) -> list[Row]:
    """Rows of the table of cells: site by site, band by band, sector by sector."""
    rows = []
    for site in sites:
        rng = stream(seed, "cells", site.number)
        for band in site.bands:
            shared = _carrier(rng, site, band)
            for sector, azimuth in enumerate(site.azimuths or (None,), start=1):
                rows.append(_cell(rng, site, band, sector, azimuth) | shared)
    return rows


def _carrier(rng: np.random.Generator, site: Site, band: Band) -> Row:
    """What the sectors of one carrier share: state, antenna and dates."""
    is_5g = band.technology == "5G"
    state = pick(rng, ["on_air", "building", "planned", "off"], [90, 5, 4, 1] if is_5g else [96, 1, 2, 1])
    start = date(2024, 10, 15) if is_5g else date(2016, 11, 1)
    on_air = start + timedelta(days=int(rng.random() * (DEMO_DAY - start).days))
    accepted = on_air + timedelta(days=whole(rng, 15, 90))
    if not is_5g or band.bandwidth_mhz < 50:
        antenna = pick(rng, ["4T4R", "2T2R"], [7, 3] if not is_5g else [1, 0])
    elif site.kind == "macro":
        antenna = pick(rng, ["64T64R", "32T32R", "8T8R"], [5, 4, 1])
    else:
        antenna = "4T4R"
    was_on = state in ("on_air", "off")
    return {
        "state": state,
        "antenna": antenna,
        "on_air_on": on_air if was_on else None,
        "accepted_on": accepted if was_on and accepted <= DEMO_DAY else None,
    }


def _cell(rng: np.random.Generator, site: Site, band: Band, sector: int, azimuth_deg: float | None) -> Row:
    indoor = site.kind == "indoor"
    reach = 70.0 if indoor else band.reach_m * site.area.stretch * (1.0 if site.kind == "macro" else 0.45)
    reach = float(round(reach * between(rng, 0.88, 1.12) / 10) * 10)
    power = (30, 36) if indoor else (60, 72 if band.bandwidth_mhz > 50 else 65)
    declared = band.bandwidth_mhz > 50 and not indoor and chance(rng, DECLARED_SHAPE)
    wide = None if azimuth_deg is None else 65.0 if site.kind == "macro" else 90.0
    return {
        "site_id": site.number, "code": f"{band.name}-{sector}", "technology": band.technology, "band": band.name,
        "frequency_mhz": band.frequency_mhz, "bandwidth_mhz": band.bandwidth_mhz,
        "azimuth_deg": azimuth_deg, "beamwidth_deg": wide, "radius_m": reach,
        "eirp_dbm": round(between(rng, *power), 1),
        "tilt_deg": None if indoor else float(whole(rng, 2, 10)),
        "footprint": _declared_shape(rng, site.position, azimuth_deg or 0.0, reach) if declared else None,
        "coverage_class": "indoor" if indoor else "outdoor",
        "source": MADE_UP, "source_date": DEMO_DAY, "source_srid": None, "is_demo": True,
    }  # fmt: skip


def _declared_shape(rng: np.random.Generator, at: Point, azimuth_deg: float, reach_m: float) -> MultiPolygon:
    """A sector with a frayed edge, as planning tools draw it; grid north is taken for true north."""
    edge = []
    for bearing_deg in np.linspace(azimuth_deg - 50, azimuth_deg + 50, 13):
        away = reach_m * between(rng, 0.55, 1.1)
        edge.append((at.x + away * np.sin(np.radians(bearing_deg)), at.y + away * np.cos(np.radians(bearing_deg))))
    return MultiPolygon([to_millimetres(Polygon([(at.x, at.y), *edge]))])
