"""What a site more, a site less or a site elsewhere does to the covered share of the zones it touches.

Nothing is written. Only the zones that a changed footprint touches are computed, before and after, by
the same exact union as the published ratios: what is shown as "before" is the published number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate
from sqlalchemy import Connection, func, or_, select

from layers.coverage import cells as cell_sets
from layers.coverage import ratios
from layers.coverage.cells import CellSet
from layers.coverage.definitions import AREA_RATIO, Definition
from layers.coverage.errors import BadChange, UnknownCell, UnknownOperator, UnknownSite
from layers.coverage.footprints import Geometries
from layers.coverage.provenance import DataVersion, data_versions
from layers.coverage.unions import CoveredAreas, covered_areas
from layers.crs import storage_srid
from layers.stations import cells, sites
from layers.zones import zones

MOST_CHANGES = 50
LARGEST_RADIUS_M = 10_000.0


@dataclass(frozen=True, slots=True)
class Place:
    """A new site: one cell all around, or as many sectors as azimuths."""

    x: float
    y: float
    # Metres in the storage CRS.
    operator: str
    radius_m: float
    azimuths_deg: tuple[float, ...] = ()
    # From true north; empty means all around.
    beamwidth_deg: float = 65.0
    # Of each sector; without meaning when there is none.


@dataclass(frozen=True, slots=True)
class Move:
    """An existing site put elsewhere, with all its cells."""

    site_id: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """An existing site, or some of its cells, off air."""

    site_id: int
    cell_ids: tuple[int, ...] = ()
    # Empty means all.


Change = Place | Move | SwitchOff


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """One zone that a change touches."""

    zone_id: int
    zone_code: str
    zone_name: str
    zone_area_m2: float
    covered_before_m2: float
    covered_after_m2: float
    ratio_before: float
    ratio_after: float
    error_bound: float
    # Of either ratio.


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change came to: how many drawn cells it takes away and brings."""

    cells_gone: int
    cells_come: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Zones touched, ordered by code, and the ground of the cells that would come."""

    definition: Definition
    technology: str
    operators: tuple[str, ...]
    min_operators: int
    as_of: date
    data: tuple[DataVersion, ...]
    zones: tuple[ZoneChange, ...]
    effects: tuple[Effect, ...]
    # One for each change, in their order.
    footprints: Geometries
    # Of the cells that come, in the storage CRS.
    footprint_change: NDArray[np.int64]
    # To which change each belongs.


def what_if(
    conn: Connection,
    changes: Sequence[Change],
    *,
    technology: str = "5G",
    operators: Sequence[str] | None = None,
    min_operators: int = 1,
    as_of: date | None = None,
) -> WhatIf:
    """Ratios of the zones that these changes touch, before and after all of them together.

    Raises UnknownSite, UnknownCell, UnknownOperator, UnknownTechnology, TooFewOperators or BadChange.
    """
    counted = cell_sets.check_question(conn, technology, operators, min_operators)
    day = cell_sets.day_counted(conn, as_of)
    srid = storage_srid(conn)
    _check(changes, counted)
    present = _cells_of_sites(conn, changes, technology, counted, day)
    gone, come, come_of, effects = _tally(changes, present, counted)
    before_rows = np.flatnonzero(np.isin(present.cell_id, sorted(gone)))
    _, old_shapes, _ = cell_sets.footprints_of(present, before_rows, srid)
    _, new_shapes, _ = cell_sets.footprints_of(come, np.arange(len(come)), srid)
    touched = _touched_zones(conn, np.concatenate([old_shapes, new_shapes]), srid)
    now = cells_near(conn, touched.geoms, technology, counted, day, srid)
    then = _joined(_without(now, gone), come)
    before, after = (_areas(one, touched.geoms, srid, min_operators) for one in (now, then))
    rows = [
        ZoneChange(
            touched.ids[k], touched.codes[k], touched.names[k], float(before.zone_m2[k]),
            float(before.covered_m2[k]), float(after.covered_m2[k]),
            float(before.covered_m2[k] / before.zone_m2[k]), float(after.covered_m2[k] / after.zone_m2[k]),
            min(1.0, float(max(before.error_m2[k], after.error_m2[k]) / before.zone_m2[k])),
        )
        for k in range(len(touched.ids))
    ]  # fmt: skip
    return WhatIf(
        AREA_RATIO, technology, counted, min_operators, day, data_versions(conn), tuple(rows), effects,
        new_shapes, come_of,
    )  # fmt: skip


def _check(changes: Sequence[Change], counted: tuple[str, ...]) -> None:
    if not changes:
        raise BadChange(0, "there is nothing to try", "chưa có thay đổi nào để thử")
    if len(changes) > MOST_CHANGES:
        raise BadChange(len(changes), f"more than {MOST_CHANGES} at once", f"nhiều hơn {MOST_CHANGES} thay đổi")
    taken: set[int] = set()
    for number, change in enumerate(changes, 1):
        if isinstance(change, Place):
            _check_place(number, change, counted)
        else:
            if change.site_id in taken:
                raise BadChange(number, f"site {change.site_id} is changed twice", f"trạm {change.site_id} bị lặp")
            taken.add(change.site_id)
        if not isinstance(change, SwitchOff) and not (math.isfinite(change.x) and math.isfinite(change.y)):
            raise BadChange(number, "the place is not on the map", "vị trí nằm ngoài bản đồ")


def _check_place(number: int, place: Place, counted: tuple[str, ...]) -> None:
    if place.operator not in counted:
        raise UnknownOperator(place.operator, counted)
    if not (math.isfinite(place.radius_m) and 10 <= place.radius_m <= LARGEST_RADIUS_M):
        raise BadChange(
            number, f"the radius must be from 10 to {LARGEST_RADIUS_M:g} m; it is {place.radius_m:g}",
            f"bán kính phải từ 10 đến {LARGEST_RADIUS_M:g} m; giá trị nhận được: {place.radius_m:g}",
        )  # fmt: skip
    if not (0 < place.beamwidth_deg <= 360):
        raise BadChange(number, "the beamwidth must be above 0 and at most 360", "độ rộng búp sóng phải từ 0 đến 360")
    if not all(0 <= azimuth < 360 for azimuth in place.azimuths_deg):
        raise BadChange(number, "an azimuth must be from 0 to below 360", "góc phương vị phải từ 0 đến dưới 360")


def _cells_of_sites(
    conn: Connection, changes: Sequence[Change], technology: str, counted: tuple[str, ...], day: date
) -> CellSet:
    """Drawable cells of the sites to be moved or switched off; each site and cell named must exist."""
    asked = {change.site_id: change for change in changes if not isinstance(change, Place)}
    known = set(conn.execute(select(sites.c.id).where(sites.c.id.in_(asked))).scalars())
    for site_id in asked:
        if site_id not in known:
            raise UnknownSite(site_id)
    mine = conn.execute(select(cells.c.id, cells.c.site_id).where(cells.c.site_id.in_(asked)))
    owner = {row.id: row.site_id for row in mine}
    for change in asked.values():
        for cell_id in change.cell_ids if isinstance(change, SwitchOff) else ():
            if owner.get(cell_id) != change.site_id:
                raise UnknownCell(cell_id, change.site_id)
    return cell_sets.read(
        conn, technology=technology, operator_names=counted, as_of=day, only=sites.c.id.in_(list(asked))
    )


def _tally(
    changes: Sequence[Change], present: CellSet, counted: tuple[str, ...]
) -> tuple[set[int], CellSet, NDArray[np.int64], tuple[Effect, ...]]:
    """Ids of the cells that go, the cells that come, to which change each of those belongs, and the counts."""
    gone: set[int] = set()
    parts, of_change, effects = [present.take(np.zeros(0, np.int64))], [], []
    for k, change in enumerate(changes):
        if isinstance(change, Place):
            part, lost = _placed(present, change, counted), 0
        else:
            mine = present.site_id == change.site_id
            if isinstance(change, SwitchOff) and change.cell_ids:
                mine &= np.isin(present.cell_id, change.cell_ids)
            rows = np.flatnonzero(mine)
            gone.update(present.cell_id[rows].tolist())
            lost = len(rows)
            part = _moved(present, rows, change) if isinstance(change, Move) else present.take(rows[:0])
        parts.append(part)
        of_change += [k] * len(part)
        effects.append(Effect(lost, len(part)))
    come = parts[0]
    for part in parts[1:]:
        come = _joined(come, part)
    return gone, come, np.array(of_change, np.int64), tuple(effects)


def _without(found: CellSet, gone: set[int]) -> CellSet:
    return found.take(np.flatnonzero(~np.isin(found.cell_id, sorted(gone))))


def _joined(one: CellSet, other: CellSet) -> CellSet:
    def both(name: str) -> NDArray[np.float64]:
        return np.concatenate([getattr(one, name), getattr(other, name)])

    return replace(
        one, cell_id=np.concatenate([one.cell_id, other.cell_id]),
        site_id=np.concatenate([one.site_id, other.site_id]),
        operator=np.concatenate([one.operator, other.operator]),
        declared=np.concatenate([one.declared, other.declared]),
        x=both("x"), y=both("y"), azimuth_deg=both("azimuth_deg"), beamwidth_deg=both("beamwidth_deg"),
        radius_m=both("radius_m"),
    )  # fmt: skip


def _placed(like: CellSet, place: Place, counted: tuple[str, ...]) -> CellSet:
    azimuths = place.azimuths_deg or (math.nan,)
    count = len(azimuths)
    return replace(
        like, cell_id=np.full(count, -1, np.int64), site_id=np.full(count, -1, np.int64),
        operator=np.full(count, counted.index(place.operator), np.int64), x=np.full(count, place.x),
        y=np.full(count, place.y), azimuth_deg=np.array(azimuths, float),
        beamwidth_deg=np.full(count, place.beamwidth_deg if place.azimuths_deg else math.nan),
        radius_m=np.full(count, place.radius_m), declared=np.full(count, None, dtype=object),
    )  # fmt: skip


def _moved(present: CellSet, rows: NDArray[np.int64], move: Move) -> CellSet:
    """The same cells elsewhere; a polygon that the operator declared is shifted as it is."""
    part = present.take(rows)
    declared = part.declared.copy()
    for k, shape in enumerate(declared):
        if shape is not None:
            declared[k] = translate(shape, move.x - part.x[k], move.y - part.y[k])
    return replace(part, x=np.full(len(rows), move.x), y=np.full(len(rows), move.y), declared=declared)


def _touched_zones(conn: Connection, shapes: Geometries, srid: int) -> ratios.ZoneShapes:
    if not len(shapes):
        return ratios.read_zones(conn, [])
    west, south, east, north = (float(v) for v in shapely.total_bounds(shapes))
    box = func.ST_MakeEnvelope(west, south, east, north, srid)
    near = ratios.read_zones(conn, list(conn.execute(select(zones.c.id).where(zones.c.geom.op("&&")(box))).scalars()))
    hit = np.unique(shapely.STRtree(shapes).query(near.geoms, predicate="intersects")[0]).tolist()
    return ratios.ZoneShapes(
        [near.ids[k] for k in hit], [near.codes[k] for k in hit], [near.names[k] for k in hit], near.geoms[hit],
        near.is_demo,
    )  # fmt: skip


def cells_near(
    conn: Connection, shapes: Geometries, technology: str, counted: tuple[str, ...], day: date, srid: int
) -> CellSet:
    """Cells that may reach one of these zones: by box here, exactly where the footprints are drawn."""
    if not len(shapes):
        nothing = cells.c.id == -1
        return cell_sets.read(conn, technology=technology, operator_names=counted, as_of=day, only=nothing)
    reach = conn.execute(select(func.max(cells.c.radius_m)).where(cells.c.technology == technology)).scalar() or 0.0
    west, south, east, north = (float(v) for v in shapely.total_bounds(shapes))
    inner = func.ST_MakeEnvelope(west, south, east, north, srid)
    outer = func.ST_MakeEnvelope(west - reach - 1, south - reach - 1, east + reach + 1, north + reach + 1, srid)
    near = or_(sites.c.geom.op("&&")(outer), cells.c.footprint.op("&&")(inner))
    return cell_sets.read(conn, technology=technology, operator_names=counted, as_of=day, only=near)


def _areas(found: CellSet, shapes: Geometries, srid: int, min_operators: int) -> CoveredAreas:
    rows, drawn, deviation_m = cell_sets.footprints_near(found, shapes, srid)
    return covered_areas(shapes, drawn, found.operator[rows], min_operators, deviation_m)
