"""Which tiles a change marks: all whose bytes change, and none that the shapes do not reach."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from gis_service.database import Database
from gis_service.settings import Settings
from maps import catalog, tile_seeding
from maps.catalog import Audience, Layer

Drawn = dict[tuple[str, str, int, int, int], bytes]
Marks = dict[tuple[str, int, int, int], int]
ZOOMS = (8, 11, 13, 15, 17)
AUDIENCES: tuple[Audience, ...] = ("public", "staff")


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    """As the owner; each statement is a transaction."""
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        yield conn


def marks(db: psycopg.Connection[Any]) -> Marks:
    return {tuple(row[:4]): row[4] for row in db.execute("SELECT layer, z, x, y, version FROM tile_marks")}


def epochs(db: psycopg.Connection[Any]) -> dict[str, int]:
    return dict(db.execute("SELECT layer, epoch FROM tile_layers").fetchall())


def marked_by(db: psycopg.Connection[Any], *statements: str) -> set[tuple[str, int, int, int]]:
    """The tiles that a transaction of these statements marks."""
    before = marks(db)
    with db.transaction():
        for statement in statements:
            db.execute(statement.encode())
    return {at for at, version in marks(db).items() if before.get(at) != version}


def draw_all(settings: Settings) -> Drawn:
    """Every tile of some zooms of all layers, for both audiences."""
    pools = Database(settings)

    async def draw() -> Drawn:
        found: Drawn = {}
        for audience in AUDIENCES:
            async with await psycopg.AsyncConnection.connect(pools.tile_conninfo(audience), autocommit=True) as conn:
                for layer in catalog.LAYERS:
                    for z, columns in (await tile_seeding.candidates(conn, layer, audience)).items():
                        if z in ZOOMS and columns:
                            made = await tile_seeding.draw(conn, layer, audience, z, columns)
                            found |= {
                                (audience, layer.name, z, *at): tile.body
                                for at, tile in zip(columns, made, strict=True)
                                if tile.body
                            }
        return found

    return asyncio.run(draw())


EDITS = {
    "a plot changes its status": """UPDATE plots SET status = 'reserved'
        WHERE id = (SELECT min(id) FROM plots WHERE status = 'available')""",
    "a plot moves over an edge": """UPDATE plots SET geom = ST_Translate(geom, 700, 400)
        WHERE id = (SELECT max(id) FROM plots)""",
    "a plot is hidden": "UPDATE plots SET published = false WHERE id = (SELECT min(id) FROM plots WHERE published)",
    "a plot goes": """DELETE FROM plots WHERE id = (SELECT max(id) FROM plots WHERE id NOT IN (
        SELECT plot_id FROM entrances WHERE plot_id IS NOT NULL
        UNION SELECT plot_id FROM enterprises WHERE plot_id IS NOT NULL
        UNION SELECT plot_id FROM places WHERE plot_id IS NOT NULL))""",
    "a firm comes": """INSERT INTO enterprises (code, name, status, source, geom)
        SELECT 'new', 'Mới', 'operating', 'test', ST_PointOnSurface(geom) FROM zones ORDER BY id LIMIT 1""",
    "a zone is hidden with its plots": "UPDATE zones SET published = false WHERE id = (SELECT max(zone_id) FROM plots)",
    "a site changes hands": """UPDATE sites SET operator = (SELECT max(operator) FROM sites)
        WHERE id = (SELECT min(id) FROM sites WHERE operator < (SELECT max(operator) FROM sites))""",
    "a site moves with its cells": """UPDATE sites SET geom = ST_Translate(geom, 900, -300)
        WHERE id = (SELECT max(site_id) FROM cells)""",
    "a street gets another name": """UPDATE streets SET name = 'Đường Khác'
        WHERE id = (SELECT id FROM streets ORDER BY ST_Length(geom) DESC LIMIT 1)""",
    "a commune ends": """UPDATE administrative_units SET valid_to = current_date WHERE id = (
        SELECT max(id) FROM administrative_units WHERE level = 'commune' AND valid_to IS NULL AND geom IS NOT NULL)""",
    "a place with its number comes": """
        WITH door AS (SELECT id, street_id, geom FROM entrances WHERE street_id IS NOT NULL ORDER BY id LIMIT 1),
        place AS (INSERT INTO places (id, entrance_id, geom) SELECT 'TEST77', id, geom FROM door RETURNING id)
        INSERT INTO house_numbers (street_id, place_id, entrance_id, number, plate_text, side, chainage_m, status,
                                   origin, valid_from)
        SELECT street_id, 'TEST77', id, 77, '77', 'left', 10, 'in_force', 'existing', '2020-01-01' FROM door""",
    "a spare number at a door comes": """
        INSERT INTO house_numbers (street_id, entrance_id, number, plate_text, side, chainage_m, status, origin,
                                   valid_from)
        SELECT street_id, id, 79, '79', 'left', 10, 'reserved', 'existing', '2020-01-01'
        FROM entrances WHERE street_id IS NOT NULL ORDER BY id DESC LIMIT 1""",
    "a place with a number moves": "UPDATE places SET geom = ST_Translate(geom, 800, 0) WHERE id = 'TEST77'",
    "a door with a spare number moves": """UPDATE entrances SET geom = ST_Translate(geom, 0, 800)
        WHERE id = (SELECT entrance_id FROM house_numbers WHERE number = 79)""",
    "many plots at once": "UPDATE plots SET status = 'planned' WHERE id % 3 = 0",
}


def test_every_tile_that_changes_is_marked(db: psycopg.Connection[Any], demo_database: Settings) -> None:
    """Each edit in turn: tiles of all layers, zooms and audiences drawn before and after, byte by byte."""
    before = draw_all(demo_database)
    for what, edit in EDITS.items():
        marked = marked_by(db, edit)
        after = draw_all(demo_database)
        changed = {at[1:] for at in before.keys() | after.keys() if before.get(at) != after.get(at)}
        assert changed, f"{what}: nothing changed, so nothing is proved"
        assert changed <= marked, what
        before = after


def reach(db: psycopg.Connection[Any], shapes: str, z: int) -> set[tuple[int, int]]:
    """Tiles of the zoom whose box, with its buffer and one unit, a shape really touches."""
    rows = db.execute(
        f"""SELECT DISTINCT x, y FROM ({shapes}) AS s (shape),
              LATERAL (SELECT 40075016.685578488 / (1 << {z}) AS side) a,
              generate_series(floor((ST_XMin(shape) + 20037508.342789244) / side - 0.02)::int,
                              floor((ST_XMax(shape) + 20037508.342789244) / side + 0.02)::int) x,
              generate_series(floor((20037508.342789244 - ST_YMax(shape)) / side - 0.02)::int,
                              floor((20037508.342789244 - ST_YMin(shape)) / side + 0.02)::int) y
            WHERE ST_Intersects(shape, ST_TileEnvelope({z}, x, y, margin => 65.0 / 4096))""".encode()
    )
    return set(rows.fetchall())


@pytest.mark.parametrize(
    ("layer", "table", "which"),
    [
        ("plots", "plots", "id = (SELECT min(id) FROM plots)"),
        ("enterprises", "enterprises", "id = (SELECT min(id) FROM enterprises)"),
        ("streets", "streets", "id = (SELECT id FROM streets ORDER BY ST_Length(geom) DESC LIMIT 1)"),
        ("zones", "zones", "id = (SELECT id FROM zones ORDER BY ST_Area(geom) DESC LIMIT 1)"),
        ("administrative_units", "administrative_units", "level = 'province' AND valid_to IS NULL"),
    ],
)  # fmt: skip
def test_only_tiles_that_the_shape_reaches_are_marked(
    db: psycopg.Connection[Any], layer: str, table: str, which: str
) -> None:
    marked = marked_by(db, f"UPDATE {table} SET source = source || '.' WHERE {which}")
    row = db.execute("SELECT min_zoom, max_zoom FROM tile_layers WHERE layer = %s", (layer,)).fetchone()
    assert row is not None
    for z in range(row[0], row[1] + 1):
        exact = reach(db, f"SELECT geom_3857 FROM {table} WHERE {which}", z)
        mine = {(x, y) for name, zoom, x, y in marked if (name, zoom) == (layer, z)}
        assert exact <= mine, z
        # A shape within 16 tiles of the last zoom counts as its box; larger ones are followed exactly.
        assert mine == exact or len(mine) <= 16, z
    assert {name for name, *_ in marked} == {layer}


def test_what_is_rolled_back_marks_nothing(db: psycopg.Connection[Any]) -> None:
    before, versions = marks(db), db.execute("SELECT layer, version FROM tile_layers ORDER BY 1").fetchall()
    with db.transaction(force_rollback=True):
        db.execute("UPDATE plots SET source = 'x'")
    with db.transaction():
        with db.transaction(force_rollback=True):
            db.execute("UPDATE streets SET source = 'x'")
        db.execute("SELECT 1")
    assert marks(db) == before
    assert db.execute("SELECT layer, version FROM tile_layers ORDER BY 1").fetchall() == versions
    assert db.execute("SELECT count(*) FROM tile_touches").fetchone() == (0,)


def test_versions_come_in_the_order_in_which_transactions_commit(
    db: psycopg.Connection[Any], demo_database: Settings
) -> None:
    assert demo_database.database_url is not None
    address = demo_database.database_url.get_secret_value()
    options = "-c search_path=gis,public"
    one, two = db.execute("SELECT array_agg(id) FROM (SELECT id FROM plots ORDER BY id LIMIT 2) p").fetchone()[0]  # type: ignore[index]
    with psycopg.connect(address, options=options) as first, psycopg.connect(address, options=options) as second:
        first.execute("UPDATE plots SET source = 'first' WHERE id = %s", (one,))
        second.execute("UPDATE plots SET source = 'second' WHERE id = %s", (two,))
        before = marks(db)
        second.commit()
        by_second = {v for at, v in marks(db).items() if before.get(at) != v}
        between = marks(db)
        first.commit()
        by_first = {v for at, v in marks(db).items() if between.get(at) != v}
    assert len(by_second) == len(by_first) == 1
    assert max(by_second) < min(by_first)


def test_a_shape_as_wide_as_a_country_and_a_truncation_are_told_as_the_whole_layer(
    db: psycopg.Connection[Any],
) -> None:
    before = epochs(db)
    wide = "ST_MakeEnvelope(11800000, 2300000, 12600000, 2700000, 3857)"
    with db.transaction():
        db.execute(f"SELECT touch_tiles('streets', ARRAY[{wide}])".encode())
    with db.transaction(force_rollback=True):
        db.execute("TRUNCATE entrances CASCADE")
        db.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert epochs(db)["entrances"] > before["entrances"]
    assert epochs(db)["streets"] > before["streets"]
    assert db.execute("SELECT count(*) FROM tile_marks WHERE layer = 'streets'").fetchone() == (0,)


def test_too_many_marks_become_a_new_epoch(db: psycopg.Connection[Any]) -> None:
    db.execute(
        "INSERT INTO tile_marks SELECT 'sites', 16, n, 0, 1 FROM generate_series(1, 50000) n ON CONFLICT DO NOTHING"
    )
    db.execute("UPDATE tile_layers SET marks = 50001 WHERE layer = 'sites'")
    with db.transaction():
        db.execute("UPDATE sites SET source = source WHERE id = (SELECT min(id) FROM sites)")
    held = db.execute("SELECT epoch = version, marks FROM tile_layers WHERE layer = 'sites'").fetchone()
    assert held == (True, 0)
    assert db.execute("SELECT count(*) FROM tile_marks WHERE layer = 'sites'").fetchone() == (0,)
    # A count that only seems too large, because the same tiles were marked again and again, is put right.
    db.execute("UPDATE tile_layers SET marks = 50001 WHERE layer = 'zones'")
    with db.transaction():
        db.execute("UPDATE zones SET source = source WHERE id = (SELECT min(id) FROM zones)")
    row = db.execute("SELECT epoch < version, marks FROM tile_layers WHERE layer = 'zones'").fetchone()
    assert row is not None
    assert row[0]
    assert 0 < row[1] <= 50_000


@pytest.mark.parametrize("layer", catalog.LAYERS, ids=lambda layer: layer.name)
def test_every_table_that_a_layer_draws_tells_of_its_changes(db: psycopg.Connection[Any], layer: Layer) -> None:
    sources = [layer.source_for(audience, past=past) for audience in AUDIENCES for past in (False, True)]
    named = {name for source in sources for name in re.findall(r"(?:FROM|JOIN|^)\s*\(?\s*([a-z_]+) [a-z]+\b", source)}
    tables = {name for name in named if db.execute("SELECT to_regclass(%s)", (f"gis.{name}",)).fetchone() != (None,)}
    assert tables, sources
    telling = {
        row[0]
        for row in db.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname LIKE 'note_tiles%' AND tgenabled = 'O'"
        )
    }
    assert tables <= telling


def test_marks_are_kept_for_every_zoom_of_the_catalogue(db: psycopg.Connection[Any]) -> None:
    kept = {
        name: (first, last) for name, first, last in db.execute("SELECT layer, min_zoom, max_zoom FROM tile_layers")
    }
    assert kept.keys() == catalog.BY_NAME.keys()
    for layer in catalog.LAYERS:
        assert kept[layer.name][0] <= layer.first_zoom
        assert layer.max_zoom <= kept[layer.name][1]
