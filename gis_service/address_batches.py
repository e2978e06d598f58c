"""Lists of addresses as jobs: converted row by row, with a workbook and JSON to take away."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from addressing.deciding import today
from addressing.search import batch
from addressing.search.positions import locator
from addressing.search.units_on_file import gazetteer_of
from gis_service.settings import Settings
from layers.ingest.address_lists import AddressList, read_list
from maps.reports import address_lists as reports

Tell = Callable[[int, int | None], None]

_KEPT_S = 7 * 24 * 3600.0
_COLOURS = {"converted": "good", "current": "good", "likely": "look", "ambiguous": "look", "not_found": "bad"}
_ADDED = (
    reports.Column("Kết quả", 22), reports.Column("Địa chỉ theo ngày đã chọn", 60),
    reports.Column("Địa chỉ như đã đọc", 60), reports.Column("Các lựa chọn", 60),
    reports.Column("Lý do", 60), reports.Column("Độ tin cậy", 10),
)  # fmt: skip


def results_folder(settings: Settings) -> Path:
    """Where workbooks wait to be taken away; what is older than a week is swept."""
    folder = settings.home / "results"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if time.time() - old.stat().st_mtime > _KEPT_S:
                old.unlink()
    return folder


def convert_batch(conn: Connection, arguments: dict[str, Any], progress: Tell) -> dict[str, Any]:
    """Convert the addresses of a file: {"path", "file_name", "results": folder, "on": ISO day, "column_map", "sheet",
    "encoding"}. The report counts the rows and names the files of the result.

    A row that cannot be converted is a line of the result. Raises what `layers.ingest.address_lists.read_list` raises.
    """
    began = time.perf_counter()
    asked = read(arguments, progress)
    day = date.fromisoformat(arguments["on"]) if arguments.get("on") else today()
    counts = batch.Counts(day)
    gazetteer = gazetteer_of(conn)

    addresses = [asked.address(row) for row in range(asked.rows)]
    locate = locator(conn, day, today=today(), gazetteer=gazetteer)
    rows = batch.convert_rows(
        addresses, gazetteer, day, counts, today=today(), locate=locate, progress=progress
    )  # fmt: skip
    stem = secrets.token_hex(16)
    reports.write(
        Path(arguments["results"]), stem, dict(asked.columns), _ADDED, _written(rows), lambda: _summary(asked, counts)
    )
    return {
        "file": asked.file, "on": day.isoformat(), "rows": counts.rows, "certain": counts.certain,
        "by_status": dict(counts.by_status), "columns": asked.fields, "encodings": asked.encodings,
        "examples": [as_json(row) for row in counts.examples], "result": stem,
        "seconds": round(time.perf_counter() - began, 3),
    }  # fmt: skip


def read(arguments: dict[str, Any], progress: Tell) -> AddressList:
    """The list that the arguments of a job name."""
    return read_list(
        Path(arguments["path"]), file_name=arguments.get("file_name"), sheet=arguments.get("sheet"),
        encoding=arguments.get("encoding"), column_map=arguments.get("column_map"),
        tick=lambda done: progress(0, None),
    )  # fmt: skip


def _written(rows: Iterable[batch.Row]) -> Iterator[tuple[list[str | float | None], dict[str, Any], str]]:
    for row in rows:
        result = row.result
        choices = " | ".join(choice.line for choice in result.choices) if result.line is None else None
        words = batch.STATUS_WORDS[result.status][0]
        cells: list[str | float | None] = [
            words, result.line, result.line_before, choices, " ".join(r.message_vi for r in result.reasons),
            round(result.confidence, 2),
        ]  # fmt: skip
        yield cells, as_json(row), _COLOURS[result.status]


def as_json(row: batch.Row) -> dict[str, Any]:
    """One row of a report, for programs."""
    result = row.result
    return {
        "row": row.row, "written": result.written, "status": result.status, "line": result.line,
        "line_before": result.line_before, "confidence": round(result.confidence, 3),
        "choices": [
            {"line": c.line, "code": c.answer.unit.code, "people": c.answer.people} for c in result.choices
        ],
        "reasons": [{"code": r.code, "message": r.message, "message_vi": r.message_vi} for r in result.reasons],
    }  # fmt: skip


def _summary(asked: AddressList, counts: batch.Counts) -> list[tuple[str, str | float]]:
    lines: list[tuple[str, str | float]] = [
        ("Tệp / File", asked.file), ("Ngày / Day", counts.on.isoformat()), ("Số dòng / Rows", counts.rows),
    ]  # fmt: skip
    for status, (vietnamese, english) in batch.STATUS_WORDS.items():
        lines.append((f"{vietnamese} / {english}", counts.by_status[status]))
    return lines
