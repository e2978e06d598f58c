"""The small province in memory: the same bytes again, and ground that a surveyor would accept."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from typing import Any

import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from stdnum.vn import mst

from gis_service.settings import CHECKOUT
from layers.demo.enterprises import never_issued_codes
from layers.demo.labels import MADE_UP
from layers.demo.parks import PARKS
from layers.demo.province import Province, build, size_at

SEED, SRID, SCALE = 20250701, 9210, 0.05
Row = dict[str, Any]


@pytest.fixture(scope="module")
def province() -> Province:
    return build(SEED, SRID, SCALE)


def test_the_same_seed_gives_the_same_bytes_in_another_process(province: Province) -> None:
    """With another hash seed, so that no order of a set or dictionary can have crept in."""
    program = f"from layers.demo.province import build; print(build({SEED}, {SRID}, {SCALE}).digest())"
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        run = subprocess.run(
            [sys.executable, "-c", program], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
        )
        assert run.stdout.strip() == province.digest()


def test_a_cluster_whose_front_edge_is_cut_off_still_has_a_gate() -> None:
    """Seed 42 laid a grid along a slanting border and found no corner on its front."""
    assert build(42, SRID, SCALE).digest() != ""


def test_another_seed_and_another_crs_give_other_bytes(province: Province) -> None:
    assert build(SEED + 1, SRID, SCALE).digest() != province.digest()
    assert build(SEED, 9209, SCALE).digest() != province.digest()


def test_the_small_province_has_something_of_everything(province: Province) -> None:
    tables = province.tables
    assert [len(tables[name]) for name in ("entrances", "sites", "cells", "enterprises")] == [1000, 100, 450, 75]
    assert "KCN-DAI-AN" in {zone["code"] for zone in tables["zones"]}
    assert {plot["status"] for plot in tables["plots"]} == {
        "planned",
        "available",
        "reserved",
        "leased",
        "not_for_lease",
    }
    assert {street["kind"] for street in tables["streets"]} == {"street", "road", "alley", "lane", "highway"}
    assert {door["kind"] for door in tables["entrances"]} == {"building", "empty_land", "gate"}
    assert any(street["decided_direction"] for street in tables["streets"])
    old = [street for street in tables["streets"] if street["numbered_before"]]
    assert {street["existing_direction"] for street in old} == {"forward", "backward"}
    lines = [shapely.get_parts(street["geom"])[0] for street in tables["streets"]]
    assert sum(line.is_ring for line in lines) == 1
    assert any(len(line.coords) == 2 for line in lines)
    assert any(len(line.coords) > 20 and not line.is_ring for line in lines)


def test_every_row_says_that_it_is_made_up(province: Province) -> None:
    for name, rows in province.tables.items():
        for row in rows:
            assert row["is_demo"] is True, name
            assert MADE_UP in row["source"], name


def test_a_real_park_names_the_pages_that_its_facts_come_from(province: Province) -> None:
    sources = {zone["code"]: zone["source"] for zone in province.tables["zones"]}
    for park in PARKS:
        if park.code in sources:
            assert park.source in sources[park.code]


def test_zones_have_their_stated_area_and_keep_apart(province: Province) -> None:
    zones = province.tables["zones"]
    for zone in zones:
        stated_ha = zone["area_plan_ha"] or zone["area_decision_ha"]
        assert zone["geom"].area / 1e4 == pytest.approx(stated_ha, rel=0.005)
    tree = shapely.STRtree([zone["geom"] for zone in zones])
    assert len(tree.query([zone["geom"] for zone in zones], predicate="intersects")[0]) == len(zones)


def test_plots_are_valid_apart_inside_their_zone_and_of_the_stated_area(province: Province) -> None:
    zones, plots = province.tables["zones"], province.tables["plots"]
    shapes = [plot["geom"] for plot in plots]
    for plot in plots:
        assert plot["geom"].is_valid
        assert zones[plot["zone_id"] - 1]["geom"].covers(plot["geom"])
        assert plot["area_m2"] == pytest.approx(plot["geom"].area, rel=0.01)
    first, _ = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    assert len(first) == 0
    assert max(Counter((plot["zone_id"], plot["code"]) for plot in plots).values()) == 1


def test_plots_leave_the_streets_free(province: Province) -> None:
    shapes = [plot["geom"] for plot in province.tables["plots"]]
    tree = shapely.STRtree(shapes)
    for street in province.tables["streets"]:
        ground = street["geom"].buffer(street["cross_section_m"] / 2 - 0.01, cap_style="flat")
        assert len(tree.query(ground, predicate="intersects")) == 0, street["name"]


def test_every_entrance_is_at_the_edge_of_its_street(province: Province) -> None:
    """On the edge of the cross section or up to six metres behind it."""
    streets = province.tables["streets"]
    for door in province.tables["entrances"]:
        street = streets[door["street_id"] - 1]
        behind_m = street["geom"].distance(door["geom"]) - street["cross_section_m"] / 2
        assert -0.02 <= behind_m <= 6.0, door["code"]
        assert door["street_name"] == street["name"]


def test_a_gate_is_on_the_edge_of_its_plot(province: Province) -> None:
    plots = province.tables["plots"]
    gates = [door for door in province.tables["entrances"] if door["plot_id"]]
    assert len(gates) > 200
    for gate in gates:
        assert plots[gate["plot_id"] - 1]["geom"].exterior.distance(gate["geom"]) < 0.01
    second = [gate for gate in gates if not gate["is_main"]]
    main_street = {gate["plot_id"]: gate["street_id"] for gate in gates if gate["is_main"]}
    assert second
    assert all(main_street[gate["plot_id"]] != gate["street_id"] for gate in second)


def test_a_second_door_at_a_corner_names_the_house_that_it_belongs_to(province: Province) -> None:
    doors = [door for door in province.tables["entrances"] if not door["plot_id"]]
    seconds = [door for door in doors if not door["is_main"]]
    mains = {door["house_code"]: door for door in doors if door["is_main"] and door["house_code"]}
    assert seconds
    for door in seconds:
        house = mains[door["house_code"]]
        assert house["kind"] == "building", "no house stands on empty land"
        assert house["street_id"] != door["street_id"]
        assert house["geom"].distance(door["geom"]) < 20.0


def test_old_numbers_are_odd_on_the_left_of_their_direction_and_rise_along_it(province: Province) -> None:
    streets = province.tables["streets"]
    series: dict[tuple[int, bool], list[tuple[float, int]]] = defaultdict(list)
    for door in province.tables["entrances"]:
        if door["existing_number"]:
            street = streets[door["street_id"] - 1]
            assert street["numbered_before"]
            line = shapely.get_parts(street["geom"])[0]
            along = line.project(door["geom"])
            is_left = _is_left(line, door["geom"], along)
            forward = street["existing_direction"] == "forward"
            number = int(door["existing_number"].rstrip("A"))
            assert number % 2 == (1 if is_left == forward else 0)
            series[door["street_id"], is_left].append((along if forward else -along, number))
    assert len(series) >= 4
    for found in series.values():
        numbers = [number for _, number in sorted(found)]
        assert numbers == sorted(numbers)


def _is_left(line: BaseGeometry, point: BaseGeometry, along: float) -> bool:
    before, after = line.interpolate(max(along - 1, 0)), line.interpolate(min(along + 1, line.length))
    return (after.x - before.x) * (point.y - before.y) > (after.y - before.y) * (point.x - before.x)


def test_an_alley_starts_on_its_parent(province: Province) -> None:
    streets = province.tables["streets"]
    branches = [street for street in streets if street["kind"] in ("alley", "lane")]
    assert {street["kind"] for street in branches} == {"alley", "lane"}
    for branch in branches:
        parent = streets[branch["parent_street_id"] - 1]
        start = shapely.get_point(shapely.get_parts(branch["geom"])[0], 0)
        assert parent["geom"].distance(start) < 1.0
        assert parent["name"] in branch["name"]


def test_a_firm_stands_on_a_let_plot_and_its_name_gives_it_away(province: Province) -> None:
    plots = province.tables["plots"]
    for firm in province.tables["enterprises"]:
        plot = plots[firm["plot_id"] - 1]
        assert plot["status"] == "leased"
        assert plot["geom"].contains(firm["geom"])
        assert firm["name"].endswith(" MH")
        assert "Demo" in firm["name_en"]


def test_no_tax_code_of_the_demonstration_can_belong_to_a_firm() -> None:
    """No last digit makes one of these codes pass the check, so none was ever issued."""
    for code in never_issued_codes(200):
        assert mst.compact(code) == code
        assert not any(mst.is_valid(f"{code[:9]}{digit}") for digit in range(10))


def test_cells_are_of_their_operators_bands_and_sites_have_4g(province: Province) -> None:
    sites = province.tables["sites"]
    wide = {"Viettel": 2550.0, "VNPT": 3750.0, "MobiFone": 3850.0}
    with_4g = set()
    for cell in province.tables["cells"]:
        if cell["technology"] == "5G" and cell["bandwidth_mhz"] == 100:
            assert cell["frequency_mhz"] == wide[sites[cell["site_id"] - 1]["operator"]]
        if cell["technology"] == "4G":
            with_4g.add(cell["site_id"])
    assert with_4g == set(range(1, len(sites) + 1))


def test_a_zone_looks_the_same_in_every_size_of_the_province(province: Province) -> None:
    larger = build(SEED, SRID, 0.2)

    def plots_of(one: Province) -> list[Row]:
        zone = next(i for i, row in enumerate(one.tables["zones"], start=1) if row["code"] == "KCN-DAI-AN")
        return [{**row, "zone_id": 0} for row in one.tables["plots"] if row["zone_id"] == zone]

    assert plots_of(larger) == plots_of(province)


@pytest.mark.parametrize("scale", [0, -1, 1.5])
def test_a_size_that_makes_no_sense_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        size_at(scale)
