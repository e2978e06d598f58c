"""Tables for spreadsheets: the one place that knows what a spreadsheet would run, and how not to let it.

CSV has no types, so a text that looks like a formula gets an apostrophe in front. XLSX has them: there a
text is stored as text, whatever it looks like, and comes back exactly as it was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

Cell = str | int | float | None

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text that begins so is taken for a formula by the usual spreadsheets, even after spaces."""
LONGEST_TEXT = 32_000
"""A cell of XLSX takes 32,767 characters."""
LONGEST_NAME = 31
"""Of a sheet."""


def harmless(cell: Cell) -> Cell:
    """The cell as CSV may hold it: a text that could be run gets an apostrophe, numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS):
        return "'" + cell
    return cell


def csv_text(tables: Iterable[tuple[Sequence[str], Iterable[Sequence[Cell]]]]) -> str:
    """Tables (headings, rows) one below the other, an empty line between them; rows end in CRLF (RFC 4180).

    It begins with a byte-order mark, without which spreadsheets do not see that it is UTF-8. None is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    for at, (columns, rows) in enumerate(tables):
        if at:
            writer.writerow([])
        writer.writerow([harmless(column) for column in columns])
        writer.writerows([harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def workbook(target: io.BytesIO | Path, *, row_by_row: bool = False) -> Any:
    """A workbook that makes no formula, link or number of a text; close it, or use it in a `with`.

    With `row_by_row` memory stays constant, but rows must be written in their order.
    """
    options = {
        "constant_memory": row_by_row, "in_memory": not row_by_row,
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    return xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)


def write_cell(sheet: Any, line: int, at: int, value: Any, look: Any = None, *, day_look: Any = None) -> None:
    """A value by its type; `look` and `day_look` are formats of the book.

    A day is stored as a day and needs `day_look`, else it is written YYYY-MM-DD. What is no number, day
    or truth value is stored as text.
    """
    if value is None or value == "":
        if look is not None:
            sheet.write_blank(line, at, None, look)
    elif isinstance(value, bool):
        sheet.write_boolean(line, at, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(line, at, value, look)
    elif isinstance(value, date) and day_look is not None:
        sheet.write_datetime(line, at, datetime(value.year, value.month, value.day), day_look)  # noqa: DTZ001 - no zone
    else:
        sheet.write_string(line, at, str(value)[:LONGEST_TEXT], look)


def sheet_name(wanted: str, used: set[str]) -> str:
    """At most 31 characters, none of those that spreadsheets forbid, each name once; `used` grows."""
    plain = "".join(" " if sign in "[]:*?/\\'" else sign for sign in wanted)[: LONGEST_NAME - 3].strip() or "Bảng"
    name, turn = plain, 2
    while name.lower() in used:
        name, turn = f"{plain} {turn}", turn + 1
    used.add(name.lower())
    return name
