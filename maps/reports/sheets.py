"""Tables of a paper as CSV and XLSX, and no cell that a spreadsheet would run."""

from __future__ import annotations

import io
from datetime import datetime, time

from addressing.documents.blocks import DEMO_LABEL, Document
from layers import spreadsheets


def as_csv(document: Document) -> bytes:
    """All tables one below the other, as `layers.spreadsheets.csv_text` writes them, in UTF-8."""
    tables = (([column.title for column in table.columns], table.rows) for table in document.tables)
    return spreadsheets.csv_text(tables).encode()


def as_xlsx(document: Document) -> bytes:
    """A sheet for each table. Text is stored as text, never as a formula or a link."""
    out = io.BytesIO()
    book = spreadsheets.workbook(out)
    book.set_properties({"title": document.title, "created": datetime.combine(document.dated, time())})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E4EAF3"})
    red = book.add_format({"bold": True, "font_color": "#A00000"})
    used: set[str] = set()
    for table in document.tables:
        sheet = book.add_worksheet(spreadsheets.sheet_name(table.name, used))
        sheet.write_string(0, 0, document.title)
        if document.is_demo:
            sheet.write_string(1, 0, DEMO_LABEL, red)
        for at, column in enumerate(table.columns):
            sheet.write_string(3, at, column.title, bold)
            sheet.set_column(at, at, 6 + 10 * column.weight)
        for line, row in enumerate(table.rows, start=4):
            for at, cell in enumerate(row):
                spreadsheets.write_cell(sheet, line, at, cell)
        sheet.freeze_panes(4, 0)
        sheet.autofilter(3, 0, 3 + len(table.rows), len(table.columns) - 1)
    book.close()
    return out.getvalue()
