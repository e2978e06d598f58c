"""Made-up firms on let plots.

Tax codes: nearly all are empty. The few that are there follow the form but belong to stems for which
no check digit exists (the weighted sum is a multiple of 11, so the rule asks for the "digit" 10):
the tax authority can never have issued them, and the register shows them as failed checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from shapely import Point

from layers.demo.labels import DEMO_DAY, MADE_UP
from layers.demo.names import ACTIVITIES, BRAND_ENDS, BRAND_STARTS, COUNTRY_WEIGHTS
from layers.demo.plots import Plot
from layers.demo.streams import between, chance, pick, shares, stream, whole

TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
WITH_TAX_CODE = 0.1
OCCUPIED = 0.92
"""Share of the let plots on which a firm stands."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A firm and the plot it stands on."""

    number: int
    """1, 2, …: its id while the province is built."""
    plot: Plot
    position: Point


def settle(seed: int, plots: list[Plot], wanted: int) -> list[Enterprise]:
    """So many firms on the let plots; large plots with ready-built halls take several.

    Some let plots stand empty: their tenant has yet to build.
    """
    let = [plot for plot in plots if plot.status == "leased"]
    order = stream(seed, "settling").permutation(len(let))
    taken = sorted(int(i) for i in order[: min(wanted, round(OCCUPIED * len(let)))])
    numbers = dict(zip(taken, shares(wanted, [let[i].shape.area ** 1.5 for i in taken], at_least=1), strict=True))
    settled: list[Enterprise] = []
    for i, number in numbers.items():
        for place in range(number):
            settled.append(Enterprise(len(settled) + 1, let[i], _position(let[i], place, number)))
    return settled


def _position(plot: Plot, place: int, of: int) -> Point:
    """Inside the plot: its middle, or halls side by side around it."""
    middle = plot.plan.shape.centroid
    if of > 1:
        west, _, east, _ = plot.plan.shape.bounds
        middle = Point(middle.x + (east - west) * 0.6 * ((place + 0.5) / of - 0.5), middle.y)
    return plot.zone.frame.shape(middle)


def rows(seed: int, enterprises: list[Enterprise]) -> list[Row]:
    """Rows of the table, in the order of the firms."""
    stems = never_issued_codes(len(enterprises))
    names: set[str] = set()
    made = []
    for firm in enterprises:
        row = _row(stream(seed, "enterprise", firm.number), firm, names, stems[firm.number - 1])
        names.add(row["name"])
        made.append(row)
    return made


def never_issued_codes(number: int) -> list[str]:
    """Ten-digit codes of province 08 that satisfy the form and that no check digit can make valid."""
    codes: list[str] = []
    serial = 9_000_000
    while len(codes) < number:
        serial += 1
        digits = f"08{serial:07d}"
        if sum(weight * int(digit) for weight, digit in zip(TAX_WEIGHTS, digits, strict=True)) % 11 == 0:
            codes.append(f"{digits}5")
    return codes


def _row(rng: np.random.Generator, firm: Enterprise, taken: set[str], never_issued: str) -> Row:
    zone = firm.plot.zone
    country = pick(rng, list(COUNTRY_WEIGHTS), list(COUNTRY_WEIGHTS.values()))
    industry = pick(rng, [code for code in zone.industries if code in ACTIVITIES])
    brand, name, name_en = _name(rng, country, industry, taken)
    hectares = firm.plot.shape.area / 10_000
    with_code = chance(rng, WITH_TAX_CODE)
    status = pick(rng, ["operating", "building", "registered", "suspended", "closed"], [82, 8, 6, 3, 1])
    street = zone.grid.streets[firm.plot.plan.street].name
    return {
        "code": f"DEMO-DN-{firm.number:04d}",
        "tax_code": never_issued if with_code else None, "tax_code_check": "failed" if with_code else "absent",
        "name": name, "name_en": name_en, "short_name": f"{brand} MH", "country": country, "status": status,
        "vsic_version": "2025", "industry_code": industry,
        "other_industry_codes": ["52"] if industry != "52" and chance(rng, 0.15) else [],
        "workers": int(max(6, hectares * between(rng, 25, 190))) if status in ("operating", "suspended") else None,
        "investment_usd": float(round(hectares * between(rng, 2.0e6, 9.0e6), -4)),
        "started_on": date(2005, 1, 1) + timedelta(days=whole(rng, 0, 7600)),
        "zone_id": zone.number, "plot_id": firm.plot.number,
        "address_text": f"Lô {firm.plot.code}, {street}, {zone.park.name}, {zone.commune.full_name}, TP Hải Phòng",
        "certificate_address": f"Lô {firm.plot.code}, {zone.park.name}",
        "contact_name": "Người Minh Họa", "contact_phone": None,
        "contact_email": f"lien-he-{firm.number:04d}@example.org",
        "published": True, "source": MADE_UP, "source_date": DEMO_DAY, "source_srid": None, "is_demo": True,
        "geom": firm.position,
    }  # fmt: skip


def _name(rng: np.random.Generator, country: str, industry: str, taken: set[str]) -> tuple[str, str, str]:
    """Brand, Vietnamese name and English name; a taken name is drawn again, at last numbered."""
    for attempt in range(40):
        words, words_en = pick(rng, ACTIVITIES[industry])
        brand = pick(rng, BRAND_STARTS[country]) + pick(rng, BRAND_ENDS)
        form = "Công ty Cổ phần" if country == "VN" and chance(rng, 0.4) else "Công ty TNHH"
        number = f" {attempt - 18}" if attempt >= 20 else ""
        name = f"{form} {words} {brand}{number}{'' if country == 'VN' else ' Việt Nam'} MH"
        if name not in taken:
            return brand + number, name, f"{brand}{number} {words_en} Demo Co., Ltd."
    raise RuntimeError("the lists of names are too short")
