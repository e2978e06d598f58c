"""What lies round streets: the other streets near them, and the communes that they pass through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely import STRtree
from sqlalchemy import Connection, func, or_, select
from sqlalchemy.orm import aliased

from addressing.borders import Commune
from addressing.centreline import NearStreet
from addressing.street_facts import LEVELS, line_of
from addressing.street_rows import any_of
from layers.admin_units import administrative_units
from layers.streets import streets


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of one street."""

    near: tuple[NearStreet, ...] = ()
    # in the order of their ids
    communes: tuple[Commune, ...] = ()
    # those that hold a part of it; none for a street that lies in one commune


def read_many(conn: Connection, street_ids: Sequence[int], within_m: float, on: date) -> dict[int, Surroundings]:
    """The surroundings of these streets: streets within a distance, communes of a day."""
    near = _near_streets(conn, street_ids, within_m)
    communes = _communes(conn, street_ids, on)
    return {key: Surroundings(tuple(near[key]), tuple(communes[key])) for key in street_ids}


def _near_streets(conn: Connection, street_ids: Sequence[int], within_m: float) -> dict[int, list[NearStreet]]:
    """Read once each and paired here: as pairs from the database every line would come many times."""
    here, there = aliased(streets), aliased(streets)
    near_ids = (
        select(there.c.id)
        .join(here, func.ST_DWithin(there.c.geom, here.c.geom, within_m))
        .where(here.c.id == any_of(street_ids))
        .distinct()
        .subquery()
    )
    rows = conn.execute(
        select(
            streets.c.id, streets.c.name, streets.c.kind, streets.c.cross_section_m,
            func.ST_AsBinary(streets.c.geom).label("wkb"),
        )
        .join(near_ids, near_ids.c.id == streets.c.id)
        .order_by(streets.c.id)
    ).all()  # fmt: skip
    lines = [line_of(row.wkb) for row in rows]
    found = [
        NearStreet(str(row.id), row.name, LEVELS.get(row.kind, 0), row.cross_section_m, line)
        for row, line in zip(rows, lines, strict=True)
    ]
    at = {row.id: index for index, row in enumerate(rows)}
    asked = [key for key in street_ids if key in at]
    pairs = STRtree(lines).query([lines[at[key]] for key in asked], predicate="dwithin", distance=within_m)
    near: dict[int, list[NearStreet]] = defaultdict(list)
    for which, other in sorted(pairs.T.tolist()):
        if other != at[asked[which]]:
            near[asked[which]].append(found[other])
    return near


def _communes(conn: Connection, street_ids: Sequence[int], on: date) -> dict[int, list[Commune]]:
    """Communes that hold a part of a street but not all of it."""
    unit = administrative_units.c
    rows = conn.execute(
        select(streets.c.id, unit.code, unit.full_name, func.ST_AsBinary(unit.geom).label("wkb"))
        .join(administrative_units, func.ST_Intersects(unit.geom, streets.c.geom))
        .where(
            streets.c.id == any_of(street_ids), unit.level == "commune",
            unit.valid_from <= on, or_(unit.valid_to.is_(None), unit.valid_to > on),
            ~func.ST_Covers(unit.geom, streets.c.geom),
        )
        .order_by(streets.c.id, unit.code)
    )  # fmt: skip
    areas: dict[str, Commune] = {}
    found: dict[int, list[Commune]] = defaultdict(list)
    for row in rows:
        if row.code not in areas:
            areas[row.code] = Commune(row.code, row.full_name, shapely.from_wkb(row.wkb))
        found[row.id].append(areas[row.code])
    return found
