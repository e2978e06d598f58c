"""What is wrong with the lists of sites and cells, row by row, and how much it could matter to each zone.

Nothing is mended here and nothing is dropped: the list says what to ask the operator.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, func, select

from layers.admin_units import administrative_units
from layers.coverage import runs, snapshots
from layers.coverage.cells import FAULTS, check_question
from layers.coverage.questions import Question, complete
from layers.coverage.snapshots import Snapshot
from layers.coverage.transmitters import model
from layers.stations import cells, sites

SAME_MAST_M = 50.0
"""Two sites of one operator nearer than this are suspected to be one."""

REMARKS: dict[str, tuple[str, str]] = {
    "no_radius": ("thiếu bán kính và vùng phủ khai báo: bỏ ra", "neither radius nor declared polygon: left out"),
    "no_azimuth": ("cell có độ rộng búp sóng nhưng thiếu hướng: bỏ ra", "beamwidth without azimuth: left out"),
    "no_beamwidth": ("cell có hướng nhưng thiếu độ rộng: vẽ cả vòng", "azimuth without beamwidth: drawn as a circle"),
    "no_height": ("thiếu chiều cao: dùng giá trị mặc định cho mô hình", "no height: the model takes its default"),
    "no_power": ("thiếu EIRP: dùng giá trị quy hoạch", "no EIRP: the model takes the planning value"),
    "outside_frequency": ("tần số ngoài phạm vi của mô hình", "frequency outside the range of its model"),
    "outside_height": ("chiều cao ngoài phạm vi của mô hình", "height outside the range of its model"),
    "outside_every_unit": ("trạm nằm ngoài mọi đơn vị hành chính (trên biển?)", "outside every unit (in the sea?)"),
    "same_site_twice": ("nghi trùng với trạm khác của cùng nhà mạng", "perhaps one with another site of the operator"),
}  # fmt: skip
"""Kind of remark -> words. Rows that cannot be right at all (a negative radius, a ring that is not closed, a
coordinate off the map) never get so far: the import refuses them with a reason for each."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to ask about one site or cell."""

    kind: str
    operator: str
    site: str
    cell: str | None
    source: str
    fact: str
    # The number that is wrong, or the other site and how far it is.


@dataclass(frozen=True, slots=True)
class Effect:
    """What the cells that were left out could add to a zone."""

    zone_code: str
    ratio: float
    at_most: float
    # If each of them reached all around, as far as the median cell of its band.
    faulty_cells: int


def remarks(conn: Connection, *, technology: str = "5G", as_of: date | None = None) -> list[Remark]:
    """Everything to ask about, by kind, operator and site; needs a staff connection."""
    question = _question(conn, "area_ratio/declared", technology, as_of)
    return [*_of_cells(conn, question), *_in_the_sea(conn, technology), *_twice(conn, technology)]


def effect_of_faults(conn: Connection, *, technology: str = "5G", as_of: date | None = None) -> list[Effect]:
    """Declared area ratio as it is, and at most, of the zones near a cell that was left out for its faults."""
    question = _question(conn, "area_ratio/declared", technology, as_of)
    snapshot = snapshots.take(conn, question)
    now = {one.code: one for one in runs.compute(snapshot) if one.scope == "zone" and not one.operator}
    most = {one.code: one for one in runs.compute(generous(snapshot)) if one.scope == "zone" and not one.operator}
    return [
        Effect(code, one.ratio or 0.0, most[code].ratio or 0.0, one.details["faulty_cells_near"])
        for code, one in now.items()
        if one.details["faulty_cells_near"]
    ]


def generous(snapshot: Snapshot) -> Snapshot:
    """The snapshot with its faulty cells as full circles, of their own radius or the median of their band."""
    by_band: dict[str | None, list[float]] = defaultdict(list)
    for row in snapshot.cells:
        if row["radius_m"] is not None and row["left_out"] is None:
            by_band[row["band"]].append(row["radius_m"])
    every = [radius for radii in by_band.values() for radius in radii]
    mended = []
    for row in snapshot.cells:
        known = row["radius_m"] or median(by_band.get(row["band"]) or every or [1000.0])
        if row["left_out"] in FAULTS:
            row = row | {"left_out": None, "radius_m": known, "azimuth_deg": None, "beamwidth_deg": None}
        mended.append(row)
    return replace(snapshot, cells=mended)


def _question(conn: Connection, definition: str, technology: str, as_of: date | None) -> Question:
    counted = check_question(conn, technology, None, 1)
    return complete(Question(definition, technology, counted, as_of or snapshots.database_today(conn)))


def _of_cells(conn: Connection, question: Question) -> list[Remark]:
    snapshot = snapshots.take(conn, question)
    names = {
        row.id: row
        for row in conn.execute(
            select(cells.c.id, sites.c.code.label("site"), cells.c.code, cells.c.source)
            .join_from(cells, sites, cells.c.site_id == sites.c.id)
            .where(cells.c.technology == question.technology)
        )
    }
    drawn = [row for row in snapshot.cells if row["left_out"] is None]
    modelled = model(drawn, question.operators, snapshot.srid, tier_dbm=-110.0, probability=0.9)
    kinds = [(row, row["left_out"]) for row in snapshot.cells if row["left_out"] in FAULTS]
    kinds += [(drawn[k], kind) for k, flags in zip(modelled.rows, modelled.flags, strict=True) for kind in flags]
    facts = {"outside_frequency": "frequency_mhz", "outside_height": "height_m"}
    found = [
        Remark(kind, row["operator"], names[row["id"]].site, names[row["id"]].code, names[row["id"]].source,
               f"{facts[kind]} = {row[facts[kind]]}" if kind in facts else "")
        for row, kind in kinds if kind in REMARKS
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.kind, one.operator, one.site, one.cell or ""))


def _in_the_sea(conn: Connection, technology: str) -> list[Remark]:
    """Sites outside every border that is on record; nothing is said where no border is."""
    unit, site = administrative_units.c, sites.c
    known = select(unit.id).where(unit.geom.is_not(None))
    if conn.execute(known.limit(1)).first() is None:
        return []
    here = known.where(func.ST_Intersects(unit.geom, site.geom)).exists()
    nearest = select(func.min(func.ST_Distance(unit.geom, site.geom))).where(unit.geom.is_not(None)).scalar_subquery()
    rows = conn.execute(
        select(site.operator, site.code, site.source, nearest.label("apart"))
        .where(~here, site.id.in_(select(cells.c.site_id).where(cells.c.technology == technology)))
        .order_by(site.operator, site.code)
    )
    return [
        Remark("outside_every_unit", row.operator, row.code, None, row.source, f"{row.apart:.0f} m") for row in rows
    ]


def _twice(conn: Connection, technology: str) -> list[Remark]:
    """Pairs of sites of one operator within 50 m, or of one name within 2 km: nearest first."""
    rows: list[Any] = list(
        conn.execute(
            select(sites.c.operator, sites.c.code, sites.c.name, sites.c.source, func.ST_X(sites.c.geom).label("x"),
                   func.ST_Y(sites.c.geom).label("y"))
            .where(sites.c.id.in_(select(cells.c.site_id).where(cells.c.technology == technology)))
            .order_by(sites.c.operator, sites.c.code)
        )
    )  # fmt: skip
    if not rows:
        return []
    points = shapely.points([row.x for row in rows], [row.y for row in rows])
    left, right = shapely.STRtree(points).query(points, predicate="dwithin", distance=2000.0)
    found = []
    for i, j in zip(left[left < right], right[left < right], strict=True):
        a, b = rows[i], rows[j]
        apart = float(np.hypot(a.x - b.x, a.y - b.y))
        same_name = a.name is not None and a.name == b.name
        if a.operator == b.operator and (apart <= SAME_MAST_M or same_name):
            fact = f"{b.code} ({b.source}), {apart:.0f} m" + (", cùng tên / same name" if same_name else "")
            found.append((apart, Remark("same_site_twice", a.operator, a.code, None, a.source, fact)))
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].operator, pair[1].site))]
