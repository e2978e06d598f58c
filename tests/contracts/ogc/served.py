"""Our own service on a small demonstration province, started as anybody starts it, for programs of others."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / "var" / "conformance"
GIS = ROOT / ".venv" / "bin" / "gis"


@contextmanager
def running() -> Iterator[str]:
    """Address of the service without a slash at its end; its database stops with it."""
    HOME.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIS_")}
    environment |= {"GIS_HOME": str(HOME), "GIS_PORT": str(port), "GIS_LOG_LEVEL": "ERROR"}
    for step in (["db", "start"], ["db", "migrate"], ["demo", "load", "--small"]):
        subprocess.run([GIS, *step], env=environment, check=True, stdout=subprocess.DEVNULL)
    with (HOME / "serve.log").open("w") as log:
        server = subprocess.Popen([GIS, "serve", "--no-worker"], env=environment, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/ogc/conformance", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)
            subprocess.run([GIS, "db", "stop"], env=environment, check=False, stdout=subprocess.DEVNULL)


def archive(out: Path) -> Path:
    """An archive of tiles of that service's data."""
    environment = os.environ | {"GIS_HOME": str(HOME)}
    subprocess.run(
        [GIS, "tiles", "archive", out, "--layers", "zones,plots,enterprises", "--zooms", "6-14"],
        env=environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return out


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except (urllib.error.URLError, OSError):
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the service did not start, see {HOME / 'serve.log'}") from None
            time.sleep(0.2)
