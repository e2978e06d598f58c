"""Features of a collection: which ones, how many, and one by its id.

Pages go by id: a page begins after the last id of the one before, or ends before the first id of the one
after, so no page costs more than the first, and an edit in between neither repeats nor skips a feature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import Connection, LargeBinary, Select, and_, func, literal, select

from layers.crs import storage_srid
from layers.filters.compiling import compile_filter
from layers.filters.nodes import Node, Place
from layers.filters.places import in_storage
from layers.filters.typed import Queryable, Vocabulary, constant
from layers.named_crs import Bounds, NamedCrs
from maps.features import times
from maps.features.collections import Audience, Collection
from maps.features.cursors import BEGINNING, Edge
from maps.features.errors import UnknownFeature

COUNT_LIMIT = 10_000
"""Matches are counted exactly up to here; beyond, the number is left out."""
PAGE_BYTES = 32 * 1024 * 1024
"""Shapes of one page; a page that would grow larger ends early and links to the next."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Ground:
    """What is settled for the whole database."""

    srid: int
    """EPSG code of the storage CRS."""
    area_deg: Bounds


@dataclass(frozen=True, slots=True)
class Question:
    """Which features are asked for; every condition must hold."""

    bbox: tuple[Place, NamedCrs] | None = None
    span: times.Span | None = None
    equal: tuple[tuple[str, Any], ...] = ()
    """(property, value of its kind)"""
    filter: Node | None = None
    filter_crs: NamedCrs | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One feature as it is stored."""

    id: int
    version: int
    wkb: bytes | None
    """In the CRS of the collection."""
    values: tuple[Any, ...]
    """In the order of the properties of the audience."""


@dataclass(frozen=True, slots=True)
class Page:
    """Features in the order of their ids."""

    items: tuple[Item, ...]
    has_more: bool
    """Others follow."""
    has_before: bool = False
    """Others come before: seen when reading backwards; a page read forwards has come from them."""


def ground(conn: Connection) -> Ground:
    """Storage CRS and area of this database."""
    row = conn.exec_driver_sql(
        "SELECT envelope_west_deg, envelope_south_deg, envelope_east_deg, envelope_north_deg FROM deployment"
    ).one()
    return Ground(storage_srid(conn), (row[0], row[1], row[2], row[3]))


def srid_of(collection: Collection, on: Ground) -> int:
    """EPSG code in which the geometry of the collection is kept."""
    return collection.srid or on.srid


def vocabulary(collection: Collection, audience: Audience, on: Ground) -> Vocabulary:
    """What a filter of that audience may name."""
    found = {"geometry": Queryable(collection.geometry, "geometry", srid_of(collection, on))}
    for one in collection.properties_for(audience):
        found[one.name] = Queryable(one.expression, one.kind)
    return Vocabulary(found, on.area_deg, on.srid)


def conditions(collection: Collection, question: Question, audience: Audience, on: Ground) -> list[Any]:
    """The WHERE of a question. Raises `FilterRefused`."""
    known = vocabulary(collection, audience, on)
    found = [known.get(name).expression == constant(value).sql for name, value in question.equal]
    if question.bbox is not None:
        box, crs = question.bbox
        shape = None if _beyond_the_poles(box, crs) else in_storage(box, crs, srid_of(collection, on), on.area_deg)
        if shape is None:
            found.append(literal(False))
        else:
            given = func.ST_GeomFromWKB(literal(shapely.to_wkb(shape), LargeBinary), srid_of(collection, on))
            found.append(func.ST_Intersects(collection.geometry, given))
    if question.span is not None:
        dated = times.condition(collection, question.span)
        if dated is not None:
            found.append(dated)
    if question.filter is not None:
        assert question.filter_crs is not None
        found.append(compile_filter(question.filter, known, question.filter_crs))
    return found


def _beyond_the_poles(box: Place, crs: NamedCrs) -> bool:
    """Longitude given first where latitude is: a box that no place lies in, and no reason to refuse.

    The official suite gives bbox so in every CRS, because its projections know no order of axes.
    """
    return crs.latitude_first and abs(box.shape[0]) > 90 and abs(box.shape[2]) > 90


def _select(collection: Collection, audience: Audience) -> Select[Any]:
    shape = func.ST_AsBinary(collection.geometry, type_=LargeBinary).label("wkb")
    columns = [one.expression.label(f"p_{one.name}") for one in collection.properties_for(audience)]
    return select(collection.table.c.id, collection.table.c.version, shape, *columns).select_from(collection.source)


def find_page(
    conn: Connection, collection: Collection, audience: Audience, where: Sequence[Any], *, at: Edge, limit: int
) -> Page:
    """Up to `limit` features at that edge, read in batches until the page is full.

    A page that ends at an edge is read backwards from there. That there is something on the other side of the
    edge is taken for granted: who knows the edge has been there.
    """
    key = collection.table.c.id
    beyond, order = (key < at.id, key.desc()) if at.is_end else (key > at.id, key)
    query = _select(collection, audience).where(and_(beyond, *where)).order_by(order).limit(limit + 1)
    items, is_cut = _read(conn, query, limit)
    if at.is_end:
        return Page(tuple(reversed(items)), has_more=True, has_before=is_cut)
    return Page(tuple(items), has_more=is_cut, has_before=at != BEGINNING)


def _read(conn: Connection, query: Select[Any], limit: int) -> tuple[list[Item], bool]:
    """The items of a page, and whether there would be more."""
    items: list[Item] = []
    size = 0
    rows = conn.execute(query, execution_options={"yield_per": _BATCH})
    for row in rows:
        if len(items) == limit or (items and size + len(row.wkb or b"") > PAGE_BYTES):
            rows.close()
            return items, True
        items.append(Item(row[0], row[1], row[2], tuple(row[3:])))
        size += len(row[2] or b"") + 500
    return items, False


def count(conn: Connection, collection: Collection, where: Sequence[Any]) -> int | None:
    """How many features match, None when it is more than `COUNT_LIMIT`."""
    matching = select(collection.table.c.id).select_from(collection.source).where(and_(True, *where))
    found = conn.execute(
        select(func.count()).select_from(matching.limit(COUNT_LIMIT + 1).subquery("matching"))
    ).scalar_one()
    return int(found) if found <= COUNT_LIMIT else None


def get(conn: Connection, collection: Collection, audience: Audience, feature_id: str) -> Item:
    """One feature. Raises `UnknownFeature` also for what is hidden from the asker."""
    if not (feature_id.isascii() and feature_id.isdigit()) or len(feature_id) > 18:
        raise UnknownFeature(collection.name, feature_id)
    row = conn.execute(
        _select(collection, audience).where(collection.table.c.id == int(feature_id))
    ).first()  # fmt: skip
    if row is None:
        raise UnknownFeature(collection.name, feature_id)
    return Item(row[0], row[1], row[2], tuple(row[3:]))


@dataclass(frozen=True, slots=True)
class Extent:
    """Where and when the features of a collection are; None when nothing is known."""

    bounds: Bounds | None
    """In metres (or the units of the collection's CRS)."""
    days: tuple[Any, Any] | None
    """First and last day, the last None when open."""


def extent(conn: Connection, collection: Collection) -> Extent:
    """Bounds of all features that this connection may see; reads the whole collection once."""
    box = func.ST_Extent(collection.geometry)
    columns: list[Any] = [func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box)]
    if collection.times is not None:
        starts, ends = collection.times
        is_open = func.bool_or(ends.is_(None)) if ends is not None else literal(False)
        columns += [func.min(starts), func.max(starts if ends is None else ends), is_open]
    row = conn.execute(select(*columns).select_from(collection.source)).one()
    bounds = None if row[0] is None else (row[0], row[1], row[2], row[3])
    days = None
    if collection.times is not None and row[4] is not None:
        days = (row[4], None if row[6] else row[5])
    return Extent(bounds, days)
