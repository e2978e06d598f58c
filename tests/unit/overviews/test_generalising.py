"""Simpler shapes: what touched still touches, and nothing outside a group matters to it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maps.overviews.generalising import days, generalise, groups


def wavy_cells(seed: int, columns: int, rows: int, side: float = 1000.0) -> np.ndarray:
    """A patchwork without gaps whose edges wave: corners every 10 m or so, moved by up to 60 m."""
    random = np.random.default_rng(seed)
    across, down = np.meshgrid(np.arange(columns + 1) * side, np.arange(rows + 1) * side)
    across = across + random.uniform(-200, 200, across.shape)
    down = down + random.uniform(-200, 200, down.shape)
    edges: dict[tuple[tuple[int, int], tuple[int, int]], list[tuple[float, float]]] = {}

    def edge(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[float, float]]:
        if (b, a) in edges:
            return edges[b, a][::-1]
        if (a, b) not in edges:
            at = np.linspace(0, 1, 40)
            x = across[a] + (across[b] - across[a]) * at
            y = down[a] + (down[b] - down[a]) * at
            wave = random.uniform(-60, 60, at.shape) * (at * (1 - at) * 4)
            along = np.hypot(across[b] - across[a], down[b] - down[a])
            nx, ny = -(down[b] - down[a]) / along, (across[b] - across[a]) / along
            edges[a, b] = list(zip(x + wave * nx, y + wave * ny, strict=True))
        return edges[a, b]

    made = []
    for r in range(rows):
        for c in range(columns):
            a, b, d, e = (r, c), (r, c + 1), (r + 1, c + 1), (r + 1, c)
            ring = [*edge(a, b)[:-1], *edge(b, d)[:-1], *edge(d, e)[:-1], *edge(e, a)]
            made.append(shapely.Polygon(ring))
    return np.array(made, dtype=object)


@given(seed=st.integers(0, 10_000), tolerance=st.sampled_from([20.0, 80.0, 150.0, 300.0]))
def test_neighbours_that_touched_have_neither_gap_nor_overlap(seed: int, tolerance: float) -> None:
    cells = wavy_cells(seed, 3, 3)
    if not shapely.coverage_is_valid(cells):
        return  # a wave crossed another one
    made = generalise(cells, tolerance)
    assert shapely.is_valid(made).all()
    assert shapely.coverage_is_valid(made)
    assert shapely.area(made).sum() == pytest.approx(shapely.area(shapely.union_all(made)), rel=1e-9)
    before = {tuple(sorted(pair)) for pair in shapely.STRtree(cells).query(cells, predicate="intersects").T.tolist()}
    after = {tuple(sorted(pair)) for pair in shapely.STRtree(made).query(made, predicate="intersects").T.tolist()}
    assert before == after
    assert shapely.get_num_coordinates(made).sum() < shapely.get_num_coordinates(cells).sum()


def test_a_group_is_what_touches_directly_or_through_others() -> None:
    boxes = np.array(
        [shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6), shapely.box(1, 0, 2, 1), shapely.box(2, 1, 3, 2)],
        dtype=object,
    )
    assert [group.tolist() for group in groups(boxes)] == [[0, 2, 3], [1]]


@given(seed=st.integers(0, 10_000))
def test_a_group_comes_out_the_same_whatever_else_there_is(seed: int) -> None:
    """So making one group anew is the same as making everything anew."""
    alone = wavy_cells(seed, 2, 2)
    others = shapely.transform(wavy_cells(seed + 1, 2, 2), lambda xy: xy + 50_000)
    together = np.concatenate([others, alone])
    parts = groups(together)
    mine = next(part for part in parts if len(others) in part)
    assert mine.tolist() == [4, 5, 6, 7]
    assert shapely.equals_exact(generalise(together[mine], 100), generalise(alone, 100)).all()


@given(seed=st.integers(0, 10_000), tolerance=st.sampled_from([50.0, 500.0, 5000.0]))
def test_shapes_that_overlap_stay_valid_and_keep_an_area(seed: int, tolerance: float) -> None:
    random = np.random.default_rng(seed)
    corners = random.uniform(0, 3000, (8, 2))
    blobs = shapely.buffer(shapely.points(corners), random.uniform(20, 900, 8))
    made = generalise(np.asarray(blobs, dtype=object), tolerance)
    assert shapely.is_valid(made).all()
    assert (shapely.area(made) > 0).all()
    assert len(made) == len(blobs)


def test_specks_apart_go_but_never_the_largest_part_nor_what_touches_a_neighbour() -> None:
    mainland, speck = shapely.box(0, 0, 1000, 1000), shapely.box(5000, 0, 5010, 10)
    enclave = shapely.box(2000, 0, 2010, 10)
    around = shapely.box(1990, -10, 2020, 20).difference(enclave)
    shapes = np.array(
        [
            shapely.MultiPolygon([mainland, speck, enclave]),
            around,
            shapely.MultiPolygon([shapely.box(9000, 0, 9001, 1)]),
        ],
        dtype=object,
    )
    made = generalise(shapes, 100)
    assert made[0].intersects(enclave)
    assert not made[0].intersects(speck)
    assert made[2].area > 0


def test_a_past_shape_is_seen_beside_its_neighbours_of_its_last_day() -> None:
    """Two communes merged on day 100: the old ones are looked at on day 99, the new one and the third today."""
    for_ever = 10**6
    periods = [(0, 100), (0, 100), (100, for_ever), (0, for_ever)]
    seen = [(day, which.tolist()) for day, which in days(periods)]
    assert seen == [(for_ever - 1, [2, 3]), (99, [0, 1])]
