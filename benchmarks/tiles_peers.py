"""The tile servers that are measured: ours, tipg, Martin and pg_tileserv, each started the way its makers advise.

Peers are fetched once, each into a folder of its own under var/bench/peers, by pip, cargo and go at
pinned versions. One that cannot be had on this machine is a `Missing` that says why.

What each gets: two worker processes or threads of its own kind (the machine has two cores), enough
connections, no log, no compression unless asked for, its cache off unless the row is about caches.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import urlopen

from benchmarks.tiles_data import FOLDER, Ground
from gis_service.settings import CHECKOUT

PEERS = FOLDER / "peers"
WORKERS = 2
TIPG, MARTIN, PG_TILESERV = "1.6.1", "1.14.0", "v1.0.11"
"""Martin 1.14 is the newest that builds with the Rust that was stable in spring 2026."""

PG_TILESERV_SQL = """
WITH bounds AS (SELECT ST_MakeEnvelope({x0}, {y0}, {x1}, {y1}, 3857) AS geom_clip,
                       ST_MakeEnvelope({x0} - {rim}, {y0} - {rim}, {x1} + {rim}, {y1} + {rim}, 3857) AS geom_query),
mvtgeom AS (SELECT ST_AsMVTGeom(ST_Transform(t.geom, 3857), bounds.geom_clip, 4096, 256) AS geom, "status", "id"
            FROM "peer"."plots" t, bounds
            WHERE ST_Intersects(t.geom, ST_Transform(bounds.geom_query, 3857)) LIMIT {limit})
SELECT ST_AsMVT(mvtgeom.*, 'peer.plots', 4096, 'geom', 'id') FROM mvtgeom"""
"""The shape of what pg_tileserv sends for each tile, new text every time (read in its layer_table.go)."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A peer that cannot be had here."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    name: str
    port: int
    path: str
    """Address of a tile of plots, with {z}, {x} and {y}."""
    process: int
    setup: str
    """How it is configured, in a few words."""

    def fetch(self, z: int, x: int, y: int, *, layer: str = "plots") -> bytes:
        """The body of one tile, uncompressed; other layers than plots only from ours."""
        with self._open(z, x, y, layer) as answer:
            return bytes(answer.read())

    def tag(self, z: int, x: int, y: int) -> str:
        """The ETag of one tile; empty when the server gives none."""
        with self._open(z, x, y, "plots") as answer:
            return str(answer.headers.get("ETag", ""))

    def _open(self, z: int, x: int, y: int, layer: str) -> HTTPResponse:
        path = self.path.format(z=z, x=x, y=y).replace("/plots/", f"/{layer}/")
        return urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=300)


@contextmanager
def ours(ground: Ground, *, memory: bool, store: bool, worker: bool = False) -> Iterator[Server]:
    """Our service as `gis serve` starts it; without memory and store every tile is drawn when it is asked for."""
    port = _free_port()
    environment = ground.process_environment()
    if not memory:
        environment["GIS_TILE_CACHE_MB"] = "0"
    environment["GIS_TILE_STORE"] = str(store).lower()
    environment |= {"GIS_PORT": str(port), "GIS_WEB_PROCESSES": str(WORKERS)}
    command = [sys.executable, "-c", "from gis_service.cli import main; main()", "serve"]
    command += [] if worker else ["--no-worker"]
    with _running("ours", command, port, "/health/live", environment) as process:
        yield Server("ours", port, "/tiles/plots/{z}/{x}/{y}", process, f"{WORKERS} web processes")


@contextmanager
def tipg(ground: Ground) -> Iterator[Server | Missing]:
    """tipg on the narrow table with our columns."""
    home = PEERS / "tipg"
    program = home / "bin" / "uvicorn"
    if not program.exists() and (fault := _fetch_tipg(home)):
        yield Missing("tipg", fault)
        return
    port = _free_port()
    environment = os.environ | {
        "DATABASE_URL": _url(ground.addresses.owner), "TIPG_DB_SCHEMAS": '["peer"]',
        "TIPG_DB_FUNCTIONS": "[]", "TIPG_DB_SPATIAL_EXTENT": "false", "TIPG_DB_DATETIME_EXTENT": "false",
        "TIPG_CATALOG_TTL": "36000", "DB_MIN_CONN_SIZE": "4", "DB_MAX_CONN_SIZE": "10", "PGOPTIONS": "-c jit=off",
    }  # fmt: skip
    command = [str(program), "tipg.main:app", "--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS)]
    command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "error"]
    command += ["--timeout-keep-alive", "600"]
    with _running("tipg", command, port, "/healthz", environment) as process:
        path = "/collections/peer.plots/tiles/WebMercatorQuad/{z}/{x}/{y}?properties=id,status"
        yield Server("tipg", port, path, process, f"tipg {TIPG}, {WORKERS} uvicorn workers with uvloop")


@contextmanager
def martin(ground: Ground, *, cache_mb: int = 0) -> Iterator[Server | Missing]:
    """Martin on the narrow table; `/plots_here` and `/plots,plot_names` are there too. Rim of 64 units as ours."""
    home = PEERS / "martin"
    program = home / "bin" / "martin"
    if not program.exists() and (fault := _fetch_martin(home)):
        yield Missing("Martin", fault)
        return
    port = _free_port()
    config = home / "config.yaml"
    config.write_text(f"""\
listen_addresses: "127.0.0.1:{port}"
worker_processes: {WORKERS}
cache_size_mb: {cache_mb}
postgres:
  connection_string: "{_url(ground.addresses.owner)}?options=-c%20search_path%3Dpeer,public"
  pool_size: 8
  auto_publish: false
  auto_bounds: skip
  tables:
{_table("plots", "POLYGON", "status: text", 64)}
{_table("plots_here", "POLYGON", "status: text", 64)}
{_table("plot_names", "POINT", "label: text", 0)}
""")
    environment = os.environ | {"PGOPTIONS": "-c jit=off", "RUST_LOG": "error"}
    with _running("Martin", [str(program), "--config", str(config)], port, "/health", environment) as process:
        yield Server("Martin", port, "/plots/{z}/{x}/{y}", process, f"Martin {MARTIN}, {WORKERS} threads, pool of 8")


def _table(name: str, shape: str, properties: str, buffer: int) -> str:
    return (
        f"    {name}: {{schema: peer, table: {name}, srid: 3857, geometry_column: geom, geometry_type: {shape},"
        f" id_column: id, extent: 4096, buffer: {buffer}, clip_geom: true, properties: {{{properties}}}}}"
    )


@contextmanager
def pg_tileserv(ground: Ground) -> Iterator[Server | Missing]:
    """pg_tileserv on the table in web mercator; its limit is raised so that it cuts nothing off."""
    home = PEERS / "pg_tileserv"
    program = home / "bin" / "pg_tileserv"
    if not program.exists() and (fault := _fetch_pg_tileserv(home)):
        yield Missing("pg_tileserv", fault)
        return
    port = _free_port()
    config = home / "config.toml"
    config.write_text(
        f'HttpHost = "127.0.0.1"\nHttpPort = {port}\nMaxFeaturesPerTile = 1000000\nDbPoolMaxConnLifeTime = "10h"\n'
    )
    environment = os.environ | {"DATABASE_URL": _url(ground.addresses.owner), "PGOPTIONS": "-c jit=off"}
    command = [str(program), "--config", str(config)]
    with _running("pg_tileserv", command, port, "/index.json", environment) as process:
        setup = f"pg_tileserv {PG_TILESERV}"
        yield Server("pg_tileserv", port, "/peer.plots/{z}/{x}/{y}.pbf?properties=status", process, setup)


def _fetch_tipg(home: Path) -> str:
    python = shutil.which("python3") or sys.executable
    return _built([python, "-m", "venv", str(home)], home) or _built(
        [str(home / "bin" / "pip"), "install", "-q", f"tipg=={TIPG}", "uvicorn[standard]"], home
    )


def _fetch_martin(home: Path) -> str:
    cargo = shutil.which("cargo")
    if cargo is None:
        return "cargo is not installed; Martin is built from its crate"
    command = [cargo, "install", "martin", "--version", MARTIN, "--locked", "--no-default-features"]
    return _built([*command, "--features", "postgres", "--root", str(home), "--target-dir", str(home / "target")], home)


def _fetch_pg_tileserv(home: Path) -> str:
    go = shutil.which("go")
    if go is None:
        return "go is not installed; pg_tileserv is built from its module"
    module = f"github.com/CrunchyData/pg_tileserv@{PG_TILESERV}"
    return _built([go, "install", module], home, GOBIN=str(home / "bin"))


def _built(command: list[str], home: Path, **environment: str) -> str:
    """Run a step of a build, patiently and politely; empty, or why it failed."""
    home.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["nice", "-n", "19", *command],
        cwd=home,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    (home / "build.log").write_text(done.stdout + done.stderr)
    # Only the last line, and no address of a registry in it.
    said = next((line.strip() for line in reversed(done.stderr.splitlines()) if line.strip()), "no word")
    return "" if done.returncode == 0 else f"{Path(command[0]).name} could not build it: {said.split('http')[0][:120]}"


@contextmanager
def _running(name: str, command: list[str], port: int, path: str, environment: dict[str, str]) -> Iterator[int]:
    log = (FOLDER / f"{name}.log").open("w")
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_until_it_answers(name, process, port, path)
        yield process.pid
    finally:
        with suppress(ProcessLookupError):  # it never started
            os.killpg(process.pid, signal.SIGTERM)  # with its children: they are in the session of the first process
        process.wait(30)
        log.close()


def _wait_until_it_answers(name: str, process: subprocess.Popen[bytes], port: int, path: str) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{name} did not start; see {FOLDER / f'{name}.log'}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _url(owner: str) -> str:
    """The address of the database with its socket folder as an escaped host, which every driver reads."""
    parts = urlsplit(owner)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return f"postgresql://{parts.username}@{quote(query['host'], safe='')}:{query['port']}{parts.path}"
