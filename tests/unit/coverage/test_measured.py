"""The arithmetic of measured evidence."""

from __future__ import annotations

import numpy as np
import pytest

from layers.coverage import measured


def test_wilson_interval_of_95_in_100():
    assert measured.wilson(95, 100) == pytest.approx((0.8882, 0.9785), abs=1e-4)
    assert measured.wilson(0, 10)[0] == 0
    assert measured.wilson(10, 10)[1] == 1


def test_the_offset_is_the_median_and_shrugs_off_a_wild_value():
    found = measured.offset_of("Viettel", "n78", np.array([-6.0] * 20 + [-5.0] * 10 + [-4.0] * 20 + [80.0, np.nan]))
    assert (found.offset_db, found.tests, found.without_cell) == (-5.0, 51, 1)
    assert found.spread_db == pytest.approx(1.48)


def test_few_tests_give_no_offset():
    found = measured.offset_of("Viettel", "n78", np.zeros(29))
    assert (found.tests, found.offset_db, found.error_db) == (29, None, None)
