"""Tables of a paper as CSV and XLSX, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from datetime import datetime, time

import xlsxwriter

from addressing.documents.blocks import DEMO_LABEL, Document

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text that begins so is taken for a formula by the usual spreadsheets."""


def as_csv(document: Document) -> bytes:
    """All tables one below the other: UTF-8 with a byte-order mark, rows ended by CRLF (RFC 4180).

    A text that could be run as a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    for at, table in enumerate(document.tables):
        if at:
            writer.writerow([])
        writer.writerow([_harmless(column.title) for column in table.columns])
        writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return ("\ufeff" + out.getvalue()).encode()


def as_xlsx(document: Document) -> bytes:
    """A sheet for each table. Text is stored as text, never as a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": document.title, "created": datetime.combine(document.dated, time())})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E4EAF3"})
    red = book.add_format({"bold": True, "font_color": "#A00000"})
    used: set[str] = set()
    for table in document.tables:
        sheet = book.add_worksheet(_sheet_name(table.name, used))
        sheet.write_string(0, 0, document.title)
        if document.is_demo:
            sheet.write_string(1, 0, DEMO_LABEL, red)
        for at, column in enumerate(table.columns):
            sheet.write_string(3, at, column.title, bold)
            sheet.set_column(at, at, 6 + 10 * column.weight)
        for line, row in enumerate(table.rows, start=4):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(line, at, cell)
                else:
                    sheet.write_number(line, at, cell)
        sheet.freeze_panes(4, 0)
        sheet.autofilter(3, 0, 3 + len(table.rows), len(table.columns) - 1)
    book.close()
    return out.getvalue()


def _harmless(cell: str | int | float) -> str | int | float:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_RUNS):
        return "'" + cell
    return cell


def _sheet_name(wanted: str, used: set[str]) -> str:
    """At most 31 characters, none of those that spreadsheets forbid, each name once."""
    plain = "".join(" " if sign in "[]:*?/\\'" else sign for sign in wanted)[:28].strip() or "Bảng"
    name, turn = plain, 2
    while name.lower() in used:
        name, turn = f"{plain} {turn}", turn + 1
    used.add(name.lower())
    return name
