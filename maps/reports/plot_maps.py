"""The map of one plot for paper: drawn in the plane of the storage CRS, so that its scale holds everywhere on it.

Lengths on paper are millimetres, positions metres of the storage CRS. North is that of the grid.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, LargeBinary, func, select

from layers.crs import storage_srid
from layers.errors import NotFound
from layers.plots import plots
from layers.streets import streets
from layers.zones import zones
from maps import catalog
from maps.catalog import GREY
from maps.pages import write_number

SCALES = (500, 1000, 2000, 2500, 5000, 10_000, 25_000, 50_000)
_ROOM = 1.9
"""So many times the plot must fit into the frame: a map shows what lies around."""
_INK, _HALO = "#16242e", "#ffffff"
_FONT = "Paper, Paper Vietnamese, Paper Extra"


@dataclass(frozen=True, slots=True)
class Subject:
    """The plot that a page is about."""

    id: int
    code: str
    zone_code: str
    zone_name: str
    status: str
    area_m2: float
    land_use_code: str | None
    source: str
    source_date: Any
    is_demo: bool
    shape: BaseGeometry
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of the plane on a piece of paper."""

    west: float
    south: float
    scale: int
    width_mm: float
    height_mm: float

    @property
    def metres_per_mm(self) -> float:
        """Ground for one millimetre of paper."""
        return self.scale / 1000

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        per = self.metres_per_mm
        return (self.west, self.south, self.west + self.width_mm * per, self.south + self.height_mm * per)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Millimetres from the upper left corner."""
        per = self.metres_per_mm
        return ((x - self.west) / per, self.height_mm - (y - self.south) / per)


def subjects(conn: Connection, ids: Sequence[int]) -> list[Subject]:
    """The plots with these ids, in that order. Raises `NotFound` for one that the connection cannot see."""
    at = func.ST_Transform(func.ST_PointOnSurface(plots.c.geom_3857), 4326)
    rows = conn.execute(
        select(plots.c.id, plots.c.code, zones.c.code, zones.c.name, plots.c.status, plots.c.area_m2,
               plots.c.land_use_code, plots.c.source, plots.c.source_date, plots.c.is_demo,
               func.ST_AsBinary(plots.c.geom, type_=LargeBinary), func.ST_X(at), func.ST_Y(at))
        .select_from(plots.join(zones, zones.c.id == plots.c.zone_id))
        .where(plots.c.id.in_(list(ids)))
    ).all()  # fmt: skip
    found = {row[0]: Subject(*row[:10], shapely.from_wkb(bytes(row[10])), row[11], row[12]) for row in rows}
    for wanted in ids:
        if wanted not in found:
            raise NotFound("plot", "lô đất", wanted)
    return [found[wanted] for wanted in ids]


def frame_around(shape: BaseGeometry, width_mm: float, height_mm: float) -> Frame:
    """The largest of `SCALES` at which the shape and what lies around it fit."""
    west, south, east, north = shape.bounds
    needed = max((east - west) / width_mm, (north - south) / height_mm) * 1000 * _ROOM
    scale = next((one for one in SCALES if one >= needed), int(math.ceil(needed / 10_000) * 10_000))
    x, y, per = (west + east) / 2, (south + north) / 2, scale / 1000
    return Frame(x - width_mm * per / 2, y - height_mm * per / 2, scale, width_mm, height_mm)


def drawing(conn: Connection, subject: Subject, frame: Frame, lang: str) -> str:
    """The map as the content of an SVG whose units are millimetres."""
    parts = [f'<rect width="{frame.width_mm}" height="{frame.height_mm}" fill="#f8f7f3"/>']
    parts += _zones(conn, frame)
    labels: list[str] = []
    parts += _plots(conn, frame, subject, labels)
    parts += _streets(conn, frame, labels)
    parts.append(_outline(subject, frame))
    clip = f'<clipPath id="frame{subject.id}"><rect width="{frame.width_mm}" height="{frame.height_mm}"/></clipPath>'
    inside = f'<g clip-path="url(#frame{subject.id})">{"".join(parts)}{"".join(labels)}</g>'
    return f"<defs>{clip}</defs>{inside}{_grid(frame, lang)}"


def _within(conn: Connection, frame: Frame, column: Any, *columns: Any) -> Iterator[Any]:
    box = func.ST_MakeEnvelope(*frame.box, storage_srid(conn))
    shape = func.ST_AsBinary(func.ST_Intersection(column, box), type_=LargeBinary)
    query = select(shape.label("wkb"), *columns).where(column.op("&&")(box), func.ST_Intersects(column, box))
    for row in conn.execute(query.order_by(column.table.c.id)):
        piece = shapely.from_wkb(bytes(row.wkb))
        if not piece.is_empty:
            yield piece, row


def _path(shape: BaseGeometry, frame: Frame) -> str:
    parts = []
    for piece in getattr(shape, "geoms", [shape]):
        lines = [piece.exterior, *piece.interiors] if piece.geom_type == "Polygon" else [piece]
        for line in lines:
            if line.geom_type not in ("LineString", "LinearRing"):
                continue
            points = (frame.place(x, y) for x, y in line.coords)
            closed = "Z" if line.geom_type == "LinearRing" else ""
            parts.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + closed)
    return "".join(parts)


def _zones(conn: Connection, frame: Frame) -> Iterator[str]:
    colors = {mark.value: mark.color for mark in catalog.get("zones").marks}
    for shape, row in _within(conn, frame, zones.c.geom, zones.c.kind, zones.c.status):
        color = colors.get(row.kind, GREY)
        dash = ' stroke-dasharray="2 1.2"' if row.status == "planned" or row.kind == "KKT" else ""
        yield (f'<path d="{_path(shape, frame)}" fill="{color}" fill-opacity="0.14" fill-rule="evenodd"'
               f' stroke="{color}" stroke-width="0.5"{dash}/>')  # fmt: skip


def _plots(conn: Connection, frame: Frame, subject: Subject, labels: list[str]) -> Iterator[str]:
    marks = {mark.value: mark for mark in catalog.get("plots").marks}
    for shape, row in _within(conn, frame, plots.c.geom, plots.c.id, plots.c.code, plots.c.status):
        mark = marks.get(row.status)
        color, path = mark.color if mark else GREY, _path(shape, frame)
        if mark is not None and mark.pattern == "hatched":
            yield f'<path d="{path}" fill="{_HALO}" fill-opacity="0.5" stroke="none"/>'
            lines = _path(_hatching(shape, frame), frame)
            yield f'<path d="{lines}" stroke="{color}" stroke-width="0.35" fill="none"/>'
        else:
            yield f'<path d="{path}" fill="{color}" fill-opacity="0.62" fill-rule="evenodd" stroke="none"/>'
        yield f'<path d="{path}" fill="none" stroke="{_HALO}" stroke-width="0.3"/>'
        if math.sqrt(shape.area) / frame.metres_per_mm > 7 or row.id == subject.id:
            at = shape.representative_point()
            size = 3.4 if row.id == subject.id else 2.3
            labels.append(label(row.code, *frame.place(at.x, at.y), size, bold=row.id == subject.id))


def _hatching(shape: BaseGeometry, frame: Frame) -> BaseGeometry:
    """Slanting lines across a shape, 1.6 mm apart on paper, at the same places whatever lies in the frame."""
    west, south, east, north = shape.bounds
    step = 1.6 * math.sqrt(2) * frame.metres_per_mm
    first = math.floor((south - east) / step)
    last = math.ceil((north - west) / step)
    lines = [((west, west + at * step), (east, east + at * step)) for at in range(first, last + 1)]
    return shapely.intersection(shapely.multilinestrings([shapely.linestrings(one) for one in lines]), shape)


def _streets(conn: Connection, frame: Frame, labels: list[str]) -> Iterator[str]:
    widths = {"highway": 12.0, "road": 9.0, "street": 7.0}
    found = list(_within(conn, frame, streets.c.geom, streets.c.kind, streets.c.name))
    for edge in (True, False):
        for shape, row in found:
            width = max(0.5, widths.get(row.kind, 4.0) / frame.metres_per_mm)
            color = "#b9bec2" if edge else "#ffffff"
            yield (f'<path d="{_path(shape, frame)}" fill="none" stroke="{color}" stroke-linecap="round"'
                   f' stroke-width="{width + 0.3 if edge else width:.2f}"/>')  # fmt: skip
    for shape, row in found:
        labels.append(_along(shape, row.name, frame))


def _along(shape: BaseGeometry, name: str, frame: Frame) -> str:
    """A name on the longest straight piece of a street, if it has room there."""
    longest: tuple[float, Any] = (0.0, None)
    for piece in getattr(shape, "geoms", [shape]):
        if piece.geom_type != "LineString":
            continue
        points = [frame.place(x, y) for x, y in piece.coords]
        for a, b in pairwise(points):
            longest = max(longest, (math.dist(a, b), (a, b)), key=lambda one: one[0])
    room, ends = longest
    if ends is None or room < 1.15 * len(name):
        return ""
    (ax, ay), (bx, by) = sorted(ends)
    turn = math.degrees(math.atan2(by - ay, bx - ax))
    return label(name, (ax + bx) / 2, (ay + by) / 2, 2.2, turn=turn)


def _outline(subject: Subject, frame: Frame) -> str:
    path = _path(subject.shape, frame)
    return (f'<path d="{path}" fill="none" stroke="{_HALO}" stroke-width="1.6"/>'
            f'<path d="{path}" fill="none" stroke="#c01818" stroke-width="0.8"/>')  # fmt: skip


def label(text: str, x: float, y: float, size: float, *, bold: bool = False, turn: float = 0.0) -> str:
    """A text in the middle of a position, readable on any ground."""
    turned = f' transform="rotate({turn:.1f} {x:.2f} {y:.2f})"' if turn else ""
    look = f'text-anchor="middle" font-family="{_FONT}" font-size="{size}" font-weight="{700 if bold else 400}"'
    at, words = f'x="{x:.2f}" y="{y + size * 0.35:.2f}" {look}{turned}', escape(text)
    halo = f'<text {at} fill="{_HALO}" stroke="{_HALO}" stroke-width="0.7" stroke-linejoin="round">{words}</text>'
    return f'{halo}<text {at} fill="{_INK}">{words}</text>'


def step_of(length_m: float) -> float:
    """The largest of 1, 2, 5, 10, 20 … of which at least four go into a length."""
    power = 10.0 ** math.floor(math.log10(length_m / 4))
    return next(step * power for step in (5, 2, 1) if step * power <= length_m / 4)


def _grid(frame: Frame, lang: str) -> str:
    """Crosses where round coordinates meet, and their values along the edges; the frame itself."""
    west, south, east, north = frame.box
    step = step_of(min(east - west, north - south))
    xs = _round_values(west, east, step)
    ys = _round_values(south, north, step)
    parts = []
    for x in xs:
        for y in ys:
            px, py = frame.place(x, y)
            parts.append(f"M{px - 1.5:.2f} {py:.2f}h3M{px:.2f} {py - 1.5:.2f}v3")
    texts = []
    for x in xs:
        px, _ = frame.place(x, south)
        parts.append(f"M{px:.2f} 0v2M{px:.2f} {frame.height_mm}v-2")
        if 12 < px < frame.width_mm - 12:
            texts += [label(write_number(lang, x), px, y, 2.1) for y in (3.6, frame.height_mm - 3.6)]
    for y in ys:
        _, py = frame.place(west, y)
        parts.append(f"M0 {py:.2f}h2M{frame.width_mm} {py:.2f}h-2")
        if 12 < py < frame.height_mm - 12:
            texts += [label(write_number(lang, y), x, py, 2.1, turn=-90) for x in (3.6, frame.width_mm - 3.6)]
    edge = (
        f'<rect width="{frame.width_mm}" height="{frame.height_mm}" fill="none" stroke="{_INK}" stroke-width="0.35"/>'
    )
    return f'<path d="{"".join(parts)}" stroke="{_INK}" stroke-width="0.18" fill="none"/>{"".join(texts)}{edge}'


def _round_values(low: float, high: float, step: float) -> list[float]:
    return [at * step for at in range(math.ceil(low / step), math.floor(high / step) + 1)]


def scale_bar(frame: Frame, room_mm: float, lang: str) -> str:
    """A bar of a round length in four parts, as the content of an SVG in millimetres, 8 mm high."""
    length_m = step_of(room_mm * frame.metres_per_mm * 4)
    wide = length_m / frame.metres_per_mm
    parts = [
        f'<rect x="{wide * at / 4:.2f}" y="0.3" width="{wide / 4:.2f}" height="1.6" stroke="{_INK}" stroke-width="0.2"'
        f' fill="{_INK if at % 2 == 0 else _HALO}"/>' for at in range(4)
    ]  # fmt: skip
    in_km = length_m >= 2000
    for share in (0, 0.5, 1):
        value = write_number(lang, share * length_m / (1000 if in_km else 1), 1 if in_km and share == 0.5 else 0)
        unit = (" km" if in_km else " m") if share == 1 else ""
        anchor = "start" if share == 0 else "middle"
        look = f'font-family="{_FONT}" font-size="2.6" text-anchor="{anchor}" fill="{_INK}"'
        parts.append(f'<text x="{wide * share:.2f}" y="5.2" {look}>{value}{unit}</text>')
    return "".join(parts)
