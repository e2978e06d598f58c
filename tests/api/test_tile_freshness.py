"""Two web processes on one database: what an edit changes, neither serves as it was for longer than a second."""

from __future__ import annotations

import hashlib
import secrets
import socket
import time
from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
import psycopg
import pytest

from gis_service.settings import Settings
from tests.api.tile_processes import Process, running

BOUND_S = 1.0


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    """As the owner; each statement is a transaction."""
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        yield conn


@pytest.fixture(scope="module")
def pair(demo_database: Settings) -> Iterator[list[Process]]:
    with running(demo_database, 2) as processes:
        yield processes


def plot_tile(db: psycopg.Connection[Any], z: int = 14) -> tuple[int, str, str]:
    """A public plot, the path of its tile, and that of a tile far from it that has plots too."""
    rows = db.execute(
        """SELECT id, x, y FROM (SELECT id, floor((ST_X(c) + 20037508.342789244) / side)::int AS x,
                                       floor((20037508.342789244 - ST_Y(c)) / side)::int AS y
             FROM plots, LATERAL (SELECT ST_Centroid(geom_3857) AS c, 40075016.685578488 / (1 << %s) AS side) s
             WHERE published) p ORDER BY x, y, id""",
        (z,),
    ).fetchall()
    (plot, x, y), (_, far_x, far_y) = rows[0], rows[-1]
    assert abs(x - far_x) + abs(y - far_y) > 2
    return plot, f"/tiles/plots/{z}/{x}/{y}", f"/tiles/plots/{z}/{far_x}/{far_y}"


def ids(body: bytes) -> set[int]:
    return {one["id"] for one in mapbox_vector_tile.decode(body)["plots"]["features"]} if body else set()


def hide(db: psycopg.Connection[Any], plot: int, hidden: bool) -> None:
    db.execute("UPDATE plots SET published = %s WHERE id = %s", (not hidden, plot))


def test_after_an_edit_no_process_serves_the_old_tile_and_far_tiles_stay_as_they_are(
    db: psycopg.Connection[Any], pair: list[Process]
) -> None:
    plot, near, far = plot_tile(db)
    for hidden in (True, False, True, False):
        old = [process.get(near) for process in pair]
        kept = [process.get(far) for process in pair]
        assert len({answer.headers["etag"] for answer in old}) == 1, "two processes, one tile, one tag"
        assert {answer.body for answer in old} == {old[0].body}
        hide(db, plot, hidden)
        time.sleep(BOUND_S)
        for process in pair:
            new = process.get(near, If_None_Match=old[0].headers["etag"])
            assert new.status in (200, 204)
            assert (plot in ids(new.body)) is not hidden
            assert process.get(far, If_None_Match=kept[0].headers["etag"]).status == 304


def test_also_when_the_connections_that_listen_have_died(db: psycopg.Connection[Any], pair: list[Process]) -> None:
    plot, near, _ = plot_tile(db)
    for hidden in (True, False):
        old = pair[0].get(near)
        killed = db.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'gis-tiles-listener'"
        ).fetchone()
        assert killed is not None
        assert killed[0] >= 1
        hide(db, plot, hidden)
        time.sleep(BOUND_S)
        for process in pair:
            assert process.get(near, If_None_Match=old.headers["etag"]).status in (200, 204)


def test_also_when_nobody_is_told(db: psycopg.Connection[Any], pair: list[Process]) -> None:
    """Marks without a NOTIFY, as after a restore that a listener slept through: the question every 0.4 s finds them."""
    _, near, _ = plot_tile(db)
    old = pair[0].get(near)
    z, x, y = near.split("/")[3:]
    db.execute("UPDATE tile_layers SET version = version + 1 WHERE layer = 'plots'")
    db.execute(
        "INSERT INTO tile_marks SELECT layer, %s, %s, %s, version FROM tile_layers WHERE layer = 'plots'"
        " ON CONFLICT (layer, z, x, y) DO UPDATE SET version = excluded.version",
        (int(z), int(x), int(y)),
    )
    time.sleep(BOUND_S)
    for process in pair:
        new = process.get(near, If_None_Match=old.headers["etag"])
        assert new.status == 200
        assert new.body == old.body  # nothing changed but the version


def test_a_session_that_ended_opens_nothing_in_any_process(db: psycopg.Connection[Any], pair: list[Process]) -> None:
    plot, near, _ = plot_tile(db)
    token = secrets.token_urlsafe(32)
    account = db.execute("INSERT INTO accounts (login, display_name) VALUES ('fresh', 'fresh') RETURNING id").fetchone()
    assert account is not None
    db.execute("INSERT INTO account_roles (account_id, role, granted_by) VALUES (%s, 'planner', 'test')", account)
    db.execute(
        "INSERT INTO sessions (token_hash, account_id, csrf_token, expires_at)"
        " VALUES (%s, %s, 'x', now() + interval '1 hour')",
        (hashlib.sha256(token.encode()).hexdigest(), account[0]),
    )
    hide(db, plot, hidden=True)
    time.sleep(BOUND_S)
    cookie = f"gis_session={token}"
    for process in pair:
        assert plot in ids(process.get(near, Cookie=cookie).body)
        assert plot not in ids(process.get(near).body)
    db.execute("DELETE FROM sessions WHERE account_id = %s", account)
    time.sleep(BOUND_S)
    for process in pair:
        answer = process.get(near, Cookie=cookie)
        assert plot not in ids(answer.body)
        assert answer.headers["cache-control"] == "no-cache"
    hide(db, plot, hidden=False)


def waiting_tiles(db: psycopg.Connection[Any]) -> int:
    row = db.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'"
        " AND application_name = 'gis-tiles-public' AND wait_event_type = 'Lock'"
    ).fetchone()
    assert row is not None
    return int(row[0])


def wait_until(db: psycopg.Connection[Any], count: int) -> None:
    until = time.monotonic() + 6  # less than the deadline of a tile
    while waiting_tiles(db) != count:
        assert time.monotonic() < until, f"{waiting_tiles(db)} tiles wait, not {count}"
        time.sleep(0.02)


@pytest.mark.parametrize("which", [0, 1], ids=["in the protocol", "in front of the framework"])
def test_a_client_that_hangs_up_cancels_its_query_unless_others_wait_for_it(
    db: psycopg.Connection[Any], pair: list[Process], demo_database: Settings, which: int
) -> None:
    _, near, _ = plot_tile(db, 13)
    process = pair[which]
    ask = f"GET {near} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    assert demo_database.database_url is not None
    with psycopg.connect(demo_database.database_url.get_secret_value()) as blocker:
        blocker.execute("LOCK TABLE gis.plots IN ACCESS EXCLUSIVE MODE")
        clients = [socket.create_connection(("127.0.0.1", process.port)) for _ in range(3)]
        for client in clients:
            client.sendall(ask)
        wait_until(db, 1)  # three ask, one draws
        clients[0].close()
        clients[1].close()
        time.sleep(0.3)
        assert waiting_tiles(db) == 1  # one still waits
        clients[2].close()
        wait_until(db, 0)  # while the lock is still held
    assert process.get(near).status == 200  # and its connection is as good as before
