"""Overviews on a real database: everything is counted once, incremental is the same as from nothing, rights hold."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, text

from gis_service import audit, overviewing
from gis_service.database import Database
from gis_service.settings import Settings
from maps import catalog, overviews
from maps.catalog import Counts, Shapes
from maps.overviews.counting import merge, recount
from tests.conftest import NewDatabase

COUNTED = [layer for layer in catalog.LAYERS if isinstance(layer.overview, Counts)]
SHAPED = [layer for layer in catalog.LAYERS if isinstance(layer.overview, Shapes)]
LEDGER = (
    "SELECT layer, zoom, x, y, class, zone_id, is_public, sum(n), sum(sum_x), sum(sum_y), sum(amount)"
    " FROM gis.overview_counts GROUP BY 1, 2, 3, 4, 5, 6, 7"
    " HAVING sum(n) <> 0 OR sum(sum_x) <> 0 OR sum(sum_y) <> 0 OR sum(amount) <> 0"
)
SHAPES = "SELECT layer, zoom, feature_id, made_from, ST_AsEWKB(geom_3857) FROM gis.overview_shapes"


def rows(conn: Connection, query: str) -> set[Any]:
    return {tuple(row) for row in conn.execute(text(query))}


def by_class(conn: Connection, query: str) -> dict[str, int]:
    return {row[0]: int(row[1]) for row in conn.execute(text(query))}


@pytest.mark.parametrize("layer", COUNTED, ids=lambda layer: layer.name)
@pytest.mark.parametrize(("role", "path"), [("gis_staff", "gis,public"), ("gis_public", "open,public")])
def test_everything_that_an_audience_may_see_is_counted_once_at_every_zoom(
    demo_conn: Connection, layer: catalog.Layer, role: str, path: str
) -> None:
    recipe = layer.counted
    assert recipe is not None
    if role == "gis_public":  # something that is not public, whatever the demonstration holds
        demo_conn.execute(text("UPDATE gis.plots SET published = false WHERE id % 7 = 0"))
        demo_conn.execute(text("UPDATE gis.enterprises SET published = false WHERE id % 5 = 0"))
        demo_conn.execute(text("UPDATE gis.zones SET published = false WHERE id = (SELECT min(id) FROM gis.zones)"))
    demo_conn.execute(text(f"SET LOCAL ROLE {role}"))
    demo_conn.execute(text(f"SET LOCAL search_path = {path}"))
    there = by_class(
        demo_conn,
        f"SELECT {recipe.of_class}, count(*) FROM {recipe.table} r"
        f" WHERE geom_3857 IS NOT NULL AND {recipe.where} GROUP BY 1",
    )
    assert sum(there.values()) > 50
    for zoom in range(recipe.zooms[0], recipe.zooms[1] + 1):
        counted = by_class(
            demo_conn,
            f"SELECT class, sum(n) FROM overview_counts WHERE layer = '{layer.name}' AND zoom = {zoom}"
            " GROUP BY 1 HAVING sum(n) <> 0",
        )
        assert counted == there, zoom


def test_the_area_of_the_grid_is_the_area_of_the_plots(demo_conn: Connection) -> None:
    plots = demo_conn.execute(text("SELECT sum(round(area_m2)::bigint) FROM gis.plots")).scalar_one()
    for zoom in range(6, 12):
        counted = demo_conn.execute(
            text("SELECT sum(amount) FROM gis.overview_counts WHERE layer = 'plots' AND zoom = :zoom"), {"zoom": zoom}
        ).scalar_one()
        assert counted == plots


Edit = Callable[[random.Random], str]
MOVED = "ST_Translate(geom, {dx:.3f}, {dy:.3f})"


def _moved(r: random.Random, far: float) -> str:
    return MOVED.format(dx=r.uniform(-far, far), dy=r.uniform(-far, far))


def _some(table: str, r: random.Random, share: float = 0.1) -> str:
    return (
        f"WHERE id IN (SELECT id FROM gis.{table} WHERE hashint8(id + {r.randrange(10**6)}) % 100 < {int(share * 100)})"
    )


EDITS: list[Edit] = [
    lambda r: f"UPDATE gis.plots SET geom = {_moved(r, 3000)}, area_m2 = area_m2 + 10 {_some('plots', r)}",
    lambda r: f"UPDATE gis.plots SET status = 'reserved' {_some('plots', r)}",
    lambda r: f"UPDATE gis.plots SET published = NOT published {_some('plots', r)}",
    lambda r: f"UPDATE gis.plots SET ground_note = 'x' {_some('plots', r)}",
    lambda r: "INSERT INTO gis.plots (zone_id, code, status, land_use_code, area_m2, source, geom)"
              f" SELECT zone_id, code || '-{r.randrange(10**9)}', 'available', land_use_code, area_m2, 'test',"
              f" {_moved(r, 900)} FROM gis.plots {_some('plots', r, 0.02)}",
    lambda r: f"DELETE FROM gis.plots p {_some('plots', r, 0.03)} AND p.source = 'test'",
    lambda r: f"UPDATE gis.zones SET published = NOT published {_some('zones', r, 0.3)}",
    lambda r: f"UPDATE gis.zones SET geom = {_moved(r, 400)} {_some('zones', r, 0.2)}",
    lambda r: "INSERT INTO gis.zones (code, kind, status, name, source, geom)"
              f" SELECT code || '-{r.randrange(10**9)}', kind, status, name, 'test', {_moved(r, 500)}"
              f" FROM gis.zones {_some('zones', r, 0.1)}",
    lambda r: "DELETE FROM gis.zones z WHERE source = 'test'"
              f" AND NOT EXISTS (SELECT FROM gis.plots p WHERE p.zone_id = z.id) AND id % 2 = {r.randrange(2)}",
    lambda r: f"UPDATE gis.enterprises SET geom = {_moved(r, 5000)}, status = 'closed' {_some('enterprises', r)}",
    lambda r: f"UPDATE gis.sites SET geom = {_moved(r, 5000)} {_some('sites', r)}",
    lambda r: f"UPDATE gis.cells SET radius_m = radius_m * 1.1 {_some('cells', r)}",
    lambda r: f"UPDATE gis.cells SET state = 'off' {_some('cells', r, 0.03)}",
    lambda r: f"DELETE FROM gis.cells {_some('cells', r, 0.02)}",
    lambda r: f"UPDATE gis.streets SET geom = {_moved(r, 900)} {_some('streets', r)}",
    lambda r: f"UPDATE gis.streets SET kind = 'alley' {_some('streets', r, 0.05)}",
    lambda r: "UPDATE gis.administrative_units SET geom = ST_Multi(ST_Buffer(geom, 25))"
              f" {_some('administrative_units', r, 0.04)} AND level = 'commune'",
    lambda r: "UPDATE gis.administrative_units SET valid_to = '2026-06-01'"
              f" {_some('administrative_units', r, 0.03)} AND level = 'commune' AND valid_to IS NULL",
]  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_edits_incremental_is_the_same_as_from_nothing(demo_conn: Connection, seed: int) -> None:
    r = random.Random(seed)
    done: list[str] = []
    for turn in range(3):
        done = [edit(r) for edit in r.sample(EDITS, 12)]
        for statement in done:
            demo_conn.execute(text(statement))
        if turn == 1:
            merge(demo_conn)
        overviews.refresh(demo_conn)
        assert rows(demo_conn, "SELECT * FROM gis.overview_changes") == set()
    ledger, shapes = rows(demo_conn, LEDGER), rows(demo_conn, SHAPES)
    for layer in COUNTED:
        recount(demo_conn, layer)
    overviews.rebuild(demo_conn)
    assert rows(demo_conn, LEDGER) == ledger, done
    assert rows(demo_conn, SHAPES) == shapes, done


def test_merging_changes_no_sum_and_leaves_one_line_for_each_cell_and_class(demo_conn: Connection) -> None:
    demo_conn.execute(text("UPDATE gis.plots SET status = 'reserved' WHERE id % 3 = 0"))
    before = rows(demo_conn, LEDGER)
    assert overviews.is_long(demo_conn)
    assert merge(demo_conn) > 0
    assert not overviews.is_long(demo_conn)
    assert rows(demo_conn, LEDGER) == before
    assert merge(demo_conn) == 0


def test_an_emptied_table_has_no_overview(demo_conn: Connection) -> None:
    demo_conn.execute(text("TRUNCATE gis.plots, gis.zones, gis.streets CASCADE"))
    for table in ("overview_counts", "overview_shapes", "overview_changes"):
        left = rows(demo_conn, f"SELECT layer FROM gis.{table} WHERE layer IN ('plots', 'zones', 'streets')")
        assert left == set(), table


def test_counts_and_shapes_of_what_is_not_public_are_not_public(demo_conn: Connection) -> None:
    zone = demo_conn.execute(
        text("SELECT zone_id FROM gis.plots GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    ).scalar_one()
    count = "SELECT coalesce(sum(n), 0) FROM open.overview_counts WHERE layer = 'plots' AND zoom = 8"
    before = demo_conn.execute(text(count)).scalar_one()
    plots = demo_conn.execute(text("SELECT count(*) FROM gis.plots WHERE zone_id = :z"), {"z": zone}).scalar_one()
    demo_conn.execute(text("UPDATE gis.zones SET published = false WHERE id = :z"), {"z": zone})
    assert demo_conn.execute(text(count)).scalar_one() == before - plots  # at once, without any refresh
    shown = text("SELECT count(*) FROM open.overview_shapes WHERE layer = 'zones' AND feature_id = :z")
    assert demo_conn.execute(shown, {"z": zone}).scalar_one() == 0
    held = text("SELECT count(*) FROM gis.overview_shapes WHERE layer = 'zones' AND feature_id = :z")
    assert demo_conn.execute(held, {"z": zone}).scalar_one() == 6


def test_a_change_is_named_until_it_is_made_and_only_what_is_drawn_is_a_change(demo_conn: Connection) -> None:
    demo_conn.execute(text("UPDATE gis.zones SET developer = 'x'"))
    assert not overviews.is_due(demo_conn)
    demo_conn.execute(text("UPDATE gis.zones SET geom = ST_Translate(geom, 1, 0) WHERE id % 2 = 0"))
    assert overviews.is_due(demo_conn)
    changed = rows(demo_conn, "SELECT DISTINCT feature_id FROM gis.overview_changes")
    assert changed == rows(demo_conn, "SELECT id FROM gis.zones WHERE id % 2 = 0")
    report = overviews.refresh(demo_conn)
    assert report.changed == len(changed)
    assert not overviews.is_due(demo_conn)
    assert overviews.refresh(demo_conn) == overviews.Report(0, 0, 0)


def test_neighbouring_communes_have_neither_gap_nor_overlap_at_any_zoom(demo_conn: Connection) -> None:
    """The made-up communes overlap by some square metres at five corners; it must not become more."""
    communes = "SELECT id, geom_3857 FROM gis.administrative_units WHERE level = 'commune' AND valid_to IS NULL"
    measure = "SELECT sum(ST_Area(s.geom_3857)), sum(ST_Area(s.geom_3857)) - ST_Area(ST_Union(s.geom_3857))"
    area, overlap = demo_conn.execute(text(f"{measure} FROM ({communes}) AS s")).one()
    for zoom in range(9, 12):
        made = f"""{measure} FROM gis.overview_shapes s JOIN ({communes}) AS u ON u.id = s.feature_id
                   WHERE s.layer = 'administrative_units' AND s.zoom = {zoom}"""
        made_area, made_overlap = demo_conn.execute(text(made)).one()
        assert made_area == pytest.approx(area, rel=0.001)
        assert made_overlap <= overlap + 1


def test_the_triggers_are_those_of_the_catalogue_and_a_second_look_does_nothing(conn: Connection) -> None:
    assert overviews.install(conn) == []
    tables = rows(
        conn,
        "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE tgname LIKE 'overview_of_%'",
    )
    assert tables == {(layer.overview.table,) for layer in (*COUNTED, *SHAPED) if layer.overview}


@pytest.fixture(scope="module")
def own(new_database: NewDatabase) -> Settings:
    return new_database(demo=True)


def test_a_reader_sees_the_state_before_a_refresh_or_the_state_after_it(own: Settings) -> None:
    pools = Database(own)
    with pools.owner.begin() as writer:
        writer.execute(text("UPDATE gis.zones SET geom = ST_Translate(geom, 50, 0)"))
    with pools.owner.connect() as writer, pools.owner.connect() as reader:
        before = rows(reader, SHAPES), rows(reader, "SELECT feature_id FROM gis.overview_changes")
        reader.rollback()
        overviews.refresh(writer)
        assert (rows(reader, SHAPES), rows(reader, "SELECT feature_id FROM gis.overview_changes")) == before
        reader.rollback()
        writer.commit()
        assert rows(reader, SHAPES) != before[0]
        assert rows(reader, "SELECT feature_id FROM gis.overview_changes") == set()
    pools.dispose()


def test_a_change_during_a_refresh_is_not_lost(own: Settings) -> None:
    """It commits between the reading of the changes and the end of the refresh, and stays named."""
    pools = Database(own)
    with pools.owner.begin() as first:
        first.execute(text("UPDATE gis.zones SET geom = ST_Translate(geom, 20, 0) WHERE id % 2 = 0"))
    with pools.owner.connect() as refreshing:
        overviews.refresh(refreshing)
        with pools.owner.begin() as second:  # does not wait for the refresh
            second.execute(text("UPDATE gis.zones SET geom = ST_Translate(geom, 0, 20) WHERE id % 2 = 0"))
        refreshing.commit()
    with pools.owner.begin() as conn:
        assert overviews.is_due(conn)
        overviews.refresh(conn)
        shapes = rows(conn, SHAPES)
        overviews.rebuild(conn)
        assert rows(conn, SHAPES) == shapes
    pools.dispose()


def test_writers_of_the_same_cell_do_not_wait_for_one_another(own: Settings) -> None:
    pools = Database(own)
    two = "SELECT id FROM gis.plots ORDER BY id LIMIT 2"
    with pools.owner.connect() as conn:
        one, other = conn.execute(text(two)).scalars()
        total = conn.execute(text("SELECT sum(n) FROM gis.overview_counts WHERE layer = 'plots'")).scalar_one()
    with pools.owner.connect() as a, pools.owner.connect() as b:
        for conn, plot in ((a, one), (b, other)):
            conn.execute(text("SET LOCAL lock_timeout = '2s'"))
            conn.execute(text("UPDATE gis.plots SET status = 'not_for_lease' WHERE id = :id"), {"id": plot})
        b.commit()
        a.commit()
        assert a.execute(text("SELECT sum(n) FROM gis.overview_counts WHERE layer = 'plots'")).scalar_one() == total
    pools.dispose()


def test_staff_may_refresh_and_rebuild_on_record(own: Settings) -> None:
    pools = Database(own)
    with pools.owner.begin() as conn:
        before = rows(conn, LEDGER)
    with pools.staff.begin() as conn:
        audit.record(conn, actor="an", operation="test")
        assert overviews.rebuild(conn).made > 100
    with pools.owner.begin() as conn:
        assert rows(conn, LEDGER) == before
        conn.execute(text("UPDATE gis.zones SET geom = ST_Translate(geom, 5, 5)"))
    report = overviewing.refresh_when_due(pools)
    assert report is not None
    assert report.made > 0
    assert overviewing.refresh_when_due(pools) is None
    with pools.owner.begin() as conn:
        conn.execute(text("UPDATE gis.plots SET status = 'reserved' WHERE id % 2 = 0"))
    assert overviewing.merge_when_long(pools) > 0
    assert overviewing.merge_when_long(pools) == 0
    done = "SELECT operation FROM gis.audit_log WHERE actor = 'housekeeping' ORDER BY id"
    with pools.owner.begin() as conn:
        assert conn.execute(text(done)).scalars().all() == ["overviews.refresh", "overviews.merge"]
    pools.dispose()
