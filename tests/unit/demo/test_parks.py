"""The facts of the parks say what their sources say, and no more."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from layers.demo.parks import MADE_UP_ZONES, PARKS, SMALL_PROVINCE, Park, parks_at

FACTS = [park for park in PARKS if not park.made_up]


@pytest.fixture(scope="module")
def sources(shared_data: Path) -> dict[str, dict[str, str]]:
    with (shared_data / "haiduong-zones-facts" / "haiduong_zones_facts.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def row_of(park: Park, sources: dict[str, dict[str, str]]) -> dict[str, str]:
    """Its row; names with a former name in brackets begin with the present one."""
    return next(row for name, row in sources.items() if name == park.name or name.startswith(f"{park.name} ("))


def test_every_park_of_the_sources_is_there_once(sources: dict[str, dict[str, str]]) -> None:
    found = [row_of(park, sources)["name"] for park in FACTS]
    assert sorted(found) == sorted(sources)


@pytest.mark.parametrize("park", FACTS, ids=lambda park: park.code)
def test_figures_are_those_of_the_source_and_empty_stays_empty(park: Park, sources: dict[str, dict[str, str]]) -> None:
    row = row_of(park, sources)
    assert park.kind == row["type"]
    assert park.area_ha == (float(row["area_ha"]) if row["area_ha"] else None)
    assert park.industrial_ha == (float(row["industrial_land_ha"]) if row["industrial_land_ha"] else None)
    assert (park.lon, park.lat) == tuple(float(row[key]) if row[key] else None for key in ("lon", "lat"))
    assert (park.developer is None) == (row["developer"] == "" or "(was)" in row["developer"])
    assert park.developer is None or row["developer"].startswith(park.developer.split(" (")[0])
    assert park.status in row["status"] or row["status"].startswith(("approved", "building"))
    if park.established_on:
        assert park.established_on.strftime("%d/%m/%Y") in row["established"]
    if not row["established"]:
        assert park.established_on is None
        assert park.established_note is None or row["status"].startswith("approved")


@pytest.mark.parametrize("park", FACTS, ids=lambda park: park.code)
def test_occupancy_is_taken_only_from_a_source_that_gives_it_for_the_whole_park(
    park: Park, sources: dict[str, dict[str, str]]
) -> None:
    stated = row_of(park, sources)["occupancy"]
    if park.occupancy_ratio is None:
        assert "phase" in stated or "free" in stated or "projects" in stated or stated == ""
    elif stated == "full":
        assert park.occupancy_ratio == 1.0
    else:
        assert park.occupancy_ratio == pytest.approx(float(stated.split("%")[0]) / 100)


@pytest.mark.parametrize("park", FACTS, ids=lambda park: park.code)
def test_every_page_named_is_one_that_the_facts_name(park: Park, sources: dict[str, dict[str, str]]) -> None:
    hosts = {page.split()[0] for page in park.source.split("; ") if not page.startswith("©")}
    assert hosts
    assert all(host in row_of(park, sources)["source"] for host in hosts)


def test_made_up_zones_say_so_in_their_name_and_have_no_facts() -> None:
    for zone in MADE_UP_ZONES:
        assert "Minh Họa" in zone.name
        assert "Demonstration" in zone.name_en
        assert (zone.source, zone.developer, zone.established_on, zone.occupancy_ratio) == ("", None, None, None)


def test_forty_zones_and_a_small_province_of_five() -> None:
    assert len(PARKS) == len({park.code for park in PARKS}) == 40
    assert tuple(park.code for park in parks_at(0.05)) == SMALL_PROVINCE
    assert len(parks_at(1.0)) == 40
    assert len(parks_at(0.5)) == 20
