"""Starts the reading process, feeds it one order, and believes nothing it says without a look.

What the process cannot do: reach the network (own network namespace where the kernel allows it, a
dead proxy everywhere), open another driver than the declared one, use more time or memory than
allowed, or take this process down when a library crashes on a hostile file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from layers.ingest import drivers
from layers.ingest.errors import BrokenFile, FileTooLarge, ReadingStopped, from_code
from layers.ingest.formats import Format
from layers.ingest.limits import Limits

_ROOT = Path(__file__).resolve().parents[2]
_HEX = re.compile(r"[0-9A-F]*")
_DEAD_PROXY = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Order:
    """What to read and how."""

    path: str
    format: str
    driver: str | None
    layer: str
    table: str | None
    crs: str | None
    encoding: str | None
    swap_axes: bool
    column_map: dict[str, str] | None
    storage_srid: int
    bounds: tuple[float, float, float, float]
    limits: Limits


@dataclass(slots=True)
class Found:
    """Everything the process told about the file."""

    columns: dict[str, list[Any]]
    rows: int
    encodings: dict[str, str]
    opencellid: bool
    reference: dict[str, Any] | None
    """srid, crs, stated_by, remark, flattened; None for a table without shapes."""
    shapes: list[str | None] = field(default_factory=list)
    """Hexadecimal EWKB in the storage CRS; None where absent or refused. Empty without shapes."""
    marks: list[str | None] = field(default_factory=list)
    """Fingerprint of each shape as in the file."""
    faults: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    """Row (from 0) -> code, English, Vietnamese."""


def _environment(kind: Format) -> dict[str, str]:
    """A bare environment in which GDAL knows one driver only; read before GDAL is loaded."""
    off = drivers.switched_off(kind)
    return {
        "PYTHONPATH": str(_ROOT),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/nonexistent",
        "GDAL_SKIP": off,
        "OGR_SKIP": off,
        "PROJ_NETWORK": "OFF",
        "GDAL_NUM_THREADS": "1",
        "GDAL_HTTP_PROXY": _DEAD_PROXY,
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_HTTP_CONNECTTIMEOUT": "1",
        "http_proxy": _DEAD_PROXY,
        "https_proxy": _DEAD_PROXY,
        "all_proxy": _DEAD_PROXY,
        "OGR_GEOJSON_MAX_OBJ_SIZE": "200",
        "SHAPE_RESTORE_SHX": "NO",
        "CPL_DEBUG": "OFF",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


class _DriversLeft(Exception):
    """The process found drivers that should have been off, and opened nothing."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def read(order: Order, kind: Format, tick: Callable[[int], None] | None = None) -> Found:
    """Read a file in a process of its own. Raises what the process reports, or `ReadingStopped`.

    `tick` is told the rows read so far.
    """
    try:
        return _run(order, kind, tick)
    except _DriversLeft as left:
        if not drivers.learn(left.names):
            raise _stopped(overdue=False, limits=order.limits) from None
        return _run(order, kind, tick)


def _run(order: Order, kind: Format, tick: Callable[[int], None] | None) -> Found:
    process = subprocess.Popen(
        [sys.executable, "-s", "-P", "-m", "layers.ingest.reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(kind),
        cwd="/",
    )
    overdue = threading.Event()

    def stop() -> None:
        overdue.set()
        process.kill()

    timer = threading.Timer(order.limits.seconds, stop)
    timer.start()
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asdict(order)).encode())
        process.stdin.close()
        found = _collect(process.stdout, order.limits, tick)
    except BrokenPipeError:
        found = None
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    if found is None:
        raise _stopped(overdue=overdue.is_set(), limits=order.limits)
    return found


def _stopped(*, overdue: bool, limits: Limits) -> ReadingStopped:
    if overdue:
        return ReadingStopped(
            f"Reading the file took more than {limits.seconds} s and was stopped.",
            f"Đọc tệp quá {limits.seconds} giây nên đã bị dừng.",
        )
    return ReadingStopped(
        "Reading the file failed: it crashes the reader or needs too much memory. It is damaged or made to harm.",
        "Không đọc được tệp: tệp làm hỏng trình đọc hoặc cần quá nhiều bộ nhớ, có thể bị lỗi hoặc cố ý phá hoại.",
    )


def _collect(lines: Any, limits: Limits, tick: Callable[[int], None] | None) -> Found | None:
    """Put the batches together; None when the answer has no end."""
    found: Found | None = None
    names: list[str] = []
    read = spent = rows = 0
    while line := lines.readline(limits.output_bytes - spent + 1):
        spent += len(line)
        if spent > limits.output_bytes:
            raise FileTooLarge("The file holds too much to read at once.", "Tệp chứa quá nhiều dữ liệu để đọc một lần.")
        try:
            told = json.loads(line)
        except ValueError:
            return None
        if "drivers" in told:
            raise _DriversLeft(told["drivers"])
        if "error" in told:
            code, english, vietnamese, facts = told["error"]
            raise from_code(code, english, vietnamese, facts)
        if "columns" in told:
            names, rows = told["columns"], int(told["rows"])
            found = Found({n: [] for n in names}, rows, told["encodings"], told["opencellid"], told["shapes"])
        elif found is None:
            return None
        elif "faults" in told:
            found.faults = {int(row): (code, en, vi) for row, code, en, vi in told["faults"]}
        elif "values" in told:
            read += _append(found, names, told)
            if tick:
                tick(read)
        elif told.get("end"):
            return _complete(found)
    return None


def _append(found: Found, names: list[str], told: dict[str, Any]) -> int:
    for name, values in zip(names, told["values"], strict=True):
        found.columns[name].extend(values)
    for shape in told["shapes"]:
        if shape is not None and not _HEX.fullmatch(shape):
            raise BrokenFile("The file cannot be read to its end.", "Không đọc được hết tệp.")
    found.shapes.extend(told["shapes"])
    found.marks.extend(told["marks"])
    return max([len(told["shapes"]), *(len(values) for values in told["values"])])


def _complete(found: Found) -> Found | None:
    """The whole answer, None when its parts do not have the same length."""
    lengths = {len(values) for values in found.columns.values()}
    if found.reference is not None:
        lengths |= {len(found.shapes), len(found.marks)}
    return found if lengths <= {found.rows} else None
