"""Tiles answered in the HTTP protocol: the same answers as the application gives, and the same manners on the wire."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import uvicorn

from gis_service.app import create_app
from gis_service.settings import Settings
from gis_service.tile_serving.protocol import tile_protocol
from gis_service.tile_serving.serving import Serving
from maps.tile_cache import TileCache


@dataclass(frozen=True, slots=True)
class Site:
    """A server that listens, and what serves its tiles."""

    port: int
    serving: Serving

    def say(self, *requests: str) -> list[tuple[int, dict[str, str], bytes]]:
        """Send the requests at once on one connection and read as many answers."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall("".join(requests).encode())
            reader = line.makefile("rb")
            return [read_answer(reader) for _ in requests]

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        return self.say(request(path, **headers))[0]


def request(path: str, method: str = "GET", version: str = "1.1", **headers: str) -> str:
    given = {"Host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return f"{method} {path} HTTP/{version}\r\n" + "".join(f"{n}: {v}\r\n" for n, v in given.items()) + "\r\n"


def read_answer(reader: Any) -> tuple[int, dict[str, str], bytes]:
    status = int(reader.readline().split()[1])
    headers = {name.lower(): value for name, value in http.client.parse_headers(reader).items()}
    return status, headers, reader.read(int(headers.get("content-length", 0)))


@pytest.fixture(scope="module")
def site(demo_database: Settings) -> Iterator[Site]:
    app = create_app(demo_database)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, http=tile_protocol(app), log_level="error", ws="none", timeout_keep_alive=5)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.05)
        yield Site(listener.getsockname()[1], app.state.tiles)
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive(), "the server did not end"


@pytest.fixture(scope="module")
def here(demo_database: Settings) -> str:
    """The tile of z14 with the first plot that is public."""
    assert demo_database.database_url is not None
    with psycopg.connect(demo_database.database_url.get_secret_value()) as conn:
        row = conn.execute(
            "SELECT floor((ST_X(p) / 40075016.68557849 + 0.5) * 16384)::int,"
            " floor((0.5 - ST_Y(p) / 40075016.68557849) * 16384)::int"
            " FROM (SELECT ST_PointOnSurface(geom_3857) AS p FROM gis.plots WHERE published ORDER BY id LIMIT 1) AS one"
        ).fetchone()
    assert row is not None
    return f"/tiles/plots/14/{row[0]}/{row[1]}"


def forget(site: Site) -> None:
    """Let the process remember no tile."""
    site.serving.service.cache = TileCache(site.serving.service.cache.limit_bytes)


def by_the_application(site: Site, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """The same tile the ordinary way: a connection that is to be closed is left to it."""
    return site.get(path, Connection="close", **headers)


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "zstd"])
def test_drawn_remembered_and_ordinary_answers_are_the_same(site: Site, here: str, encoding: str) -> None:
    first, again = site.get(here, Accept_Encoding=encoding), site.get(here, Accept_Encoding=encoding)
    ordinary = by_the_application(site, here, Accept_Encoding=encoding)
    assert first[0] == again[0] == ordinary[0] == 200
    assert first[2] == again[2] == ordinary[2] != b""
    for name in ("date", "x-request-id", "connection", "server"):
        for _, headers, _ in (first, again, ordinary):
            headers.pop(name, None)
    assert first[1] == again[1] == ordinary[1]
    assert first[1].get("content-encoding", "identity") == encoding


def test_who_holds_the_tile_is_told_so_whether_it_is_remembered_or_not(site: Site, here: str) -> None:
    _, headers, _ = site.get(here)
    other = here.replace("/plots/", "/plots,zones/")
    tag = site.get(other)[1]["etag"]
    forget(site)
    drawn_before = site.serving.service.metrics.answers.copy()
    assert site.get(other, If_None_Match=tag)[0] == 304
    assert site.serving.service.metrics.answers["drawn", (14, "several")] == drawn_before["drawn", (14, "several")]
    site.get(here)
    status, told, body = site.get(here, If_None_Match=headers["etag"])
    assert (status, told["etag"], body) == (304, headers["etag"], b"")
    assert "content-length" not in told
    assert site.get(here, If_None_Match='"another"')[0] == 200


def test_nothing_there_is_204(site: Site) -> None:
    for _ in range(2):  # drawn, remembered
        status, headers, body = site.get("/tiles/plots/14/1/1")
        assert (status, body) == (204, b"")
        assert "content-length" not in headers


def test_a_request_id_is_given_back_or_made(site: Site, here: str) -> None:
    made = [site.get(here)[1]["x-request-id"] for _ in range(3)]
    assert len(set(made)) == 3
    assert site.get(here, X_Request_ID="mine-0123456789")[1]["x-request-id"] == "mine-0123456789"
    assert site.get(here, X_Request_ID="<script>")[1]["x-request-id"] != "<script>"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/tiles/nowhere/14/1/1", 404, "unknown_layer"), ("/tiles/plots/14/99999/1", 400, None),
        ("/tiles/plots/14/1/1?x=1", 400, None), ("/tiles/plots/tile.json", 200, None),
        ("/tiles/plots,plots/3/1/1", 400, None), ("/tiles/%70lots/14/1/1", 204, None), ("/tiles//1/1/1", 404, None),
    ],
)  # fmt: skip
def test_what_is_not_plain_is_worded_by_the_application(site: Site, path: str, status: int, code: str | None) -> None:
    told = site.get(path)
    assert told[0] == status, told
    assert code is None or code.encode() in told[2]


def test_requests_sent_ahead_are_answered_in_their_order(site: Site, here: str) -> None:
    forget(site)
    paths = [here, "/health/live", here, "/tiles/plots/14/1/1", "/tiles/nowhere/1/1/1", here]
    assert [answer[0] for answer in site.say(*map(request, paths))] == [200, 200, 200, 204, 404, 200]


def test_old_and_closing_connections_are_closed(site: Site, here: str) -> None:
    for text in (request(here, version="1.0"), request(here, Connection="close")):
        with socket.create_connection(("127.0.0.1", site.port), timeout=20) as line:
            line.sendall(text.encode())
            assert b" 200 " in line.makefile("rb").read().split(b"\r\n")[0]  # reads to the end: it was closed


def test_other_methods_go_the_ordinary_way(site: Site, here: str) -> None:
    status, headers, _ = site.say(request(here, "POST", Content_Length="0"))[0]
    assert (status, headers["allow"]) == (405, "GET")


def test_a_client_that_hangs_up_cancels_the_statement(site: Site, here: str, demo_database: Settings) -> None:
    assert demo_database.database_url is not None
    path = here.replace("/plots/", "/zones/")
    with psycopg.connect(demo_database.database_url.get_secret_value()) as conn:
        conn.execute("LOCK TABLE gis.zones IN ACCESS EXCLUSIVE MODE")
        with socket.create_connection(("127.0.0.1", site.port)) as line:
            line.sendall(request(path).encode())
            wait_for(lambda: waiting(conn) == 1)
        wait_for(lambda: waiting(conn) == 0)
        conn.rollback()
    assert site.get(path)[0] in (200, 204)


def waiting(conn: psycopg.Connection[Any]) -> int:
    """Statements for tiles that wait for a lock."""
    conn.execute("SELECT pg_stat_clear_snapshot()")
    row = conn.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        " AND application_name LIKE 'gis-tiles%'"
    ).fetchone()
    return int(row[0]) if row else 0


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_fault_of_the_database_is_worded_by_the_application(site: Site, here: str, demo_database: Settings) -> None:
    assert demo_database.database_url is not None
    path = here.replace("/plots/", "/streets/")
    with psycopg.connect(demo_database.database_url.get_secret_value()) as conn:
        conn.execute("ALTER VIEW open.streets RENAME TO streets_away")
        conn.commit()
        status, headers, body = site.get(path)
        conn.execute("ALTER VIEW open.streets_away RENAME TO streets")
        conn.commit()
    assert status == 500
    assert headers["content-type"] == "application/problem+json"
    assert b"request_id" in body
    assert site.get(path)[0] in (200, 204)
