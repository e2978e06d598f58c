"""What a click on a cell of an overview tells: how many of what lie there, for one audience."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from layers.errors import NotFound, UnknownLayer
from maps import catalog, i18n
from maps.catalog import Counts, Layer
from maps.catalog.recipes import WORLD_M
from maps.facts import Answer, Fact
from maps.pages import write_number, write_percent

SUFFIX = "_overview"


def layer_of(name: str) -> Layer | None:
    """The counted layer behind `plots_overview`; None for any other name."""
    layer = catalog.BY_NAME.get(name.removesuffix(SUFFIX)) if name.endswith(SUFFIX) else None
    return layer if layer is not None and isinstance(layer.overview, Counts) else None


def parse(cell: int) -> tuple[int, int, int]:
    """Zoom, column and row of the number of a cell, as `maps.tile_sql` writes it."""
    return cell >> 40, cell >> 20 & 0xFFFFF, cell & 0xFFFFF


def find(conn: Connection, layer: Layer, cell: int, lang: str) -> Answer:
    """The counts of one cell as the role of `conn` may see them. Raises `NotFound` where nothing is."""
    recipe = layer.overview
    if not isinstance(recipe, Counts):
        raise UnknownLayer(f"{layer.name}{SUFFIX}", list(catalog.BY_NAME))
    zoom, x, y = parse(cell)
    rows = conn.execute(
        text(
            "SELECT class, sum(n) AS n, sum(sum_x) AS sum_x, sum(sum_y) AS sum_y, sum(amount) AS amount"
            " FROM overview_counts WHERE layer = :layer AND zoom = :zoom AND x = :x AND y = :y"
            " GROUP BY class HAVING sum(n) > 0 ORDER BY sum(n) DESC, class"
        ),
        {"layer": layer.name, "zoom": zoom, "x": x, "y": y},
    ).all()
    if not rows:
        raise NotFound("cell", "ô", cell)
    total = int(sum(row.n for row in rows))
    facts = [Fact(f"n_{row[0]}", _class_name(layer, recipe, row[0], lang), int(row.n), _number(lang, row.n))
             for row in rows]  # fmt: skip
    middle = (float(sum(row.sum_x for row in rows) / total), float(sum(row.sum_y for row in rows) / total))
    where = _place(conn, recipe, zoom, x, y, middle)
    facts += _area(recipe, int(sum(row.amount for row in rows)), where["cell_m2"], lang)
    facts += _zones(conn, layer, (zoom, x, y), lang)
    written = _number(lang, total)
    return Answer(
        f"{layer.name}{SUFFIX}", i18n.translate(lang, f"overview.kind.{recipe.look}"), cell,
        i18n.translate(lang, f"overview.{layer.name}", n=written), tuple(facts), (), where["lon"], where["lat"],
        (where["west"], where["south"], where["east"], where["north"]), where["is_demo"],
    )  # fmt: skip


def _class_name(layer: Layer, recipe: Counts, of_class: str, lang: str) -> str:
    """The word of a listed class; other classes are names already."""
    return i18n.translate(lang, f"overview.{layer.name}.{of_class}") if recipe.classes else of_class


def _number(lang: str, value: Any) -> str:
    return write_number(lang, int(value), 0)


def _place(conn: Connection, recipe: Counts, zoom: int, x: int, y: int, middle: tuple[float, float]) -> Any:
    side, half = recipe.cell_m(zoom), WORLD_M / 2
    return conn.execute(
        text(
            "SELECT ST_X(p) AS lon, ST_Y(p) AS lat, ST_XMin(b) AS west, ST_YMin(b) AS south, ST_XMax(b) AS east,"
            " ST_YMax(b) AS north, ST_Area(b::geography) AS cell_m2,"
            " (SELECT demo_seed IS NOT NULL FROM deployment) AS is_demo"
            " FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(:x, :y), 3857), 4326) AS p,"
            "              ST_Transform(ST_MakeEnvelope(:west, :south, :east, :north, 3857), 4326) AS b) AS here"
        ),
        {"x": middle[0], "y": middle[1], "west": x * side - half, "east": (x + 1) * side - half,
         "north": half - y * side, "south": half - (y + 1) * side},
    ).mappings().one()  # fmt: skip


def _area(recipe: Counts, area_m2: int, cell_m2: float, lang: str) -> list[Fact]:
    """Of a grid: the land that it counts, and which part of the square that is."""
    if recipe.look != "grid":
        return []
    ha = i18n.translate(lang, "unit.ha", n=write_number(lang, area_m2 / 10_000, 1))
    share = min(1.0, area_m2 / cell_m2)
    return [
        Fact("area_ha", i18n.translate(lang, "overview.area"), area_m2 / 10_000, ha),
        Fact("filled", i18n.translate(lang, "overview.filled"), share, write_percent(lang, share)),
    ]


def _zones(conn: Connection, layer: Layer, cell: tuple[int, int, int], lang: str) -> list[Fact]:
    names = conn.execute(
        text(
            "SELECT z.name FROM zones z WHERE z.id IN (SELECT zone_id FROM overview_counts"
            " WHERE layer = :layer AND zoom = :zoom AND x = :x AND y = :y GROUP BY zone_id HAVING sum(n) > 0)"
            " ORDER BY z.name LIMIT 6"
        ),
        {"layer": layer.name, "zoom": cell[0], "x": cell[1], "y": cell[2]},
    ).scalars()
    told = "; ".join(names)
    return [Fact("zones", i18n.translate(lang, "overview.zones"), told, told)] if told else []
