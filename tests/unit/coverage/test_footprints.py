"""Footprints against school geometry."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from layers.coverage.footprints import areal_scale, boundary_deviation_m, draw, grid_convergence_deg

NAN = math.nan


@pytest.mark.parametrize("beam", [10.0, 65.0, 120.0, 121.0, 180.0, 270.0, 359.0])
def test_a_sector_has_the_area_of_the_school_book(beam):
    [sector] = draw(600_000, 2_300_000, 40, beam, 1500)
    assert sector.is_valid
    assert sector.area == pytest.approx(math.pi * 1500**2 * beam / 360, rel=1e-9)


def test_a_circle_has_the_area_of_the_school_book():
    [by_nan, by_360] = draw([0, 0], [0, 0], NAN, [NAN, 360], 1000)
    assert by_nan.area == pytest.approx(math.pi * 1e6, rel=1e-9)
    assert by_360.equals(by_nan)
    assert len(by_nan.interiors) == 0


@pytest.mark.parametrize(
    ("azimuth", "dx", "dy"), [(0, 0, 1), (90, 1, 0), (180, 0, -1), (270, -1, 0), (45, 0.7071, 0.7071)]
)
def test_azimuth_runs_clockwise_from_north(azimuth, dx, dy):
    [sector] = draw(0, 0, azimuth, 30, 1000)
    assert sector.contains(shapely.Point(900 * dx, 900 * dy))
    assert not sector.contains(shapely.Point(-900 * dx, -900 * dy))


def test_convergence_by_the_formula_of_the_text_book():
    # One degree east of the central meridian 105.75 at 20.85 N: 1 degree x sin 20.85 = 0.3559.
    x, y = Transformer.from_crs(4756, 9210, always_xy=True).transform([106.75, 105.75, 104.75], [20.85] * 3)
    east, middle, west = grid_convergence_deg(9210, x, y)
    assert east == pytest.approx(math.sin(math.radians(20.85)), abs=1e-4)
    assert middle == pytest.approx(0, abs=1e-9)
    assert west == pytest.approx(-east, abs=1e-9)


def test_convergence_turns_the_sector_to_the_true_north():
    # East of the central meridian the way to the pole leans west: true north is left of grid north.
    to_grid = Transformer.from_crs(4756, 9210, always_xy=True)
    x, y = to_grid.transform(106.75, 20.85)
    [narrow] = draw(x, y, 0, 0.2, 20_000, grid_convergence_deg(9210, x, y))
    on_meridian = shapely.Point(to_grid.transform(106.75, 20.95))
    assert on_meridian.x < x
    assert narrow.contains(on_meridian)
    [uncorrected] = draw(x, y, 0, 0.2, 20_000)
    assert not uncorrected.contains(on_meridian)


def test_a_sector_points_where_the_geodesic_goes():
    geod = Geod(ellps="WGS84")
    to_grid = Transformer.from_crs(4756, 9210, always_xy=True)
    x, y = to_grid.transform(106.75, 20.85)
    for azimuth in (17, 133, 251):
        lon, lat, _ = geod.fwd(106.75, 20.85, azimuth, 5000)
        [sector] = draw(x, y, azimuth, 0.05, 6000, grid_convergence_deg(9210, x, y))
        assert sector.contains(shapely.Point(to_grid.transform(lon, lat)))


def test_areal_scale_gives_the_area_on_the_ellipsoid():
    square = shapely.box(604_000, 2_306_000, 606_000, 2_308_000)
    to_degrees = Transformer.from_crs(9210, 4756, always_xy=True)
    fine = shapely.segmentize(square, 50)
    lon, lat = to_degrees.transform(*shapely.get_coordinates(fine).T)
    on_ellipsoid = abs(Geod(ellps="WGS84").polygon_area_perimeter(lon, lat)[0])
    assert square.area / areal_scale(9210, 605_000, 2_307_000) == pytest.approx(on_ellipsoid, rel=1e-7)


@pytest.mark.parametrize(("beam", "radius", "at_most_m"), [(65, 1500, 0.04), (120, 1000, 0.09), (NAN, 1000, 0.06)])
def test_the_border_stays_within_the_stated_deviation(beam, radius, at_most_m):
    stated = float(boundary_deviation_m(beam, radius))
    assert stated <= at_most_m
    [sector] = draw(0, 0, 0, beam, radius)
    ring = shapely.get_coordinates(shapely.segmentize(sector, 1.0))
    reach = np.hypot(*ring.T)
    arc = reach > radius - 3 * stated
    assert np.abs(reach[arc] - radius).max() <= stated * (1 + 1e-6)
    assert np.abs(reach[arc] - radius).max() >= stated * 0.99


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((0, 0, 0, 65, -5), "row 0 has a radius"),
        ((0, 0, 0, 65, math.inf), "row 0 has a radius"),
        ((0, 0, 0, 65, NAN), "row 0 has a radius"),
        ((0, 0, 0, 0, 5), "row 0 has a beamwidth"),
        ((0, 0, 0, 361, 5), "row 0 has a beamwidth"),
        ((0, 0, NAN, 65, 5), "row 0 has a sector without azimuth"),
        (([0, NAN], 0, 0, 65, 5), "row 1 has a position"),
    ],
)
def test_what_cannot_be_drawn_is_named(columns, message):
    with pytest.raises(ValueError, match=message):
        draw(*columns)


def test_fifty_thousand_sectors_are_drawn_in_one_call():
    rng = np.random.default_rng(1)
    n = 50_000
    x, y = rng.uniform(0, 6e4, (2, n))
    sectors = draw(x, y, rng.uniform(0, 360, n), 65, rng.uniform(300, 1500, n))
    assert len(sectors) == n
    assert shapely.is_valid(sectors[::500]).all()


@given(
    azimuth=st.floats(0, 359.99),
    beam=st.floats(0.1, 360),
    radius=st.floats(1, 50_000),
    convergence=st.floats(-3, 3),
)
def test_any_sector_is_valid_and_of_the_right_area(azimuth, beam, radius, convergence):
    [sector] = draw(600_000, 2_300_000, azimuth, beam, radius, convergence)
    assert sector.is_valid
    assert sector.area == pytest.approx(math.pi * radius**2 * beam / 360, rel=3e-6)
