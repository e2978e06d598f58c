"""From which day on the map knows something: what a slider of days needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

EARLIEST = date(2000, 1, 1)
"""Days before are possible by address; a slider over a century would not be one."""


@dataclass(frozen=True, slots=True)
class DatedLayer:
    """One layer that can be drawn as of a day."""

    layer: str
    first: date | None
    """First day on which something of it is known to begin; None when nothing has a date."""
    undated: int
    """Features without a date, which are drawn on every day."""
    count: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The days between which it is worth looking."""

    first: date
    last: date
    borders_from: date | None
    """First day with borders of administrative units; None when there are none at all."""
    layers: tuple[DatedLayer, ...]


_SQL = {
    "administrative_units": "SELECT min(valid_from), 0, count(*) FROM administrative_units WHERE geom_3857 IS NOT NULL",
    "zones": "SELECT min(established_on), count(*) - count(established_on), count(*) FROM zones",
    "plots": """SELECT min(z.established_on), count(*) - count(z.established_on), count(*)
                FROM plots p JOIN zones z ON z.id = p.zone_id""",
    "enterprises": "SELECT min(started_on), count(*) - count(started_on), count(*) FROM enterprises",
    "coverage": """SELECT min(on_air_on), count(*) - count(on_air_on), count(*) FROM cells
                   WHERE state = 'on_air' AND technology IN ('4G', '5G')""",
    "house_numbers": "SELECT min(valid_from), 0, count(*) FROM house_numbers",
}


def read(conn: Connection, today: date) -> Timeline:
    """What the role of `conn` may see of the days of each layer; ends with `today`."""
    layers = []
    for layer, statement in _SQL.items():
        first, undated, count = conn.execute(text(statement)).one()
        layers.append(DatedLayer(layer, first, undated, count))
    known = [one.first for one in layers if one.first is not None]
    begin = max(EARLIEST, min([*known, today]))
    borders = next(one.first for one in layers if one.layer == "administrative_units")
    return Timeline(date(begin.year, 1, 1), today, borders, tuple(layers))
