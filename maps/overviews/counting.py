"""SQL of the counts: which line of the ledger a row of a layer is. The recipe is in the catalogue.

A trigger writes the lines of exactly the rows that a statement changed, in its transaction, so the
sums are right at every commit and no writer waits for another. `merge` only makes the ledger short.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from maps.catalog.model import Layer
from maps.catalog.recipes import WORLD_M, Counts

_COLUMNS = "layer, zoom, x, y, class, zone_id, is_public, n, sum_x, sum_y, amount"
_KEY = "layer, zoom, x, y, class, zone_id, is_public"
_SUMS = "sum(n) AS n, sum(sum_x) AS sum_x, sum(sum_y) AS sum_y, sum(amount) AS amount"


def lines_sql(layer: str, recipe: Counts, *sources: tuple[str, int]) -> str:
    """INSERT of the lines of rows in the sources, each with +1 or -1; what cancels out leaves no line.

    Rows are counted in the cells of the highest zoom; those of the zooms before it are added up from them.
    """
    first, last = recipe.zooms
    half, side = f"{WORLD_M / 2!r}::float8", f"{recipe.cell_m(last)!r}::float8"
    rows = " UNION ALL ".join(_rows(recipe, source, sign) for source, sign in sources)
    coarser = "".join(_coarser(recipe, zoom) for zoom in range(last - 1, first - 1, -1))
    lines = " UNION ALL ".join(f"SELECT {z} AS zoom, * FROM of_{z}" for z in range(first, last + 1))  # noqa: S608 - numbers
    return f"""
    INSERT INTO gis.overview_counts ({_COLUMNS})
    WITH of_{last} AS (
        SELECT floor((px + {half}) / {side})::integer AS x, floor(({half} - py) / {side})::integer AS y,
               class, zone_id, is_public, sum(sign) AS n, sum(sign * px) AS sum_x, sum(sign * py) AS sum_y,
               sum(sign * amount) AS amount
        FROM ({rows}) counted GROUP BY 1, 2, 3, 4, 5){coarser}
    SELECT '{layer}', zoom, x, y, class, zone_id, is_public, n, sum_x, sum_y, amount FROM ({lines}) AS line
    WHERE n <> 0 OR sum_x <> 0 OR sum_y <> 0 OR amount <> 0"""  # noqa: S608 - constants of the catalogue


def _coarser(recipe: Counts, zoom: int) -> str:
    """A cell is four cells of the next zoom, or sixteen where those are finer."""
    shift = (2 * recipe.cells_across(zoom + 1) // recipe.cells_across(zoom)).bit_length() - 1
    return f""", of_{zoom} AS (
        SELECT x >> {shift} AS x, y >> {shift} AS y, class, zone_id, is_public, {_SUMS}
        FROM of_{zoom + 1} GROUP BY 1, 2, 3, 4, 5)"""  # noqa: S608 - numbers


def _rows(recipe: Counts, source: str, sign: int) -> str:
    return (
        f"SELECT {sign} AS sign, floor(ST_X(p))::bigint AS px, floor(ST_Y(p))::bigint AS py,"  # noqa: S608 - as above
        f" {recipe.of_class} AS class, {recipe.zone} AS zone_id, {recipe.public} AS is_public,"
        f" {recipe.amount} AS amount"
        f" FROM {source} r, LATERAL (SELECT {recipe.at} AS p OFFSET 0) AS point"
        f" WHERE r.geom_3857 IS NOT NULL AND {recipe.where}"
    )


def recount(conn: Connection, layer: Layer) -> None:
    """Count a layer from its rows. Whoever wants to write them waits until the transaction ends."""
    recipe = layer.overview
    assert isinstance(recipe, Counts)
    conn.execute(text(f"LOCK TABLE gis.{recipe.table} IN SHARE MODE"))
    conn.execute(text("DELETE FROM gis.overview_counts WHERE layer = :layer"), {"layer": layer.name})
    conn.exec_driver_sql(lines_sql(layer.name, recipe, (f"gis.{recipe.table}", 1)))


def is_long(conn: Connection) -> bool:
    """Whether the ledger has lines that can be merged."""
    return bool(
        conn.execute(
            text(f"SELECT EXISTS (SELECT FROM gis.overview_counts GROUP BY {_KEY} HAVING count(*) > 1)")  # noqa: S608
        ).scalar_one()
    )


def merge(conn: Connection) -> int:
    """Merge lines of one cell and class into one; nothing that a reader sees changes. How many lines went."""
    found = conn.execute(
        text(f"""
            WITH many AS (
                SELECT {_KEY} FROM gis.overview_counts GROUP BY {_KEY} HAVING count(*) > 1 OR sum(n) = 0),
            gone AS (
                DELETE FROM gis.overview_counts c USING many m
                WHERE (c.layer, c.zoom, c.x, c.y, c.class, c.is_public)
                      = (m.layer, m.zoom, m.x, m.y, m.class, m.is_public)
                  AND c.zone_id IS NOT DISTINCT FROM m.zone_id
                RETURNING c.*),
            kept AS (
                INSERT INTO gis.overview_counts ({_COLUMNS})
                SELECT {_KEY}, sum(n), sum(sum_x), sum(sum_y), sum(amount) FROM gone
                GROUP BY {_KEY} HAVING sum(n) <> 0 OR sum(sum_x) <> 0 OR sum(sum_y) <> 0 OR sum(amount) <> 0
                RETURNING 1)
            SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM kept)""")  # noqa: S608 - names of columns
    )
    return int(found.scalar_one())
