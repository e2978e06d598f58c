"""CSV for spreadsheets: UTF-8 with a byte-order mark, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text that begins so is taken for a formula by the usual spreadsheets."""


def write(columns: Sequence[str], rows: Iterable[Sequence[str | int | float | None]]) -> str:
    """The whole file as text, rows ended by CRLF (RFC 4180). None becomes an empty cell.

    A text that could be run as a formula gets an apostrophe in front; numbers stay numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _harmless(cell: str | int | float | None) -> str | int | float | None:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_RUNS):
        return "'" + cell
    return cell
