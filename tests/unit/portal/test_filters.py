"""The address holds the whole filter; nonsense in it is left out and named."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.plots import STATUSES
from maps.portal.filters import SORTS, PlotFilter, parse

filters = st.builds(
    PlotFilter,
    zone=st.lists(st.sampled_from(["KCN-DAI-AN", "CCN-CAO-AN", "KCN-LAI-VU"]), unique=True).map(tuple),
    kind=st.sets(st.sampled_from(["KCN", "CCN"])).map(lambda found: tuple(k for k in ("KCN", "CCN") if k in found)),
    status=st.sets(st.sampled_from(STATUSES), min_size=1).map(lambda found: tuple(s for s in STATUSES if s in found)),
    area_min=st.none() | st.integers(0, 50_000).map(float),
    area_max=st.none() | st.integers(50_000, 10**8).map(float),
    merge=st.booleans(),
    price_max=st.none() | st.sampled_from([55.0, 120.5]),
    ready_by=st.none() | st.dates(date(2020, 1, 1), date(2099, 1, 1)),
    industry=st.none() | st.sampled_from(["C", "26", "2610"]),
    coverage=st.none() | st.sampled_from([0.5, 0.95]),
    box=st.none() | st.just((106.0, 20.5, 106.5, 21.0)),
    sort=st.sampled_from(SORTS),
)


@given(filters)
def test_what_is_written_to_an_address_is_read_back(asked: PlotFilter) -> None:
    found, bad = parse(parse_qs(urlsplit(asked.address()).query))
    assert (found, bad) == (asked, ())


def test_an_empty_address_asks_for_what_is_free() -> None:
    assert parse({}) == (PlotFilter(status=("available",)), ())
    assert PlotFilter().address() == "/plots"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("area_min", "abc"), ("area_min", "-5"), ("area_min", "nan"), ("area_max", "1e999"), ("zone", "'; DROP"),
        ("status", "sold"), ("industry", "99999999"), ("industry", "Z"), ("ready_by", "2026-13-01"), ("box", "1,2,3"),
        ("box", "5,5,1,1"), ("box", "a,b,c,d"), ("sort", "evil"), ("coverage", "7"), ("kind", "KCX"),
    ],
)  # fmt: skip
def test_nonsense_is_left_out_and_named(name: str, value: str) -> None:
    assert parse({name: [value]}) == (PlotFilter(), (name,))


def test_a_least_area_above_the_largest_drops_the_largest() -> None:
    found, bad = parse({"area_min": ["100"], "area_max": ["50"]})
    assert (found.area_min, found.area_max, bad) == (100.0, None, ("area_max",))


@given(st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=40), max_size=3), max_size=6))
def test_no_address_is_an_error(query: dict[str, list[str]]) -> None:
    found, _ = parse(query)
    assert found.address().startswith("/plots")


def test_decimals_may_have_a_comma() -> None:
    assert parse({"price_max": ["75,5"]})[0].price_max == 75.5
