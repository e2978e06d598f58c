"""Published values of the models for short paths. Sources: ns-3's propagation tests; the P.2108 reference code."""

from __future__ import annotations

import numpy as np
import pytest

from layers.coverage import pathloss_short as short

GROUND_M = np.array([1.0, 10.0, 50.0, 100.0])
SLANT_M = np.hypot(GROUND_M, 3.0 - 1.5)


def test_office_with_line_of_sight_as_ns3():
    assert short.inh_los(5.0, SLANT_M) == pytest.approx([50.8072, 63.7630, 75.7750, 80.9802], abs=0.05)


def test_office_without_line_of_sight_as_ns3():
    assert short.inh_nlos(5.0, SLANT_M) == pytest.approx([50.8072, 73.1894, 99.7824, 111.3062], abs=0.05)


@pytest.mark.parametrize(("frequency_ghz", "ground_m", "loss"), [(2.114, 100, 81.005), (1.999, 200, 87.060)])
def test_street_canyon_as_ns3(frequency_ghz, ground_m, loss):
    assert float(short.street_los(frequency_ghz, np.hypot(ground_m, 29.0), 30, 1)) == pytest.approx(loss, abs=0.1)


@pytest.mark.parametrize(
    ("surroundings", "clutter_m", "loss"),
    [("open", 10, 16.0), ("suburban", 10, 20.45), ("urban", 15, 24.5), ("dense_urban", 20, 27.1)],
)
def test_terminal_below_its_surroundings_as_the_reference_code(surroundings, clutter_m, loss):
    assert float(short.terminal_in_clutter(1.5, 2.0, clutter_m, surroundings)) == pytest.approx(loss, abs=0.05)


@pytest.mark.parametrize("surroundings", ["open", "urban"])
def test_a_terminal_above_its_surroundings_loses_nothing(surroundings):
    assert float(short.terminal_in_clutter(1.5, 12.0, 10.0, surroundings)) == 0.0


def test_nobody_is_nearer_than_the_model_begins():
    assert float(short.inh_los(5.0, 0.0)) == float(short.inh_los(5.0, 1.0))
