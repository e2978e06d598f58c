"""Path loss against published values: ns-3's propagation tests, MathWorks, the P.2108 workbook."""

from __future__ import annotations

import math

import numpy as np
import pytest

from layers.coverage import pathloss as pl

NS3_5_GHZ = [
    (pl.rma_los, 35, {10: 77.3784, 100: 87.2965, 1000: 108.5577, 10000: 140.3896}),
    (pl.rma_nlos, 35, {10: 77.3784, 100: 95.7718, 1000: 133.5223, 5000: 160.5169}),
    (pl.uma_los, 25, {10: 72.9380, 100: 86.2362, 1000: 109.7252, 5000: 137.6794}),
    (pl.uma_nlos, 25, {10: 82.5131, 100: 106.1356, 1000: 144.7641, 5000: 172.0753}),
    (pl.umi_los, 10, {10: 69.8591, 100: 88.4122, 1000: 119.3114, 5000: 147.2696}),
    (pl.umi_nlos, 10, {10: 76.7563, 100: 107.9432, 1000: 143.1886, 5000: 167.8617}),
]


@pytest.mark.parametrize(("model", "mast_m", "vectors"), NS3_5_GHZ, ids=lambda value: getattr(value, "__name__", None))
def test_tr_38_901_as_ns3(model, mast_m, vectors):
    losses = model(5.0, np.array(list(vectors)), mast_m, 1.5)
    assert losses == pytest.approx(list(vectors.values()), abs=0.05)


def test_rma_as_mathworks():
    [loss] = pl.rma_los(3.5, np.array([math.hypot(1000, 1000)]), 30, 1.5, building_height_m=7)
    assert loss == pytest.approx(110.1615, abs=1e-4)


def test_uma_optional_as_pysim5g():
    losses = pl.uma_nlos_optional(3.5, [1000, 5000, 10000, 20000], 30)
    assert losses == pytest.approx([133.29, 154.25, 163.28, 172.31], abs=0.05)


@pytest.mark.parametrize(
    ("frequency_ghz", "loss"), [(0.7, 115.94), (2.1, 125.48), (2.6, 127.33), (3.5, 129.92), (3.7, 130.40), (26, 147.33)]
)
def test_uma_nlos_at_500_m_in_every_band(frequency_ghz, loss):
    assert float(pl.uma_nlos(frequency_ghz, 500)) == pytest.approx(loss, abs=0.05)


@pytest.mark.parametrize(
    ("surroundings", "loss"), [("large_city", 137.93), ("small_city", 137.88), ("suburban", 128.03), ("open", 109.66)]
)
def test_hata(surroundings, loss):
    assert float(pl.hata(869, 2, 30, 1, surroundings)) == pytest.approx(loss, abs=0.1)


def test_cost_231():
    assert float(pl.cost231(2114, 2, 30, 1)) == pytest.approx(150.64, abs=0.1)


@pytest.mark.parametrize(
    ("frequency_ghz", "losses"),
    [(2, (19.2, 27.1, 34.6, 40.4)), (3, (20.0, 28.3, 36.3, 42.1)), (4, (20.5, 29.1, 37.5, 43.3))],
)
def test_clutter_p2108(frequency_ghz, losses):
    computed = [float(pl.clutter_p2108(frequency_ghz, 0.65, percent)) for percent in (5, 50, 95, 99.9)]
    assert computed == pytest.approx(losses, abs=0.1)
    assert float(pl.clutter_p2108(frequency_ghz, 9, 50)) == float(pl.clutter_p2108(frequency_ghz, 2, 50))


def test_knife_edge():
    assert pl.knife_edge([0, 1, 2.4]) == pytest.approx([6.03, 13.93, 20.54], abs=0.01)
    assert float(pl.knife_edge(-0.79)) == 0


def test_probability_of_line_of_sight():
    assert pl.p_los_uma([0, 18, 50, 100, 200, 500]) == pytest.approx([1, 1, 0.6494, 0.3477, 0.1280, 0.0363], abs=1e-4)


def test_factory_halls_are_never_better_than_line_of_sight():
    distance = np.array([1, 10, 100, 600])
    los = pl.inf("LOS", 3.7, distance)
    assert los[0] == pytest.approx(31.84 + 19 * math.log10(3.7))
    for hall in ("SL", "DL", "SH", "DH"):
        assert (pl.inf(hall, 3.7, distance) >= los).all()
    assert (pl.inf("DL", 3.7, distance) >= pl.inf("SL", 3.7, distance)).all()


def test_under_the_mast_the_loss_is_finite():
    for model in pl.MODELS.values():
        assert np.isfinite(model.loss_db(3.7, np.array([0.0, 1e-9]))).all()


def test_outside_its_range_a_model_says_so():
    uma = pl.MODELS["uma_nlos"]
    assert uma.is_valid([0.4, 3.7, 3.7, 3.7], [500, 500, 6000, math.nan], 25).tolist() == [False, True, False, False]
    assert not uma.is_valid(3.7, 500, 60)


@pytest.mark.parametrize("model", list(pl.MODELS.values()), ids=list(pl.MODELS))
def test_loss_grows_with_distance(model):
    losses = model.loss_db(3.7, np.geomspace(10, 5000, 400))
    assert (np.diff(losses) >= -0.6).all()  # line of sight may step a little at the break point
