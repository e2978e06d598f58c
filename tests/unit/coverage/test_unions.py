"""Covered areas that can be checked with a pencil, and laws that hold for any network."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.coverage.footprints import draw, grid_convergence_deg
from layers.coverage.unions import covered_areas, uncovered


def geometries(*shapes):
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def covered(zone, shapes, owners=None, k=1):
    owners = np.zeros(len(shapes), np.int64) if owners is None else np.array(owners, np.int64)
    return covered_areas(geometries(zone), geometries(*shapes), owners, k)


SQUARE = shapely.box(0, 0, 1000, 1000)


def test_a_circle_inside_a_square_zone():
    [circle] = draw(500, 500, math.nan, math.nan, 400)
    assert covered(SQUARE, [circle]).covered_m2[0] == pytest.approx(math.pi * 400**2, abs=0.3)


def test_half_covered():
    assert covered(SQUARE, [shapely.box(-50, -50, 500, 2000)]).covered_m2[0] == 500_000


def test_overlapping_footprints_count_once():
    # 600 + 600 wide with 200 in common: 1000 wide.
    both = [shapely.box(0, 0, 600, 500), shapely.box(400, 0, 1000, 500)]
    assert covered(SQUARE, both).covered_m2[0] == 500_000
    assert covered(SQUARE, both * 3).covered_m2[0] == 500_000


def test_two_operators_at_least():
    both = [shapely.box(0, 0, 600, 500), shapely.box(400, 0, 1000, 500)]
    assert covered(SQUARE, both, [0, 1], 2).covered_m2[0] == 200 * 500
    assert covered(SQUARE, both, [0, 0], 2).covered_m2[0] == 0  # twice the same operator is one
    assert covered(SQUARE, both, [0, 1], 3).covered_m2[0] == 0


def test_three_operators_in_steps():
    # Strips of 300 m each shifted by 100: depth 1 is 500 m wide, depth 2 is 300, depth 3 is 100.
    strips = [shapely.box(100 * k, 0, 100 * k + 300, 1000) for k in range(3)]
    for depth, width in ((1, 500), (2, 300), (3, 100)):
        assert covered(SQUARE, strips, [0, 1, 2], depth).covered_m2[0] == pytest.approx(width * 1000)


def test_two_islands_of_two_pairs_are_added():
    here, there = shapely.box(0, 0, 100, 100), shapely.box(500, 500, 600, 600)
    assert covered(SQUARE, [here, here, there, there], [0, 1, 1, 2], 2).covered_m2[0] == pytest.approx(20_000)


def test_footprints_that_touch_along_a_line_count_once():
    # The second operator shares 100 m with the first and touches it along a line further up; the third
    # covers the same 100 m. GEOS answers with polygon and line together, whose unions do not dissolve.
    first = shapely.box(0, 0, 500, 1000)
    second = [shapely.box(400, 0, 600, 300), shapely.box(500, 600, 900, 900)]
    third = shapely.box(400, 0, 500, 300)
    assert covered(SQUARE, [first, *second, third], [0, 1, 1, 2], 2).covered_m2[0] == pytest.approx(100 * 300)
    assert covered(SQUARE, [first, *second, third], [0, 1, 1, 2], 3).covered_m2[0] == pytest.approx(100 * 300)


def test_borders_a_hair_apart_do_not_invent_ground():
    # Four sectors of three operators that do not overlap inside this zone. In full floating point GEOS
    # 3.14 finds 20 ha of double coverage here: the ground of each operator follows the zone's border.
    ring = [(555457.491, 2303173.319), (557393.226, 2303674.655), (557169.336, 2304734.233),
            (556813.066, 2304851.375), (555245.544, 2304445.402)]  # fmt: skip
    x, y = [557648.2, 556158.2, 555681.5, 557066.3], [2303811.3, 2303865.5, 2303033.5, 2304671.5]
    sectors = draw(x, y, [244, 121, 7, 240], 65, [490, 620, 520, 470], grid_convergence_deg(9210, x, y))
    zone = shapely.Polygon(ring)
    operators = [0, 2, 1, 1]
    assert covered(zone, sectors, operators, 2).covered_m2[0] == pytest.approx(0, abs=0.1)
    alone = sum(covered(zone, sectors[[k]]).covered_m2[0] for k in range(4))
    assert covered(zone, sectors).covered_m2[0] == pytest.approx(alone, abs=0.5)


boxes = st.lists(st.tuples(*[st.integers(0, 9)] * 2, *[st.integers(1, 6)] * 2, st.integers(0, 3)), max_size=14)


@settings(deadline=None)
@given(network=boxes, k=st.integers(1, 4))
def test_boxes_on_squared_paper_can_be_counted(network, k):
    # Whole squares of 100 m: borders touch and coincide all the time, and the answer is exact.
    squares = np.zeros((4, 10, 10), bool)
    for x, y, width, height, owner in network:
        squares[owner, y : y + height, x : x + width] = True
    counted = int((squares.sum(axis=0) >= k).sum())
    shapes = [shapely.box(100 * x, 100 * y, 100 * (x + w), 100 * (y + h)) for x, y, w, h, _ in network]
    result = covered(SQUARE, shapes, [owner for *_, owner in network], k)
    assert result.covered_m2[0] == pytest.approx(counted * 10_000)


def test_a_zone_that_nothing_reaches():
    result = covered(SQUARE, [shapely.box(5000, 5000, 6000, 6000)])
    assert (result.covered_m2[0], result.footprints[0], result.operators[0]) == (0, 0, 0)


def test_no_footprints_and_no_zones():
    assert covered(SQUARE, []).covered_m2.tolist() == [0]
    assert len(covered_areas(geometries(), geometries(SQUARE), np.array([0])).covered_m2) == 0


def test_wholly_covered_leaves_nothing():
    result = covered(SQUARE, [shapely.box(-1, -1, 2000, 2000)])
    assert result.covered_m2[0] == result.zone_m2[0] == 1e6
    assert result.border_m[0] == 0


def test_more_footprints_than_one_bite():
    # 100 tiles of 100 m, the last one missing.
    tiles = [shapely.box(100 * i, 100 * j, 100 * i + 100, 100 * j + 100) for i in range(10) for j in range(10)]
    assert covered(SQUARE, tiles[:-1]).covered_m2[0] == pytest.approx(990_000)
    assert uncovered(SQUARE, geometries(*tiles[:-1])).area == pytest.approx(10_000)


def test_a_zone_in_two_parts_with_a_hole():
    with_hole = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    zone = shapely.MultiPolygon([with_hole, shapely.box(200, 0, 300, 100)])
    assert covered(zone, [shapely.box(0, 0, 50, 100)]).covered_m2[0] == pytest.approx(50 * 100 - 10 * 20)


cells = st.lists(
    st.tuples(
        st.floats(-500, 1500), st.floats(-500, 1500), st.floats(0, 359), st.floats(5, 360), st.floats(20, 900),
        st.integers(0, 2),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


def of(network, radius_factor=1.0):
    x, y, azimuth, beam, radius, owner = (np.array(column) for column in zip(*network, strict=True))
    return draw(x, y, azimuth, beam, radius * radius_factor), owner.astype(np.int64)


@settings(deadline=None)
@given(network=cells, k=st.integers(1, 3))
def test_the_ratio_is_a_share_and_matches_the_plain_union(network, k):
    shapes, owners = of(network)
    result = covered(SQUARE, shapes, owners, k)
    assert 0 <= result.covered_m2[0] <= result.zone_m2[0]
    if k == 1:
        plain = shapely.intersection(shapely.union_all(shapes), SQUARE).area
        assert result.covered_m2[0] == pytest.approx(plain, abs=1)


@settings(deadline=None)
@given(network=cells, k=st.integers(1, 3), factor=st.floats(1.0, 3.0))
def test_a_larger_radius_never_lowers(network, k, factor):
    small, owners = of(network)
    large, _ = of(network, factor)
    assert covered(SQUARE, large, owners, k).covered_m2[0] >= covered(SQUARE, small, owners, k).covered_m2[0] - 1


@settings(deadline=None)
@given(network=cells, k=st.integers(1, 3))
def test_one_more_cell_never_lowers_and_depth_never_raises(network, k):
    shapes, owners = of(network)
    with_all = covered(SQUARE, shapes, owners, k).covered_m2[0]
    assert with_all >= covered(SQUARE, shapes[:-1], owners[:-1], k).covered_m2[0] - 1
    assert with_all >= covered(SQUARE, shapes, owners, k + 1).covered_m2[0] - 1
