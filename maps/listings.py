"""The tables on the pages: zones with their plots, streets with their numbers.

The queries name public columns only, so the same expression serves both audiences; the connection's
role decides which rows there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, literal_column, or_, select, text

from addressing.register import house_numbers
from layers.errors import NotFound
from layers.plots import STATUSES as PLOT_STATUSES
from layers.plots import plots
from layers.streets import entrances, streets
from layers.zones import zones
from maps import catalog

PAGE_SIZE = 50

ZONE_SORTS: dict[str, ColumnElement[Any]] = {
    "name": zones.c.name,
    "kind": zones.c.kind,
    "status": zones.c.status,
    "area": func.coalesce(zones.c.area_plan_ha, zones.c.area_decision_ha),
    "leasable": zones.c.area_leasable_ha,
    "occupancy": zones.c.occupancy_ratio,
    "available": literal_column("available_plots"),
}
"""What a list of zones can be sorted by."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a long list."""

    rows: Sequence[RowMapping]
    number: int
    """From 1."""
    count: int
    total: int
    """Rows on all pages."""


def list_zones(conn: Connection, sort: str = "name", *, descending: bool = False) -> Sequence[RowMapping]:
    """All zones with box (WGS 84 degrees) and number of free plots. An unknown `sort` means by name.

    What is not known comes last in either direction.
    """
    free = (
        select(plots.c.zone_id, func.count().label("n"))
        .where(plots.c.status == "available")
        .group_by(plots.c.zone_id)
        .subquery()
    )
    box = func.ST_Transform(func.ST_Envelope(zones.c.geom_3857), 4326)
    chosen = ZONE_SORTS.get(sort, ZONE_SORTS["name"])
    query = (
        select(
            zones.c.id, zones.c.code, zones.c.kind, zones.c.status, zones.c.name, zones.c.name_en,
            zones.c.occupancy_ratio,
            zones.c.area_leasable_ha, func.coalesce(zones.c.area_plan_ha, zones.c.area_decision_ha).label("area_ha"),
            func.coalesce(free.c.n, 0).label("available_plots"),
            func.ST_XMin(box).label("west"), func.ST_YMin(box).label("south"),
            func.ST_XMax(box).label("east"), func.ST_YMax(box).label("north"),
        )
        .select_from(zones.outerjoin(free, free.c.zone_id == zones.c.id))
        .order_by((chosen.desc() if descending else chosen.asc()).nulls_last(), zones.c.name, zones.c.id)
    )  # fmt: skip
    return conn.execute(query).mappings().all()


def zone_extent(conn: Connection) -> tuple[float, float, float, float] | None:
    """West, south, east, north of all zones in WGS 84 degrees; None while there are none."""
    box = func.ST_Transform(func.ST_SetSRID(func.ST_Extent(zones.c.geom_3857), 3857), 4326)
    row = conn.execute(
        select(func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box)).select_from(zones)
    ).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def find_zone(conn: Connection, code: str) -> RowMapping:
    """The zone of that code: id and what its page shows beside the facts. Raises `NotFound`."""
    row = conn.execute(
        select(zones.c.id, zones.c.code, zones.c.name, zones.c.kind, zones.c.status, zones.c.former_names,
               zones.c.website, zones.c.source_url, zones.c.occupancy_ratio, zones.c.occupancy_on, zones.c.name_en,
               zones.c.industries_allowed, zones.c.industries_excluded, zones.c.incentives, zones.c.telecom,
               zones.c.flood_note, zones.c.source, zones.c.source_date, zones.c.updated_at)
        .where(zones.c.code == code)
    ).mappings().first()  # fmt: skip
    if row is None:
        raise NotFound("zone", "khu công nghiệp", code[:60])
    return row


def plots_of(conn: Connection, zone_id: int) -> Sequence[RowMapping]:
    """The plots of a zone in the order of their lot names, numbers in them by value."""
    number = func.nullif(func.regexp_replace(plots.c.code, r"\D", "", "g"), "")
    return (
        conn.execute(
            select(
                plots.c.id, plots.c.code, plots.c.status, plots.c.land_use_code, plots.c.area_m2,
                plots.c.price_usd_m2_term, plots.c.price_quoted_on, plots.c.ready_on,
            )
            .where(plots.c.zone_id == zone_id)
            .order_by(func.regexp_replace(plots.c.code, r"\d+.*$", ""), func.length(number), number, plots.c.code)
        )
        .mappings()
        .all()
    )  # fmt: skip


def by_status(rows: Sequence[RowMapping]) -> list[tuple[str, int, float, float]]:
    """(status, plots, area m², share of the area) in the order of the legend, empty ones left out."""
    total = sum(row["area_m2"] for row in rows)
    found = []
    for status in PLOT_STATUSES:
        of_it = [row["area_m2"] for row in rows if row["status"] == status]
        if of_it:
            found.append((status, len(of_it), sum(of_it), sum(of_it) / total))
    return found


def list_streets(conn: Connection, name: str = "", page: int = 1) -> Page:
    """Streets whose name holds the words of `name`, whatever its marks; PAGE_SIZE at a time."""
    wanted = [func.gis.plain(streets.c.name).contains(func.gis.plain(word), autoescape=False)
              for word in name.split()[:6]]  # fmt: skip
    total = conn.execute(select(func.count()).select_from(streets).where(and_(True, *wanted))).scalar_one()
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), last)
    in_force = (
        select(func.count()).select_from(house_numbers)
        .where(house_numbers.c.street_id == streets.c.id, _in_force()).scalar_subquery()
    )  # fmt: skip
    doors = select(func.count()).select_from(entrances).where(entrances.c.street_id == streets.c.id).scalar_subquery()
    rows = conn.execute(
        select(streets.c.id, streets.c.name, streets.c.kind, streets.c.cross_section_m, streets.c.commune_code,
               in_force.label("numbers"), doors.label("entrances"))
        .where(and_(True, *wanted))
        .order_by(streets.c.name, streets.c.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).mappings().all()  # fmt: skip
    return Page(rows, number, last, total)


def _in_force() -> ColumnElement[bool]:
    today = func.current_date()
    return and_(
        house_numbers.c.status == "in_force",
        house_numbers.c.valid_from <= today,
        or_(house_numbers.c.valid_to.is_(None), house_numbers.c.valid_to > today),
    )


def numbers_of(conn: Connection, street_id: int, *, spare: bool = False) -> Sequence[RowMapping]:
    """The numbers of a street that are in force today, along each side; with `spare` the reserved ones too.

    The public's role never sees a reserved number, whatever is asked.
    """
    columns = house_numbers.c
    wanted = or_(_in_force(), columns.status == "reserved") if spare else _in_force()
    return conn.execute(
        select(columns.id, columns.number, columns.suffix, columns.plate_text, columns.side, columns.chainage_m,
               columns.status, columns.origin, columns.valid_from, columns.place_id)
        .where(columns.street_id == street_id, wanted)
        .order_by(columns.side, columns.number, columns.suffix)
    ).mappings().all()  # fmt: skip


def count_entrances(conn: Connection, street_id: int) -> int:
    """Entrances on record that open on the street."""
    return int(
        conn.execute(select(func.count()).select_from(entrances).where(entrances.c.street_id == street_id)).scalar_one()
    )


@dataclass(frozen=True, slots=True)
class LayerState:
    """What the page about the data says of one layer."""

    layer: str
    rows: int
    changed_at: Any
    sources: tuple[str, ...]


def layer_states(conn: Connection) -> list[LayerState]:
    """Records, last change and sources of every layer, as the asker may see them."""
    changed = {row.layer: row.changed_at for row in conn.execute(text("SELECT layer, changed_at FROM layer_versions"))}
    states = []
    for layer in reversed(catalog.LAYERS):
        table = layer.tables[0]
        named = layer.name != "house_numbers"
        sources = f"(SELECT array_agg(DISTINCT source ORDER BY source) FROM {table})" if named else "NULL::text[]"  # noqa: S608 - names of the catalogue
        count, found = conn.execute(text(f"SELECT count(*), {sources} FROM {table}")).one()  # noqa: S608 - as above
        states.append(LayerState(layer.name, count, changed.get(table), tuple(found or ())))
    return states
