"""Bad rows: refused with a reason, or taken with a remark, and never able to stop a run."""

from __future__ import annotations

import json
import math
from datetime import date

import numpy as np
import pytest
import shapely
from sqlalchemy import insert

from layers.coverage import list_checks, ratios, runs
from layers.ingest import import_file
from layers.stations import cells, sites
from tests.integration.test_coverage_runs import DAY, Ground, X, Y


@pytest.fixture
def ground(conn):
    return Ground(conn)


def kinds(conn):
    return sorted({(one.kind, one.site) for one in list_checks.remarks(conn, as_of=DAY)})


def test_every_fault_is_named_with_its_site(ground, conn):
    ground.commune("10001", None, -1000, -1000, 2000, 2000)
    whole = {"radius_m": 300.0, "frequency_mhz": 3750.0, "height_m": 25.0, "eirp_dbm": 70.0, "bandwidth_mhz": 100.0}
    ground.cell("Viettel", "good", 0, 0, **whole)
    ground.cell("Viettel", "blank", 500, 0, **whole | {"radius_m": None})
    ground.cell("Viettel", "aimless", 500, 500, **whole, beamwidth_deg=65.0)
    ground.cell("Viettel", "wide", 0, 500, **whole, azimuth_deg=10.0)
    ground.cell("Viettel", "low", 900, 900, **whole | {"frequency_mhz": 450.0, "height_m": 40.0})
    ground.cell("Viettel", "poor", 900, 0, radius_m=300.0)
    ground.cell("Viettel", "at sea", 9000, 9000, **whole)
    ground.cell("Viettel", "good again", 30, 0, **whole)
    ground.cell("VNPT", "shared mast", 0, 0, **whole)
    assert kinds(conn) == [
        ("no_azimuth", "aimless"), ("no_beamwidth", "wide"), ("no_height", "poor"), ("no_power", "poor"),
        ("no_radius", "blank"), ("outside_every_unit", "at sea"), ("outside_frequency", "low"),
        ("same_site_twice", "good"),
    ]  # fmt: skip
    facts = {one.kind: one.fact for one in list_checks.remarks(conn, as_of=DAY)}
    assert facts["outside_every_unit"] == f"{math.hypot(7000, 7000):.0f} m"
    assert facts["same_site_twice"].startswith("good again (test), 30 m")
    assert set(facts) <= set(list_checks.REMARKS)


def test_how_much_the_faulty_cells_could_matter(ground, conn):
    ground.zone("A", 0, 0, 1000, 1000)
    ground.zone("B", 50_000, 0, 51_000, 1000)
    ground.cell("Viettel", "1", 250, 500, radius_m=200.0, band="n78")
    ground.cell("Viettel", "2", 750, 500, band="n78")
    [effect] = list_checks.effect_of_faults(conn, as_of=DAY)
    assert (effect.zone_code, effect.faulty_cells) == ("A", 1)
    assert effect.ratio == pytest.approx(math.pi * 0.04, abs=1e-5)
    assert effect.at_most == pytest.approx(2 * math.pi * 0.04, abs=1e-5)


def test_a_list_with_bad_rows_is_brought_in_without_them_and_each_is_told(ground, conn, tmp_path):
    ground.cell("Viettel", "V1", 500, 500, radius_m=100.0)
    file = tmp_path / "cells.csv"
    file.write_text(
        "operator,site_code,code,technology,state,radius_m,azimuth_deg,beamwidth_deg,source_date\n"
        "Viettel,V1,a,5G,on_air,400,,,2026-06-30\n"
        "Viettel,V1,b,5G,on_air,-5,,,2026-06-30\n"
        "Viettel,V1,c,5G,on_air,400,400,65,2026-06-30\n"
        "Viettel,nowhere,d,5G,on_air,400,,,2026-06-30\n"
        "Viettel,V1,e,5G,on_air,400,,65,2026-06-30\n",
        encoding="utf-8",
    )
    report = import_file(conn, "cells", file, requested_by="test", source="list")
    assert (report.added, report.rejected) == (2, 3)
    told = {one.row: (one.field if hasattr(one, "field") else one.column, one.message_vi) for one in report.rejections}
    assert sorted(told) == [2, 3, 4]
    assert all(words for _, words in told.values())
    ground.zone("A", 0, 0, 1000, 1000)
    run = runs.ask(conn, "area_ratio/declared", as_of=DAY)
    assert run.summary["cells_left_out"] == {"no_azimuth": 1}
    assert run.summary["cells_used"] == 2


def test_a_polygon_that_is_not_closed_is_refused_by_name_and_the_rest_goes_on(conn, tmp_path):
    def zone(code, ring):
        facts = {"code": code, "name": f"KCN {code}", "kind": "KCN", "status": "operating"}
        return {"type": "Feature", "properties": facts, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    square = [[106.70, 20.88], [106.71, 20.88], [106.71, 20.89], [106.70, 20.89]]
    file = tmp_path / "zones.geojson"
    features = [zone("HALF-OPEN", square[:2]), zone("WHOLE", [*square, square[0]])]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    report = import_file(conn, "zones", file, requested_by="test", source="list")
    assert (report.added, report.rejected) == (1, 1)
    assert "HALF-OPEN" in str(report.rejections[0])


def test_three_ways_agree_on_a_network_with_everything_in_it(ground, conn):
    """Exact union, PostGIS alone and sample points: sectors, circles, polygons, shared masts, two operators deep."""
    rng = np.random.default_rng(20250701)
    for k in range(3):
        ground.zone(f"Z{k}", 2000 * k, 0, 2000 * k + 1500, 1500)
    for k in range(60):
        at = rng.uniform(-300, 6000), rng.uniform(-300, 1800)
        shape = {"radius_m": float(rng.uniform(150, 600))}
        if k % 3:
            shape |= {"azimuth_deg": float(rng.uniform(0, 360)), "beamwidth_deg": float(rng.choice([65, 120, 240]))}
        if k % 10 == 9:
            ring = shapely.Point(X + at[0], Y + at[1]).buffer(400, quad_segs=2)
            shape["footprint"] = f"SRID=9210;{shapely.MultiPolygon([ring]).wkt}"
        ground.cell(("Viettel", "VNPT", "MobiFone")[k % 3], str(k), *at, **shape)
    for deep in (1, 2):
        exact = {row.zone_code: row for row in ratios.by_zone(conn, technology="5G", as_of=DAY, min_operators=deep)}
        alone = ratios.by_zone_in_postgis(conn, technology="5G", as_of=DAY, min_operators=deep)
        counted = sampled(conn, deep)
        for code, row in exact.items():
            assert 0.1 < row.ratio < 1
            assert alone[row.zone_id] / row.zone_area_m2 == pytest.approx(row.ratio, abs=2e-4)
            ratio, error = counted[code]
            assert ratio == pytest.approx(row.ratio, abs=min(error, 0.004) + row.error_bound)


def sampled(conn, deep):
    """Zones by the sampler, which the runs use for all but declared ground: as plots that are the zones."""
    from layers.coverage import networks, sampling, snapshots
    from layers.coverage.questions import Question, complete

    counted = ("MobiFone", "VNPT", "Viettel")
    snapshot = snapshots.take(conn, complete(Question("area_ratio/declared", "5G", counted, DAY)))
    samples = sampling.grid(snapshots.shape_array(snapshot.zones))
    masks = networks.network_of(snapshot).masks(samples.x, samples.y)
    found = sampling.shares(samples, sampling.at_least(masks, deep))
    codes = [row["code"] for row in snapshot.zones]
    return dict(zip(codes, zip(found.ratio, found.error_bound, strict=True), strict=True))


def test_the_day_of_a_list_is_no_fault(ground, conn):
    site = conn.execute(
        insert(sites).values(operator="A", code="1", source="t", geom=f"SRID=9210;POINT({X} {Y})").returning(sites.c.id)
    ).scalar_one()
    conn.execute(insert(cells).values(site_id=site, code="1", technology="5G", state="planned", source="t",
                                      on_air_on=date(2030, 1, 1)))  # fmt: skip
    assert kinds(conn) == []
