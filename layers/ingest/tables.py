"""Read each format into one plain table. Runs only in the reading process (`layers.ingest.reading`)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.errors import UnknownCrs
from layers.ingest import encodings
from layers.ingest.cell_lists import OPENCELLID_COLUMNS, is_headless_cell_list
from layers.ingest.errors import BrokenFile, ChooseTable, FileTooLarge, UnknownEncoding, UnknownFormat
from layers.ingest.limits import Limits
from layers.ingest.reference import read_crs

Values = list[Any]


@dataclass(slots=True)
class Table:
    """Columns of equal length and, for formats with shapes, one WKB or None for each row."""

    columns: dict[str, Values]
    blobs: list[bytes | None] | None = None
    """None when the format has no shapes."""
    crs: CRS | None = None
    encodings: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows."""
        if self.blobs is not None:
            return len(self.blobs)
        return len(next(iter(self.columns.values()), []))


def read_gdal(path: Path, layer_name: str | None, encoding: str | None, limits: Limits) -> Table:
    """GeoPackage, GeoJSON, FlatGeobuf or an unpacked shapefile, by the one driver left on."""
    import pyogrio
    from pyogrio.errors import DataSourceError

    is_shapefile = path.suffix == ".shp"
    try:
        name = _choose([str(row[0]) for row in pyogrio.list_layers(path)], layer_name)
        options = {"encoding": "ISO-8859-1"} if is_shapefile else {}
        meta, _, blobs, values = pyogrio.raw.read(
            path, layer=name, max_features=limits.rows + 1, datetime_as_string=True, force_2d=False, **options
        )
    except (DataSourceError, RuntimeError, ValueError, UnicodeError) as error:
        raise BrokenFile("The file cannot be read to its end.", "Không đọc được hết tệp.") from error
    columns = {str(column): _plain_list(array) for column, array in zip(meta["fields"], values, strict=True)}
    shapes = None if blobs is None else [None if blob is None else bytes(blob) for blob in blobs]
    table = Table(columns, shapes, read_crs(meta["crs"]) if meta["crs"] else None)
    if is_shapefile:
        _decode(table, encoding or _stated_in_cpg(path))
    else:
        _unmask(table)
    return table


def read_parquet(path: Path, limits: Limits) -> Table:
    """GeoParquet with WKB shapes, or Parquet with coordinate columns."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            if file.metadata.num_rows > limits.rows or len(file.schema_arrow) > limits.columns:
                raise _too_many_rows(limits)
            about = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
            arrow = file.read(use_threads=False)
    except (pa.ArrowException, ValueError, OSError) as error:
        raise BrokenFile("The file cannot be read to its end.", "Không đọc được hết tệp.") from error
    primary = about.get("primary_column")
    columns = {
        name: [_plain(value) for value in arrow.column(name).to_pylist()]
        for name in arrow.column_names
        if name not in about.get("columns", {})
    }
    if primary is None:
        return _unmask(Table(columns))
    told = about["columns"][primary]
    if told.get("encoding") != "WKB":
        raise UnknownFormat("Only WKB shapes are read from GeoParquet.", "Chỉ đọc hình dạng WKB trong GeoParquet.")
    return _unmask(Table(columns, arrow.column(primary).to_pylist(), _crs_of_parquet(told)))


def _crs_of_parquet(told: dict[str, Any]) -> CRS | None:
    if "crs" not in told:
        return CRS.from_epsg(4326)  # the format's default, OGC:CRS84
    if told["crs"] is None:
        return None
    try:
        return CRS.from_json_dict(told["crs"])
    except CRSError:
        raise UnknownCrs(
            "The CRS of the file cannot be read. State it with --crs.",
            "Không đọc được hệ tọa độ của tệp. Hãy ghi rõ bằng --crs.",
        ) from None


def read_csv(path: Path, layer: str, encoding: str | None, limits: Limits) -> Table:
    """Delimited text; the encoding is found by column unless it is stated."""
    raw = path.read_bytes()
    text, stated = _as_text(raw, encoding)
    csv.field_size_limit(50_000_000)
    delimiter = _delimiter(text)
    try:
        rows = list(islice((row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row), limits.rows + 2))
    except csv.Error as error:
        raise BrokenFile(f"The CSV text is broken: {error}.", f"Văn bản CSV bị lỗi: {error}.") from error
    if layer == "cells" and rows and is_headless_cell_list(rows[0]):
        rows.insert(0, list(OPENCELLID_COLUMNS))
    table = _from_rows(iter(rows), limits)
    if stated is None:
        return _unmask(table)
    return _decode(table, None if stated == "?" else stated)


def read_xlsx(path: Path, sheet: str | None, limits: Limits) -> Table:
    """One sheet of a workbook: its first row with content holds the headings."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        name = _choose([s.title for s in book.worksheets if (s.max_row or 2) > 1 or len(book.worksheets) == 1], sheet)
        rows = ([_plain(v) for v in row] for row in book[name].iter_rows(values_only=True))
        return _unmask(_from_rows((row for row in rows if any(v is not None for v in row)), limits))
    except (FileTooLarge, BrokenFile, ChooseTable, UnknownEncoding):
        raise
    except Exception as error:
        raise BrokenFile("The workbook cannot be read.", "Không đọc được tệp Excel.") from error


def _choose(names: list[str], wanted: str | None) -> str:
    if not names:
        raise BrokenFile("The file holds no table that can be read.", "Tệp không có bảng nào đọc được.")
    if wanted is not None and wanted in names:
        return wanted
    if wanted is None and len(names) == 1:
        return names[0]
    listed = ", ".join(names[:50]) or "–"
    raise ChooseTable(
        f"Name one of the tables of the file with --layer-name: {listed}.",
        f"Hãy chọn một bảng trong tệp bằng --layer-name: {listed}.",
        tables=names[:50],
    )


def _too_many_rows(limits: Limits) -> FileTooLarge:
    return FileTooLarge(
        f"The file has more than {limits.rows:,} rows or {limits.columns} columns.",
        f"Tệp có hơn {limits.rows:,} dòng hoặc {limits.columns} cột.",
    )


def _from_rows(rows: Iterator[Values], limits: Limits) -> Table:
    header = next(rows, None)
    while header and header[-1] in (None, ""):
        header = header[:-1]
    if header is None:
        return Table({})
    names = _headings(header)
    if len(names) > limits.columns:
        raise _too_many_rows(limits)
    width = len(header)
    body: list[Values] = []
    for number, row in enumerate(rows, 1):
        if number > limits.rows:
            raise _too_many_rows(limits)
        if len(row) > width and any(value not in (None, "") for value in row[width:]):
            raise BrokenFile(
                f"Row {number} has {len(row)} values, the heading has {width}.",
                f"Dòng {number} có {len(row)} giá trị, tiêu đề có {width} cột.",
                row=number,
            )
        body.append([*row[:width], *[None] * (width - len(row))])
    columns: Iterable[tuple[Any, ...]] = zip(*body, strict=True) if body else [()] * width
    return Table({name: list(column) for name, column in zip(names, columns, strict=True) if name})


def _headings(header: Values) -> list[str]:
    """Headings as unique texts; a column without one is left out by an empty name."""
    names: list[str] = []
    for value in header:
        name = " ".join(str(value).split()) if value is not None else ""
        if name and name in names:
            raise BrokenFile(f"Two columns are called '{name[:60]}'.", f"Có hai cột cùng tên '{name[:60]}'.")
        names.append(name)
    return names


def _as_text(raw: bytes, encoding: str | None) -> tuple[str, str | None]:
    """Text and what remains to be decoded: None nothing, '?' bytes of unknown, else the encoding."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16"), None
        except UnicodeError as error:
            raise BrokenFile("The UTF-16 text is broken.", "Văn bản UTF-16 bị lỗi.") from error
    if encoding is None:
        try:
            return raw.decode("utf-8-sig"), None
        except UnicodeError:
            return raw.decode("latin-1"), "?"
    return raw.decode("latin-1"), encoding


def _delimiter(text: str) -> str:
    first = text[:100_000].splitlines()[0] if text else ""
    return max(",;\t|", key=first.count)


def _stated_in_cpg(path: Path) -> str | None:
    cpg = path.with_suffix(".cpg")
    if cpg.exists():
        stated = cpg.read_text("ascii", errors="replace").strip().lower()
        return {"65001": "utf-8", "utf8": "utf-8", "1258": "cp1258", "1252": "cp1252"}.get(stated, stated) or None
    return None


def _decode(table: Table, stated: str | None) -> Table:
    texts = {name: values for name, values in table.columns.items() if _is_text(values)}
    decoded, table.encodings = encodings.decode_columns(texts, stated)
    table.columns |= decoded
    table.columns = {
        name if name.isascii() else encodings.decode_name(name, table.encodings, stated): values
        for name, values in table.columns.items()
    }
    return table


def _unmask(table: Table) -> Table:
    texts = {name: values for name, values in table.columns.items() if _is_text(values)}
    decoded, table.encodings = encodings.unmask_columns(texts)
    table.columns |= decoded
    return table


def _is_text(values: Values) -> bool:
    return any(isinstance(value, str) for value in values) and all(
        value is None or isinstance(value, str) for value in values
    )


def _plain_list(array: Any) -> Values:
    """A numpy column as values that JSON can hold; NaN is how GDAL gives an empty number."""
    if array.dtype.kind in "biu":
        return array.tolist()  # type: ignore[no-any-return]
    return [_plain(value) for value in array.tolist()]


def _plain(value: Any) -> Any:
    """One value as JSON can hold it; None for nothing, bytes and nested values become text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return None if value != value else value if abs(value) != float("inf") else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return None
    return str(value)
