"""Coverage runs on a real PostGIS: three ways to one number, the table as memory, the same bytes again."""

from __future__ import annotations

import math
from datetime import date

import pytest
import shapely
from sqlalchemy import insert, select, text, update

from layers.admin_units import administrative_units
from layers.coverage import definition_records, ratios, runs
from layers.coverage.definitions import DEFINITIONS, TARGETS
from layers.coverage.errors import BadQuestion, UnknownRun
from layers.coverage.records import coverage_definitions, coverage_results, coverage_runs, coverage_targets
from layers.enterprises import enterprises
from layers.plots import plots
from layers.stations import cells, sites
from layers.zones import zones

X, Y = 600_000.0, 2_310_000.0
DAY = date(2026, 6, 30)


class Ground:
    """Draws a small world in metres around (X, Y)."""

    def __init__(self, conn):
        self.conn = conn

    def add(self, table, **row):
        return self.conn.execute(insert(table).values(**{"source": "test"} | row).returning(table.c.id)).scalar_one()

    def box(self, west, south, east, north):
        return f"SRID=9210;{shapely.box(X + west, Y + south, X + east, Y + north).wkt}"

    def zone(self, code, *corners, **facts):
        shape = self.box(*corners).replace("POLYGON ((", "MULTIPOLYGON (((").replace("))", ")))")
        return self.add(zones, code=code, name=f"KCN {code}", kind="KCN", status="operating", geom=shape, **facts)

    def plot(self, zone_id, code, *corners):
        return self.add(plots, zone_id=zone_id, code=code, status="leased", land_use_code="SKK", area_m2=1000.0,
                        geom=self.box(*corners))  # fmt: skip

    def firm(self, zone_id, code, dx, dy, **facts):
        return self.add(enterprises, code=code, name=code, status="operating", zone_id=zone_id,
                        geom=f"SRID=9210;POINT({X + dx} {Y + dy})", **facts)  # fmt: skip

    def cell(self, operator, code, dx, dy, **facts):
        site = {name: facts.pop(name) for name in ("height_m", "kind") if name in facts}
        site_id = self.add(sites, operator=operator, code=code, geom=f"SRID=9210;POINT({X + dx} {Y + dy})", **site)
        return self.add(cells, site_id=site_id, code="1", **{"technology": "5G", "state": "on_air"} | facts)

    def commune(self, code, population, *corners):
        shape = (
            None if not corners else self.box(*corners).replace("POLYGON ((", "MULTIPOLYGON (((").replace("))", ")))")
        )
        return self.add(administrative_units, level="commune", code=code, name=code, full_name=f"Xã {code}",
                        population=population, valid_from=date(2025, 7, 1), geom=shape)  # fmt: skip


@pytest.fixture
def ground(conn):
    return Ground(conn)


def of(run, code, operator=""):
    [row] = [one for one in run.results if (one.code, one.operator) == (code, operator)]
    return row


def test_definitions_and_targets_are_in_the_database_as_they_are_in_the_program(conn):
    labels = set(conn.execute(select(coverage_definitions.c.label)).scalars())
    assert labels == {one.label for one in DEFINITIONS}
    assert len(conn.execute(select(coverage_targets.c.id)).all()) == len(TARGETS)
    assert definition_records.keep(conn) == 0
    assert definition_records.changed_since_kept(conn) == []


def test_a_published_definition_cannot_be_edited(conn):
    with pytest.raises(Exception, match="kept for ever"):
        conn.execute(update(coverage_definitions).values(title_vi="khác"))


def test_declared_area_is_that_of_the_ratios(ground, conn):
    ground.zone("A", 0, 0, 1000, 1000)
    ground.cell("Viettel", "1", 500, 500, radius_m=400.0)
    ground.cell("VNPT", "2", 0, 0, radius_m=300.0, azimuth_deg=45.0, beamwidth_deg=60.0)
    ground.cell("VNPT", "3", 100, 100)
    run = runs.ask(conn, "area_ratio/declared", as_of=DAY)
    [exact] = ratios.by_zone(conn, technology="5G", as_of=DAY)
    row = of(run, "A")
    assert (row.numerator, row.ratio, row.error_bound) == (exact.covered_area_m2, exact.ratio, exact.error_bound)
    [in_postgis] = ratios.by_zone_in_postgis(conn, technology="5G", as_of=DAY).values()
    assert row.numerator == pytest.approx(in_postgis, rel=2e-4)
    assert of(run, "A", "Viettel").ratio == pytest.approx(math.pi * 0.16, abs=1e-6)
    assert of(run, "province").ratio == row.ratio
    assert row.limiting == "data_gap"
    assert run.summary["cells_left_out"] == {"no_radius": 1}
    assert (run.engine, run.computed_zones, run.question.definition) == ("union 1", 1, "area_ratio/declared@1")


def test_modelled_area_falls_with_the_tier_and_the_probability(ground, conn):
    ground.zone("A", 0, 0, 3000, 3000)
    ground.cell("Viettel", "1", 1500, 1500, height_m=25.0, frequency_mhz=3750.0, bandwidth_mhz=100.0)
    found = [
        of(runs.ask(conn, "area_ratio/modelled", as_of=DAY, tier_dbm=tier, probability=p), "A").ratio
        for tier, p in ((-110, 0.9), (-110, 0.95), (-100, 0.9), (-90, 0.9))
    ]
    # On the axis the radii are 1117, 982, 619 and 343 m; the vertical pattern takes a little, most of it near the mast.
    wanted = [math.pi * r**2 / 9e6 for r in (1117, 982, 619, 343)]
    assert found == pytest.approx(wanted, rel=0.03)
    assert found == sorted(found, reverse=True)


def test_walls_take_from_modelled_coverage(ground, conn):
    ground.zone("A", 0, 0, 3000, 3000)
    ground.cell("Viettel", "1", 1500, 1500)
    outdoors, indoors = (
        of(runs.ask(conn, "area_ratio/modelled", as_of=DAY, walls=walls), "A") for walls in ("none", "high")
    )
    assert 0 < indoors.ratio < outdoors.ratio / 5
    assumed = outdoors.details["assumed"]
    assert assumed == {
        "all_around": 1,
        "no_bandwidth": 1,
        "no_frequency": 1,
        "no_height": 1,
        "no_power": 1,
        "no_tilt": 1,
    }


def test_a_cell_outside_the_range_of_its_model_is_used_and_said(ground, conn):
    ground.zone("A", 0, 0, 1000, 1000)
    ground.cell("Viettel", "1", 500, 500, height_m=60.0, frequency_mhz=450.0, bandwidth_mhz=10.0)
    row = of(runs.ask(conn, "area_ratio/modelled", as_of=DAY), "A")
    assert row.ratio == 1
    assert {"outside_frequency"} <= set(row.details["assumed"])


def test_plots_by_half_their_ground_or_by_their_point(ground, conn):
    zone_id = ground.zone("A", 0, 0, 1000, 1000)
    ground.cell("Viettel", "1", 0, 0, radius_m=500.0)
    ground.plot(zone_id, "in", 100, 100, 150, 150)
    ground.plot(zone_id, "out", 800, 800, 850, 850)
    ground.plot(zone_id, "most", 430, 0, 530, 20)
    ground.plot(zone_id, "less", 470, 0, 570, 20)
    row = of(runs.ask(conn, "plot_ratio/declared", as_of=DAY), "A")
    assert (row.numerator, row.denominator) == (2, 4)
    assert row.details["covered_m2"] == 2000
    all_of_it = of(runs.ask(conn, "plot_ratio/declared", as_of=DAY, least_share=1.0), "A")
    assert all_of_it.numerator == 1
    assert of(runs.ask(conn, "plot_ratio/declared", as_of=DAY, least_share=0.0), "A").numerator == 2


def test_firms_and_their_workers(ground, conn):
    zone_id = ground.zone("A", 0, 0, 1000, 1000)
    ground.cell("Viettel", "1", 0, 0, radius_m=500.0)
    ground.firm(zone_id, "E1", 100, 100, workers=900)
    ground.firm(zone_id, "E2", 900, 900, workers=100)
    ground.firm(zone_id, "E3", 200, 200)
    ground.firm(zone_id, "E4", 200, 200, workers=5000, published=False)
    firms = of(runs.ask(conn, "enterprise_ratio/declared", as_of=DAY), "A")
    assert (firms.numerator, firms.denominator) == (2, 3)
    workers = of(runs.ask(conn, "worker_ratio/declared", as_of=DAY), "A")
    assert (workers.numerator, workers.denominator) == (900, 1000)
    assert workers.details["without_workers"] == 1


def test_population_of_the_largest_operator_and_of_all(ground, conn):
    ground.commune("10001", 8000, 0, 0, 1000, 1000)
    ground.commune("10002", 2000, 1000, 0, 2000, 1000)
    ground.commune("10003", None, 2000, 0, 3000, 1000)
    ground.commune("10004", 500)
    ground.cell("Viettel", "1", 500, 500, radius_m=1000.0)
    ground.cell("VNPT", "2", 1500, 500, radius_m=1000.0)
    run = runs.ask(conn, "population_ratio/declared", as_of=DAY)
    whole = of(run, "province")
    assert whole.denominator == 10_000
    assert whole.ratio == pytest.approx(1.0, abs=1e-6)
    largest = max(of(run, "province", name).ratio for name in ("Viettel", "VNPT"))
    assert largest == of(run, "province", "Viettel").ratio < whole.ratio
    assert of(run, "10003").ratio is None
    assert of(run, "10003").limiting == "no_data"
    assert run.summary["missing"] == {"population": 1, "border": 1}


def test_at_least_two_operators(ground, conn):
    ground.zone("A", 0, 0, 1000, 1000)
    for name, radius in (("Viettel", 400.0), ("VNPT", 300.0)):
        ground.cell(name, "1", 500, 500, radius_m=radius)
    run = runs.ask(conn, "area_ratio/declared", as_of=DAY, min_operators=2)
    assert of(run, "A").ratio == pytest.approx(math.pi * 0.09, abs=1e-6)
    assert of(run, "A").limiting == "operators"


def test_a_past_run_gives_the_same_bytes_though_the_data_changed(ground, conn):
    ground.zone("A", 0, 0, 1000, 1000)
    cell_id = ground.cell("Viettel", "1", 500, 500, radius_m=400.0)
    for definition, weaker in (("area_ratio/declared", 100.0), ("area_ratio/modelled", 50.0)):
        run = runs.ask(conn, definition, as_of=DAY)
        conn.execute(update(cells).where(cells.c.id == cell_id).values(radius_m=weaker, eirp_dbm=weaker - 20))
        same, content = runs.repeat(conn, run.id)
        assert same
        assert content == runs.result_bytes(run.results)
        assert of(runs.ask(conn, definition, as_of=DAY), "A").ratio < of(run, "A").ratio
        assert runs.repeat(conn, run.id) == (True, content)
    with pytest.raises(UnknownRun):
        runs.repeat(conn, 10**12)


def test_an_edited_station_recomputes_only_the_zones_that_it_reaches(ground, conn):
    ground.zone("A", 0, 0, 1000, 1000)
    ground.zone("B", 20_000, 0, 21_000, 1000)
    near = ground.cell("Viettel", "1", 500, 500, radius_m=400.0)
    ground.cell("Viettel", "2", 20_500, 500, radius_m=400.0)
    for definition in ("area_ratio/declared", "area_ratio/modelled", "plot_ratio/declared"):
        assert runs.ask(conn, definition, as_of=DAY).computed_zones == 2
        assert runs.ask(conn, definition, as_of=DAY).computed_zones == 0
        assert runs.ask(conn, definition, as_of=date(2026, 7, 1)).computed_zones == 0
    conn.execute(update(cells).where(cells.c.id == near).values(radius_m=300.0, eirp_dbm=60.0))
    for definition in ("area_ratio/declared", "area_ratio/modelled", "plot_ratio/declared"):
        run = runs.ask(conn, definition, as_of=DAY)
        assert run.computed_zones == 1
        assert runs.repeat(conn, run.id)[0]
        assert of(run, "B").input_hash == of(runs.ask(conn, definition, as_of=DAY), "B").input_hash
    # Its list now carries another day: that changes what is said of the data, and no number.
    conn.execute(update(cells).values(source_date=DAY))
    assert runs.ask(conn, "area_ratio/declared", as_of=DAY).computed_zones == 0


def test_the_same_question_on_the_same_versions_is_answered_from_the_table(database):
    with database.owner.begin() as conn:
        ground = Ground(conn)
        zone_id = ground.zone("KEPT", 0, 0, 1000, 1000)
        ground.cell("Kept", "K1", 500, 500, radius_m=400.0)
    try:
        with database.owner.connect() as conn:
            first = runs.ask(conn, "area_ratio/declared", operators=["Kept"], as_of=DAY)
            assert runs.ask(conn, "area_ratio/declared", operators=["Kept"], as_of=DAY).id == first.id
            conn.execute(update(cells).values(radius_m=200.0))
            assert runs.ask(conn, "area_ratio/declared", operators=["Kept"], as_of=DAY).id != first.id
            conn.rollback()
    finally:
        with database.owner.begin() as conn:
            conn.execute(text("DELETE FROM cells WHERE site_id IN (SELECT id FROM sites WHERE operator = 'Kept')"))
            conn.execute(text("DELETE FROM sites WHERE operator = 'Kept'"))
            conn.execute(zones.delete().where(zones.c.id == zone_id))


def test_runs_are_kept_for_ever(ground, conn):
    ground.zone("A", 0, 0, 1000, 1000)
    ground.cell("Viettel", "1", 500, 500, radius_m=400.0)
    runs.ask(conn, "area_ratio/declared", as_of=DAY)
    for table in (coverage_runs, coverage_results):
        with pytest.raises(Exception, match="kept for ever"), conn.begin_nested():
            conn.execute(table.delete())


def test_the_public_sees_no_hidden_zone_no_total_over_it_and_no_number_of_workers(ground, conn):
    zone_id = ground.zone("A", 0, 0, 1000, 1000)
    ground.zone("HIDDEN", 2000, 0, 3000, 1000, published=False)
    ground.cell("Viettel", "1", 500, 500, radius_m=400.0)
    ground.firm(zone_id, "E1", 500, 500, workers=77)
    run = runs.ask(conn, "worker_ratio/declared", as_of=DAY)
    seen = conn.execute(
        text("SELECT code, numerator, ratio FROM open.coverage_results WHERE run_id = :run"), {"run": run.id}
    ).all()
    assert [tuple(row) for row in seen] == [("A", None, 1.0)]


def test_the_map_leaves_out_what_the_ratio_leaves_out(ground, conn):
    ground.zone("A", 0, 0, 1000, 1000)
    aimless = ground.cell("Viettel", "1", 500, 500, radius_m=400.0, beamwidth_deg=65.0)
    round_about = ground.cell("Viettel", "2", 500, 500, radius_m=400.0)
    drawn = conn.execute(select(cells.c.id).where(cells.c.geom_3857.is_not(None))).scalars().all()
    assert (aimless in drawn, round_about in drawn) == (False, True)


@pytest.mark.parametrize(
    ("definition", "parameters"),
    [
        ("no_such_ratio", {}),
        ("station_ratio/nd88-2025", {}),
        ("area_ratio/declared", {"tier_dbm": -100}),
        ("area_ratio/modelled", {"tier_dbm": 0}),
        ("area_ratio/modelled", {"tier_dbm": math.nan}),
        ("area_ratio/modelled", {"probability": 1.0}),
        ("area_ratio/modelled", {"least_share": 0.5}),
        ("plot_ratio/declared", {"least_share": 1.5}),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(ground, conn, definition, parameters):
    ground.cell("Viettel", "1", 500, 500, radius_m=400.0)
    with pytest.raises(BadQuestion):
        runs.ask(conn, definition, as_of=DAY, **parameters)


def test_a_world_without_zones_or_cells_has_an_answer(conn):
    for definition in (
        "area_ratio/declared",
        "area_ratio/modelled",
        "plot_ratio/modelled",
        "population_ratio/declared",
    ):
        run = runs.ask(conn, definition, as_of=DAY)
        assert run.results == ()
        assert runs.repeat(conn, run.id)[0]
