"""Coverage answers as flat tables: one row that still explains itself when it is cut out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from layers.coverage.provenance import DataVersion
from layers.coverage.ratios import Run
from layers.coverage.stations import StationRatio

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows, ready for CSV or a terminal."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def of_zones(run: Run) -> Table:
    """One row a zone, with definition, data and method repeated in each."""
    basis = run.basis
    columns = (
        "zone_code", "zone_name", "technology", "operators_counted", "min_operators", "as_of", "ratio",
        "error_bound", "covered_area_m2", "zone_area_m2", "covered_area_ha_ellipsoidal", "zone_area_ha_ellipsoidal",
        "operators_present", "cells_used", "faulty_cells_near", "definition", "evidence", "data_version",
        "first_source_date", "last_source_date", "cells_left_out", "cells_assumed", "method", "is_demo",
    )  # fmt: skip
    shared: tuple[Cell, ...] = (
        basis.definition.label, basis.definition.evidence, basis.data_version, _day(basis.first_source_date),
        _day(basis.last_source_date), _counts(basis.cells_left_out), _counts(basis.cells_assumed), basis.method,
        int(basis.is_demo),
    )  # fmt: skip
    question: tuple[Cell, ...] = (
        basis.technology, "; ".join(basis.operators), basis.min_operators, basis.as_of.isoformat(),
    )  # fmt: skip
    rows = tuple(
        (
            zone.zone_code, zone.zone_name, *question, round(zone.ratio, 6), round(zone.error_bound, 8),
            round(zone.covered_area_m2, 1), round(zone.zone_area_m2, 1), round(zone.covered_area_ha, 4),
            round(zone.zone_area_ha, 4), zone.operators, zone.cells_used, zone.faulty_cells_near, *shared,
        )
        for zone in run.zones
    )  # fmt: skip
    return Table(columns, rows)


def of_stations(ratios: Sequence[StationRatio]) -> Table:
    """One row a place and operator; an empty operator means all together, an empty zone the province."""
    columns = (
        "scope", "zone_code", "zone_name", "operator", "stations_5g", "stations_4g", "ratio", "target",
        "target_due_on", "meets_target", "not_counted", "buffer_m", "as_of", "definition", "list_4g", "data_version",
        "is_demo",
    )  # fmt: skip
    rows = tuple(
        (
            one.scope, one.zone_code, one.zone_name, one.operator, one.stations_5g, one.stations_4g,
            None if one.ratio is None else round(one.ratio, 6), one.basis.target, _day(one.basis.target_due_on),
            None if one.meets_target is None else int(one.meets_target), _counts(one.not_counted),
            one.basis.buffer_m, one.basis.as_of.isoformat(), one.basis.definition.label,
            "; ".join(f"{a.source} ({_day(a.source_date) or 'no date'}): {a.stations}" for a in one.basis.lists_4g),
            _versions(one.basis.data), int(one.basis.is_demo),
        )
        for one in ratios
    )  # fmt: skip
    return Table(columns, rows)


def _day(day: object) -> str | None:
    return None if day is None else str(day)


def _counts(counts: Mapping[str, int]) -> str:
    return "; ".join(f"{name}: {count}" for name, count in counts.items())


def _versions(data: Iterable[DataVersion]) -> str:
    return ", ".join(f"{one.layer} {one.version}" for one in data)
