"""The service in processes of its own, as it runs for people, on a database of a test."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gis_service.settings import CHECKOUT, Settings

_SERVE = """
import json, socket, sys, uvicorn
from gis_service.app import create_app
from gis_service.settings import Settings
from gis_service.tile_serving.protocol import tile_protocol
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
app = create_app(Settings(_env_file=None, **json.loads(sys.argv[1])))
http = tile_protocol(app) if sys.argv[2] == "short" else "auto"
uvicorn.Server(uvicorn.Config(app, http=http, log_level="error", access_log=False)).run(sockets=[listener])
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Process:
    """One web process."""

    port: int

    def get(self, path: str, **headers: str) -> Answer:
        """One request on a connection of its own; `If_None_Match` is the header If-None-Match."""
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            conn.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = conn.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            conn.close()


@contextmanager
def running(settings: Settings, count: int) -> Iterator[list[Process]]:
    """That many processes on one database, each with a port of its own.

    Every other one answers tiles in its protocol, as `gis serve` does, the rest as any ASGI server does.
    """
    urls = {
        name: value.get_secret_value()
        for name in ("database_url", "staff_database_url", "public_database_url")
        if (value := getattr(settings, name))
    }
    told = json.dumps({**urls, "home": str(settings.home), "log_level": "ERROR", "tile_store": settings.tile_store})
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _SERVE, told, ("short", "plain")[at % 2]], cwd=CHECKOUT, stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        )
        for at in range(count)
    ]  # fmt: skip
    try:
        processes = []
        for one in started:
            assert one.stdout is not None
            processes.append(Process(int(one.stdout.readline())))
        for process in processes:
            _wait_until_up(process)
        yield processes
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait(20)
            assert one.stdout is not None
            one.stdout.close()


def _wait_until_up(process: Process) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            if process.get("/health/live").status == 200:
                return
        except OSError:
            pass
        assert time.monotonic() < until, "the service did not start"
        time.sleep(0.1)
