"""Count stations: 5G per 4G against a target, and whether each zone has 5G at all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, select, text

from layers.coverage.cells import day_counted
from layers.coverage.definitions import (
    OUTDOOR_ON_AIR,
    STATION_RATIO,
    STATION_RULE,
    ZONE_HAS_5G,
    Definition,
    Target,
    targets_of,
)
from layers.coverage.errors import BadBuffer, UnknownZone
from layers.coverage.provenance import DataVersion, data_versions
from layers.coverage.ratios import named_sql
from layers.zones import zones

Scope = Literal["province", "zone", "operator"]

LARGEST_BUFFER_M = 50_000.0


@dataclass(frozen=True, slots=True)
class StationList:
    """A list of 4G cells that was counted, and the day for which it speaks."""

    source: str
    source_date: date | None
    stations: int


@dataclass(frozen=True, slots=True)
class StationBasis:
    """What all rows of one count share."""

    definition: Definition
    as_of: date
    buffer_m: float
    target: float
    # 5G stations wanted for each 4G station.
    target_due_on: date | None
    data: tuple[DataVersion, ...]
    lists_4g: tuple[StationList, ...]
    # Of the whole province.
    is_demo: bool


@dataclass(frozen=True, slots=True)
class StationRatio:
    """5G stations against 4G stations, of one place and one operator or all."""

    scope: Scope
    zone_id: int | None
    zone_code: str | None
    zone_name: str | None
    # None for the whole province.
    operator: str | None
    # None for all operators together.
    stations_5g: int
    stations_4g: int
    ratio: float | None
    # None when there is no 4G station to divide by.
    meets_target: bool | None
    not_counted: Mapping[str, int]
    # Sites with 5G cells that are no 5G station: the last condition their best cell failed -> sites.
    basis: StationBasis


@dataclass(frozen=True, slots=True)
class ZonePresence:
    """Whether 5G is on air inside one zone."""

    zone_id: int
    zone_code: str
    zone_name: str
    has_5g: bool
    operators: tuple[str, ...]
    # With 5G on air inside.
    sites_5g: int
    definition: Definition
    as_of: date
    targets: tuple[Target, ...]


def station_ratio(
    conn: Connection,
    *,
    scope: Scope = "province",
    buffer_m: float = 0.0,
    as_of: date | None = None,
    target: float | None = None,
    zone_ids: Sequence[int] | None = None,
) -> list[StationRatio]:
    """5G stations per 4G station; each place first for all operators together, then for each.

    `province` gives the whole database, `operator` the operators only, `zone` every zone with the
    sites inside it or within `buffer_m`; a zone without any site still has its row of zeros.
    `target` None takes the target in force. Raises BadBuffer or UnknownZone.
    """
    if not (math.isfinite(buffer_m) and 0 <= buffer_m <= LARGEST_BUFFER_M):
        raise BadBuffer(buffer_m, LARGEST_BUFFER_M)
    day = day_counted(conn, as_of)
    wanted = _zone_names(conn, zone_ids) if scope == "zone" else {}
    marks = _marks(conn, day, buffer_m, list(wanted))
    official = targets_of(STATION_RATIO)[0]
    basis = StationBasis(
        definition=STATION_RATIO,
        as_of=day,
        buffer_m=buffer_m if scope == "zone" else 0.0,
        target=official.ratio if target is None else target,
        target_due_on=official.due_on,
        data=data_versions(conn),
        lists_4g=_lists_4g(conn, day),
        is_demo=any(mark.is_demo for mark in marks),
    )
    places: list[int | None] = list(wanted) if scope == "zone" else [None]
    rows: list[StationRatio] = []
    for place in places:
        here = [mark for mark in marks if mark.zone_id == place]
        code, name = wanted[place] if place is not None else (None, None)
        operators = sorted({mark.operator for mark in here})
        for operator in operators if scope == "operator" else [None, *operators]:
            mine = [mark for mark in here if operator in (None, mark.operator)]
            rows.append(_ratio(mine, scope, (place, code, name), operator, basis))
    return rows


def zone_has_5g(
    conn: Connection, *, as_of: date | None = None, zone_ids: Sequence[int] | None = None
) -> list[ZonePresence]:
    """Each zone, ordered by code: is at least one outdoor 5G cell on air inside it?

    Acceptance and antenna size do not matter here: this is about service, not about counting.
    """
    day = day_counted(conn, as_of)
    wanted = _zone_names(conn, zone_ids)
    marks = [mark for mark in _marks(conn, day, 0.0, list(wanted)) if mark.sites_on_air_5g]
    presences = []
    for zone_id, (code, name) in wanted.items():
        here = [mark for mark in marks if mark.zone_id == zone_id]
        presences.append(
            ZonePresence(
                zone_id, code, name, bool(here),
                operators=tuple(sorted({mark.operator for mark in here})),
                sites_5g=sum(mark.sites_on_air_5g for mark in here),
                definition=ZONE_HAS_5G,
                as_of=day,
                targets=targets_of(ZONE_HAS_5G),
            )
        )  # fmt: skip
    return presences


def _ratio(
    marks: Iterable[Any],
    scope: Scope,
    place: tuple[int | None, str | None, str | None],
    operator: str | None,
    basis: StationBasis,
) -> StationRatio:
    stations_5g = stations_4g = 0
    not_counted: dict[str, int] = {}
    for mark in marks:
        stations_4g += mark.sites if mark.is_4g else 0
        if mark.stage_5g == len(STATION_RULE):
            stations_5g += mark.sites
        elif mark.stage_5g is not None:
            reason = STATION_RULE[mark.stage_5g].reason
            not_counted[reason] = not_counted.get(reason, 0) + mark.sites
    ratio = stations_5g / stations_4g if stations_4g else None
    return StationRatio(
        scope, *place, operator, stations_5g, stations_4g, ratio,
        meets_target=None if ratio is None else ratio >= basis.target,
        not_counted=dict(sorted(not_counted.items())),
        basis=basis,
    )  # fmt: skip


def _marks(conn: Connection, day: date, buffer_m: float, zone_ids: list[int]) -> list[Any]:
    stages = " ".join(f"WHEN NOT coalesce({condition.sql}, false) THEN {k}" for k, condition in enumerate(STATION_RULE))
    statement = named_sql("station_marks.sql").format(
        stages=f"CASE {stages} ELSE {len(STATION_RULE)} END", outdoor_on_air=OUTDOOR_ON_AIR
    )
    return list(conn.execute(text(statement), {"as_of": day, "buffer_m": buffer_m, "zone_ids": zone_ids}))


def _lists_4g(conn: Connection, day: date) -> tuple[StationList, ...]:
    rows = conn.execute(text(named_sql("station_lists.sql")), {"as_of": day})
    return tuple(StationList(row.source, row.source_date, row.stations) for row in rows)


def _zone_names(conn: Connection, zone_ids: Sequence[int] | None) -> dict[int, tuple[str, str]]:
    """Zone id -> code and name, ordered by code. Raises UnknownZone."""
    query = select(zones.c.id, zones.c.code, zones.c.name).order_by(zones.c.code)
    rows = conn.execute(query if zone_ids is None else query.where(zones.c.id.in_(list(zone_ids)))).all()
    missing = set(zone_ids or ()) - {row.id for row in rows}
    if missing:
        raise UnknownZone(str(min(missing)))
    return {row.id: (row.code, row.name) for row in rows}
