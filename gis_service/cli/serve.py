"""`gis serve`: the web service, and on request everything that must stand before it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading

import typer
import uvicorn
from rich.console import Console

from addressing.search.index import learn_vocabulary
from addressing.search.warming import warm
from gis_service.app import create_app
from gis_service.database import Database, check
from gis_service.identity import links
from gis_service.migrating import migrate
from gis_service.settings import Settings
from gis_service.tile_serving.protocol import tile_protocol
from layers import demo
from maps import coverage_page, overviews

console = Console(highlight=False)


def command(
    prepare: bool = typer.Option(
        False,
        "--prepare",
        help="First start the database, migrate it and load the demonstration province if it is empty.",
    ),
    with_demo: bool = typer.Option(True, "--demo/--no-demo", help="With --prepare: load the demonstration province."),
    worker: bool = typer.Option(True, "--worker/--no-worker", help="Run a worker for long jobs beside the service."),
) -> None:
    """Serve the pages, tiles and interfaces."""
    settings = Settings()
    database = Database(settings)
    if prepare:
        _prepare(database, settings, with_demo=with_demo)
    with database.owner.begin() as conn:
        check(conn, settings)
    listener = _listen(settings)
    host, port = listener.getsockname()[:2]
    _warn_of_one_login(settings)
    address = settings.public_url or f"http://{host}:{port}"
    console.print(f"\n[bold]{address}/[/]\n")
    _announce_first_administrator(database, address)
    beside = [_start_web(listener) for _ in range(settings.web_processes - 1)]
    beside += [_start_worker()] if worker else []
    try:
        _web_server(settings, database).run(sockets=[listener])
    finally:
        for process in beside:
            process.terminate()
        for process in beside:
            process.wait(timeout=30)


def _web_server(settings: Settings, database: Database) -> uvicorn.Server:
    app = create_app(settings, database)
    threading.Thread(target=_warm, args=(database,), daemon=True).start()
    return uvicorn.Server(
        uvicorn.Config(
            app, http=tile_protocol(app), log_level="warning", access_log=False, server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies, timeout_keep_alive=30,
        )
    )  # fmt: skip


def _warm(database: Database) -> None:
    """While the first pages are asked for already; a question that is quicker reads by itself."""
    with database.public.connect() as conn:
        warm(conn)
        coverage_page.warm(conn, station_target=database.settings.station_ratio_target)


def serve_beside(listener: int) -> None:
    """A further web process on the listening socket of that number; it ends when its standard input closes."""

    def end_with_parent() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=end_with_parent, daemon=True).start()
    settings = Settings()
    _web_server(settings, Database(settings)).run(sockets=[socket.socket(fileno=listener)])


def _start_web(listener: socket.socket) -> subprocess.Popen[bytes]:
    number = listener.fileno()
    code = f"from gis_service.cli import serve; serve.serve_beside({number})"
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, pass_fds=[number])


class CannotListen(Exception):
    """The address of the service is taken, or is not an address of this machine."""

    code = "cannot_listen"

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"Cannot listen on {host}:{port}: {reason}. Set GIS_PORT (0 takes a free one) or GIS_HOST.")
        self.message_vi = (
            f"Không mở được cổng {host}:{port}: {reason}. Hãy đặt GIS_PORT (0: cổng bất kỳ) hoặc GIS_HOST."
        )


def _listen(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port), backlog=256)
    except OSError as error:
        raise CannotListen(settings.host, settings.port, error.strerror or str(error)) from error


def _start_worker() -> subprocess.Popen[bytes]:
    # The worker ends when its standard input closes, so not even a kill -9 of us leaves it behind.
    return subprocess.Popen(
        [sys.executable, "-c", "from gis_service import worker; worker.main(with_parent=True)"], stdin=subprocess.PIPE
    )


def _prepare(database: Database, settings: Settings, *, with_demo: bool) -> None:
    with database.owner.begin() as conn:
        if migrate(conn, settings):
            console.print("Database migrated.")
    if not with_demo:
        return
    with database.owner.begin() as conn:
        if demo.is_empty(conn):
            with console.status("Loading the demonstration province …"):
                report = demo.load(conn)
                overviews.refresh(conn)
                learn_vocabulary(conn)
            console.print(f"Demonstration province loaded: {sum(report.counts.values()):,} rows.")


def _warn_of_one_login(settings: Settings) -> None:
    if settings.database_url and not (settings.staff_database_url and settings.public_database_url):
        console.print(
            "[yellow]Staff and public requests log in as the owner of the database and give its rights up. Safer: "
            "logins of their own in GIS_STAFF_DATABASE_URL and GIS_PUBLIC_DATABASE_URL (docs/operations.md).[/]"
        )


def _announce_first_administrator(database: Database, address: str) -> None:
    with database.owner.begin() as conn:
        token = links.first_administrator(conn)
    if token:
        console.print("There is no administrator yet. Open this link once, within 24 hours:")
        console.print(f"Chưa có quản trị viên. Mở liên kết này một lần, trong 24 giờ:\n{address}/setup/{token}\n")
