"""`gis serve` with several web processes on one port: they answer together and end together."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from gis_service.settings import CHECKOUT
from tests.conftest import NewDatabase


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def answers(port: int) -> bool:
    conn = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        conn.request("GET", "/tiles/zones/10/815/450")
        return conn.getresponse().status in (200, 204)
    except OSError:
        return False
    finally:
        conn.close()


def test_all_processes_answer_and_end_with_the_first(new_database: NewDatabase) -> None:
    settings = new_database(demo=True)
    assert settings.database_url is not None
    environment = os.environ | {
        "GIS_DATABASE_URL": settings.database_url.get_secret_value(), "GIS_HOME": str(settings.home), "GIS_PORT": "0",
        "GIS_WEB_PROCESSES": "3", "GIS_LOG_LEVEL": "ERROR", "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    code = "from gis_service.cli import main; main()"
    first = subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--no-worker"], env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert first.stdout is not None
    try:
        address = next(line for line in first.stdout if "http://" in line).strip()
        port = int(address.rstrip("/").rsplit(":", 1)[1])
        until = time.monotonic() + 180
        while not answers(port):
            assert time.monotonic() < until, "the service did not start"
            time.sleep(0.1)
        others = children(first.pid)
        assert len(others) == 2
        # With the first one stopped, the others still take what comes in at the same port.
        os.kill(first.pid, signal.SIGSTOP)
        while not answers(port):
            assert time.monotonic() < until, "no other process answers"
        os.kill(first.pid, signal.SIGCONT)
        first.kill()  # nobody tells the others but their standard input
        first.wait(20)
        while any(Path(f"/proc/{pid}").exists() and "Z" not in state(pid) for pid in others):
            assert time.monotonic() < until + 30, "a process outlived the first"
            time.sleep(0.1)
    finally:
        first.kill()
        first.wait(20)
        first.stdout.close()


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()[0]
    except OSError:
        return "Z"
