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
    """MVT bytes and the number of rows."""
    attributes = "".join(f"{one.expression} AS {one.name}, " for one in layer.fields(audience))
    return f"""
        SELECT ST_AsMVT(tile, '{layer.name}', {EXTENT}, 'geom', 'id') AS mvt, count(*) AS found FROM (
            SELECT {layer.key} AS id, {attributes}
                   ST_AsMVTGeom({matrix.shape_sql(shape)}, {matrix.tile_sql()}, {EXTENT}, {BUFFER}, true) AS geom
            FROM {source}
            WHERE {where}
            ORDER BY {_order(layer)}
            LIMIT {limit}) AS tile"""  # noqa: S608 - every part is a constant of the catalogue


def _labelled(
    layer: Layer, audience: Audience, source: str, shape: str, where: str, matrix: MatrixSet, limit: int
) -> str:  # fmt: skip
    """As `_plain`, with a second MVT layer of label points behind the first; one scan for both.

    A polygon has one label in one tile: a point on its surface, in the tile that holds the point
    (in whole units of the tile, so that a point on an edge belongs to one tile only). OFFSET 0
    keeps the point from being computed anew for each of the four comparisons.
    """
    names = ", ".join(one.name for one in layer.fields(audience))
    kept = ", ".join(["id", *layer.label_fields, "label"])
    attributes = "".join(f"{one.expression} AS {one.name}, " for one in layer.fields(audience))
    tile = matrix.tile_sql()
    return f"""
        WITH found AS MATERIALIZED (
            SELECT {layer.key} AS id, {attributes} {layer.label} AS label, {matrix.shape_sql(shape)} AS shape
            FROM {source}
            WHERE {where}
            ORDER BY {_order(layer)}
            LIMIT {limit})
        SELECT (SELECT ST_AsMVT(tile, '{layer.name}', {EXTENT}, 'geom', 'id') FROM (
                    SELECT id, {names}, ST_AsMVTGeom(shape, {tile}, {EXTENT}, {BUFFER}, true) AS geom
                    FROM found) AS tile)
               || coalesce((SELECT ST_AsMVT(tile, '{layer.name}_labels', {EXTENT}, 'geom', 'id') FROM (
                    SELECT * FROM (
                        SELECT {kept}, ST_AsMVTGeom(ST_PointOnSurface(shape), {tile}, {EXTENT}, 0, false) AS geom
                        FROM found OFFSET 0) AS placed
                    WHERE ST_X(geom) >= 0 AND ST_X(geom) < {EXTENT} AND ST_Y(geom) >= 0 AND ST_Y(geom) < {EXTENT}
                    ) AS tile), '') AS mvt,
               (SELECT count(*) FROM found) AS found"""  # noqa: S608 - as above


def _order(layer: Layer) -> str:
    """Heaviest first; among equals an order that has nothing to do with where they lie or when they came."""
    return f"{layer.weight}, hashint8({layer.key}), {layer.key}"


# Counts. A cell belongs to one tile of each zoom: cells divide the tiles of web mercator.

CELL_ID = "((%(z)s::bigint << 40) | (g.x::bigint << 20) | g.y)"
"""The number by which a click asks for a cell; `maps.overviews.cells.parse` reads it back."""


def _cells(recipe: Counts, layer: Layer, matrix: MatrixSet, margin: int) -> str:
    """The counted cells of the tile and of `margin` cells around it, one row for each with its classes."""
    per_tile, side = recipe.per_tile, f"({WORLD_M!r} / ({recipe.per_tile} << %(z)s))"
    if matrix.is_web_mercator:
        first_x, last_x = f"%(x)s * {per_tile} - {margin}", f"(%(x)s + 1) * {per_tile} + {margin - 1}"
        first_y, last_y = f"%(y)s * {per_tile} - {margin}", f"(%(y)s + 1) * {per_tile} + {margin - 1}"
    else:
        half, box = WORLD_M / 2, matrix.search_sql()
        first_x, last_x = (f"floor((ST_{edge}({box}) + {half!r}) / {side})::integer" for edge in ("XMin", "XMax"))
        first_y, last_y = (f"floor(({half!r} - ST_{edge}({box})) / {side})::integer" for edge in ("YMax", "YMin"))
    return f"""
        SELECT c.x, c.y, c.class, sum(c.n) AS n, sum(c.sum_x) AS sum_x, sum(c.sum_y) AS sum_y, sum(c.amount) AS amount
        FROM overview_counts c
        WHERE c.layer = '{layer.name}' AND c.zoom = %(z)s
          AND c.x BETWEEN {first_x} AND {last_x} AND c.y BETWEEN {first_y} AND {last_y}
        GROUP BY c.x, c.y, c.class HAVING sum(c.n) > 0"""  # noqa: S608 - as above


def _cells_there(layer: Layer, matrix: MatrixSet) -> str:
    recipe = layer.overview
    assert isinstance(recipe, Counts)
    cells = _cells(recipe, layer, matrix, _margin(recipe, matrix))
    return f"SELECT count(DISTINCT (x, y)) FROM ({cells}) g"  # noqa: S608 - as above


def _margin(recipe: Counts, matrix: MatrixSet) -> int:
    """Cells of the buffer. A cluster is a point and belongs to one tile."""
    return -(-BUFFER * recipe.per_tile // EXTENT) if recipe.look == "grid" else 0


def _counted(layer: Layer, matrix: MatrixSet, limit: int) -> str:
    recipe = layer.overview
    assert isinstance(recipe, Counts)
    half, side = WORLD_M / 2, f"({WORLD_M!r} / ({recipe.per_tile} << %(z)s))"
    by_class = "".join(
        f"coalesce(sum(g.n) FILTER (WHERE g.class = '{one}'), 0)::bigint AS {attribute(one)}, "
        for one in recipe.classes
    )
    if recipe.look == "grid":
        west, north = f"-{half!r} + g.x * {side}", f"{half!r} - g.y * {side}"
        geom = f"ST_MakeEnvelope({west}, {north} - {side}, {west} + {side}, {north}, 3857)"
        # On the ground a metre of web mercator is 1 / cosh(y / R) of a metre.
        filled = (
            f"least(100, round(100 * sum(g.amount) * cosh(({half!r} - (g.y + 0.5) * {side}) / 6378137.0) ^ 2"
            f" / {side} ^ 2))::integer AS filled, "
        )
        inside = ""
    else:
        geom, filled = "ST_SetSRID(ST_MakePoint(sum(g.sum_x) / sum(g.n), sum(g.sum_y) / sum(g.n)), 3857)", ""
        # The other sets search by box: a point belongs to the tile that holds it.
        inside = (
            "" if matrix.is_web_mercator
            else f"WHERE ST_X(geom) >= 0 AND ST_X(geom) < {EXTENT} AND ST_Y(geom) >= 0 AND ST_Y(geom) < {EXTENT}"
        )  # fmt: skip
    return f"""
        SELECT ST_AsMVT(tile, '{layer.name}_overview', {EXTENT}, 'geom', 'id') AS mvt, count(*) AS found FROM (
            SELECT id, count, {"".join(f"{attribute(one)}, " for one in recipe.classes)}
                   {"filled, " if filled else ""}most, ST_AsMVTGeom({matrix.shape_sql("shape")}, {matrix.tile_sql()},
                   {EXTENT}, {BUFFER}, true) AS geom
            FROM (SELECT {CELL_ID} AS id, sum(g.n)::bigint AS count, {by_class} {filled}
                         (array_agg(g.class ORDER BY g.n DESC, g.class))[1] AS most, {geom} AS shape
                  FROM ({_cells(recipe, layer, matrix, _margin(recipe, matrix))}) g GROUP BY g.x, g.y) cells
            ORDER BY count DESC, hashint8(id), id
            LIMIT {limit}) AS tile {inside}"""  # noqa: S608 - as above
