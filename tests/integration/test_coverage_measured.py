"""Drive tests: brought in from a file, held against declared footprints and against the model."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from sqlalchemy import func, insert, select

from layers.coverage import link_budget, measured, ratios
from layers.coverage.records import drive_tests
from layers.ingest import import_file
from layers.stations import cells, sites
from layers.zones import zones

X, Y = 600_000.0, 2_310_000.0
DAY = date(2026, 6, 30)


@pytest.fixture
def place(conn):
    """A zone of 2 km with one 5G cell of Viettel in its middle, declared to reach 500 m."""
    box = f"(({X} {Y},{X + 2000} {Y},{X + 2000} {Y + 2000},{X} {Y + 2000},{X} {Y}))"
    conn.execute(insert(zones).values(code="A", name="KCN A", kind="KCN", status="operating", source="test",
                                      geom=f"SRID=9210;MULTIPOLYGON({box})"))  # fmt: skip
    site = conn.execute(
        insert(sites)
        .values(
            operator="Viettel", code="V1", source="test", height_m=25, geom=f"SRID=9210;POINT({X + 1000} {Y + 1000})"
        )
        .returning(sites.c.id)
    ).scalar_one()
    conn.execute(insert(cells).values(site_id=site, code="1", technology="5G", state="on_air", band="n78", radius_m=500,
                                      frequency_mhz=3750, bandwidth_mhz=100, eirp_dbm=77, tilt_deg=0,
                                      source="test"))  # fmt: skip
    return conn


def drive(conn, count, distance_m, succeeded, **facts):
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    start = conn.execute(select(func.count()).select_from(drive_tests)).scalar_one()
    at = [(X + 1000 + distance_m * math.sin(a), Y + 1000 + distance_m * math.cos(a)) for a in angle]
    rows = [
        {"campaign": "2026-1", "code": str(start + k), "operator": "Viettel", "technology": "5G", "measured_on": DAY,
         "succeeded": succeeded, "band": "n78", "source": "test",
         "geom": f"SRID=9210;POINT({x} {y})"} | facts
        for k, (x, y) in enumerate(at)
    ]  # fmt: skip
    conn.execute(insert(drive_tests), rows)


def test_reliability_counts_tests_inside_the_declared_footprint(place):
    drive(place, 57, 300, True)
    drive(place, 3, 200, False)
    drive(place, 10, 700, True)
    drive(place, 5, 300, False, is_indoor=True)
    drive(place, 5, 300, False, measured_on=date(2026, 7, 1))
    [row] = measured.reliability(place, as_of=DAY)
    assert (row.zone_code, row.operator, row.tests, row.inside, row.succeeded, row.succeeded_outside) == (
        "A", "Viettel", 70, 60, 57, 10)  # fmt: skip
    assert row.ratio == 0.95
    assert row.borne_out is True
    assert row.low < 0.95 < row.high
    assert row.definition.evidence == "measured"


def test_few_tests_have_no_verdict(place):
    drive(place, 10, 300, True)
    [row] = measured.reliability(place, as_of=DAY)
    assert (row.ratio, row.borne_out) == (1.0, None)


def test_measured_evidence_changes_no_declared_number(place):
    [before] = ratios.by_zone(place, technology="5G", as_of=DAY)
    drive(place, 40, 300, False)
    [after] = ratios.by_zone(place, technology="5G", as_of=DAY)
    assert (before.ratio, before.covered_area_m2) == (after.ratio, after.covered_area_m2)


def test_calibration_finds_by_how_much_the_model_is_off(place):
    level = link_budget.reference_eirp_dbm(77.0, 273)
    for distance in (200.0, 400.0, 800.0):
        median = float(link_budget.rsrp_dbm("uma_nlos", level, 3.75, distance, 25.0))
        drive(place, 12, distance, True, rsrp_dbm=median - 4.0)
    drive(place, 5, 300, True)
    [row] = measured.calibration(place, as_of=DAY)
    assert (row.operator, row.band, row.tests, row.without_cell) == ("Viettel", "n78", 36, 0)
    assert row.offset_db == pytest.approx(-4.0, abs=0.01)


def test_a_file_of_drive_tests_in_vietnamese_is_brought_in_and_bad_rows_are_told(place, tmp_path):
    file = tmp_path / "do_kiem.csv"
    file.write_text(
        "Đợt đo,Mã mẫu,Nhà mạng,Công nghệ,Ngày đo,Thành công,Mức thu,Băng tần,x,y\n"
        f"T6,1,Viettel,5G,30/06/2026,có,-95.5,n78,{X + 1000},{Y + 1100}\n"
        f"T6,2,Viettel,5G,30/06/2026,không,-121,n78,{X + 1000},{Y + 1200}\n"
        f"T6,3,Viettel,5G,30/06/2026,có,-300,n78,{X + 1000},{Y + 1200}\n"
        f"T6,4,Viettel,6G,30/06/2026,có,-90,n78,{X + 1000},{Y + 1200}\n"
        "T6,5,Viettel,5G,30/06/2026,có,-90,n78,,\n",
        encoding="utf-8",
    )
    report = import_file(place, "drive_tests", file, crs=9210, source="đo kiểm", requested_by="test")
    assert (report.added, report.rejected) == (2, 3)
    [row] = measured.reliability(place, as_of=DAY)
    assert (row.inside, row.succeeded) == (2, 1)
    again = import_file(place, "drive_tests", file, crs=9210, source="đo kiểm", requested_by="test")
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
