"""Sample points and masks: against shapely, against pencil and paper, and the same bytes every time."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.coverage import sampling
from layers.coverage.footprints import draw
from layers.coverage.unions import covered_areas


def shapes(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def test_the_grid_has_a_fixed_origin_and_counts_like_a_pencil():
    found = sampling.grid(shapes(shapely.box(0, 0, 30, 20), shapely.box(2, 2, 4, 4)))
    assert found.x.tolist() == [5, 15, 25, 5, 15, 25]
    assert found.y.tolist() == [5, 5, 5, 15, 15, 15]
    assert found.start.tolist() == [0, 6, 6]
    assert found.area_m2.tolist() == [600, 4]


def test_a_shifted_shape_takes_other_points_of_the_same_grid():
    found = sampling.grid(shapes(shapely.box(7, 0, 37, 10)))
    assert found.x.tolist() == [15, 25, 35]


def test_points_lie_where_shapely_says_even_with_holes_and_parts():
    rng = np.random.default_rng(20250701)
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    for _ in range(20):
        reach = rng.uniform(100, 400, 60)
        ring = shapely.Polygon(np.column_stack([np.cos(angle) * reach, np.sin(angle) * reach]))
        hole = shapely.Point(20, 10).buffer(60)
        shape = shapely.union_all(
            [ring.difference(hole), shapely.box(600, 600, 700, 800), shapely.box(611, 0, 652, 33)]
        )
        found = sampling.grid(shapes(shape))
        every = np.arange(-500, 1000, 10) + 5.0
        x, y = (axis.ravel() for axis in np.meshgrid(every, every))
        inside = shapely.contains_xy(shape, x, y)
        assert set(zip(found.x, found.y, strict=True)) == set(zip(x[inside], y[inside], strict=True))


def test_a_wedge_is_a_distance_and_an_angle():
    sector = sampling.wedges(0, 0, 90, 60, 100, 3)
    x = np.array([50, 100, 100.001, 0, -1, 80 * math.cos(math.radians(29.9)), 80 * math.cos(math.radians(30.1))])
    y = np.array([0, 0, 0, 0, 0, 80 * math.sin(math.radians(29.9)), 80 * math.sin(math.radians(30.1))])
    masks = sampling.declared_masks(x, y, sector)
    assert masks.tolist() == [8, 8, 0, 8, 0, 8, 0]


def test_a_wide_wedge_leaves_only_its_back_out():
    sector = sampling.wedges(0, 0, 0, 300, 100, 0)
    angle = np.deg2rad([0, 90, 149, 151, 180, 209, 211, 270])
    masks = sampling.declared_masks(50 * np.sin(angle), 50 * np.cos(angle), sector)
    assert masks.tolist() == [1, 1, 1, 0, 0, 0, 1, 1]


def network(rng, count, side_m=3000.0, operators=4):
    x, y = rng.uniform(0, side_m, (2, count))
    beam = rng.choice([65.0, 120.0, 200.0, np.nan], count)
    return x, y, rng.uniform(0, 360, count), beam, rng.uniform(150, 900, count), rng.integers(0, operators, count)


def test_bins_find_what_trying_every_sector_finds():
    rng = np.random.default_rng(7)
    columns = network(rng, 300)
    sectors = sampling.wedges(*columns)
    px, py = rng.uniform(-500, 3500, (2, 4000))
    drawn = draw(*columns[:5])
    masks = sampling.declared_masks(px, py, sectors)
    start, item = sampling.covering_pairs(px, py, sectors)
    bit = np.uint64(1) << sectors.operator.astype(np.uint64)
    nobody = np.uint64(0)
    by_pairs = [np.bitwise_or.reduce(bit[item[a:b]], initial=nobody) for a, b in itertools.pairwise(start)]
    assert masks.tolist() == by_pairs
    count = np.zeros(len(px), int)
    for polygon in drawn:
        count += shapely.contains_xy(polygon, px, py)
    # Chords and arcs differ by centimetres: one point in thousands may fall between them.
    assert (np.diff(start) != count).sum() <= 4
    assert ((sampling.declared_masks(px, py, sectors, first_only=True) != 0) == (masks != 0)).all()


def test_declared_polygons_set_their_operators_bit():
    polygons = shapes(shapely.box(0, 0, 10, 10), shapely.box(5, 5, 20, 20))
    x, y = np.array([2.0, 7, 15, 30, 10]), np.array([2.0, 7, 15, 30, 2])
    assert sampling.polygon_masks(x, y, polygons, np.array([0, 5])).tolist() == [1, 33, 32, 0, 1]


@given(st.integers(0, 10_000), st.integers(1, 3))
def test_counting_agrees_with_the_exact_union_within_the_stated_error(seed, depth):
    rng = np.random.default_rng(seed)
    columns = network(rng, 40)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 12))
    zone = shapely.convex_hull(shapely.MultiPoint(1500 + 1000 * np.column_stack([np.cos(angle), np.sin(angle)])))
    zones = shapes(zone)
    exact = covered_areas(zones, draw(*columns[:5]), columns[5], depth)
    samples = sampling.grid(zones)
    found = sampling.shares(
        samples, sampling.at_least(sampling.declared_masks(samples.x, samples.y, sampling.wedges(*columns)), depth)
    )
    if exact.zone_m2[0] < 1e5:
        return
    apart = abs(found.ratio[0] - exact.covered_m2[0] / exact.zone_m2[0])
    assert apart <= found.error_bound[0] * 1.5 + 1e-4  # three standard errors are not a promise


def test_near_a_target_the_grid_is_refined():
    zones = shapes(shapely.box(0, 0, 1000, 1000), shapely.box(5000, 0, 6000, 1000))
    sectors = sampling.wedges([500, 5500], [500, 500], np.nan, np.nan, [400, 200], 0)

    def is_covered(samples):
        return sampling.declared_masks(samples.x, samples.y, sectors) != 0

    found, step_m = sampling.with_refinement(zones, is_covered, targets=(0.5,))
    assert step_m.tolist() == [5, 10]
    assert found.points.tolist() == [40_000, 10_000]
    assert found.ratio == pytest.approx([math.pi * 0.16, math.pi * 0.04], abs=2e-3)
    assert found.error_bound[0] < 0.002


def test_the_same_question_gives_the_same_bytes_on_any_number_of_threads():
    rng = np.random.default_rng(3)
    sectors = sampling.wedges(*network(rng, 200))
    samples = sampling.grid(shapes(shapely.box(0, 0, 9000, 9000)))
    assert len(samples) > 2 * sampling.CHUNK
    one = sampling.declared_masks(samples.x, samples.y, sectors)
    two = sampling.declared_masks(samples.x, samples.y, sectors, threads=2)
    assert one.tobytes() == two.tobytes() == sampling.declared_masks(samples.x, samples.y, sectors).tobytes()


def test_small_shapes_get_a_finer_grid():
    assert sampling.step_for([1e6, 9_999, 2_500, 700, 40]).tolist() == [10, 5, 5, 2.5, 0.625]


def test_nothing_to_do_is_no_error():
    none = sampling.wedges([], [], [], [], [], [])
    empty = sampling.grid(shapes())
    assert len(sampling.declared_masks(empty.x, empty.y, none)) == 0
    samples = sampling.grid(shapes(shapely.box(0, 0, 100, 100)))
    assert not sampling.declared_masks(samples.x, samples.y, none).any()
    assert sampling.shares(samples, np.zeros(100, bool)).ratio.tolist() == [0]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((0, 0, 0, 65, -5, 0), "radius"),
        ((0, 0, np.nan, 65, 5, 0), "azimuth"),
        ((np.nan, 0, 0, 65, 5, 0), "position"),
        ((0, 0, 0, -1, 5, 0), "beamwidth"),
        ((0, 0, 0, 65, 5, 64), "operator"),
    ],
)
def test_a_bad_sector_is_refused_by_name(row, message):
    with pytest.raises(ValueError, match=f"row 0 .*{message}"):
        sampling.wedges(*row)
