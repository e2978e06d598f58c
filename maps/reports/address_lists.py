"""What became of a list of addresses, as a workbook and as JSON. No cell that a spreadsheet would run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers import spreadsheets

Summarise = Callable[[], Iterable[tuple[str, str | float]]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the report adds."""

    title: str
    width: int = 18


def write(
    folder: Path,
    stem: str,
    columns: dict[str, Sequence[Any]],
    added: Sequence[Column],
    rows: Iterable[tuple[Sequence[str | float | None], dict[str, Any], str]],
    summarise: Summarise,
) -> None:
    """Write `stem`.xlsx and `stem`.json into `folder`; nothing is left of either when writing fails.

    `columns` are those of the list, by heading; `rows` gives for each row the cells of `added`, the row as JSON
    and its colour (good, look, bad). `summarise()` is called after the last row and gives label and value.
    """
    book_path, json_path = folder / f"{stem}.xlsx", folder / f"{stem}.json"
    try:
        with json_path.open("x", encoding="utf-8") as told:
            _write_both(book_path, told, columns, added, rows, summarise)
    except BaseException:
        for path in (book_path, json_path):
            path.unlink(missing_ok=True)
        raise


def _write_both(
    path: Path, told: Any, columns: dict[str, Sequence[Any]], added: Sequence[Column], rows: Iterable[Any],
    summarise: Summarise,
) -> None:  # fmt: skip
    with spreadsheets.workbook(path, row_by_row=True) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E4EAF3"})
        colours = {
            "good": None,
            "look": book.add_format({"bg_color": "#FFF4CE"}),
            "bad": book.add_format({"bg_color": "#FDE0DD"}),
        }
        sheet = book.add_worksheet("Kết quả")
        headings = [*columns, *(column.title for column in added)]
        for at, heading in enumerate(headings):
            width = added[at - len(columns)].width if at >= len(columns) else 18
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, heading[: spreadsheets.LONGEST_TEXT], bold)
        sheet.freeze_panes(1, 0)
        told.write('{"rows": [')
        last = 0
        for number, (cells, as_json, colour) in enumerate(rows, 1):
            for at, values in enumerate(columns.values()):
                _write(sheet, number, at, values[number - 1])
            for at, cell in enumerate(cells, len(columns)):
                _write(sheet, number, at, cell, colours[colour])
            told.write(("," if number > 1 else "") + "\n" + json.dumps(as_json, ensure_ascii=False))
            last = number
        sheet.autofilter(0, 0, max(1, last), max(0, len(headings) - 1))
        lines = list(summarise())
        _summary(book.add_worksheet("Tổng hợp"), lines, bold)
        told.write('\n], "summary": ' + json.dumps(dict(lines), ensure_ascii=False) + "}\n")


def _summary(sheet: Any, lines: Sequence[tuple[str, str | float]], bold: Any) -> None:
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 1, 40)
    for number, (label, value) in enumerate(lines):
        sheet.write_string(number, 0, label, bold)
        _write(sheet, number, 1, value)


def _write(sheet: Any, line: int, at: int, value: Any, look: Any = None) -> None:
    # What was TRUE in somebody's list is told as they see it, and a day as it stands there.
    spreadsheets.write_cell(sheet, line, at, str(value) if isinstance(value, bool) else value, look)
