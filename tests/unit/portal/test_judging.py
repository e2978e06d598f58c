"""Eligibility and scores: every answer follows from its reasons, every score from its formula."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.portal import distances
from maps.portal.eligibility import check, covers
from maps.portal.papers import outline_svg
from maps.portal.scores import CRITERIA, scores

PLOT = {
    "status": "available", "industries_allowed": [], "area_m2": 10_000.0, "power_kva": 500.0, "water_m3_day": None,
    "wastewater_m3_day": 30.0,
}  # fmt: skip
ZONE = {"industries_allowed": ["26", "C27"], "industries_excluded": ["2670"]}


@pytest.mark.parametrize(
    ("industry", "verdict", "reason"),
    [
        ("2610", "yes", "industry_allowed_zone"),
        ("26", "yes", "industry_allowed_zone"),
        ("2670", "no", "industry_excluded"),
        ("26701", "no", "industry_excluded"),
        ("19", "no", "industry_not_listed_zone"),
    ],
)
def test_an_industry_is_judged_by_the_lists(industry: str, verdict: str, reason: str) -> None:
    found = check(PLOT, ZONE, industry, {})
    assert (found.verdict, found.reasons[0].code) == (verdict, reason)


def test_the_plots_own_list_goes_before_its_zones() -> None:
    assert check({**PLOT, "industries_allowed": ["10"]}, ZONE, "2610", {}).verdict == "no"
    assert check({**PLOT, "industries_allowed": ["19"]}, ZONE, "19", {}).verdict == "yes"


def test_a_division_of_which_only_a_class_is_allowed_must_be_asked_about() -> None:
    found = check({**PLOT, "industries_allowed": ["1010"]}, ZONE, "10", {})
    assert (found.verdict, found.reasons[0].code) == ("ask", "industry_partly")


def test_what_is_not_known_is_asked_and_what_is_short_refused() -> None:
    assert check(PLOT, ZONE, "26", {"water_m3_day": 5.0}).verdict == "ask"
    assert check(PLOT, ZONE, "26", {"power_kva": 500.0}).verdict == "yes"
    assert check(PLOT, ZONE, "26", {"power_kva": 501.0}).verdict == "no"
    assert check({**PLOT, "status": "leased"}, ZONE, "26", {}).verdict == "no"


def test_a_code_covers_what_is_below_it() -> None:
    assert covers("26", "2610")
    assert not covers("2610", "26")
    assert not covers("C", "26")


plots = st.fixed_dictionaries({column: st.none() | st.floats(0, 1e6) for column, _ in CRITERIA.values()})


@given(st.lists(plots, min_size=1, max_size=5), st.dictionaries(st.sampled_from(list(CRITERIA)), st.integers(-3, 30)))
def test_a_score_lies_between_nought_and_a_hundred(found: list[dict[str, Any]], weights: dict[str, int]) -> None:
    for one in scores(found, weights):
        assert 0 <= one.total <= 100 + 1e-9


def test_the_formula_is_the_one_that_is_shown() -> None:
    cheap, large = {"area_m2": 1.0, "price_usd_m2_term": 50.0}, {"area_m2": 3.0, "price_usd_m2_term": 100.0}
    middle = {"area_m2": 2.0, "price_usd_m2_term": 75.0}
    weights = dict.fromkeys(CRITERIA, 0) | {"area": 3, "price": 1}
    assert [one.total for one in scores([cheap, large, middle], weights)] == pytest.approx([25.0, 75.0, 50.0])


def test_nothing_weighed_and_nothing_known_score_nought() -> None:
    assert scores([{}], dict.fromkeys(CRITERIA, 0))[0].total == 0
    assert scores([{}, {}], {})[0].total == 0


def test_distances_are_geodesic() -> None:
    found = distances.distances(106.3146, 20.9373)
    assert found[0].node.kind == "port"
    cat_bi = next(one for one in found if "Cát Bi" in one.node.name)
    assert cat_bi.km == pytest.approx(44.8, abs=0.5)


def test_an_outline_keeps_its_proportions() -> None:
    drawing = outline_svg([[[106.0, 20.0], [106.001, 20.0], [106.001, 20.001], [106.0, 20.001], [106.0, 20.0]]])
    assert drawing.startswith("<svg")
    assert "M10.0,210.0" in drawing
