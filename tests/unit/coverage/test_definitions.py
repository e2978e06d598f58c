"""Definitions and targets are data; what is printed must be complete."""

from __future__ import annotations

from datetime import date

from layers.coverage.definitions import (
    AREA_RATIO,
    DEFINITIONS,
    STATION_RATIO,
    STATION_RULE,
    TARGETS,
    ZONE_HAS_5G,
    targets_of,
)


def test_every_definition_says_everything():
    for definition in DEFINITIONS:
        texts = (
            definition.title_vi, definition.title_en, definition.numerator, definition.denominator,
            definition.predicate, definition.source,
        )  # fmt: skip
        assert all(texts), definition.id
        assert definition.evidence in ("declared", "modelled", "measured")
    assert len({definition.label for definition in DEFINITIONS}) == len(DEFINITIONS)
    assert AREA_RATIO.label == "area_ratio/declared@1"


def test_a_target_binds_only_the_number_it_speaks_of():
    assert [(t.ratio, t.due_on) for t in targets_of(STATION_RATIO)] == [(0.5, date(2025, 12, 31))]
    assert [t.due_on.year for t in targets_of(ZONE_HAS_5G)] == [2025, 2026]
    # 99 % of the population is no target for area.
    assert all(t.ratio == 1.0 for t in targets_of(AREA_RATIO))
    assert all(t.source for t in TARGETS)


def test_the_counting_rule_names_each_condition_once():
    reasons = [condition.reason for condition in STATION_RULE]
    assert reasons == ["indoor", "antenna_too_small", "not_on_air", "not_accepted"]
    assert "64T64R" in STATION_RATIO.predicate
    assert "2T2R" not in STATION_RATIO.predicate
