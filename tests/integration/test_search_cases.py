"""Labelled questions: what stands first, what stands among the first ten, by pattern; only new failures fail.

The units and zones are real names without land worth the name; streets and doors are the small town's.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Connection, text

from addressing.search.index import learn_vocabulary
from addressing.search.lookup import search
from addressing.search.unit_tables import national_gazetteer
from layers.demo.parks import MADE_UP_ZONES, PARKS
from tests.integration.search_town import X, Y, build

CASES = Path(__file__).parents[1] / "cases" / "search"
KNOWN = frozenset((CASES / "known_failures.txt").read_text(encoding="utf-8").split("\n")) - {""}
LEAST = {"units": 0.98, "former_units": 0.9, "zones": 0.98, "typos": 0.9, "doors": 1.0, "unknown_numbers": 1.0}
"""Share of each pattern that must be right; goals for what is found among the first ten."""


def cases() -> list[dict[str, Any]]:
    found = []
    for file in sorted(CASES.glob("*.yaml")):
        group = yaml.safe_load(file.read_text(encoding="utf-8"))
        found += [{"pattern": group["pattern"], **case} for case in group["cases"]]
    return found


@pytest.fixture
def area(conn: Connection) -> Connection:
    """The city's units, the real parks, and the small town with its doors."""
    build(conn)
    known = [unit for unit in national_gazetteer().units if unit.province_code == "31" and unit.valid_to is None]
    rows = [
        {"code": one.code, "kind": one.kind, "name": one.name, "full": one.full_name}
        for one in known
        if one.level == "commune" and one.code not in ("10891", "10543")
    ]
    conn.execute(
        text(
            "INSERT INTO gis.administrative_units (level, code, parent_code, kind, name, full_name, valid_from, source)"
            " VALUES ('commune', :code, '31', :kind, :name, :full, '2025-07-01', 't')"
        ),
        rows,
    )
    conn.execute(text("DELETE FROM gis.enterprises"))
    conn.execute(text("DELETE FROM gis.plots"))
    conn.execute(text("UPDATE gis.streets SET zone_id = NULL"))
    conn.execute(text("DELETE FROM gis.zones"))
    conn.execute(
        text(
            "INSERT INTO gis.zones (code, kind, status, name, name_en, former_names, source, geom)"
            " VALUES (:code, :kind, 'operating', :name, :en, :former, 't',"
            "  ST_Multi(ST_MakeEnvelope(:x, :y, :x + 9, :y + 9, gis.storage_srid())))"
        ),
        [
            {"code": park.code, "kind": park.kind, "name": park.name, "en": park.name_en, "x": X, "y": Y,
             "former": list(park.former_names)}
            for park in PARKS if park not in MADE_UP_ZONES
        ],
    )  # fmt: skip
    learn_vocabulary(conn)
    return conn


def is_right(conn: Connection, case: dict[str, Any], most: int) -> bool:
    results = search(conn, case["ask"]).results
    if "unknown" in case:
        doors = [one for one in results if one.kind == "door"]
        return not doors and results[0].unknown_number == case["unknown"]
    return any(one.title in case["find"] for one in results[:most])


def test_labelled_questions(area: Connection) -> None:
    asked = cases()
    assert len(asked) >= 300
    right, first, wrong = Counter[str](), Counter[str](), []
    total = Counter(case["pattern"] for case in asked)
    for case in asked:
        first[case["pattern"]] += is_right(area, case, 1)
        if is_right(area, case, 10):
            right[case["pattern"]] += 1
        else:
            wrong.append(f"{case['pattern']}: {case['ask']}")
    told = [f"{one:16} {n:4}  first {first[one] / n:.3f}  among ten {right[one] / n:.3f}" for one, n in total.items()]
    print("\n".join(sorted(told)))  # noqa: T201 - shown with pytest -rP
    assert sorted(set(wrong) - KNOWN) == [], "new failures; see known_failures.txt"
    for pattern, count in total.items():
        assert right[pattern] / count >= LEAST[pattern], pattern
