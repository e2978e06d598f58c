"""The way out of a zone, on streets that can be checked with a pencil; amounts by a rate; fonts that are not there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError
from shapely import LineString, box

from gis_service.settings import Settings
from maps.portal import distances
from maps.portal.money import ExchangeRate
from maps.portal.ways import BESIDE_M, WayOut, roads_out
from maps.reports import languages
from maps.reports.errors import LanguageFontMissing

ZONE = box(0, 0, 1000, 1000)
SPINE = LineString([(500, 0), (500, 800)])
"""From the southern border northwards."""
SIDE = LineString([(500, 600), (900, 600)])
"""Leaves the spine at 600 m and ends inside the zone."""


def test_the_way_follows_the_streets_to_the_border() -> None:
    plot = box(780, 610, 820, 700)  # the middle of its front is at x = 800
    ((spot, metres),) = roads_out(plot, ZONE, [SPINE, SIDE])
    assert spot == pytest.approx((500, 0), abs=1.1)
    assert metres == pytest.approx(600 + 300, abs=2)


def test_a_gap_of_a_few_millimetres_between_streets_is_no_gap() -> None:
    plot = box(780, 610, 820, 700)
    near = LineString([(500.004, 600), (900, 600)])
    assert roads_out(plot, ZONE, [SPINE, near])[0][1] == pytest.approx(900, abs=2)


def test_of_two_ways_out_both_are_told_the_nearer_first() -> None:
    east = LineString([(900, 600), (1000, 600)])
    plot = box(780, 610, 820, 700)
    found = roads_out(plot, ZONE, [SPINE, SIDE, east])
    assert [metres for _, metres in found] == pytest.approx([200, 900], abs=2)


def test_without_a_street_beside_the_plot_or_one_that_leads_out_there_is_no_way() -> None:
    assert roads_out(box(780, 610, 820, 700), ZONE, []) == []
    assert roads_out(box(780, 610 + BESIDE_M + 300, 820, 1000), ZONE, [SIDE]) == []
    assert roads_out(box(780, 610, 820, 700), ZONE, [SIDE]) == []
    apart = LineString([(100, 0), (100, 300)])  # leads out, but nothing joins it
    assert roads_out(box(780, 610, 820, 700), ZONE, [SIDE, apart]) == []


def test_a_distance_says_how_much_of_it_is_road() -> None:
    straight = distances.distances(106.3146, 20.9373)
    assert {one.road_km for one in straight} == {None}
    by_road = distances.distances(106.3146, 20.9373, [WayOut(106.3146, 20.9373, 1500.0)])
    assert [one.km for one in by_road] == pytest.approx([one.km + 1.5 for one in straight])
    assert all(one.road_km == 1.5 and one.straight_km == pytest.approx(one.km - 1.5) for one in by_road)


def test_the_way_out_is_the_one_by_which_the_whole_is_shortest() -> None:
    far, near = WayOut(106.70, 20.85, 90_000.0), WayOut(106.3146, 20.9373, 100.0)
    found = distances.distances(106.3146, 20.9373, [far, near])
    assert all(one.road_km == 0.1 for one in found)


def test_converted_amounts_do_not_look_exact() -> None:
    rate = ExchangeRate(25_450, date(2026, 11, 20), "SBV")
    assert rate.to_vnd(76.5) == 1_947_000
    assert rate.to_usd(12_000) == 0.47


def test_a_rate_without_its_day_or_source_is_refused() -> None:
    with pytest.raises(ValidationError, match="go together"):
        Settings(_env_file=None, usd_rate_vnd=25_450)
    given = Settings(_env_file=None, usd_rate_vnd=25_450, usd_rate_on=date(2026, 11, 20), usd_rate_source="SBV")
    assert given.usd_rate_on == date(2026, 11, 20)


def test_a_machine_without_the_letters_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = tmp_path / "fonts.conf"
    nothing.write_text('<?xml version="1.0"?><fontconfig><cachedir>/nonexistent</cachedir></fontconfig>')
    monkeypatch.setenv("FONTCONFIG_FILE", str(nothing))
    with pytest.raises(LanguageFontMissing, match="fonts-wqy-microhei") as caught:
        languages.family_for("ko")
    assert "fonts-wqy-microhei" in caught.value.message_vi
    assert languages.family_for("vi") is None
