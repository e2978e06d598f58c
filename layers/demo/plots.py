"""Plots with their state, price, utilities and building rules, all made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from shapely import Polygon

from layers.demo.grids import GridPlot
from layers.demo.labels import DEMO_DAY, MADE_UP
from layers.demo.streams import between, chance, pick, stream, whole
from layers.demo.zones import Zone

Row = dict[str, Any]

FREE_MIX = {
    "operating": {"available": 0.62, "reserved": 0.23, "planned": 0.15},
    "building": {"available": 0.40, "reserved": 0.15, "planned": 0.45},
    "planned": {"planned": 0.96, "reserved": 0.04},
    "suspended": {"planned": 0.6, "available": 0.4},
}
"""State of the zone -> in which states its plots are that are not let."""

LET_WHEN_UNKNOWN = {"operating": 0.78, "building": 0.34, "planned": 0.0, "suspended": 0.15}


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot of the map."""

    number: int
    """1, 2, … over the whole province: its id while it is built."""
    zone: Zone
    plan: GridPlot
    shape: Polygon
    code: str
    status: str
    use: str
    """Land-use code of Thông tư 08/2024/TT-BTNMT, annex II."""


def all_plots(seed: int, zones: list[Zone]) -> list[Plot]:
    """Plots zone by zone, in the order of each plan."""
    plots: list[Plot] = []
    for zone in zones:
        plots += _zone_plots(stream(seed, "plots", zone.park.code), zone, len(plots))
    return plots


def _zone_plots(rng: np.random.Generator, zone: Zone, before: int) -> list[Plot]:
    laid = zone.grid.plots
    uses = _uses(rng, zone)
    statuses = _statuses(rng, zone, uses)
    by_row = chance(rng, 0.4)
    rows = sorted({plot.row for plot in laid}, reverse=True)
    counts: dict[str, int] = {}
    plots = []
    for i, (plan, use, status) in enumerate(zip(laid, uses, statuses, strict=True)):
        group = _group(use, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rows.index(plan.row)] if by_row else "CN")
        counts[group] = counts.get(group, 0) + 1
        code = f"{group}{counts[group]}" if len(group) == 1 else f"{group}-{counts[group]:02d}"
        plots.append(Plot(before + i + 1, zone, plan, zone.frame.shape(plan.shape), code, status, use))
    return plots


def _group(use: str, industrial: str) -> str:
    return {"DKV": "CX", "TMD": "DV", "DRA": "HT", "DNL": "HT"}.get(use, industrial)


def _uses(rng: np.random.Generator, zone: Zone) -> list[str]:
    """Industry, but for a service centre by the gate, technical works in far corners and some green."""
    laid, entry = zone.grid.plots, zone.grid.entry
    far = sorted(range(len(laid)), key=lambda i: laid[i].gate.distance(entry))
    uses = ["SKN" if zone.park.kind == "CCN" else "SKK"] * len(laid)
    uses[far[-1]] = "DRA"
    uses[far[0]] = "TMD"
    if len(laid) > 30:
        uses[far[len(far) // 2]] = "DNL"
    for i in far[2 : len(far) - 1]:
        if uses[i].startswith("SK") and chance(rng, 0.045):
            uses[i] = "DKV"
    return uses


def _statuses(rng: np.random.Generator, zone: Zone, uses: list[str]) -> list[str]:
    """Let plots lie near the gate first, with some scatter, until the zone's occupancy is reached."""
    laid, entry = zone.grid.plots, zone.grid.entry
    industrial = [i for i, use in enumerate(uses) if use.startswith("SK")]
    state = zone.park.status
    let = zone.park.occupancy_ratio if zone.park.occupancy_ratio is not None else LET_WHEN_UNKNOWN[state]
    reach = zone.border.length / 4
    order = sorted(industrial, key=lambda i: laid[i].gate.distance(entry) + between(rng, 0, reach))
    leased = set(order[: round(let * len(order))])
    mix = FREE_MIX[state]
    return [
        "not_for_lease" if i not in industrial
        else "leased" if i in leased
        else pick(rng, list(mix), list(mix.values()))
        for i in range(len(laid))
    ]  # fmt: skip


def rows(seed: int, zones: list[Zone], plots: list[Plot]) -> list[Row]:
    """Rows of the table, in the order of the plots."""
    terms = {zone.number: _zone_terms(seed, zone) for zone in zones}
    return [_row(stream(seed, "plot", plot.zone.park.code, plot.code), plot, terms[plot.zone.number]) for plot in plots]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a zone asks of every tenant."""

    price_usd_m2_term: float
    land_rent_vnd_m2_year: float
    infrastructure_fee_usd_m2_year: float
    management_fee_usd_m2_month: float
    deposit_ratio: float
    lease_ends_on: date
    max_coverage_ratio: float
    max_floors: int
    sheet_no: int
    ground_note: str


def _zone_terms(seed: int, zone: Zone) -> _Terms:
    rng = stream(seed, "terms", zone.park.code)
    low, high = {"KCN": (82, 138), "CCN": (52, 88), "KKT": (75, 110)}[zone.park.kind]
    first = zone.park.established_on
    ends = date(first.year + 50, first.month, first.day) if first else date(whole(rng, 2057, 2075), 12, 31)
    return _Terms(
        price_usd_m2_term=between(rng, low, high),
        land_rent_vnd_m2_year=float(100 * whole(rng, 28, 92)),
        infrastructure_fee_usd_m2_year=round(between(rng, 0.25, 0.55), 2),
        management_fee_usd_m2_month=round(between(rng, 0.03, 0.06), 3),
        deposit_ratio=pick(rng, [0.05, 0.1, 0.1, 0.2]), lease_ends_on=ends,
        max_coverage_ratio=pick(rng, [0.6, 0.65, 0.7]), max_floors=whole(rng, 3, 5), sheet_no=whole(rng, 2, 40),
        ground_note=pick(rng, ["Cát san nền K90 / Sand fill, K90", "Cát san nền K95 / Sand fill, K95"]),
    )  # fmt: skip


def _row(rng: np.random.Generator, plot: Plot, terms: _Terms) -> Row:
    park, drawn_m2 = plot.zone.park, plot.shape.area
    for_industry, offered = plot.use.startswith("SK"), plot.status in ("available", "reserved")
    land_ready = plot.status in ("available", "reserved", "leased")
    hectares = drawn_m2 / 10_000
    water = round(hectares * between(rng, 28, 46), 0)
    price = round(
        terms.price_usd_m2_term * between(rng, 0.94, 1.07) * (1.04 if plot.plan.side_street is not None else 1), 1
    )
    floors = terms.max_floors if hectares < 4 else terms.max_floors - 1
    return {
        "zone_id": plot.zone.number, "code": plot.code, "status": plot.status, "land_use_code": plot.use,
        "area_m2": float(round(drawn_m2 * between(rng, 0.994, 1.006))),
        "can_merge": plot.status == "available" and chance(rng, 0.6),
        "ready_on": _ready_on(rng, plot.status), "lease_ends_on": terms.lease_ends_on if for_industry else None,
        "price_usd_m2_term": price if offered else None,
        "price_quoted_on": date(2026, 4, 1) + timedelta(days=whole(rng, 0, 80)) if offered else None,
        "land_rent_vnd_m2_year": terms.land_rent_vnd_m2_year if for_industry else None,
        "infrastructure_fee_usd_m2_year": terms.infrastructure_fee_usd_m2_year if for_industry else None,
        "management_fee_usd_m2_month": terms.management_fee_usd_m2_month if for_industry else None,
        "deposit_ratio": terms.deposit_ratio if offered else None, "vat_included": False if offered else None,
        "power_kva": round(hectares * between(rng, 220, 420), -1) if land_ready else None,
        "water_m3_day": water if land_ready else None,
        "wastewater_m3_day": round(0.8 * water, 0) if land_ready else None,
        "road_width_m": plot.zone.grid.streets[plot.plan.street].cross_section_m,
        "max_coverage_ratio": terms.max_coverage_ratio if for_industry else 0.4 if plot.use != "DKV" else 0.05,
        "max_floor_area_ratio": round(terms.max_coverage_ratio * floors, 2) if for_industry else None,
        "max_floors": floors if for_industry else None,
        "max_height_m": float(6 * floors + whole(rng, 2, 6)) if for_industry else None,
        "setback_m": pick(rng, [6.0, 8.0, 10.0]) if for_industry else None,
        "green_ratio": 0.2 if for_industry else None, "ground_note": terms.ground_note if land_ready else None,
        "vsic_version": "2025", "industries_allowed": plot.zone.industries if for_industry else [],
        "cadastral_commune_code": plot.zone.commune.code if plot.status == "leased" else None,
        "cadastral_sheet_no": str(terms.sheet_no + plot.plan.row // 2) if plot.status == "leased" else None,
        "cadastral_parcel_no": str(whole(rng, 1, 980)) if plot.status == "leased" else None,
        "published": not (plot.status == "planned" and park.status == "operating" and chance(rng, 0.3)),
        "lowest_price_usd_m2_term": round(0.92 * price, 1) if offered else None,
        "internal_note": None, "source": MADE_UP, "source_date": DEMO_DAY, "source_srid": None, "is_demo": True,
        "geom": plot.shape,
    }  # fmt: skip


def _ready_on(rng: np.random.Generator, status: str) -> date | None:
    if status in ("available", "reserved"):
        return date(2026, 7, 1) + timedelta(days=30 * whole(rng, 0, 9))
    return (
        date(2027 + whole(rng, 0, 2), pick(rng, [3, 6, 9, 12]), 1) if status == "planned" and chance(rng, 0.6) else None
    )
