"""The example that docs/coverage.md works by hand, computed; the page must print these very numbers."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from layers.coverage import ratios
from layers.coverage.footprints import areal_scale, grid_convergence_deg
from layers.stations import cells, sites
from layers.zones import zones

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
WEST, SOUTH = 600_000, 2_310_000
DAY = date(2026, 6, 30)


@pytest.fixture
def example(conn):
    """A square zone, a circle of Viettel, a smaller one and a sector of VNPT, one cell without radius."""
    ring = ", ".join(f"{WEST + dx} {SOUTH + dy}" for dx, dy in ((0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0)))

    def add(table, **row):
        return conn.execute(insert(table).values(source="example", **row).returning(table.c.id)).scalar_one()

    add(zones, code="VI-DU", name="KCN Ví Dụ", kind="KCN", status="operating",
        geom=f"SRID=9210;MULTIPOLYGON((({ring})))")  # fmt: skip
    for operator, dx, dy, radius_m, azimuth_deg, beamwidth_deg in (
        ("Viettel", 500, 500, 300, None, None),
        ("VNPT", 500, 500, 200, None, None),
        ("VNPT", 100, 100, 200, 45, 60),
        ("VNPT", 900, 900, None, 45, 60),
    ):
        site = add(sites, operator=operator, code=f"{dx}-{dy}", geom=f"SRID=9210;POINT({WEST + dx} {SOUTH + dy})")
        add(cells, site_id=site, code="1", technology="5G", state="on_air", radius_m=radius_m,
            azimuth_deg=azimuth_deg, beamwidth_deg=beamwidth_deg)  # fmt: skip
    return conn


def test_the_page_prints_what_the_code_computes(example):
    [any_operator] = ratios.by_zone(example, technology="5G", as_of=DAY)
    [both] = ratios.by_zone(example, technology="5G", min_operators=2, as_of=DAY)
    assert any_operator.covered_area_m2 == pytest.approx(math.pi * 300**2 + math.pi * 200**2 * 60 / 360, abs=0.5)
    assert both.covered_area_m2 == pytest.approx(math.pi * 200**2, abs=0.5)
    page = PAGE.read_text(encoding="utf-8")
    for printed in (
        f"{any_operator.covered_area_m2:,.0f} m²",
        f"{any_operator.ratio:.2%}",
        f"{both.covered_area_m2:,.0f} m²",
        f"{both.ratio:.2%}",
        f"{any_operator.zone_area_ha:.4f} ha",
        f"{any_operator.covered_area_ha:.4f} ha",
        f"{float(areal_scale(9210, WEST + 500, SOUTH + 500)):.7f}",
        f"{float(grid_convergence_deg(9210, WEST + 100, SOUTH + 100)):.4f}°",
        f"{100 * any_operator.error_bound:.4f} percentage points",
    ):
        assert printed in page, printed
    assert any_operator.basis.cells_left_out == {"no_radius": 1}
    assert any_operator.faulty_cells_near == 1
