"""Plots that fit a filter: a page of them, how many there are, and the same set as points for the map."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import atan, degrees, sinh
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    FromClause,
    RowMapping,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from layers.plots import plots
from layers.zones import zones
from maps.portal.filters import PlotFilter

PAGE = 24
MOST_POINTS = 5_000
"""Points on the map one by one; more are counted in squares."""
MOST_COUNTED = 100_000
TOUCHING_M = 1.0
"""Two plots with at most this between them are neighbours that can be joined."""
SQUARE_M = 400.0
_RADIUS_M = 6_378_137.0

_LAST = {"text": "\U0010ffff", "number": 1e300}


@dataclass(frozen=True, slots=True)
class FoundPage:
    """One page of the list."""

    rows: Sequence[RowMapping]
    total: int
    more: str | None
    """What to ask for to go on; None at the end."""


@dataclass(frozen=True, slots=True)
class Points:
    """The set on the map: [lon, lat, plot id, status] each, or [lon, lat, count] of squares when there are many."""

    points: list[tuple[float, float, int, str]]
    squares: list[tuple[float, float, int]]
    total: int


def page_of(conn: Connection, asked: PlotFilter, after: str | None, *, covered: Sequence[str] | None) -> FoundPage:
    """A page of plots in the order asked for, those behind `after` (of an earlier page).

    `covered`: codes of the zones with enough 5G, where the filter asks for a share. An `after` that is none
    begins at the beginning. Constant time: the place in the order is looked up, nothing is skipped.
    """
    source, where = _source(asked, covered)
    key, descending, blank = _order(asked.sort)
    ordering = func.coalesce(key, blank)
    # Read twice and therefore made once: one pass over the plots gives the page and how many there are.
    fitting = select(plots.c.id, ordering.label("place")).select_from(source).where(*where).cte("fitting")
    here = tuple_(fitting.c.place, fitting.c.id)
    order = [column.desc() if descending else column.asc() for column in (fitting.c.place, fitting.c.id)]
    query = select(fitting).order_by(*order).limit(PAGE + 1)
    place = _read_place(after)
    if place is not None:
        there = tuple_(literal(place[0], ordering.type), literal(place[1]))
        query = query.where(here < there if descending else here > there)
    top = query.subquery("top")
    some = select(literal(1)).select_from(fitting).limit(MOST_COUNTED).subquery()
    total = select(func.count()).select_from(some).scalar_subquery()
    shown = top.join(plots, plots.c.id == top.c.id).join(zones, zones.c.id == plots.c.zone_id)
    order = [column.desc() if descending else column.asc() for column in (top.c.place, top.c.id)]
    rows = (
        conn.execute(_columns(shown, top.c.place).add_columns(total.label("total")).order_by(*order)).mappings().all()
    )
    more = _write_place(rows[PAGE - 1]["place"], rows[PAGE - 1]["id"]) if len(rows) > PAGE else None
    if not rows and place is not None:  # behind the end there is nothing that could tell
        return FoundPage([], count(conn, asked, covered=covered), None)
    return FoundPage(rows[:PAGE], rows[0]["total"] if rows else 0, more)


def count(conn: Connection, asked: PlotFilter, *, covered: Sequence[str] | None) -> int:
    """How many plots fit, counted up to `MOST_COUNTED`."""
    source, where = _source(asked, covered)
    some = select(plots.c.id).select_from(source).where(*where).limit(MOST_COUNTED).subquery()
    return int(conn.execute(select(func.count()).select_from(some)).scalar_one())


def points_of(conn: Connection, asked: PlotFilter, *, covered: Sequence[str] | None) -> Points:
    """The same set as `page_of`, all pages at once, for the map.

    The squares come first: they say how many there are, and only few are then asked for one by one.
    """
    source, where = _source(asked, covered)
    box = plots.c.geom_3857
    x, y = (func.ST_XMin(box) + func.ST_XMax(box)) / 2, (func.ST_YMin(box) + func.ST_YMax(box)) / 2
    column, row = (func.round(cast(at / SQUARE_M, Float)) * SQUARE_M for at in (x, y))
    counted = select(column, row, func.count()).select_from(source).where(*where).group_by(column, row)
    squares = [(*_degrees(x, y), n) for x, y, n in conn.execute(counted)]
    total = sum(n for _, _, n in squares)
    if total > MOST_POINTS:
        return Points([], squares, total)
    each = conn.execute(select(x, y, plots.c.id, plots.c.status).select_from(source).where(*where))
    return Points([(*_degrees(x, y), id_, status) for x, y, id_, status in each], [], total)


def _degrees(x: float, y: float) -> tuple[float, float]:
    """Web mercator metres as longitude and latitude, to a tenth of a metre."""
    return round(degrees(x / _RADIUS_M), 6), round(degrees(atan(sinh(y / _RADIUS_M))), 6)


def _columns(source: FromClause, ordering: ColumnElement[Any]) -> Select[Any]:
    box = func.ST_Transform(func.ST_Envelope(plots.c.geom_3857), 4326)
    return select(
        plots.c.id, plots.c.code, plots.c.status, plots.c.area_m2, plots.c.price_usd_m2_term, plots.c.price_quoted_on,
        plots.c.ready_on, plots.c.lease_ends_on, plots.c.power_kva, plots.c.water_m3_day, plots.c.wastewater_m3_day,
        plots.c.road_width_m, plots.c.can_merge, plots.c.land_use_code, plots.c.is_demo,
        zones.c.code.label("zone_code"), zones.c.name.label("zone_name"), zones.c.name_en.label("zone_name_en"),
        ordering.label("place"),
        func.ST_XMin(box).label("west"), func.ST_YMin(box).label("south"),
        func.ST_XMax(box).label("east"), func.ST_YMax(box).label("north"),
    ).select_from(source)  # fmt: skip


def _joined() -> FromClause:
    return plots.join(zones, zones.c.id == plots.c.zone_id)


def _source(asked: PlotFilter, covered: Sequence[str] | None) -> tuple[FromClause, list[ColumnElement[bool]]]:
    joined = _joined()
    where = _conditions(asked, covered)
    if not asked.merge or (asked.area_min is None and asked.area_max is None):
        return joined, [*where, *_area(plots.c.area_m2, asked)]
    group = func.ST_ClusterDBSCAN(plots.c.geom, TOUCHING_M, 1).over(
        partition_by=(plots.c.zone_id, case((plots.c.can_merge, 0), else_=plots.c.id))
    )
    fitting = (
        select(plots.c.id, plots.c.zone_id, case((plots.c.can_merge, 0), else_=plots.c.id).label("alone"),
               group.label("of_group"), plots.c.area_m2)
        .select_from(joined).where(*where).subquery("fitting")
    )  # fmt: skip
    together = func.sum(fitting.c.area_m2).over(partition_by=(fitting.c.zone_id, fitting.c.alone, fitting.c.of_group))
    summed = select(fitting.c.id, together.label("together")).subquery("summed")
    return joined.join(summed, summed.c.id == plots.c.id), _area(summed.c.together, asked)


def _area(area: ColumnElement[Any], asked: PlotFilter) -> list[ColumnElement[bool]]:
    made = []
    if asked.area_min is not None:
        made.append(area >= asked.area_min)
    if asked.area_max is not None:
        made.append(area <= asked.area_max)
    return made


def _conditions(asked: PlotFilter, covered: Sequence[str] | None) -> list[ColumnElement[bool]]:
    made: list[ColumnElement[bool]] = []
    if asked.status:
        made.append(plots.c.status.in_(asked.status))
    if asked.zone:
        made.append(zones.c.code.in_(asked.zone))
    if asked.kind:
        made.append(zones.c.kind.in_(asked.kind))
    if asked.coverage is not None:
        made.append(zones.c.code.in_(covered or ()))
    if asked.price_max is not None:
        made.append(plots.c.price_usd_m2_term <= asked.price_max)
    if asked.ready_by is not None:
        made.append(
            or_(plots.c.ready_on <= asked.ready_by, and_(plots.c.ready_on.is_(None), plots.c.status == "available"))
        )
    for column, least in (
        (plots.c.power_kva, asked.power), (plots.c.water_m3_day, asked.water),
        (plots.c.wastewater_m3_day, asked.wastewater), (plots.c.road_width_m, asked.road),
    ):  # fmt: skip
        if least is not None:
            made.append(column >= least)
    if asked.industry is not None:
        made.append(_may_have(asked.industry))
    if asked.box is not None:
        made.append(plots.c.geom_3857.op("&&")(func.ST_Transform(func.ST_MakeEnvelope(*asked.box, 4326), 3857)))
    return made


def _may_have(industry: str) -> ColumnElement[bool]:
    """Whether the plot's own list, or else its zone's, allows the industry and nothing excludes it.

    A list of divisions allows every class below them; a wider question needs one allowed class below it.
    """
    begins = [industry[:length] for length in range(2, len(industry) + 1)] if industry.isdigit() else [industry]
    at_or_above = cast(begins, ARRAY(TEXT))

    def lists(column: ColumnElement[Any]) -> ColumnElement[bool]:
        below = func.array_to_string(column, " ").op("~")(rf"\m{industry}")
        return or_(column.op("&&")(at_or_above), below)

    own, of_zone, never = plots.c.industries_allowed, zones.c.industries_allowed, zones.c.industries_excluded
    allowed = case(
        (func.cardinality(own) > 0, lists(own)), (func.cardinality(of_zone) > 0, lists(of_zone)), else_=text("true")
    )
    return and_(allowed, ~never.op("&&")(at_or_above))


def _order(sort: str) -> tuple[ColumnElement[Any], bool, Any]:
    descending = sort.startswith("-")
    if sort == "zone":
        return zones.c.name + literal_column("' '") + plots.c.code, False, _LAST["text"]
    if sort == "ready":
        return func.extract("epoch", plots.c.ready_on).cast(plots.c.area_m2.type), False, _LAST["number"]
    column = plots.c.area_m2 if sort.endswith("area") else plots.c.price_usd_m2_term
    return column, descending, -1.0 if descending else _LAST["number"]


def _write_place(value: Any, plot_id: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([value, plot_id]).encode()).decode().rstrip("=")


def is_place(after: str) -> bool:
    """Whether `page_of` can go on from there."""
    return _read_place(after) is not None


def _read_place(after: str | None) -> tuple[Any, int] | None:
    if not after or len(after) > 400:
        return None
    try:
        value, plot_id = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, TypeError):
        return None
    if not isinstance(value, str | int | float) or isinstance(value, bool) or not isinstance(plot_id, int):
        return None
    return value, plot_id


STATUSES_SHOWN = ("available", "planned", "reserved", "leased")


def rows_of(conn: Connection, asked: PlotFilter, most: int, *, covered: Sequence[str] | None) -> Sequence[RowMapping]:
    """All rows of the list in its order, at most `most`; for a spreadsheet."""
    source, where = _source(asked, covered)
    key, descending, blank = _order(asked.sort)
    ordering = func.coalesce(key, blank)
    order = (ordering.desc(), plots.c.id.desc()) if descending else (ordering.asc(), plots.c.id.asc())
    return conn.execute(_columns(source, ordering).where(*where).order_by(*order).limit(most)).mappings().all()


def ids_of(conn: Connection, asked: PlotFilter, most: int, *, covered: Sequence[str] | None) -> set[int]:
    """Ids of the plots that fit, at most `most`."""
    source, where = _source(asked, covered)
    return set(conn.execute(select(plots.c.id).select_from(source).where(*where).limit(most)).scalars())


def last_changed(conn: Connection) -> datetime | None:
    """When plots were last changed; None while there are none."""
    moment: datetime | None = conn.execute(select(func.max(plots.c.updated_at))).scalar()
    return moment


def totals(conn: Connection) -> RowMapping:
    """Free plots, their hectares and the lowest and highest price, over all zones."""
    return (
        conn.execute(
            select(
                func.count().label("plots"),
                (func.coalesce(func.sum(plots.c.area_m2), 0) / 10_000).label("hectares"),
                func.min(plots.c.price_usd_m2_term).label("price_low"),
                func.max(plots.c.price_usd_m2_term).label("price_high"),
            ).where(plots.c.status == "available")
        )
        .mappings()
        .one()
    )


def rows_of_ids(conn: Connection, plot_ids: Sequence[int]) -> Sequence[RowMapping]:
    """Rows as in a list, in the order of the ids; what this connection does not see is left out."""
    rows = conn.execute(_columns(_joined(), plots.c.area_m2).where(plots.c.id.in_(plot_ids))).mappings().all()
    place = {plot_id: index for index, plot_id in enumerate(plot_ids)}
    return sorted(rows, key=lambda row: place[row["id"]])
