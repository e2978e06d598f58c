"""Load on a tile server for a moment, and what it cost: answers, times and CPU of server and database apart.

wrk (a Debian package) walks the list of addresses; it takes least from the two cores it shares with
what it measures. Raw SQL is driven by pgbench. CPU comes from /proc: every process below the server's,
and every process below the postmaster.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 4
SCRIPT = Path(__file__).with_suffix("").parent / "tiles.lua"
_TICKS = os.sysconf("SC_CLK_TCK")


class WrkMissing(Exception):
    """The load generator is not installed."""

    def __init__(self) -> None:
        super().__init__("wrk is not installed; on Debian: apt-get install wrk")


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one slice of load."""

    per_s: float
    p50_ms: float
    p99_ms: float
    answers: int
    errors: int
    kilobytes: float
    """Mean size of an answer, headers included."""
    server_ms: float
    """CPU of the server for one answer."""
    database_ms: float

    def cpu(self) -> str:
        """Server and database, for a note."""
        return f"{self.server_ms:.2f} + {self.database_ms:.2f}"


def ask(
    port: int, path: str, tiles: Path, *, seconds: float, server: int, postmaster: int, start: int = 0,
    encoding: str = "", tags: Path | None = None, connections: int = CONNECTIONS,
) -> Load:  # fmt: skip
    """Load `http://127.0.0.1:port` with the tiles of a list; `path` holds {z}, {x} and {y}.

    `server` and `postmaster` are process ids; `start` is where in the list to begin, so that slices
    follow each other through it. wrk counts a status of 400 or more as an error.
    """
    if shutil.which("wrk") is None:
        raise WrkMissing
    environment = os.environ | {
        "TILE_LIST": str(tiles), "TILE_PATH": path, "TILE_START": str(start), "TILE_ENCODING": encoding,
        "TILE_TAGS": str(tags or ""),
    }  # fmt: skip
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "--latency"]
    command += ["-s", str(SCRIPT), f"http://127.0.0.1:{port}"]
    before = cpu_seconds(server), cpu_seconds(postmaster)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    after = cpu_seconds(server), cpu_seconds(postmaster)
    found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"wrk said: {done.stdout[-500:]}{done.stderr[-500:]}")
    said = json.loads(found[1])
    count = max(1, said["answers"])
    return Load(
        said["answers"] / said["seconds"], said["p50_ms"], said["p99_ms"], said["answers"], said["errors"],
        said["bytes"] / count / 1024, (after[0] - before[0]) * 1e3 / count, (after[1] - before[1]) * 1e3 / count,
    )  # fmt: skip


def ask_database(
    programs: Path, conninfo: str, statement: str, *, prepared: bool, zoom: int, tiles: int, seconds: float,
    postmaster: int, connections: int = CONNECTIONS,
) -> Load:  # fmt: skip
    """Run one statement by pgbench: `:z`, `:x`, `:y` are drawn from the table peer.tiles, which holds the list.

    The draw costs some 0.03 ms, less than a server's look at an address; it is not taken off.
    """
    script = (
        f"\\set nth random(1, {tiles})\n"
        f"SELECT z, x, y FROM peer.tiles WHERE zoom = {zoom} AND nth = :nth \\gset\n{statement};\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "tile.sql").write_text(script)
        command = [str(programs / "pgbench"), "-n", "-M", "prepared" if prepared else "simple"]
        command += ["-c", str(connections), "-j", "1", "-T", str(max(1, round(seconds))), "-f", f"{folder}/tile.sql"]
        command += ["-l", "--log-prefix", f"{folder}/log", conninfo]
        before = cpu_seconds(postmaster)
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=os.environ | {"PGOPTIONS": "-c jit=off"}
        )
        after = cpu_seconds(postmaster)
        took = sorted(int(line.split()[2]) / 1e3 for log in Path(folder).glob("log.*") for line in log.open())
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if rate is None or not took:
        raise RuntimeError(f"pgbench said: {done.stderr[-500:]}")
    count = len(took)
    return Load(
        float(rate[1]), took[count // 2], took[min(count - 1, count * 99 // 100)], count, 0, 0.0,
        0.0, (after - before) * 1e3 / count,
    )  # fmt: skip


def tree(root: int) -> list[int]:
    """The process and all below it that live."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            below.setdefault(int(fields[1]), []).append(int(entry.name))
    found, left = [], [root]
    while left:
        found.append(left.pop())
        left += below.get(found[-1], [])
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of the process and all below it, ended children included."""
    fields = [_stat(process) for process in tree(root)]
    return sum(int(ticks) for one in fields if one for ticks in one[11:15]) / _TICKS


def memory_mb(root: int) -> float:
    """Proportional set size of the process and all below it: what is shared is counted once."""
    total = 0
    for process in tree(root):
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


def _stat(process: int) -> list[str]:
    # "pid (name with spaces) state ppid ...": what follows the last bracket.
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return []
