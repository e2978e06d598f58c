"""Coverage on a real PostGIS: three ways to one number, what is left out, and how stations count."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
import shapely
from pyproj import Proj
from sqlalchemy import insert, text

from layers.coverage import cells as cell_sets
from layers.coverage import ratios, stations
from layers.coverage.errors import BadBuffer, TooFewOperators, UnknownOperator, UnknownTechnology, UnknownZone
from layers.stations import cells, sites
from layers.zones import zones

X, Y = 600_000.0, 2_310_000.0
DAY = date(2026, 6, 30)
YEAR_END = date(2025, 12, 31)


@pytest.fixture
def network(conn):
    return Network(conn)


class Network:
    """Draws a small world in metres around (X, Y)."""

    def __init__(self, conn):
        self.conn = conn

    def zone(self, code, west, south, east, north, **facts):
        shape = shapely.MultiPolygon([shapely.box(X + west, Y + south, X + east, Y + north)])
        return self.add(zones, code=code, name=f"KCN {code}", kind="KCN", status="operating", source="test",
                        geom=f"SRID=9210;{shape.wkt}", **facts)  # fmt: skip

    def site(self, operator, code, dx, dy, **facts):
        return self.add(sites, operator=operator, code=code, source="test", geom=f"SRID=9210;POINT({X + dx} {Y + dy})",
                        **facts)  # fmt: skip

    def cell(self, site_id, code, technology="5G", state="on_air", **facts):
        return self.add(cells, site_id=site_id, code=code, technology=technology, state=state,
                        **{"source": "list A", "source_date": YEAR_END} | facts)  # fmt: skip

    def add(self, table, **row):
        return self.conn.execute(insert(table).values(**row).returning(table.c.id)).scalar_one()


def one(conn, **question):
    [row] = ratios.by_zone(conn, technology="5G", as_of=DAY, **question)
    return row


def test_a_circle_in_a_square_zone(network, conn):
    zone_id = network.zone("A", 0, 0, 1000, 1000)
    network.cell(network.site("Viettel", "V1", 500, 500), "1", radius_m=400)
    row = one(conn)
    assert (row.zone_id, row.zone_code, row.zone_name) == (zone_id, "A", "KCN A")
    assert row.zone_area_m2 == 1e6
    assert row.covered_area_m2 == pytest.approx(math.pi * 400**2, rel=1e-6)
    assert row.ratio == pytest.approx(0.502655, abs=1e-6)
    assert (row.cells_used, row.operators) == (1, 1)
    assert row.basis.definition.label == "area_ratio/declared@1"
    assert row.basis.first_source_date == row.basis.last_source_date == YEAR_END
    assert [one.layer for one in row.basis.data] == ["zones", "sites", "cells"]
    assert "EPSG:9210" in row.basis.method
    # The uncovered rest has a border of 4 x 1,000 m and a circle of 2,513 m; the drawing errs by
    # 2 cm, the grid by 0.1 mm.
    assert row.error_bound == pytest.approx(6513 * 0.0202 / 1e6, rel=0.01)


def test_hectares_are_those_of_the_ellipsoid(network, conn):
    network.zone("A", 0, 0, 1000, 1000)
    row = one(conn, operators=None)
    factor = Proj("EPSG:9210").get_factors(*Proj("EPSG:9210")(X + 500, Y + 500, inverse=True)).areal_scale
    assert row.zone_area_ha == pytest.approx(100 / factor, rel=1e-9)
    assert row.zone_area_ha != 100


def test_a_declared_polygon_is_used_as_it_is(network, conn):
    network.zone("A", 0, 0, 1000, 1000)
    half = shapely.MultiPolygon([shapely.box(X - 10, Y - 10, X + 500, Y + 2000)])
    site = network.site("Viettel", "V1", 5000, 5000)
    network.cell(site, "1", footprint=f"SRID=9210;{half.wkt}", radius_m=5, azimuth_deg=0)
    row = one(conn)
    assert row.covered_area_m2 == 500_000
    assert row.error_bound < 1e-6  # nothing but the grid of 0.1 mm


def test_two_sectors_on_the_same_ground_count_once_and_two_operators_can_be_asked_for(network, conn):
    network.zone("A", 0, 0, 1000, 1000)
    for operator in ("Viettel", "VNPT"):
        network.cell(network.site(operator, "1", 500, 500), "1", radius_m=300)
        network.cell(network.site(operator, "2", 500, 500), "1", radius_m=200)
    network.cell(network.site("Viettel", "3", 500, 500), "1", radius_m=400)
    assert one(conn).covered_area_m2 == pytest.approx(math.pi * 400**2)
    assert one(conn, min_operators=2).covered_area_m2 == pytest.approx(math.pi * 300**2)
    assert one(conn, operators=["VNPT"]).covered_area_m2 == pytest.approx(math.pi * 300**2)
    assert one(conn).operators == 2


def test_what_is_not_drawn_is_counted_with_its_reason(network, conn):
    network.zone("A", 0, 0, 1000, 1000)
    site = network.site("Viettel", "V1", 500, 500)
    network.cell(site, "ok", radius_m=100)
    network.cell(site, "off", state="off", radius_m=400)
    network.cell(site, "planned", state="planned", radius_m=400)
    network.cell(site, "later", radius_m=400, on_air_on=date(2026, 7, 1))
    network.cell(site, "inside", radius_m=400, coverage_class="indoor")
    network.cell(site, "blank")
    network.cell(site, "aimless", radius_m=400, beamwidth_deg=65)
    network.cell(site, "4g", technology="4G", radius_m=400)
    network.cell(site, "wide", radius_m=150, azimuth_deg=20)
    far = network.site("Viettel", "V2", 20_000, 0)
    network.cell(far, "blank too")
    row = one(conn)
    assert row.covered_area_m2 == pytest.approx(math.pi * 150**2)
    assert row.basis.cells_left_out == {"not_on_air": 3, "indoor": 1, "no_radius": 2, "no_azimuth": 1}
    assert row.basis.cells_assumed == {"no_beamwidth": 1}
    assert row.basis.cells_drawn == 2
    assert row.faulty_cells_near == 2  # not the one 20 km away
    assert set(row.basis.cells_left_out) <= set(cell_sets.LEFT_OUT_REASONS)


def test_the_day_counted_decides(network, conn):
    network.zone("A", 0, 0, 1000, 1000)
    network.cell(network.site("Viettel", "V1", 500, 500), "1", radius_m=100, on_air_on=date(2026, 3, 1))
    [before] = ratios.by_zone(conn, technology="5G", as_of=date(2026, 2, 28))
    [since] = ratios.by_zone(conn, technology="5G", as_of=date(2026, 3, 1))
    assert (before.ratio, since.ratio > 0) == (0, True)


def test_no_zone_still_explains_itself(network, conn):
    network.cell(network.site("Viettel", "V1", 500, 500), "1", radius_m=100)
    run = ratios.run(conn, technology="5G", as_of=DAY)
    assert run.zones == ()
    assert run.basis.cells_drawn == 1


def test_no_cell_gives_zero_and_not_an_error(network, conn):
    network.zone("A", 0, 0, 1000, 1000)
    assert one(conn).ratio == 0
    assert ratios.by_zone_in_postgis(conn, technology="5G", as_of=DAY) == {one(conn).zone_id: 0}


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({"technology": "6G"}, UnknownTechnology),
        ({"technology": "5G", "operators": ["Vodafone"]}, UnknownOperator),
        ({"technology": "5G", "min_operators": 0}, TooFewOperators),
        ({"technology": "5G", "min_operators": 2}, TooFewOperators),
        ({"technology": "5G", "operators": ["Viettel"], "min_operators": 2}, TooFewOperators),
        ({"technology": "5G", "zone_ids": [10**9]}, UnknownZone),
    ],
)
def test_questions_without_an_answer(network, conn, question, error):
    network.site("Viettel", "V1", 0, 0)
    with pytest.raises(error) as raised:
        ratios.by_zone(conn, **question)
    assert raised.value.message_vi != str(raised.value)


def test_a_zone_has_the_same_answer_alone_and_among_others(random_network):
    conn = random_network
    for among in ratios.by_zone(conn, technology="5G", as_of=DAY):
        [alone] = ratios.by_zone(conn, technology="5G", as_of=DAY, zone_ids=[among.zone_id])
        assert alone == among


def test_zones_are_found_by_code_or_id(network, conn):
    first, second = network.zone("A", 0, 0, 10, 10), network.zone("B", 0, 0, 10, 10)
    assert ratios.find_zone_ids(conn, ["B", str(first)]) == sorted([first, second])
    with pytest.raises(UnknownZone):
        ratios.find_zone_ids(conn, ["C"])


# --- three ways to the same number ------------------------------------------------------------


@pytest.fixture
def random_network(network, conn):
    """60 sectors of three operators over three zones, 15 of them full circles or wide, one polygon."""
    rng = np.random.default_rng(20250701)
    network.zone("A", 0, 0, 2000, 1500)
    network.zone("B", 2500, -500, 3600, 2200)
    network.zone("C", 1000, 1000, 3000, 3000)  # overlaps both
    for k in range(60):
        site = network.site(("Viettel", "VNPT", "MobiFone")[k % 3], f"S{k}", *rng.uniform(-800, 4000, 2))
        beam = (65, 65, 65, None, 200, 359)[k % 6]
        network.cell(site, "1", radius_m=float(rng.uniform(200, 700)), beamwidth_deg=beam,
                     azimuth_deg=None if beam is None else float(rng.uniform(0, 360)))  # fmt: skip
    blob = shapely.MultiPolygon([shapely.box(X + 100, Y + 100, X + 400, Y + 300)])
    network.cell(network.site("Viettel", "P", 0, 0), "1", footprint=f"SRID=9210;{blob.wkt}")
    return conn


@pytest.mark.parametrize("k", [1, 2, 3])
def test_union_postgis_and_sampling_agree(random_network, k):
    conn = random_network
    by_union = ratios.by_zone(conn, technology="5G", min_operators=k, as_of=DAY)
    by_postgis = ratios.by_zone_in_postgis(conn, technology="5G", min_operators=k, as_of=DAY)
    for row in by_union:
        sampled = sample(conn, row.zone_id, k)
        in_postgis = by_postgis[row.zone_id] / row.zone_area_m2
        assert row.ratio == pytest.approx(in_postgis, abs=2e-4), row.zone_code
        assert row.ratio == pytest.approx(sampled, abs=2e-3), row.zone_code
        assert 0.02 < row.ratio < 0.98 or k == 3  # a network that says something


@pytest.mark.parametrize(("technology", "k"), [("5G", 1), ("5G", 2), ("4G", 1), ("4G", 3)])
def test_union_and_postgis_agree_on_the_demonstration_province(demo_conn, technology, k):
    by_union = ratios.by_zone(demo_conn, technology=technology, min_operators=k)
    by_postgis = ratios.by_zone_in_postgis(demo_conn, technology=technology, min_operators=k)
    for row in by_union:
        assert row.ratio == pytest.approx(by_postgis[row.zone_id] / row.zone_area_m2, abs=3e-4), row.zone_code
    assert any(row.ratio > 0 for row in by_union) or k > 1
    assert all(row.basis.is_demo for row in by_union)


def sample(conn, zone_id, k, step_m=5.0):
    """Share of 5 m sample points in reach of k operators, by distance and angle alone."""
    west, south, east, north = conn.execute(
        text("SELECT ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom) FROM gis.zones WHERE id = :id"),
        {"id": zone_id},
    ).one()
    px, py = np.meshgrid(np.arange(west + step_m / 2, east, step_m), np.arange(south + step_m / 2, north, step_m))
    rows = conn.execute(
        text("SELECT s.operator, ST_X(s.geom) AS x, ST_Y(s.geom) AS y, c.radius_m, c.azimuth_deg, c.beamwidth_deg,"
             " c.footprint IS NOT NULL AS declared FROM gis.cells c JOIN gis.sites s ON s.id = c.site_id"),
    ).all()  # fmt: skip
    reached = {row.operator: np.zeros(px.shape, bool) for row in rows}
    for row in rows:
        if row.declared:
            inside = (px > X + 100) & (px < X + 400) & (py > Y + 100) & (py < Y + 300)
        else:
            dx, dy = px - row.x, py - row.y
            inside = np.hypot(dx, dy) <= row.radius_m
            if row.beamwidth_deg is not None:
                # (λ - λ0) sin φ at the middle of this little world: 0.34 degrees.
                lon, lat = Proj("EPSG:9210")(row.x, row.y, inverse=True)
                bearing = row.azimuth_deg - (lon - 105.75) * math.sin(math.radians(lat))
                off = (np.degrees(np.arctan2(dx, dy)) - bearing + 180) % 360 - 180
                inside &= np.abs(off) <= row.beamwidth_deg / 2
        reached[row.operator] |= inside
    return float((np.sum(list(reached.values()), axis=0) >= k).mean())


def test_postgis_turns_to_true_north_by_the_same_angle(network, conn):
    # Far east of the central meridian a narrow beam of 0.5 degrees misses if the sign is wrong.
    network.zone("A", 0, 4000, 1000, 5000)
    network.cell(network.site("Viettel", "V1", 500, 0), "1", radius_m=6000, azimuth_deg=3.0, beamwidth_deg=0.5)
    row = one(conn)
    in_postgis = ratios.by_zone_in_postgis(conn, technology="5G", as_of=DAY)[row.zone_id]
    assert row.covered_area_m2 == pytest.approx(in_postgis, rel=1e-3)
    assert row.covered_area_m2 > 30_000


def test_the_public_gets_the_same_numbers_of_public_zones(conn, database):
    # Committed to a database of the run, so that the public role can see it; removed again.
    with database.owner.begin() as owner:
        world = Network(owner)
        ids = [world.zone("PUB", 0, 0, 1000, 1000), world.zone("HID", 0, 0, 1000, 1000, published=False)]
        site = world.site("PublicTestOperator", "P1", 500, 500)
        world.cell(site, "1", radius_m=300, accepted_on=YEAR_END, antenna="64T64R")
        world.cell(site, "2", technology="4G", radius_m=300)
    try:
        with database.public.connect() as public, database.staff.connect() as staff:
            seen = ratios.by_zone(public, technology="5G", operators=["PublicTestOperator"], as_of=DAY)
            known = ratios.by_zone(staff, technology="5G", operators=["PublicTestOperator"], as_of=DAY)
            assert [row.zone_code for row in seen] == ["PUB"]
            assert [row.zone_code for row in known] == ["HID", "PUB"]
            assert seen[0].ratio == known[1].ratio > 0.28
            in_postgis = ratios.by_zone_in_postgis(public, technology="5G", as_of=DAY)
            assert in_postgis == {ids[0]: pytest.approx(seen[0].covered_area_m2, rel=1e-3)}
            assert [row.zone_code for row in stations.station_ratio(public, scope="zone")] == ["PUB", "PUB"]
            assert [row.has_5g for row in stations.zone_has_5g(public, as_of=DAY)] == [True]
            with pytest.raises(UnknownZone):
                ratios.by_zone(public, technology="5G", zone_ids=[ids[1]])
    finally:
        with database.owner.begin() as owner:
            owner.execute(text("DELETE FROM gis.cells WHERE site_id = :id"), {"id": site})
            owner.execute(text("DELETE FROM gis.sites WHERE id = :id"), {"id": site})
            owner.execute(text("DELETE FROM gis.zones WHERE id = ANY(:ids)"), {"ids": ids})


def test_a_footprint_lies_where_the_tiles_draw_it(random_network):
    # The tiles draw sectors in SQL with an arc every 4 degrees, geodesically; here they are drawn in the plane.
    conn = random_network
    found = cell_sets.read(conn, technology="5G", operator_names=cell_sets.operators(conn), as_of=DAY)
    _, drawn, _ = cell_sets.footprints_of(found, np.arange(len(found)), 9210)
    on_tiles = conn.execute(text("SELECT ST_AsBinary(ST_Transform(geom_3857, 9210)) FROM gis.cells ORDER BY id"))
    for ours, stored in zip(drawn, on_tiles.scalars(), strict=True):
        theirs = shapely.from_wkb(bytes(stored))
        assert shapely.symmetric_difference(ours, theirs).area < 0.004 * ours.area


# --- stations ---------------------------------------------------------------------------------

GOOD = {"antenna": "64T64R", "accepted_on": date(2025, 11, 1), "on_air_on": date(2025, 10, 1)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        *[({"antenna": antenna}, None) for antenna in ("4T4R", "8T8R", "16T16R", "32T32R")],
        ({"antenna": "2T2R"}, "antenna_too_small"),
        ({"antenna": None}, "antenna_too_small"),
        ({"coverage_class": "indoor"}, "indoor"),
        ({"state": "building"}, "not_on_air"),
        ({"state": "off"}, "not_on_air"),
        ({"on_air_on": None}, None),
        ({"on_air_on": date(2026, 1, 1)}, "not_on_air"),
        ({"accepted_on": None}, "not_accepted"),
        ({"accepted_on": YEAR_END}, None),
        ({"accepted_on": date(2026, 1, 1)}, "not_accepted"),
    ],
)
def test_the_counting_rule_of_decree_88(network, conn, change, reason):
    network.cell(network.site("Viettel", "V1", 0, 0), "1", **GOOD | change)
    [everyone, _] = stations.station_ratio(conn, as_of=YEAR_END)
    assert everyone.stations_5g == (1 if reason is None else 0)
    assert everyone.not_counted == ({} if reason is None else {reason: 1})


def test_an_indoor_site_is_no_station_even_if_its_cell_says_outdoor(network, conn):
    network.cell(network.site("Viettel", "V1", 0, 0, kind="indoor"), "1", **GOOD)
    assert stations.station_ratio(conn, as_of=YEAR_END)[0].not_counted == {"indoor": 1}


def test_bands_and_sectors_merge_and_operators_do_not(network, conn):
    for operator in ("Viettel", "VNPT"):  # one shared mast
        site = network.site(operator, "SHARED", 0, 0)
        for k in range(3):
            network.cell(site, f"n78-{k}", band="n78", **GOOD)
        network.cell(site, "n28", band="n28", **GOOD | {"antenna": "2T2R"})
        network.cell(site, "B3", technology="4G", band="B3")
        network.cell(site, "B1", technology="4G", band="B1")
    network.cell(network.site("VNPT", "ALONE", 0, 0), "B3", technology="4G")
    network.cell(network.site("VNPT", "DARK", 0, 0), "B3", technology="4G", state="off")
    everyone, vnpt, viettel = stations.station_ratio(conn, as_of=YEAR_END)
    assert [row.operator for row in (everyone, vnpt, viettel)] == [None, "VNPT", "Viettel"]
    assert (everyone.stations_5g, everyone.stations_4g) == (2, 3)
    assert everyone.ratio == pytest.approx(2 / 3)
    assert (vnpt.ratio, vnpt.meets_target) == (0.5, True)  # 1 of 2 is exactly the target
    assert viettel.ratio == 1.0
    assert stations.station_ratio(conn, as_of=YEAR_END, target=0.7)[0].meets_target is False
    by_operator = stations.station_ratio(conn, scope="operator", as_of=YEAR_END)
    assert [row.operator for row in by_operator] == ["VNPT", "Viettel"]


def test_the_4g_list_and_its_day_are_in_the_answer(network, conn):
    site = network.site("Viettel", "V1", 0, 0)
    network.cell(site, "1", technology="4G", source="Sở KH&CN list", source_date=date(2025, 6, 30))
    network.cell(site, "2", technology="4G", source="operator list", source_date=None)
    network.cell(network.site("VNPT", "N1", 0, 0), "1", technology="4G", source="operator list", source_date=None)
    basis = stations.station_ratio(conn, as_of=DAY)[0].basis
    assert [(one.source, one.source_date, one.stations) for one in basis.lists_4g] == [
        ("operator list", None, 2),
        ("Sở KH&CN list", date(2025, 6, 30), 1),
    ]
    assert basis.definition.label == "station_ratio/nd88-2025@1"
    assert (basis.target, basis.target_due_on) == (0.5, YEAR_END)


def test_by_zone_with_and_without_buffer(network, conn):
    network.zone("A", 0, 0, 1000, 1000)
    network.zone("B", 9000, 0, 9999, 1000)
    inside, beside = network.site("Viettel", "IN", 500, 500), network.site("Viettel", "BY", 1200, 500)
    network.cell(inside, "1", technology="4G")
    network.cell(beside, "1", technology="4G")
    network.cell(beside, "2", **GOOD)
    a, _, b = stations.station_ratio(conn, scope="zone", as_of=DAY)
    assert (a.zone_code, a.stations_5g, a.stations_4g, a.ratio, a.meets_target) == ("A", 0, 1, 0.0, False)
    assert (b.zone_code, b.stations_5g, b.stations_4g, b.ratio, b.meets_target) == ("B", 0, 0, None, None)
    wider = stations.station_ratio(conn, scope="zone", buffer_m=200, as_of=DAY)[0]
    assert (wider.stations_5g, wider.stations_4g, wider.basis.buffer_m) == (1, 2, 200)
    for bad in (-1, math.nan, math.inf, 1e9):
        with pytest.raises(BadBuffer):
            stations.station_ratio(conn, scope="zone", buffer_m=bad)


def test_an_empty_database_has_no_ratio(conn):
    [row] = stations.station_ratio(conn, as_of=DAY)
    assert (row.stations_5g, row.stations_4g, row.ratio, row.meets_target) == (0, 0, None, None)


def test_which_zones_have_5g(network, conn):
    network.zone("A", 0, 0, 1000, 1000)
    network.zone("B", 1000, 0, 2000, 1000)
    network.zone("C", 5000, 0, 6000, 1000)
    network.cell(network.site("Viettel", "V1", 500, 500), "1")  # service, though neither accepted nor large
    network.cell(network.site("VNPT", "N1", 1500, 500), "1", coverage_class="indoor")
    network.cell(network.site("VNPT", "N2", 1500, 500), "1", on_air_on=date(2026, 7, 1))
    network.cell(network.site("VNPT", "N3", 6001, 500), "1")
    found = stations.zone_has_5g(conn, as_of=DAY)
    assert [(zone.zone_code, zone.has_5g, zone.operators) for zone in found] == [
        ("A", True, ("Viettel",)), ("B", False, ()), ("C", False, ()),
    ]  # fmt: skip
    assert found[0].definition.label == "zone_has_5g@1"
    assert [target.due_on.year for target in found[0].targets] == [2025, 2026]
