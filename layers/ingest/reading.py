"""The reading process: opens one untrusted file, checks its shapes, tells what it found, ends.

Started by `layers.ingest.sandbox` with a bare environment; it gives up the network and sets its own
limits before any library is loaded. It gets its orders as JSON on standard input and answers in
JSON lines: one head, batches of rows, one end; or one error.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

_BATCH = 2_000
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def _confine(memory_bytes: int, seconds: int) -> None:
    """No network, bounded memory, processor time, files and processes, no core dump."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # where forbidden, a dead proxy is the second wall
    for what, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 1024 * 1024),
        (resource.RLIMIT_NOFILE, 256),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


class _DriversLeft(Exception):
    """Drivers that should be off are on; nothing was opened."""


def _read(order: dict[str, Any]) -> tuple[Any, Any]:
    """(table, shapes in the file's coordinates or None) of the ordered file."""
    from layers.ingest import tables
    from layers.ingest.limits import Limits

    limits = Limits(**order["limits"])
    path, kind = Path(order["path"]), order["format"]
    if kind == "csv":
        return tables.read_csv(path, order["layer"], order["encoding"], limits), limits
    if kind == "xlsx":
        return tables.read_xlsx(path, order["table"], limits), limits
    if kind == "geoparquet":
        return tables.read_parquet(path, limits), limits
    for needless in ("geopandas", "pandas", "pyarrow"):  # pyogrio would load them: half a second for nothing
        sys.modules[needless] = None  # type: ignore[assignment]
    import pyogrio

    left_on = set(pyogrio.list_drivers()) - {order["driver"]}
    if left_on:
        raise _DriversLeft(sorted(left_on))
    return tables.read_gdal(path, order["table"], order["encoding"], limits), limits


def _shapes(table: Any, mapping: Any, wanted: Any) -> Any:
    """Shapes of the table by whichever of its columns hold them; None when none do."""
    import numpy as np

    from layers.ingest import shapes
    from layers.ingest.values import as_float

    if table.blobs is not None:
        return shapes.from_wkb(table.blobs, wanted)
    column = mapping.coordinates
    if "wkt" in column:
        return shapes.from_wkt([str(v) if v else None for v in table.columns[column["wkt"]]], wanted)
    for pair in (("lon", "lat"), ("x", "y")):
        if pair[0] in column and pair[1] in column:
            x, y = (np.array([as_float(v) for v in table.columns[column[p]]], dtype=float) for p in pair)
            return shapes.from_xy(x, y, wanted)
    return None


def answer(order: dict[str, Any]) -> Any:
    """Yield the answer line by line."""
    import shapely

    from layers.ingest import cell_lists
    from layers.ingest.address_lists import ADDRESS_LIST
    from layers.ingest.errors import EmptyFile, FileTooLarge
    from layers.ingest.layouts import get_layout
    from layers.ingest.mapping import match
    from layers.ingest.reference import settle
    from layers.ingest.shapes import Wanted, place

    table, limits = _read(order)
    if table.rows == 0:
        raise EmptyFile("The file has no rows.", "Tệp không có dòng nào.")
    if table.rows > limits.rows or len(table.columns) > limits.columns:
        raise FileTooLarge(f"The file has more than {limits.rows:,} rows.", f"Tệp có hơn {limits.rows:,} dòng.")
    is_list = order["layer"] == ADDRESS_LIST.layer
    layout = ADDRESS_LIST if is_list else get_layout(order["layer"])
    mapping = match(list(table.columns), layout, order["column_map"])
    opencellid = layout.layer == "cells" and cell_lists.is_cell_list(list(table.columns))
    head: dict[str, Any] = {
        "columns": [name for name in table.columns if is_list or name not in mapping.coordinates.values()],
        "rows": table.rows,
        "encodings": table.encodings,
        "opencellid": opencellid,
        "shapes": None,
    }
    wanted = Wanted(layout.geometry_type or "Point", order["storage_srid"], tuple(order["bounds"]), limits.vertices)
    found = None if layout.geometry_type is None else _shapes(table, mapping, wanted)
    marks: list[str | None] = []
    if found is not None:
        marks = _marks(found.geometries)
        if order["swap_axes"]:
            found.geometries = shapely.transform(found.geometries, lambda c: c[:, ::-1])
        by_columns = table.blobs is None and "lon" in mapping.coordinates and "wkt" not in mapping.coordinates
        reference = settle(table.crs, order["crs"], by_columns)
        place(found, reference, wanted)
        head["shapes"] = {
            "srid": reference.srid,
            "crs": reference.name,
            "stated_by": reference.stated_by,
            "remark": reference.remark,
            "flattened": found.flattened,
        }
    yield head
    yield from _batches(table, head["columns"], found, marks, order["storage_srid"])
    yield {"end": True}


def _marks(geometries: Any) -> list[str | None]:
    """A short fingerprint of each shape as the file has it: the same file gives the same marks."""
    import hashlib

    import shapely

    return [
        None if blob is None else hashlib.sha256(blob).hexdigest()[:16]
        for blob in shapely.to_wkb(geometries, output_dimension=2, byte_order=1)
    ]


def _batches(table: Any, names: list[str], found: Any, marks: list[str | None], srid: int) -> Any:
    import numpy as np
    import shapely

    blobs: list[Any] = []
    if found is not None:
        made = shapely.to_wkb(shapely.set_srid(found.geometries, srid), hex=True, include_srid=True, byte_order=1)
        blobs = np.asarray(made, dtype=object).tolist()
    faults = sorted(found.faults.items()) if found is not None else []
    yield {"faults": [[row, *fault] for row, fault in faults]}
    for start in range(0, table.rows, _BATCH):
        part = slice(start, start + _BATCH)
        yield {"values": [table.columns[name][part] for name in names], "shapes": blobs[part], "marks": marks[part]}


def main() -> None:
    """Obey one order. Whatever goes wrong is told in the same form."""
    order = json.loads(sys.stdin.buffer.read())
    told = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    os.dup2(2, 1)  # a library that prints must not spoil the answer
    _confine(order["limits"]["memory_bytes"], order["limits"]["seconds"])
    from layers.errors import LayersError

    try:
        for line in answer(order):
            told.write(json.dumps(line, allow_nan=False) + "\n")
    except LayersError as error:
        told.write(
            json.dumps({"error": [error.code, str(error), error.message_vi, getattr(error, "facts", {})]}) + "\n"
        )
    except _DriversLeft as left:
        told.write(json.dumps({"drivers": left.args[0]}) + "\n")
    except MemoryError:
        told.write(
            json.dumps(
                {
                    "error": [
                        "reading_stopped",
                        "The file needs too much memory to read.",
                        "Tệp cần quá nhiều bộ nhớ để đọc.",
                        {},
                    ]
                }
            )
            + "\n"
        )
    told.flush()


if __name__ == "__main__":
    main()
