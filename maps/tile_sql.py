"""PURE: catalogue -> the statements of tiles, one for each layer, audience and tile matrix set.

A tile has two boxes. The exact one clips; the one widened by the buffer searches, because a search
with the exact box loses what lies just outside and should still be seen on the edge. Both come from
z, x and y, the only parameters besides the day, so each text is prepared once and planned once.

Below the zoom at which features are drawn one by one, a layer draws its overview: the generalised
shapes of `overview_shapes`, or what `overview_counts` counts. What changed since shapes were last
generalised is named in `overview_changes` and drawn in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from maps.catalog.model import BUFFER, EXTENT, Audience, Layer
from maps.catalog.recipes import WORLD_M, Counts, Shapes, attribute
from maps.matrix import MatrixSet

LIMIT = 20_000
"""Features of one layer in one tile; more than that cannot be told apart on a screen."""

Detail = Literal["full", "shapes", "counts"]


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """The query of one layer: `(mvt, found)`; and the one that counts what a thinned tile left out."""

    draw: bytes
    count: bytes


def detail_of(layer: Layer, z: int) -> Detail | None:
    """From what a layer is drawn at that zoom; None when it draws nothing."""
    recipe = layer.overview
    if recipe is not None and recipe.zooms[0] <= z <= recipe.zooms[1]:
        return "counts" if isinstance(recipe, Counts) else "shapes"
    return "full" if z >= layer.min_zoom else None


@lru_cache(maxsize=512)
def statement(
    layer: Layer, audience: Audience, detail: Detail, labelled: bool, matrix: MatrixSet, limit: int, of_days: bool
) -> Statement:
    """The statement for one kind of tile. `of_days`: for those in the parameters, not for today."""
    if detail == "counts":
        return Statement(_counted(layer, matrix, limit).encode(), _cells_there(layer, matrix).encode())
    source, shape, where = _source(layer, audience, detail, matrix, of_days)
    drawn = _labelled if labelled else _plain
    draw = drawn(layer, audience, source, shape, where, matrix, limit)
    count = f"SELECT count(*) FROM {source} WHERE {where}"  # noqa: S608 - constants of the catalogue
    if of_days:
        draw, count = _for_days(draw), _for_days(count)
    return Statement(draw.encode(), count.encode())


def _for_days(statement: str) -> str:
    """The statement of what was in force on one of the days: the catalogue speaks of the only day that is today."""
    on_or_before = statement.replace("<= current_date", "<= %(last_day)s::date")
    return on_or_before.replace("> current_date", "> %(first_day)s::date")


def _source(
    layer: Layer, audience: Audience, detail: Detail, matrix: MatrixSet, of_days: bool
) -> tuple[str, str, str]:  # fmt: skip
    """FROM clause, expression of the shape, and condition."""
    from_clause = layer.source_for(audience, past=of_days)
    where = f"({layer.where_for(audience)})"
    if of_days and layer.on_day:
        where = f"{where} AND ({layer.on_day})"
    search = matrix.search_sql()
    if detail == "full":
        return from_clause, "r.geom_3857", f"r.geom_3857 && {search} AND {where}"
    recipe = layer.overview
    assert isinstance(recipe, Shapes)
    changed = f"SELECT c.feature_id FROM overview_changes c WHERE c.layer = '{layer.name}'"  # noqa: S608
    shapes = f"""(
        SELECT o.feature_id, o.geom_3857 FROM overview_shapes o
        WHERE o.zoom = %(z)s AND o.layer = '{layer.name}' AND o.geom_3857 && {search}
          AND NOT EXISTS ({changed} AND c.feature_id = o.feature_id)
        UNION ALL
        SELECT r.id, r.geom_3857 FROM {recipe.table} r
        WHERE r.id IN ({changed}) AND r.geom_3857 && {search} AND {recipe.kept_at("%(z)s")}) s"""  # noqa: S608
    return f"{shapes} JOIN {from_clause} ON {layer.key} = s.feature_id", "s.geom_3857", where


def _plain(
    layer: Layer, audience: Audience, source: str, shape: str, where: str, matrix: MatrixSet, limit: int
) -> str:  # fmt: skip
    """MVT bytes and the number of rows. Sorted and limited first, drawn then: a sort of what is drawn costs more."""
    names = "".join(f"{one.name}, " for one in layer.fields(audience))
    geom = _drawn(layer, matrix, shape)
    return f"""
        SELECT ST_AsMVT(tile, '{layer.name}', {EXTENT}, 'geom', 'id') AS mvt, count(*) AS found FROM (
            SELECT id, {names}{geom} AS geom
            FROM {_ground(matrix)} t, ({_found(layer, audience, source, shape, where, matrix, limit, "")}) f
            ) AS tile"""  # noqa: S608 - every part is a constant of the catalogue


def _labelled(
    layer: Layer, audience: Audience, source: str, shape: str, where: str, matrix: MatrixSet, limit: int
) -> str:  # fmt: skip
    """As `_plain`, with a second MVT layer of label points behind the first; one pass for both.

    A polygon has one label in one tile: a point on its surface, in the tile that holds the point
    (in whole units of the tile, so that a point on an edge belongs to one tile only). OFFSET 0
    keeps the point from being computed anew for each of the four comparisons.
    """
    names = "".join(f"f.{one.name}, " for one in layer.fields(audience))
    kept = ", ".join(f"f.{name}" for name in ("id", *layer.label_fields, "label"))
    geom, point = _drawn(layer, matrix, shape), _in_units("ST_PointOnSurface(f.shape)")
    found = _found(layer, audience, source, shape, where, matrix, limit, f"{layer.label} AS label, ")
    inside = " AND ".join(f"ST_{axis}(l.geom) >= 0 AND ST_{axis}(l.geom) < {EXTENT}" for axis in "XY")
    labels = f"ST_AsMVT(l, '{layer.name}_labels', {EXTENT}, 'geom', 'id') FILTER (WHERE {inside})"
    return f"""
        SELECT ST_AsMVT(a, '{layer.name}', {EXTENT}, 'geom', 'id') || coalesce({labels}, '') AS mvt, count(*) AS found
        FROM {_ground(matrix)} t, ({found}) f,
             LATERAL (SELECT f.id, {names}{geom} AS geom) a,
             LATERAL (SELECT {kept}, {point} AS geom OFFSET 0) l"""  # noqa: S608 - as above


def _found(
    layer: Layer, audience: Audience, source: str, shape: str, where: str, matrix: MatrixSet, limit: int, label: str
) -> str:  # fmt: skip
    """The features of the tile with what is needed to draw them, heaviest first."""
    attributes = "".join(f"{one.expression} AS {one.name}, " for one in layer.fields(audience))
    clearance = f"{layer.clearance} AS clearance, " if _is_quick(layer, matrix, shape) else ""
    return f"""
        SELECT {layer.key} AS id, {attributes}{label}{clearance}{matrix.shape_sql(shape)} AS shape
        FROM {source}
        WHERE {where}
        ORDER BY {_order(layer)}
        LIMIT {limit}"""  # noqa: S608 - as above


# From metres to units of the tile. ST_AsMVTGeom cuts every polygon anew, which is two thirds of a tile of plots,
# although rounding can spoil only what is narrower than the rounding.

STEADY = 1.5
"""A polygon whose outline keeps more units than this from itself stays valid when its corners are rounded.

Each corner moves by half a unit along each axis, so by less than 0.708; two things that lie more than
twice that apart cannot meet.
"""


def _ground(matrix: MatrixSet) -> str:
    """One row `t` of the tile: its box, the box it is searched with, units in a metre, and where it begins."""
    return f"""(
        SELECT box, search, k, -ST_XMin(box) * k AS dx, ST_YMax(box) * k AS dy
        FROM (SELECT {matrix.tile_sql()} AS box, {matrix.search_sql()} AS search) b,
             LATERAL (SELECT {EXTENT} / (ST_XMax(box) - ST_XMin(box)) AS k) s OFFSET 0)"""  # noqa: S608 - as above


def _is_quick(layer: Layer, matrix: MatrixSet, shape: str) -> bool:
    """Whether shapes of the layer say how far they keep from themselves, in the metres of this tile."""
    return layer.clearance is not None and matrix.is_web_mercator and shape == "r.geom_3857"


def _drawn(layer: Layer, matrix: MatrixSet, shape: str) -> str:
    """The shape of `f` in the tile `t`: rounded where that is safe, else cut at the buffer and repaired."""
    cut = f"ST_AsMVTGeom(f.shape, t.box, {EXTENT}, {BUFFER}, true)"
    if not _is_quick(layer, matrix, shape):
        return cut
    return f"CASE WHEN f.clearance * t.k > {STEADY} AND f.shape @ t.search THEN {_in_units('f.shape')} ELSE {cut} END"


def _in_units(shape: str) -> str:
    return f"ST_SnapToGrid(ST_Affine({shape}, t.k, 0, 0, -t.k, t.dx, t.dy), 1)"


def _order(layer: Layer) -> str:
    """Heaviest first; among equals an order that has nothing to do with where they lie or when they came."""
    return f"{layer.weight}, hashint8({layer.key}), {layer.key}"


# Counts. A cell belongs to one tile of each zoom: cells divide the tiles of web mercator.

CELL_ID = "((%(z)s::bigint << 40) | (g.x::bigint << 20) | g.y)"
"""The number by which a click asks for a cell; `maps.overviews.cells.parse` reads it back."""

_HALF = f"{WORLD_M / 2!r}::float8"  # without the type it would be a numeric, and reckoning ten times slower


def _across(recipe: Counts) -> str:
    """Cells along the side of the tile."""
    finer = f" << (%(z)s >= {recipe.finer_from})::integer"
    return f"({recipe.per_tile}{finer if recipe.finer_from <= recipe.zooms[1] else ''})"


def _side(recipe: Counts) -> str:
    return f"({WORLD_M!r}::float8 / ({_across(recipe)} << %(z)s))"


def _cells_there(layer: Layer, matrix: MatrixSet) -> str:
    recipe = layer.overview
    assert isinstance(recipe, Counts)
    cells = f"SELECT c.x, c.y {_lines(recipe, layer, matrix)} GROUP BY c.x, c.y HAVING sum(c.n) > 0"
    return f"SELECT count(*) FROM ({cells}) g"  # noqa: S608 - as above


def _lines(recipe: Counts, layer: Layer, matrix: MatrixSet) -> str:
    """FROM and WHERE of the lines of the ledger in the tile and, for a grid, its buffer."""
    across, side = _across(recipe), _side(recipe)
    # A cluster is a point and belongs to one tile; the squares of the buffer are drawn on both sides.
    margin = f"{across} * {BUFFER} / {EXTENT}" if recipe.look == "grid" else "0"
    if matrix.is_web_mercator:
        first_x, last_x = f"%(x)s * {across} - {margin}", f"(%(x)s + 1) * {across} + {margin} - 1"
        first_y, last_y = f"%(y)s * {across} - {margin}", f"(%(y)s + 1) * {across} + {margin} - 1"
    else:
        box = matrix.search_sql()
        first_x, last_x = (f"floor((ST_{edge}({box}) + {_HALF}) / {side})::integer" for edge in ("XMin", "XMax"))
        first_y, last_y = (f"floor(({_HALF} - ST_{edge}({box})) / {side})::integer" for edge in ("YMax", "YMin"))
    return f"""
        FROM overview_counts c
        WHERE c.layer = '{layer.name}' AND c.zoom = %(z)s
          AND c.x BETWEEN {first_x} AND {last_x} AND c.y BETWEEN {first_y} AND {last_y}"""


def _counted(layer: Layer, matrix: MatrixSet, limit: int) -> str:
    """One feature for each cell: how many of which class, and of which class most."""
    recipe = layer.overview
    assert isinstance(recipe, Counts)
    lines = _lines(recipe, layer, matrix)
    cells = _by_listed_class(recipe, lines) if recipe.classes else _by_any_class(lines)
    names = ", ".join(name for name in recipe.attributes() if name != "filled")
    filled = f"{_filled(recipe)} AS filled, " if recipe.look == "grid" else ""
    # The other sets search by box: a point belongs to the tile that holds it.
    inside = f"ST_X(geom) >= 0 AND ST_X(geom) < {EXTENT} AND ST_Y(geom) >= 0 AND ST_Y(geom) < {EXTENT}"
    where = "" if matrix.is_web_mercator or recipe.look == "grid" else f"WHERE {inside}"
    return f"""
        SELECT ST_AsMVT(tile, '{layer.name}_overview', {EXTENT}, 'geom', 'id') AS mvt, count(*) AS found FROM (
            SELECT {CELL_ID} AS id, {names}, {filled}{_cell_shape(recipe, matrix)} AS geom
            FROM ({cells}) g
            ORDER BY count DESC, hashint8({CELL_ID}), {CELL_ID}
            LIMIT {limit}) AS tile {where}"""  # noqa: S608 - as above


_SUMS = "sum(c.n)::bigint AS count, sum(c.sum_x) AS sum_x, sum(c.sum_y) AS sum_y, sum(c.amount) AS amount"


def _by_listed_class(recipe: Counts, lines: str) -> str:
    """One pass: the classes are known, so each is a sum of its own."""
    sums = {one: f"coalesce(sum(c.n) FILTER (WHERE c.class = '{one}'), 0)" for one in recipe.classes}
    by_class = "".join(f"{total} AS {attribute(one)}, " for one, total in sums.items())
    names = [attribute(one) for one in recipe.classes]
    most = " ".join(f"WHEN {attribute(one)} THEN '{one}'" for one in recipe.classes)
    kept = "sum_x, sum_y" if recipe.look == "cluster" else "amount"
    sums_kept = ", ".join(f"sum(c.{name}) AS {name}" for name in kept.split(", "))
    return f"""
        SELECT x, y, count, {kept}, {", ".join(names)}, CASE greatest({", ".join(names)}) {most} END AS most
        FROM (SELECT c.x, c.y, {by_class} sum(c.n)::bigint AS count, {sums_kept} {lines}
              GROUP BY c.x, c.y HAVING sum(c.n) > 0) AS sums"""  # noqa: S608 - as above


def _by_any_class(lines: str) -> str:
    """Two passes: of which class there is most is known only when all lines of a class are added up."""
    return f"""
        SELECT x, y, sum(count)::bigint AS count, sum(sum_x) AS sum_x, sum(sum_y) AS sum_y, sum(amount) AS amount,
               (array_agg(class ORDER BY count DESC, class))[1] AS most
        FROM (SELECT c.x, c.y, c.class, {_SUMS} {lines} GROUP BY c.x, c.y, c.class HAVING sum(c.n) > 0) AS sums
        GROUP BY x, y"""  # noqa: S608 - as above


def _filled(recipe: Counts) -> str:
    """Per cent of the square that is land counted. A metre of web mercator is 1 / cosh(y / R) of one on the ground."""
    north = f"{_HALF} - (g.y + 0.5::float8) * {_side(recipe)}"
    return f"least(100, round(100 * g.amount::float8 * (cosh(({north}) / 6378137) / {_side(recipe)}) ^ 2))::integer"


def _cell_shape(recipe: Counts, matrix: MatrixSet) -> str:
    side = _side(recipe)
    if recipe.look == "grid" and matrix.is_web_mercator:
        # Cells divide the tile evenly, so their corners are whole units and nothing is left to be clipped.
        across = _across(recipe)
        unit = f"{EXTENT} / {across}"
        west, north = f"(g.x - %(x)s * {across}) * ({unit})", f"(g.y - %(y)s * {across}) * ({unit})"
        return f"ST_Reverse(ST_MakeEnvelope({west}, {north}, {west} + {unit}, {north} + {unit}))"
    if recipe.look == "grid":
        west, north = f"g.x * {side} - {_HALF}", f"{_HALF} - g.y * {side}"
        shape = f"ST_MakeEnvelope({west}, {north} - {side}, {west} + {side}, {north}, 3857)"
    else:
        shape = "ST_SetSRID(ST_MakePoint((g.sum_x / g.count)::float8, (g.sum_y / g.count)::float8), 3857)"
    return f"ST_AsMVTGeom({matrix.shape_sql(shape)}, {matrix.tile_sql()}, {EXTENT}, {BUFFER}, true)"
