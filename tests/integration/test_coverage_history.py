"""The past of a ratio, filled in from the days on which cells went on air."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from layers.coverage import forecast, history, runs
from layers.coverage.questions import Question, complete
from layers.stations import cells, sites
from layers.zones import zones

X, Y = 600_000.0, 2_310_000.0


@pytest.fixture
def roll_out(conn):
    """A zone of 1 × 1 km; each month the 5G cell of one more quarter goes on air."""
    box = f"(({X} {Y},{X + 1000} {Y},{X + 1000} {Y + 1000},{X} {Y + 1000},{X} {Y}))"
    conn.execute(insert(zones).values(code="A", name="KCN A", kind="KCN", status="operating", source="test",
                                      geom=f"SRID=9210;MULTIPOLYGON({box})"))  # fmt: skip
    for month, (dx, dy) in enumerate([(0, 0), (1000, 0), (0, 1000), (1000, 1000)], start=1):
        site = conn.execute(
            insert(sites)
            .values(operator="Viettel", code=str(month), source="test", geom=f"SRID=9210;POINT({X + dx} {Y + dy})")
            .returning(sites.c.id)
        ).scalar_one()
        conn.execute(insert(cells).values(site_id=site, code="1", technology="5G", state="on_air", radius_m=400,
                                          on_air_on=date(2026, month, 15), source="test"))  # fmt: skip
    return conn


def test_the_past_is_filled_in_and_forecast(roll_out):
    question = complete(Question("area_ratio/declared", "5G", ("Viettel",), date.min))
    days = history.month_ends(date(2026, 1, 1), date(2026, 4, 30))
    history.fill_back(roll_out, question, days)
    moments = history.of_ratio(roll_out, "area_ratio/declared", code="A")
    assert [one.as_of for one in moments] == days
    quarter = 3.14159265 * 400**2 / 4 / 1e6
    assert [one.ratio for one in moments] == pytest.approx([quarter, 2 * quarter, 3 * quarter, 4 * quarter], abs=1e-5)
    assert moments[0].method
    assert [word.split()[0] for word in moments[0].data_version.split(", ")] == ["cells", "sites", "zones"]
    found = forecast.at_deadline(history.points(moments), date(2026, 5, 31))
    assert found.ratio == pytest.approx(5 * quarter, abs=0.01)


def test_of_several_runs_of_a_day_the_newest_counts(roll_out):
    day = date(2026, 4, 30)
    runs.ask(roll_out, "area_ratio/declared", as_of=day)
    roll_out.execute(cells.update().values(radius_m=200))
    newest = runs.ask(roll_out, "area_ratio/declared", as_of=day)
    [moment] = history.of_ratio(roll_out, "area_ratio/declared", code="A")
    assert moment.run_id == newest.id


def test_another_question_has_another_history(roll_out):
    runs.ask(roll_out, "area_ratio/modelled", as_of=date(2026, 4, 30), tier_dbm=-100)
    assert history.of_ratio(roll_out, "area_ratio/modelled", code="A") == []
    assert len(history.of_ratio(roll_out, "area_ratio/modelled", code="A", tier_dbm=-100)) == 1


def test_stations_and_zones_are_counted_back_from_the_lists(roll_out):
    roll_out.execute(cells.update().values(antenna="64T64R", accepted_on=cells.c.on_air_on))
    for site in roll_out.execute(sites.select()).all():
        roll_out.execute(insert(cells).values(site_id=site.id, code="4g", technology="4G", state="on_air", source="t"))
    found = {one.as_of: one.ratio for one in history.of_ratio(roll_out, "station_ratio/nd88-2025")}
    assert [found[day] for day in history.month_ends(date(2026, 1, 1), date(2026, 4, 30))] == [0.25, 0.5, 0.75, 1.0]
    zones_with = {one.as_of: one.ratio for one in history.of_ratio(roll_out, "zone_has_5g", code="A")}
    assert (zones_with[date(2025, 12, 31)], zones_with[date(2026, 1, 31)]) == (0, 1)
    assert all(one.run_id is None for one in history.of_ratio(roll_out, "zone_has_5g", operator="Viettel"))
