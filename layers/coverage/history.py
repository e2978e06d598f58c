"""The history of every ratio: what past runs found, and what they would have found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from layers.coverage import runs, stations
from layers.coverage.cells import day_counted
from layers.coverage.cells import operators as known_operators
from layers.coverage.definitions import STATION_RATIO, ZONE_HAS_5G, Definition
from layers.coverage.forecast import Point
from layers.coverage.provenance import data_versions
from layers.coverage.questions import Question, complete, get_definition
from layers.coverage.ratios import find_zone_ids
from layers.coverage.records import coverage_results, coverage_runs

MOST_POINTS = 400

COUNTED_LIVE = (STATION_RATIO.id, ZONE_HAS_5G.id)
MONTHS_BACK = 24


@dataclass(frozen=True, slots=True)
class Moment:
    """One number of the past."""

    as_of: date
    code: str
    name: str
    operator: str
    ratio: float
    error_bound: float
    run_id: int | None
    # None: counted now, from the days on which cells went on air and were accepted.
    data_version: str
    method: str


def of_ratio(
    conn: Connection,
    definition: str,
    *,
    code: str = "province",
    operator: str = "",
    operators: Sequence[str] | None = None,
    **parameters: object,
) -> list[Moment]:
    """The numbers on record of one place, by the day counted; of several runs of a day the newest.

    `code` is that of a zone or commune, or 'province'. `operator` '' is all counted ones together, which are
    `operators`, by default all that there are now. `parameters` narrow the question (technology, min_operators,
    tier_dbm …) as JSON values; those not given take the default of a question.
    """
    if get_definition(definition).id in COUNTED_LIVE:
        return _counted_live(conn, get_definition(definition), code, operator)
    counted = sorted(operators or known_operators(conn))
    asked = complete(Question(definition, str(parameters.pop("technology", "5G")), (), date.min, **parameters))  # type: ignore[arg-type]
    wanted = {name: value for name, value in asked.as_json().items() if name not in ("as_of", "operators")}
    run, result = coverage_runs.c, coverage_results.c
    same = [run.definition == asked.definition, run.question.contains(wanted)]
    if not operator:
        same.append(run.question["operators"] == literal(counted, JSONB))
    newest = select(func.max(run.id).label("id")).where(*same).group_by(run.as_of, run.question["operators"]).subquery()
    query = (
        select(run.as_of, result.code, result.name, result.operator, result.ratio, result.error_bound,
               result.run_id, run.data_versions, run.method)
        .join_from(coverage_results, coverage_runs).join(newest, newest.c.id == run.id)
        .where(result.code == code, result.operator == operator, result.ratio.is_not(None))
        .order_by(run.as_of.desc(), run.id.desc()).limit(MOST_POINTS)
    )  # fmt: skip
    moments = {}
    for row in conn.execute(query):
        version = ", ".join(f"{name} {number}" for name, number in row.data_versions.items())
        if row.as_of not in moments:
            moments[row.as_of] = Moment(
                row.as_of, row.code, row.name, row.operator, row.ratio, row.error_bound, row.run_id, version, row.method
            )
    return [moments[day] for day in sorted(moments)]


def _counted_live(conn: Connection, definition: Definition, code: str, operator: str) -> list[Moment]:
    """Station ratio and zones with 5G at the ends of the last MONTHS_BACK months: cheap enough to count each time."""
    last = day_counted(conn, None)
    versions = ", ".join(f"{one.layer} {one.version}" for one in data_versions(conn))
    moments = []
    for day in month_ends((last - timedelta(days=30 * MONTHS_BACK)).replace(day=1), last):
        found = (_stations_on if definition is STATION_RATIO else _zones_with_5g_on)(conn, day, code, operator)
        if found is not None:
            name, ratio = found
            moments.append(
                Moment(day, code, name, operator, ratio, 0.0, None, versions, "Counted from the lists of today.")
            )
    return moments


def _stations_on(conn: Connection, day: date, code: str, operator: str) -> tuple[str, float] | None:
    zone_ids = None if code == "province" else find_zone_ids(conn, [code])
    rows = stations.station_ratio(conn, scope="province" if zone_ids is None else "zone", as_of=day, zone_ids=zone_ids)
    mine = next((row for row in rows if (row.operator or "") == operator), None)
    return None if mine is None or mine.ratio is None else (mine.zone_name or "toàn tỉnh", mine.ratio)


def _zones_with_5g_on(conn: Connection, day: date, code: str, operator: str) -> tuple[str, float] | None:
    zone_ids = None if code == "province" else find_zone_ids(conn, [code])
    zones = stations.zone_has_5g(conn, as_of=day, zone_ids=zone_ids)
    if not zones:
        return None
    having = sum(operator in zone.operators if operator else zone.has_5g for zone in zones)
    return ("toàn tỉnh" if zone_ids is None else zones[0].zone_name), having / len(zones)


def points(moments: Sequence[Moment]) -> list[Point]:
    """For the forecast."""
    return [Point(one.as_of, one.ratio) for one in moments]


def fill_back(
    conn: Connection,
    question: Question,
    days: Sequence[date],
    progress: Callable[[int, int | None], None] | None = None,
) -> list[int]:
    """Run a question as of past days, from the days on which cells went on air; ids of the runs.

    The state of a cell has no history: one that has been switched off since is missing from the past, so a past
    filled in later never shows a fall. Places that did not change between two days are not computed again.
    """
    found = []
    for done, day in enumerate(sorted(days), start=1):
        found.append(runs.answer(conn, replace(question, as_of=day)).id)
        if progress:
            progress(done, len(days))
    return found


def month_ends(first: date, last: date) -> list[date]:
    """Last days of months from `first` to `last`, and `last` itself."""
    return [*(day for day in _month_ends(first, last) if day < last), last]


def _month_ends(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield following - timedelta(days=1)
        day = following
