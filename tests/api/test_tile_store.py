"""The store: seeded once, kept full by what is dirty, and never a word of staff for the public."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import psycopg
import pytest

from gis_service.database import Database
from gis_service.settings import Settings
from gis_service.tile_serving.seeding import keep_seeding, seed_round
from gis_service.tile_serving.service import Ask
from gis_service.tile_serving.serving import Serving
from maps import catalog, compression, tile_seeding, tile_store, tiles
from maps.catalog import Audience
from maps.tile_cache import Kept
from tests.conftest import NewDatabase

T = TypeVar("T")
AUDIENCES: tuple[Audience, ...] = ("public", "staff")


@pytest.fixture(scope="module")
def seeded(new_database: NewDatabase) -> Settings:
    """A demonstration province with some hidden plots, seeded."""
    settings = new_database(demo=True)
    with owner(settings) as conn:
        conn.execute("UPDATE plots SET published = false WHERE id % 5 = 0")
    report = asyncio.run(seed_round(Database(settings)))
    assert report.tiles > 1000
    assert report.zooms == report.whole
    assert report.failed == []
    return settings


def owner(settings: Settings) -> psycopg.Connection[Any]:
    assert settings.database_url is not None
    return psycopg.connect(
        settings.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    )


@pytest.fixture
def db(seeded: Settings) -> Iterator[psycopg.Connection[Any]]:
    with owner(seeded) as conn:
        yield conn


def serve(settings: Settings, work: Callable[[Serving], Awaitable[T]]) -> T:
    """Do something with the tiles of a fresh process: its memory is empty."""

    async def doing() -> T:
        serving = Serving(Database(settings))
        serving.open()
        try:
            return await work(serving)
        finally:
            await serving.close()

    return asyncio.run(doing())


def ask(names: str, z: int, x: int, y: int, audience: Audience = "public", encoding: str = "identity") -> Ask:
    return Ask(tiles.parse_layers(names), audience, z, x, y, encoding)


def outcomes(serving: Serving) -> dict[str, int]:
    found: dict[str, int] = {}
    for (outcome, _), count in serving.service.metrics.answers.items():
        found[outcome] = found.get(outcome, 0) + count
    return found


def some_tiles(db: psycopg.Connection[Any], layer: str, z: int) -> list[tuple[int, int]]:
    return db.execute(
        "SELECT DISTINCT x, y FROM tile_store WHERE layer = %s AND z = %s ORDER BY 1, 2 LIMIT 6", (layer, z)
    ).fetchall()


def test_a_seeded_tile_is_looked_up_and_is_what_would_be_drawn(db: psycopg.Connection[Any], seeded: Settings) -> None:
    addresses = [
        (layer.name, z, x, y)
        for layer in catalog.LAYERS
        for z in {layer.first_zoom, 12, layer.max_zoom} - set(range(layer.first_zoom))
        for x, y in some_tiles(db, layer.name, z)
    ]
    assert {name for name, *_ in addresses} >= {"plots", "zones", "streets", "enterprises", "sites", "coverage"}

    async def both(serving: Serving) -> None:
        for audience in AUDIENCES:
            for name, z, x, y in addresses:
                looked_up = await serving.service.answer(ask(name, z, x, y, audience))
                drawn = await serving.service.connections[audience].run(
                    lambda conn, name=name, z=z, x=x, y=y, audience=audience: tiles.render(  # type: ignore[misc]
                        conn, tiles.parse_layers(name), audience, z, x, y
                    )
                )
                assert looked_up.body == drawn.body, (audience, name, z, x, y)
        assert outcomes(serving) == {"store": 2 * len(addresses)}

    serve(seeded, both)


def test_a_tile_without_a_row_is_empty_where_the_zoom_is_complete(seeded: Settings) -> None:
    async def far_away(serving: Serving) -> None:
        kept = await serving.service.answer(ask("plots", 16, 0, 0))
        assert kept.body == b""
        assert outcomes(serving) == {"store": 1}

    serve(seeded, far_away)


def test_layers_of_one_request_are_joined_and_compressed_once_in_any_encoding(
    db: psycopg.Connection[Any], seeded: Settings
) -> None:
    (x, y), *_ = some_tiles(db, "plots", 14)

    async def join(serving: Serving) -> None:
        service = serving.service
        parts = [(await service.answer(ask(name, 14, x, y))).body for name in ("zones", "plots", "streets")]
        for encoding in ("zstd", "br", "gzip", "identity"):
            kept = await service.answer(ask("zones,plots,streets", 14, x, y, encoding=encoding))
            assert compression.expand(kept.body, encoding) == b"".join(parts)
        assert outcomes(serving) == {"store": 4, "memory": 3}  # three of four encodings come from the first

    serve(seeded, join)


def test_the_public_reads_only_its_own_tiles(db: psycopg.Connection[Any], seeded: Settings) -> None:
    pools = Database(seeded)
    with psycopg.connect(pools.tile_conninfo("public"), autocommit=True) as public:
        assert public.execute("SELECT DISTINCT audience FROM tile_store").fetchall() == [("public",)]
        for statement in ("SELECT * FROM gis.tile_store", "DELETE FROM tile_store", "DELETE FROM tile_marks",
                          "SELECT gis.touch_layer('plots')", "SELECT gis.touch_tiles('plots', NULL)"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                public.execute(statement.encode())
    differing = db.execute(
        "SELECT p.x, p.y FROM tile_store p JOIN tile_store s USING (layer, z, x, y)"
        " WHERE p.audience = 'public' AND s.audience = 'staff' AND p.layer = 'plots' AND z = 14 AND p.body <> s.body"
    ).fetchall()
    assert differing, "no tile shows staff more than the public: the fixture hid no plot"

    async def compare(serving: Serving) -> None:
        x, y = differing[0]
        seen: dict[Audience, Kept] = {
            one: await serving.service.answer(ask("plots", 14, x, y, one)) for one in AUDIENCES
        }
        assert seen["public"].body != seen["staff"].body
        assert seen["public"].etag != seen["staff"].etag
        again = {one: await serving.service.answer(ask("plots", 14, x, y, one)) for one in AUDIENCES}
        assert {one: kept.body for one, kept in again.items()} == {one: kept.body for one, kept in seen.items()}

    serve(seeded, compare)


def test_after_an_edit_the_tile_is_drawn_anew_and_the_next_round_draws_the_dirty_ones_only(
    db: psycopg.Connection[Any], seeded: Settings
) -> None:
    (x, y), *_ = some_tiles(db, "plots", 16)
    before = serve(seeded, lambda serving: serving.service.answer(ask("plots", 16, x, y)))
    db.execute(
        "UPDATE plots SET status = CASE status WHEN 'leased' THEN 'available' ELSE 'leased' END"
        " WHERE geom_3857 && ST_TileEnvelope(16, %s, %s)",
        (x, y),
    )
    dirty = db.execute(
        "SELECT count(*) FROM tile_marks m"
        " JOIN tile_seeds s ON s.layer = m.layer AND s.z = m.z AND m.version > s.version"
    ).fetchone()
    assert dirty is not None

    async def anew(serving: Serving) -> None:
        kept = await serving.service.answer(ask("plots", 16, x, y))
        assert kept.etag != before.etag
        assert kept.body != before.body
        assert outcomes(serving) == {"drawn": 1}

    serve(seeded, anew)
    report = asyncio.run(seed_round(Database(seeded)))
    assert (report.tiles, report.whole) == (dirty[0], 0)
    after = serve(seeded, lambda serving: serving.service.answer(ask("plots", 16, x, y)))
    assert after.body != before.body
    assert asyncio.run(seed_round(Database(seeded))).tiles == 0


def test_what_became_empty_is_empty_and_what_came_is_there(db: psycopg.Connection[Any], seeded: Settings) -> None:
    """A point moves to where nothing was."""
    z = 16
    row = db.execute("SELECT id, ST_AsEWKT(geom) FROM enterprises WHERE published ORDER BY id LIMIT 1").fetchone()
    assert row is not None
    where = (
        "SELECT floor((ST_X(geom_3857) + 20037508.342789244) / side)::int,"
        " floor((20037508.342789244 - ST_Y(geom_3857)) / side)::int FROM enterprises,"
        f" LATERAL (SELECT 40075016.685578488 / (1 << {z}) AS side) s WHERE id = %s"
    )
    old = db.execute(where.encode(), (row[0],)).fetchone()
    db.execute("UPDATE enterprises SET geom = ST_Translate(geom, 9000, 9000) WHERE id = %s", (row[0],))
    new = db.execute(where.encode(), (row[0],)).fetchone()
    assert old is not None
    assert new is not None
    asyncio.run(seed_round(Database(seeded)))

    async def look(serving: Serving) -> None:
        there = await serving.service.answer(ask("enterprises", z, *new))
        assert there.body
        gone = await serving.service.answer(ask("enterprises", z, *old))
        assert there.body != gone.body
        assert outcomes(serving) == {"store": 2}

    serve(seeded, look)
    db.execute("UPDATE enterprises SET geom = ST_GeomFromEWKT(%s) WHERE id = %s", (row[1], row[0]))


def test_a_whole_layer_and_an_older_recipe_are_seeded_again_and_leave_no_old_rows(
    db: psycopg.Connection[Any], seeded: Settings
) -> None:
    with db.transaction():
        db.execute("SELECT touch_layer('zones')")
    db.execute("UPDATE tile_seeds SET recipe = 'older' WHERE layer = 'sites' AND audience = 'public'")
    db.execute("UPDATE tile_store SET recipe = 'older' WHERE layer = 'sites' AND audience = 'public'")
    report = asyncio.run(seed_round(Database(seeded)))
    assert report.whole > 0
    zones = db.execute(
        "SELECT count(*) FROM tile_store s JOIN tile_layers l USING (layer)"
        " WHERE layer = 'zones' AND s.version < l.epoch"
    ).fetchone()
    assert zones == (0,)
    assert db.execute("SELECT count(*) FROM tile_store WHERE recipe = 'older'").fetchone() == (0,)


def test_the_worker_seeds_behind_every_change(db: psycopg.Connection[Any], seeded: Settings) -> None:
    async def follow() -> None:
        task = asyncio.create_task(keep_seeding(Database(seeded)))
        try:
            for _ in range(2):
                await asyncio.to_thread(db.execute, "UPDATE zones SET source = source WHERE id % 2 = 0")
                await wait_until_caught_up(db)
        finally:
            task.cancel()

    asyncio.run(follow())
    assert db.execute(BEHIND).fetchone() == (0,)
    newest = "SELECT max(s.version) = max(l.version) FROM tile_store s JOIN tile_layers l USING (layer)"
    assert db.execute(f"{newest} WHERE layer = 'zones'").fetchone() == (True,), "tiles of the last edit are in store"


BEHIND = "SELECT count(*) FROM tile_seeds s JOIN tile_layers l USING (layer) WHERE s.version < l.version"


async def wait_until_caught_up(db: psycopg.Connection[Any]) -> None:
    until = time.monotonic() + 60
    while db.execute(BEHIND).fetchone() != (0,):
        assert time.monotonic() < until, "the worker did not seed"
        await asyncio.sleep(0.05)


def test_two_seeders_do_not_draw_the_same_twice(db: psycopg.Connection[Any], seeded: Settings) -> None:
    db.execute("UPDATE streets SET source = source")

    async def both() -> list[bool]:
        reports = await asyncio.gather(*(seed_round(Database(seeded)) for _ in range(3)))
        return sorted(report.busy for report in reports)

    assert asyncio.run(both()).count(False) >= 1
    assert db.execute("SELECT count(*) FROM tile_seeds s JOIN tile_layers l USING (layer)"
                      " WHERE s.version < l.version AND layer = 'streets'").fetchone() == (0,)  # fmt: skip


def test_a_tile_that_was_dear_is_written_back_and_one_of_a_newer_version_stays(
    db: psycopg.Connection[Any], seeded: Settings
) -> None:
    (x, y), *_ = some_tiles(db, "zones", 12)

    async def write(serving: Serving) -> int:
        state = await serving.service.freshness.now()
        zones = catalog.get("zones")
        row = tile_store.as_row(state, zones, "public", 12, x, y, tiles.Tile(b"made up", (("zones", 3, 9),)))
        newer = tile_store.Row("public", "zones", 12, x, y, row.version + 5, row.recipe, row.body, row.thinned)
        serving.service.write_back.add(newer)
        await stored(db, (x, y), row.version + 5)
        serving.service.write_back.add(row)
        await asyncio.sleep(0.5)
        return newer.version

    newest = serve(seeded, write)
    assert kept(db, (x, y)) == (newest, 3, 9), "the older drawing did not take its place"
    db.execute("DELETE FROM tile_store WHERE layer = 'zones' AND z = 12 AND (x, y) = (%s, %s)", (x, y))
    db.execute("DELETE FROM tile_seeds WHERE layer = 'zones' AND z = 12")


def kept(db: psycopg.Connection[Any], at: tuple[int, int]) -> Any:
    """Version, features drawn and features there of a stored tile of zones at z12."""
    return db.execute(
        "SELECT version, drawn, there FROM tile_store WHERE audience = 'public' AND layer = 'zones' AND z = 12"
        " AND (x, y) = (%s, %s)", at,
    ).fetchone()  # fmt: skip


async def stored(db: psycopg.Connection[Any], at: tuple[int, int], version: int) -> None:
    until = time.monotonic() + 10
    while kept(db, at) != (version, 3, 9):
        assert time.monotonic() < until, "not written back"
        await asyncio.sleep(0.05)


def test_a_stampede_draws_a_tile_once(db: psycopg.Connection[Any], seeded: Settings) -> None:
    (x, y), *_ = some_tiles(db, "plots", 13)
    db.execute("UPDATE plots SET source = source")  # so that it must be drawn

    async def stampede(serving: Serving) -> None:
        answers = await asyncio.gather(*(serving.service.answer(ask("plots", 13, x, y)) for _ in range(60)))
        assert len({answer.body for answer in answers}) == 1
        assert outcomes(serving) == {"drawn": 1}

    serve(seeded, stampede)


def test_candidates_hold_every_tile_that_is_not_empty(seeded: Settings) -> None:
    """The neighbours of all candidates are empty, which is what makes an absent row mean empty."""
    pools, z = Database(seeded), 12

    async def look() -> None:
        async with await psycopg.AsyncConnection.connect(pools.tile_conninfo("staff"), autocommit=True) as conn:
            for layer in catalog.LAYERS:
                if not layer.first_zoom <= z <= layer.max_zoom:
                    continue
                inside = set((await tile_seeding.candidates(conn, layer, "staff"))[z])
                around = {(x + dx, y + dy) for x, y in inside for dx in (-1, 0, 1) for dy in (-1, 0, 1)} - inside
                made = await tile_seeding.draw(conn, layer, "staff", z, sorted(around))
                assert not any(tile.body for tile in made), layer.name

    asyncio.run(look())
